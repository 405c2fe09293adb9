/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bridge with a little memory around it: RAM from 0 on, nothing behind. The firmware's tables,
 * when they are in memory, lie at RIG_RTT and after; RIG_TABLES and up are free for TCE tables.
 */
#ifndef IODA_RIG_H
#define IODA_RIG_H

#include <tce/ioda.h>

#define RIG_RAM    UINT64_C(0x200000)
#define RIG_RTT    UINT64_C(0x080000) /* 128 KiB */
#define RIG_PELTV  UINT64_C(0x0a0000)
#define RIG_PEST   UINT64_C(0x0c0000)
#define RIG_RESULT UINT64_C(0x0f0000) /* for result pointers */
#define RIG_TABLES UINT64_C(0x100000)
#define RIG_DATA   UINT64_C(0x180000)
#define RIG_PHB    7U /* OPAL's number of the bridge */

struct ioda_rig {
	uint8_t *ram;
	uint64_t nr_reads; /* memory reads the bridge made */
	struct tce_memory memory;
	struct tce_ioda *ioda;
};

/* Fill opts for a rig; init may change them before it makes the bridge. */
void ioda_rig_opts(struct ioda_rig *rig, const char *model, const char *profile,
		   struct tce_ioda_opts *ret_opts);

/* Memory of zeroes, then a bridge with opts (NULL: none yet). Stops the program on failure. */
void ioda_rig_init(struct ioda_rig *rig, const struct tce_ioda_opts *opts);
void ioda_rig_start(struct ioda_rig *rig, const char *model, const char *profile);
void ioda_rig_fini(struct ioda_rig *rig);

/* Big-endian doublewords in RAM. */
void ioda_rig_store(struct ioda_rig *rig, uint64_t ra, uint64_t value);
uint64_t ioda_rig_load(const struct ioda_rig *rig, uint64_t ra);

/* An OPAL call with raw arguments after the bridge's number; the answer's rc. */
int64_t ioda_rig_opal(struct ioda_rig *rig, uint64_t token, const uint64_t args[6]);
enum tce_opal_refusal ioda_rig_refusal(struct ioda_rig *rig, uint64_t token,
				       const uint64_t args[6]);

#define RIG_OPAL(rig, token, ...)    ioda_rig_opal(rig, token, (const uint64_t[6]){__VA_ARGS__})
#define RIG_REFUSAL(rig, token, ...) ioda_rig_refusal(rig, token, (const uint64_t[6]){__VA_ARGS__})

/* A write that the bridge takes; stops the program when it does not. */
void ioda_rig_write_reg(struct ioda_rig *rig, uint32_t offset, uint64_t value);

struct tce_ioda_xlate ioda_rig_dma(struct ioda_rig *rig, unsigned rid, uint64_t addr,
				   unsigned access);
struct tce_ioda_xlate ioda_rig_peek(struct ioda_rig *rig, unsigned rid, uint64_t addr,
				    unsigned access);

#endif
