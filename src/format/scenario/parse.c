/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements become events: verbs, words, references, defaults. */
#include "parse.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"

/* --- complaints --- */

static int complain(struct tce_reader *reader, const struct tce_word_in *word,
		    const struct tce_nearest *nearest)
{
	struct tce_scenario_error *error = reader->error;

	error->line = word == NULL ? 0 : reader->st.line;
	error->column = word == NULL ? 0 : word->column;
	error->nearest[0] = '\0';
	if (nearest != NULL && nearest->best != NULL)
		snprintf(error->nearest, sizeof(error->nearest), "%s", nearest->best);
	return -TCE_ERR_FORMAT;
}

int tce_read_error(struct tce_reader *reader, const struct tce_word_in *word, const char *text,
		   const struct tce_nearest *nearest)
{
	snprintf(reader->error->text, sizeof(reader->error->text), "%s", text);
	return complain(reader, word, nearest);
}

int tce_read_error_about(struct tce_reader *reader, const struct tce_word_in *word,
			 const char *text, struct tce_span about, const struct tce_nearest *nearest)
{
	int shown = about.len > 60 ? 60 : (int)about.len;

	snprintf(reader->error->text, sizeof(reader->error->text), "%s '%.*s%s'", text, shown,
		 about.at, about.len > 60 ? "..." : "");
	return complain(reader, word, nearest);
}

void tce_remark(struct tce_reader *reader, const char *text)
{
	struct tce_scenario *scenario = reader->scenario;

	if (scenario->nr_remarks == TCE_SCENARIO_REMARKS)
		return;
	scenario->remark[scenario->nr_remarks] = tce_pool_text(&scenario->pool, text, strlen(text));
	if (scenario->remark[scenario->nr_remarks] == NULL)
		reader->nomem = true;
	else
		scenario->nr_remarks++;
}

/* --- drafts --- */

const struct tce_param *tce_draft_param(const struct tce_draft *draft, const char *name)
{
	const struct tce_event_desc *desc = tce_event_desc(draft->event.kind);
	const struct tce_param *param =
		tce_param_find(desc->params, desc->nr_params, name, strlen(name));

	TCE_ASSERT(param != NULL);
	return param;
}

void tce_draft_set(struct tce_draft *draft, const char *name, uint64_t value)
{
	const struct tce_param *param = tce_draft_param(draft, name);

	tce_param_set(param, &draft->event, value);
	tce_draft_mark(draft, param);
}

int tce_add_step(struct tce_reader *reader, const struct tce_draft *draft)
{
	struct tce_scenario *scenario = reader->scenario;
	struct tce_expect *expects = NULL;
	struct tce_step *step;

	if (scenario->steps.nr == TCE_SCENARIO_STEPS_MAX)
		return -TCE_ERR_LIMIT;
	if (draft->nr_expects != 0) {
		expects = tce_pool_new(&scenario->pool, draft->nr_expects * sizeof(*expects));
		if (expects == NULL)
			return -TCE_ERR_NOMEM;
		memcpy(expects, draft->expect, draft->nr_expects * sizeof(*expects));
	}
	if (tce_vec_reserve(&scenario->steps, &scenario->mem, sizeof(*step), 1) != 0)
		return -TCE_ERR_NOMEM;
	step = tce_vec_insert(&scenario->steps, scenario->steps.nr, sizeof(*step));
	step->event = draft->event;
	step->expects = expects;
	step->nr_expects = draft->nr_expects;
	step->line = reader->st.line;
	step->text = tce_pool_text(&scenario->pool, reader->st.text.at, reader->st.text.len);
	return step->text == NULL ? -TCE_ERR_NOMEM : 0;
}

/* --- words --- */

/* key=value. */
static int read_keyed(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_word_in *word)
{
	const struct tce_event_desc *desc = tce_event_desc(draft->event.kind);
	const struct tce_param *param =
		tce_param_find(desc->params, desc->nr_params, word->key.at, word->key.len);
	struct tce_nearest nearest;
	int taken;

	taken = tce_sugar_key(reader, draft, word);
	if (taken != 0)
		return taken < 0 ? taken : 0;
	if (param != NULL)
		return tce_read_param(reader, draft, param, word);
	tce_nearest_init(&nearest, word->key.at, word->key.len);
	for (unsigned i = 0; i < desc->nr_params; i++)
		tce_nearest_try(&nearest, desc->params[i].name);
	return tce_read_error_about(reader, word, "no such key here:", word->key, &nearest);
}

static bool is_known_name(const struct tce_reader *reader, const struct tce_param *param,
			  struct tce_span word)
{
	uint16_t id;

	return param->type == TCE_P_REF &&
	       tce_names_find(&reader->scenario->names, (enum tce_object)param->object, word, &id);
}

