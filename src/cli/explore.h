/* SPDX-License-Identifier: BSD-2-Clause */
/* What tce explore and tce shrink share: starting stories, limits, progress, and how to print. */
#ifndef TCE_CLI_EXPLORE_H
#define TCE_CLI_EXPLORE_H

#include <tce/explore.h>
#include <tce/scenario.h>

#define TCE_EXPLORE_STARTS 64U

struct tce_explore_graph;

/* A run of tce explore. */
struct tce_explore_run {
	struct tce_explore_opts opts;
	const char *name[TCE_EXPLORE_STARTS]; /* of the starts: files, or built-in machines */
	struct tce_scenario *scenario[TCE_EXPLORE_STARTS];
	struct tce_story start[TCE_EXPLORE_STARTS];
	unsigned nr_starts;
	double seconds; /* limit; 0: none */
	bool json;
	bool colour;
	bool no_shrink;
	bool tour;   /* the command alone: a table of rules, and one story */
	bool silent; /* one of many processes, and not the one that speaks */
	const char *save;
	const char *graph;
	struct tce_explore_graph *graphing;
	/* progress */
	double began;
	double shown;
	bool tells;
	bool out_of_time;
	bool interrupted;
	struct tce_exploration *x;
	double took;
};

double tce_seconds_now(void);

/* Catch SIGINT and SIGTERM: what is under way ends with what it has. */
void tce_explore_catch_signals(void);

/* Was there one since they were caught, or forgotten? */
bool tce_explore_interrupted(void);
void tce_explore_forget_interrupts(void);

/* The observer for opts: progress on a terminal, limits, interrupts. ctx is the run. */
bool tce_explore_observe(void *ctx, const struct tce_explore_progress *progress);
void tce_explore_wipe(const struct tce_explore_run *run);

/* Can the file of --save be written? False: no, which was said. */
bool tce_explore_can_save(const struct tce_explore_run *run);

/* To stdout, and to the file of --save. enum tce_exit. */
int tce_explore_report(const struct tce_explore_run *run);

/* A finding's story as it is printed, to be freed; NULL: said on stderr. */
char *tce_explore_story_text(const struct tce_explore_run *run,
			     const struct tce_explore_finding *finding);

/* A story as text to a stream. False: said on stderr. */
bool tce_story_print(const struct tce_story *story, const struct tce_names *names, void *stream);

#endif
