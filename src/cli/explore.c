/* SPDX-License-Identifier: BSD-2-Clause */
/* tce explore: options, starting stories, the search. tce-explore(1) says what the user sees. */
#include "explore.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "explore_graph.h"
#include "explore_group.h"
#include "scenario_file.h"

#define KERNEL_DEFAULT  "7.2.13"
#define SECONDS_DEFAULT 60.0

/* The command alone. The same result wherever the time suffices for so many states. */
#define TOUR_SECONDS 20.0
#define TOUR_STATES  UINT64_C(150000)

enum {
	OPT_ALL = 256,
	OPT_COLOR,
	OPT_DEFECT,
	OPT_DEPTH,
	OPT_DFS,
	OPT_EVENTS,
	OPT_EXACT,
	OPT_FORMAT,
	OPT_GRAPH,
	OPT_KERNEL,
	OPT_MAPS,
	OPT_NO_SHRINK,
	OPT_NO_SYMMETRY,
	OPT_PROFILE,
	OPT_SAVE,
	OPT_SEED,
	OPT_STATES,
	OPT_THREADS,
	OPT_TIME,
	OPT_WALK,
	OPT_WITHOUT,
};

static const char help[] =
	"usage: tce explore [options] [MACHINE|SCENARIO]...\n"
	"\n"
	"Tries all orders of events on a small machine, and prints the shortest story that\n"
	"breaks a rule as a scenario for tce run. MACHINE is pseries (the default) or powernv;\n"
	"a SCENARIO is played to its end, and the search begins there. - is standard input.\n"
	"Alone: all rules that the newest kernel breaks within 150000 states or 20 s, and the\n"
	"longest of the shortest stories.\n"
	"\n"
	"  --kernel VERSION     boot this kernel; 7.2.13 on built-in machines\n"
	"  --profile NAME       this platform, whatever the machine line says\n"
	"  --defect ID          with this defect of docs/bugs.md in every kernel; repeatable\n"
	"  --without ID         without this one, or all\n"
	"  --events LIST        only these kinds: driver,map,memory,hotplug,life,eeh,fail,vfio,\n"
	"                       migrate\n"
	"  --depth N            at most N events after the start, of all kinds at once\n"
	"  --time SECONDS       stop then; 60 if neither this nor a depth, states or walks is "
	"given\n"
	"  --states N           stop after that many states\n"
	"  --maps N             at most N mappings at a time; 2\n"
	"  --all                the shortest story of every rule, not only of the first\n"
	"  --walk               random orders instead, of --depth 40 events\n"
	"  --dfs                depth first instead, to --depth 8\n"
	"  --seed N             of --walk\n"
	"  --threads N          else as many as there are processors\n"
	"  --exact              keep whole states, not fingerprints\n"
	"  --no-shrink          print the story as it was found\n"
	"  --no-symmetry        tell devices apart that are alike\n"
	"  --save FILE          write the story there, too\n"
	"  --graph FILE         write the states, or the way to a breach, for Graphviz\n"
	"  --format text|json   json: one object, schema tce-explore-1\n"
	"  --color WHEN         auto, always or never; NO_COLOR is honoured\n"
	"\n"
	"Exit status: 0 nothing broke, 1 a rule broke, 2 usage or unreadable input, 3 internal\n"
	"error, 4 a limit was hit or it was interrupted.\n";

struct args {
	struct tce_explore_run run;
	struct tce_scenario_overrides overrides;
	enum tce_when colour;
	bool said; /* what to search, or how */
};

/* --- options --------------------------------------------------------------------------------- */

static bool set_number(const char *option, const char *text, uint64_t least, uint64_t most,
		       uint64_t *ret_number)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (end == text || *end != '\0' || errno != 0 || *text == '-' || number < least ||
	    number > most) {
		tce_complain("explore: %s is a number from %llu to %llu, not %s", option,
			     (unsigned long long)least, (unsigned long long)most, text);
		return false;
	}
	*ret_number = number;
	return true;
}

static bool set_unsigned(const char *option, const char *text, unsigned most, unsigned *ret_number)
{
	uint64_t number;

	if (!set_number(option, text, 1, most, &number))
		return false;
	*ret_number = (unsigned)number;
	return true;
}

