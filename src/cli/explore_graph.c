/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pictures of searches in Graphviz's language. When a rule broke and the search ended there, the
 * way to it (explore_way.c). Otherwise all states: each a box that names the event which reached it
 * first, under the state from which it did; other events between states are thin arrows, those that
 * change nothing are left out. States at which a rule broke are red, and so is the shortest way to
 * the first of them. Every arrow's tooltip names its events.
 */
#include "explore_graph.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define ARROWS_MAX 10000U /* more are no picture */
#define NODES_MAX  (ARROWS_MAX + TCE_EXPLORE_STARTS)
#define TABLE_SIZE 32768U /* power of two, more than NODES_MAX */
#define NAMED_MAX  250U   /* states in boxes; of more, each is a point */
#define COLUMNS    24U
#define NOWHERE    UINT32_MAX

/* A state, or a place where a rule broke. */
struct node {
	uint64_t fingerprint; /* state */
	uint32_t parent;      /* from which it was reached first; NOWHERE: a start */
	uint32_t depth;
	bool broken;
	enum tce_rule_id rule;
	bool marked;               /* on the way to the first breach */
	struct tce_graph_text how; /* event that reached it first */
};

struct arrow {
	uint32_t from;
	uint32_t to;
	unsigned nr;                /* events that lead so */
	struct tce_graph_text text; /* the first of them */
};

struct tce_explore_graph {
	FILE *file;
	struct node *node;
	unsigned nr_nodes;
	struct arrow *arrow; /* in the order of from */
	unsigned nr_arrows;
	uint32_t table[TABLE_SIZE]; /* states by fingerprint: 1 + node; 0: free */
	bool too_many;
};

/* --- collecting ------------------------------------------------------------------------------ */

/* The scenario's names; mappings, which the search makes, as it would write them in a story. */
struct names {
	struct tce_names user;
	char map[8];
};

static const char *name_of(void *ctx, enum tce_object object, uint16_t id)
{
	struct names *names = ctx;

	if (object != TCE_OBJ_MAP)
		return names->user.name(names->user.ctx, object, id);
	snprintf(names->map, sizeof(names->map), "m%u", id);
	return names->map;
}

static struct tce_graph_text event_text(const struct tce_event *event,
					const struct tce_scenario *scenario)
{
	struct names names = {.user = tce_scenario_names(scenario)};
	struct tce_names all = {&names, name_of};
	struct tce_graph_text text = {.n = 0};

	if (tce_event_write(event, &all, tce_graph_put, &text) != 0)
		tce_graph_put(&text, tce_event_verb(event->kind),
			      strlen(tce_event_verb(event->kind)));
	return text;
}

static uint32_t node_new(struct tce_explore_graph *graph, uint64_t fingerprint)
{
	struct node *node = &graph->node[graph->nr_nodes];

	memset(node, 0, sizeof(*node));
	node->fingerprint = fingerprint;
	node->parent = NOWHERE;
	return graph->nr_nodes++;
}

/* The node of a state; *ret_new: it was none before. */
static uint32_t node_of(struct tce_explore_graph *graph, uint64_t fingerprint, bool *ret_new)
{
	uint32_t at = (uint32_t)fingerprint & (TABLE_SIZE - 1);

	while (graph->table[at] != 0 &&
	       graph->node[graph->table[at] - 1].fingerprint != fingerprint)
		at = (at + 1) & (TABLE_SIZE - 1);
	*ret_new = graph->table[at] == 0;
	if (*ret_new)
		graph->table[at] = 1 + node_new(graph, fingerprint);
	return graph->table[at] - 1;
}

/* Another event between the same two? A state's arrows are told one after the other. */
static struct arrow *arrow_again(struct tce_explore_graph *graph, uint32_t from, uint32_t to)
{
	for (unsigned i = graph->nr_arrows; i > 0 && graph->arrow[i - 1].from == from; i--) {
		if (graph->arrow[i - 1].to == to)
			return &graph->arrow[i - 1];
	}
	return NULL;
}

