/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device's DMA: cut into pieces that lie in one I/O page and in one piece of the mapping, each
 * translated by the platform and compared with where the mapping says it should land.
 */
#include "bridges.h"
#include "machine.h"

/* One transfer under way. */
struct transfer {
	struct tce_machine *machine;
	const struct tce_dev *dev;
	const struct tce_mapping *map; /* NULL: by bus address */
	uint64_t at;                   /* bus address, or offset in map */
	uint64_t left;
	unsigned access;
};

/* The next stretch: its bus address, where it should land, and how long it may be at most. */
struct stretch {
	uint64_t bus;
	uint64_t want; /* with map */
	uint64_t len;
};

static bool next_stretch(const struct transfer *dma, struct stretch *ret_stretch)
{
	if (dma->left == 0)
		return false;
	if (dma->map == NULL) {
		ret_stretch->bus = dma->at;
		ret_stretch->want = 0;
		ret_stretch->len = dma->left;
		return true;
	}
	if (!tce_mapping_byte(dma->machine->st, dma->map, dma->at, &ret_stretch->bus,
			      &ret_stretch->want, &ret_stretch->len))
		return false;
	if (ret_stretch->len > dma->left)
		ret_stretch->len = dma->left;
	return true;
}

static int translate(const struct transfer *dma, uint64_t bus, struct tce_outcome *outcome)
{
	const struct tce_state *st = dma->machine->st;
	struct tce_dma access = {
		.addr = bus, .access = dma->access, .vio = dma->dev->type == TCE_DEV_VIO};

	if (dma->machine->lpar == NULL)
		return tce_bridges_dma(dma->machine, dma->dev, bus, dma->access, outcome);
	access.bus = tce_node_buid(st, tce_node_of_dev(st, dma->dev->id));
	tce_lpar_dma(dma->machine->lpar, &access, &outcome->dma);
	return 0;
}

/* Bytes from here to the end of the I/O page that answered. */
static uint64_t rest_of_page(const struct tce_dma_out *out, uint64_t bus)
{
	unsigned shift = out->xlate.page_shift;
	bool known = out->result == TCE_DMA_OK || out->result == TCE_DMA_FAULT;
	uint64_t page = UINT64_C(1) << (known && shift != 0 ? shift : TCE_PAGE_SHIFT_MIN);
	uint64_t offset = out->result == TCE_DMA_OK ? out->xlate.ra.v : bus;

	return page - (offset & (page - 1));
}

/* One piece. 1: *ret_len bytes went; 0: the transfer ends here; -TCE_ERR_NOMEM. */
static int piece(const struct transfer *dma, const struct stretch *stretch,
		 struct tce_outcome *outcome, uint64_t *ret_len)
{
	uint64_t len;
	int err = translate(dma, stretch->bus, outcome);

	if (err != 0)
		return err;
	outcome->want = tce_ra(stretch->want);
	if (outcome->dma.result != TCE_DMA_OK)
		return 0;
	if (dma->map != NULL && outcome->dma.xlate.ra.v != stretch->want) {
		outcome->misdirected = true;
		return 0;
	}
	len = rest_of_page(&outcome->dma, stretch->bus);
	*ret_len = len < stretch->len ? len : stretch->len;
	return 1;
}

static int run(struct transfer *dma, struct tce_outcome *outcome)
{
	struct stretch stretch;
	uint64_t len = 0;
	int more = 1;

	while (more == 1 && next_stretch(dma, &stretch)) {
		more = piece(dma, &stretch, outcome, &len);
		dma->at += len;
		dma->left -= len;
	}
	return more < 0 ? more : 0;
}

/* Length of the transfer, checked; 0: out of range. */
static uint64_t length(const struct tce_machine *machine, const struct tce_ev_dma *ev,
		       const struct tce_mapping *map)
{
	uint64_t whole;
	uint64_t len;

	if (map == NULL)
		return ev->addr + ev->len - 1 < ev->addr ? 0 : ev->len;
	whole = tce_mapping_len(machine->st, map);
	if (ev->addr >= whole || ev->len > whole - ev->addr)
		return 0;
	len = ev->len == 0 ? whole - ev->addr : ev->len;
	return len <= TCE_DMA_LEN_MAX ? len : 0;
}

int tce_dma_answer(struct tce_machine *machine, const struct tce_ev_dma *ev,
		   struct tce_outcome *outcome)
{
	struct transfer dma = {.machine = machine, .at = ev->addr, .access = ev->access};

	dma.dev = tce_dev_find(machine->st, ev->dev);
	if (ev->map != TCE_NO_ID)
		dma.map = tce_mapping_find(machine->st, ev->map);
	if (dma.dev == NULL || (ev->map != TCE_NO_ID && dma.map == NULL))
		return -TCE_ERR_NOENT;
	dma.left = length(machine, ev, dma.map);
	if (dma.left == 0)
		return -TCE_ERR_INVAL;
	outcome->map_gone = dma.map != NULL && dma.map->state != TCE_MAP_LIVE;
	return run(&dma, outcome);
}