static bool set_seconds(struct args *args, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds > 0) || seconds > 1e9) {
		tce_complain("explore: --time is a number of seconds, not %s", text);
		return false;
	}
	args->run.seconds = seconds;
	return true;
}

static bool set_events(struct args *args, const char *list)
{
	if (*list == '\0') {
		tce_complain("explore: --events names no kind of event; see tce help explore");
		return false;
	}
	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		unsigned i = 0;

		while (i < TCE_NR_LETTERS &&
		       (strlen(tce_letters_word((enum tce_letters)i)) != n ||
			memcmp(tce_letters_word((enum tce_letters)i), list, n) != 0))
			i++;
		if (i == TCE_NR_LETTERS) {
			tce_complain("explore: there are no events %.*s; see tce help explore",
				     (int)n, list);
			return false;
		}
		args->run.opts.letters |= 1U << i;
		list += n + (list[n] == ',');
	}
	return true;
}

static bool set_method(struct tce_explore_opts *opts, enum tce_explore_method method)
{
	if (opts->method != TCE_EXPLORE_BREADTH && opts->method != method) {
		tce_complain("explore: --walk or --dfs, not both");
		return false;
	}
	opts->method = method;
	return true;
}

/* Says nothing about what to search. */
static bool is_about_output(int c)
{
	return c == OPT_COLOR || c == OPT_FORMAT || c == OPT_NO_SHRINK || c == OPT_SAVE ||
	       c == OPT_THREADS;
}

static bool set_option(void *of, int c, const char *value)
{
	struct args *args = of;
	struct tce_explore_opts *opts = &args->run.opts;

	args->said |= !is_about_output(c);
	switch (c) {
	case OPT_ALL: opts->all_rules = true; return true;
	case OPT_COLOR: return tce_option_colour("explore", value, &args->colour);
	case OPT_DEFECT: return tce_defects_parse("explore", value, &args->overrides.defects);
	case OPT_DEPTH: return set_unsigned("--depth", value, TCE_EXPLORE_DEPTH_MAX, &opts->depth);
	case OPT_DFS: return set_method(opts, TCE_EXPLORE_DEPTH);
	case OPT_EVENTS: return set_events(args, value);
	case OPT_EXACT: opts->exact = true; return true;
	case OPT_FORMAT: return tce_option_format("explore", value, &args->run.json);
	case OPT_GRAPH: args->run.graph = value; return true;
	case OPT_KERNEL: args->overrides.kernel = value; return true;
	case OPT_MAPS: return set_unsigned("--maps", value, 8, &opts->max_maps);
	case OPT_NO_SHRINK: args->run.no_shrink = true; return true;
	case OPT_NO_SYMMETRY: opts->no_symmetry = true; return true;
	case OPT_PROFILE: args->overrides.profile = value; return true;
	case OPT_SAVE: args->run.save = value; return true;
	case OPT_SEED: return set_number("--seed", value, 0, UINT64_MAX, &opts->seed);
	case OPT_STATES: return set_number("--states", value, 1, UINT64_MAX, &opts->states);
	case OPT_THREADS:
		return set_unsigned("--threads", value, TCE_EXPLORE_THREADS_MAX, &opts->threads);
	case OPT_TIME: return set_seconds(args, value);
	case OPT_WALK: return set_method(opts, TCE_EXPLORE_WALK);
	default: return tce_defects_parse("explore", value, &args->overrides.without);
	}
}

static const struct option words[] = {
	{"all", no_argument, NULL, OPT_ALL},
	{"color", required_argument, NULL, OPT_COLOR},
	{"defect", required_argument, NULL, OPT_DEFECT},
	{"depth", required_argument, NULL, OPT_DEPTH},
	{"dfs", no_argument, NULL, OPT_DFS},
	{"events", required_argument, NULL, OPT_EVENTS},
	{"exact", no_argument, NULL, OPT_EXACT},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"graph", required_argument, NULL, OPT_GRAPH},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"maps", required_argument, NULL, OPT_MAPS},
	{"no-shrink", no_argument, NULL, OPT_NO_SHRINK},
	{"no-symmetry", no_argument, NULL, OPT_NO_SYMMETRY},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"save", required_argument, NULL, OPT_SAVE},
	{"seed", required_argument, NULL, OPT_SEED},
	{"states", required_argument, NULL, OPT_STATES},
	{"threads", required_argument, NULL, OPT_THREADS},
	{"time", required_argument, NULL, OPT_TIME},
	{"walk", no_argument, NULL, OPT_WALK},
	{"without", required_argument, NULL, OPT_WITHOUT},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":",
	.words = words,
	.set = set_option,
};

