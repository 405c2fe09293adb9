/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powernv as a platform: the table of what it does its own way, the order in which bridges and
 * devices are set up, its state in the stream. Left out: memory hotplug (no DMA window follows it).
 */
#include "powernv.h"

#include "machine/canon.h"

static void env(struct tce_linux_call *call, struct tce_linux_env *env)
{
	env->dma.ops = &tce_pnv_ioda2_iommu_ops;
	env->dma.ops_ctx = call;
	env->dma.block_max = TCE_PNV_BLOCK_MAX;
}

static bool table_is_dynamic(const struct tce_state *st, const struct tce_linux *lx,
			     const struct tce_linux_dev *dev)
{
	(void)st;
	(void)lx;
	(void)dev;
	return false;
}

static void drop(struct tce_state *st, struct tce_linux *lx)
{
	struct tce_powernv *pnv = tce_powernv_of(lx);
	struct tce_pnv_pe *pe;

	for (uint32_t i = 0; (pe = tce_pnv_pe_at(st, lx, i)) != NULL; i++)
		tce_mem_free(&st->mem, pe, sizeof(*pe));
	tce_vec_fini(&pnv->phbs, &st->mem, sizeof(struct tce_pnv_phb));
	tce_vec_fini(&pnv->pes, &st->mem, sizeof(struct tce_ref));
	tce_vec_fini(&pnv->pages, &st->mem, sizeof(struct tce_pnv_extent));
	tce_vec_fini(&pnv->tables, &st->mem, sizeof(struct tce_ref));
}

/* --- boot --------------------------------------------------------------------------------- */

/* Is a before b on their bus? */
static bool comes_before(const struct tce_dev *a, const struct tce_dev *b)
{
	if (a->bus != b->bus)
		return a->bus < b->bus;
	return a->devfn < b->devfn;
}

/* The next device below a parent (TCE_NO_ID: on the root bus) after one (NULL: the first). */
static const struct tce_dev *next_below(const struct tce_state *st, uint16_t phb, uint16_t parent,
					const struct tce_dev *after)
{
	const struct tce_dev *best = NULL;
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->phb != phb || dev->parent != parent ||
		    (after != NULL && !comes_before(after, dev)))
			continue;
		if (best == NULL || comes_before(dev, best))
			best = dev;
	}
	return best;
}

/* pci_bus_add_devices: all of a bus, then each of the buses below. */
static int add_bus(struct tce_linux_call *call, uint16_t phb, uint16_t parent)
{
	const struct tce_dev *dev = NULL;
	int err = 0;

	while (err == 0 && (dev = next_below(call->st, phb, parent, dev)) != NULL)
		err = tce_pnv_dev_setup(call, tce_linux_dev_find(call->st, call->lx, dev->id));
	while (err == 0 && (dev = next_below(call->st, phb, parent, dev)) != NULL)
		err = add_bus(call, phb, dev->id);
	return err;
}

static int boot(struct tce_linux_call *call)
{
	const struct tce_phb *phb;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++)
		err = tce_pnv_phb_init(call, phb->id);
	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++)
		err = add_bus(call, phb->id, TCE_NO_ID);
	return err;
}

static int phb_add(struct tce_linux_call *call, uint16_t phb)
{
	int err = tce_pnv_phb_init(call, phb);

	return err != 0 ? err : add_bus(call, phb, TCE_NO_ID);
}

static int phb_remove(struct tce_linux_call *call, uint16_t phb)
{
	tce_pnv_phb_forget(call, phb);
	return 0;
}

/* pnv_pci_ioda_shutdown: no PE has a window when the next kernel starts. */
static int shut_down(struct tce_linux_call *call)
{
	const struct tce_phb *phb;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++) {
		if (tce_linux_knows_phb(call->lx, phb->id))
			err = tce_pnv_reset_bridge(call, phb->id, false);
	}
	return err;
}

/* --- errors ------------------------------------------------------------------------------- */

#define FREEZE_ALL 3U /* MMIO and DMA */
#define RESET_HOT  4U

