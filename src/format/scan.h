/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cursor over one line of text: literals and numbers, nothing else. Every scanner returns true
 * and moves on, or false and remembers in fault what it wanted; a chain of && is then a grammar.
 * Numbers that do not fit are faults, never cut. Inlined: this is the inner loop of the reader.
 */
#ifndef TCE_FORMAT_SCAN_H
#define TCE_FORMAT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <tce/lines.h>

enum tce_scan_fault {
	TCE_SCAN_OK,
	TCE_SCAN_MISSING,    /* the literal is not here */
	TCE_SCAN_NOT_NUMBER, /* no digit after the literal */
	TCE_SCAN_TOO_LARGE,  /* does not fit its type */
	TCE_SCAN_TRAILING,   /* text after the last field */
	TCE_SCAN_TOO_LONG,   /* the line */
	TCE_SCAN_UNKNOWN,    /* a family without such an event */
};

struct tce_scan {
	const char *p;
	const char *end;
	const char *wanted; /* literal of the field that failed */
	enum tce_scan_fault fault;
};

/* A literal and its length, for the scanners below. */
#define TCE_LIT(text)   text, sizeof(text) - 1

#define TCE_SCAN_INLINE static inline __attribute__((always_inline))

/* 1 + the value of a hexadecimal digit, 0 for any other byte. */
extern const uint8_t tce_scan_digit[256];

TCE_SCAN_INLINE bool tce_scan_fail(struct tce_scan *s, const char *wanted,
				   enum tce_scan_fault fault)
{
	s->wanted = wanted;
	s->fault = fault;
	return false;
}

/* Is text here? Moves only if so; no fault otherwise. */
TCE_SCAN_INLINE bool tce_scan_try(struct tce_scan *s, const char *text, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	return true;
}

TCE_SCAN_INLINE bool tce_scan_lit(struct tce_scan *s, const char *text, size_t n)
{
	return tce_scan_try(s, text, n) || tce_scan_fail(s, text, TCE_SCAN_MISSING);
}

/* text, then a hexadecimal number with or without 0x, at most max. */
TCE_SCAN_INLINE bool tce_scan_hex_max(struct tce_scan *s, const char *text, size_t n, uint64_t max,
				      uint64_t *ret_value)
{
	uint64_t v = 0;
	const char *first;
	uint8_t digit;

	if (!tce_scan_lit(s, text, n))
		return false;
	if (s->end - s->p > 2 && s->p[0] == '0' && s->p[1] == 'x')
		s->p += 2;
	first = s->p;
	while (s->p < s->end && (digit = tce_scan_digit[(uint8_t)*s->p]) != 0) {
		if (v >> 60 != 0)
			return tce_scan_fail(s, text, TCE_SCAN_TOO_LARGE);
		v = v << 4 | (digit - 1U);
		s->p++;
	}
	if (s->p == first)
		return tce_scan_fail(s, text, TCE_SCAN_NOT_NUMBER);
	if (v > max)
		return tce_scan_fail(s, text, TCE_SCAN_TOO_LARGE);
	*ret_value = v;
	return true;
}

TCE_SCAN_INLINE bool tce_scan_hex(struct tce_scan *s, const char *text, size_t n,
				  uint64_t *ret_value)
{
	return tce_scan_hex_max(s, text, n, UINT64_MAX, ret_value);
}

TCE_SCAN_INLINE bool tce_scan_hex32(struct tce_scan *s, const char *text, size_t n,
				    uint32_t *ret_value)
{
	uint64_t v;

	if (!tce_scan_hex_max(s, text, n, UINT32_MAX, &v))
		return false;
	*ret_value = (uint32_t)v;
	return true;
}

