/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The alphabet of a state: recipes times what the machine has. Choices of values are at edges: the
 * first and the last memory block, the lowest and the highest page of RAM, masks below and above
 * 4 GiB, the next and the one after next call that fails.
 */
#include "letters.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "linux/group.h"

/* What a column varies over. */
enum choice {
	NO_CHOICE,
	FIXED,     /* the values of a list */
	BOUND,     /* devices with a driver */
	IDLE,      /* of them those without live mappings: drivers set masks before they map */
	UNBOUND,   /* devices that the kernel knows, without a driver and not a user's */
	KNOWN,     /* devices that the kernel knows */
	ENDPOINT,  /* devices that are no bridges: VFIO names groups by them */
	REMOVABLE, /* devices that the kernel knows and no user owns: removal waits for users */
	STRANGE,   /* devices that are there, and that it does not know */
	FINDABLE,  /* of them those below a device that it knows */
	KNOWN_PHB, /* the same for bridges */
	STRANGE_PHB,
	LIVE_MAP,
	FREE_MAP,   /* a number for a new mapping, if there may be one more */
	RAM_PAGE,   /* address and length of RAM that a driver may use */
	ANY_PAGE,   /* or of persistent memory */
	MASK,       /* bits: 32, 48, 64, and one less than the lowest windows span */
	LMB_ABSENT, /* address and size of a hot-pluggable block */
	LMB_OFFLINE,
	LMB_ONLINE,
	PMEM, /* that is no RAM */
	PMEM_RAM,
};

struct column {
	enum choice choice;
	const char *param;
	const char *other; /* a second parameter that goes with it */
	const uint64_t *values;
	unsigned nr_values;
};

#define VALUES(...)                                                                                \
	.values = (const uint64_t[]){__VA_ARGS__},                                                 \
	.nr_values = (unsigned)(sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))
#define OVER(p, ...)                                                                               \
	{                                                                                          \
		.choice = FIXED, .param = p, VALUES(__VA_ARGS__)                                   \
	}
#define PICK(p, what)                                                                              \
	{                                                                                          \
		.choice = what, .param = p                                                         \
	}
#define PAIR(p, q, what)                                                                           \
	{                                                                                          \
		.choice = what, .param = p, .other = q                                             \
	}

struct gen;

struct recipe {
	enum tce_event_kind kind;
	enum tce_letters letters;
	struct column column[TCE_LETTER_COLUMNS];
	/* Instead of columns. */
	void (*special)(struct gen *gen, const struct tce_event *blank);
};

/* A list being made. */
struct gen {
	const struct tce_alphabet *alphabet;
	const struct tce_machine *machine;
	const struct tce_state *st;
	const struct tce_linux *lx; /* NULL: no Linux, or not running */
	struct tce_letter_list *list;
};

struct option {
	uint64_t value;
	uint64_t other;
};

#define OPTIONS_MAX 32U

struct options {
	unsigned nr;
	struct option option[OPTIONS_MAX];
};

static void kexec_letters(struct gen *gen, const struct tce_event *blank);
static void reboot_letters(struct gen *gen, const struct tce_event *blank);
static void replug_letters(struct gen *gen, const struct tce_event *blank);
static void list_letters(struct gen *gen, const struct tce_event *blank);
static void dma_letters(struct gen *gen, const struct tce_event *blank);
static void fail_letters(struct gen *gen, const struct tce_event *blank);

#define L(name) TCE_LETTERS_##name

/* A client of VFIO: one process, one container, a region of its memory, at both ends of windows. */
#define USER      UINT64_C(0x10000000)
#define USER_SIZE UINT64_C(0x100000)
#define WINDOW_2  UINT64_C(0x800000000000000)
#define SMALL_W   UINT64_C(0x100000)
#define PAGE_64K  UINT64_C(0x10000)

#define OP(name)  OVER("op", TCE_VFIO_##name)
#define CONTAINER OVER("container", 0)
#define VFIO_CALL(...)                                                                             \
	{                                                                                          \
		TCE_EV_VFIO, L(VFIO), {__VA_ARGS__}, NULL                                          \
	}

