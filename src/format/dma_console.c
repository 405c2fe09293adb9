/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console log beside a recording of DMA API calls: which kernels ran, with what command line,
 * and which runs of the module fell into which boot. A log is whatever a console printed: lines are
 * broken, time stamps stand in front, half of it is firmware. Only a few phrases are looked for.
 *
 * A boot begins with "Preparing to boot Linux version" (Open Firmware client), or with the first
 * process naming the kernel ("init: Linux") when nothing announced it: then by kexec, or on
 * PowerNV.
 */
#include <stdio.h>
#include <string.h>

#include <tce/dma.h>

#include "kernel_cmdline.h"

struct reader {
	struct tce_dma_console *console;
	bool announced; /* the current boot came from firmware and has not reached its init */
	bool any_init;
};

static char *version_of_boot(struct reader *r)
{
	return r->console->boot[r->console->nr_boots - 1].version;
}

static void begin_boot(struct reader *r, bool by_kexec)
{
	struct tce_dma_console *console = r->console;

	if (console->nr_boots == TCE_DMA_BOOTS_MAX)
		return;
	console->boot[console->nr_boots++].by_kexec = by_kexec;
}

/*
 * "#1 SMP Debian 6.1.176-1 (date)": the stable version, which the kernel's name may not tell; the
 * page size only stands in the name.
 */
static void refine_version(struct reader *r, struct tce_scan s)
{
	char word[sizeof(r->console->boot[0].version) - 4];
	char *version = version_of_boot(r);
	bool large_pages = strstr(version, "-64k") != NULL;

	if (!tce_scan_past(&s, TCE_LIT("Debian ")))
		return;
	tce_scan_word(&s, word, sizeof(word));
	if (word[0] >= '0' && word[0] <= '9')
		snprintf(version, sizeof(r->console->boot[0].version), "%s%s", word,
			 large_pages ? "-64k" : "");
}

static bool read_announcement(struct reader *r, struct tce_scan s)
{
	if (!tce_scan_past(&s, TCE_LIT("Preparing to boot Linux version ")))
		return false;
	begin_boot(r, false);
	tce_scan_word(&s, version_of_boot(r), sizeof(r->console->boot[0].version));
	refine_version(r, s);
	r->announced = true;
	return true;
}

/* "init: Linux (none) 6.12.107+deb13-powerpc64le #1 SMP Debian 6.12.107-1 ..." (uname -a) */
static bool read_init(struct reader *r, struct tce_scan s)
{
	char host[64];

	if (!tce_scan_past(&s, TCE_LIT("init: Linux ")))
		return false;
	if (!r->announced)
		begin_boot(r, r->any_init);
	r->announced = false;
	r->any_init = true;
	tce_scan_word(&s, host, sizeof(host));
	if (s.p < s.end)
		s.p++;
	tce_scan_word(&s, version_of_boot(r), sizeof(r->console->boot[0].version));
	refine_version(r, s);
	return true;
}

static bool read_command_line(struct reader *r, struct tce_scan s)
{
	if (!tce_scan_past(&s, TCE_LIT("command line: ")) &&
	    !tce_scan_past(&s, TCE_LIT("cmdline: ")))
		return false;
	if (r->console->nr_boots == 0)
		return true;
	r->console->boot[r->console->nr_boots - 1].flags |= tce_kernel_cmdline_flags(s);
	return true;
}

/* "run 3: seed=..." of the script, or the module's own "dmarand: run 3 ops ..." */
static bool read_run(struct reader *r, struct tce_scan s)
{
	uint64_t run;

	if (!tce_scan_past(&s, TCE_LIT("] run ")) && !tce_scan_past(&s, TCE_LIT("dmarand: run ")))
		return false;
	if (!tce_scan_digits(&s, "", TCE_DMA_RUNS_MAX - 1, &run) || r->console->nr_boots == 0)
		return true;
	r->console->boot_of_run[run] = (uint8_t)(r->console->nr_boots - 1);
	if (run >= r->console->nr_runs)
		r->console->nr_runs = (unsigned)run + 1;
	return true;
}

static bool read_hung_call(struct reader *r, struct tce_scan s)
{
	struct tce_dma_hung_call call = {.came_back = false};

	if (tce_scan_past(&s, TCE_LIT("dmarand: the call came back"))) {
		r->console->hung.came_back = true;
		return true;
	}
	if (!tce_scan_past(&s, TCE_LIT("dmarand: mapping ")))
		return false;
	if (tce_scan_hex(&s, "", 0, &call.size) &&
	    tce_scan_hex(&s, TCE_LIT(" bytes with segment boundary "), &call.boundary) &&
	    tce_scan_dec(&s, TCE_LIT(", "), UINT64_MAX, &call.nr_entries) &&
	    tce_scan_hex(&s, TCE_LIT("-entry pages "), &call.page_size)) {
		r->console->hung = call;
		r->console->has_hung_call = true;
	}
	return true;
}

void tce_dma_console_read(const char *text, size_t size, struct tce_dma_console *ret_console)
{
	struct reader r = {.console = ret_console};
	const char *end = text + size;

	memset(ret_console, 0, sizeof(*ret_console));
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct tce_scan s = {.p = text, .end = newline != NULL ? newline : end};

		(void)(read_announcement(&r, s) || read_init(&r, s) || read_command_line(&r, s) ||
		       read_run(&r, s) || read_hung_call(&r, s));
		text = newline != NULL ? newline + 1 : end;
	}
}
