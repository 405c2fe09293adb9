/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Migration as measured between two QEMU 7.2.22 (xlate traces of the receiver included), as it
 * should be by LoPAR, and streams that are damaged in every way.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "papr_guest.h"
#include "stream.h"
#include "testing.h"

#define VIO_UNIT UINT64_C(0x71000003)
#define RECORD   40U

struct pair {
	struct papr_guest from;
	struct papr_guest to;
	struct stream stream;
};

static void pair_open(struct pair *p, const char *profile)
{
	memset(p, 0, sizeof(*p));
	papr_guest_open(&p->from, profile, TCE_STORAGE_LAZY, NULL);
	papr_guest_open(&p->to, profile, TCE_STORAGE_COMPACT, NULL);
}

static void pair_close(struct pair *p)
{
	papr_guest_close(&p->from);
	papr_guest_close(&p->to);
	stream_free(&p->stream);
}

static void save(struct pair *p)
{
	stream_free(&p->stream);
	assert_int_equal(tce_lpar_save(p->from.lpar, stream_put, &p->stream), 0);
}

static void migrate(struct pair *p)
{
	save(p);
	assert_int_equal(tce_lpar_load(p->to.lpar, stream_get, &p->stream), 0);
}

static enum tce_dma_result dma(struct papr_guest *g, uint64_t addr)
{
	struct tce_dma one = {.bus = BUID, .addr = addr, .access = TCE_READ};
	struct tce_dma_out out;

	tce_lpar_dma(g->lpar, &one, &out);
	return out.result;
}

static void both_windows_and_their_entries_arrive(void **state)
{
	static const char *const profiles[] = {"qemu-7.2", "qemu-11.1", "kvm", "papr-strict"};
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct pair p;

		pair_open(&p, profiles[i]);
		assert_int_equal(ddw_create(&p.from, BUID, 16, 34), 0);
		assert_int_equal(h_put(&p.from, L1, DYN + 0x30000, 0x70003), 0);
		assert_int_equal(h_put(&p.from, L0, 0x9000, 0x9003), 0);
		migrate(&p);
		assert_int_equal(ddw_avail(&p.to), 0);
		assert_int_equal(h_tce(&p.to, L0, 0x9000), 0x9003);
		assert_int_equal(h_tce(&p.to, L1, DYN + 0x30000), 0x70003);
		assert_int_equal(h_put(&p.to, L1, DYN + (UINT64_C(1) << 34), 3), TCE_H_PARAMETER);
		assert_true(tce_lpar_equal(p.from.lpar, p.to.lpar));
		assert_int_equal(tce_lpar_hash(p.from.lpar), tce_lpar_hash(p.to.lpar));
		pair_close(&p);
	}
}

static void removed_windows_arrive_as_removed(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	migrate(&p);
	assert_int_equal(ddw_avail(&p.to), 2);
	assert_int_equal(h_put(&p.to, L0, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(ddw_create(&p.to, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&p.to, 1), L0);
	pair_close(&p);
}

/* Default window gone, its LIOBN reused for a window with as many entries: 2^18. */
static void qemu_leaves_a_window_of_equal_count_where_it_was_for_dma(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 16, 34), 0);
	h_put(&p.from, L0, 0x10000, 0x610003);
	h_put(&p.from, L0, 0x40000000, 0x620003);
	assert_int_equal(dma(&p.from, 0x40000000), TCE_DMA_OK);
	migrate(&p);
	assert_int_equal(h_tce(&p.to, L0, 0x10000), 0x610003);
	assert_int_equal(h_tce(&p.to, L0, 0x40000000), 0x620003);
	assert_int_equal(h_tce(&p.to, L0, 0x1000), 0);
	assert_int_equal(dma(&p.to, 0x10000), TCE_DMA_OK);
	assert_int_equal(dma(&p.to, 0x3fff0000), TCE_DMA_FAULT);
	assert_int_equal(dma(&p.to, 0x40000000), TCE_DMA_NO_WINDOW);
	assert_int_equal(window_of(&p.to, L0).dma_size, 0x40000000);
	assert_int_equal(window_of(&p.to, L0).page_shift, 16);
	assert_false(tce_lpar_equal(p.from.lpar, p.to.lpar));
	pair_close(&p);
}

static void another_count_is_attached_anew(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 12, 31), 0);
	h_put(&p.from, L0, 0x40000000, 0x620003);
	migrate(&p);
	assert_int_equal(h_tce(&p.to, L0, 0x40000000), 0x620003);
	assert_int_equal(dma(&p.to, 0x40000000), TCE_DMA_OK);
	pair_close(&p);
}

