/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random events on a machine and beside it on others that must stay equal: one with another history
 * of allocations, one that is brought back and does each event again, one with the other storage.
 * What is refused changes nothing; what is cloned stays what it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_gen.h"
#include "machine/event_table.h"
#include "machine/machine.h"
#include "prop.h"
#include "testing.h"
#include "toy_os.h"

#define M UINT64_C(0x100000)

enum op {
	OP_PHB,
	OP_DEVICE,
	OP_UNPLUG,
	OP_MEMORY,
	OP_PROPERTY,
	OP_PUT,
	OP_INDIRECT,
	OP_STUFF,
	OP_CREATE,
	OP_REMOVE,
	OP_DMA,
	OP_FAIL,
	OP_LIFE,
	OP_BOOT,
	OP_PROBE,
	OP_MAP,
	OP_UNMAP,
	OP_ANY, /* out of the table of events */
	NR_OPS
};

/* How a sequence begins, so that most of it has something to work on; and what comes how often. */
static const enum op first_ops[] = {OP_PHB, OP_DEVICE, OP_DEVICE, OP_BOOT, OP_PROBE, OP_MAP};
static const uint8_t weight[NR_OPS] = {
	[OP_PHB] = 2, [OP_DEVICE] = 2, [OP_UNPLUG] = 2,   [OP_MEMORY] = 6, [OP_PROPERTY] = 2,
	[OP_PUT] = 4, [OP_STUFF] = 3,  [OP_INDIRECT] = 3, [OP_CREATE] = 2, [OP_REMOVE] = 2,
	[OP_DMA] = 5, [OP_FAIL] = 1,   [OP_LIFE] = 3,     [OP_BOOT] = 2,   [OP_PROBE] = 4,
	[OP_MAP] = 6, [OP_UNMAP] = 4,  [OP_ANY] = 3,
};

static unsigned some_op(struct prng *rng)
{
	unsigned total = 0;
	unsigned kind = 0;
	uint64_t at;

	for (unsigned i = 0; i < NR_OPS; i++)
		total += weight[i];
	at = prng_below(rng, total);
	while (at >= weight[kind])
		at -= weight[kind++];
	return kind;
}

static void generate(void *ctx, struct prng *rng, struct prop_op *ops, size_t i)
{
	size_t prefix = sizeof(first_ops) / sizeof(first_ops[0]);

	(void)ctx;
	ops[i].kind = i < prefix ? first_ops[i] : some_op(rng);
	for (unsigned k = 0; k < 4; k++)
		ops[i].arg[k] = i < prefix ? 0 : prng_any_size(rng, 63);
	ops[i].arg[0] = i == 2 ? 1 : ops[i].arg[0];
	ops[i].arg[2] = i == 2 ? 1 : ops[i].arg[2];
	ops[i].arg[3] = i < prefix ? 1 : ops[i].arg[3];
	ops[i].arg[4] = prng_any_size(rng, 1 << 12);
	ops[i].arg[5] = prng_next(rng);
}

static uint64_t bits(void *ctx)
{
	return prng_next(ctx);
}

static const enum tce_event_kind life[] = {TCE_EV_RESET, TCE_EV_REBOOT, TCE_EV_SAVE, TCE_EV_LOAD,
					   TCE_EV_CAS,   TCE_EV_KEXEC,  TCE_EV_SAVE, TCE_EV_LOAD};

static uint64_t liobn_of(const struct prop_op *op)
{
	return 0x80000000 | (op->arg[0] % 3) << 8 | op->arg[1] % 2;
}

static void memory_event(const struct prop_op *op, struct tce_event *ev)
{
	static const enum tce_event_kind kinds[] = {TCE_EV_MEMORY_PLUG, TCE_EV_MEMORY_UNPLUG,
						    TCE_EV_MEMORY_ONLINE, TCE_EV_MEMORY_OFFLINE};

	tce_event_init(kinds[op->arg[0] % 4], ev);
	ev->u.memory.addr = (1 + op->arg[1] % 4) * 256 * M;
	ev->u.memory.size = (1 + op->arg[2] % 3) * 256 * M;
}

