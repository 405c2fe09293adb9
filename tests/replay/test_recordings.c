/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bundled recordings of real machines: the model gives every recorded answer, with and without
 * their device trees, and the findings are those that the recordings deserve and no others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"
#include "testing.h"

#define MIN_RECORDINGS 30U

/* Rules that a recording's findings may and must have; those not named here must have none. */
struct expected {
	const char *name; /* begin of the folder's name */
	enum tce_rule_id rule;
	uint64_t line;  /* of the first one; 0: any */
	uint64_t count; /* 0: any */
};

static const struct expected expected[] = {
	{"pseries/a-multi-phb-k6.12-q10.0", TCE_RULE_DMA_FAULT, 12585, 2},
	{"pseries/d-reboot-k6.12-q10.0", TCE_RULE_WINDOW_RESET_LIVE, 3889, 2},
	{"pseries/d-reboot-multi-k6.12-q10.0", TCE_RULE_DMA_FAULT, 13138, 17},
	{"pseries/d-reboot-multi-k6.12-q10.0", TCE_RULE_WINDOW_RESET_LIVE, 0, 0},
	{"pseries/d-reboot-nomaxmem-k6.12-q7.2", TCE_RULE_WINDOW_RESET_LIVE, 0, 2},
	{"pseries/f-nvdimm-plainreboot-", TCE_RULE_QEMU_WINDOW_TOO_LARGE, 2342, 2},
	{"pseries/f-nvdimm-plainreboot-", TCE_RULE_WINDOW_RESET_LIVE, 5165, 1},
	{"pseries/f-nvdimm-reboot-pgsz64k-disable_ddw", TCE_RULE_WINDOW_RESET_LIVE, 5752, 1},
	{"pseries/f-nvdimm-reboot-pgsz64k-k6.12nv", TCE_RULE_QEMU_WINDOW_TOO_LARGE, 2342, 2},
	{"pseries/f-nvdimm-reboot-pgsz64k-k6.12nv", TCE_RULE_WINDOW_RESET_LIVE, 5680, 1},
	{"pseries/g-kexec-to-6.1", TCE_RULE_DMA_AFTER_UNMAP, 3753, 224},
	{"pseries/i-iommu-off", TCE_RULE_DMA_FAULT, 1894, 2511},
	{"pseries/n-stimulus", TCE_RULE_HCALL_REFUSED, 0, 0},
	{"pseries/n-stimulus", TCE_RULE_TCE_OVERWRITTEN, 0, 3},
	{"pseries/n-stimulus", TCE_RULE_TCE_OUTSIDE_RAM, 0, 1},
	{"pseries/n-stimulus", TCE_RULE_WINDOW_REMOVED_LIVE, 0, 0},
	{"pseries/m-stimulus", TCE_RULE_HCALL_REFUSED, 0, 0},
	{"pseries/m-stimulus", TCE_RULE_TCE_OVERWRITTEN, 3833, 3},
	{"pseries/m-stimulus", TCE_RULE_TCE_OUTSIDE_RAM, 3821, 1},
	{"pseries/m-stimulus", TCE_RULE_WINDOW_REMOVED_LIVE, 0, 0},
};

#define NR_EXPECTED (sizeof(expected) / sizeof(expected[0]))

static void replay(const struct recording *rec, bool with_facts, struct replayed *ret)
{
	struct tce_replay_opts opts = {.facts = with_facts ? &rec->facts : NULL};

	assert_int_equal(replay_text(rec->text, rec->size, &opts, ret), 0);
}

static const struct expected *expectation(const char *name, enum tce_rule_id rule)
{
	for (size_t i = 0; i < NR_EXPECTED; i++)
		if (strncmp(expected[i].name, name, strlen(expected[i].name)) == 0 &&
		    expected[i].rule == rule)
			return &expected[i];
	return NULL;
}

static void agrees(const struct recording *rec, const struct replayed *r)
{
	char text[512] = "";

	if (r->sum.diverged != 0)
		tce_divergence_text(tce_replay_divergence(r->replay, 0), text, sizeof(text));
	if (r->sum.diverged != 0 || r->stats.damaged != 0)
		fail_msg("%s: %llu diverged, %llu damaged: %s", rec->name,
			 (unsigned long long)r->sum.diverged, (unsigned long long)r->stats.damaged,
			 text);
	assert_int_equal(r->sum.agreed, r->sum.events);
	assert_true(r->sum.from_start);
}

static void every_recording_agrees_with_and_without_its_device_tree(void **state)
{
	struct recording rec;
	struct replayed r;
	unsigned i;

	(void)state;
	for (i = 0; recording_load(RECORDINGS, i, &rec); i++) {
		for (int facts = 0; facts <= (int)rec.has_facts; facts++) {
			replay(&rec, facts != 0, &r);
			agrees(&rec, &r);
			tce_replay_free(r.replay);
		}
		recording_free(&rec);
	}
	assert_true(i >= MIN_RECORDINGS);
}

