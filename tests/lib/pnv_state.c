/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading state files, and comparing two of them. */
#include "pnv_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- records ------------------------------------------------------------------------------ */

const struct pnv_record *pnv_state_find(const struct pnv_state *state, const char *key)
{
	for (unsigned i = 0; i < state->nr; i++) {
		if (strcmp(state->records[i].key, key) == 0)
			return &state->records[i];
	}
	return NULL;
}

const char *pnv_record_get(const struct pnv_record *record, const char *name)
{
	for (unsigned i = 0; i < record->nr_fields; i++) {
		if (strcmp(record->fields[i].name, name) == 0)
			return record->fields[i].value;
	}
	return NULL;
}

uint64_t pnv_record_hex(const struct pnv_record *record, const char *name)
{
	const char *value = record == NULL ? NULL : pnv_record_get(record, name);

	return value == NULL ? 0 : strtoull(value, NULL, 16);
}

void pnv_state_free(struct pnv_state *state)
{
	free(state->records);
	memset(state, 0, sizeof(*state));
}

static struct pnv_record *add_record(struct pnv_state *state, const char *key)
{
	struct pnv_record *record;

	if (state->nr == state->cap) {
		state->cap = state->cap == 0 ? 64 : 2 * state->cap;
		state->records = realloc(state->records, state->cap * sizeof(*state->records));
		if (state->records == NULL)
			abort();
	}
	record = &state->records[state->nr++];
	memset(record, 0, sizeof(*record));
	snprintf(record->key, sizeof(record->key), "%s", key);
	return record;
}

static void add_field(struct pnv_record *record, const char *name, const char *value)
{
	struct pnv_field *field;

	if (record->nr_fields == PNV_FIELDS_MAX)
		return;
	field = &record->fields[record->nr_fields++];
	snprintf(field->name, sizeof(field->name), "%s", name);
	snprintf(field->value, sizeof(field->value), "%s", value);
}

/* Every "key=value" of the rest of a line; "PE#1fd" is a field, too. */
static void add_pairs(struct pnv_record *record, const char *rest)
{
	char line[768];
	char *save = NULL;
	char *word;

	snprintf(line, sizeof(line), "%s", rest);
	for (word = strtok_r(line, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(word, '=');

		if (strncmp(word, "PE#", 3) == 0) {
			add_field(record, "PE", word + 3);
		} else if (equals != NULL) {
			*equals = '\0';
			add_field(record, word, equals + 1);
		}
	}
}

/* --- lines -------------------------------------------------------------------------------- */

/* Where a line belongs that does not say so itself. */
struct place {
	int phb; /* -1: none yet */
	char group[24];
	char tve[40];
};

static bool is_device(const char *line)
{
	static const char form[] = "hhhh:hh:hh.d ";

	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		unsigned char c = (unsigned char)line[i];

		if (form[i] == 'h' ? !isxdigit(c) : form[i] == 'd' ? !isdigit(c) : c != form[i])
			return false;
	}
	return true;
}

static void read_device(struct pnv_state *state, const char *line)
{
	struct pnv_record *record;
	char address[13];
	char id[10];

	snprintf(address, sizeof(address), "%.12s", line);
	snprintf(id, sizeof(id), "%.9s", line + 13);
	record = add_record(state, address);
	add_field(record, "id", id);
	add_pairs(record, line + 13);
}

static void read_group(struct pnv_state *state, struct place *place, const char *line)
{
	const char *colon = strchr(line, ':');

	if (colon == NULL)
		return;
	snprintf(place->group, sizeof(place->group), "%.*s", (int)(colon - line), line);
	add_pairs(add_record(state, place->group), colon + 1);
}

static void read_table(struct pnv_state *state, const struct place *place, const char *line)
{
	const char *colon = strchr(line, ':');
	struct pnv_record *record;
	char key[64];
	char where[24];

	if (colon == NULL || sscanf(colon + 1, " %23s", where) != 1)
		return;
	snprintf(key, sizeof(key), "%s %.*s", place->group, (int)(colon - line - 4), line + 4);
	record = add_record(state, key);
	add_field(record, "table", where);
	add_pairs(record, colon + 1);
}

