/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out at every point of a machine's life: the embedder's, the n-th request for
 * all n; and the arenas', for all sizes up to the one that suffices.
 */
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

#include "failalloc.h"
#include "machine/machine.h"
#include "testing.h"
#include "toy_os.h"

static const char life[] =
	"machine pseries ram=256M max-ram=1G storage=%s arena=%zu\n"
	"phb phb0\nphb phb1 windows=1\ndevice 0000:00:01.0 phb=phb0\n"
	"device 0001:00:01.0 phb=phb1 own-pe\nvio v unit=0x30\npmem pm at=4G size=1G\n"
	"property phb0 ibm,dma-window cells=1,2,3,4,5,6,7,8\nmemory plug 256M 256M\n"
	"boot\nprobe 0000:00:01.0\nprobe 0001:00:01.0\nmemory plug 512M 256M\n"
	"memory online 512M 256M\nmap 0000:00:01.0 addr=0x10000 len=20K as=a\n"
	"map 0001:00:01.0 addr=0x90000 len=20K as=b\n"
	"h_put_tce liobn=0x80000000 ioba=0x100000 tce=0x77003\n"
	"h_put_tce liobn=0x80000000 ioba=0x200000 tce=0x99003\n"
	"h_put_tce_indirect liobn=0x80000000 ioba=0x300000 list-at=0x8000 "
	"tces=0x11003,0x99003,0x88003\n"
	"save\nunmap a\nload\ndma 0000:00:01.0 read a\nunmap b\nsave\ncas\nkexec\n"
	"rtas create buid=0x800000020000001 page=64K window=2G\nreboot\nreset\n"
	"property phb0 ibm,dma-window absent\nphb phb2\nphb unplug phb2\n";

static struct tce_scenario *story(const char *storage, size_t arena)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	char text[4096];

	snprintf(text, sizeof(text), life, storage, arena);
	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return scenario;
}

static bool same(const struct tce_machine *a, const struct tce_machine *b)
{
	return tce_machine_equal(a, b) && tce_machine_hash(a) == tce_machine_hash(b);
}

/* Half of an event was applied, and the machine says so. */
static bool is_lost(struct tce_machine *m)
{
	struct tce_event event = {.kind = TCE_EV_RESET};
	struct tce_outcome outcome;

	return tce_machine_step(m, &event, &outcome) == -TCE_ERR_STATE;
}

/* All steps; false: one had no memory, and the machine is as it was before that. */
static bool live(struct tce_machine *m, const struct tce_story *told, unsigned *nr_lost)
{
	for (unsigned i = 0; i < told->nr_steps; i++) {
		struct tce_machine *before;
		struct tce_outcome outcome;
		bool ok;
		int err;

		if (tce_machine_clone(m, &before) != 0)
			return false;
		err = tce_machine_step(m, &told->steps[i].event, &outcome);
		ok = err != -TCE_ERR_NOMEM || same(m, before);
		if (!ok && told->machine.storage == TCE_STORAGE_LAZY && is_lost(m)) {
			*nr_lost += 1;
			ok = true;
		}
		tce_machine_free(before);
		if (!ok)
			fail_msg("changed by: %s", told->steps[i].text);
		if (err == -TCE_ERR_NOMEM)
			return false;
		assert_int_equal(err, 0);
	}
	return true;
}

static void an_arena_that_is_too_small_changes_nothing(void **state)
{
	unsigned nr_refused = 0;
	unsigned nr_lost = 0;
	size_t arena = 4096;
	bool done = false;

	(void)state;
	for (; !done; arena += 16) {
		struct tce_scenario *scenario = story("compact", arena);
		struct tce_machine *m;

		assert_int_equal(tce_machine_new(NULL, &tce_scenario_story(scenario)->machine, &m),
				 0);
		assert_int_equal(toy_os_attach(m), 0);
		done = live(m, tce_scenario_story(scenario), &nr_lost);
		nr_refused += !done;
		tce_machine_free(m);
		tce_scenario_free(scenario);
	}
	print_message("enough: %zu bytes\n", arena - 16);
	assert_in_range(nr_refused, 20, 2000);
}

static void each_failing_request_changes_nothing(const char *storage, unsigned least,
						 unsigned most_lost)
{
	unsigned nr_lost = 0;
	struct tce_scenario *scenario = story(storage, 1 << 20);
	const struct tce_story *told = tce_scenario_story(scenario);
	struct failalloc fa;
	uint64_t n = 0;
	bool done;

	do {
		struct tce_alloc alloc;
		struct tce_machine *m;

		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		done = tce_machine_new(&alloc, &told->machine, &m) == 0;
		if (done) {
			assert_int_equal(toy_os_attach(m), 0);
			done = live(m, told, &nr_lost);
			tce_machine_free(m);
		}
		failalloc_assert_empty(&fa);
	} while (!done || fa.nr_asked >= n);
	assert_in_range(n, least, 5000);
	assert_in_range(nr_lost, 0, most_lost);
	tce_scenario_free(scenario);
}

static void requests_of_a_compact_machine_may_fail(void **state)
{
	(void)state;
	each_failing_request_changes_nothing("compact", 20, 0);
}

static void requests_of_a_lazy_machine_may_fail(void **state)
{
	(void)state;
	each_failing_request_changes_nothing("lazy", 100, 10);
}

/* tce_run gives everything back, and says so. */
static void requests_of_a_run_may_fail(void **state)
{
	struct tce_scenario *scenario;
	struct tce_scenario_error error;
	static const char text[] = "machine pseries ram=256M arena=64K\nphb phb0\n"
				   "h_put_tce liobn=0x80000000 ioba=0 tce=3\nreset\ncas\nsave\n";
	uint64_t n = 0;
	int err;

	(void)state;
	assert_int_equal(tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error), 0);
	do {
		struct tce_run_result result;
		struct failalloc fa;
		struct tce_alloc alloc;

		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		err = tce_run(&alloc, tce_scenario_story(scenario), NULL, &result);
		failalloc_assert_empty(&fa);
		assert_true(err == 0 || err == -TCE_ERR_NOMEM);
		if (err == 0)
			assert_int_equal(result.verdict, TCE_RUN_PASS);
	} while (err != 0);
	assert_in_range(n, 4, 50);
	tce_scenario_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_that_is_too_small_changes_nothing),
		cmocka_unit_test(requests_of_a_compact_machine_may_fail),
		cmocka_unit_test(requests_of_a_lazy_machine_may_fail),
		cmocka_unit_test(requests_of_a_run_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
