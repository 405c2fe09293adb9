/* SPDX-License-Identifier: BSD-2-Clause */
/* Predictions as tests make them: the texts of a recording in memory, acted out in one call. */
#ifndef PREDICT_RIG_H
#define PREDICT_RIG_H

#include <tce/devtree.h>
#include <tce/predict.h>

struct predict_rig {
	const struct tce_story *machine;
	struct tce_qemu_cmdline cmdline;
	const char *console; /* nr_console bytes */
	size_t nr_console;
	const char *trace; /* nr_trace bytes */
	size_t nr_trace;
	const char *kernel; /* NULL: as the console says */
};

/*
 * Feed all of it and finish. 0, or what the library returned; then there is nothing to free. The
 * prediction is the caller's, for tce_predict_free.
 */
int predict_rig_run(const struct predict_rig *rig, const struct tce_alloc *alloc,
		    struct tce_predict **ret_predict);

#endif
