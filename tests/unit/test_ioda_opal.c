/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OPAL calls: argument checks in their order, codes, and what a call leaves behind. Rows marked
 * [M] were measured on skiboot 7.0 (powernv8, 9 and 10 of QEMU 7.2 and 11.1).
 */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "ioda_rig.h"
#include "testing.h"

#define SET_PE    TCE_OPAL_PCI_SET_PE
#define SET_PELTV TCE_OPAL_PCI_SET_PELTV
#define MAP       TCE_OPAL_PCI_MAP_PE_DMA_WINDOW
#define REAL      TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL
#define KILL      TCE_OPAL_PCI_TCE_KILL
#define RESET     TCE_OPAL_PCI_RESET
#define FSTATUS   TCE_OPAL_PCI_EEH_FREEZE_STATUS
#define FCLEAR    TCE_OPAL_PCI_EEH_FREEZE_CLEAR
#define FSET      TCE_OPAL_PCI_EEH_FREEZE_SET
#define SETOPT    TCE_OPAL_PHB_SET_OPTION
#define GETOPT    TCE_OPAL_PHB_GET_OPTION

#define T         RIG_TABLES
#define HALF      (UINT64_C(1) << 59)

/* One call, its code and the reason. */
struct row {
	uint64_t token;
	uint64_t args[6];
	int64_t rc;
	enum tce_opal_refusal why;
};

static void check_rows(const char *model, const char *profile, const char *opal,
		       const struct row *rows, size_t nr)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	size_t i;

	ioda_rig_opts(&rig, model, profile, &opts);
	opts.opal = opal != NULL ? tce_opal_profile_find(opal) : NULL;
	ioda_rig_init(&rig, &opts);
	for (i = 0; i < nr; i++) {
		int64_t rc = ioda_rig_opal(&rig, rows[i].token, rows[i].args);
		enum tce_opal_refusal why;

		if (rc != rows[i].rc)
			print_message("%s row %zu: %s\n", model, i, tce_opal_name(rows[i].token));
		assert_int_equal(rc, rows[i].rc);
		why = ioda_rig_refusal(&rig, rows[i].token, rows[i].args);
		if (why != rows[i].why)
			print_message("%s row %zu: %s\n", model, i, tce_opal_refusal_text(why));
		assert_int_equal(why, rows[i].why);
	}
	ioda_rig_fini(&rig);
}

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])
#define OK         0, TCE_OPAL_REFUSED_NOT
#define BAD(why)   -1, TCE_OPAL_REFUSED_##why
#define NO(why)    -7, TCE_OPAL_REFUSED_##why

