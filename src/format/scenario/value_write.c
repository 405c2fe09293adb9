/* SPDX-License-Identifier: BSD-2-Clause */
/* Values written as text, in the forms that value.c reads. */
#include "value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"

/* --- text on its way out --- */

void tce_out_bytes(struct tce_out *out, const char *text, size_t n)
{
	if (out->err == 0 && n != 0 && out->put(out->ctx, text, n) != 0)
		out->err = -TCE_ERR_IO;
}

void tce_out_text(struct tce_out *out, const char *text)
{
	tce_out_bytes(out, text, strlen(text));
}

void tce_out_format(struct tce_out *out, const char *format, ...)
{
	char text[128]; /* numbers and short words only */
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n > 0)
		tce_out_bytes(out, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

void tce_out_size(struct tce_out *out, uint64_t size)
{
	static const char suffixes[] = "KMGTPE";
	unsigned step = 0;

	while (size != 0 && size % 1024 == 0 && step < 6) {
		size /= 1024;
		step++;
	}
	tce_out_format(out, "%" PRIu64, size);
	if (step != 0)
		tce_out_bytes(out, &suffixes[step - 1], 1);
}

/* --- lists --- */

/* Words of a mask, with sep between; true: that was all of it. */
static bool put_words(const struct tce_param *param, uint64_t flags, const char *sep,
		      struct tce_out *out)
{
	bool first = true;

	for (const struct tce_word *word = param->words; word->word != NULL; word++) {
		if ((flags & word->value) == 0)
			continue;
		tce_out_text(out, first ? "" : sep);
		tce_out_text(out, word->word);
		first = false;
		flags &= ~word->value;
	}
	return flags == 0;
}

static void put_shifts(uint64_t shifts, struct tce_out *out)
{
	bool first = true;

	for (unsigned i = 0; i < 64; i++) {
		if ((shifts >> i & 1) == 0)
			continue;
		tce_out_text(out, first ? "" : ",");
		tce_out_size(out, UINT64_C(1) << i);
		first = false;
	}
}

static uint64_t element(const struct tce_param *param, const void *base, unsigned i)
{
	const char *field = (const char *)tce_param_field(param, base) + (size_t)i * param->size;

	return param->size == 4 ? *(const uint32_t *)(const void *)field
				: *(const uint64_t *)(const void *)field;
}

/* Elements up to the last that is not 0. */
static unsigned array_length(const struct tce_param *param, const void *base)
{
	unsigned nr = param->nr;

	while (nr > 0 && element(param, base, nr - 1) == 0)
		nr--;
	return nr;
}

static void put_array(const struct tce_param *param, const void *base, struct tce_out *out)
{
	unsigned nr = array_length(param, base);

	for (unsigned i = 0; i < nr; i++)
		tce_out_format(out, "%s0x%" PRIx64, i == 0 ? "" : ",", element(param, base, i));
}

static void put_bytes(const struct tce_event *event, struct tce_out *out)
{
	for (unsigned i = 0; i < event->u.property.len; i++)
		tce_out_format(out, "%02x", event->u.property.bytes[i]);
}

static void put_tces(const struct tce_event *event, struct tce_out *out)
{
	const struct tce_ev_h_indirect *ev = &event->u.h_indirect;

	for (uint64_t i = 0; i < ev->count && out->err == 0; i++)
		tce_out_format(out, "%s0x%" PRIx64, i == 0 ? "" : ",", tce_be64_get(&ev->list[i]));
}

static void put_sg(const struct tce_event *event, struct tce_out *out)
{
	const struct tce_ev_map *ev = &event->u.map;

	for (unsigned i = 0; i < ev->nr_sg && out->err == 0; i++) {
		tce_out_format(out, "%s0x%" PRIx64 "+", i == 0 ? "" : ",", ev->sg[i].ra.v);
		tce_out_size(out, ev->sg[i].len);
	}
}

/* --- any value --- */

bool tce_value_is_said(const struct tce_param *param, const struct tce_event *event)
{
	const struct tce_defects *defects;

	switch ((enum tce_param_type)param->type) {
	case TCE_P_U32S:
	case TCE_P_U64S: return array_length(param, event) != 0;
	case TCE_P_BYTES: return !event->u.property.absent;
	case TCE_P_TCES: return event->u.h_indirect.list != NULL && event->u.h_indirect.count != 0;
	case TCE_P_SG: return event->u.map.nr_sg != 0;
	case TCE_P_DEFECTS:
		defects = tce_param_field(param, event);
		return (defects->word[0] | defects->word[1]) != 0;
	default: break;
	}
	if ((param->flags & TCE_PARAM_REQUIRED) != 0)
		return true;
	return tce_param_get(param, event) != tce_param_default(param, event);
}

static void put_word(const struct tce_param *param, uint64_t value, struct tce_out *out)
{
	const char *word = tce_word_of(param->words, value);

	if (word == NULL && out->err == 0)
		out->err = -TCE_ERR_INVAL;
	else if (word != NULL)
		tce_out_text(out, word);
}

static void put_flags(const struct tce_param *param, uint64_t value, struct tce_out *out)
{
	bool quoted = param->type == TCE_P_CMDLINE;

	tce_out_text(out, quoted ? "\"" : "");
	if (!put_words(param, value, quoted ? " " : ",", out) && out->err == 0)
		out->err = -TCE_ERR_INVAL;
	tce_out_text(out, quoted ? "\"" : "");
}

static void put_number(const struct tce_param *param, uint64_t value, struct tce_out *out)
{
	const char *word = param->words == NULL ? NULL : tce_word_of(param->words, value);

	if (word != NULL)
		tce_out_text(out, word);
	else
		tce_out_format(out, "%" PRIu64, value);
}

void tce_value_write(const struct tce_param *param, const void *base, struct tce_out *out)
{
	uint64_t value = tce_param_is_scalar(param) ? tce_param_get(param, base) : 0;

	switch ((enum tce_param_type)param->type) {
	case TCE_P_HEX: tce_out_format(out, "0x%" PRIx64, value); break;
	case TCE_P_SIZE: tce_out_size(out, value); break;
	case TCE_P_SIGNED: tce_out_format(out, "%" PRId64, (int64_t)value); break;
	case TCE_P_BOOL:
	case TCE_P_NOT:
	case TCE_P_BIT: tce_out_text(out, value != 0 ? "yes" : "no"); break;
	case TCE_P_ENUM: put_word(param, value, out); break;
	case TCE_P_FLAGS:
	case TCE_P_CMDLINE: put_flags(param, value, out); break;
	case TCE_P_SHIFTS: put_shifts(value, out); break;
	case TCE_P_PAGE: tce_out_size(out, UINT64_C(1) << value); break;
	case TCE_P_U32S:
	case TCE_P_U64S: put_array(param, base, out); break;
	case TCE_P_BYTES: put_bytes(base, out); break;
	case TCE_P_TCES: put_tces(base, out); break;
	case TCE_P_SG: put_sg(base, out); break;
	default: put_number(param, value, out); break;
	}
}
