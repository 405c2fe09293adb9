/* SPDX-License-Identifier: BSD-2-Clause */
/* Device-tree nodes with windows: numbers, properties as bytes, what firmware writes into them. */
#include "devtree.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "canon.h"
#include "machine.h"

#define FIRST_LINUX_PROP TCE_PROP_WINDOW_SAVED /* those before are firmware's */

static const char *const prop_names[TCE_NR_PROPS] = {
	[TCE_PROP_DMA_WINDOW] = "ibm,dma-window",
	[TCE_PROP_DDW_APPLICABLE] = "ibm,ddw-applicable",
	[TCE_PROP_DDW_EXTENSIONS] = "ibm,ddw-extensions",
	[TCE_PROP_WINDOW_SAVED] = "ibm,dma-window-saved",
	[TCE_PROP_DIRECT64] = "linux,direct64-ddr-window-info",
	[TCE_PROP_DMA64] = "linux,dma64-ddr-window-info",
};

const char *tce_prop_name(enum tce_prop prop)
{
	return prop_names[prop];
}

/* --- nodes by number --- */

static struct tce_dev_node *dev_node(const struct tce_state *st, uint32_t node)
{
	const struct tce_dev *dev = tce_dev_find(st, (uint16_t)node);

	return dev == NULL ? NULL : tce_state_at(st, dev->node);
}

static struct tce_node *node_get(const struct tce_state *st, uint32_t node)
{
	if (node < TCE_NODE_DEV) {
		struct tce_phb *phb = tce_phb_find(st, (uint16_t)node);

		return phb == NULL ? NULL : &phb->node;
	}
	if (node < 2 * TCE_NODE_DEV) {
		struct tce_dev_node *own = dev_node(st, node);

		return own == NULL ? NULL : &own->node;
	}
	return NULL;
}

const struct tce_node *tce_node_find(const struct tce_state *st, uint32_t node)
{
	return node_get(st, node);
}

uint32_t tce_node_of_dev(const struct tce_state *st, uint16_t id)
{
	const struct tce_dev *dev = tce_dev_find(st, id);

	TCE_ASSERT(dev != NULL);
	while (dev->node.grain == 0 && dev->parent != TCE_NO_ID)
		dev = tce_dev_find(st, dev->parent);
	return dev->node.grain != 0 ? TCE_NODE_DEV | dev->id : dev->phb;
}

uint32_t tce_node_next(const struct tce_state *st, uint32_t from)
{
	const struct tce_phb *phb;
	const struct tce_dev *dev;

	for (uint32_t i = 0; (phb = tce_phb_at(st, i)) != NULL; i++) {
		if (phb->id >= from)
			return phb->id;
	}
	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->node.grain != 0 && (TCE_NODE_DEV | dev->id) >= from)
			return TCE_NODE_DEV | dev->id;
	}
	return TCE_NODE_NONE;
}

uint64_t tce_node_buid(const struct tce_state *st, uint32_t node)
{
	return node < TCE_NODE_DEV ? tce_phb_find(st, (uint16_t)node)->papr.buid
				   : dev_node(st, node)->buid;
}

uint64_t tce_node_liobn(const struct tce_state *st, uint32_t node)
{
	return node < TCE_NODE_DEV ? tce_phb_find(st, (uint16_t)node)->papr.liobn[0]
				   : dev_node(st, node)->liobn;
}

/* --- property values --- */

static size_t value_size(uint32_t len)
{
	return sizeof(struct tce_prop_value) + len;
}

static void value_drop(struct tce_state *st, struct tce_ref *ref)
{
	struct tce_prop_value *value = tce_state_at(st, *ref);

	if (value != NULL)
		tce_mem_free(&st->mem, value, value_size(value->len));
	ref->grain = 0;
}

