/* SPDX-License-Identifier: BSD-2-Clause */
/* What tce qemu does in the same way for every machine. See verb.h. */
#include "verb.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define LAST_STEPS 40U

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

FILE *tce_qemu_story_open(const char *path, const char **ret_name, struct tce_fail *fail)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "r");

	if (!in)
		tce_fail(fail, "cannot read %s: %s", path, strerror(errno));
	else
		*ret_name = is_stdin ? "stdin" : path;
	return in;
}

void tce_qemu_story_close(FILE *in)
{
	if (in != stdin)
		fclose(in);
}
