/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct tce_explore_group over MPI. Batches may be larger than an int counts: they go in pieces,
 * which arrive in the order in which they were sent.
 */
#include "explore_mpi.h"

#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include <tce/status.h>

#define PIECE ((size_t)1 << 30)
#define TAG   1

/* Of this process: MPI is begun once. */
static struct {
	unsigned nr;
	unsigned rank;
	uint64_t *out_size, *in_size; /* by rank */
	uint8_t *bytes;               /* what came in */
	size_t room;
	MPI_Request *request;
	size_t requests_room;
} mpi;

static size_t pieces_of(uint64_t size)
{
	return (size_t)((size + PIECE - 1) / PIECE);
}

/* Room for all that comes in, and for the pieces under way. False: no memory. */
static bool reserve(uint64_t bytes, size_t pieces)
{
	if (bytes > mpi.room) {
		free(mpi.bytes);
		mpi.room = 2 * bytes;
		mpi.bytes = malloc(mpi.room);
	}
	if (pieces > mpi.requests_room) {
		free(mpi.request);
		mpi.requests_room = 2 * pieces;
		mpi.request = malloc(mpi.requests_room * sizeof(*mpi.request));
	}
	return (mpi.room == 0 || mpi.bytes != NULL) &&
	       (mpi.requests_room == 0 || mpi.request != NULL);
}

static int piece_size(uint64_t left)
{
	return (int)(left < PIECE ? left : PIECE);
}

/* Begin to receive what rank i sends. */
static int receive(unsigned i, uint8_t *to, int nr_requests)
{
	for (uint64_t left = mpi.in_size[i]; left != 0;) {
		int size = piece_size(left);

		MPI_Irecv(to, size, MPI_BYTE, (int)i, TAG, MPI_COMM_WORLD,
			  &mpi.request[nr_requests++]);
		to += size;
		left -= (uint64_t)size;
	}
	return nr_requests;
}

/* Begin to send to rank i. */
static int send(unsigned i, const uint8_t *from, int nr_requests)
{
	for (uint64_t left = mpi.out_size[i]; left != 0;) {
		int size = piece_size(left);

		MPI_Isend(from, size, MPI_BYTE, (int)i, TAG, MPI_COMM_WORLD,
			  &mpi.request[nr_requests++]);
		from += size;
		left -= (uint64_t)size;
	}
	return nr_requests;
}

/* What a rank has for itself stays where it is. An error of MPI ends the job: MPI's default. */
static int exchange(void *ctx, const struct tce_explore_batch *out, struct tce_explore_batch *in)
{
	uint64_t bytes = 0;
	size_t pieces = 0;
	uint8_t *to;
	int nr = 0;

	(void)ctx;
	for (unsigned i = 0; i < mpi.nr; i++)
		mpi.out_size[i] = i == mpi.rank ? 0 : out[i].size;
	MPI_Alltoall(mpi.out_size, 1, MPI_UINT64_T, mpi.in_size, 1, MPI_UINT64_T, MPI_COMM_WORLD);
	for (unsigned i = 0; i < mpi.nr; i++) {
		bytes += mpi.in_size[i];
		pieces += pieces_of(mpi.in_size[i]) + pieces_of(mpi.out_size[i]);
	}
	if (!reserve(bytes, pieces))
		return -TCE_ERR_NOMEM;
	to = mpi.bytes;
	for (unsigned i = 0; i < mpi.nr; i++) {
		in[i] = (struct tce_explore_batch){to, (size_t)mpi.in_size[i]};
		nr = receive(i, to, nr);
		if (mpi.in_size[i] != 0) /* nothing at all for anybody: to is NULL */
			to += mpi.in_size[i];
	}
	for (unsigned i = 0; i < mpi.nr; i++)
		nr = send(i, out[i].bytes, nr);
	MPI_Waitall(nr, mpi.request, MPI_STATUSES_IGNORE);
	in[mpi.rank] = out[mpi.rank];
	return 0;
}

/* Threads that expand states never call MPI. */
static int begin(struct tce_explore_group *ret_group)
{
	int provided;
	int rank;
	int nr;

	MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &nr);
	mpi.rank = (unsigned)rank;
	mpi.nr = (unsigned)nr;
	mpi.out_size = calloc(mpi.nr, sizeof(*mpi.out_size));
	mpi.in_size = calloc(mpi.nr, sizeof(*mpi.in_size));
	if (mpi.out_size == NULL || mpi.in_size == NULL)
		return -TCE_ERR_NOMEM;
	*ret_group = (struct tce_explore_group){mpi.rank, mpi.nr, exchange, NULL};
	return 0;
}

static void end(void)
{
	MPI_Finalize();
	free(mpi.out_size);
	free(mpi.in_size);
	free(mpi.bytes);
	free(mpi.request);
	memset(&mpi, 0, sizeof(mpi));
}

static void give_up(int code)
{
	MPI_Abort(MPI_COMM_WORLD, code);
}

const struct tce_mpi_module tce_mpi_module = {
	.version = TCE_MPI_MODULE_VERSION,
	.begin = begin,
	.end = end,
	.give_up = give_up,
};
