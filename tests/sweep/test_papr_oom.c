/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The n-th request for memory fails, in every call of a life, for every n: the call says so, the
 * LPAR is as it was, the same call then succeeds, and nothing is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "failalloc.h"
#include "papr_guest.h"
#include "stream.h"
#include "testing.h"

#define PHB1     (BUID + 1)
#define VIO_UNIT UINT64_C(0x71000003)
#define HUGE     (UINT64_C(1) << 34)

struct life {
	struct papr_guest g;
	struct stream saved; /* of a machine like the one that loads it */
};

static int add_phb(struct life *life)
{
	struct tce_phb_opts opts;

	tce_phb_opts_qemu(&opts, 0);
	return tce_lpar_phb_add(life->g.lpar, &opts);
}

/* With 16 GiB pages: its windows can be as large as the bus. */
static int add_huge_phb(struct life *life)
{
	struct tce_phb_opts opts;

	tce_phb_opts_qemu(&opts, 1);
	opts.page_shifts = HUGE | 1 << 12;
	return tce_lpar_phb_add(life->g.lpar, &opts);
}

static int add_vio(struct life *life)
{
	struct tce_vio_opts opts = {.unit = VIO_UNIT};

	return tce_lpar_vio_add(life->g.lpar, &opts);
}

static int create(struct life *life, uint64_t buid, uint32_t page_shift, uint32_t window_shift)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_CREATE, .nargs = 5, .nret = 4};
	int err;

	call.args[1] = (uint32_t)(buid >> 32);
	call.args[2] = (uint32_t)buid;
	call.args[3] = page_shift;
	call.args[4] = window_shift;
	err = tce_lpar_rtas(life->g.lpar, &call, &life->g.answer);
	assert_true(err != 0 || life->g.answer.status == 0);
	return err;
}

static int create_small(struct life *life)
{
	return create(life, BUID, 16, 31);
}

static int create_huge(struct life *life)
{
	return create(life, PHB1, 34, 64);
}

/* By a block: its return cells stay as they were when there is no memory. */
static int create_by_block(struct life *life)
{
	static const uint32_t cells[] = {0x2027,         5,  4,  0,        BUID >> 32,
					 (uint32_t)BUID, 12, 24, UNWRITTEN};
	const uint64_t args[5] = {RTAS_BLOCK, 0, 0, 0, 0};
	unsigned i;
	int err;

	for (i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		guest_ram_set_u32(&life->g.ram, RTAS_BLOCK + 4 * i, cells[i]);
	err = tce_lpar_hcall(life->g.lpar, TCE_H_RTAS, args, &life->g.answer);
	assert_int_equal(guest_ram_u32(&life->g.ram, RTAS_BLOCK + 32), err == 0 ? 0 : UNWRITTEN);
	return err;
}

static int put_some(struct life *life)
{
	uint64_t i;
	int err = 0;

	for (i = 0; err == 0 && i < 16; i++)
		err = tce_lpar_h_put_tce(life->g.lpar, L0, tce_ioba(i * 0x3000), i << 20 | 3,
					 &life->g.answer);
	return err;
}

static int put_one(struct life *life)
{
	return tce_lpar_h_put_tce(life->g.lpar, L0, tce_ioba(0x80000), 0x5003, &life->g.answer);
}

static int put_list(struct life *life)
{
	uint64_t i;

	for (i = 0; i < 512; i++)
		guest_ram_set_u64(&life->g.ram, LIST_PAGE + 8 * i, i * i << 12 | 3);
	return tce_lpar_h_put_tce_indirect(life->g.lpar, L0, tce_ioba(0x100000), tce_ra(LIST_PAGE),
					   512, &life->g.answer);
}

static int stuff(struct life *life)
{
	return tce_lpar_h_stuff_tce(life->g.lpar, L0, tce_ioba(0x101000), 0x9003, 300,
				    &life->g.answer);
}

/* Over bus address 2^64 and on at 0: two pieces, of which the first must not stay alone. */
static int stuff_over_the_top(struct life *life)
{
	return tce_lpar_h_stuff_tce(life->g.lpar, 0x80000101, tce_ioba(DYN - 3 * HUGE), 0x9003, 7,
				    &life->g.answer);
}

static int list_over_the_top(struct life *life)
{
	return tce_lpar_h_put_tce_indirect(life->g.lpar, 0x80000101, tce_ioba(DYN - 200 * HUGE),
					   tce_ra(LIST_PAGE), 500, &life->g.answer);
}

static int remove_default(struct life *life)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_REMOVE, .nargs = 1, .nret = 1};

	call.args[0] = (uint32_t)L0;
	return tce_lpar_rtas(life->g.lpar, &call, &life->g.answer);
}

static int system_reset(struct life *life)
{
	return tce_lpar_system_reset(life->g.lpar);
}

/* Not the one that fails: the stream grows by realloc. */
static int save(struct life *life)
{
	stream_free(&life->saved);
	return tce_lpar_save(life->g.lpar, stream_put, &life->saved);
}

static int load(struct life *life)
{
	life->saved.at = 0;
	return tce_lpar_load(life->g.lpar, stream_get, &life->saved);
}

