/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace reader: every family, every prefix, damage named and counted, memory constant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tce/trace.h>

static struct tce_trace_reader *reader_new(void)
{
	struct tce_trace_reader *reader;

	assert_int_equal(tce_trace_reader_new(NULL, &reader), 0);
	return reader;
}

/* What one line alone gives. */
static enum tce_trace_next read_line(const char *line, struct tce_trace_record *ret_record,
				     char complaint[96])
{
	struct tce_trace_reader *reader = reader_new();
	enum tce_trace_next next;
	uint64_t at;

	assert_int_equal(tce_trace_feed(reader, line, strlen(line)), 0);
	next = tce_trace_next(reader, ret_record);
	if (next == TCE_TRACE_MORE) {
		assert_int_equal(tce_trace_feed(reader, NULL, 0), 0);
		next = tce_trace_next(reader, ret_record);
	}
	if (next == TCE_TRACE_DAMAGED && complaint != NULL) {
		snprintf(complaint, 96, "%s", tce_trace_complaint(reader, &at));
		assert_int_equal(at, 1);
	}
	tce_trace_reader_free(reader);
	return next;
}

static struct tce_trace_record record_of(const char *line)
{
	struct tce_trace_record r;

	if (read_line(line, &r, NULL) != TCE_TRACE_RECORD)
		fail_msg("not a record: %s", line);
	assert_int_equal(r.line, 1);
	return r;
}

static void complains(const char *line, const char *expected)
{
	struct tce_trace_record r;
	char complaint[96];

	if (read_line(line, &r, complaint) != TCE_TRACE_DAMAGED)
		fail_msg("not damaged: %s", line);
	assert_string_equal(complaint, expected);
}

static void is_skipped(const char *line)
{
	struct tce_trace_record r;

	if (read_line(line, &r, NULL) != TCE_TRACE_MORE)
		fail_msg("not skipped: %s", line);
}

static void hypercall_lines_are_read_field_by_field(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("spapr_iommu_pci_put liobn=0x80000100 ioba=0x40000000 tce=0x7003 ret=-4\n");
	assert_int_equal(r.kind, TCE_TRACE_PUT);
	assert_true(r.pci);
	assert_int_equal(r.liobn, 0x80000100);
	assert_int_equal(r.ioba, 0x40000000);
	assert_int_equal(r.tce, 0x7003);
	assert_true(r.ret == -4);
	r = record_of("spapr_iommu_get liobn=0x71000003 ioba=0x1000 ret=0 tce=0x5003\n");
	assert_int_equal(r.kind, TCE_TRACE_GET);
	assert_false(r.pci);
	assert_int_equal(r.tce, 0x5003);
	r = record_of("spapr_iommu_pci_indirect liobn=0x80000001 ioba=0x800000000000000 "
		      "tcelist=0x2497000 iobaN=0x7f tceN=0x7f000003 ret=0\n");
	assert_int_equal(r.kind, TCE_TRACE_INDIRECT);
	assert_int_equal(r.list, 0x2497000);
	assert_int_equal(r.last, 0x7f);
	assert_int_equal(r.tce, 0x7f000003);
	r = record_of("spapr_iommu_stuff liobn=0x71000002 ioba=0x200000 tcevalue=0x9 npages=512 "
		      "ret=0\n");
	assert_int_equal(r.kind, TCE_TRACE_STUFF);
	assert_int_equal(r.count, 512);
	assert_int_equal(r.tce, 9);
}