static void add_arrow(struct tce_explore_graph *graph, uint32_t from, uint32_t to,
		      const struct tce_graph_text *text)
{
	struct arrow *arrow = arrow_again(graph, from, to);

	if (arrow == NULL) {
		arrow = &graph->arrow[graph->nr_arrows++];
		*arrow = (struct arrow){.from = from, .to = to, .text = *text};
	}
	arrow->nr++;
}

/* The end of an arrow; a breach is an end of its own. */
static uint32_t end_of(struct tce_explore_graph *graph, uint64_t to,
		       const struct tce_breach *breach, bool *ret_new)
{
	uint32_t i;

	if (breach == NULL)
		return node_of(graph, to, ret_new);
	i = node_new(graph, to);
	graph->node[i].broken = true;
	graph->node[i].rule = breach->rule;
	*ret_new = true;
	return i;
}

static void take_edge(void *ctx, uint64_t from, uint64_t to, const struct tce_event *event,
		      const struct tce_outcome *outcome, const struct tce_breach *breach)
{
	struct tce_explore_run *run = ctx;
	struct tce_explore_graph *graph = run->graphing;
	struct tce_graph_text text;
	uint32_t parent, end;
	bool is_new;

	(void)outcome;
	graph->too_many = graph->too_many || graph->nr_arrows == ARROWS_MAX ||
			  graph->nr_nodes + 2 > NODES_MAX;
	if (from == to || graph->too_many)
		return;
	text = event_text(event, run->scenario[0]);
	parent = node_of(graph, from, &is_new);
	end = end_of(graph, to, breach, &is_new);
	if (is_new) {
		graph->node[end].parent = parent;
		graph->node[end].depth = graph->node[parent].depth + 1;
		graph->node[end].how = text;
	}
	add_arrow(graph, parent, end, &text);
}

static struct tce_explore_graph *graph_new(void)
{
	struct tce_explore_graph *graph = calloc(1, sizeof(*graph));

	if (graph == NULL)
		return NULL;
	graph->node = calloc(NODES_MAX, sizeof(*graph->node));
	graph->arrow = calloc(ARROWS_MAX, sizeof(*graph->arrow));
	return graph;
}

static void graph_free(struct tce_explore_graph *graph)
{
	if (graph == NULL)
		return;
	free(graph->node);
	free(graph->arrow);
	free(graph);
}

struct tce_explore_graph *tce_explore_graph_open(struct tce_explore_run *run)
{
	struct tce_explore_graph *graph = graph_new();

	if (graph == NULL || graph->node == NULL || graph->arrow == NULL) {
		tce_complain("out of memory");
		graph_free(graph);
		return NULL;
	}
	graph->file = fopen(run->graph, "w");
	if (graph->file == NULL) {
		tce_complain("explore: cannot write %s: %s", run->graph, strerror(errno));
		graph_free(graph);
		return NULL;
	}
	run->opts.edge = take_edge;
	run->graphing = graph;
	return graph;
}

/* --- drawing --------------------------------------------------------------------------------- */

/* The first breach is told first of those that are as near. */
static void mark_way(struct tce_explore_graph *graph)
{
	const struct node *nearest = NULL;

	for (unsigned i = 0; i < graph->nr_nodes; i++) {
		if (graph->node[i].broken &&
		    (nearest == NULL || graph->node[i].depth < nearest->depth))
			nearest = &graph->node[i];
	}
	for (uint32_t i = nearest == NULL ? NOWHERE : (uint32_t)(nearest - graph->node);
	     i != NOWHERE; i = graph->node[i].parent)
		graph->node[i].marked = true;
}

/* Paler near the start. */
static const char *shade(const struct node *node)
{
	static const char *const shades[] = {"#ffffff", "#f1f6fb", "#e2edf7", "#d3e4f3", "#c4dbef"};

	return node->broken ? "#fbd5d5" : shades[node->depth < 4 ? node->depth : 4];
}

