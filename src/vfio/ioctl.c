/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structures of a real client: read from its memory, made into the event of the same call, and
 * written back. What cannot be read is told with the event, so that the call's own order of checks
 * decides. Source: Linux include/uapi/linux/vfio.h; byte order and sizes are the client's, which
 * runs on this machine.
 */
#include <string.h>

#include "vfio.h"

#define IOC_TYPE    UINT32_C(0x3b00) /* _IO(';', 0) */
#define IOC_MASK    UINT32_C(0xffffff00)
#define IOC_POWERPC UINT32_C(0x20000000) /* _IOC_NONE is not 0 there */

#define PROCESS_MAX 255U /* as events have it */
#define STRUCT_MAX  40U

/* Offsets of fields; ABSENT: the structure has none. */
#define ABSENT 0xffU

struct layout {
	uint8_t nr; /* number - 100 */
	uint8_t op;
	uint8_t size; /* that is read */
	uint8_t vaddr;
	uint8_t iova;
	uint8_t length;
	uint8_t page_shift;
	uint8_t levels;
	uint8_t start;
};

static const struct layout layouts[] = {
	{TCE_VFIO_NR_GET_INFO, TCE_VFIO_GET_INFO, 16, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT,
	 ABSENT},
	{TCE_VFIO_NR_MAP_DMA, TCE_VFIO_MAP, 32, 8, 16, 24, ABSENT, ABSENT, ABSENT},
	{TCE_VFIO_NR_UNMAP_DMA, TCE_VFIO_UNMAP, 24, ABSENT, 8, 16, ABSENT, ABSENT, ABSENT},
	{TCE_VFIO_NR_REGISTER, TCE_VFIO_REGISTER, 24, 8, ABSENT, 16, ABSENT, ABSENT, ABSENT},
	{TCE_VFIO_NR_UNREGISTER, TCE_VFIO_UNREGISTER, 24, 8, ABSENT, 16, ABSENT, ABSENT, ABSENT},
	{TCE_VFIO_NR_CREATE, TCE_VFIO_CREATE, 40, ABSENT, ABSENT, 16, 8, 24, ABSENT},
	{TCE_VFIO_NR_REMOVE, TCE_VFIO_REMOVE, 16, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, 8},
	{TCE_VFIO_NR_EEH_PE_OP, TCE_VFIO_EEH, 12, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT},
};

static uint32_t get32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static uint64_t get64(const uint8_t *buf, uint8_t offset)
{
	uint64_t v = 0;

	if (offset != ABSENT)
		memcpy(&v, buf + offset, sizeof(v));
	return v;
}

static const struct layout *layout_of(uint32_t number)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].nr == number)
			return &layouts[i];
	}
	return NULL;
}

/* EEH_PE_OP: the operation, and the rest of it where there is one. */
static void read_eeh(const struct tce_vfio_client *client, const struct tce_vfio_ioctl *call,
		     const uint8_t *buf, struct tce_ev_vfio *ev)
{
	uint8_t tail[STRUCT_MAX];

	ev->number = get32(buf + 8);
	if (ev->argsz < STRUCT_MAX)
		return;
	ev->bad_tail = !client->read(client->ctx, call->process, call->arg, tail, sizeof(tail));
	if (ev->bad_tail)
		return;
	ev->extra[0] = get32(tail + 16);
	ev->extra[1] = get32(tail + 20);
	ev->extra[2] = get64(tail, 24);
	ev->extra[3] = get64(tail, 32);
}

static void read_struct(const struct tce_vfio_client *client, const struct tce_vfio_ioctl *call,
			const struct layout *layout, struct tce_ev_vfio *ev)
{
	uint8_t buf[STRUCT_MAX] = {0};

	ev->op = (enum tce_vfio_op)layout->op;
	ev->bad_pointer = !client->read(client->ctx, call->process, call->arg, buf, layout->size);
	if (ev->bad_pointer)
		return;
	ev->argsz = get32(buf);
	ev->flags = get32(buf + 4);
	ev->vaddr = get64(buf, layout->vaddr);
	ev->iova = get64(buf, layout->iova);
	ev->size = get64(buf, layout->length);
	ev->start = get64(buf, layout->start);
	if (layout->page_shift != ABSENT) {
		ev->page_shift = get32(buf + layout->page_shift);
		ev->levels = get32(buf + layout->levels);
	}
	if (ev->op == TCE_VFIO_EEH)
		read_eeh(client, call, buf, ev);
}