static bool is_free_place(const struct tce_draft *draft, const struct tce_param *param)
{
	return (param->flags & TCE_PARAM_POSITIONAL) != 0 && !tce_draft_has(draft, param);
}

/* The parameter that a bare word is: its own word, a known object, the next place. */
static const struct tce_param *param_of_bare(const struct tce_reader *reader,
					     const struct tce_draft *draft, struct tce_span word)
{
	const struct tce_event_desc *desc = tce_event_desc(draft->event.kind);
	unsigned i;

	for (i = 0; i < desc->nr_params; i++) {
		if (!tce_draft_has(draft, &desc->params[i]) &&
		    tce_param_is_said_by(&desc->params[i], word.at, word.len))
			return &desc->params[i];
	}
	for (i = 0; i < desc->nr_params; i++) {
		if (is_free_place(draft, &desc->params[i]) &&
		    is_known_name(reader, &desc->params[i], word))
			return &desc->params[i];
	}
	for (i = 0; i < desc->nr_params; i++) {
		if (is_free_place(draft, &desc->params[i]))
			return &desc->params[i];
	}
	return NULL;
}

static void try_flags(enum tce_event_kind kind, struct tce_nearest *nearest)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	for (unsigned i = 0; i < desc->nr_params; i++)
		tce_nearest_try(nearest, desc->params[i].name);
}

static int read_bare(struct tce_reader *reader, struct tce_draft *draft,
		     const struct tce_word_in *word)
{
	const struct tce_param *param = param_of_bare(reader, draft, word->whole);
	struct tce_nearest nearest;

	if (param == NULL) {
		tce_nearest_init(&nearest, word->whole.at, word->whole.len);
		try_flags(draft->event.kind, &nearest);
		return tce_read_error_about(reader, word, "one word too many:", word->whole,
					    &nearest);
	}
	if (param->type != TCE_P_ENUM &&
	    tce_param_is_said_by(param, word->whole.at, word->whole.len)) {
		tce_draft_set(draft, param->name, 1);
		return 0;
	}
	return tce_read_param(reader, draft, param, word);
}

/* --- what is left --- */

static int fill_defaults(struct tce_reader *reader, struct tce_draft *draft)
{
	const struct tce_event_desc *desc = tce_event_desc(draft->event.kind);
	char text[96];

	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];

		if (tce_draft_has(draft, param) || !tce_param_is_scalar(param))
			continue;
		if ((param->flags & TCE_PARAM_REQUIRED) != 0) {
			snprintf(text, sizeof(text), "%s= is missing: %s", param->name, param->doc);
			return tce_read_error(reader, &reader->st.word[0], text, NULL);
		}
		tce_param_set(param, &draft->event, tce_param_default(param, &draft->event));
	}
	return 0;
}

/* A mapping that is given no name gets a number that none has. */
static int name_mapping(struct tce_reader *reader, struct tce_draft *draft)
{
	struct tce_name_table *names = &reader->scenario->names;
	struct tce_span name;
	char form[16];
	uint16_t id;

	if (draft->event.kind != TCE_EV_MAP || tce_draft_has(draft, tce_draft_param(draft, "as")))
		return 0;
	id = (uint16_t)names->lowest[TCE_OBJ_MAP];
	if (id == TCE_NO_ID)
		return tce_read_error(reader, &reader->st.word[0], "too many mappings", NULL);
	tce_name_of_form(TCE_OBJ_MAP, id, form);
	name.at = form;
	name.len = strlen(form);
	tce_draft_set(draft, "as", id);
	return tce_names_add(names, TCE_OBJ_MAP, name, id);
}

/* --- expectations --- */

static bool kind_is(enum tce_event_kind kind, enum tce_event_kind a, enum tce_event_kind b,
		    enum tce_event_kind c)
{
	return kind == a || kind == b || kind == c;
}

