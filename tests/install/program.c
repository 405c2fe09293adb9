/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody who installed libtce writes first: valid C and C++, pkg-config's flags suffice. */
#include <stdio.h>
#include <string.h>

#include <tce/tce.h>

int main(void)
{
	struct tce_ioba ioba = tce_ioba(4096);

	printf("libtce %s: %s\n", tce_version(), tce_strerror(-TCE_ERR_NOENT));
	return ioba.v != 4096 || strcmp(tce_strerror(0), "success") != 0;
}
