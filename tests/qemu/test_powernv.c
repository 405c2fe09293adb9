/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bridges against QEMU's bare-metal machine: they agree, and no fault planted in the model or
 * in its facts stays unnoticed. $QEMU names another QEMU; TCE_AGENT is the guest image; argv[1]
 * is the machine, argv[2] how many calls, argv[3] the only fault to plant ("-": none). Without
 * such a QEMU the cases are skipped.
 */
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "cli/powernv/live.h"
#include "cli/vm/find.h"

#define CALLS      UINT64_C(3000)
#define CALLS_MOST UINT64_C(60000)

/* What the model is made of; a fault is one field of a copy. */
struct facts {
	struct tce_ioda_profile profile;
	struct tce_opal_profile opal;
	struct tce_ioda_model model; /* of the first bridge */
};

struct plant {
	const char *name;
	unsigned machines; /* mask of TCE_IODA_ON */
	size_t offset;
	size_t size;
	uint64_t value;
};

#define IODA2 TCE_IODA_ON(TCE_IODA_PHB3)
#define IODA3 (TCE_IODA_ON(TCE_IODA_PHB4) | TCE_IODA_ON(TCE_IODA_PHB5))
#define ALL   (IODA2 | IODA3)
#define PLANT(machines, field, value)                                                              \
	{                                                                                          \
#field, machines, offsetof(struct facts, field),                                   \
			sizeof(((struct facts *)0)->field), value                                  \
	}

static const struct plant plants[] = {
	PLANT(ALL, profile.tce_cache, 1),
	PLANT(IODA3, profile.freezes, 1),
	PLANT(ALL, profile.peev_derived, 1),
	PLANT(ALL, profile.extent_checked, 1),
	PLANT(ALL, profile.bypass_checked, 1),
	PLANT(ALL, profile.page_size_checked, 1),
	PLANT(ALL, profile.entries_added, 1),
	PLANT(ALL, profile.bit59_indexed, 0),
	PLANT(IODA3, profile.tve1_4gb, 1),
	PLANT(ALL, profile.shift_modulo, 0),
	PLANT(ALL, profile.msi64_size, 0),
	PLANT(ALL, profile.pe_masked_on, IODA2),
	PLANT(ALL, profile.bypass_loose_on, IODA2),
	PLANT(ALL, profile.no_pest_on, IODA3),
	PLANT(ALL, profile.rtc_all_only, 0),
	PLANT(ALL, profile.kill_all_bits_on, IODA3),
	PLANT(IODA2, opal.real_start_4g_on, 0),
	PLANT(IODA3, opal.real_start_4g_on, IODA3),
	PLANT(IODA3, opal.kill_pages_as_pe, 0),
	PLANT(ALL, opal.freeze_pe_unchecked, 0),
	PLANT(IODA3, opal.kill_pe_unchecked, 0),
	PLANT(ALL, opal.wide_zero_on[0], 0),
	PLANT(IODA2, opal.wide_zero_on[2], 0),
	PLANT(IODA3, opal.wide_zero_on[3], 0),
	PLANT(ALL, opal.levels_wide, 0),
	PLANT(ALL, opal.arg_bits[0].bits[1], 16),
	PLANT(ALL, opal.arg_bits[0].bits[2], 0),
	PLANT(ALL, opal.arg_bits[1].bits[1], 0),
	PLANT(IODA3, opal.arg_bits[2].bits[1], 16),
	PLANT(IODA3, opal.kill_pages_type_wide, 0),
	PLANT(ALL, model.levels_max, 4),
	PLANT(ALL, model.page_shifts, 1U << 12 | 1U << 16 | 1U << 24),
	PLANT(ALL, model.msi64_top, 2),
	PLANT(ALL, model.reserved_pe, 1),
	PLANT(IODA3, model.tce_kill_call, 0),
	PLANT(IODA2, model.option_calls, 1),
	PLANT(IODA3, model.option_calls, 0),
};
#define NR_PLANTS (sizeof(plants) / sizeof(plants[0]))

/* One machine for all cases: skiboot takes seconds to boot. */
static struct tce_nv_session session;
static struct tce_nv_live_opts opts;
static const struct tce_ioda_model *first_model;
static const char *only;

