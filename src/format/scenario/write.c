/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stories written as text. The writer keeps the same table of names as the reader will, so that it
 * knows which number the reader will give a name, and says it ("id=7") where it must.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>

#include "machine.h"

struct writer {
	struct tce_out out;
	const struct tce_names *user; /* may be NULL */
	struct tce_name_table *names; /* NULL: one event alone */
};

/* --- names --- */

static struct tce_span span_of(const char *text)
{
	struct tce_span span = {text, strlen(text)};

	return span;
}

static const char *user_name(const struct writer *writer, enum tce_object object, uint16_t id)
{
	if (writer->user == NULL || writer->user->name == NULL)
		return NULL;
	return writer->user->name(writer->user->ctx, object, id);
}

/* May id be called so: a name, and not that of another object? */
static bool is_free(const struct writer *writer, enum tce_object object, const char *name,
		    uint16_t id)
{
	struct tce_span span = span_of(name);
	uint16_t other;

	if (!tce_name_valid(span) || tce_name_raw(span, &other) || tce_span_is(span, "none"))
		return false;
	if (tce_name_form(object, span, &other) && other != id)
		return false;
	return writer->names == NULL || !tce_names_find(writer->names, object, span, &other);
}

static void pci_name(const struct tce_ev_device_plug *ev, char ret_name[32])
{
	snprintf(ret_name, 32, "%04x:%02x:%02x.%x", ev->phb, ev->bus, ev->devfn >> 3,
		 ev->devfn & 7U);
}

/* Would this bare word be taken for a word of the verb's own? */
static bool is_own_word(enum tce_event_kind kind, const char *name)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	for (unsigned i = 0; i < desc->nr_params; i++) {
		if (tce_param_is_said_by(&desc->params[i], name, strlen(name)))
			return true;
	}
	return false;
}

/* What a new object is called: as its author does, by its address, by its number. */
static void choose_name(const struct writer *writer, const struct tce_event *event,
			enum tce_object object, uint16_t id, char ret_name[80])
{
	const char *user = user_name(writer, object, id);

	if (user != NULL && is_free(writer, object, user, id) && !is_own_word(event->kind, user)) {
		snprintf(ret_name, 80, "%s", user);
		return;
	}
	if (event->kind == TCE_EV_DEVICE_PLUG) {
		pci_name(&event->u.device_plug, ret_name);
		if (is_free(writer, object, ret_name, id))
			return;
	}
	tce_name_of_form(object, id, ret_name);
}

/* The number that the reader would give to this name. */
static bool reader_gives(const struct writer *writer, enum tce_object object, struct tce_span name,
			 uint16_t id)
{
	uint16_t given;

	return tce_names_next(writer->names, object, name, &given) && given == id;
}

/* The name of a known object, or of a container, which begins with its first mention. */
static const char *known_name(struct writer *writer, enum tce_object object, uint16_t id,
			      char form[16])
{
	const char *name = writer->names == NULL ? user_name(writer, object, id)
						 : tce_names_of(writer->names, object, id);

	if (name == NULL && object == TCE_OBJ_CONTAINER) {
		tce_name_of_form(object, id, form);
		name = form;
		if (writer->names != NULL &&
		    tce_names_add(writer->names, object, span_of(form), id) != 0)
			writer->out.err = -TCE_ERR_NOMEM;
	}
	return name;
}

static void put_ref(struct writer *writer, enum tce_object object, uint16_t id)
{
	char form[16];
	const char *name = id == TCE_NO_ID ? "none" : known_name(writer, object, id, form);

	if (name != NULL)
		tce_out_text(&writer->out, name);
	else
		tce_out_format(&writer->out, "@%u", id);
}

/* A new object: its name, and its number where the reader would give another one. */
static void put_new(struct writer *writer, const struct tce_param *param,
		    const struct tce_event *event, const char *key)
{
	enum tce_object object = (enum tce_object)param->object;
	uint16_t id = (uint16_t)tce_param_get(param, event);
	const char *known = writer->names == NULL ? NULL : tce_names_of(writer->names, object, id);
	char name[80];

	if (known != NULL)
		snprintf(name, sizeof(name), "%s", known);
	else
		choose_name(writer, event, object, id, name);
	tce_out_format(&writer->out, " %s", key);
	tce_out_text(&writer->out, name);
	if (known != NULL || writer->names == NULL)
		return;
	if (!reader_gives(writer, object, span_of(name), id))
		tce_out_format(&writer->out, " id=%u", id);
	if (tce_names_add(writer->names, object, span_of(name), id) != 0)
		writer->out.err = -TCE_ERR_NOMEM;
}

