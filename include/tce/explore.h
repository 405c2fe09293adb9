/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/explore.h - trying all orders of events on a small machine, up to a bound, and the shortest
 * story that breaks a rule (tce/check.h).
 *
 * A search begins where its starting stories end. In every state it reaches it makes the list of
 * events that can happen there (the alphabet: every device, mask, buffer, memory block, failure
 * that the machine has), applies each, holds all rules against what came of it, and goes on from
 * every state that it has not seen before. States that differ only in bus addresses, in the numbers
 * of mappings, or in which of two devices that are alike is which, count as one.
 *
 * Kept for a state: a 64-bit fingerprint and how it was reached, about 35 bytes; the state itself
 * is made again when it is needed. Two different states with one fingerprint would be taken for
 * one, and each thread knows states that it met lately by a 64-bit sum of their bytes:
 * tce_explore_summary.missed says how likely it is that any state was missed by that. With exact,
 * whole states are kept and compared, and none can be missed.
 *
 * Same options, same result, for any number of threads and of processes: levels are searched one
 * after the other, and of two ways to a state, or two broken rules, the first in a fixed order
 * counts.
 *
 * Life: tce_explore -> look at the exploration -> tce_exploration_free.
 * Threads: one caller; opts.threads of its own while tce_explore runs. Never prints, never asks a
 * clock: whoever wants a limit of time stops it from the observer.
 */
#ifndef TCE_EXPLORE_H
#define TCE_EXPLORE_H

#include <tce/linux.h>
#include <tce/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the alphabet ---------------------------------------------------------------------------- */

/* Kinds of events that a search may use: X(name, word, what) */
#define TCE_LETTERS_LIST(X)                                                                        \
	X(DRIVER, "driver", "drivers bind, let go, set masks")                                     \
	X(MAP, "map", "drivers map and unmap, devices use what they were given")                   \
	X(MEMORY, "memory", "memory blocks and persistent memory come and go")                     \
	X(HOTPLUG, "hotplug", "devices and bridges come and go")                                   \
	X(LIFE, "life", "kexec, crash kernels, reboots")                                           \
	X(EEH, "eeh", "PEs freeze and are reset")                                                  \
	X(FAIL, "fail", "an allocation or a call of firmware fails")                               \
	X(VFIO, "vfio", "a VFIO client takes devices")                                             \
	X(MIGRATE, "migrate", "the machine is saved and loaded")

enum tce_letters {
#define TCE_LETTERS_ENUM_(name, word, what) TCE_LETTERS_##name,
	TCE_LETTERS_LIST(TCE_LETTERS_ENUM_)
#undef TCE_LETTERS_ENUM_
	TCE_NR_LETTERS
};

#define TCE_LETTERS_BIT(name) (1U << TCE_LETTERS_##name)
#define TCE_LETTERS_ALL       ((1U << TCE_NR_LETTERS) - 1)

/* Word and clause of a kind; static. */
const char *tce_letters_word(enum tce_letters letters);
const char *tce_letters_text(enum tce_letters letters);

/* --- a search -------------------------------------------------------------------------------- */

enum tce_explore_method {
	TCE_EXPLORE_BREADTH, /* the shortest story */
	TCE_EXPLORE_DEPTH,   /* less memory; a story, not the shortest */
	TCE_EXPLORE_WALK,    /* random orders, for machines that are too large to search */
};

#define TCE_EXPLORE_DEPTH_MAX   64U
#define TCE_EXPLORE_THREADS_MAX 64U

/* How far it has come. */
struct tce_explore_progress {
	unsigned letters; /* mixture that is searched */
	uint64_t states;  /* different ones; of all mixtures so far */
	uint64_t transitions;
	unsigned depth;   /* events after the starting story of those that are looked at */
	uint64_t waiting; /* states of this depth not yet looked at */
	uint64_t next;    /* states found one deeper */
	uint64_t bytes;   /* of memory for states */
};

/* Called now and then, by the caller's thread. True: stop here. */
typedef bool tce_explore_observer_fn(void *ctx, const struct tce_explore_progress *progress);

/*
 * One transition, for a graph; only with one thread. States are called by their fingerprints; to
 * UINT64_MAX: a rule broke there.
 */
typedef void tce_explore_edge_fn(void *ctx, uint64_t from, uint64_t to,
				 const struct tce_event *event, const struct tce_outcome *outcome,
				 const struct tce_breach *breach);

/* Bytes for one of the ranks, or from it. */
struct tce_explore_batch {
	const void *bytes;
	size_t size;
};

/*
 * Processes that search together; each is a rank, with the same program and the same options. The
 * table of fingerprints is split by fingerprint, and so is the work; how each state was reached, 8
 * bytes, is kept by all. Every rank gets the same result, which is that of one process; only
 * summary.bytes, of all ranks together, is another.
 */