static void read_phb(struct pnv_state *state, struct place *place, const char *line)
{
	char key[24];

	place->phb++;
	snprintf(key, sizeof(key), "PHB %d", place->phb);
	add_pairs(add_record(state, key), line);
}

static void read_rtt(struct pnv_state *state, const struct place *place, const char *line)
{
	char key[48];
	unsigned rid;

	if (sscanf(line, "  RTT from rid %x:", &rid) != 1)
		return;
	snprintf(key, sizeof(key), "PHB %d RTT from %04x", place->phb, rid);
	add_pairs(add_record(state, key), line);
}

/* "  TVE[3fa] (PE#1fd window 0) = 0000000287502505 TTA=28750000 levels=2 ..." */
static void read_tve(struct pnv_state *state, struct place *place, const char *line)
{
	const char *equals = strchr(line, '=');
	struct pnv_record *record;
	unsigned index, pe, window;
	char word[20];
	char text[20];

	if (equals == NULL || sscanf(equals + 1, " %19s", word) != 1 ||
	    sscanf(line, "  TVE[%x] (PE#%x window %u)", &index, &pe, &window) != 3)
		return;
	snprintf(place->tve, sizeof(place->tve), "PHB %d TVE[%x]", place->phb, index);
	record = add_record(state, place->tve);
	snprintf(text, sizeof(text), "%x", pe);
	add_field(record, "PE", text);
	snprintf(text, sizeof(text), "%u", window);
	add_field(record, "window", text);
	add_field(record, "word", word);
	add_field(record, "kind", strstr(line, "non-translated") != NULL ? "bypass" : "table");
	add_pairs(record, equals + 1);
}

static void read_level(struct pnv_state *state, const struct place *place, const char *line)
{
	struct pnv_record *record;
	char key[64];
	char word[20];
	unsigned level, index;

	if (sscanf(line, " L%u[%x] = %19s", &level, &index, word) != 3)
		return;
	snprintf(key, sizeof(key), "%s L%u[%x]", place->tve, level, index);
	record = add_record(state, key);
	add_field(record, "entry", word);
}

static void read_line(struct pnv_state *state, struct place *place, const char *line)
{
	if (is_device(line))
		read_device(state, line);
	else if (strncmp(line, "group ", 6) == 0)
		read_group(state, place, line);
	else if (strncmp(line, "    tables[", 11) == 0)
		read_table(state, place, line);
	else if (strncmp(line, "PHB ", 4) == 0)
		read_phb(state, place, line);
	else if (strncmp(line, "  RTT from", 10) == 0)
		read_rtt(state, place, line);
	else if (strncmp(line, "  TVE[", 6) == 0)
		read_tve(state, place, line);
	else if (strncmp(line, "        L", 9) == 0)
		read_level(state, place, line);
}

/* --- addresses become names --------------------------------------------------------------- */

static void set_field(struct pnv_field *field, const char *value)
{
	snprintf(field->value, sizeof(field->value), "%s", value);
}

/* The table whose field has this value; NULL: none. */
static const char *table_with(const struct pnv_state *state, const char *name, const char *value)
{
	for (unsigned i = 0; i < state->nr; i++) {
		const char *its = pnv_record_get(&state->records[i], name);

		if (its != NULL && strcmp(its, "NULL") != 0 &&
		    strtoull(its, NULL, 16) == strtoull(value, NULL, 16))
			return state->records[i].key;
	}
	return NULL;
}

static void name_address(const struct pnv_state *state, struct pnv_field *field, const char *name)
{
	const char *table = table_with(state, name, field->value);

	if (strtoull(field->value, NULL, 16) == 0)
		set_field(field, "none");
	else
		set_field(field, table == NULL ? "a table of no group" : table);
}

static void keep_low_bits(struct pnv_field *field, uint64_t mask)
{
	char text[24];

	snprintf(text, sizeof(text), "%llx",
		 (unsigned long long)(strtoull(field->value, NULL, 16) & mask));
	set_field(field, text);
}

static bool is_bypass(const struct pnv_record *record)
{
	const char *kind = pnv_record_get(record, "kind");

	return kind != NULL && strcmp(kind, "bypass") == 0;
}

