/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines, comments, semicolons, words. A '#' begins a comment where a word could begin. */
#include "lex.h"

#include <stdio.h>
#include <string.h>

void tce_lexer_init(struct tce_lexer *lexer, const char *text, size_t n)
{
	lexer->at = text;
	lexer->end = text + n;
	lexer->line_start = text;
	lexer->line = 1;
}

bool tce_span_is(struct tce_span span, const char *word)
{
	return strlen(word) == span.len && memcmp(span.at, word, span.len) == 0;
}

static unsigned column_of(const struct tce_lexer *lexer, const char *at)
{
	return (unsigned)(at - lexer->line_start) + 1;
}

static int complain(const struct tce_lexer *lexer, const char *at, const char *text,
		    struct tce_scenario_error *ret_error)
{
	memset(ret_error, 0, sizeof(*ret_error));
	ret_error->line = lexer->line;
	ret_error->column = column_of(lexer, at);
	snprintf(ret_error->text, sizeof(ret_error->text), "%s", text);
	return -TCE_ERR_FORMAT;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Blanks and a comment; stops at a word, ';', newline or the end. */
static void skip_blanks(struct tce_lexer *lexer)
{
	while (lexer->at < lexer->end && is_blank(*lexer->at))
		lexer->at++;
	if (lexer->at < lexer->end && *lexer->at == '#') {
		while (lexer->at < lexer->end && *lexer->at != '\n')
			lexer->at++;
	}
}

/* Is the statement over here? */
static bool at_end(const struct tce_lexer *lexer)
{
	return lexer->at == lexer->end || *lexer->at == '\n' || *lexer->at == ';';
}

/* Over whatever separates statements; false: the text is over. */
static bool next_start(struct tce_lexer *lexer)
{
	for (;;) {
		skip_blanks(lexer);
		if (lexer->at == lexer->end)
			return false;
		if (!at_end(lexer))
			return true;
		if (*lexer->at++ == '\n') {
			lexer->line++;
			lexer->line_start = lexer->at;
		}
	}
}

/* A value in quotes: lexer->at is behind the opening one. */
static int quoted(struct tce_lexer *lexer, const char *open, struct tce_word_in *word,
		  struct tce_scenario_error *ret_error)
{
	word->value.at = lexer->at;
	while (lexer->at < lexer->end && *lexer->at != '"' && *lexer->at != '\n')
		lexer->at++;
	if (lexer->at == lexer->end || *lexer->at == '\n')
		return complain(lexer, open, "the quote is not closed on this line", ret_error);
	word->value.len = (size_t)(lexer->at - word->value.at);
	lexer->at++;
	if (!at_end(lexer) && !is_blank(*lexer->at))
		return complain(lexer, lexer->at, "a closing quote ends the word", ret_error);
	return 0;
}

static bool is_printable(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c != 0x7f;
}

static int read_word(struct tce_lexer *lexer, struct tce_word_in *word,
		     struct tce_scenario_error *ret_error)
{
	const char *start = lexer->at;
	int err;

	memset(word, 0, sizeof(*word));
	word->column = column_of(lexer, start);
	word->value.at = start;
	while (!at_end(lexer) && !is_blank(*lexer->at)) {
		char c = *lexer->at++;

		if (c == '=' && word->key.len == 0 && lexer->at - 1 > start) {
			word->key.at = start;
			word->key.len = (size_t)(lexer->at - 1 - start);
			word->value.at = lexer->at;
			if (lexer->at < lexer->end && *lexer->at == '"') {
				const char *open = lexer->at++;

				err = quoted(lexer, open, word, ret_error);
				if (err != 0)
					return err;
				word->whole.at = start;
				word->whole.len = (size_t)(lexer->at - start);
				return 0;
			}
		} else if (c == '"') {
			return complain(lexer, lexer->at - 1,
					"a quote may only follow key=", ret_error);
		} else if (!is_printable(c)) {
			return complain(lexer, lexer->at - 1, "a control character", ret_error);
		}
	}
	word->value.len = (size_t)(lexer->at - word->value.at);
	word->whole.at = start;
	word->whole.len = (size_t)(lexer->at - start);
	return 0;
}

/* Keep a word that was read, or note where the arrow is. */
static int keep(const struct tce_lexer *lexer, const struct tce_word_in *word, bool *arrow,
		struct tce_statement *st, struct tce_scenario_error *ret_error)
{
	if (tce_span_is(word->whole, "->")) {
		if (*arrow)
			return complain(lexer, word->whole.at, "a second \"->\"", ret_error);
		if (st->nr_words == 0)
			return complain(lexer, word->whole.at, "\"->\" without an event before it",
					ret_error);
		*arrow = true;
		st->nr_left = st->nr_words;
		return 0;
	}
	if (st->nr_words == TCE_STATEMENT_WORDS)
		return complain(lexer, word->whole.at, "too many words in one statement",
				ret_error);
	st->word[st->nr_words++] = *word;
	return 0;
}

int tce_lexer_next(struct tce_lexer *lexer, struct tce_statement *ret_statement,
		   struct tce_scenario_error *ret_error)
{
	struct tce_statement *st = ret_statement;
	struct tce_word_in word;
	bool arrow = false;

	if (!next_start(lexer))
		return 0;
	st->text.at = lexer->at;
	st->line = lexer->line;
	st->nr_words = 0;
	do {
		int err = read_word(lexer, &word, ret_error);

		if (err == 0)
			err = keep(lexer, &word, &arrow, st, ret_error);
		if (err != 0)
			return err;
		st->text.len = (size_t)(lexer->at - st->text.at);
		skip_blanks(lexer);
	} while (!at_end(lexer));
	if (!arrow)
		st->nr_left = st->nr_words;
	return 1;
}
