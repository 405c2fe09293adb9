/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario text to steps. See scenario_text.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_text.h"

#define MAX_WORDS 24
#define MAX_OPS   1000000U

/* One line, cut into words. */
struct line {
	const char *name; /* of the file */
	unsigned number;
	const char *words[MAX_WORDS];
	bool used[MAX_WORDS];
	int nr_words;
	char *expect; /* behind "->", NULL: none */
};

struct reader {
	struct tce_text_story *story;
	size_t room;
	struct tce_fail *fail;
};

static int bad(const struct line *line, struct tce_fail *fail, const char *what, const char *word)
{
	return tce_fail(fail, "%s:%u: %s%s%s%s", line->name, line->number, what, word ? " '" : "",
			word ? word : "", word ? "'" : "");
}

/* Blanks at both ends away. */
static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* Cut text, which is changed and kept by reference. */
static int cut(char *text, struct line *line, struct tce_fail *fail)
{
	char *comment = strchr(text, '#');
	char *arrow;
	char *save;

	if (comment)
		*comment = '\0';
	arrow = strstr(text, "->");
	if (arrow) {
		*arrow = '\0';
		line->expect = trim(arrow + 2);
	}
	for (char *word = strtok_r(text, " \t\r\n", &save); word;
	     word = strtok_r(NULL, " \t\r\n", &save)) {
		if (line->nr_words == MAX_WORDS)
			return bad(line, fail, "too many words", NULL);
		line->words[line->nr_words++] = word;
	}
	return 0;
}

/* The value of key=value, NULL: not there. */
static const char *value_of(struct line *line, const char *key)
{
	size_t len = strlen(key);

	for (int i = 1; i < line->nr_words; i++) {
		if (strncmp(line->words[i], key, len) == 0 && line->words[i][len] == '=') {
			line->used[i] = true;
			return line->words[i] + len + 1;
		}
	}
	return NULL;
}

/* A word by itself; false: not there. */
static bool has_word(struct line *line, const char *word)
{
	for (int i = 1; i < line->nr_words; i++) {
		if (strcmp(line->words[i], word) == 0) {
			line->used[i] = true;
			return true;
		}
	}
	return false;
}

/* 4096, 0x1000, 4K: the text up to a comma or its end. */
static int parse_number(const struct line *line, const char *text, uint64_t most,
			uint64_t *ret_number, struct tce_fail *fail)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned shift = 0;
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit && end != text) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (end == text || *end || *text == '-')
		return bad(line, fail, "not a number:", text);
	if (errno || number > most >> shift)
		return bad(line, fail, "too large:", text);
	*ret_number = number << shift;
	return 0;
}

/* A number of at most most; otherwise if the key is not there. */
static int number_or(struct line *line, const char *key, uint64_t otherwise, uint64_t most,
		     uint64_t *ret_number, struct tce_fail *fail)
{
	const char *text = value_of(line, key);

	*ret_number = otherwise;
	return text ? parse_number(line, text, most, ret_number, fail) : 0;
}

static int number(struct line *line, const char *key, uint64_t *ret_number, struct tce_fail *fail)
{
	const char *text = value_of(line, key);

	if (!text)
		return bad(line, fail, "missing:", key);
	return parse_number(line, text, UINT64_MAX, ret_number, fail);
}

/* Numbers with commas between them. */
static int numbers(struct line *line, const char *text, uint64_t *values, unsigned most,
		   unsigned *ret_n, struct tce_fail *fail)
{
	char copy[512];
	char *save;
	unsigned n = 0;

	if (strlen(text) >= sizeof(copy))
		return bad(line, fail, "too long:", text);
	strcpy(copy, text);
	for (char *word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (n == most)
			return bad(line, fail, "too many numbers:", text);
		if (parse_number(line, word, UINT64_MAX, &values[n++], fail) != 0)
			return -1;
	}
	*ret_n = n;
	return n ? 0 : bad(line, fail, "no number:", text);
}

