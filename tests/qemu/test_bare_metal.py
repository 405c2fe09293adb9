#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tce qemu --machine powernv9 as its user sees it. TAP.

    tests/qemu/test_bare_metal.py PROGRAM
"""
import json
import os
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
QEMU = os.environ.get('QEMU') or 'qemu-system-ppc64'
WORK = tempfile.TemporaryDirectory()
KEYS = ['schema', 'verdict', 'qemu_version', 'calls', 'differences', 'aborts', 'seed', 'seconds']


def _run(*options, **arguments):
    return subprocess.run([PROGRAM, 'qemu', '--machine', 'powernv9', *options], text=True,
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **arguments)


def _need_machine():
    if shutil.which(QEMU) is None:
        raise Skip(f'no {QEMU}')
    machines = subprocess.run([QEMU, '-machine', 'help'], text=True, check=False,
                              stdout=subprocess.PIPE).stdout
    if not re.search(r'^powernv9 ', machines, re.M):
        raise Skip(f'{QEMU} has no machine powernv9')


def _refused(said, done):
    assert done.returncode == 2 and re.search(said, done.stderr), (done.returncode, done.stderr)
    assert done.stderr.count('\n') == 1 and done.stdout == '', (done.stdout, done.stderr)


def qemu_without_the_machine_is_said():
    path = Path(WORK.name, 'small')
    path.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "QEMU emulator version 7.2.0" ||\n'
                    'echo "pseries  a machine"\n')
    path.chmod(0o755)
    _refused('small has no machine powernv9', _run('--qemu', str(path)))


def wrong_machines_and_profiles_are_refused():
    _refused('no profile of bridges is called vax', _run('--profile', 'vax'))
    done = subprocess.run([PROGRAM, 'qemu', '--machine', 'vax'], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _refused('--machine cannot be vax', done)


def missing_image_is_said():
    _refused('cannot read the guest image /no/image', _run('--agent', '/no/image'))


def json_has_the_keys_of_the_other_machine_first():
    _need_machine()
    done = _run('--calls', '500', '--seed', '3', '--format=json')
    answer = json.loads(done.stdout)
    assert list(answer) == KEYS + ['machine', 'device_accesses'], answer
    assert (answer['verdict'], answer['differences'], answer['machine']) == \
        ('agree', 0, 'powernv9') and answer['calls'] >= 500, answer


def difference_is_shrunk_saved_and_comes_again_from_its_text():
    _need_machine()
    story = Path(WORK.name, 'story.tce')
    done = _run('--profile', 'hardware', '--calls', '5000', '--save', str(story))
    assert done.returncode == 1 and done.stdout.startswith('DIFFER'), done.stdout + done.stderr
    assert f'tce qemu --machine powernv9 --replay {story}' in done.stdout, done.stdout
    steps = story.read_text().splitlines()[1:-1]
    assert 1 <= len(steps) <= 8, steps
    again = _run('--replay', str(story))
    assert again.returncode == 1 and again.stdout.startswith('DIFFER'), again.stdout + again.stderr
    other = _run('--profile', 'qemu-pnv', '--replay', str(story))
    assert 'agree with each other' in other.stdout or other.stdout.startswith('AGREE'), \
        other.stdout + other.stderr
    story.write_text(story.read_text().replace('profile=hardware', 'profile=vax'))
    _refused('no profile of bridges is called vax', _run('--replay', str(story)))


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
