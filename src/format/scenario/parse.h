/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a scenario, and of reading one. A statement is read in four steps: which event its
 * verb means, its words, shorthand (sugar.c), what is left to its default; then what is
 * expected of it.
 */
#ifndef TCE_FORMAT_SCENARIO_PARSE_H
#define TCE_FORMAT_SCENARIO_PARSE_H

#include <tce/scenario.h>

#include "base/vec.h"
#include "expect.h"
#include "machine/event_table.h"
#include "names.h"
#include "value.h"

#define TCE_SCENARIO_REMARKS 16U

struct tce_scenario {
	struct tce_mem mem;
	struct tce_pool pool;
	struct tce_vec steps; /* struct tce_step */
	struct tce_story story;
	struct tce_name_table names;
	const char *remark[TCE_SCENARIO_REMARKS];
	unsigned nr_remarks;
};

#define TCE_VFIO_NOTE_GROUPS 16U

/* What "vfio open" and "vfio attach" said about a container, for those that come later. */
struct tce_vfio_note {
	struct tce_vfio_note *next;
	uint16_t container;
	uint32_t iommu; /* number of the IOMMU type */
	unsigned nr_groups;
	uint16_t group[TCE_VFIO_NOTE_GROUPS];
};

/* Reading: everything that lasts as long as tce_scenario_parse. */
struct tce_reader {
	struct tce_scenario *scenario;
	const struct tce_scenario_overrides *overrides;
	struct tce_lexer lexer;
	struct tce_statement st;
	struct tce_scenario_error *error;
	bool nomem;
	bool machine_seen;
	unsigned generation; /* of bridges that do not say theirs: the machine line's */
	bool has_booted;
	struct tce_ev_boot boot;    /* of the last boot or kexec */
	struct tce_vfio_note *vfio; /* containers opened by shorthand */
};

/* One statement on its way to become an event. */
struct tce_draft {
	struct tce_event event;
	uint64_t seen; /* bit n: parameter n was given */
	bool has_id;   /* the new object's number is given */
	uint16_t id;
	struct tce_expect expect[TCE_STATEMENT_WORDS];
	unsigned nr_expects;
};

/* Complain about a word; always -TCE_ERR_FORMAT. nearest NULL: nothing to suggest. */
int tce_read_error(struct tce_reader *reader, const struct tce_word_in *word, const char *text,
		   const struct tce_nearest *nearest);

/* The same about a word and what it says: "text 'word'". */
int tce_read_error_about(struct tce_reader *reader, const struct tce_word_in *word,
			 const char *text, struct tce_span about,
			 const struct tce_nearest *nearest);

void tce_remark(struct tce_reader *reader, const char *text);

/* --- machine.c --- */

TCE_MUST_USE int tce_read_machine(struct tce_reader *reader);

/* --- sugar.c: shorthand ---------------------------------------------------------------------- */

/* key=value that is no parameter of the event: 1 it was taken; 0: unknown here; negative: error. */
int tce_sugar_key(struct tce_reader *reader, struct tce_draft *draft,
		  const struct tce_word_in *word);

/* After all words, before defaults: what follows from what was said. */
TCE_MUST_USE int tce_sugar_finish(struct tce_reader *reader, struct tce_draft *draft);

/* A verb that stands for several events: 1 done; 0 it does not; negative: error. */
int tce_sugar_verb(struct tce_reader *reader);

/* --- drafts ---------------------------------------------------------------------------------- */

static inline bool tce_draft_has(const struct tce_draft *draft, const struct tce_param *param)
{
	return (draft->seen >> (param - tce_event_desc(draft->event.kind)->params) & 1) != 0;
}

static inline void tce_draft_mark(struct tce_draft *draft, const struct tce_param *param)
{
	draft->seen |= UINT64_C(1) << (param - tce_event_desc(draft->event.kind)->params);
}

/* By name; it must exist. */
const struct tce_param *tce_draft_param(const struct tce_draft *draft, const char *name);

/* Set a scalar as if it had been written. */
void tce_draft_set(struct tce_draft *draft, const char *name, uint64_t value);

/* --- param.c --- */

/* A parameter from its word; said twice is an error, except further names of a new object. */
TCE_MUST_USE int tce_read_param(struct tce_reader *reader, struct tce_draft *draft,
				const struct tce_param *param, const struct tce_word_in *word);

/* BOOT, KEXEC: the kernel of this name. word NULL: the caller of tce_scenario_parse gave it. */
TCE_MUST_USE int tce_read_kernel(struct tce_reader *reader, struct tce_draft *draft,
				 const struct tce_word_in *word, struct tce_span name);

/* A reference to an object, by any of its names. */
TCE_MUST_USE int tce_read_ref(struct tce_reader *reader, enum tce_object object,
			      const struct tce_word_in *word, struct tce_span name,
			      uint16_t *ret_id);

/* --- parse.c, for the above --- */

/* What stands behind the arrow, except as=; into the draft. */
TCE_MUST_USE int tce_read_expects(struct tce_reader *reader, struct tce_draft *draft);

/* The whole text, from the lexer on. */
TCE_MUST_USE int tce_read_scenario(struct tce_reader *reader);

/* Append an event with the draft's expectations. */
TCE_MUST_USE int tce_add_step(struct tce_reader *reader, const struct tce_draft *draft);

#endif