/* [M] on powernv9. */
static const struct row phb4_rows[] = {
	{SET_PE, {511, 0x100, 7, 1, 1, 1}, OK},
	{SET_PE, {512, 0x100, 7, 1, 1, 1}, BAD(PE_RANGE)},
	{SET_PE, {1, 0x100, 8, 1, 1, 1}, BAD(COMPARE)},
	{SET_PE, {1, 0x100, 1, 1, 1, 0}, OK},
	{SET_PE, {1, 0x100, 7, 2, 1, 1}, BAD(COMPARE)},
	{SET_PE, {1, 0x100, 7, 1, 2, 1}, BAD(COMPARE)},
	{SET_PE, {1, 0x100, 7, 1, 1, 2}, BAD(ACTION)},
	{SET_PE, {1, 0x10000, 7, 1, 1, 1}, BAD(BDFN_RANGE)},
	{SET_PE, {1, 0x100, 7, 1, 1, 1}, OK},
	{SET_PE, {9999, 0x10000, 9, 9, 9, 9}, BAD(ACTION)}, /* action is first */
	{SET_PE, {9999, 0x10000, 9, 9, 9, 1}, BAD(PE_RANGE)},
	{SET_PELTV, {1, 2, 1}, OK},
	{SET_PELTV, {511, 511, 1}, OK},
	{SET_PELTV, {512, 2, 1}, BAD(PE_RANGE)},
	{SET_PELTV, {2, 512, 1}, BAD(PE_RANGE)},
	{MAP, {1, 2, 0, T, 0x10000, 0x1000}, BAD(LEVELS)},
	{MAP, {1, 2, 6, T, 0x10000, 0x1000}, BAD(LEVELS)},
	{MAP, {1, 4, 1, T, 0x10000, 0x1000}, BAD(WINDOW)},
	{MAP, {512, 1024, 1, T, 0x10000, 0x1000}, BAD(PE_RANGE)},
	{MAP, {1, 2, 1, T, 0x800, 0x1000}, BAD(TABLE_SIZE)},
	{MAP, {1, 2, 1, T, 0x1800, 0x1000}, BAD(TABLE_SIZE)},
	{MAP, {1, 2, 1, T, UINT64_C(1) << 43, 0x1000}, BAD(TABLE_LARGE)},
	{MAP, {1, 2, 1, T, UINT64_C(1) << 42, 0x1000}, OK},
	{MAP, {1, 2, 1, T, 0x10000, 0x1000}, OK},
	{MAP, {1, 2, 1, T, 0x10000, 0x10000}, OK},
	{MAP, {1, 2, 1, T, 0x10000, 0x200000}, OK},
	{MAP, {1, 2, 1, T, 0x10000, 0x40000000}, OK},
	{MAP, {1, 2, 1, T, 0x10000, 0x1000000}, BAD(PAGE_SIZE)},
	{MAP, {1, 2, 1, T, 0x10000, 0x10000000}, BAD(PAGE_SIZE)},
	{MAP, {1, 2, 1, T, 0x10000, 0x2000}, BAD(PAGE_SIZE)},
	{MAP, {1, 2, 1, T, 0x10000, 0}, BAD(PAGE_SIZE)},
	{MAP, {1, 2, 99, T, 0, 5}, OK}, /* size 0: off, the rest is not looked at */
	{MAP, {1, 4, 99, T, 0, 5}, BAD(WINDOW)},
	{REAL, {1, 3, HALF, UINT64_C(1) << 31}, OK},
	{REAL, {1, 2, HALF, UINT64_C(1) << 31}, BAD(REAL_HALF)},
	{REAL, {1, 3, 0, UINT64_C(1) << 31}, BAD(REAL_HALF)},
	{REAL, {1, 3, 0, 0x1001000}, BAD(REAL_HALF)},
	{REAL, {1, 3, HALF << 1, UINT64_C(1) << 31}, BAD(REAL_HALF)},
	{REAL, {1, 3, HALF + 0x1000, UINT64_C(1) << 31}, BAD(REAL_ALIGN)},
	{REAL, {1, 3, HALF, 0x1001000}, BAD(REAL_ALIGN)},
	{REAL, {1, 3, HALF, UINT64_C(1) << 50}, BAD(REAL_END)},
	{REAL, {1, 3, HALF, (UINT64_C(1) << 50) - (1 << 24)}, OK},
	{REAL, {1, 2, 0x1000000, 0 - UINT64_C(0x1000000)}, OK}, /* [M] the sum wraps to 0 */
	{REAL, {1, 2, 0, 0 - UINT64_C(0x1000000)}, BAD(REAL_END)},
	{REAL, {1, 3, 99, 0}, OK},
	{REAL, {1, 4, HALF, 0}, BAD(WINDOW)},
	{KILL, {0, 1, 0x123, 0x777, 5}, OK}, /* HW560152: made a PE kill, nothing is checked */
	{KILL, {1, 1, 0, 0, 0}, OK},
	{KILL, {2, 0, 0, 0, 0}, OK},
	{KILL, {3, 0, 0, 0, 0}, BAD(KILL_TYPE)},
	{KILL, {1, 9999, 0, 0, 0}, OK},
	{SETOPT, {1, 1}, OK},
	{SETOPT, {1, 2}, BAD(OPTION_VALUE)},
	{SETOPT, {2, 1}, OK},
	{SETOPT, {9, 0}, NO(OPTION)},
	{SETOPT, {0, 5}, NO(OPTION)},
	{GETOPT, {1, RIG_RESULT}, OK},
	{GETOPT, {9, RIG_RESULT}, NO(OPTION)},
	{GETOPT, {9, 0}, BAD(POINTER)},
	{FSET, {1, 0}, BAD(ACTION)},
	{FSET, {1, 1}, OK},
	{FSET, {1, 2}, OK},
	{FSET, {1, 3}, OK},
	{FSET, {1, 4}, BAD(ACTION)},
	{FSET, {512, 3}, BAD(PE_RANGE)},
	{FCLEAR, {1, 0}, OK},
	{FCLEAR, {9999, 3}, OK},
	{FCLEAR, {1, 99}, OK},
	{FSTATUS, {1, RIG_RESULT, RIG_RESULT + 8, 0}, OK},
	{FSTATUS, {9999, RIG_RESULT, RIG_RESULT + 8, 0}, OK},
	{FSTATUS, {1, UINT64_C(1) << 61, RIG_RESULT, 0}, BAD(POINTER)},
	{FSTATUS, {1, RIG_RESULT, UINT64_C(1) << 61, 0}, BAD(POINTER)},
	{FSTATUS, {1, RIG_RESULT, RIG_RESULT, UINT64_C(1) << 61}, BAD(POINTER)},
	{FSTATUS, {1, RIG_RAM, RIG_RESULT, 0}, BAD(POINTER)},
	{FSTATUS, {1, UINT64_C(0xc) << 60 | RIG_RESULT, RIG_RESULT + 8, 0}, OK},
	{RESET, {0, 0}, NO(RESET_SCOPE)},
	{RESET, {2, 1}, NO(RESET_SCOPE)},
	{RESET, {7, 1}, NO(RESET_SCOPE)},
	{RESET, {7, 2}, BAD(RESET_STATE)}, /* the state is first */
	{RESET, {3, 0}, OK},
	{RESET, {3, 1}, OK},
	{RESET, {6, 0}, OK},
	{RESET, {6, 1}, OK},
	{RESET, {6, 2}, BAD(RESET_STATE)},
	{RESET, {1, 0}, OK},
	{RESET, {4, 0}, OK},
	{RESET, {5, 0}, OK},
	{RESET, {4, 1}, 1000, TCE_OPAL_REFUSED_NOT}, /* milliseconds of the first step */
	{RESET, {5, 1}, 250, TCE_OPAL_REFUSED_NOT},
	{RESET, {1, 1}, 10, TCE_OPAL_REFUSED_NOT},
	{9999, {0}, BAD(TOKEN)},
	{181, {0}, BAD(TOKEN)},
};

