/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of ddwtest, made on the model as the console says, and the bus addresses that the
 * kernel gave it, compared with the model's. The module's source says what the console leaves out:
 * one buffer of 64 KiB, allocated once (kmalloc aligns it to its size); buffers that begin 60 bytes
 * into it; a list of eight elements, 8 KiB apart.
 *
 * Where memory lies in RAM is not recorded. A table does not care beyond the offset in a page; a
 * direct address tells it, so that it is taken from the first one and must fit all others.
 */
#include <string.h>

#include "linux/group.h"
#include "predict.h"

#define MAP_COHERENT  0U
#define MAP_SINGLE    1U
#define MAP_LIST      2U
#define BUFFER_SIZE   0x10000U
#define LIST_SPACING  0x2000U
#define MAPPING_ERROR UINT64_MAX
#define EDU_VENDOR    0x1234U
#define EDU_DEVICE    0x11e8U
#define ASSUMED_AT    UINT64_C(0x1000000) /* real address of the buffer until it is known */

static int step(struct tce_predict *p, const struct tce_event *event,
		struct tce_outcome *ret_outcome)
{
	return tce_machine_step(p->machine, event, ret_outcome);
}

static int same_or_wrong(struct tce_predict *p, uint64_t line, uint64_t recorded, uint64_t model)
{
	struct tce_predict_address wrong = {line, recorded, model};

	return recorded == model ? 0 : tce_list_add(&p->wrong, &p->mem, &wrong, sizeof(wrong));
}

/* --- hypercalls ------------------------------------------------------------------------------ */

static void set_buid(struct tce_rtas_call *rtas, uint64_t buid)
{
	rtas->args[1] = (uint32_t)(buid >> 32);
	rtas->args[2] = (uint32_t)buid;
}

/*
 * The console does not tell which bridge a create or a reset was for. The module's source does: its
 * own, which its first query names, but for the fourth create and the second reset, which try one
 * that is not there.
 */
static void choose_bridge(struct tce_module *module, struct tce_rtas_call *rtas)
{
	bool other = false;

	if (rtas->call == TCE_RTAS_CREATE)
		other = ++module->nr_creates == 4;
	else if (rtas->call == TCE_RTAS_RESET)
		other = ++module->nr_resets == 2;
	else
		return;
	set_buid(rtas, other ? module->buid + 7 : module->buid);
}

static void note_bridge(struct tce_module *module, const struct tce_rtas_call *rtas)
{
	if (rtas->call != TCE_RTAS_QUERY || module->has_buid)
		return;
	module->buid = (uint64_t)rtas->args[1] << 32 | rtas->args[2];
	module->has_buid = true;
}

/* The answer is compared, too: refused calls may leave no line in the trace. */
static int hcall(struct tce_predict *p, struct tce_module *module,
		 const struct tce_console_record *record)
{
	const struct tce_stimulus *st = &record->u.stimulus;
	struct tce_event event = st->event;
	bool rtas = event.kind == TCE_EV_RTAS;
	struct tce_outcome outcome;
	int err;

	if (event.kind == TCE_EV_H_PUT_TCE_INDIRECT)
		event.u.h_indirect.step = 0x1000;
	if (rtas) {
		note_bridge(module, &event.u.rtas.call);
		choose_bridge(module, &event.u.rtas.call);
	}
	err = step(p, &event, &outcome);
	if (err != 0)
		return err;
	return same_or_wrong(p, record->line, (uint64_t)st->ret,
			     (uint64_t)(rtas ? outcome.answer.status : outcome.answer.r3));
}

/* --- DMA API --------------------------------------------------------------------------------- */

static bool is_edu(const struct tce_predict *p, struct tce_pci_addr addr)
{
	for (uint32_t i = 0; i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_DEVICE && record->u.device.addr.v == addr.v)
			return record->u.device.vendor == EDU_VENDOR &&
			       record->u.device.device == EDU_DEVICE;
	}
	return false;
}

static struct tce_pci_addr addr_of(const struct tce_predict *p, const struct tce_linux_dev *dev)
{
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_dev *found = tce_dev_find(st, dev->id);
	const struct tce_phb *phb = found == NULL ? NULL : tce_phb_find(st, found->phb);
	struct tce_pci_addr addr = {0};

	if (phb != NULL)
		addr.v = (uint32_t)(phb->papr.buid & 0xffff) << 16 | tce_dev_rid(st, found);
	return addr;
}

