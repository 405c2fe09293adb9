/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of VFIO calls, as the program vfiorand writes them (format 1): header lines that begin
 * with "#", then one line a call: "N NAME key=value... -> RESULT key=value...". Numbers are
 * hexadecimal with 0x, else decimal. tce-vfio(5) describes the format.
 */
#include <stddef.h>

#include <tce/vfio_ops.h>

#include "scan.h"

static const char *const call_names[] = {
#define CALL_NAME(name, word) word,
	TCE_VFIO_CALL_LIST(CALL_NAME)
#undef CALL_NAME
};

const char *tce_vfio_call_name(enum tce_vfio_call_kind kind)
{
	return kind < TCE_NR_VFIO_CALLS ? call_names[kind] : "";
}

/* --- words -------------------------------------------------------------------------------- */

/* A number of at most max: 0x and hexadecimal digits, or decimal ones. */
static bool scan_number(struct tce_scan *s, const char *wanted, uint64_t max, uint64_t *ret_value)
{
	if (s->end - s->p > 2 && s->p[0] == '0' && s->p[1] == 'x') {
		s->p += 2;
		s->wanted = wanted;
		if (!tce_scan_hex_max(s, "", 0, max, ret_value)) {
			s->wanted = wanted;
			return false;
		}
		return true;
	}
	return tce_scan_digits(s, wanted, max, ret_value);
}

static bool at_blank(const struct tce_scan *s)
{
	return s->p == s->end || *s->p == ' ' || *s->p == '\r';
}

/* key=, then a number up to a blank. */
static bool scan_key(struct tce_scan *s, const char *key, size_t n, uint64_t max,
		     uint64_t *ret_value)
{
	return tce_scan_lit(s, key, n) && scan_number(s, key, max, ret_value) &&
	       (at_blank(s) || tce_scan_fail(s, key, TCE_SCAN_NOT_NUMBER));
}

