/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to a breach as a picture: the story as it is printed, its machine in one box, then a box
 * for each event with what came of it, and what broke at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "explore_graph.h"

#define COLUMNS 64U

int tce_graph_put(void *ctx, const char *from, size_t n)
{
	struct tce_graph_text *text = ctx;

	for (size_t i = 0; i < n && text->n + 3 < TCE_GRAPH_TEXT; i++) {
		if (from[i] == '"' || from[i] == '\\')
			text->at[text->n++] = '\\';
		text->at[text->n++] = from[i];
	}
	text->at[text->n] = '\0';
	return 0;
}

static void end_line(struct tce_graph_text *text)
{
	if (text->n + 3 >= TCE_GRAPH_TEXT)
		return;
	memcpy(text->at + text->n, "\\l", 3);
	text->n += 2;
}

void tce_graph_wrap(struct tce_graph_text *text, const char *from, unsigned columns)
{
	size_t left = strlen(from);

	while (left > columns) {
		size_t n = columns;

		while (n > 0 && from[n] != ' ')
			n--;
		if (n == 0)
			n = columns;
		tce_graph_put(text, from, n);
		end_line(text);
		n += from[n] == ' ';
		from += n;
		left -= n;
	}
	tce_graph_put(text, from, left);
	end_line(text);
}

/* Lines of a scenario up to the boot line stand for what the story begins with. */
static void draw_lines(FILE *file, char *lines, const struct tce_graph_text *what)
{
	bool booted = false;
	unsigned nr = 0;

	fputs("  n0 [shape=note, fillcolor=\"#eeeeee\", label=\"", file);
	for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		struct tce_graph_text text = {.n = 0};

		tce_graph_wrap(&text, line, COLUMNS);
		if (!booted)
			fputs(text.at, file);
		else
			fprintf(file, "  n%u [label=\"%u  %s\"];\n", nr, nr, text.at);
		if (!booted && strncmp(line, "boot", strlen("boot")) == 0) {
			fputs("\"];\n", file);
			booted = true;
		}
		nr += booted;
	}
	if (!booted)
		fputs("\"];\n", file);
	fprintf(file,
		"  broken [fillcolor=\"#fbd5d5\", color=\"#b00020\", penwidth=2,\n"
		"          fontcolor=\"#b00020\", label=\"%s\"];\n  n0",
		what->at);
	for (unsigned i = 1; i < nr; i++)
		fprintf(file, " -> n%u", i);
	fputs(" -> broken [color=\"#b00020\", penwidth=2];\n", file);
}

bool tce_explore_draw_way(FILE *file, const struct tce_explore_run *run,
			  const struct tce_explore_finding *finding)
{
	struct tce_names names = tce_scenario_names(run->scenario[finding->start]);
	struct tce_graph_text what = {.n = 0};
	char *lines = tce_explore_story_text(run, finding);
	char breach[TCE_GRAPH_TEXT];

	if (lines == NULL)
		return false;
	tce_breach_text(&finding->breach, &names, breach, sizeof(breach));
	tce_graph_wrap(&what, tce_rule(finding->breach.rule)->id, COLUMNS);
	tce_graph_wrap(&what, breach, COLUMNS / 2);
	fputs("digraph story {\n"
	      "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontsize=11,\n"
	      "        fontname=\"monospace\", margin=\"0.15,0.08\"];\n"
	      "  ranksep=0.25;\n",
	      file);
	draw_lines(file, lines, &what);
	fputs("}\n", file);
	free(lines);
	return true;
}