/* --- the machine -------------------------------------------------------------------------- */

static int read_machine(struct reader *reader, struct line *line)
{
	const char *profile = value_of(line, "profile");

	value_of(line, "ram"); /* of no consequence here */
	if (!has_word(line, "pseries"))
		return bad(line, reader->fail, "only pseries machines run here", NULL);
	if (profile && strlen(profile) >= sizeof(reader->story->profile))
		return bad(line, reader->fail, "too long:", profile);
	snprintf(reader->story->profile, sizeof(reader->story->profile), "%s",
		 profile ? profile : "");
	return 0;
}

/* The number at the end of the line's first word behind the verb: "phb3". */
static int numbered(struct line *line, const char *prefix, uint64_t most, uint64_t *ret_number,
		    struct tce_fail *fail)
{
	size_t len = strlen(prefix);

	if (line->nr_words < 2 || strncmp(line->words[1], prefix, len) != 0)
		return bad(line, fail, "a name is wanted such as", prefix);
	line->used[1] = true;
	return parse_number(line, line->words[1] + len, most, ret_number, fail);
}

static int read_page_sizes(struct line *line, uint64_t *shifts, struct tce_fail *fail)
{
	const char *text = value_of(line, "page-sizes");
	uint64_t sizes[24];
	unsigned n = 0;

	if (!text)
		return 0;
	if (numbers(line, text, sizes, 24, &n, fail) != 0)
		return -1;
	*shifts = 0;
	for (unsigned i = 0; i < n; i++)
		*shifts |= sizes[i]; /* a power of two: its own bit */
	return 0;
}

/* BUID and LIOBNs are what QEMU makes of the index; they may be said. */
static int read_phb(struct line *line, struct tce_qemu_phb *ret_phb, struct tce_fail *fail)
{
	struct tce_qemu_phb phb;
	const char *ddw;
	uint64_t index;
	uint64_t buid;

	if (numbered(line, "phb", 30, &index, fail) != 0)
		return -1;
	phb = tce_qemu_phb_default((unsigned)index);
	ddw = value_of(line, "ddw");
	phb.ddw = !ddw || strcmp(ddw, "no") != 0;
	value_of(line, "liobn");
	value_of(line, "dyn-liobn-first"); /* will be measured */
	if (number_or(line, "buid", tce_qemu_buid(phb.index), UINT64_MAX, &buid, fail) != 0 ||
	    read_page_sizes(line, &phb.pgsz, fail) != 0 ||
	    number_or(line, "win-addr", phb.dma_win_addr, UINT64_MAX, &phb.dma_win_addr, fail) !=
		    0 ||
	    number_or(line, "win-size", phb.dma_win_size, UINT64_MAX, &phb.dma_win_size, fail) !=
		    0 ||
	    number_or(line, "dyn-win-addr", phb.dma64_win_addr, UINT64_MAX, &phb.dma64_win_addr,
		      fail) != 0)
		return -1;
	if (buid != tce_qemu_buid(phb.index))
		return bad(line, fail, "QEMU gives this bridge another BUID", NULL);
	*ret_phb = phb;
	return 0;
}

/* A bridge of the machine; number 0 is there anyway. */
static int read_first_phb(struct reader *reader, struct line *line)
{
	struct tce_qemu_config *config = &reader->story->story.config;
	struct tce_qemu_phb phb;

	if (read_phb(line, &phb, reader->fail) != 0)
		return -1;
	if (phb.index == 0) {
		phb.nr_edu = config->phb[0].nr_edu;
		config->phb[0] = phb;
		return 0;
	}
	if (config->nr_phb == TCE_QEMU_MAX_PHB || tce_qemu_config_phb(config, phb.index))
		return bad(line, reader->fail, "one bridge too many", NULL);
	tce_qemu_config_plug(config, &phb);
	return 0;
}

