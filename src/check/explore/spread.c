/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads. A round of work is long (thousands of machines' steps) against the making of a thread
 * (tens of microseconds), so each round makes its own: nothing waits between rounds.
 */
#include <pthread.h>

#include "search.h"

struct job {
	tce_work_fn *work;
	void *ctx;
	struct tce_actor *actor;
};

static void *work_in_thread(void *arg)
{
	struct job *job = arg;

	job->work(job->ctx, job->actor);
	return NULL;
}

/* What a thread that cannot be made has left to do is done by this one. */
int tce_search_spread(struct tce_search *search, tce_work_fn *work, void *ctx)
{
	unsigned nr = search->opts.threads;
	pthread_t thread[TCE_EXPLORE_THREADS_MAX];
	struct job job[TCE_EXPLORE_THREADS_MAX];
	bool made[TCE_EXPLORE_THREADS_MAX] = {false};
	int err = 0;

	for (unsigned i = 0; i < nr; i++)
		job[i] = (struct job){work, ctx, &search->actors[i]};
	for (unsigned i = 1; i < nr; i++)
		made[i] = pthread_create(&thread[i], NULL, work_in_thread, &job[i]) == 0;
	work(ctx, &search->actors[0]);
	for (unsigned i = 1; i < nr; i++) {
		if (made[i])
			pthread_join(thread[i], NULL);
		else
			work(ctx, &search->actors[i]);
	}
	for (unsigned i = 0; i < nr && err == 0; i++)
		err = search->actors[i].err;
	return err;
}
