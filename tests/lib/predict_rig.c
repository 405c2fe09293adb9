/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of tce/predict.h in a row. */
#include "predict_rig.h"

#include <string.h>

static int feed_console(const struct predict_rig *rig, struct tce_predict *predict)
{
	struct tce_console_reader reader;
	struct tce_console_record record;
	int err = 0;

	tce_console_reader_init(&reader, rig->console, rig->nr_console);
	while (err == 0 && tce_console_reader_next(&reader, &record))
		err = tce_predict_console(predict, &record);
	return err;
}

static int feed_trace(const struct predict_rig *rig, struct tce_predict *predict)
{
	const char *end = rig->trace + rig->nr_trace;
	struct tce_recorded_line line;
	uint64_t number = 0;
	int err = 0;

	for (const char *p = rig->trace, *stop; err == 0 && p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (tce_recorded_line_read(p, (size_t)(stop - p), ++number, &line))
			err = tce_predict_trace(predict, &line);
	}
	return err;
}

int predict_rig_run(const struct predict_rig *rig, const struct tce_alloc *alloc,
		    struct tce_predict **ret_predict)
{
	const struct tce_predict_opts opts = {.alloc = alloc,
					      .machine = rig->machine,
					      .cmdline = &rig->cmdline,
					      .kernel = rig->kernel};
	struct tce_predict *predict;
	int err = tce_predict_new(&opts, &predict);

	if (err != 0)
		return err;
	err = feed_console(rig, predict);
	if (err == 0)
		err = feed_trace(rig, predict);
	if (err == 0)
		err = tce_predict_finish(predict);
	if (err != 0)
		tce_predict_free(predict);
	else
		*ret_predict = predict;
	return err;
}