/* The module takes the first edu device; when the console lists none, one that nobody drives. */
static bool find_dev(const struct tce_predict *p, struct tce_module *module)
{
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_linux *lx = tce_linux_of(p->machine);
	const struct tce_linux_dev *dev;
	bool sure = module->has_dev;

	for (uint32_t i = 0; !sure && (dev = tce_linux_dev_at(st, lx, i)) != NULL; i++) {
		if (dev->bound || dev->dma.vio)
			continue;
		sure = is_edu(p, addr_of(p, dev));
		if (!sure && module->has_dev)
			continue;
		module->dev = dev->id;
		module->has_dev = true;
	}
	return module->has_dev;
}

static int compare(struct tce_predict *p, uint64_t line, uint64_t recorded, uint64_t model)
{
	p->sum.bus_addresses++;
	p->sum.bus_addresses_predicted += recorded == model;
	return same_or_wrong(p, line, recorded, model);
}

static int unmap(struct tce_predict *p, uint16_t map)
{
	const struct tce_mapping *found = tce_mapping_find(tce_machine_state(p->machine), map);
	struct tce_event event = {.kind = TCE_EV_UNMAP};
	struct tce_outcome outcome;

	if (found == NULL || found->state != TCE_MAP_LIVE)
		return 0;
	event.u.id.id = map;
	return step(p, &event, &outcome);
}

/* Where a buffer lies when the address that the kernel gave is direct; false: it may not. */
static bool direct_at(const struct tce_predict *p, const struct tce_module *module,
		      uint64_t recorded, uint64_t *ret_ra)
{
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_linux *lx = tce_linux_of(p->machine);
	const struct tce_linux_dev *dev = tce_linux_dev_find(st, lx, module->dev);

	*ret_ra = recorded - dev->dma.dma_offset;
	return dev->dma.dma_offset != 0 && recorded >= dev->dma.dma_offset && *ret_ra < lx->ram_end;
}

/* Real address of the module's buffer. */
static uint64_t buffer_of(const struct tce_predict *p, struct tce_module *module, uint64_t offset,
			  uint64_t recorded)
{
	uint64_t ra;

	if (!module->has_buffer && direct_at(p, module, recorded, &ra) &&
	    ((ra - offset) & (BUFFER_SIZE - 1)) == 0) {
		module->buffer = ra - offset;
		module->has_buffer = true;
	}
	return module->has_buffer ? module->buffer : ASSUMED_AT;
}

static int map(struct tce_predict *p, struct tce_event *event, struct tce_outcome *ret_outcome)
{
	int err = unmap(p, event->u.map.map);

	return err != 0 ? err : step(p, event, ret_outcome);
}

/* An allocation that fails leaves the handle as it was, and the module prints that. */
static int coherent(struct tce_predict *p, struct tce_module *module,
		    const struct tce_console_record *record)
{
	const struct tce_stimulus *st = &record->u.stimulus;
	struct tce_event event = {.kind = TCE_EV_MAP};
	struct tce_outcome outcome = {.err = 0};
	uint64_t ra;
	int err;

	event.u.map.dev = module->dev;
	event.u.map.map = MAP_COHERENT;
	event.u.map.type = TCE_MAP_COHERENT;
	event.u.map.addr = tce_ra(ASSUMED_AT + BUFFER_SIZE);
	event.u.map.len = st->size;
	if (direct_at(p, module, st->value, &ra) && (ra & 0xfff) == 0)
		event.u.map.addr = tce_ra(ra);
	err = map(p, &event, &outcome);
	if (err == 0 && outcome.err == 0)
		module->handle = outcome.bus.v;
	if (err == 0)
		err = compare(p, record->line, st->value, module->handle);
	return err != 0 ? err : unmap(p, MAP_COHERENT);
}

/* Lengths and directions by turns, as in the module's source: a line that says failed has none. */
static int single(struct tce_predict *p, struct tce_module *module,
		  const struct tce_console_record *record)
{
	static const struct {
		uint64_t offset;
		uint64_t len;
		enum tce_dma_dir dir;
	} turns[] = {
		{60, 100, TCE_DIR_BIDIRECTIONAL},
		{0, 4096, TCE_DIR_TO_DEVICE},
		{0, 65000, TCE_DIR_FROM_DEVICE},
	};
	const struct tce_stimulus *st = &record->u.stimulus;
	unsigned turn = module->nr_single++ % 3;
	struct tce_event event = {.kind = TCE_EV_MAP};
	struct tce_outcome outcome = {.err = 0};
	bool failed = st->kind == TCE_STIMULUS_SINGLE_FAILED;
	uint64_t recorded = failed ? MAPPING_ERROR : st->value;
	int err;

	event.u.map.dev = module->dev;
	event.u.map.map = MAP_SINGLE;
	event.u.map.dir = failed ? turns[turn].dir : (enum tce_dma_dir)st->dir;
	event.u.map.addr =
		tce_ra(buffer_of(p, module, turns[turn].offset, recorded) + turns[turn].offset);
	event.u.map.len = failed ? turns[turn].len : st->size;
	err = map(p, &event, &outcome);
	module->handle = outcome.err == 0 ? outcome.bus.v : MAPPING_ERROR;
	if (err == 0 && failed)
		err = same_or_wrong(p, record->line, recorded, module->handle);
	else if (err == 0)
		err = compare(p, record->line, recorded, module->handle);
	return err != 0 ? err : unmap(p, MAP_SINGLE);
}

