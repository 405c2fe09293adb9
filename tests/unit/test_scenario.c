/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/scenario.h, reading: the language, its shorthand, and what it says to a typing error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "testing.h"

#define M "machine pseries ram=4G\n"
#define B M "phb phb0\ndevice 0000:01:00.0 name=nic\n"

static struct tce_scenario *parse_with(const char *text,
				       const struct tce_scenario_overrides *overrides)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	int err = tce_scenario_parse(NULL, text, strlen(text), overrides, &scenario, &error);

	if (err != 0)
		fail_msg("%u:%u: %s (%s)\n%s", error.line, error.column, error.text, error.nearest,
			 text);
	return scenario;
}

static struct tce_scenario *parse(const char *text)
{
	return parse_with(text, NULL);
}

static const struct tce_step *step_of(const struct tce_scenario *scenario, unsigned i)
{
	const struct tce_story *story = tce_scenario_story(scenario);

	assert_in_range(i, 0, story->nr_steps - 1);
	return &story->steps[i];
}

/* design/architecture.md, "Scenario text", word for word. */
static const char pmem_story[] =
	"# Persistent memory turned into RAM must come online although it lies beyond the DMA "
	"window "
	"(6aa989ab2bd0).\n"
	"machine  pseries profile=papr-strict ram=64G max-ram=64G\n"
	"pmem     name=pmem0 at=0x100000000000 size=1G\n"
	"phb      name=phb0 buid=0x800000020000001 ddw=yes windows=1 page-sizes=4K,64K,2M\n"
	"device   0001:00:01.0 phb=phb0 name=nvme\n"
	"boot     kernel=6.14\n"
	"probe    0001:00:01.0 mask=64                     -> direct\n"
	"pmem     to-ram pmem0                             -> ok        # 6.14 answers: refused, "
	"H_PARAMETER; 6.15: ok\n";

static const char vfio_story[] =
	"# A PE goes to VFIO and comes back; 32-bit DMA of its devices must work again "
	"(db08e1d53034, 5636427d087a).\n"
	"machine  powernv9 ram=16G\n"
	"phb      name=phb0 ioda=2\n"
	"device   0000:01:00.0 phb=phb0 name=mpt3sas streaming-mask=64 coherent-mask=32\n"
	"boot     kernel=4.10\n"
	"probe    0000:01:00.0\n"
	"map      0000:01:00.0 coherent addr=0x200000 len=64K  -> ok as=ring\n"
	"dma      0000:01:00.0 write ring                      -> ok\n"
	"unmap    ring\n"
	"vfio     open c1 type=v2 ; vfio attach c1 group=0000:01:00.0 -> ok\n"
	"vfio     close c1\n"
	"map      0000:01:00.0 coherent addr=0x200000 len=64K  -> ok as=ring2\n"
	"dma      0000:01:00.0 write ring2                     -> ok        # 4.10: rule "
	"stale-table\n";

static void the_pmem_story_of_the_architecture_is_understood(void **state)
{
	struct tce_scenario *scenario = parse(pmem_story);
	const struct tce_story *story = tce_scenario_story(scenario);
	const struct tce_ev_phb_plug *phb = &step_of(scenario, 1)->event.u.phb_plug;
	struct tce_names names = tce_scenario_names(scenario);

	(void)state;
	assert_int_equal(story->nr_steps, 6);
	assert_int_equal(story->machine.platform, TCE_PSERIES);
	assert_string_equal(story->machine.papr->name, "papr-strict");
	assert_int_equal(story->machine.ram, UINT64_C(64) << 30);
	assert_int_equal(step_of(scenario, 0)->event.kind, TCE_EV_PMEM_PLUG);
	assert_int_equal(step_of(scenario, 0)->event.u.pmem_plug.addr, UINT64_C(1) << 44);
	assert_int_equal(phb->papr.buid, UINT64_C(0x800000020000001));
	assert_int_equal(phb->papr.max_windows, 2); /* one beside the default window */
	assert_int_equal(phb->papr.page_shifts, 1 << 12 | 1 << 16 | 1 << 21);
	assert_false(phb->papr.no_ddw);
	assert_int_equal(step_of(scenario, 2)->event.u.device_plug.devfn, 8);
	assert_int_equal(step_of(scenario, 4)->event.u.probe.streaming_bits, 64);
	assert_int_equal(step_of(scenario, 4)->event.u.probe.coherent_bits, 64);
	assert_int_equal(step_of(scenario, 4)->expects[0].kind, TCE_EXPECT_MODE);
	assert_int_equal(step_of(scenario, 4)->expects[0].value, TCE_MODE_DIRECT);
	assert_int_equal(step_of(scenario, 5)->event.kind, TCE_EV_PMEM_TO_RAM);
	assert_int_equal(step_of(scenario, 5)->line, 8);
	assert_string_equal(step_of(scenario, 5)->text,
			    "pmem     to-ram pmem0                             -> ok");
	assert_string_equal(names.name(names.ctx, TCE_OBJ_DEV, 0), "0001:00:01.0");
	assert_null(names.name(names.ctx, TCE_OBJ_DEV, 1));
	tce_scenario_free(scenario);
}

