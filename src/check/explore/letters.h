/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The alphabet: which events can happen in a state. Recipes say for each kind of event which of its
 * parameters vary and over what; names, types and places of parameters are those of the table of
 * events (machine/event_table.h), objects and addresses are those that the machine has. So a new
 * kind of event needs a recipe and nothing else.
 *
 * The same state gives the same list in the same order: a letter is its place in it.
 */
#ifndef TCE_CHECK_EXPLORE_LETTERS_H
#define TCE_CHECK_EXPLORE_LETTERS_H

#include <tce/explore.h>

#include "machine/event_table.h"
#include "machine/machine.h"

/* A state with more is refused with -TCE_ERR_LIMIT. */
#define TCE_LETTERS_MAX    1024U

#define TCE_LETTER_RECIPES 80U
#define TCE_LETTER_COLUMNS 6U

/* What a search's alphabet is made from: constant while it runs. */
struct tce_alphabet {
	unsigned letters;  /* TCE_LETTERS_BIT */
	unsigned max_maps; /* live at a time */
	const struct tce_story *start;
	/* By recipe: an event with all that does not vary, and what varies. */
	struct tce_event blank[TCE_LETTER_RECIPES];
	const struct tce_param *param[TCE_LETTER_RECIPES][TCE_LETTER_COLUMNS];
	const struct tce_param *other[TCE_LETTER_RECIPES][TCE_LETTER_COLUMNS];
};

struct tce_letter_list {
	unsigned nr;
	bool overflow; /* there are more */
	struct tce_sg sg[2];
	struct tce_event event[TCE_LETTERS_MAX];
};

/* opts as filled in: no zeroes that stand for something. */
void tce_alphabet_init(struct tce_alphabet *alphabet, const struct tce_explore_opts *opts,
		       const struct tce_story *start);

/* All letters of a state. Events with lists point into list. */
void tce_letters_of(const struct tce_alphabet *alphabet, const struct tce_machine *machine,
		    struct tce_letter_list *list);

#endif
