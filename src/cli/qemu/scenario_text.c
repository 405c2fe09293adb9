/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps to scenario text. See scenario_text.h; reading is scenario_read.c. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "scenario_text.h"

/* A text that grows in a buffer of fixed size. */
struct text {
	char *buf;
	size_t size;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->buf + text->used, text->size - text->used, format, args);
	va_end(args);
	if (n > 0)
		text->used += (size_t)n < text->size - text->used ? (size_t)n
								  : text->size - text->used - 1;
}

const struct tce_text_rtas *tce_text_rtas(enum tce_rtas call)
{
	static const struct tce_text_rtas calls[TCE_NR_RTAS] = {
		[TCE_RTAS_QUERY] = {"query-pe-dma-window", 3, 6, {"addr", "buid"}},
		[TCE_RTAS_CREATE] = {"create-pe-dma-window",
				     5,
				     4,
				     {"addr", "buid", "page_shift", "window_shift"}},
		[TCE_RTAS_REMOVE] = {"remove-pe-dma-window", 1, 1, {"liobn"}},
		[TCE_RTAS_RESET] = {"reset-pe-dma-window", 3, 1, {"addr", "buid", "mode"}},
		[TCE_RTAS_SET_TCE_BYPASS] = {"set-tce-bypass", 2, 1, {"unit", "enable"}},
		[TCE_RTAS_QUIESCE] = {"quiesce", 0, 1, {NULL}},
		[TCE_RTAS_SYSTEM_REBOOT] = {"system-reboot", 0, 1, {NULL}},
	};

	return &calls[call];
}

static void add_phb(struct text *text, const char *verb, const struct tce_qemu_phb *phb)
{
	add(text,
	    "%s index=%u ddw=%s pgsz=0x%jx dma_win_addr=0x%jx dma_win_size=0x%jx "
	    "dma64_win_addr=0x%jx",
	    verb, phb->index, phb->ddw ? "on" : "off", (uintmax_t)phb->pgsz,
	    (uintmax_t)phb->dma_win_addr, (uintmax_t)phb->dma_win_size,
	    (uintmax_t)phb->dma64_win_addr);
	if (phb->nr_edu)
		add(text, " edu=%u", phb->nr_edu);
}

void tce_text_machine(FILE *out, const struct tce_qemu_config *config, const char *profile)
{
	char line[TCE_TEXT_LINE];
	struct text text = {.buf = line, .size = sizeof(line)};

	fprintf(out, "machine pseries profile=%s%s\n", profile,
		config->fast_clock ? " clock=fast" : "");
	for (unsigned i = 0; i < config->nr_phb; i++) {
		text.used = 0;
		add_phb(&text, "phb", &config->phb[i]);
		fprintf(out, "%s\n", line);
	}
	for (unsigned i = 0; i < config->nr_vio; i++)
		fprintf(out, "vio unit=0x%x type=%s\n", config->vio[i].unit,
			config->vio[i].lan ? "vlan" : "vscsi");
}

static void add_list(struct text *text, const struct tce_op *op)
{
	if (!tce_op_has_list(op)) {
		add(text, " list=0x%jx", (uintmax_t)op->hcall.args[2]);
		return;
	}
	add(text, " tces=");
	for (unsigned i = 0; i < op->hcall.nr_values; i++)
		add(text, "%s0x%jx", i ? "," : "", (uintmax_t)op->hcall.values[i]);
	if (op->hcall.step)
		add(text, " step=0x%jx", (uintmax_t)op->hcall.step);
}

static void add_hcall(struct text *text, const struct tce_op *op)
{
	const uint64_t *args = op->hcall.args;

	switch (op->hcall.token) {
	case TCE_H_PUT_TCE: add(text, "h_put_tce"); break;
	case TCE_H_GET_TCE: add(text, "h_get_tce"); break;
	case TCE_H_STUFF_TCE: add(text, "h_stuff_tce"); break;
	case TCE_H_PUT_TCE_INDIRECT: add(text, "h_put_tce_indirect"); break;
	default:
		add(text, "hcall token=0x%jx args=0x%jx,0x%jx,0x%jx,0x%jx",
		    (uintmax_t)op->hcall.token, (uintmax_t)args[0], (uintmax_t)args[1],
		    (uintmax_t)args[2], (uintmax_t)args[3]);
		return;
	}
	add(text, " liobn=0x%jx ioba=0x%jx", (uintmax_t)args[0], (uintmax_t)args[1]);
	if (op->hcall.token == TCE_H_PUT_TCE || op->hcall.token == TCE_H_STUFF_TCE)
		add(text, " tce=0x%jx", (uintmax_t)args[2]);
	if (op->hcall.token == TCE_H_STUFF_TCE || op->hcall.token == TCE_H_PUT_TCE_INDIRECT)
		add(text, " count=0x%jx", (uintmax_t)args[3]);
	if (op->hcall.token == TCE_H_PUT_TCE_INDIRECT)
		add_list(text, op);
}

