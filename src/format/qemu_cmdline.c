/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's command line as a recording keeps it (cmdline.txt): which QEMU, how its bridges were made,
 * what the kernel was told.
 */
#include <stdio.h>
#include <tce/predict.h>

#include "bridge_options.h"
#include "kernel_cmdline.h"

static struct tce_scan scan_of(const char *text, size_t size)
{
	struct tce_scan s = {.p = text, .end = text + size};

	return s;
}

static void read_version(struct tce_scan s, struct tce_qemu_cmdline *cmdline)
{
	if (tce_scan_past(&s, TCE_LIT("QEMU emulator version ")))
		tce_scan_word(&s, cmdline->version, sizeof(cmdline->version));
}

static void add_bridge(struct tce_qemu_cmdline *cmdline, const struct tce_qemu_phb *phb)
{
	if (cmdline->nr_phbs < TCE_QEMU_PHBS_MAX)
		cmdline->phb[cmdline->nr_phbs++] = *phb;
}

/* -global spapr-pci-host-bridge.pgsz=0x11000 */
static void read_globals(struct tce_scan s, struct tce_qemu_cmdline *cmdline)
{
	struct tce_qemu_phb phb = {.index = -1};
	bool any = false;

	while (tce_scan_past(&s, TCE_LIT("-global spapr-pci-host-bridge."))) {
		tce_bridge_options_read(&s, &phb);
		any = true;
	}
	if (any)
		add_bridge(cmdline, &phb);
}

/* -device spapr-pci-host-bridge,index=1,id=phb1,pgsz=0x1000 */
static void read_devices(struct tce_scan s, struct tce_qemu_cmdline *cmdline)
{
	while (tce_scan_past(&s, TCE_LIT("-device spapr-pci-host-bridge,"))) {
		struct tce_qemu_phb phb = {.index = 0};

		tce_bridge_options_read(&s, &phb);
		add_bridge(cmdline, &phb);
	}
}

static void read_append(struct tce_scan s, struct tce_qemu_cmdline *cmdline)
{
	char quote;

	if (!tce_scan_past(&s, TCE_LIT("-append ")) || s.p == s.end)
		return;
	quote = *s.p;
	if (quote == '\'' || quote == '"') {
		const char *close;

		s.p++;
		close = memchr(s.p, quote, (size_t)(s.end - s.p));
		if (close != NULL)
			s.end = close;
	}
	cmdline->has_flags = true;
	cmdline->flags = tce_kernel_cmdline_flags(s);
}

void tce_qemu_cmdline_read(const char *text, size_t size, struct tce_qemu_cmdline *ret_cmdline)
{
	struct tce_scan s = scan_of(text, size);

	memset(ret_cmdline, 0, sizeof(*ret_cmdline));
	read_version(s, ret_cmdline);
	read_globals(s, ret_cmdline);
	read_devices(s, ret_cmdline);
	read_append(s, ret_cmdline);
}
