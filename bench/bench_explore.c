/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exploring a tiny machine of three functions, beside SPIN (tests/explore/tiny.pml) and rumur
 * (tiny.m) on models of it, in the same run: 55,296 states and 850,176 transitions each, checked.
 *
 * The models are a few bytes with a few assignments a step. Ours steps the machine itself: the
 * kernel's DMA code, the hypervisor, the tables, then holds all rules, then hashes a canonical
 * stream of the whole state. The ratio is what that costs.
 *
 * Rates are of processor time, which other work on the machine disturbs least; threads are compared
 * by the clock, too, for which the machine must be idle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "bench.h"

#define ROUNDS      3U
#define STATES      55296U
#define TRANSITIONS 850176U

static const char machine[] =
	"machine pseries profile=papr-strict ram=64K lmb=64K\nphb phb0 win-size=4M\n"
	"device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\ndevice d2 phb=phb0 devfn=2\n"
	"boot kernel=fixed cmdline=\"disable_ddw multitce=off\"\n";

/* Best of all rounds; 0: did not run. */
struct figures {
	double cpu;     /* seconds of processor time */
	double elapsed; /* seconds by the clock */
	double bytes;   /* per state */
	double states;
	double transitions;
};

#define STARTS 256U

struct starts {
	struct tce_scenario *scenario[STARTS];
	struct tce_story story[STARTS];
	unsigned nr;
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_explore: %s\n", what);
	exit(1);
}

static double cpu_of(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void keep_best(struct figures *best, double cpu, double elapsed)
{
	if (best->cpu == 0 || cpu < best->cpu)
		best->cpu = cpu;
	if (best->elapsed == 0 || elapsed < best->elapsed)
		best->elapsed = elapsed;
}

static void parse_built_in(struct starts *starts)
{
	struct tce_scenario_overrides overrides = {.kernel = "fixed"};
	struct tce_scenario_error error;
	const char *text;

	while ((text = tce_scenario_builtin("pseries", starts->nr)) != NULL) {
		struct tce_scenario **scenario = &starts->scenario[starts->nr];

		must(starts->nr < STARTS, "too many built-in machines");
		must(tce_scenario_parse(NULL, text, strlen(text), &overrides, scenario, &error) ==
			     0,
		     "a built-in machine cannot be read");
		starts->story[starts->nr++] = *tce_scenario_story(*scenario);
	}
}

static void free_built_in(struct starts *starts)
{
	while (starts->nr > 0)
		tce_scenario_free(starts->scenario[--starts->nr]);
}

/* --- ours ------------------------------------------------------------------------------------ */

static void ours(const struct tce_story *story, unsigned threads, bool exact, struct figures *best)
{
	struct tce_explore_opts opts = {
		.starts = story,
		.nr_starts = 1,
		.letters = TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP),
		.max_maps = 1,
		.no_symmetry = true,
		.threads = threads,
		.exact = exact,
	};
	const struct tce_explore_summary *sum;
	struct tce_exploration *x;
	uint64_t start = bench_now();
	double cpu = cpu_of(RUSAGE_SELF);

	must(tce_explore(NULL, &opts, &x) == 0, "the search failed");
	keep_best(best, cpu_of(RUSAGE_SELF) - cpu, (double)(bench_now() - start) / 1e9);
	sum = tce_exploration_summary(x);
	must(sum->complete && sum->states == STATES && sum->transitions == TRANSITIONS,
	     "other states than the models'");
	best->bytes = (double)sum->bytes / STATES;
	best->states = STATES;
	best->transitions = TRANSITIONS;
	tce_exploration_free(x);
}

/* The built-in machine, all kinds of events: what most searches are like. By the clock. */
#define MANY_STATES UINT64_C(400000)

static void built_in(struct starts *starts, unsigned threads, struct figures *best)
{
	struct tce_explore_opts opts = {
		.starts = starts->story,
		.nr_starts = starts->nr,
		.depth = 4,
		.states = MANY_STATES,
		.threads = threads,
	};
	struct tce_exploration *x;
	uint64_t start = bench_now();
	double cpu = cpu_of(RUSAGE_SELF);

	must(tce_explore(NULL, &opts, &x) == 0, "the search failed");
	keep_best(best, cpu_of(RUSAGE_SELF) - cpu, (double)(bench_now() - start) / 1e9);
	best->states = (double)tce_exploration_summary(x)->states;
	best->transitions = (double)tce_exploration_summary(x)->transitions;
	must(best->states >= MANY_STATES, "fewer states than there are");
	tce_exploration_free(x);
}

/* --- peers ----------------------------------------------------------------------------------- */

/* The number before or after a mark; 0: there is none. */
static double number_before(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	while (at != NULL && at > text && at[-1] != '\n')
		at--;
	return at == NULL ? 0 : strtod(at, NULL);
}

static double number_after(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	return at == NULL ? 0 : strtod(at + strlen(mark), NULL);
}

/* What a command prints. False: it failed. */
static bool run(const char *command, char *text, size_t size)
{
	FILE *pipe = popen(command, "r");
	size_t n;

	must(pipe != NULL, "cannot start a shell");
	n = fread(text, 1, size - 1, pipe);
	text[n] = '\0';
	return pclose(pipe) == 0;
}

