/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario text cut into statements, statements into words (tce-scenario(5), "Lines and words").
 * Nothing is copied: words point into the text.
 */
#ifndef TCE_FORMAT_SCENARIO_LEX_H
#define TCE_FORMAT_SCENARIO_LEX_H

#include <tce/scenario.h>

#define TCE_STATEMENT_WORDS 96U

/* A stretch of the text. */
struct tce_span {
	const char *at;
	size_t len;
};

/* "word", or "key=value"; quotes around a value are gone. */
struct tce_word_in {
	struct tce_span whole; /* as written */
	struct tce_span key;   /* len 0: a bare word */
	struct tce_span value; /* of a bare word: the word */
	unsigned column;
};

struct tce_statement {
	struct tce_span text; /* from the first word to the end of the last */
	unsigned line;
	unsigned nr_words;
	unsigned nr_left; /* words before "->"; nr_words when there is none */
	struct tce_word_in word[TCE_STATEMENT_WORDS]; /* without the arrow */
};

struct tce_lexer {
	const char *at;
	const char *end;
	const char *line_start;
	unsigned line;
};

void tce_lexer_init(struct tce_lexer *lexer, const char *text, size_t n);

/*
 * The next statement that has words. 1; 0: the text is over; -TCE_ERR_FORMAT: *ret_error.
 */
int tce_lexer_next(struct tce_lexer *lexer, struct tce_statement *ret_statement,
		   struct tce_scenario_error *ret_error);

bool tce_span_is(struct tce_span span, const char *word);

#endif
