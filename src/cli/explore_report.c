/* SPDX-License-Identifier: BSD-2-Clause */
/* What a search found, as text or as JSON; stories as scenarios. */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "explore.h"

/* --- stories --------------------------------------------------------------------------------- */

static int put_to_stream(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) != n;
}

bool tce_story_print(const struct tce_story *story, const struct tce_names *names, void *stream)
{
	int err = tce_scenario_write(NULL, story, names, put_to_stream, stream);

	if (err != 0)
		tce_complain("cannot write the story: %s", tce_strerror(err));
	return err == 0;
}

static bool is_enough(void *ctx, unsigned nr_steps, unsigned nr_runs)
{
	(void)ctx;
	(void)nr_steps;
	(void)nr_runs;
	return tce_explore_interrupted();
}

/*
 * The story of a finding, shrunk unless that is not wanted; as far as it goes until the next
 * interrupt. *ret_shrunk is to be freed.
 */
static const struct tce_story *story_of(const struct tce_explore_run *run,
					const struct tce_explore_finding *finding,
					struct tce_shrunk **ret_shrunk)
{
	*ret_shrunk = NULL;
	tce_explore_forget_interrupts();
	if (run->no_shrink || tce_shrink(NULL, finding->story, is_enough, NULL, ret_shrunk) != 0)
		return finding->story;
	return tce_shrunk_story(*ret_shrunk);
}

char *tce_explore_story_text(const struct tce_explore_run *run,
			     const struct tce_explore_finding *finding)
{
	struct tce_names names = tce_scenario_names(run->scenario[finding->start]);
	struct tce_shrunk *shrunk;
	const struct tce_story *story = story_of(run, finding, &shrunk);
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	if (stream != NULL) {
		(void)tce_story_print(story, &names, stream);
		fclose(stream);
	}
	tce_shrunk_free(shrunk);
	return text;
}

bool tce_explore_can_save(const struct tce_explore_run *run)
{
	char *path = run->save == NULL || run->silent ? NULL : strdup(run->save);
	struct stat st;
	bool ok = true;

	if (path == NULL)
		return true;
	if (stat(path, &st) != 0)
		ok = access(dirname(path), W_OK | X_OK) == 0;
	else
		ok = access(path, W_OK) == 0;
	if (ok && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		ok = false;
	}
	if (!ok)
		tce_complain("explore: cannot write %s: %s", run->save, strerror(errno));
	free(path);
	return ok;
}

static bool save(const struct tce_explore_run *run, const char *text)
{
	FILE *file;
	bool ok;

	if (run->save == NULL)
		return true;
	file = fopen(run->save, "w");
	ok = file != NULL && fputs(text, file) >= 0;
	if (file != NULL)
		ok = fclose(file) == 0 && ok;
	if (!ok)
		tce_complain("explore: cannot write %s: %s", run->save, strerror(errno));
	return ok;
}

/* --- text ------------------------------------------------------------------------------------ */

static const char *verdict_word(enum tce_explore_verdict verdict)
{
	static const char *const words[] = {
		[TCE_EXPLORE_CLEAN] = "clean",
		[TCE_EXPLORE_BROKEN] = "broken",
		[TCE_EXPLORE_INCONCLUSIVE] = "inconclusive",
	};

	return words[verdict];
}

static void print_figures(const struct tce_explore_run *run)
{
	const struct tce_explore_summary *sum = tce_exploration_summary(run->x);

	printf("  (%" PRIu64 " states, %" PRIu64 " events, depth %u, %.1f s)\n", sum->states,
	       sum->transitions, sum->depth, run->took);
}

static unsigned count_findings(const struct tce_explore_run *run)
{
	unsigned nr = 0;

	while (tce_exploration_finding(run->x, nr) != NULL)
		nr++;
	return nr;
}

static void print_verdict(const struct tce_explore_run *run)
{
	static const char *const colours[] = {
		[TCE_EXPLORE_CLEAN] = "\033[32m",
		[TCE_EXPLORE_BROKEN] = "\033[31m",
		[TCE_EXPLORE_INCONCLUSIVE] = "\033[33m",
	};
	static const char *const words[] = {
		[TCE_EXPLORE_CLEAN] = "CLEAN",
		[TCE_EXPLORE_BROKEN] = "BROKEN",
		[TCE_EXPLORE_INCONCLUSIVE] = "INCONCLUSIVE",
	};
	const struct tce_explore_summary *sum = tce_exploration_summary(run->x);
	const struct tce_explore_finding *first = tce_exploration_finding(run->x, 0);

	printf("%s%s%s", run->colour ? colours[sum->verdict] : "", words[sum->verdict],
	       run->colour ? "\033[0m" : "");
	if (first != NULL && run->opts.all_rules)
		printf("  %u rule%s", count_findings(run),
		       tce_exploration_finding(run->x, 1) == NULL ? "" : "s");
	else if (first != NULL)
		printf("  rule %s after %u events", tce_rule(first->breach.rule)->id,
		       first->length);
	else if (sum->complete)
		printf("  every state there is was looked at");
	else if (sum->verdict == TCE_EXPLORE_CLEAN)
		printf("  nothing breaks within %u events", sum->depth);
	else
		printf("  nothing broke so far: %s", run->out_of_time ? "out of time"
						     : sum->stopped
							     ? "interrupted"
							     : "the limit of states was reached");
	print_figures(run);
}