static int value_set(struct tce_state *st, struct tce_ref *ref, const uint8_t *bytes, uint32_t len)
{
	struct tce_prop_value *value = tce_mem_new(&st->mem, value_size(len));

	if (value == NULL)
		return -TCE_ERR_NOMEM;
	value->len = len;
	if (len != 0)
		memcpy(value->byte, bytes, len);
	value_drop(st, ref);
	*ref = tce_state_ref(st, value);
	return 0;
}

/* Like value_set, from another value of the machine; an absent one makes it absent. */
static int value_copy(struct tce_state *st, struct tce_ref *to, struct tce_ref from)
{
	const struct tce_prop_value *value = tce_state_at(st, from);

	if (value == NULL) {
		value_drop(st, to);
		return 0;
	}
	return value_set(st, to, value->byte, value->len);
}

const uint8_t *tce_node_prop(const struct tce_state *st, uint32_t node, enum tce_prop prop,
			     uint32_t *ret_len)
{
	const struct tce_node *n = node_get(st, node);
	const struct tce_prop_value *value;

	TCE_ASSERT(n != NULL);
	value = tce_state_at(st, n->prop[prop]);
	if (value == NULL)
		return NULL;
	*ret_len = value->len;
	return value->byte;
}

int tce_node_prop_set(struct tce_state *st, uint32_t node, enum tce_prop prop, const uint8_t *bytes,
		      uint32_t len)
{
	struct tce_node *n = node_get(st, node);

	TCE_ASSERT(n != NULL);
	return value_set(st, &n->prop[prop], bytes, len);
}

void tce_node_prop_del(struct tce_state *st, uint32_t node, enum tce_prop prop)
{
	struct tce_node *n = node_get(st, node);

	TCE_ASSERT(n != NULL);
	value_drop(st, &n->prop[prop]);
}

int tce_node_prop_copy(struct tce_state *st, uint32_t node, enum tce_prop from, enum tce_prop to)
{
	struct tce_node *n = node_get(st, node);

	TCE_ASSERT(n != NULL);
	return value_copy(st, &n->prop[to], n->prop[from]);
}

void tce_node_fini(struct tce_state *st, struct tce_node *node)
{
	for (unsigned i = 0; i < TCE_NR_PROPS; i++)
		value_drop(st, &node->prop[i]);
	value_drop(st, &node->fw_window);
}

/* --- what firmware writes --- */

/*
 * The default window as the LPAR has it now; size 0: there is none. QEMU computes the size with the
 * bits it keeps entry counts in: 4 GiB comes out as 0.
 */
static void window_now(const struct tce_machine *machine, uint32_t node,
		       struct tce_dma_window *ret_window)
{
	struct tce_window_info info;

	memset(ret_window, 0, sizeof(*ret_window));
	ret_window->liobn = (uint32_t)tce_node_liobn(machine->st, node);
	if (tce_lpar_window(machine->lpar, ret_window->liobn, &info) != 0)
		return;
	ret_window->addr = info.start;
	ret_window->size = info.nr_entries << info.page_shift;
	ret_window->size &= tce_low_mask(machine->opts.papr->nr_entries_bits);
}

static int write_window(struct tce_machine *machine, uint32_t node, struct tce_node *n,
			bool also_empty)
{
	struct tce_state *st = machine->st;
	struct tce_dma_window window;
	uint8_t bytes[TCE_DMA_WINDOW_BYTES_MAX];
	uint32_t len;

	window_now(machine, node, &window);
	if (window.size == 0 && !also_empty) {
		value_drop(st, &n->prop[TCE_PROP_DMA_WINDOW]);
		return 0;
	}
	len = tce_dma_window_encode(&window, n->addr_cells, n->size_cells, bytes);
	return value_set(st, &n->prop[TCE_PROP_DMA_WINDOW], bytes, len);
}

static void put_cells(uint8_t *bytes, const uint32_t *cells, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		tce_be32_store(bytes + 4 * i, cells[i]);
}