static void name_addresses(struct pnv_state *state)
{
	for (unsigned i = 0; i < state->nr; i++) {
		struct pnv_record *record = &state->records[i];

		for (unsigned j = 0; j < record->nr_fields; j++) {
			struct pnv_field *field = &record->fields[j];

			if (strcmp(field->name, "iommu_table_base") == 0)
				name_address(state, field, "table");
			else if (strcmp(field->name, "TTA") == 0)
				name_address(state, field, "it_base(pa)");
			else if (strcmp(field->name, "word") == 0 && !is_bypass(record))
				keep_low_bits(field, 0xffff);
			else if (strcmp(field->name, "entry") == 0)
				keep_low_bits(field, 0xfff);
		}
	}
	for (unsigned i = 0; i < state->nr; i++) {
		struct pnv_record *record = &state->records[i];

		for (unsigned j = 0; j < record->nr_fields; j++) {
			struct pnv_field *field = &record->fields[j];

			if (strcmp(field->name, "table") == 0 && strcmp(field->value, "NULL") != 0)
				set_field(field, "there");
		}
	}
}

bool pnv_state_read(const char *text, struct pnv_state *ret_state)
{
	struct pnv_state state = {0};
	struct place place = {.phb = -1};
	bool inside = false;

	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");
		char line[1024];

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		text += n + strspn(text + n, "\r\n");
		if (strncmp(line, "===", 3) == 0 && inside)
			break;
		inside |= strstr(line, "FULL DUMP") != NULL || strcmp(line, "## devices") == 0;
		if (inside)
			read_line(&state, &place, line);
	}
	if (state.nr == 0)
		return false;
	name_addresses(&state);
	*ret_state = state;
	return true;
}

/* --- comparing ---------------------------------------------------------------------------- */

static bool is_left_out(const char *name)
{
	static const char *const names[] = {
		"ops",           "id",       "class",   "drv",     "hdr",
		"it_base(pa)",   "VERSION",  "TCE_CAP", "RTT_BAR", "PELTV_BAR",
		"NXLATE_PREFIX", "PEST_BAR", "regs",    NULL,
	};

	for (unsigned i = 0; names[i] != NULL; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Numbers may be written with leading zeroes. */
static bool same_value(const char *a, const char *b)
{
	char *end_a, *end_b;
	unsigned long long x = strtoull(a, &end_a, 16);
	unsigned long long y = strtoull(b, &end_b, 16);

	if (*a != '\0' && *b != '\0' && *end_a == '\0' && *end_b == '\0')
		return x == y;
	return strcmp(a, b) == 0;
}

/* PHB3's control register is not modelled. */
static bool is_not_modelled(const struct pnv_record *ours, const char *name)
{
	return strcmp(name, "CTRLR") == 0 && ours != NULL && pnv_record_get(ours, name) == NULL;
}

static void compare_field(const struct pnv_record *theirs, const struct pnv_field *field,
			  const struct pnv_record *ours, FILE *out,
			  struct pnv_comparison *comparison)
{
	const char *value = ours == NULL ? NULL : pnv_record_get(ours, field->name);
	bool equal = value != NULL && same_value(field->value, value);

	comparison->fields++;
	if (equal) {
		comparison->equal++;
		return;
	}
	comparison->differ++;
	if (out != NULL)
		fprintf(out, "%s: %s: recorded %s, ours %s\n", theirs->key, field->name,
			field->value, value == NULL ? "nothing" : value);
}

struct pnv_comparison pnv_state_compare(const struct pnv_state *recorded,
					const struct pnv_state *ours, FILE *out)
{
	struct pnv_comparison comparison = {0};

	for (unsigned i = 0; i < recorded->nr; i++) {
		const struct pnv_record *theirs = &recorded->records[i];
		const struct pnv_record *record = pnv_state_find(ours, theirs->key);

		for (unsigned j = 0; j < theirs->nr_fields; j++) {
			const char *field = theirs->fields[j].name;

			if (!is_left_out(field) && !is_not_modelled(record, field))
				compare_field(theirs, &theirs->fields[j], record, out, &comparison);
		}
	}
	for (unsigned i = 0; i < ours->nr; i++) {
		if (pnv_state_find(recorded, ours->records[i].key) != NULL)
			continue;
		comparison.fields++;
		comparison.differ++;
		if (out != NULL)
			fprintf(out, "%s: only ours\n", ours->records[i].key);
	}
	return comparison;
}
