/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails, for every n: an error, nothing changed, nothing lost. */
#include <stdlib.h>

#include "failalloc.h"
#include "ioda_rig.h"
#include "testing.h"

#define HALF (UINT64_C(1) << 59)

/* One thing done to a bridge that has memory for nothing more. */
struct change {
	const char *name;
	int (*apply)(struct ioda_rig *rig);
};

static int opal(struct ioda_rig *rig, uint64_t token, uint64_t a, uint64_t b, uint64_t c,
		uint64_t d, uint64_t e, uint64_t f)
{
	struct tce_opal_call call = {.token = token, .u.args = {RIG_PHB, a, b, c, d, e, f}};
	struct tce_opal_answer answer = {.rc = 77};
	int err = tce_ioda_opal(rig->ioda, &call, &answer);

	assert_int_equal(answer.rc, err == 0 ? 0 : 77);
	return err;
}

static int map(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, 9, 18, 1, RIG_TABLES, 0x1000, 0x1000);
}

static int map_real(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, 9, 19, HALF, 1 << 24, 0, 0);
}

static int set_pe(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_SET_PE, 9, 0x1204, 7, 1, 1, 1);
}

static int set_peltv(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_SET_PELTV, 9, 10, 1, 0, 0, 0);
}

static int freeze_set(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_EEH_FREEZE_SET, 9, 3, 0, 0, 0, 0);
}

static int write_tve(struct ioda_rig *rig)
{
	int err = tce_ioda_reg_write(rig->ioda, TCE_IODA_REG_IODA_ADDR, UINT64_C(9) << 48 | 21);

	assert_int_equal(err, 0);
	err = tce_ioda_reg_write(rig->ioda, TCE_IODA_REG_IODA_DATA0, 0x1234);
	assert_int_equal(tce_ioda_reg_write(rig->ioda, TCE_IODA_REG_IODA_ADDR, 0), 0);
	return err;
}

static int dma(struct ioda_rig *rig, unsigned rid, uint64_t addr)
{
	struct tce_ioda_access access = {.rid = (uint16_t)rid, .addr = addr, .access = TCE_READ};
	struct tce_ioda_xlate xlate = {.pe = 7777};
	int err = tce_ioda_dma(rig->ioda, &access, &xlate);

	assert_int_equal(err != 0, xlate.pe == 7777);
	return err;
}

static int map_pe_1(struct ioda_rig *rig)
{
	return opal(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, 1, 2, 1, RIG_TABLES, 0x1000, 0x1000);
}

static int dma_that_is_cached(struct ioda_rig *rig)
{
	return dma(rig, 0x100, 20 << 12);
}

static int dma_of_a_new_rid(struct ioda_rig *rig)
{
	return dma(rig, 0x7000, 0);
}

/* PE 1 freezes its children. */
static int dma_that_freezes(struct ioda_rig *rig)
{
	return dma(rig, 0x100, 0x1ff000);
}

static const struct change changes[] = {
	{"map", map},
	{"map_real", map_real},
	{"set_pe", set_pe},
	{"set_peltv", set_peltv},
	{"freeze_set", freeze_set},
	{"write_tve", write_tve},
	{"dma_that_is_cached", dma_that_is_cached},
	{"dma_of_a_new_rid", dma_of_a_new_rid},
	{"dma_that_freezes", dma_that_freezes},
};

#define FILLED 9 /* arrays grow at 4 and at 8 */

/* nr of everything: children, windows, cached RIDs and TCEs. */
static void fill(struct ioda_rig *rig, unsigned nr)
{
	unsigned i;

	assert_int_equal(opal(rig, TCE_OPAL_PCI_SET_PE, 1, 0x100, 7, 0, 0, 1), 0);
	assert_int_equal(map_pe_1(rig), 0);
	for (i = 0; i < nr; i++) {
		assert_int_equal(opal(rig, TCE_OPAL_PCI_SET_PE, 20 + i, 0x200 + 16 * i, 7, 1, 1, 1),
				 0);
		ioda_rig_store(rig, RIG_TABLES + 8 * i, RIG_DATA | 3);
		assert_int_equal(dma(rig, 0x100 + i, (uint64_t)i << 12), 0);
	}
	for (i = 1; i < nr; i++)
		assert_int_equal(opal(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, 20 + i, 40 + 2 * i, 1,
				      RIG_TABLES, 0x1000, 0x1000),
				 0);
	for (i = 0; i < nr; i++)
		assert_int_equal(opal(rig, TCE_OPAL_PCI_SET_PELTV, 1, 64 * (i % 8) + i, 1, 0, 0, 0),
				 0);
	ioda_rig_store(rig, RIG_TABLES + 8 * 20, RIG_DATA | 3);
}

