/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording small enough for a sweep over all allocations: two bridges with default windows of
 * 2 MiB, a boot of 6.12.107, two drivers of which the log tells one, a block of memory that is
 * plugged, a user of VFIO. Texts in the form of tce-predict(1), written by hand.
 */
#ifndef PREDICT_SMALL_H
#define PREDICT_SMALL_H

#include <tce/scenario.h>

#include "predict_rig.h"

extern const char predict_small_machine[]; /* a scenario */
extern const char predict_small_console[];
extern const char predict_small_trace[];

/* The rig of these texts; the scenario is the caller's, for tce_scenario_free. */
struct tce_scenario *predict_small_rig(struct predict_rig *ret_rig);

#endif