/* The call by name with its arguments by name, or all by number. */
static void add_rtas_call(struct text *text, const struct tce_papr_profile *profile,
			  const struct tce_op_rtas *op)
{
	const struct tce_text_rtas *known = NULL;
	unsigned cell = 0;

	for (int call = 0; call < TCE_NR_RTAS; call++)
		if (op->token && tce_rtas_token(profile, (enum tce_rtas)call) == op->token)
			known = tce_text_rtas((enum tce_rtas)call);
	if (!known) {
		add(text, "rtas token=0x%x", op->token);
	} else {
		add(text, "rtas %s", known->name);
		for (unsigned i = 0; known->keys[i]; i++, cell++) {
			if (strcmp(known->keys[i], "buid") == 0) {
				add(text, " buid=0x%jx",
				    (uintmax_t)op->cells[cell] << 32 | op->cells[cell + 1]);
				cell++;
			} else if (op->cells[cell] || cell < known->nargs) {
				add(text, " %s=0x%x", known->keys[i], op->cells[cell]);
			}
		}
	}
	if (!known || op->nargs != known->nargs)
		add(text, " nargs=0x%x", op->nargs);
	if (!known || op->nret != known->nret)
		add(text, " nret=0x%x", op->nret);
}

static void add_rtas(struct text *text, const struct tce_papr_profile *profile,
		     const struct tce_op_rtas *op)
{
	static const char *const blocks[] = {[TCE_BLOCK_SLOT] = "",
					     [TCE_BLOCK_SCRATCH] = " block=scratch",
					     [TCE_BLOCK_AT] = " block=none"};

	add_rtas_call(text, profile, op);
	add(text, "%s", blocks[op->block]);
	if (op->at)
		add(text, " at=0x%jx", (uintmax_t)op->at);
}

void tce_text_op(const struct tce_papr_profile *profile, const struct tce_op *op, char *buf,
		 size_t size)
{
	struct text text = {.buf = buf, .size = size};

	switch (op->kind) {
	case TCE_OP_HCALL: add_hcall(&text, op); break;
	case TCE_OP_RTAS: add_rtas(&text, profile, &op->rtas); break;
	case TCE_OP_CAS: add(&text, "cas"); break;
	case TCE_OP_SWEEP:
		add(&text, "sweep liobn=0x%jx ioba=0x%jx step=0x%jx count=0x%jx",
		    (uintmax_t)op->sweep.liobn, (uintmax_t)op->sweep.ioba,
		    (uintmax_t)op->sweep.step, (uintmax_t)op->sweep.count);
		break;
	case TCE_OP_DMA:
		add(&text, "dma %s device=%u addr=0x%jx len=%u good=0x%jx",
		    op->dma.write ? "write" : "read", op->dma.device, (uintmax_t)op->dma.addr,
		    op->dma.len, (uintmax_t)op->dma.good);
		break;
	case TCE_OP_VIO:
		add(&text, "vio-dma unit=0x%x addr=0x%jx", op->vio.unit, (uintmax_t)op->vio.addr);
		break;
	case TCE_OP_RESET: add(&text, "reset"); break;
	case TCE_OP_PLUG: add_phb(&text, "phb-plug", &op->phb); break;
	case TCE_OP_UNPLUG: add(&text, "phb-unplug index=%u", op->index); break;
	case TCE_OP_SAVE: add(&text, "save"); break;
	case TCE_OP_LOAD: add(&text, "load"); break;
	case TCE_NR_OPS: break;
	}
}

static void expect_rtas(struct text *text, const struct tce_answer *answer)
{
	add(text, "%d", answer->status);
	for (unsigned i = 1; i < answer->nr_rets; i++)
		add(text, " 0x%x", answer->rets[i]);
	if (answer->r3)
		add(text, " r3=%jd", (intmax_t)answer->r3);
}

void tce_text_expect(const struct tce_op *op, const struct tce_expect *expect, char *buf,
		     size_t size)
{
	struct text text = {.buf = buf, .size = size};

	if (expect->abort != TCE_ABORT_NOT) {
		add(&text, "abort");
		return;
	}
	switch (op->kind) {
	case TCE_OP_HCALL:
	case TCE_OP_VIO:
		add(&text, "%jd", (intmax_t)expect->answer.r3);
		if (op->kind == TCE_OP_HCALL && op->hcall.token == TCE_H_GET_TCE &&
		    expect->answer.r3 == TCE_H_SUCCESS)
			add(&text, " tce=0x%jx", (uintmax_t)expect->answer.r4);
		break;
	case TCE_OP_RTAS: expect_rtas(&text, &expect->answer); break;
	case TCE_OP_SWEEP:
		add(&text, "refused=%jd hash=0x%jx nonzero=%jd", (intmax_t)expect->out[0],
		    (uintmax_t)expect->out[1], (intmax_t)expect->out[2]);
		break;
	case TCE_OP_DMA: add(&text, "%s", expect->out[0] ? "ok" : "fault"); break;
	default: add(&text, "ok"); break;
	}
}
