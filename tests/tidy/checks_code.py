# SPDX-License-Identifier: BSD-2-Clause
"""Checks that read C. Each takes a Tree and yields complaints."""
import re
import tempfile
from pathlib import Path, PurePath

from tree import FLOORS, HEADER_FLOORS, ROOMS, ctags, line_of

FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 6
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
C_HEADERS = {'stdbool.h', 'stddef.h', 'stdint.h'}


def _includes(tree, path):
    """(line, '<' or '"', name) of each #include."""
    text = tree.text(path)
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start()), match.group(1), match.group(2)


def _header_floor(name):
    """Floor of the public header tce/NAME.h, None if nobody has said."""
    return name if name in FLOORS else HEADER_FLOORS.get(name)


def _forbidden_room(floor, path, other):
    """Why a file may not include from that room of its own floor; None if it may."""
    rooms = ROOMS.get(floor, {})
    room = path.split('/')[2]
    if other not in rooms:
        return f'{other} is not the name of a room of {floor}'
    if room in rooms and other not in [room, *rooms[room]]:
        return f'{other} is no room that {room} may know'
    return None


def _forbidden(tree, path, quote, name):
    """Why a file in src/ may not have this #include; None if it may."""
    floor = path.split('/')[1]
    above = FLOORS[FLOORS.index(floor) + 1:]
    if quote == '<':
        header = re.fullmatch(r'tce/(\w+)\.h', name)
        if not header or floor == 'cli':
            return None
        if header.group(1) == 'tce':
            return 'name the headers that are needed'
        other = _header_floor(header.group(1))
        if other is None:
            return 'tests/tidy/tree.py does not know on which floor that header is'
        return f'{other} is above {floor}' if other in above else None
    folder, _, _ = name.rpartition('/')
    if not folder:
        here = str(PurePath(path).parent / name)
        return None if here in tree.all_files else 'not in this folder; say the folder'
    if f'src/{name}' not in tree.all_files and folder.split('/')[0] in FLOORS:
        return 'there is no such file'
    other, _, room = folder.partition('/')
    if room and other == floor:
        return _forbidden_room(floor, path, room)
    if other not in FLOORS:
        return 'not the name of a floor'
    return f'{other} is above {floor}' if other in above else None


def includes_go_only_to_floors_below(tree):
    for path in tree.files('src/*.c', 'src/*.h'):
        floor, *rooms = path.split('/')[1:-1]
        if floor not in FLOORS:
            yield f'{path}: {floor} is not the name of a floor'
            continue
        if rooms and (len(rooms) > 1 or rooms[0] not in ROOMS.get(floor, {})):
            yield f'{path}: {"/".join(rooms)} is not the name of a room of {floor}'
        for line, quote, name in _includes(tree, path):
            why = _forbidden(tree, path, quote, name)
            if why:
                yield f'{path}:{line}: includes {name}: {why}'


def public_headers_include_only_each_other(tree):
    for path in tree.public_headers():
        for line, quote, name in _includes(tree, path):
            own = quote == '<' and f'include/{name}' in tree.all_files
            if not own and name not in C_HEADERS:
                yield f'{path}:{line}: includes {name}'


def one_public_header_includes_all_others(tree):
    everything = 'include/tce/tce.h'
    if everything not in tree.all_files:
        return
    included = {f'include/{name}' for _, _, name in _includes(tree, everything)}
    for path in sorted(set(tree.public_headers()) - included - {everything}):
        yield f'{everything}: does not include {path}'


def examples_use_public_headers_only(tree):
    for path in tree.files('examples/*.c'):
        for line, quote, name in _includes(tree, path):
            if quote == '"':
                yield f'{path}:{line}: includes {name}, which an embedder does not have'


