#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The guest image in the tree is what its source builds. TAP.

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
SOURCE = TOP / 'share/agent/pseries.S'
HEADER = TOP / 'src/cli/qemu/ring.h'


def image_in_the_tree_is_what_the_source_builds():
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, 'pseries.bin')
        done = subprocess.run([TOP / 'scripts/agent', built], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 77:
            raise Skip('no powerpc64 assembler')
        assert done.returncode == 0, done.stdout
        assert built.read_bytes() == (TOP / 'share/agent/pseries.bin').read_bytes(), \
            'run scripts/agent'


def _number(pattern, path):
    match = re.search(pattern, path.read_text())
    assert match, f'{pattern} is not in {path.name}'
    return int(match.group(1), 0)


def host_and_image_agree_where_things_are():
    for name, here, there, scale in (
            ('mailbox', r'MAILBOX_HI, (\w+)', r'TCE_RING_MAILBOX\s+(0x\w+)U', 1 << 16),
            ('ring', r'RING_HI, (\w+)', r'TCE_RING_SLOTS\s+(0x\w+)U', 1 << 16)):
        assert _number(here, SOURCE) * scale == _number(there, HEADER), name
    assert 1 << _number(r'SLOTS_LG2, (\d+)', SOURCE) == _number(r'NR_SLOTS\s+(\d+)U', HEADER)
    assert 1 << _number(r'SLOT_LG2, (\d+)', SOURCE) == \
        _number(r'sizeof\(struct tce_ring_slot\) == (\d+)', HEADER)


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
