/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan for people: the verdict, the machine, each PE, what hurts. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "check/words.h"
#include "report.h"

#define TEXT_MAX     1024U
#define WARNINGS_MAX 20U
#define NAMES_MAX    8U
#define WIDTH        96U
#define COSTLY       (UINT64_C(64) << 20)

const char *tce_plan_mode_word(enum tce_dma_mode mode)
{
	static const char *const words[] = {[TCE_MODE_NONE] = "none",
					    [TCE_MODE_DEFAULT] = "default",
					    [TCE_MODE_DIRECT] = "direct",
					    [TCE_MODE_DYNAMIC] = "dynamic",
					    [TCE_MODE_HYBRID] = "hybrid"};

	return words[mode];
}

const char *tce_plan_way_word(enum tce_plan_way way)
{
	static const char *const words[] = {[TCE_PLAN_DIRECT] = "direct",
					    [TCE_PLAN_TABLE] = "table",
					    [TCE_PLAN_BARE] = "bare",
					    [TCE_PLAN_LOST] = "lost"};

	return words[way];
}

/* --- pieces ------------------------------------------------------------------------------- */

static const char *size_of(uint64_t bytes, char text[32])
{
	struct tce_words w;

	tce_words_init(&w, text, 32);
	tce_words_add_size(&w, bytes);
	return text;
}

/* Text in lines of WIDTH, the first one after head, the others below it. */
static void print_wrapped(const char *head, const char *text)
{
	size_t indent = strlen(head);

	printf("%s", head);
	while (*text != '\0') {
		size_t n = strlen(text);

		if (n > WIDTH - indent) {
			n = WIDTH - indent;
			while (n > 0 && text[n] != ' ')
				n--;
			if (n == 0)
				n = strlen(text);
		}
		printf("%.*s\n", (int)n, text);
		text += n + (text[n] == ' ');
		if (*text != '\0')
			printf("%*s", (int)indent, "");
	}
}

static const char *name_of(const struct tce_plan_report *report, enum tce_object object,
			   uint16_t id, char text[64])
{
	const struct tce_names *names = &report->machine->names;
	const char *name = names->name != NULL ? names->name(names->ctx, object, id) : NULL;

	if (name == NULL)
		snprintf(text, 64, object == TCE_OBJ_PHB ? "phb%u" : "dev%u", id);
	else
		snprintf(text, 64, "%s", name);
	return text;
}

static const char *name_of_pe(const struct tce_plan_report *report, const struct tce_plan_pe *pe,
			      char text[64])
{
	return pe->dev != TCE_NO_ID ? name_of(report, TCE_OBJ_DEV, pe->dev, text)
				    : name_of(report, TCE_OBJ_PHB, pe->phb, text);
}

/* --- verdict and machine ------------------------------------------------------------------ */

static void print_verdict(const struct tce_plan_report *report)
{
	static const struct {
		const char *word;
		const char *text;
		const char *colour;
	} verdicts[] = {
		[TCE_MODE_DIRECT] = {"DIRECT", "RAM is direct for every PE", "\033[32m"},
		[TCE_MODE_HYBRID] = {"HYBRID", "RAM is direct, in a window shared with a table",
				     "\033[32m"},
		[TCE_MODE_DYNAMIC] = {"DYNAMIC", "not every PE has direct RAM", "\033[33m"},
		[TCE_MODE_DEFAULT] = {"DEFAULT", "not every PE has more than its default window",
				      "\033[33m"},
		[TCE_MODE_NONE] = {"NONE", "not every PE has a window that is used", "\033[31m"},
	};
	const struct tce_plan_summary *sum = report->sum;
	bool empty = sum->nr_devs == 0;

	printf("%s%-8s%s %s; %u PE%s, %u device%s, %u warning%s\n",
	       report->colour ? verdicts[sum->worst].colour : "", verdicts[sum->worst].word,
	       report->colour ? "\033[m" : "",
	       empty ? "the machine has no devices" : verdicts[sum->worst].text, sum->nr_pes,
	       sum->nr_pes == 1 ? "" : "s", sum->nr_devs, sum->nr_devs == 1 ? "" : "s",
	       sum->nr_warnings, sum->nr_warnings == 1 ? "" : "s");
}

static void print_kernel(const struct tce_plan_report *report)
{
	const struct tce_plan_machine *machine = report->machine;
	const char *profile = report->sum->kernel.name;

	printf("kernel   %s", machine->kernel);
	if (strcmp(machine->kernel, profile) != 0)
		printf(machine->match.exact ? " (%s)"
					    : " (not known: taken for %s, the nearest "
					      "older one)",
		       profile);
	if (machine->kernel_from[0] != '\0')
		printf(", %s", machine->kernel_from);
	printf("; hypervisor %s\n", report->sum->papr->name);
}

