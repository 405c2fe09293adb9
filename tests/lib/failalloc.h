/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tce_alloc for tests: the n-th request fails, freed sizes are compared, fresh memory is dirty
 * where it may be, and what was not given back is counted. A sweep is
 *
 *	for (n = 1; !done; n++) {
 *		failalloc_init(&fa, n);
 *		done = do_it(failalloc_alloc(&fa)) == 0; // else: -TCE_ERR_NOMEM, no change
 *		...
 *		failalloc_assert_empty(&fa);
 *	}
 */
#ifndef FAILALLOC_H
#define FAILALLOC_H

#include <stdbool.h>

#include <tce/status.h>

struct failalloc {
	uint64_t fail_at;  /* which request fails, from 1; 0: none */
	bool fail_later;   /* and every request after that one */
	uint64_t nr_asked; /* requests so far, failed ones too */
	uint64_t nr_live;  /* pieces not given back */
	uint64_t live_bytes;
	uint64_t peak_bytes;
};

void failalloc_init(struct failalloc *fa, uint64_t fail_at);

/* Its face; valid as long as fa. reserve is really lazy. */
struct tce_alloc failalloc_alloc(struct failalloc *fa);

/* The same without reserve: what an embedder without mmap passes. */
struct tce_alloc failalloc_alloc_plain(struct failalloc *fa);

/* Stops the program with a line on stderr when something was not given back. */
void failalloc_assert_empty(const struct failalloc *fa);

#endif
