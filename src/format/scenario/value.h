/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of parameters as text, both ways, by the kinds of machine/event_table.h. Objects' names
 * and kernels' names are not here: they need tables.
 */
#ifndef TCE_FORMAT_SCENARIO_VALUE_H
#define TCE_FORMAT_SCENARIO_VALUE_H

#include "base/nearest.h"
#include "base/pool.h"
#include "lex.h"
#include "machine/event_table.h"

/*
 * Numbers: decimal, or hexadecimal with 0x; a decimal one may end in K M G T P E (powers of 1024).
 * Signed ones may begin with '-'. False: not a number, or more than 64 bits.
 */
bool tce_number_read(struct tce_span text, uint64_t *ret_number);
bool tce_signed_read(struct tce_span text, int64_t *ret_number);

/* The next element of a comma separated list; false: *list is empty. Advances *list. */
bool tce_list_next(struct tce_span *list, struct tce_span *ret_element);

/*
 * Read a value of any kind but REF, NEW, KERNEL and DEFECTS into base. NULL: done. Else a static
 * clause that says what is wanted. Lists go to pool; *ret_nomem: there was no memory for one.
 * nearest is given the words that would have been right.
 */
const char *tce_value_read(const struct tce_param *param, struct tce_span text, void *base,
			   struct tce_pool *pool, bool *ret_nomem, struct tce_nearest *nearest);

/* Text on its way out. */
struct tce_out {
	tce_text_fn *put;
	void *ctx;
	int err; /* first failure; nothing is put after it */
};

void tce_out_text(struct tce_out *out, const char *text);
void tce_out_bytes(struct tce_out *out, const char *text, size_t n);
void tce_out_format(struct tce_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tce_out_size(struct tce_out *out, uint64_t size);

/* Has it another value than it gets when it is not said? */
bool tce_value_is_said(const struct tce_param *param, const struct tce_event *event);

/* Write the value, of the same kinds as read; an ENUM without word sets out->err to INVAL. */
void tce_value_write(const struct tce_param *param, const void *base, struct tce_out *out);

#endif
