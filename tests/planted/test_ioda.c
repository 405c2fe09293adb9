/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults that the bridge's lockstep must notice, and shrink to a story of a few operations. Each
 * is the library with one function wrong in one case.
 */
#include <string.h>

#include "ioda_lockstep.h"
#include "testing.h"

static int dma_lets_every_write_through(struct tce_ioda *ioda, const struct tce_ioda_access *access,
					struct tce_ioda_xlate *ret_xlate)
{
	int err = tce_ioda_dma(ioda, access, ret_xlate);

	if (err == 0 && ret_xlate->fault == TCE_IODA_FAULT_ACCESS && access->access == TCE_WRITE)
		ret_xlate->fault = TCE_IODA_FAULT_NOT;
	return err;
}

static int dma_never_freezes(struct tce_ioda *ioda, const struct tce_ioda_access *access,
			     struct tce_ioda_xlate *ret_xlate)
{
	struct tce_opal_call thaw = {.token = TCE_OPAL_PCI_EEH_FREEZE_CLEAR};
	struct tce_opal_answer answer;
	int err = tce_ioda_dma(ioda, access, ret_xlate);

	thaw.u.freeze.phb_id = tce_ioda_phb_id(ioda);
	thaw.u.freeze.pe = ret_xlate->pe;
	thaw.u.freeze.action = 3;
	if (err == 0 && ret_xlate->pe_known && ret_xlate->fault != TCE_IODA_FAULT_FROZEN)
		(void)!tce_ioda_opal(ioda, &thaw, &answer);
	return err;
}

/* What QEMU does on purpose. */
static int dma_forgets_the_cache(struct tce_ioda *ioda, const struct tce_ioda_access *access,
				 struct tce_ioda_xlate *ret_xlate)
{
	(void)!tce_ioda_reg_write(ioda, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 63);
	return tce_ioda_dma(ioda, access, ret_xlate);
}

static int bypass_goes_one_unit_further(struct tce_ioda *ioda, const struct tce_ioda_access *access,
					struct tce_ioda_xlate *ret_xlate)
{
	struct tce_ioda_access before = *access;
	struct tce_ioda_xlate x;
	int err = tce_ioda_dma(ioda, access, ret_xlate);

	before.addr -= UINT64_C(1) << 24;
	if (err != 0 || ret_xlate->fault != TCE_IODA_FAULT_BYPASS_RANGE)
		return err;
	tce_ioda_peek(ioda, &before, &x);
	if (x.fault == TCE_IODA_FAULT_NOT)
		ret_xlate->fault = TCE_IODA_FAULT_NOT;
	return 0;
}

static void peek_fills_the_cache(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
				 struct tce_ioda_xlate *ret_xlate)
{
	struct tce_ioda_xlate x;

	tce_ioda_peek(ioda, access, ret_xlate);
	(void)!tce_ioda_dma((struct tce_ioda *)(uintptr_t)ioda, access, &x);
}

static int pe_kills_are_lost(struct tce_ioda *ioda, const struct tce_opal_call *call,
			     struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call changed = *call;

	if (call->token == TCE_OPAL_PCI_TCE_KILL && call->u.kill.type == 1)
		changed.u.kill.pe = 300;
	return tce_ioda_opal(ioda, &changed, ret_answer);
}

static int levels_up_to_six_are_taken(struct tce_ioda *ioda, const struct tce_opal_call *call,
				      struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call changed = *call;

	if (call->token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW && call->u.map.levels == 6)
		changed.u.map.levels = 5;
	return tce_ioda_opal(ioda, &changed, ret_answer);
}

static int unmap_gives_rids_to_pe_0(struct tce_ioda *ioda, const struct tce_opal_call *call,
				    struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call changed = *call;

	if (call->token == TCE_OPAL_PCI_SET_PE && call->u.set_pe.action == 0 &&
	    call->u.set_pe.pe < tce_ioda_model_of(ioda)->nr_pes) {
		changed.u.set_pe.action = 1;
		changed.u.set_pe.pe = 0;
	}
	return tce_ioda_opal(ioda, &changed, ret_answer);
}

static int a_bus_pe_stops_at_the_first_function(struct tce_ioda *ioda,
						const struct tce_opal_call *call,
						struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call changed = *call;

	if (call->token == TCE_OPAL_PCI_SET_PE && call->u.set_pe.dev_compare == 1 &&
	    call->u.set_pe.func_compare == 0)
		changed.u.set_pe.func_compare = 1;
	return tce_ioda_opal(ioda, &changed, ret_answer);
}

static int window_off_needs_good_arguments(struct tce_ioda *ioda, const struct tce_opal_call *call,
					   struct tce_opal_answer *ret_answer)
{
	int err = tce_ioda_opal(ioda, call, ret_answer);

	if (err == 0 && call->token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW && call->u.map.size == 0 &&
	    call->u.map.levels == 0 && ret_answer->rc == 0)
		ret_answer->rc = TCE_OPAL_PARAMETER;
	return err;
}

