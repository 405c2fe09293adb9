/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of rules, and breaches in words. */
#include "state_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "linux/os.h"

/* What the event itself showed comes first, then what state it left. */
static const struct rule {
	void (*hold)(struct tce_check *check);
	bool of_state; /* knows no event: equal states, equal breaches */
} rules[] = {
	{tce_rule_dma, false},      {tce_rule_kernel, false}, {tce_rule_mapping, true},
	{tce_rule_tables, true},    {tce_rule_direct, true},  {tce_rule_ddw, false},
	{tce_rule_powernv, true},   {tce_rule_devtree, true}, {tce_rule_windows, true},
	{tce_rule_qemu, true},      {tce_rule_vfio, false},   {tce_rule_dma_api, false},
	{tce_rule_vfio_api, false},
};

struct tce_breach tce_breach_of(enum tce_rule_id rule, const char *text)
{
	struct tce_breach breach = {.rule = rule,
				    .text = text,
				    .dev = TCE_NO_ID,
				    .map = TCE_NO_ID,
				    .phb = TCE_NO_ID,
				    .node = TCE_NODE_NONE};

	return breach;
}

void tce_check_add(struct tce_check *check, const struct tce_breach *breach)
{
	if (check->nr < check->max)
		check->breaches[check->nr] = *breach;
	check->nr++;
}

unsigned tce_check_machine(const struct tce_machine *machine, const struct tce_event *event,
			   const struct tce_outcome *outcome, struct tce_breach *ret_breaches,
			   unsigned max)
{
	return tce_check_known(machine, event, outcome, false, ret_breaches, max);
}

unsigned tce_check_known(const struct tce_machine *machine, const struct tce_event *event,
			 const struct tce_outcome *outcome, bool known,
			 struct tce_breach *ret_breaches, unsigned max)
{
	struct tce_check check = {.machine = machine,
				  .st = tce_machine_state(machine),
				  .lx = tce_linux_running(machine),
				  .breaches = ret_breaches,
				  .max = max};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (known && rules[i].of_state)
			continue;
		check.event = rules[i].of_state ? NULL : event;
		check.outcome = rules[i].of_state ? NULL : outcome;
		rules[i].hold(&check);
	}
	return check.nr;
}

bool tce_breach_same(const struct tce_breach *a, const struct tce_breach *b)
{
	return a->rule == b->rule && a->text == b->text && a->dev == b->dev && a->map == b->map &&
	       a->phb == b->phb && a->node == b->node &&
	       memcmp(a->value, b->value, sizeof(a->value)) == 0;
}

/* --- words --- */

static void put_name(enum tce_object object, uint16_t id, const struct tce_names *names,
		     char *ret_text, size_t n)
{
	static const char *const words[TCE_NR_OBJECTS] = {"bridge ", "device ", "m",
							  "persistent memory ", "container "};
	const char *name = NULL;

	if (names != NULL && names->name != NULL)
		name = names->name(names->ctx, object, id);
	if (name != NULL)
		snprintf(ret_text, n, "%s", name);
	else
		snprintf(ret_text, n, "%s%u", words[object], id);
}

/* What stands for {word}; empty for a word that is none. */
static void put_field(const struct tce_breach *breach, const struct tce_names *names,
		      const char *word, size_t len, char ret_text[96])
{
	ret_text[0] = '\0';
	if (len == 1 && word[0] >= '0' && word[0] <= '3')
		snprintf(ret_text, 96, "%" PRIx64, breach->value[word[0] - '0']);
	else if (len == 2 && word[0] == 'd' && word[1] >= '0' && word[1] <= '3')
		snprintf(ret_text, 96, "%" PRIu64, breach->value[word[1] - '0']);
	else if (len == 3 && memcmp(word, "dev", 3) == 0)
		put_name(TCE_OBJ_DEV, breach->dev, names, ret_text, 96);
	else if (len == 3 && memcmp(word, "map", 3) == 0)
		put_name(TCE_OBJ_MAP, breach->map, names, ret_text, 96);
	else if (len == 3 && memcmp(word, "phb", 3) == 0)
		put_name(TCE_OBJ_PHB, breach->phb, names, ret_text, 96);
	else if (len == 4 && memcmp(word, "node", 4) == 0 && breach->node < TCE_NODE_DEV)
		put_name(TCE_OBJ_PHB, (uint16_t)breach->node, names, ret_text, 96);
	else if (len == 4 && memcmp(word, "node", 4) == 0)
		put_name(TCE_OBJ_DEV, (uint16_t)breach->node, names, ret_text, 96);
}

/* Append at most what fits; *length counts all of it. */
static void append(char *ret_text, size_t n, size_t *length, const char *piece, size_t len)
{
	for (size_t i = 0; i < len; i++, *length += 1) {
		if (*length + 1 < n)
			ret_text[*length] = piece[i];
	}
}

size_t tce_breach_text(const struct tce_breach *breach, const struct tce_names *names,
		       char *ret_text, size_t n)
{
	const char *at = breach->text;
	size_t length = 0;

	while (*at != '\0') {
		const char *close = *at == '{' ? strchr(at, '}') : NULL;
		char field[96];

		if (close == NULL) {
			append(ret_text, n, &length, at++, 1);
			continue;
		}
		put_field(breach, names, at + 1, (size_t)(close - at - 1), field);
		append(ret_text, n, &length, field, strlen(field));
		at = close + 1;
	}
	if (n != 0)
		ret_text[length < n ? length : n - 1] = '\0';
	return length;
}
