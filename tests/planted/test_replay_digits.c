/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of real machines with one digit changed: replay must notice, and for what the machine
 * answered it must name exactly the changed line.
 *
 * Not every digit carries information. Each field of each event is of one of these kinds, with the
 * reason why it may not be more:
 *
 *   EXACT    an answer, or what the model knows beforehand: diverges at the changed line.
 *   SHOWN    a value that the guest chose: the hypervisor takes any. It shows at the next line that
 *            depends on it, if there is one; never at an earlier line than the changed one.
 *   NOTHING  nobody depends on it: host pointers, the device that asked (the whole bridge is one
 *            PE), the part of a DMA address inside the page.
 *
 * EXACT fields have exceptions, each decided here from the line itself or from what is known:
 *   - an entry that the log had not shown before (the middle of an H_PUT_TCE_INDIRECT): its first
 *     DMA or get is what makes it known, so that a wrong one shows at the second;
 *   - the LIOBN of a call, if it becomes that of another window where the call is as good, or if
 *     no window has either;
 *   - the page sizes of a bridge's first query, which later ones are compared with;
 *   - H_STUFF_TCE that ends at the window's end: accepted and refused read the same but for ret.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prng.h"
#include "recording.h"
#include "testing.h"

#define SEED           20261120
#define PLANTS         80U /* in each recording and style */
#define LINES_MAX      300000U
#define REPLAYED_BYTES (1U << 20) /* longer recordings get fewer plants */

enum kind {
	EXACT,
	SHOWN,
	NOTHING
};

struct field {
	const char *event;  /* behind spapr_iommu_ and pci_ */
	const char *before; /* text just before the number */
	enum kind kind;
};