/* edu0, edu1 ... in slots 1, 2 ... of bridge 0. */
static int read_device(struct reader *reader, struct line *line)
{
	struct tce_qemu_phb *phb = &reader->story->story.config.phb[0];
	const char *bus = value_of(line, "phb");
	uint64_t number_of;

	value_of(line, "at");
	if (numbered(line, "edu", TCE_MODEL_NR_EDU - 1, &number_of, reader->fail) != 0)
		return -1;
	if (number_of != phb->nr_edu || (bus && strcmp(bus, "phb0") != 0))
		return bad(line, reader->fail, "devices are edu0, edu1 ... of phb0", NULL);
	phb->nr_edu++;
	return 0;
}

static int read_vio(struct reader *reader, struct line *line)
{
	struct tce_qemu_config *config = &reader->story->story.config;
	struct tce_qemu_vio *vio = &config->vio[config->nr_vio];
	uint64_t unit;

	if (config->nr_vio == TCE_QEMU_MAX_VIO)
		return bad(line, reader->fail, "one device too many", NULL);
	*vio = (struct tce_qemu_vio){.lan = has_word(line, "vlan")};
	if (!vio->lan && !has_word(line, "vscsi"))
		return bad(line, reader->fail, "virtual I/O devices are vscsi or vlan", NULL);
	if (number(line, "unit", &unit, reader->fail) != 0)
		return -1;
	vio->unit = (uint32_t)unit;
	config->nr_vio++;
	return 0;
}

/* --- steps -------------------------------------------------------------------------------- */

/* first= and step=, or tces= (again and again with repeat=), or list-at=. */
static int read_list(struct line *line, struct tce_op_hcall *op, struct tce_fail *fail)
{
	const char *list = value_of(line, "list-at");
	const char *tces = value_of(line, "tces");
	uint64_t repeat;

	if (list)
		return parse_number(line, list, UINT64_MAX, &op->args[2], fail);
	op->args[2] = TCE_OP_LIST_AUTO;
	op->nr_values = 1;
	if (number_or(line, "step", 0, UINT64_MAX, &op->step, fail) != 0 ||
	    number_or(line, "repeat", 0, TCE_OP_NR_VALUES, &repeat, fail) != 0)
		return -1;
	if (!tces)
		return number(line, "first", &op->values[0], fail);
	if (numbers(line, tces, op->values, TCE_OP_NR_VALUES, &op->nr_values, fail) != 0)
		return -1;
	if (!repeat && op->args[3] > op->nr_values)
		return bad(line, fail, "count is more than there are tces, and no repeat", NULL);
	return 0;
}

static int read_tce_call(struct line *line, uint64_t token, struct tce_op *op,
			 struct tce_fail *fail)
{
	op->kind = TCE_OP_HCALL;
	op->hcall.token = token;
	if (number(line, "liobn", &op->hcall.args[0], fail) != 0 ||
	    number(line, "ioba", &op->hcall.args[1], fail) != 0)
		return -1;
	if ((token == TCE_H_PUT_TCE || token == TCE_H_STUFF_TCE) &&
	    number(line, "tce", &op->hcall.args[2], fail) != 0)
		return -1;
	if ((token == TCE_H_STUFF_TCE || token == TCE_H_PUT_TCE_INDIRECT) &&
	    number(line, "count", &op->hcall.args[3], fail) != 0)
		return -1;
	return token == TCE_H_PUT_TCE_INDIRECT ? read_list(line, &op->hcall, fail) : 0;
}

static int read_hcall(struct line *line, struct tce_op *op, struct tce_fail *fail)
{
	const char *args = value_of(line, "args");
	unsigned n;

	op->kind = TCE_OP_HCALL;
	if (number(line, "token", &op->hcall.token, fail) != 0)
		return -1;
	return args ? numbers(line, args, op->hcall.args, 4, &n, fail) : 0;
}

