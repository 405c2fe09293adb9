/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A console log of a pseries guest under QEMU, with time stamps of the host in front of the lines:
 * firmware, kernels, what scripts in the guest print, what the host did. One line, at most one
 * fact; what is not a fact is passed over. The kernel log comes late and more than once ("DMESG"
 * lines), or as the console showed it.
 *
 * Phrases: Open Firmware client (prom_init), Linux 6.1 to 7.3 (dmesg), ndctl and daxctl, QEMU's
 * monitor; "=== MARK", "PCI", "DMESG" and "[host]" are those of recordings/pseries/README.md.
 */
#include <stdio.h>

#include "bridge_options.h"
#include "console_stimulus.h"
#include "kernel_cmdline.h"

#define US       UINT64_C(1000000)
#define EPOCH_US (UINT64_C(1000000000) * US) /* 2001 */
#define ADDR_END (UINT64_C(1) << 60)         /* no memory beyond */

/* --- numbers ------------------------------------------------------------------------------- */

/* "12.345" in seconds, any number of decimals. */
static bool read_seconds(struct tce_scan *s, uint64_t *ret_us)
{
	uint64_t seconds, us = 0, unit = US;

	if (!tce_scan_digits(s, "", UINT64_MAX / US - 1, &seconds) ||
	    !tce_scan_try(s, TCE_LIT(".")))
		return false;
	for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
		unit /= 10;
		us += unit * (uint64_t)(*s->p - '0');
	}
	*ret_us = seconds * US + us;
	return true;
}

static void skip_blanks(struct tce_scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
}

/* "0001:00:1f.2" */
static bool read_addr(struct tce_scan *s, struct tce_pci_addr *ret_addr)
{
	uint32_t domain, bus, slot, function;

	if (!tce_scan_hex32(s, "", 0, &domain) || !tce_scan_hex32(s, TCE_LIT(":"), &bus) ||
	    !tce_scan_hex32(s, TCE_LIT(":"), &slot) ||
	    !tce_scan_hex32(s, TCE_LIT("."), &function) || domain > 0xffff || bus > 0xff ||
	    slot > 0x1f || function > 7)
		return false;
	ret_addr->v = domain << 16 | bus << 8 | slot << 3 | function;
	return true;
}

/* --- kernels ------------------------------------------------------------------------------- */

/* "... #1 SMP PREEMPT Debian 6.1.176-1 (date)": compilers before it name Debian, too. */
static void read_build(struct tce_scan s, struct tce_console_version *version)
{
	if (!tce_scan_past(&s, TCE_LIT("#")) || !tce_scan_past(&s, TCE_LIT(" Debian ")))
		return;
	tce_scan_word(&s, version->build, sizeof(version->build));
	if (version->build[0] < '0' || version->build[0] > '9')
		version->build[0] = '\0';
}

static void read_version(struct tce_scan s, struct tce_console_version *version)
{
	skip_blanks(&s);
	tce_scan_word(&s, version->release, sizeof(version->release));
	read_build(s, version);
}

static bool read_firmware(struct tce_scan s, struct tce_console_record *r)
{
	if (!tce_scan_try(&s, TCE_LIT("Preparing to boot Linux version ")))
		return false;
	r->kind = TCE_CONSOLE_FIRMWARE;
	read_version(s, &r->u.version);
	return true;
}

static bool read_kernel(struct tce_scan s, struct tce_console_record *r)
{
	r->kind = TCE_CONSOLE_KERNEL;
	return tce_scan_try(&s, TCE_LIT("Linux ppc64"));
}

static bool read_prom_cmdline(struct tce_scan s, struct tce_console_record *r)
{
	if (!tce_scan_try(&s, TCE_LIT("command line: ")))
		return false;
	r->kind = TCE_CONSOLE_CMDLINE;
	r->u.flags = tce_kernel_cmdline_flags(s);
	return true;
}

