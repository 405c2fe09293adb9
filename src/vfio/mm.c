/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: their memory as far as it can be pinned, their limit of locked memory, and what is
 * charged to them. An address space lives as long as its process or a container needs it. A child
 * that makes a call has an address space of its own, with the memory of its parent.
 */
#include "vfio.h"

#include "base/assert.h"
#include "base/bits.h"

#define REF sizeof(struct tce_ref)

static struct tce_vfio_process *process_at(const struct tce_state *st, const struct tce_vfio *vf,
					   uint32_t i)
{
	return i < vf->processes.nr
		       ? tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->processes, i, REF))
		       : NULL;
}

static uint32_t process_position(const struct tce_state *st, const struct tce_vfio *vf,
				 uint16_t number)
{
	uint32_t i = 0;

	while (i < vf->processes.nr && process_at(st, vf, i)->number < number)
		i++;
	return i;
}

static int process_new(struct tce_vfio_call *call, uint16_t number,
		       struct tce_vfio_process **ret_process)
{
	struct tce_vfio_process *process = tce_mem_new(tce_vfio_mem(call), sizeof(*process));
	struct tce_vfio_mm *mm;
	int err;

	if (process == NULL)
		return -TCE_ERR_NOMEM;
	err = tce_vfio_mm_new(call, &mm);
	if (err != 0)
		return err;
	process->number = number;
	process->memlock = UINT64_MAX;
	process->mm = tce_state_ref(call->lc.st, mm);
	*ret_process = process;
	return 0;
}

int tce_vfio_process_get(struct tce_vfio_call *call, uint16_t number,
			 struct tce_vfio_process **ret_process)
{
	struct tce_vec *all = &call->vf->processes;
	uint32_t i = process_position(call->lc.st, call->vf, number);
	struct tce_vfio_process *process = process_at(call->lc.st, call->vf, i);
	int err = 0;

	if (process == NULL || process->number != number) {
		err = tce_vec_reserve(all, tce_vfio_mem(call), REF, 1);
		if (err == 0)
			err = process_new(call, number, &process);
		if (err != 0)
			return err;
		*(struct tce_ref *)tce_vec_insert(all, i, REF) =
			tce_state_ref(call->lc.st, process);
	}
	*ret_process = process;
	return 0;
}

void tce_vfio_process_free(const struct tce_state *st, struct tce_vfio_process *process)
{
	tce_vec_fini(&process->vmas, &st->mem, sizeof(struct tce_vfio_vma));
	tce_mem_free(&st->mem, process, sizeof(*process));
}

void tce_vfio_process_end(struct tce_vfio_call *call, struct tce_vfio_process *process,
			  bool *ret_leaks)
{
	struct tce_vfio_mm *mm = tce_vfio_at(call, process->mm);

	*ret_leaks = mm->regions.nr != 0;
	tce_vec_remove(&call->vf->processes,
		       process_position(call->lc.st, call->vf, process->number), 1, REF);
	tce_vfio_mm_put(call->lc.st, mm);
	tce_vfio_process_free(call->lc.st, process);
}

/* --- address spaces ----------------------------------------------------------------------- */

int tce_vfio_mm_new(struct tce_vfio_call *call, struct tce_vfio_mm **ret_mm)
{
	struct tce_vfio_mm *mm = tce_mem_new(tce_vfio_mem(call), sizeof(*mm));

	if (mm == NULL)
		return -TCE_ERR_NOMEM;
	mm->id = call->vf->nr_mms++;
	mm->refs = 1;
	*ret_mm = mm;
	return 0;
}

void tce_vfio_mm_put(const struct tce_state *st, struct tce_vfio_mm *mm)
{
	if (mm == NULL || --mm->refs != 0)
		return;
	tce_vfio_regions_free(st, mm);
	tce_mem_free(&st->mem, mm, sizeof(*mm));
}

bool tce_vfio_account(struct tce_vfio_call *call, struct tce_vfio_mm *mm, uint64_t pages)
{
	const struct tce_vfio_process *process = call->process;
	uint64_t limit = process->memlock >> tce_vfio_page_shift(call);

	if (pages == 0 || mm == NULL)
		return true;
	if (process->no_ipc_lock && mm->locked + pages > limit)
		return false;
	mm->locked += pages;
	return true;
}

void tce_vfio_unaccount(struct tce_vfio_mm *mm, uint64_t pages)
{
	if (mm != NULL)
		mm->locked -= pages < mm->locked ? pages : mm->locked;
}

bool tce_vfio_mm_set(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	struct tce_vfio_mm *mm = tce_vfio_at(call, container->mm);

	if (mm != NULL)
		return mm == call->mm;
	call->mm->refs++;
	container->mm = tce_state_ref(call->lc.st, call->mm);
	return true;
}

/* --- memory ------------------------------------------------------------------------------- */

static struct tce_vfio_vma *vma_at(const struct tce_vfio_process *process, uint32_t i)
{
	return tce_vec_at(&process->vmas, i, sizeof(struct tce_vfio_vma));
}

/* Position of the first stretch that ends past vaddr. */
static uint32_t vma_position(const struct tce_vfio_process *process, uint64_t vaddr)
{
	uint32_t i = 0;

	while (i < process->vmas.nr &&
	       vma_at(process, i)->vaddr + (vma_at(process, i)->size - 1) < vaddr)
		i++;
	return i;
}

