/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of objects: their forms, and the table of those that a text has used. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"

#define NAME_LEN_MAX 64U

static const struct {
	const char *word;
	const char *prefix; /* of the letter form */
	unsigned first;     /* number written for id 0 */
} objects[TCE_NR_OBJECTS] = {
	[TCE_OBJ_PHB] = {"bridge", "phb", 0},
	[TCE_OBJ_DEV] = {"device", "dev", 0},
	[TCE_OBJ_MAP] = {"mapping", "m", 0},
	[TCE_OBJ_PMEM] = {"persistent memory", "pmem", 0},
	[TCE_OBJ_CONTAINER] = {"container", "c", 1},
};

const char *tce_object_word(enum tce_object object)
{
	return objects[object].word;
}

/* --- forms --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number without leading zeroes that fills text. */
static bool decimal(const char *text, size_t len, uint32_t max, uint32_t *ret_number)
{
	uint32_t number = 0;

	if (len == 0 || len > 6 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(text[i]))
			return false;
		number = number * 10 + (uint32_t)(text[i] - '0');
	}
	*ret_number = number;
	return number <= max;
}

static bool is_name_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       c == '_' || c == '.' || c == ':';
}

bool tce_name_valid(struct tce_span name)
{
	uint16_t id;

	if (tce_name_raw(name, &id))
		return true;
	if (name.len == 0 || name.len > NAME_LEN_MAX || name.at[0] == '-')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (!is_name_char(name.at[i]))
			return false;
	}
	return true;
}

bool tce_name_raw(struct tce_span name, uint16_t *ret_id)
{
	uint32_t number;

	if (name.len < 2 || name.at[0] != '@' ||
	    !decimal(name.at + 1, name.len - 1, TCE_NO_ID - 1, &number))
		return false;
	*ret_id = (uint16_t)number;
	return true;
}

bool tce_name_form(enum tce_object object, struct tce_span name, uint16_t *ret_id)
{
	const char *prefix = objects[object].prefix;
	size_t len = strlen(prefix);
	uint32_t number;

	if (name.len <= len || memcmp(name.at, prefix, len) != 0 ||
	    !decimal(name.at + len, name.len - len, TCE_NO_ID - 1 + objects[object].first,
		     &number) ||
	    number < objects[object].first)
		return false;
	*ret_id = (uint16_t)(number - objects[object].first);
	return true;
}

void tce_name_of_form(enum tce_object object, uint16_t id, char ret_name[16])
{
	snprintf(ret_name, 16, "%s%u", objects[object].prefix, objects[object].first + id);
}

/* Exactly nr hexadecimal digits, lower or upper case. */
static bool hex_digits(const char *text, unsigned nr, uint32_t *ret_number)
{
	uint32_t number = 0;

	for (unsigned i = 0; i < nr; i++) {
		char c = text[i];
		uint32_t digit;

		if (is_digit(c))
			digit = (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (uint32_t)(c - 'A') + 10;
		else
			return false;
		number = number << 4 | digit;
	}
	*ret_number = number;
	return true;
}

bool tce_pci_address(struct tce_span text, uint32_t *ret_domain, uint8_t *ret_bus,
		     uint8_t *ret_devfn)
{
	const char *at = text.at;
	uint32_t domain = 0;
	uint32_t bus;
	uint32_t device;

	if (text.len == 12 && at[4] == ':') {
		if (!hex_digits(at, 4, &domain))
			return false;
		at += 5;
	} else if (text.len != 7) {
		return false;
	}
	if (!hex_digits(at, 2, &bus) || at[2] != ':' || !hex_digits(at + 3, 2, &device) ||
	    device > 31 || at[5] != '.' || at[6] < '0' || at[6] > '7')
		return false;
	if (ret_domain != NULL)
		*ret_domain = domain;
	*ret_bus = (uint8_t)bus;
	*ret_devfn = (uint8_t)(device << 3 | (uint32_t)(at[6] - '0'));
	return true;
}

/* --- the table --- */

void tce_names_init(struct tce_name_table *names, struct tce_pool *pool)
{
	memset(names, 0, sizeof(*names));
	names->pool = pool;
}

static struct tce_named **name_bucket(const struct tce_name_table *names, enum tce_object object,
				      struct tce_span name)
{
	uint64_t hash = tce_hash_bytes((uint64_t)object, name.at, name.len);

	return (struct tce_named **)(uintptr_t)&names->by_name[hash % TCE_NAME_BUCKETS];
}

static struct tce_named **id_bucket(const struct tce_name_table *names, uint16_t id)
{
	return (struct tce_named **)(uintptr_t)&names->by_id[id % TCE_NAME_BUCKETS];
}

bool tce_names_find(const struct tce_name_table *names, enum tce_object object,
		    struct tce_span name, uint16_t *ret_id)
{
	const struct tce_named *named = *name_bucket(names, object, name);

	for (; named != NULL; named = named->next) {
		if (named->object == object && tce_span_is(name, named->name)) {
			*ret_id = named->id;
			return true;
		}
	}
	return false;
}

const char *tce_names_of(const struct tce_name_table *names, enum tce_object object, uint16_t id)
{
	const struct tce_named *named = *id_bucket(names, id);

	while (named != NULL && (named->object != object || named->id != id))
		named = named->next_id;
	return named == NULL ? NULL : named->name;
}

bool tce_names_taken(const struct tce_name_table *names, enum tce_object object, uint16_t id)
{
	return tce_names_of(names, object, id) != NULL;
}

bool tce_names_next(const struct tce_name_table *names, enum tce_object object,
		    struct tce_span name, uint16_t *ret_id)
{
	if (tce_name_form(object, name, ret_id))
		return true;
	*ret_id = (uint16_t)names->lowest[object];
	return names->lowest[object] < TCE_NO_ID;
}

int tce_names_add(struct tce_name_table *names, enum tce_object object, struct tce_span name,
		  uint16_t id)
{
	struct tce_named *named = tce_pool_new(names->pool, sizeof(*named));
	struct tce_named **bucket = name_bucket(names, object, name);

	if (named == NULL)
		return -TCE_ERR_NOMEM;
	named->name = tce_pool_text(names->pool, name.at, name.len);
	if (named->name == NULL)
		return -TCE_ERR_NOMEM;
	named->object = object;
	named->id = id;
	named->next = *bucket;
	*bucket = named;
	if (tce_names_taken(names, object, id))
		return 0;
	bucket = id_bucket(names, id);
	named->next_id = *bucket;
	*bucket = named;
	while (tce_names_taken(names, object, (uint16_t)names->lowest[object]))
		names->lowest[object]++;
	return 0;
}

void tce_names_nearest(const struct tce_name_table *names, enum tce_object object,
		       struct tce_nearest *nearest)
{
	for (unsigned i = 0; i < TCE_NAME_BUCKETS; i++) {
		const struct tce_named *named = names->by_name[i];

		for (; named != NULL; named = named->next) {
			if (named->object == object)
				tce_nearest_try(nearest, named->name);
		}
	}
}
