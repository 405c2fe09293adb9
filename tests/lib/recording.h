/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings as tests use them: the bundled ones unpacked into memory, and a whole text replayed in
 * one call. Text that a test writes itself can be replayed too.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include <tce/check.h>

struct recording {
	char name[256]; /* folder below recordings/ */
	char *text;     /* the trace, zero behind it */
	size_t size;
	bool has_facts;
	struct tce_facts facts; /* of its machine.dtb */
};

/* The i-th bundled one in order of names; false: there are no more. Free with recording_free. */
bool recording_load(const char *root, unsigned i, struct recording *ret_recording);
void recording_free(struct recording *recording);

/* Another file of it, packed (.zst) or not; NULL: it is not there. Free with free. */
char *recording_file(const char *root, const char *name, const char *file, size_t *ret_size);

/* The same of VFIO calls (tce-vfio(5)): text is the ops file. */
bool recording_load_vfio(const char *root, unsigned i, struct recording *ret_recording);

/* What came of replaying a text. The replay is the caller's, for tce_replay_free. */
struct replayed {
	struct tce_replay *replay;
	struct tce_replay_summary sum;
	struct tce_trace_stats stats;
	uint64_t first_damaged; /* line, 0: none */
};

/*
 * Replay size bytes in pieces; opts NULL: all defaults. 0, or what the library returned; then
 * nothing is to be freed.
 */
int replay_text(const char *text, size_t size, const struct tce_replay_opts *opts,
		struct replayed *ret_replayed);

/* The same for a text that ends in a zero, and the test fails if that fails. */
struct replayed replay_lines(const char *text);
struct replayed replay_lines_with(const char *text, const struct tce_replay_opts *opts);

/* No divergence and no damaged line, or the test fails. */
void replay_agrees(const char *text);

/* Exactly one divergence, of that line and in that field. */
void replay_diverges(const char *text, uint64_t line, enum tce_differs what);

#endif
