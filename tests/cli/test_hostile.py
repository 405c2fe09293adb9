#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tce explore and tce shrink given what they were not made for: one clear line, the documented exit
status, nothing else. TAP.

    tests/cli/test_hostile.py PROGRAM
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib'))
from tap import cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
HEAD = 'machine pseries profile=papr-2.13 ram=1G\nphb phb0\ndevice d0 phb=phb0\n'
BOOT = HEAD + 'boot kernel=fixed\n'
MANY = 'map d0 len=4K as=m0\nunmap m0\n'
FULL = (HEAD.replace('phb0\nd', 'phb0 win-size=4M\nd') + 'boot kernel=fixed page=4K cmdline='
        '"disable_ddw"\nprobe d0 mask=32\n' + 'map d0 len=4K\n' * 1500 + 'map d0 len=4K -> ok\n')
D1 = ('machine pseries profile=papr-strict ram=1G\nphb phb0 windows=1\n'
      'pmem pmem0 at=0x100000000000 size=256M\ndevice d0 phb=phb0\n'
      'boot kernel=fixed defect=D1\n')


def _tce(*args, text='', timeout=100, **more):
    done = subprocess.run([PROGRAM, *args], input=text if isinstance(text, bytes) else
                          text.encode(), check=False, timeout=timeout,
                          stderr=subprocess.PIPE, **{'stdout': subprocess.PIPE, **more})
    return done.returncode, (done.stdout or b'').decode(), done.stderr.decode()


def _refused(args, text='', said='', status=2):
    """Nothing on stdout, one line on stderr with these words in it."""
    code, out, err = _tce(*args, text=text)
    assert code == status and out == '', (args, code, out[:300], err[:300])
    assert err.count('\n') == 1 and err.startswith('tce: ') and said in err, (args, err[:300])
    assert len(err) < 300 and err[:-1].isprintable(), (args, err)


def _begin(*args, text):
    """The process, once it handles SIGINT."""
    file = tempfile.TemporaryFile()
    file.write(text.encode())
    file.seek(0)
    process = subprocess.Popen([PROGRAM, *args], stdin=file, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    file.close()
    for _ in range(600):
        status = Path(f'/proc/{process.pid}/status').read_text(encoding='ascii')
        caught = int(re.search(r'^SigCgt:\s*(\w+)', status, re.M).group(1), 16)
        if caught >> (signal.SIGINT - 1) & 1:
            return process
        time.sleep(0.1)
    raise AssertionError('it does not begin')


# --- scenarios -----------------------------------------------------------------------------------

def both_refuse_what_is_no_scenario_and_say_where():
    cases = [
        (b'', ':1:1: '),
        (bytes(range(256)) * 20, ':1:1: '),
        (b'machine pseries ram=1G\nphb phb0 win-s', ':2:'),
        (b'machine nosuch ram=1G\n', ':1:9: '),
        (b'machine pseries ram=99999999999999999999999G\n', ':1:'),
        (b'machine pseries ram=18446744073709551615\n', 'standard input'),
        ((BOOT + 'map d0 len=-1\n').encode(), ':5:'),
        ((BOOT + 'map nosuch len=4K\n').encode(), ':5:5: '),
        (b'machine pseries ram=1G\nboot kernel=fixed\nboot kernel=fixed\n', 'standard input'),
        (b'# ' + b'x' * (70 << 20) + b'\n' + BOOT.encode(), 'larger than'),
    ]
    for verb in ('explore', 'shrink'):
        for text, said in cases:
            _refused([verb, '-'], text, said)


def both_refuse_what_is_no_file():
    with tempfile.TemporaryDirectory() as folder:
        for verb in ('explore', 'shrink'):
            _refused([verb, folder], said=folder)
            _refused([verb, folder + '/nosuch'], said='No such file')
    for args in ([], ['-', '-']):
        _refused(['shrink', *args], said='which scenario?')
    with tempfile.NamedTemporaryFile('w', suffix='.tce') as file:
        file.write(BOOT)
        file.flush()
        _refused(['explore', *[file.name] * 161], said='too many')


def a_scenario_of_10_megabytes_is_read():
    code, out, err = _tce('explore', '--depth', '1', '--threads', '1', '-',
                          text=('# ' + 'y' * 80 + '\n') * 125000 + BOOT)
    assert code == 0 and out.startswith('CLEAN') and err == '', (code, out, err)


def which_starting_story_cannot_be_played_is_said():
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder) / 'good.tce', Path(folder) / 'bad.tce'
        good.write_text(BOOT, encoding='ascii')
        bad.write_text(BOOT + 'boot kernel=fixed\n', encoding='ascii')
        _refused(['explore', str(good), str(bad)], said=f'{bad}:5: ')


