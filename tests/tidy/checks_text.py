# SPDX-License-Identifier: BSD-2-Clause
"""Checks that read files as text. Each takes a Tree and yields complaints."""
import re
from pathlib import PurePath

from tree import line_of

# Data, and what is quoted from elsewhere, carries no licence line; the README opens with output.
NO_LICENCE_LINE = ['README.md', 'LICENSE', 'recordings/*', 'fuzz/corpus/*',
                   'tests/*/expected/*', '*.zst', '*.bin',
                   '*.dtb', '*.png', '*.svg']
DATA = NO_LICENCE_LINE[2:]
FILE_BYTES_MAX = 1 << 20
FILE_LINES_MAX = 800
FILE_LINES_MANY = 600
COLUMNS = 100
LICENCE = 'SPDX-License-Identifier: BSD-2-Clause'
MARKS = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK']  # in pieces: this file is checked too
UNFINISHED = re.compile(r'\b(' + '|'.join(MARKS) + r')\b')


def _text_files(tree):
    data = set(tree.files(*DATA))
    return [path for path in tree.all_files if path not in data]


def _source_files(tree):
    return tree.files('*.c', '*.h', '*.S', '*.py', '*meson.build', 'scripts/*', 'Makefile', '.ci/*')


def every_file_names_its_licence(tree):
    exempt = set(tree.files(*NO_LICENCE_LINE))
    for path in tree.all_files:
        if path not in exempt and LICENCE not in '\n'.join(tree.lines(path)[:3]):
            yield f'{path}:1: no "{LICENCE}" in the first three lines'


def nothing_is_marked_as_unfinished(tree):
    for path in _text_files(tree):
        for number, line in enumerate(tree.lines(path), 1):
            if UNFINISHED.search(line):
                yield f'{path}:{number}: {line.strip()}'


def no_line_is_longer_than_100_columns(tree):
    for path in _source_files(tree):
        for number, line in enumerate(tree.lines(path), 1):
            width = len(line.expandtabs(8))
            if width > COLUMNS:
                yield f'{path}:{number}: {width} columns'


def no_line_ends_in_blanks(tree):
    for path in _text_files(tree):
        if path == 'LICENSE':
            continue
        for number, line in enumerate(tree.text(path).split('\n'), 1):
            if line != line.rstrip():
                yield f'{path}:{number}: blanks at the end of the line'


def no_source_file_is_longer_than_800_lines(tree):
    for path in _source_files(tree):
        count = len(tree.lines(path))
        if count > FILE_LINES_MAX:
            yield f'{path}: {count} lines; cut it'
        elif count > FILE_LINES_MANY:
            print(f'# {path}: {count} lines, growing large')


def no_file_is_larger_than_a_mebibyte(tree):
    for path in tree.all_files:
        size = (tree.root / path).stat().st_size
        if size > FILE_BYTES_MAX:
            yield f'{path}: {size} bytes'


def structs_have_no_typedefs(tree):
    for path in tree.files('include/*.h', 'src/*.c', 'src/*.h'):
        for match in re.finditer(r'\btypedef\s+(struct|union|enum)\b', tree.code(path)):
            yield f'{path}:{line_of(tree.code(path), match.start())}: typedef of a {match.group(1)}'


def lists_in_meson_files_are_sorted(tree):
    for path in tree.files('*meson.build'):
        text = re.sub(r'#[^\n]*', '', tree.text(path))
        for match in re.finditer(r"(?:^ +'[^'\n]+',\n){2,}|files\([^()]*\)", text, re.M):
            entries = re.findall(r"'([^']*)'", match.group())
            for before, after in zip(entries, entries[1:]):
                if after <= before:
                    yield f'{path}: {after!r} is out of order; make format sorts'


def every_source_is_built(tree):
    """A .c file that no meson.build names is dead."""
    for path in tree.files('src/*/*.c', 'tests/*/test_*.c', 'tests/lib/*.c',
                           'tests/shim/*.c', 'fuzz/*.c', 'bench/*.c', 'examples/*.c'):
        folder, name = PurePath(path).parent, PurePath(path).stem
        builders = [str(folder / 'meson.build'), str(folder.parent / 'meson.build')]
        text = ''.join(tree.text(builder) for builder in builders if builder in tree.all_files)
        short = re.sub(r'^(test|fuzz|bench)_', '', name)
        if not re.search(rf"'(?:[\w/-]*/)?(?:{name}\.c|{name}|{short})'", text):
            yield f'{path}: named in no meson.build'


