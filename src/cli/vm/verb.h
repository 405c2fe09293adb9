/* SPDX-License-Identifier: BSD-2-Clause */
/* What tce qemu does alike for every machine: its options, progress, files, complaints. */
#ifndef TCE_CLI_VM_VERB_H
#define TCE_CLI_VM_VERB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "child.h"

/* What the user asked for. */
struct tce_qemu_options {
	const char *machine; /* NULL: pseries */
	const char *qemu;
	const char *agent;   /* NULL: the installed one */
	const char *profile; /* NULL: the machine's own */
	const char *replay;  /* a story to play; NULL: a random run */
	const char *save;    /* where a difference is written; NULL: nowhere */
	uint64_t calls;      /* 0: no limit */
	uint64_t seed;
	double seconds; /* 0: no limit */
	double patience;
	bool json;
	bool states;
};

/* Say that and be TCE_EXIT_USAGE. */
int tce_qemu_complain(const char *text);

/* How far a run is, on a terminal. */
struct tce_qemu_progress {
	const char *what; /* is counted beside calls: "table entries" */
	double last;      /* when it was told; 0 at first */
};

/* A run's progress function, its ctx a struct tce_qemu_progress; and the line away again. */
bool tce_qemu_progress_wanted(void);
void tce_qemu_progress_tell(void *ctx, uint64_t calls, uint64_t others, double seconds);
void tce_qemu_progress_end(void);

/* Write text to a file. False, and it was said: cannot be. */
bool tce_qemu_save(const char *path, const char *text);

/*
 * Of a story that does not come again only the last steps are printed. Move them to the front of
 * nr steps of size bytes each, and say how many they are.
 */
size_t tce_qemu_last_steps(void *ops, size_t nr, size_t size);

/* A story to read, for fclose; "-" is stdin, *ret_name for messages. NULL and *fail: cannot be. */
FILE *tce_qemu_story_open(const char *path, const char **ret_name, struct tce_fail *fail);

#endif
