/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bundled recordings of the DMA API (recordings/dma-api) on our Linux half: every answer, list
 * output, TCE, hint, bitmap fingerprint, and where QEMU traced them every hypercall. These tests
 * must notice the faults of tests/planted/dma.faults.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/dma.h>
#include <zstd.h>

#include "testing.h"

#define PATH_SIZE 1024
#define TEXT_MAX  (64U << 20)
#define FILES_MAX 16

/* A folder being replayed. */
struct folder {
	const char *name;
	struct tce_dma_replay *replay;
	struct tce_dma_console console;
	struct tce_facts facts;
	bool has_facts;
	struct tce_trace_reader *trace;
	char *trace_text;
	size_t trace_size;
	unsigned trace_fed;
	unsigned boot; /* announced last, counted from 1 */
};

static void path_of(const struct folder *f, const char *file, char path[PATH_SIZE])
{
#ifdef RECORDINGS
	snprintf(path, PATH_SIZE, "%s/dma-api/%s/%s", RECORDINGS, f->name, file);
#else /* compiled by plant.py, by its full path */
	static const char here[] = __FILE__;
	size_t top = strlen(here) - strlen("tests/replay/test_ops.c");

	snprintf(path, PATH_SIZE, "%.*srecordings/dma-api/%s/%s", (int)top, here, f->name, file);
#endif
}

/* A whole file, unpacked when it is zstd; NULL: there is none. */
static char *slurp(const struct folder *f, const char *file, size_t *ret_n)
{
	char path[PATH_SIZE];
	char *packed, *text;
	FILE *in;
	size_t n;

	path_of(f, file, path);
	in = fopen(path, "rb");
	if (in == NULL)
		return NULL;
	packed = malloc(TEXT_MAX);
	assert_non_null(packed);
	n = fread(packed, 1, TEXT_MAX, in);
	fclose(in);
	*ret_n = n;
	if (strstr(file, ".zst") == NULL)
		return packed;
	text = malloc(TEXT_MAX);
	assert_non_null(text);
	*ret_n = ZSTD_decompress(text, TEXT_MAX, packed, n);
	assert_false(ZSTD_isError(*ret_n));
	free(packed);
	return text;
}

static int next_traced(void *ctx, struct tce_trace_record *ret_record)
{
	struct folder *f = ctx;

	for (;;) {
		enum tce_trace_next next = tce_trace_next(f->trace, ret_record);

		if (next == TCE_TRACE_RECORD)
			return 1;
		assert_int_equal(next, TCE_TRACE_MORE);
		if (f->trace_fed == 2)
			return 0;
		assert_int_equal(tce_trace_feed(f->trace, f->trace_text,
						f->trace_fed++ == 0 ? f->trace_size : 0),
				 0);
	}
}

static void folder_open(struct folder *f, const char *name)
{
	struct tce_dma_trace trace = {f, next_traced};
	struct tce_dma_replay_opts opts = {.alloc = NULL};
	size_t n;
	char *text;

	memset(f, 0, sizeof(*f));
	f->name = name;
	text = slurp(f, "console.log", &n);
	assert_non_null(text);
	tce_dma_console_read(text, n, &f->console);
	free(text);
	text = slurp(f, "machine.dtb", &n);
	f->has_facts = text != NULL && tce_facts_read(text, n, &f->facts) == 0;
	free(text);
	f->trace_text = slurp(f, "trace.log.zst", &f->trace_size);
	if (f->trace_text != NULL) {
		assert_int_equal(tce_trace_reader_new(NULL, &f->trace), 0);
		opts.trace = &trace;
	}
	opts.facts = f->has_facts ? &f->facts : NULL;
	assert_int_equal(tce_dma_replay_new(&opts, &f->replay), 0);
}

static void folder_close(struct folder *f)
{
	tce_dma_replay_free(f->replay);
	tce_trace_reader_free(f->trace);
	free(f->trace_text);
}