static int the_real_window_sum_may_not_wrap(struct tce_ioda *ioda, const struct tce_opal_call *call,
					    struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call changed = *call;
	uint64_t start = call->u.map_real.start & (UINT64_MAX >> 5);

	if (call->token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL &&
	    start + call->u.map_real.size < start)
		changed.u.map_real.size = UINT64_C(1) << 50;
	return tce_ioda_opal(ioda, &changed, ret_answer);
}

static int status_says_dma_for_mmio(struct tce_ioda *ioda, const struct tce_opal_call *call,
				    struct tce_opal_answer *ret_answer)
{
	int err = tce_ioda_opal(ioda, call, ret_answer);

	if (err == 0 && ret_answer->freeze_state == 1)
		ret_answer->freeze_state = 2;
	return err;
}

static int reads_do_not_count_up(struct tce_ioda *ioda, uint32_t offset, uint64_t *ret_value)
{
	uint64_t addr = 0;
	int err = tce_ioda_reg_read(ioda, TCE_IODA_REG_IODA_ADDR, &addr);

	if (err == 0)
		err = tce_ioda_reg_read(ioda, offset, ret_value);
	if (err == 0 && offset == TCE_IODA_REG_IODA_DATA0)
		err = tce_ioda_reg_write(ioda, TCE_IODA_REG_IODA_ADDR, addr);
	return err;
}

static int page_kills_take_the_next_page(struct tce_ioda *ioda, uint32_t offset, uint64_t value)
{
	if (offset == TCE_IODA_REG_TCE_KILL && value >> 61 == 1)
		value += 0x10000;
	return tce_ioda_reg_write(ioda, offset, value);
}

static int an_rtc_invalidate_of_one_rid_does_nothing(struct tce_ioda *ioda, uint32_t offset,
						     uint64_t value)
{
	uint64_t rid = value >> 32 & 0xffff;

	if (offset == TCE_IODA_REG_RTC_INVALIDATE && value >> 63 == 0)
		value ^= rid << 32 ^ (rid ^ 0x8000) << 32;
	return tce_ioda_reg_write(ioda, offset, value);
}

/* The library with one call replaced is noticed, in a few operations. */
static void noticed(const struct ioda_calls *calls)
{
	struct prop prop = {.seed = 1, .nr_seqs = 4000, .nr_ops = 120, .quiet = true};
	struct prop_result result;

	ioda_lockstep_prop(&prop, calls);
	assert_false(prop_check(&prop, &result));
	assert_in_range(result.nr_ops, 1, 7);
}

#define PLANTED(member, fault)                                                                     \
	static void fault##_is_noticed(void **state)                                               \
	{                                                                                          \
		struct ioda_calls calls = ioda_calls_real;                                         \
                                                                                                   \
		(void)state;                                                                       \
		calls.member = fault;                                                              \
		noticed(&calls);                                                                   \
	}

PLANTED(dma, dma_lets_every_write_through)
PLANTED(dma, dma_never_freezes)
PLANTED(dma, dma_forgets_the_cache)
PLANTED(dma, bypass_goes_one_unit_further)
PLANTED(peek, peek_fills_the_cache)
PLANTED(opal, pe_kills_are_lost)
PLANTED(opal, levels_up_to_six_are_taken)
PLANTED(opal, unmap_gives_rids_to_pe_0)
PLANTED(opal, a_bus_pe_stops_at_the_first_function)
PLANTED(opal, window_off_needs_good_arguments)
PLANTED(opal, the_real_window_sum_may_not_wrap)
PLANTED(opal, status_says_dma_for_mmio)
PLANTED(reg_read, reads_do_not_count_up)
PLANTED(reg_write, page_kills_take_the_next_page)
PLANTED(reg_write, an_rtc_invalidate_of_one_rid_does_nothing)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dma_lets_every_write_through_is_noticed),
		cmocka_unit_test(dma_never_freezes_is_noticed),
		cmocka_unit_test(dma_forgets_the_cache_is_noticed),
		cmocka_unit_test(bypass_goes_one_unit_further_is_noticed),
		cmocka_unit_test(peek_fills_the_cache_is_noticed),
		cmocka_unit_test(pe_kills_are_lost_is_noticed),
		cmocka_unit_test(levels_up_to_six_are_taken_is_noticed),
		cmocka_unit_test(unmap_gives_rids_to_pe_0_is_noticed),
		cmocka_unit_test(a_bus_pe_stops_at_the_first_function_is_noticed),
		cmocka_unit_test(window_off_needs_good_arguments_is_noticed),
		cmocka_unit_test(the_real_window_sum_may_not_wrap_is_noticed),
		cmocka_unit_test(status_says_dma_for_mmio_is_noticed),
		cmocka_unit_test(reads_do_not_count_up_is_noticed),
		cmocka_unit_test(page_kills_take_the_next_page_is_noticed),
		cmocka_unit_test(an_rtc_invalidate_of_one_rid_does_nothing_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
