/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/dma.h: lines of DMA API recordings and their consoles, well-formed and not. */
#include <stdio.h>
#include <string.h>

#include <tce/dma.h>

#include "prng.h"
#include "testing.h"

static struct tce_dma_reader reader;
static struct tce_dma_record record;

static enum tce_dma_next read_line(const char *line)
{
	tce_dma_reader_init(&reader, line, strlen(line));
	return tce_dma_reader_next(&reader, &record);
}

static void is_record(const char *line, enum tce_dma_line kind)
{
	assert_int_equal(read_line(line), TCE_DMA_NEXT_RECORD);
	assert_int_equal(record.kind, kind);
	assert_int_equal(record.line, 1);
	assert_int_equal(tce_dma_reader_next(&reader, &record), TCE_DMA_NEXT_END);
}

static void is_damaged(const char *line, const char *complaint)
{
	assert_int_equal(read_line(line), TCE_DMA_NEXT_DAMAGED);
	assert_string_equal(reader.lines.complaint, complaint);
	assert_int_equal(reader.lines.damaged, 1);
	assert_int_equal(tce_dma_reader_next(&reader, &record), TCE_DMA_NEXT_END);
}

static void the_lines_at_a_runs_start_are_read(void **state)
{
	(void)state;
	is_record("dmarand version=3 run=2 seed=141 nops=2000 prng=xorshift64star\n",
		  TCE_DMA_LINE_RUN);
	assert_int_equal(record.u.run.run, 2);
	assert_int_equal(record.u.run.nr_ops, 2000);
	is_record("params smask=64 cmask=28 order=1 maxseg=8192 boundary=3fffff ws=40 dbl=0 wild=0 "
		  "cpus=1 rdtce=1 cohmax=64 maxlive=12000",
		  TCE_DMA_LINE_PARAMS);
	assert_int_equal(record.u.params.coherent_bits, 28);
	assert_true(record.u.params.coherent_first);
	assert_int_equal(record.u.params.boundary, 0x3fffff);
	assert_true(record.u.params.read_tces);
	is_record("host page_size=10000 page_offset=c000000000000000 online_cpus=4",
		  TCE_DMA_LINE_HOST);
	assert_int_equal(record.u.host.page_size, 0x10000);
	is_record("block i=7 phys=8000000 size=400000", TCE_DMA_LINE_BLOCK);
	assert_int_equal(record.u.block.phys, 0x8000000);
}

static void a_device_line_has_its_flag_since_version_3(void **state)
{
	(void)state;
	is_record("dev name=0000:00:00.0 set_mask=0 set_coherent_mask=-5 dma_mask=ffffffffffffffff "
		  "coherent_mask=ffffffff seg_boundary=ffffffff max_seg=10000 "
		  "dma_offset=800000000000000 bus_dma_limit=800000100000000 bypass=1\r\n",
		  TCE_DMA_LINE_DEV);
	assert_int_equal(record.u.dev.set_coherent_mask, -5);
	assert_int_equal(record.u.dev.bus_dma_limit, UINT64_C(0x800000100000000));
	assert_true(record.u.dev.has_bypass);
	assert_true(record.u.dev.bypass);
	is_record("dev name=x set_mask=0 set_coherent_mask=0 dma_mask=f coherent_mask=f "
		  "seg_boundary=f max_seg=1 dma_offset=0 bus_dma_limit=0",
		  TCE_DMA_LINE_DEV);
	assert_false(record.u.dev.has_bypass);
}

static void a_table_line_has_its_pools_and_the_large_one(void **state)
{
	(void)state;
	is_record("table index=400fd size=10000 offset=0 shift=16 blocksize=16 reserved=8000-10000 "
		  "levels=1 nr_pools=2 poolsize=3000 pools=0-3000:d70,3000-6000:3000,"
		  "large=c000-10000:c001",
		  TCE_DMA_LINE_TABLE);
	assert_int_equal(record.u.table.page_shift, 16);
	assert_int_equal(record.u.table.reserved_end, 0x10000);
	assert_int_equal(record.u.table.hints.nr, 3);
	assert_int_equal(record.u.table.hints.hint[0], 0xd70);
	assert_int_equal(record.u.table.pool_start[2], 0xc000);
	assert_int_equal(record.u.table.hints.hint[2], 0xc001);
	is_record("table none", TCE_DMA_LINE_TABLE);
	assert_true(record.u.table.none);
}

