# SPDX-License-Identifier: BSD-2-Clause
"""Checks of the library as built: what it exports, needs and keeps. Yield complaints."""
import re

from tree import ctags

# What library code may call outside of itself: nothing that prints, asks the clock, the
# environment, files or chance, and nothing that allocates behind the embedder's back (qsort does).
MAY_CALL = set('''
    memchr memcmp memcpy memmove memset strchr strcmp strlen strncmp strnlen strrchr strstr
    bsearch snprintf vsnprintf strtoul strtoull __stack_chk_fail _GLOBAL_OFFSET_TABLE_
'''.split())
MAY_CALL_HERE = {
    'src_base_mem.c.o': {'free', 'madvise', 'malloc', 'mmap', 'mmap64', 'munmap', 'sysconf'},
    'src_check_explore_spread.c.o': {'pthread_create', 'pthread_join'},  # asked for: --threads
    'src_base_status.c.o': {'abort', 'fprintf', 'fwrite', 'stderr'},  # a failed assertion's end
}
INSTRUMENTS = re.compile(r'__(asan|ubsan|tsan|sanitizer|gcov|llvm|sancov|cyg)_.*')


def _nm(tree, *arguments):
    status, lines = tree.run('nm', *arguments)
    assert status == 0, '\n'.join(lines)
    return lines


def _declared(tree):
    """Names that the public headers declare, with their places."""
    return {name: f'{path}:{line}'
            for _, name, path, line, _, _ in ctags(tree, 'px', tree.public_headers())}


def _mapped(tree):
    """Names in the version script, in their order."""
    text = re.sub(r'/\*.*?\*/', '', tree.text('src/libtce.map'), flags=re.S)
    return re.findall(r'^\s*(\w+);', text.partition('global:')[2].partition('local:')[0], re.M)


def _exported(tree):
    lines = _nm(tree, '-D', '--defined-only', tree.built('libtce.so'))
    symbols = (line.split()[1:] for line in lines)
    return {name.partition('@')[0] for kind, name in symbols if kind != 'A'}


def version_script_lists_what_the_headers_declare(tree):
    declared, mapped = _declared(tree), _mapped(tree)
    for name in sorted(set(declared) - set(mapped)):
        yield f'{declared[name]}: {name} is not in src/libtce.map'
    for name in sorted(set(mapped) - set(declared)):
        yield f'src/libtce.map: {name} is in no public header'


def version_script_is_sorted(tree):
    mapped = _mapped(tree)
    for before, after in zip(mapped, mapped[1:]):
        if after <= before:
            yield f'src/libtce.map: {after} comes after {before}'


def library_exports_what_the_version_script_lists(tree):
    exported, mapped = _exported(tree), set(_mapped(tree))
    for name in sorted(mapped - exported):
        yield f'libtce.so: {name} is listed but not there'
    for name in sorted(exported - mapped):
        yield f'libtce.so: {name} is exported but not listed'


def every_global_symbol_begins_with_tce(tree):
    for line in _nm(tree, '-A', '-g', '--defined-only', tree.built('libtce.a')):
        place, _, rest = line.rpartition(':')
        name = rest.split()[-1]
        if not name.startswith('tce_') and not INSTRUMENTS.fullmatch(name):
            yield f'{place}: {name}'


def library_calls_nothing_that_acts_on_the_world(tree):
    for line in _nm(tree, '-A', '-u', tree.built('libtce.a')):
        place, _, rest = line.rpartition(':')
        member, name = place.rpartition(':')[2], rest.split()[-1]
        own = name.startswith(('tce_', 'fdt_')) or INSTRUMENTS.fullmatch(name)
        if not own and name not in MAY_CALL and name not in MAY_CALL_HERE.get(member, ()):
            yield f'{member}: calls {name}'


def library_asks_no_clock_behind_the_linker(tree):
    pattern = re.compile(r'\b(__asm__|asm|\w*_rdtsc\w*|__rdtsc\w*|\w*readcyclecounter)\b')
    for path in tree.library_files():
        for number, line in enumerate(tree.code(path).splitlines(), 1):
            match = pattern.search(line)
            if match:
                yield f'{path}:{number}: {match.group()}'


def library_keeps_no_state_of_its_own(tree):
    """Nothing in writable sections: a machine is its arena, and two machines share nothing."""
    member = ''
    status, lines = tree.run('objdump', '-t', tree.built('libtce.a'))
    assert status == 0, '\n'.join(lines)
    for line in lines:
        if ':     file format' in line:
            member = line.split(':')[0]
        match = re.match(r'\S+ .{7} (\.t?(?:data|bss)(?!\.rel\.ro)\S*)\s+(\S+)\s+(\S+)', line)
        if match and int(match.group(2), 16) > 0 and not INSTRUMENTS.match(match.group(3)):
            yield f'{member}: {match.group(3)} in {match.group(1)}'
