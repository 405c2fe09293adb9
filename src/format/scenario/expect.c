/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of expectations, and outcomes in these words. */
#include "expect.h"

#include <inttypes.h>
#include <string.h>

/* Words that say it all. */
static const struct {
	const char *word;
	enum tce_expect_kind kind;
	int64_t value;
} words[] = {{"ok", TCE_EXPECT_OK, 0},
	     {"refused", TCE_EXPECT_REFUSED, 0},
	     {"aborts", TCE_EXPECT_ABORTS, 0},
	     {"stuck", TCE_EXPECT_STUCK, 0},
	     {"astray", TCE_EXPECT_ASTRAY, 0},
	     {"no-dma", TCE_EXPECT_MODE, TCE_MODE_NONE},
	     {"default", TCE_EXPECT_MODE, TCE_MODE_DEFAULT},
	     {"direct", TCE_EXPECT_MODE, TCE_MODE_DIRECT},
	     {"dynamic", TCE_EXPECT_MODE, TCE_MODE_DYNAMIC},
	     {"hybrid", TCE_EXPECT_MODE, TCE_MODE_HYBRID},
	     {"lands", TCE_EXPECT_DMA, TCE_DMA_OK},
	     {"fault", TCE_EXPECT_DMA, TCE_DMA_FAULT},
	     {"no-window", TCE_EXPECT_DMA, TCE_DMA_NO_WINDOW},
	     {"msi", TCE_EXPECT_DMA, TCE_DMA_MSI},
	     {"no-bus", TCE_EXPECT_DMA, TCE_DMA_NO_BUS},
	     {"H_SUCCESS", TCE_EXPECT_HCALL, TCE_H_SUCCESS},
	     {"H_PARTIAL", TCE_EXPECT_HCALL, TCE_H_PARTIAL},
	     {"H_HARDWARE", TCE_EXPECT_HCALL, TCE_H_HARDWARE},
	     {"H_FUNCTION", TCE_EXPECT_HCALL, TCE_H_FUNCTION},
	     {"H_PARAMETER", TCE_EXPECT_HCALL, TCE_H_PARAMETER},
	     {"H_RESOURCE", TCE_EXPECT_HCALL, TCE_H_RESOURCE},
	     {"H_NOT_ENOUGH_RESOURCES", TCE_EXPECT_HCALL, TCE_H_NOT_ENOUGH_RESOURCES},
	     {"H_P4", TCE_EXPECT_HCALL, TCE_H_P4},
	     {"OPAL_SUCCESS", TCE_EXPECT_OPAL, TCE_OPAL_SUCCESS},
	     {"OPAL_PARAMETER", TCE_EXPECT_OPAL, TCE_OPAL_PARAMETER},
	     {"OPAL_HARDWARE", TCE_EXPECT_OPAL, TCE_OPAL_HARDWARE},
	     {"OPAL_UNSUPPORTED", TCE_EXPECT_OPAL, TCE_OPAL_UNSUPPORTED},
#define ERRNO_WORD(name, number) {#name, TCE_EXPECT_ERRNO, number},
	     TCE_ERRNO_LIST(ERRNO_WORD)
#undef ERRNO_WORD
};

#define NR_WORDS (sizeof(words) / sizeof(words[0]))

/* Keys with a number; negative ones as two's complement. */
static const struct {
	const char *key;
	enum tce_expect_kind kind;
	unsigned index;
	bool hex;
} keys[] = {
	{"bus", TCE_EXPECT_BUS, 0, true},        {"value", TCE_EXPECT_VALUE, 0, true},
	{"ret", TCE_EXPECT_RET, 0, false},       {"lands", TCE_EXPECT_LANDS, 0, true},
	{"calls", TCE_EXPECT_CALLS, 0, false},   {"r3", TCE_EXPECT_HCALL, 0, false},
	{"status", TCE_EXPECT_STATUS, 0, false}, {"opal", TCE_EXPECT_OPAL, 0, false},
	{"errno", TCE_EXPECT_ERRNO, 0, false},   {"cell0", TCE_EXPECT_CELL, 0, true},
	{"cell1", TCE_EXPECT_CELL, 1, true},     {"cell2", TCE_EXPECT_CELL, 2, true},
	{"cell3", TCE_EXPECT_CELL, 3, true},     {"cell4", TCE_EXPECT_CELL, 4, true},
	{"cell5", TCE_EXPECT_CELL, 5, true},     {"locked", TCE_EXPECT_LOCKED, 0, true},
};

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

