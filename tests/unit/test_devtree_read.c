/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/devtree.h: trees read into machines, and what is wrong with trees. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/devtree.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "testing.h"
#include "tree_make.h"

#define CELLS_22 "#address-cells = <2>; #size-cells = <2>; "
#define MEM0     "memory@0 { device_type = \"memory\"; reg = <0 0 0 0x40000000>; } "
#define RTAS                                                                                       \
	"rtas { ibm,hypertas-functions = \"hcall-pft\", \"hcall-multi-tce\"; "                     \
	"ibm,lrdr-capacity = <0x20 0 0 0x10000000 8>; } "
#define NVME "nvme@0 { reg = <0x10000 0 0 0 0 0x3010010 0 0 0 0x4000>; class-code = <0x10802>; }"
#define PHB                                                                                        \
	"pci@800000020000121 { device_type = \"pci\"; compatible = \"IBM,Logical_PHB\"; "          \
	"reg = <0x8000000 0x20000121>; ibm,dma-window = <0x10000121 0 0 0 0x80000000>; "           \
	"ibm,ddw-applicable = <7 8 9>; ibm,ddw-extensions = <2 10 1>; "                            \
	"ranges = <0x2000000 0 0x80000000 0x200 0x80000000 0 0x10000000>; " NVME " } "
#define VIO                                                                                        \
	"vdevice { v-scsi@30000003 { reg = <0x30000003>; "                                         \
	"ibm,my-dma-window = <0x10000003 0 0 0 0x10000000>; } vty@30000000 { reg = <0x30000000>; " \
	"} } "
#define PMEM                                                                                       \
	"ibm,persistent-memory { ibm,pmemory@44100001 { device_type = \"ibm,pmemory\"; "           \
	"ibm,number-of-blocks = <0 0x400>; ibm,block-size = <0 0x100000>; } } "
#define DRMEM                                                                                      \
	"ibm,dynamic-reconfiguration-memory { ibm,lmb-size = <0 0x10000000>; "                     \
	"ibm,dynamic-memory-v2 = <3 4 0 0 0 0xffffffff 0xa0 2 0 0x40000000 0x80000004 0 8 "        \
	"506 0 0x60000000 0x80000006 0xffffffff 0>; } "

/* As PowerVM hands it out, by a partition's log: one slot, one bridge. */
static const char powervm[] = "/ { " CELLS_22 MEM0 DRMEM RTAS PHB VIO PMEM "}";

static int read_with(const char *text, const struct tce_devtree_opts *opts,
		     struct tce_devtree **ret_devtree, struct tce_devtree_error *ret_error)
{
	size_t n;
	void *blob = tree_make(text, &n);
	int err = tce_devtree_read(blob, n, opts, ret_devtree, ret_error);

	free(blob);
	return err;
}

static struct tce_devtree *read_tree(const char *text)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;

	if (read_with(text, NULL, &devtree, &error) != 0)
		fail_msg("%s", error.text);
	return devtree;
}

struct text {
	char bytes[8192];
	size_t n;
};

static int put(void *ctx, const char *bytes, size_t n)
{
	struct text *text = ctx;

	assert_true(n < sizeof(text->bytes) - text->n);
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	text->bytes[text->n] = '\0';
	return 0;
}

static void assert_story(const struct tce_devtree *devtree, const char *expected)
{
	struct tce_names names = tce_devtree_names(devtree);
	struct text text = {.n = 0};

	assert_int_equal(tce_scenario_write(NULL, tce_devtree_story(devtree), &names, put, &text),
			 0);
	assert_string_equal(text.bytes, expected);
}

static void assert_remark(const struct tce_devtree *devtree, const char *part)
{
	const char *remark;

	for (unsigned i = 0; (remark = tce_devtree_remark(devtree, i)) != NULL; i++) {
		if (strstr(remark, part) != NULL)
			return;
	}
	fail_msg("no such remark: %s", part);
}

