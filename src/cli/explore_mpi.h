/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module tce-mpi.so, all of tce that knows MPI: tce loads it when mpirun started it, so that it
 * neither needs MPI elsewhere nor pays for loading it.
 */
#ifndef TCE_CLI_EXPLORE_MPI_H
#define TCE_CLI_EXPLORE_MPI_H

#include <tce/explore.h>

/* Changes with what is below, so that a module of another version is refused. */
#define TCE_MPI_MODULE_VERSION 1U
#define TCE_MPI_MODULE_SYMBOL  "tce_mpi_module"

struct tce_mpi_module {
	unsigned version;
	/* Once in a process. 0, or -TCE_ERR_x. */
	int (*begin)(struct tce_explore_group *ret_group);
	void (*end)(void);
	/* This rank cannot go on: end all. Does not return. */
	void (*give_up)(int code);
};

extern const struct tce_mpi_module tce_mpi_module;

#endif
