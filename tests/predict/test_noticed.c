/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Planted differences: each set-up call of a recording left out, made twice, put elsewhere or given
 * another argument, and the same in the kernel's log, must be noticed; and the prediction must not
 * live on what it is compared with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "predict_rig.h"
#include "recording.h"
#include "testing.h"

#define NAME    "pseries/c-memhotplug-k6.12-q10.0"
#define STEP    29U /* of the many clearing calls, which are alike, one in so many is tried */
#define ROOM    4096U
#define NR_LAST 20U

static struct predict_rig rig; /* untouched */
static struct tce_devtree *devtree;
static char *trace, *console; /* the same, zero-terminated copies */

static char *terminated(char *text, size_t n)
{
	char *copy = malloc(n + 1);

	assert_non_null(copy);
	memcpy(copy, text, n);
	copy[n] = '\0';
	free(text);
	return copy;
}

static int load(void **state)
{
	struct tce_devtree_error error;
	size_t n;
	char *text = recording_file(RECORDINGS, NAME, "machine.dtb", &n);

	(void)state;
	assert_int_equal(tce_devtree_read(text, n, NULL, &devtree, &error), 0);
	free(text);
	rig.machine = tce_devtree_story(devtree);
	text = recording_file(RECORDINGS, NAME, "cmdline.txt", &n);
	tce_qemu_cmdline_read(text, n, &rig.cmdline);
	free(text);
	text = recording_file(RECORDINGS, NAME, "console.log", &rig.nr_console);
	rig.console = console = terminated(text, rig.nr_console);
	text = recording_file(RECORDINGS, NAME, "trace.log", &rig.nr_trace);
	rig.trace = trace = terminated(text, rig.nr_trace);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	tce_devtree_free(devtree);
	free(trace);
	free(console);
	return 0;
}

static struct tce_predict_summary predicted(const struct predict_rig *what)
{
	struct tce_predict_summary sum;
	struct tce_predict *predict;

	assert_int_equal(predict_rig_run(what, NULL, &predict), 0);
	tce_predict_summary(predict, &sum);
	tce_predict_free(predict);
	return sum;
}

/* text with [from, to) replaced, in memory of its own. */
static char *replaced(const char *text, const char *from, const char *to, const char *with,
		      size_t *ret_n)
{
	size_t head = (size_t)(from - text);
	char *copy = malloc(strlen(text) + strlen(with) + 1);

	assert_non_null(copy);
	memcpy(copy, text, head);
	strcpy(copy + head, with);
	strcat(copy + head, to);
	*ret_n = strlen(copy);
	return copy;
}

static struct tce_predict_summary with_trace(const char *from, const char *to, const char *with)
{
	struct predict_rig changed = rig;
	struct tce_predict_summary sum;
	char *copy = replaced(trace, from, to, with, &changed.nr_trace);

	changed.trace = copy;
	sum = predicted(&changed);
	free(copy);
	return sum;
}

static struct tce_predict_summary with_console(const char *from, const char *to, const char *with)
{
	struct predict_rig changed = rig;
	struct tce_predict_summary sum;
	char *copy = replaced(console, from, to, with, &changed.nr_console);

	changed.console = copy;
	sum = predicted(&changed);
	free(copy);
	return sum;
}

static void the_recording_itself_is_exact(void **state)
{
	(void)state;
	assert_int_equal(predicted(&rig).verdict, TCE_PREDICT_EXACT);
}

/* --- the trace ------------------------------------------------------------------------------- */

static bool is_call(const char *line)
{
	static const char *const events[] = {"spapr_iommu_pci_", "spapr_iommu_ddw_"};
	const char *event = memchr(line, ':', strcspn(line, "\n"));

	for (size_t i = 0; event != NULL && i < 2; i++) {
		if (strncmp(event + 1, events[i], strlen(events[i])) == 0)
			return true;
	}
	return false;
}

/* The next call after the line that p is in; NULL: no more. */
static const char *next_call(const char *p)
{
	while ((p = strchr(p, '\n')) != NULL && *++p != '\0') {
		if (is_call(p))
			return p;
	}
	return NULL;
}

