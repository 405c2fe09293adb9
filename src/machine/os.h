/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an operating system's half hangs on a machine: a constant table of functions, and one block
 * of state in the machine's arena. The Linux half answers class OS, the VFIO half class VFIO; each
 * is attached by its own function (tce_linux_attach, tce_vfio_attach).
 *
 * Rules for a half:
 *   - its state, and all that the state refers to, is allocated with tce_machine_mem and refers to
 *     itself by struct tce_rptr, struct tce_ref or ids: a clone is a copy of the arena's bytes;
 *   - it reaches the platform only through tce_machine_call (machine.h); the device tree, the
 *     memory map and the mappings through their functions;
 *   - a negative return of any of these is passed up at once, without cleaning up: out of memory
 *     makes the machine restore itself, an abort ends it. What the machine answered is data.
 */
#ifndef TCE_MACHINE_OS_H
#define TCE_MACHINE_OS_H

#include <tce/machine.h>

struct tce_state;
struct tce_canon;

enum tce_os_slot {
	TCE_OS_LINUX,
	TCE_OS_VFIO,
	TCE_NR_OS_SLOTS
};

struct tce_os_ops {
	const char *name;

	/*
	 * An event of its class, checked against the event table. Also told, besides its own:
	 * REBOOT (shut down; RESET, drop and BOOT follow) - both halves, VFIO first;
	 * KEXEC - VFIO's drop comes first, then the Linux half does the whole of it.
	 * BOOT - both halves, Linux first: a fresh kernel after drop;
	 * DEVICE_REMOVE - VFIO first, whose outcome->err ends it.
	 * 0 and *outcome (zeroed before); -TCE_ERR_INVAL, NOENT, EXISTS, STATE, UNSUPPORTED only
	 * while nothing has been changed yet; -TCE_ERR_NOMEM and codes of tce_machine_call at any
	 * time.
	 */
	int (*event)(struct tce_machine *machine, const struct tce_event *event,
		     struct tce_outcome *outcome);

	/* Does it still use what this SETUP event (an unplug) would take away? NULL: never. */
	bool (*uses)(const struct tce_machine *machine, const struct tce_event *event);

	/* All state goes back to that of a machine before BOOT: RESET, or the end of a kernel. */
	void (*drop)(struct tce_machine *machine);

	/* Its state as a stream: canon.h. st is the machine's, or a saved image of it. */
	void (*canon)(const struct tce_state *st, const void *os, struct tce_canon *canon);
};

/*
 * Attach a half with size bytes of zeroed state, before BOOT. ops is kept by reference. *ret_state
 * is borrowed; tce_machine_os finds it again. -TCE_ERR_EXISTS attached already; -TCE_ERR_STATE
 * after BOOT; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_machine_attach(struct tce_machine *machine, enum tce_os_slot slot,
				    const struct tce_os_ops *ops, size_t size, void **ret_state);

/* The state block of a half; NULL: none attached. */
void *tce_machine_os(const struct tce_machine *machine, enum tce_os_slot slot);

#endif
