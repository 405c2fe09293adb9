/* SPDX-License-Identifier: BSD-2-Clause */
#include "ioda_lockstep.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ioda_rig.h"
#include "naive_ioda.h"

const struct ioda_calls ioda_calls_real = {
	.opal = tce_ioda_opal,
	.reg_read = tce_ioda_reg_read,
	.reg_write = tce_ioda_reg_write,
	.dma = tce_ioda_dma,
	.peek = tce_ioda_peek,
};

/*
 * Arguments. NEW: model, profile, firmware, tables, cache size, errata. OPAL: index of the call,
 * then as fill_call says. REG: offset, value. STORE: address, value. DMA, PEEK: RID, address,
 * access, and 0: thaw before. HEALTH: health, errata. SCENE: a PE with a window that works: RID,
 * PE, window, levels, log2 of a level's bytes, page shift.
 */
enum op {
	OP_NEW,
	OP_OPAL,
	OP_REG_READ,
	OP_REG_WRITE,
	OP_STORE,
	OP_DMA,
	OP_PEEK,
	OP_HEALTH,
	OP_SCENE,
	NR_OPS
};

static const uint64_t tokens[] = {23, 26, 31, 32, 44, 45, 49, 97, 126, 179, 180, 181};

#define NR_TOKENS (sizeof(tokens) / sizeof(tokens[0]))
#define HALF      (UINT64_C(1) << 59)
#define T         RIG_TABLES
#define REGION    UINT64_C(0x8000) /* for one level of a table */

struct state {
	const struct ioda_calls *calls;
	struct ioda_rig rig;
	struct naive_ioda *naive;
	struct prop_failure *failure;
};

static bool differ(struct state *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->failure->text, sizeof(s->failure->text), format, args);
	va_end(args);
	return false;
}

static void stop(struct state *s)
{
	if (s->naive == NULL)
		return;
	free(s->naive->ram);
	free(s->naive);
	ioda_rig_fini(&s->rig);
	s->naive = NULL;
}

static bool start(struct state *s, const uint64_t *arg)
{
	static const unsigned caches[] = {0, 4, 16, 64};
	struct tce_ioda_opts opts;

	stop(s);
	ioda_rig_opts(&s->rig, "phb4", "hardware", &opts);
	opts.model = tce_ioda_model_at(arg[0] % 6);
	opts.profile = tce_ioda_profile_at(arg[1] % 2);
	opts.opal = tce_opal_profile_at(arg[2] % 3);
	opts.tables = (enum tce_ioda_tables)(arg[3] % 3);
	opts.nr_tces = caches[arg[4] % 4];
	opts.errata = arg[5] % 2;
	ioda_rig_init(&s->rig, &opts);
	s->naive = malloc(sizeof(*s->naive));
	if (s->naive == NULL)
		return differ(s, "no memory");
	naive_ioda_init(s->naive, &opts, calloc(1, RIG_RAM), RIG_RAM);
	return s->naive->ram != NULL || differ(s, "no memory");
}

/* --- compare ------------------------------------------------------------------------------ */

static bool compare_pes(struct state *s)
{
	unsigned pe;

	for (pe = 0; pe < s->naive->model->nr_pes; pe++) {
		uint64_t a, b;

		tce_ioda_pest(s->rig.ioda, pe, &a, &b);
		if (a != s->naive->pest_a[pe] || b != s->naive->pest_b[pe])
			return differ(
				s, "PEST %u is %" PRIx64 " %" PRIx64 ", twin %" PRIx64 " %" PRIx64,
				pe, a, b, s->naive->pest_a[pe], s->naive->pest_b[pe]);
	}
	return true;
}