/* pnv_eeh_ops: what EEH asks of firmware. A hot reset changes no window. */
static int eeh(struct tce_linux_call *call, struct tce_linux_dev *dev, enum tce_eeh_op op)
{
	const struct tce_dev *plugged = tce_dev_find(call->st, dev->id);
	const struct tce_pnv_pe *pe = tce_pnv_pe_of(call->st, call->lx, plugged);
	const uint64_t reset[] = {plugged->phb, RESET_HOT, 1};
	uint64_t args[] = {plugged->phb, 0, FREEZE_ALL};
	int64_t rc;
	int err = 0;

	if (pe == NULL)
		return 0;
	args[1] = pe->number;
	if (op == TCE_EEH_FREEZE)
		return tce_pnv_opal(call, TCE_OPAL_PCI_EEH_FREEZE_SET, args, 3, &rc);
	if (op == TCE_EEH_RESET)
		err = tce_pnv_opal(call, TCE_OPAL_PCI_RESET, reset, 3, &rc);
	return err != 0 ? err : tce_pnv_opal(call, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, args, 3, &rc);
}

/* --- the stream --------------------------------------------------------------------------- */

static void pe_canon(const struct tce_state *st, const struct tce_linux *lx,
		     const struct tce_pnv_pe *pe, struct tce_canon *canon)
{
	tce_canon_u32(canon, (uint32_t)pe->number << 16 | pe->rid);
	tce_canon_u32(canon, (uint32_t)pe->flags << 16 | pe->device_count);
	tce_canon_u32(canon, (uint32_t)pe->last_bus << 16 | pe->master);
	tce_canon_id(canon, TCE_CANON_DEV, pe->pdev);
	tce_canon_id(canon, TCE_CANON_DEV, pe->parent_dev);
	tce_canon_u32(canon, pe->group_number);
	tce_canon_u64(canon, pe->bypass_base);
	tce_canon_u8(canon, (uint8_t)(pe->bypass_enabled | pe->dma_setup_done << 1 |
				      pe->window_refused << 2));
	tce_canon_u64(canon, pe->linear);
	tce_group_canon(st, tce_group_find(st, lx, tce_pnv_key(pe)), canon);
}

static void phb_canon(const struct tce_state *st, const struct tce_linux *lx, uint16_t id,
		      struct tce_canon *canon)
{
	const struct tce_pnv_phb *phb = tce_pnv_phb_find(lx, id);
	const struct tce_pnv_pe *pe;

	tce_canon_u8(canon, phb != NULL);
	if (phb == NULL)
		return;
	for (unsigned i = 0; i < TCE_PNV_PES_MAX / 64; i++)
		tce_canon_u64(canon, phb->used[i]);
	for (uint32_t i = 0; (pe = tce_pnv_pe_at(st, lx, i)) != NULL; i++) {
		if (pe->phb == id)
			pe_canon(st, lx, pe, canon);
	}
}

static void canon(const struct tce_state *st, const struct tce_linux *lx, struct tce_canon *sink)
{
	const struct tce_vec *pages = &tce_powernv_of(lx)->pages;

	for (uint32_t i = 0; i < tce_nr_phbs(st); i++)
		phb_canon(st, lx, tce_canon_order(sink, TCE_CANON_PHB, i, tce_phb_at(st, i)->id),
			  sink);
	for (uint32_t i = 0; i < pages->nr; i++) {
		const struct tce_pnv_extent *extent = tce_vec_at(pages, i, sizeof(*extent));

		tce_canon_u64(sink, extent->start);
		tce_canon_u64(sink, extent->end);
	}
}

const struct tce_linux_platform tce_linux_powernv = {
	.state_size = sizeof(struct tce_powernv),
	.drop = drop,
	.canon = canon,
	.boot = boot,
	.dev_setup = tce_pnv_dev_setup,
	.dev_remove = tce_pnv_dev_release,
	.phb_add = phb_add,
	.phb_remove = phb_remove,
	.bypass_supported = tce_pnv_bypass_supported,
	.env = env,
	.table_is_dynamic = table_is_dynamic,
	.table_free = tce_pnv_table_free,
	.shutdown = shut_down,
	.eeh = eeh,
	.group_ops = &tce_pnv_group_ops,
};
