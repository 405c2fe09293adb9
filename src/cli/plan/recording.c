/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.dtb or devicetree.tar.gz, cmdline.txt, console.log. */
#include "recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "cli/tree.h"
#include "cli/unpack.h"

#define TEXT_MAX (256U << 20)

/* --- QEMU's command line ------------------------------------------------------------------ */

static void read_cmdline(const char *folder, struct tce_plan_recording *recording)
{
	char name[32];
	int major, minor;
	size_t n;
	char *text = tce_input_slurp_in(folder, "cmdline.txt", TEXT_MAX, &n);

	if (text == NULL)
		return;
	tce_qemu_cmdline_read(text, n, &recording->cmdline);
	free(text);
	recording->has_flags = recording->cmdline.has_flags;
	recording->flags = recording->cmdline.flags;
	if (sscanf(recording->cmdline.version, "%d.%d", &major, &minor) != 2)
		return;
	snprintf(name, sizeof(name), "qemu-%d.%d", major, minor);
	recording->papr = tce_papr_profile_find(name);
}

void tce_plan_recording_bridge(const struct tce_plan_recording *recording, struct tce_event *event)
{
	const struct tce_qemu_cmdline *cmdline = &recording->cmdline;
	struct tce_phb_opts *papr = &event->u.phb_plug.papr;

	if (event->kind != TCE_EV_PHB_PLUG)
		return;
	for (unsigned i = 0; i < cmdline->nr_phbs; i++) {
		const struct tce_qemu_phb *phb = &cmdline->phb[i];

		if (phb->index != -1 && phb->index != (int)(papr->buid & 0xffff))
			continue;
		papr->no_ddw |= phb->no_ddw;
		if (phb->page_shifts != 0)
			papr->page_shifts = phb->page_shifts;
		if (phb->dyn_win_addr != 0)
			papr->dyn_win_addr = phb->dyn_win_addr;
	}
}

/* --- the kernel's log --------------------------------------------------------------------- */

/* One more element behind nr of size bytes; NULL: said on stderr. */
static void *grow(void *list, unsigned nr, size_t size)
{
	void *longer = realloc(list, (nr + 1) * size);

	if (longer == NULL)
		tce_complain("out of memory");
	return longer;
}

static unsigned find_by_addr(const struct tce_plan_recording *recording, struct tce_pci_addr addr)
{
	unsigned i = 0;

	while (i < recording->nr_devices && recording->devices[i].addr.v != addr.v)
		i++;
	return i;
}

static int keep_device(struct tce_plan_recording *recording,
		       const struct tce_console_device *device)
{
	struct tce_console_device *longer;

	if (find_by_addr(recording, device->addr) != recording->nr_devices)
		return 0;
	longer = grow(recording->devices, recording->nr_devices, sizeof(*longer));
	if (longer == NULL)
		return TCE_EXIT_INTERNAL;
	recording->devices = longer;
	longer[recording->nr_devices++] = *device;
	return 0;
}

static int keep_probed(struct tce_plan_recording *recording, struct tce_pci_addr addr)
{
	struct tce_pci_addr *longer =
		grow(recording->probed, recording->nr_probed, sizeof(*longer));

	if (longer == NULL)
		return TCE_EXIT_INTERNAL;
	recording->probed = longer;
	longer[recording->nr_probed++] = addr;
	return 0;
}

static int keep(struct tce_plan_recording *recording, const struct tce_console_record *record)
{
	switch (record->kind) {
	case TCE_CONSOLE_VERSION:
		if (recording->kernel.release[0] == '\0')
			recording->kernel = record->u.version;
		return 0;
	case TCE_CONSOLE_CMDLINE:
		if (!recording->has_flags)
			recording->flags = record->u.flags;
		recording->has_flags = true;
		return 0;
	case TCE_CONSOLE_DEVICE: return keep_device(recording, &record->u.device);
	case TCE_CONSOLE_PROBED: return keep_probed(recording, record->u.probed);
	case TCE_CONSOLE_QUERY:
	case TCE_CONSOLE_CREATE:
		return record->u.rtas.by_driver ? keep_probed(recording, record->u.rtas.dev) : 0;
	default: return 0;
	}
}

