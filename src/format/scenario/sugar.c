/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shorthand of the scenario language: keys that set several parameters or one under another name,
 * what follows from what was said, and verbs that stand for several events. The writer uses none of
 * it; tce-scenario(5) has the list.
 */
#include <string.h>

#include "base/bits.h"
#include "parse.h"

#define VFIO_GROUPS TCE_VFIO_NOTE_GROUPS

/* --- keys ------------------------------------------------------------------------------------ */

static int number_of(struct tce_reader *reader, const struct tce_word_in *word, uint64_t max,
		     uint64_t *ret_number)
{
	if (tce_number_read(word->value, ret_number) && *ret_number <= max)
		return 1;
	return tce_read_error(reader, word, "a number is wanted, and not too large", NULL);
}

/* A size, as its log2. */
static int shift_of(struct tce_reader *reader, const struct tce_word_in *word, uint64_t *ret_shift)
{
	uint64_t size;

	if (!tce_number_read(word->value, &size) || !tce_is_pow2(size))
		return tce_read_error(reader, word, "a power of two is wanted", NULL);
	*ret_shift = tce_log2_floor(size);
	return 1;
}

static int device_key(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_word_in *word)
{
	uint8_t bus;
	uint8_t devfn;

	if (!tce_span_is(word->key, "at"))
		return 0;
	if (!tce_pci_address(word->value, NULL, &bus, &devfn))
		return tce_read_error(reader, word, "bus:device.function is wanted", NULL);
	tce_draft_set(draft, "bus", bus);
	tce_draft_set(draft, "devfn", devfn);
	return 1;
}

/* Linux calls PHB3, PHB4 and PHB5 all IODA2; only 1 says more than the machine line. */
static int bridge_key(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_word_in *word)
{
	uint64_t ioda;
	int ok;

	if (!tce_span_is(word->key, "ioda"))
		return 0;
	ok = number_of(reader, word, 3, &ioda);
	if (ok == 1 && ioda == 0)
		return tce_read_error(reader, word, "1, 2 or 3 is wanted", NULL);
	if (ok == 1 && ioda == 1)
		tce_draft_set(draft, "generation", 0);
	return ok;
}

static int probe_key(struct tce_reader *reader, struct tce_draft *draft,
		     const struct tce_word_in *word)
{
	uint64_t bits;
	int ok;

	if (!tce_span_is(word->key, "mask"))
		return 0;
	ok = number_of(reader, word, 64, &bits);
	if (ok == 1) {
		tce_draft_set(draft, "streaming-mask", bits);
		if (!tce_draft_has(draft, tce_draft_param(draft, "coherent-mask")))
			tce_draft_set(draft, "coherent-mask", bits);
	}
	return ok;
}

static int offset_key(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_word_in *word)
{
	uint64_t offset;
	int ok;

	if (!tce_span_is(word->key, "offset"))
		return 0;
	ok = number_of(reader, word, UINT64_MAX, &offset);
	if (ok == 1)
		tce_draft_set(draft, "addr", offset);
	return ok;
}

/* Which argument cell a key of an RTAS call fills. */
static int rtas_key(struct tce_reader *reader, struct tce_draft *draft,
		    const struct tce_word_in *word)
{
	uint32_t *args = draft->event.u.rtas.call.args;
	uint64_t number;
	int ok;

	if (tce_span_is(word->key, "page") || tce_span_is(word->key, "window")) {
		ok = shift_of(reader, word, &number);
		if (ok == 1)
			args[tce_span_is(word->key, "page") ? 3 : 4] = (uint32_t)number;
		return ok;
	}
	if (tce_span_is(word->key, "buid")) {
		ok = number_of(reader, word, UINT64_MAX, &number);
		if (ok == 1) {
			args[1] = (uint32_t)(number >> 32);
			args[2] = (uint32_t)number;
		}
		return ok;
	}
	if (!tce_span_is(word->key, "cfg") && !tce_span_is(word->key, "liobn") &&
	    !tce_span_is(word->key, "unit"))
		return 0;
	ok = number_of(reader, word, UINT32_MAX, &number);
	if (ok == 1)
		args[0] = (uint32_t)number;
	return ok;
}

