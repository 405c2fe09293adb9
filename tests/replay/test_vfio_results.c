/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of what a prober's VFIO calls returned on real kernels
 * (recordings/powernv/vfio-results-*): the same calls are made on a machine like the recorded one,
 * and compared row by row. What was called stands in vfio_results.txt. A row that a console lost is
 * passed over, and counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_rig.h"
#include "tce/linux.h"
#include "tce/vfio.h"
#include "testing.h"

#define SCRIPT   RECORDINGS "/../tests/replay/vfio_results.txt"
#define FIRST_FD 3 /* of a program that has stdin, stdout and stderr */

/* devs.sh of the prober: a bridge with three functions on 0002, one device on each other bridge. */
static const char *const devices[] = {"net", "nv", "b1", "usb", "edu", "sas"};
#define NR_DEVICES 6U
#define EDU        4U

/* One table, and the machine that it is compared with. */
struct table {
	struct tce_machine *m;
	char *setup; /* scenario text that calls are read behind */
	const char *at;
	const char *group; /* devices that the mode is about */
	const char *second;
	unsigned process;
	unsigned modes[32]; /* how often each mode of the script has been */
	int fds;            /* that the prober has open, and 3 */
	bool ok;            /* the last call returned 0 or more */
	unsigned rows;
	unsigned left_out; /* not modelled */
	unsigned lost;     /* by the console */
	unsigned overwritten;
	unsigned differ;
};

/* A line of the script. */
struct line {
	char row[128]; /* "": none */
	char when;     /* ':' always */
	char call[200];
};

static const char *next_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end == NULL ? at + strlen(at) : end + 1;
}

/* --- the machine -------------------------------------------------------------------------- */

static struct tce_outcome step(struct table *t, const struct tce_event *event)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(t->m, event, &outcome);

	if (err != 0)
		fail_msg("%s: event %d", tce_strerror(err), (int)event->kind);
	return outcome;
}

/* Everything in it but the setup, which was acted out. */
static struct tce_outcome act(struct table *t, const char *call)
{
	char text[8192];
	struct tce_scenario *scenario;
	const struct tce_story *story;
	struct tce_outcome outcome;

	snprintf(text, sizeof(text), "%svfio open-container c\nvfio open-container c2\n%s\n",
		 t->setup, call);
	scenario = machine_rig_parse(text);
	story = tce_scenario_story(scenario);
	outcome = step(t, &story->steps[story->nr_steps - 1].event);
	tce_scenario_free(scenario);
	return outcome;
}

static void add_bridge(char *text, size_t n, unsigned i)
{
	size_t used = strlen(text);

	snprintf(text + used, n - used,
		 "phb name=phb%u\n"
		 "device %04u:00:00.0 phb=phb%u name=port%u type=root-port secondary-bus=1 "
		 "subordinate-bus=2\n",
		 i, i, i, i);
	used = strlen(text);
	if (i != 2)
		snprintf(text + used, n - used,
			 "device %04u:01:00.0 phb=phb%u name=%s parent=port%u\n", i, i, devices[i],
			 i);
	else
		snprintf(text + used, n - used,
			 "device 0002:01:00.0 phb=phb2 name=br parent=port2 type=pci-bridge "
			 "secondary-bus=2 subordinate-bus=2\n"
			 "device 0002:02:01.0 phb=phb2 name=b1 parent=br\n"
			 "device 0002:02:02.0 phb=phb2 name=b2 parent=br\n"
			 "device 0002:02:03.0 phb=phb2 name=b3 parent=br\n");
}

/* The file's name says machine and kernel: vfio-results-p9-612-64k. */
static void boot(struct table *t, const char *name)
{
	struct tce_scenario *scenario;
	const struct tce_story *story;
	char text[4096];

	snprintf(text, sizeof(text), "machine powernv%d ram=4G profile=qemu-pnv\n",
		 atoi(strstr(name, "-p") + 2));
	for (unsigned i = 0; i < NR_DEVICES; i++)
		add_bridge(text, sizeof(text), i);
	strcat(text, strstr(name, "-612") != NULL ? "boot kernel=6.12.107 page=64K\n"
						  : "boot kernel=6.1.176 page=64K without=C12\n");
	strcat(text, "probe b1 mask=64\nprobe b2 mask=64\nprobe b3 mask=64\n");
	t->setup = strdup(text);
	scenario = machine_rig_parse(text);
	story = tce_scenario_story(scenario);
	assert_int_equal(tce_machine_new(NULL, &story->machine, &t->m), 0);
	assert_int_equal(tce_linux_attach(t->m), 0);
	assert_int_equal(tce_vfio_attach(t->m), 0);
	for (size_t i = 0; i < story->nr_steps; i++)
		step(t, &story->steps[i].event);
	tce_scenario_free(scenario);
}

/* --- comparing ---------------------------------------------------------------------------- */

