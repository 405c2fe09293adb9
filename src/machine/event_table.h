/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What events are made of: for every kind the list of its parameters, with name, place, kind of
 * value, default and range. Scenario text, fuzz decoding, exploration, shrinking and JSON are
 * written once against this table; a new event kind needs an entry here and nowhere else.
 *
 * Everything is constant.
 */
#ifndef TCE_MACHINE_EVENT_TABLE_H
#define TCE_MACHINE_EVENT_TABLE_H

#include <tce/event.h>

enum tce_param_type {
	TCE_P_NUMBER, /* unsigned, written in decimal */
	TCE_P_SIGNED,
	TCE_P_HEX,     /* unsigned, written in hexadecimal: addresses, values of registers */
	TCE_P_SIZE,    /* bytes, written with K M G T P where that is exact */
	TCE_P_BOOL,    /* yes, no; its bare name is yes */
	TCE_P_NOT,     /* a bool field whose name says the opposite: ddw=no sets no_ddw */
	TCE_P_BIT,     /* like BOOL, one bit (mask in max) of a field that others share */
	TCE_P_ENUM,    /* one of words */
	TCE_P_FLAGS,   /* an OR of words, within the mask in max; written with commas */
	TCE_P_CMDLINE, /* the same, written as a quoted kernel command line */
	TCE_P_REF,     /* an object that is there; TCE_NO_ID is "none" when deflt is */
	TCE_P_NEW,     /* an object that this event brings */
	TCE_P_SHIFTS,  /* bit n = page size 2^n; written as a list of sizes */
	TCE_P_PAGE,    /* log2 of a page size, written as a size; 0: not said */
	TCE_P_U32S,    /* array of nr 32-bit numbers, trailing zeroes not written */
	TCE_P_U64S,    /* array of nr 64-bit numbers, likewise */
	TCE_P_BYTES,   /* a property's value, as many bytes as its field len says */
	TCE_P_TCES,    /* const struct tce_be64 *: a list, its length in the 64-bit field "count" */
	TCE_P_SG, /* const struct tce_sg *: a list, its length in the unsigned field behind it */
	TCE_P_KERNEL,  /* index of a kernel profile */
	TCE_P_DEFECTS, /* struct tce_defects */
};

struct tce_word {
	const char *word; /* NULL ends a list */
	uint64_t value;
};

#define TCE_PARAM_POSITIONAL 0x1U /* may be given without its name */
#define TCE_PARAM_REQUIRED   0x2U
#define TCE_PARAM_KEYED      0x4U /* ENUM: its words never stand alone */

struct tce_param {
	const char *name;
	const char *doc;              /* one clause, for the manual page */
	const struct tce_word *words; /* ENUM, FLAGS, CMDLINE; perhaps NUMBER */
	uint8_t type;                 /* enum tce_param_type */
	uint8_t object;               /* REF, NEW: enum tce_object */
	uint8_t flags;                /* TCE_PARAM_ */
	uint8_t size;                 /* bytes of the field, or of one element */
	uint16_t offset;              /* in struct tce_event */
	uint16_t nr;                  /* elements of an array */
	uint64_t deflt;               /* see tce_param_default */
	uint64_t min;                 /* of NUMBER, HEX, SIZE, PAGE, REF, NEW */
	uint64_t max;
};

struct tce_event_desc {
	const char *doc; /* one clause */
	unsigned nr_params;
	const struct tce_param *params;
};

/* Of a kind < TCE_NR_EVENTS. */
const struct tce_event_desc *tce_event_desc(enum tce_event_kind kind);

/*
 * What a scalar parameter is when it is not said, in an event whose parameters before it are set:
 * some follow from others (the cells of an RTAS call, the size of an ioctl's structure).
 */
uint64_t tce_param_default(const struct tce_param *param, const struct tce_event *event);

/* An event of this kind with every parameter at its default (required ones at their least). */
void tce_event_init(enum tce_event_kind kind, struct tce_event *ret_event);

/*
 * A scalar parameter's value, and setting it (cut to the field's size). Lists: not for these. base
 * is the event, or another struct for whose fields someone keeps such a table.
 */
uint64_t tce_param_get(const struct tce_param *param, const void *base);
void tce_param_set(const struct tce_param *param, void *base, uint64_t value);
bool tce_param_is_scalar(const struct tce_param *param);

/* Where a parameter's field or array begins. */
static inline void *tce_param_field(const struct tce_param *param, const void *base)
{
	return (char *)(uintptr_t)base + param->offset;
}

/* By name in a list; NULL: none. */
const struct tce_param *tce_param_find(const struct tce_param *params, unsigned nr_params,
				       const char *name, size_t len);

/* Does a bare word say this parameter: a flag's name, a word of an enumeration? */
bool tce_param_is_said_by(const struct tce_param *param, const char *word, size_t len);

/* A word's value in a list; false: not in it. And the word of a value; NULL: none. */
bool tce_word_find(const struct tce_word *words, const char *word, size_t len, uint64_t *ret_value);
const char *tce_word_of(const struct tce_word *words, uint64_t value);

/* Did it do what was asked? H_SUCCESS, RTAS 0, OPAL 0, no errno, a DMA that reached memory. */
bool tce_outcome_ok(enum tce_event_kind kind, const struct tce_outcome *outcome);

/* Is the kind known and every parameter in range? Whether objects exist is the machine's to say. */
bool tce_event_valid(const struct tce_event *event);

#endif
