/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that several verbs have. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tce/papr.h>

#include "cli.h"

int tce_bad_option(char **argv, int c)
{
	if (c == ':')
		tce_complain("%s: option %s needs a value", argv[0], argv[optind - 1]);
	else
		tce_complain("%s: there is no option %s; see tce help %s", argv[0],
			     argv[optind - 1], argv[0]);
	return TCE_EXIT_USAGE;
}

int tce_options_read(const struct tce_options *options, void *args, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, options->letters, options->words, NULL)) != -1) {
		if (c == '?' || c == ':')
			return tce_bad_option(argv, c);
		if (!options->set(args, c, optarg))
			return TCE_EXIT_USAGE;
	}
	if (options->ask != NULL && (optind == argc || (options->one && optind + 1 != argc))) {
		tce_complain("%s: %s see tce help %s", argv[0], options->ask, argv[0]);
		return TCE_EXIT_USAGE;
	}
	return TCE_EXIT_OK;
}

bool tce_option_format(const char *verb, const char *text, bool *ret_json)
{
	bool json = strcmp(text, "json") == 0;

	if (!json && strcmp(text, "text") != 0) {
		tce_complain("%s: --format is text or json, not %s", verb, text);
		return false;
	}
	*ret_json = json;
	return true;
}

bool tce_option_profile(const char *verb, const char *name,
			const struct tce_papr_profile **ret_profile)
{
	const struct tce_papr_profile *profile = tce_papr_profile_find(name);

	if (profile == NULL) {
		tce_complain("%s: there is no profile %s; tce --version lists them", verb, name);
		return false;
	}
	*ret_profile = profile;
	return true;
}

bool tce_option_colour(const char *verb, const char *text, enum tce_when *ret_when)
{
	static const char *const names[] = {
		[TCE_WHEN_AUTO] = "auto",
		[TCE_WHEN_ALWAYS] = "always",
		[TCE_WHEN_NEVER] = "never",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], text) == 0) {
			*ret_when = (enum tce_when)i;
			return true;
		}
	}
	tce_complain("%s: --color is auto, always or never, not %s", verb, text);
	return false;
}

bool tce_colour_wanted(enum tce_when when)
{
	const char *no_color = getenv("NO_COLOR");

	if (when != TCE_WHEN_AUTO)
		return when == TCE_WHEN_ALWAYS;
	return isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
}
