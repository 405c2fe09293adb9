/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware half of the naive twin. */
#include <string.h>

#include "naive_inside.h"

/* --- OPAL: each call as a list of "if this, then that code" -------------------------------- */

static int say(struct tce_opal_answer *answer, int64_t rc, enum tce_opal_refusal why)
{
	answer->rc = rc;
	answer->refusal = why;
	return 0;
}

#define REFUSE_IF(condition, rc, why)                                                              \
	do {                                                                                       \
		if (condition)                                                                     \
			return say(answer, rc, TCE_OPAL_REFUSED_##why);                            \
	} while (0)

static bool pow2(uint64_t v)
{
	return __builtin_popcountll(v) == 1;
}

static unsigned lg2(uint64_t v)
{
	unsigned n = 0;

	while (v >>= 1)
		n++;
	return n;
}

static bool has_page(const struct naive_ioda *n, uint64_t size)
{
	return pow2(size) && (n->model->page_shifts & UINT64_C(1) << lg2(size)) != 0;
}

static int set_pe(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	uint64_t low[4]; /* of the four arguments of 8 bits, what is checked */
	bool zero[4];
	unsigned rid;

	if (naive_p7ioc(n)) {
		uint64_t m;

		REFUSE_IF(a[1] > 127, -1, PE_RANGE);
		REFUSE_IF(a[2] > 0xffff, -1, BDFN_RANGE);
		REFUSE_IF(a[6] > 1, -1, ACTION);
		REFUSE_IF(a[3] > 7, -1, COMPARE);
		m = a[2] << 48 | a[3] << 45;
		m |= (a[4] != 0 ? NAIVE_BIT(19) : 0) | (a[5] != 0 ? NAIVE_BIT(20) : 0);
		if (a[6] == 0)
			m = n->opal->unmap_matches_all ? 0 : UINT64_C(0x0001f80000000000);
		n->peltm[a[1]] = m;
		return 0;
	}
	REFUSE_IF(n->tables == TCE_IODA_TABLES_NONE, -6, NO_TABLE);
	for (int i = 0; i < 4; i++) {
		low[i] = n->opal->wide_zero_on[0] != 0 ? a[3 + i] << 32 >> 32 : a[3 + i];
		zero[i] = (naive_on(n, n->opal->wide_zero_on[i]) ? a[3 + i] : low[i]) == 0;
	}
	REFUSE_IF(low[3] > 1, -1, ACTION);
	REFUSE_IF(a[1] >= n->model->nr_pes, -1, PE_RANGE);
	REFUSE_IF(a[2] > 0xffff, -1, BDFN_RANGE);
	REFUSE_IF(low[0] > 7 || low[1] > 1 || low[2] > 1, -1, COMPARE);
	for (rid = 0; rid < 65536; rid++) {
		unsigned pe = zero[3] ? n->model->reserved_pe : (unsigned)a[1];

		if (low[0] == 0 && !zero[0] && (rid ^ a[2]) >> 15 != 0)
			continue;
		if (!naive_passes(rid, (unsigned)low[0], (unsigned)a[2] >> 8, !zero[1],
				  (unsigned)a[2] >> 3 & 31, !zero[2], (unsigned)a[2] & 7))
			continue;
		n->pe_of[rid] = (uint16_t)pe;
		if (naive_outside(n))
			naive_store(n, n->rtt + 2 * rid, 2, pe);
	}
	if (n->health == TCE_IODA_ALIVE)
		naive_forget(&n->rtc);
	return 0;
}

static int set_peltv(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	uint64_t child = a[2];
	uint64_t at;

	REFUSE_IF(!naive_p7ioc(n) && n->tables == TCE_IODA_TABLES_NONE, -6, NO_TABLE);
	REFUSE_IF(a[1] >= n->model->nr_pes || child >= n->model->nr_pes, -1, PE_RANGE);
	if (naive_p7ioc(n) && n->opal->peltv_bit4_lost)
		child &= ~UINT64_C(16);
	n->child[a[1]][child] = a[3] != 0;
	at = n->peltv + a[1] * n->model->nr_pes / 8 + child / 8;
	if (naive_outside(n) && a[3] != 0)
		n->ram[at] = (uint8_t)(n->ram[at] | 128 >> child % 8);
	else if (naive_outside(n))
		n->ram[at] = (uint8_t)(n->ram[at] & ~(128 >> child % 8));
	return 0;
}

static int put_tve(struct naive_ioda *n, uint64_t index, uint64_t t0, uint64_t t1)
{
	n->asked[index][0] = t0;
	n->asked[index][1] = t1;
	if (n->health == TCE_IODA_ALIVE) {
		n->tve[index][0] = t0;
		n->tve[index][1] = t1;
	}
	return 0;
}

static int map_p7ioc(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	bool overflow = a[5] / 8 != 0 && a[6] > UINT64_MAX / (a[5] / 8);
	uint64_t bytes = a[6] * (a[5] / 8);
	uint64_t code;
	uint64_t m;

	REFUSE_IF(a[1] > 127, -1, PE_RANGE);
	REFUSE_IF(a[2] > 127, -1, WINDOW);
	REFUSE_IF(a[3] != 1, -1, LEVELS);
	REFUSE_IF(overflow && !n->opal->p7ioc_size_unchecked, -1, TABLE_LARGE);
	REFUSE_IF(bytes == 0 && !n->opal->p7ioc_size_unchecked, -1, WINDOW_SMALL);
	REFUSE_IF(bytes != 0 && bytes < 0x8000000, -1, WINDOW_SMALL);
	REFUSE_IF(!has_page(n, a[6]), -1, PAGE_SIZE);
	code = bytes == 0 ? 5 : lg2(bytes) - 26; /* (-1 - 26) modulo 32 */
	m = n->peltm[a[1]];
	return put_tve(n, a[2],
		       (a[4] >> 12 << 16) | naive_field(m, 16, 18) << 13 | code % 32 << 8 |
			       naive_field(m, 0, 7),
		       naive_field(m, 19, 19) << 61 | naive_field(m, 8, 12) << 56 |
			       naive_field(m, 20, 20) << 51 | naive_field(m, 13, 15) << 48 |
			       (uint64_t)(lg2(a[6]) - 11) << 40 | a[1]);
}

static int map(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	uint64_t levels = n->opal->levels_wide ? a[3] % 0x10000 : a[3];
	uint64_t wide = (a[3] - 1) << 13;

	if (naive_p7ioc(n))
		return map_p7ioc(n, a, answer);
	REFUSE_IF(a[1] >= n->model->nr_pes, -1, PE_RANGE);
	REFUSE_IF(a[2] / 2 != a[1], -1, WINDOW);
	if (a[5] == 0)
		return put_tve(n, a[2], 0, 0);
	REFUSE_IF(levels == 0 || levels > 5, -1, LEVELS);
	if (n->opal->levels_wide && a[3] > 0x7fffffff)
		wide |= UINT64_MAX << 45;
	REFUSE_IF(!pow2(a[5]) || a[5] < 4096, -1, TABLE_SIZE);
	REFUSE_IF(a[5] > UINT64_C(1) << 42, -1, TABLE_LARGE);
	REFUSE_IF(!has_page(n, a[6]), -1, PAGE_SIZE);
	return put_tve(
		n, a[2],
		(a[4] >> 12 << 16) | wide | (uint64_t)(lg2(a[5]) - 11) << 8 | (lg2(a[6]) - 11), 0);
}

static int map_real(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	uint64_t start = a[3] & ((UINT64_C(1) << 59) - 1);
	uint64_t end = start + a[4];
	uint64_t tve;

	REFUSE_IF(!n->model->real_window_call, -7, CALL);
	REFUSE_IF(a[1] >= n->model->nr_pes, -1, PE_RANGE);
	REFUSE_IF(a[2] / 2 != a[1], -1, WINDOW);
	if (a[4] == 0)
		return put_tve(n, a[2], 0, 0);
	REFUSE_IF(a[3] >> 59 != a[2] % 2, -1, REAL_HALF);
	REFUSE_IF(start % 0x1000000 != 0 || a[4] % 0x1000000 != 0, -1, REAL_ALIGN);
	REFUSE_IF(end >= UINT64_C(1) << 50, -1, REAL_END);
	tve = (start & UINT64_C(0xffffff000000)) << 16 | (end & UINT64_C(0xffffff000000)) >> 8;
	tve |= start >> 48 << 10 | end >> 48 << 8 | 0x1000;
	if (n->model->generation != TCE_IODA_PHB3)
		tve |= 0x80;
	if (naive_on(n, n->opal->real_start_4g_on))
		tve &= ~UINT64_C(0xff0000000000);
	return put_tve(n, a[2], tve, 0);
}

static int tce_kill(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	uint64_t type = a[1];
	unsigned pe = (unsigned)a[2] % 512;
	uint64_t addr = a[4];
	uint64_t i;

	REFUSE_IF(!n->model->tce_kill_call, -7, CALL);
	if (n->opal->kill_pages_type_wide && type != 0 && (type << 32) != 0)
		type = type << 32 >> 32;
	if (type == 0 && n->opal->kill_pages_as_pe)
		type = 1;
	REFUSE_IF(type > 2, -1, KILL_TYPE);
	REFUSE_IF(type != 2 && a[2] >= n->model->nr_pes && !n->opal->kill_pe_unchecked, -1,
		  PE_RANGE);
	REFUSE_IF(n->health != TCE_IODA_ALIVE, -6, BRIDGE_FENCED);
	if (type != 0) {
		naive_kill(n, type == 2 ? NAIVE_PES : pe, 0, 0);
		return 0;
	}
	for (i = 0; i < a[5]; i++, addr += a[3]) {
		REFUSE_IF(!has_page(n, a[3]), -1, PAGE_SIZE);
		REFUSE_IF(addr % a[3] != 0 || addr >> 60 != 0, -1, KILL_ADDR);
		if ((n->errata & 1) == 0)
			naive_kill(n, pe, addr, a[3]);
	}
	return 0;
}

static int freeze_status(struct naive_ioda *n, const struct tce_opal_call *call, const uint64_t *a,
			 struct tce_opal_answer *answer)
{
	unsigned pe = (unsigned)(a[1] % n->model->nr_pes);

	REFUSE_IF(!n->opal->freeze_pe_unchecked && a[1] >= n->model->nr_pes, -1, PE_RANGE);
	if (n->health != TCE_IODA_ALIVE) {
		answer->freeze_state = 3;
		answer->error_type = 2;
		if (n->health == TCE_IODA_DEAD && !naive_p7ioc(n))
			say(answer, -6, TCE_OPAL_REFUSED_BRIDGE_DEAD);
	} else if (naive_frozen(n, pe)) {
		answer->freeze_state = (uint8_t)(((n->pest_a[pe] & NAIVE_BIT(0)) != 0 ? 1 : 0) |
						 ((n->pest_b[pe] & NAIVE_BIT(0)) != 0 ? 2 : 0));
		if (naive_p7ioc(n))
			answer->error_type = (n->pest_a[pe] & NAIVE_BIT(2)) != 0 ? 4 : 5;
	}
	if (call->no_pointers)
		return 0;
	if (!naive_in_ram(n, a[2] << 4 >> 4, 1) || !naive_in_ram(n, a[3] << 4 >> 4, 2))
		return -TCE_ERR_IO;
	naive_store(n, a[2] << 4 >> 4, 1, answer->freeze_state);
	naive_store(n, a[3] << 4 >> 4, 2, answer->error_type);
	return 0;
}

static int freeze_change(struct naive_ioda *n, const uint64_t *a, bool set,
			 struct tce_opal_answer *answer)
{
	unsigned pe = (unsigned)(a[1] % n->model->nr_pes);

	REFUSE_IF(n->health == TCE_IODA_DEAD, -6, BRIDGE_DEAD);
	REFUSE_IF(!set && n->health == TCE_IODA_FENCED, -6, BRIDGE_FENCED);
	REFUSE_IF((set || !n->opal->freeze_pe_unchecked) && a[1] >= n->model->nr_pes, -1, PE_RANGE);
	REFUSE_IF(set && (a[2] < 1 || a[2] > 3), -1, ACTION);
	if (n->health != TCE_IODA_ALIVE)
		return 0;
	if (a[2] % 2 != 0)
		naive_write_pest(n, n->pest_a, pe,
				 set ? naive_read_pest(n, n->pest_a, pe) | NAIVE_BIT(0) : 0);
	if (a[2] / 2 % 2 != 0)
		naive_write_pest(n, n->pest_b, pe,
				 set ? naive_read_pest(n, n->pest_b, pe) | NAIVE_BIT(0) : 0);
	return 0;
}

static int option(struct naive_ioda *n, const struct tce_opal_call *call, const uint64_t *a,
		  bool set, struct tce_opal_answer *answer)
{
	uint64_t bit = a[1] == 1 ? NAIVE_BIT(24) : a[1] == 2 ? NAIVE_BIT(14) : 0;

	REFUSE_IF(!n->model->option_calls, -7, CALL);
	REFUSE_IF(bit == 0, -7, OPTION);
	REFUSE_IF(set && a[2] > 1, -1, OPTION_VALUE);
	if (set) {
		if (n->health == TCE_IODA_ALIVE)
			n->control = (n->control & ~bit) | (a[2] != 0 ? bit : 0);
		return 0;
	}
	answer->option = n->health != TCE_IODA_ALIVE || (n->control & bit) != 0;
	if (call->no_pointers)
		return 0;
	if (!naive_in_ram(n, a[2] << 4 >> 4, 8))
		return -TCE_ERR_IO;
	naive_store(n, a[2] << 4 >> 4, 8, answer->option);
	return 0;
}

static int reset(struct naive_ioda *n, const uint64_t *a, struct tce_opal_answer *answer)
{
	REFUSE_IF(a[2] > 1, -1, RESET_STATE);
	REFUSE_IF(a[1] != 1 && (a[1] < 3 || a[1] > 6), -7, RESET_SCOPE);
	if (a[2] == 0 || a[1] == 3)
		return 0;
	if (a[1] == 6) {
		naive_reset_tables(n);
		return 0;
	}
	REFUSE_IF(a[1] == 1 && n->health == TCE_IODA_DEAD, -6, BRIDGE_DEAD);
	if (a[1] == 1)
		naive_complete_reset(n);
	answer->rc = n->model->reset_ms[a[1] == 1 ? 2 : a[1] == 4 ? 0 : 1];
	return 0;
}

static bool bad_pointer(const struct naive_ioda *n, uint64_t p)
{
	return (p >> 60 != 0 && p >> 60 != 0xc) || !naive_in_ram(n, p << 4 >> 4, 1);
}

int naive_ioda_opal(struct naive_ioda *n, const struct tce_opal_call *call,
		    struct tce_opal_answer *ret_answer)
{
	struct tce_opal_answer own = {0};
	struct tce_opal_answer *answer = &own;
	uint64_t a[8];
	unsigned i, k;
	int err = 0;

	memcpy(a, call->u.args, sizeof(a));
	for (i = 0; i < 11; i++)
		for (k = 0; k < 7; k++)
			if (n->opal->arg_bits[i].token == call->token &&
			    n->opal->arg_bits[i].bits[k] != 0)
				a[k] &= (UINT64_C(1) << n->opal->arg_bits[i].bits[k]) - 1;
	if (call->token == 49 && (call->u.args[0] & NAIVE_BIT(0)) != 0)
		return -TCE_ERR_UNSUPPORTED;
	if (tce_opal_name(call->token) == NULL)
		say(answer, -1, TCE_OPAL_REFUSED_TOKEN);
	else if (call->token == 23 && !call->no_pointers &&
		 (bad_pointer(n, a[2]) || bad_pointer(n, a[3]) || bad_pointer(n, a[4])))
		say(answer, -1, TCE_OPAL_REFUSED_POINTER);
	else if (call->token == 180 && !call->no_pointers && a[2] == 0)
		say(answer, -1, TCE_OPAL_REFUSED_POINTER);
	else if ((call->token == 49 ? a[0] % 65536 : a[0]) != n->phb_id)
		say(answer, -1, TCE_OPAL_REFUSED_PHB_UNKNOWN);
	else if (call->token == 23)
		err = freeze_status(n, call, a, answer);
	else if (call->token == 26 || call->token == 97)
		err = freeze_change(n, a, call->token == 97, answer);
	else if (call->token == 31)
		err = set_pe(n, a, answer);
	else if (call->token == 32)
		err = set_peltv(n, a, answer);
	else if (call->token == 44)
		err = map(n, a, answer);
	else if (call->token == 45)
		err = map_real(n, a, answer);
	else if (call->token == 49)
		err = reset(n, a, answer);
	else if (call->token == 126)
		err = tce_kill(n, a, answer);
	else
		err = option(n, call, a, call->token == 179, answer);
	if (err == 0)
		*ret_answer = own;
	return err;
}