static void calls_are_read_with_answers_tces_and_hints(void **state)
{
	uint64_t v[3];

	(void)state;
	is_record("op=single n=12 cpu=3 phys=9bb7000 off=0 size=10c98 dir=2 -> 3000000 t=9bb7003,"
		  "9bc7003 h=0,3011",
		  TCE_DMA_LINE_OP);
	assert_int_equal(record.u.call.op, TCE_DMA_OP_SINGLE);
	assert_int_equal(record.u.call.cpu, 3);
	assert_int_equal(record.u.call.bus, 0x3000000);
	assert_int_equal(record.u.call.tce[1], 0x9bc7003);
	assert_int_equal(record.u.call.hints.hint[1], 0x3011);
	is_record("op=page n=1 cpu=0 phys=0 off=0 size=0 dir=0 -> fail h=1,2,3,4,5",
		  TCE_DMA_LINE_OP);
	assert_true(record.u.call.failed);
	assert_int_equal(record.u.call.hints.nr, 5);
	is_record("op=coherent n=2 cpu=0 size=2383 -> 4000 phys=79b8000", TCE_DMA_LINE_OP);
	assert_int_equal(record.u.call.phys, 0x79b8000);
	assert_int_equal(record.u.call.hints.nr, 0);
	is_record("op=sg n=3 cpu=0 nents=2 dir=1 in=9c000:64:5,7d000:0:0 -> 1 out=d064:5 h=1,2",
		  TCE_DMA_LINE_OP);
	assert_int_equal(record.u.call.in.count, 2);
	assert_true(tce_dma_list_next(&record.u.call.in, v));
	assert_int_equal(v[1], 0x64);
	assert_true(tce_dma_list_next(&record.u.call.in, v));
	assert_int_equal(v[0], 0x7d000);
	assert_false(tce_dma_list_next(&record.u.call.in, v));
	is_record("op=unmap n=4 cpu=0 of=3 type=sg", TCE_DMA_LINE_OP);
	assert_int_equal(record.u.call.of_op, TCE_DMA_OP_SG);
	is_record("op=unmap n=4 cpu=0 of=3 type=coherent again=1 h=1,2", TCE_DMA_LINE_OP);
	assert_true(record.u.call.again);
	is_record("op=wild n=5 cpu=0 dma=ffffffff000 size=12 h=1,2", TCE_DMA_LINE_OP);
	assert_int_equal(record.u.call.bus, UINT64_C(0xffffffff000));
}

static void the_lines_about_a_whole_table_are_read(void **state)
{
	uint64_t v[3];

	(void)state;
	is_record("bitmap at=end r=0-1,2f-4000", TCE_DMA_LINE_BITMAP);
	assert_false(record.u.bitmap.at_start);
	assert_int_equal(record.u.bitmap.ranges.count, 2);
	tce_dma_list_next(&record.u.bitmap.ranges, v);
	tce_dma_list_next(&record.u.bitmap.ranges, v);
	assert_int_equal(v[1], 0x4000);
	is_record("bitmap at=start r=", TCE_DMA_LINE_BITMAP);
	assert_int_equal(record.u.bitmap.ranges.count, 0);
	is_record("state n=64 at=tick set=5 fnv=da2a54478fa6a324 live=3 used=4 fails=0 h=1,2",
		  TCE_DMA_LINE_STATE);
	assert_int_equal(record.u.state.fnv, UINT64_C(0xda2a54478fa6a324));
	is_record("phase n=0 name=grow", TCE_DMA_LINE_PHASE);
	is_record("warning log full, 7 still mapped", TCE_DMA_LINE_WARNING);
	is_record("end ops=7 fails=1 lost=0", TCE_DMA_LINE_END);
}

