/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which kernels ran, from the console: each is announced by firmware, or says its first word
 * without that and came by kexec. And which drivers probed in each, in order: from its kernel log;
 * a kernel whose log was not kept gets the order of another run, or the order in which drivers
 * asked for interrupts.
 */
#include <string.h>

#include "predict.h"

#define PROBE sizeof(struct tce_predict_probe)

/* --- kernels ---------------------------------------------------------------------------------- */

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
	case TCE_CONSOLE_FIRMWARE:
		memcpy(kernel->version, record->u.version, sizeof(kernel->version));
		break;
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

		if (kernel->version[0] == '\0' && before != NULL)
			memcpy(kernel->version, before->version, sizeof(kernel->version));
		if (kernel->has_flags)
			continue;
		if (before != NULL)
			kernel->flags = before->flags;
		else if (p->cmdline.has_flags)
			kernel->flags = p->cmdline.flags;
	}
}

static bool identify(struct tce_predict *p)
{
	for (uint32_t i = 0; i < p->kernels.nr; i++) {
		struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, i);
		struct tce_kernel profile;

		memcpy(p->sum.kernel, kernel->version, sizeof(p->sum.kernel));
		if (kernel->version[0] == '\0' ||
		    tce_kernel_find(kernel->version, &kernel->match) != 0 ||
		    tce_kernel_at(kernel->match.index, &profile) != 0)
			return false;
		memcpy(p->sum.profile, profile.name, sizeof(p->sum.profile));
		p->sum.kernel_exact = kernel->match.exact;
	}
	return true;
}

/* --- drivers ---------------------------------------------------------------------------------- */

/*
 * Drivers that ask for the required mask before they set one: drivers/message/fusion/mptbase.c,
 * drivers/scsi/mpt3sas, drivers/scsi/aic7xxx. Asking has side effects on pseries (D12).
 */
static bool asks_required_mask(const char *driver)
{
	static const char *const names[] = {"mptsas",  "mptspi",  "mptfc",
					    "mpt3sas", "aic7xxx", "aic79xx"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(driver, names[i]) == 0)
			return true;
	}
	return false;
}

/* A device of whose masks the console tells: in this kernel's time, or else at any other. */
static const struct tce_console_device *device_told(const struct tce_predict *p,
						    const struct tce_predict_kernel *kernel,
						    struct tce_pci_addr addr)
{
	const struct tce_console_device *other = NULL;

	for (uint32_t i = 0; i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind != TCE_CONSOLE_DEVICE || record->u.device.addr.v != addr.v)
			continue;
		if (i >= kernel->first && i < kernel->end)
			return &record->u.device;
		other = &record->u.device;
	}
	return other;
}

static bool has_probe(const struct tce_predict_kernel *kernel, struct tce_pci_addr addr)
{
	for (uint32_t i = 0; i < kernel->probes.nr; i++) {
		const struct tce_predict_probe *probe = tce_vec_at(&kernel->probes, i, PROBE);

		if (probe->addr.v == addr.v)
			return true;
	}
	return false;
}

static int add_probe(struct tce_predict *p, struct tce_predict_kernel *kernel,
		     struct tce_pci_addr addr, uint64_t time_us)
{
	const struct tce_console_device *device = device_told(p, kernel, addr);
	struct tce_predict_probe probe = {.addr = addr, .time_us = time_us};

	if (has_probe(kernel, addr))
		return 0;
	probe.streaming_bits = device != NULL ? device->streaming_bits : 64;
	probe.coherent_bits = device != NULL ? device->coherent_bits : 64;
	probe.asks_required_mask = device != NULL && asks_required_mask(device->driver);
	return tce_list_add(&kernel->probes, &p->mem, &probe, PROBE);
}

static uint64_t host_time(const struct tce_predict_kernel *kernel, uint64_t uptime_us)
{
	return kernel->has_offset ? uptime_us + (uint64_t)kernel->offset_us
				  : kernel->time_us + uptime_us;
}

static bool speaks_of_device(const struct tce_console_record *record)
{
	if (record->kind == TCE_CONSOLE_QUERY || record->kind == TCE_CONSOLE_CREATE)
		return record->u.rtas.by_driver;
	return record->kind == TCE_CONSOLE_PROBED;
}

static struct tce_pci_addr addr_of(const struct tce_console_record *record)
{
	return record->kind == TCE_CONSOLE_PROBED ? record->u.probed : record->u.rtas.dev;
}

/* In the order of its own kernel log. */
static int probes_of_log(struct tce_predict *p, struct tce_predict_kernel *kernel,
			 const struct tce_predict_kernel *log)
{
	int err = 0;

	for (uint32_t i = log->first; err == 0 && i < log->end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (speaks_of_device(record))
			err = add_probe(p, kernel, addr_of(record),
					host_time(kernel, record->uptime_us));
	}
	return err;
}

static bool has_log(const struct tce_predict *p, const struct tce_predict_kernel *kernel)
{
	for (uint32_t i = kernel->first; i < kernel->end; i++) {
		if (speaks_of_device(tce_predict_console_at(p, i)))
			return true;
	}
	return false;
}

/* Whose log tells of this kernel: its own, that of the same kernel in another run, of any. */
static const struct tce_predict_kernel *log_for(const struct tce_predict *p,
						const struct tce_predict_kernel *kernel)
{
	const struct tce_predict_kernel *other = NULL;

	if (has_log(p, kernel))
		return kernel;
	for (uint32_t i = p->kernels.nr; i > 0; i--) {
		const struct tce_predict_kernel *candidate = tce_predict_kernel_at(p, i - 1);

		if (!has_log(p, candidate))
			continue;
		if (other == NULL || strcmp(candidate->version, kernel->version) == 0)
			other = candidate;
	}
	return other;
}

/* The device of a request for interrupts; the domain is not in it. */
static int probes_of_interrupts(struct tce_predict *p, struct tce_predict_kernel *kernel)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->lines.nr; i++) {
		const struct tce_recorded_line *line = tce_predict_line_at(p, i);
		struct tce_pci_addr addr = {line->msi_cfg_addr >> 8 & 0xffff};

		if (line->has_msi)
			err = add_probe(p, kernel, addr, kernel->time_us);
	}
	return err;
}

/* Devices that no log speaks of, when the console lists them with a driver. */
static int probes_of_list(struct tce_predict *p, struct tce_predict_kernel *kernel, uint32_t first,
			  uint32_t end)
{
	uint64_t late = kernel->time_us;
	int err = 0;

	for (uint32_t i = 0; i < kernel->probes.nr; i++) {
		const struct tce_predict_probe *probe = tce_vec_at(&kernel->probes, i, PROBE);

		late = probe->time_us > late ? probe->time_us : late;
	}
	for (uint32_t i = first; err == 0 && i < end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_DEVICE && record->u.device.has_driver)
			err = add_probe(p, kernel, record->u.device.addr, late);
	}
	return err;
}

static int find_probes(struct tce_predict *p, struct tce_predict_kernel *kernel)
{
	const struct tce_predict_kernel *log = log_for(p, kernel);
	int err = 0;

	if (log != NULL)
		err = probes_of_log(p, kernel, log);
	if (err == 0)
		err = probes_of_list(p, kernel, kernel->first, kernel->end);
	if (err == 0 && log == NULL && kernel->probes.nr == 0)
		err = probes_of_interrupts(p, kernel);
	if (err == 0 && kernel->probes.nr == 0)
		err = probes_of_list(p, kernel, 0, p->console.nr);
	return err;
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
		err = find_probes(p, tce_predict_kernel_at(p, i));
	return err;
}
