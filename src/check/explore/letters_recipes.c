/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The recipes. Choices of values are at edges: the first and the last memory block, the lowest and
 * the highest page of RAM, masks below and above 4 GiB, the next and the one after next call that
 * fails.
 */
#include "letters_gen.h"

#define VALUES(...)                                                                                \
	.values = (const uint64_t[]){__VA_ARGS__},                                                 \
	.nr_values = (unsigned)(sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))
#define OVER(p, ...)                                                                               \
	{                                                                                          \
		.choice = TCE_PICK_FIXED, .param = p, VALUES(__VA_ARGS__)                          \
	}
#define PICK(p, what)                                                                              \
	{                                                                                          \
		.choice = TCE_PICK_##what, .param = p                                              \
	}
#define PAIR(p, q, what)                                                                           \
	{                                                                                          \
		.choice = TCE_PICK_##what, .param = p, .other = q                                  \
	}

#define L(name)   TCE_LETTERS_##name

#define OP(name)  OVER("op", TCE_VFIO_##name)
#define CONTAINER PICK("container", CONTAINER)
#define VFIO_CALL(...)                                                                             \
	{                                                                                          \
		TCE_EV_VFIO, L(VFIO), {__VA_ARGS__}, NULL                                          \
	}

const struct tce_letter_recipe tce_letter_recipes[] = {
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
	{TCE_EV_MAP, L(MAP), {{0}}, tce_letters_list},
	{TCE_EV_UNMAP, L(MAP), {PICK("map", LIVE_MAP)}, NULL},
	{TCE_EV_DMA, L(MAP), {{0}}, tce_letters_dma},
	{TCE_EV_MEMORY_PLUG, L(MEMORY), {PAIR("at", "size", LMB_ABSENT)}, NULL},
	{TCE_EV_MEMORY_ONLINE, L(MEMORY), {PAIR("at", "size", LMB_OFFLINE)}, NULL},
	{TCE_EV_MEMORY_OFFLINE, L(MEMORY), {PAIR("at", "size", LMB_ONLINE)}, NULL},
	{TCE_EV_MEMORY_UNPLUG, L(MEMORY), {PAIR("at", "size", LMB_OFFLINE)}, NULL},
	{TCE_EV_PMEM_TO_RAM, L(MEMORY), {PICK("pmem", PMEM)}, NULL},
	{TCE_EV_PMEM_FROM_RAM, L(MEMORY), {PICK("pmem", PMEM_RAM)}, NULL},
	{TCE_EV_DEVICE_REMOVE, L(HOTPLUG), {PICK("dev", REMOVABLE)}, NULL},
	{TCE_EV_DEVICE_ADD, L(HOTPLUG), {PICK("dev", FINDABLE)}, NULL},
	{TCE_EV_DEVICE_UNPLUG, L(HOTPLUG), {PICK("dev", STRANGE)}, NULL},
	{TCE_EV_DEVICE_PLUG, L(HOTPLUG), {{0}}, tce_letters_replug},
	{TCE_EV_PHB_REMOVE, L(HOTPLUG), {PICK("phb", KNOWN_PHB)}, NULL},
	{TCE_EV_PHB_ADD, L(HOTPLUG), {PICK("phb", STRANGE_PHB)}, NULL},
	{TCE_EV_KEXEC, L(LIFE), {{0}}, tce_letters_kexec},
	{TCE_EV_REBOOT, L(LIFE), {{0}}, tce_letters_reboot},
	{TCE_EV_EEH,
	 L(EEH),
	 {PICK("dev", KNOWN), OVER("op", TCE_EEH_FREEZE, TCE_EEH_THAW, TCE_EEH_RESET)},
	 NULL},
	{TCE_EV_FAIL_NEXT, L(FAIL), {{0}}, tce_letters_fail},
	VFIO_CALL(OP(BIND), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(UNBIND), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(OPEN_GROUP), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(CLOSE_GROUP), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(OPEN_CONTAINER), PICK("container", NEW_CONTAINER)),
	VFIO_CALL(OP(CLOSE_CONTAINER), CONTAINER),
	VFIO_CALL(OP(SET_CONTAINER), CONTAINER, PICK("group", ENDPOINT)),
	VFIO_CALL(OP(UNSET_CONTAINER), PICK("group", ENDPOINT)),
	VFIO_CALL(OP(SET_IOMMU), CONTAINER, OVER("number", 2, 7)),
	VFIO_CALL(OP(GET_INFO), CONTAINER),
	VFIO_CALL(OP(ENABLE), CONTAINER),
	VFIO_CALL(OP(DISABLE), CONTAINER),
	VFIO_CALL(OP(REGISTER), CONTAINER, PAIR("vaddr", "size", STRETCH)),
	VFIO_CALL(OP(UNREGISTER), CONTAINER, PAIR("vaddr", "size", REGION)),
	{TCE_EV_VFIO, L(VFIO), {OP(CREATE)}, tce_letters_vfio_create},
	{TCE_EV_VFIO, L(VFIO), {OP(REMOVE)}, tce_letters_vfio_remove},
	{TCE_EV_VFIO, L(VFIO), {OP(MAP)}, tce_letters_vfio_map},
	{TCE_EV_VFIO, L(VFIO), {OP(UNMAP)}, tce_letters_vfio_unmap},
	VFIO_CALL(OP(EXIT)),
	{TCE_EV_SAVE, L(MIGRATE), {{0}}, tce_letters_reboot},
	{TCE_EV_LOAD, L(MIGRATE), {{0}}, tce_letters_reboot},
};

const unsigned tce_nr_letter_recipes = sizeof(tce_letter_recipes) / sizeof(tce_letter_recipes[0]);

_Static_assert(sizeof(tce_letter_recipes) / sizeof(tce_letter_recipes[0]) <= TCE_LETTER_RECIPES,
	       "room for recipes");
