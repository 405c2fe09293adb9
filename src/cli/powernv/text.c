/* SPDX-License-Identifier: BSD-2-Clause */
/* Stories as text and back. See story.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"

#define MAX_OPS   1000000U
#define MAX_LINE  1024
#define MAX_WORDS (TCE_NV_NR_NUMBERS + 1U)

static const struct {
	const char *word;
	unsigned nr;
} kinds[] = {
#define KIND(name, word, nr) {word, nr},
	TCE_NV_OP_LIST(KIND)
#undef KIND
};

/* --- writing ------------------------------------------------------------------------------ */

/* Numbers at the end that are 0 are left out of calls, which have different numbers of them. */
static unsigned nr_written(const struct tce_nv_op *op)
{
	unsigned nr = kinds[op->kind].nr;

	if (op->kind != TCE_NV_CALL)
		return nr;
	while (nr > 1 && op->n[nr - 1] == 0)
		nr--;
	return nr;
}

void tce_nv_text_op(const struct tce_nv_op *op, char *buf, size_t size)
{
	unsigned first = op->kind == TCE_NV_CALL ? 1 : 0;
	size_t at = 0;

	at += (size_t)snprintf(buf, size, "%s", kinds[op->kind].word);
	if (first && at < size)
		at += (size_t)snprintf(buf + at, size - at, " %s", tce_opal_name(op->n[0]));
	for (unsigned i = first; i < nr_written(op) && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, " 0x%jx", (uintmax_t)op->n[i]);
}

void tce_nv_text_expect(const struct tce_nv_op *op, const struct tce_nv_expect *expect, char *buf,
			size_t size)
{
	buf[0] = '\0';
	if (op->kind == TCE_NV_CALL)
		snprintf(buf, size, "%jd", (intmax_t)expect->out[0]);
	else if (op->kind == TCE_NV_SWEEP)
		snprintf(buf, size, "hash 0x%jx, %ju not 0", (uintmax_t)expect->out[0],
			 (uintmax_t)expect->out[1]);
	else if (expect->nr_out == 2)
		snprintf(buf, size, "0x%jx", (uintmax_t)expect->out[1]);
}

/* --- reading ------------------------------------------------------------------------------ */

/* One line, cut into words. */
struct line {
	const char *name; /* of the file */
	unsigned number;
	char *words[MAX_WORDS + 1];
	unsigned nr_words;
	char *expect; /* behind "->"; "" for nothing */
};

static int bad(const struct line *line, struct tce_fail *fail, const char *what, const char *word)
{
	return tce_fail(fail, "%s:%u: %s '%s'", line->name, line->number, what, word);
}

static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

static int cut(char *text, struct line *line, struct tce_fail *fail)
{
	static char nothing[1];
	char *comment = strchr(text, '#');
	char *arrow;
	char *save;

	line->nr_words = 0;
	line->expect = nothing;
	if (comment)
		*comment = '\0';
	arrow = strstr(text, "->");
	if (arrow) {
		*arrow = '\0';
		line->expect = trim(arrow + 2);
	}
	for (char *word = strtok_r(text, " \t\r\n", &save); word;
	     word = strtok_r(NULL, " \t\r\n", &save)) {
		if (line->nr_words > MAX_WORDS)
			return bad(line, fail, "too many words from", word);
		line->words[line->nr_words++] = word;
	}
	return 0;
}

static int parse_number(const struct line *line, const char *text, uint64_t *ret_number,
			struct tce_fail *fail)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(text, &end, 0);
	if (end == text || *end || *text == '-' || errno)
		return bad(line, fail, "not a number:", text);
	return 0;
}

/* The call of this name, or its number. */
static int parse_token(const struct line *line, const char *text, uint64_t *ret_token,
		       struct tce_fail *fail)
{
	for (uint64_t token = 0; token < 256; token++) {
		const char *name = tce_opal_name(token);

		if (name && strcmp(name, text) == 0) {
			*ret_token = token;
			return 0;
		}
	}
	return bad(line, fail, "no OPAL call is called", text);
}