/* --- special parameters --- */

static void put_kernel(uint64_t index, struct tce_out *out)
{
	struct tce_kernel kernel;

	if (tce_kernel_at((unsigned)index, &kernel) == 0)
		tce_out_text(out, kernel.name);
	else if (out->err == 0)
		out->err = -TCE_ERR_INVAL;
}

static void put_defects(const struct tce_defects *defects, struct tce_out *out)
{
	struct tce_defects all = {{0, 0}};
	bool first = true;

	tce_defects_add_all(&all);
	if (memcmp(&all, defects, sizeof(all)) == 0) {
		tce_out_text(out, "all");
		return;
	}
	for (unsigned i = 0; i < TCE_NR_DEFECTS; i++) {
		if (!tce_defects_has(defects, (enum tce_defect)i))
			continue;
		tce_out_text(out, first ? "" : ",");
		tce_out_text(out, tce_defect_info((enum tce_defect)i)->id);
		first = false;
	}
	if (first && out->err == 0)
		out->err = -TCE_ERR_INVAL; /* bits that are no defect */
}

static void put_value(struct writer *writer, const struct tce_param *param,
		      const struct tce_event *event)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_REF:
		put_ref(writer, (enum tce_object)param->object,
			(uint16_t)tce_param_get(param, event));
		break;
	case TCE_P_KERNEL: put_kernel(tce_param_get(param, event), &writer->out); break;
	case TCE_P_DEFECTS: put_defects(tce_param_field(param, event), &writer->out); break;
	default: tce_value_write(param, event, &writer->out); break;
	}
}

/* --- what is not written as it stands --- */

/* A device whose name is its address needs no other word for that; else "at=". */
static bool is_address(const struct tce_param *param)
{
	return strcmp(param->name, "bus") == 0 || strcmp(param->name, "devfn") == 0;
}

static void put_address(struct writer *writer, const struct tce_ev_device_plug *ev)
{
	const char *name = writer->names == NULL
				   ? user_name(writer, TCE_OBJ_DEV, ev->dev)
				   : tce_names_of(writer->names, TCE_OBJ_DEV, ev->dev);
	uint8_t bus;
	uint8_t devfn;

	if (name != NULL && tce_pci_address(span_of(name), NULL, &bus, &devfn) && bus == ev->bus &&
	    devfn == ev->devfn)
		return;
	tce_out_format(&writer->out, " at=%02x:%02x.%x", ev->bus, ev->devfn >> 3, ev->devfn & 7U);
}

/* Both masks of a probe in one word. True: written. */
static bool put_probe_mask(struct writer *writer, const struct tce_event *event)
{
	const struct tce_ev_probe *ev = &event->u.probe;

	if (ev->streaming_bits == 0 || ev->streaming_bits != ev->coherent_bits)
		return false;
	tce_out_format(&writer->out, " mask=%u", ev->streaming_bits);
	return true;
}

static bool is_silent(const struct tce_param *param, const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_DEVICE_PLUG: return is_address(param);
	case TCE_EV_PROBE:
		return event->u.probe.streaming_bits == event->u.probe.coherent_bits &&
		       strstr(param->name, "-mask") != NULL;
	case TCE_EV_H_PUT_TCE_INDIRECT:
		return strcmp(param->name, "count") == 0 && event->u.h_indirect.list != NULL;
	default: return false;
	}
}

/* --- statements --- */

static bool is_flag(const struct tce_param *param)
{
	return param->type == TCE_P_BOOL || param->type == TCE_P_BIT;
}

/* A container's name stands alone where it is not a device's as well, which could be the group. */
static bool is_bare_container(const struct writer *writer, const char *name)
{
	uint16_t id;

	return writer->names == NULL || name == NULL ||
	       !tce_names_find(writer->names, TCE_OBJ_DEV, span_of(name), &id);
}

