/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which drivers probed in a kernel, and when. Told: the kernel log has the first call that a
 * driver's mask led to. Else the time is that of the first word of the driver, or of its first
 * request for interrupts (in the trace, when the device's number is like no other's), or a guess:
 * as in the log of another run, or late. Drivers probe side by side, so that the order of those
 * whose time is not told means nothing (drivers/base/dd.c, asynchronous probing; the order in which
 * user space loads modules).
 */
#include <string.h>

#include "predict.h"

#define PROBE      sizeof(struct tce_predict_probe)
#define PROBES_MAX 4096U /* of a kernel; a machine has 31 bridges with 32 slots at most */

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

/* --- requests for interrupts ----------------------------------------------------------------- */

/* A request names bus, device and function: is there only one device in all domains with these? */
static bool is_only_one(const struct tce_predict *p, struct tce_pci_addr addr)
{
	for (uint32_t i = 0; i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);
		uint32_t other = record->u.device.addr.v;

		if (record->kind == TCE_CONSOLE_DEVICE && other != addr.v &&
		    (other & 0xffff) == (addr.v & 0xffff))
			return false;
	}
	return true;
}

static uint64_t end_of(const struct tce_predict *p, uint32_t number)
{
	return number + 1 < p->kernels.nr ? tce_predict_kernel_at(p, number + 1)->time_us
					  : UINT64_MAX;
}

/* When the driver of the device asked for interrupts first; 0: not known. */
static uint64_t interrupt_time(const struct tce_predict *p, uint32_t number,
			       struct tce_pci_addr addr)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);

	if (!is_only_one(p, addr))
		return 0;
	for (uint32_t i = 0; i < p->lines.nr; i++) {
		const struct tce_recorded_line *line = tce_predict_line_at(p, i);

		if (line->has_msi && line->msi_cfg_addr == (addr.v & 0xffff) << 8 &&
		    line->time_us >= kernel->time_us && line->time_us < end_of(p, number))
			return line->time_us;
	}
	return 0;
}

/* --- probes ---------------------------------------------------------------------------------- */

enum certainty {
	GUESSED,
	TIMED, /* by this kernel's own log */
	TOLD,
};

static int add_probe(struct tce_predict *p, uint32_t number, struct tce_pci_addr addr,
		     uint64_t time_us, enum certainty certainty)
{
	struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);
	const struct tce_console_device *device = device_told(p, kernel, addr);
	struct tce_predict_probe probe = {.addr = addr, .time_us = time_us};
	uint64_t better = certainty == GUESSED ? interrupt_time(p, number, addr) : 0;

	if (has_probe(kernel, addr) || kernel->probes.nr == PROBES_MAX)
		return 0;
	if (better != 0)
		probe.time_us = better;
	probe.told = certainty == TOLD;
	probe.streaming_bits = device != NULL ? device->streaming_bits : 64;
	probe.coherent_bits = device != NULL ? device->coherent_bits : 64;
	probe.asks_required_mask = device != NULL && asks_required_mask(device->driver);
	return tce_list_add(&kernel->probes, &p->mem, &probe, PROBE);
}

static bool is_call(const struct tce_console_record *record)
{
	return (record->kind == TCE_CONSOLE_QUERY || record->kind == TCE_CONSOLE_CREATE) &&
	       record->u.rtas.by_driver;
}

static bool speaks_of_device(const struct tce_console_record *record)
{
	return is_call(record) || record->kind == TCE_CONSOLE_PROBED;
}

static struct tce_pci_addr addr_of(const struct tce_console_record *record)
{
	return record->kind == TCE_CONSOLE_PROBED ? record->u.probed : record->u.rtas.dev;
}

/* What the log of a kernel, this or another one, says; only calls, or all. */
static int probes_of_log(struct tce_predict *p, uint32_t number,
			 const struct tce_predict_kernel *log, bool only_calls)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);
	enum certainty certainty = log != kernel ? GUESSED : only_calls ? TOLD : TIMED;
	int err = 0;

	for (uint32_t i = log->first; err == 0 && i < log->end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (only_calls ? is_call(record) : speaks_of_device(record))
			err = add_probe(p, number, addr_of(record),
					tce_predict_host_time(kernel, record->uptime_us),
					certainty);
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
		if (other == NULL ||
		    strcmp(candidate->version.release, kernel->version.release) == 0)
			other = candidate;
	}
	return other;
}

/* Devices that no log speaks of, when the console lists them with a driver. */
static int probes_of_list(struct tce_predict *p, uint32_t number, uint32_t first, uint32_t end)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);
	uint64_t late = kernel->time_us;
	int err = 0;

	for (uint32_t i = 0; i < kernel->probes.nr; i++) {
		const struct tce_predict_probe *probe = tce_vec_at(&kernel->probes, i, PROBE);

		late = probe->time_us > late ? probe->time_us : late;
	}
	for (uint32_t i = first; err == 0 && i < end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_DEVICE && record->u.device.has_driver)
			err = add_probe(p, number, record->u.device.addr, late, GUESSED);
	}
	return err;
}

/* The device of a request for interrupts; the domain is not in it. */
static int probes_of_interrupts(struct tce_predict *p, uint32_t number)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->lines.nr; i++) {
		const struct tce_recorded_line *line = tce_predict_line_at(p, i);
		struct tce_pci_addr addr = {line->msi_cfg_addr >> 8 & 0xffff};

		if (line->has_msi)
			err = add_probe(p, number, addr, tce_predict_kernel_at(p, number)->time_us,
					GUESSED);
	}
	return err;
}

int tce_predict_find_probes(struct tce_predict *p, uint32_t number)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);
	const struct tce_predict_kernel *log = log_for(p, kernel);
	int err = 0;

	if (log != NULL)
		err = probes_of_log(p, number, log, true);
	if (err == 0 && log != NULL)
		err = probes_of_log(p, number, log, false);
	if (err == 0)
		err = probes_of_list(p, number, kernel->first, kernel->end);
	if (err == 0 && log == NULL && kernel->probes.nr == 0)
		err = probes_of_interrupts(p, number);
	if (err == 0 && kernel->probes.nr == 0)
		err = probes_of_list(p, number, 0, p->console.nr);
	return err;
}