static void the_vfio_story_of_the_architecture_is_understood(void **state)
{
	static const enum tce_vfio_op ops[] = {TCE_VFIO_OPEN_CONTAINER,  TCE_VFIO_BIND,
					       TCE_VFIO_OPEN_GROUP,      TCE_VFIO_SET_CONTAINER,
					       TCE_VFIO_SET_IOMMU,       TCE_VFIO_CLOSE_GROUP,
					       TCE_VFIO_CLOSE_CONTAINER, TCE_VFIO_UNBIND};
	struct tce_scenario *scenario = parse(vfio_story);

	(void)state;
	assert_int_equal(tce_scenario_story(scenario)->machine.platform, TCE_POWERNV);
	assert_int_equal(step_of(scenario, 0)->event.u.phb_plug.generation, 2);
	assert_int_equal(step_of(scenario, 1)->event.u.device_plug.coherent_bits, 32);
	assert_int_equal(step_of(scenario, 4)->event.u.map.type, TCE_MAP_COHERENT);
	assert_int_equal(step_of(scenario, 4)->event.u.map.len, 65536);
	assert_int_equal(step_of(scenario, 5)->event.u.dma.map,
			 step_of(scenario, 4)->event.u.map.map);
	assert_int_equal(step_of(scenario, 6)->event.kind, TCE_EV_UNMAP);
	assert_int_equal(step_of(scenario, 8)->event.kind, TCE_EV_UNBIND); /* it was probed */
	assert_int_equal(step_of(scenario, 8)->nr_expects, 0);
	for (unsigned i = 0; i < 8; i++) {
		const struct tce_step *step = step_of(scenario, i == 0 ? 7 : 8 + i);

		assert_int_equal(step->event.kind, TCE_EV_VFIO);
		assert_int_equal(step->event.u.vfio.op, ops[i]);
		/* "ok" is said of each call of the attach, and of none of the others */
		assert_int_equal(step->nr_expects, i >= 1 && i <= 4);
	}
	assert_int_equal(step_of(scenario, 12)->event.u.vfio.number, 7);
	assert_int_equal(step_of(scenario, 16)->event.u.map.map, 1);
	assert_int_equal(tce_scenario_story(scenario)->nr_steps, 18);
	tce_scenario_free(scenario);
}