static void draw_node(const struct tce_explore_graph *graph, unsigned i, bool named)
{
	const struct node *node = &graph->node[i];
	const char *rule = node->broken ? tce_rule(node->rule)->id : "";
	struct tce_graph_text text = {.n = 0};
	FILE *f = graph->file;

	fprintf(f, "  n%u [fillcolor=\"%s\", tooltip=\"%s %s\"", i, shade(node), rule,
		node->parent == NOWHERE ? "start" : node->how.at);
	if (node->marked)
		fputs(", color=\"#b00020\", penwidth=2", f);
	if (node->broken)
		fputs(", fontcolor=\"#b00020\"", f);
	if (node->parent == NOWHERE)
		fputs(", shape=circle, margin=0, label=\"start\"];\n", f);
	else if (!named)
		fprintf(f, ", label=\"%s\"%s];\n", rule, node->broken ? ", shape=box" : "");
	else {
		tce_graph_wrap(&text, node->how.at, COLUMNS);
		fprintf(f, ", label=\"%s%s%s\"];\n", text.at, rule, node->broken ? "\\l" : "");
	}
}

static void draw_arrow(const struct tce_explore_graph *graph, const struct arrow *arrow)
{
	const struct node *to = &graph->node[arrow->to];
	FILE *f = graph->file;

	fprintf(f, "  n%u -> n%u [tooltip=\"%s", arrow->from, arrow->to, arrow->text.at);
	if (arrow->nr > 1)
		fprintf(f, " and %u more", arrow->nr - 1);
	fputs("\"", f);
	if (to->parent != arrow->from)
		fputs(", constraint=false, color=\"#00000028\", arrowsize=0.4", f);
	else
		fputs(", tailport=e, headport=w", f);
	if (to->parent == arrow->from && to->marked)
		fputs(", color=\"#b00020\", penwidth=2.5", f);
	fputs("];\n", f);
}

static void draw_states(struct tce_explore_graph *graph)
{
	bool named = graph->nr_nodes <= NAMED_MAX;

	mark_way(graph);
	fprintf(graph->file,
		"digraph states {\n  rankdir=LR;\n  nodesep=0.08;\n  ranksep=%s;\n"
		"  node [style=\"rounded,filled\", fontname=\"monospace\", fontsize=9, %s];\n"
		"  edge [color=\"#4a6a8a\", arrowsize=0.6];\n",
		named ? "0.6" : "1.5",
		named ? "shape=box, height=0.2, margin=\"0.08,0.04\""
		      : "shape=circle, width=0.1, height=0.1, fixedsize=shape");
	for (unsigned i = 0; i < graph->nr_nodes; i++)
		draw_node(graph, i, named);
	for (unsigned i = 0; i < graph->nr_arrows; i++)
		draw_arrow(graph, &graph->arrow[i]);
	fputs("}\n", graph->file);
}

static int draw(struct tce_explore_graph *graph, const struct tce_explore_run *run)
{
	const struct tce_explore_finding *finding =
		run->x == NULL ? NULL : tce_exploration_finding(run->x, 0);

	if (finding != NULL && (!run->opts.all_rules || graph->too_many || graph->nr_nodes == 0))
		return tce_explore_draw_way(graph->file, run, finding) ? TCE_EXIT_OK
								       : TCE_EXIT_INTERNAL;
	if (run->opts.method != TCE_EXPLORE_BREADTH) {
		tce_complain("explore: nothing broke, and --walk and --dfs draw no other picture");
		return TCE_EXIT_INCONCLUSIVE;
	}
	if (graph->too_many) {
		tce_complain("explore: more than %u arrows are no picture; try a smaller --depth "
			     "or fewer --events",
			     ARROWS_MAX);
		return TCE_EXIT_INCONCLUSIVE;
	}
	draw_states(graph);
	return TCE_EXIT_OK;
}

int tce_explore_graph_close(struct tce_explore_graph *graph, const struct tce_explore_run *run)
{
	int code = run->x == NULL ? TCE_EXIT_OK : draw(graph, run);

	if (fclose(graph->file) != 0) {
		tce_complain("explore: cannot write %s: %s", run->graph, strerror(errno));
		code = TCE_EXIT_INTERNAL;
	}
	graph_free(graph);
	return code;
}
