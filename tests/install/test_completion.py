#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Completion in bash, as it answers when the tabulator is pressed. TAP.

    tests/install/test_completion.py COMMAND
"""
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.argv[1]).resolve())
TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import cases_of, run_cases  # noqa: E402


def _complete(*words):
    """What bash offers for the last word of 'tce WORDS'."""
    script = 'source completions/tce; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tce; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(['bash', '-c', script, 'bash', COMMAND, *words], cwd=TOP, text=True,
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.split()


def verbs_are_offered_first():
    assert {'replay', 'rules', 'explain', 'help', '--version'} <= set(_complete(''))
    assert _complete('repl') == ['replay']


def options_are_those_of_the_verb():
    assert {'--dtb', '--format', '--profile', '--strict'} <= set(_complete('replay', '--'))
    assert _complete('replay', '--form') == ['--format']


def values_follow_their_option():
    assert _complete('replay', '--format', '') == ['text', 'json']
    assert 'qemu' in _complete('replay', '--profile', '')
    assert 'no-dma-fault' in _complete('replay', '-W', 'no-')


def rules_can_be_explained_by_their_first_letters():
    assert 'dma-fault' in _complete('explain', 'dma')


def help_knows_the_verbs():
    assert _complete('help', 'repl') == ['replay']


def files_are_left_to_bash():
    assert _complete('replay', 'tra') == []


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
