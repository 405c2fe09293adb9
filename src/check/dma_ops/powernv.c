/* SPDX-License-Identifier: BSD-2-Clause */
/* A small powernv machine, driven by events until its kernel runs and by calls from there on. */
#include "powernv.h"

#include <string.h>

#include "linux/powernv/powernv.h"

#define DEV_ROOT 0U
#define DEV_EDU  1U

/* RAM comes in these. */
#define RAM_UNIT (UINT64_C(1) << 20)

struct tce_ops_powernv {
	struct tce_mem mem;
	struct tce_machine *machine;
	struct tce_outcome outcome;
	struct tce_linux_call call; /* ctx of the table's operations */
	struct tce_linux_dev *dev;
};

static int step(struct tce_machine *machine, const struct tce_event *event)
{
	struct tce_outcome outcome;

	return tce_machine_step(machine, event, &outcome);
}

static int plug_bridge(struct tce_machine *machine, const struct tce_ops_powernv_opts *opts)
{
	struct tce_event event = {.kind = TCE_EV_PHB_PLUG};

	event.u.phb_plug.phb = (uint16_t)(opts->index >> 16);
	event.u.phb_plug.generation = opts->phb3 ? TCE_IODA_PHB3 : TCE_IODA_PHB4;
	event.u.phb_plug.big = (opts->index & 0xffff) > 0xff;
	return step(machine, &event);
}

static int plug(struct tce_machine *machine, uint16_t phb, uint16_t id)
{
	struct tce_event event = {.kind = TCE_EV_DEVICE_PLUG};
	struct tce_ev_device_plug *ev = &event.u.device_plug;

	ev->dev = id;
	ev->phb = phb;
	ev->parent = id == DEV_ROOT ? TCE_NO_ID : DEV_ROOT;
	ev->bus = id == DEV_ROOT ? 0 : 1;
	ev->type = id == DEV_ROOT ? TCE_DEV_ROOT_PORT : TCE_DEV_ENDPOINT;
	ev->secondary_bus = id == DEV_ROOT;
	ev->subordinate_bus = id == DEV_ROOT;
	return step(machine, &event);
}

/* A profile by its name; the last one when there is none of this name. */
static unsigned kernel_index(const struct tce_kernel *wanted)
{
	struct tce_kernel kernel;
	unsigned i = 0;

	while (tce_kernel_at(i, &kernel) == 0 && strcmp(kernel.name, wanted->name) != 0)
		i++;
	return i;
}

static int boot(struct tce_machine *machine, const struct tce_ops_powernv_opts *opts)
{
	struct tce_event event = {.kind = TCE_EV_BOOT};

	event.u.boot.kernel = (uint16_t)kernel_index(opts->kernel);
	event.u.boot.page_shift = (uint8_t)opts->page_shift;
	event.u.boot.flags = (uint8_t)opts->flags;
	event.u.boot.nr_cpus = 1;
	return step(machine, &event);
}

static int set_up(struct tce_ops_powernv *pnv, const struct tce_ops_powernv_opts *opts)
{
	uint16_t phb = (uint16_t)(opts->index >> 16);
	int err = tce_linux_attach(pnv->machine);

	if (err == 0)
		err = plug_bridge(pnv->machine, opts);
	if (err == 0)
		err = plug(pnv->machine, phb, DEV_ROOT);
	if (err == 0)
		err = plug(pnv->machine, phb, DEV_EDU);
	return err != 0 ? err : boot(pnv->machine, opts);
}

static void begin_calls(struct tce_ops_powernv *pnv)
{
	pnv->call.machine = pnv->machine;
	pnv->call.st = tce_machine_state(pnv->machine);
	pnv->call.lx = tce_linux_of(pnv->machine);
	pnv->call.outcome = &pnv->outcome;
	pnv->dev = tce_linux_dev_find(pnv->call.st, pnv->call.lx, DEV_EDU);
}

int tce_ops_powernv_new(const struct tce_ops_powernv_opts *opts, struct tce_ops_powernv **ret_pnv)
{
	struct tce_machine_opts machine = {.platform = TCE_POWERNV,
					   .ram = opts->ram / RAM_UNIT * RAM_UNIT,
					   .storage = TCE_STORAGE_LAZY};
	struct tce_ops_powernv *pnv;
	struct tce_mem mem;
	int err;

	if (opts->index >> 16 >= TCE_NO_ID)
		return -TCE_ERR_LIMIT;
	tce_mem_init(&mem, opts->alloc);
	pnv = tce_mem_new(&mem, sizeof(*pnv));
	if (pnv == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&pnv->mem, opts->alloc);
	err = tce_machine_new(opts->alloc, &machine, &pnv->machine);
	if (err == 0)
		err = set_up(pnv, opts);
	if (err != 0) {
		tce_ops_powernv_free(pnv);
		return err == -TCE_ERR_NOMEM ? err : -TCE_ERR_LIMIT;
	}
	begin_calls(pnv);
	*ret_pnv = pnv;
	return 0;
}

void tce_ops_powernv_free(struct tce_ops_powernv *pnv)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (pnv == NULL)
		return;
	tce_machine_free(pnv->machine);
	alloc = tce_mem_alloc(&pnv->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, pnv, sizeof(*pnv));
}

struct tce_iommu_table *tce_ops_powernv_table(const struct tce_ops_powernv *pnv)
{
	return tce_dma_dev_table(&pnv->dev->dma);
}

const struct tce_iommu_ops *tce_ops_powernv_ops(struct tce_ops_powernv *pnv, void **ret_ctx)
{
	*ret_ctx = &pnv->call;
	return &tce_pnv_ioda2_iommu_ops;
}

uint64_t tce_ops_powernv_offset(const struct tce_ops_powernv *pnv)
{
	return pnv->dev->dma.dma_offset;
}

int tce_ops_powernv_bypass(struct tce_ops_powernv *pnv, const struct tce_kernel *kernel,
			   uint64_t mask, bool *ret_ok)
{
	struct tce_kernel own = pnv->call.lx->kernel;
	int err;

	pnv->call.lx->kernel = *kernel;
	err = pnv->call.lx->platform->bypass_supported(&pnv->call, pnv->dev, mask, ret_ok);
	pnv->call.lx->kernel = own;
	return err;
}
