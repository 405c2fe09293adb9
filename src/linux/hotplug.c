/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices and bridges that come and go while the kernel runs (DLPAR, PCI hotplug), and error
 * handling of a PE. The platform sets up and takes down; here is what the kernel knows.
 */
#include "os.h"

#define ID sizeof(uint16_t)

/* --- which bridges the kernel knows ------------------------------------------------------- */

static uint16_t phb_at(const struct tce_linux *lx, uint32_t i)
{
	return *(const uint16_t *)tce_vec_at(&lx->phbs, i, ID);
}

static uint32_t position(const struct tce_linux *lx, uint16_t phb)
{
	uint32_t i = 0;

	while (i < lx->phbs.nr && phb_at(lx, i) < phb)
		i++;
	return i;
}

bool tce_linux_knows_phb(const struct tce_linux *lx, uint16_t phb)
{
	uint32_t i = position(lx, phb);

	return i < lx->phbs.nr && phb_at(lx, i) == phb;
}

int tce_linux_phb_know(struct tce_linux_call *call, uint16_t phb)
{
	struct tce_linux *lx = call->lx;
	int err = tce_vec_reserve(&lx->phbs, tce_machine_mem(call->machine), ID, 1);

	if (err == 0)
		*(uint16_t *)tce_vec_insert(&lx->phbs, position(lx, phb), ID) = phb;
	return err;
}

/* --- devices ------------------------------------------------------------------------------ */

/* Devices are found through what they hang on: a bridge, or the function whose VFs they are. */
static bool can_be_found(const struct tce_linux_call *call, const struct tce_dev *plugged)
{
	if (plugged->phb != TCE_NO_ID && !tce_linux_knows_phb(call->lx, plugged->phb))
		return false;
	return plugged->parent == TCE_NO_ID ||
	       tce_linux_dev_find(call->st, call->lx, plugged->parent) != NULL;
}

int tce_linux_device_add(struct tce_linux_call *call, uint16_t id)
{
	const struct tce_dev *plugged = tce_dev_find(call->st, id);
	struct tce_linux_dev *dev;
	int err;

	if (plugged == NULL || !can_be_found(call, plugged))
		return -TCE_ERR_NOENT;
	if (tce_linux_dev_find(call->st, call->lx, id) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_linux_dev_add(call, id, &dev);
	return err != 0 ? err : call->lx->platform->dev_setup(call, dev);
}

static bool has_children(const struct tce_linux_call *call, uint16_t id)
{
	const struct tce_linux_dev *dev;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (tce_dev_find(call->st, dev->id)->parent == id)
			return true;
	}
	return false;
}

/* Its driver lets go, its node goes. */
int tce_linux_device_remove(struct tce_linux_call *call, uint16_t id)
{
	struct tce_linux_dev *dev = tce_linux_dev_find(call->st, call->lx, id);
	const struct tce_linux_platform *platform = call->lx->platform;
	int err;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (has_children(call, id)) {
		call->outcome->err = -TCE_EBUSY;
		return 0;
	}
	err = tce_linux_unmap_all(call, dev);
	dev->bound = false;
	if (err == 0 && platform->dev_remove != NULL)
		err = platform->dev_remove(call, dev);
	if (err == 0)
		tce_linux_dev_forget(call, dev);
	return err;
}

/* --- bridges ------------------------------------------------------------------------------ */

/* The devices below a bridge that is added are found with it. */
static int find_below(struct tce_linux_call *call, uint16_t phb)
{
	const struct tce_dev *plugged;
	struct tce_linux_dev *dev;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (plugged = tce_dev_at(call->st, i)) != NULL; i++) {
		if (plugged->phb == phb)
			err = tce_linux_dev_add(call, plugged->id, &dev);
	}
	return err;
}

int tce_linux_phb_add(struct tce_linux_call *call, uint16_t phb)
{
	int err;

	if (tce_phb_find(call->st, phb) == NULL)
		return -TCE_ERR_NOENT;
	if (tce_linux_knows_phb(call->lx, phb))
		return -TCE_ERR_EXISTS;
	err = tce_linux_phb_know(call, phb);
	if (err == 0)
		err = find_below(call, phb);
	return err != 0 ? err : call->lx->platform->phb_add(call, phb);
}

int tce_linux_phb_remove(struct tce_linux_call *call, uint16_t phb)
{
	const struct tce_linux_dev *dev;
	int err;

	if (!tce_linux_knows_phb(call->lx, phb))
		return -TCE_ERR_NOENT;
	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (tce_dev_find(call->st, dev->id)->phb == phb) {
			call->outcome->err = -TCE_EBUSY;
			return 0;
		}
	}
	err = call->lx->platform->phb_remove(call, phb);
	if (err == 0)
		tce_vec_remove(&call->lx->phbs, position(call->lx, phb), 1, ID);
	return err;
}

int tce_linux_eeh(struct tce_linux_call *call, const struct tce_ev_eeh *ev)
{
	struct tce_linux_dev *dev = tce_linux_dev_find(call->st, call->lx, ev->dev);

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (call->lx->platform->eeh == NULL)
		return 0;
	return call->lx->platform->eeh(call, dev, ev->op);
}
