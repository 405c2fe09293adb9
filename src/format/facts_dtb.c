/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts from a flattened device tree of a pseries machine. Read only, tolerant: a property that is
 * missing or too short tells nothing. Sources: LoPAR; QEMU hw/ppc/spapr.c, spapr_pci.c,
 * spapr_vio.c, spapr_nvdimm.c.
 */
#include <string.h>

#include <tce/facts.h>

#ifdef TCE_WITHOUT_FDT

int tce_facts_read(const void *dtb, size_t n, struct tce_facts *ret_facts)
{
	(void)dtb;
	(void)n;
	(void)ret_facts;
	return -TCE_ERR_UNSUPPORTED;
}

#else

#include <libfdt.h>

/* Cells of a property, big-endian 32-bit words. */
struct cells {
	const fdt32_t *cell;
	unsigned nr;
};

static struct cells cells_of(const void *dtb, int node, const char *name)
{
	struct cells c = {NULL, 0};
	int len;

	c.cell = fdt_getprop(dtb, node, name, &len);
	if (c.cell != NULL)
		c.nr = (unsigned)len / 4;
	return c;
}

/* nr cells (1 or 2) at *at as one number; false: they are not there. */
static bool take(const struct cells *c, unsigned *at, unsigned nr, uint64_t *ret_value)
{
	uint64_t v = 0;

	if (nr > 2 || *at + nr > c->nr)
		return false;
	while (nr-- > 0)
		v = v << 32 | fdt32_to_cpu(c->cell[(*at)++]);
	*ret_value = v;
	return true;
}

static unsigned count_cells(const void *dtb, int node, const char *name, unsigned otherwise)
{
	struct cells c = cells_of(dtb, node, name);

	return c.nr == 1 ? fdt32_to_cpu(c.cell[0]) : otherwise;
}

/* LIOBN, bus address, size: the form of both window properties. */
static void read_window(const void *dtb, int node, const char *name, struct tce_facts *facts)
{
	unsigned na = count_cells(dtb, node, "ibm,#dma-address-cells", 2);
	unsigned ns = count_cells(dtb, node, "ibm,#dma-size-cells", 2);
	struct cells c = cells_of(dtb, node, name);
	struct tce_facts_window w;
	unsigned at = 0;

	if (!take(&c, &at, 1, &w.liobn) || !take(&c, &at, na, &w.start) ||
	    !take(&c, &at, ns, &w.size) || w.size == 0 ||
	    facts->nr_windows == TCE_FACTS_WINDOWS_MAX)
		return;
	facts->window[facts->nr_windows++] = w;
}

static bool is_type(const void *dtb, int node, const char *type)
{
	int len;
	const char *s = fdt_getprop(dtb, node, "device_type", &len);

	return s != NULL && len == (int)strlen(type) + 1 && memcmp(s, type, (size_t)len) == 0;
}

static void read_memory(const void *dtb, int node, struct tce_facts *facts)
{
	struct cells reg = cells_of(dtb, node, "reg");
	uint64_t start, size;
	unsigned at = 0;

	while (take(&reg, &at, 2, &start) && take(&reg, &at, 2, &size))
		if (size <= UINT64_MAX - start && start + size > facts->ram_end)
			facts->ram_end = start + size;
}

static void read_lrdr(const void *dtb, int node, struct tce_facts *facts)
{
	struct cells c = cells_of(dtb, node, "ibm,lrdr-capacity");
	unsigned at = 0;

	if (take(&c, &at, 2, &facts->lrdr))
		facts->has_lrdr = true;
}

static void read_node(const void *dtb, int node, struct tce_facts *facts)
{
	struct cells reg;
	unsigned at = 0;

	read_window(dtb, node, "ibm,dma-window", facts);
	read_window(dtb, node, "ibm,my-dma-window", facts);
	read_lrdr(dtb, node, facts);
	if (is_type(dtb, node, "memory"))
		read_memory(dtb, node, facts);
	if (is_type(dtb, node, "ibm,pmemory")) {
		reg = cells_of(dtb, node, "reg");
		facts->has_pmem = true;
		if (!take(&reg, &at, 1, &facts->pmem_reg))
			facts->pmem_reg = 0;
	}
}

int tce_facts_read(const void *dtb, size_t n, struct tce_facts *ret_facts)
{
	struct tce_facts facts;
	int depth = 0;

	if (n < sizeof(struct fdt_header) || fdt_magic(dtb) != FDT_MAGIC)
		return -TCE_ERR_FORMAT;
	if (fdt_totalsize(dtb) > n)
		return -TCE_ERR_TRUNCATED;
	if (n > INT32_MAX || fdt_check_full(dtb, n) != 0)
		return -TCE_ERR_FORMAT;
	memset(&facts, 0, sizeof(facts));
	for (int node = fdt_next_node(dtb, -1, &depth); node >= 0 && depth >= 0;
	     node = fdt_next_node(dtb, node, &depth))
		read_node(dtb, node, &facts);
	facts.max_ram = facts.lrdr > facts.ram_end ? facts.lrdr : facts.ram_end;
	*ret_facts = facts;
	return 0;
}

#endif