/* The event of a request. */
static void decode(const struct tce_vfio_client *client, const struct tce_vfio_ioctl *call,
		   struct tce_ev_vfio *ev)
{
	uint32_t request = call->request & ~IOC_POWERPC;
	uint32_t number = request & ~IOC_MASK;
	const struct layout *layout = (request & IOC_MASK) == IOC_TYPE ? layout_of(number) : NULL;

	memset(ev, 0, sizeof(*ev));
	ev->container = call->container;
	ev->group = TCE_NO_ID;
	ev->process = call->process;
	ev->from_child = call->from_child;
	ev->op = TCE_VFIO_IOCTL;
	ev->number = number;
	if ((request & IOC_MASK) != IOC_TYPE)
		return;
	if (layout != NULL) {
		read_struct(client, call, layout, ev);
		return;
	}
	switch (number) {
	case TCE_VFIO_NR_CHECK_EXTENSION: ev->op = TCE_VFIO_CHECK_EXTENSION; break;
	case TCE_VFIO_NR_SET_IOMMU: ev->op = TCE_VFIO_SET_IOMMU; break;
	case TCE_VFIO_NR_ENABLE: ev->op = TCE_VFIO_ENABLE; return;
	case TCE_VFIO_NR_DISABLE: ev->op = TCE_VFIO_DISABLE; return;
	default: return;
	}
	ev->number = call->arg > UINT32_MAX ? UINT32_MAX : (uint32_t)call->arg;
}

/* struct vfio_iommu_spapr_tce_info; false: it cannot be written. */
static bool write_info(const struct tce_vfio_client *client, const struct tce_vfio_ioctl *call,
		       const struct tce_ev_vfio *ev, const struct tce_vfio_info *info)
{
	uint8_t buf[32] = {0};

	memcpy(buf, &ev->argsz, 4);
	memcpy(buf + 4, &info->flags, 4);
	memcpy(buf + 8, &info->start, 4);
	memcpy(buf + 12, &info->size, 4);
	memcpy(buf + 16, &info->pgsizes, 8);
	memcpy(buf + 24, &info->max_windows, 4);
	memcpy(buf + 28, &info->levels, 4);
	return client->write(client->ctx, call->process, call->arg, buf, info->whole ? 32 : 16);
}

/* What the call puts into the client's structure. A window that was made stays. */
static bool write_back(const struct tce_vfio_client *client, const struct tce_vfio_ioctl *call,
		       const struct tce_ev_vfio *ev, const struct tce_outcome *outcome)
{
	if (outcome->err != 0)
		return true;
	if (ev->op == TCE_VFIO_GET_INFO)
		return write_info(client, call, ev, &outcome->info);
	if (ev->op != TCE_VFIO_CREATE)
		return true;
	return client->write(client->ctx, call->process, call->arg + 32, &outcome->value, 8);
}

int tce_vfio_ioctl(struct tce_machine *machine, const struct tce_vfio_ioctl *call, int64_t *ret_ret)
{
	const struct tce_vfio *vf = tce_machine_os(machine, TCE_OS_VFIO);
	const struct tce_vfio_client *client = vf == NULL ? NULL : vf->client;
	struct tce_outcome outcome;
	struct tce_event event;
	int err;

	if (call->process > PROCESS_MAX)
		return -TCE_ERR_INVAL;
	if (client == NULL || client->pin == NULL || client->read == NULL || client->write == NULL)
		return -TCE_ERR_STATE;
	event.kind = TCE_EV_VFIO;
	decode(client, call, &event.u.vfio);
	err = tce_machine_step_valid(machine, &event, &outcome);
	if (err != 0)
		return err;
	if (!write_back(client, call, &event.u.vfio, &outcome))
		outcome.err = -TCE_EFAULT;
	*ret_ret = outcome.err != 0 ? outcome.err : outcome.ret;
	return 0;
}
