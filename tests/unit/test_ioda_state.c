/* SPDX-License-Identifier: BSD-2-Clause */
/* Models and profiles by name, registers, requester IDs, and a bridge's life in an arena. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ioda/ioda.h"
#include "ioda_rig.h"
#include "prng.h"
#include "testing.h"

#define SET_PE TCE_OPAL_PCI_SET_PE
#define MAP    TCE_OPAL_PCI_MAP_PE_DMA_WINDOW

static void models_have_the_numbers_of_their_device_trees(void **state)
{
	static const struct {
		const char *name;
		unsigned nr_pes, reserved, nr_tves;
		uint64_t shifts;
	} rows[] = {
		{"phb3", 0x100, 0xff, 512, 0x11011000}, /* powernv8-skiboot.dtb, state-*.txt */
		{"phb4", 0x200, 0x1ff, 1024, 0x40211000},
		{"phb4-small", 0x100, 0xff, 512, 0x40211000},
		{"phb5", 0x200, 0x1ff, 1024, 0x40211000},
		{"phb5-small", 0x100, 0xff, 512, 0x40211000},
		{"p7ioc", 128, 127, 128, UINT64_C(0x401011000)},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < 6; i++) {
		const struct tce_ioda_model *model = tce_ioda_model_find(rows[i].name);

		assert_non_null(model);
		assert_int_equal(model->nr_pes, rows[i].nr_pes);
		assert_int_equal(model->reserved_pe, rows[i].reserved);
		assert_int_equal(model->nr_tves, rows[i].nr_tves);
		assert_int_equal(model->page_shifts, rows[i].shifts);
		assert_int_equal(model->mmio32_start, 0x80000000);
		assert_true(strlen(model->source) > 5);
	}
	assert_non_null(tce_ioda_model_at(5));
	assert_null(tce_ioda_model_at(6));
	assert_null(tce_ioda_model_find("phb6"));
	assert_ptr_equal(tce_ioda_model(TCE_IODA_PHB4, true), tce_ioda_model_find("phb4"));
	assert_ptr_equal(tce_ioda_model(TCE_IODA_PHB5, false), tce_ioda_model_find("phb5-small"));
	assert_ptr_equal(tce_ioda_model(TCE_IODA_PHB3, true), tce_ioda_model_find("phb3"));
	assert_ptr_equal(tce_ioda_model(TCE_IODA_P7IOC, false), tce_ioda_model_find("p7ioc"));
	assert_null(tce_ioda_model(TCE_NR_IODA_GENERATIONS, false));
}

static void profiles_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(tce_ioda_profile_find("hardware")->name, "hardware");
	assert_ptr_equal(tce_ioda_profile_at(1), tce_ioda_profile_find("qemu-pnv"));
	assert_null(tce_ioda_profile_at(2));
	assert_null(tce_ioda_profile_find("qemu"));
	assert_ptr_equal(tce_opal_profile_at(0), tce_opal_profile_find("skiboot-7.0"));
	assert_non_null(tce_opal_profile_find("opal-documented"));
	assert_null(tce_opal_profile_at(3));
	assert_null(tce_opal_profile_find(""));
}

static void bad_options_make_no_bridge(void **state)
{
	struct tce_ioda_opts good;
	struct tce_ioda_opts opts;
	struct tce_ioda *ioda = NULL;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &good);
	ioda_rig_init(&rig, NULL);