static void damaged_lines_say_what_is_wrong(void **state)
{
	(void)state;
	is_damaged("op=single n=1 cpu=0 phys=zz off=0", "has no number at phys=");
	is_damaged("op=single n=1 cqu=0", "lacks cpu=");
	is_damaged("op=double n=1 cpu=0", "has something impossible at =");
	is_damaged("op=single n=1 cpu=0 phys=11112222333344445 off=0",
		   "has too large a number at phys=");
	is_damaged("op=sg n=3 cpu=0 nents=3 dir=1 in=9c000:64:5 -> fail",
		   "has something impossible at nents=");
	is_damaged("op=sg n=3 cpu=0 nents=1 dir=1 in=9c000:64:5 -> 2 out=1:2,3:4",
		   "has too large a number at ->");
	is_damaged("op=sg n=3 cpu=0 nents=2 dir=1 in=1:2:3,4:5:6 -> 2 out=1:2",
		   "has something impossible at out=");
	is_damaged("op=single n=1 cpu=0 phys=0 off=0 size=1 dir=4 -> fail",
		   "has too large a number at dir=");
	is_damaged("end ops=7 fails=1 lost=0 and more", "goes on after its end");
	is_damaged("table index=1 size=1 offset=0 shift=12 blocksize=16 reserved=0-0 levels=0 "
		   "nr_pools=2 poolsize=1 pools=0-1:0,large=1-2:1",
		   "has something impossible at nr_pools=");
	is_damaged("op=page n=1 cpu=0 phys=0 off=0 size=0 dir=0 -> fail h=1,2,3,4,5,6",
		   "has too large a number at h=");
	is_damaged("params smask=65 cmask=1 order=0 maxseg=0 boundary=0 rdtce=0",
		   "has too large a number at smask=");
	is_damaged("params smask=0 cmask=1 order=0 maxseg=0 boundary=0 rdtce=0",
		   "has too large a number at smask=");
	assert_int_equal(reader.damaged_kind, TCE_DMA_LINE_PARAMS);
}

static void other_lines_are_skipped_and_counted(void **state)
{
	static const char text[] = "\n# a comment\noperation=3\nend ops=1 fails=0 lost=0\nfin";

	(void)state;
	tce_dma_reader_init(&reader, text, sizeof(text) - 1);
	assert_int_equal(tce_dma_reader_next(&reader, &record), TCE_DMA_NEXT_RECORD);
	assert_int_equal(record.line, 4);
	assert_int_equal(tce_dma_reader_next(&reader, &record), TCE_DMA_NEXT_END);
	assert_int_equal(reader.lines.read, 5);
	assert_int_equal(reader.lines.skipped, 4);
	assert_int_equal(reader.lines.read,
			 reader.lines.records + reader.lines.skipped + reader.lines.damaged);
}

static void a_recording_is_known_by_its_first_word(void **state)
{
	(void)state;
	assert_true(tce_dma_text_is("dmarand version=3 run=0", 23));
	assert_false(tce_dma_text_is("dmarand version", 15));
	assert_false(tce_dma_text_is("dmaRand version=3", 17));
	assert_string_equal(tce_dma_op_name(TCE_DMA_OP_COHERENT), "coherent");
}

/* --- hostile recordings ------------------------------------------------------------------- */

static const char sample[] =
	"dmarand version=3 run=0 seed=1 nops=4 prng=xorshift64star\n"
	"params smask=32 cmask=32 order=0 maxseg=0 boundary=0 ws=40 rdtce=0 cohmax=64\n"
	"host page_size=1000 page_offset=c000000000000000 online_cpus=1\n"
	"dev name=0000:00:00.0 set_mask=0 set_coherent_mask=0 dma_mask=ffffffff "
	"coherent_mask=ffffffff seg_boundary=ffffffff max_seg=10000 dma_offset=0 bus_dma_limit=0 "
	"bypass=0\n"
	"table index=80000000 size=4000 offset=0 shift=12 blocksize=16 reserved=0-0 levels=0 "
	"nr_pools=1 poolsize=3000 pools=0-3000:0,large=3000-4000:3000\n"
	"block i=0 phys=8000000 size=400000\n"
	"bitmap at=start r=0-1\n"
	"state n=0 at=start set=1 fnv=da2a54478fa6a324 live=0 used=0 fails=0 h=0,3000\n"
	"op=single n=0 cpu=0 phys=9bb7000 off=0 size=10c98 dir=2 -> 3000000 t=9bb7003,9bc7003 "
	"h=0,3011\n"
	"op=coherent n=1 cpu=0 size=2383 -> 4000 phys=79b8000 h=10,3011\n"
	"op=sg n=2 cpu=0 nents=2 dir=0 in=10000:0:1000,20000:0:800 -> 1 out=10000:1800 h=20,3011\n"
	"op=unmap n=3 cpu=0 of=0 type=single again=1 h=20,3011\n"
	"op=unmap n=4 cpu=0 of=0 type=single h=20,3011\n"
	"op=wild n=5 cpu=0 dma=4000000 size=1000 h=20,3011\n"
	"bitmap at=end r=0-1,4-7,10-12\n"
	"end ops=6 fails=0 lost=0\n";

