/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An LPAR as its embedder sees it: what may be asked for, who is told what, walking, comparing,
 * cloning with an arena.
 */
#include <stdlib.h>
#include <string.h>

#include "papr/lpar.h"
#include "papr_guest.h"
#include "testing.h"

static struct tce_lpar *lpar_new(const char *profile)
{
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find(profile),
				     .storage = TCE_STORAGE_COMPACT};
	struct tce_lpar *lpar;

	assert_int_equal(tce_lpar_new(&opts, &lpar), 0);
	return lpar;
}

static void profiles_are_found_by_name_and_number(void **state)
{
	static const char *const names[] = {"qemu", "qemu-7.2",    "qemu-10.0", "qemu-11.1",
					    "kvm",  "papr-strict", "papr-2.13"};
	unsigned i;

	(void)state;
	for (i = 0; i < 7; i++) {
		const struct tce_papr_profile *profile = tce_papr_profile_at(i);

		assert_string_equal(profile->name, names[i]);
		assert_ptr_equal(tce_papr_profile_find(names[i]), profile);
		assert_true(strlen(profile->source) > 10);
		assert_int_not_equal(tce_rtas_token(profile, TCE_RTAS_QUERY), 0);
		assert_int_equal(tce_rtas_token(profile, TCE_NR_RTAS), 0);
	}
	assert_null(tce_papr_profile_at(7));
	assert_null(tce_papr_profile_find("qemu-9"));
}

static void every_refusal_and_abort_has_words(void **state)
{
	unsigned i;
	unsigned j;

	(void)state;
	for (i = 0; i < TCE_NR_REFUSALS; i++) {
		assert_true(strlen(tce_refusal_text((enum tce_refusal)i)) > 4);
		for (j = 0; j < i; j++)
			assert_true(strcmp(tce_refusal_text((enum tce_refusal)i),
					   tce_refusal_text((enum tce_refusal)j)) != 0);
	}
	assert_string_equal(tce_refusal_text(TCE_NR_REFUSALS), "unknown refusal");
	assert_string_equal(tce_abort_text((enum tce_abort)99), "unknown cause");
	assert_non_null(strstr(tce_abort_text(TCE_ABORT_REGION_TWICE), "subregion"));
	assert_non_null(strstr(tce_abort_text(TCE_ABORT_REMOVE_VIO), "LIOBN"));
	assert_non_null(tce_abort_text(TCE_ABORT_NOT));
}

static void nonsense_in_options_is_refused(void **state)
{
	struct tce_papr_profile own = *tce_papr_profile_find("qemu");
	struct tce_lpar_opts opts = {.profile = NULL};
	struct tce_lpar *lpar = NULL;

	(void)state;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	opts.profile = &own;
	opts.storage = (enum tce_table_storage)7;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	opts.storage = TCE_STORAGE_LAZY;
	own.page_shifts = 1;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	own.page_shifts = 0;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	own.page_shifts = 0x1000;
	own.nr_entries_bits = 0;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	own.nr_entries_bits = 65;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	own.nr_entries_bits = 32;
	own.shift_modulo = 65;
	assert_int_equal(tce_lpar_new(&opts, &lpar), -TCE_ERR_INVAL);
	assert_null(lpar);
	tce_lpar_free(NULL);
}

static void buses_are_checked_before_they_are_plugged(void **state)
{
	struct tce_lpar *lpar = lpar_new("qemu");
	struct tce_phb_opts good;
	struct tce_phb_opts bad;
	struct tce_vio_opts vio = {.unit = 0x71000003};
	uint64_t hash;

	(void)state;
	tce_phb_opts_qemu(&good, 0);
	assert_int_equal(good.buid, BUID);
	assert_int_equal(good.liobn[0], L0);
	assert_int_equal(good.liobn[1], L1);
	assert_int_equal(tce_lpar_phb_add(lpar, &good), 0);
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), 0);
	hash = tce_lpar_hash(lpar);