static bool print_finding(const struct tce_explore_run *run,
			  const struct tce_explore_finding *finding, bool first)
{
	struct tce_names names = tce_scenario_names(run->scenario[finding->start]);
	char what[640];
	char *text = tce_explore_story_text(run, finding);
	bool ok = text != NULL;

	if (!ok)
		return false;
	tce_breach_text(&finding->breach, &names, what, sizeof(what));
	if (first)
		printf("\n  %s\n  tce explain %s\n\n%s", what, tce_rule(finding->breach.rule)->id,
		       text);
	else
		printf("\n%s after %u events: %s\n\n%s", tce_rule(finding->breach.rule)->id,
		       finding->length, what, text);
	if (first)
		ok = save(run, text);
	free(text);
	return ok;
}

/* Every rule that broke, on a line; *ret_longest: of the longest story, the first of several. */
static void print_table(const struct tce_explore_run *run, unsigned *ret_longest)
{
	const struct tce_explore_finding *finding;
	unsigned longest = 0;

	*ret_longest = 0;
	printf("\n  %-26s %6s  %s\n", "rule", "events", "what");
	for (unsigned i = 0; (finding = tce_exploration_finding(run->x, i)) != NULL; i++) {
		struct tce_names names = tce_scenario_names(run->scenario[finding->start]);
		char what[640];

		tce_breach_text(&finding->breach, &names, what, sizeof(what));
		printf("  %-26s %6u  %s\n", tce_rule(finding->breach.rule)->id, finding->length,
		       what);
		if (finding->length > longest) {
			longest = finding->length;
			*ret_longest = i;
		}
	}
}

static bool print_findings(const struct tce_explore_run *run)
{
	const struct tce_explore_finding *finding;
	unsigned longest = 0;
	bool ok = true;

	if (run->opts.all_rules && tce_exploration_finding(run->x, 0) != NULL)
		print_table(run, &longest);
	if (run->tour && (finding = tce_exploration_finding(run->x, longest)) != NULL) {
		printf("\nThe longest of the shortest stories; --all --states %" PRIu64
		       " prints the others:\n",
		       run->opts.states);
		return print_finding(run, finding, true);
	}
	for (unsigned i = 0; ok && (finding = tce_exploration_finding(run->x, i)) != NULL; i++)
		ok = print_finding(run, finding, i == 0);
	return ok;
}

static bool print_text(const struct tce_explore_run *run)
{
	const struct tce_explore_summary *sum = tce_exploration_summary(run->x);
	bool ok;

	print_verdict(run);
	ok = print_findings(run);
	if (sum->missed > 0 && sum->verdict != TCE_EXPLORE_BROKEN)
		printf("\n  chance that a state was missed: %.1e\n", sum->missed);
	return ok;
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static void add_text(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value == NULL ? NULL : json_object_new_string(value));
}

static struct json_object *levels(const struct tce_explore_summary *sum)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; i <= TCE_EXPLORE_DEPTH_MAX && sum->level[i] != 0; i++)
		json_object_array_add(list, json_object_new_uint64(sum->level[i]));
	return list;
}

static struct json_object *all_findings(const struct tce_explore_run *run)
{
	struct json_object *list = json_object_new_array();
	const struct tce_explore_finding *finding;

	for (unsigned i = 0; (finding = tce_exploration_finding(run->x, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();
		char *text = tce_explore_story_text(run, finding);

		add_text(o, "rule", tce_rule(finding->breach.rule)->id);
		add_number(o, "length", finding->length);
		add_text(o, "story", text);
		free(text);
		json_object_array_add(list, o);
	}
	return list;
}

static bool print_json(const struct tce_explore_run *run)
{
	const struct tce_explore_summary *sum = tce_exploration_summary(run->x);
	const struct tce_explore_finding *first = tce_exploration_finding(run->x, 0);
	struct json_object *o = json_object_new_object();
	char *text = first == NULL ? NULL : tce_explore_story_text(run, first);
	bool ok = first == NULL || (text != NULL && save(run, text));

	add_text(o, "schema", "tce-explore-1");
	add_text(o, "verdict", verdict_word(sum->verdict));
	add_text(o, "rule", first == NULL ? NULL : tce_rule(first->breach.rule)->id);
	add_number(o, "length", first == NULL ? 0 : first->length);
	add_number(o, "states", sum->states);
	add_number(o, "transitions", sum->transitions);
	add_number(o, "depth", sum->depth);
	json_object_object_add(o, "seconds", json_object_new_double(run->took));
	add_text(o, "story", text);
	json_object_object_add(o, "levels", levels(sum));
	add_number(o, "bytes", sum->bytes);
	json_object_object_add(o, "missed", json_object_new_double(sum->missed));
	if (run->opts.all_rules)
		json_object_object_add(o, "findings", all_findings(run));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	free(text);
	return ok;
}

int tce_explore_report(const struct tce_explore_run *run)
{
	bool ok = run->json ? print_json(run) : print_text(run);

	if (!ok)
		return TCE_EXIT_INTERNAL;
	switch (tce_exploration_summary(run->x)->verdict) {
	case TCE_EXPLORE_CLEAN: return TCE_EXIT_OK;
	case TCE_EXPLORE_BROKEN: return TCE_EXIT_FOUND;
	default: return TCE_EXIT_INCONCLUSIVE;
	}
}
