/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fuzz targets as ordinary tests: feed every file of a folder to LLVMFuzzerTestOneInput. Linked
 * in the place of libFuzzer. An input that breaks something stops the program, as in fuzzing; its
 * name is the last one printed.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file in memory of exactly its size, so that a sanitizer sees a read past its end. */
static uint8_t *read_file(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = -1;

	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	rewind(file);
	if (size >= 0)
		data = malloc((size_t)size + (size == 0));
	if (data != NULL && fread(data, 1, (size_t)size, file) != (size_t)size) {
		free(data);
		data = NULL;
	}
	fclose(file);
	*ret_size = (size_t)size;
	return data;
}

static int replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	data = read_file(path, &size);
	if (data == NULL) {
		printf("# cannot read %s\n", path);
		return 1;
	}
	printf("# %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int nr_failed = 0;
	int nr, i;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	printf("1..1\n");
	nr = scandir(argv[1], &entries, not_hidden, alphasort);
	for (i = 0; i < nr; i++) {
		nr_failed += replay(argv[1], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (nr <= 0)
		printf("# no inputs in %s\n", argv[1]);
	printf("%s 1 - the %d inputs of the corpus break nothing\n",
	       nr <= 0 || nr_failed != 0 ? "not ok" : "ok", nr);
	return nr <= 0 || nr_failed != 0;
}