static void fill_tour(struct tce_explore_run *run)
{
	run->tour = true;
	run->opts.all_rules = true;
	run->opts.states = TOUR_STATES;
	run->seconds = TOUR_SECONDS;
}

/* What was not said. */
static void fill(struct args *args)
{
	struct tce_explore_opts *opts = &args->run.opts;

	opts->mixtures =
		opts->method == TCE_EXPLORE_BREADTH && opts->depth == 0 && opts->letters == 0;
	if (args->run.seconds == 0 && opts->states == 0 &&
	    (opts->depth == 0 || opts->method == TCE_EXPLORE_WALK))
		args->run.seconds = SECONDS_DEFAULT;
	if (opts->depth == 0 && opts->method != TCE_EXPLORE_BREADTH)
		opts->depth = opts->method == TCE_EXPLORE_WALK ? 40 : 8;
	if (opts->method == TCE_EXPLORE_WALK)
		opts->walks = UINT64_MAX;
	if (opts->threads == 0)
		opts->threads = tce_explore_threads_here();
	if (args->run.graph != NULL)
		opts->threads = 1;
}

static int parse_args(struct args *args, int argc, char **argv)
{
	int code = tce_options_read(&options, args, argc, argv);

	if (code != TCE_EXIT_OK)
		return code;
	if (!args->said && optind == argc)
		fill_tour(&args->run);
	fill(args);
	return TCE_EXIT_OK;
}

/* --- starting stories ------------------------------------------------------------------------ */

/* Keep a scenario's story as a start. False: no room. */
static bool keep_start(struct args *args, const char *name, struct tce_scenario *scenario)
{
	struct tce_explore_run *run = &args->run;

	if (run->nr_starts == TCE_EXPLORE_STARTS) {
		tce_complain("explore: %s is a starting story too many; there may be %u", name,
			     TCE_EXPLORE_STARTS);
		tce_scenario_free(scenario);
		return false;
	}
	run->name[run->nr_starts] = strcmp(name, "-") == 0 ? "standard input" : name;
	run->scenario[run->nr_starts] = scenario;
	run->start[run->nr_starts++] = *tce_scenario_story(scenario);
	return true;
}

static int add_builtin(struct args *args, const char *name)
{
	struct tce_scenario_overrides overrides = args->overrides;
	struct tce_scenario *scenario;
	const char *text;
	int code = TCE_EXIT_OK;

	if (overrides.kernel == NULL)
		overrides.kernel = KERNEL_DEFAULT;
	for (unsigned i = 0; code == TCE_EXIT_OK && (text = tce_scenario_builtin(name, i)) != NULL;
	     i++) {
		code = tce_scenario_text("explore", name, text, strlen(text), &overrides,
					 &scenario);
		if (code == TCE_EXIT_OK && !keep_start(args, name, scenario))
			code = TCE_EXIT_USAGE;
	}
	return code;
}

static int add_start(struct args *args, const char *name)
{
	struct tce_scenario *scenario;
	int code;

	if (tce_scenario_builtin(name, 0) != NULL)
		return add_builtin(args, name);
	if (strcmp(name, "-") == 0 && tce_explore_is_one_of_many()) {
		tce_complain(
			"explore: only one of many processes has the standard input; use a file");
		return TCE_EXIT_USAGE;
	}
	code = tce_scenario_file("explore", name, &args->overrides, &scenario);
	if (code == TCE_EXIT_OK && !keep_start(args, name, scenario))
		code = TCE_EXIT_USAGE;
	return code;
}

