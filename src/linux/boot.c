/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel starts: after a reset, or in place of the one before (kexec, kdump). Which kernel, its
 * memory, the devices it finds; the rest is the platform's.
 */
#include "base/assert.h"
#include "os.h"

/* The profile of the event, with its switches applied. */
static void choose_kernel(const struct tce_ev_boot *boot, struct tce_linux *lx)
{
	int err = tce_kernel_at(boot->kernel, &lx->kernel);

	TCE_ASSERT(err == 0);
	for (unsigned i = 0; i < 2; i++) {
		lx->kernel.defects.word[i] &= ~boot->defects_off.word[i];
		lx->kernel.defects.word[i] |= boot->defects_on.word[i];
	}
	lx->page_shift = boot->page_shift != 0 ? boot->page_shift : (uint8_t)lx->kernel.page_shift;
	lx->kdump = (boot->flags & TCE_BOOT_KDUMP) != 0;
}

static bool kernel_exists(const struct tce_ev_boot *boot)
{
	struct tce_kernel kernel;

	return tce_kernel_at(boot->kernel, &kernel) == 0;
}

static int find_devices(struct tce_linux_call *call)
{
	const struct tce_dev *dev;
	struct tce_linux_dev *known;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (dev = tce_dev_at(call->st, i)) != NULL; i++)
		err = tce_linux_dev_add(call, dev->id, &known);
	return err;
}

static int find_phbs(struct tce_linux_call *call)
{
	const struct tce_phb *phb;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++)
		err = tce_linux_phb_know(call, phb->id);
	return err;
}

static int start(struct tce_linux_call *call)
{
	int err;

	choose_kernel(&call->st->boot, call->lx);
	call->lx->running = true;
	err = tce_linux_ram_init(call);
	if (err == 0)
		err = find_phbs(call);
	if (err == 0)
		err = find_devices(call);
	return err != 0 ? err : call->lx->platform->boot(call);
}

int tce_linux_boot(struct tce_linux_call *call)
{
	if (!kernel_exists(&call->st->boot))
		return -TCE_ERR_INVAL;
	return start(call);
}

int tce_linux_kexec(struct tce_linux_call *call, const struct tce_ev_boot *boot)
{
	const struct tce_linux_platform *platform = call->lx->platform;
	bool orderly = (boot->flags & TCE_BOOT_KDUMP) == 0;
	int err = 0;

	if (!kernel_exists(boot))
		return -TCE_ERR_INVAL;
	if (orderly && platform->shutdown != NULL)
		err = platform->shutdown(call);
	if (err != 0)
		return err;
	call->st->os[TCE_OS_LINUX].ops->drop(call->machine);
	tce_machine_new_kernel(call->machine, boot);
	return start(call);
}
