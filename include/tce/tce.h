/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/tce.h - all public headers of libtce. */
#ifndef TCE_TCE_H
#define TCE_TCE_H

#include <tce/check.h>
#include <tce/devtree.h>
#include <tce/dma.h>
#include <tce/event.h>
#include <tce/explore.h>
#include <tce/facts.h>
#include <tce/ioda.h>
#include <tce/lines.h>
#include <tce/linux.h>
#include <tce/machine.h>
#include <tce/papr.h>
#include <tce/plan.h>
#include <tce/predict.h>
#include <tce/run.h>
#include <tce/scenario.h>
#include <tce/status.h>
#include <tce/table.h>
#include <tce/trace.h>
#include <tce/vfio.h>
#include <tce/vfio_ops.h>

#endif
