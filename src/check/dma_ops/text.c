/* SPDX-License-Identifier: BSD-2-Clause */
/* Divergences and findings of DMA API recordings in words. */
#include <inttypes.h>
#include <stdio.h>

#include <tce/dma.h>

static const char *const differs_text[] = {
#define DIFFERS_TEXT(name, text) text,
	TCE_DMA_DIFFERS_LIST(DIFFERS_TEXT)
#undef DIFFERS_TEXT
};

/* Things of which a line has several. */
static bool has_item(enum tce_dma_differs what)
{
	switch (what) {
	case TCE_DMA_DIFFERS_OUT_BUS:
	case TCE_DMA_DIFFERS_OUT_LENGTH:
	case TCE_DMA_DIFFERS_TCE:
	case TCE_DMA_DIFFERS_HINT:
	case TCE_DMA_DIFFERS_POOL_START:
	case TCE_DMA_DIFFERS_POOL_END:
	case TCE_DMA_DIFFERS_BITMAP: return true;
	default: return false;
	}
}

static bool is_count(enum tce_dma_differs what)
{
	switch (what) {
	case TCE_DMA_DIFFERS_NR_OUT:
	case TCE_DMA_DIFFERS_TABLE_SHIFT:
	case TCE_DMA_DIFFERS_TABLE_LEVELS:
	case TCE_DMA_DIFFERS_NR_POOLS:
	case TCE_DMA_DIFFERS_NR_SET:
	case TCE_DMA_DIFFERS_NR_LIVE:
	case TCE_DMA_DIFFERS_NR_USED:
	case TCE_DMA_DIFFERS_NR_FAILS:
	case TCE_DMA_DIFFERS_NR_OPS:
	case TCE_DMA_DIFFERS_NO_SUCH_CALL:
	case TCE_DMA_DIFFERS_HCALL_COUNT:
	case TCE_DMA_DIFFERS_SET_MASK:
	case TCE_DMA_DIFFERS_SET_COHERENT_MASK:
	case TCE_DMA_DIFFERS_HCALL_RET: return true;
	default: return false;
	}
}

size_t tce_dma_divergence_text(const struct tce_dma_divergence *d, char *ret_text, size_t n)
{
	const char *name = differs_text[d->what];
	char item[32] = "";
	int len;

	if (has_item(d->what))
		snprintf(item, sizeof(item), " %s%" PRIx64,
			 d->what == TCE_DMA_DIFFERS_BITMAP ? "0x" : "", d->item);
	if (d->what == TCE_DMA_DIFFERS_FAILED)
		len = snprintf(ret_text, n, "%s to %" PRIx64, name, d->model);
	else if (d->what == TCE_DMA_DIFFERS_MAPPED)
		len = snprintf(ret_text, n, "%s (%s)", name, d->why);
	else if (d->what == TCE_DMA_DIFFERS_NO_SUCH_CALL)
		len = snprintf(ret_text, n, "%s: %" PRIu64, name, d->recorded);
	else if (is_count(d->what))
		len = snprintf(ret_text, n, "%s%s: recorded %" PRId64 ", model %" PRId64, name,
			       item, (int64_t)d->recorded, (int64_t)d->model);
	else
		len = snprintf(ret_text, n, "%s%s: recorded %" PRIx64 ", model %" PRIx64, name,
			       item, d->recorded, d->model);
	return len < 0 ? 0 : (size_t)len;
}

static const char *what_happened(enum tce_rule_id rule)
{
	switch (rule) {
	case TCE_RULE_LEAKED_TCE: return "I/O pages stay handed out although nothing is mapped";
	case TCE_RULE_LOST_TCE: return "mappings lost pages to an unmap that was not theirs";
	case TCE_RULE_HCALL_REFUSED:
		return "hypercalls were refused; the kernel took them for done";
	case TCE_RULE_NO_PROGRESS:
		return "buffer longer than the segment boundary: the kernel searches for ever, "
		       "with "
		       "interrupts off";
	default: return "times";
	}
}

size_t tce_dma_finding_text(const struct tce_dma_finding *finding, char *ret_text, size_t n)
{
	int len = snprintf(ret_text, n, "%" PRIu64 " %s", finding->count,
			   what_happened(finding->rule));

	return len < 0 ? 0 : (size_t)len;
}