/* Rows have their text in the first column of 86 characters, padded. */
static bool is_row(const char *at, const char *row)
{
	size_t n = strlen(row);

	if (n != 0 && row[n - 1] == '*')
		return strncmp(at, row, n - 1) == 0;
	return strncmp(at, row, n) == 0 && strspn(at + n, " ") != 0 &&
	       at[n + strspn(at + n, " ")] == '|';
}

static const char *errno_text(int err)
{
	switch (err) {
#define NAME(name, number)                                                                         \
	case -TCE_##name: return "-1 " #name;
		TCE_ERRNO_LIST(NAME)
#undef NAME
	default: return "?";
	}
}

static bool opens(const char *call)
{
	return strncmp(call, "vfio open-", 10) == 0 || strncmp(call, "vfio get-device", 15) == 0;
}

/* What the prober would print: an errno, a new file descriptor, or a number. */
static void say(struct table *t, const char *call, const struct tce_outcome *outcome, char *ret,
		size_t n)
{
	t->ok = outcome->err == 0;
	if (outcome->err != 0)
		snprintf(ret, n, "%s", errno_text(outcome->err));
	else if (opens(call))
		snprintf(ret, n, "%d", t->fds++);
	else if (strncmp(call, "vfio group-status", 17) == 0)
		snprintf(ret, n, "%d", (int)outcome->value);
	else
		snprintf(ret, n, "%d", (int)outcome->ret);
}

static void compare(struct table *t, const struct line *line, const char *said)
{
	const char *bar = strstr(t->at, "| ");
	size_t n;

	assert_non_null(bar);
	n = strcspn(bar + 2, "\r\n");
	if (line->when == '!') {
		t->overwritten++;
		return;
	}
	t->rows++;
	if (strlen(said) != n || strncmp(said, bar + 2, n) != 0) {
		print_message("%s: %s, recorded %.*s\n", line->row, said, (int)n, bar + 2);
		t->differ++;
	}
}

static void replace(char *text, size_t n, const char *what, const char *with)
{
	char *at = strstr(text, what);
	char rest[200];

	if (at == NULL)
		return;
	snprintf(rest, sizeof(rest), "%s", at + strlen(what));
	snprintf(at, n - (size_t)(at - text), "%s%s", with, rest);
}

/* One call, and the row that it made. */
static void one(struct table *t, const struct line *line)
{
	bool recorded = line->row[0] != '\0' && is_row(t->at, line->row);
	struct tce_outcome outcome;
	char call[240];
	char said[40];

	if (line->when == '?' && !t->ok)
		return;
	if (line->when == 'b' && t->second == NULL)
		return;
	if (strcmp(line->call, "-") == 0) {
		t->left_out += recorded;
	} else {
		snprintf(call, sizeof(call), "%s process=%u", line->call, t->process);
		replace(call, sizeof(call), "$G", t->group);
		replace(call, sizeof(call), "$B", t->second == NULL ? "" : t->second);
		outcome = act(t, call);
		say(t, call, &outcome, said, sizeof(said));
		if (recorded)
			compare(t, line, said);
		if (strncmp(call, "vfio close-", 11) == 0 && outcome.err == 0)
			t->fds--;
	}
	if (recorded)
		t->at = next_line(t->at);
	else
		t->lost += line->row[0] != '\0';
}

/* --- the script --------------------------------------------------------------------------- */

static bool read_line(const char *at, struct line *line)
{
	size_t n = strcspn(at, "\n");
	const char *mark = at;

	while (mark < at + n && !(mark[0] == ':' && strchr(":?b!", mark[1]) != NULL &&
				  mark[2] == ' ' && (mark == at || mark[-1] == ' ')))
		mark++;
	if (mark >= at + n || at[0] == '#')
		return false;
	snprintf(line->row, sizeof(line->row), "%.*s", mark == at ? 0 : (int)(mark - at - 1), at);
	line->when = mark[1];
	snprintf(line->call, sizeof(line->call), "%.*s", (int)(at + n - mark - 3), mark + 3);
	return true;
}

/* Where the script has the mode of a table's line "## v2win#1". */
static const char *find_mode(const char *script, const char *at, unsigned *ret_number)
{
	size_t n = strcspn(at, "#\n");
	unsigned number = 0;

	for (const char *p = script; *p != '\0'; p = next_line(p)) {
		if (strncmp(p, "## ", 3) != 0)
			continue;
		if (strncmp(p + 3, at, n) == 0 && p[3 + n] == '\n') {
			*ret_number = number;
			return next_line(p);
		}
		number++;
	}
	fail_msg("no such mode in the script: %.*s", (int)n, at);
	return NULL;
}

/* The group number behind a row's text up to the end of this mode; absent: there is none. */
static unsigned number_of(const char *at, const char *text, unsigned absent)
{
	for (; *at != '\0' && at[0] != '#'; at = next_line(at)) {
		const char *digit = at + strlen(text);

		if (strncmp(at, text, strlen(text)) == 0 && *digit >= '0' &&
		    *digit < '0' + (int)NR_DEVICES)
			return (unsigned)(*digit - '0');
	}
	return absent;
}

