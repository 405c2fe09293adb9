/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bundled recordings of real kernels: every set-up call is predicted, every bus address that a
 * test module was given, and what is not predicted is counted for what it is.
 */
#include <stdlib.h>
#include <string.h>

#include "predict_rig.h"
#include "recording.h"
#include "testing.h"

#define MIN_EXACT 30U

/* Figures that a recording must have, so that nothing is lost without notice. 0: not looked at. */
struct figures {
	const char *name;
	uint64_t setup_calls;
	uint64_t driver_calls;
	uint64_t module_calls;
	uint64_t bus_addresses;
	unsigned nr_kernels;
};

static const struct figures figures[] = {
	{"pseries/a-multi-phb-k6.12-q10.0", 2064, 1275, 0, 0, 1},
	{"pseries/a-plain-k6.1-q7.2", 515, 0, 0, 0, 1},
	{"pseries/a-vio-k6.1-q7.2", 768, 3750, 0, 0, 1},
	{"pseries/c-memhotplug-k6.12-q10.0", 528, 0, 0, 0, 1},
	{"pseries/d-reboot-multi-k6.12-q10.0", 4128, 2410, 0, 0, 2},
	{"pseries/e-phbhotplug-k6.12-q10.0", 1034, 0, 0, 0, 1},
	{"pseries/f-nvdimm-late-k6.12nv-q11.1", 522, 0, 0, 0, 1},
	{"pseries/g-kexec-k7.2-q11.1", 1029, 1175, 0, 0, 2},
	{"pseries/i-no-multitce-k6.12-q10.0", 262211, 0, 0, 0, 1},
	{"pseries/m-stimulus-k6.12-64kt-q10.0", 1026, 219, 219, 72, 1},
	{"pseries/m-stimulus-k6.12t-q7.2", 1026, 219, 219, 72, 1},
	{"pseries/n-3phb-pgsz-k6.12-q7.2", 4619, 0, 0, 0, 1},
	{"pseries/n-bridge-mem-k7.2-q7.2", 79, 0, 0, 0, 1},
	{"pseries/n-kdump-k6.12-q7.2", 1028, 205, 0, 0, 2},
	{"pseries/n-kexec-k6.12-64k-q7.2", 1542, 65, 0, 0, 2},
	{"pseries/n-nomaxmem-k6.12.94-q7.2", 515, 325, 0, 0, 1},
	{"pseries/n-numa-smp4-2phb-mem-k6.12-q7.2", 1187, 0, 0, 0, 1},
	{"pseries/n-phb-k7.2-q7.2", 1352, 0, 0, 0, 1},
	{"pseries/n-stimulus-64first-k7.2t-q7.2", 1028, 75, 75, 17, 1},
	{"pseries/n-stimulus-k6.1t-q7.2", 1027, 195, 195, 72, 1},
};

static unsigned nr_exact, nr_unsupported, nr_figures;

static void have_figures(const char *name, const struct tce_predict_summary *sum)
{
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		if (strcmp(figures[i].name, name) != 0)
			continue;
		assert_int_equal(sum->setup_calls, figures[i].setup_calls);
		assert_int_equal(sum->driver_calls, figures[i].driver_calls);
		assert_int_equal(sum->module_calls, figures[i].module_calls);
		assert_int_equal(sum->bus_addresses, figures[i].bus_addresses);
		assert_int_equal(sum->nr_kernels, figures[i].nr_kernels);
		nr_figures++;
	}
}

static void judge(const char *name, const struct tce_predict *predict)
{
	struct tce_predict_line line;
	struct tce_predict_summary sum;

	tce_predict_summary(predict, &sum);
	if (strncmp(name, "pseries/k-", 10) == 0) {
		assert_int_equal(sum.verdict, TCE_PREDICT_UNSUPPORTED);
		assert_string_equal(sum.why, "no kernel started");
		nr_unsupported++;
		return;
	}
	if (sum.verdict != TCE_PREDICT_EXACT)
		fail_msg("%s differs: %s", name,
			 tce_predict_difference(predict, 0, &line) ? line.text : "addresses");
	assert_int_equal(sum.predicted, sum.setup_calls);
	assert_int_equal(sum.missing, 0);
	assert_int_equal(sum.extra, 0);
	assert_int_equal(sum.bus_addresses_predicted, sum.bus_addresses);
	assert_int_equal(sum.nr_differences, 0);
	assert_false(tce_predict_difference(predict, 0, &line));
	have_figures(name, &sum);
	nr_exact++;
}

static void predict_one(const struct recording *rec)
{
	struct predict_rig rig = {.trace = rec->text, .nr_trace = rec->size};
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	struct tce_predict *predict;
	size_t nr_dtb, nr_cmdline;
	char *dtb = recording_file(RECORDINGS, rec->name, "machine.dtb", &nr_dtb);
	char *cmdline = recording_file(RECORDINGS, rec->name, "cmdline.txt", &nr_cmdline);
	char *console = recording_file(RECORDINGS, rec->name, "console.log", &rig.nr_console);

	rig.console = console;
	if (dtb != NULL && cmdline != NULL && console != NULL) {
		assert_int_equal(tce_devtree_read(dtb, nr_dtb, NULL, &devtree, &error), 0);
		rig.machine = tce_devtree_story(devtree);
		tce_qemu_cmdline_read(cmdline, nr_cmdline, &rig.cmdline);
		assert_int_equal(predict_rig_run(&rig, NULL, &predict), 0);
		judge(rec->name, predict);
		tce_predict_free(predict);
		tce_devtree_free(devtree);
	}
	free(dtb);
	free(cmdline);
	free(console);
}

static void every_set_up_call_of_the_recorded_kernels_is_predicted(void **state)
{
	struct recording rec;

	(void)state;
	for (unsigned i = 0; recording_load(RECORDINGS, i, &rec); i++) {
		if (strncmp(rec.name, "pseries/", 8) == 0)
			predict_one(&rec);
		recording_free(&rec);
	}
	assert_true(nr_exact >= MIN_EXACT);
	assert_int_equal(nr_unsupported, 2);
	assert_int_equal(nr_figures, sizeof(figures) / sizeof(figures[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_up_call_of_the_recorded_kernels_is_predicted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