static int add_starts(struct args *args, int argc, char **argv)
{
	int code = TCE_EXIT_OK;

	if (optind == argc)
		return add_start(args, "pseries");
	for (int i = optind; code == TCE_EXIT_OK && i < argc; i++)
		code = add_start(args, argv[i]);
	return code;
}

/* --- the search ------------------------------------------------------------------------------ */

/* Which story could not be played? */
static int complain_of_starts(const struct tce_explore_run *run)
{
	for (unsigned i = 0; i < run->nr_starts; i++) {
		struct tce_run_result result;
		int err = tce_run(NULL, &run->start[i], NULL, &result);

		if (err == 0 && result.verdict == TCE_RUN_IMPOSSIBLE)
			tce_complain("explore: %s:%u: %s", run->name[i],
				     run->start[i].steps[result.step].line,
				     tce_strerror(result.err));
		else if (err != 0)
			tce_complain("explore: %s: no such machine can be made", run->name[i]);
		else
			continue;
		return TCE_EXIT_USAGE;
	}
	tce_complain("explore: a starting story cannot be played to its end");
	return TCE_EXIT_USAGE;
}

static int complain(const struct tce_explore_run *run, int err)
{
	switch (err) {
	case -TCE_ERR_INVAL: return complain_of_starts(run);
	case -TCE_ERR_LIMIT:
		tce_complain("explore: more events are possible in a state than a search can "
			     "number; try fewer --events, or a smaller machine");
		return TCE_EXIT_USAGE;
	default: tce_complain("explore: %s", tce_strerror(err)); return TCE_EXIT_INTERNAL;
	}
}

static int search(struct tce_explore_run *run)
{
	int err;

	run->opts.starts = run->start;
	run->opts.nr_starts = run->nr_starts;
	run->opts.observer = tce_explore_observe;
	run->opts.ctx = run;
	tce_explore_catch_signals();
	run->tells = isatty(STDERR_FILENO) != 0;
	run->began = tce_seconds_now();
	err = tce_explore(NULL, &run->opts, &run->x);
	run->took = tce_seconds_now() - run->began;
	tce_explore_wipe(run);
	return err == 0 ? TCE_EXIT_OK : complain(run, err);
}

/* By all processes; told by one. */
static int search_together(struct tce_explore_run *run)
{
	int code = tce_explore_group_begin(run);

	if (code == TCE_EXIT_OK)
		code = search(run);
	if (code == TCE_EXIT_OK && !run->silent)
		code = tce_explore_report(run);
	fflush(stdout);
	return tce_explore_group_end(run, code);
}

static int search_and_tell(struct tce_explore_run *run)
{
	struct tce_explore_graph *graph = NULL;
	int code;

	if (!tce_explore_can_save(run))
		return TCE_EXIT_USAGE;
	if (run->graph != NULL && !tce_explore_is_one_of_many()) {
		graph = tce_explore_graph_open(run);
		if (graph == NULL)
			return TCE_EXIT_USAGE;
	}
	code = search_together(run);
	return graph == NULL ? code : tce_exit_worse(code, tce_explore_graph_close(graph, run));
}

static int explore(int argc, char **argv)
{
	struct args args = {.colour = TCE_WHEN_AUTO};
	int code;

	args.run.silent = tce_explore_is_silent();
	code = parse_args(&args, argc, argv);
	if (code == TCE_EXIT_OK)
		code = add_starts(&args, argc, argv);
	/* mpirun gives a terminal to a process whatever it writes to itself. */
	args.run.colour = tce_colour_wanted(
		args.colour == TCE_WHEN_AUTO && tce_explore_is_one_of_many() ? TCE_WHEN_NEVER
									     : args.colour);
	if (code == TCE_EXIT_OK)
		code = search_and_tell(&args.run);
	tce_exploration_free(args.run.x);
	for (unsigned i = 0; i < args.run.nr_starts; i++)
		tce_scenario_free(args.run.scenario[i]);
	/* mpirun would end rank 0 before it has spoken. */
	return args.run.silent && code != TCE_EXIT_INTERNAL ? TCE_EXIT_OK : code;
}

const struct tce_verb tce_verb_explore = {
	.name = "explore",
	.summary =
		"try all orders of events on a small machine, find the shortest that breaks a rule",
	.help = help,
	.run = explore,
};