static void poke(struct facts *facts, const struct plant *plant)
{
	uint8_t *at = (uint8_t *)facts + plant->offset;

	assert_true(plant->size <= sizeof(plant->value));
	memcpy(at, &plant->value, plant->size);
}

/* Calls until the fault is noticed. 0: it is not. */
static uint64_t calls_until_noticed(const struct plant *plant)
{
	const struct tce_ioda_profile *real = tce_ioda_profile_find("qemu-pnv");
	struct facts facts = {.profile = *real, .opal = *real->opal, .model = *first_model};
	struct tce_nv_live_opts with_fault = opts;
	struct tce_nv_live live;
	bool noticed;

	facts.profile.opal = &facts.opal;
	poke(&facts, plant);
	session.machine.tree.bridges[0].model = &facts.model;
	with_fault.profile = &facts.profile;
	with_fault.calls = CALLS_MOST;
	tce_nv_live_run(&session, &with_fault, &live);
	session.machine.tree.bridges[0].model = first_model;
	noticed = live.state == TCE_NV_DIFFERENT;
	if (noticed)
		print_message("# %s: %ju calls, %ju device accesses: %s\n", plant->name,
			      (uintmax_t)live.calls, (uintmax_t)live.dma, live.diff.text);
	else
		print_error("# %s: not noticed in %ju calls, %ju device accesses%s%s\n",
			    plant->name, (uintmax_t)live.calls, (uintmax_t)live.dma,
			    live.fail.text[0] ? ": " : "", live.fail.text);
	tce_nv_live_free(&live);
	return noticed ? live.calls + 1 : 0;
}

static void model_and_machine_agree(void **state)
{
	struct tce_nv_live live;

	(void)state;
	assert_non_null(first_model);
	tce_nv_live_run(&session, &opts, &live);
	if (live.state != TCE_NV_RUNNING)
		print_error("%s%s\n", live.diff.text, live.fail.text);
	assert_int_equal(live.state, TCE_NV_RUNNING);
	assert_true(live.calls >= opts.calls && live.dma > 0);
	tce_nv_live_free(&live);
}

static void no_planted_fault_stays_unnoticed(void **state)
{
	unsigned missed = 0;

	(void)state;
	assert_non_null(first_model);
	for (size_t i = 0; i < NR_PLANTS; i++)
		if ((plants[i].machines & TCE_IODA_ON(first_model->generation)) &&
		    (!only || strcmp(only, plants[i].name) == 0))
			missed += calls_until_noticed(&plants[i]) == 0;
	assert_int_equal(missed, 0);
}

/* Skiboot boots once; false: no QEMU with this machine. */
static bool boot(int argc, char **argv)
{
	const char *env = getenv("QEMU");
	struct tce_qemu_version version;
	struct tce_fail fail;

	opts = (struct tce_nv_live_opts){
		.machine = {.qemu = env && *env ? env : "qemu-system-ppc64",
			    .machine = argc > 1 ? argv[1] : "powernv9",
			    .agent = getenv("TCE_AGENT"),
			    .patience = 60},
		.profile = tce_ioda_profile_find("qemu-pnv"),
		.seed = 7,
		.calls = argc > 2 ? strtoull(argv[2], NULL, 0) : CALLS};
	only = argc > 3 ? argv[3] : NULL;
	tce_nv_session_init(&session);
	if (tce_find_qemu_version(opts.machine.qemu, opts.machine.patience, &version, &fail) != 0 ||
	    tce_find_machine(opts.machine.qemu, opts.machine.patience, opts.machine.machine,
			     &fail) != 0) {
		printf("1..0 # SKIP %s\n", fail.text);
		return false;
	}
	if (tce_nv_session_boot(&session, &opts.machine) != 0)
		printf("%s\n", session.fail.text);
	else
		first_model = session.machine.tree.bridges[0].model;
	return true;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_and_machine_agree),
		cmocka_unit_test(no_planted_fault_stays_unnoticed),
	};
	int failed = 0;

	if (boot(argc, argv))
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	tce_nv_session_stop(&session);
	return failed;
}
