/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and numbers of objects in scenario text, by rules that reader and writer share:
 *
 *   @7                   the number itself, named or not
 *   phb3 dev2 m7 pmem0   a letter form: this number, always
 *   c1                   containers count from 1: number 0
 *   anything else        the lowest number that no name of that kind has yet
 *
 * A number has one main name and any number of further ones ("name=nvme" beside "0001:00:01.0").
 */
#ifndef TCE_FORMAT_SCENARIO_NAMES_H
#define TCE_FORMAT_SCENARIO_NAMES_H

#include <tce/event.h>

#include "base/nearest.h"
#include "base/pool.h"
#include "lex.h"

#define TCE_NAME_BUCKETS 256U

struct tce_named {
	struct tce_named *next;    /* in the bucket of its name */
	struct tce_named *next_id; /* in the bucket of its number */
	const char *name;
	enum tce_object object;
	uint16_t id;
};

struct tce_name_table {
	struct tce_pool *pool;
	struct tce_named *by_name[TCE_NAME_BUCKETS];
	struct tce_named *by_id[TCE_NAME_BUCKETS]; /* main names only */
	uint32_t lowest[TCE_NR_OBJECTS];           /* every number below has a name */
};

void tce_names_init(struct tce_name_table *names, struct tce_pool *pool);

/* May a name look like this? Letters, digits, "-_.:", not first a '-'; and "@N". */
bool tce_name_valid(struct tce_span name);

/* "@7": the number; false: not of that form, or too large. */
bool tce_name_raw(struct tce_span name, uint16_t *ret_id);

/* "m7": the number that this form stands for; false: it is no such form. */
bool tce_name_form(enum tce_object object, struct tce_span name, uint16_t *ret_id);

/* A name that is known already. */
bool tce_names_find(const struct tce_name_table *names, enum tce_object object,
		    struct tce_span name, uint16_t *ret_id);

/* The number that a name which is not known yet would get. False: there are no more. */
bool tce_names_next(const struct tce_name_table *names, enum tce_object object,
		    struct tce_span name, uint16_t *ret_id);

/* Is the number taken by another name? */
bool tce_names_taken(const struct tce_name_table *names, enum tce_object object, uint16_t id);

/* Enter it; the first name of a number is its main name. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_names_add(struct tce_name_table *names, enum tce_object object,
			       struct tce_span name, uint16_t id);

/* The main name of a number; NULL: it has none. */
const char *tce_names_of(const struct tce_name_table *names, enum tce_object object, uint16_t id);

/* Try all names of a kind. */
void tce_names_nearest(const struct tce_name_table *names, enum tce_object object,
		       struct tce_nearest *nearest);

/* "bridge", "device", "mapping" ... */
const char *tce_object_word(enum tce_object object);

/* "m7" for 7: the form that stands for a number. At most 16 bytes. */
void tce_name_of_form(enum tce_object object, uint16_t id, char ret_name[16]);

/* "0001:02:03.4"; false: it is none. domain may be NULL. */
bool tce_pci_address(struct tce_span text, uint32_t *ret_domain, uint8_t *ret_bus,
		     uint8_t *ret_devfn);

#endif
