/* SPDX-License-Identifier: BSD-2-Clause */
/* tce explore started by mpirun. What needs MPI is in a module that is loaded here. */
#include "explore_group.h"

#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "explore_mpi.h"

static const struct tce_mpi_module *module;
static struct tce_explore_group group;

/* --- what mpirun says in the environment: Open MPI's, those that speak PMI or PMIx ------------ */

static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
static const char *const ranks[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", NULL};
static const char *const here[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", NULL};

/* The first of the variables that is set; otherwise if there is none. */
static unsigned number_of(const char *const *names, unsigned otherwise)
{
	for (; *names != NULL; names++) {
		const char *text = getenv(*names);

		if (text != NULL && *text != '\0')
			return (unsigned)strtoul(text, NULL, 10);
	}
	return otherwise;
}

bool tce_explore_is_one_of_many(void)
{
	return number_of(sizes, 0) != 0 || number_of(ranks, UINT_MAX) != UINT_MAX;
}

bool tce_explore_is_silent(void)
{
	if (number_of(ranks, 0) == 0)
		return false;
	tce_be_silent();
	return true;
}

unsigned tce_explore_threads_here(void)
{
	unsigned sharing = number_of(here, 1);
	unsigned nr = (unsigned)sysconf(_SC_NPROCESSORS_ONLN) / (sharing == 0 ? 1 : sharing);
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0 &&
	    (unsigned)CPU_COUNT(&allowed) < nr)
		nr = (unsigned)CPU_COUNT(&allowed);
	if (nr > TCE_EXPLORE_THREADS_MAX)
		return TCE_EXPLORE_THREADS_MAX;
	return nr == 0 ? 1 : nr;
}

/* --- the module ------------------------------------------------------------------------------ */

/* Beside the program where it was built, else where it is installed; MPI loads modules of its own,
 * which want its symbols. */
static void *open_module(void)
{
	static const char *const places[] = {"tce-mpi.so", TCE_MODULES "/tce-mpi.so"};
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	const char *folder;
	void *handle = NULL;

	if (n <= 0)
		return NULL;
	program[n] = '\0';
	folder = dirname(program);
	for (unsigned i = 0; handle == NULL && i < 2; i++) {
		char path[PATH_MAX + 256];

		snprintf(path, sizeof(path), "%s/%s", folder, places[i]);
		if (access(path, R_OK) == 0)
			handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	}
	return handle;
}

static int load(void)
{
	void *handle = open_module();
	const char *why = dlerror();

	module = handle == NULL ? NULL : dlsym(handle, TCE_MPI_MODULE_SYMBOL);
	if (module != NULL && module->version == TCE_MPI_MODULE_VERSION)
		return TCE_EXIT_OK;
	if (handle == NULL && why != NULL)
		tce_complain("explore: mpirun started it, but MPI cannot be loaded: %s", why);
	else
		tce_complain("explore: mpirun started it, but this tce was built without MPI");
	module = NULL;
	return TCE_EXIT_USAGE;
}

/* --- joining and leaving --------------------------------------------------------------------- */

static int join(void)
{
	unsigned started = number_of(sizes, 0);
	int err = module->begin(&group);

	if (err != 0) {
		tce_complain("explore: %s", tce_strerror(err));
		return TCE_EXIT_INTERNAL;
	}
	if (started == 0 || started == group.nr_ranks)
		return TCE_EXIT_OK;
	tce_complain("explore: mpirun started %u processes, MPI knows of %u: are they of one kind?",
		     started, group.nr_ranks);
	return TCE_EXIT_USAGE;
}

int tce_explore_group_begin(struct tce_explore_run *run)
{
	int code;

	if (!tce_explore_is_one_of_many())
		return TCE_EXIT_OK;
	if (run->opts.method != TCE_EXPLORE_BREADTH || run->graph != NULL) {
		tce_complain("explore: --dfs, --walk and --graph are not for many processes");
		return TCE_EXIT_USAGE;
	}
	code = load();
	if (code == TCE_EXIT_OK)
		code = join();
	run->opts.group = &group;
	return code;
}

int tce_explore_group_end(const struct tce_explore_run *run, int code)
{
	if (run->opts.group == NULL || module == NULL)
		return code;
	if (code == TCE_EXIT_INTERNAL)
		module->give_up(code);
	module->end();
	return code;
}