def a_story_that_passes_leaves_nothing_to_shrink():
    _refused(['shrink', '-'], BOOT, 'standard input does not fail', status=1)


def a_starting_story_that_breaks_a_rule_is_the_finding():
    code, out, _ = _tce('explore', '-', '--format=json', '--depth=1',
                        text=D1 + 'probe d0\nmap d0 addr=0x100000000000 len=64K as=m0\n'
                        'unbind d0\n')
    found = json.loads(out)
    assert code == 1 and found['rule'] == 'leaked-tce' and found['length'] == 0, out


def a_story_that_aborts_can_be_shrunk():
    text = ('machine pseries profile=qemu ram=4G max-ram=4G\nphb phb0 page-sizes=4K,64K\n'
            'pmem pmem0 at=0x100000000000 size=256M\ndevice d0 phb=phb0\ndevice d1 phb=phb0 '
            'devfn=1\nboot kernel=6.12.107 page=64K\nprobe d0 mask=64 -> default\nreboot\n'
            'probe d0 mask=64 -> ok\n')
    code, out, err = _tce('shrink', '-', text=text)
    assert code == 0 and 'qemu-window-too-large' in out and 'd1' not in out, (code, out, err)


def a_story_of_100000_events_is_shrunk():
    code, out, err = _tce('shrink', '-', text=BOOT + MANY * 50000 + 'map d0 len=4K -> refused\n')
    assert code == 0 and out.count('\n') == 5 and err == '', (code, out[:300], err[:300])


# --- interrupts and limits -----------------------------------------------------------------------

def an_interrupted_shrinker_prints_what_it_has():
    process = _begin('shrink', '-', text=FULL)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 4 and 'interrupted' in err and err.count('\n') == 1, err
    code, again, _ = _tce('run', '-', text=out)
    assert code == 1 and 'expected ok, got refused' in again, again[:300]


def an_interrupted_search_prints_what_it_has():
    process = _begin('explore', '-', '--depth', '60', '--format', 'json', text=BOOT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=100)
    found = json.loads(out)
    assert process.returncode == 4 and found['verdict'] == 'inconclusive', (out, err)
    assert found['states'] > 1 and found['story'] is None, out


def a_limit_ends_with_status_4():
    for limit in (['--states', '20'], ['--time', '0.01', '--depth', '60'], ['--time', '0.5'],
                  ['--dfs', '--depth', '60', '--states', '20'], ['--walk', '--states', '20'],
                  ['--walk', '--depth', '5', '--time', '0.5']):
        code, out, err = _tce('explore', '-', *limit, '--format=json', text=BOOT)
        assert code == 4 and json.loads(out)['verdict'] == 'inconclusive', (limit, out, err)


def the_object_has_the_members_that_are_documented():
    for defect, code_wanted in ([], 0), (['--defect', 'D1'], 1):
        code, out, err = _tce('explore', '-', *defect, '--events=driver,map', '--depth=3',
                              '--format=json', text=D1.replace('=D1', '=B22'))
        found = json.loads(out)
        types = {'schema': str, 'verdict': str, 'rule': str, 'length': int, 'states': int,
                 'transitions': int, 'depth': int, 'seconds': float, 'story': str,
                 'levels': list, 'bytes': int, 'missed': float}
        assert code == code_wanted and set(found) == set(types), (code, out, err)
        assert all(isinstance(found[key], kind) or code == 0 and found[key] is None and
                   key in ('rule', 'story') for key, kind in types.items()), out
        assert found['schema'] == 'tce-explore-1' and out.count('\n') == 1, out
        assert sum(found['levels']) == found['states'] and found['missed'] > 0, out


def exact_keeps_whole_states():
    args = ['-', '--events=driver,map', '--depth=2', '--format=json', '--threads=1']
    prints = json.loads(_tce('explore', *args, text=BOOT)[1])
    whole = json.loads(_tce('explore', '--exact', *args, text=BOOT)[1])
    assert prints['missed'] > 0 and whole['missed'] == 0
    assert whole['bytes'] > prints['bytes'] and whole['levels'] == prints['levels']


def walks_of_a_seed_are_the_same_and_of_another_are_others():
    def _walk(seed):
        found = json.loads(_tce('explore', '-', '--walk', '--seed', seed, '--states', '300',
                                '--format=json', text=BOOT)[1])
        return found['states'], found['transitions']

    assert _walk('5') == _walk('5') == _walk('0x5')
    assert len({_walk(str(seed)) for seed in range(4)}) > 1