static void lopar_puts_every_window_where_it_was(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "papr-strict");
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 16, 31), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 16, 34), 0);
	h_put(&p.from, L0, 0x40000000, 0x620003);
	migrate(&p);
	assert_int_equal(dma(&p.to, 0x40000000), TCE_DMA_OK);
	assert_true(tce_lpar_equal(p.from.lpar, p.to.lpar));
	pair_close(&p);
}

/*
 * The subsection with start and page shift is left out for a window at 0 with 4 KiB pages; a
 * receiver whose slot is empty makes byte-sized pages of it. Measured with dma64_win_addr=0; here
 * the receiver has lost its default window.
 */
static void qemu_makes_pages_of_one_byte_where_the_receiver_had_no_window(void **state)
{
	struct pair p;
	struct tce_dma one = {.bus = BUID, .addr = 5, .access = TCE_READ};
	struct tce_dma_out out;

	(void)state;
	pair_open(&p, "qemu");
	h_put(&p.from, L0, 0x5000, 0x7003);
	assert_int_equal(ddw_remove(&p.to, L0), 0);
	migrate(&p);
	assert_int_equal(window_of(&p.to, L0).page_shift, 0);
	assert_int_equal(window_of(&p.to, L0).last, 0x3ffff);
	assert_int_equal(h_tce(&p.to, L0, 0x5000), 0);
	assert_int_equal(h_tce(&p.to, L0, 5), 0x7003);
	tce_lpar_dma(p.to.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_OK);
	assert_int_equal(out.xlate.ra.v, 0x7003);
	one.addr = 6;
	tce_lpar_dma(p.to.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_FAULT);
	/* And on from there: it is saved and loaded like any other. */
	stream_free(&p.stream);
	assert_int_equal(tce_lpar_save(p.to.lpar, stream_put, &p.stream), 0);
	assert_int_equal(tce_lpar_load(p.from.lpar, stream_get, &p.stream), 0);
	assert_int_equal(h_tce(&p.from, L0, 5), 0x7003);
	pair_close(&p);
}

/* As many entries, other pages, and the receiver keeps its own: 4 KiB runs in 64 KiB pages. */
static void the_receivers_page_size_counts_when_none_was_sent(void **state)
{
	struct pair p;
	uint64_t i;

	(void)state;
	pair_open(&p, "qemu");
	for (i = 0; i < 5; i++)
		h_put(&p.from, L0, i << 12, i << 12 | 3);
	assert_int_equal(ddw_remove(&p.to, L0), 0);
	assert_int_equal(ddw_create(&p.to, BUID, 16, 34), 0);
	migrate(&p);
	assert_int_equal(window_of(&p.to, L0).page_shift, 16);
	for (i = 0; i < 5; i++)
		assert_int_equal(h_tce(&p.to, L0, i << 16), i << 12 | 3);
	pair_close(&p);
}

static void a_spoiled_liobn_stays_behind(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_create(&p.from, BUID, 16, 48), -1);
	migrate(&p);
	assert_false(window_of(&p.to, L1).tainted);
	assert_int_equal(window_of(&p.to, L1).page_shift, 16);
	assert_int_equal(ddw_avail(&p.to), 1);
	assert_int_equal(ddw_create(&p.to, BUID, 16, 31), 0);
	pair_close(&p);

	pair_open(&p, "qemu");
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 16, 48), -1);
	migrate(&p);
	assert_int_equal(ddw_avail(&p.to), 2);
	assert_int_equal(window_of(&p.to, L0).page_shift, 0);
	assert_int_equal(ddw_reset(&p.to, BUID), 0);
	assert_int_equal(ddw_avail(&p.to), 1);
	pair_close(&p);
}

static void loading_a_window_into_a_spoiled_liobn_aborts(void **state)
{
	struct pair p;
	uint64_t before;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_create(&p.to, BUID, 16, 48), -1);
	migrate(&p); /* nothing comes for that LIOBN */
	assert_int_equal(tce_lpar_aborted(p.to.lpar), TCE_ABORT_NOT);
	assert_int_equal(ddw_create(&p.from, BUID, 16, 31), 0);
	before = window_of(&p.to, L0).nr_entries;
	migrate(&p);
	assert_int_equal(tce_lpar_aborted(p.to.lpar), TCE_ABORT_REGION_TWICE);
	assert_int_equal(window_of(&p.to, L0).nr_entries, before);
	pair_close(&p);
}

