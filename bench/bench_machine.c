/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building a large machine: 64 GiB of RAM that may grow to 64 TiB, 200 bridges, 2000 devices; from
 * events, and from the device tree of such a machine. Then Linux boots on it, and all of its
 * windows are planned. The peer is the aim: a second for the building. There is no other program
 * that does this.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tce/devtree.h>
#include <tce/linux.h>
#include <tce/plan.h>

#include "bench.h"

#define NR_PHBS   200U
#define NR_DEVS   10U /* of each */
#define ROUNDS    5
#define RAM       (UINT64_C(64) << 30)
#define MAX_RAM   (UINT64_C(64) << 40)
#define BLOB_SIZE (4 << 20)
#define AIM_MS    1000.0

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_machine: a call failed\n");
	exit(1);
}

/* --- its device tree ------------------------------------------------------------------------ */

static void put_cells(void *blob, const char *name, const uint32_t *cells, unsigned nr)
{
	uint32_t swapped[16];

	must(nr <= 16);
	for (unsigned i = 0; i < nr; i++)
		swapped[i] = cpu_to_fdt32(cells[i]);
	must(fdt_property(blob, name, swapped, (int)(nr * sizeof(uint32_t))) == 0);
}

#define PUT(blob, name, ...)                                                                       \
	put_cells(blob, name, (const uint32_t[]){__VA_ARGS__},                                     \
		  sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void put_memory(void *blob)
{
	must(fdt_begin_node(blob, "memory@0") == 0);
	must(fdt_property_string(blob, "device_type", "memory") == 0);
	PUT(blob, "reg", 0, 0, (uint32_t)(RAM >> 32), 0);
	must(fdt_end_node(blob) == 0);
	must(fdt_begin_node(blob, "ibm,dynamic-reconfiguration-memory") == 0);
	PUT(blob, "ibm,lmb-size", 0, 0x10000000);
	/* one set: the blocks above RAM, none of them there */
	PUT(blob, "ibm,dynamic-memory-v2", 1, (uint32_t)((MAX_RAM - RAM) >> 28),
	    (uint32_t)(RAM >> 32), 0, 0x80000100, 0, 0);
	must(fdt_end_node(blob) == 0);
	must(fdt_begin_node(blob, "rtas") == 0);
	PUT(blob, "ibm,lrdr-capacity", (uint32_t)(MAX_RAM >> 32), 0, 0, 0x10000000, 0, 0);
	must(fdt_property_string(blob, "ibm,hypertas-functions", "hcall-multi-tce") == 0);
	must(fdt_end_node(blob) == 0);
}

static void put_bridge(void *blob, uint32_t index)
{
	char name[48];

	snprintf(name, sizeof(name), "pci@80000002%07x", index);
	must(fdt_begin_node(blob, name) == 0);
	must(fdt_property_string(blob, "device_type", "pci") == 0);
	must(fdt_property_string(blob, "compatible", "IBM,Logical_PHB") == 0);
	PUT(blob, "reg", 0x8000000, 0x20000000 + index, 0, 0);
	PUT(blob, "ibm,dma-window", 0x80000000 + (index << 8), 0, 0, 0, 0x40000000);
	PUT(blob, "ibm,#dma-address-cells", 2);
	PUT(blob, "ibm,#dma-size-cells", 2);
	PUT(blob, "ibm,ddw-applicable", 0x2026, 0x2027, 0x2028);
	PUT(blob, "ibm,ddw-extensions", 2, 0x2029, 1);
	for (uint32_t i = 0; i < NR_DEVS; i++) {
		snprintf(name, sizeof(name), "ethernet@%x", i + 1);
		must(fdt_begin_node(blob, name) == 0);
		PUT(blob, "reg", (i + 1) << 11, 0, 0, 0, 0);
		PUT(blob, "class-code", 0x20000);
		must(fdt_end_node(blob) == 0);
	}
	must(fdt_end_node(blob) == 0);
}

static void *make_tree(size_t *ret_n)
{
	void *blob = malloc(BLOB_SIZE);

	must(blob != NULL && fdt_create(blob, BLOB_SIZE) == 0);
	must(fdt_finish_reservemap(blob) == 0 && fdt_begin_node(blob, "") == 0);
	must(fdt_property_string(blob, "compatible", "qemu,pseries") == 0);
	PUT(blob, "#address-cells", 2);
	PUT(blob, "#size-cells", 2);
	put_memory(blob);
	for (uint32_t i = 0; i < NR_PHBS; i++)
		put_bridge(blob, i);
	must(fdt_end_node(blob) == 0 && fdt_finish(blob) == 0);
	*ret_n = fdt_totalsize(blob);
	return blob;
}

/* --- what is measured ----------------------------------------------------------------------- */

struct setup {
	void *blob;
	size_t size;
	struct tce_devtree *devtree; /* of blob */
	uint16_t kernel;
};

static struct tce_machine *build(const struct tce_devtree *devtree)
{
	const struct tce_story *story = tce_devtree_story(devtree);
	struct tce_machine *machine;
	struct tce_outcome outcome;

	must(tce_machine_new(NULL, &story->machine, &machine) == 0);
	for (unsigned i = 0; i < story->nr_steps; i++)
		must(tce_machine_step(machine, &story->steps[i].event, &outcome) == 0);
	return machine;
}

static void from_events(const struct setup *s)
{
	tce_machine_free(build(s->devtree));
}

static struct tce_devtree *read_tree(const struct setup *s)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;

	must(tce_devtree_read(s->blob, s->size, NULL, &devtree, &error) == 0);
	return devtree;
}

static void from_tree(const struct setup *s)
{
	struct tce_devtree *devtree = read_tree(s);

	tce_machine_free(build(devtree));
	tce_devtree_free(devtree);
}

static void with_boot(const struct setup *s)
{
	struct tce_machine *machine = build(s->devtree);
	struct tce_event event = {.kind = TCE_EV_BOOT};
	struct tce_outcome outcome;

	event.u.boot.kernel = s->kernel;
	must(tce_linux_attach(machine) == 0);
	must(tce_machine_step(machine, &event, &outcome) == 0 && outcome.err == 0);
	tce_machine_free(machine);
}

static void as_plan(const struct setup *s)
{
	struct tce_ev_boot boot = {.kernel = s->kernel};
	struct tce_plan_opts opts = {.story = tce_devtree_story(s->devtree), .boot = &boot};
	struct tce_plan *plan;

	must(tce_plan_new(&opts, &plan) == 0);
	must(tce_plan_summary(plan)->nr_devs == NR_PHBS * NR_DEVS);
	must(tce_plan_summary(plan)->worst == TCE_MODE_DIRECT);
	tce_plan_free(plan);
}

static void measure(const char *name, void (*run)(const struct setup *s), const struct setup *s)
{
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		uint64_t t;

		run(s);
		t = bench_now() - start;
		best = t < best ? t : best;
	}
	bench_line(name, "ms", (double)best / 1e6, AIM_MS);
}

int main(void)
{
	struct setup s;
	struct tce_kernel_match match;

	must(tce_kernel_find("6.12.107", &match) == 0);
	s.kernel = (uint16_t)match.index;
	s.blob = make_tree(&s.size);
	s.devtree = read_tree(&s);
	bench_head("64 TiB hot-pluggable, 200 bridges, 2000 devices, beside the aim of a second");
	measure("build_from_events", from_events, &s);
	measure("build_from_device_tree", from_tree, &s);
	measure("build_and_boot_linux", with_boot, &s);
	measure("build_boot_probe_and_plan", as_plan, &s);
	tce_devtree_free(s.devtree);
	free(s.blob);
	return 0;
}
