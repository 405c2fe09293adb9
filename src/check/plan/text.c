/* SPDX-License-Identifier: BSD-2-Clause */
/* Reasons and warnings in words: the texts of tce/plan.h with their numbers filled in. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/words.h"
#include "plan.h"

struct text {
	const char *name;
	const char *words;
};

static const struct text reasons[] = {
#define REASON(name, text) {#name, text},
	TCE_PLAN_REASON_LIST(REASON)
#undef REASON
};

static const struct text hazards[] = {
#define HAZARD(name, text) {#name, text},
	TCE_PLAN_WARNING_LIST(HAZARD)
#undef HAZARD
};

/* "create-refused" of "CREATE_REFUSED". */
static size_t put_name(const char *name, char *ret_text, size_t n)
{
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	for (const char *at = name; *at != '\0'; at++)
		tce_words_add(&w, "%c",
			      *at == '_'                 ? '-'
			      : *at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a'
							 : *at);
	return w.len;
}

/* --- numbers in texts --------------------------------------------------------------------- */

/* What the braces of a text can stand for. */
struct fields {
	const uint64_t *value;
	const struct tce_names *names;
	uint16_t dev;
	uint16_t pmem;
	unsigned nr_more;
};

static void put_object(struct tce_words *w, const struct fields *fields, enum tce_object object,
		       uint16_t id)
{
	const char *name = NULL;

	if (fields->names != NULL && fields->names->name != NULL)
		name = fields->names->name(fields->names->ctx, object, id);
	if (name != NULL)
		tce_words_add(w, "%s", name);
	else
		tce_words_add(w, object == TCE_OBJ_DEV ? "device %u" : "persistent memory %u", id);
}

static bool is_word(const char *at, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(at, word, n) == 0;
}

/* A call that was made to fail has no reason of the hypervisor's. */
static const char *refusal_text(enum tce_refusal why)
{
	return why == TCE_REFUSED_NOT ? "it does not say why" : tce_refusal_text(why);
}

static void put_value(struct tce_words *w, uint64_t value, const char *form, size_t n)
{
	if (is_word(form, n, ":size"))
		tce_words_add_size(w, value);
	else if (is_word(form, n, ":hex"))
		tce_words_add(w, "%" PRIx64, value);
	else if (is_word(form, n, ":refusal"))
		tce_words_add(w, "%s", refusal_text((enum tce_refusal)value));
	else if (is_word(form, n, ":abort"))
		tce_words_add(w, "%s", tce_abort_text((enum tce_abort)value));
	else
		tce_words_add_count(w, value);
}

/* What stands between braces. */
static void put_field(struct tce_words *w, const struct fields *fields, const char *at, size_t n)
{
	if (is_word(at, n, "dev")) {
		put_object(w, fields, TCE_OBJ_DEV, fields->dev);
		if (fields->nr_more != 0)
			tce_words_add(w, " and %u more", fields->nr_more);
	} else if (is_word(at, n, "pmem")) {
		put_object(w, fields, TCE_OBJ_PMEM, fields->pmem);
	} else {
		put_value(w, fields->value[at[0] - '0'], at + 1, n - 1);
	}
}

static size_t put_text(const char *text, const struct fields *fields, char *ret_text, size_t n)
{
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	for (const char *at = text; *at != '\0'; at++) {
		const char *close = *at == '{' ? strchr(at, '}') : NULL;

		if (close == NULL) {
			tce_words_add(&w, "%c", *at);
			continue;
		}
		put_field(&w, fields, at + 1, (size_t)(close - at - 1));
		at = close;
	}
	return w.len;
}

/* --- public ------------------------------------------------------------------------------- */

size_t tce_plan_reason_name(enum tce_plan_reason reason, char *ret_text, size_t n)
{
	return put_name(reasons[reason].name, ret_text, n);
}

size_t tce_plan_why_text(const struct tce_plan_why *why, char *ret_text, size_t n)
{
	struct fields fields = {.value = why->value};

	return put_text(reasons[why->reason].words, &fields, ret_text, n);
}

size_t tce_plan_hazard_name(enum tce_plan_hazard hazard, char *ret_text, size_t n)
{
	return put_name(hazards[hazard].name, ret_text, n);
}

size_t tce_plan_warning_text(const struct tce_plan_warning *warning, const struct tce_names *names,
			     char *ret_text, size_t n)
{
	struct fields fields = {.value = warning->value,
				.names = names,
				.dev = warning->dev,
				.pmem = warning->pmem,
				.nr_more = warning->nr_more};

	return put_text(hazards[warning->hazard].words, &fields, ret_text, n);
}
