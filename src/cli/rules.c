/* SPDX-License-Identifier: BSD-2-Clause */
/* tce rules, tce explain RULE */
#include <getopt.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include <tce/check.h>
#include <tce/linux.h>

#include "cli.h"

/* "replay run explore": who looks for it. */
static void checkers(const struct tce_rule *rule, char buf[32])
{
	snprintf(buf, 32, "%s%s%s", rule->checked_by & TCE_CHECKED_BY_REPLAY ? "replay " : "",
		 rule->checked_by & TCE_CHECKED_BY_RUN ? "run " : "",
		 rule->checked_by & TCE_CHECKED_BY_EXPLORE ? "explore " : "");
	buf[strlen(buf) - 1] = '\0';
}

static void list_text(void)
{
	const struct tce_rule *rule;
	char who[32];

	for (unsigned i = 0; (rule = tce_rule((enum tce_rule_id)i)) != NULL; i++) {
		checkers(rule, who);
		printf("%-8s %-24s  %s\n", tce_severity_name(rule->severity), rule->id,
		       rule->holds);
		printf("%-8s %-24s  checked by %s%s%s\n", "", "", who,
		       rule->needs[0] != '\0' ? "; needs " : "", rule->needs);
	}
	puts("\ntce explain RULE tells what it means, where it is from, and which bugs broke it.");
}

static struct json_object *bugs_json(const struct tce_rule *rule)
{
	struct json_object *list = json_object_new_array();

	for (const char *p = rule->bugs; *p != '\0'; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		json_object_array_add(list, json_object_new_string_len(p, (int)len));
		p += len;
	}
	return list;
}