static int property_key(struct tce_reader *reader, struct tce_draft *draft,
			const struct tce_word_in *word)
{
	struct tce_ev_property *property = &draft->event.u.property;
	struct tce_span list = word->value;
	struct tce_span cell;
	uint64_t number;
	unsigned len = 0;

	if (!tce_span_is(word->key, "cells"))
		return 0;
	while (tce_list_next(&list, &cell)) {
		if (!tce_number_read(cell, &number) || number > UINT32_MAX ||
		    len + 4 > sizeof(property->bytes))
			return tce_read_error(reader, word,
					      "a list of at most 12 32-bit numbers is wanted",
					      NULL);
		tce_be32_store(property->bytes + len, (uint32_t)number);
		len += 4;
	}
	property->len = (uint8_t)len;
	tce_draft_mark(draft, tce_draft_param(draft, "bytes"));
	return 1;
}

/* type=v1, v2 or a number. */
static int iommu_type(struct tce_reader *reader, const struct tce_word_in *word,
		      uint64_t *ret_number)
{
	if (tce_span_is(word->value, "v1")) {
		*ret_number = 2; /* VFIO_SPAPR_TCE_IOMMU */
		return 1;
	}
	if (tce_span_is(word->value, "v2")) {
		*ret_number = 7; /* VFIO_SPAPR_TCE_v2_IOMMU */
		return 1;
	}
	if (tce_number_read(word->value, ret_number) && *ret_number <= UINT32_MAX)
		return 1;
	return tce_read_error(reader, word, "v1, v2 or a number is wanted", NULL);
}

static int vfio_key(struct tce_reader *reader, struct tce_draft *draft,
		    const struct tce_word_in *word)
{
	uint64_t number;
	int ok;

	if (tce_span_is(word->key, "type")) {
		ok = iommu_type(reader, word, &number);
		if (ok == 1)
			tce_draft_set(draft, "number", number);
		return ok;
	}
	if (!tce_span_is(word->key, "page"))
		return 0;
	ok = shift_of(reader, word, &number);
	if (ok == 1)
		tce_draft_set(draft, "page-shift", number);
	return ok;
}

int tce_sugar_key(struct tce_reader *reader, struct tce_draft *draft,
		  const struct tce_word_in *word)
{
	if (tce_span_is(word->key, "id"))
		return 1; /* read_id */
	switch (draft->event.kind) {
	case TCE_EV_DEVICE_PLUG: return device_key(reader, draft, word);
	case TCE_EV_PHB_PLUG: return bridge_key(reader, draft, word);
	case TCE_EV_PROBE: return probe_key(reader, draft, word);
	case TCE_EV_MAP:
	case TCE_EV_DMA: return offset_key(reader, draft, word);
	case TCE_EV_RTAS: return rtas_key(reader, draft, word);
	case TCE_EV_PROPERTY: return property_key(reader, draft, word);
	case TCE_EV_VFIO: return vfio_key(reader, draft, word);
	default: return 0;
	}
}

/* --- what follows ---------------------------------------------------------------------------- */

/* The only bridge there is. */
static int only_bridge(struct tce_reader *reader, uint16_t *ret_phb)
{
	const struct tce_name_table *names = &reader->scenario->names;
	unsigned found = 0;

	for (unsigned i = 0; i < TCE_NAME_BUCKETS; i++) {
		for (const struct tce_named *at = names->by_id[i]; at != NULL; at = at->next_id) {
			if (at->object != TCE_OBJ_PHB)
				continue;
			*ret_phb = at->id;
			found++;
		}
	}
	if (found == 1)
		return 0;
	return tce_read_error(reader, &reader->st.word[0],
			      found == 0 ? "there is no bridge yet: a phb line comes first"
					 : "phb= is missing: there are several bridges",
			      NULL);
}