/* Can this be said of that event at all? */
static bool expect_fits(enum tce_expect_kind expect, enum tce_event_kind kind)
{
	bool is_os =
		tce_event_class(kind) == TCE_CLASS_OS || tce_event_class(kind) == TCE_CLASS_VFIO;
	bool is_hcall = kind >= TCE_EV_H_PUT_TCE && kind <= TCE_EV_H_STUFF_TCE;

	switch (expect) {
	case TCE_EXPECT_MODE: return kind_is(kind, TCE_EV_PROBE, TCE_EV_SET_MASK, TCE_EV_MAP);
	case TCE_EXPECT_DMA:
	case TCE_EXPECT_ASTRAY:
	case TCE_EXPECT_LANDS: return kind == TCE_EV_DMA;
	case TCE_EXPECT_HCALL: return is_os || is_hcall || kind == TCE_EV_RTAS;
	case TCE_EXPECT_STATUS: return is_os || kind == TCE_EV_RTAS;
	case TCE_EXPECT_OPAL: return kind == TCE_EV_OPAL;
	case TCE_EXPECT_ERRNO: return is_os || tce_event_class(kind) == TCE_CLASS_SETUP;
	case TCE_EXPECT_CELL: return kind == TCE_EV_RTAS;
	case TCE_EXPECT_LOCKED: return kind == TCE_EV_VFIO;
	case TCE_EXPECT_BUS: return kind == TCE_EV_MAP;
	case TCE_EXPECT_VALUE:
		return kind_is(kind, TCE_EV_REQUIRED_MASK, TCE_EV_H_GET_TCE, TCE_EV_VFIO) ||
		       kind == TCE_EV_OPAL;
	case TCE_EXPECT_RET: return kind_is(kind, TCE_EV_VFIO, TCE_EV_MAP, TCE_EV_VFIO);
	default: return true;
	}
}

/* "rule NAME" is "rule=NAME". Returns the words used. */
static unsigned join_rule(struct tce_word_in *word, unsigned left)
{
	if (left < 2 || !tce_span_is(word[0].whole, "rule") || word[1].key.len != 0)
		return 1;
	word[0].key = word[0].whole;
	word[0].value = word[1].whole;
	return 2;
}

static int read_expect(struct tce_reader *reader, struct tce_draft *draft,
		       const struct tce_word_in *word)
{
	struct tce_expect *expect = &draft->expect[draft->nr_expects];
	struct tce_nearest nearest;
	const char *complaint;

	if (tce_span_is(word->key, "as"))
		return read_keyed(reader, draft, word);
	tce_nearest_init(&nearest, word->key.len != 0 ? word->key.at : word->whole.at,
			 word->key.len != 0 ? word->key.len : word->whole.len);
	complaint = tce_expect_read(word, expect, &nearest);
	if (complaint != NULL)
		return tce_read_error_about(reader, word, complaint, word->whole, &nearest);
	if (!expect_fits(expect->kind, draft->event.kind))
		return tce_read_error_about(
			reader, word, "that cannot be said of this event:", word->whole, NULL);
	draft->nr_expects++;
	return 0;
}

int tce_read_expects(struct tce_reader *reader, struct tce_draft *draft)
{
	struct tce_statement *st = &reader->st;
	unsigned i = st->nr_left;
	int err = 0;

	while (err == 0 && i < st->nr_words) {
		unsigned used = join_rule(&st->word[i], st->nr_words - i);

		err = read_expect(reader, draft, &st->word[i]);
		i += used;
	}
	return err;
}

/* --- statements --- */

static bool verb_kind(struct tce_span verb, enum tce_event_kind *ret_kind)
{
	for (unsigned i = 0; i < TCE_NR_EVENTS; i++) {
		if (tce_span_is(verb, tce_event_verb((enum tce_event_kind)i))) {
			*ret_kind = (enum tce_event_kind)i;
			return true;
		}
	}
	return false;
}

/* "memory online" is "memory-online". Returns how many words the verb takes; 0: it is none. */
static unsigned read_verb(const struct tce_statement *st, enum tce_event_kind *ret_kind)
{
	struct tce_span first = st->word[0].whole;
	char joined[64];
	struct tce_span both = {joined, 0};

	if (st->nr_left > 1 && st->word[1].key.len == 0 &&
	    first.len + 1 + st->word[1].whole.len < sizeof(joined)) {
		snprintf(joined, sizeof(joined), "%.*s-%.*s", (int)first.len, first.at,
			 (int)st->word[1].whole.len, st->word[1].whole.at);
		both.len = strlen(joined);
		if (verb_kind(both, ret_kind))
			return 2;
	}
	return verb_kind(first, ret_kind) ? 1 : 0;
}

static int unknown_verb(struct tce_reader *reader)
{
	const struct tce_word_in *word = &reader->st.word[0];
	struct tce_nearest nearest;

	tce_nearest_init(&nearest, word->whole.at, word->whole.len);
	tce_nearest_try(&nearest, "machine");
	for (unsigned i = 0; i < TCE_NR_EVENTS; i++)
		tce_nearest_try(&nearest, tce_event_verb((enum tce_event_kind)i));
	return tce_read_error_about(reader, word, "there is no verb", word->whole, &nearest);
}

