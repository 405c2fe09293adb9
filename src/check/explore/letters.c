/* SPDX-License-Identifier: BSD-2-Clause */
/* The alphabet of a state: recipes times what the machine has. */
#include <string.h>

#include "base/assert.h"
#include "letters_gen.h"
#include "linux/group.h"

/* --- names of kinds --- */

const char *tce_letters_word(enum tce_letters letters)
{
#define WORD(name, word, what) word,
	static const char *const words[] = {TCE_LETTERS_LIST(WORD)};

	return words[letters];
}

const char *tce_letters_text(enum tce_letters letters)
{
#define WHAT(name, word, what) what,
	static const char *const texts[] = {TCE_LETTERS_LIST(WHAT)};

	return texts[letters];
}

/* --- the list --- */

struct tce_event *tce_letter_add(struct tce_letter_gen *gen, const struct tce_event *event)
{
	struct tce_letter_list *list = gen->list;

	if (list->nr == TCE_LETTERS_MAX) {
		list->overflow = true;
		return &list->event[0];
	}
	list->event[list->nr] = *event;
	return &list->event[list->nr++];
}

/* --- recipes --- */

/* A recipe in a state: what each of its columns may be. */
struct menu {
	unsigned recipe;
	unsigned nr; /* columns */
	struct tce_letter_options options[TCE_LETTER_COLUMNS];
};

/* Every combination of what the columns from at on may be. */
static void combine(struct tce_letter_gen *gen, const struct menu *menu, unsigned at,
		    struct tce_event *event)
{
	const struct tce_param *param = gen->alphabet->param[menu->recipe][at];
	const struct tce_param *other = gen->alphabet->other[menu->recipe][at];
	const struct tce_letter_options *options = &menu->options[at];

	for (unsigned i = 0; i < options->nr; i++) {
		tce_param_set(param, event, options->option[i].value);
		if (other != NULL)
			tce_param_set(other, event, options->option[i].other);
		if (at + 1 < menu->nr)
			combine(gen, menu, at + 1, event);
		else
			tce_letter_add(gen, event);
	}
}

static void serve(struct tce_letter_gen *gen, unsigned recipe, struct tce_event *event)
{
	const struct tce_letter_column *column = tce_letter_recipes[recipe].column;
	struct menu menu;

	menu.recipe = recipe;
	menu.nr = 0;
	while (menu.nr < TCE_LETTER_COLUMNS && column[menu.nr].choice != TCE_PICK_NO_CHOICE) {
		tce_letter_options_of(gen, &column[menu.nr], &menu.options[menu.nr]);
		if (menu.options[menu.nr].nr == 0)
			return;
		menu.nr++;
	}
	if (menu.nr == 0)
		tce_letter_add(gen, event);
	else
		combine(gen, &menu, 0, event);
}

/* --- what does not vary --- */

static const struct tce_param *param_of(enum tce_event_kind kind, const char *name)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	return name == NULL ? NULL
			    : tce_param_find(desc->params, desc->nr_params, name, strlen(name));
}

/* What is always the same goes first: defaults of others follow from it (a VFIO call's argsz). */
static void fill_blank(const struct tce_letter_recipe *recipe, struct tce_event *blank)
{
	const struct tce_event_desc *desc = tce_event_desc(recipe->kind);
	const struct tce_letter_column *first = &recipe->column[0];

	tce_event_init(recipe->kind, blank);
	if (first->choice != TCE_PICK_FIXED || first->nr_values != 1)
		return;
	tce_param_set(param_of(recipe->kind, first->param), blank, first->values[0]);
	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];

		if (tce_param_is_scalar(param) && param != param_of(recipe->kind, first->param))
			tce_param_set(param, blank, tce_param_default(param, blank));
	}
}

static void resolve(struct tce_alphabet *alphabet, unsigned i)
{
	const struct tce_letter_recipe *recipe = &tce_letter_recipes[i];

	fill_blank(recipe, &alphabet->blank[i]);
	for (unsigned c = 0; c < TCE_LETTER_COLUMNS; c++) {
		const struct tce_letter_column *column = &recipe->column[c];

		alphabet->param[i][c] = param_of(recipe->kind, column->param);
		alphabet->other[i][c] = param_of(recipe->kind, column->other);
		TCE_ASSERT((column->param == NULL) == (alphabet->param[i][c] == NULL));
	}
}

void tce_alphabet_init(struct tce_alphabet *alphabet, const struct tce_explore_opts *opts,
		       const struct tce_story *start)
{
	memset(alphabet, 0, sizeof(*alphabet));
	alphabet->letters = opts->letters;
	alphabet->max_maps = opts->max_maps;
	alphabet->start = start;
	for (unsigned i = 0; i < tce_nr_letter_recipes; i++)
		resolve(alphabet, i);
}

void tce_letters_of(const struct tce_alphabet *alphabet, const struct tce_machine *machine,
		    struct tce_letter_list *list)
{
	struct tce_letter_gen gen = {.alphabet = alphabet,
				     .machine = machine,
				     .st = tce_machine_state(machine),
				     .lx = tce_linux_of(machine),
				     .list = list};
	struct tce_event event;

	list->nr = 0;
	list->overflow = false;
	if (gen.lx == NULL || !gen.st->booted)
		return;
	for (unsigned i = 0; i < tce_nr_letter_recipes; i++) {
		if ((alphabet->letters >> tce_letter_recipes[i].letters & 1) == 0)
			continue;
		event = alphabet->blank[i];
		if (tce_letter_recipes[i].special != NULL)
			tce_letter_recipes[i].special(&gen, &event);
		else
			serve(&gen, i, &event);
	}
}
