/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process does with /dev/vfio/N and vfio-pci: bind devices, open a group, put it into a
 * container and take it out, open its devices. From 6.4 on the devices of a group are taken from
 * the kernel, one after the other, when the group comes into a container. From 6.1 on a file of
 * /dev/vfio/N is good for as long as a device of the group stays bound: after the last one went it
 * is dead, and devices bound later make another /dev/vfio/N. Sources: Linux drivers/vfio/group.c,
 * container.c, vfio_main.c vfio_device_remove_group; drivers/iommu/iommu.c
 * iommu_group_claim_dma_owner; 6.1: drivers/vfio/container.c; until 6.0: drivers/vfio/vfio.c
 * vfio_unregister_group_dev.
 */
#include "base/assert.h"
#include "vfio.h"

#define KEY            sizeof(uint32_t)
#define GROUP          sizeof(struct tce_vfio_group)

#define GROUP_VIABLE   1U /* VFIO_GROUP_FLAGS_VIABLE */
#define GROUP_CONTAINS 2U /* VFIO_GROUP_FLAGS_CONTAINER_SET */

static struct tce_vfio_group *group_at(const struct tce_vfio *vf, uint32_t i)
{
	return tce_vec_at(&vf->groups, i, GROUP);
}

static uint32_t group_position(const struct tce_vfio *vf, uint32_t key)
{
	uint32_t i = 0;

	while (i < vf->groups.nr && group_at(vf, i)->key < key)
		i++;
	return i;
}

struct tce_vfio_group *tce_vfio_group_find(const struct tce_vfio *vf, uint32_t key)
{
	uint32_t i = group_position(vf, key);

	return i < vf->groups.nr && group_at(vf, i)->key == key ? group_at(vf, i) : NULL;
}

static int group_get(struct tce_vfio_call *call, uint32_t key, struct tce_vfio_group **ret_group)
{
	struct tce_vfio_group *group = tce_vfio_group_find(call->vf, key);
	int err;

	if (group == NULL) {
		err = tce_vec_reserve(&call->vf->groups, tce_vfio_mem(call), GROUP, 1);
		if (err != 0)
			return err;
		group = tce_vec_insert(&call->vf->groups, group_position(call->vf, key), GROUP);
		group->key = key;
	}
	*ret_group = group;
	return 0;
}

/* Something of it is open: its own fd, or a device's. A dead fd is nobody's. */
static bool is_open(const struct tce_vfio_group *group)
{
	return group->fd_open || group->devices != 0;
}

static struct tce_table_group *tables_of(const struct tce_vfio_call *call,
					 const struct tce_vfio_group *group)
{
	return tce_group_find(call->lc.st, call->lc.lx, group->key);
}

static struct tce_linux_dev *next_dev(const struct tce_vfio_call *call,
				      const struct tce_table_group *tables, uint32_t from)
{
	return tce_group_next_dev(call->lc.st, call->lc.lx, tables, from);
}

/* --- binding ------------------------------------------------------------------------------ */

/* C12: the checks that 5.19 brought fail where there are no IOMMU operations. */
static int bind(struct tce_vfio_call *call, struct tce_linux_dev *dev)
{
	if (dev->bound || dev->users)
		return tce_vfio_answer(call, -TCE_EBUSY);
	if (dev->group == TCE_NO_GROUP || tce_vfio_bug(call, TCE_DEFECT_C12))
		return tce_vfio_answer(call, -TCE_EINVAL);
	dev->users = true;
	return tce_vfio_answer(call, 0);
}

/* Another device of the group than but; TCE_NO_ID: any. */
static bool any_bound(const struct tce_vfio_call *call, const struct tce_table_group *tables,
		      uint16_t but)
{
	const struct tce_linux_dev *dev;
	uint32_t from = 0;

	while (tables != NULL && (dev = next_dev(call, tables, from)) != NULL) {
		if (dev->id != but && dev->users)
			return true;
		from = dev->id + 1U;
	}
	return false;
}

/* --- ownership, from 6.4 ------------------------------------------------------------------ */

/* The devices below from go back to the kernel. */
static int release_devs(struct tce_vfio_call *call, struct tce_table_group *tables, uint32_t below)
{
	struct tce_linux_dev *dev;
	uint32_t from = 0;
	int err = 0;

	while (err == 0 && (dev = next_dev(call, tables, from)) != NULL && dev->id < below) {
		err = call->lc.lx->platform->group_ops->release_ownership(&call->lc, tables, dev);
		from = dev->id + 1U;
	}
	return err;
}

static bool kernel_uses(const struct tce_vfio_call *call, const struct tce_table_group *tables)
{
	const struct tce_linux_dev *dev;
	uint32_t from = 0;

	while ((dev = next_dev(call, tables, from)) != NULL) {
		if (dev->bound)
			return true;
		from = dev->id + 1U;
	}
	return false;
}

