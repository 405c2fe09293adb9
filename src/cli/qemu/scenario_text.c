/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps to scenario text. See scenario_text.h; reading is scenario_read.c. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_text.h"

static const char *const rtas_names[TCE_NR_RTAS] = {
	[TCE_RTAS_QUERY] = "ibm,query-pe-dma-window",
	[TCE_RTAS_CREATE] = "ibm,create-pe-dma-window",
	[TCE_RTAS_REMOVE] = "ibm,remove-pe-dma-window",
	[TCE_RTAS_RESET] = "ibm,reset-pe-dma-window",
	[TCE_RTAS_SET_TCE_BYPASS] = "ibm,set-tce-bypass",
	[TCE_RTAS_QUIESCE] = "quiesce",
	[TCE_RTAS_SYSTEM_REBOOT] = "system-reboot",
};

/* "4K,64K": a page size for each bit. */
static void put_page_sizes(FILE *out, uint64_t shifts)
{
	static const char units[] = {' ', 'K', 'M', 'G', 'T'};
	const char *comma = "";

	for (unsigned shift = 0; shift < 50; shift++) {
		if (!(shifts >> shift & 1))
			continue;
		fprintf(out, "%s%u", comma, 1U << shift % 10);
		if (shift >= 10)
			fputc(units[shift / 10], out);
		comma = ",";
	}
}

static void put_phb(FILE *out, const struct tce_qemu_phb *phb)
{
	fprintf(out, "phb phb%u buid=0x%" PRIx64 " liobn=0x%x,0x%x page-sizes=", phb->index,
		tce_qemu_buid(phb->index), 0x80000000U | phb->index << 8,
		0x80000001U | phb->index << 8);
	put_page_sizes(out, phb->pgsz);
	fprintf(out, " win-addr=0x%" PRIx64 " win-size=0x%" PRIx64 " dyn-win-addr=0x%" PRIx64 "%s",
		phb->dma_win_addr, phb->dma_win_size, phb->dma64_win_addr,
		phb->ddw ? "" : " ddw=no");
	if (phb->dyn_liobn_first)
		fputs(" dyn-liobn-first=yes", out);
}

/* Names of virtual I/O devices say what they are; there is at most one of each. */
static const char *vio_name(const struct tce_qemu_vio *vio)
{
	return vio->lan ? "vlan" : "vscsi";
}

void tce_text_machine(FILE *out, const struct tce_qemu_config *config, const char *profile)
{
	fprintf(out, "machine pseries profile=%s ram=%juM\n", profile,
		(uintmax_t)(TCE_QEMU_RAM >> 20));
	for (unsigned i = 0; i < config->nr_phb; i++) {
		put_phb(out, &config->phb[i]);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < config->phb[0].nr_edu; i++)
		fprintf(out, "device edu%u phb=phb0 at=00:%02x.0\n", i, i + 1);
	for (unsigned i = 0; i < config->nr_vio; i++)
		fprintf(out, "vio %s unit=0x%" PRIx32 "\n", vio_name(&config->vio[i]),
			config->vio[i].unit);
}

static void put_numbers(FILE *out, const uint64_t *numbers, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s0x%" PRIx64, i ? "," : "", numbers[i]);
}

static void put_list(FILE *out, const struct tce_op *op)
{
	const struct tce_op_hcall *hcall = &op->hcall;

	if (!tce_op_has_list(op)) {
		fprintf(out, " list-at=0x%" PRIx64, hcall->args[2]);
		return;
	}
	if (hcall->nr_values == 1) {
		fprintf(out, " first=0x%" PRIx64 " step=0x%" PRIx64, hcall->values[0], hcall->step);
		return;
	}
	fprintf(out, " tces=");
	put_numbers(out, hcall->values, hcall->nr_values);
	if (hcall->args[3] != hcall->nr_values)
		fprintf(out, " repeat=%u step=0x%" PRIx64, hcall->nr_values, hcall->step);
}