static void replay_text(const char *text, size_t n)
{
	struct tce_dma_replay_opts opts = {.alloc = NULL};
	struct tce_dma_replay *replay;
	struct tce_dma_summary sum;
	enum tce_dma_next next;
	int err = 0;

	assert_int_equal(tce_dma_replay_new(&opts, &replay), 0);
	tce_dma_reader_init(&reader, text, n);
	while (err == 0 && (next = tce_dma_reader_next(&reader, &record)) != TCE_DMA_NEXT_END) {
		if (next == TCE_DMA_NEXT_DAMAGED)
			tce_dma_replay_damaged(replay, reader.damaged_kind);
		else
			err = tce_dma_replay_record(replay, &record);
	}
	tce_dma_replay_summary(replay, &sum);
	assert_int_equal(sum.agreed + sum.diverged, sum.events);
	tce_dma_replay_free(replay);
}

/* Digits, separators and whole lines changed, doubled and left out. */
static void mutate(struct prng *rng, char *text, size_t *n)
{
	static const char chars[] = "0123456789abcdef,:-= \n";
	size_t at = prng_below(rng, *n), i;

	switch (prng_below(rng, 4)) {
	case 0: text[at] = chars[prng_below(rng, sizeof(chars) - 1)]; break;
	case 1: /* the rest of a line out */
		for (i = at; i < *n && text[i] != '\n'; i++)
			;
		memmove(text + at, text + i, *n - i);
		*n -= i - at;
		break;
	case 2: /* a digit more */
		memmove(text + at + 1, text + at, *n - at);
		text[at] = chars[prng_below(rng, 16)];
		(*n)++;
		break;
	default: *n = *n > 40 ? *n - prng_below(rng, 40) : *n; break;
	}
}

static void no_damage_is_more_than_a_divergence(void **state)
{
	static char text[2 * sizeof(sample)];
	uint64_t seed;

	(void)state;
	for (seed = 0; seed < 3000; seed++) {
		struct prng rng = prng_seeded(seed);
		uint64_t changes = prng_between(&rng, 1, 6), i;
		size_t n = sizeof(sample) - 1;

		memcpy(text, sample, n);
		for (i = 0; i < changes; i++)
			mutate(&rng, text, &n);
		replay_text(text, n);
	}
}

static void a_table_too_large_to_model_is_refused(void **state)
{
	static const char *const table[] = {
		"table index=1 size=ffffffffffffffff offset=0 shift=12 ",
		"table index=1 size=1000 offset=ffffffffffffffff shift=12 ",
		"table index=1 size=1000 offset=0 shift=99 ",
		"table index=1 size=0 offset=0 shift=12 "};
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct tce_dma_replay_opts opts = {.alloc = NULL};
		const char *rest = strstr(sample, "blocksize");
		const char *old = strstr(sample, "table index");
		struct tce_dma_replay *replay;
		char text[2 * sizeof(sample)];
		int err = 0;

		snprintf(text, sizeof(text), "%.*s%s%s", (int)(old - sample), sample, table[i],
			 rest);
		assert_int_equal(tce_dma_replay_new(&opts, &replay), 0);
		tce_dma_reader_init(&reader, text, strlen(text));
		while (err == 0 && tce_dma_reader_next(&reader, &record) == TCE_DMA_NEXT_RECORD)
			err = tce_dma_replay_record(replay, &record);
		assert_int_equal(err, -TCE_ERR_LIMIT);
		tce_dma_replay_free(replay);
	}
}

/* --- consoles ----------------------------------------------------------------------------- */

static struct tce_dma_console console;

static void read_console(const char *text)
{
	tce_dma_console_read(text, strlen(text), &console);
}

