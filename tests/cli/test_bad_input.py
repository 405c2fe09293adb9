#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every verb, given nonsense to read or nowhere to write: one clear line, a documented exit. TAP.

    tests/cli/test_bad_input.py COMMAND
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TCE = Path(sys.argv[1]).resolve()
TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import run_cases  # noqa: E402

RECORDING = str(TOP / 'recordings/pseries/c-memhotplug-k6.12-q10.0')
SCENARIO = str(TOP / 'scenarios/pmem-6.15.tce')

# Verbs that read a file, and what they say of each that is none of theirs.
READERS = (['replay'], ['run'], ['plan'], ['predict'], ['devtree'], ['shrink'], ['explore'],
           ['qemu', '--replay'])

# Verbs with something to say.
SPEAKERS = (['help'], ['--version'], ['rules'], ['rules', '--format=json'],
            ['explain', 'stale-table'], ['replay', RECORDING],
            ['replay', '--format=json', RECORDING], ['run', SCENARIO], ['run', '-vv', SCENARIO],
            ['plan', RECORDING], ['plan', '--format=json', RECORDING], ['predict', RECORDING],
            ['predict', '--format=json', RECORDING], ['devtree', RECORDING],
            ['explore', '--depth', '1', '--kernel', 'fixed'])


def _make_files():
    packed = (Path(RECORDING) / 'trace.log.zst').read_bytes()
    tree = (Path(RECORDING) / 'machine.dtb').read_bytes()
    files = {
        'empty': b'',
        'nul': bytes(4),
        'binary': bytes(range(256)) * 1000,
        'text': b'hello\nworld\n',
        'long-line': b'a' * (2 << 20),
        'many-lines': b'x y z\n' * 300000,
        'cut.zst': packed[:3000],
        'damaged.zst': packed[:5000] + bytes(100) + packed[5100:6000],
        'cut.dtb': tree[:700],
        'cut.tce': Path(SCENARIO).read_bytes()[:30],
    }
    for name, content in files.items():
        Path(name).write_bytes(content)
    Path('folder').mkdir()
    return [*files, 'folder', 'missing', '', '/dev/null', '/dev/full', '/proc/self/mem']


def _run(arguments, **streams):
    streams.setdefault('stdout', subprocess.PIPE)
    return subprocess.run([TCE, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=60, check=False, **streams)


def _refuses(arguments):
    done = _run(arguments)
    what = f'tce {" ".join(arguments)}: status {done.returncode}\n' \
           f'{done.stdout[:300]}\n{done.stderr[:600]}'
    assert done.returncode == 2, what
    assert done.stdout == b'', what
    assert done.stderr.startswith(b'tce: ') and done.stderr.count(b'\n') == 1, what
    assert len(done.stderr) < 300, what


def _cannot_write(arguments, **streams):
    done = _run(arguments, **streams)
    what = f'tce {" ".join(arguments)}: status {done.returncode}\n{done.stderr[:600]}'
    assert done.returncode == 3, what
    assert b'tce: cannot write' in done.stderr and done.stderr.count(b'\n') == 1, what


def _unreadable(verb, names):
    def case():
        for name in names:
            _refuses([*verb, name])
    return case


def _full_disk():
    with open('/dev/full', 'wb') as full:
        for arguments in SPEAKERS:
            _cannot_write(arguments, stdout=full)


def _closed_output():
    for arguments in SPEAKERS:
        _cannot_write(arguments, preexec_fn=lambda: os.close(1))


def _reader_that_went_away():
    """As with | head: no message, and no status that means something else."""
    for arguments in SPEAKERS:
        ours, theirs = os.pipe()
        os.close(ours)
        done = _run(arguments, stdout=theirs)
        os.close(theirs)
        assert done.stderr == b'', (arguments, done.stderr)
        assert done.returncode in (-13, 141), (arguments, done.returncode)


def _unknown_words():
    for verb in (['replay'], ['run'], ['plan'], ['predict'], ['devtree'], ['shrink'], ['explore'],
                 ['qemu'], ['rules'], ['explain'], ['help']):
        _refuses([*verb, '--frobnicate'])
    for verb in ('run', 'plan', 'predict', 'shrink', 'explore', 'replay'):
        _refuses([verb, '--kernel', 'windows', SCENARIO])
        _refuses([verb, '--profile', 'power11', SCENARIO])
    _refuses(['frobnicate'])


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        names = _make_files()
        cases = [(f'{" ".join(verb)} refuses what it cannot read in one line',
                  _unreadable(verb, names)) for verb in READERS]
        return run_cases(cases + [
            ('a_full_disk_is_told', _full_disk),
            ('a_closed_output_is_told', _closed_output),
            ('a_reader_that_went_away_ends_it_quietly', _reader_that_went_away),
            ('unknown_words_are_refused_in_one_line', _unknown_words)])


if __name__ == '__main__':
    sys.exit(main())
