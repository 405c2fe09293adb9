/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails, for every n: replay says so, and nothing is lost. */
#include <string.h>

#include <tce/check.h>

#include "failalloc.h"
#include "recording.h"
#include "testing.h"

/* Every family, so that every place that takes memory is passed. */
static const char trace[] =
	"spapr_iommu_new_table liobn=0x71000002 table=0x1 fd=-1\n"
	"spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n"
	"spapr_iommu_put liobn=0x71000002 ioba=0x1000 tce=0x5003 ret=0\n"
	"spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 tce=0x5003 ret=0\n"
	"spapr_iommu_ddw_query buid=0x800000020000000 addr=0x0, 1 windows available, "
	"max window size=0x80000000, mask=0x3\n"
	"spapr_iommu_new_table liobn=0x80000001 table=0x2 fd=-1\n"
	"spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x10000, "
	"requested=0x80000000, start addr=0x800000000000000, liobn=0x80000001\n"
	"spapr_iommu_pci_indirect liobn=0x80000001 ioba=0x800000000000000 tcelist=0x0 iobaN=0x1ff "
	"tceN=0x1ff0003 ret=0\n"
	"spapr_iommu_xlate liobn=0x80000001 0x10010 -> 0x10000 perm=3 mask=0xffff\n"
	"spapr_iommu_pci_put liobn=0x80000000 ioba=0x40000000 tce=0x5003 ret=0\n"
	"spapr_iommu_pci_put liobn=0x80000000 ioba=0x40001000 tce=0x5003 ret=0\n"
	"spapr_iommu_pre_save liobn=80000000 80000 bus_offset=0x0 ps=12\n"
	"spapr_iommu_pre_save liobn=80000001 8000 bus_offset=0x800000000000000 ps=16\n"
	"spapr_iommu_pci_stuff liobn=0x80000001 ioba=0x800000000200000 tcevalue=0x0 npages=32 "
	"ret=0\n"
	"spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n"
	"spapr_iommu_post_load liobn=80000000 80000 => 0x80000 bus_offset=0x0 ps=12\n"
	"spapr_iommu_new_table liobn=0x80000001 table=0x1 fd=-1\n"
	"spapr_iommu_post_load liobn=80000001 0 => 0x8000 bus_offset=0x800000000000000 ps=16\n"
	"spapr_iommu_pci_get liobn=0x80000001 ioba=0x800000000010000 ret=0 tce=0x10003\n"
	"spapr_iommu_ddw_remove liobn=0x80000000\n"
	"spapr_iommu_ddw_remove liobn=0x80000001\n"
	"spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n"
	"spapr_iommu_ddw_reset buid=0x800000020000000 addr=0x0\n"
	"spapr_iommu_pci_put liobn=0x80000100 ioba=0x1000 tce=0x5003 ret=0\n"
	"spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n"
	"spapr_iommu_new_table liobn=0x80000001 table=(nil) fd=-1\n"
	"spapr_drc_realize drc: 0x10000000\n"
	"spapr_drc_realize drc: 0x40000000\n"
	"spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n";

static int replay_with(struct failalloc *fa, bool plain, struct replayed *ret)
{
	struct tce_alloc alloc = plain ? failalloc_alloc_plain(fa) : failalloc_alloc(fa);
	const struct tce_replay_opts opts = {.alloc = &alloc};

	return replay_text(trace, strlen(trace), &opts, ret);
}

static void without_a_failure_the_trace_replays(void **state)
{
	struct failalloc fa;
	struct replayed r;

	(void)state;
	failalloc_init(&fa, 0);
	assert_int_equal(replay_with(&fa, false, &r), 0);
	assert_int_equal(r.stats.damaged, 0);
	assert_int_equal(r.sum.diverged, 1); /* the put to a bridge that is not there */
	tce_replay_free(r.replay);
	failalloc_assert_empty(&fa);
}

static void every_failing_request_is_reported_and_nothing_is_lost(void **state)
{
	struct failalloc fa;
	struct replayed r;
	uint64_t n = 0;
	int err = -1;

	(void)state;
	while (err != 0) {
		failalloc_init(&fa, ++n);
		err = replay_with(&fa, n % 2 == 0, &r);
		if (err != 0)
			assert_int_equal(err, -TCE_ERR_NOMEM);
		else
			tce_replay_free(r.replay);
		failalloc_assert_empty(&fa);
	}
	assert_true(n > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_failure_the_trace_replays),
		cmocka_unit_test(every_failing_request_is_reported_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
