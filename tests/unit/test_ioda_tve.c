/* SPDX-License-Identifier: BSD-2-Clause */
/* Words in the bridge, bit by bit: TVEs and kill commands, encoded and decoded. */
#include <string.h>

#include <tce/ioda.h>

#include "prng.h"
#include "testing.h"

static struct tce_tve decoded(enum tce_ioda_generation generation, uint64_t word0, uint64_t word1)
{
	const uint64_t word[2] = {word0, word1};
	struct tce_tve tve;

	tce_tve_decode(generation, word, &tve);
	return tve;
}

/* TVEs read from a running powernv9 of QEMU 7.2.22. */
static void recorded_table_tves_say_what_linux_set_up(void **state)
{
	static const struct {
		uint64_t word;
		uint64_t table;
		unsigned levels, level_lg2, page_shift, window_shift;
	} rows[] = {
		{UINT64_C(0x32ed02505), UINT64_C(0x32ed0000), 2, 16, 16, 42}, /* kernel, 64K */
		{UINT64_C(0x32f102505), UINT64_C(0x32f10000), 2, 16, 16, 42},
		{UINT64_C(0x500000b01), UINT64_C(0x50000000), 1, 22, 12, 31}, /* VFIO default */
		{UINT64_C(0x500000805), UINT64_C(0x50000000), 1, 19, 16, 32}, /* 64K, 4G */
		{UINT64_C(0x50000050a), UINT64_C(0x50000000), 1, 16, 21, 34}, /* 2M */
		{UINT64_C(0x50000050d), UINT64_C(0x50000000), 1, 16, 24, 37}, /* 16M, POWER8 */
		{UINT64_C(0x500000101), UINT64_C(0x50000000), 1, 12, 12, 21},
		{UINT64_C(0x500002101), UINT64_C(0x50000000), 2, 12, 12, 30},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tce_tve tve = decoded(TCE_IODA_PHB4, rows[i].word, 0);

		assert_int_equal(tve.kind, TCE_TVE_TABLE);
		assert_int_equal(tve.table, rows[i].table);
		assert_int_equal(tve.levels, rows[i].levels);
		assert_int_equal(tve.size_code + 11, rows[i].level_lg2);
		assert_int_equal(tve.page_code + 11, rows[i].page_shift);
		assert_int_equal(tce_tve_window_shift(TCE_IODA_PHB4, &tve), rows[i].window_shift);
	}
}

static void recorded_bypass_tves_give_their_range(void **state)
{
	struct tce_tve tve = decoded(TCE_IODA_PHB4, UINT64_C(0x1001080), 0);

	(void)state;
	assert_int_equal(tve.kind, TCE_TVE_BYPASS);
	assert_int_equal(tve.start, 0);
	assert_int_equal(tve.end, UINT64_C(0x100000000));
	assert_true(tve.nt50);
	assert_false(tve.bypass_open);
	tve = decoded(TCE_IODA_PHB3, UINT64_C(0x1001000), 0);
	assert_int_equal(tve.kind, TCE_TVE_BYPASS);
	assert_int_equal(tve.end, UINT64_C(0x100000000));
	assert_false(tve.nt50);
	/* Measured: real window at 0x123000000, 2^48 long, on powernv9. */
	tve = decoded(TCE_IODA_PHB4, UINT64_C(0x1230001231180), 0);
	assert_int_equal(tve.start, UINT64_C(0x123000000));
	assert_int_equal(tve.end, UINT64_C(0x123000000) + (UINT64_C(1) << 48));
	tve = decoded(TCE_IODA_PHB4, UINT64_C(0x1000), 0);
	assert_int_equal(tve.kind, TCE_TVE_BYPASS);
	assert_true(tve.bypass_open);
}

static void words_without_size_or_page_are_invalid(void **state)
{
	(void)state;
	assert_int_equal(decoded(TCE_IODA_PHB4, 0, 0).kind, TCE_TVE_INVALID);
	assert_int_equal(decoded(TCE_IODA_PHB3, UINT64_C(0x500000001), 0).kind, TCE_TVE_INVALID);
	assert_int_equal(decoded(TCE_IODA_PHB4, UINT64_C(0x500000f00), 0).kind, TCE_TVE_INVALID);
	assert_int_equal(decoded(TCE_IODA_P7IOC, UINT64_C(0x500000200), 0).kind, TCE_TVE_INVALID);
}

