/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/lines.h - what the readers of recordings of calls (tce/dma.h, tce/vfio_ops.h) have in common:
 * their place in a text, and what became of its lines so far.
 *
 * Life: part of a reader, whose init and next fill it in. It holds no memory; the text is borrowed.
 * Threads: as the reader.
 */
#ifndef TCE_LINES_H
#define TCE_LINES_H

#include <stddef.h>
#include <stdint.h>

/* read = records + skipped + damaged. The fields are the caller's to read, not to write. */
struct tce_lines {
	const char *text;
	size_t size;
	size_t at;     /* where the next line begins */
	uint64_t read; /* lines; also the number of the latest, from 1 on */
	uint64_t records;
	uint64_t skipped; /* blank lines and lines that are none of the format */
	uint64_t damaged;
	char complaint[96]; /* what is wrong with the latest damaged line, one clause */
};

#endif
