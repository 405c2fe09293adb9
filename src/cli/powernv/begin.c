/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides as skiboot hands a bridge over, with the same bytes in memory and in the devices'
 * buffers. See session.h.
 */
#include <string.h>

#include "base/bits.h"

#include "session.h"

#define SCOPE_IODA_TABLES 6U
#define RESET_ASSERT      1U
#define BAR_ENABLE        (UINT64_C(1) << 63)
#define RTC_ALL           (UINT64_C(1) << 63)
#define TVE1              (UINT64_C(1) << 59)
#define PAGE              UINT64_C(4096)

/* A TCE that leads into the area, mostly with permission; now and then to where nothing is. */
uint64_t tce_nv_random_tce(struct tce_rng *rng)
{
	uint64_t page = TCE_NV_AREA + tce_rng_below(rng, TCE_NV_AREA_SIZE / PAGE) * PAGE;

	if (tce_rng_percent(rng, 50))
		page = TCE_NV_AREA + (page & (TCE_NV_DATA - TCE_NV_AREA - 1));
	if (tce_rng_percent(rng, 5))
		page = TCE_NV_RAM + (page - TCE_NV_AREA);
	if (tce_rng_percent(rng, 10))
		return tce_rng_percent(rng, 50) ? 0 : page;
	return page | (tce_rng_percent(rng, 70) ? 3 : tce_rng_below(rng, 4));
}

/* Data is no TCE: it must not lead anywhere when tables grow into it. */
uint64_t tce_nv_random_data(struct tce_rng *rng)
{
	return tce_rng_next(rng) & ~UINT64_C(3);
}

/* Where the buffer of a device is loaded from. */
static uint64_t load_address(unsigned bridge, unsigned function)
{
	return TCE_NV_DATA + (bridge * TCE_NV_NR_EDU + function) * (uint64_t)TCE_NV_EDU_BYTES;
}

/* The same tables, data and buffers for the same seed. */
static void fill(struct tce_nv_session *session, uint64_t seed)
{
	struct tce_nv_model *model = &session->model;
	uint8_t *area = model->copies[0].bytes;
	struct tce_rng rng = {.state = seed};

	for (uint64_t at = TCE_NV_AREA; at < TCE_NV_END; at += 8)
		tce_be64_store(area + (at - TCE_NV_AREA), at < TCE_NV_DATA
								  ? tce_nv_random_tce(&rng)
								  : tce_nv_random_data(&rng));
	memcpy(session->machine.vm.ram + TCE_NV_AREA, area, TCE_NV_AREA_SIZE);
	for (unsigned b = 0; b < model->tree->nr_bridges; b++)
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f++)
			memcpy(model->edu[b][f], area + (load_address(b, f) - TCE_NV_AREA),
			       TCE_NV_EDU_BYTES);
}

static void write_reg(struct tce_nv_session *session, const struct tce_nv_bridge *bridge,
		      uint64_t reg, uint64_t value)
{
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_WRITE8);

	slot->args[0] = bridge->regs + reg;
	slot->args[1] = value;
}

static void call(struct tce_nv_session *session, uint64_t token, uint64_t a, uint64_t b, uint64_t c,
		 uint64_t d, uint64_t e)
{
	const uint64_t args[] = {a, b, c, d, e};
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_OPAL);

	slot->token = token;
	memcpy(slot->args, args, sizeof(args));
}

static void clean_bridge(struct tce_nv_session *session, const struct tce_nv_bridge *bridge)
{
	write_reg(session, bridge, TCE_IODA_REG_CONFIG, bridge->model->config);
	write_reg(session, bridge, TCE_IODA_REG_RTT_BAR, bridge->rtt | BAR_ENABLE);
	call(session, TCE_OPAL_PCI_RESET, bridge->phb_id, SCOPE_IODA_TABLES, RESET_ASSERT, 0, 0);
	for (uint64_t option = 1; bridge->model->option_calls && option <= 2; option++)
		call(session, TCE_OPAL_PHB_SET_OPTION, bridge->phb_id, option, 0, 0, 0);
	write_reg(session, bridge, TCE_IODA_REG_RTC_INVALIDATE, RTC_ALL);
	write_reg(session, bridge, TCE_IODA_REG_TCE_KILL, 0);
}

/* Every RID belongs to the reserved PE: let it see all memory. */
static void open_bridge(struct tce_nv_session *session, const struct tce_nv_bridge *bridge)
{
	uint64_t pe = bridge->model->reserved_pe;

	call(session, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, bridge->phb_id, pe, 2 * pe + 1, TVE1,
	     TCE_NV_RAM);
}

static int load_buffers(struct tce_nv_session *session)
{
	struct tce_nv_op ops[TCE_NV_MAX_BRIDGES * TCE_NV_NR_EDU];
	size_t indexes[TCE_NV_MAX_BRIDGES * TCE_NV_NR_EDU];
	unsigned n = 0;

	for (unsigned b = 0; b < session->machine.tree.nr_bridges; b++) {
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f++) {
			ops[n] = (struct tce_nv_op){
				.kind = TCE_NV_DMA_READ,
				.n = {b, f, TVE1 | load_address(b, f), TCE_NV_EDU_BYTES, 0}};
			indexes[n] = n;
			n++;
		}
	}
	return tce_nv_edu_run(session, ops, indexes, n);
}

int tce_nv_session_clean(struct tce_nv_session *session, uint64_t seed)
{
	const struct tce_nv_tree *tree = &session->machine.tree;

	fill(session, seed);
	for (unsigned i = 0; i < tree->nr_bridges; i++) {
		clean_bridge(session, &tree->bridges[i]);
		open_bridge(session, &tree->bridges[i]);
	}
	if (load_buffers(session) != 0)
		return -1;
	for (unsigned i = 0; i < tree->nr_bridges; i++)
		clean_bridge(session, &tree->bridges[i]);
	return 0;
}
