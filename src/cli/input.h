/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input as a stream of bytes: a file, standard input ("-"), or a folder that holds a recording;
 * zstd is unpacked on the way. One buffer, whatever the size of the input.
 *
 * Life: open -> next until it gives nothing or fails -> close.
 */
#ifndef TCE_CLI_INPUT_H
#define TCE_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct tce_input;

/* NULL: it cannot be opened, which has been said on stderr. */
struct tce_input *tce_input_open(const char *path);
void tce_input_close(struct tce_input *in);

/* The next piece, valid until the next call; *ret_n 0 at the end. False: failed, said on stderr. */
bool tce_input_next(struct tce_input *in, const char **ret_piece, size_t *ret_n);

/* Bytes of the file consumed so far, before unpacking; for progress. */
unsigned long long tce_input_consumed(const struct tce_input *in);

/* What to call it in messages. */
const char *tce_input_name(const struct tce_input *in);

/* A folder's machine.dtb, NULL when there is none. */
const char *tce_input_dtb(const struct tce_input *in);

/* What kind of recording begins with these bytes. */
enum tce_input_kind {
	TCE_KIND_TRACE,      /* QEMU trace, or text that may be one */
	TCE_KIND_DMA_OPS,    /* "dmarand version=": a DMA API sequence */
	TCE_KIND_VFIO_OPS,   /* "# vfiorand format=": a VFIO call sequence */
	TCE_KIND_DEVTREE,    /* a flattened device tree */
	TCE_KIND_COMPRESSED, /* gzip, xz, bzip2, lz4 */
	TCE_KIND_BINARY,
};
enum tce_input_kind tce_input_kind(const char *head, size_t n);

/* What kind this is; nothing is taken from it. False: it cannot be read, said on stderr. */
bool tce_input_peek(struct tce_input *in, enum tce_input_kind *ret_kind);

/* It has a path, and so a folder. */
bool tce_input_is_file(const struct tce_input *in);

/* All that is left of an input, at most max bytes, for free(); NULL: failed, said on stderr. */
char *tce_input_read_all(struct tce_input *in, size_t max, size_t *ret_n);

/* The same of a file or "-"; a folder is refused. */
char *tce_input_slurp(const char *path, size_t max, size_t *ret_n);

/* The same of FOLDER/NAME or FOLDER/NAME.zst; NULL also when neither is there: not said. */
char *tce_input_slurp_in(const char *folder, const char *name, size_t max, size_t *ret_n);

#endif
