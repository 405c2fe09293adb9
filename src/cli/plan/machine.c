/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of input it is, its story, and what the options change in it. */
#include "machine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bits.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/tree.h"
#include "cli/unpack.h"
#include "format/kernel_cmdline.h"
#include "recording.h"

#define FILE_MAX   (64U << 20)
#define NEWEST     "7.2.13"
#define FDT_MAGIC  UINT32_C(0xd00dfeed)
#define GZIP_MAGIC UINT32_C(0x1f8b)

/* --- a story that can be changed ---------------------------------------------------------- */

static int out_of_memory(void)
{
	tce_complain("out of memory");
	return TCE_EXIT_INTERNAL;
}

static int add_event(struct tce_plan_machine *machine, const struct tce_event *event)
{
	struct tce_step *longer;

	if (machine->story.nr_steps == machine->room) {
		machine->room = machine->room * 2 + 64;
		longer = realloc(machine->steps, machine->room * sizeof(*longer));
		if (longer == NULL)
			return out_of_memory();
		machine->steps = longer;
		machine->story.steps = longer;
	}
	memset(&machine->steps[machine->story.nr_steps], 0, sizeof(struct tce_step));
	machine->steps[machine->story.nr_steps++].event = *event;
	return 0;
}

/* All of a story that a plan looks at, but for persistent memory when the user has his own. */
static int copy_story(const struct tce_plan_wish *wish, const struct tce_story *story,
		      struct tce_plan_machine *machine)
{
	int code = 0;

	machine->story.machine = story->machine;
	for (unsigned i = 0; code == 0 && i < story->nr_steps; i++) {
		const struct tce_event *event = &story->steps[i].event;
		bool setup = tce_event_class(event->kind) == TCE_CLASS_SETUP;
		bool booted = machine->boot.kernel != TCE_NO_ID;

		if (!(setup && !booted) && !(event->kind == TCE_EV_BOOT && !booted) &&
		    !(event->kind == TCE_EV_PROBE && booted))
			break;
		if (event->kind == TCE_EV_PMEM_PLUG && wish->nr_pmem != 0)
			continue;
		if (event->kind == TCE_EV_BOOT)
			machine->boot = event->u.boot;
		else
			code = add_event(machine, event);
	}
	return code;
}

/* SETUP events go before the others. */
static int insert_setup(struct tce_plan_machine *machine, const struct tce_event *event)
{
	unsigned at = 0;
	int code = add_event(machine, event);

	if (code != 0)
		return code;
	while (tce_event_class(machine->steps[at].event.kind) == TCE_CLASS_SETUP &&
	       at + 1 < machine->story.nr_steps)
		at++;
	memmove(&machine->steps[at + 1], &machine->steps[at],
		(machine->story.nr_steps - 1 - at) * sizeof(struct tce_step));
	memset(&machine->steps[at], 0, sizeof(struct tce_step));
	machine->steps[at].event = *event;
	return 0;
}

/* --- what the user wants otherwise -------------------------------------------------------- */

static int change_memory(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	struct tce_machine_opts *opts = &machine->story.machine;
	struct tce_event event;
	int code = 0;

	if (wish->max_ram != 0 && wish->max_ram < opts->ram) {
		tce_complain("plan: --max-ram is less than the RAM there is at boot");
		return TCE_EXIT_USAGE;
	}
	if (wish->max_ram != 0) {
		opts->max_ram = wish->max_ram;
		opts->has_lrdr = false;
		opts->lrdr_capacity = 0;
	}
	for (unsigned i = 0; code == 0 && i < wish->nr_pmem; i++) {
		memset(&event, 0, sizeof(event));
		event.kind = TCE_EV_PMEM_PLUG;
		event.u.pmem_plug.pmem = (uint16_t)i;
		event.u.pmem_plug.addr = wish->pmem[i].addr;
		event.u.pmem_plug.size = wish->pmem[i].size;
		code = insert_setup(machine, &event);
	}
	return code;
}

static void change_masks(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	for (unsigned i = 0; wish->mask_bits != 0 && i < machine->story.nr_steps; i++) {
		struct tce_event *event = &machine->steps[i].event;

		if (event->kind != TCE_EV_PROBE)
			continue;
		event->u.probe.streaming_bits = wish->mask_bits;
		event->u.probe.coherent_bits = wish->mask_bits;
	}
}