static bool has_row(const char *at, const char *row)
{
	for (; *at != '\0' && at[0] != '#'; at = next_line(at)) {
		if (is_row(at, row))
			return true;
	}
	return false;
}

static void act_on(struct table *t, const char *call, const char *device)
{
	char text[80];

	snprintf(text, sizeof(text), "%s%s", call, device);
	act(t, text);
}

/*
 * Before a mode the prober's shell script bound devices; functions of the bridge one after the
 * other.
 */
static void bind(struct table *t, const char *mode, unsigned run)
{
	static const char *const functions[] = {"b1", "b2", "b3"};

	if (strcmp(t->group, "b1") != 0) {
		act_on(t, "vfio bind group=", t->group);
		if (t->second != NULL)
			act_on(t, "vfio bind group=", t->second);
	} else if (strncmp(mode, "nonviable", 9) == 0) {
		assert_in_range(run, 0, 2);
		act_on(t, "unbind ", functions[run]);
		act_on(t, "vfio bind group=", functions[run]);
	}
}

/*
 * t->at: behind "## ". The second run of "v1" was on a kernel with its group's operations hidden.
 */
static void run_mode(struct table *t, const char *script)
{
	const char *mode = t->at;
	unsigned run = (unsigned)strtoul(strchr(mode, '#') + 1, NULL, 10) - 1;
	struct line line;
	unsigned number;
	const char *at = find_mode(script, mode, &number);
	unsigned group, second;
	char end[40];

	t->at = next_line(t->at);
	if (strncmp(mode, "v1#2", 4) == 0) {
		while (*t->at != '\0' && t->at[0] != '#')
			t->at = next_line(t->at);
		return;
	}
	group = number_of(t->at, "open /dev/vfio/", number_of(t->at, "open group ", EDU));
	second = number_of(t->at, "open group B ", has_row(t->at, "open group B") ? 0 : NR_DEVICES);
	t->group = devices[group];
	t->second = second < NR_DEVICES ? devices[second] : NULL;
	t->fds = FIRST_FD;
	t->process++;
	bind(t, mode, run);
	while (*t->at != '\0' && t->at[0] != '#' && read_line(at, &line)) {
		one(t, &line);
		at = next_line(at);
	}
	if (*t->at != '\0' && t->at[0] != '#')
		fail_msg("not in the script: %.80s", t->at);
	snprintf(end, sizeof(end), "vfio exit process=%u", t->process);
	act(t, end);
}

/* name: of the file. */
static void run_table(struct table *t, const char *script, const char *name, const char *text)
{
	memset(t, 0, sizeof(*t));
	boot(t, name);
	t->at = text;
	while (strncmp(t->at, "## ", 3) == 0) {
		t->at += 3;
		run_mode(t, script);
	}
	assert_int_equal(*t->at, '\0');
	tce_machine_free(t->m);
	free(t->setup);
}

static void every_row_is_answered_as_the_kernel_did(void **state)
{
	static const struct {
		const char *name;
		unsigned rows, left_out, overwritten, lost;
	} tables[] = {
		{"vfio-results-p10-61.txt", 499, 14, 1, 1},
		{"vfio-results-p9-61-clean.txt", 75, 0, 4, 0},
		{"vfio-results-p9-61.run2.txt", 498, 14, 1, 2},
		{"vfio-results-p9-612-64k.txt", 497, 15, 1, 2},
		{"vfio-results-p9-612-clean.txt", 30, 0, 1, 0},
		{"vfio-results-p9-612-v1.txt", 60, 2, 0, 0},
	};
	char *script = test_file_text(SCRIPT);

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		char path[512];
		struct table t;
		char *text;

		snprintf(path, sizeof(path), RECORDINGS "/powernv/%s", tables[i].name);
		text = test_file_text(path);
		run_table(&t, script, tables[i].name, text);
		assert_int_equal(t.differ, 0);
		assert_int_equal(t.rows, tables[i].rows);
		assert_int_equal(t.left_out, tables[i].left_out);
		assert_int_equal(t.overwritten, tables[i].overwritten);
		assert_int_equal(t.lost, tables[i].lost);
		free(text);
	}
	free(script);
}

/* Every third answer of one table, one after the other. */
static void an_altered_row_differs(void **state)
{
	const char *name = "vfio-results-p9-612-v1.txt";
	char *text = test_file_text(RECORDINGS "/powernv/vfio-results-p9-612-v1.txt");
	char *script = test_file_text(SCRIPT);
	unsigned row = 0, altered = 0, noticed = 0;
	struct table t;

	(void)state;
	for (char *at = text; (at = strstr(at, "| ")) != NULL; at += 2) {
		char kept = at[2];

		if (++row % 3 != 0)
			continue;
		at[2] = '7';
		run_table(&t, script, name, text);
		at[2] = kept;
		altered++;
		noticed += t.differ;
	}
	assert_int_equal(row, 62);
	assert_int_equal(noticed, altered);
	free(script);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_answered_as_the_kernel_did),
		cmocka_unit_test(an_altered_row_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
