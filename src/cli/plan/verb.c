/* SPDX-License-Identifier: BSD-2-Clause */
/* tce plan: options. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "report.h"

enum {
	OPT_CMDLINE = 256,
	OPT_COLOR,
	OPT_FORMAT,
	OPT_KERNEL,
	OPT_MASK,
	OPT_MAX_RAM,
	OPT_PMEM,
	OPT_PROFILE,
};

static const char help[] =
	"usage: tce plan [options] MACHINE\n"
	"\n"
	"Says which DMA windows each device of a pseries machine will get from a Linux kernel, "
	"how\n"
	"much memory they cover, what each DMA mask gets, and why not more. MACHINE is a "
	"flattened\n"
	"device tree (QEMU's dumpdtb), /proc/device-tree or a tar.gz of it, a recording's folder,\n"
	"or a scenario (tce-scenario(5)).\n"
	"\n"
	"  --kernel VERSION     this kernel, as uname -r or a person says it; an unknown one is\n"
	"                       taken for the nearest older one\n"
	"  --cmdline WORDS      its command line: disable_ddw, iommu=off, multitce=off ...\n"
	"  --profile NAME       this hypervisor; tce --version lists them\n"
	"  --mask BITS          every device's driver sets masks of so many bits; repeatable:\n"
	"                       further ones are only asked about\n"
	"  --max-ram SIZE       RAM may grow so far, as with QEMU's maxmem\n"
	"  --pmem SIZE@ADDR     this persistent memory instead of the tree's; repeatable\n"
	"  -v                   every device, and all that a decision rests on\n"
	"  --format text|json   json: one object, schema tce-plan-1\n"
	"  --color WHEN         auto, always or never; NO_COLOR is honoured\n"
	"\n"
	"Exit status: 0 nothing to warn of, 1 warnings, 2 usage or unreadable input, 3 internal\n"
	"error.\n";

#define MASKS_MAX 16U

struct args {
	struct tce_plan_wish wish;
	uint8_t masks[MASKS_MAX];
	unsigned nr_masks;
	bool json;
	bool verbose;
	enum tce_when colour;
};

/* --- options ------------------------------------------------------------------------------ */

/* "4G", "0x1000": bytes; *text moves past it. */
static bool parse_size(const char **text, uint64_t *ret_size)
{
	static const char units[] = "KMGTPE";
	const char *unit;
	char *end;
	uint64_t size = strtoull(*text, &end, 0);
	unsigned shift = 0;

	if (end == *text || **text == '-')
		return false;
	unit = *end != '\0' ? strchr(units, *end) : NULL;
	if (unit != NULL) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (size > UINT64_MAX >> shift)
		return false;
	*text = end;
	*ret_size = size << shift;
	return true;
}

static bool set_max_ram(struct args *args, const char *text)
{
	const char *at = text;

	if (parse_size(&at, &args->wish.max_ram) && *at == '\0' && args->wish.max_ram != 0)
		return true;
	tce_complain("plan: --max-ram is a size like 64G, not %s", text);
	return false;
}

/* "1G@0x100000000", in a list or repeated. */
static bool add_pmem(struct args *args, const char *text)
{
	const char *at = text;
	struct tce_ev_memory pmem;

	for (;;) {
		if (!parse_size(&at, &pmem.size) || *at++ != '@' || !parse_size(&at, &pmem.addr) ||
		    pmem.size == 0 || (*at != '\0' && *at != ',')) {
			tce_complain("plan: --pmem is SIZE@ADDRESS like 1G@0x100000000, not %s",
				     text);
			return false;
		}
		if (args->wish.nr_pmem == TCE_PLAN_PMEM_MAX) {
			tce_complain("plan: no more than %u --pmem", TCE_PLAN_PMEM_MAX);
			return false;
		}
		args->wish.pmem[args->wish.nr_pmem++] = pmem;
		if (*at++ == '\0')
			return true;
	}
}