static void unplug_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(op->arg[0] % 4 == 0 ? TCE_EV_PHB_UNPLUG : TCE_EV_DEVICE_UNPLUG, ev);
	ev->u.id.id = (uint16_t)(op->arg[1] % 4);
}

static void device_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_DEVICE_PLUG, ev);
	ev->u.device_plug.dev = (uint16_t)(op->arg[0] % 4);
	ev->u.device_plug.phb = (uint16_t)(op->arg[1] % 3);
	ev->u.device_plug.devfn = (uint8_t)(op->arg[2] % 8 * 8);
	ev->u.device_plug.own_pe = op->arg[3] % 4 == 0;
}

static void property_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_PROPERTY, ev);
	ev->u.property.phb = (uint16_t)(op->arg[0] % 3);
	ev->u.property.prop = (enum tce_prop)(op->arg[1] % TCE_NR_PROPS);
	ev->u.property.absent = op->arg[2] % 3 == 0;
	ev->u.property.len = (uint8_t)(op->arg[3] % 49);
	memset(ev->u.property.bytes, (int)op->arg[4], sizeof(ev->u.property.bytes));
}

static void hcall_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(op->kind == OP_STUFF ? TCE_EV_H_STUFF_TCE : TCE_EV_H_PUT_TCE, ev);
	ev->u.h_tce.liobn = liobn_of(op);
	ev->u.h_tce.ioba = tce_ioba(op->arg[4] << 12 | (op->arg[1] % 2) << 59);
	ev->u.h_tce.tce = op->arg[2] % 4 == 0 ? 0 : op->arg[2] << 12 | 3;
	ev->u.h_tce.count = op->arg[3] * 9;
}

static void indirect_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_H_PUT_TCE_INDIRECT, ev);
	ev->u.h_indirect.liobn = liobn_of(op);
	ev->u.h_indirect.ioba = tce_ioba(op->arg[4] << 12 | (op->arg[1] % 2) << 59);
	ev->u.h_indirect.count = op->arg[3] * 8;
	ev->u.h_indirect.first = op->arg[2] << 16 | 3;
	ev->u.h_indirect.step = op->arg[2] % 2 == 0 ? 0x1000 : 0x10000;
	ev->u.h_indirect.list_ra = tce_ra(0x8000);
}

static void rtas_event(const struct prop_op *op, struct tce_event *ev)
{
	struct tce_rtas_call *call;

	tce_event_init(TCE_EV_RTAS, ev);
	call = &ev->u.rtas.call;
	call->call = op->kind == OP_CREATE ? TCE_RTAS_CREATE : TCE_RTAS_REMOVE;
	if (op->kind == OP_REMOVE && op->arg[3] % 4 == 0)
		call->call = TCE_RTAS_RESET;
	call->nargs = op->kind == OP_CREATE ? 5 : call->call == TCE_RTAS_RESET ? 3 : 1;
	call->nret = op->kind == OP_CREATE ? 4 : 1;
	call->args[0] = call->call == TCE_RTAS_REMOVE ? (uint32_t)liobn_of(op)
						      : (uint32_t)(op->arg[2] % 8) << 11;
	call->args[1] = 0x8000000;
	call->args[2] = 0x20000000 + (uint32_t)(op->arg[0] % 3);
	call->args[3] = op->arg[1] % 2 == 0 ? 16 : 24;
	call->args[4] = 20 + (uint32_t)op->arg[3] % 16;
}

static void dma_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_DMA, ev);
	ev->u.dma.dev = (uint16_t)(op->arg[0] % 4);
	ev->u.dma.access = 1 + (unsigned)(op->arg[1] % 3);
	ev->u.dma.map = op->arg[2] % 2 == 0 ? (uint16_t)(op->arg[3] % 4) : TCE_NO_ID;
	ev->u.dma.addr = ev->u.dma.map == TCE_NO_ID ? op->arg[4] : 0;
	ev->u.dma.len = ev->u.dma.map == TCE_NO_ID ? 1 + op->arg[3] * 100 : 0;
}