static void print_memory(const struct tce_plan_report *report)
{
	const struct tce_plan_summary *sum = report->sum;
	struct tce_ev_pmem_plug pmem;
	char text[32];

	printf("machine  RAM %s", size_of(sum->memory[TCE_PLAN_RAM], text));
	if (sum->memory[TCE_PLAN_PLUGGABLE] != 0)
		printf(", may grow to %s", size_of(sum->max_ram, text));
	for (unsigned i = 0; i < 4 && tce_plan_pmem_at(report->plan, i, &pmem); i++)
		printf("%s %s at %" PRIx64, i == 0 ? "; persistent memory" : ",",
		       size_of(pmem.size, text), pmem.addr);
	if (tce_plan_pmem_at(report->plan, 4, &pmem))
		printf(" ...");
	if (!sum->has_lrdr)
		printf("; no ibm,lrdr-capacity");
	else if (sum->lrdr_top != sum->max_ram)
		printf("; ibm,lrdr-capacity ends at %" PRIx64, sum->lrdr_top);
	printf("\n");
}

static void print_remarks(const struct tce_plan_report *report)
{
	const char *remark;

	for (unsigned i = 0; (remark = tce_plan_machine_remark(report->machine, i)) != NULL; i++)
		print_wrapped("assumed  ", remark);
}

/* --- windows ------------------------------------------------------------------------------ */

/* Eight bytes an entry, of the hypervisor's memory: worth a word when they are many. */
static void print_cost(const struct tce_plan_window *window)
{
	uint64_t bytes = window->nr_entries * 8;
	char text[32];

	if (bytes >= COSTLY)
		printf("; %s of host memory", size_of(bytes, text));
}

static void print_use(const struct tce_plan_window *window)
{
	char table[32];
	char direct[32];

	size_of(window->table_size, table);
	size_of(window->direct_size, direct);
	switch (window->use) {
	case TCE_MODE_DIRECT:
		printf("direct: bus = %" PRIx64 " + real address, %s", window->start, direct);
		break;
	case TCE_MODE_HYBRID:
		printf("hybrid: direct for %s, table from %" PRIx64 " on (%s)", direct,
		       window->table_start, table);
		break;
	case TCE_MODE_DYNAMIC: printf("dynamic: a table of %s", table); break;
	default:
		if (window->table_size == 0)
			printf("not used");
		else
			printf("a table of %s", table);
	}
	print_cost(window);
	printf("\n");
}

static void print_windows(const struct tce_plan_pe *pe)
{
	char range[48];
	char page[32];

	for (unsigned i = 0; i < pe->nr_windows; i++) {
		const struct tce_plan_window *window = &pe->window[i];

		if (i == 0)
			printf("  %-9s %-34s %5s  use\n", "LIOBN", "bus range", "page");
		snprintf(range, sizeof(range), "%" PRIx64 " .. %" PRIx64, window->start,
			 window->last);
		printf("  %08" PRIx64 "  %-34s %5s  ", window->liobn, range,
		       size_of(UINT64_C(1) << window->page_shift, page));
		print_use(window);
	}
}

/* "2G direct, 1G by table": what is there in which way. */
static bool print_ways(const uint64_t bytes[TCE_PLAN_NR_WAYS], const char *head)
{
	static const char *const words[] = {[TCE_PLAN_DIRECT] = "direct",
					    [TCE_PLAN_TABLE] = "by table",
					    [TCE_PLAN_BARE] = "direct but unmapped until it is RAM",
					    [TCE_PLAN_LOST] = "not reached"};
	bool any = false;
	char text[32];

	for (unsigned way = 0; way < TCE_PLAN_NR_WAYS; way++) {
		if (bytes[way] == 0)
			continue;
		printf("%s%s %s", any ? ", " : head, size_of(bytes[way], text), words[way]);
		any = true;
	}
	return any;
}

static const struct tce_plan_dev *first_driver(const struct tce_plan_report *report, unsigned pe)
{
	const struct tce_plan_dev *dev;

	for (unsigned i = 0; (dev = tce_plan_dev_at(report->plan, i)) != NULL; i++) {
		if (dev->pe == pe && dev->has_driver)
			return dev;
	}
	return NULL;
}

static void print_cover(const struct tce_plan_trial *trial)
{
	bool any;

	printf("  memory ");
	any = print_ways(trial->bytes[TCE_PLAN_RAM], " RAM ");
	any |= print_ways(trial->bytes[TCE_PLAN_PLUGGABLE], any ? "; pluggable " : " pluggable ");
	print_ways(trial->bytes[TCE_PLAN_PMEM], any ? "; persistent " : " persistent ");
	if (trial->bus_limit != 0)
		printf("; direct ends at bus %" PRIx64, trial->bus_limit);
	printf("\n");
}

/* --- masks -------------------------------------------------------------------------------- */

