/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFIO containers through their C interface: real structures in a client's memory, several machines
 * at once, calls that come too early, answers for each kind of memory.
 */
#include <string.h>

#include <tce/linux.h>
#include <tce/vfio.h>

#include "testing.h"

#define VADDR   UINT64_C(0x200000000)
#define WINDOW1 UINT64_C(0x800000000000000)
#define PAGE    UINT64_C(65536)

struct client {
	struct tce_machine *machine;
	struct tce_vfio_client callbacks;
	uint8_t arg[40];
	uint64_t pages;  /* that can be pinned, from VADDR on */
	unsigned huge;   /* log2 of its huge pages; 0: none */
	bool unreadable; /* its structures are */
};

static bool pin(void *ctx, uint16_t process, uint64_t vaddr, uint64_t max,
		struct tce_vfio_pages *ret_pages)
{
	const struct client *c = ctx;

	assert_int_equal(process, 0);
	if (vaddr < VADDR || vaddr - VADDR >= c->pages * PAGE)
		return false;
	ret_pages->ra = tce_ra(vaddr - VADDR + (UINT64_C(64) << 20));
	ret_pages->nr = max < 3 ? max : 3;
	if (ret_pages->nr > c->pages - (vaddr - VADDR) / PAGE)
		ret_pages->nr = c->pages - (vaddr - VADDR) / PAGE;
	ret_pages->huge_shift = c->huge;
	ret_pages->block_shift = c->huge;
	return true;
}

static bool read_arg(void *ctx, uint16_t process, uint64_t vaddr, void *buf, size_t n)
{
	const struct client *c = ctx;

	(void)process;
	assert_int_equal(vaddr, 0x1000);
	assert_in_range(n, 1, sizeof(c->arg));
	memcpy(buf, c->arg, n);
	return !c->unreadable;
}

static bool write_arg(void *ctx, uint16_t process, uint64_t vaddr, const void *buf, size_t n)
{
	struct client *c = ctx;

	(void)process;
	assert_true(vaddr >= 0x1000 && vaddr - 0x1000 + n <= sizeof(c->arg));
	memcpy(c->arg + (vaddr - 0x1000), buf, n);
	return !c->unreadable;
}

static struct tce_outcome step(struct client *c, const struct tce_event *event)
{
	struct tce_outcome outcome;

	assert_int_equal(tce_machine_step(c->machine, event, &outcome), 0);
	return outcome;
}

static int group_call(struct client *c, enum tce_vfio_op op)
{
	struct tce_event event = {.kind = TCE_EV_VFIO};

	event.u.vfio.op = op;
	return step(c, &event).err;
}

static int64_t call(struct client *c, uint32_t nr, uint64_t arg)
{
	struct tce_vfio_ioctl ioctl = {.request = 0x3b00 + nr, .arg = arg};
	int64_t ret = 0;

	assert_int_equal(tce_vfio_ioctl(c->machine, &ioctl, &ret), 0);
	return ret;
}

/* Four 64-bit words behind argsz and flags. */
static int64_t call_with(struct client *c, uint32_t nr, uint32_t argsz, uint32_t flags,
			 const uint64_t word[4])
{
	memcpy(c->arg, &argsz, 4);
	memcpy(c->arg + 4, &flags, 4);
	memcpy(c->arg + 8, word, 32);
	return call(c, nr, 0x1000);
}

static int64_t reg(struct client *c, uint64_t vaddr, uint64_t size)
{
	return call_with(c, TCE_VFIO_NR_REGISTER, 24, 0, (uint64_t[4]){vaddr, size});
}

static int64_t map(struct client *c, uint64_t vaddr, uint64_t iova, uint64_t size)
{
	return call_with(c, TCE_VFIO_NR_MAP_DMA, 32, 3, (uint64_t[4]){vaddr, iova, size});
}

static int64_t unmap(struct client *c, uint64_t iova, uint64_t size)
{
	return call_with(c, TCE_VFIO_NR_UNMAP_DMA, 24, 0, (uint64_t[4]){iova, size});
}

static int64_t create(struct client *c, uint32_t page_shift, uint64_t size, uint64_t *ret_start)
{
	struct {
		uint32_t page_shift, reserved;
		uint64_t size;
		uint32_t levels, reserved2;
		uint64_t start;
	} arg = {.page_shift = page_shift, .size = size, .levels = 1};
	uint64_t word[4];
	int64_t ret;

	memcpy(word, &arg, sizeof(word));
	ret = call_with(c, TCE_VFIO_NR_CREATE, 40, 0, word);

	memcpy(ret_start, c->arg + 32, 8);
	return ret;
}