static void map_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_MAP, ev);
	ev->u.map.dev = (uint16_t)(op->arg[0] % 4);
	ev->u.map.map = (uint16_t)(op->arg[1] % 4);
	ev->u.map.addr = tce_ra(op->arg[4] << 8);
	ev->u.map.len = 1 + op->arg[2] * 500;
}

static void fail_event(const struct prop_op *op, struct tce_event *ev)
{
	tce_event_init(TCE_EV_FAIL_NEXT, ev);
	ev->u.fail.what = (enum tce_fail_what)(op->arg[0] % 3);
	ev->u.fail.nth = (unsigned)(op->arg[1] % 3);
	ev->u.fail.code = -(int64_t)op->arg[2] - 1;
}

static void id_event(enum tce_event_kind kind, uint16_t id, struct tce_event *ev)
{
	tce_event_init(kind, ev);
	if (kind == TCE_EV_PHB_PLUG)
		ev->u.phb_plug.phb = id;
	else if (kind == TCE_EV_PROBE)
		ev->u.probe.dev = id;
	else
		ev->u.id.id = id;
}

static void event_of(struct event_gen *gen, const struct prop_op *op, struct tce_event *ev)
{
	struct prng rng = prng_seeded(op->arg[5]);

	switch ((enum op)op->kind) {
	case OP_PHB: id_event(TCE_EV_PHB_PLUG, (uint16_t)(op->arg[0] % 3), ev); break;
	case OP_DEVICE: device_event(op, ev); break;
	case OP_UNPLUG: unplug_event(op, ev); break;
	case OP_MEMORY: memory_event(op, ev); break;
	case OP_PROPERTY: property_event(op, ev); break;
	case OP_PUT:
	case OP_STUFF: hcall_event(op, ev); break;
	case OP_INDIRECT: indirect_event(op, ev); break;
	case OP_CREATE:
	case OP_REMOVE: rtas_event(op, ev); break;
	case OP_DMA: dma_event(op, ev); break;
	case OP_FAIL: fail_event(op, ev); break;
	case OP_LIFE: tce_event_init(life[op->arg[0] % 8], ev); break;
	case OP_BOOT: tce_event_init(TCE_EV_BOOT, ev); break;
	case OP_PROBE: id_event(TCE_EV_PROBE, (uint16_t)(op->arg[0] % 4), ev); break;
	case OP_MAP: map_event(op, ev); break;
	case OP_UNMAP: id_event(TCE_EV_UNMAP, (uint16_t)(op->arg[0] % 4), ev); break;
	default:
		gen->ctx = &rng;
		event_gen_any(gen, ev);
		break;
	}
}

/* --- machines -------------------------------------------------------------------------------- */

struct flock {
	struct tce_machine *m;     /* what it is all about */
	struct tce_machine *other; /* another history of allocations */
	struct tce_machine *lazy;
	struct event_gen gen;
};

static struct tce_machine *machine_new(enum tce_table_storage storage, size_t arena)
{
	struct tce_machine_opts opts = {.papr = tce_papr_profile_find("qemu"),
					.ram = 256 * M,
					.max_ram = 1280 * M,
					.storage = storage,
					.arena_size = arena};
	struct tce_machine *m;

	assert_int_equal(tce_machine_new(NULL, &opts, &m), 0);
	assert_int_equal(toy_os_attach(m), 0);
	return m;
}

/* Take and give back memory in odd sizes and order. */
static void disturb(struct tce_machine *m)
{
	const struct tce_mem *mem = tce_machine_mem(m);
	void *piece[12];

	for (unsigned i = 0; i < 12; i++)
		piece[i] = tce_mem_new(mem, 16 + 24 * i);
	for (unsigned i = 0; i < 12; i += 2)
		tce_mem_free(mem, piece[i], 16 + 24 * i);
	for (unsigned i = 1; i < 10; i += 2)
		tce_mem_free(mem, piece[i], 16 + 24 * i);
}

static void flock_init(struct flock *flock)
{
	event_gen_init(&flock->gen, bits, NULL);
	flock->m = machine_new(TCE_STORAGE_COMPACT, 0);
	flock->other = machine_new(TCE_STORAGE_COMPACT, 1 << 20);
	flock->lazy = machine_new(TCE_STORAGE_LAZY, 0);
	disturb(flock->other);
}