static void phb4_answers_every_measured_row(void **state)
{
	(void)state;
	check_rows("phb4", "qemu-pnv", NULL, ROWS(phb4_rows));
	check_rows("phb4", "hardware", NULL, ROWS(phb4_rows));
	check_rows("phb5", "qemu-pnv", NULL, ROWS(phb4_rows));
}

static void a_small_phb4_has_half_the_pes(void **state)
{
	static const struct row rows[] = {
		{SET_PE, {255, 0x100, 7, 1, 1, 1}, OK},
		{SET_PE, {256, 0x100, 7, 1, 1, 1}, BAD(PE_RANGE)},
		{MAP, {255, 511, 1, T, 0x10000, 0x1000}, OK},
		{MAP, {256, 512, 1, T, 0x10000, 0x1000}, BAD(PE_RANGE)},
		{FSET, {256, 3}, BAD(PE_RANGE)},
	};

	(void)state;
	check_rows("phb4-small", "qemu-pnv", NULL, ROWS(rows));
	check_rows("phb5-small", "hardware", NULL, ROWS(rows));
}

/* [M] powernv8. */
static void phb3_lacks_kill_and_options(void **state)
{
	static const struct row rows[] = {
		{SET_PE, {255, 0x100, 7, 1, 1, 1}, OK},
		{SET_PE, {256, 0x100, 7, 1, 1, 1}, BAD(PE_RANGE)},
		{SET_PELTV, {256, 2, 1}, BAD(PE_RANGE)},
		{MAP, {1, 2, 1, T, 0x10000, 0x1000}, OK},
		{MAP, {1, 2, 1, T, 0x10000, 0x10000}, OK},
		{MAP, {1, 2, 1, T, 0x10000, 0x1000000}, OK},
		{MAP, {1, 2, 1, T, 0x10000, 0x10000000}, OK},
		{MAP, {1, 2, 1, T, 0x10000, 0x200000}, BAD(PAGE_SIZE)},
		{MAP, {1, 2, 1, T, 0x10000, 0x40000000}, BAD(PAGE_SIZE)},
		{MAP, {1, 2, 5, T, 0x10000, 0x1000}, OK},
		{MAP, {1, 2, 6, T, 0x10000, 0x1000}, BAD(LEVELS)},
		{REAL, {1, 3, HALF, UINT64_C(1) << 31}, OK},
		{REAL, {1, 3, HALF + 0x1000, UINT64_C(1) << 31}, BAD(REAL_ALIGN)},
		{KILL, {0, 1, 0, 0, 0}, NO(CALL)},
		{KILL, {3, 1, 0, 0, 0}, NO(CALL)},
		{SETOPT, {1, 1}, NO(CALL)},
		{GETOPT, {1, RIG_RESULT}, NO(CALL)},
		{GETOPT, {1, 0}, BAD(POINTER)},
		{FSET, {1, 3}, OK},
		{FSET, {256, 3}, BAD(PE_RANGE)},
		{FCLEAR, {9999, 3}, OK},
		{RESET, {6, 1}, OK},
		{RESET, {5, 1}, 1000, TCE_OPAL_REFUSED_NOT},
	};

	(void)state;
	check_rows("phb3", "qemu-pnv", NULL, ROWS(rows));
	check_rows("phb3", "hardware", NULL, ROWS(rows));
}

