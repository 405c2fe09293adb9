#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tce explore counts the states that SPIN counts on an independent model. TAP.

    tests/explore/test_spin.py PROGRAM
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
TINY = ['--events', 'driver,map', '--maps', '1', '--no-symmetry', '--depth', '30']


def _explore(*args):
    done = subprocess.run([PROGRAM, 'explore', str(HERE / 'tiny.tce'), '--format', 'json', *args],
                          text=True, check=False, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def _spin():
    """(states, transitions) of tiny.pml, those of its initialisation taken off."""
    if shutil.which('spin') is None:
        raise Skip('no spin')
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['spin', '-o2', '-a', str(HERE / 'tiny.pml')], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(['cc', '-O1', '-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c'],
                       cwd=folder, check=True)
        text = subprocess.run(['./pan', '-m100000'], cwd=folder, check=True, text=True,
                              stdout=subprocess.PIPE).stdout
    assert re.search(r'errors: 0', text), text
    states = int(re.search(r'(\d+) states, stored', text).group(1))
    transitions = int(re.search(r'(\d+) transitions', text).group(1))
    return states - 1, transitions - 2


def states_and_transitions_are_those_that_spin_counts():
    states, transitions = _spin()
    mine = _explore(*TINY)
    assert mine['verdict'] == 'clean', mine
    assert (mine['states'], mine['transitions']) == (states, transitions), (mine, states,
                                                                            transitions)


def whole_states_are_as_many():
    states, transitions = _spin()
    mine = _explore('--exact', *TINY)
    assert (mine['states'], mine['transitions']) == (states, transitions), mine


sys.exit(run_cases(cases_of(sys.modules[__name__])))