#define BAD(change, err)                                                                           \
	do {                                                                                       \
		tce_phb_opts_qemu(&bad, 1);                                                        \
		change;                                                                            \
		assert_int_equal(tce_lpar_phb_add(lpar, &bad), -(err));                            \
		assert_int_equal(tce_lpar_hash(lpar), hash);                                       \
	} while (0)
	BAD(bad.buid = 0, TCE_ERR_INVAL);
	BAD(bad.buid = BUID, TCE_ERR_EXISTS);
	BAD(bad.liobn[0] = 0, TCE_ERR_INVAL);
	BAD(bad.liobn[1] = UINT64_C(1) << 32, TCE_ERR_INVAL);
	BAD(bad.liobn[1] = bad.liobn[0], TCE_ERR_INVAL);
	BAD(bad.liobn[0] = L1, TCE_ERR_EXISTS);
	BAD(bad.liobn[1] = 0x71000003, TCE_ERR_EXISTS);
	BAD(bad.page_shifts = 1 << 11, TCE_ERR_INVAL);
	BAD(bad.page_shifts = UINT64_C(1) << 35, TCE_ERR_INVAL);
	BAD(bad.win_size = 4095, TCE_ERR_INVAL);
	BAD(bad.win_size = UINT64_C(1) << 44, TCE_ERR_INVAL); /* QEMU: cut to no entries */
	BAD(bad.max_windows = 3, TCE_ERR_INVAL);
	BAD((bad.no_ddw = true, bad.max_windows = 2), TCE_ERR_INVAL);
#undef BAD
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), -TCE_ERR_EXISTS);
	vio.unit = L0;
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), -TCE_ERR_EXISTS);
	vio.unit = UINT64_C(1) << 32;
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), -TCE_ERR_INVAL);
	vio = (struct tce_vio_opts){.unit = 0};
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), -TCE_ERR_INVAL);
	vio = (struct tce_vio_opts){.unit = 9, .size = 100};
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), -TCE_ERR_INVAL);
	assert_int_equal(tce_lpar_vio_remove(lpar, 9), -TCE_ERR_NOENT);
	assert_int_equal(tce_lpar_vio_remove(lpar, 0x71000003), 0);
	assert_int_equal(tce_lpar_vio_remove(lpar, 0x71000003), -TCE_ERR_NOENT);
	tce_lpar_free(lpar);
}

static void windows_are_walked_in_order_of_liobn(void **state)
{
	static const uint64_t expected[] = {0x71000003, L0, L1, 0x80000100, 0x80000101};
	struct tce_lpar *lpar = lpar_new("qemu");
	struct tce_vio_opts vio = {.unit = 0x71000003};
	struct tce_window_info info;
	struct tce_phb_opts phb;
	uint64_t from = 0;
	unsigned i;

	(void)state;
	for (i = 2; i-- > 0;) {
		tce_phb_opts_qemu(&phb, i);
		assert_int_equal(tce_lpar_phb_add(lpar, &phb), 0);
	}
	assert_int_equal(tce_lpar_vio_add(lpar, &vio), 0);
	for (i = 0; tce_lpar_next_window(lpar, from, &info); i++) {
		assert_int_equal(info.liobn, expected[i]);
		assert_int_equal(info.nr_entries == 0, info.liobn == L1 || i == 4);
		assert_int_equal(tce_lpar_table(lpar, info.liobn) == NULL, info.nr_entries == 0);
		from = info.liobn + 1;
	}
	assert_int_equal(i, 5);
	assert_int_equal(tce_lpar_window(lpar, 0x80000002, &info), -TCE_ERR_NOENT);
	assert_null(tce_lpar_table(lpar, 0x80000002));
	tce_lpar_free(lpar);
}

static void many_bridges_come_and_go(void **state)
{
	struct tce_lpar *lpar = lpar_new("qemu");
	struct tce_window_info info;
	struct tce_phb_opts phb;
	unsigned i;

	(void)state;
	for (i = 0; i < 300; i++) {
		tce_phb_opts_qemu(&phb, i);
		assert_int_equal(tce_lpar_phb_add(lpar, &phb), 0);
		if (i % 3 == 2)
			assert_int_equal(tce_lpar_phb_remove(lpar, BUID + i - 1), 0);
	}
	for (i = 0; i < 300; i++) {
		uint64_t liobn = L0 | (uint64_t)i << 8;

		assert_int_equal(tce_lpar_window(lpar, liobn, &info),
				 i % 3 == 1 ? -TCE_ERR_NOENT : 0);
		assert_int_equal(tce_lpar_window(lpar, liobn + 1, &info),
				 i % 3 == 1 ? -TCE_ERR_NOENT : 0);
	}
	tce_lpar_free(lpar);
}