static const struct field fields[] = {
	{"put", "liobn=", EXACT},
	{"put", "ioba=", SHOWN},
	{"put", "tce=", SHOWN},
	{"put", "ret=", EXACT},
	{"get", "liobn=", EXACT},
	{"get", "ioba=", SHOWN},
	{"get", "tce=", EXACT},
	{"get", "ret=", EXACT},
	{"indirect", "liobn=", EXACT},
	{"indirect", "ioba=", SHOWN},
	{"indirect", "tcelist=", NOTHING},
	{"indirect", "iobaN=", SHOWN},
	{"indirect", "tceN=", SHOWN},
	{"indirect", "ret=", EXACT},
	{"stuff", "liobn=", EXACT},
	{"stuff", "ioba=", SHOWN},
	{"stuff", "tcevalue=", SHOWN},
	{"stuff", "npages=", SHOWN},
	{"stuff", "ret=", EXACT},
	{"xlate", "liobn=", EXACT},
	{"xlate", "-> ", EXACT},
	{"xlate", "perm=", EXACT},
	{"xlate", "mask=", EXACT},
	{"xlate", " ", NOTHING}, /* SHOWN if it leaves the page; see is_plain */
	{"new_table", "liobn=", SHOWN},
	{"new_table", "table=", NOTHING},
	{"new_table", "fd=", EXACT},
	{"pre_save", "", SHOWN},
	{"post_load", "", SHOWN},
	{"ddw_query", "buid=", EXACT},
	{"ddw_query", "addr=", NOTHING},
	{"ddw_query", ", ", EXACT},
	{"ddw_query", "size=", EXACT},
	{"ddw_query", "mask=", SHOWN},
	{"ddw_create", "buid=", EXACT},
	{"ddw_create", "page size=", EXACT},
	{"ddw_create", "requested=", SHOWN}, /* EXACT unless a power of two remains */
	{"ddw_create", "start addr=", EXACT},
	{"ddw_create", "liobn=", EXACT},
	{"ddw_create", "addr=", NOTHING},
	{"ddw_remove", "liobn=", EXACT},
	{"ddw_reset", "buid=", EXACT},
	{"ddw_reset", "addr=", NOTHING},
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* An IOMMU event line of a recording. */
struct line {
	char *event; /* behind spapr_iommu_ */
	char *end;
	uint64_t number;
};

struct plan {
	struct recording rec;
	struct line *lines;
	size_t nr_lines;
	uint64_t calls; /* of a planted kind, for the summary */
	uint64_t exact;
	uint64_t later;
	uint64_t unnoticed;
};

static void find_lines(struct plan *plan)
{
	uint64_t number = 1;
	char *end;

	for (char *p = plan->rec.text; *p != '\0'; p = end + 1, number++) {
		char *event;

		end = strchr(p, '\n');
		if (end == NULL)
			break;
		*end = '\0';
		event = strstr(p, "spapr_iommu_");
		*end = '\n';
		if (event == NULL || plan->nr_lines == LINES_MAX)
			continue;
		event += strlen("spapr_iommu_");
		plan->lines[plan->nr_lines++] = (struct line){event, end, number};
	}
}

/* Where the number around p begins; NULL: p is in no number, or in its 0x. */
static char *number_of(const struct line *line, char *p)
{
	char *begin = p, *q;

	if (!isxdigit((unsigned char)*p))
		return NULL;
	while (isalnum((unsigned char)begin[-1]))
		begin--;
	if (begin <= line->event)
		return NULL;
	if (begin[0] == '0' && begin[1] == 'x')
		return p >= begin + 2 ? begin : NULL;
	for (q = begin; isalnum((unsigned char)*q); q++)
		if (!isxdigit((unsigned char)*q))
			return NULL;
	if (isdigit((unsigned char)*begin) || (begin[-1] == '=' && isxdigit((unsigned char)*begin)))
		return begin;
	return NULL;
}

static bool ends_with(const char *begin, const char *end, const char *tail)
{
	size_t n = strlen(tail);

	return (size_t)(end - begin) >= n && memcmp(end - n, tail, n) == 0;
}

static const struct field *field_of(const struct line *line, const char *number)
{
	const char *event = line->event;

	if (strncmp(event, "pci_", 4) == 0)
		event += 4;
	if (number[-1] == '-')
		number--;
	for (size_t i = 0; i < NR_FIELDS; i++) {
		size_t n = strlen(fields[i].event);

		if (strncmp(event, fields[i].event, n) == 0 && event[n] == ' ' &&
		    ends_with(event, number, fields[i].before))
			return &fields[i];
	}
	return NULL;
}

/* --- one changed digit --------------------------------------------------------------- */

struct fault {
	const struct line *line;
	const struct field *field;
	char *at;
	char *number;
	char old;
};

static char another_digit(struct prng *rng, const char *number, char old)
{
	bool hex = number[0] == '0' && number[1] == 'x';
	char digit;

	do {
		digit = "0123456789abcdef"[prng_below(rng, hex ? 16 : 10)];
	} while (digit == old);
	return digit;
}

/* Change one digit of line; false: it has none in a field that is listed. */
static bool plant(struct prng *rng, const struct line *line, struct fault *fault)
{
	size_t n = (size_t)(line->end - line->event);

	fault->line = line;
	for (unsigned tries = 0; tries < 200; tries++) {
		fault->at = line->event + prng_below(rng, n);
		fault->number = number_of(line, fault->at);
		fault->field = fault->number == NULL ? NULL : field_of(line, fault->number);
		if (fault->field == NULL)
			continue;
		fault->old = *fault->at;
		*fault->at = another_digit(rng, fault->number, fault->old);
		return true;
	}
	return false;
}

/* The line of the first complaint, damage or divergence; 0: none. */
static uint64_t first_notice(const struct recording *rec, bool facts)
{
	const struct tce_replay_opts opts = {.facts = facts ? &rec->facts : NULL};
	const struct tce_divergence *d;
	struct replayed r;
	uint64_t line;

	assert_int_equal(replay_text(rec->text, rec->size, &opts, &r), 0);
	d = tce_replay_divergence(r.replay, 0);
	line = d != NULL ? d->line : 0;
	if (r.first_damaged != 0 && (line == 0 || r.first_damaged < line))
		line = r.first_damaged;
	tce_replay_free(r.replay);
	return line;
}

static void complain(const struct plan *plan, const struct fault *fault, uint64_t seen,
		     const char *what)
{
	char now = *fault->at;

	fail_msg("%s line %llu, %s%s: %c became %c, %s (line %llu): %.*s", plan->rec.name,
		 (unsigned long long)fault->line->number, fault->field->event, fault->field->before,
		 fault->old, now, what, (unsigned long long)seen,
		 (int)(fault->line->end - fault->line->event), fault->line->event);
}

/* --- exceptions ---------------------------------------------------------------------- */

static uint64_t value_at(const char *number)
{
	return strtoull(number, NULL, number[0] == '0' && number[1] == 'x' ? 16 : 10);
}

/* Is there a window with the LIOBN that the fault made, another than before? */
static bool is_other_window(const struct plan *plan, const struct fault *fault)
{
	uint64_t liobn = value_at(fault->number);

	for (size_t i = 0; i < plan->nr_lines; i++) {
		const char *p = plan->lines[i].event;

		if (plan->lines[i].number != fault->line->number &&
		    strncmp(p, "new_table ", 10) == 0 &&
		    strtoull(strstr(p, "liobn=") + 6, NULL, 16) == liobn)
			return true;
	}
	return false;
}

/*
 * Do recording and model both refuse the call of that line? A multi-TCE call that ends exactly at
 * the window's end reads the same when it asked for more: its entries are stored, then it is
 * refused. And of two LIOBNs without a window either is refused.
 */
static bool is_refused_by_both(const struct replayed *r, uint64_t line)
{
	const struct tce_finding *f;

	for (unsigned i = 0; (f = tce_replay_finding(r->replay, i)) != NULL; i++)
		if (f->rule == TCE_RULE_HCALL_REFUSED && f->line <= line && f->last_line >= line &&
		    f->refusal != TCE_REFUSED_NOT)
			return true;
	return false;
}

/* Events that could not be compared with anything, in the first n bytes. */
static uint64_t count_unchecked(const struct plan *plan, size_t n, bool facts)
{
	const struct tce_replay_opts opts = {.facts = facts ? &plan->rec.facts : NULL};
	struct replayed r;
	uint64_t unchecked;

	assert_int_equal(replay_text(plan->rec.text, n, &opts, &r), 0);
	unchecked = r.sum.unchecked;
	tce_replay_free(r.replay);
	return unchecked;
}

/* Does the unchanged line show an entry for the first time, so that nothing can contradict it? */
static bool shows_entry_first(const struct plan *plan, const struct fault *fault, bool facts)
{
	char changed = *fault->at;
	size_t end = (size_t)(fault->line->end + 1 - plan->rec.text), begin = end - 1;
	bool first;

	while (begin > 0 && plan->rec.text[begin - 1] != '\n')
		begin--;
	*fault->at = fault->old;
	first = count_unchecked(plan, end, facts) != count_unchecked(plan, begin, facts);
	*fault->at = changed;
	return first;
}

static bool is_refused_call(const struct plan *plan, const struct fault *fault, bool facts)
{
	const struct tce_replay_opts opts = {.facts = facts ? &plan->rec.facts : NULL};
	struct replayed r;
	bool refused;

	assert_int_equal(replay_text(plan->rec.text, plan->rec.size, &opts, &r), 0);
	refused = is_refused_by_both(&r, fault->line->number);
	tce_replay_free(r.replay);
	return refused;
}

static bool is_excused(const struct plan *plan, const struct fault *fault, bool facts)
{
	if (strcmp(fault->field->before, "liobn=") == 0)
		return is_other_window(plan, fault) || is_refused_call(plan, fault, facts);
	if (strcmp(fault->field->event, "xlate") == 0 || strcmp(fault->field->event, "get") == 0)
		return shows_entry_first(plan, fault, facts);
	return false;
}

/* --- trying -------------------------------------------------------------------------- */

static void try_fault(struct plan *plan, const struct fault *fault, bool facts)
{
	uint64_t seen = first_notice(&plan->rec, facts);

	plan->calls++;
	if (seen == fault->line->number) {
		plan->exact++;
		return;
	}
	if (seen != 0 && seen < fault->line->number)
		complain(plan, fault, seen, "blamed on an earlier line");
	if (fault->field->kind == EXACT && !is_excused(plan, fault, facts))
		complain(plan, fault, seen, seen == 0 ? "unnoticed" : "noticed late");
	if (seen == 0)
		plan->unnoticed++;
	else
		plan->later++;
}

/* Half of the lines at random, half from the rare kinds of event. */
static const struct line *pick(struct plan *plan, struct prng *rng)
{
	const struct line *line = &plan->lines[prng_below(rng, plan->nr_lines)];

	if (prng_one_in(rng, 2))
		return line;
	for (unsigned tries = 0; tries < 2000; tries++) {
		if (strncmp(line->event, "xlate", 5) != 0 &&
		    strncmp(line->event, "pci_stuff", 9) != 0 &&
		    strncmp(line->event, "pci_put", 7) != 0)
			break;
		line = &plan->lines[prng_below(rng, plan->nr_lines)];
	}
	return line;
}

static void try_recording(struct plan *plan, struct prng *rng)
{
	unsigned plants = plan->rec.size > REPLAYED_BYTES ? PLANTS / 10 : PLANTS;
	struct fault fault;

	for (unsigned i = 0; i < plants; i++) {
		if (!plant(rng, pick(plan, rng), &fault))
			continue;
		try_fault(plan, &fault, plan->rec.has_facts && i % 2 != 0);
		*fault.at = fault.old;
	}
	assert_int_equal(first_notice(&plan->rec, false), 0);
}

static void one_changed_digit_is_noticed_at_its_line(void **state)
{
	struct prng rng = prng_seeded(SEED);
	struct plan plan = {.calls = 0};

	(void)state;
	plan.lines = malloc(LINES_MAX * sizeof(*plan.lines));
	assert_non_null(plan.lines);
	for (unsigned i = 0; recording_load(RECORDINGS, i, &plan.rec); i++) {
		plan.nr_lines = 0;
		find_lines(&plan);
		try_recording(&plan, &rng);
		recording_free(&plan.rec);
	}
	print_message(
		"%llu digits changed: %llu noticed at their line, %llu later, %llu not at all\n",
		(unsigned long long)plan.calls, (unsigned long long)plan.exact,
		(unsigned long long)plan.later, (unsigned long long)plan.unnoticed);
	assert_true(plan.exact > plan.calls / 2);
	free(plan.lines);
}

/* --- return codes turned round ------------------------------------------------------- */

/* ret=0 becomes ret=-4, and the other way round, in a copy of the text. */
static char *turn_round(const struct recording *rec, const struct line *line, size_t *ret_size)
{
	char *ret = strstr(line->event, " ret=");
	char *text = malloc(rec->size + 2);
	size_t at, old_n, new_n;
	const char *now;

	assert_non_null(text);
	if (ret == NULL || ret > line->end) {
		free(text);
		return NULL;
	}
	at = (size_t)(ret + 5 - rec->text);
	old_n = ret[5] == '-' ? 2 : 1;
	now = ret[5] == '-' ? "0" : "-4";
	new_n = strlen(now);
	memcpy(text, rec->text, at);
	memcpy(text + at, now, new_n);
	memcpy(text + at + new_n, rec->text + at + old_n, rec->size - at - old_n);
	*ret_size = rec->size - old_n + new_n;
	return text;
}

/* The other way round: refused at the window's end reads like accepted up to there. */
static bool was_refused_stuff(const struct line *line)
{
	return strncmp(line->event, "pci_stuff", 9) == 0 &&
	       ends_with(line->event, line->end, "=-4");
}

static void try_turned(struct plan *plan, struct prng *rng)
{
	const struct line *line = pick(plan, rng);
	const struct tce_divergence *d;
	struct replayed r;
	size_t size;
	char *text = turn_round(&plan->rec, line, &size);

	if (text == NULL)
		return;
	assert_int_equal(replay_text(text, size, NULL, &r), 0);
	d = tce_replay_divergence(r.replay, 0);
	plan->calls++;
	if (d != NULL && d->line == line->number)
		plan->exact++;
	else if (!was_refused_stuff(line) && !is_refused_by_both(&r, line->number))
		fail_msg("%s: the turned answer of line %llu is seen at line %llu", plan->rec.name,
			 (unsigned long long)line->number,
			 d == NULL ? 0ULL : (unsigned long long)d->line);
	tce_replay_free(r.replay);
	free(text);
}

static void an_answer_turned_round_is_noticed_at_its_line_without_a_device_tree(void **state)
{
	struct prng rng = prng_seeded(SEED + 1);
	struct plan plan = {.calls = 0};

	(void)state;
	plan.lines = malloc(LINES_MAX * sizeof(*plan.lines));
	assert_non_null(plan.lines);
	for (unsigned i = 0; recording_load(RECORDINGS, i, &plan.rec); i++) {
		plan.nr_lines = 0;
		find_lines(&plan);
		for (unsigned k = 0; k < (plan.rec.size > REPLAYED_BYTES ? 4 : 20); k++)
			try_turned(&plan, &rng);
		recording_free(&plan.rec);
	}
	print_message(
		"%llu answers turned round: %llu noticed at their line, the others read the same\n",
		(unsigned long long)plan.calls, (unsigned long long)plan.exact);
	assert_true(plan.exact * 100 >= plan.calls * 80);
	free(plan.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_changed_digit_is_noticed_at_its_line),
		cmocka_unit_test(
			an_answer_turned_round_is_noticed_at_its_line_without_a_device_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