static void dma_and_table_lines_are_read_field_by_field(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("spapr_iommu_xlate liobn=0x80000001 0x20d0004 -> 0x2000000 perm=3 "
		      "mask=0xffffff\n");
	assert_int_equal(r.kind, TCE_TRACE_XLATE);
	assert_int_equal(r.ioba, 0x20d0004);
	assert_int_equal(r.tce, 0x2000000);
	assert_int_equal(r.perm, 3);
	assert_int_equal(r.mask, 0xffffff);
	r = record_of("spapr_iommu_new_table liobn=0x80000001 table=(nil) fd=-1\n");
	assert_int_equal(r.kind, TCE_TRACE_NEW_TABLE);
	assert_true(r.table_is_null);
	assert_true(r.fd == -1);
	r = record_of("spapr_iommu_new_table liobn=0x80000001 table=0x7f0a fd=17\n");
	assert_false(r.table_is_null);
	assert_int_equal(r.fd, 17);
	assert_true(record_of("spapr_iommu_new_table liobn=0x1 table=0x0 fd=-1").table_is_null);
	r = record_of(
		"spapr_iommu_pre_save liobn=80000001 80 bus_offset=0x800000000000000 ps=24\n");
	assert_int_equal(r.kind, TCE_TRACE_PRE_SAVE);
	assert_int_equal(r.liobn, 0x80000001);
	assert_int_equal(r.nr_entries, 0x80);
	assert_int_equal(r.start, UINT64_C(1) << 59);
	assert_int_equal(r.page_shift, 24);
	r = record_of("spapr_iommu_post_load liobn=80000001 0 => 0x80 "
		      "bus_offset=0x800000000000000 ps=24\n");
	assert_int_equal(r.kind, TCE_TRACE_POST_LOAD);
	assert_int_equal(r.nr_before, 0);
	assert_int_equal(r.nr_entries, 0x80);
}

static void window_lines_are_read_field_by_field(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of(
		"spapr_iommu_ddw_query buid=0x800000020000000 addr=0x800, 1 windows available, "
		"max window size=0x80000000, mask=0x107\n");
	assert_int_equal(r.kind, TCE_TRACE_DDW_QUERY);
	assert_int_equal(r.buid, UINT64_C(0x800000020000000));
	assert_int_equal(r.cfg_addr, 0x800);
	assert_int_equal(r.windows, 1);
	assert_int_equal(r.max_size, 0x80000000);
	assert_int_equal(r.page_mask, 0x107);
	r = record_of(
		"spapr_iommu_ddw_create buid=0x800000020000001 addr=0x0, page size=0x1000000, "
		"requested=0x200000000, start addr=0x800000000000000, liobn=0x80000101\n");
	assert_int_equal(r.kind, TCE_TRACE_DDW_CREATE);
	assert_int_equal(r.page_size, 0x1000000);
	assert_int_equal(r.size, UINT64_C(0x200000000));
	assert_int_equal(r.start, UINT64_C(1) << 59);
	assert_int_equal(r.liobn, 0x80000101);
	r = record_of("spapr_iommu_ddw_remove liobn=0x80000101\n");
	assert_int_equal(r.kind, TCE_TRACE_DDW_REMOVE);
	r = record_of("spapr_iommu_ddw_reset buid=0x800000020000001 addr=0x10800\n");
	assert_int_equal(r.kind, TCE_TRACE_DDW_RESET);
	assert_int_equal(r.cfg_addr, 0x10800);
}

static void context_lines_are_read(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("runstate_set current_run_state 6 (prelaunch) new_state 9 (running)\n");
	assert_int_equal(r.kind, TCE_TRACE_RUNSTATE);
	assert_int_equal(r.old_state, TCE_RUNSTATE_PRELAUNCH);
	assert_int_equal(r.state, TCE_RUNSTATE_RUNNING);
	r = record_of("vm_state_notify running 0 reason 8 (restore-vm)\n");
	assert_int_equal(r.kind, TCE_TRACE_VM_STATE);
	assert_int_equal(r.state, TCE_RUNSTATE_RESTORE_VM);
	assert_int_equal(
		record_of("spapr_cas_pvr current=0x0, explicit_match=1, new=0xf000005\n").kind,
		TCE_TRACE_CAS_PVR);
	assert_int_equal(
		record_of("spapr_cas_continue Copy changes to the guest: 16262 bytes\n").kind,
		TCE_TRACE_CAS_CONTINUE);
	r = record_of("spapr_drc_set_allocation_state drc: 0x80000008, state: 0x1\n");
	assert_int_equal(r.kind, TCE_TRACE_DRC);
	assert_int_equal(r.drc_event, TCE_DRC_SET_ALLOCATION);
	assert_int_equal(r.drc, 0x80000008);
	assert_int_equal(r.state, 1);
	r = record_of("spapr_drc_unrealize drc: 0x400100ff\n");
	assert_int_equal(r.drc_event, TCE_DRC_UNREALIZE);
	r = record_of("spapr_drc_set_allocation_state_finalizing drc: 0x80000008\n");
	assert_int_equal(r.drc_event, TCE_DRC_RELEASE_ALLOCATION);
	r = record_of(
		"spapr_drc_realize_child drc: 0x10000000, child name: dr-connector[268435456]\n");
	assert_int_equal(r.drc_event, TCE_DRC_OTHER);
}

