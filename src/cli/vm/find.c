/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking things up. See find.h. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "find.h"

#ifndef TCE_DATADIR
#define TCE_DATADIR "/usr/local/share"
#endif

/* "QEMU emulator version 7.2.22 (Debian ...)". */
static int parse_version(const char *text, struct tce_qemu_version *version)
{
	const char *at = strstr(text, "QEMU emulator version ");

	if (!at || sscanf(at, "QEMU emulator version %u.%u.%u", &version->major, &version->minor,
			  &version->micro) < 2)
		return -1;
	snprintf(version->text, sizeof(version->text), "%u.%u.%u", version->major, version->minor,
		 version->micro);
	return 0;
}

/* What a program that is called with up to two options prints, and how it ended. */
struct said {
	char text[8192];
	char end[80];
};

/* 0, or -1 and *fail. */
static int ask(const char *qemu, const char *option, const char *value, double patience,
	       struct said *ret_said, struct tce_fail *fail)
{
	char *const argv[] = {(char *)(uintptr_t)qemu, (char *)(uintptr_t)option,
			      (char *)(uintptr_t)value, NULL};
	struct tce_child child;
	bool ended;

	if (tce_child_start(&child, argv, (int[]){-1}, fail) != 0)
		return -1;
	ended = tce_child_wait(&child, patience);
	tce_child_log(&child, ret_said->text, sizeof(ret_said->text));
	tce_child_end_text(&child, ret_said->end, sizeof(ret_said->end));
	tce_child_stop(&child);
	return ended ? 0 : tce_fail(fail, "%s %s hangs", qemu, option);
}

int tce_find_qemu_version(const char *qemu, double patience, struct tce_qemu_version *ret_version,
			  struct tce_fail *fail)
{
	struct tce_qemu_version version = {0};
	struct said said;

	if (ask(qemu, "--version", NULL, patience, &said, fail) != 0)
		return -1;
	if (parse_version(said.text, &version) != 0)
		return tce_fail(fail, "%s --version does not say that it is QEMU (%s)", qemu,
				said.end);
	*ret_version = version;
	return 0;
}

/* The list has a machine a line: its name, a space, what it is. */
int tce_find_machine(const char *qemu, double patience, const char *machine, struct tce_fail *fail)
{
	size_t n = strlen(machine);
	struct said said;

	if (ask(qemu, "-machine", "help", patience, &said, fail) != 0)
		return -1;
	for (const char *line = said.text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, machine, n) == 0 && line[n] == ' ')
			return 0;
	}
	return tce_fail(fail, "%s has no machine %s", qemu, machine);
}

int tce_find_agent(const char *chosen, const char *name, char *buf, size_t size,
		   struct tce_fail *fail)
{
	static const char *const places[] = {"share/agent", "../share/tce"};
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (chosen) {
		snprintf(buf, size, "%s", chosen);
		if (access(buf, R_OK) == 0)
			return 0;
		return tce_fail(fail, "cannot read the guest image %s: %s", chosen,
				strerror(errno));
	}
	program[n > 0 ? n : 0] = '\0';
	for (size_t i = 0; n > 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		char folder[PATH_MAX];

		memcpy(folder, program, (size_t)n + 1);
		snprintf(buf, size, "%s/%s/%s", dirname(folder), places[i], name);
		if (access(buf, R_OK) == 0)
			return 0;
	}
	snprintf(buf, size, TCE_DATADIR "/tce/%s", name);
	if (access(buf, R_OK) == 0)
		return 0;
	return tce_fail(fail, "no guest image: %s is not there; name one with --agent", buf);
}

/* "qemu-7.2" -> 7, 2. */
static bool profile_version(const struct tce_papr_profile *profile, unsigned *ret_major,
			    unsigned *ret_minor)
{
	return sscanf(profile->name, "qemu-%u.%u", ret_major, ret_minor) == 2;
}

const struct tce_papr_profile *tce_find_profile(const struct tce_qemu_version *version,
						bool *ret_exact, struct tce_fail *fail)
{
	const struct tce_papr_profile *best = NULL;
	const struct tce_papr_profile *profile;
	unsigned wanted = version->major * 1000 + version->minor;
	unsigned best_number = 0;
	unsigned oldest = UINT_MAX;
	unsigned major;
	unsigned minor;

	for (unsigned i = 0; (profile = tce_papr_profile_at(i)); i++) {
		if (!profile_version(profile, &major, &minor))
			continue;
		if (major * 1000 + minor < oldest)
			oldest = major * 1000 + minor;
		if (major * 1000 + minor <= wanted && major * 1000 + minor >= best_number) {
			best_number = major * 1000 + minor;
			best = profile;
		}
	}
	if (!best) {
		tce_fail(fail, "QEMU %s is too old: the model knows QEMU %u.%u and later",
			 version->text, oldest / 1000, oldest % 1000);
		return NULL;
	}
	*ret_exact = best_number == wanted;
	return best;
}
