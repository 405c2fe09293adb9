/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line of a QEMU trace: where the event's name begins behind whatever prefix, which family it
 * is, and its fields. Formats as printed by QEMU 7.2.22, 10.0.13 and 11.1.3 (hw/ppc/trace-events,
 * and the run-state events of the root trace-events), which differ in the prefix only; QEMU up to
 * 6.x left out some 0x, so 0x is optional everywhere. tce-trace(5) describes them for people.
 *
 * Skipping must be cheap: most lines of a log belong to other families.
 */
#include <string.h>

#include "qemu_trace.h"

#define QEMU_PREFIX_MAX   64U  /* TID@SEC.USEC: is shorter */
#define PREFIX_SEARCH_MAX 256U /* an event's name begins before this byte of its line */

#define DIGIT(c, v)       [c] = (v) + 1
const uint8_t tce_scan_digit[256] = {
	DIGIT('0', 0),  DIGIT('1', 1),  DIGIT('2', 2),  DIGIT('3', 3),  DIGIT('4', 4),
	DIGIT('5', 5),  DIGIT('6', 6),  DIGIT('7', 7),  DIGIT('8', 8),  DIGIT('9', 9),
	DIGIT('a', 10), DIGIT('b', 11), DIGIT('c', 12), DIGIT('d', 13), DIGIT('e', 14),
	DIGIT('f', 15), DIGIT('A', 10), DIGIT('B', 11), DIGIT('C', 12), DIGIT('D', 13),
	DIGIT('E', 14), DIGIT('F', 15),
};
#undef DIGIT

/* --- the fields of each family ------------------------------------------------------------- */

static bool read_put(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_PUT;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" ioba="), &r->ioba) &&
	       tce_scan_hex(s, TCE_LIT(" tce="), &r->tce) &&
	       tce_scan_int(s, TCE_LIT(" ret="), &r->ret);
}

static bool read_get(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_GET;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" ioba="), &r->ioba) &&
	       tce_scan_int(s, TCE_LIT(" ret="), &r->ret) &&
	       tce_scan_hex(s, TCE_LIT(" tce="), &r->tce);
}

static bool read_indirect(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_INDIRECT;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" ioba="), &r->ioba) &&
	       tce_scan_hex(s, TCE_LIT(" tcelist="), &r->list) &&
	       tce_scan_hex(s, TCE_LIT(" iobaN="), &r->last) &&
	       tce_scan_hex(s, TCE_LIT(" tceN="), &r->tce) &&
	       tce_scan_int(s, TCE_LIT(" ret="), &r->ret);
}

/* npages is a 64-bit register printed as signed: a guest may ask for 2^63 and more. */
static bool read_stuff(struct tce_scan *s, struct tce_trace_record *r)
{
	int64_t npages;

	r->kind = TCE_TRACE_STUFF;
	if (!tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) ||
	    !tce_scan_hex(s, TCE_LIT(" ioba="), &r->ioba) ||
	    !tce_scan_hex(s, TCE_LIT(" tcevalue="), &r->tce) ||
	    !tce_scan_int(s, TCE_LIT(" npages="), &npages))
		return false;
	r->count = (uint64_t)npages;
	return tce_scan_int(s, TCE_LIT(" ret="), &r->ret);
}

static bool read_xlate(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_XLATE;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" "), &r->ioba) &&
	       tce_scan_hex(s, TCE_LIT(" -> "), &r->tce) &&
	       tce_scan_dec32(s, TCE_LIT(" perm="), &r->perm) &&
	       tce_scan_hex32(s, TCE_LIT(" mask="), &r->mask);
}

/* The pointer itself means nothing here; "no table" is printed as glibc and others print NULL. */
static bool read_new_table(struct tce_scan *s, struct tce_trace_record *r)
{
	uint64_t table = 0;
	int64_t fd;

	r->kind = TCE_TRACE_NEW_TABLE;
	if (!tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn))
		return false;
	if (!tce_scan_try(s, TCE_LIT(" table=(nil)")) &&
	    !tce_scan_hex(s, TCE_LIT(" table="), &table))
		return false;
	if (!tce_scan_int(s, TCE_LIT(" fd="), &fd))
		return false;
	if (fd == 0 && s->p[-2] == '-') /* damaged: a descriptor would turn comparing off */
		return tce_scan_fail(s, " fd=", TCE_SCAN_NOT_NUMBER);
	if (fd != (int32_t)fd)
		return tce_scan_fail(s, " fd=", TCE_SCAN_TOO_LARGE);
	r->table_is_null = table == 0;
	r->fd = (int32_t)fd;
	return true;
}

