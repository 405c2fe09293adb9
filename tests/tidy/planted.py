# SPDX-License-Identifier: BSD-2-Clause
"""A small good tree, and the faults planted in it: (check, what is wrong, files, complaint)."""
from pathlib import Path

C_LICENCE = '/* SPDX-License-Identifier: BSD-2-Clause */\n'
LICENCE = '# SPDX-License-Identifier: BSD-2-Clause\n'
MARKDOWN_LICENCE = '<!-- SPDX-License-Identifier: BSD-2-Clause -->\n'
LAYOUT = (Path(__file__).resolve().parents[2] / '.clang-format').read_text()

STATUS = C_LICENCE + '''/* tce/status.h - what the planted tree may say of itself. */
#ifndef TCE_STATUS_H
#define TCE_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TCE_VERSION_MAJOR 0
#define TCE_VERSION_MINOR 1
#define TCE_VERSION_PATCH 0

/* The text of a code, and its length. */
const char *tce_text(int code);
unsigned tce_text_length(int code);

#ifdef __cplusplus
}
#endif
#endif
'''

SOURCE = C_LICENCE + '''/* Texts. */
#include <tce/status.h>

#include <string.h>

#include "base/bits.h"

const char *tce_text(int code)
{
	return tce_is_odd(code) ? "odd" : "even";
}

unsigned tce_text_length(int code)
{
	return (unsigned)strlen(tce_text(code));
}
'''

BITS = C_LICENCE + '''/* base/bits.h - questions about the bits of a number. */
#ifndef TCE_BASE_BITS_H
#define TCE_BASE_BITS_H

static inline int tce_is_odd(int v)
{
	return v & 1;
}

#endif
'''

MAP = C_LICENCE + 'LIBTCE_0 {\nglobal:\n\ttce_text;\n\ttce_text_length;\nlocal:\n\t*;\n};\n'

TEST = C_LICENCE + '''/* A test of texts. */
#include "base/bits.h"

#define cmocka_unit_test(f) f
static int odd_is_odd_indeed(void)
{
	return tce_is_odd(1);
}

int main(void)
{
	return !cmocka_unit_test(odd_is_odd_indeed)();
}
'''

GOOD = {
    'meson.build': LICENCE + "project('libtce', 'c',\n  version: '0.1.0')\nx(soversion: '0')\n",
    'CHANGELOG.md': MARKDOWN_LICENCE + '# Changes\n\n## 0.1.0\n',
    'README.md': '# libtce\n\n[Changes](CHANGELOG.md#changes), [same page](#libtce), '
                 '[elsewhere](https://example.org/x)\n',
    'include/tce/status.h': STATUS,
    'src/base/bits.h': BITS,
    'src/base/text.c': SOURCE,
    'src/base/meson.build': LICENCE + "lib_src += files('text.c')\n",
    'src/libtce.map': MAP,
    'tests/unit/test_text.c': TEST,
    'tests/unit/meson.build': LICENCE + "test_modules += {'unit': [\n  'text',\n]}\n",
}

LONG_BODY = ''.join(f'\tv += {i};\n' for i in range(70))
LONG_FUNCTION = C_LICENCE + f'int tce_long(int v)\n{{\n{LONG_BODY}\treturn v;\n}}\n'
LONG_SWITCH = (C_LICENCE + 'int tce_long(int v)\n{\n\tswitch (v) {\n' +
               ''.join(f'\tcase {i}: return {i * 2 + 1};\n' for i in range(80)) +
               '\tdefault: return 0;\n\t}\n}\n')
LOOPING_SWITCH = LONG_SWITCH.replace('\tswitch', '\twhile (v > 100)\n\t\tv -= 7;\n\tswitch')


def _source(text):
    return {'src/base/text.c': C_LICENCE + text}


def _header(text):
    return {'include/tce/status.h': STATUS.replace('/* The text of a code', text +
                                                   '\n/* The text of a code')}


