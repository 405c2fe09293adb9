/* SPDX-License-Identifier: BSD-2-Clause */
/* Divergences and findings of VFIO recordings in words. */
#include <inttypes.h>

#include <tce/vfio_ops.h>

#include "check/words.h"

static const char *const differs_text[] = {
#define DIFFERS_TEXT(name, text) text,
	TCE_VFIO_DIFFERS_LIST(DIFFERS_TEXT)
#undef DIFFERS_TEXT
};

static void add_answer(struct tce_words *w, int64_t ret)
{
	const char *name = ret < 0 ? tce_errno_name((int)ret) : NULL;

	if (name != NULL)
		tce_words_add(w, "%s", name);
	else
		tce_words_add(w, "%" PRId64, ret);
}

static void add_value(struct tce_words *w, enum tce_vfio_differs what, uint64_t value)
{
	switch (what) {
	case TCE_VFIO_DIFFERS_RET: add_answer(w, (int64_t)value); break;
	case TCE_VFIO_DIFFERS_LOCKED:
	case TCE_VFIO_DIFFERS_NR_CALLS:
	case TCE_VFIO_DIFFERS_INFO_ARGSZ:
	case TCE_VFIO_DIFFERS_INFO_WINDOWS:
	case TCE_VFIO_DIFFERS_INFO_LEVELS: tce_words_add(w, "%" PRIu64, value); break;
	default: tce_words_add(w, "0x%" PRIx64, value); break;
	}
}

size_t tce_vfio_divergence_text(const struct tce_vfio_divergence *d, char *ret_text, size_t n)
{
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	if (d->n != UINT64_MAX)
		tce_words_add(&w, "%s: ", tce_vfio_call_name(d->call));
	tce_words_add(&w, "%s", differs_text[d->what]);
	if (d->what == TCE_VFIO_DIFFERS_NOT_TAKEN)
		return w.len;
	tce_words_add(&w, " ");
	add_value(&w, d->what, d->recorded);
	tce_words_add(&w, ", the model has ");
	add_value(&w, d->what, d->model);
	return w.len;
}

size_t tce_vfio_finding_text(const struct tce_vfio_finding *f, char *ret_text, size_t n)
{
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	switch (f->rule) {
	case TCE_RULE_UNBALANCED_ACCOUNT:
		tce_words_add(&w,
			      "%" PRIu64 " times memory stayed registered or charged when its "
			      "container or process was gone, up to ",
			      f->count);
		tce_words_add_size(&w, f->bytes);
		tce_words_add(&w, "B");
		break;
	case TCE_RULE_FAILED_CALL_CHANGED_STATE:
		tce_words_add(&w, "%" PRIu64 " TCE_CREATE calls failed and left up to ", f->count);
		tce_words_add_size(&w, f->bytes);
		tce_words_add(&w, "B of locked memory charged");
		break;
	default:
		tce_words_add(&w,
			      "%" PRIu64 " MAP and UNMAP calls with a bad address were answered "
			      "with +1 or went past the window",
			      f->count);
		break;
	}
	return w.len;
}