static void client_open(struct client *c, const char *kernel)
{
	struct tce_machine_opts opts = {.platform = TCE_POWERNV, .ram = UINT64_C(4) << 30};
	struct tce_event event;
	struct tce_kernel_match match;

	memset(c, 0, sizeof(*c));
	c->pages = 256;
	c->callbacks.ctx = c;
	c->callbacks.pin = pin;
	c->callbacks.read = read_arg;
	c->callbacks.write = write_arg;
	assert_int_equal(tce_machine_new(NULL, &opts, &c->machine), 0);
	assert_int_equal(tce_vfio_attach(c->machine), -TCE_ERR_STATE);
	assert_int_equal(tce_vfio_set_client(c->machine, &c->callbacks), -TCE_ERR_STATE);
	assert_int_equal(tce_linux_attach(c->machine), 0);
	assert_int_equal(tce_vfio_attach(c->machine), 0);
	assert_int_equal(tce_vfio_attach(c->machine), -TCE_ERR_EXISTS);
	assert_int_equal(tce_vfio_set_client(c->machine, &c->callbacks), 0);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_PLUG;
	event.u.phb_plug.generation = TCE_IODA_PHB4;
	step(c, &event);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_PLUG;
	event.u.device_plug.parent = TCE_NO_ID;
	event.u.device_plug.devfn = 8;
	step(c, &event);
	assert_int_equal(tce_kernel_find(kernel, &match), 0);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_BOOT;
	event.u.boot.kernel = (uint16_t)match.index;
	event.u.boot.page_shift = 16;
	step(c, &event);
	assert_int_equal(group_call(c, TCE_VFIO_BIND), 0);
	assert_int_equal(group_call(c, TCE_VFIO_OPEN_CONTAINER), 0);
}

static void attach(struct client *c, uint64_t type)
{
	assert_int_equal(group_call(c, TCE_VFIO_OPEN_GROUP), 0);
	assert_int_equal(group_call(c, TCE_VFIO_SET_CONTAINER), 0);
	assert_int_equal(call(c, TCE_VFIO_NR_SET_IOMMU, type), 0);
}

static void a_client_maps_and_is_told_where_its_window_lies(void **state)
{
	struct client c;
	uint64_t start;
	uint64_t page_sizes;
	uint32_t info[8];

	(void)state;
	client_open(&c, "6.12.107");
	attach(&c, 7);
	assert_int_equal(call_with(&c, TCE_VFIO_NR_GET_INFO, 32, 0, (uint64_t[4]){0}), 0);
	memcpy(info, c.arg, sizeof(info));
	assert_int_equal(info[1], 1);
	assert_int_equal(info[3], 0x80000000);
	memcpy(&page_sizes, c.arg + 16, sizeof(page_sizes));
	assert_int_equal(page_sizes, 0x40211000);
	assert_int_equal(info[6], 2);
	assert_int_equal(info[7], 5);
	assert_int_equal(reg(&c, VADDR, 16 * PAGE), 0);
	assert_int_equal(create(&c, 16, UINT64_C(1) << 30, &start), 0);
	assert_int_equal(start, WINDOW1);
	assert_int_equal(map(&c, VADDR, WINDOW1, 16 * PAGE), 0);
	assert_int_equal(unmap(&c, WINDOW1, 16 * PAGE), 0);
	tce_machine_free(c.machine);
}

/* A call before there is a driver, with the number as powerpc has it, and one that is none. */
static void calls_that_come_too_early_are_refused(void **state)
{
	static const uint32_t calls[] = {112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 160};
	struct tce_vfio_ioctl ioctl = {.request = 0x20003b65, .arg = 7};
	struct client c;
	int64_t ret;

	(void)state;
	client_open(&c, "fixed");
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_int_equal(call(&c, calls[i], 0x1000), -TCE_EINVAL);
	assert_int_equal(call(&c, TCE_VFIO_NR_SET_IOMMU, 7), -TCE_EINVAL);
	assert_int_equal(tce_vfio_ioctl(c.machine, &ioctl, &ret), 0);
	assert_int_equal(ret, 1);
	ioctl.container = 5;
	assert_int_equal(tce_vfio_ioctl(c.machine, &ioctl, &ret), 0);
	assert_int_equal(ret, -TCE_EBADF);
	ioctl.process = 256;
	assert_int_equal(tce_vfio_ioctl(c.machine, &ioctl, &ret), -TCE_ERR_INVAL);
	attach(&c, 7);
	assert_int_equal(call(&c, 115, 0), -TCE_ENOTTY);
	assert_int_equal(call(&c, 160, 0), -TCE_ENOTTY);
	assert_int_equal(map(&c, VADDR, 0, PAGE), -TCE_EPERM);
	assert_int_equal(call_with(&c, TCE_VFIO_NR_UNREGISTER, 24, 0, (uint64_t[4]){VADDR, PAGE}),
			 -TCE_EPERM);
	assert_int_equal(tce_vfio_set_client(c.machine, NULL), 0);
	ioctl.process = 0;
	assert_int_equal(tce_vfio_ioctl(c.machine, &ioctl, &ret), -TCE_ERR_STATE);
	tce_machine_free(c.machine);
}