static bool compare_tves(struct state *s)
{
	unsigned next = 0;
	bool more = true;
	unsigned i;

	for (i = 0; i < s->naive->model->nr_tves; i++) {
		const uint64_t *want = s->naive->tve[i];
		uint64_t word[2];

		tce_ioda_tve(s->rig.ioda, i, word);
		if (word[0] != want[0] || word[1] != want[1])
			return differ(
				s, "TVE %x is %" PRIx64 " %" PRIx64 ", twin %" PRIx64 " %" PRIx64,
				i, word[0], word[1], want[0], want[1]);
		if (more && next <= i)
			more = tce_ioda_next_tve(s->rig.ioda, i, &next);
		if ((more && next == i) != ((want[0] | want[1]) != 0))
			return differ(s, "next TVE from %x is wrong", i);
	}
	return true;
}

static bool same_entry(const struct state *s, const struct tce_ioda_cached *got,
		       const struct naive_entry *want)
{
	return got->pe == want->pe && got->addr == want->tag && got->page_shift == want->shift &&
	       got->tce == want->tce && s->naive != NULL;
}

static bool compare_cache(struct state *s)
{
	struct tce_ioda_cached entry;
	unsigned nr = 0;
	unsigned set, way;

	for (set = 0; set < s->naive->tces.nr_sets; set++) {
		for (way = 0; way < NAIVE_WAYS && s->naive->tces.set[set][way].used; way++, nr++) {
			if (!tce_ioda_cached_at(s->rig.ioda, nr, &entry) ||
			    !same_entry(s, &entry, &s->naive->tces.set[set][way]))
				return differ(s, "cached TCE %u is another", nr);
		}
	}
	return !tce_ioda_cached_at(s->rig.ioda, nr, &entry) || differ(s, "more TCEs cached");
}

static bool compare_rids(struct state *s)
{
	unsigned rid;

	for (rid = 0; rid < 65536; rid += rid < 0x400 ? 1 : 53) {
		struct tce_ioda_access access = {
			.rid = (uint16_t)rid, .addr = UINT64_C(2) << 60, .access = TCE_READ};
		struct tce_ioda_xlate x;
		unsigned pe = 0;
		enum tce_ioda_fault fault = tce_ioda_pe(s->rig.ioda, (uint16_t)rid, &pe);

		naive_ioda_dma(s->naive, &access, true, &x);
		if ((fault == TCE_IODA_FAULT_NOT) != x.pe_known || pe != x.pe)
			return differ(s, "RID %x has PE %u, twin %u", rid, pe, x.pe);
	}
	return true;
}

static bool compare_links(struct state *s)
{
	unsigned parent, child;

	if (s->naive->tables == TCE_IODA_TABLES_MEMORY)
		return true;
	for (parent = 0; parent < s->naive->model->nr_pes; parent++)
		for (child = 0; child < s->naive->model->nr_pes; child++)
			if (tce_ioda_linked(s->rig.ioda, parent, child) !=
			    s->naive->child[parent][child])
				return differ(s, "PELT-V of %u says otherwise of %u", parent,
					      child);
	return true;
}

static bool compare_all(struct state *s)
{
	if (memcmp(s->rig.ram, s->naive->ram, RIG_RAM) != 0)
		return differ(s, "memory differs");
	return compare_tves(s) && compare_pes(s) && compare_cache(s) && compare_rids(s) &&
	       compare_links(s);
}

/* --- operations --------------------------------------------------------------------------- */

/* The arguments of a call; six of an operation give seven where a call has them. */
static void fill_call(struct tce_opal_call *call, const uint64_t *arg)
{
	memcpy(&call->u.args[1], &arg[1], 5 * sizeof(arg[0]));
	if (call->token == TCE_OPAL_PCI_SET_PE) {
		call->u.set_pe.func_compare = arg[5] % 16;
		call->u.set_pe.action = arg[5] / 16 % 16;
	} else if (call->token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW) {
		call->u.map.size = arg[4] % 128 == 0 ? 0 : UINT64_C(1) << arg[4] % 64;
		call->u.map.size |= arg[4] / 128 % 2 << 11;
		call->u.map.page_size = arg[5];
	} else if (call->token == TCE_OPAL_PCI_TCE_KILL) {
		call->u.kill.nr_pages = arg[5] % 64;
	} else {
		call->no_pointers = arg[5] % 8 == 7;
	}
}

