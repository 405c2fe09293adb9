/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report of tce qemu says of a run whatever the machine is. */
#ifndef TCE_CLI_VM_REPORT_H
#define TCE_CLI_VM_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "find.h"

struct tce_vm_report {
	const struct tce_qemu_version *version;
	const char *machine; /* as for --machine; NULL: pseries */
	const char *profile;
	uint64_t seed;
	uint64_t calls;
	uint64_t aborts;
	double seconds;
	const char *difference; /* NULL: all agreed */
	size_t nr_steps;        /* of the story of the difference */
	bool came_again;        /* the difference, a second time; its story is the shortest */
	const char *scenario;   /* that story as text; NULL: none */
	const char *saved;      /* where; NULL: nowhere */
};

/* For people: the difference, and how to see it again. */
void tce_vm_report_difference(FILE *out, const struct tce_vm_report *report);

/* The members of schema tce-qemu-1 that every machine has. */
struct json_object *tce_vm_report_json(const struct tce_vm_report *report);

/* One line; the object is given back. */
void tce_vm_report_json_print(FILE *out, struct json_object *object);

#endif