static void the_stale_default_flag_migrates(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	assert_int_equal(ddw_create(&p.from, BUID, 16, 31), 0);
	assert_int_equal(ddw_remove(&p.from, L0), 0);
	assert_int_equal(ddw_create(&p.from, BUID, 12, 30), 0);
	assert_int_equal(ddw_remove(&p.from, L1), 0);
	migrate(&p);
	assert_int_equal(ddw_avail(&p.to), 1);
	assert_int_equal(ddw_remove(&p.to, L0), 0);
	assert_int_equal(ddw_avail(&p.to), 2);
	pair_close(&p);
}

static void bypass_and_limited_mode_migrate(void **state)
{
	const uint32_t limited[4] = {0, BUID >> 32, (uint32_t)BUID, 1};
	const uint32_t on[2] = {VIO_UNIT, 1};
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	papr_guest_plug_vio(&p.from, VIO_UNIT);
	papr_guest_plug_vio(&p.to, VIO_UNIT);
	h_put(&p.from, VIO_UNIT, 0x1000, 0x5003);
	assert_int_equal(rtas(&p.from, 0x2010, 2, 1, on), 0);
	migrate(&p);
	assert_true(window_of(&p.to, VIO_UNIT).bypass);
	assert_int_equal(h_tce(&p.to, VIO_UNIT, 0x1000), 0x5003);
	assert_true(tce_lpar_equal(p.from.lpar, p.to.lpar));
	pair_close(&p);
	pair_open(&p, "papr-2.13");
	assert_int_equal(rtas(&p.from, 0x56, 4, 1, limited), 0);
	migrate(&p);
	assert_int_equal(ddw_create(&p.to, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&p.to, 2), 1);
	pair_close(&p);
}

static void a_liobn_that_the_receiver_has_not_is_an_error(void **state)
{
	struct pair p;
	uint64_t hash;

	(void)state;
	pair_open(&p, "qemu");
	papr_guest_plug(&p.from, 1);
	h_put(&p.from, L0, 0, 3);
	save(&p);
	hash = tce_lpar_hash(p.to.lpar);
	assert_int_equal(tce_lpar_load(p.to.lpar, stream_get, &p.stream), -TCE_ERR_NOENT);
	assert_int_equal(tce_lpar_hash(p.to.lpar), hash);
	pair_close(&p);
}

static void a_stream_that_ends_early_or_cannot_be_written_is_an_io_error(void **state)
{
	struct pair p;
	uint64_t hash;
	size_t size;
	size_t n;

	(void)state;
	pair_open(&p, "qemu");
	h_put(&p.from, L0, 0x5000, 0x7003);
	save(&p);
	size = p.stream.size;
	hash = tce_lpar_hash(p.to.lpar);
	for (n = 0; n < size; n += 8) {
		p.stream.size = n;
		p.stream.at = 0;
		assert_int_equal(tce_lpar_load(p.to.lpar, stream_get, &p.stream), -TCE_ERR_IO);
		assert_int_equal(tce_lpar_hash(p.to.lpar), hash);
	}
	for (n = 1; n < size; n += RECORD) {
		stream_free(&p.stream);
		p.stream.fail_at = n;
		assert_int_equal(tce_lpar_save(p.from.lpar, stream_put, &p.stream), -TCE_ERR_IO);
	}
	pair_close(&p);
}

static void a_stream_with_any_byte_changed_is_refused(void **state)
{
	struct pair p;
	uint64_t hash;
	size_t n;

	(void)state;
	pair_open(&p, "papr-strict");
	assert_int_equal(ddw_create(&p.from, BUID, 16, 31), 0);
	h_put(&p.from, L0, 0x5000, 0x7003);
	h_stuff(&p.from, L1, DYN, 0x10003, 9);
	save(&p);
	hash = tce_lpar_hash(p.to.lpar);
	for (n = 0; n < p.stream.size - 2 * 8; n++) { /* the last two words mean nothing */
		int err;

		p.stream.bytes[n] ^= 0x10;
		p.stream.at = 0;
		err = tce_lpar_load(p.to.lpar, stream_get, &p.stream);
		assert_true(err == -TCE_ERR_FORMAT || err == -TCE_ERR_NOENT || err == -TCE_ERR_IO);
		assert_int_equal(tce_lpar_hash(p.to.lpar), hash);
		p.stream.bytes[n] ^= 0x10;
	}
	p.stream.at = 0;
	assert_int_equal(tce_lpar_load(p.to.lpar, stream_get, &p.stream), 0);
	pair_close(&p);
}

