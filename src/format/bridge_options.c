/* SPDX-License-Identifier: BSD-2-Clause */
/* "key=value" pairs with commas between them; numbers as QEMU reads them. */
#include "bridge_options.h"

/* Decimal, or hexadecimal with 0x. */
static bool read_number(struct tce_scan *s, uint64_t *ret_value)
{
	if (s->end - s->p > 2 && s->p[0] == '0' && s->p[1] == 'x')
		return tce_scan_hex(s, "", 0, ret_value);
	return tce_scan_digits(s, "", UINT64_MAX, ret_value);
}

static void read_option(struct tce_scan *s, struct tce_qemu_phb *phb)
{
	uint64_t number;

	if (tce_scan_try(s, TCE_LIT("index="))) {
		if (read_number(s, &number) && number < 31)
			phb->index = (int)number;
	} else if (tce_scan_try(s, TCE_LIT("pgsz="))) {
		if (read_number(s, &number))
			phb->page_shifts = number;
	} else if (tce_scan_try(s, TCE_LIT("dma_win_addr="))) {
		if (read_number(s, &number))
			phb->win_addr = number;
	} else if (tce_scan_try(s, TCE_LIT("dma_win_size="))) {
		if (read_number(s, &number))
			phb->win_size = number;
	} else if (tce_scan_try(s, TCE_LIT("dma64_win_addr="))) {
		if (read_number(s, &number))
			phb->dyn_win_addr = number;
	} else if (tce_scan_try(s, TCE_LIT("ddw="))) {
		phb->no_ddw = tce_scan_try(s, TCE_LIT("off")) || tce_scan_try(s, TCE_LIT("false"));
	}
}

static bool at_blank(const struct tce_scan *s)
{
	return s->p == s->end || (unsigned char)*s->p <= ' ' || *s->p == '"';
}

void tce_bridge_options_read(struct tce_scan *s, struct tce_qemu_phb *phb)
{
	while (!at_blank(s)) {
		read_option(s, phb);
		while (!at_blank(s) && *s->p != ',')
			s->p++;
		if (!at_blank(s))
			s->p++;
	}
}