static const struct recipe recipes[] = {
	{TCE_EV_PROBE, L(DRIVER), {PICK("dev", UNBOUND), OVER("streaming-mask", 0, 32, 48)}, NULL},
	{TCE_EV_UNBIND, L(DRIVER), {PICK("dev", BOUND)}, NULL},
	{TCE_EV_SET_MASK,
	 L(DRIVER),
	 {PICK("dev", IDLE), PICK("mask", MASK), OVER("streaming", 1)},
	 NULL},
	{TCE_EV_SET_MASK,
	 L(DRIVER),
	 {PICK("dev", IDLE), OVER("mask", 32, 64), OVER("coherent", 1)},
	 NULL},
	{TCE_EV_REQUIRED_MASK, L(DRIVER), {PICK("dev", IDLE)}, NULL},
	{TCE_EV_MAP,
	 L(MAP),
	 {PICK("dev", BOUND), OVER("type", TCE_MAP_PAGE), PAIR("addr", "len", ANY_PAGE),
	  PICK("as", FREE_MAP)},
	 NULL},
	{TCE_EV_MAP,
	 L(MAP),
	 {PICK("dev", BOUND), OVER("type", TCE_MAP_COHERENT), PAIR("addr", "len", RAM_PAGE),
	  PICK("as", FREE_MAP)},
	 NULL},
	{TCE_EV_MAP, L(MAP), {{0}}, list_letters},
	{TCE_EV_UNMAP, L(MAP), {PICK("map", LIVE_MAP)}, NULL},
	{TCE_EV_DMA, L(MAP), {{0}}, dma_letters},
	{TCE_EV_MEMORY_PLUG, L(MEMORY), {PAIR("at", "size", LMB_ABSENT)}, NULL},
	{TCE_EV_MEMORY_ONLINE, L(MEMORY), {PAIR("at", "size", LMB_OFFLINE)}, NULL},
	{TCE_EV_MEMORY_OFFLINE, L(MEMORY), {PAIR("at", "size", LMB_ONLINE)}, NULL},
	{TCE_EV_MEMORY_UNPLUG, L(MEMORY), {PAIR("at", "size", LMB_OFFLINE)}, NULL},
	{TCE_EV_PMEM_TO_RAM, L(MEMORY), {PICK("pmem", PMEM)}, NULL},
	{TCE_EV_PMEM_FROM_RAM, L(MEMORY), {PICK("pmem", PMEM_RAM)}, NULL},
	{TCE_EV_DEVICE_REMOVE, L(HOTPLUG), {PICK("dev", REMOVABLE)}, NULL},
	{TCE_EV_DEVICE_ADD, L(HOTPLUG), {PICK("dev", FINDABLE)}, NULL},
	{TCE_EV_DEVICE_UNPLUG, L(HOTPLUG), {PICK("dev", STRANGE)}, NULL},
	{TCE_EV_DEVICE_PLUG, L(HOTPLUG), {{0}}, replug_letters},
	{TCE_EV_PHB_REMOVE, L(HOTPLUG), {PICK("phb", KNOWN_PHB)}, NULL},
	{TCE_EV_PHB_ADD, L(HOTPLUG), {PICK("phb", STRANGE_PHB)}, NULL},
	{TCE_EV_KEXEC, L(LIFE), {{0}}, kexec_letters},
	{TCE_EV_REBOOT, L(LIFE), {{0}}, reboot_letters},
	{TCE_EV_EEH,
	 L(EEH),
	 {PICK("dev", KNOWN), OVER("op", TCE_EEH_FREEZE, TCE_EEH_THAW, TCE_EEH_RESET)},
	 NULL},
	{TCE_EV_FAIL_NEXT, L(FAIL), {{0}}, fail_letters},
	VFIO_CALL(OP(BIND), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(UNBIND), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(OPEN_GROUP), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(CLOSE_GROUP), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(OPEN_CONTAINER), CONTAINER),
	VFIO_CALL(OP(CLOSE_CONTAINER), CONTAINER),
	VFIO_CALL(OP(SET_CONTAINER), CONTAINER, PICK("group", ENDPOINT)),
	VFIO_CALL(OP(UNSET_CONTAINER), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(SET_IOMMU), CONTAINER, OVER("number", 2, 7)),
	VFIO_CALL(OP(GET_INFO), CONTAINER),
	VFIO_CALL(OP(ENABLE), CONTAINER),
	VFIO_CALL(OP(DISABLE), CONTAINER),
	VFIO_CALL(OP(REGISTER), CONTAINER, OVER("vaddr", USER, USER + USER_SIZE / 2),
		  OVER("size", USER_SIZE)),
	VFIO_CALL(OP(UNREGISTER), CONTAINER, OVER("vaddr", USER), OVER("size", USER_SIZE)),
	VFIO_CALL(OP(CREATE), CONTAINER, OVER("page-shift", 16), OVER("size", SMALL_W),
		  OVER("levels", 1)),
	VFIO_CALL(OP(CREATE), CONTAINER, OVER("page-shift", 16), OVER("size", UINT64_C(1) << 30),
		  OVER("levels", 5)),
	VFIO_CALL(OP(CREATE), CONTAINER, OVER("page-shift", 24), OVER("size", UINT64_C(1) << 36),
		  OVER("levels", 2)),
	VFIO_CALL(OP(CREATE), CONTAINER, OVER("page-shift", 12), OVER("size", UINT64_C(1) << 36),
		  OVER("levels", 1)),
	VFIO_CALL(OP(CREATE), CONTAINER, OVER("page-shift", 12), OVER("size", UINT64_C(1) << 42),
		  OVER("levels", 3)),
	VFIO_CALL(OP(REMOVE), CONTAINER, OVER("start", 0, WINDOW_2)),
	VFIO_CALL(OP(MAP), CONTAINER, OVER("vaddr", USER),
		  OVER("iova", PAGE_64K, WINDOW_2, WINDOW_2 + SMALL_W - PAGE_64K),
		  OVER("size", PAGE_64K, 2 * PAGE_64K)),
	VFIO_CALL(OP(MAP), CONTAINER, OVER("vaddr", 0x1000), OVER("iova", PAGE_64K + 0x1000),
		  OVER("size", PAGE_64K)),
	VFIO_CALL(OP(UNMAP), CONTAINER, OVER("iova", PAGE_64K, WINDOW_2), OVER("size", PAGE_64K)),
	VFIO_CALL(OP(EXIT)),
	{TCE_EV_SAVE, L(MIGRATE), {{0}}, reboot_letters},
	{TCE_EV_LOAD, L(MIGRATE), {{0}}, reboot_letters},
};

