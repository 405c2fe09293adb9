/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers believe: for each MAP the real memory they gave (in), and the bus addresses that
 * they were told (out). The bytes of in, in order, are those of out, in order: that says where
 * each DMA should land, whatever the tables hold.
 */
#ifndef TCE_MACHINE_MAPPING_H
#define TCE_MACHINE_MAPPING_H

#include <tce/event.h>

#include "base/arena.h"
#include "base/vec.h"

struct tce_machine;
struct tce_state;
struct tce_canon;

enum tce_map_state {
	TCE_MAP_LIVE,
	TCE_MAP_UNMAPPED, /* the driver gave it back; a device may still use the address */
	TCE_MAP_LOST,     /* the kernel that made it is gone (KEXEC) */
};

struct tce_map_piece {
	uint64_t addr; /* in: real, out: bus */
	uint64_t len;
};

struct tce_mapping {
	uint16_t id;
	uint16_t dev;
	uint8_t type;  /* enum tce_map_type */
	uint8_t dir;   /* enum tce_dma_dir */
	uint8_t state; /* enum tce_map_state */
	uint32_t nr_in;
	uint32_t nr_out;
	struct tce_map_piece first_in; /* also the only one when nr_in is 1 */
	struct tce_map_piece first_out;
	struct tce_ref in;  /* all pieces, when nr_in > 1 */
	struct tce_ref out; /* when nr_out > 1 */
};

struct tce_mappings {
	struct tce_vec maps; /* struct tce_mapping, by id */
};

/* By id, in any state; NULL: never made. Borrowed until the next add. */
const struct tce_mapping *tce_mapping_find(const struct tce_state *st, uint16_t id);
const struct tce_mapping *tce_mapping_at(const struct tce_state *st, uint32_t i);

const struct tce_map_piece *tce_mapping_in(const struct tce_state *st,
					   const struct tce_mapping *map);
const struct tce_map_piece *tce_mapping_out(const struct tce_state *st,
					    const struct tce_mapping *map);

/* Bytes in all. */
uint64_t tce_mapping_len(const struct tce_state *st, const struct tce_mapping *map);

/*
 * The bus and real address of byte offset, and how many bytes from there are together on both
 * sides. False: past the end.
 */
bool tce_mapping_byte(const struct tce_state *st, const struct tce_mapping *map, uint64_t offset,
		      uint64_t *ret_bus, uint64_t *ret_ra, uint64_t *ret_len);

/* A new mapping: what the Linux half answers to MAP. in and out are copied. */
struct tce_mapping_opts {
	uint16_t id;
	uint16_t dev;
	enum tce_map_type type;
	enum tce_dma_dir dir;
	const struct tce_map_piece *in;
	uint32_t nr_in; /* >= 1 */
	const struct tce_map_piece *out;
	uint32_t nr_out; /* >= 1 */
};

/*
 * Keep it, LIVE; one that is no longer live under this id is forgotten. 0; -TCE_ERR_EXISTS a live
 * one has this id; -TCE_ERR_NOMEM; nothing changed then.
 */
TCE_MUST_USE int tce_mapping_add(struct tce_state *st, const struct tce_mapping_opts *opts);

void tce_mapping_set_state(struct tce_state *st, uint16_t id, enum tce_map_state state);

/* Every live mapping becomes LOST (KEXEC); or all are forgotten (RESET). */
void tce_mappings_lose(struct tce_state *st);
void tce_mappings_clear(struct tce_state *st);

/* Forget those of a device (it is unplugged). */
void tce_mappings_forget_dev(struct tce_state *st, uint16_t dev);

void tce_mappings_canon(const struct tce_state *st, struct tce_canon *canon);

#endif
