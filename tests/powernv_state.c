/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powernv_state [-v] FILE: boots the machine that a state file of powernv tells of and compares the
 * state that it ends in, field by field. -v: also the story and our state. Exit status: 0 all
 * fields equal, 1 not, 2 no such file or no state in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pnv_state.h"

static char *slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t n = 0;

	if (file == NULL)
		return NULL;
	for (;;) {
		size_t got;

		text = realloc(text, n + 65537);
		if (text == NULL)
			abort();
		got = fread(text + n, 1, 65536, file);
		n += got;
		if (got == 0)
			break;
	}
	text[n] = '\0';
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	bool verbose = argc == 3 && strcmp(argv[1], "-v") == 0;
	struct pnv_comparison comparison;
	const char *path;
	char *text;
	bool done;

	if (argc != 2 && !verbose) {
		fprintf(stderr, "usage: powernv_state [-v] FILE\n");
		return 2;
	}
	path = argv[argc - 1];
	text = slurp(path);
	if (text == NULL) {
		perror(path);
		return 2;
	}
	done = pnv_state_check(text, path, stdout, verbose, &comparison);
	free(text);
	if (!done) {
		fprintf(stderr, "%s: no state of a powernv machine\n", path);
		return 2;
	}
	printf("fields %u equal %u differ %u\n", comparison.fields, comparison.equal,
	       comparison.differ);
	return comparison.differ == 0 ? 0 : 1;
}
