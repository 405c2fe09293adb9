/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that happened, in order. A kernel that firmware started begins where the trace says so;
 * within its time acts are ordered by the host's clock, which stands in front of the lines of both
 * files. Where there is no clock, drivers come first, then what the trace tells, in its order.
 */
#include <inttypes.h>
#include <stdio.h>

#include "predict.h"

#define ACT sizeof(struct tce_act)

static struct tce_act *act_at(const struct tce_predict *p, uint32_t i)
{
	return tce_vec_at(&p->acts, i, ACT);
}

/* Before the first act of the same kernel that is later; acts without a time stay last. */
static int add(struct tce_predict *p, const struct tce_act *act)
{
	uint32_t at = p->acts.nr;
	int err = tce_vec_reserve(&p->acts, &p->mem, ACT, 1);

	if (err != 0)
		return err;
	while (at > 0 && act_at(p, at - 1)->kernel > act->kernel)
		at--;
	while (at > 0 && act->time_us != 0 && act_at(p, at - 1)->kernel == act->kernel &&
	       act_at(p, at - 1)->kind != TCE_ACT_KERNEL &&
	       act_at(p, at - 1)->time_us > act->time_us)
		at--;
	*(struct tce_act *)tce_vec_insert(&p->acts, at, ACT) = *act;
	return 0;
}

static int add_kernels(struct tce_predict *p)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->kernels.nr; i++) {
		struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);
		struct tce_act act = {TCE_ACT_KERNEL, (uint16_t)i, i, kernel->time_us};

		err = add(p, &act);
		for (uint32_t j = 0; err == 0 && j < kernel->probes.nr; j++) {
			const struct tce_predict_probe *probe =
				tce_vec_at(&kernel->probes, j, sizeof(*probe));

			act.kind = TCE_ACT_PROBE;
			act.index = j;
			act.time_us = probe->time_us;
			err = add(p, &act);
		}
	}
	return err;
}

/* VFIO speaks of a PE only when a user has it. */
static bool is_taking(const struct tce_console_record *record)
{
	return record->kind == TCE_CONSOLE_VFIO ||
	       ((record->kind == TCE_CONSOLE_QUERY || record->kind == TCE_CONSOLE_CREATE) &&
		record->u.rtas.by_user);
}

static int add_console_facts(struct tce_predict *p)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->kernels.nr; i++) {
		const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);

		for (uint32_t j = kernel->first; err == 0 && j < kernel->end; j++) {
			const struct tce_console_record *record = tce_predict_console_at(p, j);
			struct tce_act act = {.kernel = (uint16_t)i, .index = j};

			act.time_us = record->time_us;
			if (record->kind == TCE_CONSOLE_TO_RAM)
				act.kind = TCE_ACT_TO_RAM;
			else if (record->kind == TCE_CONSOLE_FROM_RAM)
				act.kind = TCE_ACT_FROM_RAM;
			else if (record->kind == TCE_CONSOLE_STIMULUS)
				act.kind = TCE_ACT_STIMULUS;
			else if (is_taking(record))
				act.kind = TCE_ACT_TAKE;
			else
				continue;
			if (act.kind == TCE_ACT_TAKE)
				act.time_us = tce_predict_host_time(kernel, record->uptime_us);
			err = add(p, &act);
		}
	}
	return err;
}

/* The kernel that runs at a line of the trace: the nth that firmware started, or a later one. */
static uint32_t kernel_of(const struct tce_predict *p, unsigned nth_boot, uint64_t time_us)
{
	unsigned boots = 0;
	uint32_t found = 0;

	for (uint32_t i = 0; i < p->kernels.nr; i++) {
		const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);

		boots += !kernel->by_kexec;
		if (boots > nth_boot)
			break;
		if (boots == nth_boot && kernel->by_kexec && time_us < kernel->time_us)
			break;
		found = i;
	}
	return found;
}

static bool is_act(const struct tce_recorded_line *line, struct tce_act *act)
{
	const struct tce_trace_record *record = &line->record;

	if (!line->has_record)
		return false;
	switch (record->kind) {
	case TCE_TRACE_DRC: act->kind = TCE_ACT_DRC; return true;
	case TCE_TRACE_PRE_SAVE: act->kind = TCE_ACT_SAVE; return true;
	case TCE_TRACE_POST_LOAD: act->kind = TCE_ACT_LOAD; return true;
	default: return false;
	}
}

