#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce run prints and how it ends. TAP.

    tests/cli/test_run.py PROGRAM
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
MACHINE = 'machine pseries profile=qemu ram=512M\nphb phb0\ndevice 0000:00:01.0 name=nic\n'
PUT = 'h_put_tce liobn=0x80000000 ioba=0x1000 tce=0x7003'
TOO_LARGE = 'rtas create buid=0x800000020000000 page=64K window=2251799813685248'


def _run(*args, text=None, env=None):
    """(exit status, stdout, stderr) of tce run; text is standard input."""
    done = subprocess.run([PROGRAM, 'run', *args], input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, done.stderr


def _file(folder, name, text):
    path = Path(folder, name)
    path.write_text(text)
    return path


def a_story_that_passes_says_so_in_one_line():
    status, out, err = _run('-', text=MACHINE + PUT + ' -> ok\n')
    assert status == 0 and err == '', err
    assert out == 'PASS  standard input  3 events, 0 calls  (pseries, qemu)\n', out


def the_first_line_of_a_failure_names_file_line_and_statement():
    status, out, _ = _run('-', text=MACHINE + PUT + ' -> H_PARAMETER\nreset\n')
    lines = out.splitlines()
    assert status == 1, status
    assert lines[0] == f'FAIL  standard input:4: {PUT} -> H_PARAMETER', lines[0]
    assert lines[1] == '  expected H_PARAMETER, got ok', lines[1]
    assert f'>     4  {PUT}  -> ok' in lines, out
    assert '      3  device 0000:00:01.0 phb=phb0  -> ok' in lines, out
    assert 'reset' not in out, out


def a_broken_rule_is_told_with_its_meaning():
    status, out, _ = _run('-', text=MACHINE + TOO_LARGE + '\n')
    assert status == 1, status
    assert out.splitlines()[0].endswith('rule qemu-window-too-large'), out
    assert 'tce explain qemu-window-too-large' in out, out
    assert 'can be broken by: ' in out, out


def a_rule_that_breaks_as_expected_passes():
    status, out, _ = _run('-', text=MACHINE + TOO_LARGE + ' -> rule qemu-window-too-large\n')
    assert status == 0, out
    assert 'as expected, broken: qemu-window-too-large' in out, out


def several_files_get_a_verdict_each_and_the_worst_status():
    with tempfile.TemporaryDirectory() as folder:
        good = _file(folder, 'good.tce', MACHINE)
        bad = _file(folder, 'bad.tce', MACHINE + 'reset -> refused\n')
        ugly = _file(folder, 'ugly.tce', 'machine pserise ram=1G\n')
        status, out, _ = _run(good, good)
        assert status == 0 and out.count('PASS') == 2, out
        status, out, _ = _run(good, bad)
        assert status == 1 and f'FAIL  {bad}:4: reset' in out, out
        status, out, err = _run(good, ugly, bad)
        assert status == 2, status
        assert 'PASS' in out and 'FAIL' in out, out
        assert f"{ugly}:1:9: there is no machine 'pserise' (did you mean 'pseries'?)" in err, err


def typing_errors_are_told_with_line_and_column():
    for line, column, said in [
            ('h_put_tce liobn=1 iobs=0 tce=3', 19, "(did you mean 'ioba'?)"),
            ('prboe nic', 1, "there is no verb 'prboe' (did you mean 'probe'?)"),
            ('probe nci', 7, "there is no device 'nci' (did you mean 'nic'?)"),
            ('reset -> okay', 10, "no outcome is called so 'okay'")]:
        status, out, err = _run('-', text=MACHINE + line + '\n')
        assert status == 2 and out == '', out
        assert err.startswith(f'tce: standard input:4:{column}: ') and said in err, err


def json_is_one_object_a_file():
    with tempfile.TemporaryDirectory() as folder:
        good = _file(folder, 'good.tce', MACHINE)
        bad = _file(folder, 'bad.tce', MACHINE + TOO_LARGE + '\n')
        status, out, _ = _run('--format=json', good, bad)
        assert status == 1, status
        first, second = (json.loads(line) for line in out.splitlines())
        assert first == {'schema': 'tce-run-1', 'file': str(good), 'verdict': 'pass', 'events': 2,
                         'calls': 0, 'broken_rules': [], 'first_failure': None}, first
        assert second['verdict'] == 'fail' and second['events'] == 3, second
        assert second['broken_rules'] == ['qemu-window-too-large'], second
        failure = second['first_failure']
        assert failure['line'] == 4 and failure['rule'] == 'qemu-window-too-large', failure
        assert failure['reason'] == 'rule' and failure['statement'] == TOO_LARGE, failure


def what_the_machine_does_not_take_fails():
    status, out, _ = _run('-', text=MACHINE + 'phb phb0\n')
    assert status == 1, status
    assert 'expected an event that the machine takes, got already there' in out, out


def the_log_follows_the_verdict():
    status, out, _ = _run('-v', '-', text=MACHINE + PUT + '\n')
    lines = out.splitlines()
    assert status == 0 and lines[0].startswith('PASS'), out
    assert lines[2:] == ['    2  phb phb0  -> ok', '    3  device 0000:00:01.0 phb=phb0  -> ok',
                         f'    4  {PUT}  -> ok'], out


def the_profile_may_be_chosen_and_must_exist():
    text = 'machine pseries ram=512M\nphb phb0\n' \
           'h_put_tce liobn=0x80000000 ioba=0x1234 tce=3 -> refused\n'
    assert _run('-', text=text)[0] == 1  # QEMU rounds down
    status, out, _ = _run('--profile=papr-strict', '-', text=text)
    assert status == 0 and 'papr-strict' in out, out
    status, _, err = _run('--profile=papr-strikt', '-', text=text)
    assert status == 2 and "(did you mean 'papr-strict'?)" in err, err


def unknown_kernels_and_defects_are_told():
    text = 'machine pseries ram=512M\nboot\n'
    status, _, err = _run('--kernel=six', '-', text=text)
    assert status == 2 and 'no kernel version' in err, err
    _, _, err = _run('--kernel=6.12.90', '-', text=text)
    assert 'taken as' in err and 'nearest older' in err, err
    status, _, err = _run('--defect=Q7', '-', text=text)
    assert status == 2 and 'no defect Q7' in err, err


def misuse_is_status_2():
    for args in [(), ('--fromat=json', '-'), ('--format=xml', '-'), ('--color=maybe', '-'),
                 ('/nonexistent/story.tce',), ('--kernel',)]:
        status, out, err = _run(*args, text='')
        assert status == 2 and out == '' and err.startswith('tce: '), (args, status, out, err)
    status, _, err = _run('-', text='')
    assert status == 2 and 'begins with a machine line' in err, err
    status, _, err = _run('-', text='machine pseries ram=1000\n')
    assert status == 2 and 'no such machine' in err, err


def colour_only_when_asked():
    text = MACHINE
    assert '\033' not in _run('-', text=text)[1]
    assert '\033' in _run('--color=always', '-', text=text)[1]
    assert '\033' not in _run('--color=auto', '-', text=text, env={'NO_COLOR': '1'})[1]


def compressed_stories_are_read():
    with tempfile.TemporaryDirectory() as folder:
        path = _file(folder, 'story.tce', MACHINE)
        try:
            subprocess.run(['zstd', '-q', path], check=True)
        except FileNotFoundError as error:
            raise Skip('no zstd') from error
        status, out, _ = _run(f'{path}.zst')
        assert status == 0 and 'PASS' in out, out


sys.exit(run_cases(cases_of(sys.modules[__name__])))
