/* SPDX-License-Identifier: BSD-2-Clause */
/* Input: files, stdin, recording folders, zstd. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "cli.h"

#define PIECE_SIZE (256U * 1024)
#define PATH_SIZE  4096U

struct tce_input {
	char name[PATH_SIZE];
	char dtb[PATH_SIZE]; /* "": none */
	int fd;
	bool packed;
	bool over;       /* the file is read to its end */
	bool frame_open; /* a zstd frame is not complete */
	unsigned long long consumed;
	const char *peeked; /* a piece that was looked at and not taken; NULL: none */
	size_t nr_peeked;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	char raw[PIECE_SIZE];
	char plain[PIECE_SIZE];
};

/* --- opening --------------------------------------------------------------------------------- */

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* FOLDER/NAME; false: too long. */
static bool in_folder(char path[PATH_SIZE], const char *folder, const char *name)
{
	return (size_t)snprintf(path, PATH_SIZE, "%s/%s", folder, name) < PATH_SIZE;
}

/* A folder that holds a recording stands for its trace. */
static bool enter_folder(struct tce_input *in, const char *folder)
{
	static const char *const names[] = {"trace.log", "trace.log.zst", "ops.txt", "ops.txt.zst"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!in_folder(in->name, folder, names[i]) || !exists(in->name))
			continue;
		if (!in_folder(in->dtb, folder, "machine.dtb") || !exists(in->dtb))
			in->dtb[0] = '\0';
		return true;
	}
	tce_complain("%s: a folder without trace.log or ops.txt, plain or zstd", folder);
	return false;
}

/* A folder is one of a recording, or refused. */
static bool open_path(struct tce_input *in, const char *path, bool is_recording)
{
	struct stat st;

	snprintf(in->name, sizeof(in->name), "%s", path);
	if (strcmp(path, "-") == 0) {
		snprintf(in->name, sizeof(in->name), "standard input");
		in->fd = STDIN_FILENO;
		return true;
	}
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (is_recording && !enter_folder(in, path))
			return false;
		if (!is_recording) {
			tce_complain("%s: %s", in->name, strerror(EISDIR));
			return false;
		}
	}
	in->fd = open(in->name, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0) {
		tce_complain("%s: %s", in->name, strerror(errno));
		return false;
	}
	return true;
}

/* Read until the buffer is full or the file ends; -1: failed, said. */
static ssize_t fill(struct tce_input *in)
{
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(in->raw)) {
		got = read(in->fd, in->raw + n, sizeof(in->raw) - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			tce_complain("%s: %s", in->name, strerror(errno));
			return -1;
		}
		if (got == 0) {
			in->over = true;
			break;
		}
		n += (size_t)got;
	}
	in->consumed += n;
	return (ssize_t)n;
}

static bool detect_zstd(struct tce_input *in, size_t n)
{
	static const unsigned char magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

	in->packed = n >= sizeof(magic) && memcmp(in->raw, magic, sizeof(magic)) == 0;
	if (!in->packed)
		return true;
	in->zstd = ZSTD_createDStream();
	if (in->zstd == NULL)
		tce_complain("out of memory");
	return in->zstd != NULL;
}

static struct tce_input *open_input(const char *path, bool is_recording)
{
	struct tce_input *in = calloc(1, sizeof(*in));
	ssize_t n;

	if (in == NULL) {
		tce_complain("out of memory");
		return NULL;
	}
	in->fd = -1;
	if (!open_path(in, path, is_recording) || (n = fill(in)) < 0) {
		tce_input_close(in);
		return NULL;
	}
	in->in.src = in->raw;
	in->in.size = (size_t)n;
	if (!detect_zstd(in, (size_t)n)) {
		tce_input_close(in);
		return NULL;
	}
	return in;
}

struct tce_input *tce_input_open(const char *path)
{
	return open_input(path, true);
}

void tce_input_close(struct tce_input *in)
{
	if (in == NULL)
		return;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	ZSTD_freeDStream(in->zstd);
	free(in);
}

const char *tce_input_name(const struct tce_input *in)
{
	return in->name;
}

const char *tce_input_dtb(const struct tce_input *in)
{
	return in->dtb[0] != '\0' ? in->dtb : NULL;
}

