/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a bare-metal guest measured on QEMU 7.2.22, 10.0.13 and 11.1.3, row by row: the same actions
 * in the same order, the same text of the result. Not here: what registers a call leaves alone,
 * which is the embedder's.
 */
#include <stdio.h>
#include <string.h>

#include "papr_guest.h"
#include "testing.h"

#define GIB (UINT64_C(1) << 30)

static const char *const versions[] = {"qemu-7.2", "qemu-10.0", "qemu-11.1", "qemu"};

static void row(const char *what, const char *expected, const char *format, ...)
{
	char actual[400];
	va_list args;

	va_start(args, format);
	vsnprintf(actual, sizeof(actual), format, args);
	va_end(args);
	if (strcmp(actual, expected) != 0)
		fail_msg("%s: measured \"%s\", model \"%s\"\n", what, expected, actual);
}

static void number(char *text, size_t size, int64_t v)
{
	if (v > -10 && v < 10)
		snprintf(text, size, "%d", (int)v);
	else
		snprintf(text, size, "0x%llx", (unsigned long long)v);
}

/* "hrc 0, rets [0, 1, 0x20, ...]", a dot for a cell that was not written. */
static const char *rets(const struct papr_guest *g)
{
	static char text[200];
	int n = snprintf(text, sizeof(text), "hrc %d, rets [", (int)g->answer.r3);
	unsigned i;

	for (i = 0; i < 7; i++) {
		uint32_t cell = rtas_ret(g, i);
		char one[32] = "·";

		if (cell != UNWRITTEN)
			number(one, sizeof(one), i == 0 ? (int64_t)(int32_t)cell : (int64_t)cell);
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s", i == 0 ? "" : ", ", one);
	}
	snprintf(text + n, sizeof(text) - (size_t)n, "]");
	return text;
}

static const char *avail(struct papr_guest *g)
{
	static char text[40];

	snprintf(text, sizeof(text), "avail=%u", ddw_avail(g));
	return text;
}

/* A DDW call's row: its cells, then what a query says. */
static void ddw_row(struct papr_guest *g, const char *what, const char *expected)
{
	char cells[200];

	snprintf(cells, sizeof(cells), "%s", rets(g));
	row(what, expected, "%s; %s", cells, avail(g));
}

/* Return code and r4 of H_GET_TCE; a refused one leaves r4 alone, which held the LIOBN. */
static const char *got(struct papr_guest *g, uint64_t liobn, uint64_t ioba)
{
	static char text[60];
	int64_t r3 = h_get(g, liobn, ioba);
	uint64_t r4 = r3 == 0 ? g->answer.r4 : liobn;

	snprintf(text, sizeof(text), "%d %#llx", (int)r3, (unsigned long long)r4);
	return text;
}

#define TCE(liobn, ioba) (unsigned long long)h_tce(g, liobn, ioba)

static void put_and_get(struct papr_guest *g)
{
	row("put ioba 0", "0", "%d", (int)h_put(g, L0, 0, 0x12345003));
	row("get ioba 0", "0 0x12345003", "%s", got(g, L0, 0));
	row("put ioba 0x1fff", "0", "%d", (int)h_put(g, L0, 0x1fff, 0xabc001));
	row("get ioba 0x1000", "0 0xabc001", "%s", got(g, L0, 0x1000));
	row("get ioba 0x1abc", "0 0xabc001", "%s", got(g, L0, 0x1abc));
	row("put all ones", "0", "%d", (int)h_put(g, L0, 0x2000, UINT64_MAX));
	row("get it back", "0 0xffffffffffffffff", "%s", got(g, L0, 0x2000));
	row("put no permission", "0", "%d", (int)h_put(g, L0, 0x3000, 0x12345ffc));
	row("get it back", "0 0x12345ffc", "%s", got(g, L0, 0x3000));
	row("put beyond RAM", "0", "%d", (int)h_put(g, L0, 0x4000, 0x7ffffffff003));
	row("put last page", "0", "%d", (int)h_put(g, L0, GIB - 4096, 3));
	row("put first past", "-4", "%d", (int)h_put(g, L0, GIB, 3));
	row("put unaligned last", "0", "%d", (int)h_put(g, L0, GIB - 1, 3));
	row("put at 2^64-1", "-4", "%d", (int)h_put(g, L0, UINT64_MAX, 3));
	row("put at 2^63", "-4", "%d", (int)h_put(g, L0, UINT64_C(1) << 63, 3));
	row("get past window", "-4 0x80000000", "%s", got(g, L0, GIB));
	row("put unknown LIOBN", "-4", "%d", (int)h_put(g, 0x80000002, 0, 3));
	row("put LIOBN 0", "-4", "%d", (int)h_put(g, 0, 0, 3));
	row("put bit 32 set", "-4", "%d", (int)h_put(g, UINT64_C(0x180000000), 0, 3));
	row("put sign-extended", "-4", "%d", (int)h_put(g, UINT64_C(0xffffffff80000000), 0, 3));
	row("get unknown", "-4 0x80000002", "%s", got(g, 0x80000002, 0));
	row("put disabled", "-4", "%d", (int)h_put(g, L1, 0, 3));
	row("get disabled", "-4 0x80000001", "%s", got(g, L1, 0));
}