static void check_findings(const struct recording *rec, const struct replayed *r)
{
	const struct tce_finding *f;
	const struct expected *e;
	char text[1024];

	for (unsigned i = 0; (f = tce_replay_finding(r->replay, i)) != NULL; i++) {
		tce_finding_text(f, text, sizeof(text));
		e = expectation(rec->name, f->rule);
		if (e == NULL)
			fail_msg("%s: not expected: %s", rec->name, text);
		if ((e->line != 0 && f->line != e->line) || (e->count != 0 && f->count != e->count))
			fail_msg("%s: line %llu, %llu times: %s", rec->name,
				 (unsigned long long)f->line, (unsigned long long)f->count, text);
	}
}

static bool has_rule(const struct replayed *r, enum tce_rule_id rule)
{
	const struct tce_finding *f;

	for (unsigned i = 0; (f = tce_replay_finding(r->replay, i)) != NULL; i++)
		if (f->rule == rule)
			return true;
	return false;
}

static void findings_are_those_expected_and_no_others(void **state)
{
	struct recording rec;
	struct replayed r;

	(void)state;
	for (unsigned i = 0; recording_load(RECORDINGS, i, &rec); i++) {
		replay(&rec, rec.has_facts, &r);
		check_findings(&rec, &r);
		for (size_t k = 0; k < NR_EXPECTED; k++)
			if (strncmp(expected[k].name, rec.name, strlen(expected[k].name)) == 0 &&
			    !has_rule(&r, expected[k].rule))
				fail_msg("%s: %s is not found", rec.name,
					 tce_rule(expected[k].rule)->id);
		tce_replay_free(r.replay);
		recording_free(&rec);
	}
}

/* A recording by name; the caller frees both. */
static void replay_named(const char *name, bool with_facts, struct recording *rec,
			 struct replayed *ret)
{
	for (unsigned i = 0; recording_load(RECORDINGS, i, rec); i++) {
		if (strcmp(rec->name, name) == 0) {
			replay(rec, with_facts, ret);
			return;
		}
		recording_free(rec);
	}
	fail_msg("%s is not bundled", name);
}

static void the_abort_is_told_from_its_cause_to_its_end(void **state)
{
	const char *name = "pseries/f-nvdimm-reboot-pgsz64k-k6.12nv-q10.0";
	const struct tce_finding *f;
	struct recording rec;
	struct replayed r;
	char text[1024];

	(void)state;
	replay_named(name, true, &rec, &r);
	assert_true(r.sum.aborted);
	f = tce_replay_finding(r.replay, 0);
	assert_int_equal(f->rule, TCE_RULE_QEMU_WINDOW_TOO_LARGE);
	assert_true(f->aborted);
	assert_int_equal(f->lines[0], 2342);
	assert_int_equal(f->lines[1], 7084);
	assert_int_equal(f->window_shift, 51);
	assert_int_equal(f->page_shift, 16);
	assert_int_equal(f->pmem_reg, 0x90000000);
	tce_finding_text(f, text, sizeof(text));
	assert_non_null(strstr(text, "2^51 bytes in 64K pages, 2^35 TCEs"));
	assert_non_null(strstr(text, "ibm,pmemory@90000000"));
	assert_non_null(strstr(text, "line 7084"));
	assert_non_null(strstr(text, "!subregion->container"));
	tce_replay_free(r.replay);
	replay(&rec, false, &r);
	tce_finding_text(tce_replay_finding(r.replay, 0), text, sizeof(text));
	assert_non_null(strstr(text, "a multiple of 2^32"));
	assert_null(strstr(text, "2^51"));
	tce_replay_free(r.replay);
	recording_free(&rec);
}

static void windows_have_the_life_that_the_recording_shows(void **state)
{
	const struct tce_replay_window *w;
	struct recording rec;
	struct replayed r;

	(void)state;
	replay_named("pseries/c-memhotplug-k6.12-q10.0", true, &rec, &r);
	assert_int_equal(r.sum.nr_windows, 2);
	w = tce_replay_window(r.replay, 0);
	assert_int_equal(w->liobn, 0x80000000);
	assert_int_equal(w->created, 971);
	assert_int_equal(w->removed, 0);
	assert_int_equal(w->size, 1 << 30);
	assert_int_equal(w->puts, 75);
	assert_int_equal(w->stuffs, 262144);
	assert_int_equal(w->dmas, 192);
	assert_int_equal(w->mapped, 0);
	w = tce_replay_window(r.replay, 1);
	assert_int_equal(w->liobn, 0x80000001);
	assert_int_equal(w->page_shift, 24);
	assert_true(w->size == UINT64_C(1) << 33);
	assert_true(w->direct);
	assert_int_equal(w->puts, 224); /* 128 at boot, 96 for six blocks of memory plugged */
	assert_int_equal(w->peak, 224);
	assert_int_equal(w->mapped, 128);
	assert_int_equal(r.sum.memory_plugged, 6);
	assert_int_equal(r.sum.memory_unplugged, 6);
	tce_replay_free(r.replay);
	recording_free(&rec);
}

