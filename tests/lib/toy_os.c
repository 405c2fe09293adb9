/* SPDX-License-Identifier: BSD-2-Clause */
/* The toy: state in the arena, calls through tce_machine_call, errors passed up. */
#include "toy_os.h"

#include <string.h>

#include "base/vec.h"
#include "machine/canon.h"
#include "machine/machine.h"

struct toy {
	struct tce_vec probed; /* uint16_t, sorted */
	uint64_t next_bus;
	uint32_t boots;
};

static struct toy *toy_of(const struct tce_machine *machine)
{
	return tce_machine_os(machine, TCE_OS_LINUX);
}

unsigned toy_os_boots(const struct tce_machine *machine)
{
	return toy_of(machine)->boots;
}

unsigned toy_os_probed(const struct tce_machine *machine)
{
	return toy_of(machine)->probed.nr;
}

static uint16_t probed_at(const struct toy *toy, uint32_t i)
{
	return *(const uint16_t *)tce_vec_at(&toy->probed, i, sizeof(uint16_t));
}

/* Position of a probed device, or where it belongs. */
static uint32_t position(const struct toy *toy, uint16_t dev)
{
	uint32_t i = 0;

	while (i < toy->probed.nr && probed_at(toy, i) < dev)
		i++;
	return i;
}

static bool is_probed(const struct toy *toy, uint16_t dev)
{
	uint32_t i = position(toy, dev);

	return i < toy->probed.nr && probed_at(toy, i) == dev;
}

static void drop(struct tce_machine *machine)
{
	struct toy *toy = toy_of(machine);

	tce_vec_fini(&toy->probed, tce_machine_mem(machine), sizeof(uint16_t));
	toy->next_bus = 0x1000;
}

static int put_tce(struct tce_machine *machine, uint64_t liobn, uint64_t bus, uint64_t tce,
		   struct tce_outcome *ret_outcome)
{
	struct tce_event event = {.kind = TCE_EV_H_PUT_TCE};

	event.u.h_tce.liobn = liobn;
	event.u.h_tce.ioba = tce_ioba(bus);
	event.u.h_tce.tce = tce;
	return tce_machine_call(machine, &event, ret_outcome);
}

/* Default window of the bridge that a device is below. */
static uint64_t liobn_of(const struct tce_machine *machine, uint16_t dev)
{
	const struct tce_state *st = tce_machine_state(machine);

	return tce_phb_find(st, tce_dev_find(st, dev)->phb)->papr.liobn[0];
}

static int create_window(struct tce_machine *machine, uint16_t id, struct tce_outcome *outcome)
{
	struct tce_event event = {.kind = TCE_EV_RTAS};
	struct tce_rtas_call *call = &event.u.rtas.call;
	const struct tce_dev *dev = tce_dev_find(tce_machine_state(machine), id);
	uint64_t buid = tce_phb_find(tce_machine_state(machine), dev->phb)->papr.buid;

	call->call = TCE_RTAS_CREATE;
	call->nargs = 5;
	call->nret = 4;
	call->args[0] = tce_dev_config_addr(dev);
	call->args[1] = (uint32_t)(buid >> 32);
	call->args[2] = (uint32_t)buid;
	call->args[3] = 16;
	call->args[4] = 31;
	return tce_machine_call(machine, &event, outcome);
}

/* linux,direct64-ddr-window-info for the window that was made. */
static int write_property(struct tce_machine *machine, uint16_t dev,
			  const struct tce_answer *answer)
{
	struct tce_state *st = tce_machine_state(machine);
	struct tce_ddw_prop prop = {.liobn = answer->rets[1],
				    .dma_base = (uint64_t)answer->rets[2] << 32 | answer->rets[3],
				    .tce_shift = 16,
				    .window_shift = 31};
	uint8_t bytes[TCE_DDW_PROP_BYTES];

	tce_ddw_prop_encode(&prop, bytes);
	return tce_node_prop_set(st, tce_node_of_dev(st, dev), TCE_PROP_DIRECT64, bytes,
				 sizeof(bytes));
}

static int probe(struct tce_machine *machine, uint16_t dev, struct tce_outcome *outcome)
{
	const struct tce_dev *found = tce_dev_find(tce_machine_state(machine), dev);
	struct toy *toy = toy_of(machine);
	struct tce_outcome part;
	int err;

	if (found == NULL || found->phb == TCE_NO_ID)
		return -TCE_ERR_NOENT;
	if (is_probed(toy, dev)) {
		outcome->err = -TCE_EBUSY;
		return 0;
	}
	err = tce_vec_reserve(&toy->probed, tce_machine_mem(machine), sizeof(uint16_t), 1);
	if (err != 0)
		return err;
	*(uint16_t *)tce_vec_insert(&toy->probed, position(toy, dev), sizeof(uint16_t)) = dev;
	err = create_window(machine, dev, &part);
	if (err != 0)
		return err;
	outcome->mode = part.answer.status == 0 ? TCE_MODE_DIRECT : TCE_MODE_DEFAULT;
	return part.answer.status == 0 ? write_property(machine, dev, &part.answer) : 0;
}