#define REFUSED(err, ...)                                                                          \
	do {                                                                                       \
		opts = good;                                                                       \
		opts.tables = TCE_IODA_TABLES_MEMORY;                                              \
		__VA_ARGS__;                                                                       \
		assert_int_equal(tce_ioda_new(&opts, &ioda), -(err));                              \
	} while (0)
	REFUSED(TCE_ERR_INVAL, opts.model = NULL);
	REFUSED(TCE_ERR_INVAL, opts.profile = NULL);
	REFUSED(TCE_ERR_INVAL, opts.memory = NULL);
	REFUSED(TCE_ERR_INVAL, opts.rtt.v = 0x10000);
	REFUSED(TCE_ERR_INVAL, opts.peltv.v = 0x800);
	REFUSED(TCE_ERR_INVAL, opts.nr_tces = 3);
	REFUSED(TCE_ERR_INVAL, opts.nr_tces = 2);
	REFUSED(TCE_ERR_INVAL, opts.nr_tces = 131072);
	REFUSED(TCE_ERR_IO, opts.rtt.v = RIG_RAM);
	REFUSED(TCE_ERR_IO, opts.pest.v = RIG_RAM);
	REFUSED(TCE_ERR_IO, opts.peltv.v = RIG_RAM);
#undef REFUSED
	assert_null(ioda);
	tce_ioda_free(NULL);
	ioda_rig_fini(&rig);
}

static void a_bridge_without_memory_works_but_every_walk_faults(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.memory = NULL;
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, SET_PE, 1, 0x100, 7, 1, 1, 1);
	RIG_OPAL(&rig, MAP, 1, 2, 1, 0, 0x1000, 0x1000);
	assert_int_equal(ioda_rig_dma(&rig, 0x100, 0, TCE_READ).fault, TCE_IODA_FAULT_ENTRY_READ);
	assert_int_equal(tce_ioda_phb_id(rig.ioda), RIG_PHB);
	ioda_rig_fini(&rig);
}

static uint64_t reg(struct ioda_rig *rig, uint32_t offset)
{
	uint64_t value = 77;

	assert_int_equal(tce_ioda_reg_read(rig->ioda, offset, &value), 0);
	return value;
}

/* [M] powernv8, 9 and 10 after boot. */
static void registers_start_as_skiboot_leaves_them(void **state)
{
	static const struct {
		const char *model;
		uint64_t config, control, kill;
	} rows[] = {
		{"phb4", UINT64_C(0x82000000000000), UINT64_C(0x10040000000000), 0},
		{"phb5", UINT64_C(0x82000000000000), UINT64_C(0x78040000000000), 0},
		{"phb3", UINT64_C(0x82800000000000), 0, UINT64_C(0x8000000000000000)},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct tce_ioda_opts opts;
		struct ioda_rig rig;
		uint64_t value;

		ioda_rig_opts(&rig, rows[i].model, "qemu-pnv", &opts);
		opts.tables = TCE_IODA_TABLES_MEMORY;
		ioda_rig_init(&rig, &opts);
		assert_int_equal(reg(&rig, TCE_IODA_REG_CONFIG), rows[i].config);
		if (rows[i].control != 0)
			assert_int_equal(reg(&rig, TCE_IODA_REG_CONTROL), rows[i].control);
		else
			assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_CONTROL, &value),
					 -TCE_ERR_UNSUPPORTED);
		assert_int_equal(reg(&rig, TCE_IODA_REG_TCE_KILL), rows[i].kill);
		assert_int_equal(reg(&rig, TCE_IODA_REG_RTC_INVALIDATE), UINT64_C(1) << 63);
		assert_int_equal(reg(&rig, TCE_IODA_REG_RTT_BAR), UINT64_C(1) << 63 | RIG_RTT);
		assert_int_equal(reg(&rig, TCE_IODA_REG_PELTV_BAR), UINT64_C(1) << 63 | RIG_PELTV);
		assert_int_equal(reg(&rig, TCE_IODA_REG_PEST_BAR), UINT64_C(1) << 63 | RIG_PEST);
		ioda_rig_fini(&rig);
	}
}

static void select_word(struct ioda_rig *rig, unsigned table, uint64_t index, bool increment)
{
	ioda_rig_write_reg(rig, TCE_IODA_REG_IODA_ADDR,
			   (uint64_t)increment << 63 | (uint64_t)table << 48 | index);
}