/* Decimal digits, at least one, at most max. */
TCE_SCAN_INLINE bool tce_scan_digits(struct tce_scan *s, const char *text, uint64_t max,
				     uint64_t *ret_value)
{
	const char *first = s->p;
	uint64_t v = 0;
	unsigned digit;

	while (s->p < s->end && (digit = (unsigned)(uint8_t)*s->p - '0') < 10) {
		if (digit > max || v > (max - digit) / 10)
			return tce_scan_fail(s, text, TCE_SCAN_TOO_LARGE);
		v = v * 10 + digit;
		s->p++;
	}
	if (s->p == first)
		return tce_scan_fail(s, text, TCE_SCAN_NOT_NUMBER);
	*ret_value = v;
	return true;
}

/* text, then an unsigned decimal number. */
TCE_SCAN_INLINE bool tce_scan_dec(struct tce_scan *s, const char *text, size_t n, uint64_t max,
				  uint64_t *ret_value)
{
	return tce_scan_lit(s, text, n) && tce_scan_digits(s, text, max, ret_value);
}

TCE_SCAN_INLINE bool tce_scan_dec32(struct tce_scan *s, const char *text, size_t n,
				    uint32_t *ret_value)
{
	uint64_t v;

	if (!tce_scan_dec(s, text, n, UINT32_MAX, &v))
		return false;
	*ret_value = (uint32_t)v;
	return true;
}

/* text, then a signed decimal number. */
TCE_SCAN_INLINE bool tce_scan_int(struct tce_scan *s, const char *text, size_t n,
				  int64_t *ret_value)
{
	uint64_t v;
	bool minus;

	if (!tce_scan_lit(s, text, n))
		return false;
	minus = tce_scan_try(s, TCE_LIT("-"));
	if (!tce_scan_digits(s, text, (uint64_t)INT64_MAX + minus, &v))
		return false;
	*ret_value = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

/* Move behind text, wherever it is in the rest; false, and not moved: it is not there. */
static inline bool tce_scan_past(struct tce_scan *s, const char *text, size_t n)
{
	const char *at = s->p;

	while ((size_t)(s->end - at) >= n) {
		at = memchr(at, text[0], (size_t)(s->end - at) - n + 1);
		if (at == NULL)
			return false;
		if (memcmp(at, text, n) == 0) {
			s->p = at + n;
			return true;
		}
		at++;
	}
	return false;
}

/* Up to the next blank; cut to what fits in size bytes with its NUL. */
static inline void tce_scan_word(struct tce_scan *s, char *ret_word, size_t size)
{
	size_t n = 0;

	while (s->p < s->end && (unsigned char)*s->p > ' ') {
		if (n + 1 < size)
			ret_word[n++] = *s->p;
		s->p++;
	}
	ret_word[n] = '\0';
}

/*
 * Cut the next line of a text of size bytes, from *at on; a last line without newline is a line.
 * False: none is left.
 */
bool tce_scan_line(const char *text, size_t size, size_t *at, struct tce_scan *ret_line);

/* What is wrong with a line that a scanner refused: one clause. */
void tce_scan_complaint(const struct tce_scan *s, char *ret_text, size_t size);

/* Nothing but blanks may be left; a log that went through Windows has a carriage return. */
TCE_SCAN_INLINE bool tce_scan_end(struct tce_scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
	return s->p == s->end || tce_scan_fail(s, "", TCE_SCAN_TRAILING);
}

/* --- readers of recordings: which line is next, and what became of it --------------------- */

void tce_scan_lines_init(struct tce_lines *lines, const char *text, size_t size);

/*
 * The next line of the format: kind_of moves behind what tells its kind, or gives nr_kinds for a
 * line that is to be skipped. False: none is left.
 */
bool tce_scan_next_kind(struct tce_lines *lines, size_t (*kind_of)(struct tce_scan *s),
			size_t nr_kinds, struct tce_scan *ret_line, size_t *ret_kind);

/* Count that line: a record when its fields could be read and end it, else damaged: false. */
bool tce_scan_count(struct tce_lines *lines, struct tce_scan *s, bool fields_read);

#endif