static void p7ioc_checks_other_things_in_another_order(void **state)
{
	static const struct row rows[] = {
		{SET_PE, {127, 0x100, 7, 1, 1, 1}, OK},
		{SET_PE, {128, 0x10000, 8, 1, 1, 2}, BAD(PE_RANGE)},
		{SET_PE, {1, 0x10000, 8, 1, 1, 2}, BAD(BDFN_RANGE)},
		{SET_PE, {1, 0x100, 8, 1, 1, 2}, BAD(ACTION)},
		{SET_PE, {1, 0x100, 8, 1, 1, 1}, BAD(COMPARE)},
		{SET_PE, {1, 0x100, 7, 9, 9, 1}, OK}, /* compares are flags */
		{SET_PELTV, {127, 127, 1}, OK},
		{SET_PELTV, {128, 1, 1}, BAD(PE_RANGE)},
		{MAP, {1, 127, 1, T, 0x80000, 0x1000}, OK},
		{MAP, {128, 1, 1, T, 0x80000, 0x1000}, BAD(PE_RANGE)},
		{MAP, {1, 128, 1, T, 0x80000, 0x1000}, BAD(WINDOW)},
		{MAP, {1, 1, 2, T, 0x80000, 0x1000}, BAD(LEVELS)},
		{MAP, {1, 1, 1, T, 0x40000, 0x1000}, OK}, /* 128 MiB */
		{MAP, {1, 1, 1, T, 0x20000, 0x1000}, BAD(WINDOW_SMALL)},
		{MAP, {1, 1, 1, T, 0x20000, 0x2000}, BAD(PAGE_SIZE)},
		{MAP, {1, 1, 1, T, 0x8000, 0x10000}, OK},
		{MAP, {1, 1, 1, T, 0x1000, 0x1000000}, OK},
		{MAP, {1, 1, 1, T, 0x1000, UINT64_C(0x400000000)}, OK},
		{MAP, {1, 1, 1, T, 0x1000, 0x10000000}, BAD(PAGE_SIZE)},
		{REAL, {1, 3, HALF, UINT64_C(1) << 31}, NO(CALL)},
		{KILL, {2, 0, 0, 0, 0}, NO(CALL)},
		{SETOPT, {1, 1}, NO(CALL)},
		{FSET, {127, 3}, OK},
		{FSET, {128, 3}, BAD(PE_RANGE)},
		{RESET, {6, 1}, OK},
	};

	(void)state;
	check_rows("p7ioc", "hardware", NULL, ROWS(rows));
}

static void p7ioc_firmware_takes_a_table_of_no_size(void **state)
{
	static const struct row skiboot[] = {{MAP, {1, 1, 1, T, 0, 0x1000}, OK}};
	static const struct row documented[] = {
		{MAP, {1, 1, 1, T, 0, 0x1000}, BAD(WINDOW_SMALL)},
		{MAP, {1, 1, 1, T, UINT64_MAX, 0x1000}, BAD(TABLE_LARGE)},
	};

	(void)state;
	check_rows("p7ioc", "hardware", NULL, ROWS(skiboot));
	check_rows("p7ioc", "hardware", "opal-documented", ROWS(documented));
}

static void firmware_before_hw560152_checks_page_kills(void **state)
{
	static const struct row rows[] = {
		{KILL, {0, 1, 0x1000, 0x3000, 2}, OK},
		{KILL, {0, 1, 0x1000, 0x3800, 2}, BAD(KILL_ADDR)},
		{KILL, {0, 1, 0x10000, 0x3000, 2}, BAD(KILL_ADDR)},
		{KILL, {0, 1, 0x123, 0x3000, 2}, BAD(PAGE_SIZE)},
		{KILL, {0, 1, 0x1000000, 0, 1}, BAD(PAGE_SIZE)},
		{KILL, {0, 1, 0x123, 0x777, 0}, OK}, /* no page, no check */
		{KILL, {0, 1, 0x1000, UINT64_C(1) << 60, 1}, BAD(KILL_ADDR)},
		{KILL, {0, 1, 0x1000, (UINT64_C(1) << 60) - 0x1000, 1}, OK},
		{KILL, {0, 1, 0x1000, (UINT64_C(1) << 60) - 0x1000, 2}, BAD(KILL_ADDR)},
		{KILL, {0, 1, 0x40000000, 0, 0xffffffff}, BAD(KILL_ADDR)},
	};

	(void)state;
	check_rows("phb4", "hardware", "skiboot-page-kill", ROWS(rows));
}

static void documented_firmware_checks_every_pe(void **state)
{
	static const struct row rows[] = {
		{KILL, {1, 512, 0, 0, 0}, BAD(PE_RANGE)},
		{KILL, {2, 512, 0, 0, 0}, OK},
		{FCLEAR, {512, 3}, BAD(PE_RANGE)},
		{FSTATUS, {512, RIG_RESULT, RIG_RESULT, 0}, BAD(PE_RANGE)},
	};

	(void)state;
	check_rows("phb4", "hardware", "opal-documented", ROWS(rows));
}

