/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client of VFIO can say: of its containers, its memory, its windows. One process, as many
 * containers as LETTERS_CONTAINERS; of a window the first and the last I/O page, and what is past
 * its end; of memory every stretch that it has.
 */
#include "base/bits.h"
#include "letters_gen.h"
#include "linux/group.h"
#include "linux/iommu_table.h"
#include "vfio/vfio.h"

#define LETTERS_CONTAINERS 2U

/* The memory of a process of which nothing was said. */
#define USER      UINT64_C(0x10000000)
#define USER_SIZE UINT64_C(0x100000)

/* Less than any I/O page but the smallest is a multiple of. */
#define OFF_A_PAGE UINT64_C(0x1000)

static const struct tce_vfio *vfio_of(const struct tce_letter_gen *gen)
{
	return tce_machine_os(gen->machine, TCE_OS_VFIO);
}

/* The process; NULL: it has said nothing yet. */
static const struct tce_vfio_process *process_of(const struct tce_letter_gen *gen)
{
	const struct tce_vfio *vf = vfio_of(gen);

	return vf == NULL || vf->processes.nr == 0
		       ? NULL
		       : tce_state_at(gen->st, *(const struct tce_ref *)tce_vec_at(
						       &vf->processes, 0, sizeof(struct tce_ref)));
}

/* The i-th container; NULL past the last. */
static const struct tce_vfio_container *container_at(const struct tce_letter_gen *gen, uint32_t i)
{
	const struct tce_vfio *vf = vfio_of(gen);

	return vf == NULL ? NULL : tce_vfio_container_at(gen->st, vf, i);
}

static bool is_open(const struct tce_letter_gen *gen, uint16_t slot)
{
	const struct tce_vfio_container *container;

	for (uint32_t i = 0; (container = container_at(gen, i)) != NULL; i++) {
		if (container->fd_open && container->slot == slot)
			return true;
	}
	return false;
}

/* --- columns --- */

void tce_letter_put_containers(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_vfio_container *container;

	for (uint32_t i = 0; (container = container_at(gen, i)) != NULL; i++) {
		if (container->fd_open)
			tce_letter_put(options, container->slot, 0);
	}
}

/* The lowest number that no open one has. */
void tce_letter_put_new_container(const struct tce_letter_gen *gen,
				  struct tce_letter_options *options)
{
	for (uint16_t slot = 0; slot < LETTERS_CONTAINERS; slot++) {
		if (is_open(gen, slot))
			continue;
		tce_letter_put(options, slot, 0);
		return;
	}
}

/* Every stretch of memory, and what begins in the middle of one. */
void tce_letter_put_stretches(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_vfio_process *process = process_of(gen);

	if (process == NULL || !process->has_vmas) {
		tce_letter_put(options, USER, USER_SIZE);
		tce_letter_put(options, USER + USER_SIZE / 2, USER_SIZE);
		return;
	}
	for (uint32_t i = 0; i < process->vmas.nr; i++) {
		const struct tce_vfio_vma *vma =
			tce_vec_at(&process->vmas, i, sizeof(struct tce_vfio_vma));

		tce_letter_put(options, vma->vaddr, vma->size);
		tce_letter_put(options, vma->vaddr + vma->size / 2, vma->size / 2);
	}
}

void tce_letter_put_regions(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_vfio_process *process = process_of(gen);
	const struct tce_vfio_mm *mm = process == NULL ? NULL : tce_state_at(gen->st, process->mm);

	for (uint32_t i = 0; mm != NULL && i < mm->regions.nr; i++) {
		const struct tce_vfio_region *region =
			tce_state_at(gen->st, *(const struct tce_ref *)tce_vec_at(
						      &mm->regions, i, sizeof(struct tce_ref)));

		tce_letter_put(options, region->ua, region->bytes);
	}
}

/* --- windows --- */

struct window {
	uint64_t start;
	uint64_t page; /* bytes that a mapping is made of */
	uint64_t end;  /* 0: not yet known */
	const struct tce_vfio_view *view;
	unsigned page_shift;
};

static uint64_t page_of(const struct tce_letter_gen *gen, unsigned io_shift)
{
	unsigned shift = gen->lx->page_shift;

	return UINT64_C(1) << (io_shift > shift ? io_shift : shift);
}

/* A container's windows, the default one that is made when it is first needed included. */
static unsigned windows_of(const struct tce_letter_gen *gen,
			   const struct tce_vfio_container *container,
			   struct window windows[TCE_VFIO_TABLES])
{
	unsigned nr = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		const struct tce_iommu_table *tbl = tce_state_at(gen->st, container->table[i]);

		if (tbl == NULL)
			continue;
		windows[nr++] = (struct window){.start = tbl->offset << tbl->page_shift,
						.end = (tbl->offset + tbl->size) << tbl->page_shift,
						.page = page_of(gen, tbl->page_shift),
						.page_shift = tbl->page_shift,
						.view = &container->view[i]};
	}
	if (container->def_window_pending && nr < TCE_VFIO_TABLES)
		windows[nr++] = (struct window){.page = page_of(gen, 0)};
	return nr;
}

/* Small, with more levels than that is good for, as many as a level may have, more than that. */
static const struct {
	uint8_t entries_lg2;
	uint8_t levels;
} sizes[] = {{4, 1}, {14, 5}, {24, 1}, {30, 3}};