static bool read_pre_save(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_PRE_SAVE;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" "), &r->nr_entries) &&
	       tce_scan_hex(s, TCE_LIT(" bus_offset="), &r->start) &&
	       tce_scan_dec32(s, TCE_LIT(" ps="), &r->page_shift);
}

static bool read_post_load(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_POST_LOAD;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn) &&
	       tce_scan_hex(s, TCE_LIT(" "), &r->nr_before) &&
	       tce_scan_hex(s, TCE_LIT(" => "), &r->nr_entries) &&
	       tce_scan_hex(s, TCE_LIT(" bus_offset="), &r->start) &&
	       tce_scan_dec32(s, TCE_LIT(" ps="), &r->page_shift);
}

static bool read_ddw_query(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_DDW_QUERY;
	return tce_scan_hex(s, TCE_LIT(" buid="), &r->buid) &&
	       tce_scan_hex32(s, TCE_LIT(" addr="), &r->cfg_addr) &&
	       tce_scan_dec32(s, TCE_LIT(", "), &r->windows) &&
	       tce_scan_lit(s, TCE_LIT(" windows available")) &&
	       tce_scan_hex(s, TCE_LIT(", max window size="), &r->max_size) &&
	       tce_scan_hex32(s, TCE_LIT(", mask="), &r->page_mask);
}

static bool read_ddw_create(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_DDW_CREATE;
	return tce_scan_hex(s, TCE_LIT(" buid="), &r->buid) &&
	       tce_scan_hex32(s, TCE_LIT(" addr="), &r->cfg_addr) &&
	       tce_scan_hex(s, TCE_LIT(", page size="), &r->page_size) &&
	       tce_scan_hex(s, TCE_LIT(", requested="), &r->size) &&
	       tce_scan_hex(s, TCE_LIT(", start addr="), &r->start) &&
	       tce_scan_hex(s, TCE_LIT(", liobn="), &r->liobn);
}

static bool read_ddw_remove(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_DDW_REMOVE;
	return tce_scan_hex(s, TCE_LIT(" liobn="), &r->liobn);
}

static bool read_ddw_reset(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_DDW_RESET;
	return tce_scan_hex(s, TCE_LIT(" buid="), &r->buid) &&
	       tce_scan_hex32(s, TCE_LIT(" addr="), &r->cfg_addr);
}

/* A state in parentheses, as the run-state events name it. */
static bool read_parenthesis(struct tce_scan *s)
{
	const char *close;

	if (!tce_scan_lit(s, TCE_LIT(" (")))
		return false;
	close = memchr(s->p, ')', (size_t)(s->end - s->p));
	if (close == NULL)
		return tce_scan_fail(s, ")", TCE_SCAN_MISSING);
	s->p = close + 1;
	return true;
}

static bool read_runstate(struct tce_scan *s, struct tce_trace_record *r)
{
	r->kind = TCE_TRACE_RUNSTATE;
	return tce_scan_dec32(s, TCE_LIT(" current_run_state "), &r->old_state) &&
	       read_parenthesis(s) && tce_scan_dec32(s, TCE_LIT(" new_state "), &r->state) &&
	       read_parenthesis(s);
}

static bool read_vm_state(struct tce_scan *s, struct tce_trace_record *r)
{
	uint32_t running;

	r->kind = TCE_TRACE_VM_STATE;
	return tce_scan_dec32(s, TCE_LIT(" running "), &running) &&
	       tce_scan_dec32(s, TCE_LIT(" reason "), &r->state) && read_parenthesis(s);
}

static bool read_cas_pvr(struct tce_scan *s, struct tce_trace_record *r)
{
	uint32_t pvr, match;

	r->kind = TCE_TRACE_CAS_PVR;
	return tce_scan_hex32(s, TCE_LIT(" current="), &pvr) &&
	       tce_scan_dec32(s, TCE_LIT(", explicit_match="), &match) &&
	       tce_scan_hex32(s, TCE_LIT(", new="), &pvr);
}

static bool read_cas_continue(struct tce_scan *s, struct tce_trace_record *r)
{
	int64_t size;

	r->kind = TCE_TRACE_CAS_CONTINUE;
	return tce_scan_int(s, TCE_LIT(" Copy changes to the guest: "), &size) &&
	       tce_scan_lit(s, TCE_LIT(" bytes"));
}