/* [M] what the calling convention leaves undefined: skiboot 7.0 as Debian built it. */
static void arguments_wider_than_their_type_are_cut_as_measured(void **state)
{
	static const struct row rows[] = {
		{SET_PE, {UINT64_C(1) << 32 | 1, 0x100, 7, 1, 1, 1}, BAD(PE_RANGE)},
		{SET_PE, {1, 0x100, 0x107, 1, 1, 1}, BAD(COMPARE)},
		{SET_PE, {1, 0x100, UINT64_C(1) << 32 | 7, 1, 1, 1}, OK},
		{SET_PE, {1, 0x100, 7, UINT64_C(1) << 32 | 1, 1, 1}, OK},
		{SET_PE, {1, 0x100, 7, 1, 1, UINT64_C(1) << 32 | 1}, OK},
		{SET_PE, {1, 0x100, 7, 1, 1, 0x101}, BAD(ACTION)},
		{SET_PELTV, {UINT64_C(1) << 32 | 1, 2, 1}, OK},
		{SET_PELTV, {1, UINT64_C(1) << 32 | 2, 0x100}, OK},
		{MAP, {1, 0x10002, 1, T, 0x10000, 0x1000}, BAD(WINDOW)},
		{MAP, {1, 2, 0x10001, T, 0x10000, 0x1000}, OK},
		{MAP, {0x10001, 2, 1, T, 0x10000, 0x1000}, BAD(PE_RANGE)},
		{MAP, {1, UINT64_C(1) << 32 | 2, 1, T, 0x10000, 0x1000}, BAD(WINDOW)},
		{KILL, {UINT64_C(1) << 32 | 1, 0, 0, 0, 0}, OK},
		{KILL, {UINT64_C(1) << 32 | 2, 0, 0, 0, 0}, OK},
		{KILL, {UINT64_C(1) << 32, 0, 0x1000, 0, 1}, BAD(KILL_TYPE)},
		{KILL, {UINT64_C(1) << 32 | 3, 0, 0, 0, 0}, BAD(KILL_TYPE)},
		{KILL, {0x10003, 0, 0, 0, 0}, BAD(KILL_TYPE)},
		{SETOPT, {UINT64_C(1) << 32 | 1, 0}, OK},
		{SETOPT, {1, UINT64_C(1) << 32}, BAD(OPTION_VALUE)},
		{RESET, {0x106, 1}, OK},
		{RESET, {UINT64_C(1) << 32 | 6, 1}, OK},
		{RESET, {6, UINT64_C(1) << 32 | 1}, OK},
		{RESET, {6, 0x101}, BAD(RESET_STATE)},
	};

	(void)state;
	check_rows("phb4", "qemu-pnv", NULL, ROWS(rows));
}

static void another_bridge_s_number_is_refused_by_every_call(void **state)
{
	static const uint64_t tokens[] = {SET_PE,  SET_PELTV, MAP,  REAL,   KILL,  RESET,
					  FSTATUS, FCLEAR,    FSET, SETOPT, GETOPT};
	static const char *const models[] = {"p7ioc", "phb3", "phb4"};
	struct tce_opal_answer answer;
	unsigned m;
	unsigned i;

	(void)state;
	for (m = 0; m < 3; m++) {
		struct ioda_rig rig;

		ioda_rig_start(&rig, models[m], "hardware");
		for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
			struct tce_opal_call call = {.token = tokens[i]};
			uint64_t hash = tce_ioda_hash(rig.ioda);

			memset(call.u.args, 1, sizeof(call.u.args));
			call.u.args[0] = RIG_PHB + 1;
			call.no_pointers = true;
			assert_int_equal(tce_ioda_opal(rig.ioda, &call, &answer), 0);
			assert_int_equal(answer.rc, TCE_OPAL_PARAMETER);
			if (tokens[i] != RESET)
				assert_int_equal(answer.refusal, TCE_OPAL_REFUSED_PHB_UNKNOWN);
			assert_int_equal(tce_ioda_hash(rig.ioda), hash);
		}
		ioda_rig_fini(&rig);
	}
}

static void a_reset_names_the_bridge_in_16_bits(void **state)
{
	struct tce_opal_call call = {.token = RESET, .u.reset = {0x10000 + RIG_PHB, 6, 1}};
	struct tce_opal_answer answer;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "phb4", "qemu-pnv");
	assert_int_equal(tce_ioda_opal(rig.ioda, &call, &answer), 0);
	assert_int_equal(answer.rc, 0);
	call.u.reset.id = UINT64_C(1) << 63 | RIG_PHB; /* a device's slot */
	assert_int_equal(tce_ioda_opal(rig.ioda, &call, &answer), -TCE_ERR_UNSUPPORTED);
	ioda_rig_fini(&rig);
}

static uint64_t tve(struct ioda_rig *rig, unsigned index)
{
	uint64_t word[2];

	tce_ioda_tve(rig->ioda, index, word);
	return word[0];
}