/* "=== MARK [4.72] cmdline: ..." or "init: Linux (none) 6.12.107+deb13 #1 SMP ..."  or anything. */
static bool read_mark(struct tce_scan s, struct tce_console_record *r)
{
	char host[64];

	if (!tce_scan_past(&s, TCE_LIT("=== MARK [")) || !read_seconds(&s, &r->uptime_us) ||
	    !tce_scan_try(&s, TCE_LIT("] ")))
		return false;
	if (tce_scan_try(&s, TCE_LIT("init: Linux "))) {
		r->kind = TCE_CONSOLE_VERSION;
		tce_scan_word(&s, host, sizeof(host));
		read_version(s, &r->u.version);
	} else if (tce_scan_try(&s, TCE_LIT("cmdline: "))) {
		r->kind = TCE_CONSOLE_CMDLINE;
		r->u.flags = tce_kernel_cmdline_flags(s);
	} else {
		r->kind = TCE_CONSOLE_MARK;
	}
	return true;
}

/* --- devices ------------------------------------------------------------------------------- */

/* "PCI 0000:00:01.0 0x1b36 0x0010 class 0x010802 driver nvme dma_mask_bits 64 consistent 64" */
static bool read_device(struct tce_scan s, struct tce_console_record *r)
{
	struct tce_console_device *device = &r->u.device;
	uint32_t vendor, id, streaming, coherent;

	if (!tce_scan_try(&s, TCE_LIT("PCI ")) || !read_addr(&s, &device->addr) ||
	    !tce_scan_hex32(&s, TCE_LIT(" "), &vendor) || !tce_scan_hex32(&s, TCE_LIT(" "), &id) ||
	    !tce_scan_past(&s, TCE_LIT(" driver ")))
		return false;
	device->vendor = (uint16_t)vendor;
	device->device = (uint16_t)id;
	tce_scan_word(&s, device->driver, sizeof(device->driver));
	if (!tce_scan_dec32(&s, TCE_LIT(" dma_mask_bits "), &streaming) ||
	    !tce_scan_dec32(&s, TCE_LIT(" consistent "), &coherent) || streaming == 0 ||
	    streaming > 64 || coherent == 0 || coherent > 64)
		return false;
	r->kind = TCE_CONSOLE_DEVICE;
	device->has_driver = strcmp(device->driver, "none") != 0;
	device->streaming_bits = (uint8_t)streaming;
	device->coherent_bits = (uint8_t)coherent;
	return true;
}

/* --- the kernel log ------------------------------------------------------------------------- */

/* " 800 8000000 20000000 18 21 returned -1" */
static bool read_rtas_call(struct tce_scan *s, unsigned nargs, struct tce_console_rtas *rtas)
{
	int64_t status;

	for (unsigned i = 0; i < nargs; i++) {
		if (!tce_scan_hex32(s, TCE_LIT(" "), &rtas->args[i]))
			return false;
	}
	if (!tce_scan_int(s, TCE_LIT(" returned "), &status))
		return false;
	rtas->status = (int32_t)status;
	return true;
}

/* "nvme 0000:00:01.0: ": who speaks; the core calls itself pci, users come through vfio-pci. */
static bool read_speaker(struct tce_scan *s, struct tce_console_rtas *rtas)
{
	char driver[32];

	tce_scan_word(s, driver, sizeof(driver));
	rtas->by_user = strcmp(driver, "vfio-pci") == 0;
	rtas->by_driver = !rtas->by_user && strcmp(driver, "pci") != 0;
	return driver[0] != '\0' && tce_scan_try(s, TCE_LIT(" ")) && read_addr(s, &rtas->dev) &&
	       (tce_scan_try(s, TCE_LIT(": ")) || tce_scan_try(s, TCE_LIT(" ")));
}

/* "ibm,query-pe-dma-windows(2026) 800 8000000 20000000 returned 0, lb=2000000000 ps=107 wn=1" */
static bool read_query(struct tce_scan s, struct tce_console_rtas *rtas)
{
	if (!tce_scan_try(&s, TCE_LIT("ibm,query-pe-dma-windows(")) ||
	    !tce_scan_past(&s, TCE_LIT(")")) || !read_rtas_call(&s, 3, rtas))
		return false;
	if (tce_scan_hex(&s, TCE_LIT(", lb="), &rtas->block) &&
	    tce_scan_hex32(&s, TCE_LIT(" ps="), &rtas->page_mask))
		(void)tce_scan_hex32(&s, TCE_LIT(" wn="), &rtas->windows);
	return true;
}

