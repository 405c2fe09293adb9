/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel profiles: every mainline release since 4.10, the stable and distribution builds that were
 * recorded or read, and "fixed". A mainline release has each feature that is as old as it is and
 * each defect between its first bad release and its fix; a stable build adds what was backported.
 */
#include <string.h>

#include <tce/linux.h>

#define F(name) (UINT64_C(1) << TCE_KF_##name)
#define END     TCE_NR_DEFECTS

struct row {
	const char *name;
	const char *build; /* what a distribution calls it, when not by its version; or NULL */
	uint32_t version;
	unsigned page_shift;
	uint64_t backported;               /* features */
	const enum tce_defect *cured;      /* by backports, ends with END; or NULL */
	const enum tce_defect *introduced; /* by backports */
};

/*
 * Debian 12. 6.1.176 is the recorded build: clears 512 entries at a time and lets a second kernel
 * use the inherited DDW (recordings/pseries g-kexec-k6.1-q7.2). 6.1.192 was read.
 */
static const enum tce_defect cured_6_1[] = {TCE_DEFECT_B4,  TCE_DEFECT_B5,  TCE_DEFECT_B6,
					    TCE_DEFECT_B16, TCE_DEFECT_B17, END};
static const enum tce_defect introduced_6_1_192[] = {TCE_DEFECT_D11, END};

/*
 * Debian 13: limited addressing and the notifier's filter are there (recorded: 6.12.107, and
 * 6.12.94, which asks for a window of 2^0 bytes where ibm,lrdr-capacity has a top of 0). Which
 * stable release brought them is not known.
 */
#define FEATURES_6_12 (F(LIMITED_MODE) | F(HOTPLUG_MAX_LRDR) | F(DDW_SIZE_ROUNDED))

static const enum tce_defect cured_6_12[] = {TCE_DEFECT_B1, TCE_DEFECT_B12, TCE_DEFECT_C2,
					     TCE_DEFECT_C3, END};
static const enum tce_defect introduced_6_12[] = {TCE_DEFECT_D12, TCE_DEFECT_D23, TCE_DEFECT_D31,
						  TCE_DEFECT_D41, END};

#define M(major, minor)                                                                            \
	{                                                                                          \
#major "." #minor, NULL, TCE_KVER(major, minor, 0), 16, 0, NULL, NULL              \
	}

static const struct row rows[] = {
	M(4, 10),
	M(4, 11),
	M(4, 12),
	M(4, 13),
	M(4, 14),
	M(4, 15),
	M(4, 16),
	M(4, 17),
	M(4, 18),
	M(4, 19),
	M(4, 20),
	M(5, 0),
	M(5, 1),
	M(5, 2),
	M(5, 3),
	M(5, 4),
	M(5, 5),
	M(5, 6),
	M(5, 7),
	M(5, 8),
	M(5, 9),
	M(5, 10),
	M(5, 11),
	M(5, 12),
	M(5, 13),
	M(5, 14),
	M(5, 15),
	M(5, 16),
	M(5, 17),
	M(5, 18),
	M(5, 19),
	M(6, 0),
	M(6, 1),
	{"6.1.176", "6.1.0-50", TCE_KVER(6, 1, 176), 16, F(INHERIT_DDW), cured_6_1, NULL},
	{"6.1.192", NULL, TCE_KVER(6, 1, 192), 16, F(INHERIT_DDW) | F(INHERIT_DEFAULT), cured_6_1,
	 introduced_6_1_192},
	M(6, 2),
	M(6, 3),
	M(6, 4),
	M(6, 5),
	M(6, 6),
	M(6, 7),
	M(6, 8),
	M(6, 9),
	M(6, 10),
	M(6, 11),
	M(6, 12),
	{"6.12.94", NULL, TCE_KVER(6, 12, 94), 12, FEATURES_6_12, cured_6_12, introduced_6_12},
	{"6.12.107", NULL, TCE_KVER(6, 12, 107), 12, FEATURES_6_12, cured_6_12, introduced_6_12},
	M(6, 13),
	M(6, 14),
	M(6, 15),
	M(6, 16),
	M(6, 17),
	M(6, 18),
	M(6, 19),
	M(7, 0),
	M(7, 1),
	M(7, 2),
	{"7.2.13", NULL, TCE_KVER(7, 2, 13), 12, 0, NULL, NULL},
	{"7.3-rc7", "7.3", TCE_KVER(7, 3, 0), 12, 0, NULL, NULL},
};

#define NR_ROWS     (sizeof(rows) / sizeof(rows[0]))
#define INDEX_FIXED ((unsigned)NR_ROWS)

static uint64_t mainline_features(uint32_t version)
{
	uint64_t features = 0;
	unsigned i;

	for (i = 0; i < TCE_NR_KERNEL_FEATURES; i++) {
		if (tce_kernel_feature_info((enum tce_kernel_feature)i)->since <= version)
			features |= UINT64_C(1) << i;
	}
	return features;
}