static bool do_opal(struct state *s, const uint64_t *arg)
{
	struct tce_opal_call call = {.token = tokens[arg[0] % NR_TOKENS]};
	struct tce_opal_answer got = {0};
	struct tce_opal_answer want = {0};
	int err_got, err_want;

	fill_call(&call, arg);
	call.u.args[0] = arg[0] / NR_TOKENS == 0 ? RIG_PHB : RIG_PHB + 1;
	err_got = s->calls->opal(s->rig.ioda, &call, &got);
	err_want = naive_ioda_opal(s->naive, &call, &want);
	if (err_got != err_want)
		return differ(s, "the library answers %d, not %d", err_got, err_want);
	if (got.rc != want.rc || got.refusal != want.refusal)
		return differ(s, "rc %" PRId64 " %s, twin %" PRId64 " %s", got.rc,
			      tce_opal_refusal_text(got.refusal), want.rc,
			      tce_opal_refusal_text(want.refusal));
	if (got.freeze_state != want.freeze_state || got.error_type != want.error_type ||
	    got.option != want.option)
		return differ(s,
			      "a result differs: state %u type %u option %" PRIu64
			      ", twin %u %u %" PRIu64,
			      got.freeze_state, got.error_type, got.option, want.freeze_state,
			      want.error_type, want.option);
	return true;
}

static bool do_reg(struct state *s, const uint64_t *arg, bool write)
{
	uint32_t offset = (uint32_t)arg[0] & 0xfff;
	uint64_t got = 0;
	uint64_t want = 0;
	int err_got, err_want;

	err_got = write ? s->calls->reg_write(s->rig.ioda, offset, arg[1])
			: s->calls->reg_read(s->rig.ioda, offset, &got);
	err_want = write ? naive_ioda_reg_write(s->naive, offset, arg[1])
			 : naive_ioda_reg_read(s->naive, offset, &want);
	if (err_got != err_want)
		return differ(s, "register %x answers %d, not %d", offset, err_got, err_want);
	return got == want ||
	       differ(s, "register %x reads %" PRIx64 ", twin %" PRIx64, offset, got, want);
}

static bool do_store(struct state *s, const uint64_t *arg)
{
	uint64_t ra = arg[0] % RIG_RAM & ~UINT64_C(7);
	unsigned i;

	ioda_rig_store(&s->rig, ra, arg[1]);
	for (i = 0; i < 8; i++)
		s->naive->ram[ra + i] = s->rig.ram[ra + i];
	return true;
}

/* What is foreseen comes, and foreseeing changes nothing. */
static bool dma_as_foreseen(struct state *s, const struct tce_ioda_access *access,
			    struct tce_ioda_xlate *ret_got)
{
	uint64_t hash = tce_ioda_hash(s->rig.ioda);
	struct tce_ioda_xlate seen;

	tce_ioda_foresee(s->rig.ioda, access, &seen);
	if (tce_ioda_hash(s->rig.ioda) != hash)
		return differ(s, "foreseeing changes the bridge");
	if (s->calls->dma(s->rig.ioda, access, ret_got) != 0)
		return differ(s, "the library cannot");
	return (seen.fault == ret_got->fault && seen.pe == ret_got->pe &&
		seen.ra.v == ret_got->ra.v && seen.from_cache == ret_got->from_cache) ||
	       s->calls != &ioda_calls_real ||
	       differ(s, "foreseen: %s, %" PRIx64, tce_ioda_fault_text(seen.fault), seen.ra.v);
}

