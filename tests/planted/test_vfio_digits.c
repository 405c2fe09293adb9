/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of VFIO calls with one digit of an answer changed: replay must name exactly the
 * changed line. Everything behind "->" is an answer: return value, error, outputs, locked memory.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prng.h"
#include "recording.h"
#include "testing.h"
#include "vfio_text.h"

#define SEED      20261120
#define PLANTS    25U    /* in each recording */
#define BYTES_MAX 150000 /* that are replayed of each: whole lines */

/* A line with an answer at random: its number, and where the answer begins. */
static char *pick_answer(char *text, size_t size, struct prng *rng, uint64_t *ret_line)
{
	char *at = text + prng_below(rng, size);
	char *arrow = NULL;

	while (arrow == NULL) {
		while (at > text && at[-1] != '\n')
			at--;
		if (isdigit((unsigned char)*at))
			arrow = strstr(at, " -> ");
		if (arrow != NULL && arrow > strchr(at, '\n'))
			arrow = NULL;
		if (arrow == NULL)
			at = text + prng_below(rng, size);
	}
	*ret_line = 1;
	for (const char *p = text; p < at; p++)
		*ret_line += *p == '\n';
	return arrow + 4;
}

/* One of the digits up to the line's end that are a number's, not those of "0x". */
static char *pick_digit(char *answer, struct prng *rng)
{
	char *digits[256];
	size_t nr = 0;

	for (char *p = answer; *p != '\n' && nr < 256; p++) {
		bool of_number = isdigit((unsigned char)*p) && (p[1] != 'x' || *p != '0');
		bool of_errno = p[0] == '1' && p[-1] == '-';

		if (of_number && !of_errno)
			digits[nr++] = p;
	}
	assert_true(nr != 0);
	return digits[prng_below(rng, nr)];
}

static void plant(struct recording *r, struct prng *rng)
{
	struct vfio_replayed out;
	uint64_t line;
	char *answer = pick_answer(r->text, r->size, rng, &line);
	char *digit = pick_digit(answer, rng);
	char old = *digit;

	*digit = (char)('0' + (old - '0' + 1 + (int)prng_below(rng, 9)) % 10);
	assert_int_equal(vfio_text_replay(r->text, r->size, NULL, NULL, &out), 0);
	if (out.first_diverged != line && out.first_damaged != line)
		fail_msg("%s line %ju: %c became %c, and line %ju diverged", r->name,
			 (uintmax_t)line, old, *digit, (uintmax_t)out.first_diverged);
	*digit = old;
}

static void a_changed_digit_of_an_answer_is_named(void **state)
{
	struct prng rng = prng_seeded(SEED);
	struct recording r;
	unsigned nr = 0;
	unsigned n;

	(void)state;
	for (n = 0; recording_load_vfio(RECORDINGS, n, &r); n++) {
		while (r.size > BYTES_MAX || (r.size > 0 && r.text[r.size - 1] != '\n'))
			r.size--;
		for (unsigned i = 0; i < PLANTS; i++, nr++)
			plant(&r, &rng);
		recording_free(&r);
	}
	print_message("%u digits, each noticed at its line\n", nr);
	assert_true(n >= 10); /* recordings are there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_digit_of_an_answer_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