def _is_flat_switch(code):
    """One switch that is nearly all of the function, without loops and without ifs of its own."""
    body = code[code.index('{') + 1:] if '{' in code else code
    if len(re.findall(r'\bswitch\b', body)) != 1 or re.search(r'\b(for|while|do|goto)\b', body):
        return False
    before = body[:re.search(r'\bswitch\b', body).start()].count('\n')
    return before <= 12 and not re.search(r'\bif\b[^;]*\{', body)


def functions_are_at_most_70_lines_long(tree):
    files = tree.files('src/*.c', 'src/*.h', 'include/*.h', 'tests/*.c', 'tests/*.h', 'fuzz/*.c',
                       'bench/*.c', 'examples/*.c')
    for _, name, path, first, last, _ in ctags(tree, 'f', files):
        length = last - first + 1
        if length <= FUNCTION_LINES_MAX:
            continue
        code = '\n'.join(tree.code(path).splitlines()[first - 1:last])
        if not _is_flat_switch(code):
            yield f'{path}:{first}: {name} has {length} lines'


def _declarations(tree):
    """Functions and objects that the public headers declare."""
    return ctags(tree, 'px', tree.public_headers())


def public_functions_are_explained(tree):
    """The paragraph that holds a declaration begins with a comment."""
    for _, name, path, first, _, _ in _declarations(tree):
        lines = tree.lines(path)
        at = first - 1
        while at > 0 and lines[at - 1].strip():
            at -= 1
        if not lines[at].lstrip().startswith('/*') and '/*' not in lines[first - 1]:
            yield f'{path}:{first}: {name} has no comment'


def public_functions_take_at_most_6_parameters(tree):
    for _, name, path, first, _, signature in _declarations(tree):
        inner = re.sub(r'\([^()]*\)\s*\([^()]*\)', 'callback', signature.strip()[1:-1])
        if inner.count(',') + 1 > PARAMETERS_MAX:
            yield f'{path}:{first}: {name} takes {inner.count(",") + 1}; use an options struct'


def headers_open_with_what_they_are(tree):
    for path in tree.files('include/*.h', 'src/*.h'):
        rest = tree.text(path).partition('\n')[2]
        comment = re.match(r'\s*/\*(.*?)\*/', rest, re.S)
        if not comment or len(comment.group(1).split()) < 5:
            yield f'{path}:2: the second thing in a header is a comment that says what it is'


def _compile_alone(tree, compiler, language, files):
    flags = ['-fsyntax-only', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Iinclude', '-Isrc']
    with tempfile.TemporaryDirectory() as folder:
        units = []
        for path in files:
            unit = Path(folder, path.replace('/', '_') + ('.cc' if 'c++' in language else '.c'))
            unit.write_text(f'#include "{tree.root / path}"\n#include "{tree.root / path}"\n')
            units.append(unit)
        status, lines = tree.run(compiler, language, *flags, *units) if units else (0, [])
    if status != 0:
        yield from (line for line in lines if 'error' in line or status < 0)


def headers_compile_alone_and_twice_as_c11(tree):
    yield from _compile_alone(tree, 'cc', '-std=c11', tree.files('include/*.h', 'src/*.h'))


def public_headers_compile_alone_as_cxx(tree):
    yield from _compile_alone(tree, 'clang++', '-std=c++11', tree.public_headers())


def layout_is_that_of_clang_format(tree):
    files = tree.c_files()
    if not files:
        return
    status, lines = tree.run('clang-format', '--dry-run', '-Werror', *files)
    if status != 0:
        places = {line.split(': error:')[0] for line in lines if ': error:' in line}
        yield from sorted(place.replace(f'{tree.root}/', '') for place in places)


def library_compiles_with_one_bare_command(tree):
    sources = tree.library_sources()
    if not sources:
        return
    with tempfile.TemporaryDirectory() as folder:
        status, lines = tree.run('cc', '-std=c11', '-shared', '-fPIC', '-Iinclude', '-Isrc',
                                 '-o', f'{folder}/libtce.so', *sources, '-lfdt')
    if status != 0:
        yield from (line for line in lines if 'error' in line or 'undefined' in line)
