/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain truth about DMA: a transfer inside a mapping reaches the memory that the mapping names.
 * A bus address that a device makes up itself (no mapping) promises nothing and breaks nothing.
 */
#include "state_rules.h"

/*
 * May a device do that with a mapping of this direction? Reading is never taken away by hardware.
 */
static bool is_allowed(const struct tce_mapping *map, unsigned access)
{
	switch ((enum tce_dma_dir)map->dir) {
	case TCE_DIR_BIDIRECTIONAL: return true;
	case TCE_DIR_TO_DEVICE: return (access & TCE_WRITE) == 0;
	case TCE_DIR_FROM_DEVICE: return (access & TCE_READ) == 0;
	default: return false;
	}
}

static struct tce_breach breach_of(const struct tce_check *check, enum tce_rule_id rule,
				   const char *text)
{
	struct tce_breach breach = tce_breach_of(rule, text);
	const struct tce_ev_dma *ev = &check->event->u.dma;

	breach.dev = ev->dev;
	breach.map = ev->map;
	breach.value[0] = check->outcome->dma.xlate.ra.v;
	breach.value[1] = check->outcome->want.v;
	breach.value[2] = check->outcome->dma.liobn;
	breach.value[3] = check->outcome->dma.xlate.tce;
	return breach;
}

static void add(struct tce_check *check, enum tce_rule_id rule, const char *text)
{
	struct tce_breach breach = breach_of(check, rule, text);

	tce_check_add(check, &breach);
}

static void check_live(struct tce_check *check, const struct tce_mapping *map)
{
	const struct tce_outcome *outcome = check->outcome;

	if (outcome->misdirected)
		add(check, TCE_RULE_DMA_MISDIRECTED,
		    "{dev} reached {0}, but mapping {map} says {1} (window {2}, TCE {3})");
	if (map->state != TCE_MAP_LIVE || !is_allowed(map, check->event->u.dma.access))
		return;
	if (outcome->fault == TCE_IODA_FAULT_FROZEN) /* stopped by its driver or for an error */
		return;
	if (outcome->dma.result == TCE_DMA_FAULT)
		add(check, TCE_RULE_DMA_FAULT,
		    "{dev} may not go where mapping {map} sent it (window {2}, TCE {3})");
	else if (outcome->dma.result != TCE_DMA_OK)
		add(check, TCE_RULE_DMA_FAULT,
		    "{dev} finds no window at the bus address of mapping {map}");
}

void tce_rule_dma(struct tce_check *check)
{
	const struct tce_mapping *map;

	if (!tce_check_after(check, TCE_EV_DMA) || check->event->u.dma.map == TCE_NO_ID)
		return;
	map = tce_mapping_find(check->st, check->event->u.dma.map);
	if (map == NULL)
		return;
	if (map->state == TCE_MAP_UNMAPPED)
		add(check, TCE_RULE_DMA_AFTER_UNMAP,
		    "{dev} uses mapping {map}, which its driver has given back");
	else
		check_live(check, map);
}