/* A PCI address among the device's names says where it is. */
static void place_by_name(struct tce_reader *reader, struct tce_draft *draft)
{
	const struct tce_statement *st = &reader->st;
	uint8_t bus;
	uint8_t devfn;

	for (unsigned i = 1; i < st->nr_left; i++) {
		const struct tce_word_in *word = &st->word[i];

		if ((word->key.len == 0 || tce_span_is(word->key, "name")) &&
		    tce_pci_address(word->value, NULL, &bus, &devfn)) {
			tce_draft_set(draft, "bus", bus);
			tce_draft_set(draft, "devfn", devfn);
		}
	}
}

static int finish_device(struct tce_reader *reader, struct tce_draft *draft)
{
	uint16_t phb = 0;
	int err = 0;

	if (!tce_draft_has(draft, tce_draft_param(draft, "bus")) &&
	    !tce_draft_has(draft, tce_draft_param(draft, "devfn")))
		place_by_name(reader, draft);
	if (!tce_draft_has(draft, tce_draft_param(draft, "phb")))
		err = only_bridge(reader, &phb);
	if (err == 0 && !tce_draft_has(draft, tce_draft_param(draft, "phb")))
		tce_draft_set(draft, "phb", phb);
	return err;
}

static int finish_property(struct tce_reader *reader, struct tce_draft *draft)
{
	bool value = tce_draft_has(draft, tce_draft_param(draft, "bytes"));

	if (value == draft->event.u.property.absent)
		return tce_read_error(reader, &reader->st.word[0],
				      "one of bytes=, cells= and absent is wanted", NULL);
	return 0;
}

/* "ddw=yes windows=1": so many dynamic windows beside the default one. */
static void finish_bridge(const struct tce_reader *reader, struct tce_draft *draft)
{
	struct tce_phb_opts *papr = &draft->event.u.phb_plug.papr;

	if (reader->scenario->story.machine.platform == TCE_PSERIES && !papr->no_ddw &&
	    papr->max_windows == 1 && tce_draft_has(draft, tce_draft_param(draft, "ddw")))
		papr->max_windows++;
}

int tce_sugar_finish(struct tce_reader *reader, struct tce_draft *draft)
{
	struct tce_event *event = &draft->event;

	switch (event->kind) {
	case TCE_EV_PHB_PLUG:
		if (reader->scenario->story.machine.platform == TCE_POWERNV &&
		    !tce_draft_has(draft, tce_draft_param(draft, "generation")))
			tce_draft_set(draft, "generation", reader->generation);
		finish_bridge(reader, draft);
		return 0;
	case TCE_EV_DEVICE_PLUG: return finish_device(reader, draft);
	case TCE_EV_PROPERTY: return finish_property(reader, draft);
	case TCE_EV_SET_MASK:
		if (!event->u.set_mask.streaming && !event->u.set_mask.coherent) {
			tce_draft_set(draft, "streaming", 1);
			tce_draft_set(draft, "coherent", 1);
		}
		return 0;
	case TCE_EV_H_PUT_TCE_INDIRECT:
		if (event->u.h_indirect.list != NULL)
			tce_draft_mark(draft, tce_draft_param(draft, "count"));
		return 0;
	default: return 0;
	}
}

/* --- verbs for several events ---------------------------------------------------------------- */

static struct tce_vfio_note *note_of(const struct tce_reader *reader, uint16_t container)
{
	struct tce_vfio_note *note = reader->vfio;

	while (note != NULL && note->container != container)
		note = note->next;
	return note;
}

/* One call of those that a statement stands for. */
struct call {
	enum tce_vfio_op op;
	uint16_t container;
	uint16_t group;
	uint32_t number;
	bool last;
};

