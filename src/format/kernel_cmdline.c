/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words of a kernel's command line. Sources: Linux Documentation/admin-guide/kernel-parameters.txt
 * (disable_ddw, iommu=, multitce=, eeh=, elfcorehdr=).
 */
#include "kernel_cmdline.h"

static bool ends_word(const struct tce_scan *s)
{
	return s->p == s->end || strchr(" ,='\"\r\t", *s->p) != NULL;
}

/* A word, or part of a comma list, or what stands before or after an equals sign. */
static bool has_word(struct tce_scan s, const char *text, size_t n)
{
	const char *start = s.p;

	while (tce_scan_past(&s, text, n)) {
		const char *at = s.p - n;

		if ((at == start || strchr(" ,='\"", at[-1]) != NULL) && ends_word(&s))
			return true;
	}
	return false;
}

unsigned tce_kernel_cmdline_flags(struct tce_scan s)
{
	static const struct {
		const char *word;
		unsigned flag;
	} words[] = {
		{"disable_ddw", TCE_BOOT_DISABLE_DDW},  {"nobypass", TCE_BOOT_NOBYPASS},
		{"multitce=off", TCE_BOOT_NO_MULTITCE}, {"novmerge", TCE_BOOT_NOVMERGE},
		{"iommu=off", TCE_BOOT_IOMMU_OFF},      {"eeh=off", TCE_BOOT_EEH_OFF},
		{"elfcorehdr", TCE_BOOT_KDUMP},
	};
	unsigned flags = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (has_word(s, words[i].word, strlen(words[i].word)))
			flags |= words[i].flag;
	}
	return flags;
}
