/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs that abort QEMU, or come near it. Measured on 7.2.22, 10.0.13 and 11.1.3, each in a fresh
 * process; those with a LIOBN that a reset brings back on 7.2.22.
 */
#include <stdlib.h>

#include "papr_guest.h"
#include "stream.h"
#include "testing.h"

static int open_guest(void **state)
{
	struct papr_guest *g = malloc(sizeof(*g));

	if (g == NULL)
		return -1;
	papr_guest_open(g, "qemu", TCE_STORAGE_LAZY, NULL);
	*state = g;
	return 0;
}

static int close_guest(void **state)
{
	papr_guest_close(*state);
	free(*state);
	return 0;
}

static void refused_with(struct papr_guest *g, int32_t status, int32_t expected,
			 enum tce_refusal why)
{
	assert_int_equal(status, expected);
	assert_int_equal(g->answer.refusal, why);
	assert_int_equal(g->answer.abort, TCE_ABORT_NOT);
}

/* The implementation died of the call whose answer g holds. */
static void died_of(const struct papr_guest *g, enum tce_abort cause)
{
	assert_int_equal(g->answer.abort, cause);
	assert_int_equal(g->answer.nr_rets, 0);
	assert_int_equal(tce_lpar_aborted(g->lpar), cause);
}

static void a_create_of_2_32_entries_fails_and_spoils_its_liobn(void **state)
{
	struct papr_guest *g = *state;
	struct tce_window_info info;

	refused_with(g, ddw_create(g, BUID, 16, 48), -1, TCE_REFUSED_TOO_LARGE);
	assert_int_equal(ddw_avail(g), 1);
	assert_int_equal(h_put(g, L1, DYN, 3), TCE_H_PARAMETER);
	assert_int_equal(g->answer.refusal, TCE_REFUSED_LIOBN_DISABLED);
	info = window_of(g, L1);
	assert_true(info.tainted);
	assert_int_equal(info.nr_entries, 0);
	/* QEMU's trace of a refused put shows the address cut to this page. */
	assert_int_equal(info.page_shift, 16);
	assert_int_equal(info.start, DYN);
}

static void the_next_create_on_a_spoiled_liobn_aborts(void **state)
{
	static const uint32_t shifts[][2] = {{16, 31}, {16, 48}, {12, 31}};
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct papr_guest g;

		papr_guest_open(&g, "qemu-11.1", TCE_STORAGE_COMPACT, NULL);
		assert_int_equal(ddw_create(&g, BUID, 16, 48), -1);
		assert_int_equal(ddw_create(&g, BUID, shifts[i][0], shifts[i][1]),
				 (int32_t)UNWRITTEN);
		died_of(&g, TCE_ABORT_REGION_TWICE);
		papr_guest_close(&g);
	}
}

static void neither_reset_call_nor_reboot_mends_a_spoiled_liobn(void **state)
{
	unsigned way;

	(void)state;
	for (way = 0; way < 3; way++) {
		struct papr_guest g;

		papr_guest_open(&g, "qemu-7.2", TCE_STORAGE_LAZY, NULL);
		assert_int_equal(ddw_create(&g, BUID, 12, 52), -1);
		if (way == 0)
			assert_int_equal(ddw_reset(&g, BUID), 0);
		else if (way == 1)
			assert_int_equal(tce_lpar_system_reset(g.lpar), 0);
		else
			assert_int_equal(rtas(&g, 0x2004, 0, 1, NULL), 0);
		assert_int_equal(tce_lpar_aborted(g.lpar), TCE_ABORT_NOT);
		assert_int_equal(ddw_avail(&g), 1);
		ddw_create(&g, BUID, 16, 31);
		died_of(&g, TCE_ABORT_REGION_TWICE);
		papr_guest_close(&g);
	}
}

static void unplugging_the_bridge_mends_it(void **state)
{
	struct papr_guest *g = *state;

	assert_int_equal(ddw_create(g, BUID, 16, 48), -1);
	assert_int_equal(tce_lpar_phb_remove(g->lpar, BUID), 0);
	papr_guest_plug(g, 0);
	assert_int_equal(ddw_create(g, BUID, 16, 31), 0);
}