#define NR_RECIPES ((unsigned)(sizeof(recipes) / sizeof(recipes[0])))
_Static_assert(sizeof(recipes) / sizeof(recipes[0]) <= TCE_LETTER_RECIPES, "room for recipes");

/* --- names of kinds --- */

const char *tce_letters_word(enum tce_letters letters)
{
#define WORD(name, word, what) word,
	static const char *const words[] = {TCE_LETTERS_LIST(WORD)};

	return words[letters];
}

const char *tce_letters_text(enum tce_letters letters)
{
#define WHAT(name, word, what) what,
	static const char *const texts[] = {TCE_LETTERS_LIST(WHAT)};

	return texts[letters];
}

/* --- the list --- */

static struct tce_event *add(struct gen *gen, const struct tce_event *event)
{
	struct tce_letter_list *list = gen->list;

	if (list->nr == TCE_LETTERS_MAX) {
		list->overflow = true;
		return &list->event[0];
	}
	list->event[list->nr] = *event;
	return &list->event[list->nr++];
}

/* --- options of a column --- */

static void put(struct options *options, uint64_t value, uint64_t other)
{
	for (unsigned i = 0; i < options->nr; i++) {
		if (options->option[i].value == value)
			return;
	}
	if (options->nr < OPTIONS_MAX)
		options->option[options->nr++] = (struct option){value, other};
}

