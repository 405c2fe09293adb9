/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario text to stories. See scenario_text.h. Words of our own are taken out of the text before
 * the common reader sees it: it is given a line that can have the same outcome instead, and what
 * the line really asks for is put in its place afterwards.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/pseries/op_event.h"

#include "scenario_text.h"

#define TEXT_MOST (16U << 20)

/* What a line of our own asks for. */
struct patch {
	unsigned line;
	enum {
		PATCH_OP,   /* op is the step */
		PATCH_RTAS, /* an RTAS call whose token, block or at are those of op */
	} kind;
	bool has_token;
	struct tce_op op;
};

struct reader {
	const char *name; /* of the file */
	struct tce_text_story *story;
	struct tce_fail *fail;
	char *text; /* for the common reader */
	size_t text_size;
	FILE *out; /* writes it */
	struct patch *patches;
	size_t nr_patches;
	bool has_profile;
};

static int bad(const struct reader *reader, unsigned line, const char *what, const char *word)
{
	return tce_fail(reader->fail, "%s:%u: %s%s%s", reader->name, line, what, *word ? ": " : "",
			word);
}

/* --- lines of our own --------------------------------------------------------------------- */

/* Numbers with commas between them; false: not that, or too many. */
static bool parse_numbers(const char *text, uint64_t *numbers, unsigned most)
{
	char *end;

	for (unsigned i = 0; i < most; i++, text = end + 1) {
		errno = 0;
		numbers[i] = strtoull(text, &end, 0);
		if (end == text || errno || *text == '-')
			return false;
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
	}
	return false;
}

/* The place of a number of the step that key names; NULL: no such key. */
static uint64_t *place_of(struct tce_op *op, const char *key, unsigned *ret_most)
{
	*ret_most = 1;
	if (op->kind == TCE_OP_HCALL && strcmp(key, "token") == 0)
		return &op->hcall.token;
	if (op->kind == TCE_OP_HCALL && strcmp(key, "args") == 0) {
		*ret_most = 4;
		return op->hcall.args;
	}
	if (op->kind == TCE_OP_VIO && strcmp(key, "addr") == 0)
		return &op->vio.addr;
	if (op->kind != TCE_OP_SWEEP)
		return NULL;
	if (strcmp(key, "liobn") == 0)
		return &op->sweep.liobn;
	if (strcmp(key, "ioba") == 0)
		return &op->sweep.ioba;
	if (strcmp(key, "step") == 0)
		return &op->sweep.step;
	return strcmp(key, "count") == 0 ? &op->sweep.count : NULL;
}

/* One word of a line that is all ours. */
static int own_word(struct reader *reader, struct patch *patch, char *word)
{
	char *value = strchr(word, '=');
	uint64_t *place;
	unsigned most;

	if (!value)
		return patch->op.kind == TCE_OP_VIO && strcmp(word, "vlan") == 0
			       ? 0
			       : bad(reader, patch->line, "what is this?", word);
	*value++ = '\0';
	place = place_of(&patch->op, word, &most);
	if (!place)
		return bad(reader, patch->line, "no such key here", word);
	if (!parse_numbers(value, place, most))
		return bad(reader, patch->line, "not a number", value);
	return 0;
}

