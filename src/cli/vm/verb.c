/* SPDX-License-Identifier: BSD-2-Clause */
/* What tce qemu does in the same way for every machine. See verb.h. */
#include "verb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define LAST_STEPS 40U
#define STORY_MAX  (16U << 20) /* bytes */

int tce_qemu_complain(const char *text)
{
	tce_complain("qemu: %s", text);
	return TCE_EXIT_USAGE;
}

bool tce_qemu_progress_wanted(void)
{
	return isatty(STDERR_FILENO) != 0;
}

void tce_qemu_progress_tell(void *ctx, uint64_t calls, uint64_t others, double seconds)
{
	struct tce_qemu_progress *progress = ctx;
	double now = tce_now();

	if (now - progress->last < 0.25)
		return;
	progress->last = now;
	fprintf(stderr, "\r%ju calls, %ju %s, %.0f s ", (uintmax_t)calls, (uintmax_t)others,
		progress->what, seconds);
}

void tce_qemu_progress_end(void)
{
	if (tce_qemu_progress_wanted())
		fputs("\r\033[K", stderr);
}

bool tce_qemu_save(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	bool bad = !out || fputs(text, out) < 0;

	if (out)
		bad = fclose(out) != 0 || bad;
	if (bad)
		tce_complain("qemu: cannot write %s: %s", path, strerror(errno));
	return !bad;
}

size_t tce_qemu_last_steps(void *ops, size_t nr, size_t size)
{
	if (nr <= LAST_STEPS)
		return nr;
	memmove(ops, (char *)ops + (nr - LAST_STEPS) * size, LAST_STEPS * size);
	return LAST_STEPS;
}

/* What from holds, in memory: a story has an end, and is text. */
static FILE *held(FILE *from, const char *name, struct tce_fail *fail)
{
	char *text = malloc(STORY_MAX + 1);
	size_t n = text ? fread(text, 1, STORY_MAX + 1, from) : 0;
	FILE *in = NULL;

	if (!text)
		tce_fail(fail, "out of memory");
	else if (ferror(from))
		tce_fail(fail, "cannot read %s: %s", name, strerror(errno));
	else if (n > STORY_MAX)
		tce_fail(fail, "%s: larger than %u MiB", name, STORY_MAX >> 20);
	else if (memchr(text, '\0', n))
		tce_fail(fail, "%s: binary data, not a story", name);
	else if (!(in = fmemopen(NULL, n + 1, "w+")) || fwrite(text, 1, n, in) != n)
		tce_fail(fail, "out of memory");
	if (in)
		rewind(in);
	free(text);
	return in;
}

FILE *tce_qemu_story_open(const char *path, const char **ret_name, struct tce_fail *fail)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *from = is_stdin ? stdin : fopen(path, "re");
	FILE *in;

	if (!from) {
		tce_fail(fail, "cannot read %s: %s", path, strerror(errno));
		return NULL;
	}
	*ret_name = is_stdin ? "stdin" : path;
	in = held(from, *ret_name, fail);
	if (!is_stdin)
		fclose(from);
	return in;
}