static void shorthand_says_the_same_as_longhand(void **state)
{
	static const char *const pairs[][2] = {
		{M "memory online 1G 256M", M "memory-online at=0x40000000 size=268435456"},
		{B "probe nic mask=40", B "probe nic streaming-mask=40 coherent-mask=40"},
		{B "set-mask nic 32", B "set-mask nic mask=32 streaming=yes coherent"},
		{B "dma nic read addr=4K len=1", B "dma dev=nic access=read offset=0x1000 len=1"},
		{M "phb phb0 ddw=no", M "phb name=phb0 ddw=off"},
		{M "phb phb0 ; device d at=02:03.4",
		 M "phb phb0 ; device d phb=phb0 bus=2 devfn=28"},
		{M "rtas query cfg=0x800 buid=0x800000020000000",
		 M "rtas ibm,query-pe-dma-window args=0x800,0x8000000,0x20000000 nargs=3 nret=6"},
		{M "rtas create buid=0x800000020000000 page=64K window=2G",
		 M "rtas create-pe-dma-window args=0,0x8000000,0x20000000,16,31 nargs=5 nret=4"},
		{M "rtas remove liobn=0x80000001", M "rtas remove args=0x80000001"},
		{M "phb phb0 ; property phb0 ibm,ddw-extensions cells=2,0x2029,1",
		 M "phb phb0 ; property phb=phb0 name=ibm,ddw-extensions "
		   "bytes=000000020000202900000001"},
		{B "vfio map c1 vaddr=0x1000 size=64K", B "vfio map c1 vaddr=4K size=0x10000 "
							  "argsz=32 flags=3"},
		{B "vfio set-iommu c1 type=v1", B "vfio set-iommu c1 number=2"},
		{B "vfio create c1 page=64K size=1G levels=1",
		 B "vfio create container=c1 page-shift=16 size=1G levels=1 argsz=40"},
		{M "boot kernel=6.12.107 cmdline=\"disable_ddw=1 multitce=off\"",
		 M "boot kernel=6.12.107 cmdline=\"multitce=off disable_ddw\""},
		{B "map nic sg=0x1000+4K,0x9000+12 sg as=a", B "map nic sg=4096+0x1000,36K+12 "
							       "type=sg as=a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct tce_scenario *a = parse(pairs[i][0]);
		struct tce_scenario *b = parse(pairs[i][1]);
		unsigned nr = tce_scenario_story(a)->nr_steps;

		assert_int_equal(nr, tce_scenario_story(b)->nr_steps);
		for (unsigned k = 0; k < nr; k++) {
			struct tce_event ea = step_of(a, k)->event;
			struct tce_event eb = step_of(b, k)->event;

			if (ea.kind == TCE_EV_MAP) {
				assert_memory_equal(ea.u.map.sg, eb.u.map.sg,
						    ea.u.map.nr_sg * sizeof(*ea.u.map.sg));
				ea.u.map.sg = eb.u.map.sg = NULL;
			}
			if (memcmp(&ea, &eb, sizeof(ea)) != 0)
				fail_msg("step %u of\n%s\nand\n%s", k, pairs[i][0], pairs[i][1]);
		}
		tce_scenario_free(a);
		tce_scenario_free(b);
	}
}

static void names_and_numbers_follow_their_rules(void **state)
{
	struct tce_scenario *scenario =
		parse(M "phb phb4\nphb name=front\nphb back id=9\n"
			"device 0000:00:01.0 phb=front name=nic\ndevice dev7 at=00:02.0 phb=phb4\n"
			"device 0000:00:03.0 phb=@9\nprobe nic\nprobe dev7\nprobe @42\n"
			"vfio open-container c3\nvfio open-container box\nvfio exit process=2\n"
			"map nic addr=0 len=1\nmap nic addr=0 len=1 -> as=ring\n"
			"map nic addr=0 len=1 as=m0\nmap nic addr=0 len=1 as=ring\n"
			"device 0000:00:01.0 phb=back");

	(void)state;
	assert_int_equal(step_of(scenario, 0)->event.u.phb_plug.phb, 4);
	assert_int_equal(step_of(scenario, 1)->event.u.phb_plug.phb, 0);
	assert_int_equal(step_of(scenario, 2)->event.u.phb_plug.phb, 9);
	assert_int_equal(step_of(scenario, 3)->event.u.device_plug.dev, 0);
	assert_int_equal(step_of(scenario, 4)->event.u.device_plug.dev, 7);
	assert_int_equal(step_of(scenario, 5)->event.u.device_plug.dev, 1);
	assert_int_equal(step_of(scenario, 5)->event.u.device_plug.phb, 9);
	assert_int_equal(step_of(scenario, 6)->event.u.probe.dev, 0);
	assert_int_equal(step_of(scenario, 7)->event.u.probe.dev, 7);
	assert_int_equal(step_of(scenario, 8)->event.u.probe.dev, 42);
	assert_int_equal(step_of(scenario, 9)->event.u.vfio.container, 2);
	assert_int_equal(step_of(scenario, 10)->event.u.vfio.container, 0);
	assert_int_equal(step_of(scenario, 11)->event.u.vfio.container, TCE_NO_ID);
	assert_int_equal(step_of(scenario, 12)->event.u.map.map, 0);
	assert_int_equal(step_of(scenario, 13)->event.u.map.map, 1);
	assert_int_equal(step_of(scenario, 14)->event.u.map.map, 0);
	assert_int_equal(step_of(scenario, 15)->event.u.map.map, 1);
	assert_int_equal(step_of(scenario, 16)->event.u.device_plug.dev, 0);
	tce_scenario_free(scenario);
}

static void expectations_are_read_word_by_word(void **state)
{
	struct tce_scenario *scenario = parse(
		B
		"dma nic read addr=0 len=4 -> ok lands=0x1000\n"
		"dma nic read addr=0 len=4 -> fault\n"
		"map nic addr=0 len=4 -> refused, H_PARAMETER errno=EBUSY calls=3 rule lost-tce\n"
		"rtas query -> status=-3 cell1=7 ; h_get_tce liobn=1 ioba=0 -> r3=-4 value=0x7003\n"
		"reset -> aborts rule=dma-fault ; boot -> stuck\n"
		"vfio exit -> ret=-7 errno=25 ; map nic addr=0 len=4 -> bus=4K direct");
	static const struct tce_expect want[] = {
		{TCE_EXPECT_OK, 0, 0},
		{TCE_EXPECT_LANDS, 0, 0x1000},
		{TCE_EXPECT_DMA, 0, TCE_DMA_FAULT},
		{TCE_EXPECT_REFUSED, 0, 0},
		{TCE_EXPECT_HCALL, 0, (uint64_t)-4},
		{TCE_EXPECT_ERRNO, 0, 16},
		{TCE_EXPECT_CALLS, 0, 3},
		{TCE_EXPECT_RULE, 0, TCE_RULE_LOST_TCE},
		{TCE_EXPECT_STATUS, 0, (uint64_t)-3},
		{TCE_EXPECT_CELL, 1, 7},
		{TCE_EXPECT_HCALL, 0, (uint64_t)-4},
		{TCE_EXPECT_VALUE, 0, 0x7003},
		{TCE_EXPECT_ABORTS, 0, 0},
		{TCE_EXPECT_RULE, 0, TCE_RULE_DMA_FAULT},
		{TCE_EXPECT_STUCK, 0, 0},
		{TCE_EXPECT_RET, 0, (uint64_t)-7},
		{TCE_EXPECT_ERRNO, 0, 25},
		{TCE_EXPECT_BUS, 0, 4096},
		{TCE_EXPECT_MODE, 0, TCE_MODE_DIRECT},
	};
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < tce_scenario_story(scenario)->nr_steps; i++) {
		const struct tce_step *step = step_of(scenario, i);

		for (unsigned k = 0; k < step->nr_expects; k++, n++) {
			assert_in_range(n, 0, sizeof(want) / sizeof(want[0]) - 1);
			assert_int_equal(step->expects[k].kind, want[n].kind);
			assert_int_equal(step->expects[k].index, want[n].index);
			assert_int_equal(step->expects[k].value, want[n].value);
		}
	}
	assert_int_equal(n, sizeof(want) / sizeof(want[0]));
	tce_scenario_free(scenario);
}