static void peer(const char *command, bool is_spin, struct figures *best)
{
	char text[16384];
	uint64_t start = bench_now();
	double cpu = cpu_of(RUSAGE_CHILDREN);

	must(run(command, text, sizeof(text)), command);
	keep_best(best, cpu_of(RUSAGE_CHILDREN) - cpu, (double)(bench_now() - start) / 1e9);
	if (is_spin) {
		best->states = number_before(text, "states, stored") - 1; /* before masks are set */
		best->transitions = number_before(text, "transitions (") - 2;
		best->bytes = (number_before(text, "actual memory usage for states") +
			       number_before(text, "memory used for hash table")) *
			      1048576 / best->states;
	} else {
		const char *summary = strstr(text, "<summary");

		must(summary != NULL, "rumur says nothing");
		best->states = number_after(summary, "states=\"");
		best->transitions = number_after(summary, "rules_fired=\"");
	}
}

/* Hash compaction of SPIN loses states here; whoever keeps whole ones must have them all. */
static void must_be_all(const struct figures *figures)
{
	must(figures->cpu == 0 ||
		     (figures->states == STATES && figures->transitions == TRANSITIONS),
	     "a model has other states");
}

#define SPIN                                                                                       \
	"spin -DNR=3 -o2 -a '" TINY_PML "' >&2 && cc -O2 -w -DSAFETY -DNOREDUCE -o pan pan.c && "  \
	"cc -O2 -w -DSAFETY -DNOREDUCE -DHC4 -o pan-hc pan.c"
#define RUMUR                                                                                      \
	"rumur -o rumur.c --deadlock-detection off --output-format machine-readable --threads 1 "  \
	"'" TINY_M "' && cc -O2 -march=native -mcx16 -w -o rumur1 rumur.c -lpthread && "           \
	"rumur -o rumur.c --deadlock-detection off --output-format machine-readable --threads 2 "  \
	"'" TINY_M "' && cc -O2 -march=native -mcx16 -w -o rumur2 rumur.c -lpthread"

static void compare(const char *name, const struct figures *mine, const struct figures *other)
{
	char line[64];

	if (other->cpu == 0) {
		printf("%-44s not installed\n", name);
		return;
	}
	snprintf(line, sizeof(line), "%s_transitions", name);
	bench_line(line, "1000_per_cpu_s", mine->transitions / mine->cpu / 1e3,
		   other->transitions / other->cpu / 1e3);
	bench_line(name, "states", mine->states, other->states);
	if (other->bytes != 0)
		bench_line(name, "bytes_per_state", mine->bytes, other->bytes);
}

int main(void)
{
	struct figures one = {0}, two = {0}, whole = {0};
	struct figures spin = {0}, spin_hc = {0}, rumur1 = {0}, rumur2 = {0};
	struct figures many1 = {0}, many2 = {0};
	struct starts starts = {.nr = 0};
	char folder[] = "/tmp/bench-explore-XXXXXX";
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	char text[4096], remove[64];
	bool has_spin, has_rumur;

	must(tce_scenario_parse(NULL, machine, strlen(machine), NULL, &scenario, &error) == 0,
	     "the machine cannot be read");
	must(mkdtemp(folder) != NULL && chdir(folder) == 0, "no folder for the peers");
	has_spin = run("command -v spin >/dev/null && " SPIN, text, sizeof(text));
	has_rumur = run("command -v rumur >/dev/null && " RUMUR, text, sizeof(text));
	parse_built_in(&starts);
	for (unsigned i = 0; i < ROUNDS; i++) {
		ours(tce_scenario_story(scenario), 1, false, &one);
		ours(tce_scenario_story(scenario), 2, false, &two);
		ours(tce_scenario_story(scenario), 1, true, &whole);
		built_in(&starts, 1, &many1);
		built_in(&starts, 2, &many2);
		if (has_spin) {
			peer("./pan -m100000 -w17", true, &spin);
			peer("./pan-hc -m100000 -w17", true, &spin_hc);
		}
		if (has_rumur) {
			peer("./rumur1", false, &rumur1);
			peer("./rumur2", false, &rumur2);
		}
	}
	must_be_all(&spin);
	must_be_all(&rumur1);
	must_be_all(&rumur2);
	bench_head("exploring a machine of 55296 states; rates: more is better");
	compare("spin_hash_compact", &one, &spin_hc);
	compare("spin_exact", &whole, &spin);
	compare("rumur", &whole, &rumur1);
	bench_line("2_threads_beside_1_by_the_clock", "s", two.elapsed, one.elapsed);
	bench_line("2_threads_beside_1_processor_time", "s", two.cpu, one.cpu);
	bench_line("pseries_2_threads_beside_1_by_the_clock", "s", many2.elapsed, many1.elapsed);
	bench_line("pseries_2_threads_beside_1_processor_time", "s", many2.cpu, many1.cpu);
	if (has_rumur)
		bench_line("rumur_2_threads_beside_1_by_the_clock", "s", rumur2.elapsed,
			   rumur1.elapsed);
	snprintf(remove, sizeof(remove), "rm -rf '%s'", folder);
	must(chdir("/") == 0 && run(remove, text, sizeof(text)), "cannot clean up");
	free_built_in(&starts);
	tce_scenario_free(scenario);
	return 0;
}