static void list_json(void)
{
	struct json_object *all = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct tce_rule *rule;
	char who[32];

	for (unsigned i = 0; (rule = tce_rule((enum tce_rule_id)i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		checkers(rule, who);
		json_object_object_add(o, "rule", json_object_new_string(rule->id));
		json_object_object_add(o, "invariant", json_object_new_string(rule->invariant));
		json_object_object_add(o, "severity",
				       json_object_new_string(tce_severity_name(rule->severity)));
		json_object_object_add(o, "checked_by", json_object_new_string(who));
		json_object_object_add(o, "holds", json_object_new_string(rule->holds));
		json_object_object_add(o, "breaks", json_object_new_string(rule->breaks));
		json_object_object_add(o, "needs", json_object_new_string(rule->needs));
		json_object_object_add(o, "source", json_object_new_string(rule->source));
		json_object_object_add(o, "bugs", bugs_json(rule));
		json_object_array_add(list, o);
	}
	json_object_object_add(all, "schema", json_object_new_string("tce-rules-1"));
	json_object_object_add(all, "rules", list);
	puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY |
							 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
}

static bool set_format(void *json, int c, const char *value)
{
	(void)c;
	return tce_option_format("rules", value, json);
}

static int run_rules(int argc, char **argv)
{
	static const struct option words[] = {{"format", required_argument, NULL, 'f'},
					      {NULL, 0, NULL, 0}};
	static const struct tce_options options = {
		.letters = ":", .words = words, .set = set_format};
	bool json = false;
	int code = tce_options_read(&options, &json, argc, argv);

	if (code != TCE_EXIT_OK)
		return code;
	if (json)
		list_json();
	else
		list_text();
	return TCE_EXIT_OK;
}

/* Characters two ids have in common at the begin, or 3 for one inside the other. */
static size_t likeness(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return strstr(b, a) != NULL ? n + 3 : n;
}

static int no_such_rule(const char *id)
{
	const struct tce_rule *rule;
	const char *best = NULL;
	size_t most = 2;

	for (unsigned i = 0; (rule = tce_rule((enum tce_rule_id)i)) != NULL; i++) {
		if (likeness(id, rule->id) > most) {
			most = likeness(id, rule->id);
			best = rule->id;
		}
	}
	if (best != NULL)
		tce_complain("explain: there is no rule %s; do you mean %s?", id, best);
	else
		tce_complain("explain: there is no rule %s; tce rules lists them", id);
	return TCE_EXIT_USAGE;
}

/* "5.15 to before 6.5, fixed by d61cd13e732c"; a version is major.minor. */
static void print_kernels(const struct tce_defect_info *bug)
{
	uint32_t first = bug->first_bad, fixed = bug->fixed_in;

	if (first != 0)
		printf("%u.%u ", first >> 20, first >> 12 & 0xff);
	if (fixed == UINT32_MAX)
		printf(first != 0 ? "and later, not fixed" : "all kernels, not fixed");
	else
		printf("%sbefore %u.%u", first != 0 ? "to " : "", fixed >> 20, fixed >> 12 & 0xff);
	if (strlen(bug->commit) > 1)
		printf(", fixed by %s", bug->commit);
}

static void print_bugs(const struct tce_rule *rule)
{
	for (const char *p = rule->bugs; *p != '\0'; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");
		const struct tce_defect_info *bug;
		enum tce_defect defect;
		char id[8] = "";

		memcpy(id, p, len < sizeof(id) ? len : sizeof(id) - 1);
		p += len;
		if (tce_defect_find(id, &defect) != 0)
			continue;
		bug = tce_defect_info(defect);
		printf("  %-4s %s\n       ", id, bug->text);
		print_kernels(bug);
		putchar('\n');
	}
}

/* The kinds of rules in words; glossary.md has the same list. */
static const char *kind_text(const char *kind)
{
	static const struct {
		const char *kind, *text;
	} kinds[] = {
		{"DMA", "transfers land where their mapping says"},
		{"TAB", "pointers to tables are live, and to the right one"},
		{"PRE", "what is direct is mapped in advance, and nothing else"},
		{"ALLOC", "mappings, entries and allocated bits are the same set"},
		{"RES", "reserved addresses are not handed out"},
		{"OWN", "a window, a PE, a device has one owner"},
		{"ACC", "locked memory and references return to what they were"},
		{"WIN", "the kernel's windows are those that the platform has"},
		{"DT", "the device tree tells of the windows that are there"},
		{"SIZE", "a window is as large as it can and has to be"},
		{"ERR", "a call that fails changes nothing"},
		{"VAL", "numbers are checked before they are used"},
		{"LIVE", "every call ends"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].text;
	return "";
}

static void explain(const struct tce_rule *rule)
{
	char who[32];

	checkers(rule, who);
	printf("%s (%s)\n\n%s\n\n%s\n", rule->id, tce_severity_name(rule->severity), rule->holds,
	       rule->story);
	printf("Invariant:     %s: %s\n", rule->invariant, kind_text(rule->invariant));
	printf("Who breaks it: %s\n", rule->breaks);
	if (rule->needs[0] != '\0')
		printf("Needs:         %s\n", rule->needs);
	printf("Checked by:    %s\n", who);
	printf("Source:        %s\n", rule->source);
	if (rule->bugs[0] == '\0')
		return;
	puts("\nBugs of Linux that broke it, or D: suspected to (tce run --defect ID brings one "
	     "back):");
	print_bugs(rule);
}

static int run_explain(int argc, char **argv)
{
	enum tce_rule_id id;

	if (argc < 2) {
		tce_complain("explain: which rule? tce rules lists them");
		return TCE_EXIT_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		if (!tce_rule_find(argv[i], &id))
			return no_such_rule(argv[i]);
		if (i > 1)
			putchar('\n');
		explain(tce_rule(id));
	}
	return TCE_EXIT_OK;
}

const struct tce_verb tce_verb_rules = {
	.name = "rules",
	.summary = "list every rule that is checked",
	.help = "usage: tce rules [--format=text|json]\n"
		"\n"
		"Lists the rules: severity, id, what must hold, and who checks it.\n"
		"\n"
		"  --format text|json   json: one object, schema tce-rules-1\n",
	.run = run_rules,
};

const struct tce_verb tce_verb_explain = {
	.name = "explain",
	.summary = "tell the story of a rule, its source and its fix",
	.help = "usage: tce explain RULE...\n"
		"\n"
		"Tells what it means when a rule breaks: what goes wrong, how it shows, what to "
		"do, where\n"
		"the rule is from, and which known bugs of Linux broke it. tce rules lists the "
		"rules.\n",
	.run = run_explain,
};
