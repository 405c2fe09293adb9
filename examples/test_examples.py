#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every example says what its .expected file says, lines with # left out. TAP.

    examples/test_examples.py PROGRAM EXPECTED...
"""
import difflib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'tests' / 'lib'))
from tap import run_cases  # noqa: E402


def _says(program, expected):
    wrapper = os.environ.get('MESON_EXE_WRAPPER', '').split()
    done = subprocess.run(wrapper + [program], check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    said = done.stdout.splitlines()
    wanted = [line for line in Path(expected).read_text(encoding='utf-8').splitlines()
              if not line.startswith('#')]
    difference = difflib.unified_diff(wanted, said, expected, program, lineterm='')
    assert said == wanted, '\n'.join(difference)
    assert done.returncode == 0, f'exit status {done.returncode}'


def _cases(words):
    return [(f'{Path(program).name}_says_what_is_expected',
             lambda program=program, expected=expected: _says(program, expected))
            for program, expected in zip(words[::2], words[1::2])]


sys.exit(run_cases(_cases(sys.argv[1:])))
