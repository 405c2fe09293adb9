#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The reproducers in docs/findings/qemu-*.md still show what they say. TAP.

    tests/qemu/test_findings.py TOP-FOLDER PROGRAM

A page has its reproducer as the first ```sh or ```python block, and before it a comment with what
it shows. Where QEMU is mended the case is skipped and says so. tce is PROGRAM.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, run_cases  # noqa: E402

PAGES = sorted(Path(sys.argv[1], 'docs/findings').glob('qemu-*.md'))
QEMU = os.environ.get('QEMU') or 'qemu-system-ppc64'
REPRODUCER = re.compile(r'<!-- shows: (.*?) -->\n```(sh|python)\n(.*?)```', re.S)


def _still_there(page):
    match = REPRODUCER.search(page.read_text())
    assert match, f'{page.name} has no reproducer'
    if shutil.which(QEMU) is None:
        raise Skip(f'no {QEMU}')
    shows, language, text = match.groups()
    interpreter = {'sh': 'sh', 'python': sys.executable}[language]
    path = f'{Path(sys.argv[2]).resolve().parent}:{os.environ["PATH"]}'
    done = subprocess.run([interpreter, '-c', text], text=True, check=False, timeout=120,
                          env={**os.environ, 'PATH': path}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if shows not in done.stdout:
        raise Skip('this QEMU does not show it: ' + (done.stdout.splitlines() or ['nothing'])[-1])


if __name__ == '__main__':
    sys.exit(run_cases([(f'{page.stem.replace("-", "_")}_is_still_there',
                         lambda page=page: _still_there(page)) for page in PAGES]))