/* "ibm,create-pe-dma-window(2027) ... returned 0 (liobn = 0x80000001 starting addr = 8000000 0)" */
static bool read_create(struct tce_scan s, struct tce_console_rtas *rtas)
{
	uint32_t high, low;

	if (!tce_scan_try(&s, TCE_LIT("ibm,create-pe-dma-window(")) ||
	    !tce_scan_past(&s, TCE_LIT(")")) || !read_rtas_call(&s, 5, rtas))
		return false;
	if (tce_scan_hex(&s, TCE_LIT(" (liobn = "), &rtas->liobn) &&
	    tce_scan_hex32(&s, TCE_LIT(" starting addr = "), &high) &&
	    tce_scan_hex32(&s, TCE_LIT(" "), &low))
		rtas->addr = (uint64_t)high << 32 | low;
	return true;
}

/* "nvme nvme0: pci function 0000:00:01.0" */
static bool read_named(struct tce_scan s, struct tce_console_record *r)
{
	char word[32];

	tce_scan_word(&s, word, sizeof(word));
	skip_blanks(&s);
	tce_scan_word(&s, word, sizeof(word));
	r->kind = TCE_CONSOLE_PROBED;
	return word[0] != '\0' && tce_scan_try(&s, TCE_LIT(" pci function ")) &&
	       read_addr(&s, &r->u.probed);
}

/* What a driver says of its device, or a DDW call of the kernel's. */
static bool read_speech(struct tce_scan s, struct tce_console_record *r)
{
	struct tce_console_rtas rtas = {.by_driver = false};

	if (!read_speaker(&s, &rtas))
		return false;
	if (read_query(s, &rtas) || read_create(s, &rtas)) {
		r->kind = rtas.liobn != 0 || rtas.args[3] != 0 || rtas.args[4] != 0
				  ? TCE_CONSOLE_CREATE
				  : TCE_CONSOLE_QUERY;
		r->u.rtas = rtas;
		return true;
	}
	r->kind = TCE_CONSOLE_PROBED;
	r->u.probed = rtas.dev;
	return rtas.by_driver;
}

/* A log that is printed again begins earlier than it stood. */
static bool is_known(struct tce_console_reader *reader, uint64_t uptime_us)
{
	if (uptime_us < reader->dmesg_us)
		reader->repeats = true;
	else if (uptime_us > reader->dmesg_us)
		reader->repeats = false;
	if (!reader->repeats)
		reader->dmesg_us = uptime_us;
	return reader->repeats;
}

/* "spapr_tce_create_table: Calling query /pci@800000020000001" */
static bool read_vfio(struct tce_scan s, struct tce_console_record *r)
{
	r->kind = TCE_CONSOLE_VFIO;
	return tce_scan_try(&s, TCE_LIT("spapr_tce_create_table: Calling query /pci@")) &&
	       tce_scan_hex(&s, "", 0, &r->u.buid);
}

/* "<6>", of dmesg -r and of /dev/kmsg: facility and level. */
static void skip_level(struct tce_scan *s)
{
	struct tce_scan at = *s;
	uint64_t level;

	if (tce_scan_try(&at, TCE_LIT("<")) && tce_scan_digits(&at, "", 255, &level) &&
	    tce_scan_try(&at, TCE_LIT(">")))
		*s = at;
}

/*
 * "DMESG [ 5.999661] text", or the same line as the console showed it, without the word: of these
 * there are only some, so that a driver's first word may be its last.
 */
static bool read_dmesg(struct tce_console_reader *reader, struct tce_scan s,
		       struct tce_console_record *r)
{
	bool kept = tce_scan_try(&s, TCE_LIT("DMESG "));

	skip_level(&s);
	if (!tce_scan_try(&s, TCE_LIT("[")))
		return false;
	skip_blanks(&s);
	if (!read_seconds(&s, &r->uptime_us) || !tce_scan_try(&s, TCE_LIT("] ")))
		return false;
	if (tce_scan_try(&s, TCE_LIT("ddwtest:")))
		return !is_known(reader, r->uptime_us) && tce_console_stimulus_read(s, r);
	if (read_speech(s, r) || read_named(s, r))
		return kept || r->kind != TCE_CONSOLE_PROBED;
	if (read_vfio(s, r))
		return true;
	r->kind = TCE_CONSOLE_LOG;
	return kept;
}