static unsigned flags_of(const char *cmdline)
{
	struct tce_scan scan = {.p = cmdline, .end = cmdline + strlen(cmdline)};

	return tce_kernel_cmdline_flags(scan) & ~TCE_BOOT_KDUMP;
}

/* Which kernel, when nobody has said so yet; who says it. */
static void guess_kernel(const char *path, struct tce_plan_machine *machine)
{
	struct utsname here;

	if (machine->kernel[0] != '\0')
		return;
	if (strncmp(path, "/proc/device-tree", 17) == 0 && uname(&here) == 0) {
		snprintf(machine->kernel, sizeof(machine->kernel), "%.63s", here.release);
		machine->kernel_from = "running here";
		return;
	}
	snprintf(machine->kernel, sizeof(machine->kernel), "%s", NEWEST);
	machine->kernel_from = "the newest recorded one; --kernel says another";
}

/* The scenario's boot line says it. */
static int name_kernel(struct tce_plan_machine *machine)
{
	struct tce_kernel kernel;

	if (tce_kernel_at(machine->boot.kernel, &kernel) != 0)
		return TCE_EXIT_USAGE;
	machine->match.index = machine->boot.kernel;
	machine->match.exact = true;
	snprintf(machine->kernel, sizeof(machine->kernel), "%s", kernel.name);
	machine->kernel_from = "in the scenario";
	return 0;
}

static int choose_kernel(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	struct tce_kernel_match by_build;
	unsigned page_shift;
	int err;

	if (wish->kernel != NULL) {
		snprintf(machine->kernel, sizeof(machine->kernel), "%s", wish->kernel);
		machine->kernel_from = "";
	}
	if (wish->cmdline != NULL)
		machine->boot.flags = (uint8_t)flags_of(wish->cmdline);
	if (wish->kernel == NULL && machine->boot.kernel != TCE_NO_ID)
		return name_kernel(machine);
	guess_kernel(wish->path, machine);
	err = tce_kernel_find(machine->kernel, &machine->match);
	if (err != 0) {
		tce_complain("plan: %s: %s", machine->kernel,
			     err == -TCE_ERR_NOENT ? "no kernel before 4.10 is known"
						   : "that is no kernel version");
		return TCE_EXIT_USAGE;
	}
	page_shift = machine->match.page_shift;
	if (wish->kernel == NULL && tce_kernel_find(machine->build, &by_build) == 0)
		machine->match = by_build; /* names the stable release, and no page size */
	machine->boot.kernel = (uint16_t)machine->match.index;
	machine->boot.page_shift = (uint8_t)page_shift;
	return 0;
}

/* --- kinds of input ----------------------------------------------------------------------- */

static int read_tree(const struct tce_plan_wish *wish, const void *blob, size_t n,
		     const struct tce_papr_profile *papr, struct tce_plan_machine *machine)
{
	struct tce_devtree_opts opts = {.papr = wish->papr != NULL ? wish->papr : papr};
	struct tce_devtree_error error = {.text = ""};
	int err = tce_devtree_read(blob, n, &opts, &machine->devtree, &error);

	if (err == -TCE_ERR_NOMEM)
		return out_of_memory();
	if (err != 0) {
		tce_complain("%s: %s", wish->path,
			     error.text[0] != '\0' ? error.text : tce_strerror(err));
		return TCE_EXIT_USAGE;
	}
	machine->names = tce_devtree_names(machine->devtree);
	machine->boot.flags = (uint8_t)flags_of(tce_tree_bootargs(blob));
	return copy_story(wish, tce_devtree_story(machine->devtree), machine);
}

static int load_tree(const struct tce_plan_wish *wish, void *blob, size_t n,
		     struct tce_plan_machine *machine)
{
	int code = blob == NULL ? TCE_EXIT_USAGE : read_tree(wish, blob, n, NULL, machine);

	free(blob);
	return code;
}

