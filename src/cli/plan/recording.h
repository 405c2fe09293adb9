/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording's folder as the input of a plan: its device tree, what QEMU's command line says of
 * bridges, which kernel ran first with which drivers. Only what the kernel was given, not what it
 * did.
 */
#ifndef TCE_CLI_PLAN_RECORDING_H
#define TCE_CLI_PLAN_RECORDING_H

#include <tce/predict.h>

struct tce_plan_recording {
	void *blob; /* the flattened tree */
	size_t size;
	struct tce_qemu_cmdline cmdline;
	const struct tce_papr_profile *papr; /* NULL: QEMU's version is not told */
	struct tce_console_version kernel;   /* that started first; "": not told */
	bool has_flags;
	unsigned flags;                     /* of its command line */
	struct tce_console_device *devices; /* in order of probing, as far as its log tells */
	unsigned nr_devices;
	struct tce_pci_addr *probed; /* by which devices its log says that they are being probed */
	unsigned nr_probed;
};

/* 0; or an enum tce_exit after a complaint. To be freed in both cases. */
int tce_plan_recording_load(const char *folder, struct tce_plan_recording *ret_recording);
void tce_plan_recording_free(struct tce_plan_recording *recording);

/* What the command line says of the bridge that event plugs; other events are left alone. */
void tce_plan_recording_bridge(const struct tce_plan_recording *recording, struct tce_event *event);

/*
 * The i-th device that has a driver, as a PROBE event when the story has that device (else of
 * another kind). False: no more.
 */
bool tce_plan_recording_driver(const struct tce_plan_recording *recording, unsigned i,
			       const struct tce_story *story, struct tce_event *ret_event);

#endif