static bool scan_key32(struct tce_scan *s, const char *key, size_t n, uint32_t *ret_value)
{
	uint64_t value;

	if (!scan_key(s, key, n, UINT32_MAX, &value))
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

/* 0 and more, or "-1 NAME" of an error: negative. */
static bool scan_result(struct tce_scan *s, int64_t *ret_value)
{
	char name[32];
	uint64_t value;
	int number;

	if (!tce_scan_try(s, TCE_LIT("-1 "))) {
		if (!tce_scan_digits(s, "result", INT64_MAX, &value))
			return false;
		*ret_value = (int64_t)value;
		return true;
	}
	tce_scan_word(s, name, sizeof(name));
	for (number = 1; number < 4096; number++) {
		const char *known = tce_errno_name(number);

		if (known != NULL && strcmp(known, name) == 0) {
			*ret_value = -number;
			return true;
		}
	}
	return tce_scan_fail(s, "error", TCE_SCAN_UNKNOWN);
}

/* --- header ------------------------------------------------------------------------------- */

/* Behind the blank that ends a word. */
static bool skip_to(struct tce_scan *s, const char *key, size_t n)
{
	return tce_scan_past(s, key, n) || tce_scan_fail(s, key, TCE_SCAN_MISSING);
}

static bool rest(struct tce_scan *s)
{
	s->p = s->end;
	return true;
}

static bool read_run(struct tce_scan *s, struct tce_vfio_record *r)
{
	char mode[16];

	if (!scan_key32(s, TCE_LIT(" format="), &r->u.run.format) || !skip_to(s, TCE_LIT(" mode=")))
		return false;
	tce_scan_word(s, mode, sizeof(mode));
	r->u.run.v1 = strcmp(mode, "v1") == 0;
	if (r->u.run.format != 1)
		return tce_scan_fail(s, " format=", TCE_SCAN_UNKNOWN);
	return rest(s);
}

static bool read_kernel(struct tce_scan *s, struct tce_vfio_record *r)
{
	struct tce_vfio_kernel *kernel = &r->u.kernel;
	uint64_t powernv;

	tce_scan_word(s, kernel->version, sizeof(kernel->version));
	if (!scan_key32(s, TCE_LIT(" page_size="), &kernel->page_size) ||
	    !skip_to(s, TCE_LIT(" compatible=")) || !skip_to(s, TCE_LIT("powernv")) ||
	    !tce_scan_digits(s, "powernv", 10, &powernv))
		return false;
	if (powernv < 8)
		return tce_scan_fail(s, "powernv", TCE_SCAN_UNKNOWN);
	if (kernel->page_size != 4096 && kernel->page_size != 65536)
		return tce_scan_fail(s, " page_size=", TCE_SCAN_UNKNOWN);
	kernel->powernv = (uint32_t)powernv;
	return rest(s);
}

static bool scan_letter(struct tce_scan *s, const char *wanted, char *ret_letter)
{
	if (s->p == s->end || *s->p < 'A' || *s->p > 'Z')
		return tce_scan_fail(s, wanted, TCE_SCAN_UNKNOWN);
	*ret_letter = *s->p++;
	return true;
}

/* A=2 device=0004:01:00.0 */
static bool read_group(struct tce_scan *s, struct tce_vfio_record *r)
{
	struct tce_vfio_group_line *group = &r->u.group;
	uint64_t number, domain, bus, dev, function;

	if (!scan_letter(s, "group", &group->name) ||
	    !scan_key(s, TCE_LIT("="), UINT32_MAX, &number) ||
	    !tce_scan_hex_max(s, TCE_LIT(" device="), 0xffff, &domain) ||
	    !tce_scan_hex_max(s, TCE_LIT(":"), 0xff, &bus) ||
	    !tce_scan_hex_max(s, TCE_LIT(":"), 0x1f, &dev) ||
	    !tce_scan_hex_max(s, TCE_LIT("."), 7, &function))
		return false;
	if ((unsigned)(group->name - 'A') >= TCE_VFIO_GROUPS_MAX)
		return tce_scan_fail(s, "group", TCE_SCAN_TOO_LARGE);
	group->domain = (uint32_t)domain;
	group->bus = (uint8_t)bus;
	group->devfn = (uint8_t)(dev << 3 | function);
	return true;
}

static bool scan_limit(struct tce_scan *s, const char *key, size_t n, uint64_t *ret_bytes)
{
	if (!tce_scan_lit(s, key, n))
		return false;
	*ret_bytes = UINT64_MAX;
	return tce_scan_try(s, TCE_LIT("unlimited")) || scan_number(s, key, UINT64_MAX, ret_bytes);
}

static bool read_caps(struct tce_scan *s, struct tce_vfio_record *r)
{
	uint64_t ipc_lock;

	if (!skip_to(s, TCE_LIT(" ipc_lock=")) || !scan_number(s, "ipc_lock", 1, &ipc_lock))
		return false;
	r->u.caps.ipc_lock = ipc_lock != 0;
	return scan_limit(s, TCE_LIT(" rlimit_memlock="), &r->u.caps.memlock);
}

static bool scan_prot(struct tce_scan *s, struct tce_vfio_buffer *buffer)
{
	static const struct {
		const char *word;
		uint32_t prot;
		enum tce_vfio_backing backing;
	} words[] = {
		{"rw", 3, TCE_VFIO_BACKED_PLAIN},        {"rw-shared", 3, TCE_VFIO_BACKED_SMALL},
		{"rw-nohuge", 3, TCE_VFIO_BACKED_SMALL}, {"rw-hugetlb", 3, TCE_VFIO_BACKED_HUGETLB},
		{"ro", 1, TCE_VFIO_BACKED_PLAIN},        {"none", 0, TCE_VFIO_BACKED_PLAIN},
		{"unmapped", 0, TCE_VFIO_BACKED_NOT},
	};
	char word[16];

	tce_scan_word(s, word, sizeof(word));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) == 0) {
			buffer->prot = words[i].prot;
			buffer->backing = words[i].backing;
			return true;
		}
	}
	return tce_scan_fail(s, " prot=", TCE_SCAN_UNKNOWN);
}

