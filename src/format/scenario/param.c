/* SPDX-License-Identifier: BSD-2-Clause */
/* One parameter read: objects by name, kernels by version, defects by id, all else by its kind. */
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>

#include "parse.h"

/* --- objects --- */

int tce_read_ref(struct tce_reader *reader, enum tce_object object, const struct tce_word_in *word,
		 struct tce_span name, uint16_t *ret_id)
{
	struct tce_name_table *names = &reader->scenario->names;
	struct tce_nearest nearest;
	char text[48];

	if (tce_name_raw(name, ret_id) || tce_names_find(names, object, name, ret_id))
		return 0;
	if (object == TCE_OBJ_CONTAINER && tce_name_valid(name) &&
	    tce_names_next(names, object, name, ret_id))
		return tce_names_add(names, object, name, *ret_id);
	if (tce_name_form(object, name, ret_id))
		return 0;
	tce_nearest_init(&nearest, name.at, name.len);
	tce_names_nearest(names, object, &nearest);
	snprintf(text, sizeof(text), "there is no %s", tce_object_word(object));
	return tce_read_error_about(reader, word, text, name, &nearest);
}

/* The object has a number now: the name is another one for it, if nothing stands against it. */
static int enter_name(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_param *param, const struct tce_word_in *word)
{
	struct tce_name_table *names = &reader->scenario->names;
	enum tce_object object = (enum tce_object)param->object;
	uint16_t id = (uint16_t)tce_param_get(param, &draft->event);
	bool further = tce_draft_has(draft, param);
	uint16_t other;

	tce_draft_mark(draft, param);
	if (tce_name_raw(word->value, &other) ||
	    (tce_names_find(names, object, word->value, &other) && other == id))
		return 0;
	if (tce_names_find(names, object, word->value, &other))
		return tce_read_error_about(reader, word, "this name is taken:", word->value, NULL);
	if (tce_names_taken(names, object, id) && !further && !draft->has_id)
		return tce_read_error_about(
			reader, word, "another name stands for this number already:", word->value,
			NULL);
	return tce_names_add(names, object, word->value, id);
}

/* The name that a new object is known by; a known name means the same number again. */
static int read_new(struct tce_reader *reader, struct tce_draft *draft,
		    const struct tce_param *param, const struct tce_word_in *word)
{
	struct tce_name_table *names = &reader->scenario->names;
	enum tce_object object = (enum tce_object)param->object;
	struct tce_span name = word->value;
	uint16_t id;

	if (!tce_name_valid(name))
		return tce_read_error_about(reader, word, "this cannot be a name:", name, NULL);
	if (tce_draft_has(draft, param)) /* a further name of the same object */
		id = (uint16_t)tce_param_get(param, &draft->event);
	else if (draft->has_id)
		id = draft->id;
	else if (!tce_name_raw(name, &id) && !tce_names_find(names, object, name, &id) &&
		 !tce_names_next(names, object, name, &id))
		return tce_read_error(reader, word, "too many objects", NULL);
	tce_param_set(param, &draft->event, id);
	return enter_name(reader, draft, param, word);
}

/* --- kernels and defects --- */

/* A terminated copy; NULL: too long to be a name. */
static const char *terminated(struct tce_span text, char buf[64])
{
	if (text.len >= 64)
		return NULL;
	memcpy(buf, text.at, text.len);
	buf[text.len] = '\0';
	return buf;
}

int tce_read_kernel(struct tce_reader *reader, struct tce_draft *draft,
		    const struct tce_word_in *word, struct tce_span name)
{
	struct tce_kernel_match match;
	struct tce_kernel kernel;
	char buf[64];
	char text[160];
	const char *version = terminated(name, buf);
	int err = version == NULL ? -TCE_ERR_FORMAT : tce_kernel_find(version, &match);

	if (err == -TCE_ERR_NOENT)
		return tce_read_error_about(reader, word, "no kernel so old is modelled:", name,
					    NULL);
	if (err != 0 || tce_kernel_at(match.index, &kernel) != 0)
		return tce_read_error_about(reader, word, "this is no kernel version:", name, NULL);
	if (!match.exact) {
		snprintf(text, sizeof(text),
			 "kernel %s is not known exactly: taken as %s, the nearest older one",
			 version, kernel.name);
		tce_remark(reader, text);
	}
	tce_draft_set(draft, "kernel", match.index);
	if (match.page_shift != kernel.page_shift &&
	    !tce_draft_has(draft, tce_draft_param(draft, "page")))
		tce_draft_set(draft, "page", match.page_shift);
	return 0;
}

static int read_defects(struct tce_reader *reader, const struct tce_word_in *word,
			struct tce_defects *defects)
{
	struct tce_span list = word->value;
	struct tce_span element;
	char buf[64];

	while (tce_list_next(&list, &element)) {
		enum tce_defect defect;
		const char *id = terminated(element, buf);

		if (id != NULL && strcmp(id, "all") == 0) {
			tce_defects_add_all(defects);
			continue;
		}
		if (id == NULL || tce_defect_find(id, &defect) != 0)
			return tce_read_error_about(reader, word, "there is no defect", element,
						    NULL);
		tce_defects_add(defects, defect);
	}
	return 0;
}

/* --- values --- */

static int read_value(struct tce_reader *reader, struct tce_draft *draft,
		      const struct tce_param *param, const struct tce_word_in *word)
{
	struct tce_nearest nearest;
	const char *complaint;

	tce_nearest_init(&nearest, word->value.at, word->value.len);
	complaint = tce_value_read(param, word->value, &draft->event, &reader->scenario->pool,
				   &reader->nomem, &nearest);
	if (complaint != NULL)
		return tce_read_error_about(reader, word, complaint, word->value, &nearest);
	return reader->nomem ? -TCE_ERR_NOMEM : 0;
}

int tce_read_param(struct tce_reader *reader, struct tce_draft *draft,
		   const struct tce_param *param, const struct tce_word_in *word)
{
	uint16_t id = TCE_NO_ID;
	int err = 0;

	if (param->type == TCE_P_NEW)
		return read_new(reader, draft, param, word);
	if (tce_draft_has(draft, param))
		return tce_read_error_about(reader, word, "said twice:",
					    word->key.len != 0 ? word->key : word->whole, NULL);
	switch ((enum tce_param_type)param->type) {
	case TCE_P_REF:
		if (param->deflt != TCE_NO_ID || !tce_span_is(word->value, "none"))
			err = tce_read_ref(reader, (enum tce_object)param->object, word,
					   word->value, &id);
		if (err == 0)
			tce_param_set(param, &draft->event, id);
		break;
	case TCE_P_KERNEL: return tce_read_kernel(reader, draft, word, word->value);
	case TCE_P_DEFECTS:
		err = read_defects(reader, word, tce_param_field(param, &draft->event));
		break;
	default: err = read_value(reader, draft, param, word); break;
	}
	if (err == 0)
		tce_draft_mark(draft, param);
	return err;
}