/* --- reading --- */

static const char *rule_read(struct tce_span name, struct tce_expect *ret_expect,
			     struct tce_nearest *nearest)
{
	tce_nearest_init(nearest, name.at, name.len);
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		const char *id = tce_rule((enum tce_rule_id)i)->id;

		if (tce_span_is(name, id)) {
			ret_expect->kind = TCE_EXPECT_RULE;
			ret_expect->value = i;
			return NULL;
		}
		tce_nearest_try(nearest, id);
	}
	return "there is no such rule (tce rules lists them)";
}

static const char *bare_read(struct tce_span word, struct tce_expect *ret_expect,
			     struct tce_nearest *nearest)
{
	if (word.len > 1 && word.at[word.len - 1] == ',')
		word.len--;
	for (size_t i = 0; i < NR_WORDS; i++) {
		if (tce_span_is(word, words[i].word)) {
			ret_expect->kind = words[i].kind;
			ret_expect->value = (uint64_t)words[i].value;
			return NULL;
		}
		tce_nearest_try(nearest, words[i].word);
	}
	return "no outcome is called so";
}

/* errno=EBUSY is as good as EBUSY. */
static const char *errno_read(struct tce_span value, struct tce_expect *ret_expect,
			      struct tce_nearest *nearest)
{
	const char *complaint;

	tce_nearest_init(nearest, value.at, value.len);
	complaint = bare_read(value, ret_expect, nearest);
	if (complaint == NULL && ret_expect->kind != TCE_EXPECT_ERRNO)
		return "an error's name is wanted, such as EBUSY";
	return complaint;
}

const char *tce_expect_read(const struct tce_word_in *word, struct tce_expect *ret_expect,
			    struct tce_nearest *nearest)
{
	int64_t minus;

	memset(ret_expect, 0, sizeof(*ret_expect));
	if (word->key.len == 0)
		return bare_read(word->whole, ret_expect, nearest);
	if (tce_span_is(word->key, "rule"))
		return rule_read(word->value, ret_expect, nearest);
	for (size_t i = 0; i < NR_KEYS; i++) {
		if (!tce_span_is(word->key, keys[i].key)) {
			tce_nearest_try(nearest, keys[i].key);
			continue;
		}
		ret_expect->kind = keys[i].kind;
		ret_expect->index = keys[i].index;
		if (tce_number_read(word->value, &ret_expect->value))
			return NULL;
		if (tce_signed_read(word->value, &minus)) {
			ret_expect->value = (uint64_t)minus;
			return NULL;
		}
		if (keys[i].kind == TCE_EXPECT_ERRNO)
			return errno_read(word->value, ret_expect, nearest);
		return "a number is wanted";
	}
	return "outcomes have no such key";
}

/* --- writing --- */

static bool word_write(const struct tce_expect *expect, struct tce_out *out)
{
	for (size_t i = 0; i < NR_WORDS; i++) {
		if (words[i].kind == expect->kind && (uint64_t)words[i].value == expect->value) {
			tce_out_text(out, words[i].word);
			return true;
		}
	}
	return false;
}

static bool key_write(const struct tce_expect *expect, struct tce_out *out)
{
	for (size_t i = 0; i < NR_KEYS; i++) {
		if (keys[i].kind != expect->kind || keys[i].index != expect->index)
			continue;
		if (keys[i].hex)
			tce_out_format(out, "%s=0x%" PRIx64, keys[i].key, expect->value);
		else
			tce_out_format(out, "%s=%" PRId64, keys[i].key, (int64_t)expect->value);
		return true;
	}
	return false;
}