/* Pages of lists as the prototype filled them: LIST_PAGE and the two after it. */
static void fill_lists(struct papr_guest *g)
{
	uint64_t i;

	for (i = 0; i < 512; i++) {
		guest_ram_set_u64(&g->ram, LIST_PAGE + 8 * i, i << 12 | 3);
		guest_ram_set_u64(&g->ram, LIST_PAGE + 4096 + 8 * i, i << 12 | 0x1000003);
	}
	guest_ram_set_u64(&g->ram, LIST_PAGE + 8192, UINT64_C(0x123456789abcdef));
	guest_ram_set_u64(&g->ram, LIST_PAGE + 8200, UINT64_C(0xfedcba9876543210));
}

static void indirect(struct papr_guest *g)
{
	const uint64_t end4 = GIB - 0x4000;
	const uint64_t list = LIST_PAGE;

	fill_lists(g);
	row("n=0", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list, 0));
	row("n=1", "0", "%d", (int)h_indirect(g, L0, 0x100000, list, 1));
	row("n=0x1ff", "0", "%d", (int)h_indirect(g, L0, 0x100000, list, 0x1ff));
	row("n=0x200", "0", "%d", (int)h_indirect(g, L0, 0x100000, list, 0x200));
	row("n=0x201", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list, 0x201));
	row("n=2^32", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list, UINT64_C(1) << 32));
	row("n=2^64-1", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list, UINT64_MAX));
	row("list +8", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list + 8, 1));
	row("list +2048", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list + 2048, 1));
	row("list +1", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list + 1, 1));
	row("list +4095", "-4", "%d", (int)h_indirect(g, L0, 0x100000, list + 4095, 1));
	row("list +8, unknown LIOBN", "-4", "%d", (int)h_indirect(g, 0x80000007, 0, list + 8, 1));
	row("ioba 0x200fff n=2", "0", "%d", (int)h_indirect(g, L0, 0x200fff, list, 2));
	row("get 0x200000", "0 0x3", "%s", got(g, L0, 0x200000));
	row("get 0x201000", "0 0x1003", "%s", got(g, L0, 0x201000));
	row("clear the end", "0", "%d", (int)h_stuff(g, L0, end4, 0, 4));
	row("straddles the end", "-4", "%d", (int)h_indirect(g, L0, end4, list + 4096, 8));
	row("in-window", "0x1000003 0x1001003 0x1002003 0x1003003", "%#llx %#llx %#llx %#llx",
	    TCE(L0, end4), TCE(L0, end4 + 4096), TCE(L0, end4 + 8192), TCE(L0, end4 + 12288));
	row("not RAM", "0", "%d", (int)h_indirect(g, L0, 0x300000, UINT64_C(1) << 44, 2));
	row("entries", "0 0", "%llx %llx", TCE(L0, 0x300000), TCE(L0, 0x301000));
	row("top nibble", "0", "%d",
	    (int)h_indirect(g, L0, 0x300000, UINT64_C(0xc) << 60 | list, 1));
	row("entry", "0", "%llx", TCE(L0, 0x300000));
	row("disabled", "-4", "%d", (int)h_indirect(g, L1, 0, list, 1));
	row("disabled, 513", "-4", "%d", (int)h_indirect(g, L1, 0, list, 513));
	row("any bits", "0", "%d", (int)h_indirect(g, L0, 0x400000, list + 8192, 2));
	row("entries", "0x123456789abcdef 0xfedcba9876543210", "%#llx %#llx", TCE(L0, 0x400000),
	    TCE(L0, 0x401000));
}

