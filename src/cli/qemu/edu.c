/* SPDX-License-Identifier: BSD-2-Clause */
/* Driver of QEMU's edu device. See edu.h. */
#include <string.h>

#include "base/bits.h"

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

/* Registers of the device. */
#define EDU_DMA_SRC     0x80U
#define EDU_DMA_DST     0x88U
#define EDU_DMA_COUNT   0x90U
#define EDU_DMA_COMMAND 0x98U
#define EDU_BUFFER      UINT64_C(0x40000)
#define EDU_START       UINT64_C(1)
#define EDU_TO_MEMORY   UINT64_C(2)

/* Questions per batch while a transfer runs. */
#define POLLS 64U

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
	return end == TCE_GUEST_DONE ? 0 : tce_guest_fail(guest, end, fail);
}

static uint64_t device_register(unsigned device, unsigned offset)
{
	return MMIO_CPU + (device + 1) * DEVICE_STRIDE + offset;
}

static void fill_store(struct tce_guest *guest, unsigned i, uint64_t address, uint64_t value)
{
	struct tce_ring_slot *slot = new_slot(guest, i);

	slot->in[0] = H_LOGICAL_CI_STORE;
	slot->in[1] = 8;
	slot->in[2] = address;
	slot->in[3] = value;
}

/* Ask the command register until the device has finished. */
static enum tce_guest_end wait_idle(struct tce_guest *guest, unsigned device)
{
	double give_up = tce_now() + guest->opts.patience;
	struct tce_ring_slot *slot;
	enum tce_guest_end end;

	do {
		for (unsigned i = 0; i < POLLS; i++) {
			slot = new_slot(guest, i);
			slot->in[0] = H_LOGICAL_CI_LOAD;
			slot->in[1] = 8;
			slot->in[2] = device_register(device, EDU_DMA_COMMAND);
		}
		end = run(guest, POLLS);
		if (end != TCE_GUEST_DONE)
			return end;
		if (tce_now() > give_up)
			return TCE_GUEST_HUNG;
	} while (slot->out[1] & EDU_START);
	return TCE_GUEST_DONE;
}

static enum tce_guest_end transfer(struct tce_guest *guest, unsigned device, uint64_t addr,
				   unsigned len, bool write)
{
	enum tce_guest_end end;

	fill_store(guest, 0, device_register(device, EDU_DMA_SRC), write ? EDU_BUFFER : addr);
	fill_store(guest, 1, device_register(device, EDU_DMA_DST), write ? addr : EDU_BUFFER);
	fill_store(guest, 2, device_register(device, EDU_DMA_COUNT), len);
	fill_store(guest, 3, device_register(device, EDU_DMA_COMMAND),
		   EDU_START | (write ? EDU_TO_MEMORY : 0));
	end = run(guest, 4);
	return end == TCE_GUEST_DONE ? wait_idle(guest, device) : end;
}

enum tce_guest_end tce_edu_dma(struct tce_guest *guest, const struct tce_op_dma *op)
{
	enum tce_guest_end end;

	end = transfer(guest, op->device, op->good, TCE_MODEL_EDU_BYTES, false);
	if (end == TCE_GUEST_DONE)
		end = transfer(guest, op->device, op->addr, op->len, op->write);
	if (end == TCE_GUEST_DONE)
		end = transfer(guest, op->device, op->good, TCE_MODEL_EDU_BYTES, true);
	return end;
}