static void every_reset_aborts_when_the_default_liobn_is_spoiled(void **state)
{
	unsigned way;

	(void)state;
	for (way = 0; way < 4; way++) {
		struct papr_guest g;

		papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
		if (way == 3)
			assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
		assert_int_equal(ddw_remove(&g, L0), 0);
		assert_int_equal(ddw_create(&g, BUID, 16, 48), -1);
		assert_true(window_of(&g, L0).tainted);
		switch (way) {
		case 0: ddw_reset(&g, BUID); break;
		case 1: assert_int_equal(tce_lpar_system_reset(g.lpar), 0); break;
		case 2: rtas(&g, 0x2004, 0, 1, NULL); break;
		default: ddw_remove(&g, L1); break; /* the last one: the default comes back */
		}
		if (way == 1)
			assert_int_equal(tce_lpar_aborted(g.lpar), TCE_ABORT_REGION_TWICE);
		else
			died_of(&g, TCE_ABORT_REGION_TWICE);
		papr_guest_close(&g);
	}
}

static void the_other_liobn_works_beside_a_spoiled_one(void **state)
{
	struct papr_guest *g = *state;

	assert_int_equal(ddw_create(g, BUID, 16, 48), -1);
	assert_int_equal(ddw_remove(g, L1), -3);
	assert_int_equal(ddw_remove(g, L0), 0);
	assert_int_equal(ddw_avail(g), 2);
	assert_int_equal(ddw_create(g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(g, 1), L0);
	assert_int_equal(rtas_ret(g, 2), 0);
	assert_int_equal(ddw_remove(g, L0), 0);
	assert_int_equal(ddw_avail(g), 2);
}

static void shifts_act_modulo_64_as_on_x86(void **state)
{
	struct papr_guest *g = *state;

	assert_int_equal(ddw_create(g, BUID, 12, 76), 0);
	assert_int_equal(ddw_avail(g), 0);
	assert_int_equal(h_put(g, L1, DYN, 3), 0);
	assert_int_equal(h_put(g, L1, DYN + 4096, 3), TCE_H_PARAMETER);
	assert_int_equal(ddw_remove(g, L1), 0);
	assert_int_equal(ddw_create(g, BUID, 12, 77), 0);
	assert_int_equal(h_put(g, L1, DYN + 4096, 3), 0);
	assert_int_equal(h_put(g, L1, DYN + 8192, 3), TCE_H_PARAMETER);
	assert_int_equal(ddw_remove(g, L1), 0);
	refused_with(g, ddw_create(g, BUID, 12, 0xffffffff), -1, TCE_REFUSED_TOO_LARGE);
	assert_int_equal(ddw_avail(g), 1);
}

static void removing_a_vio_liobn_aborts_newer_qemus_only(void **state)
{
	static const char *const newer[] = {"qemu-10.0", "qemu-11.1", "qemu", "kvm"};
	struct papr_guest g;
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		papr_guest_open(&g, newer[i], TCE_STORAGE_LAZY, NULL);
		papr_guest_plug_vio(&g, 0x71000003);
		ddw_remove(&g, 0x71000003);
		died_of(&g, TCE_ABORT_REMOVE_VIO);
		papr_guest_close(&g);
	}
	papr_guest_open(&g, "qemu-7.2", TCE_STORAGE_LAZY, NULL);
	papr_guest_plug_vio(&g, 0x71000003);
	refused_with(&g, ddw_remove(&g, 0x71000003), -3, TCE_REFUSED_NOT_PCI);
	papr_guest_close(&g);
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	papr_guest_plug_vio(&g, 0x71000003);
	refused_with(&g, ddw_remove(&g, 0x71000003), -3, TCE_REFUSED_NOT_PCI);
	papr_guest_close(&g);
}

static void wrong_counts_are_seen_before_the_vio_liobn(void **state)
{
	struct papr_guest *g = *state;
	const uint32_t args[1] = {0x71000003};

	papr_guest_plug_vio(g, 0x71000003);
	refused_with(g, rtas(g, 0x2028, 1, 2, args), -3, TCE_REFUSED_RTAS_NRET);
}

