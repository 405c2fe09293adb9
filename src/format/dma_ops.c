/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of DMA API calls, as the kernel module dmarand writes them (versions 2 and 3): one
 * line of key=value pairs in a fixed order. Addresses, sizes and hints are hexadecimal without 0x,
 * counts decimal. tce-dma(5) describes the format.
 */
#include <tce/dma.h>

#include "scan.h"

static const char *const op_names[] = {"single", "page", "coherent", "sg", "unmap", "wild"};

const char *tce_dma_op_name(enum tce_dma_op op)
{
	return op_names[op];
}

static bool scan_flag(struct tce_scan *s, const char *text, size_t n, bool *ret_flag)
{
	uint64_t v;

	if (!tce_scan_dec(s, text, n, 1, &v))
		return false;
	*ret_flag = v != 0;
	return true;
}

static bool scan_dec64(struct tce_scan *s, const char *text, size_t n, uint64_t *ret_value)
{
	return tce_scan_dec(s, text, n, UINT64_MAX, ret_value);
}

/* One of the first nr operation names. */
static bool scan_op(struct tce_scan *s, const char *text, size_t n, unsigned nr,
		    enum tce_dma_op *ret_op)
{
	unsigned i;

	if (!tce_scan_lit(s, text, n))
		return false;
	for (i = 0; i < nr; i++) {
		size_t len = strlen(op_names[i]);

		size_t left = (size_t)(s->end - s->p);

		if ((left == len || (left > len && s->p[len] <= ' ')) &&
		    tce_scan_try(s, op_names[i], len)) {
			*ret_op = (enum tce_dma_op)i;
			return true;
		}
	}
	return tce_scan_fail(s, text, TCE_SCAN_UNKNOWN);
}

/* n hexadecimal numbers with sep between them. */
static bool scan_item(struct tce_scan *s, const char *sep, unsigned n)
{
	uint64_t v;
	unsigned i;

	for (i = 0; i < n; i++) {
		if (!tce_scan_hex(s, i == 0 ? "" : sep, i == 0 ? 0 : 1, &v))
			return false;
	}
	return true;
}

/* text, then items up to the next blank; none at all is a list, too. */
static bool scan_list(struct tce_scan *s, const char *text, size_t n, const char *sep,
		      unsigned numbers, struct tce_dma_list *ret_list)
{
	if (!tce_scan_lit(s, text, n))
		return false;
	ret_list->text = s->p;
	ret_list->count = 0;
	if (s->p < s->end && *s->p != ' ' && *s->p != '\r') {
		do {
			if (!scan_item(s, sep, numbers))
				return false;
			ret_list->count++;
		} while (tce_scan_try(s, TCE_LIT(",")));
	}
	ret_list->size = (size_t)(s->p - ret_list->text);
	return true;
}

bool tce_dma_list_next(struct tce_dma_list *list, uint64_t ret_number[3])
{
	struct tce_scan s = {.p = list->text, .end = list->text + list->size};
	unsigned i;

	if (list->count == 0)
		return false;
	for (i = 0; i < 3; i++)
		ret_number[i] = 0;
	for (i = 0; i < 3; i++) {
		if (!tce_scan_hex(&s, "", 0, &ret_number[i]) || s.p == s.end || *s.p == ',')
			break;
		s.p++;
	}
	if (s.p < s.end)
		s.p++;
	list->text = s.p;
	list->size = (size_t)(s.end - s.p);
	list->count--;
	return true;
}

/* " h=a,b": the line may go without when the device has no table. */
static bool scan_hints(struct tce_scan *s, struct tce_dma_hints *ret_hints)
{
	ret_hints->nr = 0;
	if (!tce_scan_try(s, TCE_LIT(" h=")))
		return true;
	do {
		if (ret_hints->nr == TCE_DMA_HINTS_MAX)
			return tce_scan_fail(s, " h=", TCE_SCAN_TOO_LARGE);
		if (!tce_scan_hex(s, "", 0, &ret_hints->hint[ret_hints->nr++]))
			return false;
	} while (tce_scan_try(s, TCE_LIT(",")));
	return true;
}