/* [M] the words that powernv8 and powernv9 hold after the same calls. */
static void windows_become_the_measured_tves(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "phb4", "qemu-pnv");
	RIG_OPAL(&rig, MAP, 1, 2, 3, UINT64_C(0xffff123456789abc), 0x10000, 0x1000);
	assert_int_equal(tve(&rig, 2), UINT64_C(0xfff1234567894501));
	RIG_OPAL(&rig, REAL, 1, 3, HALF + UINT64_C(0x123000000), UINT64_C(1) << 48);
	assert_int_equal(tve(&rig, 3), UINT64_C(0x1230001231180));
	RIG_OPAL(&rig, REAL, 0x1fd, 0x3fb, HALF, UINT64_C(1) << 32);
	assert_int_equal(tve(&rig, 0x3fb), UINT64_C(0x1001080));
	RIG_OPAL(&rig, MAP, 0x1fd, 0x3fa, 2, UINT64_C(0x32ed0000), 0x10000, 0x10000);
	assert_int_equal(tve(&rig, 0x3fa), UINT64_C(0x32ed02505));
	ioda_rig_fini(&rig);
	ioda_rig_start(&rig, "phb3", "qemu-pnv");
	RIG_OPAL(&rig, REAL, 1, 3, HALF + UINT64_C(0x123000000), UINT64_C(1) << 48);
	assert_int_equal(tve(&rig, 3), UINT64_C(0x1000001231100)); /* start cut to 4 GiB */
	RIG_OPAL(&rig, REAL, 1, 3, HALF, UINT64_C(1) << 32);
	assert_int_equal(tve(&rig, 3), UINT64_C(0x1001000));
	RIG_OPAL(&rig, MAP, 1, 2, 1, RIG_TABLES, 0x10000, 0x1000000);
	assert_int_equal(tve(&rig, 2), RIG_TABLES << 4 | 0x50d);
	ioda_rig_fini(&rig);
}

static void a_documented_phb3_keeps_the_whole_start(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb3", "hardware", &opts);
	opts.opal = tce_opal_profile_find("opal-documented");
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, REAL, 1, 3, HALF + UINT64_C(0x123000000), UINT64_C(1) << 48);
	assert_int_equal(tve(&rig, 3), UINT64_C(0x1230001231100));
	ioda_rig_fini(&rig);
}

static void size_0_switches_one_window_off_and_leaves_the_other(void **state)
{
	struct ioda_rig rig;
	unsigned index;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	RIG_OPAL(&rig, MAP, 1, 2, 1, T, 0x10000, 0x1000);
	RIG_OPAL(&rig, REAL, 1, 3, HALF, UINT64_C(1) << 32);
	assert_true(tce_ioda_next_tve(rig.ioda, 0, &index));
	assert_int_equal(index, 2);
	RIG_OPAL(&rig, MAP, 1, 2, 99, 0, 0, 0);
	assert_int_equal(tve(&rig, 2), 0);
	assert_true(tce_ioda_next_tve(rig.ioda, 0, &index));
	assert_int_equal(index, 3);
	assert_false(tce_ioda_next_tve(rig.ioda, 4, &index));
	RIG_OPAL(&rig, REAL, 1, 3, 0, 0);
	assert_false(tce_ioda_next_tve(rig.ioda, 0, &index));
	assert_int_equal(tve(&rig, 99999), 0);
	ioda_rig_fini(&rig);
}

static uint8_t state_byte(struct ioda_rig *rig, uint64_t pe, uint16_t *ret_type)
{
	memset(rig->ram + RIG_RESULT, 0xee, 16);
	assert_int_equal(RIG_OPAL(rig, FSTATUS, pe, RIG_RESULT, RIG_RESULT + 8, 0), 0);
	assert_int_equal(rig->ram[RIG_RESULT + 1], 0xee);
	assert_int_equal(rig->ram[RIG_RESULT + 10], 0xee);
	*ret_type = tce_be16_load(rig->ram + RIG_RESULT + 8);
	return rig->ram[RIG_RESULT];
}

static void freeze_and_thaw_show_in_the_status(void **state)
{
	struct ioda_rig rig;
	uint16_t type;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	assert_int_equal(state_byte(&rig, 70, &type), 0);
	RIG_OPAL(&rig, FSET, 70, 1);
	assert_int_equal(state_byte(&rig, 70, &type), 1);
	RIG_OPAL(&rig, FSET, 70, 2);
	assert_int_equal(state_byte(&rig, 70, &type), 3);
	assert_int_equal(type, 0);
	assert_int_equal(state_byte(&rig, 6, &type), 0);
	assert_int_equal(state_byte(&rig, 512 + 70, &type), 3); /* indices wrap */
	RIG_OPAL(&rig, FCLEAR, 70, 1);
	assert_int_equal(state_byte(&rig, 70, &type), 2);
	RIG_OPAL(&rig, FCLEAR, 512 + 70, 2);
	assert_int_equal(state_byte(&rig, 70, &type), 0);
	ioda_rig_fini(&rig);
}

/* [M] QEMU: FREEZE_SET leaves PEEV alone, so nothing shows; PHB3 there has no PEST at all. */
static void qemu_bridges_never_say_frozen(void **state)
{
	static const char *const models[] = {"phb3", "phb4"};
	uint64_t a, b;
	uint16_t type;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct ioda_rig rig;

		ioda_rig_start(&rig, models[i], "qemu-pnv");
		RIG_OPAL(&rig, FSET, 1, 3);
		assert_int_equal(state_byte(&rig, 1, &type), 0);
		tce_ioda_pest(rig.ioda, 1, &a, &b);
		assert_int_equal(a, i == 0 ? 0 : TCE_PESTA_FROZEN);
		assert_int_equal(b, i == 0 ? 0 : TCE_PESTB_STOPPED);
		ioda_rig_fini(&rig);
	}
}

