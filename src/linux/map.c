/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers map and unmap: events become calls of the DMA API, and what it answers is kept as a
 * mapping (machine/mapping.h). A device whose table was freed under it is reported and goes no
 * further: what a real kernel does then is chance.
 */
#include "base/assert.h"
#include "group.h"

/* Elements of one list: more is not one event. */
#define SG_MAX 4096U

/* The largest block of the page allocator: larger requests fail later. */
#define COHERENT_ALIGN_MAX (UINT64_C(16) << 20)

/* A list as the DMA API takes it, and as a mapping keeps it; from the embedder's memory. */
struct sg_list {
	struct tce_sg_entry *entry;
	struct tce_map_piece *in;
	struct tce_map_piece *out;
	unsigned nr;
};

static const struct tce_mem *heap_of(const struct tce_linux_call *call)
{
	return &call->machine->heap;
}

static void sg_free(const struct tce_linux_call *call, struct sg_list *list)
{
	tce_mem_free(heap_of(call), list->entry, list->nr * sizeof(*list->entry));
	tce_mem_free(heap_of(call), list->in, list->nr * sizeof(*list->in));
	tce_mem_free(heap_of(call), list->out, list->nr * sizeof(*list->out));
}

static int sg_new(const struct tce_linux_call *call, unsigned nr, struct sg_list *list)
{
	list->nr = nr;
	list->entry = tce_mem_new(heap_of(call), nr * sizeof(*list->entry));
	list->in = tce_mem_new(heap_of(call), nr * sizeof(*list->in));
	list->out = tce_mem_new(heap_of(call), nr * sizeof(*list->out));
	if (list->entry != NULL && list->in != NULL && list->out != NULL)
		return 0;
	sg_free(call, list);
	return -TCE_ERR_NOMEM;
}

/* --- answers ------------------------------------------------------------------------------ */

/* What a driver is told, and what became of the kernel. */
static void take_answer(struct tce_linux_call *call, const struct tce_dma_answer *answer)
{
	struct tce_outcome *outcome = call->outcome;

	outcome->other_pool = answer->other_pool;
	switch (answer->why) {
	case TCE_DMA_WHY_OK: break;
	case TCE_DMA_WHY_HANG: outcome->no_progress = true; break;
	case TCE_DMA_WHY_OVERRUN:
	case TCE_DMA_WHY_BAD_BOUNDARY: tce_linux_oops(call); break;
	case TCE_DMA_WHY_NO_MEMORY: outcome->err = -TCE_ENOMEM; break;
	default: outcome->err = -TCE_EIO; break;
	}
}

static enum tce_dma_mode mode_of(struct tce_linux_call *call, const struct tce_linux_dev *dev,
				 bool direct)
{
	if (direct)
		return TCE_MODE_DIRECT;
	return call->lx->platform->table_is_dynamic(call->st, call->lx, dev) ? TCE_MODE_DYNAMIC
									     : TCE_MODE_DEFAULT;
}

static int keep(struct tce_linux_call *call, const struct tce_mapping_opts *opts, bool direct)
{
	const struct tce_linux_dev *dev = tce_linux_dev_find(call->st, call->lx, opts->dev);

	call->outcome->bus = tce_ioba(opts->out[0].addr);
	call->outcome->mode = mode_of(call, dev, direct);
	return tce_mapping_add(call->st, opts);
}

/* The device's table was freed and is going to be used: says so. */
static bool is_stale(struct tce_linux_call *call, const struct tce_linux_dev *dev, bool coherent)
{
	struct tce_linux_env env;

	if (!tce_linux_dev_table_is_freed(dev))
		return false;
	tce_linux_env_init(call, 0, &env);
	if (tce_dma_passes_table(&env.dma, &dev->dma, coherent))
		return false;
	call->outcome->used_freed = true;
	call->outcome->err = -TCE_EFAULT;
	return true;
}

/* A table without a bitmap is dereferenced (B16). */
static bool is_unfinished(struct tce_linux_call *call, const struct tce_linux_dev *dev)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);

	if (tbl == NULL || tbl->has_map || tbl->refs == 0)
		return false;
	tce_linux_oops(call);
	return true;
}