# --- options -------------------------------------------------------------------------------------

def options_that_say_nothing_useful_are_refused():
    for option in (['--threads', '0'], ['--threads', '100000'], ['--depth', '0'],
                   ['--depth', '100000'], ['--depth', '-1'], ['--states', '0'],
                   ['--states', '1e3'], ['--states', '99999999999999999999'],
                   ['--time', '0'], ['--time', '-1'], ['--time', 'nan'], ['--time', 'inf'],
                   ['--maps', '0'], ['--maps', '9'], ['--seed', '-1'], ['--events', ''],
                   ['--events', ','], ['--events', 'driver,nosuch'], ['--kernel', 'nosuch'],
                   ['--profile', 'nosuch'], ['--defect', ''], ['--defect', 'Z1'],
                   ['--without', ''], ['--format', 'xml'], ['--color', 'blue']):
        _refused(['explore', *option])
    for option in ('--kernel', '--depth', '--save'):
        _refused(['explore', option], said='needs a value')
    _refused(['explore', '--nosuch'], said='tce help explore')
    _refused(['explore', '-x'], said='tce help explore')


def walks_and_depth_first_exclude_each_other():
    for args in (['--walk', '--dfs'], ['--dfs', '--walk']):
        _refused(['explore', *args], said='not both')


def what_cannot_be_written_is_said_before_anything_is_searched():
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for option in ('--save', '--graph'):
            _refused(['explore', option, folder + '/no/such', '--time', '1000'],
                     said='No such file')
            _refused(['explore', option, folder, '--time', '1000'], said='s a directory')
    assert time.monotonic() - began < 100


def a_full_disk_is_an_error():
    text = D1 + 'probe d0\nmap d0 addr=0x100000000000 len=64K as=m0\nunbind d0\n'
    with open('/dev/full', 'wb') as full:
        for args in (['explore', '-', '--depth=1'], ['explore', '-', '--depth=1',
                                                     '--format=json'], ['shrink', '-']):
            code, _, err = _tce(*args, text=text, stdout=full)
            assert code == 3 and err.count('\n') == 1, (args, code, err)
    for option in ('--save', '--graph'):
        code, _, err = _tce('explore', '-', option, '/dev/full', text=text)
        assert code == 3 and err.count('\n') == 1, (option, code, err)


def who_reads_no_further_ends_it_quietly():
    for args in (['explore', '-', '--depth=1'], ['shrink', '-']):
        read, write = os.pipe()
        os.close(read)
        try:
            code, _, err = _tce(*args, text=D1 + 'probe d0\nmap d0 addr=0x100000000000 len=64K '
                                'as=m0\nunbind d0\n', stdout=write)
        finally:
            os.close(write)
        assert code == -signal.SIGPIPE and err == '' or code == 3, (args, code, err)


# --- pictures ------------------------------------------------------------------------------------

def _graph(*args, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'x.dot'
        code, out, err = _tce('explore', '-', '--graph', str(path), *args, text=text)
        return code, err, path.read_text(encoding='utf-8')


def a_picture_of_too_many_states_is_refused():
    code, err, text = _graph('--depth=6', text=BOOT)
    assert code == 4 and 'no picture' in err and err.count('\n') == 1 and text == '', err


def a_picture_of_all_states_has_them_all_and_marks_the_shortest_way():
    code, _, text = _graph('--events=driver,map', '--maps=1', '--depth=3', '--all', text=D1)
    assert code == 1
    nodes = re.findall(r'^  n\d+ \[', text, re.M)
    broken = re.findall(r'^  n(\d+) \[.*leaked-tce\\l"\];$', text, re.M)
    marked = re.findall(r'^  n(\d+) -> n(\d+) \[.*penwidth', text, re.M)
    assert len(nodes) > 50 and broken and len(marked) == 3, (len(nodes), broken, marked)
    assert marked[-1][1] in broken and marked[0][1] == marked[1][0], marked


def a_picture_of_the_way_is_the_story_as_it_is_printed():
    code, _, text = _graph('--events=driver,map', text=D1)
    assert code == 1
    assert re.findall(r'label="(\d)  (\w+) d0', text) == [('1', 'probe'), ('2', 'map'),
                                                          ('3', 'unbind')], text
    assert '\n  n0 -> n1 -> n2 -> n3 -> broken' in text, text


sys.exit(run_cases(cases_of(sys.modules[__name__])))
