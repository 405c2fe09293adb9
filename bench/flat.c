/* SPDX-License-Identifier: BSD-2-Clause */
#include "flat.h"

#include "base/bits.h"

void flat_init(struct flat *flat, unsigned page_shift, uint64_t nr_entries, uint64_t *entry)
{
	flat->nr_entries = nr_entries;
	flat->page_shift = page_shift;
	flat->page_mask = (UINT64_C(1) << page_shift) - 1;
	flat->nr_mapped = 0;
	flat->entry = entry;
}

static uint64_t store(struct flat *flat, uint64_t index, uint64_t tce, uint64_t *mapped)
{
	uint64_t old = __atomic_load_n(&flat->entry[index], __ATOMIC_RELAXED);

	__atomic_store_n(&flat->entry[index], tce, __ATOMIC_RELEASE);
	*mapped += ((tce & TCE_PERM) != 0) - (uint64_t)((old & TCE_PERM) != 0);
	return old;
}

static void add_mapped(struct flat *flat, uint64_t n)
{
	__atomic_store_n(&flat->nr_mapped, flat->nr_mapped + n, __ATOMIC_RELAXED);
}

static bool outside(const struct flat *flat, uint64_t index, uint64_t count)
{
	return index > flat->nr_entries || count > flat->nr_entries - index;
}

int flat_put(struct flat *flat, uint64_t index, uint64_t tce, uint64_t *ret_old)
{
	uint64_t mapped = 0;
	uint64_t old;

	if (index >= flat->nr_entries)
		return -TCE_ERR_INVAL;
	old = store(flat, index, tce, &mapped);
	add_mapped(flat, mapped);
	if (ret_old != NULL)
		*ret_old = old;
	return 0;
}

int flat_put_list(struct flat *flat, uint64_t index, const struct tce_be64 *list, uint64_t count)
{
	uint64_t mapped = 0;
	uint64_t i;

	if (outside(flat, index, count))
		return -TCE_ERR_INVAL;
	for (i = 0; i < count; i++)
		store(flat, index + i, tce_be64_get(&list[i]), &mapped);
	add_mapped(flat, mapped);
	return 0;
}

int flat_put_run(struct flat *flat, uint64_t index, uint64_t first, uint64_t count)
{
	uint64_t mapped = 0;
	uint64_t i;

	if (outside(flat, index, count))
		return -TCE_ERR_INVAL;
	for (i = 0; i < count; i++)
		store(flat, index + i, first + (i << flat->page_shift), &mapped);
	add_mapped(flat, mapped);
	return 0;
}

int flat_stuff(struct flat *flat, uint64_t index, uint64_t tce, uint64_t count)
{
	uint64_t mapped = 0;
	uint64_t i;

	if (outside(flat, index, count))
		return -TCE_ERR_INVAL;
	for (i = 0; i < count; i++)
		store(flat, index + i, tce, &mapped);
	add_mapped(flat, mapped);
	return 0;
}

/* As an owner of live mappings must: look at all of them. */
void flat_clear(struct flat *flat)
{
	uint64_t mapped = 0;
	uint64_t i;

	for (i = 0; i < flat->nr_entries; i++)
		if (__atomic_load_n(&flat->entry[i], __ATOMIC_RELAXED) != 0)
			store(flat, i, 0, &mapped);
	add_mapped(flat, mapped);
}

bool flat_translate(const struct flat *flat, uint64_t offset, unsigned access,
		    struct tce_xlate *ret_xlate)
{
	uint64_t index = offset >> flat->page_shift;
	bool inside = index < flat->nr_entries;
	uint64_t tce = inside ? __atomic_load_n(&flat->entry[index], __ATOMIC_ACQUIRE) : 0;

	ret_xlate->tce = tce;
	ret_xlate->ra.v = (tce & ~flat->page_mask) | (offset & flat->page_mask);
	ret_xlate->perm = (unsigned)(tce & TCE_PERM);
	ret_xlate->page_shift = flat->page_shift;
	return inside && (ret_xlate->perm & access) == access;
}
