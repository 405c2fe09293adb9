/* SPDX-License-Identifier: BSD-2-Clause */
/* The naive twin's hypercalls, straight from the tables of the spec. */
#include "naive_lpar.h"

#include <string.h>

static int answer(struct tce_answer *a, int64_t r3, enum tce_refusal why)
{
	memset(a, 0, sizeof(*a));
	a->r3 = r3;
	a->refusal = why;
	return 0;
}

static bool in_ram(const struct naive_lpar *n, uint64_t ra, uint64_t size)
{
	return n->memory.is_ram(n->memory.ctx, tce_ra(ra), size) != 0;
}

static bool tce_in_ram(const struct naive_lpar *n, const struct naive_window *win, uint64_t tce)
{
	uint64_t page = naive_page(win);

	return (tce & 3) == 0 || in_ram(n, tce / page * page, page);
}

/* Spec section 5: the address goes down to its page, the index is a 64-bit difference. */
static enum tce_refusal check_ioba(const struct naive_lpar *n, const struct naive_window *win,
				   uint64_t ioba, uint64_t *ret_index)
{
	uint64_t page = naive_page(win);
	uint64_t down = ioba / page * page;

	if (win->nr == 0)
		return TCE_REFUSED_LIOBN_DISABLED;
	if (down != ioba && n->kind != NAIVE_QEMU_7 && n->kind != NAIVE_QEMU_10)
		return TCE_REFUSED_IOBA_UNALIGNED;
	*ret_index = (down - win->start) / page;
	if (*ret_index < win->nr)
		return TCE_REFUSED_NOT;
	return down < win->start ? TCE_REFUSED_IOBA_BELOW : TCE_REFUSED_IOBA_PAST_END;
}

static int h_put(struct naive_lpar *n, const uint64_t args[5], struct tce_answer *a)
{
	struct naive_window *win = naive_find(n, args[0], NULL);
	enum tce_refusal why;
	uint64_t index;

	if (win == NULL)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIOBN_UNKNOWN);
	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	if (!naive_is_qemu(n) && !tce_in_ram(n, win, args[2]))
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
	naive_put(win, index, args[2]);
	answer(a, 0, TCE_REFUSED_NOT);
	a->nr_stored = 1;
	return 0;
}

static int h_get(struct naive_lpar *n, const uint64_t args[5], struct tce_answer *a)
{
	struct naive_window *win = naive_find(n, args[0], NULL);
	enum tce_refusal why;
	uint64_t index;

	if (win == NULL)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIOBN_UNKNOWN);
	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	answer(a, 0, TCE_REFUSED_NOT);
	a->r4 = win->entries[index];
	if (!naive_is_qemu(n) && !tce_in_ram(n, win, a->r4)) {
		a->r3 = TCE_H_PARTIAL;
		a->r4 |= UINT64_C(0xfffffffffffff000);
		a->refusal = TCE_REFUSED_TCE_NOT_RAM;
	}
	return 0;
}

/* One entry after the other, the bus address counted up, until one does not exist. */
static uint64_t store(struct naive_window *win, uint64_t ioba, const uint64_t *list, uint64_t tce,
		      uint64_t count, bool really)
{
	uint64_t page = naive_page(win);
	uint64_t offset = ioba / page * page - win->start;
	uint64_t i;

	for (i = 0; i < count; i++, offset += page) {
		uint64_t index = offset / page;

		if (index >= win->nr)
			break;
		if (really)
			naive_put(win, index, list != NULL ? list[i] : tce);
	}
	return i;
}

/* The part that both calls end with. */
static int store_answer(struct naive_lpar *n, struct naive_window *win, uint64_t ioba,
			const uint64_t *list, uint64_t tce, uint64_t count, struct tce_answer *a)
{
	bool partial = n->kind == NAIVE_QEMU_7 || n->kind == NAIVE_QEMU_10;
	uint64_t fit = store(win, ioba, list, tce, count, false);

	if (fit < count)
		answer(a, TCE_H_PARAMETER, TCE_REFUSED_RANGE_PAST_END);
	else
		answer(a, 0, TCE_REFUSED_NOT);
	if (fit == count || partial)
		a->nr_stored = store(win, ioba, list, tce, count, true);
	return 0;
}

static int h_stuff(struct naive_lpar *n, const uint64_t args[5], struct tce_answer *a)
{
	struct naive_window *win = naive_find(n, args[0], NULL);
	bool qemu = n->kind == NAIVE_QEMU_7 || n->kind == NAIVE_QEMU_10;
	uint64_t count = args[3];
	enum tce_refusal why;
	uint64_t index;

	if (win == NULL)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIOBN_UNKNOWN);
	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	if (qemu && count > win->nr)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_COUNT_LIMIT);
	if (qemu && count == 0)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_COUNT_ZERO);
	if (n->kind == NAIVE_KVM && (args[2] & 3) != 0)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_TCE_PERM);
	if (!naive_is_qemu(n) && count > 512)
		return answer(a, TCE_H_P4, TCE_REFUSED_COUNT_LIMIT);
	if (count > win->nr)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_RANGE_PAST_END);
	if (!naive_is_qemu(n) && store(win, args[1], NULL, 0, count, false) == count &&
	    !tce_in_ram(n, win, args[2]))
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
	return store_answer(n, win, args[1], NULL, args[2], count, a);
}

