/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of a bridge, as far as DMA goes, and the IODA tables behind IODA_ADDR and DATA0.
 * Source: spec of the registers in skiboot's register headers; read-back and wrapping measured on
 * QEMU 7.2.22. A fenced bridge reads as ones and takes nothing.
 */
#include "kill.h"

#define AUTO_INCREMENT TCE_IBM_BIT(0)
#define KILL_BUSY      TCE_IBM_MASK(0, 2)
#define RTC_ALL        TCE_IBM_BIT(0)

/* A table access: which word, and IODA_ADDR afterwards. */
struct table_access {
	unsigned table;
	unsigned index;
	uint64_t next_addr;
};

static unsigned index_bits(const struct tce_ioda *ioda)
{
	switch (ioda->model->generation) {
	case TCE_IODA_P7IOC: return 16;
	case TCE_IODA_PHB3: return 9;
	default: return 10;
	}
}

/* Words of a table; 0: not modelled. All are powers of two. */
static unsigned table_size(const struct tce_ioda *ioda, unsigned table)
{
	switch (table) {
	case TCE_IODA_TBL_PESTA:
	case TCE_IODA_TBL_PESTB: return ioda->model->nr_pes;
	case TCE_IODA_TBL_TVT: return ioda->model->nr_tves;
	case TCE_IODA_TBL_PEEV: return ioda->model->nr_pes / 64;
	default: return 0;
	}
}

static int decode_table(const struct tce_ioda *ioda, struct table_access *ret_access)
{
	uint64_t field = tce_low_mask(index_bits(ioda));
	unsigned table = (unsigned)tce_ibm_get(ioda->ioda_addr, 11, 15);
	unsigned size = table_size(ioda, table);

	if (size == 0)
		return -TCE_ERR_UNSUPPORTED;
	ret_access->table = table;
	ret_access->index = (unsigned)(ioda->ioda_addr & field) & (size - 1);
	ret_access->next_addr = ioda->ioda_addr;
	if ((ioda->ioda_addr & AUTO_INCREMENT) != 0)
		ret_access->next_addr =
			(ioda->ioda_addr & ~field) | ((ret_access->index + 1) & (size - 1));
	return 0;
}

static uint64_t read_word(const struct tce_ioda *ioda, const struct table_access *access,
			  unsigned half)
{
	switch (access->table) {
	case TCE_IODA_TBL_TVT:
		return tce_sparse_get(&ioda->words, tce_tve_key(access->index, half));
	case TCE_IODA_TBL_PEEV: return tce_ioda_peev(ioda, access->index);
	default: return tce_ioda_read_pest(ioda, access->table, access->index);
	}
}

static void write_word(struct tce_ioda *ioda, const struct table_access *access, unsigned half,
		       uint64_t value)
{
	switch (access->table) {
	case TCE_IODA_TBL_TVT:
		tce_sparse_set(&ioda->words, tce_tve_key(access->index, half), value);
		break;
	case TCE_IODA_TBL_PEEV:
		if (!ioda->profile->peev_derived)
			tce_sparse_set(&ioda->words, tce_word_key(TCE_IODA_TBL_PEEV, access->index),
				       value);
		break;
	default: tce_ioda_write_pest(ioda, access->table, access->index, value); break;
	}
}

/* DATA1 is the second word of a P7IOC TVE and does not move the index. */
static int find_data(const struct tce_ioda *ioda, uint32_t offset, struct table_access *ret_access,
		     unsigned *ret_half)
{
	int err = decode_table(ioda, ret_access);

	*ret_half = offset == TCE_IODA_REG_IODA_DATA1 ? 1 : 0;
	if (err != 0 || *ret_half == 0)
		return err;
	if (ioda->model->generation != TCE_IODA_P7IOC || ret_access->table != TCE_IODA_TBL_TVT)
		return -TCE_ERR_UNSUPPORTED;
	ret_access->next_addr = ioda->ioda_addr;
	return 0;
}