static void stuff(struct papr_guest *g)
{
	const uint64_t end4 = GIB - 0x4000;

	row("n=0", "-4", "%d", (int)h_stuff(g, L0, 0, 0x5003, 0));
	row("n=1", "0", "%d", (int)h_stuff(g, L0, 0, 0x5003, 1));
	row("n=0x200", "0", "%d", (int)h_stuff(g, L0, 0, 0x5003, 0x200));
	row("n=0x201", "0", "%d", (int)h_stuff(g, L0, 0, 0x5003, 0x201));
	row("n=0x40000", "0", "%d", (int)h_stuff(g, L0, 0, 0x5003, 0x40000));
	row("n=0x40001", "-4", "%d", (int)h_stuff(g, L0, 0, 0x5003, 0x40001));
	row("n=2^32", "-4", "%d", (int)h_stuff(g, L0, 0, 0x5003, UINT64_C(1) << 32));
	row("n=2^64-1", "-4", "%d", (int)h_stuff(g, L0, 0, 0x5003, UINT64_MAX));
	row("last entry", "0x5003", "%#llx", TCE(L0, GIB - 4096));
	row("past the end", "-4", "%d", (int)h_stuff(g, L0, end4, 0x9001, 8));
	row("in-window", "0x5003 0x9001 0x9001 0x9001 0x9001", "%#llx %#llx %#llx %#llx %#llx",
	    TCE(L0, end4 - 4096), TCE(L0, end4), TCE(L0, end4 + 4096), TCE(L0, end4 + 8192),
	    TCE(L0, end4 + 12288));
	row("clear all", "0", "%d", (int)h_stuff(g, L0, 0, 0, 0x40000));
	row("unknown n=0", "-4", "%d", (int)h_stuff(g, 0x80000009, 0, 0, 0));
	row("disabled n=0", "-4", "%d", (int)h_stuff(g, L1, 0, 0, 0));
	row("disabled n=1", "-4", "%d", (int)h_stuff(g, L1, 0, 0, 1));
	row("unaligned", "0", "%d", (int)h_stuff(g, L0, 0x5abc, 0x7003, 2));
	row("get", "0x7003 0x7003 0", "%#llx %#llx %#llx", TCE(L0, 0x5000), TCE(L0, 0x6000),
	    TCE(L0, 0x7000));
}

static void other_hcalls(struct papr_guest *g)
{
	static const uint64_t tokens[] = {0x1a8, 0x21,  0x22,  0xfff8,
					  0x78,  0x168, 0x10c, UINT64_MAX};
	unsigned i;

	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		row("unknown token", "-2", "%d", (int)h_call(g, tokens[i]));
}

#define NOT_WRITTEN6 "·, ·, ·, ·, ·, ·]"
#define REFUSED      "hrc 0, rets [-3, " NOT_WRITTEN6

static void query_raw(struct papr_guest *g, uint32_t cfg, uint64_t buid, uint32_t nargs,
		      uint32_t nret)
{
	const uint32_t args[3] = {cfg, (uint32_t)(buid >> 32), (uint32_t)buid};

	rtas(g, 0x2026, nargs, nret, args);
}

static void rtas_arguments(struct papr_guest *g)
{
	static const uint32_t none[1] = {0};

	query_raw(g, 0, BUID, 3, 6);
	row("nret 6", "hrc 0, rets [0, 1, 0x20, 0, 0x107, 0, ·]", "%s", rets(g));
	query_raw(g, 0, BUID, 3, 5);
	row("nret 5", "hrc 0, rets [0, 1, 0x80000000, 0x107, 0, ·, ·]", "%s", rets(g));
	query_raw(g, 0, BUID, 3, 4);
	row("nret 4", REFUSED, "%s", rets(g));
	query_raw(g, 0, BUID, 3, 7);
	row("nret 7", REFUSED, "%s", rets(g));
	query_raw(g, 0, 0x123, 3, 6);
	row("wrong buid", REFUSED, "%s", rets(g));
	query_raw(g, 0xffffffff, BUID, 3, 6);
	row("cfg 0xffffffff", "hrc 0, rets [0, 1, 0x20, 0, 0x107, 0, ·]", "%s", rets(g));
	query_raw(g, 0, BUID, 2, 6);
	row("nargs 2", REFUSED, "%s", rets(g));
	query_raw(g, 0, BUID, 3, 0);
	row("nret 0", REFUSED, "%s", rets(g));
	rtas(g, 0x2100, 0, 1, none);
	row("token 0x2100", "hrc -4, rets [-3, " NOT_WRITTEN6, "%s", rets(g));
	rtas(g, 0x202e, 0, 1, none);
	row("token 0x202e", "hrc -4, rets [-3, " NOT_WRITTEN6, "%s", rets(g));
}