static bool is_owned(const struct gen *gen, const struct tce_linux_dev *dev)
{
	const struct tce_table_group *group =
		dev->group == TCE_NO_GROUP ? NULL : tce_group_find(gen->st, gen->lx, dev->group);

	return group != NULL && group->owned;
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

static bool is_findable(const struct gen *gen, const struct tce_dev *dev)
{
	return dev->parent == TCE_NO_ID ||
	       tce_linux_dev_find(gen->st, gen->lx, dev->parent) != NULL;
}

static void put_devices(const struct gen *gen, enum choice choice, struct options *options)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(gen->st, i)) != NULL; i++) {
		const struct tce_linux_dev *known = tce_linux_dev_find(gen->st, gen->lx, dev->id);
		bool fits = known != NULL;

		switch (choice) {
		case BOUND: fits = fits && known->bound; break;
		case IDLE: fits = fits && known->bound && !maps_anything(gen->st, dev->id); break;
		case UNBOUND:
			fits = fits && !known->bound && !known->users && !is_owned(gen, known);
			break;
		case STRANGE: fits = !fits; break;
		case FINDABLE: fits = !fits && is_findable(gen, dev); break;
		case ENDPOINT: fits = is_endpoint(dev); break;
		case REMOVABLE: fits = fits && !is_owned(gen, known); break;
		default: break;
		}
		if (fits)
			put(options, dev->id, 0);
	}
}

static bool has_owned(const struct gen *gen, uint16_t phb)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(gen->st, i)) != NULL; i++) {
		const struct tce_linux_dev *known = tce_linux_dev_find(gen->st, gen->lx, dev->id);

		if (dev->phb == phb && known != NULL && is_owned(gen, known))
			return true;
	}
	return false;
}

static void put_bridges(const struct gen *gen, bool known, struct options *options)
{
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(gen->st, i)) != NULL; i++) {
		if (tce_linux_knows_phb(gen->lx, phb->id) == known && !has_owned(gen, phb->id))
			put(options, phb->id, 0);
	}
}

static void put_maps(const struct gen *gen, struct options *options)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(gen->st, i)) != NULL; i++) {
		if (map->state == TCE_MAP_LIVE)
			put(options, map->id, 0);
	}
}

/* The lowest number that no live mapping has. */
static void put_free_map(const struct gen *gen, struct options *options)
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
	put(options, id, 0);
}

#define SMALL UINT64_C(0x1000)
#define LARGE UINT64_C(0x10000)
/* Neither at the start of a stretch nor a multiple of any I/O page but the smallest two. */
#define INSIDE UINT64_C(0x130000)

static const struct tce_ram *ram_at(const struct gen *gen, uint32_t i)
{
	return i < gen->lx->ram.nr ? tce_vec_at(&gen->lx->ram, i, sizeof(struct tce_ram)) : NULL;
}

/* A page inside the kernel's lowest RAM, and the last page of its highest. */
static void put_ram_pages(const struct gen *gen, struct options *options)
{
	const struct tce_ram *first = ram_at(gen, 0);
	const struct tce_ram *last;

	if (first == NULL)
		return;
	last = ram_at(gen, gen->lx->ram.nr - 1);
	put(options, first->size > 2 * INSIDE ? first->addr + INSIDE : first->addr, SMALL);
	put(options, last->addr + last->size - LARGE, LARGE);
}

/* All of the lowest RAM in one piece, where that is more than 4 GiB: no segment holds it. */
static void put_all_ram(const struct gen *gen, struct options *options)
{
	const struct tce_ram *first = ram_at(gen, 0);

	if (first != NULL && first->size > UINT64_C(1) << 32)
		put(options, first->addr, first->size);
}

/* Bits of the addresses below the end of the lowest window. */
static unsigned low_window_bits(const struct gen *gen)
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

static void put_masks(const struct gen *gen, struct options *options)
{
	unsigned low = low_window_bits(gen);

	if (low > 12 && low <= 32)
		put(options, low - 1, 0);
	put(options, 32, 0);
	put(options, 48, 0);
	put(options, 64, 0);
}

