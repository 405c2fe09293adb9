#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""scripts/run-tests must notice whatever a test program can do wrong. Prints TAP.

Each case builds a folder that looks like Meson's, with shell scripts for programs, runs run-tests
on it, and reads the report as a person would.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SCRIPT = TOP / 'scripts' / 'run-tests'
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import cases_of, run_cases  # noqa: E402


def _run(programs, *options, folders=('build',), timeout=30):
    """The report's lines and the exit status for {name: shell script}, the same in every folder."""
    with tempfile.TemporaryDirectory() as top:
        for folder in folders:
            info = Path(top, folder, 'meson-info')
            info.mkdir(parents=True)
            tests = [{'name': name, 'cmd': ['/bin/sh', '-c', script], 'env': {},
                      'suite': ['t:unit'], 'workdir': None, 'timeout': timeout,
                      'is_parallel': True}
                     for name, script in programs.items()]
            Path(info, 'intro-tests.json').write_text(json.dumps(tests))
        done = subprocess.run([SCRIPT, *options, *folders], cwd=top, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        again = subprocess.run([SCRIPT, '--sum', *folders], cwd=top, text=True, timeout=60,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.splitlines(), done.returncode, again.stdout.splitlines()


def _expect(programs, total, shown=(), status=None, options=()):
    lines, code, again = _run(programs, *options)
    text = '\n'.join(lines)
    assert lines[-1] == total, f'last line {lines[-1]!r}, not {total!r}\n{text}'
    assert sum(' passed, ' in line and line.endswith('skipped') and line[0].isdigit()
               for line in lines) == 1, f'not exactly one total\n{text}'
    for part in shown:
        assert part in text, f'{part!r} is not shown\n{text}'
    want = status if status is not None else int(' 0 failed' not in total)
    assert code == want, f'exit status {code}, not {want}\n{text}'
    assert again[-1] == total, f'--sum says {again[-1]!r}'
    return text


GOOD = 'echo 1..2; echo ok 1 - a; echo ok 2 - b'


def cases_are_counted_not_programs():
    _expect({'one': GOOD, 'two': GOOD}, '4 passed, 0 failed, 0 skipped')


def a_failed_case_is_shown_with_what_it_said_and_how_to_run_it():
    text = _expect({'bad': 'echo 1..2; echo before; echo not ok 1 - sums_agree; '
                          'echo "# 0x1 != 0x2"; echo ok 2 - b; exit 1'},
                  '1 passed, 1 failed, 0 skipped',
                  ['FAILED  build bad: sums_agree', '0x1 != 0x2', 'again: /bin/sh'])
    assert text.index('before') < text.index('0x1 != 0x2')


def a_failed_case_shows_the_beginning_and_the_end_of_much_text():
    text = _expect({'bad': 'echo 1..1; echo not ok 1 - a; '
                           'for i in $(seq 100); do echo "# n$i."; done'},
                   '0 passed, 1 failed, 0 skipped', ['n1.', 'n30.', '(60 lines)', 'n91.', 'n100.'])
    assert 'n31.' not in text and 'n90.' not in text


def a_failed_case_counts_although_the_program_says_success():
    _expect({'liar': 'echo 1..1; echo not ok 1 - a'}, '0 passed, 1 failed, 0 skipped')


def a_crash_is_a_failure_with_its_name_and_last_case():
    _expect({'crash': 'echo 1..2; echo ok 1 - a; echo last words; kill -SEGV $$'},
           '1 passed, 1 failed, 0 skipped',
           ['FAILED  build crash', 'SIGSEGV', 'last words', 'the last case to end was a'])


def a_crash_before_any_case_is_a_failure():
    _expect({'crash': 'kill -ABRT $$'}, '0 passed, 1 failed, 0 skipped', ['SIGABRT'])


def a_program_that_stops_early_is_a_failure():
    _expect({'short': 'echo 1..3; echo ok 1 - a; exit 0'}, '1 passed, 1 failed, 0 skipped',
           ['after 1 of 3 cases'])


def a_program_that_runs_more_than_it_planned_is_a_failure():
    _expect({'long': 'echo 1..1; echo ok 1 - a; echo ok 2 - b'}, '2 passed, 1 failed, 0 skipped')


def a_bad_exit_after_good_cases_is_a_failure():
    _expect({'leak': GOOD + '; echo leaked 16 bytes; exit 23'}, '2 passed, 1 failed, 0 skipped',
           ['exit status 23 although no case failed', 'leaked 16 bytes'])


def a_bail_out_is_a_failure():
    _expect({'bail': 'echo 1..1; echo Bail out! no memory; echo ok 1 - a'},
           '1 passed, 1 failed, 0 skipped', ['no memory'])


def a_program_that_hangs_is_stopped_and_fails():
    lines, code, _ = _run({'hang': 'echo 1..1; sleep 60'}, timeout=1)
    assert lines[-1] == '0 passed, 1 failed, 0 skipped' and code == 1, lines
    assert 'ran out of time' in '\n'.join(lines)


def a_program_that_cannot_be_started_fails():
    _expect({'none': 'exec /nonexistent'}, '0 passed, 1 failed, 0 skipped', ['exit status 127'])


def a_program_without_tap_is_one_case():
    _expect({'plain': 'echo fine', 'bad': 'echo oh; exit 3'}, '1 passed, 1 failed, 0 skipped',
           ['FAILED  build bad: bad', 'oh', 'exit status 3'])


def skips_give_their_reason_in_all_dialects():
    _expect({'cmocka': 'echo 1..1; echo "# skip: no qemu"; echo "not ok 1 # SKIP a_case"',
            'tap': 'echo 1..1; echo "ok 1 - b_case # SKIP no dtc"',
            'whole': 'echo "1..0 # SKIP no ctags"',
            'status': 'echo no clang; exit 77'},
           '0 passed, 0 failed, 4 skipped',
           ['a_case: no qemu', 'b_case: no dtc', 'no ctags', 'no clang'])


def equal_reasons_are_shown_once():
    text = _expect({'a': 'echo no qemu; exit 77', 'b': 'echo no qemu; exit 77'},
                  '0 passed, 0 failed, 2 skipped', ['and 1 more: no qemu'])
    assert text.count('no qemu') == 1, text


def a_set_up_that_is_absent_counts_as_one_skip():
    lines, code, _ = _run({'one': GOOD}, '--absent', 'build-be: no cross compiler')
    assert lines[-1] == '2 passed, 0 failed, 1 skipped' and code == 0, lines
    assert 'skipped build-be: no cross compiler' in lines


def programs_can_be_chosen_by_name():
    _expect({'one': GOOD, 'other': 'exit 1'}, '2 passed, 0 failed, 0 skipped',
            options=['-k', 'one'])


def choosing_nothing_is_an_error():
    _, code, _ = _run({'one': GOOD}, '-k', 'nothing')
    assert code == 1


def folders_are_added_up():
    lines, code, again = _run({'one': GOOD}, folders=('build', 'build-be'))
    assert lines[-1] == '4 passed, 0 failed, 0 skipped' and code == 0, lines
    assert again[-1] == lines[-1]


def a_sum_over_a_folder_that_never_ran_fails():
    with tempfile.TemporaryDirectory() as top:
        os.mkdir(Path(top, 'build'))
        done = subprocess.run([SCRIPT, '--sum', 'build'], cwd=top, text=True, check=False,
                              stdout=subprocess.PIPE, timeout=60)
    assert done.stdout.splitlines()[-1] == '0 passed, 1 failed, 0 skipped'
    assert done.returncode == 1


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