/* iommu_group_claim_dma_owner: the blocked domain for each device. call->ret. */
static int claim(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	struct tce_table_group *tables = tables_of(call, group);
	struct tce_linux_dev *dev;
	uint32_t from = 0;
	int refused = 0;
	int err = 0;

	call->ret = 0;
	if (!tce_vfio_has(call, TCE_KF_IOMMU_OPS))
		return 0;
	if (kernel_uses(call, tables))
		return tce_vfio_answer(call, -TCE_EPERM);
	while (err == 0 && refused == 0 && (dev = next_dev(call, tables, from)) != NULL) {
		err = call->lc.lx->platform->group_ops->take_ownership(&call->lc, tables, dev,
								       &refused);
		from = dev->id + (refused == 0 ? 1U : 0U);
	}
	group->owned = refused == 0;
	if (err == 0 && refused != 0)
		err = release_devs(call, tables, from);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}

static int release_claim(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	struct tce_table_group *tables = tables_of(call, group);

	if (!group->owned || tables == NULL)
		return 0;
	group->owned = false;
	return release_devs(call, tables, UINT32_MAX);
}

/* --- containers --------------------------------------------------------------------------- */

static int join(struct tce_vfio_call *call, struct tce_vfio_group *group,
		struct tce_vfio_container *container)
{
	int64_t refused;
	int err = tce_vec_reserve(&container->attached, tce_vfio_mem(call), KEY, 1);

	if (err == 0)
		err = claim(call, group);
	if (err != 0 || call->ret != 0)
		return err;
	if (container->has_driver)
		err = tce_vfio_attach_group(call, container, group->key);
	if (err != 0)
		return err;
	refused = call->ret;
	if (refused != 0) {
		err = release_claim(call, group);
		return err != 0 ? err : tce_vfio_answer(call, refused);
	}
	*(uint32_t *)tce_vec_insert(&container->attached, container->attached.nr, KEY) = group->key;
	group->container = tce_state_ref(call->lc.st, container);
	return 0;
}

static void unlist(struct tce_vfio_container *container, uint32_t key)
{
	uint32_t i = 0;

	while (*(uint32_t *)tce_vec_at(&container->attached, i, KEY) != key)
		i++;
	tce_vec_remove(&container->attached, i, 1, KEY);
}

/* vfio_group_detach_container. The last one takes the driver with it. */
static int leave(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	struct tce_vfio_container *container = tce_vfio_at(call, group->container);
	int err = 0;

	if (container == NULL)
		return 0;
	if (container->has_driver)
		err = tce_vfio_detach_group(call, container, group->key);
	if (err == 0)
		err = release_claim(call, group);
	if (err != 0)
		return err;
	group->container.grain = 0;
	unlist(container, group->key);
	if (container->has_driver && container->attached.nr == 0)
		err = tce_vfio_driver_release(call, container);
	if (err == 0 && !container->fd_open && container->attached.nr == 0)
		tce_vfio_container_forget(call, container);
	return err;
}

static int set_container(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	struct tce_vfio_container *container;

	if (call->ev->bad_pointer)
		return tce_vfio_answer(call, -TCE_EFAULT);
	container = tce_vfio_container_find(call, call->ev->container);
	if (container == NULL)
		return tce_vfio_answer(call, -TCE_EBADF);
	if (group->dead)
		return tce_vfio_answer(call, -TCE_ENODEV);
	if (group->container.grain != 0)
		return tce_vfio_answer(call, -TCE_EINVAL);
	return join(call, group, container);
}

static int unset_container(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	if (group->container.grain == 0)
		return tce_vfio_answer(call, -TCE_EINVAL);
	if (group->devices != 0)
		return tce_vfio_answer(call, -TCE_EBUSY);
	call->ret = 0;
	return leave(call, group);
}

/* --- files -------------------------------------------------------------------------------- */

/* From here on the group's name means the new file, and a dead one before it is out of reach. */
static int open_group(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	if (!any_bound(call, tables_of(call, group), TCE_NO_ID))
		return tce_vfio_answer(call, -TCE_ENOENT);
	if (is_open(group))
		return tce_vfio_answer(call, -TCE_EBUSY);
	group->fd_open = true;
	group->dead = false;
	group->process = call->ev->process;
	return tce_vfio_answer(call, 0);
}

static int close_group(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	if (!group->fd_open && !group->dead)
		return tce_vfio_answer(call, -TCE_EBADF);
	group->fd_open = false;
	group->dead = false;
	call->ret = 0;
	return is_open(group) ? 0 : leave(call, group);
}

/* The group answers as it is, viable or not, until 6.3 after a look at all its devices. */
static int group_status(struct tce_vfio_call *call, const struct tce_vfio_group *group)
{
	const struct tce_table_group *tables = tables_of(call, group);
	uint64_t flags = tables == NULL || kernel_uses(call, tables) ? 0 : GROUP_VIABLE;

	if (call->ev->bad_pointer)
		return tce_vfio_answer(call, -TCE_EFAULT);
	if (group->dead)
		return tce_vfio_answer(call, -TCE_ENODEV);
	if (group->container.grain != 0)
		flags |= GROUP_CONTAINS;
	call->lc.outcome->value = flags;
	return tce_vfio_answer(call, 0);
}

