/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of the DMA API: any bytes through reader, console reader and replay. The first byte
 * chooses the kernel, so that every generation's decisions are met.
 */
#include <stdlib.h>

#include <tce/dma.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void replay_all(struct tce_dma_replay *replay, const char *text, size_t size)
{
	struct tce_dma_reader reader;
	const struct tce_lines *lines = &reader.lines;
	struct tce_dma_record record;
	enum tce_dma_next next;
	int err = 0;

	tce_dma_reader_init(&reader, text, size);
	while (err == 0 && (next = tce_dma_reader_next(&reader, &record)) != TCE_DMA_NEXT_END) {
		if (next == TCE_DMA_NEXT_DAMAGED)
			tce_dma_replay_damaged(replay, reader.damaged_kind);
		else
			err = tce_dma_replay_record(replay, &record);
	}
	must(err == 0 || err == -TCE_ERR_LIMIT || err == -TCE_ERR_NOMEM);
	must(lines->read >= lines->records + lines->skipped + lines->damaged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tce_dma_replay_opts opts = {.alloc = NULL};
	struct tce_dma_boot boot = {.kernel_known = true};
	static struct tce_dma_console console;
	struct tce_dma_replay *replay;
	struct tce_dma_summary sum;
	const char *text = (const char *)data + 1;

	if (size == 0)
		return 0;
	tce_dma_console_read(text, size - 1, &console);
	must(tce_dma_replay_new(&opts, &replay) == 0);
	if (tce_kernel_at(data[0], &boot.kernel) == 0)
		tce_dma_replay_boot(replay, &boot);
	replay_all(replay, text, size - 1);
	tce_dma_replay_summary(replay, &sum);
	must(sum.agreed + sum.diverged == sum.events);
	tce_dma_replay_free(replay);
	return 0;
}
