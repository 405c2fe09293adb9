#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each story of tests/qemu/stories on both sides: QEMU answers as the model and the text say. TAP.

    tests/qemu/test_stories.py PROGRAM

abort-*: QEMU aborts where the model says so. finding-*: QEMU dies although the model answers, as
docs/findings tells. Where a newer QEMU is mended, the case is skipped and says so.
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

PROGRAM = sys.argv[1]
STORIES = sorted((HERE / 'stories').glob('*.tce'))
QEMU = os.environ.get('QEMU') or 'qemu-system-ppc64'


def _memory_gib():
    return int(re.search(r'MemTotal:\s+(\d+)', Path('/proc/meminfo').read_text()).group(1)) >> 20


def _play(path):
    if shutil.which(QEMU) is None:
        raise Skip(f'no {QEMU}')
    needs = re.search(r'^# needs: (\d+) GiB', path.read_text(), re.M)
    if needs and _memory_gib() < int(needs.group(1)):
        raise Skip(f'needs {needs.group(1)} GiB of memory')
    done = subprocess.run([PROGRAM, 'qemu', '--replay', path], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def _agrees(path):
    status, output = _play(path)
    assert status == 0 and output.startswith('AGREE'), output
    return output


def _aborts(path):
    status, output = _play(path)
    if status == 1 and 'no longer aborts' in output:
        raise Skip(output.split(': ', 1)[-1].strip())
    assert status == 0 and 'aborts as the model says' in output, output


def _kills(path):
    status, output = _play(path)
    if status == 0:
        raise Skip('this QEMU survives it: ' + output.splitlines()[0])
    assert status == 1 and 'died (killed by signal 6' in output, output


def _case(path):
    name = path.stem.replace('-', '_')
    kind, _, rest = path.stem.partition('-')
    if kind == 'abort':
        return f'qemu_aborts_after_{rest.replace("-", "_")}', lambda: _aborts(path)
    if kind == 'finding':
        return f'qemu_dies_of_{rest.replace("-", "_")}', lambda: _kills(path)
    return f'both_sides_tell_the_story_of_{name}', lambda: _agrees(path)


def stories_in_the_common_words_are_played_by_tce_run_too():
    """What only QEMU can be asked is left to tce qemu."""
    played = 0
    for path in STORIES:
        if re.search(r'^(hcall|sweep|vio-dma)\b| block=| token=|^# tce qemu only', path.read_text(),
                     re.M):
            continue
        done = subprocess.run([PROGRAM, 'run', path], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        played += 1
    assert played > 15, played


if __name__ == '__main__':
    cases = [_case(path) for path in STORIES]
    common = stories_in_the_common_words_are_played_by_tce_run_too
    sys.exit(run_cases(cases + [(common.__name__, common)]))
