/* SPDX-License-Identifier: BSD-2-Clause */
/* Reader and replay in one call. */
#include "vfio_text.h"

#include <string.h>

static int feed(struct tce_vfio_replay *replay, struct tce_vfio_reader *reader,
		struct vfio_replayed *out)
{
	struct tce_vfio_record record;
	enum tce_vfio_next next;
	int err = 0;

	while (err == 0 && (next = tce_vfio_reader_next(reader, &record)) != TCE_VFIO_NEXT_END) {
		if (next == TCE_VFIO_NEXT_RECORD) {
			err = tce_vfio_replay_record(replay, &record);
			continue;
		}
		tce_vfio_replay_damaged(replay);
		if (out->first_damaged == 0)
			out->first_damaged = reader->lines.read;
	}
	return err;
}

int vfio_text_replay(const char *text, size_t size, const char *kernel,
		     const struct tce_alloc *alloc, struct vfio_replayed *ret_replayed)
{
	struct tce_vfio_replay_opts opts = {.alloc = alloc, .kernel = kernel};
	const struct tce_vfio_divergence *d;
	struct tce_vfio_replay *replay;
	struct tce_vfio_reader reader;
	int err = tce_vfio_replay_new(&opts, &replay);

	if (err != 0)
		return err;
	memset(ret_replayed, 0, sizeof(*ret_replayed));
	tce_vfio_reader_init(&reader, text, size);
	err = feed(replay, &reader, ret_replayed);
	tce_vfio_replay_summary(replay, &ret_replayed->sum);
	ret_replayed->lines = reader.lines.read;
	ret_replayed->skipped = reader.lines.skipped;
	d = tce_vfio_replay_divergence(replay, 0);
	if (d != NULL) {
		ret_replayed->first_diverged = d->line;
		tce_vfio_divergence_text(d, ret_replayed->text, sizeof(ret_replayed->text));
	}
	tce_vfio_replay_free(replay);
	return err;
}