static void every_prefix_is_understood(void **state)
{
	static const char *const prefix[] = {
		"",
		"14655@1795169654.793644:",
		"2026-11-20T10:43:13.301496Z ",
		"971:",
		"971:14655@1795169654.793644:",
		"trace.log:971:2026-11-20T10:43:13.301496Z ",
		"Nov 20 10:43:13 host qemu[14655]: ",
		"qemu-system-ppc64: ",
		"[   12.345678] ",
		"2026-11-20 10:43:13.301 ",
	};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++) {
		snprintf(line, sizeof(line), "%sspapr_iommu_ddw_remove liobn=0x80000101\n",
			 prefix[i]);
		assert_int_equal(record_of(line).liobn, 0x80000101);
		snprintf(line, sizeof(line),
			 "%srunstate_set current_run_state 9 (a) new_state 8 (b)\r\n", prefix[i]);
		assert_int_equal(record_of(line).state, 8);
	}
}

static void old_qemu_without_0x_and_windows_line_ends_are_understood(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("spapr_iommu_pci_put liobn=80000000 ioba=0x1000 tce=0x7e373003 ret=0\r\n");
	assert_int_equal(r.liobn, 0x80000000);
	r = record_of("spapr_iommu_ddw_query buid=800000020000000 addr=0, 1 windows available, "
		      "max window size=80000000, mask=7\r\n");
	assert_int_equal(r.page_mask, 7);
	r = record_of("spapr_iommu_xlate liobn=80000000 0x1 -> 0x2000 perm=1 mask=fff \t\r\n");
	assert_int_equal(r.mask, 0xfff);
}

static void the_largest_numbers_fit_and_larger_ones_are_damage(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("spapr_iommu_pci_put liobn=0xffffffffffffffff ioba=0xffffffffffffffff "
		      "tce=0xFFFFFFFFFFFFFFFF ret=-9223372036854775808");
	assert_true(r.liobn == UINT64_MAX && r.ioba == UINT64_MAX && r.tce == UINT64_MAX);
	assert_true(r.ret == INT64_MIN);
	r = record_of(
		"spapr_iommu_pci_put liobn=0x00000000000000000080000000 ioba=0x0 tce=0x0 ret=0");
	assert_int_equal(r.liobn, 0x80000000);
	r = record_of("spapr_iommu_pci_stuff liobn=0x1 ioba=0x0 tcevalue=0x0 "
		      "npages=-9223372036854775808 ret=-4");
	assert_true(r.count == UINT64_C(1) << 63);
	complains("spapr_iommu_pci_put liobn=0x10000000000000000 ioba=0x0 tce=0x0 ret=0",
		  "liobn is too large a number");
	complains("spapr_iommu_pci_put liobn=0x1 ioba=0x0 tce=0x0 ret=9223372036854775808",
		  "ret is too large a number");
	complains("spapr_iommu_xlate liobn=0x1 0x0 -> 0x0 perm=4294967296 mask=0xfff",
		  "perm is too large a number");
	complains("spapr_iommu_xlate liobn=0x1 0x0 -> 0x0 perm=0 mask=0x100000000",
		  "mask is too large a number");
	complains("spapr_iommu_new_table liobn=0x1 table=0x1 fd=2147483648",
		  "fd is too large a number");
}

static void a_damaged_line_says_what_is_wrong_and_keeps_what_was_read(void **state)
{
	struct tce_trace_record r;

	(void)state;
	complains("spapr_iommu_pci_put liobn=0x80000000 iob", "ioba is missing");
	complains("spapr_iommu_pci_put liobn=0xg ioba=0x0 tce=0x0 ret=0", "liobn is not a number");
	complains("spapr_iommu_pci_put liobn=0x1 ioba=0x0 tce=0x0 ret=", "ret is not a number");
	complains("spapr_iommu_pci_put liobn=0x1 ioba=0x0 tce=0x0 ret=0 x",
		  "there is text after the last field");
	complains("spapr_iommu_ddw_query buid=0x1 addr=0x0, 1 window available, x",
		  "windows available is missing");
	complains("spapr_iommu_p", "spapr_iommu has no such event");
	complains("spapr_iommu_xlate liobn=0x1", "the address is missing");
	assert_int_equal(
		read_line("spapr_iommu_pci_put liobn=0x80000000 ioba=0x3000 tce=\n", &r, NULL),
		TCE_TRACE_DAMAGED);
	assert_int_equal(r.kind, TCE_TRACE_PUT);
	assert_int_equal(r.liobn, 0x80000000);
	assert_int_equal(r.ioba, 0x3000);
	assert_int_equal(r.tce, 0);
}