static int own_line(struct reader *reader, struct patch *patch, char *words)
{
	char *save;

	for (char *word = strtok_r(words, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
		if (own_word(reader, patch, word) != 0)
			return -1;
	fputs("h_put_tce liobn=0 ioba=0 tce=0", reader->out);
	return 0;
}

/* token=, block= and at= are taken, other words of an RTAS line handed on. */
static int rtas_word(struct reader *reader, struct patch *patch, const char *word)
{
	struct tce_op_rtas *rtas = &patch->op.rtas;
	uint64_t number;

	if (strncmp(word, "token=", 6) == 0) {
		if (!parse_numbers(word + 6, &number, 1) || number > UINT32_MAX)
			return bad(reader, patch->line, "not a token", word);
		rtas->token = (uint32_t)number;
		patch->has_token = true;
		fputs(" quiesce", reader->out);
	} else if (strcmp(word, "block=scratch") == 0) {
		rtas->block = TCE_BLOCK_SCRATCH;
	} else if (strcmp(word, "block=none") == 0) {
		rtas->block = TCE_BLOCK_AT;
	} else if (strncmp(word, "at=", 3) == 0) {
		if (!parse_numbers(word + 3, &rtas->at, 1))
			return bad(reader, patch->line, "not a number", word);
	} else {
		fprintf(reader->out, " %s", word);
	}
	return 0;
}

static int rtas_line(struct reader *reader, struct patch *patch, char *words)
{
	char *save;

	fputs("rtas", reader->out);
	for (char *word = strtok_r(words, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
		if (rtas_word(reader, patch, word) != 0)
			return -1;
	return 0;
}

static struct patch *new_patch(struct reader *reader, unsigned line)
{
	struct patch *patches =
		realloc(reader->patches, (reader->nr_patches + 1) * sizeof(*patches));

	if (!patches)
		return NULL;
	reader->patches = patches;
	patches[reader->nr_patches] = (struct patch){.line = line};
	return &patches[reader->nr_patches++];
}

/* The statement of a line, which is without comment and expectation. */
static int statement(struct reader *reader, unsigned number, char *text)
{
	static const struct {
		const char *verb;
		enum tce_op_kind kind;
	} own[] = {{"hcall", TCE_OP_HCALL},
		   {"sweep", TCE_OP_SWEEP},
		   {"vio-dma", TCE_OP_VIO},
		   {"rtas", TCE_OP_RTAS}};
	size_t len = strcspn(text += strspn(text, " \t"), " \t");
	struct patch *patch;

	if (len == 7 && strncmp(text, "machine", 7) == 0 && strstr(text, " profile="))
		reader->has_profile = true;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strlen(own[i].verb) != len || strncmp(own[i].verb, text, len) != 0)
			continue;
		patch = new_patch(reader, number);
		if (!patch)
			return tce_fail(reader->fail, "out of memory");
		patch->op.kind = own[i].kind;
		patch->kind = own[i].kind == TCE_OP_RTAS ? PATCH_RTAS : PATCH_OP;
		return patch->kind == PATCH_RTAS ? rtas_line(reader, patch, text + len)
						 : own_line(reader, patch, text + len);
	}
	fputs(text, reader->out);
	return 0;
}

static int line(struct reader *reader, unsigned number, char *text)
{
	char *arrow;
	int err;

	text[strcspn(text, "#\r\n")] = '\0';
	arrow = strstr(text, "->");
	if (arrow)
		*arrow = '\0';
	err = statement(reader, number, text);
	if (arrow)
		fprintf(reader->out, " ->%s", arrow + 2);
	fputc('\n', reader->out);
	return err;
}

/* The whole text, rewritten for the common reader. */
static int rewrite(struct reader *reader, FILE *in)
{
	char *text = NULL;
	size_t size = 0;
	size_t total = 0;
	unsigned number = 0;
	int err = 0;

	reader->out = open_memstream(&reader->text, &reader->text_size);
	if (!reader->out)
		return tce_fail(reader->fail, "out of memory");
	while (!err && getline(&text, &size, in) >= 0) {
		total += strlen(text);
		err = line(reader, ++number, text);
		if (!err && total > TEXT_MOST)
			err = bad(reader, number, "too long", "");
	}
	free(text);
	if (!err && ferror(in))
		err = tce_fail(reader->fail, "cannot read %s: %s", reader->name, strerror(errno));
	fclose(reader->out);
	return err;
}

/* --- what the common reader has made of it ------------------------------------------------ */

static int parse(struct reader *reader)
{
	struct tce_scenario_error error;
	int err = tce_scenario_parse(NULL, reader->text, reader->text_size, NULL,
				     &reader->story->scenario, &error);

	if (err == -TCE_ERR_FORMAT)
		return tce_fail(reader->fail, "%s:%u: %s%s%s", reader->name, error.line, error.text,
				error.nearest[0] ? "; perhaps " : "", error.nearest);
	return err ? tce_fail(reader->fail, "%s: %s", reader->name, tce_strerror(err)) : 0;
}

/* A bridge of the machine; number 0 is there anyway. */
static const char *first_phb(struct tce_qemu_config *config, const struct tce_event *event)
{
	struct tce_qemu_phb phb;
	const char *why = tce_op_read_phb(event, &phb);

	if (why)
		return why;
	if (phb.index == 0) {
		phb.nr_edu = config->phb[0].nr_edu;
		config->phb[0] = phb;
		return NULL;
	}
	if (config->nr_phb == TCE_QEMU_MAX_PHB || tce_qemu_config_phb(config, phb.index))
		return "one bridge too many";
	tce_qemu_config_plug(config, &phb);
	return NULL;
}

static const char *device(struct tce_qemu_config *config, const struct tce_event *event)
{
	const struct tce_ev_device_plug *ev = &event->u.device_plug;

	if (ev->dev != config->phb[0].nr_edu || ev->dev == TCE_MODEL_NR_EDU || ev->phb != 0 ||
	    ev->bus != 0 || ev->devfn != (ev->dev + 1) << 3)
		return "devices are edu0, edu1 ... of phb0, at 00:01.0, 00:02.0 ...";
	config->phb[0].nr_edu++;
	return NULL;
}

static const char *vio(struct tce_qemu_config *config, const struct tce_event *event,
		       const struct tce_names *names)
{
	const struct tce_ev_vio_plug *ev = &event->u.vio_plug;
	const char *name = names->name(names->ctx, TCE_OBJ_DEV, ev->dev);
	bool lan = name && strcmp(name, "vlan") == 0;

	if (!lan && (!name || strcmp(name, "vscsi") != 0))
		return "virtual I/O devices are called vscsi and vlan";
	if (config->nr_vio == TCE_QEMU_MAX_VIO || ev->papr.unit > UINT32_MAX)
		return "QEMU has no such device here";
	config->vio[config->nr_vio].unit = (uint32_t)ev->papr.unit;
	config->vio[config->nr_vio++].lan = lan;
	return NULL;
}

/* An event that sets the machine up before the first step; *ret_is: it is one. */
static const char *set_up(struct reader *reader, const struct tce_event *event, bool *ret_is)
{
	struct tce_qemu_config *config = &reader->story->story.config;
	struct tce_names names = tce_scenario_names(reader->story->scenario);
	bool begun = reader->story->story.nr_ops != 0;

	*ret_is = true;
	switch (event->kind) {
	case TCE_EV_PHB_PLUG:
		if (!begun)
			return first_phb(config, event);
		break;
	case TCE_EV_DEVICE_PLUG:
		return begun ? "devices come before the first call" : device(config, event);
	case TCE_EV_VIO_PLUG:
		return begun ? "devices come before the first call" : vio(config, event, &names);
	default: break;
	}
	*ret_is = false;
	return NULL;
}

/* Put in its place what a line of our own asks for. */
static const char *apply_patch(const struct reader *reader, unsigned number, struct tce_op *op)
{
	const struct tce_qemu_config *config = &reader->story->story.config;

	for (size_t i = 0; i < reader->nr_patches; i++) {
		const struct patch *patch = &reader->patches[i];

		if (patch->line != number)
			continue;
		if (patch->kind == PATCH_RTAS) {
			op->rtas.block = patch->op.rtas.block;
			op->rtas.at = patch->op.rtas.at;
			if (patch->has_token)
				op->rtas.token = patch->op.rtas.token;
			return NULL;
		}
		*op = patch->op;
	}
	for (unsigned i = 0; op->kind == TCE_OP_VIO && i < config->nr_vio; i++)
		if (config->vio[i].lan)
			op->vio.unit = config->vio[i].unit;
	if (op->kind == TCE_OP_VIO && !op->vio.unit)
		return "there is no device vlan";
	if (op->kind == TCE_OP_DMA && op->dma.device >= config->phb[0].nr_edu)
		return "there is no such device";
	return NULL;
}

static int take_steps(struct reader *reader)
{
	const struct tce_story *steps = tce_scenario_story(reader->story->scenario);
	struct tce_qemu_story *story = &reader->story->story;
	const char *why;
	struct tce_op op;
	bool is_set_up;

	story->ops = calloc(steps->nr_steps + 1, sizeof(story->ops[0]));
	reader->story->step = calloc(steps->nr_steps + 1, sizeof(reader->story->step[0]));
	if (!story->ops || !reader->story->step)
		return tce_fail(reader->fail, "out of memory");
	for (unsigned i = 0; i < steps->nr_steps; i++) {
		const struct tce_step *step = &steps->steps[i];

		why = set_up(reader, &step->event, &is_set_up);
		if (!why && is_set_up)
			continue;
		if (!why)
			why = tce_op_from_event(&step->event, &op);
		if (!why)
			why = apply_patch(reader, step->line, &op);
		if (why)
			return bad(reader, step->line, why, "");
		reader->story->step[story->nr_ops] = step;
		story->ops[story->nr_ops++] = op;
	}
	return 0;
}

static int only_pseries(struct reader *reader)
{
	const struct tce_machine_opts *machine =
		&tce_scenario_story(reader->story->scenario)->machine;

	if (machine->platform != TCE_PSERIES)
		return tce_fail(reader->fail, "%s: only pseries machines run here", reader->name);
	if (reader->has_profile)
		reader->story->profile = machine->papr;
	return 0;
}

int tce_text_read(FILE *in, const char *name, struct tce_text_story *ret_story,
		  struct tce_fail *fail)
{
	struct tce_text_story story = {.profile = NULL};
	struct reader reader = {.name = name, .story = &story, .fail = fail};
	int err;

	tce_qemu_config_init(&story.story.config);
	err = rewrite(&reader, in) != 0 || parse(&reader) != 0 || only_pseries(&reader) != 0 ||
	      take_steps(&reader) != 0;
	free(reader.text);
	free(reader.patches);
	if (err) {
		tce_text_free(&story);
		return -1;
	}
	*ret_story = story;
	return 0;
}

void tce_text_free(struct tce_text_story *story)
{
	tce_scenario_free(story->scenario);
	free(story->step);
	free(story->story.ops);
	*story = (struct tce_text_story){.profile = NULL};
}
