/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State files of powernv (recordings/powernv/state-*.txt): what a module of the recorder's saw in a
 * running kernel and its bridges. Each file is read as records of fields; the machine that it tells
 * of is built as a scenario and booted; its state is written in the same words, read by the same
 * reader, and the two are compared field by field.
 *
 * Left out of the comparison, because it is the recorder's input or an address that no model can
 * know: names of drivers, PCI ids, kernel pointers and real addresses as such (which table a
 * pointer means counts), registers that are not modelled.
 */
#ifndef PNV_STATE_H
#define PNV_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct tce_machine;

#define PNV_FIELDS_MAX 32U

struct pnv_field {
	char name[24];
	char value[64];
};

/* "0002:02:01.0", "group 2", "group 2 tables[0]", "PHB 2", "PHB 2 TVE[1f8] L1[0]" */
struct pnv_record {
	char key[64];
	struct pnv_field fields[PNV_FIELDS_MAX];
	unsigned nr_fields;
};

struct pnv_state {
	struct pnv_record *records; /* on the heap */
	unsigned nr;
	unsigned cap;
};

/* The first full dump in a text. False: there is none. Free with pnv_state_free. */
bool pnv_state_read(const char *text, struct pnv_state *ret_state);
void pnv_state_free(struct pnv_state *state);

const struct pnv_record *pnv_state_find(const struct pnv_state *state, const char *key);
/* NULL: the record has no such field. */
const char *pnv_record_get(const struct pnv_record *record, const char *name);
/* Hexadecimal; 0: none. */
uint64_t pnv_record_hex(const struct pnv_record *record, const char *name);

/*
 * The machine that a state tells of, as scenario text on the heap; name is that of the file, which
 * says what the text does not: machine and kernel ("state-powernv9-6.12-64k.txt").
 */
char *pnv_state_story(const struct pnv_state *state, const char *name);

/* A powernv machine's state in the recorder's words; the text is on the heap. */
char *pnv_state_of(const struct tce_machine *machine);

struct pnv_comparison {
	unsigned fields;
	unsigned equal;
	unsigned differ;
};

/* Tell out (NULL: nobody) of each difference. */
struct pnv_comparison pnv_state_compare(const struct pnv_state *recorded,
					const struct pnv_state *ours, FILE *out);

/*
 * All of it: text of a file, its name; the story to out when verbose. False: the text tells of no
 * machine, and why to out.
 */
bool pnv_state_check(const char *text, const char *name, FILE *out, bool verbose,
		     struct pnv_comparison *ret_comparison);

#endif
