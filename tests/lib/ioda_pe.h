/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bridge (ioda_rig.h) whose PE 1 has RID 01:00.0 and a bypass window, and no window 0: what a
 * device of that PE reads and writes.
 */
#ifndef IODA_PE_H
#define IODA_PE_H

#include "ioda_rig.h"

#define PE_RID    0x100U
#define PE_BYPASS (UINT64_C(1) << 59) /* where the bypass window begins */

void ioda_pe_start(struct ioda_rig *rig, const char *model, const char *profile);

/* Window 0 with its table at RIG_TABLES: levels, bytes of the table, bytes of a page. */
void ioda_pe_window0(struct ioda_rig *rig, uint64_t levels, uint64_t size, uint64_t page);

/* An access of the device to addr goes to ra. */
void ioda_pe_lands(struct ioda_rig *rig, uint64_t addr, unsigned access, uint64_t ra);

/* The access fails so; the freeze it may cause is undone. */
void ioda_pe_fails(struct ioda_rig *rig, uint64_t addr, unsigned access, enum tce_ioda_fault fault);

#endif