/* The call whose name stands behind "rtas". */
static bool known_call(struct line *line, enum tce_rtas *ret_call, uint32_t *ret_nargs,
		       uint32_t *ret_nret)
{
	static const struct {
		const char *name;
		enum tce_rtas call;
		uint32_t nargs;
		uint32_t nret;
	} calls[] = {{"query-pe-dma-window", TCE_RTAS_QUERY, 3, 6},
		     {"create-pe-dma-window", TCE_RTAS_CREATE, 5, 4},
		     {"remove-pe-dma-window", TCE_RTAS_REMOVE, 1, 1},
		     {"reset-pe-dma-window", TCE_RTAS_RESET, 3, 1},
		     {"set-tce-bypass", TCE_RTAS_SET_TCE_BYPASS, 2, 1},
		     {"quiesce", TCE_RTAS_QUIESCE, 0, 1},
		     {"system-reboot", TCE_RTAS_SYSTEM_REBOOT, 0, 1}};
	char name[64];

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		snprintf(name, sizeof(name), "ibm,%s", calls[i].name);
		if (!has_word(line, name) && !has_word(line, calls[i].name))
			continue;
		*ret_call = calls[i].call;
		*ret_nargs = calls[i].nargs;
		*ret_nret = calls[i].nret;
		return true;
	}
	return false;
}

static int read_cells(struct line *line, struct tce_op_rtas *op, struct tce_fail *fail)
{
	const char *args = value_of(line, "args");
	uint64_t cells[TCE_OP_NR_CELLS] = {0};
	unsigned n;

	if (args && numbers(line, args, cells, TCE_OP_NR_CELLS, &n, fail) != 0)
		return -1;
	for (unsigned i = 0; i < TCE_OP_NR_CELLS; i++)
		op->cells[i] = (uint32_t)cells[i];
	return 0;
}

static int read_block(struct line *line, struct tce_op_rtas *op, struct tce_fail *fail)
{
	const char *block = value_of(line, "block");

	op->block = TCE_BLOCK_SLOT;
	if (block && strcmp(block, "scratch") == 0)
		op->block = TCE_BLOCK_SCRATCH;
	else if (block && strcmp(block, "none") == 0)
		op->block = TCE_BLOCK_AT;
	else if (block)
		return bad(line, fail, "not a place for a block:", block);
	return number_or(line, "at", 0, UINT64_MAX, &op->at, fail);
}

/* All of QEMU's profiles have the same tokens. */
static int read_rtas(struct line *line, struct tce_op *op, struct tce_fail *fail)
{
	enum tce_rtas call;
	uint32_t usual_nargs = 0;
	uint32_t usual_nret = 1;
	uint64_t nargs;
	uint64_t nret;
	uint64_t token;

	op->kind = TCE_OP_RTAS;
	if (known_call(line, &call, &usual_nargs, &usual_nret))
		token = tce_rtas_token(tce_papr_profile_find("qemu"), call);
	else if (number(line, "token", &token, fail) != 0)
		return -1;
	if (read_cells(line, &op->rtas, fail) != 0 ||
	    number_or(line, "nargs", usual_nargs, UINT32_MAX, &nargs, fail) != 0 ||
	    number_or(line, "nret", usual_nret, UINT32_MAX, &nret, fail) != 0)
		return -1;
	op->rtas.token = (uint32_t)token;
	op->rtas.nargs = (uint32_t)nargs;
	op->rtas.nret = (uint32_t)nret;
	return read_block(line, &op->rtas, fail);
}

static int read_sweep(struct line *line, struct tce_op *op, struct tce_fail *fail)
{
	op->kind = TCE_OP_SWEEP;
	return number(line, "liobn", &op->sweep.liobn, fail) != 0 ||
			       number(line, "ioba", &op->sweep.ioba, fail) != 0 ||
			       number(line, "step", &op->sweep.step, fail) != 0 ||
			       number(line, "count", &op->sweep.count, fail) != 0
		       ? -1
		       : 0;
}

