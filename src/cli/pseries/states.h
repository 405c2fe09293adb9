/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which deep states a run reached, and how often: a comparison that never gets there proves little.
 */
#ifndef TCE_CLI_PSERIES_STATES_H
#define TCE_CLI_PSERIES_STATES_H

#include "session.h"

/* X(NAME, text) */
#define TCE_STATE_LIST(X)                                                                          \
	X(BOTH, "both windows of a bridge active")                                                 \
	X(NO_DEFAULT, "default window removed, another active")                                    \
	X(REUSED, "LIOBN of the removed default window given out again")                           \
	X(OVERLAP, "both windows at overlapping bus addresses")                                    \
	X(NONE, "no window active")                                                                \
	X(RESTORED, "default window restored by removing the last one")                            \
	X(STALE_FLAG, "last window not the default one, yet nothing restored")                     \
	X(AT_DEFAULT, "window made at the default address")                                        \
	X(LARGE, "window of 2^24 entries or more")                                                 \
	X(NO_WINDOW_LEFT, "create refused: all windows in use")                                    \
	X(PARTIAL, "entries stored by a call that is refused")                                     \
	X(RESET_BOTH, "windows reset with both active")                                            \
	X(RESET_NONE, "windows reset with none active")                                            \
	X(SYSTEM_RESET, "system reset with a dynamic window")                                      \
	X(REBOOT, "RTAS system-reboot")                                                            \
	X(CAS, "CAS without the default window")                                                   \
	X(PLUGGED, "call on a bridge that was plugged")                                            \
	X(UNPLUGGED, "bridge unplugged with mapped entries")                                       \
	X(SAVED, "machine saved with both windows active")                                         \
	X(LOADED, "machine loaded")                                                                \
	X(BYPASS, "TCE put while a VIO device is in bypass")                                       \
	X(QUIESCE, "quiesce with mapped VIO entries")                                              \
	X(DDW_OFF, "call on a bridge without dynamic windows")                                     \
	X(BLOCK_WRAP, "RTAS return cells that wrap around to the header")                          \
	X(VIO_ALLOWED, "VIO device told it may access")                                            \
	X(VIO_REFUSED, "VIO device told it may not")                                               \
	X(VIO_BYPASS, "VIO device in bypass asked")                                                \
	X(TAINTED, "window left behind that QEMU dies of later")                                   \
	X(ABORT, "QEMU aborted where the model says so")                                           \
	X(DMA_READ, "device read memory")                                                          \
	X(DMA_WRITE, "device wrote memory")                                                        \
	X(DMA_READ_ONLY, "device wrote to a read-only page")                                       \
	X(DMA_WRITE_ONLY, "device read a write-only page")                                         \
	X(DMA_UNMAPPED, "device accessed an unmapped page")                                        \
	X(DMA_NO_WINDOW, "device accessed an address outside all windows")                         \
	X(DMA_CROSSING, "access over a page's end")                                                \
	X(DMA_HALF, "access of which one page fails")                                              \
	X(DMA_OVERLAP, "access where two windows overlap")                                         \
	X(DMA_NOT_RAM, "TCE that points outside memory")                                           \
	X(DMA_MSI, "access to the MSI doorbell")

enum tce_state {
#define TCE_STATE_ENUM_(name, text) TCE_STATE_##name,
	TCE_STATE_LIST(TCE_STATE_ENUM_)
#undef TCE_STATE_ENUM_
	TCE_NR_STATES
};

struct tce_states {
	uint64_t reached[TCE_NR_STATES];
	uint64_t refused[TCE_NR_REFUSALS];
};

/* Windows of a model before a step. */
struct tce_states_before {
	struct tce_window_info windows[2 * TCE_QEMU_MAX_PHB + TCE_QEMU_MAX_VIO];
	unsigned nr_windows;
	struct tce_qemu_config config;
};

const char *tce_state_text(enum tce_state state);

/* Only for steps that may change windows; tce_states_after then knows what was. */
void tce_states_look(struct tce_states_before *ret_before, const struct tce_model *model);

/* The step was fed; before: as it was before it. */
void tce_states_after(struct tce_states *states, const struct tce_session *session,
		      const struct tce_op *op, const struct tce_states_before *before);

#endif
