/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EEH operations on the PEs behind a container: the same one for each group, the last attached
 * first, until one answers other than 0. Sources: vfio_spapr_eeh.c, later vfio_iommu_spapr_tce.c
 * vfio_spapr_iommu_eeh_ioctl; arch/powerpc/kernel/eeh.c eeh_pe_set_option and others. Measured on
 * QEMU's powernv machines, whose PEs never freeze.
 */
#include "vfio.h"

/* VFIO_EEH_PE_ */
enum eeh_op {
	EEH_DISABLE,
	EEH_ENABLE,
	EEH_UNFREEZE_IO,
	EEH_UNFREEZE_DMA,
	EEH_GET_STATE,
	EEH_RESET_DEACTIVATE,
	EEH_RESET_HOT,
	EEH_RESET_FUNDAMENTAL,
	EEH_CONFIGURE,
	EEH_INJECT_ERR,
};

#define STATE_NORMAL    0
#define STATE_RESET     1
#define ARGSZ_MIN       12U
#define INJECT_MIN      40U
#define INJECT_TYPE_MAX 1U /* 32-bit, 64-bit */
#define INJECT_FUNC_MAX 19U

/* To the platform, when it has anything to do there. */
static int tell(struct tce_vfio_call *call, uint32_t key, enum tce_eeh_op op)
{
	const struct tce_linux_platform *platform = call->lc.lx->platform;
	const struct tce_table_group *tables = tce_group_find(call->lc.st, call->lc.lx, key);
	struct tce_linux_dev *dev =
		tables == NULL ? NULL : tce_group_next_dev(call->lc.st, call->lc.lx, tables, 0);

	return platform->eeh == NULL || dev == NULL ? 0 : platform->eeh(&call->lc, dev, op);
}

/* A type out of range: said by the platform since 6.12, by the core before. PHB3 alone injects. */
static int64_t inject(const struct tce_vfio_call *call, uint32_t key)
{
	const struct tce_phb *phb = tce_phb_find(call->lc.st, (uint16_t)(key >> 16));
	const struct tce_ev_vfio *ev = call->ev;

	if (ev->argsz < INJECT_MIN)
		return -TCE_EINVAL;
	if (ev->bad_tail)
		return -TCE_EFAULT;
	if (ev->extra[0] > INJECT_TYPE_MAX)
		return call->lc.lx->kernel.version >= TCE_KVER(6, 12, 0) ? -TCE_ERANGE
									 : -TCE_EINVAL;
	if (ev->extra[1] > INJECT_FUNC_MAX)
		return -TCE_EINVAL;
	if (tce_vfio_is_pseries(call) || phb == NULL)
		return -TCE_ENOENT;
	return phb->generation <= TCE_IODA_PHB3 ? 0 : -TCE_EIO;
}

/* PowerNV calls a PE working while it is reset (pnv_eeh_get_pe_state; measured). */
static int64_t state_of(const struct tce_vfio_call *call, const struct tce_vfio_group *group)
{
	return group->resetting && tce_vfio_is_pseries(call) ? STATE_RESET : STATE_NORMAL;
}

/* One group. call->ret. */
static int one(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	switch (call->ev->number) {
	case EEH_DISABLE:
	case EEH_ENABLE:
	case EEH_CONFIGURE: return tce_vfio_answer(call, 0);
	case EEH_UNFREEZE_IO:
	case EEH_UNFREEZE_DMA: call->ret = 0; return tell(call, group->key, TCE_EEH_THAW);
	case EEH_GET_STATE: return tce_vfio_answer(call, state_of(call, group));
	case EEH_RESET_DEACTIVATE: group->resetting = false; return tce_vfio_answer(call, 0);
	case EEH_RESET_HOT:
	case EEH_RESET_FUNDAMENTAL:
		group->resetting = true;
		call->ret = 0;
		return tell(call, group->key, TCE_EEH_RESET);
	case EEH_INJECT_ERR: return tce_vfio_answer(call, inject(call, group->key));
	default: return tce_vfio_answer(call, -TCE_EINVAL);
	}
}

static int64_t check(const struct tce_vfio_call *call)
{
	const struct tce_ev_vfio *ev = call->ev;

	if (tce_linux_flag(&call->lc, TCE_BOOT_EEH_OFF))
		return -TCE_ENODEV;
	if (ev->bad_pointer)
		return -TCE_EFAULT;
	return ev->argsz < ARGSZ_MIN || ev->flags != 0 ? -TCE_EINVAL : 0;
}

int tce_vfio_eeh(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int err = 0;

	call->ret = 0;
	for (uint32_t i = container->groups.nr; i > 0 && err == 0 && call->ret == 0; i--) {
		uint32_t key = *(uint32_t *)tce_vec_at(&container->groups, i - 1, sizeof(uint32_t));

		call->ret = check(call);
		if (call->ret == 0)
			err = one(call, tce_vfio_group_find(call->vf, key));
	}
	return err;
}
