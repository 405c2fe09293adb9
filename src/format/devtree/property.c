/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties that are not as the platform writes them. The machine as read is made once, which also
 * shows whether the tree contradicts itself.
 */
#include "read.h"

#ifndef TCE_WITHOUT_FDT

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

#include "machine/event_table.h"
#include "machine/machine.h"

bool tce_tree_firmware_prop(const struct tce_tree *tree, int node, enum tce_prop prop,
			    struct tce_cells *ret_cells)
{
	/* a running kernel may have put the default window aside */
	if (prop == TCE_PROP_DMA_WINDOW &&
	    tce_tree_prop(tree, node, "ibm,dma-window-saved", ret_cells))
		return true;
	return tce_tree_prop(tree, node, tce_prop_name(prop), ret_cells);
}

/* A line in the making; what does not fit is dropped. */
struct line {
	char text[140];
	size_t n;
};

static int put(void *ctx, const char *text, size_t n)
{
	struct line *line = ctx;
	size_t room = sizeof(line->text) - 1 - line->n;

	if (n > room)
		n = room;
	memcpy(line->text + line->n, text, n);
	line->n += n;
	return 0;
}

/* The event that the machine would not take, in scenario text. */
static int contradiction(struct tce_tree *tree, const struct tce_event *event)
{
	struct tce_names names = tce_devtree_names(tree->devtree);
	struct line line = {.n = 0};

	(void)put(&line, "it contradicts itself: ", 23);
	if (tce_event_write(event, &names, put, &line) != 0)
		(void)put(&line, "an event out of range", 21);
	if (line.n == sizeof(line.text) - 1)
		memcpy(line.text + line.n - 3, "...", 3);
	return tce_tree_error(tree, -1, line.text);
}

static int plug_all(struct tce_tree *tree, struct tce_machine *machine)
{
	const struct tce_devtree *devtree = tree->devtree;
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < devtree->steps.nr; i++) {
		const struct tce_step *step =
			tce_vec_at(&devtree->steps, i, sizeof(struct tce_step));
		struct tce_outcome outcome;

		err = tce_machine_step(machine, &step->event, &outcome);
		if ((err != 0 && err != -TCE_ERR_NOMEM) || (err == 0 && outcome.err != 0))
			err = contradiction(tree, &step->event);
	}
	return err;
}

/* The machine as read so far. -TCE_ERR_FORMAT: it contradicts itself. */
static int build(struct tce_tree *tree, struct tce_machine **ret_machine)
{
	struct tce_machine *machine = NULL;
	int err = tce_machine_new(tree->opts->alloc, &tree->devtree->story.machine, &machine);

	if (err == -TCE_ERR_INVAL)
		return tce_tree_error(tree, -1, "no such machine can be made");
	if (err == 0)
		err = plug_all(tree, machine);
	if (err == 0)
		*ret_machine = machine;
	else
		tce_machine_free(machine);
	return err;
}

/*
 * Does the tree say what the platform would? RTAS tokens, the three cells of ibm,ddw-applicable and
 * the reset token of ibm,ddw-extensions, are numbers that firmware is free to choose.
 */
static bool says_same(enum tce_prop prop, const struct tce_cells *told, const uint8_t *own,
		      uint32_t own_len)
{
	uint32_t tokens = prop == TCE_PROP_DDW_APPLICABLE ? 12 : 8;

	if (own_len != told->len)
		return false;
	if (prop == TCE_PROP_DMA_WINDOW || own_len < tokens)
		return memcmp(own, told->bytes, own_len) == 0;
	if (prop == TCE_PROP_DDW_EXTENSIONS && memcmp(own, told->bytes, 4) != 0)
		return false;
	return memcmp(own + tokens, told->bytes + tokens, own_len - tokens) == 0;
}

/* told NULL: the tree does not have it. */
static int add_property(struct tce_tree *tree, int node, uint16_t phb, enum tce_prop prop,
			const struct tce_cells *told)
{
	struct tce_event event;
	uint32_t len = told == NULL ? 0 : told->len;

	if (len > TCE_PROP_BYTES_MAX) {
		tce_tree_remark(tree, node, "a window property is cut at 48 bytes");
		len = TCE_PROP_BYTES_MAX;
	}
	tce_event_init(TCE_EV_PROPERTY, &event);
	event.u.property.phb = phb;
	event.u.property.prop = prop;
	event.u.property.absent = told == NULL;
	event.u.property.len = (uint8_t)len;
	if (len != 0)
		memcpy(event.u.property.bytes, told->bytes, len);
	return tce_tree_add(tree, &event);
}

/* Firmware's three properties of one bridge. */
static int compare(struct tce_tree *tree, const struct tce_state *st, int node, uint16_t phb)
{
	static const enum tce_prop props[] = {TCE_PROP_DMA_WINDOW, TCE_PROP_DDW_APPLICABLE,
					      TCE_PROP_DDW_EXTENSIONS};
	int err = 0;

	for (unsigned i = 0; i < 3 && err == 0; i++) {
		struct tce_cells told;
		uint32_t len = 0;
		const uint8_t *own = tce_node_prop(st, phb, props[i], &len);
		bool is_told = tce_tree_firmware_prop(tree, node, props[i], &told);

		if (is_told && (own == NULL || !says_same(props[i], &told, own, len)))
			err = add_property(tree, node, phb, props[i], &told);
		else if (!is_told && own != NULL)
			err = add_property(tree, node, phb, props[i], NULL);
	}
	return err;
}

int tce_tree_properties(struct tce_tree *tree)
{
	bool pseries = tree->devtree->story.machine.platform == TCE_PSERIES;
	struct tce_machine *machine = NULL;
	unsigned generation;
	uint16_t phb = 0;
	int node;
	int err = build(tree, &machine);

	if (err != 0)
		return err;
	fdt_for_each_subnode(node, tree->blob, 0)
	{
		if (err == 0 && pseries && tce_tree_is_bridge(tree, node, &generation))
			err = compare(tree, tce_machine_state(machine), node, phb++);
	}
	tce_machine_free(machine);
	return err;
}

#endif