/* Text that is wrong at line:column, a piece of what is said, and the suggestion ("": none). */
static const struct {
	const char *text;
	unsigned line;
	unsigned column;
	const char *says;
	const char *nearest;
} mistakes[] = {
	{"", 1, 1, "begins with a machine line", ""},
	{"# nothing\n\n", 3, 1, "begins with a machine line", ""},
	{"phb phb0", 1, 1, "begins with a machine line", ""},
	{"machine", 1, 1, "a machine is wanted", ""},
	{"machine pserise ram=4G", 1, 9, "no machine 'pserise'", "pseries"},
	{"machine pseries", 1, 1, "ram= is missing", ""},
	{"machine pseries ram=4X", 1, 17, "a number is wanted", ""},
	{"machine pseries ram=99999999999T", 1, 17, "a number is wanted", ""},
	{"machine pseries rma=4G", 1, 17, "a machine has no 'rma'", "ram"},
	{"machine pseries ram=4G profile=papr-strct", 1, 24, "no profile", "papr-strict"},
	{"machine pseries ram=4G -> ok", 1, 1, "expects nothing", ""},
	{M M, 2, 1, "comes first, and once", ""},
	{M "phb phb0 ; machine pseries ram=1G", 2, 12, "comes first, and once", ""},
	{M "pbh phb0", 2, 1, "no verb 'pbh'", "phb"},
	{M "   porbe x", 2, 4, "no verb 'porbe'", "probe"},
	{M "phb=1", 2, 1, "a verb is wanted", ""},
	{M "phb phb0 widnows=1", 2, 10, "no such key here: 'widnows'", "windows"},
	{M "phb phb0 windows=3", 2, 10, "out of range '3'", ""},
	{M "phb phb0 windows=1 windows=1", 2, 20, "said twice: 'windows'", ""},
	{M "phb", 2, 1, "name= is missing", ""},
	{M "phb -x", 2, 5, "cannot be a name", ""},
	{M "phb a ; phb phb0", 2, 13, "another name stands for this number", ""},
	{M "phb a ; phb b name=a", 2, 15, "this name is taken", ""},
	{M "phb a id=70000", 2, 7, "below 65535", ""},
	{M "device 0000:00:01.0", 2, 1, "no bridge yet", ""},
	{M "phb a ; phb b\ndevice 0000:00:01.0", 3, 1, "several bridges", ""},
	{B "probe 0000:01:00.1", 4, 7, "there is no device '0000:01:00.1'", "0000:01:00.0"},
	{B "probe nci", 4, 7, "there is no device 'nci'", "nic"},
	{B "unmap ring", 4, 7, "there is no mapping 'ring'", ""},
	{B "probe nic nic", 4, 11, "one word too many: 'nic'", ""},
	{B "set-mask nic 65", 4, 14, "out of range", ""},
	{B "map nic addr=1 len=1 -> oK", 4, 25, "no outcome is called so 'oK'", "ok"},
	{B "map nic addr=1 len=1 -> rule=lost-tec", 4, 25, "no such rule", "lost-tce"},
	{B "map nic addr=1 len=1 -> bsu=4", 4, 25, "no such key", "bus"},
	{B "map nic addr=1 len=1 -> bus=x", 4, 25, "a number is wanted", ""},
	{B "map nic addr=1 len=1 -> fault", 4, 25, "cannot be said of this event", ""},
	{B "map nic addr=1 len=1 -> errno=ok", 4, 25, "an error's name is wanted", ""},
	{B "map nic -> ok -> ok", 4, 15, "a second", ""},
	{B "-> ok", 4, 1, "without an event", ""},
	{B "boot kernel=six", 4, 6, "no kernel version: 'six'", ""},
	{B "boot kernel=3.10", 4, 6, "no kernel so old", ""},
	{B "boot page=8K", 4, 6, "4K or 64K", ""},
	{B "boot cmdline=\"disable_dww\"", 4, 6, "not modelled", "disable_ddw"},
	{B "boot cmdline=\"disable_ddw", 4, 14, "not closed", ""},
	{B "boot \"x\"", 4, 6, "only follow key=", ""},
	{B "boot defect=B1,Q9", 4, 6, "no defect 'Q9'", ""},
	{B "boot kdump", 4, 6, "one word too many", ""},
	{M "phb p ; property p ibm,dma-window", 2, 9, "bytes=, cells= and absent", ""},
	{M "phb p ; property p ibm,dma-window bytes=123", 2, 35, "two a byte", ""},
	{M "phb p ; property p ibm,dma-window cells=1,2,x", 2, 35, "32-bit numbers", ""},
	{M "rtas qurey", 2, 6, "no such word here 'qurey'", "query"},
	{M "rtas create page=3K", 2, 13, "power of two", ""},
	{M "rtas query args=1,2,3,4,5,6,7,8,9", 2, 12, "too long", ""},
	{M "rtas query args=4294967296", 2, 12, "list of numbers", ""},
	{B "vfio open", 4, 6, "a container is wanted", ""},
	{B "vfio attach c1 group=nic", 4, 13, "comes before this: 'c1'", ""},
	{B "vfio open c1 ; vfio attach c1", 4, 28, "group= is missing", ""},
	{B "vfio open c1 type=v3", 4, 14, "v1, v2 or a number", ""},
	{B "map nic sg=1,2", 4, 9, "list of pieces", ""},
	{B "set-mask nic", 4, 1, "mask= is missing", ""},
	{M "reset\x01", 2, 6, "control character", ""},
};

