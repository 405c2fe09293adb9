/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a QEMU trace: the reader must count every line once, the replay every event, and all
 * texts must fit. The first byte chooses how the rest is cut into pieces, whether a device tree is
 * known, and the hypervisor's profile.
 */
#include <stdlib.h>

#include <tce/check.h>

#define TEXT_MAX 512U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static const struct tce_facts facts = {
	.max_ram = UINT64_C(1) << 31,
	.has_pmem = true,
	.nr_windows = 2,
	.window = {{0x80000000, 0x1000, 0x123000}, {0x71000002, 0, 0x10000000}},
};

static int replay_piece(struct tce_trace_reader *reader, struct tce_replay *replay,
			const uint8_t *data, size_t n)
{
	struct tce_trace_record record;
	enum tce_trace_next next;
	uint64_t line;
	int err = 0;

	must(tce_trace_feed(reader, data, n) == 0);
	while (err == 0 && (next = tce_trace_next(reader, &record)) != TCE_TRACE_MORE) {
		if (next == TCE_TRACE_RECORD) {
			err = tce_replay_record(replay, &record);
			continue;
		}
		must(tce_trace_complaint(reader, &line)[0] != '\0' && line == record.line);
		err = tce_replay_damaged(replay, &record);
	}
	return err;
}

static void check_texts(const struct tce_replay *replay)
{
	const struct tce_divergence *d;
	const struct tce_finding *f;
	char text[TEXT_MAX];
	size_t n;

	for (unsigned i = 0; (f = tce_replay_finding(replay, i)) != NULL; i++) {
		n = tce_finding_text(f, text, sizeof(text));
		must(n != 0 && tce_finding_text(f, text, 0) == n);
	}
	for (unsigned i = 0; (d = tce_replay_divergence(replay, i)) != NULL; i++) {
		n = tce_divergence_text(d, text, sizeof(text));
		must(n != 0 && tce_divergence_text(d, text, 1) == n);
	}
}

static void check(const struct tce_trace_reader *reader, const struct tce_replay *replay,
		  size_t size)
{
	struct tce_replay_summary sum;
	struct tce_trace_stats stats;

	tce_trace_stats(reader, &stats);
	tce_replay_summary(replay, &sum);
	must(stats.bytes == size);
	must(stats.lines == stats.records + stats.skipped + stats.damaged);
	must(sum.agreed + sum.diverged == sum.events && sum.unchecked <= sum.agreed);
	must(sum.damaged == stats.damaged && sum.events <= stats.records);
	check_texts(replay);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const profiles[] = {"qemu-7.2", "qemu-10.0", "kvm", "papr-strict"};
	struct tce_replay_opts opts = {.facts = NULL};
	struct tce_trace_reader *reader;
	struct tce_replay *replay;
	size_t piece, n;
	int err = 0;

	if (size == 0)
		return 0;
	piece = data[0] % 16 == 0 ? size : (size_t)1 << data[0] % 16;
	opts.facts = data[0] & 16 ? &facts : NULL;
	opts.profile = tce_papr_profile_find(profiles[data[0] >> 6]);
	data++;
	size--;
	if (tce_trace_reader_new(NULL, &reader) != 0)
		return 0;
	if (tce_replay_new(&opts, &replay) != 0) {
		tce_trace_reader_free(reader);
		return 0;
	}
	for (size_t at = 0; err == 0 && at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		err = replay_piece(reader, replay, data + at, n);
	}
	if (err == 0)
		err = replay_piece(reader, replay, NULL, 0);
	if (err == 0)
		err = tce_replay_finish(replay);
	must(err == 0 || err == -TCE_ERR_NOMEM);
	if (err == 0)
		check(reader, replay, size);
	tce_replay_free(replay);
	tce_trace_reader_free(reader);
	return 0;
}
