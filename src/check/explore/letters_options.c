/* SPDX-License-Identifier: BSD-2-Clause */
/* What a column of a recipe may be in a state: devices, mappings, pages, masks, blocks. */
#include "base/bits.h"
#include "letters_gen.h"
#include "linux/group.h"

void tce_letter_put(struct tce_letter_options *options, uint64_t value, uint64_t other)
{
	for (unsigned i = 0; i < options->nr; i++) {
		if (options->option[i].value == value)
			return;
	}
	if (options->nr < TCE_LETTER_OPTIONS_MAX)
		options->option[options->nr++] = (struct tce_letter_option){value, other};
}

/* vfio-pci has it, or its group is a user's; until 6.3 nothing but the former says so. */
static bool is_owned(const struct tce_letter_gen *gen, const struct tce_linux_dev *dev)
{
	const struct tce_table_group *group =
		dev->group == TCE_NO_GROUP ? NULL : tce_group_find(gen->st, gen->lx, dev->group);

	return dev->users || (group != NULL && group->owned);
}

static bool is_endpoint(const struct tce_dev *dev)
{
	return dev->type == TCE_DEV_ENDPOINT || dev->type == TCE_DEV_VF;
}

static bool maps_anything(const struct tce_state *st, uint16_t dev)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(st, i)) != NULL; i++) {
		if (map->dev == dev && map->state == TCE_MAP_LIVE)
			return true;
	}
	return false;
}

static bool is_findable(const struct tce_letter_gen *gen, const struct tce_dev *dev)
{
	return dev->parent == TCE_NO_ID ||
	       tce_linux_dev_find(gen->st, gen->lx, dev->parent) != NULL;
}

static void put_devices(const struct tce_letter_gen *gen, enum tce_letter_choice choice,
			struct tce_letter_options *options)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(gen->st, i)) != NULL; i++) {
		const struct tce_linux_dev *known = tce_linux_dev_find(gen->st, gen->lx, dev->id);
		bool fits = known != NULL;

		switch (choice) {
		case TCE_PICK_BOUND: fits = fits && known->bound; break;
		case TCE_PICK_IDLE:
			fits = fits && known->bound && !maps_anything(gen->st, dev->id);
			break;
		case TCE_PICK_UNBOUND: fits = fits && !known->bound && !is_owned(gen, known); break;
		case TCE_PICK_STRANGE: fits = !fits; break;
		case TCE_PICK_FINDABLE: fits = !fits && is_findable(gen, dev); break;
		case TCE_PICK_ENDPOINT: fits = is_endpoint(dev); break;
		case TCE_PICK_REMOVABLE: fits = fits && !is_owned(gen, known); break;
		default: break;
		}
		if (fits)
			tce_letter_put(options, dev->id, 0);
	}
}

bool tce_letter_has_owned(const struct tce_letter_gen *gen, uint16_t phb)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(gen->st, i)) != NULL; i++) {
		const struct tce_linux_dev *known = tce_linux_dev_find(gen->st, gen->lx, dev->id);

		if (dev->phb == phb && known != NULL && is_owned(gen, known))
			return true;
	}
	return false;
}

static void put_bridges(const struct tce_letter_gen *gen, bool known,
			struct tce_letter_options *options)
{
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(gen->st, i)) != NULL; i++) {
		if (tce_linux_knows_phb(gen->lx, phb->id) == known &&
		    !tce_letter_has_owned(gen, phb->id))
			tce_letter_put(options, phb->id, 0);
	}
}

static void put_maps(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(gen->st, i)) != NULL; i++) {
		if (map->state == TCE_MAP_LIVE)
			tce_letter_put(options, map->id, 0);
	}
}

/* The lowest number that no live mapping has. */
static void put_free_map(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_mapping *map;
	unsigned nr_live = 0;
	unsigned id = 0;

	for (uint32_t i = 0; (map = tce_mapping_at(gen->st, i)) != NULL; i++)
		nr_live += map->state == TCE_MAP_LIVE;
	if (nr_live >= gen->alphabet->max_maps)
		return;
	while ((map = tce_mapping_find(gen->st, (uint16_t)id)) != NULL &&
	       map->state == TCE_MAP_LIVE)
		id++;
	tce_letter_put(options, id, 0);
}

#define SMALL UINT64_C(0x1000)
#define LARGE UINT64_C(0x10000)
/* Neither at the start of a stretch nor a multiple of any I/O page but the smallest two. */
#define INSIDE UINT64_C(0x130000)

static const struct tce_ram *ram_at(const struct tce_letter_gen *gen, uint32_t i)
{
	return i < gen->lx->ram.nr ? tce_vec_at(&gen->lx->ram, i, sizeof(struct tce_ram)) : NULL;
}

/* A page inside the kernel's lowest RAM, and the last page of its highest. */
static void put_ram_pages(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_ram *first = ram_at(gen, 0);
	const struct tce_ram *last;

	if (first == NULL)
		return;
	last = ram_at(gen, gen->lx->ram.nr - 1);
	tce_letter_put(options, first->size > 2 * INSIDE ? first->addr + INSIDE : first->addr,
		       SMALL);
	tce_letter_put(options, last->addr + last->size - LARGE, LARGE);
}

