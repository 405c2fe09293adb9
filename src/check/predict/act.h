/* SPDX-License-Identifier: BSD-2-Clause */
/* Who acts the script out: act.c, and drc.c for what comes and goes. */
#ifndef TCE_CHECK_PREDICT_ACT_H
#define TCE_CHECK_PREDICT_ACT_H

#include "predict.h"

#define TCE_LMB_SHIFT 28U /* of QEMU: a DRC index counts blocks of 256 MiB */

struct tce_predict_actor {
	struct tce_predict *p;
	struct tce_module module;
	uint16_t kernel;
	bool module_acts;   /* what is called now follows from a call of ddwtest's */
	uint32_t nr_groups; /* of blocks that come in any order */
	uint32_t run;       /* group of the probes that follow each other now; 0: none */
	uint32_t group;     /* of what is called now; 0: none */
	uint32_t block;     /* in it; 0: memory, its number is the block */
	bool told;
	bool is_kexec; /* what is called now is the start of a kernel that came by kexec */
	int err;       /* of the tap */
};

TCE_MUST_USE int tce_predict_step(struct tce_predict_actor *actor, const struct tce_event *event);

/* When the device is there, and nobody drives it. */
TCE_MUST_USE int tce_predict_act_probe(struct tce_predict_actor *actor,
				       const struct tce_predict_probe *probe);

/* Act number index, what happened to a connector (DRC). */
TCE_MUST_USE int tce_predict_drc(struct tce_predict_actor *actor, uint32_t index);

/* What the host said of the bridge with this index. */
void tce_predict_bridge_options(const struct tce_predict *p, unsigned index,
				struct tce_ev_phb_plug *plug);

/* Linux numbers domains of pseries by the low half of the BUID (get_phb_number). NULL: none. */
const struct tce_phb *tce_predict_phb(const struct tce_predict *p, uint32_t domain);

#endif