static bool do_dma(struct state *s, const uint64_t *arg, bool look)
{
	struct tce_ioda_access access = {
		.rid = (uint16_t)arg[0], .addr = arg[1], .access = (unsigned)arg[2] % 3 + 1};
	struct tce_ioda_xlate got = {0};
	struct tce_ioda_xlate want = {0};

	if (look)
		s->calls->peek(s->rig.ioda, &access, &got);
	else if (!dma_as_foreseen(s, &access, &got))
		return false;
	naive_ioda_dma(s->naive, &access, look, &want);
	if (got.fault != want.fault)
		return differ(s, "%s; twin: %s", tce_ioda_fault_text(got.fault),
			      tce_ioda_fault_text(want.fault));
	if (got.pe != want.pe || got.pe_known != want.pe_known || got.tve_index != want.tve_index ||
	    got.tve != want.tve || got.bypass != want.bypass || got.from_cache != want.from_cache)
		return differ(s, "PE %u TVE %x %" PRIx64 " cached %d, twin %u %x %" PRIx64 " %d",
			      got.pe, got.tve_index, got.tve, got.from_cache, want.pe,
			      want.tve_index, want.tve, want.from_cache);
	if (got.ra.v != want.ra.v || got.perm != want.perm || got.tce != want.tce ||
	    got.entry.v != want.entry.v || got.level != want.level ||
	    got.page_shift != want.page_shift)
		return differ(s,
			      "ra %" PRIx64 " tce %" PRIx64 " at %" PRIx64
			      " level %u, twin %" PRIx64 " %" PRIx64 " %" PRIx64 " %u",
			      got.ra.v, got.tce, got.entry.v, got.level, want.ra.v, want.tce,
			      want.entry.v, want.level);
	return true;
}

/* Mostly a device runs again before the next access: thaw all that were frozen. */
static bool thaw(struct state *s, const uint64_t *arg)
{
	uint64_t pe;

	if (arg[3] != 0)
		return true;
	for (pe = 0; pe < s->naive->model->nr_pes; pe++) {
		uint64_t clear[PROP_ARGS] = {1, pe, 3};

		if (((s->naive->pest_a[pe] | s->naive->pest_b[pe]) >> 63) != 0 &&
		    !do_opal(s, clear))
			return false;
	}
	return true;
}

static bool do_health(struct state *s, const uint64_t *arg)
{
	enum tce_ioda_health health = (enum tce_ioda_health)(arg[0] % 3);

	tce_ioda_set_health(s->rig.ioda, health);
	tce_ioda_set_errata(s->rig.ioda, (unsigned)arg[1] % 2);
	s->naive->health = health;
	s->naive->errata = (unsigned)arg[1] % 2;
	return true;
}

/* Levels of tables, one region each, the first three entries of each leading on. */
static bool store_levels(struct state *s, uint64_t levels)
{
	uint64_t level, i;

	for (level = 0; level < levels; level++) {
		for (i = 0; i < 3; i++) {
			uint64_t next = level + 1 < levels ? T + (level + 1) * REGION
							   : RIG_DATA + i * 0x10000;
			uint64_t arg[PROP_ARGS] = {T + level * REGION + 8 * i, next | 3};

			if (!do_store(s, arg))
				return false;
		}
	}
	return true;
}

static bool do_scene(struct state *s, const uint64_t *arg)
{
	bool p7ioc = s->naive->model->generation == TCE_IODA_P7IOC;
	uint64_t levels = p7ioc ? 1 : arg[3] % 3 + 1;
	uint64_t pe = arg[1] % 4;
	uint64_t window = p7ioc ? arg[2] % 3 : pe * 2 + arg[2] % 2;
	uint64_t size = p7ioc ? 19 : 12 + arg[4] % 4;
	uint64_t set_pe[PROP_ARGS] = {2, pe, arg[0] % 65536, 7, 1, 17};
	uint64_t map[PROP_ARGS] = {4, pe, window, levels, T | size, UINT64_C(1) << arg[5] % 64};

	return do_opal(s, set_pe) && do_opal(s, map) && store_levels(s, levels);
}