static int load_scenario(const struct tce_plan_wish *wish, const char *text, size_t n,
			 struct tce_plan_machine *machine)
{
	struct tce_scenario_overrides overrides = {.kernel = wish->kernel, .papr = wish->papr};
	struct tce_scenario_error error = {0};
	int err = tce_scenario_parse(NULL, text, n, &overrides, &machine->scenario, &error);

	if (err == -TCE_ERR_NOMEM)
		return out_of_memory();
	if (err != 0) {
		tce_complain("%s:%u:%u: neither a device tree nor a scenario: %s", wish->path,
			     error.line, error.column, error.text);
		return TCE_EXIT_USAGE;
	}
	machine->names = tce_scenario_names(machine->scenario);
	return copy_story(wish, tce_scenario_story(machine->scenario), machine);
}

static int load_file(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	size_t n;
	char *bytes = tce_input_slurp(wish->path, FILE_MAX, &n);
	int code;

	if (bytes == NULL)
		return TCE_EXIT_USAGE;
	if (n >= 2 && tce_be16_load(bytes) == GZIP_MAGIC) {
		free(bytes);
		bytes = tce_tree_load_packed(wish->path, &n);
		return load_tree(wish, bytes, n, machine);
	}
	if (n >= 4 && tce_be32_load(bytes) == FDT_MAGIC)
		return load_tree(wish, bytes, n, machine);
	code = load_scenario(wish, bytes, n, machine);
	free(bytes);
	return code;
}

static int load_recording(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	struct tce_plan_recording recording;
	struct tce_event event;
	int code = tce_plan_recording_load(wish->path, &recording);

	if (code == 0)
		code = read_tree(wish, recording.blob, recording.size, recording.papr, machine);
	for (unsigned i = 0; code == 0 && i < machine->story.nr_steps; i++)
		tce_plan_recording_bridge(&recording, &machine->steps[i].event);
	for (unsigned i = 0;
	     code == 0 && tce_plan_recording_driver(&recording, i, &machine->story, &event); i++) {
		if (event.kind == TCE_EV_PROBE)
			code = add_event(machine, &event);
	}
	if (code == 0 && recording.kernel.release[0] != '\0') {
		snprintf(machine->kernel, sizeof(machine->kernel), "%s", recording.kernel.release);
		memcpy(machine->build, recording.kernel.build, sizeof(machine->build));
		machine->kernel_from = "as recorded";
	}
	if (code == 0 && recording.has_flags)
		machine->boot.flags = (uint8_t)recording.flags;
	tce_plan_recording_free(&recording);
	return code;
}

static int load(const struct tce_plan_wish *wish, struct tce_plan_machine *machine)
{
	struct stat st;
	size_t n;
	void *blob;

	if (stat(wish->path, &st) != 0 || !S_ISDIR(st.st_mode))
		return load_file(wish, machine);
	if (tce_tree_is_recorded(wish->path))
		return load_recording(wish, machine);
	blob = tce_tree_load(wish->path, &n);
	return load_tree(wish, blob, n, machine);
}

/* --- life --------------------------------------------------------------------------------- */

int tce_plan_machine_load(const struct tce_plan_wish *wish, struct tce_plan_machine *ret_machine)
{
	int code;

	memset(ret_machine, 0, sizeof(*ret_machine));
	ret_machine->kernel_from = "";
	ret_machine->boot.kernel = TCE_NO_ID;
	code = load(wish, ret_machine);
	if (code == 0)
		code = choose_kernel(wish, ret_machine);
	if (code == 0)
		code = change_memory(wish, ret_machine);
	change_masks(wish, ret_machine);
	if (code != 0)
		tce_plan_machine_free(ret_machine);
	return code;
}

void tce_plan_machine_free(struct tce_plan_machine *machine)
{
	tce_devtree_free(machine->devtree);
	tce_scenario_free(machine->scenario);
	free(machine->steps);
	memset(machine, 0, sizeof(*machine));
}

const char *tce_plan_machine_remark(const struct tce_plan_machine *machine, unsigned i)
{
	if (machine->scenario != NULL)
		return tce_scenario_remark(machine->scenario, i);
	return machine->devtree != NULL ? tce_devtree_remark(machine->devtree, i) : NULL;
}