static void mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct tce_scenario_error error = {0};
		struct tce_scenario *scenario = NULL;
		const char *text = mistakes[i].text;
		int err = tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error);

		if (err != -TCE_ERR_FORMAT || strstr(error.text, mistakes[i].says) == NULL ||
		    error.line != mistakes[i].line || error.column != mistakes[i].column ||
		    strcmp(error.nearest, mistakes[i].nearest) != 0)
			fail_msg("%s\nsaid %d, %u:%u: %s (%s)", text, err, error.line, error.column,
				 error.text, error.nearest);
		assert_null(scenario);
	}
}

static void the_caller_may_choose_kernel_profile_and_defects(void **state)
{
	struct tce_scenario_overrides overrides = {.kernel = "6.1.176", .profile = "qemu-7.2"};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_kernel kernel;

	(void)state;
	tce_defects_add(&overrides.defects, TCE_DEFECT_B1);
	scenario = parse_with(pmem_story, &overrides);
	assert_string_equal(tce_scenario_story(scenario)->machine.papr->name, "qemu-7.2");
	assert_int_equal(tce_kernel_at(step_of(scenario, 3)->event.u.boot.kernel, &kernel), 0);
	assert_string_equal(kernel.name, "6.1.176");
	assert_true(tce_defects_has(&step_of(scenario, 3)->event.u.boot.defects_on, TCE_DEFECT_B1));
	tce_scenario_free(scenario);
	overrides.kernel = "nonsense";
	assert_int_equal(tce_scenario_parse(NULL, pmem_story, strlen(pmem_story), &overrides,
					    &scenario, &error),
			 -TCE_ERR_FORMAT);
	assert_int_equal(error.line, 0);
	overrides.kernel = NULL;
	overrides.profile = "nonsense";
	assert_int_equal(tce_scenario_parse(NULL, pmem_story, strlen(pmem_story), &overrides,
					    &scenario, &error),
			 -TCE_ERR_FORMAT);
	assert_int_equal(error.line, 0);
}