/* --- lines at the start of a run ---------------------------------------------------------- */

static bool read_run(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_run *run = &r->u.run;

	return tce_scan_dec32(s, TCE_LIT(" version="), &run->version) &&
	       tce_scan_dec32(s, TCE_LIT(" run="), &run->run) &&
	       scan_dec64(s, TCE_LIT(" seed="), &run->seed) &&
	       scan_dec64(s, TCE_LIT(" nops="), &run->nr_ops) &&
	       tce_scan_lit(s, TCE_LIT(" prng=xorshift64star"));
}

/* Weights and chances of the generator mean nothing to a reader: skipped up to literal. */
static bool skip_to(struct tce_scan *s, const char *literal, size_t n)
{
	while (s->p < s->end) {
		if (*s->p == ' ' && (size_t)(s->end - s->p) >= n && memcmp(s->p, literal, n) == 0)
			return true;
		s->p++;
	}
	return tce_scan_fail(s, literal, TCE_SCAN_MISSING);
}

static bool read_params(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_params *p = &r->u.params;

	if (!tce_scan_dec32(s, TCE_LIT(" smask="), &p->streaming_bits) ||
	    !tce_scan_dec32(s, TCE_LIT(" cmask="), &p->coherent_bits) ||
	    !scan_flag(s, TCE_LIT(" order="), &p->coherent_first) ||
	    !tce_scan_dec32(s, TCE_LIT(" maxseg="), &p->max_seg) ||
	    !tce_scan_hex(s, TCE_LIT(" boundary="), &p->boundary) ||
	    !skip_to(s, TCE_LIT(" rdtce=")) || !scan_flag(s, TCE_LIT(" rdtce="), &p->read_tces))
		return false;
	if (p->streaming_bits - 1 > 63)
		return tce_scan_fail(s, " smask=", TCE_SCAN_TOO_LARGE);
	if (p->coherent_bits - 1 > 63)
		return tce_scan_fail(s, " cmask=", TCE_SCAN_TOO_LARGE);
	s->p = s->end;
	return true;
}

static bool read_host(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_host *host = &r->u.host;
	uint64_t page_offset;

	return tce_scan_hex(s, TCE_LIT(" page_size="), &host->page_size) &&
	       tce_scan_hex(s, TCE_LIT(" page_offset="), &page_offset) &&
	       tce_scan_dec32(s, TCE_LIT(" online_cpus="), &host->nr_cpus);
}

static bool scan_errno(struct tce_scan *s, const char *text, size_t n, int *ret_errno)
{
	int64_t v;

	if (!tce_scan_int(s, text, n, &v))
		return false;
	if (v < -4095 || v > 4095)
		return tce_scan_fail(s, text, TCE_SCAN_TOO_LARGE);
	*ret_errno = (int)v;
	return true;
}

static bool read_dev(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_dev_line *dev = &r->u.dev;

	if (!skip_to(s, TCE_LIT(" set_mask=")) ||
	    !scan_errno(s, TCE_LIT(" set_mask="), &dev->set_mask) ||
	    !scan_errno(s, TCE_LIT(" set_coherent_mask="), &dev->set_coherent_mask) ||
	    !tce_scan_hex(s, TCE_LIT(" dma_mask="), &dev->dma_mask) ||
	    !tce_scan_hex(s, TCE_LIT(" coherent_mask="), &dev->coherent_mask) ||
	    !tce_scan_hex(s, TCE_LIT(" seg_boundary="), &dev->seg_boundary) ||
	    !tce_scan_hex(s, TCE_LIT(" max_seg="), &dev->max_seg) ||
	    !tce_scan_hex(s, TCE_LIT(" dma_offset="), &dev->dma_offset) ||
	    !tce_scan_hex(s, TCE_LIT(" bus_dma_limit="), &dev->bus_dma_limit))
		return false;
	dev->has_bypass = s->p < s->end && s->p[0] == ' ';
	return !dev->has_bypass || scan_flag(s, TCE_LIT(" bypass="), &dev->bypass);
}