static void p7ioc_spreads_a_tve_over_two_words(void **state)
{
	/*
	 * Table 0x12345000, bus 0x42 wholly compared, 256 MiB; device 5, any function, 4K, PE 9.
	 */
	struct tce_tve tve = decoded(TCE_IODA_P7IOC, UINT64_C(0x12345e242),
				     UINT64_C(0x2500000000000000) | UINT64_C(1) << 40 | 9);
	uint64_t word[2];

	(void)state;
	assert_int_equal(tve.kind, TCE_TVE_TABLE);
	assert_int_equal(tve.table, UINT64_C(0x12345000));
	assert_int_equal(tve.bus_valid, 7);
	assert_int_equal(tve.bus, 0x42);
	assert_int_equal(tve.size_code, 2);
	assert_int_equal(tce_tve_window_shift(TCE_IODA_P7IOC, &tve), 28);
	assert_true(tve.dev_valid);
	assert_int_equal(tve.dev, 5);
	assert_false(tve.func_valid);
	assert_int_equal(tve.page_code, 1);
	assert_int_equal(tve.pe, 9);
	assert_int_equal(tce_tve_encode(TCE_IODA_P7IOC, &tve, word), 0);
	assert_int_equal(word[0], UINT64_C(0x12345e242));
	assert_int_equal(word[1], UINT64_C(0x2500000000000000) | UINT64_C(1) << 40 | 9);
}

static void decode_then_encode_gives_every_word_back(void **state)
{
	struct prng rng = prng_seeded(1);
	unsigned i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		enum tce_ioda_generation generation = i % TCE_NR_IODA_GENERATIONS;
		uint64_t word[2] = {prng_next(&rng), 0};
		uint64_t back[2] = {0, 0};
		struct tce_tve tve;

		if (prng_one_in(&rng, 2))
			word[0] &= ~UINT64_C(0x1f); /* bypass or invalid */
		if (prng_one_in(&rng, 4))
			word[0] &= ~UINT64_C(0x1f00);
		if (generation == TCE_IODA_P7IOC)
			word[1] = prng_next(&rng);
		tce_tve_decode(generation, word, &tve);
		assert_int_equal(tce_tve_encode(generation, &tve, back), 0);
		assert_int_equal(back[0], word[0]);
		assert_int_equal(back[1], word[1]);
	}
}

static void fields_that_do_not_fit_are_refused(void **state)
{
	static const struct tce_tve good = {.kind = TCE_TVE_TABLE,
					    .table = 0x1000,
					    .levels = 1,
					    .size_code = 1,
					    .page_code = 1};
	uint64_t word[2] = {77, 78};
	struct tce_tve bad;

	(void)state;
#define REFUSED(generation, member, value)                                                         \
	do {                                                                                       \
		bad = good;                                                                        \
		bad.member = value;                                                                \
		assert_int_equal(tce_tve_encode(generation, &bad, word), -TCE_ERR_INVAL);          \
	} while (0)
	REFUSED(TCE_IODA_PHB4, table, 0x1800);
	REFUSED(TCE_IODA_PHB4, table, UINT64_C(1) << 60);
	REFUSED(TCE_IODA_PHB4, levels, 0);
	REFUSED(TCE_IODA_PHB4, levels, 9);
	REFUSED(TCE_IODA_PHB4, size_code, 32);
	REFUSED(TCE_IODA_PHB4, page_code, 32);
	REFUSED(TCE_IODA_PHB4, spare, 4);
	REFUSED(TCE_IODA_P7IOC, levels, 2);
	REFUSED(TCE_IODA_P7IOC, bus, 256);
	REFUSED(TCE_IODA_P7IOC, bus_valid, 8);
	REFUSED(TCE_IODA_P7IOC, dev, 32);
	REFUSED(TCE_IODA_P7IOC, func, 8);
	REFUSED(TCE_IODA_P7IOC, hub, 4);
	REFUSED(TCE_IODA_P7IOC, pe, 128);
	REFUSED(TCE_IODA_P7IOC, spare1, 1);
	REFUSED(TCE_IODA_P7IOC, kind, TCE_TVE_BYPASS);
#undef REFUSED
	bad = (struct tce_tve){.kind = TCE_TVE_BYPASS, .levels = 1, .start = 0x800000};
	assert_int_equal(tce_tve_encode(TCE_IODA_PHB4, &bad, word), -TCE_ERR_INVAL);
	bad = (struct tce_tve){.kind = TCE_TVE_BYPASS, .levels = 1, .end = UINT64_C(1) << 50};
	assert_int_equal(tce_tve_encode(TCE_IODA_PHB4, &bad, word), -TCE_ERR_INVAL);
	assert_int_equal(word[0], 77);
	assert_int_equal(word[1], 78);
}