/* --- persistent memory, and the host ---------------------------------------------------------- */

/* "  90000000-bfffffff : System RAM (kmem)" */
static bool read_kmem(struct tce_scan s, struct tce_console_record *r)
{
	uint64_t start, last;

	skip_blanks(&s);
	if (!tce_scan_hex(&s, "", 0, &start) || !tce_scan_hex(&s, TCE_LIT("-"), &last) ||
	    !tce_scan_try(&s, TCE_LIT(" : System RAM (kmem)")) || last < start || last >= ADDR_END)
		return false;
	r->kind = TCE_CONSOLE_KMEM;
	r->u.range.addr = start;
	r->u.range.size = last - start + 1;
	return true;
}

static bool read_daxctl(struct tce_scan s, struct tce_console_record *r)
{
	struct tce_scan again = s;

	r->kind = TCE_CONSOLE_TO_RAM;
	if (tce_scan_past(&s, TCE_LIT("\"online_memblocks\":")))
		return true;
	r->kind = TCE_CONSOLE_FROM_RAM;
	return tce_scan_try(&again, TCE_LIT("offlined memory for "));
}

static bool read_host(struct tce_scan s, struct tce_console_record *r)
{
	if (!tce_scan_try(&s, TCE_LIT("[host] ")))
		return false;
	if (tce_scan_past(&s, TCE_LIT("device_add spapr-pci-host-bridge,"))) {
		r->kind = TCE_CONSOLE_PHB;
		tce_bridge_options_read(&s, &r->u.bridge);
		return true;
	}
	r->kind = TCE_CONSOLE_LIMIT;
	return tce_scan_past(&s, TCE_LIT("terminating on signal"));
}

/* --- lines --------------------------------------------------------------------------------- */

void tce_console_reader_init(struct tce_console_reader *reader, const char *text, size_t size)
{
	memset(reader, 0, sizeof(*reader));
	reader->text = text;
	reader->size = size;
}

/* "[1795170208.109] " of the host, when it is there: no kernel has been up for that long. */
static void read_time(struct tce_scan *s, uint64_t *ret_us)
{
	struct tce_scan at = *s;

	if (tce_scan_try(&at, TCE_LIT("[")) && read_seconds(&at, ret_us) && *ret_us > EPOCH_US &&
	    tce_scan_try(&at, TCE_LIT("] ")))
		*s = at;
	else
		*ret_us = 0;
	while (s->p < s->end && *s->p == '\r')
		s->p++;
}

static bool read_line(struct tce_console_reader *reader, struct tce_scan s,
		      struct tce_console_record *r)
{
	memset(r, 0, sizeof(*r));
	r->line = reader->line;
	read_time(&s, &r->time_us);
	if (tce_scan_try(&s, TCE_LIT("L2| "))) /* a nested guest's console */
		return false;
	if (read_kernel(s, r)) {
		reader->dmesg_us = 0;
		reader->repeats = false;
		return true;
	}
	return read_firmware(s, r) || read_prom_cmdline(s, r) || read_mark(s, r) ||
	       read_device(s, r) || read_dmesg(reader, s, r) || read_kmem(s, r) ||
	       read_daxctl(s, r) || read_host(s, r);
}

bool tce_console_reader_next(struct tce_console_reader *reader,
			     struct tce_console_record *ret_record)
{
	struct tce_console_record record;

	while (reader->at < reader->size) {
		const char *start = reader->text + reader->at;
		size_t left = reader->size - reader->at;
		const char *newline = memchr(start, '\n', left);
		size_t n = newline != NULL ? (size_t)(newline - start) : left;
		struct tce_scan s = {.p = start, .end = start + n};

		reader->at += n + (newline != NULL);
		reader->line++;
		if (read_line(reader, s, &record)) {
			*ret_record = record;
			return true;
		}
	}
	return false;
}