static bool read_buffer(struct tce_scan *s, struct tce_vfio_record *r)
{
	struct tce_vfio_buffer *buffer = &r->u.buffer;

	if (!scan_letter(s, "buffer", &buffer->name) ||
	    !scan_key(s, TCE_LIT(" vaddr="), UINT64_MAX, &buffer->vaddr) ||
	    !scan_key(s, TCE_LIT(" size="), UINT64_MAX, &buffer->size) ||
	    !tce_scan_lit(s, TCE_LIT(" prot=")))
		return false;
	return scan_prot(s, buffer);
}

static bool scan_info(struct tce_scan *s, struct tce_vfio_info_out *info)
{
	return scan_key32(s, TCE_LIT(" argsz="), &info->argsz) &&
	       scan_key32(s, TCE_LIT(" flags="), &info->flags) &&
	       scan_key32(s, TCE_LIT(" start="), &info->start) &&
	       scan_key32(s, TCE_LIT(" size="), &info->size) &&
	       scan_key(s, TCE_LIT(" pgsizes="), UINT64_MAX, &info->pgsizes) &&
	       scan_key32(s, TCE_LIT(" maxwin="), &info->max_windows) &&
	       scan_key32(s, TCE_LIT(" levels="), &info->levels);
}

static bool read_info(struct tce_scan *s, struct tce_vfio_record *r)
{
	struct tce_vfio_info_line *info = &r->u.info;

	return tce_scan_lit(s, TCE_LIT(" set_container=")) &&
	       scan_result(s, &info->set_container) && tce_scan_lit(s, TCE_LIT(" set_iommu=")) &&
	       scan_result(s, &info->set_iommu) && tce_scan_lit(s, TCE_LIT(" info=")) &&
	       scan_result(s, &info->info) && scan_info(s, &info->out);
}

static bool read_process(struct tce_scan *s, struct tce_vfio_record *r)
{
	if (!tce_scan_digits(s, "process", UINT32_MAX, &r->u.number))
		return false;
	if (!tce_scan_try(s, TCE_LIT(" exited")))
		return true;
	r->kind = TCE_VFIO_LINE_EXITED;
	return rest(s);
}

static bool read_session(struct tce_scan *s, struct tce_vfio_record *r)
{
	uint64_t number;

	return tce_scan_digits(s, "session", UINT32_MAX, &number) &&
	       scan_key(s, TCE_LIT(" lck="), UINT64_MAX, &r->u.number);
}

static bool read_missing(struct tce_scan *s, struct tce_vfio_record *r)
{
	return scan_letter(s, "mmap", &r->u.missing) && tce_scan_lit(s, TCE_LIT(" failed")) &&
	       rest(s);
}

static bool read_end(struct tce_scan *s, struct tce_vfio_record *r)
{
	return tce_scan_digits(s, "ops=", UINT64_MAX, &r->u.number);
}

/* --- a call ------------------------------------------------------------------------------- */

/* Arguments: where each key goes. */
static bool scan_container(struct tce_scan *s, struct tce_vfio_ops_call *call)
{
	int64_t slot;

	if (!tce_scan_int(s, "", 0, &slot))
		return false;
	if (slot < -1 || slot > 4095)
		return tce_scan_fail(s, "c=", TCE_SCAN_TOO_LARGE);
	call->container = (int32_t)slot;
	return true;
}

struct number_key {
	const char *word;
	size_t n;
	size_t offset;
	bool wide; /* 64 bits */
};

#define KEY32(text, field)                                                                         \
	{                                                                                          \
		TCE_LIT(text), offsetof(struct tce_vfio_ops_call, field), false                    \
	}
#define KEY64(text, field)                                                                         \
	{                                                                                          \
		TCE_LIT(text), offsetof(struct tce_vfio_ops_call, field), true                     \
	}