static int parse_op(const struct line *line, struct tce_nv_op *op, struct tce_fail *fail)
{
	unsigned kind = 0;
	int err = 0;

	while (kind < TCE_NV_NR_OPS && strcmp(kinds[kind].word, line->words[0]) != 0)
		kind++;
	if (kind == TCE_NV_NR_OPS)
		return bad(line, fail, "no step is called", line->words[0]);
	*op = (struct tce_nv_op){.kind = (enum tce_nv_op_kind)kind};
	if (line->nr_words - 1 > kinds[kind].nr ||
	    (kind == TCE_NV_CALL ? line->nr_words < 2 : line->nr_words - 1 < kinds[kind].nr))
		return bad(line, fail, "wrong number of numbers for", line->words[0]);
	for (unsigned i = 0; !err && i + 1 < line->nr_words; i++)
		err = kind == TCE_NV_CALL && i == 0
			      ? parse_token(line, line->words[1], &op->n[0], fail)
			      : parse_number(line, line->words[i + 1], &op->n[i], fail);
	return err;
}

/* machine NAME profile=NAME memory=SEED */
static int parse_machine(const struct line *line, struct tce_nv_text *text, struct tce_fail *fail)
{
	if (line->nr_words < 2 || strcmp(line->words[0], "machine") != 0)
		return bad(line, fail, "the machine comes first, not", line->words[0]);
	snprintf(text->machine, sizeof(text->machine), "%s", line->words[1]);
	for (unsigned i = 2; i < line->nr_words; i++) {
		const char *word = line->words[i];

		if (strncmp(word, "profile=", 8) == 0)
			snprintf(text->profile, sizeof(text->profile), "%s", word + 8);
		else if (strncmp(word, "memory=", 7) != 0)
			return bad(line, fail, "what is", word);
		else if (parse_number(line, word + 7, &text->story.fill, fail) != 0)
			return -1;
	}
	return 0;
}

/* Room for one more step in all arrays. */
static int grow(struct tce_nv_text *text, size_t *room)
{
	size_t more = *room ? *room * 2 : 64;
	void *ops;
	void *expect;
	void *lines;

	if (text->story.nr_ops < *room)
		return 0;
	ops = realloc(text->story.ops, more * sizeof(text->story.ops[0]));
	if (ops)
		text->story.ops = ops;
	expect = realloc(text->expect, more * sizeof(text->expect[0]));
	if (expect)
		text->expect = expect;
	lines = realloc(text->line, more * sizeof(text->line[0]));
	if (lines)
		text->line = lines;
	*room = more;
	return ops && expect && lines ? 0 : -1;
}

static int take_line(const struct line *line, struct tce_nv_text *text, size_t *room,
		     struct tce_fail *fail)
{
	size_t i = text->story.nr_ops;

	if (!text->machine[0])
		return parse_machine(line, text, fail);
	if (i == MAX_OPS)
		return bad(line, fail, "too many steps from", line->words[0]);
	if (grow(text, room) != 0)
		return tce_fail(fail, "out of memory");
	if (parse_op(line, &text->story.ops[i], fail) != 0)
		return -1;
	text->line[i] = line->number;
	text->expect[i] = strdup(line->expect);
	if (!text->expect[i])
		return tce_fail(fail, "out of memory");
	text->story.nr_ops++;
	return 0;
}

int tce_nv_text_read(FILE *in, const char *name, struct tce_nv_text *ret_text,
		     struct tce_fail *fail)
{
	struct line line = {.name = name};
	char buf[MAX_LINE];
	size_t room = 0;

	memset(ret_text, 0, sizeof(*ret_text));
	while (fgets(buf, sizeof(buf), in)) {
		line.number++;
		if (strlen(buf) == sizeof(buf) - 1)
			return tce_fail(fail, "%s:%u: the line is too long", name, line.number);
		if (cut(buf, &line, fail) != 0 ||
		    (line.nr_words && take_line(&line, ret_text, &room, fail) != 0))
			return -1;
	}
	if (ferror(in))
		return tce_fail(fail, "cannot read %s: %s", name, strerror(errno));
	if (!ret_text->story.nr_ops)
		return tce_fail(fail, "%s: no steps", name);
	return 0;
}

void tce_nv_text_free(struct tce_nv_text *text)
{
	for (size_t i = 0; i < text->story.nr_ops; i++)
		free(text->expect[i]);
	free(text->expect);
	free(text->line);
	free(text->story.ops);
	memset(text, 0, sizeof(*text));
}
