/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DMA layer of the Linux half and the replay of its recordings without memory: the n-th request
 * fails, for every n; nothing is changed or lost, and the same call succeeds afterwards.
 */
#include <string.h>

#include <tce/dma.h>

#include "dma_rig.h"
#include "failalloc.h"
#include "testing.h"

static struct dma_rig rig;
static struct failalloc fa;
static struct tce_alloc alloc;

/* A table whose requests go through fa; more than one chunk of the bitmap. */
static int set_up(uint64_t fail_at)
{
	struct dma_rig_opts opts = {.size = 0x8000, .alloc = &alloc};

	failalloc_init(&fa, fail_at);
	alloc = failalloc_alloc(&fa);
	return dma_rig_init(&rig, &opts);
}

static void fail_next(uint64_t n)
{
	fa.fail_at = n == 0 ? 0 : fa.nr_asked + n;
}

static void making_a_table_fails_cleanly(void **state)
{
	uint64_t n;
	int err = -1;

	(void)state;
	for (n = 1; err != 0; n++) {
		err = set_up(n);
		if (err == 0)
			dma_rig_fini(&rig);
		else
			assert_int_equal(err, -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	}
	assert_in_range(n, 4, 10); /* table, bitmap, the chunk with page 0 */
}

/* One call that needs memory; what it returned. */
typedef int call_fn(void);

static int map_across_chunks(void)
{
	struct tce_dma_buffer buffer = {0, 0x2000000, TCE_DIR_TO_DEVICE}; /* 8192 pages */
	struct tce_dma_answer answer;
	int err = tce_dma_map_page(&rig.env, &rig.dev, &buffer, &answer);

	if (err == 0)
		assert_int_equal(answer.why, TCE_DMA_WHY_OK);
	return err;
}

static int map_a_list(void)
{
	struct tce_sg_entry sg[3] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = 0x30000, .length = 0x100000},
		{.page = 0x90000, .length = 0x10},
	};
	struct tce_dma_answer answer;

	return tce_dma_map_sg(&rig.env, &rig.dev, sg, 3, TCE_DIR_TO_DEVICE, &answer);
}

static int alloc_coherent(void)
{
	struct tce_dma_answer answer;

	return tce_dma_alloc_coherent(&rig.env, &rig.dev, 0x100000, 0x100000, &answer);
}

static void sweep(call_fn *call)
{
	uint64_t n, bits;
	int err = -1;

	assert_int_equal(set_up(0), 0);
	bits = rig.tbl->map.nr_set;
	for (n = 1; err != 0; n++) {
		fail_next(n);
		err = call();
		if (err == 0)
			break;
		assert_int_equal(err, -TCE_ERR_NOMEM);
		assert_int_equal(rig.tbl->map.nr_set, bits);
		assert_int_equal(dma_rig_nr_tces(&rig), 0);
	}
	assert_true(n > 1); /* the call did need memory */
	assert_true(rig.tbl->map.nr_set > bits);
	dma_rig_fini(&rig);
	failalloc_assert_empty(&fa);
}

static void mapping_a_large_buffer_fails_cleanly(void **state)
{
	(void)state;
	sweep(map_across_chunks);
}

static void mapping_a_list_fails_cleanly(void **state)
{
	(void)state;
	sweep(map_a_list);
}

static void coherent_memory_fails_cleanly(void **state)
{
	(void)state;
	sweep(alloc_coherent);
}

static void a_search_that_fails_for_memory_puts_the_hints_back(void **state)
{
	uint64_t before;

	(void)state;
	assert_int_equal(set_up(0), 0);
	rig.tbl->pools[0].hint = 0x5fff; /* the first pass must fail and reset it */
	rig.tbl->large_pool.hint = 0x7fff;
	before = tce_iommu_table_hash(rig.tbl, 0);
	fail_next(1);
	assert_int_equal(map_across_chunks(), -TCE_ERR_NOMEM);
	assert_int_equal(tce_iommu_table_hash(rig.tbl, 0), before);
	dma_rig_fini(&rig);
	failalloc_assert_empty(&fa);
}

static void a_platform_that_fails_leaves_nothing_handed_out(void **state)
{
	(void)state;
	assert_int_equal(set_up(0), 0);
	rig.fail_at = 1;
	assert_int_equal(map_across_chunks(), -TCE_ERR_NOMEM);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	rig.fail_at = 4; /* the last of three elements */
	assert_int_equal(map_a_list(), -TCE_ERR_NOMEM);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	assert_int_equal(dma_rig_nr_tces(&rig), 0);
	dma_rig_fini(&rig);
	failalloc_assert_empty(&fa);
}

