/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside one bridge. State is in three places, all of it in one arena when the bridge is:
 *   words     the IODA tables in the chip, sparse: TVT, PEST, PEEV, PELT-V, P7IOC's PELT-M
 *   rids      the RTT when it is kept inside
 *   rtc, tces the caches
 * and the few registers. Who reads the tables: translate.c; who fills them: opal*.c and regs.c.
 */
#ifndef TCE_IODA_IODA_H
#define TCE_IODA_IODA_H

#include <tce/ioda.h>

#include "assoc.h"
#include "base/bits.h"
#include "base/mem.h"
#include "rids.h"
#include "sparse.h"

/* CONFIG and control register bits. */
#define TCE_CONFIG_MSI32     TCE_IBM_BIT(8)
#define TCE_CONFIG_MSI64     TCE_IBM_BIT(14)
#define TCE_CONTROL_TVE_MODE TCE_IBM_MASK(17, 19)
#define TCE_CONTROL_TVE1_4GB TCE_IBM_BIT(24)
#define TCE_CONTROL_EEH_OFF  TCE_IBM_BIT(14)
#define TCE_BAR_ENABLE       TCE_IBM_BIT(0)

/* Tables in words that no register names. */
#define TCE_TBL_PELTM    64U /* xor its value after a reset; index PE */
#define TCE_TBL_PELTV    65U /* index PE * 16 + child / 64, bit IBM child % 64 */
#define TCE_PELTV_STRIDE 16U

struct tce_ioda {
	struct tce_mem mem;
	struct tce_memory memory; /* the embedder's; not part of the state */
	bool has_memory;
	enum tce_ioda_tables tables;
	const struct tce_ioda_model *model;
	const struct tce_ioda_profile *profile;
	const struct tce_opal_profile *opal;
	uint64_t phb_id;
	uint64_t rtt; /* where the firmware keeps its tables */
	uint64_t peltv;
	uint64_t pest;

	enum tce_ioda_health health;
	unsigned errata;
	uint64_t config;
	uint64_t control;
	uint64_t rtt_bar;
	uint64_t peltv_bar;
	uint64_t pest_bar;
	uint64_t rtc_invalidate;
	uint64_t tce_kill;
	uint64_t ioda_addr;
	struct tce_sparse words;
	struct tce_sparse asked; /* TVEs as the firmware was asked for them, restored at a reset */
	struct tce_assoc rtc;
	struct tce_assoc tces;
	struct tce_rids rids;
};

static inline uint64_t tce_word_key(unsigned table, unsigned index)
{
	return (uint64_t)table << 32 | index;
}

/* Word half (0, or 1 on P7IOC) of TVE index. */
static inline uint64_t tce_tve_key(unsigned index, unsigned half)
{
	return tce_word_key(TCE_IODA_TBL_TVT, index << 1 | half);
}

static inline bool tce_ioda_on(const struct tce_ioda *ioda, unsigned mask)
{
	return (mask & TCE_IODA_ON(ioda->model->generation)) != 0;
}

/* The bridge was cloned with its arena: memory lives elsewhere now. NULL: there is none. */
void tce_ioda_rebind(struct tce_ioda *ioda, const struct tce_memory *memory);

/* --- tables.c: RTT, PELT-V, PELT-M and what resets do to them --- */

/* Registers as the firmware sets them; caches empty. */
void tce_ioda_init_registers(struct tce_ioda *ioda);

/*
 * All tables as after boot. 0; -TCE_ERR_IO a table is not in memory; -TCE_ERR_NOMEM only on a new
 * bridge.
 */
TCE_MUST_USE int tce_ioda_reset_tables(struct tce_ioda *ioda);

/* A complete reset: the chip forgets, the firmware writes back what it was asked for. */
TCE_MUST_USE int tce_ioda_complete_reset(struct tce_ioda *ioda);

/* Give RIDs to a PE, in the RTT of the firmware. As tce_ioda_opal. */
TCE_MUST_USE int tce_ioda_assign(struct tce_ioda *ioda, const struct tce_rid_set *set, unsigned pe);

TCE_MUST_USE int tce_ioda_link(struct tce_ioda *ioda, unsigned parent, unsigned child, bool on);

/* Children 64 * word .. of parent as the bridge sees them, IBM bit 0 the first. */
uint64_t tce_ioda_children(const struct tce_ioda *ioda, unsigned parent, unsigned word);

uint64_t tce_ioda_peltm(const struct tce_ioda *ioda, unsigned pe);
TCE_MUST_USE int tce_ioda_set_peltm(struct tce_ioda *ioda, unsigned pe, uint64_t word);

/* --- freeze.c --- */

bool tce_ioda_has_pest(const struct tce_ioda *ioda);
uint64_t tce_ioda_peev(const struct tce_ioda *ioda, unsigned word);

/* A write to PEST A or B through the IODA tables; room for one word must be reserved. */
void tce_ioda_write_pest(struct tce_ioda *ioda, unsigned table, unsigned pe, uint64_t value);
uint64_t tce_ioda_read_pest(const struct tce_ioda *ioda, unsigned table, unsigned pe);

/* Most words that a freeze of pe may add. */
uint32_t tce_ioda_freeze_room(const struct tce_ioda *ioda, unsigned pe);

/* Stop pe and its children, and record the access that did it. Room must be reserved. */
void tce_ioda_freeze(struct tce_ioda *ioda, const struct tce_ioda_access *access,
		     const struct tce_ioda_xlate *xlate);

#endif
