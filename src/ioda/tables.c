/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTT, PELT-V and P7IOC's PELT-M, inside or in memory, and what resets do. Source: skiboot
 * phb4_init_ioda_cache, phb4_ioda_reset, phb4_set_pe, phb4_set_peltv and their PHB3 and P7IOC kin.
 */
#include "ioda.h"

#include "base/assert.h"

/* PELT-M of P7IOC after a reset: 00:00.1 alone, which no device is; the last matches every RID. */
#define PELTM_NOBODY UINT64_C(0x0001f80000000000)
#define PELTM_ALL    UINT64_C(0)

static bool is_p7ioc(const struct tce_ioda *ioda)
{
	return ioda->model->generation == TCE_IODA_P7IOC;
}

static bool in_memory(const struct tce_ioda *ioda)
{
	return ioda->tables == TCE_IODA_TABLES_MEMORY && !is_p7ioc(ioda);
}

void tce_ioda_init_registers(struct tce_ioda *ioda)
{
	bool on = ioda->tables != TCE_IODA_TABLES_NONE && !is_p7ioc(ioda);

	ioda->config = ioda->model->config;
	ioda->control = ioda->model->control;
	ioda->rtt_bar = on ? TCE_BAR_ENABLE | ioda->rtt : 0;
	ioda->peltv_bar = on ? TCE_BAR_ENABLE | ioda->peltv : 0;
	ioda->pest_bar = on ? TCE_BAR_ENABLE | ioda->pest : 0;
	ioda->rtc_invalidate = TCE_IBM_BIT(0);
	ioda->tce_kill = tce_ioda_on(ioda, ioda->profile->kill_all_bits_on) ? TCE_IBM_BIT(0) : 0;
	ioda->ioda_addr = 0;
	tce_assoc_clear(&ioda->rtc);
	tce_assoc_clear(&ioda->tces);
}

/* Zeroes from ra on, size a multiple of 512. */
static int clear_memory(const struct tce_memory *memory, uint64_t ra, uint64_t size)
{
	static const uint8_t zeroes[512];
	uint64_t done;

	for (done = 0; done < size; done += sizeof(zeroes)) {
		if (memory->write(memory->ctx, tce_ra(ra + done), zeroes, sizeof(zeroes)) != 0)
			return -TCE_ERR_IO;
	}
	return 0;
}

static int reset_memory_tables(struct tce_ioda *ioda)
{
	struct tce_rid_set all = tce_rid_set(0, 0, false, false);
	uint64_t nr_pes = ioda->model->nr_pes;
	int err = tce_rtt_write(&ioda->memory, ioda->rtt, &all, ioda->model->reserved_pe);

	if (err == 0)
		err = clear_memory(&ioda->memory, ioda->peltv, nr_pes * nr_pes / 8);
	if (err == 0)
		err = clear_memory(&ioda->memory, ioda->pest, nr_pes * 16);
	return err;
}

int tce_ioda_reset_tables(struct tce_ioda *ioda)
{
	int err = 0;

	if (in_memory(ioda))
		err = reset_memory_tables(ioda);
	else if (!is_p7ioc(ioda))
		err = tce_rids_fill(&ioda->rids, &ioda->mem, ioda->model->reserved_pe);
	if (err != 0)
		return err;
	tce_sparse_clear(&ioda->words, 0, UINT64_MAX);
	tce_sparse_clear(&ioda->asked, 0, UINT64_MAX);
	if (ioda->health == TCE_IODA_ALIVE) {
		tce_assoc_clear(&ioda->rtc);
		tce_assoc_clear(&ioda->tces);
	}
	return 0;
}

int tce_ioda_complete_reset(struct tce_ioda *ioda)
{
	const struct tce_slot *asked = tce_sparse_slots(&ioda->asked);
	int err = tce_sparse_reserve(&ioda->words, &ioda->mem, ioda->asked.nr);
	uint32_t i;

	if (err != 0)
		return err;
	ioda->health = TCE_IODA_ALIVE;
	tce_ioda_init_registers(ioda);
	tce_sparse_clear(&ioda->words, 0, tce_word_key(TCE_TBL_PELTM, 0) - 1);
	for (i = 0; i < ioda->asked.nr; i++)
		tce_sparse_set(&ioda->words, asked[i].key, asked[i].value);
	return 0;
}