static void put_table(const struct tce_plan_trial *trial, char text[96])
{
	char size[32];
	char page[32];

	snprintf(text, 96, "%s pages, %s at %" PRIx64,
		 size_of(UINT64_C(1) << trial->table_page_shift, page),
		 size_of(trial->table_size, size), trial->table_start);
}

static void put_streaming(const struct tce_plan_trial *trial, char text[96])
{
	if (trial->died)
		snprintf(text, 64, "the machine dies");
	else if (trial->err != 0)
		snprintf(text, 64, "refused (%s)", tce_errno_name(trial->err));
	else if (trial->mode == TCE_MODE_DIRECT || trial->mode == TCE_MODE_HYBRID)
		snprintf(text, 64, "%s, offset %" PRIx64, tce_plan_mode_word(trial->mode),
			 trial->offset);
	else if (trial->mode == TCE_MODE_NONE)
		snprintf(text, 64, "nothing is reached");
	else
		put_table(trial, text);
}

static const char *coherent_of(const struct tce_plan_trial *trial)
{
	if (trial->err != 0 || trial->died)
		return "-";
	return trial->coherent == TCE_PLAN_DIRECT  ? "direct"
	       : trial->coherent == TCE_PLAN_TABLE ? "by table"
						   : "none to be had";
}

/* Why this mask gets less than the PE has; else nothing. */
static bool wants_reason(const struct tce_plan_pe *pe, const struct tce_plan_trial *trial)
{
	return trial->whys.nr != 0 && !trial->died &&
	       (pe->whys.nr == 0 || trial->whys.at[0].reason != pe->whys.at[0].reason);
}

/* Masks that get the same, for the same reason, share a line. */
static bool same_trial(const struct tce_plan_trial *a, const struct tce_plan_trial *b)
{
	return a->err == b->err && a->died == b->died && a->mode == b->mode &&
	       a->coherent == b->coherent && a->offset == b->offset &&
	       a->table_start == b->table_start && a->table_size == b->table_size &&
	       (a->whys.nr == 0 || a->whys.at[0].reason == b->whys.at[0].reason) &&
	       a->whys.nr == b->whys.nr;
}

/* Prints at most nr masks, those that are alike; returns how many. */
static unsigned print_mask(const struct tce_plan_pe *pe, const struct tce_plan_trial *trials,
			   unsigned nr)
{
	char streaming[96];
	char bits[64];
	char text[TEXT_MAX];
	struct tce_words w;
	unsigned same = 1;

	tce_words_init(&w, bits, sizeof(bits));
	tce_words_add(&w, "%u", trials->streaming_bits);
	for (; same < nr && same_trial(trials, &trials[same]); same++)
		tce_words_add(&w, " %u", trials[same].streaming_bits);
	put_streaming(trials, streaming);
	printf("  %-15s %-38s %s\n", bits, streaming, coherent_of(trials));
	if (wants_reason(pe, trials)) {
		tce_plan_why_text(&trials->whys.at[0], text, sizeof(text));
		print_wrapped("                  ", text);
	}
	return same;
}

static void print_masks(const struct tce_plan_report *report, const struct tce_plan_pe *pe)
{
	if (pe->masks == NULL || report->sum->nr_masks == 0)
		return;
	printf("  %-15s %-38s %s\n", "mask", "streaming", "coherent");
	for (unsigned i = 0; i < report->sum->nr_masks;)
		i += print_mask(pe, &pe->masks[i], report->sum->nr_masks - i);
}

static void print_whys(const struct tce_plan_report *report, const struct tce_plan_whys *whys)
{
	char text[TEXT_MAX];

	for (unsigned i = 0; i < whys->nr && (i < 3 || report->verbose); i++) {
		tce_plan_why_text(&whys->at[i], text, sizeof(text));
		print_wrapped(i == 0 ? "  why     " : "          ", text);
	}
}

/* --- PEs ---------------------------------------------------------------------------------- */

static bool same_whys(const struct tce_plan_whys *a, const struct tce_plan_whys *b)
{
	return a->nr == b->nr && memcmp(a->at, b->at, a->nr * sizeof(a->at[0])) == 0;
}

static bool same_windows(const struct tce_plan_pe *a, const struct tce_plan_pe *b)
{
	for (unsigned i = 0; i < a->nr_windows; i++) {
		struct tce_plan_window one = a->window[i];
		struct tce_plan_window other = b->window[i];

		if (one.use != other.use || one.start != other.start || one.last != other.last ||
		    one.page_shift != other.page_shift || one.table_start != other.table_start ||
		    one.table_size != other.table_size)
			return false;
	}
	return a->nr_windows == b->nr_windows;
}

