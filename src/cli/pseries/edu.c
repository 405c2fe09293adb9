/* SPDX-License-Identifier: BSD-2-Clause */
/* Driver of QEMU's edu device. See edu.h. */
#include <string.h>
#include <unistd.h>

#include "base/bits.h"

#include "cli/vm/edu.h"
#include "edu.h"
#include "model.h"

/* QEMU hw/ppc/spapr.h: I/O access for guests in real mode; RTAS ibm,write-pci-config. */
#define H_LOGICAL_CI_LOAD  UINT64_C(0x3c)
#define H_LOGICAL_CI_STORE UINT64_C(0x40)
#define RTAS_WRITE_CONFIG  0x2017U

/* Bridge 0: 32-bit MMIO at this bus address, seen by the processor 1 << 45 higher. */
#define MMIO_BUS      UINT64_C(0x80000000)
#define MMIO_CPU      ((UINT64_C(1) << 45) + MMIO_BUS)
#define DEVICE_STRIDE UINT64_C(0x100000)

static struct tce_ring_slot *new_slot(struct tce_guest *guest, unsigned i)
{
	struct tce_ring_slot *slot = tce_guest_slot(guest, guest->posted + i);

	memset(slot, 0, sizeof(*slot));
	return slot;
}

static enum tce_guest_end run(struct tce_guest *guest, unsigned n)
{
	tce_guest_post(guest, n);
	return tce_guest_wait(guest, guest->posted);
}

static void fill_config_write(struct tce_guest *guest, unsigned i, unsigned device, uint32_t reg,
			      uint32_t size, uint32_t value)
{
	const uint64_t buid = tce_qemu_buid(0);
	const uint32_t cells[] = {
		RTAS_WRITE_CONFIG, 5,    1,    (device + 1) << 11 | reg, (uint32_t)(buid >> 32),
		(uint32_t)buid,    size, value};
	struct tce_ring_slot *slot = new_slot(guest, i);

	slot->in[0] = TCE_H_RTAS;
	slot->in[1] = tce_ring_block_address(guest->posted + i);
	for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++)
		tce_be32_store(slot->block + 4 * k, cells[k]);
}

static uint64_t device_register(unsigned device, unsigned offset)
{
	return MMIO_CPU + (device + 1) * DEVICE_STRIDE + offset;
}

/* Is it an edu device that answers where we have put it? */
static int check_device(struct tce_guest *guest, unsigned device, struct tce_fail *fail)
{
	struct tce_ring_slot *slot = new_slot(guest, 0);
	enum tce_guest_end end;

	slot->in[0] = H_LOGICAL_CI_LOAD;
	slot->in[1] = 4;
	slot->in[2] = device_register(device, EDU_ID);
	end = run(guest, 1);
	if (end != TCE_GUEST_DONE)
		return tce_guest_fail(guest, end, fail);
	/* Version in the upper half. QEMU's edu has the byte order of the processor, so far. */
	guest->edu_swapped = (__builtin_bswap32((uint32_t)slot->out[1]) & 0xffff) == EDU_ID_LOW;
	if (guest->edu_swapped || (slot->out[1] & 0xffff) == EDU_ID_LOW)
		return 0;
	return tce_fail(fail, "edu device %u does not answer (0x%jx)", device,
			(uintmax_t)slot->out[1]);
}

int tce_edu_setup(struct tce_guest *guest, unsigned n, struct tce_fail *fail)
{
	enum tce_guest_end end;

	for (unsigned i = 0; i < n; i++) {
		/* The only BAR; then memory accesses and bus mastering on. */
		fill_config_write(guest, 2 * i, i, 0x10, 4,
				  (uint32_t)(MMIO_BUS + (i + 1) * DEVICE_STRIDE));
		fill_config_write(guest, 2 * i + 1, i, 0x04, 2, 6);
	}
	end = run(guest, 2 * n);
	if (end != TCE_GUEST_DONE)
		return tce_guest_fail(guest, end, fail);
	for (unsigned i = 0; i < n; i++)
		if (check_device(guest, i, fail) != 0)
			return -1;
	return 0;
}

static void fill_store(struct tce_guest *guest, unsigned i, uint64_t address, uint64_t value)
{
	struct tce_ring_slot *slot = new_slot(guest, i);

	slot->in[0] = H_LOGICAL_CI_STORE;
	slot->in[1] = 8;
	slot->in[2] = address;
	slot->in[3] = guest->edu_swapped ? __builtin_bswap64(value) : value;
}

/*
 * Ask the command register until the device has finished: 100 ms of the guest's time, which the
 * idling image makes pass in a fraction of a millisecond (guest.c counts instructions).
 */
static enum tce_guest_end wait_idle(struct tce_guest *guest, unsigned device)
{
	double give_up = tce_now() + guest->vm.patience;
	struct tce_ring_slot *slot;
	enum tce_guest_end end;
	uint64_t command;

	do {
		usleep(200);
		slot = new_slot(guest, 0);
		slot->in[0] = H_LOGICAL_CI_LOAD;
		slot->in[1] = 8;
		slot->in[2] = device_register(device, EDU_DMA_COMMAND);
		end = run(guest, 1);
		if (end != TCE_GUEST_DONE)
			return end;
		if (tce_now() > give_up)
			return TCE_GUEST_HUNG;
		command = guest->edu_swapped ? __builtin_bswap64(slot->out[1]) : slot->out[1];
	} while (command & EDU_START);
	return TCE_GUEST_DONE;
}

enum tce_guest_end tce_edu_dma(struct tce_guest *guest, const struct tce_op_dma *op)
{
	uint64_t command = EDU_START | (op->write ? EDU_TO_MEMORY : 0);
	enum tce_guest_end end;

	fill_store(guest, 0, device_register(op->device, EDU_DMA_SRC),
		   op->write ? EDU_BUFFER : op->addr);
	fill_store(guest, 1, device_register(op->device, EDU_DMA_DST),
		   op->write ? op->addr : EDU_BUFFER);
	fill_store(guest, 2, device_register(op->device, EDU_DMA_COUNT), op->len);
	fill_store(guest, 3, device_register(op->device, EDU_DMA_COMMAND), command);
	end = run(guest, 4);
	return end == TCE_GUEST_DONE ? wait_idle(guest, op->device) : end;
}