/* start-end:hint */
static bool scan_pool(struct tce_scan *s, struct tce_dma_table *t, unsigned i)
{
	if (i == TCE_DMA_HINTS_MAX)
		return tce_scan_fail(s, " pools=", TCE_SCAN_TOO_LARGE);
	t->hints.nr = i + 1;
	return tce_scan_hex(s, "", 0, &t->pool_start[i]) &&
	       tce_scan_hex(s, TCE_LIT("-"), &t->pool_end[i]) &&
	       tce_scan_hex(s, TCE_LIT(":"), &t->hints.hint[i]);
}

static bool scan_pools(struct tce_scan *s, struct tce_dma_table *t)
{
	unsigned i = 0;

	if (!tce_scan_lit(s, TCE_LIT(" pools=")))
		return false;
	while (!tce_scan_try(s, TCE_LIT("large="))) {
		if (!scan_pool(s, t, i++) || !tce_scan_lit(s, TCE_LIT(",")))
			return false;
	}
	if (i != t->nr_pools)
		return tce_scan_fail(s, " nr_pools=", TCE_SCAN_UNKNOWN);
	return scan_pool(s, t, i);
}

static bool read_table(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_table *t = &r->u.table;

	t->none = tce_scan_try(s, TCE_LIT(" none"));
	return t->none ||
	       (tce_scan_hex(s, TCE_LIT(" index="), &t->index) &&
		tce_scan_hex(s, TCE_LIT(" size="), &t->size) &&
		tce_scan_hex(s, TCE_LIT(" offset="), &t->offset) &&
		tce_scan_dec32(s, TCE_LIT(" shift="), &t->page_shift) &&
		tce_scan_dec32(s, TCE_LIT(" blocksize="), &t->blocksize) &&
		tce_scan_hex(s, TCE_LIT(" reserved="), &t->reserved_start) &&
		tce_scan_hex(s, TCE_LIT("-"), &t->reserved_end) &&
		tce_scan_dec32(s, TCE_LIT(" levels="), &t->indirect_levels) &&
		tce_scan_dec32(s, TCE_LIT(" nr_pools="), &t->nr_pools) &&
		tce_scan_hex(s, TCE_LIT(" poolsize="), &t->poolsize) && scan_pools(s, t));
}

static bool read_block(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_block *block = &r->u.block;

	return tce_scan_dec32(s, TCE_LIT(" i="), &block->index) &&
	       tce_scan_hex(s, TCE_LIT(" phys="), &block->phys) &&
	       tce_scan_hex(s, TCE_LIT(" size="), &block->size);
}

static bool read_bitmap(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_bitmap *bitmap = &r->u.bitmap;

	bitmap->at_start = tce_scan_try(s, TCE_LIT(" at=start"));
	if (!bitmap->at_start && !tce_scan_lit(s, TCE_LIT(" at=end")))
		return false;
	return scan_list(s, TCE_LIT(" r="), "-", 2, &bitmap->ranges);
}

/* --- lines of the run itself -------------------------------------------------------------- */

static bool read_state(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_state *state = &r->u.state;

	return scan_dec64(s, TCE_LIT(" n="), &state->n) && tce_scan_lit(s, TCE_LIT(" at=")) &&
	       skip_to(s, TCE_LIT(" set=")) && scan_dec64(s, TCE_LIT(" set="), &state->nr_set) &&
	       tce_scan_hex(s, TCE_LIT(" fnv="), &state->fnv) &&
	       scan_dec64(s, TCE_LIT(" live="), &state->nr_live) &&
	       scan_dec64(s, TCE_LIT(" used="), &state->nr_used) &&
	       scan_dec64(s, TCE_LIT(" fails="), &state->nr_fails) && scan_hints(s, &state->hints);
}

static bool read_phase(struct tce_scan *s, struct tce_dma_record *r)
{
	uint64_t n;

	(void)r;
	if (!scan_dec64(s, TCE_LIT(" n="), &n) || !tce_scan_lit(s, TCE_LIT(" name=")))
		return false;
	s->p = s->end;
	return true;
}

