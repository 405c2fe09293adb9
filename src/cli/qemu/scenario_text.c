/* SPDX-License-Identifier: BSD-2-Clause */
/* Stories to scenario text. See scenario_text.h; reading is scenario_read.c. */
#include <inttypes.h>

#include "cli/pseries/op_event.h"

#include "scenario_text.h"

static int to_file(void *ctx, const char *text, size_t n)
{
	FILE *out = (FILE *)ctx;

	return fwrite(text, 1, n, out) == n ? 0 : -1;
}

/* Our own words cannot be wrong, and a full disk shows when the file is closed. */
static void put_event(FILE *out, const struct tce_event *event,
		      const struct tce_qemu_config *config)
{
	struct tce_names names = tce_op_names(config);

	(void)!tce_event_write(event, &names, to_file, out);
}

void tce_text_machine(FILE *out, const struct tce_qemu_config *config,
		      const struct tce_papr_profile *profile)
{
	struct tce_event event;

	fprintf(out, "machine pseries profile=%s ram=%juM\n", profile->name,
		(uintmax_t)(TCE_QEMU_RAM >> 20));
	for (unsigned i = 0; i < config->nr_phb; i++) {
		tce_op_phb_event(&config->phb[i], &event);
		put_event(out, &event, config);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < config->phb[0].nr_edu; i++) {
		tce_op_edu_event(i, &event);
		put_event(out, &event, config);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < config->nr_vio; i++) {
		tce_op_vio_event(config, i, &event);
		put_event(out, &event, config);
		fputc('\n', out);
	}
}

/* --- words of our own --------------------------------------------------------------------- */

static void put_rtas(FILE *out, const struct tce_qemu_config *config,
		     const struct tce_papr_profile *profile, const struct tce_op_rtas *op)
{
	struct tce_op plain = {.kind = TCE_OP_RTAS, .rtas = *op};
	struct tce_event event;

	plain.rtas.block = TCE_BLOCK_SLOT;
	plain.rtas.at = 0;
	if (tce_op_to_event(&plain, profile, &event, NULL)) {
		put_event(out, &event, config);
	} else {
		fprintf(out, "rtas token=0x%" PRIx32 " args=", op->token);
		for (unsigned i = 0; i < TCE_OP_NR_CELLS; i++)
			fprintf(out, "%s0x%" PRIx32, i ? "," : "", op->cells[i]);
		fprintf(out, " nargs=%" PRIu32 " nret=%" PRIu32, op->nargs, op->nret);
	}
	if (op->block != TCE_BLOCK_SLOT)
		fputs(op->block == TCE_BLOCK_SCRATCH ? " block=scratch" : " block=none", out);
	if (op->at)
		fprintf(out, " at=0x%" PRIx64, op->at);
}

static void put_own(FILE *out, const struct tce_qemu_config *config,
		    const struct tce_papr_profile *profile, const struct tce_op *op)
{
	switch (op->kind) {
	case TCE_OP_HCALL:
		fprintf(out, "hcall token=0x%" PRIx64 " args=0x%" PRIx64 ",0x%" PRIx64,
			op->hcall.token, op->hcall.args[0], op->hcall.args[1]);
		fprintf(out, ",0x%" PRIx64 ",0x%" PRIx64, op->hcall.args[2], op->hcall.args[3]);
		break;
	case TCE_OP_RTAS: put_rtas(out, config, profile, &op->rtas); break;
	case TCE_OP_SWEEP:
		fprintf(out, "sweep liobn=0x%" PRIx64 " ioba=0x%" PRIx64, op->sweep.liobn,
			op->sweep.ioba);
		fprintf(out, " step=0x%" PRIx64 " count=%" PRIu64, op->sweep.step, op->sweep.count);
		break;
	case TCE_OP_VIO: fprintf(out, "vio-dma vlan addr=0x%" PRIx64, op->vio.addr); break;
	default: break;
	}
}

void tce_text_op(FILE *out, const struct tce_qemu_config *config,
		 const struct tce_papr_profile *profile, const struct tce_op *op)
{
	struct tce_op_list list;
	struct tce_event event;

	if (tce_op_to_event(op, profile, &event, &list))
		put_event(out, &event, config);
	else
		put_own(out, config, profile, op);
}

void tce_text_expect(FILE *out, const struct tce_papr_profile *profile, const struct tce_op *op,
		     const struct tce_expected *expect)
{
	struct tce_outcome outcome;
	struct tce_op_list list;
	struct tce_event event;

	tce_op_to_event(op, profile, &event, &list);
	tce_op_outcome(op, expect, &outcome);
	(void)!tce_outcome_write(&event, &outcome, to_file, out);
}

bool tce_text_met(const struct tce_text_story *story, size_t i,
		  const struct tce_papr_profile *profile, const struct tce_expected *expect)
{
	const struct tce_op *op = &story->story.ops[i];
	const struct tce_step *step = story->step[i];
	struct tce_outcome outcome;
	struct tce_op_list list;
	struct tce_event event;

	tce_op_to_event(op, profile, &event, &list);
	tce_op_outcome(op, expect, &outcome);
	/* Rules are for tce run: QEMU has an answer, whoever was wrong to ask. */
	for (unsigned k = 0; k < step->nr_expects; k++)
		if (step->expects[k].kind != TCE_EXPECT_RULE &&
		    !tce_expect_met(&step->expects[k], &event, &outcome, NULL, 0))
			return false;
	return true;
}