static void announce(struct folder *f, unsigned boot)
{
	struct tce_dma_boot b = {.kernel_known = true};
	struct tce_kernel_match match;

	if (f->boot == boot + 1)
		return;
	f->boot = boot + 1;
	b.flags = f->console.boot[boot].flags;
	b.by_kexec = f->console.boot[boot].by_kexec;
	assert_int_equal(tce_kernel_find(f->console.boot[boot].version, &match), 0);
	assert_int_equal(tce_kernel_at(match.index, &b.kernel), 0);
	tce_dma_replay_boot(f->replay, &b);
}

static void replay_text(struct folder *f, const char *text, size_t n)
{
	struct tce_dma_reader reader;
	struct tce_dma_record record;

	tce_dma_reader_init(&reader, text, n);
	while (tce_dma_reader_next(&reader, &record) == TCE_DMA_NEXT_RECORD) {
		if (record.kind == TCE_DMA_LINE_RUN)
			announce(f, f->console.boot_of_run[record.u.run.run]);
		assert_int_equal(tce_dma_replay_record(f->replay, &record), 0);
	}
	assert_int_equal(reader.lines.damaged, 0);
	assert_int_equal(reader.lines.skipped, 0);
}

static void replay_run(struct folder *f, unsigned run)
{
	char file[32];
	size_t n;
	char *text;

	snprintf(file, sizeof(file), "ops-%u.txt.zst", run);
	text = slurp(f, file, &n);
	if (text == NULL)
		return;
	tce_dma_replay_file(f->replay, run);
	replay_text(f, text, n);
	free(text);
}

/* How a folder must come out; -1 for what is not looked at. */
struct outcome {
	const char *folder;
	uint64_t events;
	uint64_t hcalls;
	unsigned findings; /* bit n: enum tce_rule_id n */
	uint64_t unchecked;
};

static void agrees(const struct outcome *want)
{
	struct tce_dma_summary sum;
	const struct tce_dma_finding *finding;
	unsigned i, found = 0;
	char text[200] = "";
	struct folder f;

	folder_open(&f, want->folder);
	for (i = 0; i < FILES_MAX; i++)
		replay_run(&f, i);
	if (f.console.has_hung_call) {
		announce(&f, f.console.nr_boots - 1);
		assert_int_equal(tce_dma_replay_hung_call(f.replay, &f.console.hung), 0);
	}
	tce_dma_replay_summary(f.replay, &sum);
	if (sum.nr_divergences != 0)
		tce_dma_divergence_text(tce_dma_replay_divergence(f.replay, 0), text, sizeof(text));
	assert_string_equal(text, "");
	for (i = 0; (finding = tce_dma_replay_finding(f.replay, i)) != NULL; i++)
		found |= 1U << finding->rule;
	folder_close(&f);
	assert_int_equal(sum.diverged, 0);
	assert_int_equal(sum.hcalls_differ, 0);
	assert_int_equal(sum.events, want->events);
	assert_int_equal(sum.agreed, want->events);
	assert_int_equal(sum.hcalls, want->hcalls);
	assert_int_equal(sum.unchecked, want->unchecked);
	assert_int_equal(found, want->findings);
}

#define FOUND(rule) (1U << TCE_RULE_##rule)

static void a_small_window_with_its_hypercalls_and_empty_list_elements(void **state)
{
	static const struct outcome want = {"w16m-k6.12-q10.0", 10436, 13345, FOUND(LEAKED_TCE), 0};

	(void)state;
	agrees(&want);
}