/* Which kernel a line means that does not say, or that the caller wants another one for. */
static int boot_kernel(struct tce_reader *reader, struct tce_draft *draft)
{
	const struct tce_scenario_overrides *overrides = reader->overrides;
	bool said = tce_draft_has(draft, tce_draft_param(draft, "kernel"));
	struct tce_span name = {"fixed", 5};

	if (draft->event.kind == TCE_EV_BOOT && overrides != NULL && overrides->kernel != NULL) {
		name.at = overrides->kernel;
		name.len = strlen(name.at);
	} else if (said) {
		return 0;
	} else if (reader->has_booted) {
		tce_draft_set(draft, "kernel", reader->boot.kernel);
		if (!tce_draft_has(draft, tce_draft_param(draft, "page")))
			tce_draft_set(draft, "page", reader->boot.page_shift);
		return 0;
	}
	return tce_read_kernel(reader, draft, NULL, name);
}

/* BOOT and KEXEC as the caller wants them. */
static int finish_boot(struct tce_reader *reader, struct tce_draft *draft)
{
	int err;

	if (draft->event.kind != TCE_EV_BOOT && draft->event.kind != TCE_EV_KEXEC)
		return 0;
	err = boot_kernel(reader, draft);
	if (err != 0)
		return err;
	for (unsigned i = 0; reader->overrides != NULL && i < 2; i++) {
		struct tce_ev_boot *boot = &draft->event.u.boot;

		boot->defects_on.word[i] &= ~reader->overrides->without.word[i];
		boot->defects_on.word[i] |= reader->overrides->defects.word[i];
		boot->defects_off.word[i] |= reader->overrides->without.word[i];
	}
	reader->boot = draft->event.u.boot;
	reader->has_booted = true;
	return 0;
}

/* "id=7" counts before the name is entered. */
static int read_id(struct tce_reader *reader, struct tce_draft *draft)
{
	for (unsigned i = 0; i < reader->st.nr_words; i++) {
		const struct tce_word_in *word = &reader->st.word[i];
		uint64_t id;

		if (!tce_span_is(word->key, "id"))
			continue;
		if (!tce_number_read(word->value, &id) || id >= TCE_NO_ID)
			return tce_read_error(reader, word, "a number below 65535 is wanted", NULL);
		draft->has_id = true;
		draft->id = (uint16_t)id;
	}
	return 0;
}

static int read_event(struct tce_reader *reader, enum tce_event_kind kind, unsigned first)
{
	struct tce_statement *st = &reader->st;
	struct tce_draft draft;
	int err = 0;

	memset(&draft, 0, sizeof(draft));
	tce_event_init(kind, &draft.event);
	err = read_id(reader, &draft);
	for (unsigned i = first; i < st->nr_left && err == 0; i++) {
		const struct tce_word_in *word = &st->word[i];

		err = word->key.len != 0 ? read_keyed(reader, &draft, word)
					 : read_bare(reader, &draft, word);
	}
	if (err == 0)
		err = tce_read_expects(reader, &draft);
	if (err == 0)
		err = finish_boot(reader, &draft);
	if (err == 0)
		err = tce_sugar_finish(reader, &draft);
	if (err == 0)
		err = name_mapping(reader, &draft);
	if (err == 0)
		err = fill_defaults(reader, &draft);
	if (err == 0 && !tce_event_valid(&draft.event))
		err = tce_read_error(reader, &st->word[0], "this event makes no sense as a whole",
				     NULL);
	return err != 0 ? err : tce_add_step(reader, &draft);
}

static int read_statement(struct tce_reader *reader)
{
	const struct tce_word_in *verb = &reader->st.word[0];
	enum tce_event_kind kind;
	unsigned words;
	int done;

	if (verb->key.len != 0)
		return tce_read_error_about(reader, verb, "a verb is wanted, not", verb->whole,
					    NULL);
	if (tce_span_is(verb->whole, "machine"))
		return tce_read_machine(reader);
	if (!reader->machine_seen)
		return tce_read_error(reader, verb, "a scenario begins with a machine line", NULL);
	done = tce_sugar_verb(reader);
	if (done != 0)
		return done < 0 ? done : 0;
	words = read_verb(&reader->st, &kind);
	return words == 0 ? unknown_verb(reader) : read_event(reader, kind, words);
}

int tce_read_scenario(struct tce_reader *reader)
{
	int more;
	int err = 0;

	do {
		more = tce_lexer_next(&reader->lexer, &reader->st, reader->error);
		if (more < 0)
			return more;
		if (more != 0)
			err = read_statement(reader);
		if (err == 0 && reader->nomem)
			err = -TCE_ERR_NOMEM;
	} while (more != 0 && err == 0);
	if (err == 0 && !reader->machine_seen) {
		reader->st.line = reader->lexer.line;
		reader->st.word[0].column = 1;
		err = tce_read_error(reader, &reader->st.word[0],
				     "a scenario begins with a machine line", NULL);
	}
	return err;
}