static void unknown_kernels_are_the_nearest_older_ones(void **state)
{
	struct tce_scenario *scenario = parse(M "boot kernel=6.12.90-64k\nkexec");
	struct tce_kernel kernel;

	(void)state;
	assert_int_equal(tce_kernel_at(step_of(scenario, 0)->event.u.boot.kernel, &kernel), 0);
	assert_int_equal(step_of(scenario, 0)->event.u.boot.page_shift,
			 kernel.page_shift == 16 ? 0 : 16);
	assert_non_null(strstr(tce_scenario_remark(scenario, 0), "6.12.90"));
	assert_null(tce_scenario_remark(scenario, 1));
	/* without kernel= a kexec starts the same kernel again */
	assert_int_equal(step_of(scenario, 1)->event.u.boot.kernel,
			 step_of(scenario, 0)->event.u.boot.kernel);
	assert_int_equal(step_of(scenario, 1)->event.u.boot.page_shift,
			 step_of(scenario, 0)->event.u.boot.page_shift);
	tce_scenario_free(scenario);
	scenario = parse(M "boot");
	assert_int_equal(tce_kernel_at(step_of(scenario, 0)->event.u.boot.kernel, &kernel), 0);
	assert_string_equal(kernel.name, "fixed");
	tce_scenario_free(scenario);
}

static void failing_memory_is_said_and_given_back(void **state)
{
	uint64_t n = 0;
	int err;

	(void)state;
	do {
		struct tce_scenario_error error;
		struct tce_scenario *scenario;
		struct failalloc fa;
		struct tce_alloc alloc;

		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		err = tce_scenario_parse(&alloc, vfio_story, strlen(vfio_story), NULL, &scenario,
					 &error);
		if (err == 0)
			tce_scenario_free(scenario);
		else
			assert_int_equal(err, -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	} while (err != 0);
	assert_in_range(n, 5, 100);
}

static void every_prefix_of_a_story_is_a_story_or_an_error(void **state)
{
	(void)state;
	for (size_t n = 0; n <= strlen(vfio_story); n++) {
		struct tce_scenario_error error;
		struct tce_scenario *scenario;
		char *copy = malloc(n + 1); /* so that a read past the end is seen */

		assert_non_null(copy);
		memcpy(copy, vfio_story, n);
		if (tce_scenario_parse(NULL, copy, n, NULL, &scenario, &error) == 0)
			tce_scenario_free(scenario);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pmem_story_of_the_architecture_is_understood),
		cmocka_unit_test(the_vfio_story_of_the_architecture_is_understood),
		cmocka_unit_test(shorthand_says_the_same_as_longhand),
		cmocka_unit_test(names_and_numbers_follow_their_rules),
		cmocka_unit_test(expectations_are_read_word_by_word),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(the_caller_may_choose_kernel_profile_and_defects),
		cmocka_unit_test(unknown_kernels_are_the_nearest_older_ones),
		cmocka_unit_test(failing_memory_is_said_and_given_back),
		cmocka_unit_test(every_prefix_of_a_story_is_a_story_or_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