/* Would they be printed alike, but for names? Equal decisions give equal answers to masks. */
static bool alike(const struct tce_plan_pe *a, const struct tce_plan_pe *b)
{
	return (a->phb == TCE_NO_ID) == (b->phb == TCE_NO_ID) && a->mode == b->mode &&
	       (a->nr_devs == 0) == (b->nr_devs == 0) && (a->masks == NULL) == (b->masks == NULL) &&
	       same_windows(a, b) && same_whys(&a->whys, &b->whys);
}

/* Printed already, with a PE before it? */
static bool is_repeated(const struct tce_plan_report *report, unsigned at)
{
	const struct tce_plan_pe *pe = tce_plan_pe_at(report->plan, at);

	for (unsigned i = 0; i < at; i++) {
		if (alike(tce_plan_pe_at(report->plan, i), pe))
			return true;
	}
	return false;
}

static void print_names(const struct tce_plan_report *report, unsigned at)
{
	const struct tce_plan_pe *pe = tce_plan_pe_at(report->plan, at);
	const struct tce_plan_pe *other;
	unsigned nr_devs = pe->nr_devs;
	unsigned nr = 1;
	char name[64];

	printf("\nPE %s", name_of_pe(report, pe, name));
	for (unsigned i = at + 1; (other = tce_plan_pe_at(report->plan, i)) != NULL; i++) {
		if (!alike(pe, other))
			continue;
		if (++nr <= NAMES_MAX)
			printf(" %s", name_of_pe(report, other, name));
		nr_devs += other->nr_devs;
	}
	if (nr > NAMES_MAX)
		printf(" and %u more like them", nr - NAMES_MAX);
	if (pe->phb == TCE_NO_ID)
		printf(", virtual I/O\n");
	else
		printf("%s, BUID %" PRIx64 "%s, %u device%s\n", nr > 1 ? ", alike" : "", pe->buid,
		       nr > 1 ? " .." : "", nr_devs, nr_devs == 1 ? "" : "s");
}

static void print_pe(const struct tce_plan_report *report, unsigned at)
{
	const struct tce_plan_pe *pe = tce_plan_pe_at(report->plan, at);
	const struct tce_plan_dev *dev = first_driver(report, at);

	print_names(report, at);
	print_windows(pe);
	if (dev != NULL && dev->trial.err == 0 && !dev->trial.died)
		print_cover(&dev->trial);
	if (pe->phb != TCE_NO_ID) {
		print_masks(report, pe);
		print_whys(report, &pe->whys);
	}
}

/* --- devices ------------------------------------------------------------------------------ */

static void print_device(const struct tce_plan_report *report, const struct tce_plan_dev *dev)
{
	const struct tce_plan_pe *pe = tce_plan_pe_at(report->plan, dev->pe);
	char streaming[96] = "no driver";
	char device[64];
	char name[64] = "-";
	char masks[16] = "-";

	if (pe != NULL)
		name_of_pe(report, pe, name);
	if (dev->has_driver) {
		put_streaming(&dev->trial, streaming);
		snprintf(masks, sizeof(masks), "%u/%u", dev->trial.streaming_bits,
			 dev->trial.coherent_bits);
	}
	printf("  %-16s %-10s %-7s %-40s %s\n", name_of(report, TCE_OBJ_DEV, dev->dev, device),
	       name, masks, streaming, dev->has_driver ? coherent_of(&dev->trial) : "");
}

static void print_devices(const struct tce_plan_report *report)
{
	const struct tce_plan_dev *dev;

	if (report->sum->nr_devs == 0 || (report->sum->nr_devs > NAMES_MAX && !report->verbose))
		return;
	printf("\n  %-16s %-10s %-7s %-40s %s\n", "device", "PE", "masks", "streaming", "coherent");
	for (unsigned i = 0; (dev = tce_plan_dev_at(report->plan, i)) != NULL; i++)
		print_device(report, dev);
}

/* --- warnings ----------------------------------------------------------------------------- */

static void print_warnings(const struct tce_plan_report *report)
{
	const struct tce_plan_warning *warning;
	unsigned max = report->verbose ? UINT_MAX : WARNINGS_MAX;
	char text[TEXT_MAX];
	unsigned i;

	for (i = 0; i < max && (warning = tce_plan_warning_at(report->plan, i)) != NULL; i++) {
		tce_plan_warning_text(warning, &report->machine->names, text, sizeof(text));
		if (i == 0)
			printf("\n");
		print_wrapped("warning  ", text);
	}
	if (i < report->sum->nr_warnings)
		printf("         ... and %u more; -v prints all\n", report->sum->nr_warnings - i);
}

void tce_plan_print_text(const struct tce_plan_report *report)
{
	print_verdict(report);
	print_kernel(report);
	print_memory(report);
	print_remarks(report);
	for (unsigned i = 0; i < report->sum->nr_pes; i++) {
		if (!is_repeated(report, i))
			print_pe(report, i);
	}
	print_devices(report);
	print_warnings(report);
}