struct tce_explore_group {
	unsigned rank;
	unsigned nr_ranks;
	/*
	 * Rank r's out[i] becomes rank i's in[r]; in is valid until the next call. All ranks call
	 * it equally often; it returns when all have called. 0, or -TCE_ERR_x: the search ends with
	 * it here, and the other ranks wait forever unless the caller ends them. So they do when
	 * memory ends on a rank before the search begins; later errors are told to all ranks.
	 * Called by tce_explore's caller's thread.
	 */
	int (*exchange)(void *ctx, const struct tce_explore_batch *out,
			struct tce_explore_batch *in);
	void *ctx;
};

/*
 * Mixtures. Stories that break something seldom need many kinds of events, but they may be long;
 * a search of all kinds at once does not get that deep. With mixtures, letters are searched in
 * mixtures of drivers' events with none, one or two of the other kinds, and all at once last; each
 * first up to a few states, then those that are not exhausted up to eight times as many, and so on,
 * until all are exhausted or a limit is hit. A story found is then the shortest of its mixture.
 */
struct tce_explore_opts {
	const struct tce_story *starts; /* each played to its end first */
	unsigned nr_starts;
	enum tce_explore_method method;
	unsigned letters;  /* TCE_LETTERS_BIT; 0: all but migrate */
	bool mixtures;     /* see below */
	unsigned depth;    /* events after the start, at most; 0: TCE_EXPLORE_DEPTH_MAX */
	uint64_t states;   /* stop after this many; 0: no limit */
	uint64_t walks;    /* WALK: how many; 0: 10000 */
	uint64_t seed;     /* WALK */
	unsigned threads;  /* 0: 1; BREADTH and WALK use them */
	unsigned max_maps; /* live mappings at a time; 0: 2 */
	bool exact;        /* keep whole states */
	bool no_symmetry;  /* devices that are alike are told apart */
	bool all_rules;    /* go on after the first breach: the shortest story of every rule */
	uint64_t ignore;   /* bit n: rule n does not count */
	tce_explore_observer_fn *observer;
	tce_explore_edge_fn *edge;
	void *ctx; /* of both */
	/* Many processes; BREADTH only, without edge. NULL: this one alone. */
	const struct tce_explore_group *group;
};

enum tce_explore_verdict {
	TCE_EXPLORE_CLEAN,        /* no rule broke within the bound */
	TCE_EXPLORE_BROKEN,       /* a rule broke */
	TCE_EXPLORE_INCONCLUSIVE, /* a limit was hit, or the observer stopped it */
};

struct tce_explore_summary {
	enum tce_explore_verdict verdict;
	bool complete; /* nothing is left to look at: every state there is was seen */
	bool stopped;  /* by the observer */
	uint64_t states;
	uint64_t transitions;
	unsigned depth;                            /* searched in full; WALK: longest */
	uint64_t level[TCE_EXPLORE_DEPTH_MAX + 1]; /* new states at each depth; last mixture */
	uint64_t bytes;                            /* most memory for states */
	double missed; /* probability that any state was missed; 0 with exact */
};

/* The first story found that breaks a rule. */
struct tce_explore_finding {
	struct tce_breach breach;
	unsigned length;               /* events after the starting story */
	unsigned start;                /* which starting story */
	const struct tce_story *story; /* starting story and events, what came of each expected */
};

struct tce_exploration;

/*
 * Search. 0; -TCE_ERR_INVAL options or a starting story that cannot be played; -TCE_ERR_NOMEM;
 * -TCE_ERR_LIMIT a state has more events than a search can number. alloc NULL: default.
 */
TCE_MUST_USE int tce_explore(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
			     struct tce_exploration **ret_exploration);
void tce_exploration_free(struct tce_exploration *exploration);

/* Borrowed. The i-th finding, shortest first; NULL past the last. */
const struct tce_explore_summary *tce_exploration_summary(const struct tce_exploration *x);
const struct tce_explore_finding *tce_exploration_finding(const struct tce_exploration *x,
							  unsigned i);

/* --- shrinking ------------------------------------------------------------------------------- */

/* A story that fails, made as short and as plain as it goes while it fails in the same way. */
struct tce_shrunk;

/*
 * What counts as failing: the story as tce_run judges it breaks a rule, expected or not, or an
 * expectation of its last event is not met. -TCE_ERR_NOENT: it does not fail; -TCE_ERR_INVAL: it
 * cannot be played to its end; -TCE_ERR_NOMEM. Time grows with the square of what cannot be left
 * out: observer, which may be NULL, is told after each run how many steps are left and how many
 * runs there were. True: that will do, the shortest one so far is the result.
 */
typedef bool tce_shrink_observer_fn(void *ctx, unsigned nr_steps, unsigned nr_runs);
TCE_MUST_USE int tce_shrink(const struct tce_alloc *alloc, const struct tce_story *story,
			    tce_shrink_observer_fn *observer, void *ctx,
			    struct tce_shrunk **ret_shrunk);
void tce_shrunk_free(struct tce_shrunk *shrunk);

/* Borrowed: the story, what comes of every event expected, the breach last. */
const struct tce_story *tce_shrunk_story(struct tce_shrunk *shrunk);

#ifdef __cplusplus
}
#endif
#endif
