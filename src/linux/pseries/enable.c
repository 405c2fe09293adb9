/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enable_ddw: a device sets a wide mask, and its PE gets a dynamic DMA window if it can be had. The
 * decision is ddw.h's; here are the steps around it, in the kernel's order, and the ways
 * back. struct attempt holds what one run of it knows.
 */
#include <string.h>

#include "base/bits.h"
#include "pseries.h"

#define MASK_32 UINT64_C(0xffffffff)
#define MASK_64 UINT64_MAX

/* ibm,ddw-extensions: DDW_EXT_RESET_DMA_WIN, DDW_EXT_LIMITED_ADDR_MODE. */
#define EXT_RESET   1U
#define EXT_LIMITED 3U

struct attempt {
	struct tce_linux_dev *dev;
	struct tce_table_group *group;
	struct tce_pseries_asker asker;
	struct tce_ddw_facts facts;
	struct tce_pseries_window window;
	struct tce_ddw_record record;
	uint32_t windows; /* that the last query told of */
};

uint64_t tce_pseries_lrdr_max(const struct tce_machine *machine)
{
	const struct tce_machine_opts *opts = &machine->opts;

	return opts->no_lrdr ? tce_memmap_drmem_end(machine->st) : opts->lrdr_capacity;
}

/* Before 6.15 RAM that is there counts too, and with it what was persistent memory. */
static uint64_t hotplug_max(const struct tce_linux_call *call)
{
	uint64_t max = tce_pseries_lrdr_max(call->machine);
	uint64_t dram = tce_linux_dram_end(call->lx);

	if (tce_linux_has(call->lx, TCE_KF_HOTPLUG_MAX_LRDR))
		return max;
	return dram > max ? dram : max;
}

static bool has_pmem(const struct tce_linux_call *call)
{
	return tce_pmem_at(call->st, 0) != NULL;
}

/* --- steps: each says in *ret_step where it ended, DONE to go on --------------------------- */

static int query(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	struct tce_pseries_query answer;
	bool ok;
	int err;

	if (tce_linux_bug(call->lx, TCE_DEFECT_B19) && tce_linux_flag(call, TCE_BOOT_EEH_OFF)) {
		tce_linux_oops(call); /* the address of the PE is taken from EEH's structure */
		*ret_step = TCE_DDW_QUERY;
		return 0;
	}
	err = tce_pseries_rtas_query(call, &a->asker, &answer, &ok);
	if (err != 0)
		return err;
	*ret_step = ok ? TCE_DDW_DONE : TCE_DDW_QUERY;
	a->windows = answer.windows;
	a->facts.block = answer.block;
	a->facts.page_mask = answer.page_mask;
	return 0;
}

/* Does a driver map in the default window? B13 takes bus page 0 for a mapping. */
static bool default_in_use(const struct tce_linux_call *call, struct attempt *a)
{
	const struct tce_iommu_table *tbl = tce_group_table(call->st, a->group, 0);

	if (tbl == NULL || !tbl->has_map || !tce_iommu_table_in_use(&call->lx->kernel, tbl))
		return false;
	a->record.was_in_use = tbl->map.nr_set > (tbl->offset == 0 ? 1 : 0);
	return true;
}

/* limited_addr_enabled: firmware gives windows that the mask reaches. */
static int limit(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	uint32_t flag;
	bool ok;
	int err;

	if (a->facts.dma_mask == MASK_64)
		return 0;
	*ret_step = TCE_DDW_NO_LIMITED_MODE;
	if (!tce_pseries_ext(call->st, a->asker.node, EXT_LIMITED, &flag) || flag == 0)
		return 0;
	if (!tce_linux_bug(call->lx, TCE_DEFECT_D31) && default_in_use(call, a)) {
		*ret_step = TCE_DDW_IN_USE; /* the reset would clear what drivers have mapped */
		return 0;
	}
	err = tce_pseries_rtas_reset(call, &a->asker, true, &ok);
	a->record.limited = err == 0 && ok;
	*ret_step = ok ? TCE_DDW_DONE : TCE_DDW_LIMITED_MODE;
	return err;
}

