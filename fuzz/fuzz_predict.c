/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings for predictions: any bytes as console log, QEMU's command line and trace, which a line
 * of dashes separates, on a machine with two bridges. Whatever they say happened to it, the
 * prediction ends and its figures hold together.
 */
#include <stdlib.h>
#include <string.h>

#include "predict_small.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

/* The part before the next separator, and what is left. */
static const char *part(const char **text, size_t *n, size_t *ret_n)
{
	static const char separator[] = "\n----\n";
	const char *from = *text;
	const char *at = memmem(from, *n, separator, sizeof(separator) - 1);

	*ret_n = at == NULL ? *n : (size_t)(at - from);
	if (at == NULL) {
		*text += *n;
		*n = 0;
	} else {
		*text = at + sizeof(separator) - 1;
		*n -= *ret_n + sizeof(separator) - 1;
	}
	return from;
}

static void judge(const struct tce_predict *predict)
{
	struct tce_predict_address address;
	struct tce_predict_line line;
	struct tce_predict_summary sum;
	char text[160];
	uint64_t i;

	tce_predict_summary(predict, &sum);
	must(sum.predicted <= sum.setup_calls);
	must(sum.user_calls + sum.module_calls <= sum.driver_calls);
	must(sum.bus_addresses_predicted <= sum.bus_addresses);
	must(sum.verdict != TCE_PREDICT_EXACT || (sum.missing == 0 && sum.extra == 0));
	for (i = 0; tce_predict_difference(predict, i, &line); i++)
		must(strlen(line.text) < sizeof(line.text));
	must((i != 0) == (sum.missing + sum.extra != 0));
	for (i = 0; tce_predict_wrong_address(predict, i, &address); i++)
		must(address.recorded != address.model);
	for (i = 0; tce_predict_script_text(predict, i, text, sizeof(text)); i++)
		must(strlen(text) < sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct tce_predict *predict;
	struct predict_rig rig;
	struct tce_scenario *scenario = predict_small_rig(&rig);
	const char *cmdline;
	size_t n;
	int err;

	rig.console = part(&text, &size, &rig.nr_console);
	cmdline = part(&text, &size, &n);
	tce_qemu_cmdline_read(cmdline, n, &rig.cmdline);
	rig.trace = part(&text, &size, &rig.nr_trace);
	err = predict_rig_run(&rig, NULL, &predict);
	must(err == 0 || err == -TCE_ERR_INVAL || err == -TCE_ERR_STATE || err == -TCE_ERR_NOMEM);
	if (err == 0) {
		judge(predict);
		tce_predict_free(predict);
	}
	tce_scenario_free(scenario);
	return 0;
}
