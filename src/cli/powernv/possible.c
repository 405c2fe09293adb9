/* SPDX-License-Identifier: BSD-2-Clause */
/* What a step may do without harm to skiboot or to what we know. See model.h. */
#include "model.h"
#include "piece.h"

#define SWEEP_MOST 1024U

/* Above RAM and below this there is nothing: it reads as zeroes and takes nothing. */
#define EMPTY_END UINT64_C(0x100000000)

/* Bits of CONFIG that may be changed: 32-bit and 64-bit MSI. */
#define CONFIG_MSI (UINT64_C(1) << 55 | UINT64_C(1) << 49)

#define BAR_ENABLE (UINT64_C(1) << 63)

/* OPAL_PCI_RESET: slots instead of bridges; scopes that train links and take time; their start. */
#define SLOT_ID           (UINT64_C(1) << 63)
#define SCOPE_COMPLETE    1U
#define SCOPE_FUNDAMENTAL 4U
#define SCOPE_HOT         5U
#define RESET_ASSERT      1U

static bool in_area(uint64_t ra, uint64_t n)
{
	return ra >= TCE_NV_AREA && ra <= TCE_NV_END - n;
}

static bool in_nothing(uint64_t ra, uint64_t n)
{
	return ra >= TCE_NV_RAM && ra <= EMPTY_END - n;
}

/* A doorbell must not ring; memory must be ours or nobody's. */
static bool harmless(const struct tce_nv_piece *piece, const struct tce_ioda_xlate *out)
{
	if (out->fault == TCE_IODA_FAULT_MSI)
		return piece->access.access == TCE_READ;
	return out->fault || in_area(out->ra.v, piece->n) || in_nothing(out->ra.v, piece->n);
}

static bool dma_possible(const struct tce_nv_model *model, const struct tce_nv_op *op)
{
	uint64_t len = op->n[3];
	struct tce_nv_piece piece;
	struct tce_ioda_xlate out;

	if (op->n[1] >= TCE_NV_NR_EDU || op->n[4] > TCE_NV_EDU_BYTES || len == 0 ||
	    len > TCE_NV_EDU_BYTES - op->n[4] || op->n[2] > UINT64_MAX - len ||
	    ((op->n[2] | len | op->n[4]) & 7) != 0)
		return false;
	for (piece = tce_nv_first_piece(op); piece.n; tce_nv_next_piece(op, &piece)) {
		tce_ioda_foresee(model->bridges[op->n[0]], &piece.access, &out);
		tce_nv_cut_piece(&piece, &out);
		if (!harmless(&piece, &out))
			return false;
	}
	return true;
}

/* Null is a place in memory for skiboot. */
static bool pointer_possible(uint64_t pointer)
{
	uint64_t address = pointer & TCE_NV_REAL;

	return address == 0 ||
	       (address >= TCE_NV_RESULTS && address <= TCE_NV_RESULTS + TCE_NV_RESULT_BYTES - 8);
}

static bool reset_possible(const uint64_t *args)
{
	uint8_t scope = (uint8_t)args[1];

	if (args[0] & SLOT_ID)
		return false;
	return (uint8_t)args[2] != RESET_ASSERT ||
	       (scope != SCOPE_COMPLETE && scope != SCOPE_FUNDAMENTAL && scope != SCOPE_HOT);
}

static bool call_possible(const struct tce_nv_op *op)
{
	const uint64_t *args = &op->n[1];

	switch (op->n[0]) {
	case TCE_OPAL_PCI_EEH_FREEZE_STATUS:
		return pointer_possible(args[2]) && pointer_possible(args[3]) &&
		       pointer_possible(args[4]);
	case TCE_OPAL_PHB_GET_OPTION: return pointer_possible(args[2]);
	case TCE_OPAL_PCI_RESET: return reset_possible(args);
	default: return tce_opal_name(op->n[0]) != NULL;
	}
}

static bool write_possible(const struct tce_nv_bridge *bridge, uint64_t reg, uint64_t value)
{
	switch (reg) {
	case TCE_IODA_REG_CONFIG: return ((value ^ bridge->model->config) & ~CONFIG_MSI) == 0;
	case TCE_IODA_REG_RTT_BAR: return value == 0 || (value & ~BAR_ENABLE) == bridge->rtt;
	case TCE_IODA_REG_RTC_INVALIDATE:
	case TCE_IODA_REG_TCE_KILL: return true;
	default: return false;
	}
}

/* IODA_ADDR and TCE_KILL are not read: OPAL uses them as well. */
static bool read_possible(uint64_t reg)
{
	switch (reg) {
	case TCE_IODA_REG_CONFIG:
	case TCE_IODA_REG_RTT_BAR:
	case TCE_IODA_REG_PELTV_BAR:
	case TCE_IODA_REG_PEST_BAR: return true;
	default: return false;
	}
}

static bool table_possible(uint64_t addr)
{
	switch (addr >> 48 & 0x1f) {
	case TCE_IODA_TBL_PESTA:
	case TCE_IODA_TBL_PESTB:
	case TCE_IODA_TBL_TVT:
	case TCE_IODA_TBL_PEEV: return true;
	default: return false;
	}
}

static bool on_bridge_possible(const struct tce_nv_model *model, const struct tce_nv_op *op)
{
	switch (op->kind) {
	case TCE_NV_READ: return read_possible(op->n[1]);
	case TCE_NV_WRITE:
		return write_possible(&model->tree->bridges[op->n[0]], op->n[1], op->n[2]);
	case TCE_NV_TABLE_READ:
	case TCE_NV_TABLE_WRITE: return table_possible(op->n[1]);
	case TCE_NV_SWEEP: return table_possible(op->n[1]) && op->n[2] <= SWEEP_MOST;
	case TCE_NV_DMA_READ:
	case TCE_NV_DMA_WRITE: return dma_possible(model, op);
	default: return false;
	}
}

bool tce_nv_model_possible(const struct tce_nv_model *model, const struct tce_nv_op *op)
{
	switch (op->kind) {
	case TCE_NV_LOOK: return true;
	case TCE_NV_CALL: return call_possible(op);
	case TCE_NV_STORE:
		return op->n[0] % 8 == 0 && tce_nv_model_bytes(model, op->n[0], 8) != NULL;
	default: return op->n[0] < model->tree->nr_bridges && on_bridge_possible(model, op);
	}
}