/* The release a stable build is made from. */
static uint32_t mainline(uint32_t version)
{
	return version & ~UINT32_C(0xfff);
}

static void mainline_defects(struct tce_defects *set, uint32_t version)
{
	unsigned i;

	for (i = 0; i < TCE_NR_DEFECTS; i++) {
		const struct tce_defect_info *info = tce_defect_info((enum tce_defect)i);

		if (info->first_bad <= version && version < info->fixed_in)
			tce_defects_add(set, (enum tce_defect)i);
	}
}

static void apply_backports(const struct row *row, struct tce_kernel *kernel)
{
	const enum tce_defect *d;

	kernel->features |= row->backported;
	for (d = row->cured; d != NULL && *d != END; d++)
		tce_defects_remove(&kernel->defects, *d);
	for (d = row->introduced; d != NULL && *d != END; d++)
		tce_defects_add(&kernel->defects, *d);
}

int tce_kernel_at(unsigned index, struct tce_kernel *ret_kernel)
{
	const struct row *row = &rows[index < NR_ROWS ? index : NR_ROWS - 1];
	struct tce_kernel kernel = {.version = row->version, .page_shift = row->page_shift};

	if (index > INDEX_FIXED)
		return -TCE_ERR_NOENT;
	kernel.features = mainline_features(mainline(row->version));
	if (index == INDEX_FIXED) {
		memcpy(kernel.name, "fixed", sizeof("fixed"));
		kernel.page_shift = 16;
	} else {
		memcpy(kernel.name, row->name, strlen(row->name) + 1);
		mainline_defects(&kernel.defects, mainline(row->version));
		apply_backports(row, &kernel);
	}
	*ret_kernel = kernel;
	return 0;
}

/* A decimal number of at most four digits, and where it ends. */
static bool parse_number(const char **text, uint32_t *ret_value)
{
	const char *p = *text;
	uint32_t value = 0;

	while (*p >= '0' && *p <= '9' && p - *text < 4)
		value = value * 10 + (uint32_t)(*p++ - '0');
	if (p == *text || (*p >= '0' && *p <= '9'))
		return false;
	*text = p;
	*ret_value = value;
	return true;
}

static bool parse_version(const char *text, uint32_t *ret_version)
{
	uint32_t major, minor, stable = 0;

	if (!parse_number(&text, &major) || *text++ != '.' || !parse_number(&text, &minor))
		return false;
	if (*text == '.') {
		text++;
		if (!parse_number(&text, &stable))
			return false;
	}
	if (major > 0xfff || minor > 0xff || stable > 0xfff)
		return false;
	if (*text != '\0' && *text != '-' && *text != '+' && *text != '~')
		return false;
	*ret_version = TCE_KVER(major, minor, stable);
	return true;
}

/* text is name, or name and then something that is not more of the number. */
static bool is_called(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 && (text[n] < '0' || text[n] > '9') && text[n] != '.';
}

/*
 * "-64k" and "-4k" as distributions append them; 0: the name does not say. Debian's powerpc64le had
 * pages of 64K up to 6.1 and has 4K from 6.12 on, beside powerpc64le-64k.
 */
static unsigned page_shift_in_name(const char *version, uint32_t number)
{
	if (strstr(version, "-64k") != NULL)
		return 16;
	if (strstr(version, "-4k") != NULL)
		return 12;
	if (strstr(version, "-powerpc64le") != NULL && number >= TCE_KVER(6, 12, 0))
		return 12;
	return 0;
}

/* The newest row not newer than version; NR_ROWS when all are. */
static unsigned nearest_older(uint32_t version)
{
	unsigned i, found = NR_ROWS;

	for (i = 0; i < NR_ROWS; i++) {
		if (rows[i].version <= version)
			found = i;
	}
	return found;
}

static unsigned find_build(const char *version)
{
	unsigned i;

	for (i = 0; i < NR_ROWS; i++) {
		if (is_called(version, rows[i].name) && strchr(rows[i].name, '-') != NULL)
			return i;
		if (rows[i].build != NULL && is_called(version, rows[i].build))
			return i;
	}
	return NR_ROWS;
}

int tce_kernel_find(const char *version, struct tce_kernel_match *ret_match)
{
	struct tce_kernel_match match = {.index = INDEX_FIXED, .exact = true};
	struct tce_kernel kernel;
	uint32_t number = 0;
	int err;

	if (strcmp(version, "fixed") != 0) {
		if (!parse_version(version, &number))
			return -TCE_ERR_FORMAT;
		match.index = find_build(version);
		if (match.index == NR_ROWS) {
			match.index = nearest_older(number);
			if (match.index == NR_ROWS)
				return -TCE_ERR_NOENT;
			match.exact = rows[match.index].version == number;
		}
	}
	err = tce_kernel_at(match.index, &kernel);
	if (err != 0)
		return err;
	match.page_shift = page_shift_in_name(version, number);
	if (match.page_shift == 0)
		match.page_shift = kernel.page_shift;
	*ret_match = match;
	return 0;
}