static void flock_fini(struct flock *flock)
{
	tce_machine_free(flock->m);
	tce_machine_free(flock->other);
	tce_machine_free(flock->lazy);
}

static bool failed(struct prop_failure *failure, size_t at, const char *text)
{
	failure->at = at;
	snprintf(failure->text, sizeof(failure->text), "%s", text);
	return false;
}

static bool same(const struct tce_machine *a, const struct tce_machine *b)
{
	return tce_machine_equal(a, b) && tce_machine_hash(a) == tce_machine_hash(b);
}

struct result {
	int err;
	struct tce_outcome outcome;
};

static struct result step(struct tce_machine *m, const struct tce_event *ev)
{
	struct result result;

	memset(&result, 0, sizeof(result));
	result.err = tce_machine_step(m, ev, &result.outcome);
	return result;
}

static bool same_result(const struct result *a, const struct result *b)
{
	return a->err == b->err && memcmp(&a->outcome, &b->outcome, sizeof(a->outcome)) == 0;
}

/* The event, on all of them and twice on one. NULL: as it should be. */
static const char *act(struct flock *flock, const struct tce_event *ev, int *ret_err)
{
	struct tce_machine *before;
	struct tce_machine *twin;
	struct result first;
	struct result again;
	const char *wrong = NULL;
	uint64_t hash = tce_machine_hash(flock->m);

	assert_int_equal(tce_machine_clone(flock->m, &before), 0);
	assert_int_equal(tce_machine_clone(flock->m, &twin), 0);
	first = step(flock->m, ev);
	again = step(twin, ev);
	if (!same_result(&first, &again) || !same(flock->m, twin))
		wrong = "a clone answers otherwise";
	else if (tce_machine_hash(before) != hash)
		wrong = "a clone changed by itself";
	else if (first.err != 0 && !same(flock->m, before))
		wrong = "a refused event changed something";
	if (wrong == NULL && tce_machine_copy(twin, before) == 0) {
		again = step(twin, ev);
		if (!same_result(&first, &again) || !same(flock->m, twin))
			wrong = "once more, and it is answered otherwise";
	}
	tce_machine_free(before);
	tce_machine_free(twin);
	*ret_err = first.err;
	return wrong;
}

static const char *act_beside(struct flock *flock, const struct tce_event *ev, int err)
{
	struct result other = step(flock->other, ev);
	struct result lazy = step(flock->lazy, ev);

	if (other.err != err || lazy.err != err)
		return "another machine takes it otherwise";
	if (!same(flock->m, flock->other))
		return "the history of allocations shows";
	if (!same(flock->m, flock->lazy))
		return "the storage shows";
	return NULL;
}

static bool run(void *ctx, const struct prop_op *ops, size_t nr, struct prop_failure *ret_failure)
{
	struct flock flock;
	const char *wrong = NULL;
	size_t i;

	(void)ctx;
	flock_init(&flock);
	for (i = 0; i < nr && wrong == NULL; i++) {
		struct tce_event ev;
		int err;

		event_of(&flock.gen, &ops[i], &ev);
		wrong = act(&flock, &ev, &err);
		if (wrong == NULL)
			wrong = act_beside(&flock, &ev, err);
	}
	flock_fini(&flock);
	return wrong == NULL || failed(ret_failure, i - 1, wrong);
}

static void print(void *ctx, FILE *out, const struct prop_op *op)
{
	(void)ctx;
	fprintf(out, "%u %llu %llu %llu %llu %llu %llu", op->kind, (unsigned long long)op->arg[0],
		(unsigned long long)op->arg[1], (unsigned long long)op->arg[2],
		(unsigned long long)op->arg[3], (unsigned long long)op->arg[4],
		(unsigned long long)op->arg[5]);
}

static void machines_that_should_be_equal_are(void **state)
{
	struct prop prop = {.name = "machine",
			    .seed = 1,
			    .nr_seqs = 300,
			    .nr_ops = 80,
			    .generate = generate,
			    .run = run,
			    .print = print};

	(void)state;
	assert_true(prop_check(&prop, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_that_should_be_equal_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
