/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a state file to the machine that it tells of. The file names devices and what was seen of
 * them, not how the machine was made; what it leaves open is worked out here: bus numbers are
 * given out depth first, as Linux and skiboot do; RAM is what the bypass and the default window
 * cover; a driver's masks are the device's.
 */
#include "pnv_state.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES_MAX 512U
#define PHBS_MAX    64U
#define NO_BUS      256U

struct text {
	char *at;
	size_t n;
};

static void __attribute__((format(printf, 2, 3))) say(struct text *text, const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text->at = realloc(text->at, text->n + (size_t)n + 1);
	if (text->at == NULL)
		abort();
	memcpy(text->at + text->n, line, (size_t)n + 1);
	text->n += (size_t)n;
}

/* One device of the file. */
struct seen {
	const struct pnv_record *record;
	unsigned domain, bus, devfn;
	unsigned vendor, device;
	bool is_bridge;
	unsigned secondary, subordinate; /* bridges */
	int parent;                      /* index; -1: none */
	int m64;                         /* segment; -1: none */
};

struct machine_seen {
	struct seen devices[DEVICES_MAX];
	unsigned nr;
};

static void collect(const struct pnv_state *state, struct machine_seen *m)
{
	memset(m, 0, sizeof(*m));
	for (unsigned i = 0; i < state->nr && m->nr < DEVICES_MAX; i++) {
		const struct pnv_record *record = &state->records[i];
		struct seen *seen = &m->devices[m->nr];
		unsigned slot, function;

		if (sscanf(record->key, "%x:%x:%x.%u", &seen->domain, &seen->bus, &slot,
			   &function) != 4)
			continue;
		seen->record = record;
		seen->devfn = slot << 3 | function;
		sscanf(pnv_record_get(record, "id"), "%x:%x", &seen->vendor, &seen->device);
		seen->is_bridge = pnv_record_hex(record, "hdr") == 1;
		seen->parent = -1;
		seen->m64 = -1;
		m->nr++;
	}
}

/* --- buses -------------------------------------------------------------------------------- */

/* The next device on a bus at or after devfn; NULL: none. */
static struct seen *next_on(struct machine_seen *m, unsigned domain, unsigned bus, unsigned devfn)
{
	struct seen *best = NULL;

	for (unsigned i = 0; i < m->nr; i++) {
		struct seen *dev = &m->devices[i];

		if (dev->domain != domain || dev->bus != bus || dev->devfn < devfn)
			continue;
		if (best == NULL || dev->devfn < best->devfn)
			best = dev;
	}
	return best;
}

/* Give bus numbers to the bridges of a bus and all below it; the highest one used. */
static unsigned number_buses(struct machine_seen *m, unsigned domain, unsigned bus, int parent)
{
	unsigned highest = bus;
	struct seen *dev;

	for (unsigned devfn = 0; (dev = next_on(m, domain, bus, devfn)) != NULL;
	     devfn = dev->devfn + 1) {
		dev->parent = parent;
		if (!dev->is_bridge || highest >= 255)
			continue;
		dev->secondary = highest + 1;
		highest = number_buses(m, domain, dev->secondary, (int)(dev - m->devices));
		dev->subordinate = highest;
	}
	return highest;
}

/* A bridge between PCI Express and PCI, as opposed to a port, a switch or PCI to PCI. */
static bool is_pcie_to_pci(const struct seen *dev)
{
	static const unsigned ids[][2] = {{0x1b36, 0x000e}, {0x10b5, 0x8112}, {0x10b5, 0x8114},
					  {0x104c, 0x8231}, {0x12d8, 0xe111}, {0x1b21, 0x1080}};

	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (dev->vendor == ids[i][0] && dev->device == ids[i][1])
			return true;
	}
	return false;
}

/*
 * Virtio and ivshmem have a 64-bit prefetchable BAR, which lies in the 64-bit MMIO space of the
 * bridge: their buses get one segment each, in order.
 */
static void place_m64(struct machine_seen *m)
{
	for (unsigned domain = 0; domain < PHBS_MAX; domain++) {
		int segment = -1;

		for (unsigned bus = 0; bus < NO_BUS; bus++) {
			bool any = false;
			struct seen *dev;

			for (unsigned devfn = 0; (dev = next_on(m, domain, bus, devfn)) != NULL;
			     devfn = dev->devfn + 1) {
				if (dev->vendor != 0x1af4 || dev->is_bridge)
					continue;
				segment += !any;
				any = true;
				dev->m64 = segment;
			}
		}
	}
}

/* --- RAM, kernel, machine ----------------------------------------------------------------- */

/* First value of a field in records whose key begins so; 0: none. */
static uint64_t first_hex(const struct pnv_state *state, const char *begin, const char *name)
{
	for (unsigned i = 0; i < state->nr; i++) {
		uint64_t value;

		if (strncmp(state->records[i].key, begin, strlen(begin)) != 0)
			continue;
		value = pnv_record_hex(&state->records[i], name);
		if (value != 0)
			return value;
	}
	return 0;
}

/* Decimal. */
static unsigned page_shift_of(const struct pnv_state *state)
{
	for (unsigned i = 0; i < state->nr; i++) {
		const char *value = pnv_record_get(&state->records[i], "page_shift");

		if (value != NULL && strstr(state->records[i].key, "tables[0]") != NULL)
			return (unsigned)atoi(value);
	}
	return 16;
}

/*
 * The default window is RAM rounded down to a power of two, the bypass RAM rounded up: something
 * between the two when they differ.
 */