static void a_tree_of_powervm_becomes_a_machine(void **state)
{
	struct tce_devtree *devtree = read_tree(powervm);

	(void)state;
	assert_story(devtree,
		     "machine pseries profile=papr-strict ram=1G max-ram=128G\n"
		     "memory-plug 0x40000000 512M\n"
		     "pmem pmem0 at=0x100000000000 size=1G\n"
		     "phb phb0 buid=0x800000020000121 liobn=0x10000121,0x70000121 win-size=2G "
		     "mmio32-start=0x80000000 mmio32-last=0x8fffffff\n"
		     "device 0121:01:00.0 phb=phb0 mmio64-only\n"
		     "vio vio-30000003 unit=0x30000003 liobn=0x10000003 size=256M\n");
	assert_remark(devtree, "/ibm,persistent-memory/ibm,pmemory@44100001: its address is not in "
			       "the tree: assumed at 2^44");
	assert_null(tce_devtree_remark(devtree, 1));
	tce_devtree_free(devtree);
}

/* The same blocks, one by one. */
static void the_old_format_of_dynamic_memory_says_the_same(void **state)
{
	const char *const old =
		"ibm,dynamic-memory = <4 0 0 0 0 0xffffffff 0xa0 0 0x10000000 0 0 0xffffffff 0xa0 "
		"0 0x20000000 0x80000002 0 0 8 0 0x30000000 0x80000003 0 0xffffffff 0>";
	const char *const new =
		"ibm,dynamic-memory-v2 = <3 2 0 0 0 0xffffffff 0xa0 1 0 0x20000000 0x80000002 0 8 "
		"1 0 0x30000000 0x80000003 0xffffffff 0>";
	const char *const rest = "} " RTAS "}";
	const char *const head =
		"/ { " CELLS_22 "memory@0 { device_type = \"memory\"; reg = <0 0 0 0x20000000>; } "
		"ibm,dynamic-reconfiguration-memory { ibm,lmb-size = <0 0x10000000>; ";
	char text[2048];

	(void)state;
	for (int v2 = 0; v2 < 2; v2++) {
		struct tce_devtree *devtree;

		snprintf(text, sizeof(text), "%s%s; %s", head, v2 ? new : old, rest);
		devtree = read_tree(text);
		assert_story(devtree, "machine pseries profile=papr-strict ram=512M max-ram=1G "
				      "lrdr=0x2000000000\nmemory-plug 0x20000000 256M\n");
		tce_devtree_free(devtree);
	}
}

static void what_a_tree_does_not_tell_comes_from_options(void **state)
{
	struct tce_devtree_opts opts = {.papr = tce_papr_profile_find("papr-2.13"),
					.page_shifts = 1 << 12 | 1 << 16 | 1 << 24,
					.pmem_addr = UINT64_C(1) << 40};
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	const struct tce_story *story;

	(void)state;
	assert_non_null(opts.papr);
	assert_int_equal(read_with(powervm, &opts, &devtree, &error), 0);
	story = tce_devtree_story(devtree);
	assert_ptr_equal(story->machine.papr, opts.papr);
	for (unsigned i = 0; i < story->nr_steps; i++) {
		const struct tce_event *event = &story->steps[i].event;

		if (event->kind == TCE_EV_PHB_PLUG)
			assert_int_equal(event->u.phb_plug.papr.page_shifts, opts.page_shifts);
		if (event->kind == TCE_EV_PMEM_PLUG)
			assert_int_equal(event->u.pmem_plug.addr, opts.pmem_addr);
	}
	tce_devtree_free(devtree);
}