static void refused_creates(struct papr_guest *g)
{
	static const uint32_t shifts[][2] = {{13, 31}, {0, 31},  {11, 31}, {20, 31}, {16, 15},
					     {12, 11}, {30, 34}, {63, 63}, {64, 70}, {255, 255}};
	const uint32_t args[6] = {0, BUID >> 32, (uint32_t)BUID, 16, 31, 0};
	unsigned i;

	row("initial", "avail=1", "%s", avail(g));
	for (i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
		ddw_create(g, BUID, shifts[i][0], shifts[i][1]);
		ddw_row(g, "create", REFUSED "; avail=1");
	}
	ddw_create(g, BUID, 76, 80);
	ddw_row(g, "create 76/80", "hrc 0, rets [0, 0x80000001, 0x8000000, 0, ·, ·, ·]; avail=0");
	ddw_remove(g, L1);
	ddw_row(g, "undo", "hrc 0, rets [0, " NOT_WRITTEN6 "; avail=1");
	ddw_create(g, 5, 16, 31);
	row("bad buid", REFUSED, "%s", rets(g));
	rtas(g, 0x2027, 5, 3, args);
	row("nret 3", REFUSED, "%s", rets(g));
	rtas(g, 0x2027, 6, 4, args);
	row("nargs 6", REFUSED, "%s", rets(g));
}

#define DONE "hrc 0, rets [0, " NOT_WRITTEN6

static void first_dynamic_window(struct papr_guest *g)
{
	fill_lists(g);
	ddw_create(g, BUID, 16, 31);
	ddw_row(g, "16/31", "hrc 0, rets [0, 0x80000001, 0x8000000, 0, ·, ·, ·]; avail=0");
	row("put at 1<<59", "0", "%d", (int)h_put(g, L1, DYN, 0x10003));
	row("put at 0", "-4", "%d", (int)h_put(g, L1, 0, 3));
	row("last page", "0", "%d", (int)h_put(g, L1, DYN + 0x7fff0000, 0x20003));
	row("past end", "-4", "%d", (int)h_put(g, L1, DYN + 0x80000000, 3));
	row("unaligned", "0", "%d", (int)h_put(g, L1, DYN + 0x1ffff, 0x1fff3));
	row("get", "0 0x1fff3", "%s", got(g, L1, DYN + 0x10000));
	row("stuff 0x8000", "0", "%d", (int)h_stuff(g, L1, DYN, 0, 0x8000));
	row("stuff 0x8001", "-4", "%d", (int)h_stuff(g, L1, DYN, 0, 0x8001));
	row("indirect", "0", "%d", (int)h_indirect(g, L1, DYN + 0x8000, LIST_PAGE, 2));
	row("entries", "0x3 0x1003 0", "%#llx %#llx %#llx", TCE(L1, DYN), TCE(L1, DYN + 0x10000),
	    TCE(L1, DYN + 0x20000));
	ddw_create(g, BUID, 16, 31);
	row("third", "hrc 0, rets [-1, " NOT_WRITTEN6, "%s", rets(g));
	ddw_create(g, BUID, 13, 31);
	row("third, bad page", REFUSED, "%s", rets(g));
}

static void reused_liobn(struct papr_guest *g)
{
	ddw_remove(g, L0);
	ddw_row(g, "remove default", DONE "; avail=1");
	ddw_remove(g, L0);
	row("again", REFUSED, "%s", rets(g));
	row("put removed", "-4", "%d", (int)h_put(g, L0, 0, 3));
	ddw_create(g, BUID, 12, 30);
	ddw_row(g, "12/30", "hrc 0, rets [0, 0x80000000, 0x8000000, 0, ·, ·, ·]; avail=0");
	row("put at 1<<59", "0", "%d", (int)h_put(g, L0, DYN, 0x3003));
	row("put at 0", "-4", "%d", (int)h_put(g, L0, 0, 3));
	ddw_remove(g, L1);
	ddw_row(g, "remove L1", DONE "; avail=1");
	ddw_remove(g, L0);
	ddw_row(g, "remove L0", DONE "; avail=2");
	row("default restored?", "-4", "%d", (int)h_put(g, L0, 0, 3));
	ddw_create(g, BUID, 16, 32);
	ddw_row(g, "16/32", "hrc 0, rets [0, 0x80000000, 0, 0, ·, ·, ·]; avail=1");
	ddw_remove(g, L1);
	row("remove L1", REFUSED, "%s", rets(g));
	ddw_remove(g, L0);
	ddw_row(g, "remove L0", DONE "; avail=2");
}