/* What an embedder was told. */
struct told {
	unsigned nr_windows;
	struct tce_window_info window; /* the last one */
	unsigned nr_tces;
	uint64_t liobn;
	uint64_t index;
	uint64_t count;
};

static void hear_window(void *ctx, const struct tce_window_info *info)
{
	struct told *told = ctx;

	told->nr_windows++;
	told->window = *info;
}

static void hear_tces(void *ctx, uint64_t liobn, uint64_t index, uint64_t count)
{
	struct told *told = ctx;

	told->nr_tces++;
	told->liobn = liobn;
	told->index = index;
	told->count = count;
}

static void last_told(const struct told *told, unsigned nr, uint64_t liobn, uint64_t index,
		      uint64_t count)
{
	assert_int_equal(told->nr_tces, nr);
	assert_int_equal(told->liobn, liobn);
	assert_int_equal(told->index, index);
	assert_int_equal(told->count, count);
}

static void the_embedder_is_told_of_windows_and_entries(void **state)
{
	struct told told = {.nr_windows = 0};
	struct tce_lpar_notify notify = {&told, hear_window, hear_tces};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	tce_lpar_rebind(g.lpar, &(struct tce_memory){&g.ram, NULL, NULL, NULL}, &notify);
	h_put(&g, L0, 0x5000, 3);
	last_told(&told, 1, L0, 5, 1);
	h_put(&g, L0, 0x7000, 3); /* a place beside one in use, which is the quick way */
	last_told(&told, 2, L0, 7, 1);
	h_put(&g, L0, 0x40000000, 3);
	assert_int_equal(told.nr_tces, 2);
	h_stuff(&g, L0, 0x3fffc000, 3, 8);
	last_told(&told, 3, L0, 0x3fffc, 4);
	h_stuff(&g, L0, 0, 0, 0);
	assert_int_equal(told.nr_tces, 3);
	tce_lpar_rebind(g.lpar, &(struct tce_memory){.ctx = NULL}, &notify);
	assert_int_equal(told.nr_windows, 0);
	papr_guest_plug(&g, 1);
	assert_int_equal(told.nr_windows, 1);
	assert_int_equal(told.window.liobn, 0x80000100);
	assert_int_equal(told.window.nr_entries, 0x40000);
	assert_int_equal(tce_lpar_phb_remove(g.lpar, BUID + 1), 0);
	assert_int_equal(told.nr_windows, 2);
	assert_int_equal(told.window.nr_entries, 0);
	assert_int_equal(tce_lpar_system_reset(g.lpar), 0);
	assert_int_equal(told.nr_windows, 4); /* the default window went and came */
	assert_true(told.window.is_default);
	papr_guest_plug_vio(&g, 0x71000003);
	assert_int_equal(tce_lpar_system_reset(g.lpar), 0);
	last_told(&told, 4, 0x71000003, 0, 0x10000);
	papr_guest_close(&g); /* and of nothing while it is freed */
	assert_int_equal(told.nr_windows, 7);
}