/* What is expected: "ok" of each call, the rest of the last one. */
static int add_call(struct tce_reader *reader, const struct tce_draft *said,
		    const struct call *call)
{
	struct tce_draft draft;

	memset(&draft, 0, sizeof(draft));
	tce_event_init(TCE_EV_VFIO, &draft.event);
	draft.event.u.vfio.op = call->op;
	draft.event.u.vfio.container = call->container;
	draft.event.u.vfio.group = call->group;
	draft.event.u.vfio.number = call->number;
	draft.event.u.vfio.process = said->event.u.vfio.process;
	for (unsigned i = 0; i < said->nr_expects; i++) {
		if (call->last || said->expect[i].kind == TCE_EXPECT_OK)
			draft.expect[draft.nr_expects++] = said->expect[i];
	}
	return tce_add_step(reader, &draft);
}

/* The words that all three may have; *ret_groups of them name groups. */
static int read_vfio_words(struct tce_reader *reader, struct tce_draft *said,
			   uint16_t group[VFIO_GROUPS], unsigned *ret_groups)
{
	const struct tce_statement *st = &reader->st;
	uint64_t number;
	int err = 0;

	*ret_groups = 0;
	for (unsigned i = 3; i < st->nr_left && err == 0; i++) {
		const struct tce_word_in *word = &st->word[i];
		int ok = 1;

		if (tce_span_is(word->key, "type")) {
			ok = iommu_type(reader, word, &number);
			said->event.u.vfio.number = (uint32_t)number;
		} else if (tce_span_is(word->key, "process")) {
			ok = number_of(reader, word, 255, &number);
			said->event.u.vfio.process = (uint16_t)number;
		} else if (tce_span_is(word->key, "group") && *ret_groups < VFIO_GROUPS) {
			err = tce_read_ref(reader, TCE_OBJ_DEV, word, word->value,
					   &group[*ret_groups]);
			*ret_groups += 1;
		} else {
			return tce_read_error_about(reader, word, "no such word here:", word->whole,
						    NULL);
		}
		if (ok < 0)
			return ok;
	}
	return err == 0 ? tce_read_expects(reader, said) : err;
}

static int vfio_open(struct tce_reader *reader, const struct tce_draft *said, uint16_t container)
{
	struct call open = {TCE_VFIO_OPEN_CONTAINER, container, TCE_NO_ID, 0, true};
	struct tce_vfio_note *note = note_of(reader, container);

	if (note == NULL) {
		note = tce_pool_new(&reader->scenario->pool, sizeof(*note));
		if (note == NULL)
			return -TCE_ERR_NOMEM;
		note->container = container;
		note->next = reader->vfio;
		reader->vfio = note;
	}
	note->iommu = said->event.u.vfio.number == 0 ? 7 : said->event.u.vfio.number;
	note->nr_groups = 0;
	return add_call(reader, said, &open);
}

/* Has a driver probed the device, in the text so far, and not let go of it? */
static bool is_probed(const struct tce_reader *reader, uint16_t dev)
{
	const struct tce_vec *steps = &reader->scenario->steps;

	for (uint32_t i = steps->nr; i > 0; i--) {
		const struct tce_step *step = tce_vec_at(steps, i - 1, sizeof(*step));

		if (step->event.kind == TCE_EV_PROBE && step->event.u.probe.dev == dev)
			return true;
		if (step->event.kind == TCE_EV_UNBIND && step->event.u.id.id == dev)
			return false;
	}
	return false;
}

/* Whoever binds a device to vfio-pci takes its driver away first. */
static int take_driver_away(struct tce_reader *reader, uint16_t dev)
{
	struct tce_draft draft;

	if (!is_probed(reader, dev))
		return 0;
	memset(&draft, 0, sizeof(draft));
	tce_event_init(TCE_EV_UNBIND, &draft.event);
	draft.event.u.id.id = dev;
	return tce_add_step(reader, &draft);
}

