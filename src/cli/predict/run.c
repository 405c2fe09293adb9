/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a recording, fed into a prediction. */
#include "run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tce/devtree.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "cli/tree.h"
#include "cli/unpack.h"

#define TEXT_MAX  (256U << 20)
#define LINE_MAX_ (1U << 16)

struct recording {
	const char *folder;
	struct tce_qemu_cmdline cmdline;
	struct tce_devtree *devtree;
};

static void read_cmdline(struct recording *recording)
{
	size_t n;
	char *text = tce_input_slurp_in(recording->folder, "cmdline.txt", TEXT_MAX, &n);

	memset(&recording->cmdline, 0, sizeof(recording->cmdline));
	if (text != NULL)
		tce_qemu_cmdline_read(text, n, &recording->cmdline);
	free(text);
}

static int feed_console(const char *folder, struct tce_predict *predict)
{
	struct tce_console_reader reader;
	struct tce_console_record record;
	size_t n;
	char *text = tce_input_slurp_in(folder, "console.log", TEXT_MAX, &n);
	int err = 0;

	if (text == NULL) {
		tce_complain("%s: no console.log, which tells what happened", folder);
		return -TCE_ERR_IO;
	}
	tce_console_reader_init(&reader, text, n);
	while (err == 0 && tce_console_reader_next(&reader, &record))
		err = tce_predict_console(predict, &record);
	free(text);
	return err;
}

/* --- the trace -------------------------------------------------------------------------------- */

/* Lines out of pieces: what is left of the last piece goes before the next. */
struct lines {
	struct tce_predict *predict;
	char rest[LINE_MAX_];
	size_t nr_rest;
	uint64_t number;
};

static int feed_line(struct lines *lines, const char *line, size_t n)
{
	struct tce_recorded_line recorded;

	lines->number++;
	if (!tce_recorded_line_read(line, n, lines->number, &recorded))
		return 0;
	return tce_predict_trace(lines->predict, &recorded);
}

static void keep_rest(struct lines *lines, const char *piece, size_t n)
{
	if (n > sizeof(lines->rest) - lines->nr_rest)
		n = sizeof(lines->rest) - lines->nr_rest; /* no line of ours is that long */
	memcpy(lines->rest + lines->nr_rest, piece, n);
	lines->nr_rest += n;
}

static int feed_piece(struct lines *lines, const char *piece, size_t n)
{
	const char *end = piece + n;
	int err = 0;

	while (err == 0 && piece < end) {
		const char *newline = memchr(piece, '\n', (size_t)(end - piece));

		if (newline == NULL) {
			keep_rest(lines, piece, (size_t)(end - piece));
			break;
		}
		if (lines->nr_rest != 0) {
			keep_rest(lines, piece, (size_t)(newline - piece));
			err = feed_line(lines, lines->rest, lines->nr_rest);
			lines->nr_rest = 0;
		} else {
			err = feed_line(lines, piece, (size_t)(newline - piece));
		}
		piece = newline + 1;
	}
	return err;
}

static int feed_trace(const char *folder, struct tce_predict *predict)
{
	struct tce_input *in = tce_input_open(folder);
	struct lines *lines = calloc(1, sizeof(*lines));
	const char *piece;
	size_t n = 1;
	int err = in == NULL || lines == NULL ? -TCE_ERR_IO : 0;

	if (err == 0)
		lines->predict = predict;
	while (err == 0 && n != 0) {
		if (!tce_input_next(in, &piece, &n))
			err = -TCE_ERR_IO;
		else
			err = feed_piece(lines, piece, n);
	}
	if (err == 0 && lines->nr_rest != 0)
		err = feed_line(lines, lines->rest, lines->nr_rest);
	if (in != NULL)
		tce_input_close(in);
	free(lines);
	return err;
}

/* --- the machine ------------------------------------------------------------------------------ */

/* The version of QEMU that a profile is named after: 10.0 -> 10000; 0: it is none of QEMU's. */
static int version_of(const char *name, const char *form)
{
	int major, minor;

	return sscanf(name, form, &major, &minor) == 2 && major < 1000 && minor < 1000
		       ? major * 1000 + minor
		       : 0;
}

/* QEMU's own profile, or that of the nearest older one, or of the oldest. */
static const struct tce_papr_profile *profile_of(const struct tce_predict_run_opts *opts,
						 const struct tce_qemu_cmdline *cmdline)
{
	const struct tce_papr_profile *found = opts->papr;
	const struct tce_papr_profile *profile;
	int wanted = version_of(cmdline->version, "%d.%d");
	int best = 0;

	if (opts->papr != NULL || wanted == 0)
		return opts->papr;
	for (unsigned i = 0; (profile = tce_papr_profile_at(i)) != NULL; i++) {
		int version = version_of(profile->name, "qemu-%d.%d");

		if (version == 0 || (best != 0 && (version > wanted || version < best) &&
				     !(best > wanted && version < best)))
			continue;
		found = profile;
		best = version;
	}
	return found;
}

static int read_machine(const struct tce_predict_run_opts *opts, struct recording *recording)
{
	struct tce_devtree_opts tree_opts = {.papr = profile_of(opts, &recording->cmdline)};
	struct tce_devtree_error error = {.text = ""};
	size_t n;
	void *blob = tce_tree_load_recorded(recording->folder, &n);
	int err;

	if (blob == NULL)
		return -TCE_ERR_IO;
	err = tce_devtree_read(blob, n, &tree_opts, &recording->devtree, &error);
	free(blob);
	if (err == -TCE_ERR_FORMAT) {
		tce_complain("%s: %s", recording->folder, error.text);
		return -TCE_ERR_IO;
	}
	return err;
}

/* --- all of it -------------------------------------------------------------------------------- */

static int predict(struct recording *recording, const char *kernel,
		   struct tce_predict **ret_predict)
{
	struct tce_predict_opts opts = {.machine = tce_devtree_story(recording->devtree),
					.cmdline = &recording->cmdline,
					.kernel = kernel};
	int err = tce_predict_new(&opts, ret_predict);

	if (err != 0)
		return err;
	err = feed_console(recording->folder, *ret_predict);
	if (err == 0)
		err = feed_trace(recording->folder, *ret_predict);
	if (err == 0)
		err = tce_predict_finish(*ret_predict);
	if (err != 0)
		tce_predict_free(*ret_predict);
	return err;
}

int tce_predict_run(const struct tce_predict_run_opts *opts, const char *folder,
		    struct tce_predict **ret_predict)
{
	struct recording recording = {.folder = folder};
	struct stat st;
	int err;

	errno = 0;
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode)) {
		tce_complain("%s: %s", folder, errno != 0 ? strerror(errno) : "not a folder");
		return TCE_EXIT_USAGE;
	}
	read_cmdline(&recording);
	err = read_machine(opts, &recording);
	if (err == 0)
		err = predict(&recording, opts->kernel, ret_predict);
	tce_devtree_free(recording.devtree);
	if (err == 0)
		return TCE_EXIT_OK;
	if (err == -TCE_ERR_IO)
		return TCE_EXIT_USAGE; /* said */
	tce_complain("%s: %s", folder,
		     err == -TCE_ERR_NOMEM ? "out of memory"
					   : "the machine does not take what happened to it");
	return err == -TCE_ERR_NOMEM ? TCE_EXIT_INTERNAL : TCE_EXIT_USAGE;
}
