/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in words, JSON members. */
#include "render_bits.h"

#include <stdio.h>

#include "check/words.h"

struct tce_number tce_number_count(uint64_t n)
{
	struct tce_number number;
	struct tce_words w;

	tce_words_init(&w, number.text, sizeof(number.text));
	tce_words_add_count(&w, n);
	return number;
}

struct tce_number tce_number_size(uint64_t bytes)
{
	struct tce_number number;
	struct tce_words w;

	tce_words_init(&w, number.text, sizeof(number.text));
	tce_words_add_size(&w, bytes);
	return number;
}

const char *tce_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void tce_json_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

void tce_json_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void tce_json_print(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