def names_of_test_cases_are_sentences(tree):
    for path in tree.files('tests/*/test_*.c'):
        code = tree.code(path)
        for match in re.finditer(r'\bcmocka_unit_test\w*\(\s*(\w+)', code):
            if '#define' in code[code.rfind('\n', 0, match.start()) + 1:match.start()]:
                continue
            if match.group(1).count('_') < 2:
                yield f'{path}:{line_of(code, match.start())}: {match.group(1)} is no sentence'


def _anchors(text):
    """What GitHub makes of the headings of a page."""
    plain = re.sub(r'^```.*?^```', '', text, flags=re.S | re.M)
    for heading in re.findall(r'^#+\s+(.*?)\s*$', plain, flags=re.M):
        yield re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-')


def links_between_documents_resolve(tree):
    for path in tree.files('*.md'):
        if path.startswith('recordings/'):
            continue
        text = re.sub(r'^```.*?^```', lambda m: re.sub(r'[^\n]', '', m.group()), tree.text(path),
                      flags=re.S | re.M)
        for match in re.finditer(r'\[[^]\n]*\]\(([^)\s]+)\)', text):
            where, _, anchor = match.group(1).partition('#')
            if re.match(r'[a-z]+:', where):
                continue
            target = (PurePath(path).parent / where) if where else PurePath(path)
            full = (tree.root / target).resolve()
            place = f'{path}:{line_of(text, match.start())}'
            if not full.exists():
                yield f'{place}: {match.group(1)} leads nowhere'
            elif anchor and anchor not in _anchors(full.read_text()):
                yield f'{place}: {where or path} has no heading {anchor}'


def documents_that_are_named_exist(tree):
    """A text that sends its reader to a page which only its author has is no source."""
    names = {PurePath(path).name for path in tree.files('*.md')}
    for path in _text_files(tree):
        if path.startswith(('recordings/', 'tests/tidy/')):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            for name in re.findall(r'(?<![\w*/.-])(?:[\w-]+/)*([\w.-]+\.md)\b', line):
                if name not in names:
                    yield f'{path}:{number}: there is no {name}'


def files_that_documents_name_exist(tree):
    for path in tree.files('*.md'):
        for number, line in enumerate(tree.lines(path), 1):
            for name in re.findall(r'`((?:src|tests|include|scripts|examples|scenarios)/'
                                   r'[\w./-]+\.\w+)`', line):
                if name not in tree.all_files:
                    yield f'{path}:{number}: there is no {name}'


def manual_pages_are_clean(tree):
    sources = {PurePath(path).stem for path in tree.files('man/*.scd')}
    if not sources:
        return
    tree.built('man')
    for name in sorted(sources):
        page = tree.built(f'man/{name}')
        _, lines = tree.run('mandoc', '-Tlint', '-Wwarning', page)
        for line in lines:
            if 'skipping paragraph macro' not in line:  # scdoc writes more of them than it needs
                yield line.replace(f'mandoc: {page}', f'man/{name}')


def shell_scripts_are_clean(tree):
    scripts = [path for path in tree.files('scripts/*', '.ci/*', 'tests/*.sh')
               if tree.text(path).startswith('#!/bin/sh')]
    if scripts:
        _, lines = tree.run('shellcheck', '--severity=warning', '--format=gcc', *scripts)
        yield from lines


def version_is_the_same_everywhere(tree):
    if 'meson.build' not in tree.all_files:
        return
    version = re.search(r"\n  version: '([^']*)'", tree.text('meson.build')).group(1)
    header = tree.text('include/tce/status.h')
    parts = [re.search(rf'TCE_VERSION_{part} (\d+)', header).group(1)
             for part in ('MAJOR', 'MINOR', 'PATCH')]
    if '.'.join(parts) != version:
        yield f'include/tce/status.h: {".".join(parts)}, but meson.build says {version}'
    if f'## {version}' not in tree.text('CHANGELOG.md'):
        yield f'CHANGELOG.md: no heading for {version}'
    if parts[0] == '0' and "soversion: '0'" not in tree.text('meson.build'):
        yield 'meson.build: the soname does not follow the major version'
