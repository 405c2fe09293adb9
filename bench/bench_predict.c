/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole boot predicted, from the texts of a recording in memory to the verdict, beside reading
 * its trace alone (tce_recorded_line_read, which predicts nothing). Goal: under 100 ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "predict_rig.h"
#include "recording.h"

struct job {
	struct predict_rig rig;
	struct tce_devtree *devtree;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_predict: %s\n", what);
	exit(1);
}

static void load(struct job *job, const char *name)
{
	struct tce_devtree_error error;
	size_t n;
	char *text = recording_file(RECORDINGS, name, "machine.dtb", &n);

	must(text != NULL && tce_devtree_read(text, n, NULL, &job->devtree, &error) == 0, name);
	free(text);
	job->rig.machine = tce_devtree_story(job->devtree);
	text = recording_file(RECORDINGS, name, "cmdline.txt", &n);
	must(text != NULL, name);
	tce_qemu_cmdline_read(text, n, &job->rig.cmdline);
	free(text);
	job->rig.console = recording_file(RECORDINGS, name, "console.log", &job->rig.nr_console);
	job->rig.trace = recording_file(RECORDINGS, name, "trace.log", &job->rig.nr_trace);
	must(job->rig.console != NULL && job->rig.trace != NULL, name);
}

static void predict(void *ctx)
{
	const struct job *job = ctx;
	struct tce_predict_summary sum;
	struct tce_predict *predict;

	must(predict_rig_run(&job->rig, NULL, &predict) == 0, "no prediction");
	tce_predict_summary(predict, &sum);
	must(sum.verdict == TCE_PREDICT_EXACT, "not exact");
	bench_use(sum.predicted);
	tce_predict_free(predict);
}

static void read_only(void *ctx)
{
	const struct predict_rig *rig = &((const struct job *)ctx)->rig;
	const char *end = rig->trace + rig->nr_trace;
	struct tce_recorded_line line;
	uint64_t sum = 0;

	for (const char *p = rig->trace, *stop; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (tce_recorded_line_read(p, (size_t)(stop - p), 1, &line))
			sum += line.time_us;
	}
	bench_use(sum);
}

static void run(const char *name, const char *folder)
{
	struct job job = {.devtree = NULL};
	const struct bench bench = {
		.name = name,
		.unit = "ms_per_boot",
		.per_unit = 1e6,
		.ctx = &job,
		.nr = 1,
		.rounds = 5,
		.ours = predict,
		.peer = read_only,
	};

	load(&job, folder);
	bench_run(&bench);
	tce_devtree_free(job.devtree);
	free((void *)(uintptr_t)job.rig.console);
	free((void *)(uintptr_t)job.rig.trace);
}

int main(void)
{
	bench_head("predict: one recording, beside reading the lines of its trace");
	run("boot_of_one_bridge", "pseries/a-plain-k6.12-64k-q10.0");
	run("boot_of_four_bridges", "pseries/a-multi-phb-k6.12-q10.0");
	run("boot_without_multitce", "pseries/i-no-multitce-k6.12-q10.0");
	return 0;
}
