/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue of defects and the list of features, as tables. */
#include <string.h>

#include <tce/linux.h>

#include "base/assert.h"

/* 99 stands for "never" in the list. */
#define FIXED_IN(major, minor) ((major) == 99 ? UINT32_MAX : TCE_KVER(major, minor, 0))

static const struct tce_defect_info defects[] = {
#define DEFECT_INFO(name, where, bmaj, bmin, fmaj, fmin, fix, reason, clause)                      \
	{.id = #name,                                                                              \
	 .text = clause,                                                                           \
	 .commit = fix,                                                                            \
	 .why_not = reason,                                                                        \
	 .first_bad = TCE_KVER(bmaj, bmin, 0),                                                     \
	 .fixed_in = FIXED_IN(fmaj, fmin),                                                         \
	 .half = TCE_HALF_##where},
	TCE_DEFECT_LIST(DEFECT_INFO)
#undef DEFECT_INFO
};

_Static_assert(TCE_NR_DEFECTS <= 128, "struct tce_defects holds two words");
_Static_assert(TCE_NR_KERNEL_FEATURES <= 64, "struct tce_kernel holds one word of features");

static const struct tce_kernel_feature_info features[] = {
#define FEATURE_INFO(id, major, minor, added, clause)                                              \
	{.name = #id, .commit = added, .text = clause, .since = TCE_KVER(major, minor, 0)},
	TCE_KERNEL_FEATURE_LIST(FEATURE_INFO)
#undef FEATURE_INFO
};

const struct tce_defect_info *tce_defect_info(enum tce_defect defect)
{
	TCE_ASSERT((unsigned)defect < TCE_NR_DEFECTS);
	return &defects[defect];
}

int tce_defect_find(const char *id, enum tce_defect *ret_defect)
{
	char letter = id[0] >= 'a' && id[0] <= 'd' ? (char)(id[0] - 'a' + 'A') : id[0];
	unsigned i;

	for (i = 0; i < TCE_NR_DEFECTS; i++) {
		const char *name = defects[i].id;

		if (letter == name[0] && strcmp(id + 1, name + 1) == 0) {
			*ret_defect = (enum tce_defect)i;
			return 0;
		}
	}
	return -TCE_ERR_NOENT;
}

const struct tce_kernel_feature_info *tce_kernel_feature_info(enum tce_kernel_feature feature)
{
	TCE_ASSERT((unsigned)feature < TCE_NR_KERNEL_FEATURES);
	return &features[feature];
}