static void the_machine_is_learned_from_the_recording(void **state)
{
	struct recording rec;
	struct replayed r;

	(void)state;
	replay_named("pseries/d-reboot-multi-k6.12-q10.0", false, &rec, &r);
	assert_int_equal(r.sum.nr_phbs, 4);
	assert_int_equal(r.sum.nr_boots, 2);
	assert_int_equal(r.sum.nr_windows, 16);
	assert_true(tce_replay_phb(r.replay, 0)->page_mask_known);
	assert_int_equal(tce_replay_phb(r.replay, 0)->page_mask, 0x107);
	assert_int_equal(tce_replay_milestone(r.replay, 0)->kind, TCE_MILESTONE_START);
	assert_int_equal(tce_replay_milestone(r.replay, 1)->kind, TCE_MILESTONE_OS);
	assert_int_equal(tce_replay_milestone(r.replay, 2)->kind, TCE_MILESTONE_REBOOT);
	tce_replay_free(r.replay);
	recording_free(&rec);
	replay_named("pseries/j-savevm-k6.12-q10.0", false, &rec, &r);
	assert_int_equal(r.sum.nr_boots, 1);
	assert_int_equal(tce_replay_milestone(r.replay, 2)->kind, TCE_MILESTONE_SAVE);
	assert_int_equal(tce_replay_milestone(r.replay, 3)->kind, TCE_MILESTONE_LOAD);
	assert_null(tce_replay_milestone(r.replay, 4));
	tce_replay_free(r.replay);
	recording_free(&rec);
}

/* Any line may be the first: what is not known must not be held against the recording. */
static void a_recording_that_begins_anywhere_has_no_divergence(void **state)
{
	struct tce_replay_opts opts = {.facts = NULL};
	struct recording rec;
	struct replayed r;
	const char *from;

	(void)state;
	for (unsigned i = 0; recording_load(RECORDINGS, i, &rec); i++) {
		for (unsigned k = 1; k < 12; k++) {
			from = strchr(rec.text + rec.size * k / 12, '\n');
			if (from == NULL)
				continue;
			opts.facts = rec.has_facts && k % 2 != 0 ? &rec.facts : NULL;
			assert_int_equal(replay_text(from + 1,
						     (size_t)(rec.text + rec.size - from - 1),
						     &opts, &r),
					 0);
			if (r.sum.diverged != 0)
				fail_msg("%s: begun at %u/12 diverges at line %llu", rec.name, k,
					 (unsigned long long)tce_replay_divergence(r.replay, 0)
						 ->line);
			tce_replay_free(r.replay);
		}
		recording_free(&rec);
	}
}

static char *append(char *to, const struct recording *rec)
{
	memcpy(to, rec->text, rec->size);
	return to + rec->size;
}

static void logs_of_two_processes_in_one_file_are_two_machines(void **state)
{
	const char *names[] = {"pseries/f-nvdimm-reboot-pgsz64k-k6.12nv-q10.0",
			       "pseries/a-vio-k6.1-q7.2"};
	struct recording first, second;
	struct replayed r;
	char *text, *end;

	(void)state;
	replay_named(names[0], false, &first, &r);
	tce_replay_free(r.replay);
	replay_named(names[1], false, &second, &r);
	tce_replay_free(r.replay);
	text = malloc(first.size + second.size);
	assert_non_null(text);
	end = append(append(text, &first), &second);
	assert_int_equal(replay_text(text, (size_t)(end - text), NULL, &r), 0);
	assert_int_equal(r.sum.diverged, 0);
	assert_int_equal(r.sum.nr_boots, 3);
	tce_replay_free(r.replay);
	free(text);
	recording_free(&first);
	recording_free(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recording_agrees_with_and_without_its_device_tree),
		cmocka_unit_test(findings_are_those_expected_and_no_others),
		cmocka_unit_test(the_abort_is_told_from_its_cause_to_its_end),
		cmocka_unit_test(windows_have_the_life_that_the_recording_shows),
		cmocka_unit_test(the_machine_is_learned_from_the_recording),
		cmocka_unit_test(a_recording_that_begins_anywhere_has_no_divergence),
		cmocka_unit_test(logs_of_two_processes_in_one_file_are_two_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