/* spapr_drc_*: all begin with the connector's index; what follows matters for two of them. */
static bool read_drc(struct tce_scan *s, struct tce_trace_record *r)
{
	static const struct {
		const char *name;
		enum tce_trace_drc event;
	} events[] = {
		{"reset", TCE_DRC_RESET},
		{"realize", TCE_DRC_REALIZE},
		{"unrealize", TCE_DRC_UNREALIZE},
		{"attach", TCE_DRC_ATTACH},
		{"unplug_request", TCE_DRC_UNPLUG_REQUEST},
		{"set_isolation_state", TCE_DRC_SET_ISOLATION},
		{"set_allocation_state", TCE_DRC_SET_ALLOCATION},
		{"set_configured", TCE_DRC_SET_CONFIGURED},
		{"set_allocation_state_finalizing", TCE_DRC_RELEASE_ALLOCATION},
		{"set_isolation_state_finalizing", TCE_DRC_RELEASE_ISOLATION},
	};
	const char *name = s->p;
	const char *blank = memchr(name, ' ', (size_t)(s->end - name));
	size_t n = (size_t)((blank != NULL ? blank : s->end) - name);

	r->kind = TCE_TRACE_DRC;
	r->drc_event = TCE_DRC_OTHER;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strlen(events[i].name) == n && memcmp(events[i].name, name, n) == 0)
			r->drc_event = events[i].event;
	s->p = name + n;
	if (!tce_scan_hex32(s, TCE_LIT(" drc: "), &r->drc))
		return false;
	if (r->drc_event == TCE_DRC_SET_ISOLATION || r->drc_event == TCE_DRC_SET_ALLOCATION)
		return tce_scan_hex32(s, TCE_LIT(", state: "), &r->state);
	if (r->drc_event == TCE_DRC_OTHER)
		s->p = s->end;
	return true;
}

/* --- which family --------------------------------------------------------------------------- */

/* Behind "spapr_iommu_": the event, up to its first blank. Unknown events are damage. */
static bool read_iommu(struct tce_scan *s, struct tce_trace_record *r)
{
	r->pci = tce_scan_try(s, TCE_LIT("pci_"));
	if (tce_scan_try(s, TCE_LIT("xlate")))
		return read_xlate(s, r);
	if (tce_scan_try(s, TCE_LIT("put")))
		return read_put(s, r);
	if (tce_scan_try(s, TCE_LIT("get")))
		return read_get(s, r);
	if (tce_scan_try(s, TCE_LIT("stuff")))
		return read_stuff(s, r);
	if (tce_scan_try(s, TCE_LIT("indirect")))
		return read_indirect(s, r);
	if (tce_scan_try(s, TCE_LIT("new_table")))
		return read_new_table(s, r);
	if (tce_scan_try(s, TCE_LIT("ddw_query")))
		return read_ddw_query(s, r);
	if (tce_scan_try(s, TCE_LIT("ddw_create")))
		return read_ddw_create(s, r);
	if (tce_scan_try(s, TCE_LIT("ddw_remove")))
		return read_ddw_remove(s, r);
	if (tce_scan_try(s, TCE_LIT("ddw_reset")))
		return read_ddw_reset(s, r);
	if (tce_scan_try(s, TCE_LIT("pre_save")))
		return read_pre_save(s, r);
	if (tce_scan_try(s, TCE_LIT("post_load")))
		return read_post_load(s, r);
	return tce_scan_fail(s, "spapr_iommu", TCE_SCAN_UNKNOWN);
}

static enum tce_trace_line finish(struct tce_scan *s, bool read)
{
	return read && tce_scan_end(s) ? TCE_LINE_RECORD : TCE_LINE_DAMAGED;
}

/* s->p is at a name. */
static enum tce_trace_line read_event(struct tce_scan *s, struct tce_trace_record *r)
{
	if (tce_scan_try(s, TCE_LIT("spapr_"))) {
		if (tce_scan_try(s, TCE_LIT("iommu_"))) {
			memset(r, 0, sizeof(*r));
			return finish(s, read_iommu(s, r));
		}
		if (tce_scan_try(s, TCE_LIT("drc_"))) {
			memset(r, 0, sizeof(*r));
			return finish(s, read_drc(s, r));
		}
		if (tce_scan_try(s, TCE_LIT("cas_pvr "))) {
			memset(r, 0, sizeof(*r));
			s->p--;
			return finish(s, read_cas_pvr(s, r));
		}
		if (tce_scan_try(s, TCE_LIT("cas_continue "))) {
			memset(r, 0, sizeof(*r));
			s->p--;
			return finish(s, read_cas_continue(s, r));
		}
	} else if (tce_scan_try(s, TCE_LIT("runstate_set "))) {
		memset(r, 0, sizeof(*r));
		s->p--;
		return finish(s, read_runstate(s, r));
	} else if (tce_scan_try(s, TCE_LIT("vm_state_notify "))) {
		memset(r, 0, sizeof(*r));
		s->p--;
		return finish(s, read_vm_state(s, r));
	}
	return TCE_LINE_OTHER;
}

