/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording's folder, read and predicted; and the result printed. */
#ifndef TCE_CLI_PREDICT_RUN_H
#define TCE_CLI_PREDICT_RUN_H

#include <stdbool.h>

#include <tce/predict.h>

struct tce_predict_run_opts {
	const struct tce_papr_profile *papr; /* NULL: as cmdline.txt says */
	const char *kernel;                  /* NULL: as console.log says */
	bool verbose;
};

/* enum tce_exit; OK: *ret_predict, acted out. Complaints have been printed. */
int tce_predict_run(const struct tce_predict_run_opts *opts, const char *folder,
		    struct tce_predict **ret_predict);

/* To stdout. enum tce_exit: what the verdict is worth. */
int tce_predict_print_text(const char *folder, const struct tce_predict *predict, bool verbose,
			   bool colour);
int tce_predict_print_json(const char *folder, const struct tce_predict *predict);

#endif