/* remove_dma_window of the default one. */
static int remove_default(struct tce_linux_call *call, struct attempt *a)
{
	struct tce_dma_window window;
	int err = tce_pseries_clean_default(call, a->asker.node);

	tce_pseries_default_prop(call->st, a->asker.node, &window);
	if (err == 0)
		err = tce_pseries_rtas_remove(call, window.liobn);
	a->facts.default_removed = true;
	a->record.default_removed = true;
	return err;
}

/* No window left: give up the default one, when nobody needs it and it can be brought back. */
static int make_room(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	struct tce_dma_window window;
	uint32_t token;
	int err;

	a->record.windows = a->windows;
	if (a->windows != 0)
		return 0;
	*ret_step = TCE_DDW_NO_WINDOW_LEFT;
	if (!tce_linux_has(call->lx, TCE_KF_REMOVE_DEFAULT))
		return 0;
	if (!tce_linux_bug(call->lx, TCE_DEFECT_B10) && default_in_use(call, a)) {
		*ret_step = TCE_DDW_IN_USE;
		return 0;
	}
	if (!tce_pseries_default_prop(call->st, a->asker.node, &window) ||
	    !tce_pseries_ext(call->st, a->asker.node, EXT_RESET, &token))
		return 0;
	err = remove_default(call, a);
	if (err == 0)
		err = query(call, a, ret_step);
	if (err == 0 && *ret_step == TCE_DDW_DONE && a->windows == 0)
		*ret_step = TCE_DDW_STILL_NO_WINDOW;
	return err;
}

static int create(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	bool ok;
	int err;

	a->record.decision = tce_ddw_decide(&a->facts);
	*ret_step = (enum tce_ddw_step)a->record.decision.step;
	if (*ret_step != TCE_DDW_DONE)
		return 0;
	a->window.node = a->asker.node;
	a->window.direct = a->record.decision.mode != TCE_MODE_DYNAMIC;
	a->window.prop.tce_shift = a->record.decision.page_shift;
	a->window.prop.window_shift = a->record.decision.window_shift;
	err = tce_pseries_rtas_create(call, &a->asker, &a->window.prop, &ok);
	*ret_step = ok ? TCE_DDW_DONE : TCE_DDW_CREATE;
	return err;
}

/* --- the window is there: property, premapping, table -------------------------------------- */

static enum tce_prop prop_of(const struct attempt *a)
{
	return a->window.direct ? TCE_PROP_DIRECT64 : TCE_PROP_DMA64;
}

/* walk_system_ram_range: every stretch of System RAM below the limit. */
static int premap(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	uint64_t limit = tce_linux_has(call->lx, TCE_KF_HOTPLUG_MAX_LRDR)
				 ? a->facts.hotplug_max
				 : tce_linux_dram_end(call->lx);
	int64_t rc = 0;
	int err = 0;

	for (uint32_t i = 0; err == 0 && rc == 0 && i < call->lx->ram.nr; i++) {
		const struct tce_ram *ram = tce_vec_at(&call->lx->ram, i, sizeof(struct tce_ram));
		uint64_t end = ram->addr + ram->size < limit ? ram->addr + ram->size : limit;

		if (ram->addr < limit)
			err = tce_pseries_setrange(call, &a->window.prop, ram->addr,
						   end - ram->addr, &rc);
	}
	*ret_step = rc == 0 ? TCE_DDW_DONE : TCE_DDW_PREMAP;
	return err;
}

