/* SPDX-License-Identifier: BSD-2-Clause */
/* Values read from text. Each kind says in a clause what it wants when it does not get it. */
#include "value.h"

#include <string.h>

#include "base/bits.h"
#include "base/nearest.h"

/* --- numbers --- */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool digits_read(const char *at, size_t len, unsigned base, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)digit_of(at[i]);

		if (digit >= base || number > (UINT64_MAX - digit) / base)
			return false;
		number = number * base + digit;
	}
	*ret_number = number;
	return true;
}

/* 10, 20 ... for K, M ...; 0: no suffix. */
static unsigned suffix_shift(char c)
{
	static const char suffixes[] = "KMGTPE";
	const char *found = c == '\0' ? NULL : strchr(suffixes, c);

	return found == NULL ? 0 : 10 * (unsigned)(found - suffixes + 1);
}

bool tce_number_read(struct tce_span text, uint64_t *ret_number)
{
	unsigned shift;
	uint64_t number;

	if (text.len > 2 && text.at[0] == '0' && text.at[1] == 'x')
		return digits_read(text.at + 2, text.len - 2, 16, ret_number);
	if (text.len == 0)
		return false;
	shift = suffix_shift(text.at[text.len - 1]);
	if (!digits_read(text.at, text.len - (shift != 0), 10, &number) ||
	    number > UINT64_MAX >> shift)
		return false;
	*ret_number = number << shift;
	return true;
}

bool tce_signed_read(struct tce_span text, int64_t *ret_number)
{
	bool minus = text.len != 0 && text.at[0] == '-';
	struct tce_span rest = {text.at + minus, text.len - minus};
	uint64_t number;

	if (!tce_number_read(rest, &number) || number > (uint64_t)INT64_MAX + minus)
		return false;
	*ret_number = (int64_t)(minus ? 0 - number : number);
	return true;
}

bool tce_list_next(struct tce_span *list, struct tce_span *ret_element)
{
	const char *comma;

	if (list->len == 0)
		return false;
	comma = memchr(list->at, ',', list->len);
	ret_element->at = list->at;
	ret_element->len = comma == NULL ? list->len : (size_t)(comma - list->at);
	list->at += ret_element->len + (comma != NULL);
	list->len -= ret_element->len + (comma != NULL);
	return true;
}

static size_t list_length(struct tce_span list)
{
	struct tce_span element;
	size_t nr = 0;

	while (tce_list_next(&list, &element))
		nr++;
	return nr;
}

/* --- scalars --- */

static const char *number_value(const struct tce_param *param, struct tce_span text, void *base)
{
	uint64_t most = param->size >= 8 ? UINT64_MAX : tce_low_mask(8U * param->size);
	uint64_t number;

	if (!(param->words != NULL && tce_word_find(param->words, text.at, text.len, &number)) &&
	    !tce_number_read(text, &number))
		return "a number is wanted: decimal, 0x..., or with K M G T P";
	if (number < param->min || number > param->max || number > most)
		return "the number is out of range";
	tce_param_set(param, base, number);
	return NULL;
}

static const char *signed_value(const struct tce_param *param, struct tce_span text, void *base)
{
	int64_t number;

	if (!tce_signed_read(text, &number))
		return "a number is wanted, which may begin with '-'";
	tce_param_set(param, base, (uint64_t)number);
	return NULL;
}

static const char *bool_value(const struct tce_param *param, struct tce_span text, void *base)
{
	bool yes = tce_span_is(text, "yes") || tce_span_is(text, "on");

	if (!yes && !tce_span_is(text, "no") && !tce_span_is(text, "off"))
		return "yes or no is wanted";
	tce_param_set(param, base, yes);
	return NULL;
}

static void try_words(const struct tce_word *words, struct tce_nearest *nearest)
{
	for (; words->word != NULL; words++)
		tce_nearest_try(nearest, words->word);
}