static bool is_bare_ref(const struct writer *writer, const struct tce_param *param,
			const struct tce_event *event)
{
	enum tce_object object = (enum tce_object)param->object;
	const char *name = NULL;

	if (writer->names != NULL)
		name = tce_names_of(writer->names, object, (uint16_t)tce_param_get(param, event));
	if (name != NULL && is_own_word(event->kind, name))
		return false;
	if (object == TCE_OBJ_CONTAINER)
		return is_bare_container(writer, name);
	return (param->flags & TCE_PARAM_REQUIRED) != 0 || event->kind == TCE_EV_DMA;
}

/* May the value stand without its key? */
static bool is_bare(const struct writer *writer, const struct tce_param *param,
		    const struct tce_event *event)
{
	bool place = (param->flags & TCE_PARAM_POSITIONAL) != 0;

	switch ((enum tce_param_type)param->type) {
	case TCE_P_ENUM: return (param->flags & TCE_PARAM_KEYED) == 0;
	case TCE_P_REF: return place && is_bare_ref(writer, param, event);
	case TCE_P_NUMBER:
	case TCE_P_HEX:
	case TCE_P_SIZE: return place;
	default: return false;
	}
}

static void put_param(struct writer *writer, const struct tce_param *param,
		      const struct tce_event *event)
{
	struct tce_out *out = &writer->out;

	if (is_flag(param)) {
		tce_out_format(out, " %s", param->name);
		return;
	}
	tce_out_text(out, " ");
	if (!is_bare(writer, param, event))
		tce_out_format(out, "%s=", param->name);
	put_value(writer, param, event);
}

static void put_event(struct writer *writer, const struct tce_event *event)
{
	const struct tce_event_desc *desc = tce_event_desc(event->kind);
	bool mask = false;

	tce_out_text(&writer->out, tce_event_verb(event->kind));
	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];

		if (param->type == TCE_P_NEW) {
			put_new(writer, param, event, event->kind == TCE_EV_MAP ? "as=" : "");
			if (event->kind == TCE_EV_DEVICE_PLUG)
				put_address(writer, &event->u.device_plug);
		} else if (!mask && event->kind == TCE_EV_PROBE && i == 1) {
			mask = put_probe_mask(writer, event);
		}
		if (param->type == TCE_P_NEW || is_silent(param, event))
			continue;
		if (param->type == TCE_P_KERNEL || tce_value_is_said(param, event))
			put_param(writer, param, event);
	}
}

static void put_step(struct writer *writer, const struct tce_step *step)
{
	put_event(writer, &step->event);
	for (unsigned i = 0; i < step->nr_expects; i++) {
		tce_out_text(&writer->out, i == 0 ? " -> " : " ");
		tce_expect_write(&step->expects[i], &writer->out);
	}
	tce_out_text(&writer->out, "\n");
}

int tce_scenario_write(const struct tce_alloc *alloc, const struct tce_story *story,
		       const struct tce_names *names, tce_text_fn *put, void *ctx)
{
	struct tce_name_table table;
	struct tce_pool pool;
	struct writer writer = {{put, ctx, 0}, names, &table};

	tce_pool_init(&pool, alloc);
	tce_names_init(&table, &pool);
	tce_machine_write(&story->machine, &writer.out);
	tce_out_text(&writer.out, "\n");
	for (unsigned i = 0; i < story->nr_steps && writer.out.err == 0; i++) {
		if (tce_event_valid(&story->steps[i].event))
			put_step(&writer, &story->steps[i]);
		else
			writer.out.err = -TCE_ERR_INVAL;
	}
	tce_pool_fini(&pool);
	return writer.out.err;
}

int tce_event_write(const struct tce_event *event, const struct tce_names *names, tce_text_fn *put,
		    void *ctx)
{
	struct writer writer = {{put, ctx, 0}, names, NULL};

	if (!tce_event_valid(event))
		return -TCE_ERR_INVAL;
	put_event(&writer, event);
	return writer.out.err;
}

int tce_outcome_write(const struct tce_event *event, const struct tce_outcome *outcome,
		      tce_text_fn *put, void *ctx)
{
	struct tce_out out = {put, ctx, 0};

	tce_outcome_words(event, outcome, &out);
	return out.err;
}