static int read_data(struct tce_ioda *ioda, uint32_t offset, uint64_t *ret_value)
{
	struct table_access access;
	unsigned half;
	int err = find_data(ioda, offset, &access, &half);

	if (err != 0)
		return err;
	*ret_value = read_word(ioda, &access, half);
	ioda->ioda_addr = access.next_addr;
	return 0;
}

static int write_data(struct tce_ioda *ioda, uint32_t offset, uint64_t value)
{
	struct table_access access;
	unsigned half;
	int err = find_data(ioda, offset, &access, &half);

	if (err == 0)
		err = tce_sparse_reserve(&ioda->words, &ioda->mem, 1);
	if (err != 0)
		return err;
	write_word(ioda, &access, half, value);
	ioda->ioda_addr = access.next_addr;
	return 0;
}

/* The registers that are plain storage. NULL: not one of them. */
static uint64_t *plain(struct tce_ioda *ioda, uint32_t offset)
{
	bool p7ioc = ioda->model->generation == TCE_IODA_P7IOC;

	switch (offset) {
	case TCE_IODA_REG_CONFIG: return &ioda->config;
	case TCE_IODA_REG_RTT_BAR: return p7ioc ? NULL : &ioda->rtt_bar;
	case TCE_IODA_REG_PELTV_BAR: return p7ioc ? NULL : &ioda->peltv_bar;
	case TCE_IODA_REG_PEST_BAR: return p7ioc ? NULL : &ioda->pest_bar;
	case TCE_IODA_REG_RTC_INVALIDATE: return p7ioc ? NULL : &ioda->rtc_invalidate;
	case TCE_IODA_REG_TCE_KILL: return &ioda->tce_kill;
	case TCE_IODA_REG_IODA_ADDR: return &ioda->ioda_addr;
	case TCE_IODA_REG_CONTROL: return ioda->model->option_calls ? &ioda->control : NULL;
	default: return NULL;
	}
}

static bool is_data(uint32_t offset)
{
	return offset == TCE_IODA_REG_IODA_DATA0 || offset == TCE_IODA_REG_IODA_DATA1;
}

int tce_ioda_reg_read(struct tce_ioda *ioda, uint32_t offset, uint64_t *ret_value)
{
	uint64_t *reg = plain(ioda, offset);

	if (reg == NULL && !is_data(offset))
		return -TCE_ERR_UNSUPPORTED;
	if (ioda->health != TCE_IODA_ALIVE) {
		*ret_value = UINT64_MAX;
		return 0;
	}
	if (reg == NULL)
		return read_data(ioda, offset, ret_value);
	*ret_value = *reg;
	return 0;
}

static bool is_rid(const void *arg, uint64_t key)
{
	const uint64_t *rid = arg;

	return key == *rid;
}

static void invalidate_rtc(struct tce_ioda *ioda, uint64_t value)
{
	uint64_t rid = tce_ibm_get(value, 16, 31);

	if ((value & RTC_ALL) != 0 || ioda->profile->rtc_all_only)
		tce_assoc_clear(&ioda->rtc);
	else
		tce_assoc_remove(&ioda->rtc, is_rid, &rid);
}

static void write_kill(struct tce_ioda *ioda, uint64_t value)
{
	struct tce_kill kill;

	ioda->tce_kill = value;
	if (!tce_ioda_on(ioda, ioda->profile->kill_all_bits_on))
		ioda->tce_kill &= ~KILL_BUSY;
	tce_kill_decode(ioda->model->generation, value, &kill);
	tce_ioda_kill(ioda, &kill);
}

int tce_ioda_reg_write(struct tce_ioda *ioda, uint32_t offset, uint64_t value)
{
	uint64_t *reg = plain(ioda, offset);

	if (reg == NULL && !is_data(offset))
		return -TCE_ERR_UNSUPPORTED;
	if (ioda->health != TCE_IODA_ALIVE)
		return 0;
	if (reg == NULL)
		return write_data(ioda, offset, value);
	*reg = value;
	if (offset == TCE_IODA_REG_TCE_KILL)
		write_kill(ioda, value);
	else if (offset == TCE_IODA_REG_RTC_INVALIDATE)
		invalidate_rtc(ioda, value);
	return 0;
}