/* The part of the window that drivers map in: all of it, or what lies above RAM. */
static void set_table(const struct attempt *a, struct tce_iommu_table *tbl)
{
	const struct tce_ddw_prop *prop = &a->window.prop;
	uint64_t skip = a->record.decision.mode == TCE_MODE_HYBRID
				? tce_pow2(a->record.decision.ram_shift)
				: 0;

	tbl->index = prop->liobn;
	tbl->page_shift = prop->tce_shift;
	tbl->offset = (prop->dma_base + skip) >> prop->tce_shift;
	tbl->size = (tce_pow2(prop->window_shift) - skip) >> prop->tce_shift;
}

/* MMIO32 is kept out of the table. B12 takes bytes for entries, D32 the last byte for the end. */
static int init_table(struct tce_linux_call *call, const struct attempt *a,
		      struct tce_iommu_table *tbl)
{
	const struct tce_dev *dev = tce_dev_find(call->st, a->dev->id);
	const struct tce_phb *phb = tce_phb_find(call->st, dev->phb);
	unsigned shift;
	uint64_t end;

	set_table(a, tbl);
	shift = tce_linux_bug(call->lx, TCE_DEFECT_B12) ? 0 : tbl->page_shift;
	end = phb->mmio32_last >> shift;
	if (tce_phb_mmio32(phb) && !tce_linux_bug(call->lx, TCE_DEFECT_D32))
		end++;
	return tce_pseries_init_table(call, tbl, phb->mmio32_start >> shift, end);
}

static int make_table(struct tce_linux_call *call, struct attempt *a,
		      struct tce_iommu_table **ret_tbl, enum tce_ddw_step *ret_step)
{
	const struct tce_dev *dev = tce_dev_find(call->st, a->dev->id);
	int err;

	if (tce_linux_bug(call->lx, TCE_DEFECT_B11) &&
	    !tce_phb_mmio32(tce_phb_find(call->st, dev->phb))) {
		*ret_step = TCE_DDW_NO_MMIO32;
		return 0;
	}
	err = tce_linux_table_new(call, ret_tbl);
	if (err == 0)
		err = init_table(call, a, *ret_tbl);
	if (err != 0 || (*ret_tbl)->has_map || tce_linux_bug(call->lx, TCE_DEFECT_D29))
		return err;
	*ret_step = TCE_DDW_NO_MEMORY;
	return tce_linux_table_put(call, *ret_tbl);
}

/* Clean, drop the property, give the window back. */
static int undo(struct tce_linux_call *call, struct attempt *a)
{
	int err = tce_pseries_clean(call, &a->window.prop);

	tce_node_prop_del(call->st, a->asker.node, prop_of(a));
	return err != 0 ? err : tce_pseries_rtas_remove(call, a->window.prop.liobn);
}

/* Every device that still points to a table that is about to go. With D9 only the caller's does. */
static void leave_table(struct tce_linux_call *call, const struct attempt *a,
			const struct tce_iommu_table *old, struct tce_iommu_table *now)
{
	struct tce_linux_dev *dev;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (dev != a->dev && tce_linux_bug(call->lx, TCE_DEFECT_D9))
			continue;
		if (dev == a->dev || (old != NULL && tce_dma_dev_table(&dev->dma) == old))
			tce_linux_dev_set_table(call, dev, now);
	}
}

/*
 * The default window is gone: its table leaves the group, the DDW's takes its place or the second
 * slot. D10: a dynamic DDW in its place forgets the old one's reference.
 */
static int replace_default(struct tce_linux_call *call, struct attempt *a,
			   struct tce_iommu_table *tbl)
{
	bool slot0 = tce_linux_has(call->lx, TCE_KF_DDW_SLOT0) &&
		     !tce_linux_bug(call->lx, TCE_DEFECT_B4);
	bool keep = slot0 && a->record.decision.mode == TCE_MODE_DYNAMIC &&
		    tce_linux_bug(call->lx, TCE_DEFECT_D10);
	int err;

	leave_table(call, a, tce_group_table(call->st, a->group, 0), tbl);
	err = tce_group_put_table(call, a->group, 0, keep);
	if (err == 0 && tbl != NULL)
		tce_group_set_table(call->st, a->group, slot0 ? 0 : 1, tbl);
	return err;
}