static void equality_and_hash_see_every_difference(void **state)
{
	unsigned way;

	(void)state;
	for (way = 0; way < 8; way++) {
		struct papr_guest a;
		struct papr_guest b;
		const uint32_t on[2] = {0x71000003, 1};

		papr_guest_open(&a, "qemu", TCE_STORAGE_LAZY, NULL);
		papr_guest_open(&b, "qemu-7.2", TCE_STORAGE_COMPACT, NULL);
		papr_guest_plug_vio(&a, 0x71000003);
		papr_guest_plug_vio(&b, 0x71000003);
		assert_true(tce_lpar_equal(a.lpar, b.lpar));
		assert_int_equal(tce_lpar_hash(a.lpar), tce_lpar_hash(b.lpar));
		switch (way) {
		case 0: h_put(&a, L0, 0x5000, 4); break;
		case 1: ddw_create(&a, BUID, 16, 31); break;
		case 2: ddw_remove(&a, L0); break;
		case 3: ddw_create(&a, BUID, 16, 48); break; /* spoiled */
		case 4: rtas(&a, 0x2010, 2, 1, on); break;
		case 5: papr_guest_plug(&a, 1); break;
		case 6: papr_guest_plug(&b, 1); break;
		default: ddw_remove(&a, 0x71000003); break; /* dead */
		}
		assert_false(tce_lpar_equal(a.lpar, b.lpar));
		assert_false(tce_lpar_equal(b.lpar, a.lpar));
		assert_int_not_equal(tce_lpar_hash(a.lpar), tce_lpar_hash(b.lpar));
		papr_guest_close(&a);
		papr_guest_close(&b);
	}
}

static struct tce_lpar *plugged(const struct tce_phb_opts *opts)
{
	struct tce_lpar *lpar = lpar_new("qemu");

	assert_int_equal(tce_lpar_phb_add(lpar, opts), 0);
	return lpar;
}

static void equality_sees_every_option_of_a_bridge(void **state)
{
	struct tce_phb_opts usual;
	struct tce_phb_opts other;
	struct tce_lpar *a;
	struct tce_lpar *b;

	(void)state;
	tce_phb_opts_qemu(&usual, 0);
	a = plugged(&usual);
#define OTHER(change)                                                                              \
	do {                                                                                       \
		other = usual;                                                                     \
		change;                                                                            \
		b = plugged(&other);                                                               \
		assert_false(tce_lpar_equal(a, b));                                                \
		assert_int_not_equal(tce_lpar_hash(a), tce_lpar_hash(b));                          \
		tce_lpar_free(b);                                                                  \
	} while (0)
	OTHER(other.buid++);
	OTHER(other.liobn[0] = 7);
	OTHER(other.liobn[1] = 7);
	OTHER(other.page_shifts = 0x1000);
	OTHER(other.win_addr = 0x1000);
	OTHER(other.win_size = 0x1000);
	OTHER(other.dyn_win_addr = 0x1000);
	OTHER(other.largest_block = 7);
	OTHER(other.no_ddw = true);
	OTHER(other.no_extensions = true);
	OTHER(other.no_default_window = true);
	OTHER(other.dyn_liobn_first = true);
	OTHER(other.max_windows = 1);
#undef OTHER
	tce_lpar_free(a);
}

static void a_window_in_the_place_of_the_default_one_is_the_default_one_to_qemu(void **state)
{
	struct papr_guest a;
	struct papr_guest b;

	(void)state;
	papr_guest_open(&a, "qemu", TCE_STORAGE_LAZY, NULL);
	papr_guest_open(&b, "qemu", TCE_STORAGE_LAZY, NULL);
	ddw_remove(&a, L0);
	ddw_create(&a, BUID, 12, 30); /* at 0, as large as the default window, with its flag */
	assert_true(window_of(&a, L0).is_default);
	assert_true(tce_lpar_equal(a.lpar, b.lpar));
	papr_guest_close(&a);
	papr_guest_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_found_by_name_and_number),
		cmocka_unit_test(every_refusal_and_abort_has_words),
		cmocka_unit_test(nonsense_in_options_is_refused),
		cmocka_unit_test(buses_are_checked_before_they_are_plugged),
		cmocka_unit_test(windows_are_walked_in_order_of_liobn),
		cmocka_unit_test(many_bridges_come_and_go),
		cmocka_unit_test(the_embedder_is_told_of_windows_and_entries),
		cmocka_unit_test(equality_and_hash_see_every_difference),
		cmocka_unit_test(equality_sees_every_option_of_a_bridge),
		cmocka_unit_test(
			a_window_in_the_place_of_the_default_one_is_the_default_one_to_qemu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