/* query, create and remove tokens. */
static int write_applicable(struct tce_state *st, const struct tce_papr_profile *profile,
			    struct tce_node *n)
{
	uint32_t cells[3] = {tce_rtas_token(profile, TCE_RTAS_QUERY),
			     tce_rtas_token(profile, TCE_RTAS_CREATE),
			     tce_rtas_token(profile, TCE_RTAS_REMOVE)};
	uint8_t bytes[sizeof(cells)];

	put_cells(bytes, cells, 3);
	return value_set(st, &n->prop[TCE_PROP_DDW_APPLICABLE], bytes, sizeof(bytes));
}

/* Count of extensions, reset token, six-cell query flag, limited-address mode flag. */
static int write_extensions(struct tce_state *st, const struct tce_machine_opts *opts,
			    struct tce_node *n)
{
	unsigned nr = opts->has_limited_mode ? 3 : opts->no_64bit_query ? 1 : 2;
	uint32_t cells[4] = {nr, tce_rtas_token(opts->papr, TCE_RTAS_RESET), !opts->no_64bit_query,
			     opts->has_limited_mode};
	uint8_t bytes[sizeof(cells)];

	put_cells(bytes, cells, nr + 1);
	return value_set(st, &n->prop[TCE_PROP_DDW_EXTENSIONS], bytes, 4 * (nr + 1));
}

static const struct tce_phb *bridge_of(const struct tce_state *st, uint32_t node)
{
	if (node < TCE_NODE_DEV)
		return tce_phb_find(st, (uint16_t)node);
	return tce_phb_find(st, tce_dev_find(st, (uint16_t)node)->phb);
}

static bool is_fixed(const struct tce_node *n, enum tce_prop prop)
{
	return (n->fixed & 1U << prop) != 0;
}

static int write_ddw(struct tce_machine *machine, uint32_t node, struct tce_node *n)
{
	struct tce_state *st = machine->st;
	const struct tce_phb *phb;
	int err = 0;

	if (n->vio)
		return 0;
	phb = bridge_of(st, node);
	if (phb->papr.no_ddw || phb->no_ddw_properties)
		return 0;
	if (!is_fixed(n, TCE_PROP_DDW_APPLICABLE))
		err = write_applicable(st, machine->opts.papr, n);
	if (err == 0 && !is_fixed(n, TCE_PROP_DDW_EXTENSIONS) && !phb->papr.no_extensions)
		err = write_extensions(st, &machine->opts, n);
	return err;
}

int tce_node_rebuild(struct tce_machine *machine, uint32_t node)
{
	struct tce_state *st = machine->st;
	struct tce_node *n = node_get(st, node);
	int err;

	TCE_ASSERT(n != NULL);
	for (unsigned i = FIRST_LINUX_PROP; i < TCE_NR_PROPS; i++)
		value_drop(st, &n->prop[i]);
	if (is_fixed(n, TCE_PROP_DMA_WINDOW))
		err = value_copy(st, &n->prop[TCE_PROP_DMA_WINDOW], n->fw_window);
	else
		err = write_window(machine, node, n, false);
	return err != 0 ? err : write_ddw(machine, node, n);
}

int tce_node_cas(struct tce_machine *machine, uint32_t node)
{
	struct tce_node *n = node_get(machine->st, node);

	TCE_ASSERT(n != NULL);
	return is_fixed(n, TCE_PROP_DMA_WINDOW) ? 0 : write_window(machine, node, n, true);
}

int tce_node_fix(struct tce_state *st, uint32_t node, const struct tce_ev_property *ev)
{
	struct tce_node *n = node_get(st, node);
	int err = 0;

	TCE_ASSERT(n != NULL);
	if (ev->absent)
		value_drop(st, &n->prop[ev->prop]);
	else
		err = value_set(st, &n->prop[ev->prop], ev->bytes, ev->len);
	if (err == 0 && ev->prop == TCE_PROP_DMA_WINDOW)
		err = value_copy(st, &n->fw_window, n->prop[ev->prop]);
	if (err == 0 && ev->prop < FIRST_LINUX_PROP)
		n->fixed |= (uint8_t)(1U << ev->prop);
	return err;
}

