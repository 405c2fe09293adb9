/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The built-in implementations, as data. What each field does is told in tce/papr.h; here is where
 * its value comes from. "Measured" is by a bare-metal guest on QEMU 7.2.22, 10.0.13 and 11.1.3
 * under TCG, which are alike but for the removal of a VIO LIOBN (tests/unit/test_papr_measured.c).
 */
#include <tce/papr.h>

#include <string.h>

#define GIB (UINT64_C(1) << 30)

/* clang-format off */

/* Windows of every QEMU: measured; sizes and addresses are the defaults of the PHB's properties. */
#define QEMU_WINDOWS                                                                            \
	.page_shifts = UINT64_C(0x1211000), /* pgsz: 4K 64K 2M 16M */                           \
	.default_win_addr = 0, /* dma_win_addr */                                               \
	.default_win_size = GIB, /* dma_win_size */                                             \
	.dyn_win_addr = UINT64_C(1) << 59, /* dma64_win_addr */                                 \
	.largest_block_6 = UINT64_C(1) << 37,                                                   \
	.largest_block_5 = UINT64_C(1) << 31,                                                   \
	.block_is_budget = false,                                                               \
	.nr_entries_bits = 32,                                                                  \
	.shift_modulo = 64, /* what x86-64 makes of C's undefined shifts */                     \
	.default_flag_sticks = true,                                                            \
	.default_liobn_last = false,                                                            \
	.address_by_count = true,                                                               \
	.failed_create_taints = true,                                                           \
	.overlap_refused = false,                                                               \
	.isolate_restores = false, /* read */                                                   \
	.migrates_by_size = true, /* measured on 7.2.22 */                                      \
	.no_window_status = TCE_RTAS_HW_ERROR,                                                  \
	.too_large_status = TCE_RTAS_HW_ERROR,                                                  \
	.query_ext_always = true,                                                               \
	.limited_mode = false,                                                                  \
	.msi_addr = UINT64_C(1) << 42,                                                          \
	.msi_size = 4096,                                                                       \
	.rtas_tokens = {                                                                        \
		[TCE_RTAS_QUERY] = 0x2026,                                                      \
		[TCE_RTAS_CREATE] = 0x2027,                                                     \
		[TCE_RTAS_REMOVE] = 0x2028,                                                     \
		[TCE_RTAS_RESET] = 0x2029,                                                      \
		[TCE_RTAS_SET_TCE_BYPASS] = 0x2010,                                             \
		[TCE_RTAS_QUIESCE] = 0x2011,                                                    \
		[TCE_RTAS_SYSTEM_REBOOT] = 0x2004,                                              \
	}

/* Its hypercalls when QEMU itself serves them (TCG): measured. */
#define QEMU_HCALLS                                                                             \
	.unaligned_refused = false,                                                             \
	.liobn_checked_first = true,                                                            \
	.zero_count_refused = true,                                                             \
	.stuff_limit = 0,                                                                       \
	.stuff_limit_code = TCE_H_PARAMETER,                                                    \
	.partial_stores = true,                                                                 \
	.stuff_perm_refused = false,                                                            \
	.tce_checked = false,                                                                   \
	.list_checked = false,                                                                  \
	.get_partial = false,                                                                   \
	.mtt_off_code = 0,                                                                      \
	.kernel_indirect = false

/*
 * And when Linux KVM serves them first: book3s_64_vio.c of current kernels, read. Only the first
 * page of a multi-TCE call is range-checked there; what would be written behind the end is not
 * modelled, the whole range must exist.
 */
#define KVM_HCALLS                                                                              \
	.unaligned_refused = true,                                                              \
	.liobn_checked_first = true,                                                            \
	.zero_count_refused = false,                                                            \
	.stuff_limit = UINT64_MAX,                                                              \
	.stuff_limit_code = TCE_H_PARAMETER,                                                    \
	.partial_stores = false,                                                                \
	.stuff_perm_refused = true,                                                             \
	.tce_checked = false, /* handed on to QEMU, which takes any */                          \
	.list_checked = false,                                                                  \
	.get_partial = false,                                                                   \
	.mtt_off_code = 0,                                                                      \
	.kernel_indirect = true

/*
 * LoPAR 2.9, "Dynamic DMA Windows". Where it leaves freedom: PowerVM as seen in public kernel logs
 * ("seen"), or our choice.
 */