/* True when the change was made although request n, counted from its start, would fail. */
static bool change_with_failure(const struct change *change, uint64_t n, unsigned filled)
{
	struct tce_ioda_opts opts;
	struct tce_alloc alloc;
	struct failalloc fa;
	struct ioda_rig rig;
	struct ioda_rig before;
	int err;

	failalloc_init(&fa, 0);
	alloc = failalloc_alloc(&fa);
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.alloc = &alloc;
	ioda_rig_init(&rig, &opts);
	ioda_rig_start(&before, "phb4", "hardware");
	fill(&rig, filled);
	fill(&before, filled);
	fa.fail_at = fa.nr_asked + n;
	fa.fail_later = filled % 2 != 0;
	err = change->apply(&rig);
	fa.fail_at = 0;
	if (err != 0) {
		assert_int_equal(err, -TCE_ERR_NOMEM);
		assert_true(tce_ioda_equal(rig.ioda, before.ioda));
		assert_int_equal(change->apply(&rig), 0); /* there is memory again */
	}
	assert_int_equal(change->apply(&before), 0);
	assert_true(tce_ioda_equal(rig.ioda, before.ioda));
	ioda_rig_fini(&rig);
	ioda_rig_fini(&before);
	failalloc_assert_empty(&fa);
	return err == 0;
}

static void a_change_without_memory_changes_nothing(void **state)
{
	unsigned filled;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		unsigned nr_failures = 0;

		for (filled = 0; filled < FILLED; filled++) {
			uint64_t n = 1;

			while (!change_with_failure(&changes[i], n, filled))
				n++;
			nr_failures += (unsigned)n - 1;
		}
		if (nr_failures == 0)
			fail_msg("%s never asked for memory", changes[i].name);
	}
}

static void a_new_bridge_fails_cleanly(void **state)
{
	static const char *const models[] = {"p7ioc", "phb3", "phb4"};
	unsigned m;

	(void)state;
	for (m = 0; m < 3; m++) {
		struct tce_ioda *ioda = NULL;
		int err = -1;
		uint64_t n;

		for (n = 1; err != 0; n++) {
			struct tce_ioda_opts opts;
			struct failalloc fa;
			struct tce_alloc alloc;
			struct ioda_rig rig;

			failalloc_init(&fa, n);
			alloc = failalloc_alloc_plain(&fa);
			ioda_rig_opts(&rig, models[m], "hardware", &opts);
			ioda_rig_init(&rig, NULL);
			opts.alloc = &alloc;
			err = tce_ioda_new(&opts, &ioda);
			if (err == 0)
				tce_ioda_free(ioda);
			else
				assert_int_equal(err, -TCE_ERR_NOMEM);
			free(rig.ram);
			failalloc_assert_empty(&fa);
		}
		assert_int_equal(n, m == 0 ? 3 : 4);
	}
}

/* Kills, thaws, windows off and resets only take away. */
static void taking_away_needs_no_memory(void **state)
{
	struct tce_ioda_opts opts;
	struct tce_alloc alloc;
	struct failalloc fa;
	struct ioda_rig rig;

	(void)state;
	failalloc_init(&fa, 0);
	alloc = failalloc_alloc(&fa);
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.alloc = &alloc;
	ioda_rig_init(&rig, &opts);
	fill(&rig, FILLED);
	assert_int_equal(dma_that_freezes(&rig), 0);
	fa.fail_at = fa.nr_asked + 1;
	fa.fail_later = true;
	assert_int_equal(opal(&rig, TCE_OPAL_PCI_TCE_KILL, 2, 0, 0, 0, 0, 0), 0);
	assert_int_equal(opal(&rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 1, 3, 0, 0, 0, 0), 0);
	assert_int_equal(opal(&rig, TCE_OPAL_PCI_RESET, 6, 1, 0, 0, 0, 0), 0);
	ioda_rig_fini(&rig);
	failalloc_assert_empty(&fa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_without_memory_changes_nothing),
		cmocka_unit_test(a_new_bridge_fails_cleanly),
		cmocka_unit_test(taking_away_needs_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