static void an_unreadable_structure_comes_before_what_is_in_it(void **state)
{
	struct client c;
	uint64_t start;

	(void)state;
	client_open(&c, "fixed");
	attach(&c, 7);
	c.unreadable = true;
	assert_int_equal(reg(&c, VADDR + 1, PAGE), -TCE_EFAULT);
	assert_int_equal(create(&c, 99, PAGE, &start), -TCE_EFAULT);
	assert_int_equal(map(&c, VADDR, 0, PAGE), -TCE_EPERM);
	c.unreadable = false;
	assert_int_equal(call_with(&c, TCE_VFIO_NR_REGISTER, 23, 0, (uint64_t[4]){VADDR, PAGE}),
			 -TCE_EINVAL);
	assert_int_equal(call_with(&c, TCE_VFIO_NR_REGISTER, 24, 1, (uint64_t[4]){VADDR, PAGE}),
			 -TCE_EINVAL);
	tce_machine_free(c.machine);
}

/* Pages that could be pinned before the one that could not are what the ioctl returns. */
static void a_short_pin_is_answered_with_its_length(void **state)
{
	struct client c;

	(void)state;
	client_open(&c, "fixed");
	attach(&c, 7);
	c.pages = 8;
	assert_int_equal(reg(&c, VADDR, 16 * PAGE), 8);
	assert_int_equal(reg(&c, VADDR + 8 * PAGE, PAGE), -TCE_EFAULT);
	assert_int_equal(map(&c, VADDR, 0, PAGE), -TCE_EPERM);
	assert_int_equal(reg(&c, VADDR, 8 * PAGE), 0);
	assert_int_equal(reg(&c, VADDR, 8 * PAGE), -TCE_EBUSY);
	assert_int_equal(map(&c, VADDR, 0, PAGE), 0);
	tce_machine_free(c.machine);
}

static void large_pages_want_huge_pages_under_them(void **state)
{
	struct client c;
	uint64_t start;

	(void)state;
	client_open(&c, "fixed");
	attach(&c, 7);
	assert_int_equal(reg(&c, VADDR, UINT64_C(2) << 20), 0);
	assert_int_equal(create(&c, 21, UINT64_C(1) << 32, &start), 0);
	assert_int_equal(map(&c, VADDR, start, UINT64_C(2) << 20), -TCE_EINVAL);
	c.huge = 21;
	assert_int_equal(reg(&c, VADDR + (UINT64_C(2) << 20), UINT64_C(2) << 20), 0);
	assert_int_equal(map(&c, VADDR + (UINT64_C(2) << 20), start, UINT64_C(2) << 20), 0);
	tce_machine_free(c.machine);
}

/* /dev/vfio/N as calls see it that want a group in no container. */
static void assert_dead(struct client *c)
{
	assert_int_equal(group_call(c, TCE_VFIO_GROUP_STATUS), -TCE_ENODEV);
	assert_int_equal(group_call(c, TCE_VFIO_SET_CONTAINER), -TCE_ENODEV);
	assert_int_equal(group_call(c, TCE_VFIO_UNSET_CONTAINER), -TCE_EINVAL);
	assert_int_equal(group_call(c, TCE_VFIO_GET_DEVICE), -TCE_ENODEV);
}

static void a_file_is_dead_when_the_last_device_of_its_group_went(void **state)
{
	static const char *const kernels[] = {"6.12.107", "7.2.13", "fixed"};
	struct client c;

	(void)state;
	for (unsigned i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		client_open(&c, kernels[i]);
		attach(&c, 7);
		assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
		assert_dead(&c);
		assert_int_equal(call(&c, 113, 0x1000), -TCE_EINVAL); /* no driver any more */
		assert_int_equal(group_call(&c, TCE_VFIO_OPEN_GROUP), -TCE_ENOENT);
		assert_int_equal(group_call(&c, TCE_VFIO_BIND), 0);
		assert_dead(&c);
		attach(&c, 7); /* another file, while the dead one is open */
		assert_int_equal(group_call(&c, TCE_VFIO_GROUP_STATUS), 0);
		assert_int_equal(group_call(&c, TCE_VFIO_OPEN_GROUP), -TCE_EBUSY);
		assert_int_equal(group_call(&c, TCE_VFIO_UNSET_CONTAINER), 0);
		assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
		assert_dead(&c);
		assert_int_equal(group_call(&c, TCE_VFIO_CLOSE_GROUP), 0);
		assert_int_equal(group_call(&c, TCE_VFIO_CLOSE_GROUP), -TCE_EBADF);
		tce_machine_free(c.machine);
	}
}