static void put_hcall(FILE *out, const struct tce_op *op)
{
	const uint64_t *args = op->hcall.args;
	uint64_t token = op->hcall.token;

	switch (token) {
	case TCE_H_PUT_TCE: fputs("h_put_tce", out); break;
	case TCE_H_GET_TCE: fputs("h_get_tce", out); break;
	case TCE_H_STUFF_TCE: fputs("h_stuff_tce", out); break;
	case TCE_H_PUT_TCE_INDIRECT: fputs("h_put_tce_indirect", out); break;
	default:
		fprintf(out, "hcall token=0x%" PRIx64 " args=", token);
		put_numbers(out, args, 4);
		return;
	}
	fprintf(out, " liobn=0x%" PRIx64 " ioba=0x%" PRIx64, args[0], args[1]);
	if (token == TCE_H_PUT_TCE || token == TCE_H_STUFF_TCE)
		fprintf(out, " tce=0x%" PRIx64, args[2]);
	if (token == TCE_H_STUFF_TCE || token == TCE_H_PUT_TCE_INDIRECT)
		fprintf(out, " count=%" PRIu64, args[3]);
	if (token == TCE_H_PUT_TCE_INDIRECT)
		put_list(out, op);
}

static void put_rtas(FILE *out, const struct tce_papr_profile *profile,
		     const struct tce_op_rtas *op)
{
	const char *name = NULL;
	unsigned n = op->nargs < TCE_OP_NR_CELLS ? op->nargs : TCE_OP_NR_CELLS;

	for (int call = 0; call < TCE_NR_RTAS; call++)
		if (op->token && tce_rtas_token(profile, (enum tce_rtas)call) == op->token)
			name = rtas_names[call];
	if (name)
		fprintf(out, "rtas %s", name);
	else
		fprintf(out, "rtas token=0x%x", op->token);
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s0x%" PRIx32, i ? "," : " args=", op->cells[i]);
	fprintf(out, " nargs=%u nret=%u", op->nargs, op->nret);
	if (op->block != TCE_BLOCK_SLOT)
		fputs(op->block == TCE_BLOCK_SCRATCH ? " block=scratch" : " block=none", out);
	if (op->at)
		fprintf(out, " at=0x%" PRIx64, op->at);
}

static void put_vio(FILE *out, const struct tce_qemu_config *config, const struct tce_op_vio *op)
{
	for (unsigned i = 0; i < config->nr_vio; i++)
		if (config->vio[i].unit == op->unit)
			fprintf(out, "vio-dma %s addr=0x%" PRIx64, vio_name(&config->vio[i]),
				op->addr);
}

void tce_text_op(FILE *out, const struct tce_qemu_config *config,
		 const struct tce_papr_profile *profile, const struct tce_op *op)
{
	switch (op->kind) {
	case TCE_OP_HCALL: put_hcall(out, op); break;
	case TCE_OP_RTAS: put_rtas(out, profile, &op->rtas); break;
	case TCE_OP_CAS: fputs("cas", out); break;
	case TCE_OP_SWEEP:
		fprintf(out, "sweep liobn=0x%" PRIx64 " ioba=0x%" PRIx64, op->sweep.liobn,
			op->sweep.ioba);
		fprintf(out, " step=0x%" PRIx64 " count=%" PRIu64, op->sweep.step, op->sweep.count);
		break;
	case TCE_OP_DMA:
		fprintf(out, "dma edu%u %s addr=0x%" PRIx64 " len=%u", op->dma.device,
			op->dma.write ? "write" : "read", op->dma.addr, op->dma.len);
		break;
	case TCE_OP_VIO: put_vio(out, config, &op->vio); break;
	case TCE_OP_RESET: fputs("reset", out); break;
	case TCE_OP_PLUG: put_phb(out, &op->phb); break;
	case TCE_OP_UNPLUG: fprintf(out, "phb-unplug phb%u", op->index); break;
	case TCE_OP_SAVE: fputs("save", out); break;
	case TCE_OP_LOAD: fputs("load", out); break;
	case TCE_NR_OPS: break;
	}
}

