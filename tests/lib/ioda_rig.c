/* SPDX-License-Identifier: BSD-2-Clause */
#include "ioda_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

static void die(const char *what, int err)
{
	fprintf(stderr, "ioda_rig: %s: %s\n", what, tce_strerror(err));
	abort();
}

static int outside(struct tce_ra ra, uint64_t n)
{
	return ra.v >= RIG_RAM || n > RIG_RAM - ra.v;
}

static int rig_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	struct ioda_rig *rig = ctx;

	rig->nr_reads++;
	if (outside(ra, n) || (ra.v & 0xfff) + n > 4096)
		return 1;
	memcpy(buf, rig->ram + ra.v, n);
	return 0;
}

static int rig_write(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	struct ioda_rig *rig = ctx;

	if (outside(ra, n) || (ra.v & 0xfff) + n > 4096)
		return 1;
	memcpy(rig->ram + ra.v, buf, n);
	return 0;
}

static int rig_is_ram(void *ctx, struct tce_ra ra, uint64_t n)
{
	(void)ctx;
	return !outside(ra, n);
}

void ioda_rig_opts(struct ioda_rig *rig, const char *model, const char *profile,
		   struct tce_ioda_opts *ret_opts)
{
	struct tce_ioda_opts opts = {
		.model = tce_ioda_model_find(model),
		.profile = tce_ioda_profile_find(profile),
		.memory = &rig->memory,
		.phb_id = RIG_PHB,
		.rtt = {RIG_RTT},
		.peltv = {RIG_PELTV},
		.pest = {RIG_PEST},
	};

	rig->memory.ctx = rig;
	rig->memory.read = rig_read;
	rig->memory.write = rig_write;
	rig->memory.is_ram = rig_is_ram;
	*ret_opts = opts;
}

void ioda_rig_init(struct ioda_rig *rig, const struct tce_ioda_opts *opts)
{
	int err;

	rig->nr_reads = 0;
	rig->ioda = NULL;
	rig->ram = calloc(1, RIG_RAM);
	if (rig->ram == NULL)
		die("memory", -TCE_ERR_NOMEM);
	if (opts == NULL)
		return;
	err = tce_ioda_new(opts, &rig->ioda);
	if (err != 0)
		die("new", err);
}

void ioda_rig_start(struct ioda_rig *rig, const char *model, const char *profile)
{
	struct tce_ioda_opts opts;

	ioda_rig_opts(rig, model, profile, &opts);
	ioda_rig_init(rig, &opts);
}

void ioda_rig_fini(struct ioda_rig *rig)
{
	tce_ioda_free(rig->ioda);
	free(rig->ram);
}

void ioda_rig_store(struct ioda_rig *rig, uint64_t ra, uint64_t value)
{
	tce_be64_store(rig->ram + ra, value);
}

uint64_t ioda_rig_load(const struct ioda_rig *rig, uint64_t ra)
{
	return tce_be64_load(rig->ram + ra);
}

static struct tce_opal_answer answer_of(struct ioda_rig *rig, uint64_t token,
					const uint64_t args[6])
{
	struct tce_opal_call call = {.token = token};
	struct tce_opal_answer answer;
	int err;

	call.u.args[0] = RIG_PHB;
	memcpy(&call.u.args[1], args, 6 * sizeof(args[0]));
	err = tce_ioda_opal(rig->ioda, &call, &answer);
	if (err != 0)
		die("opal", err);
	return answer;
}

int64_t ioda_rig_opal(struct ioda_rig *rig, uint64_t token, const uint64_t args[6])
{
	return answer_of(rig, token, args).rc;
}

enum tce_opal_refusal ioda_rig_refusal(struct ioda_rig *rig, uint64_t token, const uint64_t args[6])
{
	return answer_of(rig, token, args).refusal;
}

void ioda_rig_write_reg(struct ioda_rig *rig, uint32_t offset, uint64_t value)
{
	int err = tce_ioda_reg_write(rig->ioda, offset, value);

	if (err != 0)
		die("tce_ioda_reg_write", err);
}

struct tce_ioda_xlate ioda_rig_dma(struct ioda_rig *rig, unsigned rid, uint64_t addr,
				   unsigned access)
{
	struct tce_ioda_access what = {.rid = (uint16_t)rid, .addr = addr, .access = access};
	struct tce_ioda_xlate xlate;
	int err = tce_ioda_dma(rig->ioda, &what, &xlate);

	if (err != 0)
		die("dma", err);
	return xlate;
}

struct tce_ioda_xlate ioda_rig_peek(struct ioda_rig *rig, unsigned rid, uint64_t addr,
				    unsigned access)
{
	struct tce_ioda_access what = {.rid = (uint16_t)rid, .addr = addr, .access = access};
	struct tce_ioda_xlate xlate;

	tce_ioda_peek(rig->ioda, &what, &xlate);
	return xlate;
}
