/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchange by bits, from the highest; what is short is put in order by insertion. */
#include "sort.h"

#define SHORT 16U

static void insertion(uint64_t *values, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

/* Values without the bit to the front; how many there are. */
static size_t part(uint64_t *values, size_t n, uint64_t bit)
{
	size_t low = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t value = values[i];

		if ((value & bit) != 0)
			continue;
		values[i] = values[low];
		values[low++] = value;
	}
	return low;
}

/* All values are alike above the bit. */
static void sort_from(uint64_t *values, size_t n, uint64_t bit)
{
	while (n > SHORT && bit != 0) {
		size_t low = part(values, n, bit);

		bit >>= 1;
		sort_from(values, low, bit);
		values += low;
		n -= low;
	}
	insertion(values, bit == 0 ? 0 : n);
}

void tce_sort_u64(uint64_t *values, size_t n)
{
	sort_from(values, n, UINT64_C(1) << 63);
}