static const char *enum_value(const struct tce_param *param, struct tce_span text, void *base,
			      struct tce_nearest *nearest)
{
	uint64_t value;

	if (!tce_word_find(param->words, text.at, text.len, &value)) {
		try_words(param->words, nearest);
		return "no such word here";
	}
	tce_param_set(param, base, value);
	return NULL;
}

static const char *page_value(const struct tce_param *param, struct tce_span text, void *base)
{
	uint64_t size;

	if (!tce_number_read(text, &size) || (size != 4096 && size != 65536))
		return "a page size is wanted: 4K or 64K";
	tce_param_set(param, base, tce_log2_floor(size));
	return NULL;
}

static const char *shifts_value(const struct tce_param *param, struct tce_span text, void *base)
{
	struct tce_span element;
	uint64_t shifts = 0;
	uint64_t size;

	while (tce_list_next(&text, &element)) {
		if (!tce_number_read(element, &size) || !tce_is_pow2(size))
			return "a list of page sizes is wanted, such as 4K,64K,2M";
		shifts |= UINT64_C(1) << tce_log2_floor(size);
	}
	tce_param_set(param, base, shifts);
	return NULL;
}

static const char *flags_value(const struct tce_param *param, struct tce_span text, void *base,
			       struct tce_nearest *nearest)
{
	struct tce_span element;
	uint64_t flags = 0;
	uint64_t flag;

	while (tce_list_next(&text, &element)) {
		if (!tce_word_find(param->words, element.at, element.len, &flag)) {
			try_words(param->words, nearest);
			return "no such word in this list";
		}
		flags |= flag;
	}
	tce_param_set(param, base, flags);
	return NULL;
}

/* The next word of a command line; false: no more. */
static bool cmdline_next(struct tce_span *line, struct tce_span *ret_word)
{
	while (line->len != 0 && *line->at == ' ') {
		line->at++;
		line->len--;
	}
	ret_word->at = line->at;
	ret_word->len = 0;
	while (line->len != 0 && *line->at != ' ') {
		line->at++;
		line->len--;
		ret_word->len++;
	}
	return ret_word->len != 0;
}

/* What a kernel does not know it ignores; here a typing error would go unseen, so it is refused. */
static const char *cmdline_value(const struct tce_param *param, struct tce_span text, void *base,
				 struct tce_nearest *nearest)
{
	struct tce_span word;
	uint64_t flags = 0;
	uint64_t flag;

	while (cmdline_next(&text, &word)) {
		if (tce_span_is(word, "disable_ddw=1"))
			word.len -= 2;
		if (!tce_word_find(param->words, word.at, word.len, &flag)) {
			try_words(param->words, nearest);
			return "this kernel parameter is not modelled";
		}
		flags |= flag;
	}
	tce_param_set(param, base, flags);
	return NULL;
}

/* --- arrays and lists --- */

static void element_set(const struct tce_param *param, void *base, unsigned i, uint64_t number)
{
	char *field = (char *)tce_param_field(param, base) + (size_t)i * param->size;

	if (param->size == 4)
		*(uint32_t *)(void *)field = (uint32_t)number;
	else
		*(uint64_t *)(void *)field = number;
}

static const char *array_value(const struct tce_param *param, struct tce_span text, void *base)
{
	uint64_t most = param->size >= 8 ? UINT64_MAX : tce_low_mask(8U * param->size);
	struct tce_span element;
	uint64_t number;
	unsigned i = 0;

	while (tce_list_next(&text, &element)) {
		if (i == param->nr)
			return "the list is too long";
		if (!tce_number_read(element, &number) || number > most)
			return "a list of numbers is wanted, with commas between";
		element_set(param, base, i++, number);
	}
	while (i < param->nr)
		element_set(param, base, i++, 0);
	return NULL;
}

