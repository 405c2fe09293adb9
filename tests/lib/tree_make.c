/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees from text: structure block and strings grow, then become one blob. */
#include "tree_make.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "testing.h"

#define HEAD_BYTES 40U
#define MAP_BYTES  16U /* memory reservations: none */

enum token {
	BEGIN_NODE = 1,
	END_NODE,
	PROP,
	END = 9
};

struct block {
	uint8_t bytes[1 << 17];
	uint32_t n;
};

struct maker {
	const char *at;
	struct block tree;
	struct block strings;
};

static void put(struct block *block, const void *bytes, size_t n)
{
	if (n > sizeof(block->bytes) - block->n)
		fail_msg("the tree is too large for tests");
	memcpy(block->bytes + block->n, bytes, n);
	block->n += (uint32_t)n;
}

static void put_cell(struct block *block, uint32_t cell)
{
	uint8_t bytes[4];

	tce_be32_store(bytes, cell);
	put(block, bytes, 4);
}

static void align(struct block *block)
{
	while (block->n % 4 != 0)
		put(block, "", 1);
}

static char next(struct maker *maker)
{
	while (isspace((unsigned char)*maker->at))
		maker->at++;
	return *maker->at;
}

static void want(struct maker *maker, char c)
{
	if (next(maker) != c)
		fail_msg("'%c' expected at: %.40s", c, maker->at);
	maker->at++;
}

static size_t word(struct maker *maker, const char **ret_word)
{
	next(maker);
	*ret_word = maker->at;
	while (*maker->at != '\0' && strchr(" \t\n={};<>\"", *maker->at) == NULL)
		maker->at++;
	if (maker->at == *ret_word)
		fail_msg("a name expected at: %.40s", maker->at);
	return (size_t)(maker->at - *ret_word);
}

static void read_cells(struct maker *maker, struct block *value)
{
	char *end;

	while (next(maker) != '>') {
		put_cell(value, (uint32_t)strtoul(maker->at, &end, 0));
		if (end == maker->at)
			fail_msg("a cell expected at: %.40s", maker->at);
		maker->at = end;
	}
	maker->at++;
}

static void read_string(struct maker *maker, struct block *value)
{
	const char *end = strchr(maker->at, '"');

	if (end == NULL)
		fail_msg("no end of string at: %.40s", maker->at);
	put(value, maker->at, (size_t)(end - maker->at));
	put(value, "", 1);
	maker->at = end + 1;
}

static void read_value(struct maker *maker, struct block *value)
{
	do {
		char open = next(maker);

		maker->at++;
		if (open == '<')
			read_cells(maker, value);
		else if (open == '"')
			read_string(maker, value);
		else
			fail_msg("a value expected at: %.40s", maker->at - 1);
	} while (next(maker) == ',' && maker->at++ != NULL);
}

static void read_prop(struct maker *maker, const char *name, size_t n)
{
	static struct block value;

	value.n = 0;
	if (next(maker) == '=') {
		maker->at++;
		read_value(maker, &value);
	}
	want(maker, ';');
	put_cell(&maker->tree, PROP);
	put_cell(&maker->tree, value.n);
	put_cell(&maker->tree, maker->strings.n);
	put(&maker->tree, value.bytes, value.n);
	align(&maker->tree);
	put(&maker->strings, name, n);
	put(&maker->strings, "", 1);
}

static void read_node(struct maker *maker, const char *name, size_t n)
{
	put_cell(&maker->tree, BEGIN_NODE);
	put(&maker->tree, name, n);
	put(&maker->tree, "", 1);
	align(&maker->tree);
	want(maker, '{');
	while (next(maker) != '}') {
		n = word(maker, &name);
		if (next(maker) == '{')
			read_node(maker, name, n);
		else
			read_prop(maker, name, n);
	}
	maker->at++;
	put_cell(&maker->tree, END_NODE);
}

static void *assemble(const struct maker *maker, size_t *ret_n)
{
	uint32_t tree_at = HEAD_BYTES + MAP_BYTES;
	uint32_t strings_at = tree_at + maker->tree.n;
	uint32_t total = strings_at + maker->strings.n;
	const uint32_t head[HEAD_BYTES / 4] = {0xd00dfeed,       total,        tree_at, strings_at,
					       HEAD_BYTES,       17,           16,      0,
					       maker->strings.n, maker->tree.n};
	uint8_t *blob = calloc(1, total);

	assert_non_null(blob);
	for (size_t i = 0; i < HEAD_BYTES / 4; i++)
		tce_be32_store(blob + 4 * i, head[i]);
	memcpy(blob + tree_at, maker->tree.bytes, maker->tree.n);
	memcpy(blob + strings_at, maker->strings.bytes, maker->strings.n);
	*ret_n = total;
	return blob;
}

void *tree_make(const char *text, size_t *ret_n)
{
	struct maker *maker = calloc(1, sizeof(*maker));
	void *blob;

	assert_non_null(maker);
	maker->at = text;
	want(maker, '/');
	read_node(maker, "", 0);
	put_cell(&maker->tree, END);
	blob = assemble(maker, ret_n);
	free(maker);
	return blob;
}

char *tree_edit(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	size_t n = strlen(text) + strlen(new) + 1;
	char *edited = malloc(n);

	assert_non_null(edited);
	if (at == NULL || strstr(at + 1, old) != NULL)
		fail_msg("not exactly once there: %s", old);
	snprintf(edited, n, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	return edited;
}