/* Those that the log speaks of come first, in its order. */
static void sort_devices(struct tce_plan_recording *recording)
{
	struct tce_console_device *devices = recording->devices;
	unsigned nr_sorted = 0;

	for (unsigned i = 0; i < recording->nr_probed; i++) {
		unsigned at = find_by_addr(recording, recording->probed[i]);
		struct tce_console_device device;

		if (at < nr_sorted || at == recording->nr_devices)
			continue;
		device = devices[at];
		memmove(&devices[nr_sorted + 1], &devices[nr_sorted],
			(at - nr_sorted) * sizeof(device));
		devices[nr_sorted++] = device;
	}
}

/* What the first kernel says, up to the second's first word. */
static int read_console(const char *folder, struct tce_plan_recording *recording)
{
	struct tce_console_reader reader;
	struct tce_console_record record;
	size_t n;
	char *text = tce_input_slurp_in(folder, "console.log", TEXT_MAX, &n);
	bool over = text == NULL;
	int code = 0;

	if (over)
		return 0;
	tce_console_reader_init(&reader, text, n);
	while (!over && code == 0 && tce_console_reader_next(&reader, &record)) {
		over = recording->nr_devices != 0 &&
		       (record.kind == TCE_CONSOLE_FIRMWARE || record.kind == TCE_CONSOLE_KERNEL);
		if (!over)
			code = keep(recording, &record);
	}
	free(text);
	sort_devices(recording);
	return code;
}

/* The device with a PCI address: domains are the low half of BUIDs. */
static bool find_device(const struct tce_story *story, struct tce_pci_addr addr, uint16_t *ret_dev)
{
	uint16_t phb = TCE_NO_ID;

	for (unsigned i = 0; i < story->nr_steps; i++) {
		const struct tce_event *event = &story->steps[i].event;
		const struct tce_ev_device_plug *dev = &event->u.device_plug;

		if (event->kind == TCE_EV_PHB_PLUG &&
		    (event->u.phb_plug.papr.buid & 0xffff) == addr.v >> 16)
			phb = event->u.phb_plug.phb;
		if (event->kind != TCE_EV_DEVICE_PLUG || dev->phb != phb ||
		    (dev->bus << 8 | dev->devfn) != (int)(addr.v & 0xffff))
			continue;
		*ret_dev = dev->dev;
		return true;
	}
	return false;
}

bool tce_plan_recording_driver(const struct tce_plan_recording *recording, unsigned i,
			       const struct tce_story *story, struct tce_event *ret_event)
{
	const struct tce_console_device *device;

	if (i >= recording->nr_devices)
		return false;
	device = &recording->devices[i];
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = TCE_EV_RESET;
	if (!device->has_driver || !find_device(story, device->addr, &ret_event->u.probe.dev))
		return true;
	ret_event->kind = TCE_EV_PROBE;
	ret_event->u.probe.streaming_bits = device->streaming_bits;
	ret_event->u.probe.coherent_bits = device->coherent_bits;
	return true;
}

/* --- life --------------------------------------------------------------------------------- */

int tce_plan_recording_load(const char *folder, struct tce_plan_recording *ret_recording)
{
	memset(ret_recording, 0, sizeof(*ret_recording));
	ret_recording->blob = tce_tree_load_recorded(folder, &ret_recording->size);
	if (ret_recording->blob == NULL)
		return TCE_EXIT_USAGE;
	read_cmdline(folder, ret_recording);
	return read_console(folder, ret_recording);
}

void tce_plan_recording_free(struct tce_plan_recording *recording)
{
	free(recording->blob);
	free(recording->devices);
	free(recording->probed);
}