static void put_pmem_pages(const struct gen *gen, struct options *options)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (pmem = tce_pmem_at(gen->st, i)) != NULL; i++) {
		if (pmem->ram)
			continue;
		put(options, pmem->addr, LARGE);
		put(options, pmem->addr + pmem->size - LARGE, LARGE);
	}
}

/* Of the hot-pluggable blocks the first and the last, when they have (all of) flags and not. */
static void put_blocks(const struct gen *gen, unsigned flags, unsigned not, struct options *options)
{
	const struct tce_machine_opts *opts = &gen->machine->opts;
	uint64_t size = opts->lmb_size;
	uint64_t first = opts->ram;
	const uint64_t at[] = {first, opts->max_ram - size};

	for (unsigned i = 0; opts->max_ram > opts->ram && i < 2; i++) {
		if ((flags == 0 || tce_memmap_all(gen->st, at[i], size, flags)) &&
		    (not == 0 || !tce_memmap_any(gen->st, at[i], size, not )))
			put(options, at[i], size);
	}
}

static void put_pmem(const struct gen *gen, bool ram, struct options *options)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (pmem = tce_pmem_at(gen->st, i)) != NULL; i++) {
		if (pmem->ram == ram)
			put(options, pmem->id, 0);
	}
}

static void put_fixed(const struct column *column, struct options *options)
{
	for (unsigned i = 0; i < column->nr_values; i++)
		put(options, column->values[i], 0);
}

static void options_of(const struct gen *gen, const struct column *column, struct options *options)
{
	options->nr = 0;
	switch (column->choice) {
	case NO_CHOICE: break;
	case FIXED: put_fixed(column, options); break;
	case BOUND:
	case IDLE:
	case UNBOUND:
	case KNOWN:
	case ENDPOINT:
	case REMOVABLE:
	case STRANGE:
	case FINDABLE: put_devices(gen, column->choice, options); break;
	case KNOWN_PHB: put_bridges(gen, true, options); break;
	case STRANGE_PHB: put_bridges(gen, false, options); break;
	case LIVE_MAP: put_maps(gen, options); break;
	case FREE_MAP: put_free_map(gen, options); break;
	case MASK: put_masks(gen, options); break;
	case ANY_PAGE:
		put_all_ram(gen, options);
		put_ram_pages(gen, options);
		put_pmem_pages(gen, options);
		break;
	case RAM_PAGE: put_ram_pages(gen, options); break;
	case LMB_ABSENT: put_blocks(gen, 0, TCE_MEM_PLUGGED, options); break;
	case LMB_OFFLINE: put_blocks(gen, TCE_MEM_PLUGGED, TCE_MEM_ONLINE, options); break;
	case LMB_ONLINE: put_blocks(gen, TCE_MEM_ONLINE, 0, options); break;
	case PMEM: put_pmem(gen, false, options); break;
	case PMEM_RAM: put_pmem(gen, true, options); break;
	}
}

/* --- recipes --- */

/* Every combination of what the columns from at on may be. */
static void combine(struct gen *gen, unsigned recipe, unsigned at, struct tce_event *event)
{
	const struct column *column = &recipes[recipe].column[at];
	const struct tce_param *const *param = gen->alphabet->param[recipe];
	struct options options;

	if (at == TCE_LETTER_COLUMNS || column->choice == NO_CHOICE) {
		add(gen, event);
		return;
	}
	options_of(gen, column, &options);
	for (unsigned i = 0; i < options.nr; i++) {
		tce_param_set(param[at], event, options.option[i].value);
		if (column->other != NULL)
			tce_param_set(gen->alphabet->other[recipe][at], event,
				      options.option[i].other);
		combine(gen, recipe, at + 1, event);
	}
}

/* A kernel started by another finds what that one knew; the model looks for all that is plugged. */
static bool knows_all(const struct gen *gen)
{
	struct options strange = {0};

	put_devices(gen, STRANGE, &strange);
	put_bridges(gen, false, &strange);
	return strange.nr == 0;
}

/* Failures while a kernel boots are left out: there is no state before that it must keep. */
static bool any_failure(const struct gen *gen)
{
	for (unsigned i = 0; i < TCE_NR_FAILS; i++) {
		if (gen->st->fail[i].nth != 0)
			return true;
	}
	return false;
}