static int adopt(struct tce_linux_call *call, struct attempt *a, struct tce_iommu_table *tbl)
{
	if (a->facts.default_removed)
		return replace_default(call, a, tbl);
	if (tbl != NULL) {
		tce_group_set_table(call->st, a->group, 1, tbl);
		leave_table(call, a, NULL, tbl);
	}
	return 0;
}

/* ibm,dma-window leaves the tree; a copy of it stays for the way back. */
static int hide_default_prop(struct tce_linux_call *call, const struct attempt *a)
{
	uint32_t len;
	int err = 0;

	if (tce_linux_has(call->lx, TCE_KF_TABLE_GROUP_OPS) &&
	    tce_node_prop(call->st, a->asker.node, TCE_PROP_WINDOW_SAVED, &len) == NULL)
		err = tce_node_prop_copy(call->st, a->asker.node, TCE_PROP_DMA_WINDOW,
					 TCE_PROP_WINDOW_SAVED);
	if (err == 0)
		tce_node_prop_del(call->st, a->asker.node, TCE_PROP_DMA_WINDOW);
	return err;
}

/* Another CPU brings the lowest memory block online that is plugged and not in use. */
static int online_meanwhile(struct tce_linux_call *call)
{
	struct tce_outcome ignored = {.err = 0};
	struct tce_linux_call other = *call;
	const struct tce_mem_run *run;

	other.outcome = &ignored;
	for (uint32_t i = 0; (run = tce_mem_run_at(call->st, i)) != NULL; i++) {
		struct tce_ev_memory block = {run->addr, call->st->memmap.lmb_size};

		if ((run->flags & (TCE_MEM_PLUGGED | TCE_MEM_ONLINE)) == TCE_MEM_PLUGGED)
			return tce_linux_memory_online(&other, &block);
	}
	return 0;
}

/* With D14 memory may come online while the window is filled but not yet in the list. */
static int list_window(struct tce_linux_call *call, const struct attempt *a)
{
	bool race = tce_machine_races(call->machine);
	bool early = race && tce_linux_bug(call->lx, TCE_DEFECT_D14);
	int err = early ? online_meanwhile(call) : 0;

	if (err == 0)
		err = tce_pseries_window_add(call, &a->window);
	return err == 0 && race && !early ? online_meanwhile(call) : err;
}

/* Steps 10 to 13; a window that cannot be used goes back. */
static int use_window(struct tce_linux_call *call, struct attempt *a, enum tce_ddw_step *ret_step)
{
	struct tce_iommu_table *tbl = NULL;
	int err;

	if (tce_machine_alloc_fails(call->machine)) {
		*ret_step = TCE_DDW_NO_MEMORY;
		return tce_pseries_rtas_remove(call, a->window.prop.liobn);
	}
	err = tce_pseries_ddw_prop_set(call->st, a->asker.node, prop_of(a), &a->window.prop);
	if (err == 0 && a->window.direct)
		err = premap(call, a, ret_step);
	if (err == 0 && *ret_step == TCE_DDW_DONE && a->record.decision.mode != TCE_MODE_DIRECT)
		err = make_table(call, a, &tbl, ret_step);
	if (err != 0)
		return err;
	if (*ret_step != TCE_DDW_DONE)
		return undo(call, a);
	err = adopt(call, a, tbl);
	if (err == 0 && a->facts.default_removed)
		err = hide_default_prop(call, a);
	if (err == 0)
		err = list_window(call, a);
	a->dev->dma.dma_offset = a->window.prop.dma_base;
	return err;
}

/* --- failure and success -------------------------------------------------------------------- */

/* Without D28: a default window that does not come back is not mapped in any more. */
static int lose_default(struct tce_linux_call *call, struct attempt *a)
{
	int err = hide_default_prop(call, a);

	if (err != 0)
		return err;
	leave_table(call, a, tce_group_table(call->st, a->group, 0), NULL);
	return tce_group_put_table(call, a->group, 0, false);
}