void tce_expect_write(const struct tce_expect *expect, struct tce_out *out)
{
	if (expect->kind == TCE_EXPECT_RULE && expect->value < TCE_NR_RULES)
		tce_out_format(out, "rule=%s", tce_rule((enum tce_rule_id)expect->value)->id);
	else if (!word_write(expect, out) && !key_write(expect, out) && out->err == 0)
		out->err = -TCE_ERR_INVAL;
}

/* --- outcomes --- */

static void put(enum tce_expect_kind kind, uint64_t value, struct tce_out *out)
{
	struct tce_expect expect = {.kind = kind, .value = value};

	tce_out_text(out, " ");
	tce_expect_write(&expect, out);
}

static bool is_hcall(enum tce_event_kind kind)
{
	return kind == TCE_EV_H_PUT_TCE || kind == TCE_EV_H_GET_TCE ||
	       kind == TCE_EV_H_PUT_TCE_INDIRECT || kind == TCE_EV_H_STUFF_TCE;
}

static void put_cells(const struct tce_answer *answer, struct tce_out *out)
{
	for (unsigned i = 1; i < answer->nr_rets && i < 6; i++)
		tce_out_format(out, " cell%u=0x%" PRIx32, i, answer->rets[i]);
}

static void dma_words(const struct tce_outcome *outcome, struct tce_out *out)
{
	if (outcome->dma.result != TCE_DMA_OK) {
		tce_expect_write(
			&(struct tce_expect){.kind = TCE_EXPECT_DMA, .value = outcome->dma.result},
			out);
		return;
	}
	tce_out_text(out, outcome->misdirected ? "astray" : "ok");
	put(TCE_EXPECT_LANDS, outcome->dma.xlate.ra.v, out);
}

/* Kinds whose success has a value that is worth its word. */
static void success_words(const struct tce_event *event, const struct tce_outcome *outcome,
			  struct tce_out *out)
{
	tce_out_text(out, "ok");
	switch (event->kind) {
	case TCE_EV_PROBE:
	case TCE_EV_SET_MASK: put(TCE_EXPECT_MODE, outcome->mode, out); break;
	case TCE_EV_MAP: put(TCE_EXPECT_BUS, outcome->bus.v, out); break;
	case TCE_EV_REQUIRED_MASK:
	case TCE_EV_H_GET_TCE: put(TCE_EXPECT_VALUE, outcome->value, out); break;
	case TCE_EV_OPAL:
		if (outcome->value != 0)
			put(TCE_EXPECT_VALUE, outcome->value, out);
		break;
	case TCE_EV_RTAS: put_cells(&outcome->answer, out); break;
	case TCE_EV_VFIO:
		if (outcome->ret != 0)
			put(TCE_EXPECT_RET, (uint64_t)outcome->ret, out);
		break;
	default: break;
	}
}

static void refusal_words(const struct tce_event *event, const struct tce_outcome *outcome,
			  struct tce_out *out)
{
	const struct tce_answer *answer = &outcome->answer;

	tce_out_text(out, "refused");
	if (outcome->err != 0)
		put(TCE_EXPECT_ERRNO, (uint64_t)-outcome->err, out);
	if (answer->r3 != TCE_H_SUCCESS)
		put(TCE_EXPECT_HCALL, (uint64_t)answer->r3, out);
	else if (answer->status != TCE_RTAS_SUCCESS)
		put(TCE_EXPECT_STATUS, (uint64_t)(int64_t)answer->status, out);
	if (event->kind == TCE_EV_OPAL)
		put(TCE_EXPECT_OPAL, (uint64_t)outcome->opal, out);
}

void tce_outcome_words(const struct tce_event *event, const struct tce_outcome *outcome,
		       struct tce_out *out)
{
	if (outcome->abort != TCE_ABORT_NOT)
		tce_out_text(out, "aborts");
	else if (outcome->no_progress)
		tce_out_text(out, "stuck");
	else if (event->kind == TCE_EV_DMA)
		dma_words(outcome, out);
	else if (tce_outcome_ok(event->kind, outcome))
		success_words(event, outcome, out);
	else
		refusal_words(event, outcome, out);
	if (!is_hcall(event->kind) && outcome->nr_emitted != 0 && out->err == 0)
		put(TCE_EXPECT_CALLS, outcome->nr_emitted, out);
}