static void reset_window(struct papr_guest *g)
{
	const uint32_t args[1] = {(uint32_t)L0};

	ddw_reset(g, BUID);
	ddw_row(g, "reset", DONE "; avail=1");
	row("put", "0", "%d", (int)h_put(g, L0, 0, 0x1003));
	row("get", "0 0x1003", "%s", got(g, L0, 0));
	ddw_reset(g, BUID);
	row("reset again", DONE, "%s", rets(g));
	row("get", "0 0", "%s", got(g, L0, 0));
	ddw_reset(g, 1);
	row("bad buid", REFUSED, "%s", rets(g));
	ddw_remove(g, 0x80000055);
	row("unknown LIOBN", REFUSED, "%s", rets(g));
	rtas(g, 0x2028, 1, 2, args);
	row("nret 2", REFUSED, "%s", rets(g));
	ddw_create(g, BUID, 16, 31);
	row("16/31", "hrc 0, rets [0, 0x80000001, 0x8000000, 0, ·, ·, ·]", "%s", rets(g));
	ddw_remove(g, L1);
	ddw_row(g, "not the last", DONE "; avail=1");
	ddw_create(g, BUID, 16, 31);
	ddw_remove(g, L0);
	row("default", DONE, "%s", rets(g));
	ddw_remove(g, L1);
	ddw_row(g, "last, not default", DONE "; avail=1");
	row("put", "0", "%d", (int)h_put(g, L0, 0, 3));
}

static void life_cycle(struct papr_guest *g)
{
	refused_creates(g);
	first_dynamic_window(g);
	reused_liobn(g);
	reset_window(g);
}

static void large_windows(struct papr_guest *g)
{
	static const uint32_t shifts[][2] = {{12, 42}, {16, 46}, {16, 47}, {21, 51},
					     {21, 52}, {24, 54}, {24, 55}};
	unsigned i;

	for (i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
		uint64_t size = UINT64_C(1) << shifts[i][1];
		uint64_t page = UINT64_C(1) << shifts[i][0];

		ddw_create(g, BUID, shifts[i][0], shifts[i][1]);
		ddw_row(g, "create", "hrc 0, rets [0, 0x80000001, 0x8000000, 0, ·, ·, ·]; avail=0");
		row("last page", "0", "%d", (int)h_put(g, L1, DYN + size - page, 3));
		ddw_remove(g, L1);
	}
}

static void system_reset(struct papr_guest *g)
{
	ddw_create(g, BUID, 16, 34);
	h_put(g, L1, DYN, 0x70003);
	h_put(g, L0, 0x9000, 0x9003);
	row("before L1", "0 0x70003", "%s", got(g, L1, DYN));
	row("before L0", "0 0x9003", "%s", got(g, L0, 0x9000));
	row("before", "avail=0", "%s", avail(g));
	assert_int_equal(tce_lpar_system_reset(g->lpar), 0);
	row("after L1", "-4 0x80000001", "%s", got(g, L1, DYN));
	row("after L0", "0 0", "%s", got(g, L0, 0x9000));
	row("after", "avail=1", "%s", avail(g));
	ddw_remove(g, L0);
	row("remove default", "avail=2", "%s", avail(g));
	assert_int_equal(tce_lpar_system_reset(g->lpar), 0);
	row("after L0", "0 0", "%s", got(g, L0, 0x9000));
	row("after", "avail=1", "%s", avail(g));
}

/* On every QEMU and in both storages. */
static void everywhere(void (*rows)(struct papr_guest *g))
{
	unsigned i;

	for (i = 0; i < 8; i++) {
		struct papr_guest g;

		papr_guest_open(&g, versions[i / 2],
				i % 2 == 0 ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT, NULL);
		rows(&g);
		papr_guest_close(&g);
	}
}

#define AS_MEASURED(rows)                                                                          \
	static void rows##_answers_as_measured(void **state)                                       \
	{                                                                                          \
		(void)state;                                                                       \
		everywhere(rows);                                                                  \
	}

AS_MEASURED(put_and_get)
AS_MEASURED(indirect)
AS_MEASURED(stuff)
AS_MEASURED(other_hcalls)
AS_MEASURED(rtas_arguments)
AS_MEASURED(life_cycle)
AS_MEASURED(large_windows)
AS_MEASURED(system_reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_and_get_answers_as_measured),
		cmocka_unit_test(indirect_answers_as_measured),
		cmocka_unit_test(stuff_answers_as_measured),
		cmocka_unit_test(other_hcalls_answers_as_measured),
		cmocka_unit_test(rtas_arguments_answers_as_measured),
		cmocka_unit_test(life_cycle_answers_as_measured),
		cmocka_unit_test(large_windows_answers_as_measured),
		cmocka_unit_test(system_reset_answers_as_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