/* --- expectations ------------------------------------------------------------------------- */

static void put_refused(FILE *out, int64_t code)
{
	static const struct {
		int64_t code;
		const char *name;
	} names[] = {{TCE_H_FUNCTION, "H_FUNCTION"},
		     {TCE_H_PARAMETER, "H_PARAMETER"},
		     {TCE_H_HARDWARE, "H_HARDWARE"},
		     {TCE_H_P4, "H_P4"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].code == code) {
			fprintf(out, "refused %s", names[i].name);
			return;
		}
	}
	fprintf(out, "refused r3=%" PRId64, code);
}

static void put_answer(FILE *out, const struct tce_op *op, const struct tce_answer *answer)
{
	if (answer->r3 != TCE_H_SUCCESS) {
		put_refused(out, answer->r3);
	} else if (op->kind == TCE_OP_RTAS && answer->status != TCE_RTAS_SUCCESS) {
		fprintf(out, "refused status=%" PRId32, answer->status);
	} else {
		fputs("ok", out);
		if (op->kind == TCE_OP_HCALL && op->hcall.token == TCE_H_GET_TCE)
			fprintf(out, " value=0x%" PRIx64, answer->r4);
		for (unsigned i = 1; op->kind == TCE_OP_RTAS && i < answer->nr_rets; i++)
			fprintf(out, " cell%u=0x%" PRIx32, i, answer->rets[i]);
	}
}

void tce_text_expect(FILE *out, const struct tce_op *op, const struct tce_expect *expect)
{
	static const char *const dma[] = {
		[TCE_DMA_OK] = "ok",
		[TCE_DMA_FAULT] = "fault",
		[TCE_DMA_NO_WINDOW] = "no-window",
		[TCE_DMA_MSI] = "msi",
		[TCE_DMA_NO_BUS] = "no-bus",
	};

	if (expect->abort != TCE_ABORT_NOT) {
		fputs("aborts", out);
		return;
	}
	switch (op->kind) {
	case TCE_OP_HCALL:
	case TCE_OP_VIO:
	case TCE_OP_RTAS: put_answer(out, op, &expect->answer); break;
	case TCE_OP_SWEEP:
		fprintf(out, "refusals=%" PRIu64 " hash=0x%" PRIx64 " nonzero=%" PRIu64,
			expect->out[0], expect->out[1], expect->out[2]);
		break;
	case TCE_OP_DMA: fputs(dma[expect->dma], out); break;
	default: fputs("ok", out); break;
	}
}

/* Are two words the same, "key=number" by value? */
static bool same_word(const char *a, const char *b)
{
	const char *value_a = strchr(a, '=');
	const char *value_b = strchr(b, '=');
	char *end_a;
	char *end_b;
	uint64_t number_a;
	uint64_t number_b;

	if (strcmp(a, b) == 0)
		return true;
	if (!value_a || !value_b || value_a - a != value_b - b ||
	    strncmp(a, b, (size_t)(value_a - a)) != 0)
		return false;
	number_a = strtoull(value_a + 1, &end_a, 0);
	number_b = strtoull(value_b + 1, &end_b, 0);
	return value_a[1] && value_b[1] && !*end_a && !*end_b && number_a == number_b;
}

static bool has_word(const char *text, const char *word)
{
	char *copy = strdup(text);
	bool found = false;
	char *save;

	if (!copy)
		return false;
	for (char *w = strtok_r(copy, " ,", &save); w && !found; w = strtok_r(NULL, " ,", &save))
		found = same_word(w, word);
	free(copy);
	return found;
}

bool tce_text_holds(const char *expected, const char *answer)
{
	char *copy = strdup(expected);
	bool holds = copy != NULL;
	char *save;

	if (!copy)
		return false;
	for (char *w = strtok_r(copy, " ,", &save); w && holds; w = strtok_r(NULL, " ,", &save))
		holds = has_word(answer, w);
	free(copy);
	return holds;
}