static void a_small_window_with_64k_kernel_pages(void **state)
{
	static const struct outcome want = {"w16m-k6.12-64k-q10.0", 3099, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void outputs_that_the_command_line_keeps_apart(void **state)
{
	static const struct outcome want = {"w16m-novmerge-k6.12-q10.0", 4168, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void a_kernel_without_calls_for_several_entries(void **state)
{
	static const struct outcome want = {"w16m-nomultitce-k6.1-q7.2", 3100, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void a_driver_that_unmaps_twice_and_elsewhere(void **state)
{
	static const struct outcome want = {"w16m-abuse-k6.12-q10.0", 6262, 0, FOUND(LOST_TCE), 0};

	(void)state;
	agrees(&want);
}

static void four_processors_in_a_window_of_four_pools(void **state)
{
	static const struct outcome want = {"w1g-smp4-k6.12-q10.0", 14806, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void masks_that_end_inside_a_window_off_zero(void **state)
{
	static const struct outcome want = {"woff16m-32m-k6.12-q10.0", 6187, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void a_window_smaller_than_the_kernel_believes(void **state)
{
	static const struct outcome want = {"wodd-k6.12-q10.0", 10280, 0, FOUND(HCALL_REFUSED), 0};

	(void)state;
	agrees(&want);
}

static void direct_and_mapped_side_by_side_on_7_2(void **state)
{
	static const struct outcome want = {"ddw-w64m-k7.2-q11.1", 9671, 1200, 0, 0};

	(void)state;
	agrees(&want);
}

static void a_48_bit_mask_first_and_never_a_dynamic_window(void **state)
{
	static const struct outcome want = {"ddw-mask48-k6.12-q10.0", 5048, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void a_second_kernel_in_the_window_of_the_first(void **state)
{
	static const struct outcome want = {"kexec-ddw16m-k6.12-q10.0", 4467, 0, 0, 0};

	(void)state;
	agrees(&want);
}

static void powernv_with_a_reserved_range(void **state)
{
	static const struct outcome want = {"pnv9-k6.1-q7.2", 14606, 0, FOUND(LEAKED_TCE), 0};

	(void)state;
	agrees(&want);
}

static void a_call_that_never_came_back_is_recognised(void **state)
{
	static const struct outcome want = {"hang-boundary-k6.12-q10.0", 1, 0, FOUND(NO_PROGRESS),
					    0};

	(void)state;
	agrees(&want);
}

/* A file alone, without anything beside it: the kernel is found by what it did. */
static void a_file_alone_is_replayed_on_the_newest_kernel_that_explains_it(void **state)
{
	static const struct {
		const char *folder, *kernel;
		unsigned run;
	} known[] = {{"ddw-w64m-k7.2-q11.1", "7.3-rc7", 0},
		     {"kexec-ddw16m-k6.12-q10.0", "6.19", 0},
		     {"w16m-abuse-k6.12-q10.0", "7.3-rc7", 0},
		     {"pnv9-k6.1-q7.2", "7.3-rc7", 1}};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct tce_dma_replay_opts opts = {.alloc = NULL};
		struct folder f = {.name = known[i].folder, .boot = 1};
		struct tce_dma_summary sum;

		assert_int_equal(tce_dma_replay_new(&opts, &f.replay), 0);
		replay_run(&f, known[i].run);
		tce_dma_replay_summary(f.replay, &sum);
		assert_int_equal(sum.diverged, 0);
		assert_true(sum.kernel_guessed);
		assert_string_equal(sum.kernel, known[i].kernel);
		tce_dma_replay_free(f.replay);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_window_with_its_hypercalls_and_empty_list_elements),
		cmocka_unit_test(a_small_window_with_64k_kernel_pages),
		cmocka_unit_test(outputs_that_the_command_line_keeps_apart),
		cmocka_unit_test(a_kernel_without_calls_for_several_entries),
		cmocka_unit_test(a_driver_that_unmaps_twice_and_elsewhere),
		cmocka_unit_test(four_processors_in_a_window_of_four_pools),
		cmocka_unit_test(masks_that_end_inside_a_window_off_zero),
		cmocka_unit_test(a_window_smaller_than_the_kernel_believes),
		cmocka_unit_test(direct_and_mapped_side_by_side_on_7_2),
		cmocka_unit_test(a_48_bit_mask_first_and_never_a_dynamic_window),
		cmocka_unit_test(a_second_kernel_in_the_window_of_the_first),
		cmocka_unit_test(powernv_with_a_reserved_range),
		cmocka_unit_test(a_call_that_never_came_back_is_recognised),
		cmocka_unit_test(a_file_alone_is_replayed_on_the_newest_kernel_that_explains_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
