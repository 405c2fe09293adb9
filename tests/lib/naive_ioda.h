/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bridge once more, as plainly as possible: every table an array, every rule a step of the
 * specification (spec sections 2 to 10, tce/ioda.h where it says "model"). Slow, large, and
 * written apart from the library; it shares only the tables of facts (models, profiles).
 */
#ifndef NAIVE_IODA_H
#define NAIVE_IODA_H

#include <tce/ioda.h>

#define NAIVE_PES  512
#define NAIVE_TVES 1024
#define NAIVE_SETS 256
#define NAIVE_WAYS 4

struct naive_entry {
	bool used;
	uint64_t tag; /* PHB3..5: page address; P7IOC: address of the TCE; RTC: RID */
	unsigned pe;
	unsigned shift;
	uint64_t tce; /* page and permission; RTC: PE */
};

struct naive_cache {
	unsigned nr_sets;
	struct naive_entry set[NAIVE_SETS][NAIVE_WAYS]; /* oldest first */
};

struct naive_ioda {
	const struct tce_ioda_model *model;
	const struct tce_ioda_profile *profile;
	const struct tce_opal_profile *opal;
	enum tce_ioda_tables tables;
	uint8_t *ram; /* ram_size bytes from real address 0 */
	uint64_t ram_size;
	uint64_t phb_id, rtt, peltv, pest;

	enum tce_ioda_health health;
	unsigned errata;
	uint64_t config, control, rtt_bar, peltv_bar, pest_bar, rtc_reg, kill_reg, ioda_addr;
	uint16_t pe_of[65536]; /* RTT inside */
	bool child[NAIVE_PES][NAIVE_PES];
	uint64_t peltm[128];
	uint64_t tve[NAIVE_TVES][2], asked[NAIVE_TVES][2];
	uint64_t pest_a[NAIVE_PES], pest_b[NAIVE_PES], peev[8];
	struct naive_cache rtc, tces;
};

/* opts as for tce_ioda_new; nr_tces at most 1024. ram is used in place. */
void naive_ioda_init(struct naive_ioda *n, const struct tce_ioda_opts *opts, uint8_t *ram,
		     uint64_t ram_size);

int naive_ioda_opal(struct naive_ioda *n, const struct tce_opal_call *call,
		    struct tce_opal_answer *ret_answer);
int naive_ioda_reg_read(struct naive_ioda *n, uint32_t offset, uint64_t *ret_value);
int naive_ioda_reg_write(struct naive_ioda *n, uint32_t offset, uint64_t value);

/* look: as tce_ioda_peek, nothing changes. */
void naive_ioda_dma(struct naive_ioda *n, const struct tce_ioda_access *access, bool look,
		    struct tce_ioda_xlate *ret_xlate);

#endif