static bool add_mask(struct args *args, const char *text)
{
	char *end;
	unsigned long bits = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || bits < 1 || bits > 64) {
		tce_complain("plan: --mask is a number of bits from 1 to 64, not %s", text);
		return false;
	}
	if (args->nr_masks == MASKS_MAX) {
		tce_complain("plan: no more than %u --mask", MASKS_MAX);
		return false;
	}
	args->masks[args->nr_masks++] = (uint8_t)bits;
	return true;
}

static bool set_option(void *of, int c, const char *value)
{
	struct args *args = of;

	switch (c) {
	case OPT_CMDLINE: args->wish.cmdline = value; return true;
	case OPT_COLOR: return tce_option_colour("plan", value, &args->colour);
	case OPT_FORMAT: return tce_option_format("plan", value, &args->json);
	case OPT_KERNEL: args->wish.kernel = value; return true;
	case OPT_MASK: return add_mask(args, value);
	case OPT_MAX_RAM: return set_max_ram(args, value);
	case OPT_PMEM: return add_pmem(args, value);
	case OPT_PROFILE: return tce_option_profile("plan", value, &args->wish.papr);
	default: args->verbose = true; return true;
	}
}

static const struct option words[] = {
	{"cmdline", required_argument, NULL, OPT_CMDLINE},
	{"color", required_argument, NULL, OPT_COLOR},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"mask", required_argument, NULL, OPT_MASK},
	{"max-ram", required_argument, NULL, OPT_MAX_RAM},
	{"pmem", required_argument, NULL, OPT_PMEM},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":v",
	.words = words,
	.set = set_option,
	.ask = "which machine?",
	.one = true,
};

/* --- the plan ----------------------------------------------------------------------------- */

static int refuse(const struct args *args, int err)
{
	if (err == -TCE_ERR_NOMEM) {
		tce_complain("out of memory");
		return TCE_EXIT_INTERNAL;
	}
	tce_complain(
		"%s: %s", args->wish.path,
		err == -TCE_ERR_UNSUPPORTED
			? "not a pseries machine: plans are made for those only"
			: "no such machine can be made, or what is plugged contradicts itself");
	return TCE_EXIT_USAGE;
}

static int make(const struct args *args, const struct tce_plan_machine *machine,
		struct tce_plan **ret_plan)
{
	static const uint8_t typical[] = {64, 48, 44, 40, 32};
	struct tce_plan_opts opts = {.story = &machine->story,
				     .boot = &machine->boot,
				     .masks = args->nr_masks != 0 ? args->masks : typical,
				     .nr_masks =
					     args->nr_masks != 0 ? args->nr_masks : sizeof(typical),
				     .driver_bits = args->wish.mask_bits};
	int err = tce_plan_new(&opts, ret_plan);

	return err == 0 ? 0 : refuse(args, err);
}

static int plan_and_print(const struct args *args, const struct tce_plan_machine *machine)
{
	struct tce_plan_report report = {.machine = machine,
					 .path = args->wish.path,
					 .colour = tce_colour_wanted(args->colour),
					 .verbose = args->verbose};
	struct tce_plan *plan;
	int code = make(args, machine, &plan);

	if (code != 0)
		return code;
	report.plan = plan;
	report.sum = tce_plan_summary(plan);
	if (args->json)
		tce_plan_print_json(&report);
	else
		tce_plan_print_text(&report);
	code = report.sum->nr_warnings == 0 ? TCE_EXIT_OK : TCE_EXIT_FOUND;
	tce_plan_free(plan);
	return code;
}

static int run(int argc, char **argv)
{
	struct args args = {.colour = TCE_WHEN_AUTO};
	struct tce_plan_machine machine;
	int code = tce_options_read(&options, &args, argc, argv);

	if (code != 0)
		return code;
	args.wish.path = argv[optind];
	args.wish.mask_bits = args.nr_masks != 0 ? args.masks[0] : 0;
	code = tce_plan_machine_load(&args.wish, &machine);
	if (code != 0)
		return code;
	code = plan_and_print(&args, &machine);
	tce_plan_machine_free(&machine);
	return code;
}

const struct tce_verb tce_verb_plan = {
	.name = "plan",
	.summary = "say which DMA windows a machine's devices will get, and why not more",
	.help = help,
	.run = run,
};
