/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine both sides are built as. See config.h. */
#include <string.h>

#include "base/assert.h"

#include "config.h"

struct tce_qemu_phb tce_qemu_phb_default(unsigned index)
{
	struct tce_phb_opts opts;

	tce_phb_opts_qemu(&opts, index);
	return (struct tce_qemu_phb){
		.dyn_liobn_first = opts.dyn_liobn_first,
		.index = index,
		.ddw = true,
		.pgsz = UINT64_C(0x1211000),
		.dma_win_addr = 0,
		.dma_win_size = UINT64_C(0x40000000),
		.dma64_win_addr = UINT64_C(0x800000000000000),
	};
}

void tce_qemu_config_init(struct tce_qemu_config *config)
{
	const struct tce_qemu_phb phb = tce_qemu_phb_default(0);

	*config = (struct tce_qemu_config){.nr_phb = 0};
	tce_qemu_config_plug(config, &phb);
}

struct tce_qemu_phb *tce_qemu_config_phb(struct tce_qemu_config *config, unsigned index)
{
	for (unsigned i = 0; i < config->nr_phb; i++)
		if (config->phb[i].index == index)
			return &config->phb[i];
	return NULL;
}

void tce_qemu_config_plug(struct tce_qemu_config *config, const struct tce_qemu_phb *phb)
{
	unsigned n = config->nr_phb;

	TCE_ASSERT(n < TCE_QEMU_MAX_PHB);
	config->phb[n] = *phb;
	config->phb[n].instance = n ? config->phb[n - 1].instance + 1 : 0;
	config->nr_phb++;
}

void tce_qemu_config_unplug(struct tce_qemu_config *config, unsigned index)
{
	struct tce_qemu_phb *phb = tce_qemu_config_phb(config, index);

	TCE_ASSERT(phb);
	config->nr_phb--;
	memmove(phb, phb + 1, (size_t)(config->phb + config->nr_phb - phb) * sizeof(*phb));
}

bool tce_qemu_config_loadable(const struct tce_qemu_config *config)
{
	for (unsigned i = 0; i < config->nr_phb; i++)
		if (config->phb[i].instance != i)
			return false;
	return true;
}

uint64_t tce_qemu_buid(unsigned index)
{
	return UINT64_C(0x800000020000000) + index;
}

void tce_qemu_phb_opts(const struct tce_qemu_phb *phb, struct tce_phb_opts *ret_opts)
{
	tce_phb_opts_qemu(ret_opts, phb->index);
	ret_opts->page_shifts = phb->pgsz;
	ret_opts->win_addr = phb->dma_win_addr;
	ret_opts->win_size = phb->dma_win_size;
	ret_opts->dyn_win_addr = phb->dma64_win_addr;
	ret_opts->no_ddw = !phb->ddw;
	ret_opts->dyn_liobn_first = phb->dyn_liobn_first;
}

static int fill(const struct tce_qemu_config *config, struct tce_lpar *lpar)
{
	struct tce_phb_opts opts;
	struct tce_vio_opts vio;
	int err = 0;

	for (unsigned i = 0; i < config->nr_phb && !err; i++) {
		tce_qemu_phb_opts(&config->phb[i], &opts);
		err = tce_lpar_phb_add(lpar, &opts);
	}
	for (unsigned i = 0; i < config->nr_vio && !err; i++) {
		vio = (struct tce_vio_opts){.unit = config->vio[i].unit,
					    .liobn = config->vio[i].unit,
					    .size = TCE_QEMU_VIO_WIN};
		err = tce_lpar_vio_add(lpar, &vio);
	}
	return err;
}

int tce_qemu_config_model(const struct tce_qemu_config *config,
			  const struct tce_papr_profile *profile, const struct tce_memory *memory,
			  struct tce_lpar **ret_lpar, struct tce_fail *fail)
{
	struct tce_lpar_opts opts = {
		.profile = profile, .memory = memory, .storage = TCE_STORAGE_LAZY};
	struct tce_lpar *lpar;
	int err = tce_lpar_new(&opts, &lpar);

	if (err)
		return tce_fail(fail, "cannot make the model: %s", tce_strerror(err));
	err = fill(config, lpar);
	if (err) {
		tce_lpar_free(lpar);
		return tce_fail(fail, "the model refuses this machine: %s", tce_strerror(err));
	}
	*ret_lpar = lpar;
	return 0;
}
