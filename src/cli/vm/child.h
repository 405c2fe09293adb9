/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child program that never outlives us: in a process group of its own, killed when we exit, are
 * interrupted, or are killed ourselves. What it prints is kept in memory, for the one line that
 * says why it failed.
 *
 * Life: tce_child_start -> tce_child_alive ... -> tce_child_stop. At most TCE_CHILD_MAX at a time.
 */
#ifndef TCE_CLI_VM_CHILD_H
#define TCE_CLI_VM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TCE_CHILD_MAX 4

/* Why something could not be done, in one line for the user. */
struct tce_fail {
	char text[400];
};

/* Write the line; returns -1, for "return tce_fail(...)". */
int tce_fail(struct tce_fail *fail, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct tce_child {
	pid_t pid;       /* 0: not running */
	int log_fd;      /* what it printed */
	int wait_status; /* of waitpid, once it has ended */
};

/*
 * Start argv[0] (searched in PATH). keep: file descriptors that stay open in the child, ended by
 * -1; all others must be close-on-exec. 0, or -1 and *fail.
 */
int tce_child_start(struct tce_child *child, char *const argv[], const int *keep,
		    struct tce_fail *fail);

/* False once it has ended; then wait_status is set. */
bool tce_child_alive(struct tce_child *child);

/* Wait up to seconds for its end; true when it has ended. */
bool tce_child_wait(struct tce_child *child, double seconds);

/* Kill it with its descendants, reap it, close the log. Fine when it has ended or never began. */
void tce_child_stop(struct tce_child *child);

/* The first size - 1 bytes it printed, without the trailing newline. */
void tce_child_log(const struct tce_child *child, char *buf, size_t size);

/* The last line of that which is not empty. */
void tce_child_last_line(const struct tce_child *child, char *buf, size_t size);

/* "exit status 1", "killed by signal 6 (Aborted)". */
void tce_child_end_text(const struct tce_child *child, char *buf, size_t size);

/*
 * From now on SIGINT, SIGTERM and SIGHUP ask us to stop (tce_child_interrupted); a second one kills
 * children and us. Children are killed at exit in any case.
 */
void tce_child_catch_signals(void);
bool tce_child_interrupted(void);

/* Seconds of the monotonic clock. */
double tce_now(void);

#endif