unsigned long long tce_input_consumed(const struct tce_input *in)
{
	return in->consumed;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Bytes of the file that were not handed out yet; false: failed. At the end there are none. */
static bool more_raw(struct tce_input *in)
{
	ssize_t n;

	if (in->in.pos < in->in.size || in->over)
		return true;
	n = fill(in);
	in->in.pos = 0;
	in->in.size = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

static bool next_unpacked(struct tce_input *in, const char **ret_piece, size_t *ret_n)
{
	ZSTD_outBuffer out = {in->plain, sizeof(in->plain), 0};
	size_t rest;

	while (out.pos == 0) {
		if (!more_raw(in))
			return false;
		if (in->in.pos == in->in.size && !in->frame_open)
			break;
		rest = ZSTD_decompressStream(in->zstd, &out, &in->in);
		if (ZSTD_isError(rest)) {
			tce_complain("%s: zstd data is damaged: %s", in->name,
				     ZSTD_getErrorName(rest));
			return false;
		}
		in->frame_open = rest != 0;
		if (out.pos == 0 && in->frame_open && in->over && in->in.pos == in->in.size) {
			tce_complain("%s: zstd data ends in the middle", in->name);
			return false;
		}
	}
	*ret_piece = in->plain;
	*ret_n = out.pos;
	return true;
}

bool tce_input_peek(struct tce_input *in, enum tce_input_kind *ret_kind)
{
	if (in->peeked == NULL && !tce_input_next(in, &in->peeked, &in->nr_peeked))
		return false;
	*ret_kind = tce_input_kind(in->peeked, in->nr_peeked);
	return true;
}

bool tce_input_is_file(const struct tce_input *in)
{
	return in->fd != STDIN_FILENO;
}

bool tce_input_next(struct tce_input *in, const char **ret_piece, size_t *ret_n)
{
	if (in->peeked != NULL) {
		*ret_piece = in->peeked;
		*ret_n = in->nr_peeked;
		in->peeked = NULL;
		return true;
	}
	if (in->packed)
		return next_unpacked(in, ret_piece, ret_n);
	if (!more_raw(in))
		return false;
	*ret_piece = in->raw + in->in.pos;
	*ret_n = in->in.size - in->in.pos;
	in->in.pos = in->in.size;
	return true;
}

/* --- kinds ----------------------------------------------------------------------------------- */

static bool begins(const char *head, size_t n, const char *with, size_t with_n)
{
	return n >= with_n && memcmp(head, with, with_n) == 0;
}

enum tce_input_kind tce_input_kind(const char *head, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		enum tce_input_kind kind;
	} kinds[] = {
		{"dmarand version=", 16, TCE_KIND_DMA_OPS},
		{"# vfiorand format=", 18, TCE_KIND_VFIO_OPS},
		{"\xd0\x0d\xfe\xed", 4, TCE_KIND_DEVTREE},
		{"\x1f\x8b", 2, TCE_KIND_COMPRESSED},
		{"\xfd"
		 "7zXZ",
		 5, TCE_KIND_COMPRESSED},
		{"BZh", 3, TCE_KIND_COMPRESSED},
		{"\x04\x22\x4d\x18", 4, TCE_KIND_COMPRESSED},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (begins(head, n, kinds[i].magic, kinds[i].n))
			return kinds[i].kind;
	if (n > 4096)
		n = 4096;
	return memchr(head, '\0', n) != NULL ? TCE_KIND_BINARY : TCE_KIND_TRACE;
}

/* Room for n bytes and what comes later, within max; false: said. */
static bool make_room(const struct tce_input *in, char **text, size_t *room, size_t n, size_t max)
{
	size_t wanted = 2 * n < max ? 2 * n : max;
	char *grown;

	if (n <= *room)
		return true;
	if (n > max) {
		tce_complain("%s: larger than %zu MiB", tce_input_name(in), max >> 20);
		return false;
	}
	grown = realloc(*text, wanted);
	if (grown == NULL) {
		tce_complain("out of memory");
		return false;
	}
	*text = grown;
	*room = wanted;
	return true;
}

char *tce_input_read_all(struct tce_input *in, size_t max, size_t *ret_n)
{
	size_t n = 0, room = 0, got = 1;
	char *text = NULL;
	const char *piece;

	while (got != 0) {
		if (!tce_input_next(in, &piece, &got) ||
		    !make_room(in, &text, &room, n + got, max)) {
			free(text);
			return NULL;
		}
		if (got != 0)
			memcpy(text + n, piece, got);
		n += got;
	}
	*ret_n = n;
	return text != NULL ? text : calloc(1, 1);
}

char *tce_input_slurp(const char *path, size_t max, size_t *ret_n)
{
	struct tce_input *in = open_input(path, false);
	char *text = in == NULL ? NULL : tce_input_read_all(in, max, ret_n);

	tce_input_close(in);
	return text;
}

char *tce_input_slurp_in(const char *folder, const char *name, size_t max, size_t *ret_n)
{
	static const char *const endings[] = {"", ".zst"};
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if ((size_t)snprintf(path, PATH_SIZE, "%s/%s%s", folder, name, endings[i]) <
			    PATH_SIZE &&
		    exists(path))
			return tce_input_slurp(path, max, ret_n);
	return NULL;
}
