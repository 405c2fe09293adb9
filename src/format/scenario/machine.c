/* SPDX-License-Identifier: BSD-2-Clause */
/* "machine pseries profile=papr-strict ram=64G max-ram=64G": the first statement of a scenario. */
#include "machine.h"

#include <stddef.h>
#include <string.h>

#define FIELD(f)                                                                                   \
	.offset = (uint16_t)offsetof(struct tce_machine_opts, f),                                  \
	.size = (uint8_t)sizeof(((struct tce_machine_opts *)0)->f), .max = UINT64_MAX

static const struct tce_word storage_words[] = {
	{"compact", TCE_STORAGE_COMPACT}, {"lazy", TCE_STORAGE_LAZY}, {NULL, 0}};

static const struct tce_param params[] = {
	{.name = "ram", .type = TCE_P_SIZE, FIELD(ram)},
	{.name = "max-ram", .type = TCE_P_SIZE, FIELD(max_ram)},
	{.name = "lmb", .type = TCE_P_SIZE, FIELD(lmb_size)},
	{.name = "lrdr", .type = TCE_P_HEX, FIELD(lrdr_capacity)},
	{.name = "nodes",
	 .type = TCE_P_U64S,
	 .offset = (uint16_t)offsetof(struct tce_machine_opts, node_start),
	 .size = sizeof(uint64_t),
	 .nr = TCE_NODE_STARTS_MAX,
	 .max = UINT64_MAX},
	{.name = "multitce", .type = TCE_P_NOT, FIELD(no_multitce), .deflt = 1},
	{.name = "query64", .type = TCE_P_NOT, FIELD(no_64bit_query), .deflt = 1},
	{.name = "limited-mode", .type = TCE_P_BOOL, FIELD(has_limited_mode)},
	{.name = "storage",
	 .type = TCE_P_ENUM,
	 FIELD(storage),
	 .words = storage_words,
	 .deflt = TCE_STORAGE_COMPACT},
	{.name = "arena", .type = TCE_P_SIZE, FIELD(arena_size)},
};

#define NR_PARAMS ((unsigned)(sizeof(params) / sizeof(params[0])))

static const struct {
	const char *word;
	enum tce_platform platform;
	unsigned generation; /* enum tce_ioda_generation */
} platforms[] = {
	{"pseries", TCE_PSERIES, 0},  {"powernv", TCE_POWERNV, 2},  {"powernv7", TCE_POWERNV, 0},
	{"powernv8", TCE_POWERNV, 1}, {"powernv9", TCE_POWERNV, 2}, {"powernv10", TCE_POWERNV, 3},
};

static int read_platform(struct tce_reader *reader, const struct tce_word_in *word,
			 struct tce_machine_opts *opts)
{
	struct tce_nearest nearest;

	tce_nearest_init(&nearest, word->whole.at, word->whole.len);
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		if (tce_span_is(word->whole, platforms[i].word)) {
			opts->platform = platforms[i].platform;
			reader->generation = platforms[i].generation;
			return 0;
		}
		tce_nearest_try(&nearest, platforms[i].word);
	}
	return tce_read_error_about(reader, word, "there is no machine", word->whole, &nearest);
}

/* --- profiles --- */

static const struct tce_papr_profile *papr_by_span(struct tce_span name,
						   struct tce_nearest *nearest)
{
	const struct tce_papr_profile *profile;
	char text[48];

	for (unsigned i = 0; (profile = tce_papr_profile_at(i)) != NULL; i++)
		tce_nearest_try(nearest, profile->name);
	if (name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.at, name.len);
	text[name.len] = '\0';
	return tce_papr_profile_find(text);
}

static int set_profile(struct tce_reader *reader, const struct tce_word_in *word,
		       struct tce_span name, struct tce_machine_opts *opts)
{
	struct tce_nearest nearest;

	tce_nearest_init(&nearest, name.at, name.len);
	if (opts->platform == TCE_PSERIES) {
		opts->papr = papr_by_span(name, &nearest);
		if (opts->papr != NULL)
			return 0;
	} else {
		opts->ioda_profile = tce_pool_text(&reader->scenario->pool, name.at, name.len);
		reader->nomem |= opts->ioda_profile == NULL;
		return reader->nomem ? -TCE_ERR_NOMEM : 0;
	}
	return tce_read_error_about(reader, word, "there is no profile", name, &nearest);
}

/* --- words --- */

static int read_lrdr_none(struct tce_machine_opts *opts)
{
	opts->no_lrdr = true;
	return 0;
}