/* The line before Linux's first call, which clears the default window. */
static const char *before_linux(void)
{
	const char *at = strstr(trace, "npages=512");

	assert_non_null(at);
	while (*at != '\n')
		at--;
	return at - 1;
}

static const char *line_end(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

static void for_each_call(void (*visit)(const char *line))
{
	const char *p = before_linux();
	unsigned nr = 0;

	while ((p = next_call(p)) != NULL) {
		bool one_of_many = strncmp(strstr(p, "spapr"), "spapr_iommu_pci_stuff", 21) == 0;

		if (!one_of_many || nr % STEP == 0)
			visit(p);
		nr++;
	}
	assert_int_equal(nr, 528);
}

/* Without a create, the pages of its window are not known, and what is in it differs, too. */
static void left_out(const char *line)
{
	struct tce_predict_summary sum = with_trace(line, line_end(line), "");
	const char *create = strstr(line, "ddw_create");

	assert_int_equal(sum.verdict, TCE_PREDICT_DIFFERS);
	if (create != NULL && create < line_end(line))
		return;
	assert_int_equal(sum.missing, 1);
	assert_int_equal(sum.extra, 0);
}

static void made_twice(const char *line)
{
	char text[ROOM];
	struct tce_predict_summary sum;
	size_t n = (size_t)(line_end(line) - line);

	assert_true(n < sizeof(text));
	memcpy(text, line, n);
	text[n] = '\0';
	sum = with_trace(line, line, text);
	assert_int_equal(sum.verdict, TCE_PREDICT_DIFFERS);
	assert_int_equal(sum.missing, 0);
	assert_int_equal(sum.extra, 1);
}

/* Each number of the line in turn gets another last digit, but for those that calls do not name. */
static void other_argument(const char *line)
{
	static const char *const names[] = {
		"liobn=0x", " ioba=0x", "iobaN=0x", "tceN=0x",       "npages=",     "ret=",
		"buid=0x",  "addr=0x",  "mask=0x",  " page size=0x", "tcevalue=0x", "requested=0x"};
	const char *end = line_end(line);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *at = strstr(line, names[i]);
		char digit[2] = {'7', '\0'};
		const char *last;

		if (at == NULL || at >= end)
			continue;
		at += strlen(names[i]);
		last = at + strspn(at, "0123456789abcdef") - 1;
		digit[0] = *last == '7' ? '3' : '7';
		if (with_trace(last, last + 1, digit).verdict != TCE_PREDICT_DIFFERS)
			fail_msg("another %s is not noticed: %.150s", names[i], line);
	}
}

static void a_call_left_out_of_the_trace_is_missing(void **state)
{
	(void)state;
	for_each_call(left_out);
}

static void a_call_made_twice_is_extra(void **state)
{
	(void)state;
	for_each_call(made_twice);
}

static void another_argument_of_any_call_is_noticed(void **state)
{
	(void)state;
	for_each_call(other_argument);
}

static void two_calls_the_other_way_round_are_noticed(void **state)
{
	const char *p = before_linux();
	const char *last[NR_LAST] = {NULL};
	char text[2 * ROOM];

	(void)state;
	while ((p = next_call(p)) != NULL) {
		memmove(&last[0], &last[1], (NR_LAST - 1) * sizeof(last[0]));
		last[NR_LAST - 1] = p;
	}
	for (unsigned i = 0; i + 1 < NR_LAST; i++) {
		const char *a = last[i], *b = last[i + 1];

		snprintf(text, sizeof(text), "%.*s%.*s%.*s", (int)(line_end(b) - b), b,
			 (int)(b - line_end(a)), line_end(a), (int)(line_end(a) - a), a);
		assert_int_equal(with_trace(a, line_end(b), text).verdict, TCE_PREDICT_DIFFERS);
	}
}

static void a_window_that_nobody_asked_for_is_extra(void **state)
{
	static const char text[] =
		"spapr_iommu_new_table liobn=0x80000101 table=0x1 fd=-1\n"
		"spapr_iommu_ddw_create buid=0x800000020000001 addr=0x0, page size=0x10000, "
		"requested=0x80000000, start addr=0x800000000000000, liobn=0x80000101\n"
		"spapr_iommu_pci_put liobn=0x80000101 ioba=0x800000000000000 tce=0x3 ret=0\n"
		"spapr_iommu_ddw_remove liobn=0x80000101\n";
	const char *at = next_call(next_call(before_linux()));
	struct tce_predict_summary sum = with_trace(at, at, text);

	(void)state;
	assert_int_equal(sum.verdict, TCE_PREDICT_DIFFERS);
	assert_int_equal(sum.extra, 3);
	assert_int_equal(sum.driver_calls, 0);
}

