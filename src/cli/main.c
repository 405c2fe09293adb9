/* SPDX-License-Identifier: BSD-2-Clause */
/* tce: the verb dispatcher. Each verb is a file of its own in this folder. */
#include <stdio.h>
#include <string.h>

#include <tce/status.h>

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("tce %s\n", tce_version());
		return 0;
	}
	fprintf(stderr, "usage: tce VERB [options] [files]\n");
	return 2;
}