/* --- the stream --- */

static void value_canon(const struct tce_state *st, struct tce_ref ref, struct tce_canon *canon)
{
	const struct tce_prop_value *value = tce_state_at(st, ref);

	tce_canon_u32(canon, value == NULL ? UINT32_MAX : value->len);
	if (value != NULL)
		tce_canon_bytes(canon, value->byte, value->len);
}

void tce_node_canon(const struct tce_state *st, uint32_t node, struct tce_canon *canon)
{
	const struct tce_node *n = node_get(st, node);

	TCE_ASSERT(n != NULL);
	tce_canon_u8(canon, n->fixed);
	tce_canon_u8(canon, n->addr_cells);
	tce_canon_u8(canon, n->size_cells);
	for (unsigned i = 0; i < TCE_NR_PROPS; i++)
		value_canon(st, n->prop[i], canon);
	value_canon(st, n->fw_window, canon);
}

/* --- layouts --- */

bool tce_prop_cell(const uint8_t *bytes, uint32_t len, unsigned index, uint32_t *ret_cell)
{
	if (index >= len / 4)
		return false;
	*ret_cell = tce_be32_load(bytes + 4 * (size_t)index);
	return true;
}

/* nr cells from index at on as one number. */
static bool read_number(const uint8_t *bytes, uint32_t len, unsigned at, unsigned nr,
			uint64_t *ret_number)
{
	uint32_t cell;

	*ret_number = 0;
	for (unsigned i = 0; i < nr; i++) {
		if (!tce_prop_cell(bytes, len, at + i, &cell))
			return false;
		*ret_number = *ret_number << 32 | cell;
	}
	return true;
}

bool tce_dma_window_decode(const uint8_t *bytes, uint32_t len, unsigned addr_cells,
			   unsigned size_cells, struct tce_dma_window *ret_window)
{
	memset(ret_window, 0, sizeof(*ret_window));
	return tce_prop_cell(bytes, len, 0, &ret_window->liobn) &&
	       read_number(bytes, len, 1, addr_cells, &ret_window->addr) &&
	       read_number(bytes, len, 1 + addr_cells, size_cells, &ret_window->size);
}

static uint32_t write_number(uint8_t *bytes, uint64_t number, unsigned nr)
{
	for (unsigned i = nr; i > 0; i--) {
		tce_be32_store(bytes + 4 * (i - 1), (uint32_t)number);
		number >>= 32;
	}
	return 4 * nr;
}

uint32_t tce_dma_window_encode(const struct tce_dma_window *window, unsigned addr_cells,
			       unsigned size_cells, uint8_t ret_bytes[TCE_DMA_WINDOW_BYTES_MAX])
{
	uint32_t len = write_number(ret_bytes, window->liobn, 1);

	TCE_ASSERT(addr_cells >= 1 && addr_cells <= 4 && size_cells >= 1 && size_cells <= 4);
	len += write_number(ret_bytes + len, window->addr, addr_cells);
	return len + write_number(ret_bytes + len, window->size, size_cells);
}

void tce_ddw_prop_encode(const struct tce_ddw_prop *prop, uint8_t ret_bytes[TCE_DDW_PROP_BYTES])
{
	memset(ret_bytes, 0, TCE_DDW_PROP_BYTES);
	tce_be32_store(ret_bytes, prop->liobn);
	tce_be64_store(ret_bytes + 8, prop->dma_base);
	tce_be32_store(ret_bytes + 16, prop->tce_shift);
	tce_be32_store(ret_bytes + 20, prop->window_shift);
}

void tce_ddw_prop_decode(const uint8_t bytes[TCE_DDW_PROP_BYTES], struct tce_ddw_prop *ret_prop)
{
	ret_prop->liobn = tce_be32_load(bytes);
	ret_prop->dma_base = tce_be64_load(bytes + 8);
	ret_prop->tce_shift = tce_be32_load(bytes + 16);
	ret_prop->window_shift = tce_be32_load(bytes + 20);
}