static bool do_op(struct state *s, const struct prop_op *op)
{
	switch (op->kind) {
	case OP_NEW: return start(s, op->arg);
	case OP_OPAL: return do_opal(s, op->arg);
	case OP_REG_READ: return do_reg(s, op->arg, false);
	case OP_REG_WRITE: return do_reg(s, op->arg, true);
	case OP_STORE: return do_store(s, op->arg);
	case OP_DMA: return thaw(s, op->arg) && do_dma(s, op->arg, false) && compare_cache(s);
	case OP_PEEK: return do_dma(s, op->arg, true);
	case OP_SCENE: return do_scene(s, op->arg);
	default: return do_health(s, op->arg);
	}
}

bool ioda_lockstep_run(void *ctx, const struct prop_op *ops, size_t nr,
		       struct prop_failure *ret_failure)
{
	static const uint64_t plain[PROP_ARGS] = {2, 0, 0, 0, 2, 0};
	struct state s = {.calls = ctx, .failure = ret_failure};
	bool ok;
	size_t i;

	ret_failure->text[0] = '\0';
	ret_failure->at = 0;
	ok = start(&s, plain);
	for (i = 0; ok && i < nr; i++) {
		ret_failure->at = i;
		ok = do_op(&s, &ops[i]);
	}
	ok = ok && compare_all(&s);
	stop(&s);
	return ok;
}

/* --- generate: few PEs, RIDs and pages, so that operations meet ---------------------------- */

static bool is_p7ioc(const struct prop_op *ops)
{
	return tce_ioda_model_at(ops[0].arg[0] % 6)->generation == TCE_IODA_P7IOC;
}

static uint64_t any_pe(struct prng *rng)
{
	static const uint64_t odd[] = {127, 128, 255, 256, 511, 512, 9999, UINT64_C(1) << 32};

	return prng_one_in(rng, 25) ? odd[prng_below(rng, 8)] : prng_between(rng, 1, 2);
}

static uint64_t any_rid(struct prng *rng)
{
	return prng_one_in(rng, 15) ? prng_next(rng) & 0xffff : 0x100 + prng_below(rng, 2);
}

static uint64_t any_word(struct prng *rng)
{
	return prng_one_in(rng, 2) ? prng_any_size(rng, UINT64_MAX) : prng_below(rng, 4);
}

/* Where tables lie: a few pages, rarely the firmware's own, the end of memory or nowhere. */
static uint64_t any_table(struct prng *rng)
{
	switch (prng_below(rng, 24)) {
	case 0: return RIG_RTT + prng_below(rng, 0x60) * 0x1000;
	case 1: return RIG_RAM - 0x1000 * prng_below(rng, 3);
	case 2: return prng_next(rng);
	default: return T + REGION * prng_below(rng, 3);
	}
}

static uint64_t any_tce(struct prng *rng)
{
	uint64_t page = prng_one_in(rng, 2) ? any_table(rng) & ~UINT64_C(0xfff)
					    : RIG_DATA + (prng_below(rng, 64) << 12);

	return page | (prng_one_in(rng, 4) ? prng_below(rng, 4) : 3);
}

/* Multiples of 16 MiB, the unit of a bypass range. */
static uint64_t any_unit(struct prng *rng)
{
	return prng_below(rng, prng_one_in(rng, 8) ? 0x4000000 : 3) << 24;
}

/* Small indices at the leaf and, for 9 to 12 bits a level, at the level above. */
static uint64_t any_addr(struct prng *rng)
{
	unsigned shift = prng_one_in(rng, 2) ? 12 : 16;
	uint64_t addr = prng_below(rng, 3) << shift | prng_below(rng, 0x1000);

	if (prng_one_in(rng, 2))
		addr |= prng_below(rng, 3) << (shift + prng_between(rng, 9, 12));
	switch (prng_below(rng, 24)) {
	case 0: return prng_next(rng) >> prng_below(rng, 64);
	case 1: return addr | UINT64_C(1) << prng_between(rng, 26, 63);
	case 2: return 0xffff0000 | addr;
	case 3: return addr | prng_below(rng, 160) << 28;
	case 6: return addr | prng_below(rng, 3) << 32;
	case 4:
	case 5: return HALF | any_unit(rng) | addr;
	default: return addr | (prng_one_in(rng, 4) ? HALF : 0);
	}
}