/* [M] wrapping and auto-increment, powernv8 and powernv9. */
static void ioda_tables_wrap_and_count_up(void **state)
{
	static const struct {
		const char *model;
		unsigned table;
		uint64_t after;
	} rows[] = {
		{"phb4", 9, UINT64_C(0x8009000000000000)},
		{"phb4", 7, UINT64_C(0x8007000000000000)},
		{"phb4", 20, UINT64_C(0x8014000000000000)},
		{"phb3", 9, UINT64_C(0x8009000000000200)}, /* nine bits of index */
		{"phb3", 20, UINT64_C(0x8014000000000200)},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < 5; i++) {
		struct ioda_rig rig;

		ioda_rig_start(&rig, rows[i].model, "qemu-pnv");
		select_word(&rig, rows[i].table, 0x3ff, true);
		reg(&rig, TCE_IODA_REG_IODA_DATA0);
		assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_ADDR), rows[i].after);
		ioda_rig_fini(&rig);
	}
}

static void tables_hold_what_is_written(void **state)
{
	struct ioda_rig rig;
	unsigned i;

	(void)state;
	ioda_rig_start(&rig, "phb4", "qemu-pnv");
	select_word(&rig, 9, 5, true);
	for (i = 0; i < 3; i++)
		ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 100 + i);
	select_word(&rig, 9, 5 + 1024, true); /* bits above the field do not count */
	for (i = 0; i < 3; i++)
		assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), 100 + i);
	select_word(&rig, 7, 3, false);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, UINT64_MAX);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), UINT64_C(1) << 63); /* [M] */
	select_word(&rig, 20, 3, false);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 0x1234);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), 0x1234);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_MAX);
	assert_int_equal(reg(&rig, TCE_IODA_REG_TCE_KILL), UINT64_MAX >> 3); /* [M] */
	ioda_rig_fini(&rig);
	ioda_rig_start(&rig, "phb3", "qemu-pnv");
	select_word(&rig, 7, 3, false);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, UINT64_MAX);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), 0); /* [M] no PEST there */
	ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_MAX);
	assert_int_equal(reg(&rig, TCE_IODA_REG_TCE_KILL), UINT64_MAX); /* [M] */
	ioda_rig_fini(&rig);
}

static void peev_follows_the_pest_on_hardware(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	select_word(&rig, 7, 65, false);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, UINT64_C(1) << 63);
	select_word(&rig, 20, 1, false);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), UINT64_C(1) << 62);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 0); /* cannot be written */
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), UINT64_C(1) << 62);
	select_word(&rig, 7, 65, false);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 0);
	select_word(&rig, 20, 1, false);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), 0);
	ioda_rig_fini(&rig);
}

static void what_is_not_modelled_is_said_and_changes_nothing(void **state)
{
	static const unsigned tables[] = {0, 1, 2, 3, 5, 6, 10, 11, 16, 17, 31};
	struct ioda_rig rig;
	uint64_t value = 77;
	uint64_t hash;
	unsigned i;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	assert_int_equal(tce_ioda_reg_read(rig.ioda, 0x800, &value), -TCE_ERR_UNSUPPORTED);
	assert_int_equal(tce_ioda_reg_write(rig.ioda, 0x164, 1), -TCE_ERR_UNSUPPORTED);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		select_word(&rig, tables[i], 1, true);
		hash = tce_ioda_hash(rig.ioda);
		assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_IODA_DATA0, &value),
				 -TCE_ERR_UNSUPPORTED);
		assert_int_equal(tce_ioda_reg_write(rig.ioda, TCE_IODA_REG_IODA_DATA0, 1),
				 -TCE_ERR_UNSUPPORTED);
		assert_int_equal(tce_ioda_hash(rig.ioda), hash);
	}
	select_word(&rig, 9, 1, true);
	assert_int_equal(tce_ioda_reg_read(rig.ioda, TCE_IODA_REG_IODA_DATA1, &value),
			 -TCE_ERR_UNSUPPORTED);
	assert_int_equal(value, 77);
	ioda_rig_fini(&rig);
}