/* One changed digit of -4: the comparison shall tell, at that line. A descriptor is no answer. */
static void minus_zero_is_an_answer_and_no_descriptor(void **state)
{
	struct tce_trace_record r;

	(void)state;
	r = record_of("spapr_iommu_pci_put liobn=0x1 ioba=0x0 tce=0x0 ret=-0\n");
	assert_true(r.ret == 0);
	complains("spapr_iommu_new_table liobn=0x1 table=0x1 fd=-0", "fd is not a number");
	r = record_of("spapr_iommu_new_table liobn=0x1 table=0x1 fd=0\n");
	assert_int_equal(r.fd, 0);
}

static void other_lines_are_skipped(void **state)
{
	(void)state;
	is_skipped("\n");
	is_skipped("14655@1795169654.793644:spapr_pci_msi_write @0x0<=0x1300 IRQ 4864\n");
	is_skipped("14655@1795169654.793644:virtqueue_fill vq 0x55 elem 0x1 len 3 idx 4\n");
	is_skipped("qemu-system-ppc64: warning: TCG doesn't support requested feature\n");
	is_skipped("the line `spapr_iommu_pci_put liobn=0x%lx` in a text\n");
	is_skipped("2026-11-20T10:43:13.301496Z nvme_irq_pin pulsing IRQ pin\n");
	is_skipped("spapr_iommu");
}

#define PUT "7@1.000001:spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 tce=0x3 ret=0\n"

/* Feed text in pieces of n bytes; the counts must not depend on n. */
static void read_in_pieces(const char *text, size_t size, size_t n,
			   struct tce_trace_stats *ret_stats)
{
	struct tce_trace_reader *reader = reader_new();
	struct tce_trace_record r;
	size_t at;

	for (at = 0; at < size; at += n) {
		assert_int_equal(tce_trace_feed(reader, text + at, size - at < n ? size - at : n),
				 0);
		while (tce_trace_next(reader, &r) != TCE_TRACE_MORE)
			;
	}
	assert_int_equal(tce_trace_feed(reader, NULL, 0), 0);
	while (tce_trace_next(reader, &r) != TCE_TRACE_MORE)
		;
	tce_trace_stats(reader, ret_stats);
	tce_trace_reader_free(reader);
}

static void the_cut_of_the_pieces_does_not_matter(void **state)
{
	static const char text[] =
		PUT "garbage \0 \x80\xff\n" PUT "spapr_iommu_pci_put liobn=0x8\0\n"
		    "\n" PUT "spapr_iommu_ddw_remove liobn=0x80000001";
	struct tce_trace_stats s;

	(void)state;
	for (size_t n = 1; n < sizeof(text); n++) {
		read_in_pieces(text, sizeof(text) - 1, n, &s);
		assert_int_equal(s.lines, 7);
		assert_int_equal(s.records, 4);
		assert_int_equal(s.damaged, 1);
		assert_int_equal(s.skipped, 2);
		assert_int_equal(s.bytes, sizeof(text) - 1);
	}
}

static void a_line_of_a_megabyte_is_one_line(void **state)
{
	const size_t size = 1 << 20;
	char *text = malloc(2 * size);
	struct tce_trace_stats s;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 2 * size);
	text[size - 1] = '\n';
	memcpy(text + size, PUT, strlen(PUT) - 1);
	text[2 * size - 1] = '\n';
	for (size_t n = 1000; n <= 2 * size; n = n * 3 + 1) {
		read_in_pieces(text, 2 * size, n, &s);
		assert_int_equal(s.lines, 2);
		assert_int_equal(s.skipped, 1);
		assert_int_equal(s.damaged, 1);
	}
	read_in_pieces(text, 2 * size, 2 * size, &s);
	assert_int_equal(s.damaged, 1);
	free(text);
}