/* One change to the PowerVM tree, and a line that its story then has. */
static void trees_tell_their_differences(void **state)
{
	static const struct {
		const char *old;
		const char *new;
		const char *line;
	} cases[] = {
		{"\"hcall-multi-tce\"", "\"hcall-x\"", "multitce=no"},
		{"ibm,lrdr-capacity = <0x20 0 0 0x10000000 8>; ", "", "lrdr=no"},
		{"ibm,ddw-applicable = <7 8 9>; ibm,ddw-extensions = <2 10 1>; ", "", "ddw=no"},
		{"ibm,ddw-extensions = <2 10 1>; ", "", "extensions=no"},
		{"<2 10 1>", "<1 10>", "query64=no"},
		{"<2 10 1>", "<3 10 1 1>", "limited-mode=yes"},
		{"ibm,dma-window = <", "ibm,dma-window-saved = <", "win-size=2G"},
		{"ibm,dma-window = <0x10000121 0 0 0 0x80000000>; ", "", "default-window=no"},
		{"<0x10000121 0 0 0 0x80000000>; ", "<0x10000121 0 0 0 0x80000000 5>; ",
		 "property phb=phb0 ibm,dma-window"},
		{"<7 8 9>", "<7 8>", "property phb=phb0 ibm,ddw-applicable bytes=0000000700000008"},
		{"<0x10000121 0 0 0 0x80000000>; ",
		 "<0x10000121 0 0 0 0x80000000>; ibm,#dma-address-cells = <1>; ",
		 "dma-addr-cells=1"},
		{"nvme@0 { ", "nvme@0 { ibm,dma-window = <1 0 0 0 0x10000000>; ", "own-pe"},
		{"reg = <0x10000 0 0 0 0 0x3010010 ", "reg = <0x10000 0 0 0 0 0x2010010 ",
		 "device 0121:01:00.0 phb=phb0\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = tree_edit(powervm, cases[i].old, cases[i].new);
		struct tce_devtree *devtree = read_tree(text);
		struct tce_names names = tce_devtree_names(devtree);
		struct text story = {.n = 0};

		assert_int_equal(
			tce_scenario_write(NULL, tce_devtree_story(devtree), &names, put, &story),
			0);
		if (strstr(story.bytes, cases[i].line) == NULL)
			fail_msg("case %zu: no \"%s\" in\n%s", i, cases[i].line, story.bytes);
		tce_devtree_free(devtree);
		free(text);
	}
}

/* One change to the PowerVM tree, and a remark on it. */
static void assumptions_are_remarked_on(void **state)
{
	static const struct {
		const char *old;
		const char *new;
		const char *remark;
	} cases[] = {
		{"ibm,lrdr-capacity = <0x20 0 ", "ibm,lrdr-capacity = <0 0 ",
		 "/rtas: ibm,lrdr-capacity has a top address of 0"},
		{"ibm,hypertas-functions = \"hcall-pft\", \"hcall-multi-tce\"; ", "",
		 "/rtas: no ibm,hypertas-functions"},
		{"<0x10000121 0 0 0 0x80000000>", "<0x10000121 0>",
		 "ibm,dma-window cannot be read: size assumed"},
		{"<0x10000003 0 0 0 0x10000000>", "<0x10000003 0 0 0>",
		 "/vdevice/v-scsi@30000003: its ibm,my-dma-window cannot be read"},
		{"ibm,dynamic-memory-v2", "other", "no ibm,dynamic-memory: left out"},
		{"506 0 0x60000000 ", "0 0 0 ", "the last block is not the highest"},
		{"rtas {",
		 "memory@1 { device_type = \"memory\"; reg = <8 0 0 0x10000000>; } rtas {",
		 "memory behind a gap is left out"},
		{"reg = <0x8000000 0x20000121>; ",
		 "reg = <0x8000000 0x20000121>; ibm,#dma-address-cells = <9>; ",
		 "odd ibm,#dma-*-cells: taken as 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = tree_edit(powervm, cases[i].old, cases[i].new);
		struct tce_devtree *devtree = read_tree(text);

		assert_remark(devtree, cases[i].remark);
		tce_devtree_free(devtree);
		free(text);
	}
}

/* One change to the PowerVM tree, and why it is then refused. */
static void what_is_wrong_is_one_line(void **state)
{
	static const struct {
		const char *old;
		const char *new;
		const char *error;
	} cases[] = {
		{"rtas { ibm,hypertas", "x { ibm,hypertas",
		 "neither /rtas (pseries) nor /ibm,opal (powernv) is there"},
		{"<0 0 0 0x40000000>", "<0 0 0 0x40000001>",
		 "/memory@0: memory at an odd address or of an odd size"},
		{"<0 0 0 0x40000000>", "<0xffffffff 0xffff0000 0 0x40000000>",
		 "/memory@0: memory at an odd address or of an odd size"},
		{"<0 0 0 0x40000000>", "<0 0 0>",
		 "/memory@0: reg is not a list of addresses and sizes"},
		{"reg = <0 0 0 0x40000000>;", "", "/memory@0: a memory node without reg"},
		{"<0 0 0 0x40000000>", "<1 0 0 0x40000000>", "no memory at address 0"},
		{"<0 0 0 0x40000000>", "<0 0 0 0x40000000 0 0x30000000 0 0x40000000>",
		 "/memory@0: memory overlaps other memory"},
		{"<0 0 0 0x40000000>", "<0 0 0x90000 0>", "more memory than is modelled"},
		{"rtas { ",
		 "memory@5 { device_type = \"memory\"; reg = <0 0x3fff0000 0 0x20000>; } rtas { ",
		 "/memory@5: memory overlaps other memory"},
		{"lmb-size = <0 0x10000000>", "lmb-size = <0 0x10000001>",
		 "/ibm,dynamic-reconfiguration-memory: ibm,lmb-size is no power of two"},
		{"lmb-size = <0 0x10000000>", "lmb-size = <0 0x1000>",
		 "/ibm,dynamic-reconfiguration-memory: ibm,lmb-size is no power of two"},
		{"v2 = <3 4", "v2 = <4 4",
		 "/ibm,dynamic-reconfiguration-memory: dynamic memory is cut short"},
		{"v2 = <3 4 0 0", "v2 = <3 4 0x80000 0",
		 "/ibm,dynamic-reconfiguration-memory: a memory block past 2^51, or odd"},
		{"<3 4 0 0 0 0xffffffff 0xa0 2 0 0x40000000",
		 "<3 3 0 0 0 0xffffffff 0xa0 2 0 0x30000000",
		 "/ibm,dynamic-reconfiguration-memory: a block begins in boot memory and ends past "
		 "it"},
		{"lrdr-capacity = <0x20 0 0 0x10000000 8>", "lrdr-capacity = <0x20>",
		 "/rtas: ibm,lrdr-capacity is shorter than 8 bytes"},
		{"reg = <0x8000000 0x20000121>; ", "reg = <0x8000000>; ",
		 "/pci@800000020000121: a bridge without BUID in reg"},
		{"rtas { ",
		 "pci@1 { device_type = \"pci\"; compatible = \"IBM,Logical_PHB\"; reg = "
		 "<0x8000000 0x20000121>; } rtas { ",
		 "it contradicts itself: phb phb1 buid=0x800000020000121 "
		 "liobn=0x10000121,0x70000121 win-size=2G mmio32-start=0x80000000 "
		 "mmio32-last=0x8ff..."},
		{"nvme@0 { ", "x@0 { reg = <0x10000 0 0 0 0>; } nvme@0 { ",
		 "it contradicts itself: device 0000:01:00.0 at=01:00.0 phb=phb0 mmio64-only"},
		{"<0 0x400>", "<0 0>",
		 "/ibm,persistent-memory/ibm,pmemory@44100001: its blocks make no size"},
		{"<0 0x400>", "<0x100 0>",
		 "/ibm,persistent-memory/ibm,pmemory@44100001: its blocks make no size"},
		{"0xa0 2 0 0x40000000", "0xa0 2 0 0x50000000",
		 "/ibm,dynamic-reconfiguration-memory: memory overlaps other memory"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = tree_edit(powervm, cases[i].old, cases[i].new);
		struct tce_devtree_error error;
		struct tce_devtree *devtree;

		if (read_with(text, NULL, &devtree, &error) != -TCE_ERR_FORMAT)
			fail_msg("case %zu was read: %s", i, cases[i].error);
		assert_string_equal(error.text, cases[i].error);
		free(text);
	}
}

static void bytes_that_are_no_tree_are_refused(void **state)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	size_t n;
	uint8_t *blob = tree_make(powervm, &n);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		assert_int_equal(tce_devtree_read(blob, cut, NULL, &devtree, &error),
				 -TCE_ERR_FORMAT);
		assert_memory_equal(error.text, "not a flattened device tree: ", 29);
	}
	free(blob);
}

/* Every byte of the tree changed to a few others: read, or refused with one printable line. */
static void damaged_trees_are_read_or_refused(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	unsigned nr_read = 0;
	size_t n;
	uint8_t *blob = tree_make(powervm, &n);

	(void)state;
	for (size_t i = 0; i < 3 * n; i++) {
		int err;

		blob[i / 3] ^= masks[i % 3];
		err = tce_devtree_read(blob, n, NULL, &devtree, &error);
		blob[i / 3] ^= masks[i % 3];
		if (err == 0) {
			nr_read++;
			tce_devtree_free(devtree);
			continue;
		}
		assert_int_equal(err, -TCE_ERR_FORMAT);
		assert_true(error.text[0] != '\0');
		for (const char *at = error.text; *at != '\0'; at++)
			assert_in_range(*at, ' ', '~');
	}
	assert_in_range(nr_read, n / 10, 3 * n);
	free(blob);
}

static void bridges_and_devices_of_bare_metal_are_found(void **state)
{
	struct tce_devtree *devtree = read_tree(
		"/ { " CELLS_22 MEM0 "ibm,opal { } "
		"pciex@600c3c0000000 { device_type = \"pciex\"; "
		"compatible = \"ibm,power9-pciex\", \"ibm,ioda3-phb\"; ibm,opal-phbid = <0 3>; "
		"ibm,opal-num-pes = <512>; "
		"pci@0 { reg = <0 0 0 0 0>; class-code = <0x60400>; bus-range = <1 2>; "
		"pci@0 { reg = <0x10000 0 0 0 0>; class-code = <0x60400>; "
		"usb@1 { reg = <0x20800 0 0 0 0>; class-code = <0xc0330>; "
		"hub@1 { reg = <1>; } } } } } }");

	(void)state;
	assert_story(devtree,
		     "machine powernv ram=1G\n"
		     "phb phb3 generation=phb4 big\n"
		     "device 0003:00:00.0 phb=phb3 root-port secondary-bus=1 subordinate-bus=2\n"
		     "device 0003:01:00.0 phb=phb3 parent=0003:00:00.0 pci-bridge secondary-bus=2 "
		     "subordinate-bus=2\n"
		     "device 0003:02:01.0 phb=phb3 parent=0003:01:00.0\n");
	tce_devtree_free(devtree);
}

static void reading_fails_cleanly_wherever_memory_runs_out(void **state)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	struct failalloc fa;
	bool done = false;
	size_t n;
	void *blob = tree_make(powervm, &n);

	(void)state;
	for (uint64_t nth = 1; !done; nth++) {
		struct tce_alloc alloc;
		struct tce_devtree_opts opts = {.alloc = &alloc};
		int err;

		failalloc_init(&fa, nth);
		alloc = failalloc_alloc(&fa);
		err = tce_devtree_read(blob, n, &opts, &devtree, &error);
		done = err == 0;
		if (done)
			tce_devtree_free(devtree);
		else
			assert_int_equal(err, -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	}
	free(blob);
}

/* Cross builds have no libfdt. */
static int is_there(void **state)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;

	(void)state;
	return tce_devtree_read("", 0, NULL, &devtree, &error) == -TCE_ERR_UNSUPPORTED;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_of_powervm_becomes_a_machine),
		cmocka_unit_test(the_old_format_of_dynamic_memory_says_the_same),
		cmocka_unit_test(what_a_tree_does_not_tell_comes_from_options),
		cmocka_unit_test(trees_tell_their_differences),
		cmocka_unit_test(assumptions_are_remarked_on),
		cmocka_unit_test(what_is_wrong_is_one_line),
		cmocka_unit_test(bytes_that_are_no_tree_are_refused),
		cmocka_unit_test(damaged_trees_are_read_or_refused),
		cmocka_unit_test(bridges_and_devices_of_bare_metal_are_found),
		cmocka_unit_test(reading_fails_cleanly_wherever_memory_runs_out),
	};

	if (is_there(NULL) != 0) {
		puts("1..0 # SKIP built without libfdt");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