/* Without a word about its memory a process sees RAM as it is. */
static bool pin_identity(const struct tce_vfio_call *call, uint64_t vaddr, uint64_t max,
			 struct tce_vfio_pages *ret_pages)
{
	unsigned shift = tce_vfio_page_shift(call);
	uint64_t nr = max;

	while (nr > 1 &&
	       (nr > UINT64_MAX >> shift || !tce_memmap_backed(call->lc.st, vaddr, nr << shift)))
		nr /= 2;
	if (!tce_memmap_backed(call->lc.st, vaddr, nr << shift))
		return false;
	ret_pages->ra = tce_ra(vaddr);
	ret_pages->nr = nr;
	ret_pages->huge_shift = 0;
	ret_pages->block_shift = shift;
	return true;
}

static bool pin_vma(const struct tce_vfio_call *call, uint64_t vaddr, uint64_t max,
		    struct tce_vfio_pages *ret_pages)
{
	uint32_t i = vma_position(call->process, vaddr);
	const struct tce_vfio_vma *vma;
	uint64_t offset;
	uint64_t left;

	if (i == call->process->vmas.nr)
		return false;
	vma = vma_at(call->process, i);
	if (vma->vaddr > vaddr || (vma->prot & 2U) == 0)
		return false;
	offset = vaddr - vma->vaddr;
	left = (vma->size - offset) >> tce_vfio_page_shift(call);
	if (left == 0)
		return false;
	ret_pages->ra = tce_ra(vma->ra + offset);
	ret_pages->nr = max < left ? max : left;
	ret_pages->huge_shift = vma->huge_shift;
	ret_pages->block_shift = vma->block_shift;
	return true;
}

int tce_vfio_pin(struct tce_vfio_call *call, uint64_t vaddr, uint64_t max,
		 struct tce_vfio_pages *ret_pages, int *ret_errno)
{
	const struct tce_vfio_client *client = call->vf->client;
	struct tce_vfio_pages pages = {.nr = 0};
	unsigned shift = tce_vfio_page_shift(call);
	bool ok;

	if (client != NULL)
		ok = client->pin(client->ctx, call->process->number, vaddr, max, &pages);
	else if (call->process->has_vmas)
		ok = pin_vma(call, vaddr, max, &pages);
	else
		ok = pin_identity(call, vaddr, max, &pages);
	*ret_errno = ok && pages.nr != 0 ? 0 : -TCE_EFAULT;
	if (*ret_errno != 0)
		return 0;
	pages.ra.v &= ~tce_low_mask(shift);
	if (pages.nr > max)
		pages.nr = max;
	if (pages.huge_shift > 63)
		pages.huge_shift = 0;
	if (pages.block_shift > 63 || pages.block_shift < shift)
		pages.block_shift = shift;
	if (pages.block_shift < pages.huge_shift)
		pages.block_shift = pages.huge_shift;
	*ret_pages = pages;
	return 0;
}

/* Cut [vaddr, last] out of what is there; room for two more was reserved. */
static void unmap_range(struct tce_vfio_process *process, uint64_t vaddr, uint64_t last)
{
	uint32_t i = vma_position(process, vaddr);

	while (i < process->vmas.nr && vma_at(process, i)->vaddr <= last) {
		struct tce_vfio_vma old = *vma_at(process, i);
		uint64_t old_last = old.vaddr + (old.size - 1);
		struct tce_vfio_vma *part;

		tce_vec_remove(&process->vmas, i, 1, sizeof(old));
		if (old.vaddr < vaddr) {
			part = tce_vec_insert(&process->vmas, i++, sizeof(old));
			*part = old;
			part->size = vaddr - old.vaddr;
		}
		if (old_last > last) {
			part = tce_vec_insert(&process->vmas, i++, sizeof(old));
			*part = old;
			part->vaddr = last + 1;
			part->ra += last + 1 - old.vaddr;
			part->size = old_last - last;
		}
	}
}

int tce_vfio_mmap(struct tce_vfio_call *call)
{
	const struct tce_ev_vfio *ev = call->ev;
	struct tce_vfio_process *process = call->process;
	uint64_t mask = tce_low_mask(tce_vfio_page_shift(call));
	struct tce_vfio_vma *vma;
	int err;

	if (((ev->vaddr | ev->size | ev->start) & mask) != 0 || ev->size == 0 ||
	    ev->vaddr + (ev->size - 1) < ev->vaddr || ev->page_shift > 63 || ev->levels > 63)
		return tce_vfio_answer(call, -TCE_EINVAL);
	err = tce_vec_reserve(&process->vmas, tce_vfio_mem(call), sizeof(*vma), 3);
	if (err != 0)
		return err;
	unmap_range(process, ev->vaddr, ev->vaddr + (ev->size - 1));
	process->has_vmas = true;
	vma = tce_vec_insert(&process->vmas, vma_position(process, ev->vaddr), sizeof(*vma));
	vma->vaddr = ev->vaddr;
	vma->size = ev->size;
	vma->ra = ev->start;
	vma->prot = (uint8_t)(ev->flags & 3U);
	vma->huge_shift = (uint8_t)ev->page_shift;
	vma->block_shift = (uint8_t)ev->levels;
	return tce_vfio_answer(call, 0);
}
