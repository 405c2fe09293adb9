/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees from files, and from folders, which are flattened. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "input.h"

#define BLOB_MAX  (16U << 20)
#define PROP_MAX  (4U << 20)
#define DEPTH_MAX 64U

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

#ifdef TCE_WITHOUT_FDT

const char *tce_tree_bootargs(const void *blob)
{
	(void)blob;
	return "";
}

static void *flatten(const char *path, size_t *ret_n)
{
	(void)ret_n;
	tce_complain("%s: built without libfdt", path);
	return NULL;
}

#else

#include <libfdt.h>

const char *tce_tree_bootargs(const void *blob)
{
	int chosen = fdt_path_offset(blob, "/chosen");
	int n = 0;
	const char *text = chosen < 0 ? NULL : fdt_getprop(blob, chosen, "bootargs", &n);

	return text != NULL && n > 0 && text[n - 1] == '\0' ? text : "";
}

/*
 * A tree being flattened, in a buffer that may be too small: then it is done again in a larger
 * one.
 */
struct flat {
	char path[PATH_MAX]; /* of what is being read */
	char *bytes;
	uint8_t *prop;
	unsigned depth;
	bool failed; /* said on stderr */
};

/* libfdt's answer: 0, or -FDT_ERR_NOSPACE. Anything else has been said. */
static int fail(struct flat *flat, const char *why)
{
	tce_complain("%s: %s", flat->path, why);
	flat->failed = true;
	return -FDT_ERR_INTERNAL;
}

static int add_property(struct flat *flat, const char *name)
{
	int fd = open(flat->path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t more = fd < 0 ? -1 : 1;

	while (more > 0 && n <= PROP_MAX) {
		more = read(fd, flat->prop + n, PROP_MAX + 1 - n);
		n += more > 0 ? (size_t)more : 0;
	}
	if (fd >= 0)
		close(fd);
	if (more < 0)
		return fail(flat, strerror(errno));
	if (n > PROP_MAX)
		return fail(flat, "too large for a property");
	return fdt_property(flat->bytes, name, flat->prop, (int)n);
}

static int add_node(struct flat *flat, const char *name);

/* One entry of a folder, when its time has come: properties first, then nodes. */
static int add_entry(struct flat *flat, const char *name, bool want_nodes)
{
	size_t length = strlen(flat->path);
	struct stat st;
	int err = 0;

	if (length + strlen(name) + 2 > sizeof(flat->path))
		return fail(flat, strerror(ENAMETOOLONG));
	flat->path[length] = '/';
	strcpy(flat->path + length + 1, name);
	if (lstat(flat->path, &st) != 0)
		err = fail(flat, strerror(errno));
	else if (want_nodes && S_ISDIR(st.st_mode))
		err = add_node(flat, name);
	else if (!want_nodes && S_ISREG(st.st_mode) && strcmp(name, "name") != 0)
		err = add_property(flat, name); /* flattened trees have no "name" */
	flat->path[length] = '\0';
	return err;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static const char *unit_of(const struct dirent *entry)
{
	const char *at = strchr(entry->d_name, '@');

	return at == NULL ? "" : at + 1;
}

/* Nodes by unit address: in that order firmware writes them, and Linux finds devices. */
static int by_unit(const struct dirent **a, const struct dirent **b)
{
	const char *of_a = unit_of(*a);
	const char *of_b = unit_of(*b);

	if (strlen(of_a) != strlen(of_b))
		return strlen(of_a) < strlen(of_b) ? -1 : 1;
	return strcmp(of_a, of_b) != 0 ? strcmp(of_a, of_b) : strcmp((*a)->d_name, (*b)->d_name);
}

static int add_node(struct flat *flat, const char *name)
{
	struct dirent **entries;
	int nr = scandir(flat->path, &entries, visible, by_unit);
	int err;

	if (nr < 0)
		return fail(flat, strerror(errno));
	err = flat->depth++ == DEPTH_MAX ? fail(flat, "folders in folders without end")
					 : fdt_begin_node(flat->bytes, name);
	for (int i = 0; i < 2 * nr && err == 0; i++)
		err = add_entry(flat, entries[i % nr]->d_name, i >= nr);
	for (int i = 0; i < nr; i++)
		free(entries[i]);
	free(entries);
	flat->depth--;
	return err != 0 ? err : fdt_end_node(flat->bytes);
}

/* 0, or libfdt's error. */
static int flatten_into(struct flat *flat, size_t size)
{
	int err = fdt_create(flat->bytes, (int)size);

	flat->depth = 0;
	if (err == 0)
		err = fdt_finish_reservemap(flat->bytes);
	if (err == 0)
		err = add_node(flat, "");
	return err != 0 ? err : fdt_finish(flat->bytes);
}

static void *flatten(const char *path, size_t *ret_n)
{
	struct flat *flat = calloc(1, sizeof(*flat));
	int err = flat == NULL ? -FDT_ERR_INTERNAL : -FDT_ERR_NOSPACE;
	char *bytes = NULL;

	if (flat != NULL)
		flat->prop = malloc(PROP_MAX + 1);
	for (size_t size = 64 << 10; err == -FDT_ERR_NOSPACE && size <= BLOB_MAX; size *= 2) {
		snprintf(flat->path, sizeof(flat->path), "%s", path);
		free(flat->bytes);
		flat->bytes = malloc(size);
		if (flat->bytes == NULL || flat->prop == NULL)
			err = fail(flat, strerror(ENOMEM));
		else
			err = flatten_into(flat, size);
	}
	if (err == 0) {
		bytes = flat->bytes;
		*ret_n = fdt_totalsize(bytes);
	} else if (flat == NULL || !flat->failed) {
		tce_complain("%s: %s", path,
			     err == -FDT_ERR_NOSPACE ? "too large for a device tree"
						     : "cannot be made a device tree");
	}
	if (flat != NULL) {
		free(flat->prop);
		if (bytes == NULL)
			free(flat->bytes);
	}
	free(flat);
	return bytes;
}

#endif

void *tce_tree_load(const char *path, size_t *ret_n)
{
	char blob[PATH_MAX];

	if (!is_folder(path))
		return tce_input_slurp(path, BLOB_MAX, ret_n);
	if ((size_t)snprintf(blob, sizeof(blob), "%s/machine.dtb", path) < sizeof(blob) &&
	    access(blob, R_OK) == 0)
		return tce_input_slurp(blob, BLOB_MAX, ret_n);
	return flatten(path, ret_n);
}