static int remove_phb(struct life *life)
{
	return tce_lpar_phb_remove(life->g.lpar, BUID);
}

/* Which storage asks for memory. */
enum asks {
	NEVER,
	COMPACT,
	BOTH
};

static const struct {
	const char *name;
	int (*run)(struct life *life);
	enum asks asks;
	bool changes_on_the_way; /* several calls: those before the failing one have happened */
} steps[] = {
	{"add_phb", add_phb, BOTH, false},
	{"add_vio", add_vio, BOTH, false},
	{"add_huge_phb", add_huge_phb, BOTH, false},
	{"create_small", create_small, BOTH, false},
	{"put_some", put_some, COMPACT, true},
	{"put_one", put_one, COMPACT, false},
	{"put_list", put_list, COMPACT, false},
	{"stuff", stuff, NEVER, false}, /* there is room after the list */
	{"save", save, NEVER, false},
	{"remove_default", remove_default, NEVER, false},
	{"create_by_block", create_by_block, BOTH, false},
	{"create_huge", create_huge, BOTH, false},
	{"stuff_over_the_top", stuff_over_the_top, COMPACT, false},
	{"list_over_the_top", list_over_the_top, COMPACT, false},
	{"load", load, BOTH, false},
	{"system_reset", system_reset, NEVER, false},
	{"remove_phb", remove_phb, NEVER, false},
	{"add_phb again", add_phb, BOTH, false},
};

#define NR_STEPS (sizeof(steps) / sizeof(steps[0]))

/* One step while its n-th request fails, and again when it did. True: it needed fewer. */
static bool step_once(struct life *life, size_t i, struct failalloc *fa, uint64_t n)
{
	uint64_t before = tce_lpar_hash(life->g.lpar);
	int err;

	fa->fail_at = fa->nr_asked + n;
	err = steps[i].run(life);
	fa->fail_at = 0;
	if (err == 0)
		return true;
	if (err != -TCE_ERR_NOMEM)
		fail_msg("%s: %s", steps[i].name, tce_strerror(err));
	if (!steps[i].changes_on_the_way && tce_lpar_hash(life->g.lpar) != before)
		fail_msg("%s without memory changed something (request %d)", steps[i].name, (int)n);
	if (steps[i].run(life) != 0)
		fail_msg("%s does not succeed later", steps[i].name);
	return false;
}

/* A whole life in which the n-th request of each step fails. True: no step needs so many. */
static bool live(enum tce_table_storage storage, bool plain, uint64_t n, bool failed[NR_STEPS])
{
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find("qemu"), .storage = storage};
	struct life life;
	struct failalloc fa;
	struct tce_alloc alloc;
	struct tce_memory memory;
	bool done = true;
	size_t i;
	int err;

	memset(&life, 0, sizeof(life));
	memory = guest_ram_memory(&life.g.ram);
	failalloc_init(&fa, n);
	alloc = plain ? failalloc_alloc_plain(&fa) : failalloc_alloc(&fa);
	opts.alloc = &alloc;
	opts.memory = &memory;
	err = tce_lpar_new(&opts, &life.g.lpar);
	fa.fail_at = 0;
	if (err != 0) {
		assert_int_equal(err, -TCE_ERR_NOMEM);
		assert_int_equal(tce_lpar_new(&opts, &life.g.lpar), 0);
	}
	for (i = 0; i < NR_STEPS; i++) {
		bool enough = step_once(&life, i, &fa, n);

		done = done && enough;
		failed[i] = failed[i] || !enough;
	}
	tce_lpar_free(life.g.lpar);
	stream_free(&life.saved);
	failalloc_assert_empty(&fa);
	return done && err == 0;
}

static void sweep(enum tce_table_storage storage, bool plain, bool failed[NR_STEPS])
{
	uint64_t n;

	memset(failed, 0, NR_STEPS * sizeof(failed[0]));
	for (n = 1; !live(storage, plain, n, failed); n++)
		assert_in_range(n, 1, 100);
}

static void asked_as_said(const bool failed[NR_STEPS], enum asks least)
{
	size_t i;

	for (i = 0; i < NR_STEPS; i++)
		if (failed[i] != (steps[i].asks >= least))
			fail_msg("%s: memory was %sasked for", steps[i].name,
				 failed[i] ? "" : "not ");
}

static void compact_storage_survives_every_failure(void **state)
{
	bool failed[NR_STEPS];

	(void)state;
	sweep(TCE_STORAGE_COMPACT, false, failed);
	asked_as_said(failed, COMPACT);
	sweep(TCE_STORAGE_COMPACT, true, failed);
	asked_as_said(failed, COMPACT);
}

static void lazy_storage_asks_only_for_new_tables(void **state)
{
	bool failed[NR_STEPS];

	(void)state;
	if (test_reserve_lg2() < 34)
		test_skip("a window as large as the bus has 2^30 entries");
	sweep(TCE_STORAGE_LAZY, false, failed);
	asked_as_said(failed, BOTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compact_storage_survives_every_failure),
		cmocka_unit_test(lazy_storage_asks_only_for_new_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