int tce_ioda_assign(struct tce_ioda *ioda, const struct tce_rid_set *set, unsigned pe)
{
	int err;

	TCE_ASSERT(ioda->tables != TCE_IODA_TABLES_NONE && !is_p7ioc(ioda));
	if (in_memory(ioda))
		err = tce_rtt_write(&ioda->memory, ioda->rtt, set, pe);
	else
		err = tce_rids_set(&ioda->rids, &ioda->mem, set, pe);
	if (err == 0 && ioda->health == TCE_IODA_ALIVE)
		tce_assoc_clear(&ioda->rtc);
	return err;
}

/* The byte of a PELT-V in memory that holds child. */
static uint64_t peltv_byte(const struct tce_ioda *ioda, uint64_t base, unsigned parent,
			   unsigned child)
{
	return base + (uint64_t)parent * (ioda->model->nr_pes / 8) + child / 8;
}

static int link_in_memory(struct tce_ioda *ioda, unsigned parent, unsigned child, bool on)
{
	struct tce_ra ra = tce_ra(peltv_byte(ioda, ioda->peltv, parent, child));
	uint8_t bit = (uint8_t)(0x80U >> (child & 7));
	uint8_t byte;

	if (ioda->memory.read(ioda->memory.ctx, ra, &byte, 1) != 0)
		return -TCE_ERR_IO;
	byte = on ? (uint8_t)(byte | bit) : (uint8_t)(byte & ~bit);
	return ioda->memory.write(ioda->memory.ctx, ra, &byte, 1) != 0 ? -TCE_ERR_IO : 0;
}

int tce_ioda_link(struct tce_ioda *ioda, unsigned parent, unsigned child, bool on)
{
	uint64_t key = tce_word_key(TCE_TBL_PELTV, parent * TCE_PELTV_STRIDE + child / 64);
	uint64_t bit = TCE_IBM_BIT(child & 63);
	uint64_t word;

	if (in_memory(ioda))
		return link_in_memory(ioda, parent, child, on);
	if (tce_sparse_reserve(&ioda->words, &ioda->mem, 1) != 0)
		return -TCE_ERR_NOMEM;
	word = tce_sparse_get(&ioda->words, key);
	tce_sparse_set(&ioda->words, key, on ? word | bit : word & ~bit);
	return 0;
}

uint64_t tce_ioda_children(const struct tce_ioda *ioda, unsigned parent, unsigned word)
{
	uint64_t base = ioda->peltv_bar & TCE_IBM_MASK(8, 51);
	uint8_t bytes[8];

	if (!in_memory(ioda))
		return tce_sparse_get(&ioda->words, tce_word_key(TCE_TBL_PELTV,
								 parent * TCE_PELTV_STRIDE + word));
	if ((ioda->peltv_bar & TCE_BAR_ENABLE) == 0 ||
	    ioda->memory.read(ioda->memory.ctx, tce_ra(peltv_byte(ioda, base, parent, word * 64)),
			      bytes, sizeof(bytes)) != 0)
		return 0;
	return tce_be64_load(bytes);
}

bool tce_ioda_linked(const struct tce_ioda *ioda, unsigned parent, unsigned child)
{
	if (parent >= ioda->model->nr_pes || child >= ioda->model->nr_pes)
		return false;
	return (tce_ioda_children(ioda, parent, child / 64) & TCE_IBM_BIT(child & 63)) != 0;
}

static uint64_t peltm_at_reset(const struct tce_ioda *ioda, unsigned pe)
{
	return pe == ioda->model->reserved_pe ? PELTM_ALL : PELTM_NOBODY;
}

uint64_t tce_ioda_peltm(const struct tce_ioda *ioda, unsigned pe)
{
	return tce_sparse_get(&ioda->words, tce_word_key(TCE_TBL_PELTM, pe)) ^
	       peltm_at_reset(ioda, pe);
}

int tce_ioda_set_peltm(struct tce_ioda *ioda, unsigned pe, uint64_t word)
{
	if (tce_sparse_reserve(&ioda->words, &ioda->mem, 1) != 0)
		return -TCE_ERR_NOMEM;
	tce_sparse_set(&ioda->words, tce_word_key(TCE_TBL_PELTM, pe),
		       word ^ peltm_at_reset(ioda, pe));
	return 0;
}