static void put_word(struct pair *p, size_t record, unsigned word, uint64_t v)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		p->stream.bytes[record * RECORD + word * 8 + i] = (uint8_t)(v >> (56 - 8 * i));
}

/* Make the check sum right again: of all records but the last. */
static void sign(struct pair *p)
{
	size_t last = p->stream.size / RECORD - 1;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < last; i++)
		sum = tce_hash_bytes(sum, p->stream.bytes + i * RECORD, RECORD);
	put_word(p, last, 2, sum);
}

/* Records: 0 head, 1 window L0, 2 and 3 runs, 4 window L1, 5 end. */
static void well_signed_nonsense_is_refused(void **state)
{
	static const struct {
		size_t record;
		unsigned word;
		uint64_t value;
	} changes[] = {
		{0, 0, 0},
		{0, 1, 2},
		{1, 2, UINT64_C(1) << 41},
		{1, 2, UINT64_C(1) << 32},
		{1, 2, UINT64_MAX},
		{1, 4, 11},
		{1, 4, 35},
		{1, 4, UINT64_C(1) << 40},
		{2, 1, 0x40000},
		{2, 2, 0},
		{2, 2, 0x40000},
		{2, 1, UINT64_MAX},
		{3, 1, 5},
		{3, 1, 4},
		{4, 1, L0},
		{4, 4, 5},
		{2, 0, 0x1234},
		{1, 0, UINT64_C(0x52554e0000000000)},
		{5, 1, 7},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct pair p;
		uint64_t hash;

		pair_open(&p, "qemu");
		h_put(&p.from, L0, 0x5000, 0x7003);
		h_put(&p.from, L0, 0x9000, 0x7003);
		save(&p);
		assert_int_equal(p.stream.size, 6 * RECORD);
		hash = tce_lpar_hash(p.to.lpar);
		put_word(&p, changes[i].record, changes[i].word, changes[i].value);
		sign(&p);
		assert_int_equal(tce_lpar_load(p.to.lpar, stream_get, &p.stream), -TCE_ERR_FORMAT);
		assert_int_equal(tce_lpar_hash(p.to.lpar), hash);
		pair_close(&p);
	}
}

static void a_well_signed_change_that_makes_sense_is_taken(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "qemu");
	h_put(&p.from, L0, 0x5000, 0x7003);
	save(&p);
	put_word(&p, 2, 3, 0x9003);
	sign(&p);
	assert_int_equal(tce_lpar_load(p.to.lpar, stream_get, &p.stream), 0);
	assert_int_equal(h_tce(&p.to, L0, 0x5000), 0x9003);
	pair_close(&p);
}

static void an_lpar_without_buses_saves_and_loads(void **state)
{
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find("qemu")};
	struct stream stream = {.bytes = NULL};
	struct tce_lpar *lpar;

	(void)state;
	assert_int_equal(tce_lpar_new(&opts, &lpar), 0);
	assert_int_equal(tce_lpar_save(lpar, stream_put, &stream), 0);
	assert_int_equal(stream.size, 2 * RECORD);
	assert_int_equal(tce_lpar_load(lpar, stream_get, &stream), 0);
	tce_lpar_free(lpar);
	stream_free(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_windows_and_their_entries_arrive),
		cmocka_unit_test(removed_windows_arrive_as_removed),
		cmocka_unit_test(qemu_leaves_a_window_of_equal_count_where_it_was_for_dma),
		cmocka_unit_test(another_count_is_attached_anew),
		cmocka_unit_test(lopar_puts_every_window_where_it_was),
		cmocka_unit_test(qemu_makes_pages_of_one_byte_where_the_receiver_had_no_window),
		cmocka_unit_test(the_receivers_page_size_counts_when_none_was_sent),
		cmocka_unit_test(a_spoiled_liobn_stays_behind),
		cmocka_unit_test(loading_a_window_into_a_spoiled_liobn_aborts),
		cmocka_unit_test(the_stale_default_flag_migrates),
		cmocka_unit_test(bypass_and_limited_mode_migrate),
		cmocka_unit_test(a_liobn_that_the_receiver_has_not_is_an_error),
		cmocka_unit_test(a_stream_that_ends_early_or_cannot_be_written_is_an_io_error),
		cmocka_unit_test(a_stream_with_any_byte_changed_is_refused),
		cmocka_unit_test(well_signed_nonsense_is_refused),
		cmocka_unit_test(a_well_signed_change_that_makes_sense_is_taken),
		cmocka_unit_test(an_lpar_without_buses_saves_and_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