/* No power of two, and a multiple of every block of memory. */
#define ODD_CRASH_MEM (UINT64_C(768) << 20)

/* The running kernel starts itself again, or its crash kernel. */
static void kexec_letters(struct gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;

	if (!knows_all(gen) || any_failure(gen))
		return;
	event.u.boot = gen->st->boot;
	event.u.boot.crash_mem = 0;
	event.u.boot.flags &= (uint8_t)~TCE_BOOT_KDUMP;
	add(gen, &event);
	event.u.boot.flags |= TCE_BOOT_KDUMP;
	add(gen, &event);
	event.u.boot.crash_mem = ODD_CRASH_MEM;
	if (event.u.boot.crash_mem < gen->machine->opts.ram)
		add(gen, &event);
}

static void reboot_letters(struct gen *gen, const struct tce_event *blank)
{
	if (!any_failure(gen))
		add(gen, blank);
}

/* What the starting story plugged and is gone comes back. */
static void replug_letters(struct gen *gen, const struct tce_event *blank)
{
	const struct tce_story *start = gen->alphabet->start;

	(void)blank;
	for (unsigned i = 0; i < start->nr_steps; i++) {
		const struct tce_event *event = &start->steps[i].event;

		if (event->kind == TCE_EV_DEVICE_PLUG &&
		    tce_dev_find(gen->st, event->u.device_plug.dev) == NULL &&
		    tce_phb_find(gen->st, event->u.device_plug.phb) != NULL)
			add(gen, event);
		if (event->kind == TCE_EV_PHB_PLUG &&
		    tce_phb_find(gen->st, event->u.phb_plug.phb) == NULL)
			add(gen, event);
	}
}

/* A list of two pieces, the highest page first: its second piece may be the one that fails. */
static void list_letters(struct gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;
	struct options pages = {0};
	struct options devices = {0};
	struct options map = {0};

	put_ram_pages(gen, &pages);
	put_devices(gen, BOUND, &devices);
	put_free_map(gen, &map);
	if (pages.nr < 2 || map.nr == 0)
		return;
	for (unsigned i = 0; i < 2; i++) {
		gen->list->sg[i].ra.v = pages.option[i].value;
		gen->list->sg[i].len = pages.option[i].other;
	}
	event.u.map.type = TCE_MAP_SG;
	event.u.map.map = (uint16_t)map.option[0].value;
	event.u.map.sg = gen->list->sg;
	event.u.map.nr_sg = 2;
	for (unsigned i = 0; i < devices.nr; i++) {
		event.u.map.dev = (uint16_t)devices.option[i].value;
		add(gen, &event);
	}
}

/* A device uses all of a mapping in the way that it was made for. */
static void dma_letters(struct gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(gen->st, i)) != NULL; i++) {
		if (map->state != TCE_MAP_LIVE || map->dir == TCE_DIR_NONE)
			continue;
		event.u.dma.dev = map->dev;
		event.u.dma.map = map->id;
		event.u.dma.access = map->dir == TCE_DIR_TO_DEVICE ? TCE_READ : TCE_WRITE;
		add(gen, &event);
	}
}

/* At most so many failures wait at a time. */
#define FAILS_MOST 2U

/* Does a user own anything? What firmware refuses then is left out. */
static bool any_owned(const struct gen *gen)
{
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(gen->st, i)) != NULL; i++) {
		if (has_owned(gen, phb->id))
			return true;
	}
	return false;
}

static bool may_fail_too(const struct gen *gen, enum tce_fail_what what)
{
	unsigned nr = 0;

	if ((what == TCE_FAIL_FIRMWARE || what == TCE_FAIL_HCALL) && any_owned(gen))
		return false;

	for (unsigned i = 0; i < TCE_NR_FAILS; i++)
		nr += gen->st->fail[i].nth != 0;
	return nr < FAILS_MOST && gen->st->fail[what].nth == 0;
}

