#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The guest images in the tree are what their sources build. TAP.

    tests/qemu/test_image.py TOP-FOLDER
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

TOP = Path(sys.argv[1])
AGENTS = TOP / 'share/agent'
PSERIES = TOP / 'src/cli/pseries/ring.h'
POWERNV = TOP / 'src/cli/powernv/ring.h'


def _is_what_the_source_builds(name):
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, name)
        done = subprocess.run([TOP / 'scripts/agent', name, built], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 77:
            raise Skip('no powerpc64 assembler')
        assert done.returncode == 0, done.stdout
        assert built.read_bytes() == (AGENTS / f'{name}.bin').read_bytes(), 'run scripts/agent'


def pseries_image_is_what_its_source_builds():
    _is_what_the_source_builds('pseries')


def powernv_image_is_what_its_source_builds():
    _is_what_the_source_builds('powernv')


def _number(pattern, path):
    match = re.search(pattern, path.read_text())
    assert match, f'{pattern} is not in {path.name}'
    return int(match.group(1), 0)


def _agree(source, header, prefix, magic):
    number = r'\s+(?:UINT64_C\()?(0x[0-9a-f]+)'
    for here, there in (('MAILBOX_HI', '_MAILBOX'), ('RING_HI', '_SLOTS')):
        assert _number(here + r', (\w+)', source) << 16 == \
            _number(prefix + there + number, header), there
    assert 1 << _number(r'SLOTS_LG2, (\d+)', source) == _number(r'NR_SLOTS\s+(\d+)U', header)
    assert 1 << _number(r'SLOT_LG2, (\d+)', source) == _number(r'_slot\) == (\d+)', header)
    assert f'"{magic}"' in source.read_text() and f'"{magic}"' in header.read_text()


def host_and_pseries_image_agree_where_things_are():
    _agree(AGENTS / 'pseries.S', PSERIES, 'TCE_RING', 'TCEAGNT1')


def host_and_powernv_image_agree_where_things_are():
    _agree(AGENTS / 'powernv.S', POWERNV, 'TCE_NV', 'TCEPNV_1')


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
