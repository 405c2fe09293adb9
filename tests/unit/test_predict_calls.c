/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of calls beside plain arrays of them. */
#include <stdlib.h>
#include <string.h>

#include "check/predict/predict.h"
#include "prng.h"
#include "testing.h"

#define NR 2000U

/* Runs, broken by calls that do not follow, or that are alone. */
static struct tce_call any_call(struct prng *rng, const struct tce_call *before)
{
	struct tce_call call = *before;

	call.kind = TCE_CALL_PUT;
	call.group = 0;
	call.ioba += 0x1000;
	call.tce += 0x1000;
	call.line++;
	switch (prng_below(rng, 60)) {
	case 0: call.kind = (uint8_t)prng_below(rng, TCE_CALL_TAKEN + 1); break;
	case 1: call.group = 1; break;
	case 2: call.liobn = prng_below(rng, 2); break;
	case 3: call.ioba = prng_below(rng, 1 << 20); break;
	case 4: call.ret = -(int64_t)prng_below(rng, 2); break;
	case 5: call.kernel = (uint16_t)prng_below(rng, 2); break;
	case 6: call.unseen = !call.unseen; break;
	case 7: call.loose = !call.loose; break;
	case 8: call.module = !call.module; break;
	case 9: call.told = !call.told; break;
	case 10: call.tce++; break;
	case 11: call.line++; break;
	default: break;
	}
	return call;
}

static void a_list_gives_back_what_was_added(void **state)
{
	struct tce_call *plain = calloc(NR, sizeof(*plain));
	struct tce_calls calls = {.nr = 0};
	struct tce_mem mem;
	struct prng rng = prng_seeded(1);

	(void)state;
	tce_mem_init(&mem, NULL);
	assert_non_null(plain);
	for (uint32_t i = 0; i < NR; i++) {
		plain[i] = any_call(&rng, &plain[i == 0 ? 0 : i - 1]);
		assert_int_equal(tce_calls_add(&calls, &mem, &plain[i]), 0);
	}
	assert_int_equal(calls.nr, NR);
	assert_true(calls.runs.nr < NR / 2);
	for (uint32_t i = 0; i < NR; i++)
		assert_memory_equal(tce_calls_at(&calls, i), &plain[i], sizeof(*plain));
	for (uint32_t n = 0; n < NR; n++) {
		uint32_t i = (uint32_t)prng_below(&rng, NR);

		assert_memory_equal(tce_calls_at(&calls, i), &plain[i], sizeof(*plain));
	}
	tce_calls_fini(&calls, &mem);
	free(plain);
}

/* Calls of blocks are moved: each has its place. */
static void calls_in_a_group_are_written_where_they_stand(void **state)
{
	struct tce_call call = {.kind = TCE_CALL_PUT, .group = 1};
	struct tce_calls calls = {.nr = 0};
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, NULL);
	for (uint32_t i = 0; i < 4; i++, call.ioba += 0x1000)
		assert_int_equal(tce_calls_add(&calls, &mem, &call), 0);
	tce_calls_at(&calls, 2)->block = 7;
	assert_int_equal(tce_calls_at(&calls, 1)->block, 0);
	assert_int_equal(tce_calls_at(&calls, 2)->block, 7);
	assert_int_equal(tce_calls_at(&calls, 3)->ioba, 0x3000);
	tce_calls_fini(&calls, &mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_gives_back_what_was_added),
		cmocka_unit_test(calls_in_a_group_are_written_where_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