static void add_sizes(struct tce_letter_gen *gen, struct tce_event *event, unsigned page_shift)
{
	event->u.vfio.page_shift = page_shift;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		event->u.vfio.size = UINT64_C(1) << (sizes[i].entries_lg2 + page_shift);
		event->u.vfio.levels = sizes[i].levels;
		tce_letter_add(gen, event);
	}
}

/* The page sizes that a container's groups offer; without a group the kernel's own. */
static uint64_t offered(const struct tce_letter_gen *gen,
			const struct tce_vfio_container *container)
{
	const struct tce_table_group *group = NULL;

	if (container->groups.nr != 0)
		group = tce_group_find(
			gen->st, gen->lx,
			*(const uint32_t *)tce_vec_at(&container->groups, 0, sizeof(uint32_t)));
	return group == NULL || group->pgsizes == 0 ? UINT64_C(1) << gen->lx->page_shift
						    : group->pgsizes;
}

/* The smallest, the kernel's own, the next larger one, the largest. */
static void put_page_shifts(const struct tce_letter_gen *gen, uint64_t pages,
			    struct tce_letter_options *shifts)
{
	unsigned own = gen->lx->page_shift;
	uint64_t larger = pages & ~(((UINT64_C(1) << own) - 1) << 1 | 1);

	shifts->nr = 0;
	tce_letter_put(shifts, (uint64_t)__builtin_ctzll(pages), 0);
	tce_letter_put(shifts, own, 0);
	if (larger != 0)
		tce_letter_put(shifts, (uint64_t)__builtin_ctzll(larger), 0);
	tce_letter_put(shifts, tce_log2_floor(pages), 0);
}

void tce_letters_vfio_create(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	const struct tce_vfio_container *container;
	struct tce_letter_options shifts;
	struct tce_event event = *blank;

	for (uint32_t i = 0; (container = container_at(gen, i)) != NULL; i++) {
		if (!container->fd_open)
			continue;
		event.u.vfio.container = container->slot;
		put_page_shifts(gen, offered(gen, container), &shifts);
		for (unsigned k = 0; k < shifts.nr; k++)
			add_sizes(gen, &event, (unsigned)shifts.option[k].value);
	}
}

static void add_map(struct tce_letter_gen *gen, struct tce_event *event, uint64_t iova,
		    uint64_t size)
{
	event->u.vfio.iova = iova;
	event->u.vfio.size = size;
	tce_letter_add(gen, event);
}

/* One page or two, at either end: the second one of the last is past it. */
static void add_maps(struct tce_letter_gen *gen, struct tce_event *event,
		     const struct window *window)
{
	for (unsigned pages = 1; pages <= 2; pages++) {
		uint64_t last = window->end - window->page;

		add_map(gen, event, window->start, pages * window->page);
		if (window->end != 0 && last != window->start)
			add_map(gen, event, last, pages * window->page);
	}
	if (window->end != 0 && window->page_shift > 12)
		add_map(gen, event, window->start + OFF_A_PAGE, window->page);
}

/* What is to be done with a window; event names its container. */
typedef void window_fn(struct tce_letter_gen *gen, struct tce_event *event,
		       const struct window *window);

static void each_window(struct tce_letter_gen *gen, const struct tce_event *blank, window_fn *serve)
{
	const struct tce_vfio_container *container;
	struct tce_event event = *blank;

	for (uint32_t i = 0; (container = container_at(gen, i)) != NULL; i++) {
		struct window windows[TCE_VFIO_TABLES];
		unsigned nr = windows_of(gen, container, windows);

		event.u.vfio.container = container->slot;
		for (unsigned w = 0; container->fd_open && w < nr; w++)
			serve(gen, &event, &windows[w]);
	}
}

static void map_window(struct tce_letter_gen *gen, struct tce_event *event,
		       const struct window *window)
{
	struct tce_letter_options regions;

	tce_letter_pick(gen, TCE_PICK_REGION, &regions);
	if (regions.nr == 0)
		tce_letter_put(&regions, USER, USER_SIZE);
	for (unsigned r = 0; r < regions.nr; r++) {
		event->u.vfio.vaddr = regions.option[r].value;
		add_maps(gen, event, window);
	}
}

void tce_letters_vfio_map(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	each_window(gen, blank, map_window);
}

/* The first page that is mapped, and all of a window at once. */
static void unmap_window(struct tce_letter_gen *gen, struct tce_event *event,
			 const struct window *window)
{
	uint64_t first = window->view == NULL ? UINT64_MAX
					      : tce_vfio_view_peek_next(gen->st, window->view, 0);

	if (first != UINT64_MAX)
		add_map(gen, event, window->start + (first << window->page_shift), window->page);
	if (window->end != 0)
		add_map(gen, event, window->start, window->end - window->start);
}

void tce_letters_vfio_unmap(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	each_window(gen, blank, unmap_window);
}

static void remove_window(struct tce_letter_gen *gen, struct tce_event *event,
			  const struct window *window)
{
	event->u.vfio.start = window->start;
	tce_letter_add(gen, event);
}

void tce_letters_vfio_remove(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	each_window(gen, blank, remove_window);
}