static int read_dma(struct reader *reader, struct line *line, struct tce_op *op)
{
	struct tce_fail *fail = reader->fail;
	uint64_t device;
	uint64_t len;

	op->kind = TCE_OP_DMA;
	if (numbered(line, "edu", TCE_MODEL_NR_EDU - 1, &device, fail) != 0)
		return -1;
	if (device >= reader->story->story.config.phb[0].nr_edu)
		return bad(line, fail, "no such device:", line->words[1]);
	op->dma.write = has_word(line, "write");
	if (!op->dma.write && !has_word(line, "read"))
		return bad(line, fail, "a dma is read or write", NULL);
	if (number_or(line, "len", 16, TCE_MODEL_EDU_BYTES, &len, fail) != 0 ||
	    number(line, "addr", &op->dma.addr, fail) != 0)
		return -1;
	if (!len)
		return bad(line, fail, "len cannot be 0", NULL);
	op->dma.device = (unsigned)device;
	op->dma.len = (unsigned)len;
	return 0;
}

static int read_vio_dma(struct reader *reader, struct line *line, struct tce_op *op)
{
	const struct tce_qemu_config *config = &reader->story->story.config;

	op->kind = TCE_OP_VIO;
	if (!has_word(line, "vlan"))
		return bad(line, reader->fail, "only the device vlan tells what it may do", NULL);
	for (unsigned i = 0; i < config->nr_vio; i++)
		if (config->vio[i].lan)
			op->vio.unit = config->vio[i].unit;
	if (!op->vio.unit)
		return bad(line, reader->fail, "no such device:", "vlan");
	return number(line, "addr", &op->vio.addr, reader->fail);
}

static int read_unplug(struct line *line, struct tce_op *op, struct tce_fail *fail)
{
	uint64_t index;

	op->kind = TCE_OP_UNPLUG;
	if (numbered(line, "phb", 30, &index, fail) != 0)
		return -1;
	op->index = (unsigned)index;
	return 0;
}

static int read_plug(struct line *line, struct tce_op *op, struct tce_fail *fail)
{
	op->kind = TCE_OP_PLUG;
	if (read_phb(line, &op->phb, fail) != 0)
		return -1;
	op->phb.plugged = true;
	return 0;
}

static int read_tce_verb(struct line *line, struct tce_op *op, bool *ret_known,
			 struct tce_fail *fail)
{
	static const struct {
		const char *verb;
		uint64_t token;
	} calls[] = {{"h_put_tce", TCE_H_PUT_TCE},
		     {"h_get_tce", TCE_H_GET_TCE},
		     {"h_stuff_tce", TCE_H_STUFF_TCE},
		     {"h_put_tce_indirect", TCE_H_PUT_TCE_INDIRECT}};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(line->words[0], calls[i].verb) == 0)
			return read_tce_call(line, calls[i].token, op, fail);
	*ret_known = false;
	return 0;
}

static int read_step(struct reader *reader, struct line *line, struct tce_op *op)
{
	static const struct {
		const char *verb;
		enum tce_op_kind kind;
	} simple[] = {{"cas", TCE_OP_CAS},
		      {"reset", TCE_OP_RESET},
		      {"save", TCE_OP_SAVE},
		      {"load", TCE_OP_LOAD}};
	static const struct {
		const char *verb;
		int (*read)(struct line *line, struct tce_op *op, struct tce_fail *fail);
	} others[] = {{"hcall", read_hcall},
		      {"rtas", read_rtas},
		      {"sweep", read_sweep},
		      {"phb", read_plug},
		      {"phb-unplug", read_unplug}};
	const char *verb = line->words[0];
	bool known = true;
	int err = read_tce_verb(line, op, &known, reader->fail);

	if (known)
		return err;
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (strcmp(verb, simple[i].verb) == 0) {
			op->kind = simple[i].kind;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(verb, others[i].verb) == 0)
			return others[i].read(line, op, reader->fail);
	if (strcmp(verb, "dma") == 0)
		return read_dma(reader, line, op);
	if (strcmp(verb, "vio-dma") == 0)
		return read_vio_dma(reader, line, op);
	return bad(line, reader->fail, "no such verb here:", verb);
}