/* Freeing the middle of a chunk that is full and has no memory of its own needs some. */
static void freeing_can_need_memory_and_fails_cleanly(void **state)
{
	bool ignored;

	(void)state;
	assert_int_equal(set_up(0), 0);
	tce_bitmap_fill(&rig.tbl->map, true);
	rig.tce[0x1006] = 0x3003;
	fail_next(1);
	assert_int_equal(tce_dma_unmap_page(&rig.env, &rig.dev, 0x1005000, 0x3000, &ignored),
			 -TCE_ERR_NOMEM);
	assert_int_equal(rig.tbl->map.nr_set, 0x8000);
	assert_int_equal(rig.tce[0x1006], 0x3003);
	fail_next(0);
	assert_int_equal(tce_dma_unmap_page(&rig.env, &rig.dev, 0x1005000, 0x3000, &ignored), 0);
	assert_int_equal(rig.tbl->map.nr_set, 0x8000 - 3);
	dma_rig_fini(&rig);
	failalloc_assert_empty(&fa);
}

/* --- replay ------------------------------------------------------------------------------- */

static const char recording[] =
	"dmarand version=3 run=0 seed=1 nops=4 prng=xorshift64star\n"
	"params smask=32 cmask=32 order=0 maxseg=0 boundary=0 ws=40 rdtce=0 cohmax=64\n"
	"host page_size=1000 page_offset=c000000000000000 online_cpus=1\n"
	"dev name=0000:00:00.0 set_mask=0 set_coherent_mask=0 dma_mask=ffffffff "
	"coherent_mask=ffffffff seg_boundary=ffffffff max_seg=10000 dma_offset=0 bus_dma_limit=0 "
	"bypass=0\n"
	"table index=80000000 size=4000 offset=0 shift=12 blocksize=16 reserved=0-0 levels=0 "
	"nr_pools=1 poolsize=3000 pools=0-3000:0,large=3000-4000:3000\n"
	"bitmap at=start r=0-1\n"
	"op=single n=0 cpu=0 phys=9bb7000 off=0 size=10c98 dir=2 -> 3000000 h=0,3011\n"
	"op=coherent n=1 cpu=0 size=2383 -> 4000 phys=79b8000 h=10,3011\n"
	"op=sg n=2 cpu=0 nents=2 dir=0 in=10000:0:1000,20000:0:800 -> 1 out=10000:1800 "
	"h=20,3011\n"
	"op=unmap n=3 cpu=0 of=0 type=single h=20,3011\n"
	"end ops=4 fails=0 lost=0\n";

static int replay_recording(struct tce_dma_summary *ret_sum)
{
	struct tce_dma_replay_opts opts = {.alloc = &alloc};
	struct tce_dma_replay *replay;
	struct tce_dma_reader reader;
	struct tce_dma_record record;
	int err = tce_dma_replay_new(&opts, &replay);

	if (err != 0)
		return err;
	tce_dma_reader_init(&reader, recording, sizeof(recording) - 1);
	while (err == 0 && tce_dma_reader_next(&reader, &record) == TCE_DMA_NEXT_RECORD)
		err = tce_dma_replay_record(replay, &record);
	tce_dma_replay_summary(replay, ret_sum);
	tce_dma_replay_free(replay);
	return err;
}

static void a_replay_fails_cleanly_at_every_request(void **state)
{
	struct tce_dma_summary sum;
	uint64_t n;
	int err = -1;

	(void)state;
	for (n = 1; err != 0; n++) {
		failalloc_init(&fa, n);
		alloc = failalloc_alloc(&fa);
		err = replay_recording(&sum);
		if (err != 0)
			assert_int_equal(err, -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	}
	assert_int_equal(sum.events, 8);
	assert_int_equal(sum.diverged, 0);
	assert_in_range(n, 10, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(making_a_table_fails_cleanly),
		cmocka_unit_test(mapping_a_large_buffer_fails_cleanly),
		cmocka_unit_test(mapping_a_list_fails_cleanly),
		cmocka_unit_test(coherent_memory_fails_cleanly),
		cmocka_unit_test(a_search_that_fails_for_memory_puts_the_hints_back),
		cmocka_unit_test(a_platform_that_fails_leaves_nothing_handed_out),
		cmocka_unit_test(freeing_can_need_memory_and_fails_cleanly),
		cmocka_unit_test(a_replay_fails_cleanly_at_every_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