/* The default window comes back by a reset; the PE is not tried again (without B18). */
static int give_up(struct tce_linux_call *call, struct attempt *a)
{
	bool ok;
	int err = 0;

	if (a->facts.default_removed || a->record.limited)
		err = tce_pseries_rtas_reset(call, &a->asker, false, &ok);
	if (err == 0 && a->facts.default_removed && !ok && !tce_linux_bug(call->lx, TCE_DEFECT_D28))
		err = lose_default(call, a);
	if (err == 0 && !tce_linux_bug(call->lx, TCE_DEFECT_B18))
		err = tce_pseries_fail(call, a->asker.node);
	return err;
}

/* Where direct addresses of this device end; window_shift is that of the window in use. */
static void set_limit(struct tce_linux_call *call, struct attempt *a, unsigned window_shift)
{
	const struct tce_linux *lx = call->lx;
	unsigned ram = a->record.decision.ram_shift;
	uint64_t *limit = &a->dev->dma.bus_dma_limit;

	if (!tce_linux_has(lx, TCE_KF_PMEM_FALLBACK) || tce_linux_bug(lx, TCE_DEFECT_B23))
		return;
	if (tce_linux_has(lx, TCE_KF_LIMIT_ALWAYS)) {
		*limit = a->dev->dma.dma_offset + tce_pow2(ram);
		return;
	}
	if (!a->facts.pmem)
		return;
	if (tce_linux_has(lx, TCE_KF_HYBRID_DDW) ? window_shift != TCE_MAX_PHYSMEM_BITS
						 : window_shift == ram)
		*limit = a->dev->dma.dma_offset + tce_pow2(ram);
}

/* Does the mask go as far as the window was made for? Nobody asks (D41), nor need who only asks. */
static bool is_in_reach(const struct tce_linux_call *call, const struct attempt *a,
			const struct tce_pseries_window *window)
{
	uint64_t end = window->prop.dma_base + tce_low_mask(a->record.decision.ram_shift);

	return a->facts.dma_mask >= end || call->only_asks ||
	       tce_linux_bug(call->lx, TCE_DEFECT_D41);
}

/* The window is in the list: another function, or the same one again. */
static bool reuse(struct tce_linux_call *call, struct attempt *a,
		  const struct tce_pseries_window *window)
{
	bool direct = window->direct;

	a->record.step = TCE_DDW_LISTED;
	if (window->direct && !is_in_reach(call, a, window))
		return false;
	a->dev->dma.dma_offset = window->prop.dma_base;
	if (!tce_linux_has(call->lx, TCE_KF_DYNAMIC_DDW))
		direct = true;
	else if (tce_linux_bug(call->lx, TCE_DEFECT_B3))
		direct = window->prop.window_shift >= a->record.decision.ram_shift;
	if (direct)
		set_limit(call, a, window->prop.window_shift);
	return direct;
}

static int try_steps(struct tce_linux_call *call, struct attempt *a)
{
	enum tce_ddw_step step = TCE_DDW_DONE;
	int err;

	err = query(call, a, &step);
	if (err == 0 && step == TCE_DDW_DONE)
		err = limit(call, a, &step);
	if (err == 0 && step == TCE_DDW_DONE)
		err = make_room(call, a, &step);
	if (err == 0 && step == TCE_DDW_DONE)
		err = create(call, a, &step);
	if (err == 0 && step == TCE_DDW_DONE)
		err = use_window(call, a, &step);
	a->record.step = (uint8_t)step;
	return err;
}

