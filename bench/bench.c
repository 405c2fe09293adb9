/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE /* clock_gettime */
#include "bench.h"

#include <stdio.h>
#include <time.h>

static volatile uint64_t sink;

uint64_t bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void bench_use(uint64_t v)
{
	sink = sink + v;
}

void bench_head(const char *title)
{
	printf("%s\n%-44s %10s %10s %8s\n", title, "name", "ours", "peer", "ratio");
}

void bench_line(const char *name, const char *unit, double ours, double peer)
{
	char text[64];

	snprintf(text, sizeof(text), "%s_%s", name, unit);
	printf("%-44s %10.2f %10.2f %8.3f\n", text, ours, peer, ours / peer);
	fflush(stdout);
}

static uint64_t measure(const struct bench *bench, void (*run)(void *ctx))
{
	uint64_t start;

	if (bench->prepare != NULL)
		bench->prepare(bench->ctx);
	start = bench_now();
	run(bench->ctx);
	return bench_now() - start;
}

void bench_run(const struct bench *bench)
{
	uint64_t ours = UINT64_MAX;
	uint64_t peer = UINT64_MAX;
	double scale = (double)bench->nr * bench->per_unit;
	unsigned i;

	for (i = 0; i < bench->rounds; i++) {
		uint64_t t = measure(bench, bench->ours);

		if (t < ours)
			ours = t;
		t = measure(bench, bench->peer);
		if (t < peer)
			peer = t;
	}
	bench_line(bench->name, bench->unit, (double)ours / scale, (double)peer / scale);
}