static void a_console_tells_kernels_options_and_runs(void **state)
{
	(void)state;
	read_console(
		"[1.0] Preparing to boot Linux version 6.12.107+deb13-powerpc64le-64k (x) #1 SMP "
		"Debian 6.12.107-1 (2026)\n"
		"[1.1] command line: console=hvc0 disable_ddw=1 iommu=novmerge,nobypass "
		"multitce=off\n"
		"[2.0] === MARK [9.79] init: Linux (none) 6.12.107+deb13-powerpc64le-64k #1 SMP "
		"Debian 6.12.107-1 x\n"
		"[3.0] === MARK [10.51] run 0: seed=121\n"
		"[4.0] kexec -e\n"
		"[5.0] === MARK [3.63] init: Linux (none) 6.1.0-50-powerpc64le #1 SMP Debian "
		"6.1.176-1 x\n"
		"[5.1] === MARK [3.65] cmdline: console=hvc0 noiommu=novmergex\n"
		"[6.0] [   10.5] dmarand: run 3 ops 163");
	assert_int_equal(console.nr_boots, 2);
	assert_string_equal(console.boot[0].version, "6.12.107-1-64k");
	assert_int_equal(console.boot[0].flags, TCE_BOOT_DISABLE_DDW | TCE_BOOT_NOVMERGE |
							TCE_BOOT_NOBYPASS | TCE_BOOT_NO_MULTITCE);
	assert_false(console.boot[0].by_kexec);
	assert_string_equal(console.boot[1].version, "6.1.176-1");
	assert_true(console.boot[1].by_kexec);
	assert_int_equal(console.boot[1].flags, 0);
	assert_int_equal(console.nr_runs, 4);
	assert_int_equal(console.boot_of_run[0], 0);
	assert_int_equal(console.boot_of_run[3], 1);
	assert_false(console.has_hung_call);
}

static void a_kernel_on_bare_metal_announces_itself_late(void **state)
{
	(void)state;
	read_console("init: Linux (none) 6.1.0-50-powerpc64le #1 SMP\n");
	assert_int_equal(console.nr_boots, 1);
	assert_string_equal(console.boot[0].version, "6.1.0-50-powerpc64le");
	assert_false(console.boot[0].by_kexec);
}

static void a_console_tells_the_call_that_hung(void **state)
{
	(void)state;
	read_console("x dmarand: mapping 0x20000 bytes with segment boundary 0xffff, 4096-entry "
		     "pages 1000\n");
	assert_true(console.has_hung_call);
	assert_int_equal(console.hung.size, 0x20000);
	assert_int_equal(console.hung.boundary, 0xffff);
	assert_int_equal(console.hung.nr_entries, 4096);
	assert_int_equal(console.hung.page_size, 0x1000);
	assert_false(console.hung.came_back);
	read_console("dmarand: mapping 0x2000 bytes with segment boundary 0xffff, 4096-entry pages "
		     "1000\ndmarand: the call came back: 3000000\n");
	assert_true(console.hung.came_back);
	read_console("dmarand: mapping 0x2000 bytes with\n");
	assert_false(console.has_hung_call);
}

static uint64_t diverged_of(const struct tce_dma_hung_call *call)
{
	struct tce_dma_replay_opts opts = {.alloc = NULL};
	struct tce_dma_replay *replay;
	struct tce_dma_summary sum;

	assert_int_equal(tce_dma_replay_new(&opts, &replay), 0);
	assert_int_equal(tce_dma_replay_hung_call(replay, call), 0);
	tce_dma_replay_summary(replay, &sum);
	assert_int_equal(sum.events + sum.damaged, 1);
	tce_dma_replay_free(replay);
	return sum.diverged + sum.damaged;
}

static void a_call_hangs_exactly_when_it_is_longer_than_the_boundary(void **state)
{
	struct tce_dma_hung_call call = {0x20000, 0xffff, 4096, 0x1000, false};

	(void)state;
	assert_int_equal(diverged_of(&call), 0);
	call.came_back = true;
	assert_int_equal(diverged_of(&call), 1);
	call.size = 0x10000;
	assert_int_equal(diverged_of(&call), 0);
	call.page_size = 77; /* no page: the line is damaged */
	assert_int_equal(diverged_of(&call), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lines_at_a_runs_start_are_read),
		cmocka_unit_test(a_device_line_has_its_flag_since_version_3),
		cmocka_unit_test(a_table_line_has_its_pools_and_the_large_one),
		cmocka_unit_test(calls_are_read_with_answers_tces_and_hints),
		cmocka_unit_test(the_lines_about_a_whole_table_are_read),
		cmocka_unit_test(damaged_lines_say_what_is_wrong),
		cmocka_unit_test(other_lines_are_skipped_and_counted),
		cmocka_unit_test(a_recording_is_known_by_its_first_word),
		cmocka_unit_test(no_damage_is_more_than_a_divergence),
		cmocka_unit_test(a_table_too_large_to_model_is_refused),
		cmocka_unit_test(a_console_tells_kernels_options_and_runs),
		cmocka_unit_test(a_kernel_on_bare_metal_announces_itself_late),
		cmocka_unit_test(a_console_tells_the_call_that_hung),
		cmocka_unit_test(a_call_hangs_exactly_when_it_is_longer_than_the_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
