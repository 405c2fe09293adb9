/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/status.h - what the library itself may fail with, who gives it memory, and the few types that
 * keep unlike quantities apart.
 *
 * Four kinds of "wrong" exist in libtce and are never mixed:
 *   1. what the modelled machine answered (H_PARAMETER, RTAS -3, OPAL codes, -EBUSY) is data, in
 *      outcomes;
 *   2. what the library could not do (no memory, bad file, misuse) is an int: 0, or -TCE_ERR_x from
 *      here;
 *   3. a broken rule of the system under test is a finding (tce/check.h);
 *   4. a mistake of ours stops the program with one line (TCE_ASSERT, internal); no input may reach
 *      it.
 *
 * Threads: everything here is immutable or stateless.
 */
#ifndef TCE_STATUS_H
#define TCE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TCE_VERSION_MAJOR 0
#define TCE_VERSION_MINOR 1
#define TCE_VERSION_PATCH 0

#if defined(__GNUC__) || defined(__clang__)
#define TCE_MUST_USE __attribute__((warn_unused_result))
#else
#define TCE_MUST_USE
#endif

/*
 * Every code the library returns, with its text: X(name, value, text). A function returns the code
 * negated. Outputs (parameters called ret_x) are written only when a function returns 0.
 */
#define TCE_ERR_LIST(X)                                                                            \
	X(NOMEM, 1, "out of memory")                                                               \
	X(INVAL, 2, "a parameter is outside its documented range")                                 \
	X(STATE, 3, "not allowed in this state of the object's life")                              \
	X(EXISTS, 4, "already there")                                                              \
	X(NOENT, 5, "no such object")                                                              \
	X(LIMIT, 6, "larger than the library models")                                              \
	X(FORMAT, 7, "malformed input")                                                            \
	X(TRUNCATED, 8, "input ends early")                                                        \
	X(IO, 9, "a callback or the system reported an I/O error")                                 \
	X(UNSUPPORTED, 10, "not modelled")

enum tce_err {
#define TCE_ERR_ENUM_(name, value, text) TCE_ERR_##name = (value),
	TCE_ERR_LIST(TCE_ERR_ENUM_)
#undef TCE_ERR_ENUM_
};

/* Text of a code, given as returned (negative) or positive; "success" for 0. Never NULL, static. */
const char *tce_strerror(int err);

/* "MAJOR.MINOR.PATCH" of the library that is linked (the macros tell what was compiled against). */
const char *tce_version(void);

/*
 * Memory. The embedder may pass one of these to every constructor; NULL means malloc and, for
 * reserve, anonymous lazily backed mappings. The object keeps a copy. No other memory is taken.
 *
 * alloc:   size > 0 bytes, aligned for any type, content undefined; NULL when there are none.
 * free:    what alloc gave, with the same size; never called with NULL.
 * reserve: size > 0 bytes that read as zero and cost physical memory only where written (large: up
 *          to TiBs). May be NULL: alloc and a clearing loop are used instead, and limits are lower.
 * release: what reserve gave, with the same size. NULL exactly when reserve is.
 * discard: the content of a part of what reserve gave is no longer needed: its pages may read as
 *          zero and cost nothing until written again. Other threads may be reading them. A hint;
 *          may be NULL: memory comes back at release.
 */
struct tce_alloc {
	void *ctx;
	void *(*alloc)(void *ctx, size_t size);
	void (*free)(void *ctx, void *mem, size_t size);
	void *(*reserve)(void *ctx, size_t size);
	void (*release)(void *ctx, void *mem, size_t size);
	void (*discard)(void *ctx, void *mem, size_t size);
};

/* A bus address as a device or H_PUT_TCE gives it, in bytes ("IOBA"). */
struct tce_ioba {
	uint64_t v;
};

/* A real address: guest real for PAPR, system real for PowerNV; in bytes. */
struct tce_ra {
	uint64_t v;
};

/* Eight bytes in memory order of the machine: big-endian. */
struct tce_be64 {
	uint8_t byte[8];
};

static inline struct tce_ioba tce_ioba(uint64_t v)
{
	struct tce_ioba a;

	a.v = v;
	return a;
}

static inline struct tce_ra tce_ra(uint64_t v)
{
	struct tce_ra a;

	a.v = v;
	return a;
}

/*
 * How an embedder lends the machine's memory. Addresses are real addresses. Any callback may be
 * called from any call that takes guest data, never later.
 *
 * read, write: move n bytes (1..4096, never across a 4 KiB page). 0, or non-zero when any byte is
 *              not memory: then nothing must have been moved.
 * is_ram:      non-zero when all n bytes are RAM of this partition. May be NULL: everything is.
 */
struct tce_memory {
	void *ctx;
	int (*read)(void *ctx, struct tce_ra ra, void *buf, size_t n);
	int (*write)(void *ctx, struct tce_ra ra, const void *buf, size_t n);
	int (*is_ram)(void *ctx, struct tce_ra ra, uint64_t n);
};

#ifdef __cplusplus
}
#endif
#endif
