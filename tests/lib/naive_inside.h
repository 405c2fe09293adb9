/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two halves of the naive twin share: the bridge (naive_ioda.c), the firmware
 * (naive_opal.c).
 */
#ifndef NAIVE_INSIDE_H
#define NAIVE_INSIDE_H

#include "naive_ioda.h"

#define NAIVE_BIT(n) (UINT64_C(1) << (63 - (n))) /* IBM bit */

uint64_t naive_field(uint64_t word, unsigned first, unsigned last);
bool naive_on(const struct naive_ioda *n, unsigned mask);
bool naive_p7ioc(const struct naive_ioda *n);
bool naive_in_ram(const struct naive_ioda *n, uint64_t ra, uint64_t size);
void naive_store(struct naive_ioda *n, uint64_t ra, unsigned size, uint64_t v);
uint64_t naive_load(const struct naive_ioda *n, uint64_t ra, unsigned size);
void naive_forget(struct naive_cache *c);
void naive_kill(struct naive_ioda *n, unsigned pe, uint64_t addr, uint64_t size);
void naive_reset_tables(struct naive_ioda *n);
void naive_complete_reset(struct naive_ioda *n);
bool naive_outside(const struct naive_ioda *n);
uint64_t naive_read_pest(const struct naive_ioda *n, const uint64_t *table, unsigned pe);
void naive_write_pest(struct naive_ioda *n, uint64_t *table, unsigned pe, uint64_t value);
bool naive_frozen(const struct naive_ioda *n, unsigned pe);
bool naive_passes(unsigned rid, unsigned bus_valid, unsigned bus, bool dev_valid, unsigned dev,
		  bool func_valid, unsigned func);

#endif