static void p7ioc_tells_the_kind_of_error(void **state)
{
	struct ioda_rig rig;
	uint16_t type;

	(void)state;
	ioda_rig_start(&rig, "p7ioc", "hardware");
	assert_int_equal(state_byte(&rig, 5, &type), 0);
	assert_int_equal(type, 0);
	RIG_OPAL(&rig, FSET, 5, 2);
	assert_int_equal(state_byte(&rig, 5, &type), 2);
	assert_int_equal(type, 5);
	ioda_rig_fini(&rig);
}

static void a_fenced_or_dead_bridge_says_so(void **state)
{
	struct tce_opal_call call = {
		.token = FSTATUS, .no_pointers = true, .u.freeze_status = {.phb_id = RIG_PHB}};
	struct tce_opal_answer answer;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	tce_ioda_set_health(rig.ioda, TCE_IODA_FENCED);
	assert_int_equal(tce_ioda_opal(rig.ioda, &call, &answer), 0);
	assert_int_equal(answer.rc, 0);
	assert_int_equal(answer.freeze_state, 3);
	assert_int_equal(answer.error_type, 2);
	assert_int_equal(RIG_OPAL(&rig, FCLEAR, 1, 3), TCE_OPAL_HARDWARE);
	assert_int_equal(RIG_OPAL(&rig, KILL, 2, 0, 0, 0, 0), TCE_OPAL_HARDWARE);
	assert_int_equal(RIG_OPAL(&rig, RESET, 1, 1), 10);
	assert_int_equal(tce_ioda_health(rig.ioda), TCE_IODA_ALIVE);
	tce_ioda_set_health(rig.ioda, TCE_IODA_DEAD);
	assert_int_equal(tce_ioda_opal(rig.ioda, &call, &answer), 0);
	assert_int_equal(answer.rc, TCE_OPAL_HARDWARE);
	assert_int_equal(answer.freeze_state, 3);
	assert_int_equal(RIG_REFUSAL(&rig, FSET, 1, 3), TCE_OPAL_REFUSED_BRIDGE_DEAD);
	assert_int_equal(RIG_REFUSAL(&rig, RESET, 1, 1), TCE_OPAL_REFUSED_BRIDGE_DEAD);
	ioda_rig_fini(&rig);
}

static void options_are_bits_of_the_control_register(void **state)
{
	struct ioda_rig rig;
	uint64_t control;
	uint64_t before;

	(void)state;
	ioda_rig_start(&rig, "phb4", "qemu-pnv");
	assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_CONTROL, &before), 0);
	assert_int_equal(before, UINT64_C(0x0010040000000000)); /* [M] after boot */
	RIG_OPAL(&rig, SETOPT, 1, 1);
	assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_CONTROL, &control), 0);
	assert_int_equal(control, before | UINT64_C(1) << 39);
	RIG_OPAL(&rig, GETOPT, 1, RIG_RESULT);
	assert_int_equal(ioda_rig_load(&rig, RIG_RESULT), 1);
	RIG_OPAL(&rig, GETOPT, 2, RIG_RESULT);
	assert_int_equal(ioda_rig_load(&rig, RIG_RESULT), 0);
	RIG_OPAL(&rig, SETOPT, 1, 0);
	assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_CONTROL, &control), 0);
	assert_int_equal(control, before);
	ioda_rig_fini(&rig);
}

static void without_tables_set_pe_and_set_peltv_answer_hardware(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb3", "hardware", &opts);
	opts.tables = TCE_IODA_TABLES_NONE;
	ioda_rig_init(&rig, &opts);
	assert_int_equal(RIG_OPAL(&rig, SET_PE, 999, 0, 9, 9, 9, 9), TCE_OPAL_HARDWARE);
	assert_int_equal(RIG_OPAL(&rig, SET_PELTV, 999, 0, 1), TCE_OPAL_HARDWARE);
	ioda_rig_fini(&rig);
}

