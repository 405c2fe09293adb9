/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree read: its life, properties, the root, and which part comes when. */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "read.h"

void tce_devtree_free(struct tce_devtree *devtree)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (devtree == NULL)
		return;
	tce_vec_fini(&devtree->steps, &devtree->mem, sizeof(struct tce_step));
	tce_pool_fini(&devtree->pool);
	alloc = tce_mem_alloc(&devtree->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, devtree, sizeof(*devtree));
}

const struct tce_story *tce_devtree_story(const struct tce_devtree *devtree)
{
	return &devtree->story;
}

static const char *name_of(void *ctx, enum tce_object object, uint16_t id)
{
	return tce_names_of(ctx, object, id);
}

struct tce_names tce_devtree_names(const struct tce_devtree *devtree)
{
	struct tce_names names = {.ctx = (void *)(uintptr_t)&devtree->names, .name = name_of};

	return names;
}

const char *tce_devtree_remark(const struct tce_devtree *devtree, unsigned i)
{
	return i < devtree->nr_remarks ? devtree->remark[i] : NULL;
}

#ifdef TCE_WITHOUT_FDT

int tce_devtree_read(const void *blob, size_t n, const struct tce_devtree_opts *opts,
		     struct tce_devtree **ret_devtree, struct tce_devtree_error *ret_error)
{
	(void)blob;
	(void)n;
	(void)opts;
	(void)ret_devtree;
	snprintf(ret_error->text, sizeof(ret_error->text), "built without libfdt");
	return -TCE_ERR_UNSUPPORTED;
}

#else

#include <libfdt.h>

/* --- complaints and remarks ------------------------------------------------------------------ */

/* "/memory@0: text" */
static void say(const struct tce_tree *tree, int node, const char *text, char *ret_text, size_t n)
{
	char path[96];

	if (node < 0 || fdt_get_path(tree->blob, node, path, sizeof(path)) != 0)
		path[0] = '\0';
	for (char *at = path; *at != '\0'; at++)
		*at = *at < ' ' || *at > '~' ? '?' : *at;
	snprintf(ret_text, n, "%s%s%s", path, path[0] == '\0' ? "" : ": ", text);
}

int tce_tree_error(struct tce_tree *tree, int node, const char *text)
{
	say(tree, node, text, tree->error->text, sizeof(tree->error->text));
	return -TCE_ERR_FORMAT;
}

void tce_tree_remark(struct tce_tree *tree, int node, const char *text)
{
	struct tce_devtree *devtree = tree->devtree;
	char line[256];

	if (devtree->nr_remarks == TCE_DEVTREE_REMARKS)
		return;
	say(tree, node, text, line, sizeof(line));
	devtree->remark[devtree->nr_remarks] = tce_pool_text(&devtree->pool, line, strlen(line));
	if (devtree->remark[devtree->nr_remarks] == NULL)
		tree->nomem = true;
	else
		devtree->nr_remarks++;
}

/* --- properties ------------------------------------------------------------------------------ */

bool tce_tree_prop(const struct tce_tree *tree, int node, const char *name,
		   struct tce_cells *ret_cells)
{
	int len;
	const void *bytes = fdt_getprop(tree->blob, node, name, &len);

	if (bytes == NULL)
		return false;
	ret_cells->bytes = bytes;
	ret_cells->len = (uint32_t)len;
	return true;
}

bool tce_cells_number(const struct tce_cells *cells, uint32_t at, unsigned nr, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (nr == 0 || nr > 4 || at > cells->len / 4 || cells->len / 4 - at < nr)
		return false;
	for (unsigned i = 0; i < nr; i++)
		number = number << 32 | tce_be32_load(cells->bytes + 4 * ((size_t)at + i));
	*ret_number = number;
	return true;
}

uint32_t tce_tree_cell(const struct tce_tree *tree, int node, const char *name, uint32_t otherwise)
{
	struct tce_cells cells;

	if (!tce_tree_prop(tree, node, name, &cells) || cells.len != 4)
		return otherwise;
	return tce_be32_load(cells.bytes);
}

bool tce_tree_has_string(const struct tce_tree *tree, int node, const char *name,
			 const char *string)
{
	return fdt_stringlist_search(tree->blob, node, name, string) >= 0;
}

/* --- events and names ------------------------------------------------------------------------ */

