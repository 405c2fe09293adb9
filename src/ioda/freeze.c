/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PEST and PEEV: which PEs are stopped, and what stopped them. Source: skiboot include/phb4-regs.h
 * (bits), phb4_eeh_freeze_status (bit 0 in the chip, the rest in memory). model: a fault freezes
 * the PE and every PE in its PELT-V, one step, not further.
 */
#include "ioda.h"

bool tce_ioda_has_pest(const struct tce_ioda *ioda)
{
	return !tce_ioda_on(ioda, ioda->profile->no_pest_on);
}

static bool is_frozen(const struct tce_ioda *ioda, unsigned pe)
{
	return ((tce_sparse_get(&ioda->words, tce_word_key(TCE_IODA_TBL_PESTA, pe)) |
		 tce_sparse_get(&ioda->words, tce_word_key(TCE_IODA_TBL_PESTB, pe))) &
		TCE_PESTA_FROZEN) != 0;
}

uint64_t tce_ioda_peev(const struct tce_ioda *ioda, unsigned word)
{
	uint64_t bits = 0;
	unsigned i;

	if (!ioda->profile->peev_derived)
		return tce_sparse_get(&ioda->words, tce_word_key(TCE_IODA_TBL_PEEV, word));
	for (i = 0; i < 64; i++) {
		if (is_frozen(ioda, word * 64 + i))
			bits |= TCE_IBM_BIT(i);
	}
	return bits;
}

uint64_t tce_ioda_read_pest(const struct tce_ioda *ioda, unsigned table, unsigned pe)
{
	uint64_t word = tce_sparse_get(&ioda->words, tce_word_key(table, pe));

	return ioda->model->generation == TCE_IODA_P7IOC ? word : word & TCE_PESTA_FROZEN;
}

/* PHB3..5 write only bit 0; what the fault left stays readable as long as it is set. */
void tce_ioda_write_pest(struct tce_ioda *ioda, unsigned table, unsigned pe, uint64_t value)
{
	uint64_t key = tce_word_key(table, pe);
	uint64_t old = tce_sparse_get(&ioda->words, key);

	if (!tce_ioda_has_pest(ioda))
		return;
	if (ioda->model->generation != TCE_IODA_P7IOC)
		value = (value & TCE_PESTA_FROZEN) != 0 ? old | TCE_PESTA_FROZEN : 0;
	tce_sparse_set(&ioda->words, key, value);
}

void tce_ioda_pest(const struct tce_ioda *ioda, unsigned pe, uint64_t *ret_a, uint64_t *ret_b)
{
	bool exists = pe < ioda->model->nr_pes;

	*ret_a = exists ? tce_sparse_get(&ioda->words, tce_word_key(TCE_IODA_TBL_PESTA, pe)) : 0;
	*ret_b = exists ? tce_sparse_get(&ioda->words, tce_word_key(TCE_IODA_TBL_PESTB, pe)) : 0;
}

static uint32_t nr_bits(uint64_t word)
{
	uint32_t nr = 0;

	for (; word != 0; word &= word - 1)
		nr++;
	return nr;
}

uint32_t tce_ioda_freeze_room(const struct tce_ioda *ioda, unsigned pe)
{
	uint32_t nr = 1;
	unsigned word;

	for (word = 0; word < ioda->model->nr_pes / 64; word++)
		nr += nr_bits(tce_ioda_children(ioda, pe, word));
	return 2 * nr;
}

static void stop(struct tce_ioda *ioda, unsigned pe, uint64_t a, uint64_t b)
{
	uint64_t key_a = tce_word_key(TCE_IODA_TBL_PESTA, pe);
	uint64_t key_b = tce_word_key(TCE_IODA_TBL_PESTB, pe);

	tce_sparse_set(&ioda->words, key_a,
		       tce_sparse_get(&ioda->words, key_a) | a | TCE_PESTA_FROZEN);
	tce_sparse_set(&ioda->words, key_b,
		       tce_sparse_get(&ioda->words, key_b) | b | TCE_PESTB_STOPPED);
}

static uint64_t cause_bit(enum tce_ioda_fault fault)
{
	switch (fault) {
	case TCE_IODA_FAULT_PAGE:
	case TCE_IODA_FAULT_INDIRECT: return TCE_PESTA_PAGE_FAULT;
	case TCE_IODA_FAULT_ACCESS: return TCE_PESTA_ACCESS_FAULT;
	default: return TCE_PESTA_IODA_ERROR;
	}
}

/*
 * The bridge also writes the entry to the PEST in memory; a BAR that points nowhere is its
 * user's.
 */
static void write_memory_pest(struct tce_ioda *ioda, unsigned pe, uint64_t a, uint64_t b)
{
	uint64_t base = ioda->pest_bar & TCE_IBM_MASK(8, 51);
	uint8_t entry[16];

	if (ioda->tables != TCE_IODA_TABLES_MEMORY || (ioda->pest_bar & TCE_BAR_ENABLE) == 0)
		return;
	tce_be64_store(&entry[0], a);
	tce_be64_store(&entry[8], b);
	(void)ioda->memory.write(ioda->memory.ctx, tce_ra(base + 16 * (uint64_t)pe), entry,
				 sizeof(entry));
}

void tce_ioda_freeze(struct tce_ioda *ioda, const struct tce_ioda_access *access,
		     const struct tce_ioda_xlate *xlate)
{
	uint64_t type =
		(access->access & TCE_WRITE) != 0 ? TCE_PESTA_TYPE_WRITE : TCE_PESTA_TYPE_READ;
	uint64_t a = TCE_PESTA_FROZEN | type << TCE_PESTA_TYPE_SHIFT | cause_bit(xlate->fault) |
		     (uint64_t)access->rid << TCE_PESTA_RID_SHIFT;
	uint64_t b = TCE_PESTB_STOPPED | (access->addr & TCE_PESTB_ADDR);
	unsigned word;

	for (word = 0; word < ioda->model->nr_pes / 64; word++) {
		uint64_t children = tce_ioda_children(ioda, xlate->pe, word);

		while (children != 0) {
			unsigned bit = (unsigned)__builtin_clzll(children);

			stop(ioda, word * 64 + bit, 0, 0);
			children &= ~TCE_IBM_BIT(bit);
		}
	}
	stop(ioda, xlate->pe, a, b);
	write_memory_pest(ioda, xlate->pe, a, b);
}
