/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The built-in implementations, as data. What each field does is told in tce/papr.h; here is where
 * its value comes from: "measured" is the agent's result tables of QEMU 7.2.22, 10.0.13 and 11.1.3
 * (TCG), which are alike but for the removal of a VIO LIOBN.
 */
#include <tce/papr.h>

#include <string.h>

#define GIB  (UINT64_C(1) << 30)
#define NONE UINT64_C(0)

/* What all QEMUs share. Measured; sizes and addresses are QEMU's defaults of the properties. */
#define QEMU_COMMON                                                                                \
	.page_shifts = UINT64_C(0x1211000), /* pgsz: 4K 64K 2M 16M */                              \
		.default_win_addr = 0, .default_win_size = GIB, .dyn_win_addr = UINT64_C(1) << 59, \
	.limited_win_addr = 0, .largest_block_6 = UINT64_C(1) << 37,                               \
	.largest_block_5 = UINT64_C(1) << 31, .block_is_budget = false, .nr_entries_bits = 32,     \
	.shift_modulo = 64, .default_flag_sticks = true, .default_liobn_last = false,              \
	.address_by_count = true, .failed_create_taints = true, .overlap_refused = false,          \
	.isolate_restores = false, .migrates_by_size = true,                                       \
	.no_window_status = TCE_RTAS_HW_ERROR, .too_large_status = TCE_RTAS_HW_ERROR,              \
	.query_ext_always = true, .limited_mode = false, .msi_addr = UINT64_C(1) << 42,            \
	.msi_size = 4096, .tce_checked = false, .list_checked = false, .get_partial = false,       \
	.mtt_off_code = NONE, .liobn_checked_first = true, .stuff_limit_code = TCE_H_PARAMETER,    \
	.rtas_tokens = {                                                                           \
		[TCE_RTAS_QUERY] = 0x2026,          [TCE_RTAS_CREATE] = 0x2027,                    \
		[TCE_RTAS_REMOVE] = 0x2028,         [TCE_RTAS_RESET] = 0x2029,                     \
		[TCE_RTAS_SET_TCE_BYPASS] = 0x2010, [TCE_RTAS_QUIESCE] = 0x2011,                   \
		[TCE_RTAS_SYSTEM_REBOOT] = 0x2004,                                                 \
	}

/* Its hypercalls when QEMU itself serves them (TCG). Measured. */
#define QEMU_HCALLS                                                                                \
	.unaligned_refused = false, .zero_count_refused = true, .stuff_limit = 0,                  \
	.partial_stores = true, .stuff_perm_refused = false, .kernel_indirect = false

/*
 * And when Linux KVM serves them first: book3s_64_vio.c, read, current kernels. Only the first page
 * of a multi-TCE call is range-checked there; what would be written behind the end is not modelled,
 * the whole range must exist.
 */
#define KVM_HCALLS                                                                                 \
	.unaligned_refused = true, .zero_count_refused = false, .stuff_limit = UINT64_MAX,         \
	.partial_stores = false, .stuff_perm_refused = true, .kernel_indirect = true

/*
 * LoPAR 2.9, "TCE hypervisor calls" and "Dynamic DMA Windows". Where it leaves freedom, PowerVM as
 * seen in public kernel logs (page sizes, 2^24 TCEs a PE, the place of a created window, the tokens
 * of query and create). Not seen anywhere and so our choice: size of the default window, the other
 * tokens, and that an unaligned bus address is refused.
 */
#define LOPAR_COMMON                                                                               \
	.page_shifts = UINT64_C(1) << 12 | UINT64_C(1) << 16 | UINT64_C(1) << 21,                  \
	.default_win_addr = 0, .default_win_size = GIB, .dyn_win_addr = UINT64_C(1) << 59,         \
	.limited_win_addr = UINT64_C(1) << 32, .largest_block_6 = UINT64_C(1) << 24,               \
	.largest_block_5 = UINT64_C(1) << 24, .block_is_budget = true, .nr_entries_bits = 64,      \
	.shift_modulo = 0, .default_flag_sticks = false, .default_liobn_last = true,               \
	.address_by_count = false, .failed_create_taints = false, .overlap_refused = true,         \
	.remove_vio_aborts = false, .isolate_restores = true, .migrates_by_size = false,           \
	.no_window_status = TCE_RTAS_PARAM_ERROR, .too_large_status = TCE_RTAS_PARAM_ERROR,        \
	.query_ext_always = false, .msi_addr = 0, .msi_size = 0, .unaligned_refused = true,        \
	.liobn_checked_first = false, .zero_count_refused = false, .stuff_limit = 512,             \
	.stuff_limit_code = TCE_H_P4, .partial_stores = false, .stuff_perm_refused = false,        \
	.tce_checked = true, .list_checked = true, .get_partial = true,                            \
	.mtt_off_code = TCE_H_FUNCTION, .kernel_indirect = false,                                  \
	.rtas_tokens =                                                                             \
		{                                                                                  \
			[TCE_RTAS_QUERY] = 0x53,         [TCE_RTAS_CREATE] = 0x54,                 \
			[TCE_RTAS_REMOVE] = 0x55,        [TCE_RTAS_RESET] = 0x56,                  \
			[TCE_RTAS_SYSTEM_REBOOT] = 0x57,                                           \
	}

static const struct tce_papr_profile profiles[] = {
	{
		.name = "qemu",
		.source = "QEMU 10.0.13 under TCG, measured",
		QEMU_COMMON,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "qemu-7.2",
		.source = "QEMU 7.2.22 under TCG, measured",
		QEMU_COMMON,
		QEMU_HCALLS,
		.remove_vio_aborts = false,
	},
	{
		.name = "qemu-10.0",
		.source = "QEMU 10.0.13 under TCG, measured",
		QEMU_COMMON,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "qemu-11.1",
		.source = "QEMU 11.1.3 under TCG, measured",
		QEMU_COMMON,
		QEMU_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "kvm",
		.source = "QEMU 10.0.13 behind Linux KVM's in-kernel handlers, read",
		QEMU_COMMON,
		KVM_HCALLS,
		.remove_vio_aborts = true,
	},
	{
		.name = "papr-strict",
		.source = "LoPAR 2.9, sizes of PowerVM from public kernel logs",
		LOPAR_COMMON,
		.limited_mode = false,
	},
	{
		.name = "papr-2.13",
		.source = "as papr-strict, with limited-address mode as Linux 67dfc11982f7 uses it",
		LOPAR_COMMON,
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