static void p7ioc_has_a_second_data_register(void **state)
{
	struct ioda_rig rig;
	uint64_t word[2];

	(void)state;
	ioda_rig_start(&rig, "p7ioc", "hardware");
	select_word(&rig, 9, 3, true);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA1, 0x22);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 0x11);
	tce_ioda_tve(rig.ioda, 3, word);
	assert_int_equal(word[0], 0x11);
	assert_int_equal(word[1], 0x22);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_ADDR), UINT64_C(0x8009000000000004));
	select_word(&rig, 7, 9, false); /* the whole PEST is in the chip */
	ioda_rig_write_reg(&rig, TCE_IODA_REG_IODA_DATA0, 0x1234);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), 0x1234);
	ioda_rig_fini(&rig);
}

static void a_fenced_bridge_reads_as_ones_and_takes_nothing(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "phb4", "hardware");
	tce_ioda_set_health(rig.ioda, TCE_IODA_FENCED);
	assert_int_equal(reg(&rig, TCE_IODA_REG_CONFIG), UINT64_MAX);
	assert_int_equal(reg(&rig, TCE_IODA_REG_IODA_DATA0), UINT64_MAX);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_CONFIG, 0);
	tce_ioda_set_health(rig.ioda, TCE_IODA_ALIVE);
	assert_int_equal(reg(&rig, TCE_IODA_REG_CONFIG), UINT64_C(0x82000000000000));
	ioda_rig_fini(&rig);
}

/* SET_PE by its words: RIDs that agree with bdfn in all that is compared. */
static bool named(unsigned rid, unsigned bdfn, unsigned bus, unsigned dev, unsigned func)
{
	unsigned bits = bus == 0 ? 0 : bus + 1;

	return (rid >> 8) >> (8 - bits) == (bdfn >> 8) >> (8 - bits) &&
	       (dev == 0 || (rid >> 3 & 31) == (bdfn >> 3 & 31)) &&
	       (func == 0 || (rid & 7) == (bdfn & 7));
}

static void set_pe_names_the_rids_that_its_words_say(void **state)
{
	struct prng rng = prng_seeded(3);
	struct tce_ioda_opts opts;
	struct ioda_rig inside;
	struct ioda_rig memory;
	uint16_t *twin = malloc(65536 * sizeof(*twin));
	unsigned rid, pe;
	unsigned i;

	(void)state;
	assert_non_null(twin);
	ioda_rig_start(&inside, "phb4", "hardware");
	ioda_rig_opts(&memory, "phb4", "hardware", &opts);
	opts.tables = TCE_IODA_TABLES_MEMORY;
	ioda_rig_init(&memory, &opts);
	for (rid = 0; rid < 65536; rid++)
		twin[rid] = 511;
	for (i = 0; i < 64; i++) {
		uint64_t bus = i % 8 == 1 ? 7 : prng_below(&rng, 8);
		uint64_t args[6] = {prng_below(&rng, 511),
				    prng_below(&rng, 65536),
				    bus,
				    i / 8 % 2,
				    i / 16 % 2,
				    prng_one_in(&rng, 5) ? 0 : 1};

		assert_int_equal(ioda_rig_opal(&inside, SET_PE, args), 0);
		assert_int_equal(ioda_rig_opal(&memory, SET_PE, args), 0);
		for (rid = 0; rid < 65536; rid++) {
			if (named(rid, (unsigned)args[1], (unsigned)args[2], (unsigned)args[3],
				  (unsigned)args[4]))
				twin[rid] = args[5] == 0 ? 511 : (uint16_t)args[0];
			assert_int_equal(tce_ioda_pe(inside.ioda, (uint16_t)rid, &pe), 0);
			assert_int_equal(pe, twin[rid]);
			assert_int_equal(tce_be16_load(memory.ram + RIG_RTT + 2 * rid), twin[rid]);
		}
	}
	ioda_rig_fini(&inside);
	ioda_rig_fini(&memory);
	free(twin);
}