static void fail_letters(struct gen *gen, const struct tce_event *blank)
{
	static const struct tce_ev_fail fails[] = {
		{TCE_FAIL_ALLOC, 1, 0},     {TCE_FAIL_ALLOC, 2, 0},     {TCE_FAIL_FIRMWARE, 1, -1},
		{TCE_FAIL_FIRMWARE, 2, -1}, {TCE_FAIL_FIRMWARE, 3, -1}, {TCE_FAIL_FIRMWARE, 4, -1},
		{TCE_FAIL_FIRMWARE, 5, -1}, {TCE_FAIL_FIRMWARE, 6, -1}, {TCE_FAIL_HCALL, 1, -4},
		{TCE_FAIL_HCALL, 2, -4},    {TCE_FAIL_HCALL, 1, -44},   {TCE_FAIL_HCALL, 2, -44},
		{TCE_FAIL_RACE, 1, 0},
	};
	bool pseries = gen->machine->opts.platform == TCE_PSERIES;
	struct tce_event event = *blank;

	for (unsigned i = 0; i < sizeof(fails) / sizeof(fails[0]); i++) {
		if (((fails[i].what == TCE_FAIL_HCALL || fails[i].what == TCE_FAIL_FIRMWARE) &&
		     !pseries) ||
		    !may_fail_too(gen, fails[i].what))
			continue;
		event.u.fail = fails[i];
		add(gen, &event);
	}
}

/* --- */

static const struct tce_param *param_of(enum tce_event_kind kind, const char *name)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	return name == NULL ? NULL
			    : tce_param_find(desc->params, desc->nr_params, name, strlen(name));
}

/* What is always the same goes first: defaults of others follow from it (a VFIO call's argsz). */
static void fill_blank(const struct recipe *recipe, struct tce_event *blank)
{
	const struct tce_event_desc *desc = tce_event_desc(recipe->kind);
	const struct column *first = &recipe->column[0];

	tce_event_init(recipe->kind, blank);
	if (first->choice != FIXED || first->nr_values != 1)
		return;
	tce_param_set(param_of(recipe->kind, first->param), blank, first->values[0]);
	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];

		if (tce_param_is_scalar(param) && param != param_of(recipe->kind, first->param))
			tce_param_set(param, blank, tce_param_default(param, blank));
	}
}

static void resolve(struct tce_alphabet *alphabet, unsigned i)
{
	const struct recipe *recipe = &recipes[i];

	fill_blank(recipe, &alphabet->blank[i]);
	for (unsigned c = 0; c < TCE_LETTER_COLUMNS; c++) {
		const struct column *column = &recipe->column[c];

		alphabet->param[i][c] = param_of(recipe->kind, column->param);
		alphabet->other[i][c] = param_of(recipe->kind, column->other);
		TCE_ASSERT((column->param == NULL) == (alphabet->param[i][c] == NULL));
	}
}

void tce_alphabet_init(struct tce_alphabet *alphabet, const struct tce_explore_opts *opts,
		       const struct tce_story *start)
{
	memset(alphabet, 0, sizeof(*alphabet));
	alphabet->letters = opts->letters;
	alphabet->max_maps = opts->max_maps;
	alphabet->start = start;
	for (unsigned i = 0; i < NR_RECIPES; i++)
		resolve(alphabet, i);
}

void tce_letters_of(const struct tce_alphabet *alphabet, const struct tce_machine *machine,
		    struct tce_letter_list *list)
{
	struct gen gen = {.alphabet = alphabet,
			  .machine = machine,
			  .st = tce_machine_state(machine),
			  .lx = tce_linux_of(machine),
			  .list = list};
	struct tce_event event;

	list->nr = 0;
	list->overflow = false;
	if (gen.lx == NULL || !gen.st->booted)
		return;
	for (unsigned i = 0; i < NR_RECIPES; i++) {
		if ((alphabet->letters >> recipes[i].letters & 1) == 0)
			continue;
		event = alphabet->blank[i];
		if (recipes[i].special != NULL)
			recipes[i].special(&gen, &event);
		else
			combine(&gen, i, 0, &event);
	}
}