int tce_tree_add(struct tce_tree *tree, const struct tce_event *event)
{
	struct tce_devtree *devtree = tree->devtree;
	struct tce_step *step;

	if (devtree->steps.nr == TCE_SCENARIO_STEPS_MAX)
		return -TCE_ERR_LIMIT;
	if (tce_vec_reserve(&devtree->steps, &devtree->mem, sizeof(*step), 1) != 0)
		return -TCE_ERR_NOMEM;
	step = tce_vec_insert(&devtree->steps, devtree->steps.nr, sizeof(*step));
	step->event = *event;
	return 0;
}

int tce_tree_name(struct tce_tree *tree, enum tce_object object, uint16_t id, const char *name)
{
	struct tce_span span = {name, strlen(name)};
	uint16_t other;

	if (tce_names_find(&tree->devtree->names, object, span, &other))
		return 0;
	return tce_names_add(&tree->devtree->names, object, span, id);
}

/* --- the whole ------------------------------------------------------------------------------- */

static int read_platform(struct tce_tree *tree)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;

	opts->storage = TCE_STORAGE_COMPACT;
	tree->qemu = tce_tree_has_string(tree, 0, "compatible", "qemu,pseries");
	if (fdt_path_offset(tree->blob, "/ibm,opal") >= 0) {
		opts->platform = TCE_POWERNV;
		return 0;
	}
	if (fdt_path_offset(tree->blob, "/rtas") < 0)
		return tce_tree_error(tree, -1,
				      "neither /rtas (pseries) nor /ibm,opal (powernv) is there");
	opts->platform = TCE_PSERIES;
	opts->papr = tree->opts->papr;
	if (opts->papr == NULL)
		opts->papr = tce_papr_profile_find(tree->qemu ? "qemu" : "papr-strict");
	return 0;
}

/* What the hypervisor offers besides windows. */
static void read_rtas(struct tce_tree *tree)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;
	int rtas = fdt_path_offset(tree->blob, "/rtas");
	struct tce_cells cells;

	if (rtas < 0)
		return;
	if (!tce_tree_prop(tree, rtas, "ibm,hypertas-functions", &cells))
		tce_tree_remark(tree, rtas, "no ibm,hypertas-functions: multi-TCE calls assumed");
	else
		opts->no_multitce = !tce_tree_has_string(tree, rtas, "ibm,hypertas-functions",
							 "hcall-multi-tce");
}

static int read_all(struct tce_tree *tree)
{
	int err = read_platform(tree);

	read_rtas(tree);
	if (err == 0)
		err = tce_tree_memory_opts(tree);
	if (err == 0)
		err = tce_tree_memory_events(tree);
	if (err == 0)
		err = tce_tree_bridges(tree);
	if (err == 0 && tree->devtree->story.machine.platform == TCE_PSERIES)
		err = tce_tree_vio(tree);
	if (err == 0)
		err = tce_tree_properties(tree);
	return err == 0 && tree->nomem ? -TCE_ERR_NOMEM : err;
}

static int devtree_new(const struct tce_alloc *alloc, struct tce_devtree **ret_devtree)
{
	struct tce_devtree *devtree;
	struct tce_alloc own;
	struct tce_mem mem;

	tce_mem_init(&mem, alloc);
	own = tce_mem_alloc(&mem);
	devtree = tce_mem_new(&mem, sizeof(*devtree));
	if (devtree == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&devtree->mem, &own);
	tce_pool_init(&devtree->pool, &own);
	tce_names_init(&devtree->names, &devtree->pool);
	*ret_devtree = devtree;
	return 0;
}

int tce_devtree_read(const void *blob, size_t n, const struct tce_devtree_opts *opts,
		     struct tce_devtree **ret_devtree, struct tce_devtree_error *ret_error)
{
	static const struct tce_devtree_opts none;
	struct tce_tree tree = {.blob = blob, .opts = opts, .error = ret_error};
	int err;

	ret_error->text[0] = '\0';
	if (opts == NULL)
		tree.opts = &none;
	err = fdt_check_full(blob, n);
	if (err != 0) {
		snprintf(ret_error->text, sizeof(ret_error->text),
			 "not a flattened device tree: %s", fdt_strerror(err));
		return -TCE_ERR_FORMAT;
	}
	err = devtree_new(tree.opts->alloc, &tree.devtree);
	if (err != 0)
		return err;
	err = read_all(&tree);
	if (err != 0) {
		tce_devtree_free(tree.devtree);
		return err;
	}
	tree.devtree->story.steps = tce_rptr_get(&tree.devtree->steps.data);
	tree.devtree->story.nr_steps = tree.devtree->steps.nr;
	*ret_devtree = tree.devtree;
	return 0;
}

#endif