/* A device is bound to vfio-pci, its group opened and put into the container. */
static int vfio_attach(struct tce_reader *reader, const struct tce_draft *said,
		       struct tce_vfio_note *note, uint16_t group)
{
	bool first = note->nr_groups == 0;
	struct call calls[] = {
		{TCE_VFIO_BIND, TCE_NO_ID, group, 0, false},
		{TCE_VFIO_OPEN_GROUP, TCE_NO_ID, group, 0, false},
		{TCE_VFIO_SET_CONTAINER, note->container, group, 0, !first},
		{TCE_VFIO_SET_IOMMU, note->container, TCE_NO_ID, note->iommu, true},
	};
	unsigned nr = first ? 4 : 3;
	int err = 0;

	if (note->nr_groups == VFIO_GROUPS)
		return tce_read_error(reader, &reader->st.word[0], "too many groups", NULL);
	err = take_driver_away(reader, group);
	for (unsigned i = 0; i < nr && err == 0; i++)
		err = add_call(reader, said, &calls[i]);
	note->group[note->nr_groups++] = group;
	return err;
}

/* Everything is closed, and the devices go back to the kernel. */
static int vfio_close(struct tce_reader *reader, const struct tce_draft *said,
		      struct tce_vfio_note *note)
{
	struct call container = {TCE_VFIO_CLOSE_CONTAINER, note->container, TCE_NO_ID, 0,
				 note->nr_groups == 0};
	struct call group = {TCE_VFIO_CLOSE_GROUP, TCE_NO_ID, 0, 0, false};
	int err = 0;
	unsigned i;

	for (i = 0; i < note->nr_groups && err == 0; i++) {
		group.group = note->group[i];
		err = add_call(reader, said, &group);
	}
	if (err == 0)
		err = add_call(reader, said, &container);
	group.op = TCE_VFIO_UNBIND;
	for (i = 0; i < note->nr_groups && err == 0; i++) {
		group.group = note->group[i];
		group.last = i + 1 == note->nr_groups;
		err = add_call(reader, said, &group);
	}
	note->nr_groups = 0;
	return err;
}

static int vfio_verb(struct tce_reader *reader, struct tce_span verb)
{
	const struct tce_word_in *name = &reader->st.word[2];
	struct tce_vfio_note *note;
	struct tce_draft said;
	uint16_t container;
	uint16_t group[VFIO_GROUPS];
	unsigned nr_groups;
	int err;

	memset(&said, 0, sizeof(said));
	said.event.kind = TCE_EV_VFIO;
	if (reader->st.nr_left < 3 || name->key.len != 0)
		return tce_read_error(reader, &reader->st.word[1], "a container is wanted", NULL);
	err = tce_read_ref(reader, TCE_OBJ_CONTAINER, name, name->whole, &container);
	if (err == 0)
		err = read_vfio_words(reader, &said, group, &nr_groups);
	if (err != 0)
		return err;
	if (tce_span_is(verb, "open"))
		return vfio_open(reader, &said, container);
	note = note_of(reader, container);
	if (note == NULL)
		return tce_read_error_about(reader, name,
					    "\"vfio open\" comes before this:", name->whole, NULL);
	if (tce_span_is(verb, "close"))
		return vfio_close(reader, &said, note);
	if (nr_groups == 0)
		return tce_read_error(reader, name, "group= is missing", NULL);
	for (unsigned i = 0; i < nr_groups && err == 0; i++)
		err = vfio_attach(reader, &said, note, group[i]);
	return err;
}

int tce_sugar_verb(struct tce_reader *reader)
{
	const struct tce_statement *st = &reader->st;
	struct tce_span second;
	int err;

	if (st->nr_left < 2 || !tce_span_is(st->word[0].whole, "vfio"))
		return 0;
	second = st->word[1].whole;
	if (!tce_span_is(second, "open") && !tce_span_is(second, "attach") &&
	    !tce_span_is(second, "close"))
		return 0;
	err = vfio_verb(reader, second);
	return err != 0 ? err : 1;
}