static void peltv_in_memory_has_the_layout_of_the_book(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.tables = TCE_IODA_TABLES_MEMORY;
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 3, 17, 1);
	assert_int_equal(rig.ram[RIG_PELTV + 3 * 64 + 17 / 8], 0x80 >> 1);
	RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 3, 16, 1);
	RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 3, 17, 0);
	assert_int_equal(rig.ram[RIG_PELTV + 3 * 64 + 17 / 8], 0x80);
	assert_true(tce_ioda_linked(rig.ioda, 3, 16));
	assert_false(tce_ioda_linked(rig.ioda, 3, 17));
	assert_false(tce_ioda_linked(rig.ioda, 3, 512));
	assert_false(tce_ioda_linked(rig.ioda, 512, 3));
	ioda_rig_fini(&rig);
}

/* The bridge that a block of memory holds, and the memory it must be told of. */
#define ARENA_SIZE 16384

static void a_bridge_in_an_arena_is_cloned_by_copying_bytes(void **state)
{
	_Alignas(16) static unsigned char block[2][ARENA_SIZE];
	struct tce_arena *arena = tce_arena_init(block[0], ARENA_SIZE);
	struct tce_arena *copy = tce_arena_init(block[1], ARENA_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_ioda_opts opts;
	struct ioda_rig a;
	struct ioda_rig b;

	(void)state;
	ioda_rig_opts(&a, "phb4", "hardware", &opts);
	opts.alloc = &alloc;
	ioda_rig_init(&a, &opts);
	ioda_rig_opts(&b, "phb4", "hardware", &opts);
	ioda_rig_init(&b, NULL);
	RIG_OPAL(&a, SET_PE, 1, 0x100, 7, 1, 1, 1);
	RIG_OPAL(&a, MAP, 1, 2, 1, RIG_TABLES, 0x1000, 0x1000);
	ioda_rig_store(&a, RIG_TABLES, RIG_DATA | 3);
	ioda_rig_store(&b, RIG_TABLES, RIG_DATA | 3);
	ioda_rig_dma(&a, 0x100, 0, TCE_READ);
	tce_arena_copy(copy, arena);
	b.ioda = (struct tce_ioda *)(block[1] + ((unsigned char *)a.ioda - block[0]));
	tce_ioda_rebind(b.ioda, &b.memory);
	assert_true(tce_ioda_equal(a.ioda, b.ioda));
	assert_int_equal(tce_ioda_hash(a.ioda), tce_ioda_hash(b.ioda));
	/* Each goes its own way, with its own memory. */
	RIG_OPAL(&b, SET_PE, 2, 0x100, 7, 1, 1, 1);
	RIG_OPAL(&b, MAP, 2, 4, 1, RIG_TABLES, 0x1000, 0x1000);
	ioda_rig_store(&b, RIG_TABLES, (RIG_DATA + 0x5000) | 3);
	assert_false(tce_ioda_equal(a.ioda, b.ioda));
	assert_int_equal(ioda_rig_dma(&a, 0x100, 0, TCE_READ).ra.v, RIG_DATA);
	assert_int_equal(ioda_rig_dma(&b, 0x100, 0, TCE_READ).ra.v, RIG_DATA + 0x5000);
	free(a.ram);
	free(b.ram);
}

static void a_bridge_with_few_windows_is_small(void **state)
{
	_Alignas(16) static unsigned char block[ARENA_SIZE];
	struct tce_arena *arena = tce_arena_init(block, ARENA_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	size_t empty;
	size_t used;

	(void)state;
	empty = arena->used;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.alloc = &alloc;
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, SET_PE, 1, 0x100, 7, 0, 0, 1);
	RIG_OPAL(&rig, MAP, 1, 2, 1, RIG_TABLES, 0x1000, 0x1000);
	RIG_OPAL(&rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, 1, 3, UINT64_C(1) << 59,
		 UINT64_C(1) << 32);
	ioda_rig_store(&rig, RIG_TABLES, RIG_DATA | 3);
	ioda_rig_dma(&rig, 0x100, 0, TCE_READ);
	used = arena->used - empty;
	print_message("%zu bytes\n", used);
	assert_in_range(used, 1, 1024);
	free(rig.ram);
}

static void hash_and_equality_follow_the_state(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig a;
	struct ioda_rig b;

	(void)state;
	ioda_rig_start(&a, "phb4", "hardware");
	ioda_rig_opts(&b, "phb4", "hardware", &opts);
	ioda_rig_init(&b, &opts);
	/* The same windows in another order, with a detour. */
	RIG_OPAL(&a, MAP, 1, 2, 1, RIG_TABLES, 0x1000, 0x1000);
	RIG_OPAL(&a, MAP, 2, 4, 1, RIG_TABLES, 0x2000, 0x1000);
	RIG_OPAL(&a, SET_PE, 1, 0x100, 7, 0, 0, 1);
	RIG_OPAL(&b, SET_PE, 5, 0x108, 7, 1, 0, 1);
	RIG_OPAL(&b, SET_PE, 1, 0x100, 7, 0, 0, 1);
	RIG_OPAL(&b, MAP, 9, 18, 1, RIG_TABLES, 0x1000, 0x1000);
	RIG_OPAL(&b, MAP, 2, 4, 1, RIG_TABLES, 0x2000, 0x1000);
	RIG_OPAL(&b, MAP, 1, 2, 1, RIG_TABLES, 0x1000, 0x1000);
	assert_false(tce_ioda_equal(a.ioda, b.ioda));
	assert_int_not_equal(tce_ioda_hash(a.ioda), tce_ioda_hash(b.ioda));
	RIG_OPAL(&b, MAP, 9, 18, 1, 0, 0, 0);
	assert_true(tce_ioda_equal(a.ioda, b.ioda));
	assert_int_equal(tce_ioda_hash(a.ioda), tce_ioda_hash(b.ioda));
	RIG_OPAL(&b, SET_PE, 4, 0x308, 7, 1, 1, 1);
	assert_false(tce_ioda_equal(a.ioda, b.ioda));
	RIG_OPAL(&b, SET_PE, 4, 0x308, 7, 1, 1, 0);
	assert_true(tce_ioda_equal(a.ioda, b.ioda));
	tce_ioda_set_errata(a.ioda, TCE_IODA_ERRATUM_LOST_PAGE_KILL);
	assert_false(tce_ioda_equal(a.ioda, b.ioda));
	ioda_rig_fini(&a);
	ioda_rig_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_have_the_numbers_of_their_device_trees),
		cmocka_unit_test(profiles_are_found_by_name),
		cmocka_unit_test(bad_options_make_no_bridge),
		cmocka_unit_test(a_bridge_without_memory_works_but_every_walk_faults),
		cmocka_unit_test(registers_start_as_skiboot_leaves_them),
		cmocka_unit_test(ioda_tables_wrap_and_count_up),
		cmocka_unit_test(tables_hold_what_is_written),
		cmocka_unit_test(peev_follows_the_pest_on_hardware),
		cmocka_unit_test(what_is_not_modelled_is_said_and_changes_nothing),
		cmocka_unit_test(p7ioc_has_a_second_data_register),
		cmocka_unit_test(a_fenced_bridge_reads_as_ones_and_takes_nothing),
		cmocka_unit_test(set_pe_names_the_rids_that_its_words_say),
		cmocka_unit_test(peltv_in_memory_has_the_layout_of_the_book),
		cmocka_unit_test(a_bridge_in_an_arena_is_cloned_by_copying_bytes),
		cmocka_unit_test(a_bridge_with_few_windows_is_small),
		cmocka_unit_test(hash_and_equality_follow_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