/* "nr=" and others are all the one number that a call may have. */
static const struct number_key argument_keys[] = {
	KEY64("vaddr=", vaddr),   KEY64("iova=", iova),     KEY64("size=", size),
	KEY32("flags=", flags),   KEY32("argsz=", argsz),   KEY64("start=", start),
	KEY32("shift=", shift),   KEY32("levels=", levels), KEY32("ext=", number),
	KEY32("op=", number),     KEY32("nr=", number),     KEY32("ipc_lock=", number),
	KEY32("prot=", number),   KEY64("func=", extra[1]), KEY64("addr=", extra[2]),
	KEY64("mask=", extra[3]),
};

static bool scan_number_key(struct tce_scan *s, const struct number_key *keys, size_t nr,
			    struct tce_vfio_ops_call *call, bool *ret_found)
{
	uint64_t value;

	*ret_found = false;
	for (size_t i = 0; i < nr; i++) {
		void *field = (char *)call + keys[i].offset;

		if (!tce_scan_try(s, keys[i].word, keys[i].n))
			continue;
		*ret_found = true;
		if (!scan_number(s, keys[i].word, keys[i].wide ? UINT64_MAX : UINT32_MAX, &value))
			return false;
		if (keys[i].wide)
			*(uint64_t *)field = value;
		else
			*(uint32_t *)field = (uint32_t)value;
		return at_blank(s) || tce_scan_fail(s, keys[i].word, TCE_SCAN_NOT_NUMBER);
	}
	return true;
}

/* SET_IOMMU's type, or that of an injected error. */
static bool scan_type(struct tce_scan *s, struct tce_vfio_ops_call *call)
{
	uint64_t value;

	if (!scan_number(s, "type=", UINT32_MAX, &value))
		return false;
	if (call->kind == TCE_VFIO_CALL_EEH)
		call->extra[0] = value;
	else
		call->number = (uint32_t)value;
	return true;
}

static bool scan_argument(struct tce_scan *s, struct tce_vfio_ops_call *call)
{
	bool found;

	if (tce_scan_try(s, TCE_LIT("c=")))
		return scan_container(s, call);
	if (tce_scan_try(s, TCE_LIT("g=")))
		return scan_letter(s, "g=", &call->group);
	if (tce_scan_try(s, TCE_LIT("buf=")))
		return scan_letter(s, "buf=", &call->buffer);
	if (tce_scan_try(s, TCE_LIT("type=")))
		return scan_type(s, call);
	if (tce_scan_try(s, TCE_LIT("ptr=bad")))
		return call->bad_pointer = true;
	if (tce_scan_try(s, TCE_LIT("fork=1")))
		return call->fork = true;
	if ((size_t)(s->end - s->p) > 8 && memcmp(s->p, "memlock=", 8) == 0)
		return scan_limit(s, TCE_LIT("memlock="), &call->memlock);
	if (!scan_number_key(s, argument_keys, sizeof(argument_keys) / sizeof(argument_keys[0]),
			     call, &found))
		return false;
	return found || tce_scan_fail(s, "arguments", TCE_SCAN_UNKNOWN);
}

static bool scan_outputs(struct tce_scan *s, struct tce_vfio_ops_call *call)
{
	if (call->kind == TCE_VFIO_CALL_INFO && call->ret >= 0) {
		call->has_info = true;
		if (!scan_info(s, &call->info))
			return false;
	}
	if (call->kind == TCE_VFIO_CALL_CREATE && call->ret >= 0) {
		call->has_start = true;
		if (!scan_key(s, TCE_LIT(" start="), UINT64_MAX, &call->out_start))
			return false;
	}
	if (call->kind == TCE_VFIO_CALL_GSTATUS && call->ret >= 0) {
		call->has_flags = true;
		if (!scan_key32(s, TCE_LIT(" flags="), &call->out_flags))
			return false;
	}
	call->has_outsize = tce_scan_try(s, TCE_LIT(" outsize="));
	if (call->has_outsize && !scan_number(s, "outsize=", UINT64_MAX, &call->outsize))
		return false;
	call->has_locked = tce_scan_try(s, TCE_LIT(" lck="));
	return !call->has_locked || scan_number(s, "lck=", UINT64_MAX, &call->locked);
}

