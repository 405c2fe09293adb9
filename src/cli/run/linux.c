/* SPDX-License-Identifier: BSD-2-Clause */
/* tce run: the kernel's side of a step on pseries, read from its state. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "linux/pseries/pseries.h"
#include "report.h"

/* What is told, as far as it fits. */
struct telling {
	const struct tce_machine *machine;
	const struct tce_state *st;
	const struct tce_linux *lx;
	const struct tce_names *names;
	char *text;
	size_t n; /* bytes so far */
};

__attribute__((format(printf, 2, 3))) static void tell(struct telling *t, const char *format, ...)
{
	size_t room = TCE_RUN_LINUX - t->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->text + t->n, room, format, args);
	va_end(args);
	if (n > 0)
		t->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void tell_name(struct telling *t, enum tce_object object, uint16_t id)
{
	const char *name =
		t->names->name == NULL ? NULL : t->names->name(t->names->ctx, object, id);

	if (name != NULL)
		tell(t, "%s", name);
	else
		tell(t, "%s%u", object == TCE_OBJ_PHB ? "phb" : "dev", id);
}

static const char *mode_text(enum tce_dma_mode mode)
{
	switch (mode) {
	case TCE_MODE_DIRECT: return "all of RAM direct";
	case TCE_MODE_HYBRID: return "RAM direct, a table above it";
	default: return "mapped through a table";
	}
}

static void tell_group(struct telling *t, const struct tce_table_group *group)
{
	const struct tce_ddw_record *ddw = &group->ddw;
	const struct tce_pseries_window *window = tce_pseries_window_find(t->lx, group->key);
	bool is_dev = group->key >= TCE_NODE_DEV;

	tell_name(t, is_dev ? TCE_OBJ_DEV : TCE_OBJ_PHB, (uint16_t)group->key);
	tell(t, ": %s", tce_ddw_step_text((enum tce_ddw_step)ddw->step));
	if (window != NULL)
		tell(t, ", window %" PRIx32 ": 2^%u bytes in pages of 2^%u, %s%s",
		     window->prop.liobn, window->prop.window_shift, window->prop.tce_shift,
		     ddw->step == TCE_DDW_DONE ? mode_text((enum tce_dma_mode)ddw->decision.mode)
					       : "inherited",
		     ddw->default_removed ? ", instead of the default one" : "");
	else if (ddw->step == TCE_DDW_CREATE)
		tell(t, ", 2^%u bytes in pages of 2^%u", ddw->decision.window_shift,
		     ddw->decision.page_shift);
	if (tce_pseries_has_failed(t->lx, group->key))
		tell(t, "; never asked again");
	tell(t, "\n");
}

static void tell_device(struct telling *t, const struct tce_linux_dev *dev)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);

	tell_name(t, TCE_OBJ_DEV, dev->id);
	if (dev->dma.ops_bypass || dev->dma.bus_dma_limit != 0)
		tell(t, ": direct at bus %" PRIx64 " + real address", dev->dma.dma_offset);
	else
		tell(t, ": not direct");
	if (dev->dma.bus_dma_limit != 0)
		tell(t, " up to %" PRIx64, dev->dma.bus_dma_limit);
	if (tbl == NULL)
		tell(t, ", no table");
	else if (tce_linux_dev_table_is_freed(dev))
		tell(t, ", a table that was freed");
	else
		tell(t, ", table over window %" PRIx64, tbl->index);
	tell(t, "\n");
}

void tce_run_linux_text(const struct tce_machine *machine, const struct tce_names *names,
			char ret_text[TCE_RUN_LINUX])
{
	struct telling t = {.machine = machine,
			    .st = tce_machine_state(machine),
			    .lx = tce_linux_running(machine),
			    .names = names,
			    .text = ret_text};
	const struct tce_table_group *group;
	const struct tce_linux_dev *dev;

	ret_text[0] = '\0';
	if (t.lx == NULL || tce_machine_lpar(machine) == NULL)
		return;
	if (t.lx->crashed)
		tell(&t, "the kernel is dead\n");
	for (uint32_t i = 0; (group = tce_group_at(t.st, t.lx, i)) != NULL; i++) {
		const struct tce_node *node = tce_node_find(t.st, group->key);

		if (node != NULL && !node->vio)
			tell_group(&t, group);
	}
	for (uint32_t i = 0; (dev = tce_linux_dev_at(t.st, t.lx, i)) != NULL; i++) {
		if (dev->bound)
			tell_device(&t, dev);
	}
}
