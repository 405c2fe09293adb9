#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce devtree prints: flattened trees and folders. TAP.

    tests/cli/test_devtree.py PROGRAM
"""
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
RECORDINGS = HERE.parents[1] / 'recordings'
BEGIN_NODE, END_NODE, PROP, END = 1, 2, 3, 9


def _run(*args):
    """(exit status, stdout, stderr) of tce devtree."""
    done = subprocess.run([PROGRAM, 'devtree', *map(str, args)], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if 'without libfdt' in done.stderr:
        raise Skip('built without libfdt')
    return done.returncode, done.stdout, done.stderr


def _string(data, at):
    return data[at:data.index(0, at)].decode()


def _unflatten(blob, folder):
    """Write a flattened tree as /proc/device-tree shows it."""
    at, strings = struct.unpack_from('>II', blob, 8)
    while True:
        token, = struct.unpack_from('>I', blob, at)
        at += 4
        if token == BEGIN_NODE:
            name = _string(blob, at)
            at += (len(name) + 4) & ~3
            folder = folder / name if name else folder
            folder.mkdir(exist_ok=True)
            (folder / 'name').write_bytes(name.split('@')[0].encode() + b'\0')
        elif token == PROP:
            size, name = struct.unpack_from('>II', blob, at)
            (folder / _string(blob, strings + name)).write_bytes(blob[at + 8:at + 8 + size])
            at += 8 + ((size + 3) & ~3)
        elif token == END_NODE:
            folder = folder.parent
        elif token == END:
            return


def folders_say_what_flattened_trees_say():
    trees = sorted(RECORDINGS.glob('*/*/machine.dtb'))
    assert trees
    for tree in trees:
        with tempfile.TemporaryDirectory() as folder:
            _unflatten(tree.read_bytes(), Path(folder, 'base'))
            from_folder = _run(Path(folder, 'base'))
        from_file = _run(tree)
        assert from_file[0] == 0 and from_file == from_folder, (tree, from_file, from_folder)


def a_machine_of_qemu_is_printed_as_a_scenario_that_runs():
    tree = RECORDINGS / 'pseries/f-nvdimm-late-k6.12nv-q11.1'
    status, out, err = _run(tree)
    assert status == 0 and err == '', err
    assert out.splitlines()[:3] == [
        '# /ibm,persistent-memory/ibm,pmemory@90000000: its address is not in the tree: '
        'assumed right after RAM',
        'machine pseries profile=qemu ram=2G max-ram=8G',
        'pmem pmem0 at=0x80000000 size=1G'], out
    done = subprocess.run([PROGRAM, 'run', '-'], input=out, text=True, check=False,
                          stdout=subprocess.PIPE)
    assert done.returncode == 0 and done.stdout.startswith('PASS'), done.stdout


def the_hypervisor_can_be_named():
    tree = RECORDINGS / 'pseries/a-plain-k6.1-q7.2'
    assert 'profile=papr-strict' in _run('--profile', 'papr-strict', tree)[1]
    status, _, err = _run('--profile', 'papr', tree)
    assert status == 2 and 'there is no profile papr' in err, err


def what_cannot_be_read_is_said_in_one_line():
    with tempfile.TemporaryDirectory() as folder:
        for path, message in [
                (Path(folder, 'nowhere'), 'No such file or directory'),
                (Path(folder), 'neither /rtas (pseries) nor /ibm,opal (powernv) is there'),
                (HERE / 'test_devtree.py', 'not a flattened device tree: FDT_ERR_BADMAGIC')]:
            status, out, err = _run(path)
            assert status == 2 and out == '', (status, out)
            assert err == f'tce: {path}: {message}\n', err
    assert _run()[0] == 2
    assert _run('a', 'b')[0] == 2
    assert _run('--nonsense', 'a')[0] == 2


def folders_that_are_no_tree_are_refused():
    with tempfile.TemporaryDirectory() as folder:
        deep = Path(folder, *['d'] * 70)
        deep.mkdir(parents=True)
        status, _, err = _run(folder)
        assert status == 2 and 'folders in folders without end' in err, err
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, 'large').write_bytes(b'\0' * (4 << 20) + b'\0')
        status, _, err = _run(folder)
        assert status == 2 and 'too large for a property' in err, err
    with tempfile.TemporaryDirectory() as folder:
        for i in range(5):
            Path(folder, f'large{i}').write_bytes(b'\0' * (4 << 20))
        status, _, err = _run(folder)
        assert status == 2 and 'too large for a device tree' in err, err


sys.exit(run_cases(cases_of(sys.modules[__name__])))