static void generate_map(struct prng *rng, const struct prop_op *ops, uint64_t *arg)
{
	static const unsigned pages[] = {12, 12, 12, 16, 16, 16, 21, 24, 28, 30, 34, 13};
	static const uint64_t borders[] = {0, 4, 5, 6, 0xffff, 0x10001};
	bool p7ioc = is_p7ioc(ops);

	arg[1] = any_pe(rng);
	arg[2] = p7ioc ? prng_below(rng, 3) : arg[1] * 2 + prng_below(rng, 2);
	if (prng_one_in(rng, 30))
		arg[2] = prng_below(rng, 300);
	arg[3] = p7ioc ? 1 : prng_between(rng, 1, 3);
	if (prng_one_in(rng, 8))
		arg[3] = prng_one_in(rng, 2) ? borders[prng_below(rng, 6)] : any_word(rng);
	/* The low bits say the size, see fill_call. */
	arg[4] = (any_table(rng) & ~UINT64_C(0xfff)) | prng_between(rng, 12, 15);
	if (p7ioc)
		arg[4] = (arg[4] & ~UINT64_C(0xfff)) | prng_between(rng, 17, 19);
	if (prng_one_in(rng, 6))
		arg[4] ^= prng_one_in(rng, 2) ? arg[4] & 127 : prng_below(rng, 256);
	arg[5] = UINT64_C(1) << pages[prng_below(rng, 12)];
}

static void generate_real(struct prng *rng, uint64_t *arg)
{
	arg[1] = any_pe(rng);
	arg[2] = arg[1] * 2 + prng_below(rng, 2);
	arg[3] = (arg[2] & 1) << 59 | any_unit(rng);
	arg[4] = any_unit(rng);
	if (prng_one_in(rng, 6))
		arg[4] = 0 - arg[4];
	if (prng_one_in(rng, 10))
		arg[3 + prng_below(rng, 2)] = prng_next(rng);
}

static void generate_set_pe(struct prng *rng, uint64_t *arg)
{
	arg[1] = any_pe(rng);
	arg[2] = any_rid(rng);
	arg[3] = prng_one_in(rng, 4) ? prng_below(rng, 9) : 7;
	arg[4] = prng_one_in(rng, 30) ? 2 : prng_below(rng, 2);
	arg[5] = prng_one_in(rng, 30) ? 2 : prng_below(rng, 2);
	arg[5] |= (prng_one_in(rng, 6) ? prng_below(rng, 3) : 1) << 4;
}

static void generate_kill(struct prng *rng, uint64_t *arg)
{
	arg[1] = prng_below(rng, 4);
	arg[2] = any_pe(rng);
	arg[3] = UINT64_C(1) << (prng_one_in(rng, 2) ? 12 : 16);
	arg[4] = any_addr(rng) & ~(prng_one_in(rng, 10) ? UINT64_C(0xff) : UINT64_C(0xffff));
	if (prng_one_in(rng, 10))
		arg[4] = (UINT64_C(1) << 60) - (prng_below(rng, 4) << 16);
	arg[5] = prng_below(rng, 6);
}