static void a_device_that_is_open_is_not_unbound(void **state)
{
	struct client c;

	(void)state;
	client_open(&c, "7.2.13");
	attach(&c, 7);
	assert_int_equal(group_call(&c, TCE_VFIO_GET_DEVICE), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), -TCE_EBUSY);
	assert_int_equal(group_call(&c, TCE_VFIO_GROUP_STATUS), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_CLOSE_DEVICE), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
	assert_dead(&c);
	tce_machine_free(c.machine);
}

static void a_driver_cannot_have_a_device_of_vfio_pci(void **state)
{
	struct tce_event probe = {.kind = TCE_EV_PROBE};
	struct tce_event unplug = {.kind = TCE_EV_DEVICE_UNPLUG};
	struct client c;

	(void)state;
	client_open(&c, "7.2.13");
	assert_int_equal(step(&c, &probe).err, -TCE_EBUSY);
	assert_int_equal(step(&c, &unplug).err, -TCE_EBUSY);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
	assert_int_equal(step(&c, &probe).err, 0);
	assert_int_equal(group_call(&c, TCE_VFIO_BIND), -TCE_EBUSY);
	tce_machine_free(c.machine);
}

static void a_dead_file_is_closed_with_its_process(void **state)
{
	struct client c;

	(void)state;
	client_open(&c, "6.12.107");
	assert_int_equal(group_call(&c, TCE_VFIO_OPEN_GROUP), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_EXIT), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_GROUP_STATUS), -TCE_EBADF);
	assert_int_equal(group_call(&c, TCE_VFIO_CLOSE_GROUP), -TCE_EBADF);
	tce_machine_free(c.machine);
}

/* Read, not recorded: vfio_unregister_group_dev waits for the group to have no container. */
static void until_6_0_the_last_device_waits_for_the_container(void **state)
{
	struct client c;

	(void)state;
	client_open(&c, "5.18");
	attach(&c, 7);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), -TCE_EBUSY);
	assert_int_equal(group_call(&c, TCE_VFIO_UNSET_CONTAINER), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_UNBIND), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_GROUP_STATUS), 0); /* the file stays good */
	assert_int_equal(group_call(&c, TCE_VFIO_BIND), 0);
	assert_int_equal(group_call(&c, TCE_VFIO_SET_CONTAINER), 0);
	tce_machine_free(c.machine);
}

/* A clone answers for itself; two machines of one program know nothing of each other. */
static void machines_do_not_share_containers(void **state)
{
	struct client one, other;
	struct tce_machine *clone;

	(void)state;
	client_open(&one, "6.12.107");
	client_open(&other, "6.12.107");
	attach(&one, 7);
	assert_int_equal(reg(&one, VADDR, 4 * PAGE), 0);
	assert_int_equal(map(&one, VADDR, 0, PAGE), 0);
	assert_int_equal(call(&other, 113, 0x1000), -TCE_EINVAL);
	assert_int_equal(tce_machine_clone(one.machine, &clone), 0);
	assert_true(tce_machine_equal(one.machine, clone));
	assert_int_equal(tce_machine_hash(one.machine), tce_machine_hash(clone));
	assert_int_equal(unmap(&one, 0, PAGE), 0);
	assert_false(tce_machine_equal(one.machine, clone));
	assert_int_equal(map(&one, VADDR, 0, PAGE), 0);
	assert_true(tce_machine_equal(one.machine, clone));
	tce_machine_free(one.machine);
	tce_machine_free(clone);
	tce_machine_free(other.machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_maps_and_is_told_where_its_window_lies),
		cmocka_unit_test(calls_that_come_too_early_are_refused),
		cmocka_unit_test(an_unreadable_structure_comes_before_what_is_in_it),
		cmocka_unit_test(a_short_pin_is_answered_with_its_length),
		cmocka_unit_test(large_pages_want_huge_pages_under_them),
		cmocka_unit_test(a_file_is_dead_when_the_last_device_of_its_group_went),
		cmocka_unit_test(a_device_that_is_open_is_not_unbound),
		cmocka_unit_test(a_driver_cannot_have_a_device_of_vfio_pci),
		cmocka_unit_test(a_dead_file_is_closed_with_its_process),
		cmocka_unit_test(until_6_0_the_last_device_waits_for_the_container),
		cmocka_unit_test(machines_do_not_share_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
