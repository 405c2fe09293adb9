/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups by key, tables in their slots, tables that outlived their last reference. */
#include "group.h"

#include "base/assert.h"
#include "machine/canon.h"

#define REF sizeof(struct tce_ref)

static struct tce_ref *ref_at(const struct tce_vec *vec, uint32_t i)
{
	return tce_vec_at(vec, i, REF);
}

/* --- groups ------------------------------------------------------------------------------- */

struct tce_table_group *tce_group_at(const struct tce_state *st, const struct tce_linux *lx,
				     uint32_t i)
{
	return i < lx->groups.nr ? tce_state_at(st, *ref_at(&lx->groups, i)) : NULL;
}

/* Position of a key, or where it belongs. */
static uint32_t position(const struct tce_state *st, const struct tce_linux *lx, uint32_t key)
{
	uint32_t low = 0;
	uint32_t high = lx->groups.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (tce_group_at(st, lx, mid)->key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct tce_table_group *tce_group_find(const struct tce_state *st, const struct tce_linux *lx,
				       uint32_t key)
{
	struct tce_table_group *group = tce_group_at(st, lx, position(st, lx, key));

	return group != NULL && group->key == key ? group : NULL;
}

int tce_group_add(struct tce_linux_call *call, uint32_t key, struct tce_table_group **ret_group)
{
	const struct tce_mem *mem = tce_machine_mem(call->machine);
	struct tce_table_group *group;
	int err = tce_vec_reserve(&call->lx->groups, mem, REF, 1);

	TCE_ASSERT(tce_group_find(call->st, call->lx, key) == NULL);
	if (err != 0)
		return err;
	group = tce_mem_new(mem, sizeof(*group));
	if (group == NULL)
		return -TCE_ERR_NOMEM;
	group->key = key;
	*(struct tce_ref *)tce_vec_insert(&call->lx->groups, position(call->st, call->lx, key),
					  REF) = tce_state_ref(call->st, group);
	*ret_group = group;
	return 0;
}

int tce_group_remove(struct tce_linux_call *call, struct tce_table_group *group)
{
	const struct tce_mem *mem = tce_machine_mem(call->machine);
	struct tce_linux_dev *dev;
	int err = 0;

	for (unsigned slot = 0; slot < TCE_GROUP_TABLES && err == 0; slot++)
		err = tce_group_put_table(call, group, slot, false);
	if (err != 0)
		return err;
	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (dev->group == group->key)
			dev->group = TCE_NO_GROUP;
	}
	tce_vec_remove(&call->lx->groups, position(call->st, call->lx, group->key), 1, REF);
	tce_mem_free(mem, group, sizeof(*group));
	return 0;
}

struct tce_iommu_table *tce_group_table(const struct tce_state *st,
					const struct tce_table_group *group, unsigned slot)
{
	return tce_state_at(st, group->table[slot]);
}

void tce_group_set_table(struct tce_state *st, struct tce_table_group *group, unsigned slot,
			 struct tce_iommu_table *tbl)
{
	TCE_ASSERT(group->table[slot].grain == 0);
	group->table[slot] = tce_state_ref(st, tbl);
}

struct tce_linux_dev *tce_group_next_dev(const struct tce_state *st, const struct tce_linux *lx,
					 const struct tce_table_group *group, uint32_t from)
{
	struct tce_linux_dev *dev;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(st, lx, i)) != NULL; i++) {
		if (dev->group == group->key && dev->id >= from)
			return dev;
	}
	return NULL;
}

int tce_linux_give_to_user(struct tce_machine *machine, uint32_t key)
{
	struct tce_outcome outcome = {.err = 0};
	struct tce_linux_call call = {.machine = machine,
				      .st = tce_machine_state(machine),
				      .lx = tce_linux_of(machine),
				      .outcome = &outcome};
	struct tce_table_group *group = tce_group_find(call.st, call.lx, key);
	struct tce_linux_dev *dev;
	uint32_t from = 0;
	int refused;
	int err = 0;

	if (group == NULL)
		return -TCE_ERR_NOENT;
	if (call.lx->platform->group_ops == NULL)
		return -TCE_ERR_UNSUPPORTED;
	while (err == 0 && (dev = tce_group_next_dev(call.st, call.lx, group, from)) != NULL) {
		from = dev->id + 1U;
		dev->bound = false;
		err = call.lx->platform->group_ops->take_ownership(&call, group, dev, &refused);
	}
	return err;
}