static void generate_opal(struct prng *rng, const struct prop_op *ops, uint64_t *arg)
{
	static const unsigned likely[] = {2, 2, 3, 4, 4, 4, 4, 5, 5, 8, 0, 7, 6, 9};
	unsigned i;

	arg[0] = prng_one_in(rng, 4) ? prng_below(rng, NR_TOKENS) : likely[prng_below(rng, 14)];
	for (i = 1; i < 6; i++)
		arg[i] = any_word(rng);
	switch (tokens[arg[0]]) {
	case TCE_OPAL_PCI_SET_PE: generate_set_pe(rng, arg); break;
	case TCE_OPAL_PCI_MAP_PE_DMA_WINDOW: generate_map(rng, ops, arg); break;
	case TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL: generate_real(rng, arg); break;
	case TCE_OPAL_PCI_TCE_KILL: generate_kill(rng, arg); break;
	case TCE_OPAL_PCI_SET_PELTV:
		arg[1] = any_pe(rng);
		arg[2] = any_pe(rng);
		break;
	case TCE_OPAL_PCI_EEH_FREEZE_CLEAR:
	case TCE_OPAL_PCI_EEH_FREEZE_SET:
		arg[1] = any_pe(rng);
		arg[2] = prng_below(rng, 5);
		break;
	case TCE_OPAL_PCI_RESET:
		arg[1] = prng_one_in(rng, 2) ? prng_below(rng, 8) : prng_below(rng, 2) * 5 + 1;
		arg[2] = prng_below(rng, 3) == 0;
		break;
	case TCE_OPAL_PCI_EEH_FREEZE_STATUS:
		arg[1] = any_pe(rng);
		arg[2] = RIG_RESULT + prng_below(rng, 0x1100);
		arg[3] = RIG_RESULT + prng_below(rng, 0x1100);
		arg[4] = prng_one_in(rng, 5) ? any_word(rng) : 0;
		break;
	default:
		arg[1] = prng_one_in(rng, 2) ? 1 : prng_below(rng, 4);
		arg[2] = arg[0] == 9 ? prng_below(rng, 3) : RIG_RESULT + prng_below(rng, 0x1000);
		break;
	}
	if (prng_one_in(rng, 60))
		arg[0] += NR_TOKENS; /* another bridge */
}

static uint64_t any_tve(struct prng *rng)
{
	static const unsigned codes[] = {1, 1, 1, 5, 5, 10, 13, 17, 19, 2};
	uint64_t tve = any_table(rng) >> 12 << 16;

	tve |= prng_below(rng, 3) << 13 | prng_between(rng, 1, 4) << 8;
	tve |= codes[prng_below(rng, 10)];
	if (prng_one_in(rng, 4))
		tve ^= UINT64_C(1) << prng_below(rng, 16);
	return prng_one_in(rng, 10) ? prng_next(rng) : tve;
}

/* IODA_ADDR and DATA as pairs, mostly. */
static void generate_reg(struct prng *rng, struct prop_op *op, const struct prop_op *before)
{
	static const uint32_t regs[] = {0x160, 0x168, 0x188, 0x1a8, 0x208, 0x210,
					0x220, 0x228, 0x230, 0x810, 0x800};
	static const unsigned tbls[] = {9, 9, 9, 9, 7, 8, 20, 5};

	op->arg[0] = regs[prng_below(rng, 11)];
	if (before != NULL && before->kind == OP_REG_WRITE && before->arg[0] == 0x220)
		op->arg[0] = prng_one_in(rng, 6) ? 0x230 : 0x228;
	op->arg[1] = any_word(rng);
	if (op->arg[0] == 0x220)
		op->arg[1] = prng_below(rng, 2) << 63 | (uint64_t)tbls[prng_below(rng, 8)] << 48 |
			     prng_between(rng, 1, 8);
	else if (op->arg[0] == 0x228)
		op->arg[1] = any_tve(rng);
	else if (op->arg[0] == 0x230)
		op->arg[1] = prng_one_in(rng, 2) ? UINT64_C(1) << 40 : prng_next(rng);
	else if (op->arg[0] == 0x210)
		op->arg[1] = prng_below(rng, 16) << 60 |
			     (any_addr(rng) & UINT64_MAX >> 4 & ~UINT64_C(0x3fff)) |
			     prng_below(rng, 4) << 12 | prng_between(rng, 1, 2);
	else if (op->arg[0] == 0x168)
		op->arg[1] = UINT64_C(1) << 63 | RIG_RTT;
	else if (op->arg[0] == 0x160)
		op->arg[1] = prng_below(rng, 4) << 55 | prng_below(rng, 2) << 49;
}