static void a_line_of_the_limit_is_read_and_one_more_byte_is_too_long(void **state)
{
	char text[TCE_TRACE_LINE_MAX + 3];
	struct tce_trace_record r;
	char complaint[96];
	size_t n = strlen(PUT) - 1;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, PUT, n);
	text[TCE_TRACE_LINE_MAX] = '\n';
	text[TCE_TRACE_LINE_MAX + 1] = '\0';
	assert_int_equal(record_of(text).ioba, 0x1000);
	text[TCE_TRACE_LINE_MAX] = ' ';
	text[TCE_TRACE_LINE_MAX + 1] = '\n';
	text[TCE_TRACE_LINE_MAX + 2] = '\0';
	assert_int_equal(read_line(text, &r, complaint), TCE_TRACE_DAMAGED);
	assert_string_equal(complaint, "the line is too long");
}

static void lines_are_numbered_from_one(void **state)
{
	static const char text[] = "x\n" PUT "\n" PUT;
	struct tce_trace_reader *reader = reader_new();
	struct tce_trace_record r;

	(void)state;
	assert_int_equal(tce_trace_feed(reader, text, sizeof(text) - 1), 0);
	assert_int_equal(tce_trace_next(reader, &r), TCE_TRACE_RECORD);
	assert_int_equal(r.line, 2);
	assert_int_equal(tce_trace_feed(reader, text, 1), -TCE_ERR_STATE);
	assert_int_equal(tce_trace_next(reader, &r), TCE_TRACE_RECORD);
	assert_int_equal(r.line, 4);
	assert_int_equal(tce_trace_next(reader, &r), TCE_TRACE_MORE);
	assert_int_equal(tce_trace_feed(reader, NULL, 0), 0);
	assert_int_equal(tce_trace_next(reader, &r), TCE_TRACE_MORE);
	assert_int_equal(tce_trace_feed(reader, text, 1), -TCE_ERR_STATE);
	tce_trace_reader_free(reader);
	tce_trace_reader_free(NULL);
}

static void events_have_the_names_that_qemu_prints(void **state)
{
	struct tce_trace_record r = {.kind = TCE_TRACE_STUFF, .pci = true};

	(void)state;
	assert_string_equal(tce_trace_event_name(&r), "spapr_iommu_pci_stuff");
	r.pci = false;
	assert_string_equal(tce_trace_event_name(&r), "spapr_iommu_stuff");
	r.kind = TCE_TRACE_DDW_RESET;
	assert_string_equal(tce_trace_event_name(&r), "spapr_iommu_ddw_reset");
}

static void *no_memory(void *ctx, size_t size)
{
	(void)ctx;
	(void)size;
	return NULL;
}

static void a_reader_without_memory_is_refused(void **state)
{
	struct tce_alloc none = {.alloc = no_memory};
	struct tce_trace_reader *reader = NULL;

	(void)state;
	assert_int_equal(tce_trace_reader_new(&none, &reader), -TCE_ERR_NOMEM);
	assert_null(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hypercall_lines_are_read_field_by_field),
		cmocka_unit_test(dma_and_table_lines_are_read_field_by_field),
		cmocka_unit_test(window_lines_are_read_field_by_field),
		cmocka_unit_test(context_lines_are_read),
		cmocka_unit_test(every_prefix_is_understood),
		cmocka_unit_test(old_qemu_without_0x_and_windows_line_ends_are_understood),
		cmocka_unit_test(the_largest_numbers_fit_and_larger_ones_are_damage),
		cmocka_unit_test(a_damaged_line_says_what_is_wrong_and_keeps_what_was_read),
		cmocka_unit_test(minus_zero_is_an_answer_and_no_descriptor),
		cmocka_unit_test(other_lines_are_skipped),
		cmocka_unit_test(the_cut_of_the_pieces_does_not_matter),
		cmocka_unit_test(a_line_of_a_megabyte_is_one_line),
		cmocka_unit_test(a_line_of_the_limit_is_read_and_one_more_byte_is_too_long),
		cmocka_unit_test(lines_are_numbered_from_one),
		cmocka_unit_test(events_have_the_names_that_qemu_prints),
		cmocka_unit_test(a_reader_without_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