/* --- all together ------------------------------------------------------------------------- */

static int make_room(struct reader *reader)
{
	struct tce_text_story *story = reader->story;
	size_t room = reader->room ? reader->room * 2 : 64;
	struct tce_op *ops;
	char **expect;
	unsigned *line;

	if (story->story.nr_ops < reader->room)
		return 0;
	ops = realloc(story->story.ops, room * sizeof(*ops));
	if (ops)
		story->story.ops = ops;
	expect = ops ? realloc(story->expect, room * sizeof(*expect)) : NULL;
	if (expect)
		story->expect = expect;
	line = expect ? realloc(story->line, room * sizeof(*line)) : NULL;
	if (!line)
		return tce_fail(reader->fail, "out of memory");
	story->line = line;
	reader->room = room;
	return 0;
}

static int add_step(struct reader *reader, const struct line *line, const struct tce_op *op)
{
	struct tce_text_story *story = reader->story;
	char *expect;

	if (story->story.nr_ops == MAX_OPS)
		return bad(line, reader->fail, "too many steps", NULL);
	if (make_room(reader) != 0)
		return -1;
	expect = strdup(line->expect ? line->expect : "");
	if (!expect)
		return tce_fail(reader->fail, "out of memory");
	story->expect[story->story.nr_ops] = expect;
	story->line[story->story.nr_ops] = line->number;
	story->story.ops[story->story.nr_ops++] = *op;
	return 0;
}

/* A word that nobody asked for is a mistake in the text. */
static int all_used(const struct line *line, struct tce_fail *fail)
{
	for (int i = 1; i < line->nr_words; i++)
		if (!line->used[i])
			return bad(line, fail, "what is this?", line->words[i]);
	return 0;
}

static int read_line(struct reader *reader, struct line *line)
{
	bool begun = reader->story->story.nr_ops != 0;
	struct tce_op op;
	int err;

	memset(&op, 0, sizeof(op));
	if (strcmp(line->words[0], "machine") == 0)
		err = read_machine(reader, line);
	else if (!begun && strcmp(line->words[0], "phb") == 0)
		err = read_first_phb(reader, line);
	else if (!begun && strcmp(line->words[0], "device") == 0)
		err = read_device(reader, line);
	else if (!begun && strcmp(line->words[0], "vio") == 0)
		err = read_vio(reader, line);
	else
		err = read_step(reader, line, &op) != 0 ? -1 : add_step(reader, line, &op);
	return err ? err : all_used(line, reader->fail);
}

int tce_text_read(FILE *in, const char *name, struct tce_text_story *ret_story,
		  struct tce_fail *fail)
{
	struct tce_text_story story = {.profile = ""};
	struct reader reader = {.story = &story, .fail = fail};
	char *text = NULL;
	size_t size = 0;
	unsigned number_of = 0;
	int err = 0;

	tce_qemu_config_init(&story.story.config);
	while (!err && getline(&text, &size, in) >= 0) {
		struct line line = {.name = name, .number = ++number_of};

		err = cut(text, &line, fail);
		if (!err && line.nr_words)
			err = read_line(&reader, &line);
	}
	free(text);
	if (!err && ferror(in))
		err = tce_fail(fail, "cannot read %s: %s", name, strerror(errno));
	if (err) {
		tce_text_free(&story);
		return -1;
	}
	*ret_story = story;
	return 0;
}

void tce_text_free(struct tce_text_story *story)
{
	for (size_t i = 0; i < story->story.nr_ops; i++)
		free(story->expect[i]);
	free(story->expect);
	free(story->line);
	free(story->story.ops);
	*story = (struct tce_text_story){.profile = ""};
}