static uint64_t ram_of(const struct pnv_state *state)
{
	uint64_t window = first_hex(state, "group ", "it_size") << page_shift_of(state);
	uint64_t top = first_hex(state, "PHB ", "limit");

	if (top == 0 || window >= top)
		return window != 0 ? window : UINT64_C(4) << 30;
	return window + (top - window) / 2;
}

static unsigned machine_number(const struct pnv_state *state, const char *name)
{
	const char *at = strstr(name, "powernv");
	uint64_t version = first_hex(state, "PHB ", "VERSION") >> 32;

	if (at != NULL && at[7] >= '0' && at[7] <= '9')
		return (unsigned)atoi(at + 7);
	return version == 0xa3 ? 8 : version == 0xa5 ? 10 : 9;
}

/* "6.12-64k" of "state-powernv9-6.12-64k.txt"; without one, the newest there is. */
static void kernel_of(const char *name, char *kernel, size_t n)
{
	const char *at = strstr(name, "powernv");
	const char *end = strstr(name, ".txt");
	size_t len;

	at = at == NULL ? NULL : strchr(at, '-');
	if (at == NULL || at[1] < '0' || at[1] > '9') {
		snprintf(kernel, n, "fixed");
		return;
	}
	len = end != NULL && end > at ? (size_t)(end - at - 1) : strlen(at + 1);
	snprintf(kernel, n, "%.*s", (int)len, at + 1);
}

/* --- the story ---------------------------------------------------------------------------- */

static void say_phbs(const struct pnv_state *state, unsigned number, struct text *text)
{
	char key[16];

	for (unsigned i = 0; i < PHBS_MAX; i++) {
		const struct pnv_record *phb;

		snprintf(key, sizeof(key), "PHB %u", i);
		phb = pnv_state_find(state, key);
		if (phb == NULL)
			return;
		say(text, "phb name=phb%u%s\n", i,
		    number > 8 && pnv_record_hex(phb, "num_pes") > 0x100 ? " big=yes" : "");
	}
}

static void say_device(const struct machine_seen *m, const struct seen *dev, struct text *text)
{
	say(text, "device %s phb=phb%u bus=%u devfn=%u", dev->record->key, dev->domain, dev->bus,
	    dev->devfn);
	if (dev->parent >= 0)
		say(text, " parent=%s", m->devices[dev->parent].record->key);
	if (dev->is_bridge)
		say(text, " type=%s secondary-bus=%u subordinate-bus=%u",
		    is_pcie_to_pci(dev) ? "pci-bridge" : "root-port", dev->secondary,
		    dev->subordinate);
	if (dev->m64 >= 0)
		say(text, " m64-first=%d m64-count=1", dev->m64);
	say(text, "\n");
}

/* Parents before children: each bus has a higher number than the one above it. */
static void say_devices(struct machine_seen *m, struct text *text)
{
	for (unsigned domain = 0; domain < PHBS_MAX; domain++) {
		for (unsigned bus = 0; bus < NO_BUS; bus++) {
			struct seen *dev;

			for (unsigned devfn = 0; (dev = next_on(m, domain, bus, devfn)) != NULL;
			     devfn = dev->devfn + 1)
				say_device(m, dev, text);
		}
	}
}

/* Bits of a mask that is 2^n - 1; else those that cover it. */
static unsigned bits_of(uint64_t mask)
{
	return mask == 0 ? 1 : 64U - (unsigned)__builtin_clzll(mask);
}

/* A driver has set its masks, and one that uses the table has mapped something once. */
static void say_driver(const struct seen *dev, unsigned nr, struct text *text)
{
	const char *driver = pnv_record_get(dev->record, "drv");
	uint64_t mask = pnv_record_hex(dev->record, "dma_mask");
	uint64_t coherent = pnv_record_hex(dev->record, "coh");

	if (driver == NULL || strcmp(driver, "-") == 0 || dev->is_bridge)
		return;
	say(text, "probe %s streaming-mask=%u coherent-mask=%u\n", dev->record->key, bits_of(mask),
	    bits_of(coherent));
	if (pnv_record_hex(dev->record, "bypass") != 0)
		return;
	say(text, "map %s coherent addr=0x%x len=4K as=m%u\n", dev->record->key,
	    0x1000000 + (nr << 16), nr);
	say(text, "unmap m%u\n", nr);
}

static bool any_bypass(const struct pnv_state *state)
{
	return first_hex(state, "group ", "bypass_enabled") != 0 ||
	       first_hex(state, "group ", "PE") == 0;
}

char *pnv_state_story(const struct pnv_state *state, const char *name)
{
	const char *slash = strrchr(name, '/');
	struct machine_seen *m = malloc(sizeof(*m));
	struct text text = {0};
	char kernel[48];
	unsigned number;

	if (m == NULL)
		abort();
	name = slash == NULL ? name : slash + 1;
	number = machine_number(state, name);
	kernel_of(name, kernel, sizeof(kernel));
	collect(state, m);
	for (unsigned domain = 0; domain < PHBS_MAX; domain++)
		number_buses(m, domain, 0, -1);
	place_m64(m);
	say(&text, "machine powernv%u profile=qemu-pnv ram=%lluM\n", number,
	    (unsigned long long)ram_of(state) >> 20);
	say_phbs(state, number, &text);
	say_devices(m, &text);
	say(&text, "boot kernel=%s page=%s%s\n", kernel, page_shift_of(state) == 12 ? "4K" : "64K",
	    any_bypass(state) ? "" : " cmdline=iommu=nobypass");
	for (unsigned i = 0; i < m->nr; i++)
		say_driver(&m->devices[i], i, &text);
	free(m);
	return text.at;
}