static void kill_commands_are_those_linux_and_skiboot_write(void **state)
{
	static const struct {
		enum tce_ioda_generation generation;
		uint64_t value;
		struct tce_kill kill;
	} rows[] = {
		/* Linux, PHB3: bit 62 | PE, bit 61 | PE | index << shift. */
		{TCE_IODA_PHB3, UINT64_C(0x40000000000000fd), {TCE_KILL_PE, 0xfd, 0, 0}},
		{TCE_IODA_PHB3, UINT64_C(0x20000000000300fd), {TCE_KILL_PAGE, 0xfd, 0x30000, 12}},
		{TCE_IODA_PHB3,
		 UINT64_C(0x28000000000300fd),
		 {TCE_KILL_PAGE, 0xfd, UINT64_C(0x800000000030000), 12}},
		{TCE_IODA_PHB3, UINT64_C(0x8000000000000000), {TCE_KILL_ALL, 0, 0, 0}},
		{TCE_IODA_PHB4, UINT64_C(0x40000000000001fd), {TCE_KILL_PE, 0x1fd, 0, 0}},
		{TCE_IODA_PHB4, UINT64_C(0x20000000000031fd), {TCE_KILL_PAGE, 0x1fd, 0x3000, 12}},
		{TCE_IODA_PHB4, UINT64_C(0x30000000000310fd), {TCE_KILL_PAGE, 0xfd, 0x30000, 16}},
		{TCE_IODA_PHB5, UINT64_C(0x30000000002020fd), {TCE_KILL_PAGE, 0xfd, 0x200000, 21}},
		{TCE_IODA_PHB5,
		 UINT64_C(0x30000000400030fd),
		 {TCE_KILL_PAGE, 0xfd, 0x40000000, 30}},
		/* Linux, P7IOC: bit 63 | address of the TCE. */
		{TCE_IODA_P7IOC, UINT64_C(0x8000000012345670), {TCE_KILL_ENTRY, 0, 0x12345670, 0}},
		{TCE_IODA_PHB4, 0, {TCE_KILL_NOTHING, 0, 0, 0}},
		{TCE_IODA_P7IOC, 0, {TCE_KILL_NOTHING, 0, 0, 0}},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tce_kill kill;
		uint64_t value = 0;

		tce_kill_decode(rows[i].generation, rows[i].value, &kill);
		assert_int_equal(kill.scope, rows[i].kill.scope);
		assert_int_equal(kill.pe, rows[i].kill.pe);
		assert_int_equal(kill.addr, rows[i].kill.addr);
		assert_int_equal(kill.page_shift, rows[i].kill.page_shift);
		assert_int_equal(tce_kill_encode(rows[i].generation, &rows[i].kill, &value), 0);
		assert_int_equal(value, rows[i].value);
	}
}

static void the_widest_of_several_kill_scopes_counts(void **state)
{
	struct tce_kill kill;

	(void)state;
	tce_kill_decode(TCE_IODA_PHB4, UINT64_C(0xe000000000003005), &kill);
	assert_int_equal(kill.scope, TCE_KILL_ALL);
	tce_kill_decode(TCE_IODA_PHB4, UINT64_C(0x6000000000003005), &kill);
	assert_int_equal(kill.scope, TCE_KILL_PE);
	assert_int_equal(kill.pe, 5);
	assert_int_equal(kill.addr, 0);
}

static void kills_that_a_bridge_lacks_are_refused(void **state)
{
	static const struct {
		enum tce_ioda_generation generation;
		struct tce_kill kill;
	} rows[] = {
		{TCE_IODA_PHB3, {TCE_KILL_PAGE, 0x100, 0, 12}},
		{TCE_IODA_PHB3, {TCE_KILL_PAGE, 1, 0, 16}},
		{TCE_IODA_PHB4, {TCE_KILL_PAGE, 0x200, 0, 12}},
		{TCE_IODA_PHB4, {TCE_KILL_PAGE, 1, 0x800, 12}},
		{TCE_IODA_PHB4, {TCE_KILL_PAGE, 1, 0x1000, 16}},
		{TCE_IODA_PHB4, {TCE_KILL_PAGE, 1, 0, 24}},
		{TCE_IODA_PHB4, {TCE_KILL_PAGE, 1, UINT64_C(1) << 60, 12}},
		{TCE_IODA_PHB4, {TCE_KILL_ENTRY, 0, 0, 0}},
		{TCE_IODA_P7IOC, {TCE_KILL_PE, 0, 0, 0}},
		{TCE_IODA_P7IOC, {TCE_KILL_ENTRY, 0, 8, 0}},
	};
	uint64_t value = 77;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(tce_kill_encode(rows[i].generation, &rows[i].kill, &value),
				 -TCE_ERR_INVAL);
	assert_int_equal(value, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_table_tves_say_what_linux_set_up),
		cmocka_unit_test(recorded_bypass_tves_give_their_range),
		cmocka_unit_test(words_without_size_or_page_are_invalid),
		cmocka_unit_test(p7ioc_spreads_a_tve_over_two_words),
		cmocka_unit_test(decode_then_encode_gives_every_word_back),
		cmocka_unit_test(fields_that_do_not_fit_are_refused),
		cmocka_unit_test(kill_commands_are_those_linux_and_skiboot_write),
		cmocka_unit_test(the_widest_of_several_kill_scopes_counts),
		cmocka_unit_test(kills_that_a_bridge_lacks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