/* --- where the name begins ------------------------------------------------------------------- */

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Any other prefix (syslog, "grep -n", a time stamp of some tool): the first name we know. */
static const char *search_name(const char *line, const char *end)
{
	static const char *const names[] = {"spapr_", "runstate_set ", "vm_state_notify "};
	const char *p;

	if ((size_t)(end - line) > PREFIX_SEARCH_MAX)
		end = line + PREFIX_SEARCH_MAX;
	for (p = line + 1; p < end; p++) {
		if (p[-1] != ' ' && p[-1] != ':' && p[-1] != '\t')
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t n = strlen(names[i]);

			if ((size_t)(end - p) >= n && memcmp(p, names[i], n) == 0)
				return p;
		}
	}
	return NULL;
}

/*
 * QEMU 7.2, 10.0: "TID@SEC.USEC:name", QEMU 11.1: "2026-11-20T10:43:13.301496Z name", without
 * -msg timestamp=on: "name". NULL: no name of ours can be in this line.
 */
static const char *find_name(const char *line, const char *end)
{
	size_t n = (size_t)(end - line);
	const char *p;

	if (n < 12)
		return NULL;
	if (is_lower(line[0])) {
		for (p = line; p < end && (is_lower(*p) || *p == '_' || (*p >= '0' && *p <= '9'));
		     p++)
			;
		return p == end || *p == ' ' ? line : search_name(line, end);
	}
	if (line[4] == '-' && line[10] == 'T') {
		p = memchr(line, ' ', n);
		if (p != NULL && p + 1 < end && is_lower(p[1]))
			return p + 1;
	} else {
		p = memchr(line, ':', n < QEMU_PREFIX_MAX ? n : QEMU_PREFIX_MAX);
		if (p != NULL && p + 1 < end && is_lower(p[1]) &&
		    memchr(line, '@', (size_t)(p - line)) != NULL)
			return p + 1;
	}
	return search_name(line, end);
}

enum tce_trace_line tce_trace_line_read(const char *line, size_t n,
					struct tce_trace_record *ret_record,
					struct tce_scan *ret_scan)
{
	const char *end = line + n;
	const char *name = n == 0 ? NULL : find_name(line, end);

	if (name == NULL)
		return TCE_LINE_OTHER;
	ret_scan->p = name;
	ret_scan->end = end;
	ret_scan->wanted = NULL;
	ret_scan->fault = TCE_SCAN_OK;
	return read_event(ret_scan, ret_record);
}

/* --- names ---------------------------------------------------------------------------------- */

const char *tce_trace_event_name(const struct tce_trace_record *record)
{
	static const char *const names[] = {
		[TCE_TRACE_PUT] = "spapr_iommu_put",
		[TCE_TRACE_GET] = "spapr_iommu_get",
		[TCE_TRACE_INDIRECT] = "spapr_iommu_indirect",
		[TCE_TRACE_STUFF] = "spapr_iommu_stuff",
		[TCE_TRACE_XLATE] = "spapr_iommu_xlate",
		[TCE_TRACE_NEW_TABLE] = "spapr_iommu_new_table",
		[TCE_TRACE_PRE_SAVE] = "spapr_iommu_pre_save",
		[TCE_TRACE_POST_LOAD] = "spapr_iommu_post_load",
		[TCE_TRACE_DDW_QUERY] = "spapr_iommu_ddw_query",
		[TCE_TRACE_DDW_CREATE] = "spapr_iommu_ddw_create",
		[TCE_TRACE_DDW_REMOVE] = "spapr_iommu_ddw_remove",
		[TCE_TRACE_DDW_RESET] = "spapr_iommu_ddw_reset",
		[TCE_TRACE_CAS_PVR] = "spapr_cas_pvr",
		[TCE_TRACE_CAS_CONTINUE] = "spapr_cas_continue",
		[TCE_TRACE_DRC] = "spapr_drc",
		[TCE_TRACE_RUNSTATE] = "runstate_set",
		[TCE_TRACE_VM_STATE] = "vm_state_notify",
	};
	static const char *const pci_names[] = {
		[TCE_TRACE_PUT] = "spapr_iommu_pci_put",
		[TCE_TRACE_GET] = "spapr_iommu_pci_get",
		[TCE_TRACE_INDIRECT] = "spapr_iommu_pci_indirect",
		[TCE_TRACE_STUFF] = "spapr_iommu_pci_stuff",
	};

	if (record->pci && record->kind <= TCE_TRACE_STUFF)
		return pci_names[record->kind];
	return names[record->kind];
}