#define LOPAR_WINDOWS                                                                           \
	.page_shifts = UINT64_C(1) << 12 | UINT64_C(1) << 16 | UINT64_C(1) << 21, /* seen */    \
	.default_win_addr = 0, /* below 4 GiB; where and how large is our choice */             \
	.default_win_size = GIB,                                                                \
	.dyn_win_addr = UINT64_C(1) << 59, /* seen */                                           \
	.limited_win_addr = UINT64_C(1) << 32, /* our choice */                                 \
	.largest_block_6 = UINT64_C(1) << 24, /* seen */                                        \
	.largest_block_5 = UINT64_C(1) << 24,                                                   \
	.block_is_budget = true, /* TCEs are set aside for each PE: DDW cover letter, 2020 */   \
	.nr_entries_bits = 64,                                                                  \
	.shift_modulo = 0,                                                                      \
	.default_flag_sticks = false,                                                           \
	.default_liobn_last = true, /* seen: the created one has its own */                     \
	.address_by_count = false,                                                              \
	.failed_create_taints = false,                                                          \
	.overlap_refused = true,                                                                \
	.remove_vio_aborts = false,                                                             \
	.isolate_restores = true,                                                               \
	.migrates_by_size = false,                                                              \
	.no_window_status = TCE_RTAS_PARAM_ERROR,                                               \
	.too_large_status = TCE_RTAS_PARAM_ERROR,                                               \
	.query_ext_always = false,                                                              \
	.rtas_tokens = {                                                                        \
		[TCE_RTAS_QUERY] = 0x53, /* seen */                                             \
		[TCE_RTAS_CREATE] = 0x54, /* seen */                                            \
		[TCE_RTAS_REMOVE] = 0x55, /* our choice, as the next two */                     \
		[TCE_RTAS_RESET] = 0x56,                                                        \
		[TCE_RTAS_SYSTEM_REBOOT] = 0x57,                                                \
	}

/* LoPAR 2.9, "TCE hypervisor calls". */
#define LOPAR_HCALLS                                                                            \
	.unaligned_refused = true, /* our choice: it says nothing */                            \
	.liobn_checked_first = false,                                                           \
	.zero_count_refused = false,                                                            \
	.stuff_limit = 512,                                                                     \
	.stuff_limit_code = TCE_H_P4,                                                           \
	.partial_stores = false,                                                                \
	.stuff_perm_refused = false,                                                            \
	.tce_checked = true,                                                                    \
	.list_checked = true,                                                                   \
	.get_partial = true,                                                                    \
	.mtt_off_code = TCE_H_FUNCTION,                                                         \
	.kernel_indirect = false

/* clang-format on */

static const struct tce_papr_profile profiles[] = {
	{
		.name = "qemu",
		.source = "QEMU 10.0.13 under TCG, measured",
		QEMU_WINDOWS,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "qemu-7.2",
		.source = "QEMU 7.2.22 under TCG, measured",
		QEMU_WINDOWS,
		QEMU_HCALLS,
		.remove_vio_aborts = false,
	},
	{
		.name = "qemu-10.0",
		.source = "QEMU 10.0.13 under TCG, measured",
		QEMU_WINDOWS,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "qemu-11.1",
		.source = "QEMU 11.1.3 under TCG, measured",
		QEMU_WINDOWS,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "kvm",
		.source = "QEMU 10.0.13 behind Linux KVM's in-kernel handlers, read",
		QEMU_WINDOWS,
		KVM_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "papr-strict",
		.source = "LoPAR 2.9, sizes of PowerVM from public kernel logs",
		LOPAR_WINDOWS,
		LOPAR_HCALLS,
		.limited_mode = false,
	},
	{
		.name = "papr-2.13",
		.source = "as papr-strict, with limited-address mode as Linux 67dfc11982f7 uses it",
		LOPAR_WINDOWS,
		LOPAR_HCALLS,
		.limited_mode = true,
	},
};

const struct tce_papr_profile *tce_papr_profile_at(unsigned i)
{
	return i < sizeof(profiles) / sizeof(profiles[0]) ? &profiles[i] : NULL;
}

const struct tce_papr_profile *tce_papr_profile_find(const char *name)
{
	const struct tce_papr_profile *profile;
	unsigned i;

	for (i = 0; (profile = tce_papr_profile_at(i)) != NULL; i++)
		if (strcmp(profile->name, name) == 0)
			return profile;
	return NULL;
}

uint32_t tce_rtas_token(const struct tce_papr_profile *profile, enum tce_rtas call)
{
	return (unsigned)call < TCE_NR_RTAS ? profile->rtas_tokens[call] : 0;
}
