/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls beside QEMU's: our public API called from C, and the same calls made by the guest
 * image in a loop inside QEMU, in the same run.
 *
 * What QEMU's figure contains and ours does not: the loop in the guest is translated code; each
 * call leaves it by an exception, takes QEMU's big lock, and comes back. That is the price of a
 * hypercall under TCG (a KVM host has another), some 0.3 us, and it is nearly all of a single put's
 * figure. A call of 512 entries pays it once, so there the figures tell about the tables. QEMU's
 * IOMMU notifiers have nobody to tell here, nor have ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/papr.h>

#include "base/bits.h"
#include "cli/pseries/guest.h"
#include "cli/pseries/model.h"
#include "cli/vm/find.h"

#include "bench.h"

#define LIOBN    UINT64_C(0x80000000)
#define PAGE     UINT64_C(4096)
#define NR_PUTS  (UINT64_C(1) << 18) /* the default window's entries */
#define LIST     UINT64_C(512)
#define NR_CALLS (NR_PUTS / LIST)
#define ROUNDS   7

struct both {
	struct tce_guest guest;
	struct tce_model model;
	uint64_t turn; /* differs from round to round, so that values do */
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_qemu: %s\n", what);
	exit(1);
}

static void next_turn(void *ctx)
{
	struct both *both = ctx;

	both->turn++;
}

/*
 * One call made count times inside QEMU; the bus address goes on by step, the third argument by
 * add.
 */
static void in_qemu(struct both *both, const uint64_t call[5], uint64_t step, uint64_t add,
		    uint64_t count)
{
	struct tce_guest *guest = &both->guest;
	struct tce_ring_slot *slot = tce_guest_slot(guest, guest->posted);

	memset(slot, 0, sizeof(*slot));
	slot->op = TCE_RING_REPEAT;
	memcpy(slot->in, call, 5 * sizeof(call[0]));
	slot->in[5] = step;
	slot->in[6] = add;
	slot->in[7] = count;
	tce_guest_post(guest, 1);
	must(tce_guest_wait(guest, guest->posted) == TCE_GUEST_DONE, "QEMU has gone");
	must(slot->out[0] == 0, "QEMU refuses a call");
}

static void answered(int err, const struct tce_answer *answer)
{
	must(err == 0 && answer->r3 == TCE_H_SUCCESS, "the model refuses a call");
}

static uint64_t page_tce(const struct both *both)
{
	return (both->turn << 20 & 0xfffff000) | TCE_PERM;
}

/* --- single puts -------------------------------------------------------------------------- */

static void put_ours(void *ctx)
{
	struct both *both = ctx;
	struct tce_answer answer;
	uint64_t tce = page_tce(both);

	for (uint64_t i = 0; i < NR_PUTS; i++, tce += PAGE)
		answered(tce_lpar_h_put_tce(both->model.lpar, LIOBN, tce_ioba(i * PAGE), tce,
					    &answer),
			 &answer);
}

static void put_qemu(void *ctx)
{
	struct both *both = ctx;
	const uint64_t call[5] = {TCE_H_PUT_TCE, LIOBN, 0, page_tce(both)};

	in_qemu(both, call, PAGE, PAGE, NR_PUTS);
}

/* --- 512 at a time ------------------------------------------------------------------------ */

/* Irregular entries, so that neither side can take them for a run. */
static void fill_list(void *ctx)
{
	struct both *both = ctx;
	uint8_t *mine = tce_model_memory(&both->model, TCE_RING_LISTS, 4096);

	both->turn++;
	for (uint64_t i = 0; i < LIST; i++)
		tce_be64_store(mine + 8 * i, ((i + both->turn) * UINT64_C(0x9e3779b97f4a7c15) &
					      ~UINT64_C(0xfff)) |
						     TCE_PERM);
	memcpy(tce_guest_memory(&both->guest, TCE_RING_LISTS, 4096), mine, 4096);
}

static void indirect_ours(void *ctx)
{
	struct both *both = ctx;
	struct tce_answer answer;

	for (uint64_t i = 0; i < NR_CALLS; i++)
		answered(tce_lpar_h_put_tce_indirect(both->model.lpar, LIOBN,
						     tce_ioba(i * LIST * PAGE),
						     tce_ra(TCE_RING_LISTS), LIST, &answer),
			 &answer);
}

static void indirect_qemu(void *ctx)
{
	const uint64_t call[5] = {TCE_H_PUT_TCE_INDIRECT, LIOBN, 0, TCE_RING_LISTS, LIST};

	in_qemu(ctx, call, LIST * PAGE, 0, NR_CALLS);
}

static void stuff_ours(void *ctx)
{
	struct both *both = ctx;
	struct tce_answer answer;

	for (uint64_t i = 0; i < NR_CALLS; i++)
		answered(tce_lpar_h_stuff_tce(both->model.lpar, LIOBN, tce_ioba(i * LIST * PAGE),
					      page_tce(both), LIST, &answer),
			 &answer);
}

static void stuff_qemu(void *ctx)
{
	const uint64_t call[5] = {TCE_H_STUFF_TCE, LIOBN, 0, page_tce(ctx), LIST};

	in_qemu(ctx, call, LIST * PAGE, 0, NR_CALLS);
}

/* Stuffing over what a list has left: entry by entry for us, too. */
static void fill_window(void *ctx)
{
	fill_list(ctx);
	indirect_ours(ctx);
	indirect_qemu(ctx);
}

/* --- all together ------------------------------------------------------------------------- */

static void run_all(struct both *both)
{
	static const struct bench benches[] = {
		{.name = "H_PUT_TCE",
		 .nr = NR_PUTS,
		 .prepare = next_turn,
		 .ours = put_ours,
		 .peer = put_qemu},
		{.name = "H_PUT_TCE_INDIRECT of 512, per TCE",
		 .nr = NR_PUTS,
		 .prepare = fill_list,
		 .ours = indirect_ours,
		 .peer = indirect_qemu},
		{.name = "H_STUFF_TCE of 512, per TCE",
		 .nr = NR_PUTS,
		 .prepare = fill_window,
		 .ours = stuff_ours,
		 .peer = stuff_qemu},
	};

	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		struct bench bench = benches[i];

		bench.unit = "ns";
		bench.per_unit = 1;
		bench.rounds = ROUNDS;
		bench.ctx = both;
		bench_run(&bench);
	}
}

static int left_out(const char *why)
{
	printf("left out: %s\n", why);
	return 0;
}

int main(void)
{
	const char *env = getenv("QEMU");
	struct tce_guest_opts opts = {.qemu = env && *env ? env : "qemu-system-ppc64",
				      .agent = AGENT,
				      .patience = TCE_GUEST_PATIENCE};
	const struct tce_papr_profile *profile;
	struct tce_qemu_version version;
	struct tce_qemu_config config;
	struct tce_fail fail;
	static struct both both;
	char title[100];
	bool exact;

	if (tce_find_qemu_version(opts.qemu, opts.patience, &version, &fail) != 0)
		return left_out(fail.text);
	profile = tce_find_profile(&version, &exact, &fail);
	if (!profile)
		return left_out(fail.text);
	tce_qemu_config_init(&config);
	must(tce_model_init(&both.model, profile, &config, &fail) == 0, fail.text);
	if (tce_guest_start(&both.guest, &opts, &config, &fail) != 0) {
		tce_guest_stop(&both.guest);
		return left_out(fail.text);
	}
	snprintf(title, sizeof(title), "hypercalls beside QEMU %s (TCG)", version.text);
	bench_head(title);
	run_all(&both);
	tce_guest_stop(&both.guest);
	tce_model_fini(&both.model);
	return 0;
}