static bool read_warning(struct tce_scan *s, struct tce_dma_record *r)
{
	(void)r;
	s->p = s->end;
	return true;
}

static bool read_end(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_end *end = &r->u.end;

	return scan_dec64(s, TCE_LIT(" ops="), &end->nr_ops) &&
	       scan_dec64(s, TCE_LIT(" fails="), &end->nr_fails) &&
	       scan_dec64(s, TCE_LIT(" lost="), &end->nr_lost);
}

static bool scan_dir(struct tce_scan *s, struct tce_dma_call *call)
{
	uint64_t v;

	if (!tce_scan_dec(s, TCE_LIT(" dir="), TCE_DIR_NONE, &v))
		return false;
	call->dir = (uint32_t)v;
	return true;
}

/* " -> ", and whether the call failed. */
static bool scan_arrow(struct tce_scan *s, struct tce_dma_call *call)
{
	if (!tce_scan_lit(s, TCE_LIT(" -> ")))
		return false;
	call->failed = tce_scan_try(s, TCE_LIT("fail"));
	return true;
}

static bool scan_tces(struct tce_scan *s, struct tce_dma_call *call)
{
	call->has_tces = tce_scan_try(s, TCE_LIT(" t="));
	return !call->has_tces || (tce_scan_hex(s, "", 0, &call->tce[0]) &&
				   tce_scan_hex(s, TCE_LIT(","), &call->tce[1]));
}

static bool read_buffer(struct tce_scan *s, struct tce_dma_call *call)
{
	uint64_t off;

	if (!tce_scan_hex(s, TCE_LIT(" phys="), &call->phys) ||
	    !tce_scan_hex(s, TCE_LIT(" off="), &off) ||
	    !tce_scan_hex(s, TCE_LIT(" size="), &call->size) || !scan_dir(s, call) ||
	    !scan_arrow(s, call))
		return false;
	return call->failed || (tce_scan_hex(s, "", 0, &call->bus) && scan_tces(s, call));
}

static bool read_coherent(struct tce_scan *s, struct tce_dma_call *call)
{
	if (!tce_scan_hex(s, TCE_LIT(" size="), &call->size) || !scan_arrow(s, call))
		return false;
	return call->failed ||
	       (tce_scan_hex(s, "", 0, &call->bus) &&
		tce_scan_hex(s, TCE_LIT(" phys="), &call->phys) && scan_tces(s, call));
}

static bool read_sg(struct tce_scan *s, struct tce_dma_call *call)
{
	uint32_t nents;
	uint64_t nr_out;

	if (!tce_scan_dec32(s, TCE_LIT(" nents="), &nents) || !scan_dir(s, call) ||
	    !scan_list(s, TCE_LIT(" in="), ":", 3, &call->in) || !scan_arrow(s, call))
		return false;
	if (call->in.count != nents || nents == 0)
		return tce_scan_fail(s, " nents=", TCE_SCAN_UNKNOWN);
	if (call->failed)
		return true;
	if (!tce_scan_digits(s, "->", nents, &nr_out) ||
	    !scan_list(s, TCE_LIT(" out="), ":", 2, &call->out))
		return false;
	if (call->out.count != nr_out || nr_out == 0)
		return tce_scan_fail(s, " out=", TCE_SCAN_UNKNOWN);
	return scan_tces(s, call);
}

static bool read_unmap(struct tce_scan *s, struct tce_dma_call *call)
{
	if (!scan_dec64(s, TCE_LIT(" of="), &call->of) ||
	    !scan_op(s, TCE_LIT(" type="), TCE_DMA_OP_UNMAP, &call->of_op))
		return false;
	call->again = tce_scan_try(s, TCE_LIT(" again=1"));
	return true;
}

static bool read_wild(struct tce_scan *s, struct tce_dma_call *call)
{
	return tce_scan_hex(s, TCE_LIT(" dma="), &call->bus) &&
	       tce_scan_hex(s, TCE_LIT(" size="), &call->size);
}