/* --- mapping ------------------------------------------------------------------------------ */

static int map_one(struct tce_linux_call *call, struct tce_linux_dev *dev,
		   const struct tce_ev_map *ev)
{
	struct tce_dma_buffer buffer = {ev->addr.v, ev->len, ev->dir};
	struct tce_map_piece in = {ev->addr.v, ev->len};
	struct tce_map_piece out = {.len = ev->len};
	struct tce_mapping_opts opts = {ev->map, ev->dev, ev->type, ev->dir, &in, 1, &out, 1};
	struct tce_linux_env env;
	struct tce_dma_answer answer;
	int err;

	tce_linux_env_init(call, ev->cpu, &env);
	if (ev->type == TCE_MAP_COHERENT)
		err = tce_dma_alloc_coherent(&env.dma, &dev->dma, ev->addr.v, ev->len, &answer);
	else
		err = tce_dma_map_page(&env.dma, &dev->dma, &buffer, &answer);
	if (err != 0)
		return err;
	take_answer(call, &answer);
	if (answer.why != TCE_DMA_WHY_OK)
		return 0;
	out.addr = answer.bus;
	return keep(call, &opts, answer.direct);
}

static void fill_list(const struct tce_linux_call *call, const struct tce_ev_map *ev,
		      struct sg_list *list)
{
	uint64_t in_page = (UINT64_C(1) << call->lx->page_shift) - 1;

	for (unsigned i = 0; i < list->nr; i++) {
		list->entry[i].page = ev->sg[i].ra.v & ~in_page;
		list->entry[i].offset = (uint32_t)(ev->sg[i].ra.v & in_page);
		list->entry[i].length = (uint32_t)ev->sg[i].len;
		list->in[i].addr = ev->sg[i].ra.v;
		list->in[i].len = ev->sg[i].len;
	}
}

static int map_list(struct tce_linux_call *call, struct tce_linux_dev *dev,
		    const struct tce_ev_map *ev, struct sg_list *list)
{
	struct tce_mapping_opts opts = {ev->map,  ev->dev,  ev->type,  ev->dir,
					list->in, list->nr, list->out, 0};
	struct tce_linux_env env;
	struct tce_dma_answer answer;
	int err;

	fill_list(call, ev, list);
	tce_linux_env_init(call, ev->cpu, &env);
	err = tce_dma_map_sg(&env.dma, &dev->dma, list->entry, list->nr, ev->dir, &answer);
	if (err != 0)
		return err;
	take_answer(call, &answer);
	if (answer.why != TCE_DMA_WHY_OK)
		return 0;
	for (unsigned i = 0; i < answer.nr_out; i++) {
		list->out[i].addr = list->entry[i].dma_address;
		list->out[i].len = list->entry[i].dma_length;
	}
	opts.nr_out = answer.nr_out;
	call->outcome->ret = answer.nr_out;
	return keep(call, &opts, answer.direct);
}

static int map_sg(struct tce_linux_call *call, struct tce_linux_dev *dev,
		  const struct tce_ev_map *ev)
{
	struct sg_list list;
	int err = sg_new(call, ev->nr_sg, &list);

	if (err != 0)
		return err;
	err = map_list(call, dev, ev, &list);
	sg_free(call, &list);
	return err;
}

/* The page allocator's blocks begin at a multiple of their size. */
static bool is_block(const struct tce_linux_call *call, const struct tce_ev_map *ev)
{
	uint64_t block = UINT64_C(1) << call->lx->page_shift;

	while (block < ev->len && block < COHERENT_ALIGN_MAX)
		block <<= 1;
	return (ev->addr.v & (block - 1)) == 0;
}

static bool fits(const struct tce_linux_call *call, const struct tce_ev_map *ev)
{
	if (ev->type == TCE_MAP_COHERENT && !is_block(call, ev))
		return false;
	if (ev->type != TCE_MAP_SG)
		return ev->len != 0 && ev->addr.v + ev->len > ev->addr.v;
	if (ev->nr_sg == 0 || ev->nr_sg > SG_MAX)
		return false;
	for (unsigned i = 0; i < ev->nr_sg; i++) {
		if (ev->sg[i].len > UINT32_MAX || ev->sg[i].ra.v + ev->sg[i].len < ev->sg[i].ra.v)
			return false;
	}
	return true;
}

