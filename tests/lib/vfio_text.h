/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole text of VFIO calls through reader and replay. */
#ifndef VFIO_TEXT_H
#define VFIO_TEXT_H

#include <tce/vfio_ops.h>

struct vfio_replayed {
	struct tce_vfio_summary sum;
	uint64_t lines;
	uint64_t skipped;
	uint64_t first_damaged;  /* line; 0: none */
	uint64_t first_diverged; /* line; 0: none */
	char text[256];          /* of the first divergence */
};

/* kernel NULL: the recording's. 0, or what the library returned. */
int vfio_text_replay(const char *text, size_t size, const char *kernel,
		     const struct tce_alloc *alloc, struct vfio_replayed *ret_replayed);

#endif
