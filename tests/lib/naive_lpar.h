/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The naive twin of src/papr: the same partition written down a second time, straight from the
 * specs, with arrays for tables, a list that is searched from the front, and "if it is QEMU" where
 * the library has profiles. Nothing of the library is used but the types of its public header.
 */
#ifndef NAIVE_LPAR_H
#define NAIVE_LPAR_H

#include <tce/papr.h>

enum naive_kind {
	NAIVE_QEMU_7,
	NAIVE_QEMU_10,
	NAIVE_KVM,
	NAIVE_LOPAR,
	NAIVE_LOPAR_LIMITED,
};

/* Which one stands beside a built-in profile. */
enum naive_kind naive_kind_of(const char *profile_name);

#define NAIVE_BUSES 8

struct naive_window {
	uint64_t liobn;
	uint64_t start;
	uint64_t nr;
	uint64_t dma_start;
	uint64_t dma_size;
	uint64_t *entries; /* nr of them */
	uint8_t *touched;  /* one per 512 entries: something was stored there */
	uint64_t nr_mapped;
	unsigned shift;
	bool is_default;
	bool tainted;
};

struct naive_bus {
	bool there;
	bool vio;
	bool bypass;
	bool limited;
	uint64_t id;
	struct tce_phb_opts opts; /* PHB, zeroes replaced by what they stand for */
	uint64_t default_nr;      /* entries of the default window, 0: none */
	unsigned nr_windows;
	struct naive_window win[2];
};

struct naive_lpar {
	enum naive_kind kind;
	struct tce_memory memory;
	enum tce_abort dead;
	struct naive_bus bus[NAIVE_BUSES];
};

void naive_init(struct naive_lpar *n, enum naive_kind kind, const struct tce_memory *memory);
void naive_fini(struct naive_lpar *n);

/* Each as its namesake in tce/papr.h. -TCE_ERR_LIMIT: more buses than there is room for. */
int naive_phb_add(struct naive_lpar *n, const struct tce_phb_opts *opts);
int naive_phb_remove(struct naive_lpar *n, uint64_t buid);
int naive_vio_add(struct naive_lpar *n, const struct tce_vio_opts *opts);
int naive_vio_remove(struct naive_lpar *n, uint64_t unit);
int naive_hcall(struct naive_lpar *n, uint64_t token, const uint64_t args[5],
		struct tce_answer *ret_answer);
int naive_rtas(struct naive_lpar *n, const struct tce_rtas_call *call,
	       struct tce_answer *ret_answer);
int naive_system_reset(struct naive_lpar *n);
int naive_dr_isolate(struct naive_lpar *n, uint64_t buid);
void naive_dma(const struct naive_lpar *n, const struct tce_dma *dma, struct tce_dma_out *ret_out);

/* The window of a LIOBN and its bus; NULL: there is no such LIOBN. ret_bus may be NULL. */
struct naive_window *naive_find(struct naive_lpar *n, uint64_t liobn, struct naive_bus **ret_bus);

/* What tce_lpar_window would say. */
void naive_describe(const struct naive_bus *bus, const struct naive_window *win,
		    struct tce_window_info *ret_info);

/* Entries that are not 0. */
uint64_t naive_nr_set(const struct naive_window *win);

/* Copy all of from into to, which is initialised; and what migrating from to "to" does. */
void naive_copy(struct naive_lpar *to, const struct naive_lpar *from);
int naive_migrate(struct naive_lpar *to, const struct naive_lpar *from);

/* For naive_hcall.c and naive_rtas.c. */
bool naive_is_qemu(const struct naive_lpar *n); /* KVM guests run on QEMU, too */
void naive_open(struct naive_window *win, uint64_t start, unsigned shift, uint64_t nr);
void naive_close(struct naive_lpar *n, struct naive_window *win);
uint64_t naive_page(const struct naive_window *win); /* bytes */
void naive_put(struct naive_window *win, uint64_t index, uint64_t tce);
void naive_clear(struct naive_window *win);
void naive_default(struct naive_bus *bus);
void naive_die(struct naive_lpar *n, enum tce_abort cause, struct tce_answer *answer);
int naive_h_rtas(struct naive_lpar *n, uint64_t at, struct tce_answer *ret_answer);

#endif
