/* SPDX-License-Identifier: BSD-2-Clause */
/* tar(1) unpacks a device tree into a folder of its own under TMPDIR. */
#include "unpack.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "tree.h"

extern char **environ;

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void remove_folder(const char *folder)
{
	(void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static bool untar(const char *path, const char *folder)
{
	const char *const args[] = {"tar", "-xzf", path, "-C", folder, NULL};
	posix_spawn_file_actions_t quiet; /* the caller says what is wrong, in one line */
	char *argv[6];
	pid_t child;
	int status = -1;
	int err;

	memcpy(argv, args, sizeof(argv));
	if (posix_spawn_file_actions_init(&quiet) != 0)
		return false;
	err = posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (err == 0)
		err = posix_spawnp(&child, "tar", &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (err != 0)
		return false;
	if (waitpid(child, &status, 0) < 0)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The root of the tree: the topmost folder with a property "compatible". */
static char root[PATH_MAX];

static int find_root(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	if (kind != FTW_F || strcmp(path + at->base, "compatible") != 0)
		return 0;
	if (root[0] == '\0' || (size_t)at->base < strlen(root))
		snprintf(root, sizeof(root), "%.*s", at->base - 1, path);
	return 0;
}

static void *flatten(const char *path, const char *folder, size_t *ret_n)
{
	if (!untar(path, folder)) {
		tce_complain("%s: tar cannot unpack it", path);
		return NULL;
	}
	root[0] = '\0';
	(void)nftw(folder, find_root, 16, FTW_PHYS);
	if (root[0] == '\0') {
		tce_complain("%s: no device tree in it", path);
		return NULL;
	}
	return tce_tree_load(root, ret_n);
}

void *tce_tree_load_packed(const char *path, size_t *ret_n)
{
	const char *tmp = getenv("TMPDIR");
	char folder[PATH_MAX];
	void *blob;

	snprintf(folder, sizeof(folder), "%s/tce-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) {
		tce_complain("%s: no folder to unpack it in", path);
		return NULL;
	}
	blob = flatten(path, folder, ret_n);
	remove_folder(folder);
	return blob;
}

static bool path_in(char path[PATH_MAX], const char *folder, const char *name)
{
	return (size_t)snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX &&
	       access(path, R_OK) == 0;
}

bool tce_tree_is_recorded(const char *folder)
{
	char path[PATH_MAX];

	return path_in(path, folder, "machine.dtb") || path_in(path, folder, "devicetree.tar.gz");
}

void *tce_tree_load_recorded(const char *folder, size_t *ret_n)
{
	char path[PATH_MAX];

	if (path_in(path, folder, "machine.dtb"))
		return tce_tree_load(path, ret_n);
	if (path_in(path, folder, "devicetree.tar.gz"))
		return tce_tree_load_packed(path, ret_n);
	tce_complain("%s: neither machine.dtb nor devicetree.tar.gz", folder);
	return NULL;
}