/* The buffer is known from the singles before it. */
static int list(struct tce_predict *p, struct tce_module *module,
		const struct tce_console_record *record)
{
	uint64_t buffer = module->has_buffer ? module->buffer : ASSUMED_AT;
	const struct tce_stimulus *st = &record->u.stimulus;
	struct tce_event event = {.kind = TCE_EV_MAP};
	struct tce_sg sg[8];
	struct tce_outcome outcome;
	const struct tce_mapping *mapped;
	int err;

	for (unsigned i = 0; i < 8; i++) {
		sg[i].ra = tce_ra(buffer + i * LIST_SPACING + (i & 1) * 512);
		sg[i].len = 3000 + i * 100;
	}
	event.u.map.dev = module->dev;
	event.u.map.map = MAP_LIST;
	event.u.map.type = TCE_MAP_SG;
	event.u.map.sg = sg;
	event.u.map.nr_sg = 8;
	err = map(p, &event, &outcome);
	if (err != 0)
		return err;
	mapped = tce_mapping_find(tce_machine_state(p->machine), MAP_LIST);
	return same_or_wrong(p, record->line, (uint64_t)st->ret,
			     outcome.err == 0 && mapped != NULL ? mapped->nr_out : 0);
}

static int segment(struct tce_predict *p, const struct tce_console_record *record)
{
	const struct tce_stimulus *st = &record->u.stimulus;
	const struct tce_state *state = tce_machine_state(p->machine);
	const struct tce_mapping *mapped = tce_mapping_find(state, MAP_LIST);
	struct tce_map_piece out = {MAPPING_ERROR, 0};
	bool last = false;
	int err;

	if (mapped != NULL && mapped->state == TCE_MAP_LIVE && st->nr < mapped->nr_out) {
		out = tce_mapping_out(state, mapped)[st->nr];
		last = st->nr + 1 == mapped->nr_out;
	}
	err = compare(p, record->line, st->value, out.addr);
	if (err == 0)
		err = same_or_wrong(p, record->line, st->size, out.len);
	return err != 0 || !last ? err : unmap(p, MAP_LIST);
}

/* The mask is set, and asked for again: dma_get_required_mask is an argument of the same line. */
static int mask(struct tce_predict *p, struct tce_module *module,
		const struct tce_console_record *record)
{
	const struct tce_stimulus *st = &record->u.stimulus;
	struct tce_event event = {.kind = TCE_EV_SET_MASK};
	struct tce_outcome outcome;
	int err;

	module->nr_single = 0;
	event.u.set_mask.dev = module->dev;
	event.u.set_mask.bits = st->bits;
	event.u.set_mask.streaming = true;
	event.u.set_mask.coherent = true;
	err = step(p, &event, &outcome);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_REQUIRED_MASK;
	event.u.id.id = module->dev;
	if (err == 0)
		err = step(p, &event, &outcome);
	return err != 0 ? err : same_or_wrong(p, record->line, st->value, outcome.value);
}

int tce_predict_module_call(struct tce_predict *p, struct tce_module *module,
			    const struct tce_console_record *record)
{
	const struct tce_stimulus *st = &record->u.stimulus;

	if (st->kind == TCE_STIMULUS_HCALL)
		return hcall(p, module, record);
	if (!find_dev(p, module))
		return 0;
	switch (st->kind) {
	case TCE_STIMULUS_MASK: return mask(p, module, record);
	case TCE_STIMULUS_COHERENT: return coherent(p, module, record);
	case TCE_STIMULUS_SINGLE:
	case TCE_STIMULUS_SINGLE_FAILED: return single(p, module, record);
	case TCE_STIMULUS_SG: return list(p, module, record);
	case TCE_STIMULUS_SEGMENT: return segment(p, record);
	default: return 0;
	}
}
