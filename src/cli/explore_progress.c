/* SPDX-License-Identifier: BSD-2-Clause */
/* A search seen from outside: the clock, the terminal, interrupts. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "explore_group.h"

#define SHOW_EVERY 0.25 /* seconds */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

bool tce_explore_interrupted(void)
{
	return interrupted != 0;
}

void tce_explore_forget_interrupts(void)
{
	interrupted = 0;
}

void tce_explore_catch_signals(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (tce_explore_is_one_of_many())
		sigaction(SIGUSR1, &action, NULL);
}

double tce_seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
 * How long the depth under way will still take, if states go on as they do: a guess from what is
 * left of it. Of no use for mixtures, which end at their limits.
 */
static double left_of_depth(const struct tce_explore_progress *progress, double rate)
{
	return rate > 0 ? (double)progress->waiting / rate : 0;
}

static void show(struct tce_explore_run *run, const struct tce_explore_progress *progress,
		 double now)
{
	double passed = now - run->began;
	double rate = passed > 0 ? (double)progress->transitions / passed : 0;
	double branch =
		progress->states > 0 ? (double)progress->transitions / (double)progress->states : 1;

	fprintf(stderr,
		"\r%" PRIu64 " states, %.0f events/s, depth %u, %" PRIu64 " MiB, "
		"%" PRIu64 " waiting (%.0f s), %" PRIu64 " behind them\033[K",
		progress->states, rate, progress->depth, progress->bytes >> 20, progress->waiting,
		left_of_depth(progress, rate / (branch > 1 ? branch : 1)), progress->next);
	run->shown = now;
}

void tce_explore_wipe(const struct tce_explore_run *run)
{
	if (run->tells && run->shown != 0)
		fputs("\r\033[K", stderr);
}

bool tce_explore_observe(void *ctx, const struct tce_explore_progress *progress)
{
	struct tce_explore_run *run = ctx;
	double now = tce_seconds_now();

	if (run->tells && now - run->shown >= SHOW_EVERY)
		show(run, progress, now);
	if (interrupted)
		run->interrupted = true;
	else if (run->seconds != 0 && now - run->began >= run->seconds)
		run->out_of_time = true;
	return run->interrupted || run->out_of_time;
}