/* One line a window: only the first of a run counts. */
static bool repeats(const struct tce_predict *p, uint32_t i)
{
	const struct tce_trace_record *record = &tce_predict_line_at(p, i)->record;
	const struct tce_recorded_line *before = i == 0 ? NULL : tce_predict_line_at(p, i - 1);

	if (record->kind != TCE_TRACE_PRE_SAVE && record->kind != TCE_TRACE_POST_LOAD)
		return false;
	return before != NULL && before->has_record && before->record.kind == record->kind;
}

static int add_trace_facts(struct tce_predict *p)
{
	unsigned boots = 0;
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->lines.nr; i++) {
		const struct tce_recorded_line *line = tce_predict_line_at(p, i);
		struct tce_act act = {.index = i, .time_us = line->time_us};

		boots += line->has_record && line->record.kind == TCE_TRACE_CAS_CONTINUE;
		if (boots == 0 || !is_act(line, &act) || repeats(p, i))
			continue;
		act.kernel = (uint16_t)kernel_of(p, boots, line->time_us);
		err = add(p, &act);
	}
	return err;
}

int tce_predict_write_script(struct tce_predict *p)
{
	int err = add_kernels(p);

	if (err == 0)
		err = add_console_facts(p);
	return err != 0 ? err : add_trace_facts(p);
}

/* --- telling --------------------------------------------------------------------------------- */

static void probe_text(const struct tce_predict_probe *probe, char *text, size_t n)
{
	uint32_t v = probe->addr.v;

	snprintf(text, n,
		 "a driver takes %04" PRIx32 ":%02" PRIx32 ":%02" PRIx32 ".%" PRIx32
		 ", masks of %u and %u bits%s",
		 v >> 16, v >> 8 & 0xff, v >> 3 & 0x1f, v & 7, probe->streaming_bits,
		 probe->coherent_bits, probe->told ? "" : "; when is not told");
}

static void drc_text(const struct tce_trace_record *record, char *text, size_t n)
{
	static const char *const types[16] = {[2] = "bridge", [4] = "slot", [8] = "memory block"};
	const char *type = types[record->drc >> 28 & 15];

	snprintf(text, n, "line %" PRIu64 " of the trace: the guest %s %s %" PRIx32, record->line,
		 record->drc_event == TCE_DRC_SET_CONFIGURED ? "takes"
		 : record->state == 0                        ? "gives up"
							     : "readies",
		 type == NULL ? "connector" : type, record->drc);
}

static void kernel_text(const struct tce_predict_kernel *kernel, char *text, size_t n)
{
	struct tce_kernel profile = {.name = ""};

	if (tce_kernel_at(kernel->match.index, &profile) != 0)
		profile.name[0] = '\0'; /* an index that was found is there */
	snprintf(text, n, "kernel %s starts%s, as %s with pages of %uK%s%s",
		 kernel->version.release, kernel->by_kexec ? " by kexec" : "", profile.name,
		 1U << (kernel->match.page_shift - 10),
		 (kernel->flags & TCE_BOOT_DISABLE_DDW) != 0 ? ", disable_ddw" : "",
		 (kernel->flags & TCE_BOOT_NO_MULTITCE) != 0 ? ", multitce=off" : "");
}

bool tce_predict_script_text(const struct tce_predict *p, uint64_t i, char *ret_text, size_t n)
{
	const struct tce_predict_kernel *kernel;
	const struct tce_act *act;

	if (i >= p->acts.nr)
		return false;
	act = act_at(p, (uint32_t)i);
	kernel = tce_predict_kernel_at(p, act->kernel);
	switch ((enum tce_act_kind)act->kind) {
	case TCE_ACT_KERNEL: kernel_text(kernel, ret_text, n); break;
	case TCE_ACT_PROBE:
		probe_text(
			tce_vec_at(&kernel->probes, act->index, sizeof(struct tce_predict_probe)),
			ret_text, n);
		break;
	case TCE_ACT_STIMULUS:
		snprintf(ret_text, n, "line %" PRIu64 " of the console: a call of ddwtest",
			 tce_predict_console_at(p, act->index)->line);
		break;
	case TCE_ACT_DRC: drc_text(&tce_predict_line_at(p, act->index)->record, ret_text, n); break;
	case TCE_ACT_TO_RAM: snprintf(ret_text, n, "persistent memory becomes RAM"); break;
	case TCE_ACT_FROM_RAM: snprintf(ret_text, n, "RAM becomes persistent memory"); break;
	case TCE_ACT_TAKE: snprintf(ret_text, n, "a user of VFIO takes a PE"); break;
	case TCE_ACT_SAVE: snprintf(ret_text, n, "the host saves the machine"); break;
	default: snprintf(ret_text, n, "the host loads the machine"); break;
	}
	return true;
}