static bool list_read(const struct naive_lpar *n, uint64_t list, uint64_t count, uint64_t *ret)
{
	uint64_t i;
	unsigned b;

	for (i = 0; i < count; i++) {
		uint8_t bytes[8];

		ret[i] = 0;
		if (n->memory.read(n->memory.ctx, tce_ra(list + 8 * i), bytes, 8) != 0)
			return false;
		for (b = 0; b < 8; b++)
			ret[i] = ret[i] << 8 | bytes[b];
	}
	return true;
}

/* Linux KVM's two passes; how many entries it takes, count also when it leaves it all to QEMU. */
static uint64_t kvm_takes(const struct naive_lpar *n, const struct naive_window *win,
			  const uint64_t *list, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++) {
		uint64_t address = list[i] & ~UINT64_C(3);

		if ((list[i] & 3) == 0)
			continue;
		if (address % naive_page(win) != 0 || !in_ram(n, address, 1))
			return count;
	}
	for (i = 0; i < count; i++)
		if ((list[i] & 3) == 0 && !in_ram(n, list[i], 1))
			return i;
	return count;
}

/* QEMU, the kernel's part left out. */
static int qemu_indirect(struct naive_lpar *n, struct naive_window *win, const uint64_t args[5],
			 struct tce_answer *a)
{
	uint64_t list[512];
	enum tce_refusal why;
	uint64_t index;

	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	if (args[3] == 0)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_COUNT_ZERO);
	if (!list_read(n, args[2], args[3], list))
		memset(list, 0, sizeof(list));
	return store_answer(n, win, args[1], list, 0, args[3], a);
}

static int kvm_indirect(struct naive_lpar *n, struct naive_window *win, const uint64_t args[5],
			struct tce_answer *a)
{
	uint64_t list[512];
	enum tce_refusal why;
	uint64_t index;
	uint64_t taken;

	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	if (store(win, args[1], NULL, 0, args[3], false) < args[3])
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_RANGE_PAST_END);
	if (!in_ram(n, args[2], 4096) || !list_read(n, args[2], args[3], list))
		return qemu_indirect(n, win, args, a);
	taken = kvm_takes(n, win, list, args[3]);
	if (taken == args[3])
		return store_answer(n, win, args[1], list, 0, args[3], a);
	answer(a, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
	a->nr_stored = store(win, args[1], list, 0, taken, true);
	return 0;
}

static int lopar_indirect(struct naive_lpar *n, const uint64_t args[5], struct tce_answer *a)
{
	struct naive_window *win = naive_find(n, args[0], NULL);
	uint64_t list[512];
	enum tce_refusal why;
	uint64_t index;
	uint64_t i;

	if (args[0] >> 63 != 0)
		return answer(a, TCE_H_FUNCTION, TCE_REFUSED_MTT_OFF);
	if (args[3] > 512)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_COUNT_LIMIT);
	if (win == NULL)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIOBN_UNKNOWN);
	if (args[2] % 4096 != 0)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIST_UNALIGNED);
	why = check_ioba(n, win, args[1], &index);
	if (why != TCE_REFUSED_NOT)
		return answer(a, TCE_H_PARAMETER, why);
	if (store(win, args[1], NULL, 0, args[3], false) < args[3])
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_RANGE_PAST_END);
	if (!list_read(n, args[2], args[3], list))
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIST_NOT_RAM);
	for (i = 0; i < args[3]; i++)
		if (!tce_in_ram(n, win, list[i]))
			return answer(a, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
	return store_answer(n, win, args[1], list, 0, args[3], a);
}

static int h_indirect(struct naive_lpar *n, const uint64_t args[5], struct tce_answer *a)
{
	struct naive_window *win = naive_find(n, args[0], NULL);

	if (!naive_is_qemu(n))
		return lopar_indirect(n, args, a);
	if (win == NULL)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIOBN_UNKNOWN);
	if (args[3] > 512)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_COUNT_LIMIT);
	if (args[2] % 4096 != 0)
		return answer(a, TCE_H_PARAMETER, TCE_REFUSED_LIST_UNALIGNED);
	return n->kind == NAIVE_KVM ? kvm_indirect(n, win, args, a)
				    : qemu_indirect(n, win, args, a);
}

int naive_hcall(struct naive_lpar *n, uint64_t token, const uint64_t args[5],
		struct tce_answer *ret_answer)
{
	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (token == 0x1c)
		return h_get(n, args, ret_answer);
	if (token == 0x20)
		return h_put(n, args, ret_answer);
	if (token == 0x138)
		return h_stuff(n, args, ret_answer);
	if (token == 0x13c)
		return h_indirect(n, args, ret_answer);
	if (token == 0xf000)
		return naive_h_rtas(n, args[0], ret_answer);
	if (token == 0xf002)
		return answer(ret_answer, 0, TCE_REFUSED_NOT);
	return answer(ret_answer, TCE_H_FUNCTION, TCE_REFUSED_FUNCTION);
}
