/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the alphabet is made, for the files that make it: letters_recipes.c says what there is,
 * letters_options.c what a column of a recipe may be in a state, letters_special.c has the letters
 * that columns cannot say.
 */
#ifndef TCE_CHECK_EXPLORE_LETTERS_GEN_H
#define TCE_CHECK_EXPLORE_LETTERS_GEN_H

#include "letters.h"

/* What a column varies over. */
enum tce_letter_choice {
	TCE_PICK_NO_CHOICE,
	TCE_PICK_FIXED, /* the values of a list */
	TCE_PICK_BOUND, /* devices with a driver */
	TCE_PICK_IDLE,  /* of them those without live mappings: drivers set masks before they map */
	TCE_PICK_UNBOUND,   /* devices that the kernel knows, without a driver and not a user's */
	TCE_PICK_KNOWN,     /* devices that the kernel knows */
	TCE_PICK_ENDPOINT,  /* devices that are no bridges: VFIO names groups by them */
	TCE_PICK_REMOVABLE, /* known ones that no user owns: removal waits for users */
	TCE_PICK_STRANGE,   /* devices that are there, and that it does not know */
	TCE_PICK_FINDABLE,  /* of them those below a device that it knows */
	TCE_PICK_KNOWN_PHB, /* the same for bridges */
	TCE_PICK_STRANGE_PHB,
	TCE_PICK_LIVE_MAP,
	TCE_PICK_FREE_MAP,   /* a number for a new mapping, if there may be one more */
	TCE_PICK_RAM_PAGE,   /* address and length of RAM that a driver may use */
	TCE_PICK_ANY_PAGE,   /* or of persistent memory */
	TCE_PICK_MASK,       /* bits: 32, 48, 64, and one less than the lowest windows span */
	TCE_PICK_LMB_ABSENT, /* address and size of a hot-pluggable block */
	TCE_PICK_LMB_OFFLINE,
	TCE_PICK_LMB_ONLINE,
	TCE_PICK_PMEM, /* that is no RAM */
	TCE_PICK_PMEM_RAM,
	TCE_PICK_CONTAINER, /* open ones */
	TCE_PICK_NEW_CONTAINER,
	TCE_PICK_STRETCH, /* address and size of a client's memory */
	TCE_PICK_REGION,  /* of what it has registered */
};

struct tce_letter_column {
	enum tce_letter_choice choice;
	const char *param;
	const char *other; /* a second parameter that goes with it */
	const uint64_t *values;
	unsigned nr_values;
};

struct tce_letter_gen;

struct tce_letter_recipe {
	enum tce_event_kind kind;
	enum tce_letters letters;
	struct tce_letter_column column[TCE_LETTER_COLUMNS];
	/* Instead of columns. */
	void (*special)(struct tce_letter_gen *gen, const struct tce_event *blank);
};

extern const struct tce_letter_recipe tce_letter_recipes[];
extern const unsigned tce_nr_letter_recipes;

/* A list being made. */
struct tce_letter_gen {
	const struct tce_alphabet *alphabet;
	const struct tce_machine *machine;
	const struct tce_state *st;
	const struct tce_linux *lx; /* NULL: no Linux, or not running */
	struct tce_letter_list *list;
};

/* Put a letter into the list. */
struct tce_event *tce_letter_add(struct tce_letter_gen *gen, const struct tce_event *event);

/* --- what a column may be --- */

struct tce_letter_option {
	uint64_t value;
	uint64_t other;
};

#define TCE_LETTER_OPTIONS_MAX 32U

struct tce_letter_options {
	unsigned nr;
	struct tce_letter_option option[TCE_LETTER_OPTIONS_MAX];
};

/* Each value once; no more than there is room for. */
void tce_letter_put(struct tce_letter_options *options, uint64_t value, uint64_t other);

/* All that a column may be, at most TCE_LETTER_OPTIONS_MAX. */
void tce_letter_options_of(const struct tce_letter_gen *gen, const struct tce_letter_column *column,
			   struct tce_letter_options *options);

/* The same of a choice that needs no list. */
void tce_letter_pick(const struct tce_letter_gen *gen, enum tce_letter_choice choice,
		     struct tce_letter_options *options);

/* Does a user own a device of a bridge? */
bool tce_letter_has_owned(const struct tce_letter_gen *gen, uint16_t phb);

/* Of VFIO: letters_vfio.c. */
void tce_letter_put_containers(const struct tce_letter_gen *gen,
			       struct tce_letter_options *options);
void tce_letter_put_new_container(const struct tce_letter_gen *gen,
				  struct tce_letter_options *options);
void tce_letter_put_stretches(const struct tce_letter_gen *gen, struct tce_letter_options *options);
void tce_letter_put_regions(const struct tce_letter_gen *gen, struct tce_letter_options *options);

/* --- letters that columns cannot say --- */

void tce_letters_kexec(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_reboot(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_replug(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_list(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_dma(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_fail(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_vfio_create(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_vfio_map(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_vfio_unmap(struct tce_letter_gen *gen, const struct tce_event *blank);
void tce_letters_vfio_remove(struct tce_letter_gen *gen, const struct tce_event *blank);

#endif
