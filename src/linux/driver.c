/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers do to their devices: bind, set masks, ask for the required mask, let go. A driver is
 * the masks that it asks for; one whose mask is refused gives up.
 */
#include "base/bits.h"
#include "group.h"

static struct tce_linux_dev *known(const struct tce_linux_call *call, uint16_t id)
{
	return tce_linux_dev_find(call->st, call->lx, id);
}

/* Both masks, or one; stops at the first that is refused. */
static int set_one(struct tce_linux_call *call, struct tce_linux_dev *dev, unsigned bits,
		   bool coherent)
{
	struct tce_linux_env env;
	int refused = 0;
	int err;

	if (call->outcome->err != 0 || call->lx->crashed)
		return 0;
	tce_linux_env_init(call, 0, &env);
	if (coherent)
		err = tce_dma_set_coherent_mask(&env.dma, &dev->dma, tce_low_mask(bits), &refused);
	else
		err = tce_dma_set_mask(&env.dma, &dev->dma, tce_low_mask(bits), &refused);
	if (err == 0 && !call->lx->crashed)
		call->outcome->err = -refused;
	return err;
}

/* How the device's streaming DMA goes from now on. */
static enum tce_dma_mode mode_of(struct tce_linux_call *call, const struct tce_linux_dev *dev)
{
	struct tce_linux_env env;
	bool dynamic;

	tce_linux_env_init(call, 0, &env);
	dynamic = call->lx->platform->table_is_dynamic(call->st, call->lx, dev);
	if (tce_dma_is_direct(&env.dma, &dev->dma, 0, 1))
		return dynamic && dev->dma.bus_dma_limit != 0 ? TCE_MODE_HYBRID : TCE_MODE_DIRECT;
	if (tce_dma_dev_table(&dev->dma) == NULL)
		return TCE_MODE_NONE;
	return dynamic ? TCE_MODE_DYNAMIC : TCE_MODE_DEFAULT;
}

static void tell_mode(struct tce_linux_call *call, const struct tce_linux_dev *dev)
{
	if (call->outcome->err == 0)
		call->outcome->mode = mode_of(call, dev);
}

static unsigned bits_or(unsigned bits, unsigned fallback)
{
	return bits != 0 ? bits : fallback;
}

int tce_linux_probe(struct tce_linux_call *call, const struct tce_ev_probe *ev)
{
	struct tce_linux_dev *dev = known(call, ev->dev);
	const struct tce_dev *plugged = tce_dev_find(call->st, ev->dev);
	unsigned streaming;
	unsigned coherent;
	int err;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (dev->bound || dev->users) {
		call->outcome->err = -TCE_EBUSY;
		return 0;
	}
	streaming = bits_or(ev->streaming_bits, plugged->streaming_bits);
	coherent = bits_or(ev->coherent_bits,
			   ev->streaming_bits != 0 ? streaming : plugged->coherent_bits);
	err = set_one(call, dev, ev->coherent_first ? coherent : streaming, ev->coherent_first);
	if (err == 0)
		err = set_one(call, dev, ev->coherent_first ? streaming : coherent,
			      !ev->coherent_first);
	if (err != 0)
		return err;
	dev->bound = call->outcome->err == 0;
	tell_mode(call, dev);
	return 0;
}

int tce_linux_unbind(struct tce_linux_call *call, uint16_t id)
{
	struct tce_linux_dev *dev = known(call, id);

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (!dev->bound) {
		call->outcome->err = -TCE_ENODEV;
		return 0;
	}
	dev->bound = false;
	return tce_linux_unmap_all(call, dev);
}

int tce_linux_set_mask(struct tce_linux_call *call, const struct tce_ev_set_mask *ev)
{
	struct tce_linux_dev *dev = known(call, ev->dev);
	int err = 0;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (ev->streaming)
		err = set_one(call, dev, ev->bits, false);
	if (err == 0 && ev->coherent)
		err = set_one(call, dev, ev->bits, true);
	if (err != 0)
		return err;
	tell_mode(call, dev);
	return 0;
}

int tce_linux_required_mask(struct tce_linux_call *call, uint16_t id)
{
	struct tce_linux_dev *dev = known(call, id);
	struct tce_linux_env env;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	call->only_asks = true;
	tce_linux_env_init(call, 0, &env);
	return tce_dma_get_required_mask(&env.dma, &dev->dma, &call->outcome->value);
}
