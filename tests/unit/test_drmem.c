/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/drmem.h: ibm,dynamic-memory in both versions. */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "machine/drmem.h"
#include "machine_rig.h"
#include "testing.h"

/* ibm,dynamic-memory-v2 in recordings/pseries/c-memhotplug-k6.12-q10.0/devicetree.tar.gz. */
static const uint32_t recorded[] = {2,  8, 0,          0,          0,          0xffffffff, 0xa0,
				    24, 0, 0x80000000, 0x80000008, 0xffffffff, 0};

static size_t to_bytes(const uint32_t *cells, size_t nr, uint8_t *ret_bytes)
{
	for (size_t i = 0; i < nr; i++)
		tce_be32_store(ret_bytes + 4 * i, cells[i]);
	return 4 * nr;
}

/* Each set on a line. */
static void describe(const uint8_t *bytes, size_t len, bool v2, char *ret_text, size_t n)
{
	struct tce_drmem_reader reader;
	struct tce_lmb_set set;
	size_t used = 0;

	tce_drmem_reader_init(&reader, bytes, len, v2);
	ret_text[0] = '\0';
	while (tce_drmem_next(&reader, &set)) {
		snprintf(ret_text + used, n - used, "%u blocks at %llx drc %x aa %x flags %x\n",
			 set.nr, (unsigned long long)set.addr, set.drc, set.aa, set.flags);
		used += strlen(ret_text + used);
	}
	if (reader.bad)
		snprintf(ret_text + used, n - used, "cut short\n");
}

static void the_machine_writes_what_qemu_wrote(void **state)
{
	uint8_t expected[sizeof(recorded)];
	uint8_t bytes[sizeof(recorded)];
	struct machine_rig rig;
	size_t len = to_bytes(recorded, sizeof(recorded) / 4, expected);

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=2G max-ram=8G", false);
	assert_int_equal(tce_drmem_encode(rig.m->st, true, bytes, sizeof(bytes)), len);
	assert_memory_equal(bytes, expected, len);
	machine_rig_fini(&rig);
}

static void plugged_blocks_are_assigned_in_both_versions(void **state)
{
	struct machine_rig rig;
	uint8_t bytes[512];
	char text[512];
	size_t len;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=256M max-ram=1G\nmemory plug 512M 256M", false);
	len = tce_drmem_encode(rig.m->st, true, bytes, sizeof(bytes));
	describe(bytes, len, true, text, sizeof(text));
	assert_string_equal(text, "1 blocks at 0 drc 0 aa ffffffff flags a0\n"
				  "1 blocks at 10000000 drc 80000001 aa ffffffff flags 0\n"
				  "1 blocks at 20000000 drc 80000002 aa 0 flags 8\n"
				  "1 blocks at 30000000 drc 80000003 aa ffffffff flags 0\n");
	len = tce_drmem_encode(rig.m->st, false, bytes, sizeof(bytes));
	assert_int_equal(len, 4 + 4 * 24);
	describe(bytes, len, false, text, sizeof(text));
	assert_string_equal(text, "1 blocks at 0 drc 0 aa ffffffff flags a0\n"
				  "1 blocks at 10000000 drc 80000001 aa ffffffff flags 0\n"
				  "1 blocks at 20000000 drc 80000002 aa 0 flags 8\n"
				  "1 blocks at 30000000 drc 80000003 aa ffffffff flags 0\n");
	machine_rig_fini(&rig);
}

/* Version 1 lists every block: 64 TiB of blocks of 256 MiB take 6 MiB, 52 bytes in version 2. */
static void sets_keep_large_memory_small(void **state)
{
	struct machine_rig rig;
	uint8_t bytes[4];

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1T max-ram=64T", false);
	assert_int_equal(tce_drmem_encode(rig.m->st, true, bytes, sizeof(bytes)), 4 + 2 * 24);
	assert_int_equal(tce_be32_load(bytes), 2);
	assert_int_equal(tce_drmem_encode(rig.m->st, false, bytes, sizeof(bytes)),
			 4 + (size_t)262144 * 24);
	assert_int_equal(tce_be32_load(bytes), 262144);
	machine_rig_fini(&rig);
}

static void a_machine_that_cannot_grow_has_no_such_property(void **state)
{
	struct machine_rig rig;
	uint8_t bytes[4];

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G", false);
	assert_int_equal(tce_drmem_encode(rig.m->st, true, bytes, sizeof(bytes)), 0);
	machine_rig_fini(&rig);
}

static void a_property_that_is_cut_short_is_read_as_far_as_it_goes(void **state)
{
	uint8_t bytes[sizeof(recorded)];
	char text[512];
	size_t len = to_bytes(recorded, sizeof(recorded) / 4, bytes);

	(void)state;
	describe(bytes, len - 1, true, text, sizeof(text));
	assert_string_equal(text, "8 blocks at 0 drc 0 aa ffffffff flags a0\ncut short\n");
	describe(bytes, 4, true, text, sizeof(text));
	assert_string_equal(text, "cut short\n");
	describe(bytes, 3, true, text, sizeof(text));
	assert_string_equal(text, "cut short\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_machine_writes_what_qemu_wrote),
		cmocka_unit_test(plugged_blocks_are_assigned_in_both_versions),
		cmocka_unit_test(sets_keep_large_memory_small),
		cmocka_unit_test(a_machine_that_cannot_grow_has_no_such_property),
		cmocka_unit_test(a_property_that_is_cut_short_is_read_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