int tce_linux_map(struct tce_linux_call *call, const struct tce_ev_map *ev)
{
	struct tce_linux_dev *dev = tce_linux_dev_find(call->st, call->lx, ev->dev);
	const struct tce_mapping *old = tce_mapping_find(call->st, ev->map);

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (!fits(call, ev))
		return -TCE_ERR_INVAL;
	if (old != NULL && old->state == TCE_MAP_LIVE)
		return -TCE_ERR_EXISTS;
	if (is_stale(call, dev, ev->type == TCE_MAP_COHERENT) || is_unfinished(call, dev))
		return 0;
	return ev->type == TCE_MAP_SG ? map_sg(call, dev, ev) : map_one(call, dev, ev);
}

/* --- unmapping ---------------------------------------------------------------------------- */

static int unmap_list(struct tce_linux_call *call, struct tce_linux_dev *dev,
		      const struct tce_mapping *map, const struct tce_linux_env *env)
{
	const struct tce_map_piece *out = tce_mapping_out(call->st, map);
	struct sg_list list;
	int err = sg_new(call, map->nr_in, &list);

	if (err != 0)
		return err;
	for (unsigned i = 0; i < map->nr_out; i++) {
		list.entry[i].dma_address = out[i].addr;
		list.entry[i].dma_length = (uint32_t)out[i].len;
	}
	err = tce_dma_unmap_sg(&env->dma, &dev->dma, list.entry, list.nr);
	sg_free(call, &list);
	return err;
}

static int unmap(struct tce_linux_call *call, struct tce_linux_dev *dev,
		 const struct tce_mapping *map)
{
	struct tce_linux_env env;
	bool ignored;
	int err;

	if (is_stale(call, dev, map->type == TCE_MAP_COHERENT) || is_unfinished(call, dev))
		return 0;
	tce_linux_env_init(call, 0, &env);
	if (map->type == TCE_MAP_SG)
		err = unmap_list(call, dev, map, &env);
	else if (map->type == TCE_MAP_COHERENT)
		err = tce_dma_free_coherent(&env.dma, &dev->dma, map->first_out.addr,
					    map->first_out.len, &ignored);
	else
		err = tce_dma_unmap_page(&env.dma, &dev->dma, map->first_out.addr,
					 map->first_out.len, &ignored);
	if (err == 0)
		tce_mapping_set_state(call->st, map->id, TCE_MAP_UNMAPPED);
	return err;
}

int tce_linux_unmap(struct tce_linux_call *call, uint16_t id)
{
	const struct tce_mapping *map = tce_mapping_find(call->st, id);
	struct tce_linux_dev *dev;

	if (map == NULL || map->state != TCE_MAP_LIVE)
		return -TCE_ERR_NOENT;
	dev = tce_linux_dev_find(call->st, call->lx, map->dev);
	TCE_ASSERT(dev != NULL); /* who goes unmaps all that it has */
	return unmap(call, dev, map);
}

int tce_linux_unmap_all(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	const struct tce_mapping *map;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (map = tce_mapping_at(call->st, i)) != NULL; i++) {
		if (map->dev != dev->id || map->state != TCE_MAP_LIVE)
			continue;
		err = unmap(call, dev, map);
		if (map->state == TCE_MAP_LIVE) /* its table is gone: so is the mapping */
			tce_mapping_set_state(call->st, map->id, TCE_MAP_LOST);
	}
	return err;
}

int tce_linux_unmap_raw(struct tce_linux_call *call, const struct tce_ev_unmap_raw *ev)
{
	struct tce_linux_dev *dev = tce_linux_dev_find(call->st, call->lx, ev->dev);
	struct tce_linux_env env;
	bool ignored;
	int err;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (is_stale(call, dev, false) || is_unfinished(call, dev))
		return 0;
	tce_linux_env_init(call, 0, &env);
	err = tce_dma_unmap_page(&env.dma, &dev->dma, ev->bus.v, ev->len, &ignored);
	if (err == 0 && ignored)
		call->outcome->err = -TCE_EINVAL;
	return err;
}