/* --- the kernel's log ------------------------------------------------------------------------ */

static const char *create_line(void)
{
	const char *at = strstr(console, "ibm,create-pe-dma-window(");

	assert_non_null(at);
	while (at[-1] != '\n')
		at--;
	return at;
}

static void another_argument_in_the_log_is_noticed(void **state)
{
	const char *shift = strstr(create_line(), " 18 ");

	(void)state;
	assert_non_null(shift);
	assert_int_equal(with_console(shift, shift + 4, " 10 ").verdict, TCE_PREDICT_DIFFERS);
}

static void a_refused_create_in_the_log_is_extra(void **state)
{
	const char *line = create_line();
	struct tce_predict_summary sum =
		with_console(line, line,
			     "[1795171306.211] DMESG [    3.000000] nvme 0000:00:01.0: "
			     "ibm,create-pe-dma-window(2027) 800 8000000 20000000 10 33 "
			     "returned -1 \n");

	(void)state;
	assert_int_equal(sum.verdict, TCE_PREDICT_DIFFERS);
	assert_int_equal(sum.extra, 1);
}

/* --- what the prediction lives on ------------------------------------------------------------ */

/* A trace without a single call: all of them are predicted, and missing. */
static void calls_are_not_taken_from_the_trace(void **state)
{
	struct predict_rig changed = rig;
	struct tce_predict_summary sum;
	char *copy = malloc(rig.nr_trace + 1);
	size_t n = 0;

	(void)state;
	assert_non_null(copy);
	for (const char *p = trace; *p != '\0'; p = line_end(p)) {
		size_t length = is_call(p) ? 0 : (size_t)(line_end(p) - p);

		memcpy(copy + n, p, length);
		n += length;
	}
	changed.trace = copy;
	changed.nr_trace = n;
	sum = predicted(&changed);
	free(copy);
	assert_int_equal(sum.setup_calls, 0);
	assert_int_equal(sum.missing, 528);
}

/* Nor from the kernel's log: without its calls the devices are still known by the list. */
static void calls_are_not_taken_from_the_log(void **state)
{
	struct predict_rig changed = rig;
	struct tce_predict_summary sum;
	char *copy = terminated(strdup(console), strlen(console));

	(void)state;
	for (char *at = copy; (at = strstr(at, "ibm,")) != NULL; at++)
		memcpy(at, "xbm,", 4);
	changed.console = copy;
	sum = predicted(&changed);
	free(copy);
	assert_int_equal(sum.verdict, TCE_PREDICT_EXACT);
	assert_int_equal(sum.predicted, 528);
}

static void a_kernel_that_did_not_run_is_found_out(void **state)
{
	struct predict_rig changed = rig;

	(void)state;
	changed.kernel = "6.1.176";
	assert_int_equal(predicted(&changed).verdict, TCE_PREDICT_DIFFERS);
	changed.kernel = "6.12.107";
	assert_int_equal(predicted(&changed).verdict, TCE_PREDICT_EXACT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recording_itself_is_exact),
		cmocka_unit_test(a_call_left_out_of_the_trace_is_missing),
		cmocka_unit_test(a_call_made_twice_is_extra),
		cmocka_unit_test(another_argument_of_any_call_is_noticed),
		cmocka_unit_test(two_calls_the_other_way_round_are_noticed),
		cmocka_unit_test(a_window_that_nobody_asked_for_is_extra),
		cmocka_unit_test(another_argument_in_the_log_is_noticed),
		cmocka_unit_test(a_refused_create_in_the_log_is_extra),
		cmocka_unit_test(calls_are_not_taken_from_the_trace),
		cmocka_unit_test(calls_are_not_taken_from_the_log),
		cmocka_unit_test(a_kernel_that_did_not_run_is_found_out),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
