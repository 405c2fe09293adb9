/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reports of recordings have in common: numbers as people read them, colours, JSON. */
#ifndef TCE_CLI_RENDER_BITS_H
#define TCE_CLI_RENDER_BITS_H

#include <json-c/json.h>
#include <stdint.h>

#define TCE_PLAIN "\033[0m"
#define TCE_GREEN "\033[1;32m"
#define TCE_RED   "\033[1;31m"

/* Text by value, for the arguments of one printf. */
struct tce_number {
	char text[32];
};

struct tce_number tce_number_count(uint64_t n);    /* "5 216" */
struct tce_number tce_number_size(uint64_t bytes); /* "16M" */
const char *tce_plural(uint64_t n);                /* "" or "s" */

void tce_json_string(struct json_object *o, const char *key, const char *value);
void tce_json_number(struct json_object *o, const char *key, uint64_t value);

/* One line on standard output; the object is given back. */
void tce_json_print(struct json_object *o);

#endif