/* --- the life of a table ------------------------------------------------------------------ */

int tce_linux_table_new(struct tce_linux_call *call, struct tce_iommu_table **ret_tbl)
{
	struct tce_alloc alloc = tce_mem_alloc(tce_machine_mem(call->machine));

	return tce_iommu_table_new(&alloc, ret_tbl);
}

static bool anyone_points_to(const struct tce_linux_call *call, const struct tce_iommu_table *tbl)
{
	const struct tce_linux_dev *dev;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (tce_dma_dev_table(&dev->dma) == tbl)
			return true;
	}
	return false;
}

static int add_stray(struct tce_linux_call *call, const struct tce_iommu_table *tbl)
{
	struct tce_vec *strays = &call->lx->strays;
	int err = tce_vec_reserve(strays, tce_machine_mem(call->machine), REF, 1);

	if (err == 0)
		*(struct tce_ref *)tce_vec_insert(strays, strays->nr, REF) =
			tce_state_ref(call->st, tbl);
	return err;
}

/* The memory of a stray that is freed and forgotten by everyone goes. */
static void sweep(struct tce_linux_call *call)
{
	struct tce_vec *strays = &call->lx->strays;

	for (uint32_t i = strays->nr; i > 0; i--) {
		struct tce_iommu_table *tbl = tce_state_at(call->st, *ref_at(strays, i - 1));

		if (tbl->refs != 0 || anyone_points_to(call, tbl))
			continue;
		tce_vec_remove(strays, i - 1, 1, REF);
		tbl->refs = 1;
		tce_iommu_tce_table_put(tbl);
	}
}

int tce_linux_table_put(struct tce_linux_call *call, struct tce_iommu_table *tbl)
{
	int err = 0;

	if (tbl->refs == 1 && call->lx->platform->table_free != NULL)
		err = call->lx->platform->table_free(call, tbl);
	if (err != 0)
		return err;
	if (tbl->refs > 1 || !anyone_points_to(call, tbl)) {
		tce_iommu_tce_table_put(tbl);
		return 0;
	}
	tbl->refs = 0;
	tbl->freed_by = call->st->nr_events + 1;
	if (tbl->has_map)
		tce_bitmap_fini(&tbl->map);
	tbl->has_map = false;
	return add_stray(call, tbl);
}

int tce_group_put_table(struct tce_linux_call *call, struct tce_table_group *group, unsigned slot,
			bool keep)
{
	struct tce_iommu_table *tbl = tce_group_table(call->st, group, slot);

	if (tbl == NULL)
		return 0;
	group->table[slot].grain = 0;
	return keep ? add_stray(call, tbl) : tce_linux_table_put(call, tbl);
}

void tce_linux_dev_set_table(struct tce_linux_call *call, struct tce_linux_dev *dev,
			     struct tce_iommu_table *tbl)
{
	tce_rptr_set(&dev->dma.table, tbl);
	sweep(call);
}

bool tce_linux_dev_table_is_freed(const struct tce_linux_dev *dev)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);

	return tbl != NULL && tbl->refs == 0;
}

/* --- the end, and the stream -------------------------------------------------------------- */

static void table_drop(struct tce_iommu_table *tbl)
{
	tbl->refs = 1;
	tce_iommu_tce_table_put(tbl);
}

/* One table may be in two slots, or in two groups. */
static void ref_drop(const struct tce_state *st, struct tce_ref ref)
{
	struct tce_iommu_table *tbl = tce_state_at(st, ref);

	if (tbl != NULL && --tbl->refs == 0)
		table_drop(tbl);
}

static void group_drop(struct tce_state *st, struct tce_table_group *group)
{
	for (unsigned slot = 0; slot < TCE_GROUP_TABLES; slot++)
		ref_drop(st, group->table[slot]);
	ref_drop(st, group->created);
	tce_mem_free(&st->mem, group, sizeof(*group));
}

