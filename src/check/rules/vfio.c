/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFIO containers (unbalanced-account, double-owner, unchecked-input): what a process is charged is
 * what it has, each region knows how many TCEs lead into it and who registered it, a container's
 * windows are those of its groups.
 */
#include "vfio/vfio.h"
#include "linux/group.h"
#include "state_rules.h"

#define REF sizeof(struct tce_ref)
#define KEY sizeof(uint32_t)

static void add(struct tce_check *check, enum tce_rule_id rule, const char *text, uint64_t a,
		uint64_t b)
{
	struct tce_breach breach = tce_breach_of(rule, text);

	breach.value[0] = a;
	breach.value[1] = b;
	tce_check_add(check, &breach);
}

static const struct tce_iommu_table *
table_of(const struct tce_check *check, const struct tce_vfio_container *container, unsigned slot)
{
	return tce_state_at(check->st, container->table[slot]);
}

/* --- the outcome -------------------------------------------------------------------------- */

static void check_outcome(struct tce_check *check)
{
	const struct tce_outcome *outcome = check->outcome;

	if (outcome == NULL)
		return;
	if (outcome->unchecked == TCE_UNCHECKED_END)
		add(check, TCE_RULE_UNCHECKED_INPUT,
		    "a mapping goes on past the end of its window: the kernel writes behind its "
		    "table",
		    0, 0);
	if (outcome->unchecked == TCE_UNCHECKED_PAGE)
		add(check, TCE_RULE_UNCHECKED_INPUT,
		    "an I/O page is larger than the page of memory under it: the device reaches "
		    "memory of others",
		    0, 0);
	if (outcome->shared_cleared != 0)
		add(check, TCE_RULE_DOUBLE_OWNER,
		    "a group left its container, and {d0} TCEs were cleared that the container's "
		    "other groups still use",
		    outcome->shared_cleared, 0);
}

/* --- one address space -------------------------------------------------------------------- */

/* What the containers of an address space add up to. */
struct account {
	uint64_t pages;    /* tables, and what v1 charged at once */
	uint64_t tces;     /* v2 entries */
	uint64_t listings; /* registrations that a container remembers */
};

static void add_container(const struct tce_check *check, unsigned page_shift,
			  const struct tce_vfio_container *container, struct account *account)
{
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		const struct tce_iommu_table *tbl = table_of(check, container, i);

		if (tbl != NULL && !container->borrowed[i])
			account->pages += tbl->allocated_size >> page_shift;
		if (container->v2)
			account->tces += container->view[i].nr;
	}
	if (container->enabled)
		account->pages += container->locked_pages;
	account->listings += container->prereg.nr;
}

static void check_mm(struct tce_check *check, const struct tce_vfio *vf,
		     const struct tce_vfio_mm *mm)
{
	struct account account = {0, 0, 0};
	const struct tce_vfio_container *container;
	uint64_t mapped = 0, used = 0;

	for (uint32_t i = 0; (container = tce_vfio_container_at(check->st, vf, i)) != NULL; i++) {
		if (tce_state_at(check->st, container->mm) == mm)
			add_container(check, check->lx->page_shift, container, &account);
	}
	for (uint32_t i = 0; i < mm->regions.nr; i++) {
		const struct tce_vfio_region *region = tce_state_at(
			check->st, *(struct tce_ref *)tce_vec_at(&mm->regions, i, REF));

		account.pages += region->entries;
		mapped += region->mapped - 1;
		used += region->used;
	}
	if (mm->locked != account.pages)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "a process is charged {d0} pages, but has {d1} registered or in tables",
		    mm->locked, account.pages);
	if (mapped != account.tces)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "registered memory counts {d0} TCEs that lead into it, but there are {d1}",
		    mapped, account.tces);
	if (used != account.listings)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "registered memory counts {d0} users, but only {d1} are left to unregister it",
		    used, account.listings);
}

/* --- one container ------------------------------------------------------------------------ */

/* Is the table in this slot of every group that is attached? */
static bool is_everywhere(const struct tce_check *check, const struct tce_vfio_container *container,
			  unsigned slot)
{
	for (uint32_t i = 0; i < container->groups.nr; i++) {
		uint32_t key = *(uint32_t *)tce_vec_at(&container->groups, i, KEY);
		const struct tce_table_group *group = tce_group_find(check->st, check->lx, key);

		if (group == NULL || group->table[slot].grain != container->table[slot].grain)
			return false;
	}
	return true;
}

static void check_container(struct tce_check *check, const struct tce_vfio_container *container)
{
	uint64_t entries = container->view[0].nr + container->view[1].nr;

	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		if (!is_everywhere(check, container, i))
			add(check, TCE_RULE_WINDOW_MISMATCH,
			    "window {d0} of a container is not that of all of its groups", i, 0);
	}
	if (!container->v2 && container->pinned != entries)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "{d0} pages are pinned for a v1 container that maps {d1}", container->pinned,
		    entries);
}

void tce_rule_vfio(struct tce_check *check)
{
	const struct tce_vfio *vf = tce_machine_os(check->machine, TCE_OS_VFIO);
	const struct tce_vfio_container *container;

	check_outcome(check);
	if (vf == NULL || check->lx == NULL || check->lx->crashed)
		return;
	for (uint32_t i = 0; i < vf->processes.nr; i++) {
		const struct tce_vfio_process *process = tce_state_at(
			check->st, *(struct tce_ref *)tce_vec_at(&vf->processes, i, REF));

		check_mm(check, vf, tce_state_at(check->st, process->mm));
	}
	for (uint32_t i = 0; (container = tce_vfio_container_at(check->st, vf, i)) != NULL; i++)
		check_container(check, container);
	if (vf->leaked_views != 0)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "{d0} bytes of a window's user view were never freed", vf->leaked_views, 0);
}