PLANTS = [
    ('every_file_names_its_licence', 'a source without the line',
     {'src/base/text.c': SOURCE.partition('\n')[2]}, 'src/base/text.c:1'),
    ('every_file_names_its_licence', 'a script without the line',
     {'scripts/do': '#!/bin/sh\n#\n#\n' + LICENCE}, 'scripts/do:1'),
    ('nothing_is_marked_as_unfinished', 'a mark in a comment',
     {'src/base/text.c': SOURCE + '/* TO' + 'DO: more */\n'}, 'src/base/text.c:'),
    ('nothing_is_marked_as_unfinished', 'a mark in a document',
     {'docs/a.md': MARKDOWN_LICENCE + 'FIX' + 'ME\n'}, 'docs/a.md:2'),
    ('no_line_is_longer_than_100_columns', '101 columns with tabs',
     {'src/base/text.c': C_LICENCE + '\t' * 12 + 'int x;\n'}, '102 columns'),
    ('no_line_ends_in_blanks', 'a blank at the end',
     {'docs/a.md': MARKDOWN_LICENCE + 'text \n'}, 'docs/a.md:2'),
    ('no_source_file_is_longer_than_800_lines', '801 lines',
     {'tests/unit/test_text.c': C_LICENCE + '\n' * 800}, '801 lines'),
    ('no_file_is_larger_than_a_mebibyte', 'a large recording',
     {'recordings/a.log': 'x' * (1 << 20) + 'x'}, 'recordings/a.log'),
    ('structs_have_no_typedefs', 'a typedef of a struct',
     _source('typedef struct tce_x {\n\tint v;\n} tce_x_t;\n'), 'text.c:2'),
    ('lists_in_meson_files_are_sorted', 'two files exchanged',
     {'src/base/meson.build': LICENCE + "lib_src += files('text.c', 'arena.c')\n"}, "'arena.c'"),
    ('lists_in_meson_files_are_sorted', 'two tests exchanged',
     {'tests/unit/meson.build': LICENCE + "t += {'unit': [\n  'text',\n  'bits',\n]}\n"},
     "'bits'"),
    ('lists_in_meson_files_are_sorted', 'a file that is there twice',
     {'src/base/meson.build': LICENCE + "lib_src += files(\n  'text.c',\n  'text.c',\n)\n"},
     "'text.c'"),
    ('every_source_is_built', 'a file that nobody builds',
     {'src/base/dead.c': C_LICENCE}, 'src/base/dead.c'),
    ('every_source_is_built', 'a test that nobody builds',
     {'tests/unit/test_dead.c': C_LICENCE}, 'tests/unit/test_dead.c'),
    ('names_of_test_cases_are_sentences', 'a case of one word',
     {'tests/unit/test_text.c': TEST.replace('odd_is_odd_indeed', 'odd_test')}, 'odd_test'),
    ('links_between_documents_resolve', 'a link to nothing',
     {'docs/a.md': '[b](b.md)\n'}, 'docs/a.md:1: b.md leads nowhere'),
    ('links_between_documents_resolve', 'a link to a heading that is not there',
     {'docs/a.md': '[b](../CHANGELOG.md#none)\n'}, 'no heading none'),
    ('documents_that_are_named_exist', 'a source that nobody else has',
     {'src/base/text.c': C_LICENCE + '/* notes-of-mine.md, section 3. */\n'},
     'there is no notes-of-mine.md'),
    ('files_that_documents_name_exist', 'a source that was moved',
     {'docs/a.md': C_LICENCE + '`src/base/gone.c`\n'},
     'there is no src/base/gone.c'),
    ('manual_pages_are_clean', 'a page without a title',
     {'man/x.1.scd': LICENCE, 'build/man/x.1': '.SH NAME\nx\n'}, 'missing manual title'),
    ('shell_scripts_are_clean', 'a word of bash',
     {'scripts/do': '#!/bin/sh\n' + LICENCE + '[[ a == b ]]\n'}, 'scripts/do:3'),
    ('version_is_the_same_everywhere', 'a header left behind',
     {'include/tce/status.h': STATUS.replace('MINOR 1', 'MINOR 2')}, '0.2.0'),
    ('version_is_the_same_everywhere', 'a version without a word on it',
     {'CHANGELOG.md': '# Changes\n'}, 'no heading for 0.1.0'),

    ('includes_go_only_to_floors_below', 'base includes papr',
     {'src/papr/lpar.h': C_LICENCE, 'src/base/text.c': C_LICENCE + '#include "papr/lpar.h"\n'},
     'papr is above base'),
    ('includes_go_only_to_floors_below', 'papr includes a public header of machine',
     {'src/papr/a.c': C_LICENCE + '#include <tce/machine.h>\n'}, 'machine is above papr'),
    ('includes_go_only_to_floors_below', 'the library includes everything',
     {'src/papr/a.c': C_LICENCE + '#include <tce/tce.h>\n'}, 'name the headers'),
    ('includes_go_only_to_floors_below', 'a public header that nobody placed',
     {'src/papr/a.c': C_LICENCE + '#include <tce/news.h>\n'}, 'does not know'),
    ('includes_go_only_to_floors_below', 'a way around through the parent folder',
     {'src/papr/a.c': C_LICENCE + '#include "../linux/a.h"\n'}, 'not the name of a floor'),
    ('includes_go_only_to_floors_below', 'a room includes one that uses it',
     {'src/cli/vm/a.c': C_LICENCE + '#include "cli/qemu/a.h"\n', 'src/cli/qemu/a.h': C_LICENCE},
     'qemu is no room that vm may know'),
    ('includes_go_only_to_floors_below', 'two rooms of a floor that are to stay strangers',
     {'src/check/plan/a.c': C_LICENCE + '#include "check/predict/a.h"\n',
      'src/check/predict/a.h': C_LICENCE}, 'predict is no room that plan may know'),
    ('includes_go_only_to_floors_below', 'a room of a floor above',
     {'src/papr/a.c': C_LICENCE + '#include "linux/pseries/a.h"\n',
      'src/linux/pseries/a.h': C_LICENCE}, 'linux is above papr'),
    ('includes_go_only_to_floors_below', 'a room that nobody placed',
     {'src/cli/vm/a.c': C_LICENCE + '#include "cli/attic/a.h"\n', 'src/cli/attic/a.h': C_LICENCE},
     'src/cli/vm/a.c:2: includes cli/attic/a.h: attic is not the name of a room'),
    ('includes_go_only_to_floors_below', 'files in a room that nobody placed',
     {'src/cli/attic/a.c': C_LICENCE}, 'attic is not the name of a room of cli'),
    ('includes_go_only_to_floors_below', 'a folder that is no floor',
     {'src/misc/a.c': C_LICENCE}, 'misc is not the name of a floor'),
    ('public_headers_include_only_each_other', 'a system header',
     _header('#include <stdio.h>\n'), 'includes stdio.h'),
    ('public_headers_include_only_each_other', 'a private header',
     _header('#include "base/bits.h"\n'), 'includes base/bits.h'),
    ('one_public_header_includes_all_others', 'one is left out',
     {'include/tce/tce.h': C_LICENCE + '#include <stdint.h>\n'},
     'does not include include/tce/status.h'),
    ('examples_use_public_headers_only', 'a private header in an example',
     {'examples/vmm.c': C_LICENCE + '#include "base/bits.h"\n'}, 'examples/vmm.c:2'),
    ('functions_are_at_most_70_lines_long', 'a function of 74 lines',
     {'src/base/text.c': LONG_FUNCTION}, 'tce_long has 74 lines'),
    ('functions_are_at_most_70_lines_long', 'a long switch that also loops',
     {'src/base/text.c': LOOPING_SWITCH}, 'tce_long has'),
    ('public_functions_are_explained', 'a function without a comment',
     _header('int tce_bare(void);\n'), 'tce_bare has no comment'),
    ('public_functions_take_at_most_6_parameters', 'seven of them',
     _header('/* Seven. */\nint tce_seven(int a, int b, int c, int d, int e, int f, int g);\n'),
     'tce_seven takes 7'),
    ('headers_open_with_what_they_are', 'a private header without a word',
     {'src/base/bits.h': C_LICENCE + '#define TCE_A 1\n'}, 'src/base/bits.h:2'),
    ('headers_compile_alone_and_twice_as_c11', 'a type that is not declared',
     {'src/base/bits.h': C_LICENCE + 'uint64_t tce_a(void);\n'}, 'uint64_t'),
    ('headers_compile_alone_and_twice_as_c11', 'no guard',
     {'src/base/bits.h': C_LICENCE + 'struct tce_a {\n\tint v;\n};\n'}, 'redefinition'),
    ('public_headers_compile_alone_as_cxx', 'a C++ keyword as a name',
     _header('/* A class. */\nint tce_class(int class);\n'), 'error'),
    ('layout_is_that_of_clang_format', 'blanks for tabs',
     {'src/base/text.c': SOURCE.replace('\t', '        ')}, 'src/base/text.c'),
    ('library_compiles_with_one_bare_command', 'a macro that only Meson gives',
     _source('int tce_a(void)\n{\n\treturn FROM_CONFIG_H;\n}\n'), 'FROM_CONFIG_H'),

    ('version_script_lists_what_the_headers_declare', 'a function that is not listed',
     {'src/libtce.map': MAP.replace('\ttce_text_length;\n', '')}, 'tce_text_length is not in'),
    ('version_script_lists_what_the_headers_declare', 'a listed function without a declaration',
     {'src/libtce.map': MAP.replace('local:', '\ttce_ultra;\nlocal:')},
     'tce_ultra is in no public'),
    ('version_script_is_sorted', 'two exchanged',
     {'src/libtce.map': MAP.replace('\ttce_text;\n', '').replace('local:', '\ttce_text;\nlocal:')},
     'tce_text comes after'),
    ('library_exports_what_the_version_script_lists', 'a listed function that is not defined',
     {'src/libtce.map': MAP.replace('local:', '\ttce_ultra;\nlocal:')}, 'tce_ultra is listed'),
    ('library_exports_what_the_version_script_lists', 'a version script that lets all out',
     {'src/libtce.map': MAP.replace('tce_text;', 'tce_text; tce_text_l*;')
      .replace('\ttce_text_length;\n', '')}, 'tce_text_length is exported'),
    ('every_global_symbol_begins_with_tce', 'a helper that forgot static',
     _source('int helper(void)\n{\n\treturn 0;\n}\n'), 'helper'),
    ('library_calls_nothing_that_acts_on_the_world', 'a print',
     _source('#include <stdio.h>\nvoid tce_a(void)\n{\n\tputs("x");\n}\n'), 'calls puts'),
    ('library_calls_nothing_that_acts_on_the_world', 'the environment',
     _source('#include <stdlib.h>\nchar *tce_a(void)\n{\n\treturn getenv("x");\n}\n'), 'getenv'),
    ('library_calls_nothing_that_acts_on_the_world', 'the clock',
     _source('#include <time.h>\nlong tce_a(void)\n{\n\treturn time(NULL);\n}\n'), 'calls time'),
    ('library_calls_nothing_that_acts_on_the_world', 'malloc outside of base/mem.c',
     _source('#include <stdlib.h>\nvoid *tce_a(void)\n{\n\treturn malloc(1);\n}\n'), 'malloc'),
    ('library_asks_no_clock_behind_the_linker', 'the time stamp counter',
     _source('long tce_a(void)\n{\n\treturn __builtin_ia32_rdtsc();\n}\n'), 'rdtsc'),
    ('library_keeps_no_state_of_its_own', 'a counter',
     _source('int tce_a(void)\n{\n\tstatic int n;\n\treturn ++n;\n}\n'), '.bss'),
    ('library_keeps_no_state_of_its_own', 'a variable with a value',
     _source('int tce_level = 3;\n'), 'tce_level in .data'),
    ('library_keeps_no_state_of_its_own', 'a variable of each thread',
     _source('_Thread_local int tce_level;\n'), '.tbss'),
]

# What the checks must let pass, beyond the good tree.
HARMLESS = [
    ('functions_are_at_most_70_lines_long', 'a flat switch of any length',
     {'src/base/text.c': LONG_SWITCH}),
    ('library_keeps_no_state_of_its_own', 'a constant table of pointers',
     _source('const char *const tce_names[] = {"a", "b"};\n')),
    ('nothing_is_marked_as_unfinished', 'a word that holds a mark',
     {'docs/a.md': MARKDOWN_LICENCE + 'HA' + 'CKERS\n'}),
]