/* All of the lowest RAM in one piece, where that is more than 4 GiB: no segment holds it. */
static void put_all_ram(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_ram *first = ram_at(gen, 0);

	if (first != NULL && first->size > UINT64_C(1) << 32)
		tce_letter_put(options, first->addr, first->size);
}

/* Bits of the addresses below the end of the lowest window. */
static unsigned low_window_bits(const struct tce_letter_gen *gen)
{
	const struct tce_lpar *lpar = tce_machine_lpar(gen->machine);
	struct tce_window_info info;
	unsigned bits = 64;
	uint64_t from = 0;

	while (lpar != NULL && tce_lpar_next_window(lpar, from, &info)) {
		uint64_t end = info.start + (info.nr_entries << info.page_shift);

		if (info.nr_entries != 0 && tce_log2_ceil(end) < bits)
			bits = tce_log2_ceil(end);
		from = info.liobn + 1;
	}
	return bits;
}

static void put_masks(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	unsigned low = low_window_bits(gen);

	if (low > 12 && low <= 32)
		tce_letter_put(options, low - 1, 0);
	tce_letter_put(options, 32, 0);
	tce_letter_put(options, 48, 0);
	tce_letter_put(options, 64, 0);
}

static void put_pmem_pages(const struct tce_letter_gen *gen, struct tce_letter_options *options)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (pmem = tce_pmem_at(gen->st, i)) != NULL; i++) {
		if (pmem->ram)
			continue;
		tce_letter_put(options, pmem->addr, LARGE);
		tce_letter_put(options, pmem->addr + pmem->size - LARGE, LARGE);
	}
}

/* Of the hot-pluggable blocks the first and the last, when they have (all of) flags and not. */
static void put_blocks(const struct tce_letter_gen *gen, unsigned flags, unsigned not,
		       struct tce_letter_options *options)
{
	const struct tce_machine_opts *opts = &gen->machine->opts;
	uint64_t size = opts->lmb_size;
	uint64_t first = opts->ram;
	const uint64_t at[] = {first, opts->max_ram - size};

	for (unsigned i = 0; opts->max_ram > opts->ram && i < 2; i++) {
		if ((flags == 0 || tce_memmap_all(gen->st, at[i], size, flags)) &&
		    (not == 0 || !tce_memmap_any(gen->st, at[i], size, not )))
			tce_letter_put(options, at[i], size);
	}
}

static void put_pmem(const struct tce_letter_gen *gen, bool ram, struct tce_letter_options *options)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (pmem = tce_pmem_at(gen->st, i)) != NULL; i++) {
		if (pmem->ram == ram)
			tce_letter_put(options, pmem->id, 0);
	}
}

static void put_fixed(const struct tce_letter_column *column, struct tce_letter_options *options)
{
	for (unsigned i = 0; i < column->nr_values; i++)
		tce_letter_put(options, column->values[i], 0);
}

void tce_letter_options_of(const struct tce_letter_gen *gen, const struct tce_letter_column *column,
			   struct tce_letter_options *options)
{
	options->nr = 0;
	switch (column->choice) {
	case TCE_PICK_NO_CHOICE: break;
	case TCE_PICK_FIXED: put_fixed(column, options); break;
	case TCE_PICK_BOUND:
	case TCE_PICK_IDLE:
	case TCE_PICK_UNBOUND:
	case TCE_PICK_KNOWN:
	case TCE_PICK_ENDPOINT:
	case TCE_PICK_REMOVABLE:
	case TCE_PICK_STRANGE:
	case TCE_PICK_FINDABLE: put_devices(gen, column->choice, options); break;
	case TCE_PICK_KNOWN_PHB: put_bridges(gen, true, options); break;
	case TCE_PICK_STRANGE_PHB: put_bridges(gen, false, options); break;
	case TCE_PICK_LIVE_MAP: put_maps(gen, options); break;
	case TCE_PICK_FREE_MAP: put_free_map(gen, options); break;
	case TCE_PICK_MASK: put_masks(gen, options); break;
	case TCE_PICK_ANY_PAGE:
		put_all_ram(gen, options);
		put_ram_pages(gen, options);
		put_pmem_pages(gen, options);
		break;
	case TCE_PICK_RAM_PAGE: put_ram_pages(gen, options); break;
	case TCE_PICK_LMB_ABSENT: put_blocks(gen, 0, TCE_MEM_PLUGGED, options); break;
	case TCE_PICK_LMB_OFFLINE: put_blocks(gen, TCE_MEM_PLUGGED, TCE_MEM_ONLINE, options); break;
	case TCE_PICK_LMB_ONLINE: put_blocks(gen, TCE_MEM_ONLINE, 0, options); break;
	case TCE_PICK_PMEM: put_pmem(gen, false, options); break;
	case TCE_PICK_PMEM_RAM: put_pmem(gen, true, options); break;
	case TCE_PICK_CONTAINER: tce_letter_put_containers(gen, options); break;
	case TCE_PICK_NEW_CONTAINER: tce_letter_put_new_container(gen, options); break;
	case TCE_PICK_STRETCH: tce_letter_put_stretches(gen, options); break;
	case TCE_PICK_REGION: tce_letter_put_regions(gen, options); break;
	}
}

void tce_letter_pick(const struct tce_letter_gen *gen, enum tce_letter_choice choice,
		     struct tce_letter_options *options)
{
	const struct tce_letter_column column = {.choice = choice};

	tce_letter_options_of(gen, &column, options);
}
