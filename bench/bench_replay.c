/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of a log of several million lines: all bundled recordings, over and over, as one file of
 * many QEMU processes. Peers that read the same file: mawk cutting every line into fields, and
 * wc -l, which only looks for line ends, both by processor time. In memory: the reader beside
 * memchr.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "recording.h"

#define LINES_MIN 3000000U
#define ROUNDS    3U

extern char **environ;

struct log {
	char path[64];
	char *text; /* one turn through all recordings */
	size_t size;
	uint64_t lines;
	uint64_t file_lines;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_replay: %s\n", what);
	exit(1);
}

static void gather(struct log *log)
{
	struct recording rec;

	for (unsigned i = 0; recording_load(RECORDINGS, i, &rec); i++) {
		log->text = realloc(log->text, log->size + rec.size);
		must(log->text != NULL, "no memory");
		memcpy(log->text + log->size, rec.text, rec.size);
		log->size += rec.size;
		recording_free(&rec);
	}
	for (size_t i = 0; i < log->size; i++)
		log->lines += log->text[i] == '\n';
}

static void write_file(struct log *log)
{
	const char *folder = getenv("TMPDIR");
	int fd;

	snprintf(log->path, sizeof(log->path), "%s/tce-bench-XXXXXX",
		 folder != NULL ? folder : "/tmp");
	fd = mkstemp(log->path);
	must(fd >= 0, "no temporary file");
	while (log->file_lines < LINES_MIN) {
		for (size_t at = 0; at < log->size;) {
			ssize_t n = write(fd, log->text + at, log->size - at);

			must(n > 0, "cannot write the log");
			at += (size_t)n;
		}
		log->file_lines += log->lines;
	}
	close(fd);
}

/* Run a program with its output thrown away. */
static int run(char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run_tce(void *ctx)
{
	static char program[] = TCE, verb[] = "replay";
	char *argv[] = {program, verb, ((struct log *)ctx)->path, NULL};
	int code = run(argv);

	must(code == 0 || code == 1, "tce replay failed");
}

static void run_mawk(void *ctx)
{
	static char program[] = "mawk", script[] = "{ n += NF } END { print n }";
	char *argv[] = {program, script, ((struct log *)ctx)->path, NULL};

	must(run(argv) == 0, "mawk failed");
}

static void run_wc(void *ctx)
{
	static char program[] = "wc", option[] = "-l";
	char *argv[] = {program, option, ((struct log *)ctx)->path, NULL};

	must(run(argv) == 0, "wc failed");
}

static void read_only(void *ctx)
{
	const struct log *log = ctx;
	struct tce_trace_reader *reader;
	struct tce_trace_record record;
	uint64_t sum = 0;

	must(tce_trace_reader_new(NULL, &reader) == 0, "no memory");
	must(tce_trace_feed(reader, log->text, log->size) == 0, "feed");
	while (tce_trace_next(reader, &record) != TCE_TRACE_MORE)
		sum += record.ioba;
	bench_use(sum);
	tce_trace_reader_free(reader);
}

static void count_lines(void *ctx)
{
	const struct log *log = ctx;
	const char *end = log->text + log->size;
	uint64_t n = 0;

	for (const char *p = log->text; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL;
	     p++)
		n++;
	bench_use(n);
}

/* Processor time of all children so far: what others do on the machine does not count. */
static double children_ns(void)
{
	struct rusage use;

	getrusage(RUSAGE_CHILDREN, &use);
	return ((double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec) * 1e9 +
	       ((double)use.ru_utime.tv_usec + (double)use.ru_stime.tv_usec) * 1e3;
}

static double best_of(struct log *log, void (*program)(void *ctx))
{
	double best = 1e30, start, took;

	for (unsigned i = 0; i < ROUNDS; i++) {
		start = children_ns();
		program(log);
		took = children_ns() - start;
		best = took < best ? took : best;
	}
	return best / (double)log->file_lines;
}

static void compare(struct log *log, const char *name, uint64_t lines, void (*ours)(void *ctx),
		    void (*peer)(void *ctx))
{
	const struct bench bench = {
		.name = name,
		.unit = "ns_per_line",
		.per_unit = 1,
		.ctx = log,
		.nr = lines,
		.rounds = ROUNDS,
		.ours = ours,
		.peer = peer,
	};

	bench_run(&bench);
}

int main(void)
{
	static struct log log;
	double ours;

	gather(&log);
	write_file(&log);
	printf("%llu lines, %llu MB\n", (unsigned long long)log.file_lines,
	       (unsigned long long)(log.size * (log.file_lines / log.lines) >> 20));
	bench_head("replay: the command beside programs that read the same file");
	compare(&log, "read_beside_memchr", log.lines, read_only, count_lines);
	ours = best_of(&log, run_tce);
	bench_line("replay_beside_wc", "ns_per_line", ours, best_of(&log, run_wc));
	if (access("/usr/bin/mawk", X_OK) == 0)
		bench_line("replay_beside_mawk", "ns_per_line", ours, best_of(&log, run_mawk));
	else
		printf("mawk is not installed\n");
	unlink(log.path);
	free(log.text);
	return 0;
}