static int map(struct tce_machine *machine, const struct tce_ev_map *ev,
	       struct tce_outcome *outcome)
{
	struct toy *toy = toy_of(machine);
	struct tce_map_piece in = {ev->addr.v, ev->len};
	struct tce_map_piece out = {toy->next_bus | (ev->addr.v & 0xfff), ev->len};
	struct tce_mapping_opts opts = {ev->map, ev->dev, ev->type, ev->dir, &in, 1, &out, 1};
	const struct tce_mapping *old = tce_mapping_find(tce_machine_state(machine), ev->map);
	struct tce_outcome part;
	int err = 0;

	if (!is_probed(toy, ev->dev) || ev->len == 0 || ev->len > 0x10000)
		return -TCE_ERR_INVAL;
	if (old != NULL && old->state == TCE_MAP_LIVE)
		return -TCE_ERR_EXISTS;
	if (tce_machine_alloc_fails(machine)) {
		outcome->err = -TCE_ENOMEM;
		return 0;
	}
	for (uint64_t at = in.addr & ~UINT64_C(0xfff); err == 0 && at < in.addr + in.len;
	     at += 0x1000, toy->next_bus += 0x1000)
		err = put_tce(machine, liobn_of(machine, ev->dev), toy->next_bus, at | 3, &part);
	outcome->bus = tce_ioba(out.addr);
	return err != 0 ? err : tce_mapping_add(tce_machine_state(machine), &opts);
}

static int unmap(struct tce_machine *machine, uint16_t id)
{
	struct tce_state *st = tce_machine_state(machine);
	const struct tce_mapping *map = tce_mapping_find(st, id);
	struct tce_outcome part;
	uint64_t bus;
	int err = 0;

	if (map == NULL || map->state != TCE_MAP_LIVE)
		return -TCE_ERR_NOENT;
	for (bus = map->first_out.addr & ~UINT64_C(0xfff);
	     err == 0 && bus < map->first_out.addr + map->first_out.len; bus += 0x1000)
		err = put_tce(machine, liobn_of(machine, map->dev), bus, 0, &part);
	if (err == 0)
		tce_mapping_set_state(st, id, TCE_MAP_UNMAPPED);
	return err;
}

static int memory(struct tce_machine *machine, const struct tce_ev_memory *ev, bool online,
		  struct tce_outcome *outcome)
{
	struct tce_state *st = tce_machine_state(machine);

	if (!tce_memmap_all(st, ev->addr, ev->size, TCE_MEM_PLUGGED)) {
		outcome->err = -TCE_EINVAL;
		return 0;
	}
	return tce_memmap_set_online(st, ev->addr, ev->size, online);
}

static int event(struct tce_machine *machine, const struct tce_event *ev,
		 struct tce_outcome *outcome)
{
	struct toy *toy = toy_of(machine);

	switch (ev->kind) {
	case TCE_EV_BOOT:
		toy->next_bus = 0x1000;
		toy->boots++;
		return 0;
	case TCE_EV_KEXEC:
		drop(machine);
		tce_machine_new_kernel(machine, &ev->u.boot);
		return 0;
	case TCE_EV_REBOOT: return 0;
	case TCE_EV_PROBE: return probe(machine, ev->u.probe.dev, outcome);
	case TCE_EV_MAP: return map(machine, &ev->u.map, outcome);
	case TCE_EV_UNMAP: return unmap(machine, ev->u.id.id);
	case TCE_EV_MEMORY_ONLINE: return memory(machine, &ev->u.memory, true, outcome);
	case TCE_EV_MEMORY_OFFLINE: return memory(machine, &ev->u.memory, false, outcome);
	case TCE_EV_PMEM_TO_RAM:
		if (tce_pmem_find(tce_machine_state(machine), ev->u.id.id) == NULL)
			return -TCE_ERR_NOENT;
		tce_pmem_set_ram(tce_machine_state(machine), ev->u.id.id, true);
		return 0;
	default: return -TCE_ERR_UNSUPPORTED;
	}
}

static bool uses(const struct tce_machine *machine, const struct tce_event *ev)
{
	return ev->kind == TCE_EV_DEVICE_UNPLUG && is_probed(toy_of(machine), ev->u.id.id);
}

static void canon(const struct tce_state *st, const void *os, struct tce_canon *sink)
{
	const struct toy *toy = os;

	tce_canon_u32(sink, toy->boots);
	tce_canon_bus(sink, toy->next_bus);
	for (uint32_t i = 0; i < tce_nr_devs(st); i++) {
		uint16_t dev = tce_canon_order(sink, TCE_CANON_DEV, i, tce_dev_at(st, i)->id);

		tce_canon_u8(sink, is_probed(toy, dev));
	}
}

static const struct tce_os_ops toy_ops = {
	.name = "toy", .event = event, .uses = uses, .drop = drop, .canon = canon};

int toy_os_attach(struct tce_machine *machine)
{
	void *state;

	return tce_machine_attach(machine, TCE_OS_LINUX, &toy_ops, sizeof(struct toy), &state);
}