/* BYTES: a property's. */
static const char *bytes_value(struct tce_span text, void *base)
{
	struct tce_ev_property *property = &((struct tce_event *)base)->u.property;

	if (text.len % 2 != 0 || text.len / 2 > sizeof(property->bytes))
		return "hexadecimal digits are wanted, two a byte, and not too many";
	for (size_t i = 0; i < text.len; i += 2) {
		uint64_t byte;

		if (!digits_read(text.at + i, 2, 16, &byte))
			return "hexadecimal digits are wanted, two a byte";
		property->bytes[i / 2] = (uint8_t)byte;
	}
	property->len = (uint8_t)(text.len / 2);
	return NULL;
}

/* TCES: its length is the event's count; see event_table.h. */
static const char *tces_value(struct tce_span text, void *base, struct tce_pool *pool,
			      bool *ret_nomem)
{
	struct tce_event *event = base;
	size_t nr = list_length(text);
	struct tce_be64 *list;
	struct tce_span element;
	uint64_t number;

	if (nr == 0)
		return "a list of TCEs is wanted";
	list = tce_pool_new(pool, nr * sizeof(*list));
	if (list == NULL) {
		*ret_nomem = true;
		return NULL;
	}
	for (size_t i = 0; tce_list_next(&text, &element); i++) {
		if (!tce_number_read(element, &number))
			return "a list of TCEs is wanted, with commas between";
		tce_be64_set(&list[i], number);
	}
	event->u.h_indirect.list = list;
	event->u.h_indirect.count = nr;
	return NULL;
}

/* "address+length". */
static bool piece_read(struct tce_span text, struct tce_sg *ret_piece)
{
	const char *plus = text.len == 0 ? NULL : memchr(text.at, '+', text.len);
	struct tce_span addr = {text.at, plus == NULL ? 0 : (size_t)(plus - text.at)};
	struct tce_span len = {plus == NULL ? NULL : plus + 1,
			       plus == NULL ? 0 : text.len - addr.len - 1};

	return tce_number_read(addr, &ret_piece->ra.v) && tce_number_read(len, &ret_piece->len);
}

static const char *sg_value(struct tce_span text, void *base, struct tce_pool *pool,
			    bool *ret_nomem)
{
	struct tce_event *event = base;
	size_t nr = list_length(text);
	struct tce_sg *list;
	struct tce_span element;

	if (nr == 0)
		return "a list of pieces is wanted, such as 0x1000+4K,0x8000+512";
	list = tce_pool_new(pool, nr * sizeof(*list));
	if (list == NULL) {
		*ret_nomem = true;
		return NULL;
	}
	for (size_t i = 0; tce_list_next(&text, &element); i++) {
		if (!piece_read(element, &list[i]))
			return "a list of pieces is wanted, such as 0x1000+4K,0x8000+512";
	}
	event->u.map.sg = list;
	event->u.map.nr_sg = (unsigned)nr;
	return NULL;
}

const char *tce_value_read(const struct tce_param *param, struct tce_span text, void *base,
			   struct tce_pool *pool, bool *ret_nomem, struct tce_nearest *nearest)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_SIGNED: return signed_value(param, text, base);
	case TCE_P_BOOL:
	case TCE_P_NOT:
	case TCE_P_BIT: return bool_value(param, text, base);
	case TCE_P_ENUM: return enum_value(param, text, base, nearest);
	case TCE_P_FLAGS: return flags_value(param, text, base, nearest);
	case TCE_P_CMDLINE: return cmdline_value(param, text, base, nearest);
	case TCE_P_SHIFTS: return shifts_value(param, text, base);
	case TCE_P_PAGE: return page_value(param, text, base);
	case TCE_P_U32S:
	case TCE_P_U64S: return array_value(param, text, base);
	case TCE_P_BYTES: return bytes_value(text, base);
	case TCE_P_TCES: return tces_value(text, base, pool, ret_nomem);
	case TCE_P_SG: return sg_value(text, base, pool, ret_nomem);
	default: return number_value(param, text, base);
	}
}