static int get_device(struct tce_vfio_call *call, struct tce_vfio_group *group,
		      const struct tce_linux_dev *dev)
{
	const struct tce_vfio_container *container = tce_vfio_at(call, group->container);

	if (group->dead)
		return tce_vfio_answer(call, -TCE_ENODEV);
	if (container == NULL || !container->has_driver)
		return tce_vfio_answer(call, -TCE_EINVAL);
	if (!dev->users || group->resetting)
		return tce_vfio_answer(call, -TCE_ENODEV);
	group->devices++;
	return tce_vfio_answer(call, 0);
}

static int close_device(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	if (group->devices == 0)
		return tce_vfio_answer(call, -TCE_EBADF);
	group->devices--;
	call->ret = 0;
	return is_open(group) ? 0 : leave(call, group);
}

/* The last device goes, and takes the group out of its container; its file is dead. */
static int revoke(struct tce_vfio_call *call, struct tce_vfio_group *group)
{
	int err = leave(call, group);

	if (group->fd_open)
		group->dead = true;
	group->fd_open = false;
	return err;
}

/* vfio-pci waits for its user; until 6.0 the last device waits until the group has no container. */
static int unbind(struct tce_vfio_call *call, struct tce_vfio_group *group,
		  struct tce_linux_dev *dev)
{
	bool last = !any_bound(call, tables_of(call, group), dev->id);
	bool revokes = last && tce_vfio_has(call, TCE_KF_VFIO_REVOKES);

	if (!dev->users)
		return tce_vfio_answer(call, -TCE_ENODEV);
	if (group->devices != 0 || (last && !revokes && group->container.grain != 0))
		return tce_vfio_answer(call, -TCE_EBUSY);
	dev->users = false;
	call->ret = 0;
	return revokes ? revoke(call, group) : 0;
}

static int on_open_group(struct tce_vfio_call *call, struct tce_vfio_group *group,
			 const struct tce_linux_dev *dev)
{
	if (!group->fd_open && !group->dead)
		return tce_vfio_answer(call, -TCE_EBADF);
	switch (call->ev->op) {
	case TCE_VFIO_GROUP_STATUS: return group_status(call, group);
	case TCE_VFIO_SET_CONTAINER: return set_container(call, group);
	case TCE_VFIO_UNSET_CONTAINER: return unset_container(call, group);
	default: return get_device(call, group, dev);
	}
}

int tce_vfio_group_call(struct tce_vfio_call *call)
{
	struct tce_linux_dev *dev = tce_linux_dev_find(call->lc.st, call->lc.lx, call->ev->group);
	struct tce_vfio_group *group;
	int err;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (call->ev->op == TCE_VFIO_BIND)
		return bind(call, dev);
	err = group_get(call, dev->group, &group);
	if (err != 0)
		return err;
	switch (call->ev->op) {
	case TCE_VFIO_UNBIND: return unbind(call, group, dev);
	case TCE_VFIO_OPEN_GROUP: return open_group(call, group);
	case TCE_VFIO_CLOSE_GROUP: return close_group(call, group);
	case TCE_VFIO_CLOSE_DEVICE: return close_device(call, group);
	default: return on_open_group(call, group, dev);
	}
}

/* --- the end of a process ----------------------------------------------------------------- */

static int close_groups(struct tce_vfio_call *call)
{
	int err = 0;

	for (uint32_t i = 0; i < call->vf->groups.nr && err == 0; i++) {
		struct tce_vfio_group *group = group_at(call->vf, i);

		if (group->process != call->ev->process || !(is_open(group) || group->dead))
			continue;
		group->fd_open = false;
		group->dead = false;
		group->devices = 0;
		err = leave(call, group);
	}
	return err;
}

int tce_vfio_exit(struct tce_vfio_call *call)
{
	struct tce_vfio_container *container;
	bool leaks = false;
	int err;

	/* File descriptors in order of opening: containers mostly come before their groups. */
	for (uint32_t i = 0;
	     (container = tce_vfio_container_at(call->lc.st, call->vf, i)) != NULL;) {
		bool mine = container->fd_open && container->process == call->ev->process;

		if (mine)
			container->fd_open = false;
		if (mine && container->attached.nr == 0)
			tce_vfio_container_forget(call, container);
		else
			i++;
	}
	err = close_groups(call);
	if (err == 0)
		tce_vfio_process_end(call, call->process, &leaks);
	call->process = NULL;
	call->mm = NULL;
	call->lc.outcome->warned |= leaks;
	return err != 0 ? err : tce_vfio_answer(call, 0);
}