/* [M] powernv8 and 9: what was written behind the firmware's back does not survive. */
static void a_complete_reset_brings_back_what_was_asked_for(void **state)
{
	struct ioda_rig rig;
	uint64_t value;
	unsigned pe;

	(void)state;
	ioda_rig_start(&rig, "phb4", "qemu-pnv");
	RIG_OPAL(&rig, MAP, 1, 2, 1, T, 0x10000, 0x1000);
	assert_int_equal(
		tce_ioda_reg_write(rig.ioda, TCE_IODA_REG_IODA_ADDR, UINT64_C(9) << 48 | 3), 0);
	assert_int_equal(tce_ioda_reg_write(rig.ioda, TCE_IODA_REG_IODA_DATA0, 0x1234), 0);
	RIG_OPAL(&rig, FSET, 1, 3);
	RIG_OPAL(&rig, SET_PE, 1, 0x100, 7, 1, 1, 1);
	RIG_OPAL(&rig, SET_PELTV, 1, 2, 1);
	RIG_OPAL(&rig, SETOPT, 1, 1);
	assert_int_equal(RIG_OPAL(&rig, RESET, 4, 1), 1000); /* hot: tables stay */
	assert_int_equal(tve(&rig, 3), 0x1234);
	assert_int_equal(RIG_OPAL(&rig, RESET, 1, 1), 10);
	assert_int_equal(tve(&rig, 2), RIG_TABLES << 4 | 0x501);
	assert_int_equal(tve(&rig, 3), 0);
	tce_ioda_pest(rig.ioda, 1, &value, &value);
	assert_int_equal(value, 0);
	assert_int_equal(tce_ioda_pe(rig.ioda, 0x100, &pe), TCE_IODA_FAULT_NOT);
	assert_int_equal(pe, 1);
	assert_true(tce_ioda_linked(rig.ioda, 1, 2));
	assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_CONTROL, &value), 0);
	assert_int_equal(value, UINT64_C(0x0010040000000000));
	ioda_rig_fini(&rig);
}

static void an_ioda_reset_makes_the_bridge_new(void **state)
{
	static const char *const models[] = {"p7ioc", "phb3", "phb4", "phb5-small"};
	unsigned tables;
	unsigned i;

	(void)state;
	for (i = 0; i < 8; i++) {
		struct tce_ioda_opts opts;
		struct ioda_rig rig;
		uint64_t hash;

		tables = i / 4;
		ioda_rig_opts(&rig, models[i % 4], "hardware", &opts);
		opts.tables = tables == 0 ? TCE_IODA_TABLES_INSIDE : TCE_IODA_TABLES_MEMORY;
		ioda_rig_init(&rig, &opts);
		hash = tce_ioda_hash(rig.ioda);
		RIG_OPAL(&rig, SET_PE, 1, 0x100, 7, 0, 0, 1);
		RIG_OPAL(&rig, SET_PELTV, 1, 2, 1);
		RIG_OPAL(&rig, MAP, 1, 2, 1, T, 0x80000, 0x1000);
		RIG_OPAL(&rig, FSET, 1, 3);
		assert_true(tce_ioda_linked(rig.ioda, 1, 2));
		assert_int_not_equal(tce_ioda_hash(rig.ioda), hash);
		assert_int_equal(RIG_OPAL(&rig, RESET, 6, 1), 0);
		assert_int_equal(tce_ioda_hash(rig.ioda), hash);
		assert_false(tce_ioda_linked(rig.ioda, 1, 2));
		ioda_rig_fini(&rig);
	}
}

static void every_refusal_and_call_has_words(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < TCE_NR_OPAL_REFUSALS; i++)
		assert_true(strlen(tce_opal_refusal_text(i)) > 5);
	for (i = 0; i < TCE_NR_IODA_FAULTS; i++)
		assert_true(strlen(tce_ioda_fault_text(i)) > 5);
	assert_string_equal(tce_opal_name(SET_PE), "OPAL_PCI_SET_PE");
	assert_null(tce_opal_name(0));
	assert_string_equal(tce_opal_refusal_text(TCE_NR_OPAL_REFUSALS), "unknown refusal");
	assert_string_equal(tce_ioda_fault_text(TCE_NR_IODA_FAULTS), "unknown fault");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phb4_answers_every_measured_row),
		cmocka_unit_test(a_small_phb4_has_half_the_pes),
		cmocka_unit_test(phb3_lacks_kill_and_options),
		cmocka_unit_test(p7ioc_checks_other_things_in_another_order),
		cmocka_unit_test(p7ioc_firmware_takes_a_table_of_no_size),
		cmocka_unit_test(firmware_before_hw560152_checks_page_kills),
		cmocka_unit_test(documented_firmware_checks_every_pe),
		cmocka_unit_test(arguments_wider_than_their_type_are_cut_as_measured),
		cmocka_unit_test(another_bridge_s_number_is_refused_by_every_call),
		cmocka_unit_test(a_reset_names_the_bridge_in_16_bits),
		cmocka_unit_test(windows_become_the_measured_tves),
		cmocka_unit_test(a_documented_phb3_keeps_the_whole_start),
		cmocka_unit_test(size_0_switches_one_window_off_and_leaves_the_other),
		cmocka_unit_test(freeze_and_thaw_show_in_the_status),
		cmocka_unit_test(qemu_bridges_never_say_frozen),
		cmocka_unit_test(p7ioc_tells_the_kind_of_error),
		cmocka_unit_test(a_fenced_or_dead_bridge_says_so),
		cmocka_unit_test(options_are_bits_of_the_control_register),
		cmocka_unit_test(without_tables_set_pe_and_set_peltv_answer_hardware),
		cmocka_unit_test(a_complete_reset_brings_back_what_was_asked_for),
		cmocka_unit_test(an_ioda_reset_makes_the_bridge_new),
		cmocka_unit_test(every_refusal_and_call_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
