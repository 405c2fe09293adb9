/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pictures of searches in Graphviz's language. When a rule broke, the way there: one box for the
 * starting story, one for each event with what came of it. Otherwise all states, as points in the
 * order in which they were found, and the events between them; events that change nothing are left
 * out.
 */
#include "explore_graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define EDGES_MAX 20000U /* more are no picture */
#define TEXT_MAX  320U

struct edge {
	uint64_t from;
	uint64_t to;
	char text[TEXT_MAX];
};

struct tce_explore_graph {
	FILE *file;
	const struct tce_explore_run *run;
	struct edge *edge;
	unsigned nr;
	bool too_many;
};

/* --- text ------------------------------------------------------------------------------------ */

struct text {
	char at[TEXT_MAX];
	size_t n;
};

/* What Graphviz takes for its own is escaped; what does not fit is cut. */
static int put(void *ctx, const char *from, size_t n)
{
	struct text *text = ctx;

	for (size_t i = 0; i < n && text->n + 3 < TEXT_MAX; i++) {
		if (from[i] == '"' || from[i] == '\\')
			text->at[text->n++] = '\\';
		text->at[text->n++] = from[i];
	}
	text->at[text->n] = '\0';
	return 0;
}

static struct text event_text(const struct tce_event *event, const struct tce_names *names)
{
	struct text text = {.n = 0};

	if (tce_event_write(event, names, put, &text) != 0)
		put(&text, tce_event_verb(event->kind), strlen(tce_event_verb(event->kind)));
	return text;
}

/* --- collecting ------------------------------------------------------------------------------ */

static void take_edge(void *ctx, uint64_t from, uint64_t to, const struct tce_event *event,
		      const struct tce_outcome *outcome, const struct tce_breach *breach)
{
	struct tce_explore_run *run = ctx;
	struct tce_explore_graph *graph = run->graphing;
	struct tce_names names = tce_scenario_names(run->scenario[0]);
	struct edge *edge;

	(void)outcome;
	if (from == to || breach != NULL)
		return;
	graph->too_many = graph->too_many || graph->nr == EDGES_MAX;
	if (graph->too_many)
		return;
	edge = &graph->edge[graph->nr++];
	edge->from = from;
	edge->to = to;
	memcpy(edge->text, event_text(event, &names).at, TEXT_MAX);
}

struct tce_explore_graph *tce_explore_graph_open(struct tce_explore_run *run)
{
	struct tce_explore_graph *graph = calloc(1, sizeof(*graph));

	if (graph != NULL)
		graph->edge = calloc(EDGES_MAX, sizeof(*graph->edge));
	if (graph == NULL || graph->edge == NULL) {
		tce_complain("out of memory");
		free(graph);
		return NULL;
	}
	graph->run = run;
	graph->file = fopen(run->graph, "w");
	if (graph->file == NULL) {
		tce_complain("explore: cannot write %s", run->graph);
		free(graph->edge);
		free(graph);
		return NULL;
	}
	run->opts.edge = take_edge;
	run->graphing = graph;
	return graph;
}

/* --- drawing --------------------------------------------------------------------------------- */

static void draw_states(const struct tce_explore_graph *graph)
{
	FILE *f = graph->file;

	fputs("digraph states {\n  rankdir=LR;\n  node [shape=point, width=0.12];\n"
	      "  edge [fontsize=8, fontname=\"monospace\", color=gray50];\n",
	      f);
	if (graph->nr != 0)
		fprintf(f, "  s%" PRIx64 " [shape=circle, label=\"start\", fontsize=9];\n",
			graph->edge[0].from);
	for (unsigned i = 0; i < graph->nr; i++)
		fprintf(f, "  s%" PRIx64 " -> s%" PRIx64 " [label=\"%s\"];\n", graph->edge[i].from,
			graph->edge[i].to, graph->edge[i].text);
	fputs("}\n", f);
}

static void draw_start(FILE *f, const struct tce_story *story, unsigned nr,
		       const struct tce_names *names)
{
	fputs("  n0 [label=\"", f);
	for (unsigned i = 0; i < nr; i++)
		fprintf(f, "%s\\l", event_text(&story->steps[i].event, names).at);
	fputs("\"];\n", f);
}

static void draw_way(const struct tce_explore_graph *graph,
		     const struct tce_explore_finding *finding)
{
	struct tce_names names = tce_scenario_names(graph->run->scenario[finding->start]);
	const struct tce_story *story = finding->story;
	unsigned nr = story->nr_steps - finding->length;
	struct text what = {.n = 0};
	char breach[TEXT_MAX];
	FILE *f = graph->file;

	tce_breach_text(&finding->breach, &names, breach, sizeof(breach));
	put(&what, breach, strlen(breach));
	fputs("digraph story {\n  node [shape=box, fontname=\"monospace\", fontsize=10];\n"
	      "  edge [fontname=\"monospace\", fontsize=10];\n",
	      f);
	draw_start(f, story, nr, &names);
	for (unsigned i = 0; i < finding->length; i++) {
		bool last = i + 1 == finding->length;

		if (last)
			fprintf(f,
				"  n%u [label=\"%s\\n%s\", color=red, fontcolor=red, "
				"shape=doubleoctagon];\n",
				i + 1, tce_rule(finding->breach.rule)->id, what.at);
		else
			fprintf(f, "  n%u [shape=circle, label=\"%u\"];\n", i + 1, i + 1);
		fprintf(f, "  n%u -> n%u [label=\"  %s\"%s];\n", i, i + 1,
			event_text(&story->steps[nr + i].event, &names).at,
			last ? ", color=red" : "");
	}
	fputs("}\n", f);
}

bool tce_explore_graph_close(struct tce_explore_graph *graph, const struct tce_explore_run *run)
{
	const struct tce_explore_finding *finding =
		run->x == NULL ? NULL : tce_exploration_finding(run->x, 0);
	bool ok = true;

	if (finding != NULL)
		draw_way(graph, finding);
	else if (!graph->too_many)
		draw_states(graph);
	else
		tce_complain("explore: more than %u transitions are no picture; try a smaller "
			     "--depth or fewer --events",
			     EDGES_MAX);
	if (fclose(graph->file) != 0) {
		tce_complain("explore: cannot write %s", run->graph);
		ok = false;
	}
	ok = ok && (finding != NULL || !graph->too_many);
	free(graph->edge);
	free(graph);
	return ok;
}