static bool scan_call_name(struct tce_scan *s, struct tce_vfio_ops_call *call)
{
	char word[16];

	tce_scan_word(s, word, sizeof(word));
	for (unsigned i = 0; i < TCE_NR_VFIO_CALLS; i++) {
		if (strcmp(call_names[i], word) == 0) {
			call->kind = (enum tce_vfio_call_kind)i;
			return true;
		}
	}
	return tce_scan_fail(s, "call", TCE_SCAN_UNKNOWN);
}

static bool read_call(struct tce_scan *s, struct tce_vfio_record *r)
{
	struct tce_vfio_ops_call *call = &r->u.call;

	call->container = -1;
	if (!tce_scan_digits(s, "number", UINT64_MAX, &call->n) || !tce_scan_lit(s, TCE_LIT(" ")) ||
	    !scan_call_name(s, call))
		return false;
	while (!tce_scan_try(s, TCE_LIT(" -> "))) {
		if (!tce_scan_lit(s, TCE_LIT(" ")) || !scan_argument(s, call))
			return false;
	}
	return scan_result(s, &call->ret) && scan_outputs(s, call);
}

/* --- the reader --------------------------------------------------------------------------- */

static const struct {
	const char *word;
	size_t n;
	bool (*read)(struct tce_scan *s, struct tce_vfio_record *r);
} kinds[] = {
	[TCE_VFIO_LINE_RUN] = {TCE_LIT("# vfiorand"), read_run},
	[TCE_VFIO_LINE_KERNEL] = {TCE_LIT("# kernel="), read_kernel},
	[TCE_VFIO_LINE_GROUP] = {TCE_LIT("# group "), read_group},
	[TCE_VFIO_LINE_CAPS] = {TCE_LIT("# caps"), read_caps},
	[TCE_VFIO_LINE_BUFFER] = {TCE_LIT("# buffer "), read_buffer},
	[TCE_VFIO_LINE_INFO] = {TCE_LIT("# GET_INFO"), read_info},
	[TCE_VFIO_LINE_PROCESS] = {TCE_LIT("# process "), read_process},
	[TCE_VFIO_LINE_SESSION] = {TCE_LIT("# session "), read_session},
	[TCE_VFIO_LINE_MISSING] = {TCE_LIT("# mmap "), read_missing},
	[TCE_VFIO_LINE_CALL] = {"", 0, read_call},
	[TCE_VFIO_LINE_END] = {TCE_LIT("# end ops="), read_end},
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t kind_of(struct tce_scan *s)
{
	if (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		return TCE_VFIO_LINE_CALL;
	for (size_t i = 0; i < NR_KINDS; i++) {
		if (kinds[i].n != 0 && tce_scan_try(s, kinds[i].word, kinds[i].n))
			return i;
	}
	return NR_KINDS;
}

void tce_vfio_reader_init(struct tce_vfio_reader *reader, const char *text, size_t size)
{
	tce_scan_lines_init(&reader->lines, text, size);
}

enum tce_vfio_next tce_vfio_reader_next(struct tce_vfio_reader *reader,
					struct tce_vfio_record *ret_record)
{
	struct tce_vfio_record record;
	struct tce_scan s;
	size_t kind;

	if (!tce_scan_next_kind(&reader->lines, kind_of, NR_KINDS, &s, &kind))
		return TCE_VFIO_NEXT_END;
	memset(&record, 0, sizeof(record));
	record.kind = (enum tce_vfio_line)kind;
	record.line = reader->lines.read;
	if (!tce_scan_count(&reader->lines, &s, kinds[kind].read(&s, &record)))
		return TCE_VFIO_NEXT_DAMAGED;
	*ret_record = record;
	return TCE_VFIO_NEXT_RECORD;
}

bool tce_vfio_text_is(const char *text, size_t size)
{
	static const char word[] = "# vfiorand format=";

	return size >= sizeof(word) - 1 && memcmp(text, word, sizeof(word) - 1) == 0;
}