static int enable(struct tce_linux_call *call, struct attempt *a, bool *ret_direct)
{
	int err = 0;

	if (tce_pseries_has_failed(call->lx, a->asker.node)) {
		a->record.step = TCE_DDW_BLACKLISTED;
		return 0;
	}
	if (tce_pseries_ddw_applicable(call->st, a->asker.node))
		err = try_steps(call, a);
	else
		a->record.step = TCE_DDW_NOT_OFFERED;
	if (err != 0 || call->lx->crashed)
		return err;
	if (a->record.step != TCE_DDW_DONE)
		return give_up(call, a);
	*ret_direct = a->window.direct;
	if (*ret_direct)
		set_limit(call, a, a->window.prop.window_shift);
	return 0;
}

/* What is known before firmware is asked. */
static void begin(const struct tce_linux_call *call, struct tce_linux_dev *dev, uint64_t mask,
		  struct attempt *a)
{
	a->dev = dev;
	a->asker.dev = dev->id;
	a->facts.kernel = &call->lx->kernel;
	a->facts.dma_mask = mask;
	a->facts.pmem = has_pmem(call);
	a->facts.hotplug_max = hotplug_max(call);
	a->facts.memory_block = call->st->memmap.lmb_size;
	a->record.only_asked = call->only_asks;
	a->record.decision.ram_shift = (uint8_t)tce_ddw_ram_shift(&a->facts);
}

static void end(const struct tce_linux_call *call, struct attempt *a)
{
	a->record.dma_mask = a->facts.dma_mask;
	a->record.refusal = (uint8_t)call->refusal;
	a->record.block = a->facts.block;
	a->record.page_mask = a->facts.page_mask;
	a->record.hotplug_max = a->facts.hotplug_max;
	if (a->record.step != TCE_DDW_LISTED && a->record.step != TCE_DDW_BLACKLISTED)
		a->group->ddw = a->record;
}

bool tce_pseries_mask_is_wide(const struct tce_kernel *kernel, uint64_t mask)
{
	return mask == MASK_64 || (tce_kernel_has(kernel, TCE_KF_LIMITED_MODE) && mask > MASK_32);
}

/* Firmware is not asked. For people, as long as there is nothing else to tell. */
static void note_not_asked(const struct tce_linux_call *call, const struct tce_linux_dev *dev,
			   uint64_t mask)
{
	struct tce_table_group *group =
		tce_group_find(call->st, call->lx, tce_pseries_find_node(call, dev->id));

	if (group == NULL || group->ddw.step != TCE_DDW_NEVER)
		return;
	group->ddw.step =
		tce_linux_flag(call, TCE_BOOT_DISABLE_DDW) ? TCE_DDW_DISABLED : TCE_DDW_NARROW_MASK;
	group->ddw.dma_mask = mask;
}

/* Without D12 a driver that asks which mask it needs does not put firmware into limited mode. */
static bool is_idle_question(const struct tce_linux_call *call, uint64_t mask)
{
	return call->only_asks && mask != MASK_64 && !tce_linux_bug(call->lx, TCE_DEFECT_D12);
}

int tce_pseries_bypass_supported(struct tce_linux_call *call, struct tce_linux_dev *dev,
				 uint64_t mask, bool *ret_ok)
{
	const struct tce_pseries_window *window;
	struct attempt a;
	int err = 0;

	*ret_ok = false;
	if (tce_linux_flag(call, TCE_BOOT_DISABLE_DDW) ||
	    !tce_pseries_mask_is_wide(&call->lx->kernel, mask)) {
		note_not_asked(call, dev, mask);
		return 0;
	}
	memset(&a, 0, sizeof(a));
	a.asker.node = tce_pseries_find_node(call, dev->id);
	if (a.asker.node == TCE_NODE_NONE)
		return 0;
	a.group = tce_group_find(call->st, call->lx, a.asker.node);
	if (a.group == NULL)
		return 0;
	window = tce_pseries_window_find(call->lx, a.asker.node);
	if (window == NULL && is_idle_question(call, mask))
		return 0;
	begin(call, dev, mask, &a);
	if (window != NULL)
		*ret_ok = reuse(call, &a, window);
	else
		err = enable(call, &a, ret_ok);
	end(call, &a);
	return err;
}
