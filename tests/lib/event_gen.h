/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events out of random bits, by the table of events: every parameter in its range, small ids so
 * that events meet, edges as likely as anything between. Lists live in the generator until the
 * next event of the same number modulo EVENT_GEN_LISTS.
 */
#ifndef EVENT_GEN_H
#define EVENT_GEN_H

#include <tce/event.h>

#define EVENT_GEN_LISTS 64U
#define EVENT_GEN_LIST  6U

struct event_gen {
	uint64_t (*bits)(void *ctx); /* 64 of them */
	void *ctx;
	unsigned nr_kernels;
	unsigned next; /* list slot */
	struct tce_be64 tces[EVENT_GEN_LISTS][EVENT_GEN_LIST];
	struct tce_sg sg[EVENT_GEN_LISTS][EVENT_GEN_LIST];
};

void event_gen_init(struct event_gen *gen, uint64_t (*bits)(void *ctx), void *ctx);

/* A valid event of this kind, or of any. */
void event_gen_kind(struct event_gen *gen, enum tce_event_kind kind, struct tce_event *ret_event);
void event_gen_any(struct event_gen *gen, struct tce_event *ret_event);

/* The same event, lists by content? */
bool event_same(const struct tce_event *a, const struct tce_event *b);

#endif
