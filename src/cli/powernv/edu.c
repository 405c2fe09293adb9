/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of QEMU's edu devices on the bare-metal machines: all accesses of a round are started one
 * after the other and wait their tenth of a second together. QEMU lets them run in the order they
 * were started.
 */
#include <unistd.h>

#include "cli/vm/edu.h"
#include "session.h"

/* OPAL calls for 32-bit words of configuration space; registers there. */
#define OPAL_CONFIG_WRITE_WORD UINT64_C(18)
#define CONFIG_COMMAND         0x04U /* 6: answer to memory accesses, make some */
#define CONFIG_BAR             0x10U
#define CONFIG_BRIDGE_WINDOW   0x20U
#define ENABLE                 UINT64_C(6)

#define DEVICE_BYTES           UINT64_C(0x100000)

#define EDU_MICROSECONDS       100000U
#define NAP_MICROSECONDS       2000U

/* Wait for all requests; what they answer is looked at by the caller. */
static int run(struct tce_nv_session *session)
{
	struct tce_nv_machine *machine = &session->machine;

	tce_nv_machine_post(machine, session->filled - machine->posted);
	if (tce_nv_session_ended(session, tce_nv_machine_wait(machine, session->filled)) != 0)
		return -1;
	session->compared = session->filled;
	return 0;
}

static void config_write(struct tce_nv_session *session, const struct tce_nv_bridge *bridge,
			 uint64_t rid, uint64_t reg, uint64_t value)
{
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_OPAL);

	slot->token = OPAL_CONFIG_WRITE_WORD;
	slot->args[0] = bridge->phb_id;
	slot->args[1] = rid;
	slot->args[2] = reg;
	slot->args[3] = value;
}

/* The root port's window for memory: base and limit, units of 1 MiB in bits 15:4 of each half. */
static uint64_t bridge_window(uint64_t start, uint64_t size)
{
	return (start >> 16 & 0xfff0) | ((start + size - 1) & 0xfff00000);
}

static uint64_t device_register(const struct tce_nv_bridge *bridge, uint64_t function, uint64_t reg)
{
	return bridge->mmio + function * DEVICE_BYTES + reg;
}

static int check_device(struct tce_nv_session *session, unsigned b, unsigned function)
{
	const struct tce_nv_bridge *bridge = &session->machine.tree.bridges[b];
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_READ4);

	slot->args[0] = device_register(bridge, function, EDU_ID);
	if (run(session) != 0)
		return -1;
	if ((slot->out[1] & 0xffff) == EDU_ID_LOW)
		return 0;
	session->state = TCE_NV_FAILED;
	return tce_fail(&session->fail, "edu device %u of bridge %u does not answer (0x%jx)",
			function, b, (uintmax_t)slot->out[1]);
}

int tce_nv_edu_setup(struct tce_nv_session *session)
{
	const struct tce_nv_tree *tree = &session->machine.tree;

	for (unsigned b = 0; b < tree->nr_bridges; b++) {
		const struct tce_nv_bridge *bridge = &tree->bridges[b];

		config_write(session, bridge, 0, CONFIG_BRIDGE_WINDOW,
			     bridge_window(bridge->mmio_bus, TCE_NV_NR_EDU * DEVICE_BYTES));
		config_write(session, bridge, 0, CONFIG_COMMAND, ENABLE);
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f++) {
			config_write(session, bridge, TCE_NV_EDU_RID + f, CONFIG_BAR,
				     bridge->mmio_bus + f * DEVICE_BYTES);
			config_write(session, bridge, TCE_NV_EDU_RID + f, CONFIG_COMMAND, ENABLE);
		}
	}
	for (unsigned b = 0; b < tree->nr_bridges; b++)
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f++)
			if (check_device(session, b, f) != 0)
				return -1;
	return 0;
}

static void device_write(struct tce_nv_session *session, const struct tce_nv_op *op, uint64_t reg,
			 uint64_t value)
{
	const struct tce_nv_bridge *bridge = &session->machine.tree.bridges[op->n[0]];
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_WRITE8);

	slot->args[0] = device_register(bridge, op->n[1], reg);
	slot->args[1] = value;
}

static void start(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	bool write = op->kind == TCE_NV_DMA_WRITE;
	uint64_t buffer = EDU_BUFFER + op->n[4];

	device_write(session, op, EDU_DMA_SRC, write ? buffer : op->n[2]);
	device_write(session, op, EDU_DMA_DST, write ? op->n[2] : buffer);
	device_write(session, op, EDU_DMA_COUNT, op->n[3]);
	device_write(session, op, EDU_DMA_COMMAND, EDU_START | (write ? EDU_TO_MEMORY : 0));
}

/* Ask a device until it has finished. */
static int wait_idle(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	const struct tce_nv_bridge *bridge = &session->machine.tree.bridges[op->n[0]];
	double give_up = tce_now() + session->machine.vm.patience;
	struct tce_nv_slot *slot;

	for (;;) {
		slot = tce_nv_session_request(session, TCE_NV_RING_READ8);
		slot->args[0] = device_register(bridge, op->n[1], EDU_DMA_COMMAND);
		if (run(session) != 0)
			return -1;
		if (!(slot->out[1] & EDU_START))
			return 0;
		if (tce_now() > give_up)
			return tce_nv_session_ended(session, TCE_GUEST_HUNG);
		usleep(NAP_MICROSECONDS);
	}
}

int tce_nv_edu_run(struct tce_nv_session *session, const struct tce_nv_op *ops,
		   const size_t *indexes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		start(session, &ops[indexes[i]]);
	if (run(session) != 0)
		return -1;
	usleep(EDU_MICROSECONDS);
	for (unsigned i = 0; i < n; i++)
		if (wait_idle(session, &ops[indexes[i]]) != 0)
			return -1;
	return 0;
}