static void lopar_refuses_what_it_cannot_hold_and_stays_well(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	refused_with(&g, ddw_create(&g, BUID, 16, 48), -3, TCE_REFUSED_TOO_LARGE);
	refused_with(&g, ddw_create(&g, BUID, 16, 16 + 25), -3, TCE_REFUSED_TOO_LARGE);
	refused_with(&g, ddw_create(&g, BUID, 12, 76), -3, TCE_REFUSED_TOO_LARGE);
	assert_false(window_of(&g, L1).tainted);
	assert_int_equal(ddw_create(&g, BUID, 16, 16 + 24), 0);
	papr_guest_close(&g);
}

/* Whatever would change the dead machine or answer its guest. */
static void after_an_abort_every_call_but_looking_is_refused(void **state)
{
	struct papr_guest *g = *state;
	struct tce_rtas_call query = {.call = TCE_RTAS_QUERY, .nargs = 3, .nret = 6};
	const struct tce_dma dma = {.bus = BUID, .addr = 0, .access = TCE_READ};
	struct tce_vio_opts vio = {.unit = 0x71000005};
	const uint64_t args[5] = {RTAS_BLOCK, 0, 0, 0, 0};
	struct stream stream = {.bytes = NULL};
	struct tce_answer answer;
	struct tce_phb_opts phb;
	struct tce_dma_out out;
	uint64_t hash;

	tce_phb_opts_qemu(&phb, 7);
	assert_int_equal(h_put(g, L0, 0, 0x5003), 0);
	assert_int_equal(ddw_create(g, BUID, 16, 48), -1);
	ddw_create(g, BUID, 16, 31);
	died_of(g, TCE_ABORT_REGION_TWICE);
	hash = tce_lpar_hash(g->lpar);
	assert_int_equal(tce_lpar_h_put_tce(g->lpar, L0, tce_ioba(0), 3, &answer), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_h_get_tce(g->lpar, L0, tce_ioba(0), &answer), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_h_stuff_tce(g->lpar, L0, tce_ioba(0), 3, 1, &answer),
			 -TCE_ERR_STATE);
	assert_int_equal(
		tce_lpar_h_put_tce_indirect(g->lpar, L0, tce_ioba(0), tce_ra(0), 1, &answer),
		-TCE_ERR_STATE);
	assert_int_equal(tce_lpar_hcall(g->lpar, TCE_H_RTAS, args, &answer), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_hcall(g->lpar, TCE_H_CAS, args, &answer), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_rtas(g->lpar, &query, &answer), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_system_reset(g->lpar), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_dr_isolate(g->lpar, BUID), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_phb_add(g->lpar, &phb), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_phb_remove(g->lpar, BUID), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_vio_add(g->lpar, &vio), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_vio_remove(g->lpar, 0x71000005), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_save(g->lpar, stream_put, &stream), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_load(g->lpar, stream_get, &stream), -TCE_ERR_STATE);
	assert_int_equal(tce_lpar_hash(g->lpar), hash);
	assert_true(window_of(g, L1).tainted);
	assert_non_null(tce_lpar_table(g->lpar, L0));
	tce_lpar_dma(g->lpar, &dma, &out);
	assert_int_equal(out.result, TCE_DMA_OK);
}

#define GUEST(f) cmocka_unit_test_setup_teardown(f, open_guest, close_guest)

int main(void)
{
	const struct CMUnitTest tests[] = {
		GUEST(a_create_of_2_32_entries_fails_and_spoils_its_liobn),
		cmocka_unit_test(the_next_create_on_a_spoiled_liobn_aborts),
		cmocka_unit_test(neither_reset_call_nor_reboot_mends_a_spoiled_liobn),
		GUEST(unplugging_the_bridge_mends_it),
		cmocka_unit_test(every_reset_aborts_when_the_default_liobn_is_spoiled),
		GUEST(the_other_liobn_works_beside_a_spoiled_one),
		GUEST(shifts_act_modulo_64_as_on_x86),
		cmocka_unit_test(removing_a_vio_liobn_aborts_newer_qemus_only),
		GUEST(wrong_counts_are_seen_before_the_vio_liobn),
		cmocka_unit_test(lopar_refuses_what_it_cannot_hold_and_stays_well),
		GUEST(after_an_abort_every_call_but_looking_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