static void generate_new(struct prng *rng, uint64_t *arg)
{
	unsigned k;

	for (k = 0; k < PROP_ARGS; k++)
		arg[k] = prng_below(rng, 12);
	if (prng_one_in(rng, 2))
		arg[1] = 0;
	if (arg[3] % 3 == 2 && !prng_one_in(rng, 8))
		arg[3] = 0;
}

static void lockstep_generate(void *ctx, struct prng *rng, struct prop_op *ops, size_t i)
{
	static const unsigned kinds[] = {OP_OPAL,  OP_OPAL,  OP_OPAL,      OP_STORE,
					 OP_STORE, OP_STORE, OP_STORE,     OP_DMA,
					 OP_DMA,   OP_DMA,   OP_REG_WRITE, OP_REG_WRITE,
					 OP_DMA,   OP_PEEK,  OP_REG_READ};
	struct prop_op *op = &ops[i];

	(void)ctx;
	op->kind = i == 0 ? OP_NEW : kinds[prng_below(rng, 15)];
	if (i != 0 && prng_one_in(rng, 80))
		op->kind = OP_HEALTH;
	else if (i == 1 || (i != 0 && prng_one_in(rng, 10)))
		op->kind = OP_SCENE;
	switch (op->kind) {
	case OP_NEW: generate_new(rng, op->arg); break;
	case OP_OPAL: generate_opal(rng, ops, op->arg); break;
	case OP_SCENE:
		op->arg[0] = 0x100 + prng_below(rng, 2);
		op->arg[1] = prng_between(rng, 1, 2);
		op->arg[2] = prng_below(rng, 2);
		op->arg[3] = prng_below(rng, 3);
		op->arg[4] = prng_below(rng, 4);
		op->arg[5] = prng_one_in(rng, 2) ? 12 : 16;
		break;
	case OP_REG_READ:
	case OP_REG_WRITE: generate_reg(rng, op, &ops[i - 1]); break;
	case OP_STORE:
		op->arg[0] = (any_table(rng) & ~UINT64_C(0xfff)) + 8 * prng_below(rng, 4);
		op->arg[1] = any_tce(rng);
		break;
	case OP_HEALTH:
		op->arg[0] = prng_one_in(rng, 3) ? prng_below(rng, 3) : 0;
		op->arg[1] = prng_below(rng, 2);
		break;
	default:
		op->arg[0] = any_rid(rng);
		op->arg[1] = any_addr(rng);
		op->arg[2] = prng_below(rng, 3);
		op->arg[3] = prng_one_in(rng, 8);
		break;
	}
}

static void lockstep_print(void *ctx, FILE *out, const struct prop_op *op)
{
	static const char *const names[NR_OPS] = {"new", "opal", "reg-read", "reg-write", "store",
						  "dma", "peek", "health",   "scene"};
	const char *call = tce_opal_name(tokens[op->arg[0] % NR_TOKENS]);
	unsigned i;

	(void)ctx;
	fprintf(out, "%s", names[op->kind % NR_OPS]);
	if (op->kind == OP_OPAL)
		fprintf(out, " %s", call != NULL ? call : "unknown");
	else
		fprintf(out, " %" PRIx64, op->arg[0]);
	for (i = 1; i < PROP_ARGS; i++)
		fprintf(out, " %" PRIx64, op->arg[i]);
}

void ioda_lockstep_prop(struct prop *prop, const struct ioda_calls *calls)
{
	/* The property hands it back to run, which only reads it. */
	prop->ctx = (void *)(uintptr_t)calls;
	prop->generate = lockstep_generate;
	prop->run = ioda_lockstep_run;
	prop->print = lockstep_print;
}
