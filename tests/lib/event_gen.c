/* SPDX-License-Identifier: BSD-2-Clause */
/* Random events by the table. */
#include "event_gen.h"

#include <string.h>

#include <tce/linux.h>

#include "base/bits.h"
#include "machine/event_table.h"

void event_gen_init(struct event_gen *gen, uint64_t (*bits)(void *ctx), void *ctx)
{
	struct tce_kernel kernel;

	memset(gen, 0, sizeof(*gen));
	gen->bits = bits;
	gen->ctx = ctx;
	while (tce_kernel_at(gen->nr_kernels, &kernel) == 0)
		gen->nr_kernels++;
}

static uint64_t below(struct event_gen *gen, uint64_t n)
{
	uint64_t bits = gen->bits(gen->ctx);

	return n == 0 ? bits : bits % n;
}

/* An address or a number that means something: near powers of two, page aligned more often. */
static uint64_t telling(struct event_gen *gen)
{
	uint64_t v = UINT64_C(1) << below(gen, 64);

	switch (below(gen, 6)) {
	case 0: return below(gen, 8);
	case 1: return v;
	case 2: return v - 1;
	case 3: return below(gen, 1 << 20) << 12;
	case 4: return v | (below(gen, 1 << 16) << 12);
	default: return below(gen, 0) >> below(gen, 64);
	}
}

static uint64_t clamp(const struct tce_param *param, uint64_t v)
{
	uint64_t most = param->size >= 8 ? UINT64_MAX : tce_low_mask(8U * param->size);

	if (param->max < most)
		most = param->max;
	if (v > most)
		v = most == UINT64_MAX ? v : v % (most + 1);
	return v < param->min ? param->min : v;
}

static uint64_t some_word(struct event_gen *gen, const struct tce_param *param)
{
	unsigned n = 0;

	while (param->words[n].word != NULL)
		n++;
	return param->words[below(gen, n)].value;
}

static uint64_t scalar(struct event_gen *gen, const struct tce_param *param)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_BOOL:
	case TCE_P_NOT:
	case TCE_P_BIT: return below(gen, 2);
	case TCE_P_ENUM: return some_word(gen, param);
	case TCE_P_FLAGS:
	case TCE_P_CMDLINE: return below(gen, 3) == 0 ? some_word(gen, param) : 0;
	case TCE_P_REF:
		return param->deflt == TCE_NO_ID && below(gen, 2) == 0 ? TCE_NO_ID : below(gen, 5);
	case TCE_P_NEW: return below(gen, 5);
	case TCE_P_SHIFTS: return below(gen, 2) == 0 ? 0 : below(gen, 0) & 0x1211000;
	case TCE_P_PAGE: return below(gen, 3) == 0 ? 12 + 4 * below(gen, 2) : 0;
	case TCE_P_KERNEL: return below(gen, gen->nr_kernels);
	case TCE_P_SIGNED: return telling(gen) * (below(gen, 2) == 0 ? 1 : UINT64_MAX);
	default: return clamp(param, telling(gen));
	}
}

static void arrays(struct event_gen *gen, const struct tce_param *param, struct tce_event *event)
{
	uint8_t *field = tce_param_field(param, event);
	uint64_t nr = below(gen, param->nr + 1U);

	if (param->type == TCE_P_DEFECTS && below(gen, 3) == 0)
		tce_defects_add((struct tce_defects *)(void *)field,
				(enum tce_defect)below(gen, TCE_NR_DEFECTS));
	if (param->type != TCE_P_U32S && param->type != TCE_P_U64S)
		return;
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t v = telling(gen);

		if (param->size == 4)
			((uint32_t *)(void *)field)[i] = (uint32_t)v;
		else
			((uint64_t *)(void *)field)[i] = v;
	}
}

static void lists(struct event_gen *gen, struct tce_event *event)
{
	unsigned slot = gen->next++ % EVENT_GEN_LISTS;
	unsigned nr = 1 + (unsigned)below(gen, EVENT_GEN_LIST);

	if (below(gen, 2) == 0)
		return;
	for (unsigned i = 0; i < nr; i++) {
		tce_be64_set(&gen->tces[slot][i], telling(gen));
		gen->sg[slot][i].ra = tce_ra(telling(gen));
		gen->sg[slot][i].len = telling(gen);
	}
	if (event->kind == TCE_EV_H_PUT_TCE_INDIRECT) {
		event->u.h_indirect.list = gen->tces[slot];
		event->u.h_indirect.count = nr;
	} else if (event->kind == TCE_EV_MAP) {
		event->u.map.sg = gen->sg[slot];
		event->u.map.nr_sg = nr;
	}
}

/* What no single parameter knows. */
static void whole(struct event_gen *gen, struct tce_event *event)
{
	struct tce_ev_property *property = &event->u.property;

	if (event->kind == TCE_EV_SET_MASK && !event->u.set_mask.streaming)
		event->u.set_mask.coherent = true;
	if (event->kind == TCE_EV_PROPERTY && !property->absent) {
		property->len = (uint8_t)below(gen, TCE_PROP_BYTES_MAX + 1);
		for (unsigned i = 0; i < property->len; i++)
			property->bytes[i] = (uint8_t)below(gen, 256);
	}
	if (event->kind == TCE_EV_H_PUT_TCE_INDIRECT && event->u.h_indirect.list == NULL)
		event->u.h_indirect.count = below(gen, 600);
}

void event_gen_kind(struct event_gen *gen, enum tce_event_kind kind, struct tce_event *ret_event)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	tce_event_init(kind, ret_event);
	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];

		if (!tce_param_is_scalar(param))
			arrays(gen, param, ret_event);
		else if ((param->flags & TCE_PARAM_REQUIRED) != 0 || below(gen, 2) == 0)
			tce_param_set(param, ret_event, scalar(gen, param));
		else
			tce_param_set(param, ret_event, tce_param_default(param, ret_event));
	}
	lists(gen, ret_event);
	whole(gen, ret_event);
}

void event_gen_any(struct event_gen *gen, struct tce_event *ret_event)
{
	event_gen_kind(gen, (enum tce_event_kind)below(gen, TCE_NR_EVENTS), ret_event);
}

bool event_same(const struct tce_event *a, const struct tce_event *b)
{
	struct tce_event x = *a;
	struct tce_event y = *b;

	if (a->kind == TCE_EV_H_PUT_TCE_INDIRECT && b->kind == a->kind &&
	    a->u.h_indirect.list != NULL && b->u.h_indirect.list != NULL &&
	    a->u.h_indirect.count == b->u.h_indirect.count &&
	    memcmp(a->u.h_indirect.list, b->u.h_indirect.list,
		   a->u.h_indirect.count * sizeof(struct tce_be64)) == 0)
		x.u.h_indirect.list = y.u.h_indirect.list;
	if (a->kind == TCE_EV_MAP && b->kind == a->kind && a->u.map.nr_sg != 0 &&
	    a->u.map.nr_sg == b->u.map.nr_sg &&
	    memcmp(a->u.map.sg, b->u.map.sg, a->u.map.nr_sg * sizeof(struct tce_sg)) == 0)
		x.u.map.sg = y.u.map.sg;
	return memcmp(&x, &y, sizeof(x)) == 0;
}