void tce_groups_drop(struct tce_state *st, struct tce_linux *lx)
{
	for (uint32_t i = 0; i < lx->groups.nr; i++)
		group_drop(st, tce_group_at(st, lx, i));
	for (uint32_t i = 0; i < lx->strays.nr; i++)
		table_drop(tce_state_at(st, *ref_at(&lx->strays, i)));
	tce_vec_fini(&lx->groups, &st->mem, REF);
	tce_vec_fini(&lx->strays, &st->mem, REF);
}

/* Bits that are set, as runs. */
static void map_canon(const struct tce_iommu_table *tbl, struct tce_canon *canon)
{
	uint64_t from = 0;

	tce_canon_u8(canon, tbl->has_map);
	while (tbl->has_map && from < tbl->size) {
		uint64_t first = tce_bitmap_next_set(&tbl->map, from, tbl->size);

		if (first == tbl->size)
			break;
		from = tce_bitmap_next_zero(&tbl->map, first, tbl->size);
		tce_canon_u8(canon, 1);
		tce_canon_bus(canon, (tbl->offset + first) << tbl->page_shift);
		tce_canon_u64(canon, from - first);
	}
	tce_canon_u8(canon, 0);
}

/* Where the allocator goes on; an explorer that renames bus addresses forgets it. */
static void hints_canon(const struct tce_iommu_table *tbl, struct tce_canon *canon)
{
	if (canon->rename)
		return;
	for (unsigned i = 0; i < tbl->nr_pools; i++)
		tce_canon_u64(canon, tbl->pools[i].hint);
	tce_canon_u64(canon, tbl->large_pool.hint);
}

void tce_linux_table_canon(const struct tce_iommu_table *tbl, struct tce_canon *canon)
{
	tce_canon_u8(canon, tbl != NULL);
	if (tbl == NULL)
		return;
	tce_canon_u64(canon, tbl->index);
	tce_canon_u64(canon, tbl->offset);
	tce_canon_u64(canon, tbl->size);
	tce_canon_u32(canon, tbl->page_shift << 16 | tbl->refs);
	tce_canon_u64(canon, tbl->reserved_start);
	tce_canon_u64(canon, tbl->reserved_end);
	tce_canon_u64(canon, tbl->allocated_size);
	tce_canon_u32(canon, tbl->indirect_levels);
	map_canon(tbl, canon);
	hints_canon(tbl, canon);
}

void tce_group_canon(const struct tce_state *st, const struct tce_table_group *group,
		     struct tce_canon *canon)
{
	tce_canon_u8(canon, group != NULL);
	if (group == NULL)
		return;
	tce_canon_u64(canon, group->tce32_start);
	tce_canon_u64(canon, group->tce32_size);
	tce_canon_u64(canon, group->pgsizes);
	tce_canon_u32(canon, group->max_dynamic_windows);
	tce_canon_u32(canon, group->max_levels << 16 | group->lost_refs);
	tce_canon_u8(canon,
		     (uint8_t)(group->info_filled | group->registered << 1 | group->owned << 2));
	for (unsigned slot = 0; slot < TCE_GROUP_TABLES; slot++)
		tce_linux_table_canon(tce_group_table(st, group, slot), canon);
}

/* Which table a pointer means: a slot of the device's group, or what kind of stray. */
void tce_linux_dev_table_canon(const struct tce_state *st, const struct tce_linux *lx,
			       const struct tce_linux_dev *dev, struct tce_canon *canon)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);
	const struct tce_table_group *group = NULL;

	if (dev->group != TCE_NO_GROUP)
		group = tce_group_find(st, lx, dev->group);
	for (unsigned slot = 0; group != NULL && tbl != NULL && slot < TCE_GROUP_TABLES; slot++) {
		if (tce_group_table(st, group, slot) == tbl) {
			tce_canon_u8(canon, (uint8_t)(1 + slot));
			return;
		}
	}
	tce_canon_u8(canon, 0);
	tce_linux_table_canon(tbl, canon);
}