static bool read_op(struct tce_scan *s, struct tce_dma_record *r)
{
	struct tce_dma_call *call = &r->u.call;
	bool ok = false;

	if (!scan_op(s, TCE_LIT("="), TCE_DMA_OP_WILD + 1, &call->op) ||
	    !scan_dec64(s, TCE_LIT(" n="), &call->n) ||
	    !tce_scan_dec32(s, TCE_LIT(" cpu="), &call->cpu))
		return false;
	switch (call->op) {
	case TCE_DMA_OP_SINGLE:
	case TCE_DMA_OP_PAGE: ok = read_buffer(s, call); break;
	case TCE_DMA_OP_COHERENT: ok = read_coherent(s, call); break;
	case TCE_DMA_OP_SG: ok = read_sg(s, call); break;
	case TCE_DMA_OP_UNMAP: ok = read_unmap(s, call); break;
	case TCE_DMA_OP_WILD: ok = read_wild(s, call); break;
	}
	return ok && scan_hints(s, &call->hints);
}

/* --- the reader --------------------------------------------------------------------------- */

struct line_kind {
	const char *word;
	size_t n;
	bool (*read)(struct tce_scan *s, struct tce_dma_record *r);
};

/* By enum tce_dma_line. */
static const struct line_kind kinds[] = {
	[TCE_DMA_LINE_RUN] = {TCE_LIT("dmarand"), read_run},
	[TCE_DMA_LINE_PARAMS] = {TCE_LIT("params"), read_params},
	[TCE_DMA_LINE_HOST] = {TCE_LIT("host"), read_host},
	[TCE_DMA_LINE_DEV] = {TCE_LIT("dev"), read_dev},
	[TCE_DMA_LINE_TABLE] = {TCE_LIT("table"), read_table},
	[TCE_DMA_LINE_BLOCK] = {TCE_LIT("block"), read_block},
	[TCE_DMA_LINE_BITMAP] = {TCE_LIT("bitmap"), read_bitmap},
	[TCE_DMA_LINE_STATE] = {TCE_LIT("state"), read_state},
	[TCE_DMA_LINE_PHASE] = {TCE_LIT("phase"), read_phase},
	[TCE_DMA_LINE_OP] = {TCE_LIT("op"), read_op},
	[TCE_DMA_LINE_WARNING] = {TCE_LIT("warning"), read_warning},
	[TCE_DMA_LINE_END] = {TCE_LIT("end"), read_end},
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The kind whose word the line begins with; NR_KINDS: none. */
static size_t kind_of(struct tce_scan *s)
{
	size_t i;

	for (i = 0; i < NR_KINDS; i++) {
		size_t n = kinds[i].n;

		if ((size_t)(s->end - s->p) > n && (s->p[n] == ' ' || s->p[n] == '=') &&
		    tce_scan_try(s, kinds[i].word, n))
			return i;
	}
	return NR_KINDS;
}

void tce_dma_reader_init(struct tce_dma_reader *reader, const char *text, size_t size)
{
	memset(reader, 0, sizeof(*reader));
	tce_scan_lines_init(&reader->lines, text, size);
}

enum tce_dma_next tce_dma_reader_next(struct tce_dma_reader *reader,
				      struct tce_dma_record *ret_record)
{
	struct tce_dma_record record;
	struct tce_scan s;
	size_t kind;

	if (!tce_scan_next_kind(&reader->lines, kind_of, NR_KINDS, &s, &kind))
		return TCE_DMA_NEXT_END;
	memset(&record, 0, sizeof(record));
	record.kind = (enum tce_dma_line)kind;
	record.line = reader->lines.read;
	if (!tce_scan_count(&reader->lines, &s, kinds[kind].read(&s, &record))) {
		reader->damaged_kind = record.kind;
		return TCE_DMA_NEXT_DAMAGED;
	}
	*ret_record = record;
	return TCE_DMA_NEXT_RECORD;
}

bool tce_dma_text_is(const char *text, size_t size)
{
	static const char word[] = "dmarand version=";

	return size >= sizeof(word) - 1 && memcmp(text, word, sizeof(word) - 1) == 0;
}
