/* SPDX-License-Identifier: BSD-2-Clause */
/* The bundled recordings. */
#include "recording.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define TEXT_MAX (64U << 20)

static void *slurp(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	long size = -1;
	char *data = NULL;

	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	rewind(file);
	if (size > 0)
		data = malloc((size_t)size);
	if (data != NULL && fread(data, 1, (size_t)size, file) != (size_t)size) {
		free(data);
		data = NULL;
	}
	fclose(file);
	*ret_size = (size_t)size;
	return data;
}

/* QEMU's logs were packed as streams: their unpacked size is not stated. */
static char *unpack(const void *packed, size_t packed_size, size_t *ret_size)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	char *text = malloc(TEXT_MAX + 1);
	ZSTD_inBuffer in = {packed, packed_size, 0};
	ZSTD_outBuffer out = {text, TEXT_MAX, 0};
	size_t rest = 1;

	while (stream != NULL && text != NULL && in.pos < in.size && out.pos < out.size) {
		rest = ZSTD_decompressStream(stream, &out, &in);
		if (ZSTD_isError(rest))
			break;
	}
	ZSTD_freeDStream(stream);
	if (text == NULL || rest != 0) {
		free(text);
		return NULL;
	}
	text[out.pos] = '\0';
	*ret_size = out.pos;
	return realloc(text, out.pos + 1);
}

char *recording_file(const char *root, const char *name, const char *file, size_t *ret_size)
{
	char path[4096];
	size_t packed_size;
	char *data, *text;

	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	data = slurp(path, ret_size);
	if (data != NULL)
		return data;
	snprintf(path, sizeof(path), "%s/%s/%s.zst", root, name, file);
	data = slurp(path, &packed_size);
	text = data == NULL ? NULL : unpack(data, packed_size, ret_size);
	free(data);
	return text;
}

static bool load(const char *root, const char *path, struct recording *r)
{
	char dtb[4096];
	size_t size;
	void *data = slurp(path, &size);

	memset(r, 0, sizeof(*r));
	snprintf(r->name, sizeof(r->name), "%s", path + strlen(root) + 1);
	*strrchr(r->name, '/') = '\0';
	if (data != NULL)
		r->text = unpack(data, size, &r->size);
	free(data);
	snprintf(dtb, sizeof(dtb), "%s/%s/machine.dtb", root, r->name);
	data = slurp(dtb, &size);
	r->has_facts = data != NULL && tce_facts_read(data, size, &r->facts) == 0;
	free(data);
	return r->text != NULL;
}

/* The i-th file below root that looks like tail. */
static bool load_nth(const char *root, const char *tail, unsigned i,
		     struct recording *ret_recording)
{
	char pattern[4096];
	bool loaded = false;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s", root, tail);
	if (glob(pattern, 0, NULL, &found) != 0)
		return false;
	if (i < found.gl_pathc) {
		loaded = load(root, found.gl_pathv[i], ret_recording);
		if (!loaded) {
			fprintf(stderr, "cannot load %s\n", found.gl_pathv[i]);
			abort();
		}
	}
	globfree(&found);
	return loaded;
}

bool recording_load(const char *root, unsigned i, struct recording *ret_recording)
{
	return load_nth(root, "*/*/trace.log.zst", i, ret_recording);
}

bool recording_load_vfio(const char *root, unsigned i, struct recording *ret_recording)
{
	return load_nth(root, "vfio/*/ops.txt.zst", i, ret_recording);
}

void recording_free(struct recording *recording)
{
	free(recording->text);
	recording->text = NULL;
}
