# SPDX-License-Identifier: BSD-2-Clause
"""A source tree as the checks see it: files by pattern, their text, and the tools of the trade."""
import fnmatch
import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from tap import Skip  # noqa: E402

# From below to above: a folder of src/ may include only from itself and from those before it.
FLOORS = ['base', 'tce', 'papr', 'ioda', 'machine', 'linux', 'vfio', 'check', 'format', 'cli']

# Rooms: the folders of a floor, and from which other rooms of it each may include. What lies in the
# floor's own folder is common to its rooms.
ROOMS = {
    'linux': {'powernv': [], 'pseries': []},
    'check': {'dma_ops': [], 'explore': ['rules'], 'plan': [], 'predict': [], 'replay': [],
              'rules': [], 'vfio_ops': []},
    'format': {'devtree': ['scenario'], 'scenario': []},
    'cli': {'plan': [], 'predict': [], 'replay': [], 'run': [],
            'vm': [], 'pseries': ['vm'], 'powernv': ['vm'], 'qemu': ['powernv', 'pseries', 'vm']},
}

# The floor that a public header belongs to, where it is not called like its floor.
HEADER_FLOORS = {
    'status': 'base',
    'table': 'tce',
    'event': 'machine',
    'dma': 'check',
    'explore': 'check',
    'facts': 'check',
    'lines': 'check',
    'plan': 'check',
    'predict': 'check',
    'run': 'check',
    'trace': 'check',
    'vfio_ops': 'check',
    'devtree': 'format',
    'scenario': 'format',
}

# Folders that are no part of the source: build folders and what tools leave behind.
NOT_SOURCE = re.compile(r'\.git|build(-.*)?|__pycache__')

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')


class Tree:
    """The tree at root; build is the folder with libtce.a and libtce.so, for the checks on them."""

    def __init__(self, root, build=None):
        self.root, self.build = Path(root), build and Path(build)
        self.all_files = sorted(self._walk())

    def _walk(self):
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = [name for name in subfolders if not NOT_SOURCE.fullmatch(name)]
            for name in names:
                if name != '.git':  # a file in a worktree
                    yield os.path.relpath(os.path.join(folder, name), self.root)

    def files(self, *patterns):
        """Paths that match one of the patterns; '*' also matches '/'."""
        return [path for path in self.all_files
                if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)]

    @lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(errors='replace')

    def lines(self, path):
        return self.text(path).splitlines()

    @lru_cache(maxsize=None)
    def code(self, path):
        """C text with comments and strings blanked out; line numbers stay."""
        def blank(match):
            return re.sub(r'[^\n]', ' ', match.group())
        return STRING.sub(blank, COMMENT.sub(blank, self.text(path)))

    def c_files(self):
        return self.files('*.c', '*.h')

    def library_files(self):
        """Sources and private headers of the library: src/ without the command."""
        return [path for path in self.files('src/*.c', 'src/*.h')
                if not path.startswith('src/cli/')]

    def library_sources(self):
        return [path for path in self.library_files() if path.endswith('.c')]

    def public_headers(self):
        return self.files('include/tce/*.h')

    def run(self, *command):
        """Run in the tree's root; (exit status, output lines). Skips when the program is absent."""
        if shutil.which(command[0]) is None:
            raise Skip(f'no {command[0]}')
        done = subprocess.run([str(word) for word in command], cwd=self.root, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout.splitlines()

    def built(self, name):
        """A file of the build folder."""
        if self.build is None or not (self.build / name).exists():
            raise Skip(f'no {name} in the build folder')
        return self.build / name


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def ctags(tree, kinds, files):
    """(kind, name, path, first line, last line, signature) of each definition or declaration."""
    if not files:
        return
    layout = '%{kind}\t%{name}\t%{input}\t%{line}\t%{end}\t%{signature}'
    status, lines = tree.run(
        'ctags', '--languages=C', '--langmap=C:.c.h', f'--kinds-C={kinds}', '--fields=+neS',
        '-I', 'TCE_MUST_USE', '--sort=no', '--output-format=xref', f'--_xformat={layout}', *files)
    if status != 0:
        raise Skip('ctags is not universal-ctags')
    for line in lines:
        kind, name, path, first, last, signature = (line.split('\t') + [''])[:6]
        yield kind, name, path, int(first), int(last or first), signature
