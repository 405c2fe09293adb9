/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which kernels ran, from the console: each is announced by firmware, or says its first word
 * without that and came by kexec.
 */
#include <string.h>

#include "predict.h"

/* --- kernels --------------------------------------------------------------------------------- */

static int begin(struct tce_predict *p, uint32_t first, bool by_kexec)
{
	struct tce_predict_kernel kernel = {.first = first, .end = p->console.nr};

	kernel.by_kexec = by_kexec;
	kernel.time_us = tce_predict_console_at(p, first)->time_us;
	if (p->kernels.nr != 0)
		tce_predict_kernel_at(p, p->kernels.nr - 1)->end = first;
	return tce_list_add(&p->kernels, &p->mem, &kernel, sizeof(kernel));
}

static void note(struct tce_predict_kernel *kernel, const struct tce_console_record *record)
{
	switch (record->kind) {
	case TCE_CONSOLE_VERSION:
	case TCE_CONSOLE_FIRMWARE: kernel->version = record->u.version; break;
	case TCE_CONSOLE_CMDLINE:
		kernel->flags = record->u.flags;
		kernel->has_flags = true;
		break;
	default: break;
	}
	if (record->uptime_us != 0 && record->time_us != 0 && !kernel->has_offset &&
	    (record->kind == TCE_CONSOLE_MARK || record->kind == TCE_CONSOLE_VERSION)) {
		kernel->offset_us = (int64_t)(record->time_us - record->uptime_us);
		kernel->has_offset = true;
	}
}

/*
 * Firmware's announcement, the kernel's first word and its version are one kernel; a word alone is
 * another, and so is a second version.
 */
static int find(struct tce_predict *p)
{
	bool announced = false;
	bool versioned = true;
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_FIRMWARE) {
			err = begin(p, i, false);
			announced = true;
			versioned = false;
		} else if (record->kind == TCE_CONSOLE_KERNEL) {
			if (!announced)
				err = begin(p, i, p->kernels.nr != 0);
			announced = false;
			versioned = false;
		} else if (record->kind == TCE_CONSOLE_VERSION) {
			if (versioned)
				err = begin(p, i, p->kernels.nr != 0);
			versioned = true;
		}
		if (err == 0 && p->kernels.nr != 0)
			note(tce_predict_kernel_at(p, p->kernels.nr - 1), record);
	}
	return err;
}

/* What a kernel did not say itself is as in the one before, or on QEMU's command line. */
static void complete(struct tce_predict *p)
{
	for (uint32_t i = 0; i < p->kernels.nr; i++) {
		struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);
		const struct tce_predict_kernel *before = i == 0 ? NULL : kernel - 1;

		if (kernel->version.release[0] == '\0' && before != NULL)
			kernel->version = before->version;
		if (kernel->has_flags)
			continue;
		if (before != NULL)
			kernel->flags = before->flags;
		else if (p->cmdline.has_flags)
			kernel->flags = p->cmdline.flags;
	}
}

/*
 * A distribution's number tells the stable release, which the kernel's own name may not; the page
 * size only stands in the name.
 */
static bool match_version(const struct tce_predict *p, struct tce_predict_kernel *kernel)
{
	const struct tce_console_version *version = &kernel->version;
	struct tce_kernel_match by_build;

	if (p->opts.kernel != NULL)
		return tce_kernel_find(p->opts.kernel, &kernel->match) == 0;
	if (tce_kernel_find(version->release, &kernel->match) != 0)
		return false;
	if (version->build[0] != '\0' && tce_kernel_find(version->build, &by_build) == 0) {
		by_build.page_shift = kernel->match.page_shift;
		kernel->match = by_build;
	}
	return true;
}

static bool identify(struct tce_predict *p)
{
	for (uint32_t i = 0; i < p->kernels.nr; i++) {
		struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);
		struct tce_kernel profile;

		memcpy(p->sum.kernel, kernel->version.release, sizeof(p->sum.kernel));
		if (!match_version(p, kernel) || tce_kernel_at(kernel->match.index, &profile) != 0)
			return false;
		memcpy(p->sum.profile, profile.name, sizeof(p->sum.profile));
		p->sum.kernel_exact = kernel->match.exact;
	}
	return true;
}

int tce_predict_find_kernels(struct tce_predict *p)
{
	int err = find(p);

	if (err != 0)
		return err;
	p->sum.nr_kernels = p->kernels.nr;
	complete(p);
	if (p->kernels.nr == 0 || !identify(p)) {
		p->sum.verdict = TCE_PREDICT_UNSUPPORTED;
		p->sum.why = p->kernels.nr == 0 ? "no kernel started"
						: "its kernel is not in the version table";
		return 0;
	}
	for (uint32_t i = 0; err == 0 && i < p->kernels.nr; i++)
		err = tce_predict_find_probes(p, i);
	return err;
}