static int read_param(struct tce_reader *reader, const struct tce_word_in *word,
		      struct tce_machine_opts *opts)
{
	const struct tce_param *param =
		tce_param_find(params, NR_PARAMS, word->key.at, word->key.len);
	struct tce_nearest nearest;
	const char *complaint;

	tce_nearest_init(&nearest, word->key.at, word->key.len);
	if (param == NULL) {
		for (unsigned i = 0; i < NR_PARAMS; i++)
			tce_nearest_try(&nearest, params[i].name);
		return tce_read_error_about(reader, word, "a machine has no", word->key, &nearest);
	}
	complaint = tce_value_read(param, word->value, opts, &reader->scenario->pool,
				   &reader->nomem, &nearest);
	if (complaint != NULL)
		return tce_read_error(reader, word, complaint, NULL);
	opts->has_lrdr |= tce_span_is(word->key, "lrdr");
	return 0;
}

static int read_word(struct tce_reader *reader, const struct tce_word_in *word,
		     struct tce_machine_opts *opts)
{
	if (word->key.len == 0)
		return read_platform(reader, word, opts);
	if (tce_span_is(word->key, "profile"))
		return set_profile(reader, word, word->value, opts);
	if (tce_span_is(word->key, "lrdr") && tce_span_is(word->value, "none"))
		return read_lrdr_none(opts);
	return read_param(reader, word, opts);
}

/* What the caller wants instead of the profile written. */
static int override_profile(struct tce_reader *reader, struct tce_machine_opts *opts)
{
	const struct tce_scenario_overrides *overrides = reader->overrides;
	struct tce_span name;

	if (overrides == NULL)
		return 0;
	if (overrides->papr != NULL)
		opts->papr = overrides->papr;
	if (overrides->profile == NULL)
		return 0;
	name.at = overrides->profile;
	name.len = strlen(overrides->profile);
	return set_profile(reader, NULL, name, opts);
}

int tce_read_machine(struct tce_reader *reader)
{
	struct tce_machine_opts *opts = &reader->scenario->story.machine;
	const struct tce_statement *st = &reader->st;
	int err = 0;

	if (reader->machine_seen || reader->scenario->steps.nr != 0)
		return tce_read_error(reader, &st->word[0],
				      "the machine line comes first, and once", NULL);
	if (st->nr_words != st->nr_left)
		return tce_read_error(reader, &st->word[0], "a machine line expects nothing", NULL);
	if (st->nr_words < 2 || st->word[1].key.len != 0)
		return tce_read_error(reader, &st->word[0],
				      "a machine is wanted: pseries, powernv8, powernv9, powernv10",
				      NULL);
	opts->storage = TCE_STORAGE_COMPACT;
	opts->papr = tce_papr_profile_find("qemu");
	for (unsigned i = 1; i < st->nr_words && err == 0; i++)
		err = read_word(reader, &st->word[i], opts);
	if (err == 0)
		err = override_profile(reader, opts);
	if (err == 0 && opts->ram == 0)
		err = tce_read_error(reader, &st->word[0], "ram= is missing", NULL);
	reader->machine_seen = true;
	return err;
}

/* --- writing --- */

static bool is_written(const struct tce_param *param, const struct tce_machine_opts *opts)
{
	switch (param->offset) {
	case offsetof(struct tce_machine_opts, lrdr_capacity):
		return opts->has_lrdr && !opts->no_lrdr;
	case offsetof(struct tce_machine_opts, node_start): return opts->node_start[0] != 0;
	default: return tce_param_get(param, opts) != param->deflt;
	}
}

void tce_machine_write(const struct tce_machine_opts *opts, struct tce_out *out)
{
	tce_out_text(out, "machine ");
	tce_out_text(out, opts->platform == TCE_PSERIES ? "pseries" : "powernv");
	if (opts->platform == TCE_PSERIES) {
		tce_out_text(out, " profile=");
		tce_out_text(out, opts->papr->name);
	} else if (opts->ioda_profile != NULL) {
		tce_out_text(out, " profile=");
		tce_out_text(out, opts->ioda_profile);
	}
	for (unsigned i = 0; i < NR_PARAMS; i++) {
		const struct tce_param *param = &params[i];

		if (!is_written(param, opts))
			continue;
		tce_out_text(out, " ");
		tce_out_text(out, param->name);
		tce_out_text(out, "=");
		tce_value_write(param, opts, out);
	}
	if (opts->no_lrdr)
		tce_out_text(out, " lrdr=none");
}
