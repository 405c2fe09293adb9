#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tce explore under mpirun finds what it finds without, for any number of ranks. TAP.

    tests/explore/test_mpi.py PROGRAM
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

PROGRAM = Path(sys.argv[1]).resolve()
MPIRUN = ['mpirun', '--oversubscribe', '--allow-run-as-root', '--bind-to', 'none']
LONG = ['--kernel', 'fixed', '--depth', '60']
# What mpirun says to the processes that it starts.
STARTED = {'OMPI_COMM_WORLD_SIZE': '2', 'OMPI_COMM_WORLD_RANK': '0'}


def _need_mpi():
    if shutil.which('mpirun') is None:
        raise Skip('no mpirun')
    if 'Open MPI' not in subprocess.run(['mpirun', '--version'], text=True, check=False,
                                        stdout=subprocess.PIPE).stdout:
        raise Skip('mpirun is not that of Open MPI')
    if not (PROGRAM.parent / 'tce-mpi.so').exists():
        raise Skip('tce was built without MPI')


def _environment():
    """Sanitizers: MPI keeps memory to its end."""
    options = [os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0']
    return {**os.environ, 'ASAN_OPTIONS': ':'.join(o for o in options if o)}


def _explore(ranks, *args):
    """(exit status, stdout, stderr); ranks 0: without mpirun."""
    started = [*MPIRUN, '-n', str(ranks)] if ranks else []
    done = subprocess.run([*started, PROGRAM, 'explore', *args], text=True, check=False,
                          capture_output=True, env=_environment(), timeout=240)
    return done.returncode, done.stdout, done.stderr


def _found(ranks, *args):
    """Exit status and the object, but for the time it took and the memory of all ranks."""
    status, out, err = _explore(ranks, '--format', 'json', *args)
    assert out.count('\n') == 1, (out, err)
    found = json.loads(out)
    assert found.pop('seconds') > 0 and found.pop('bytes') > 0
    return status, found


def _ranks_change_nothing(verdict, *args):
    _need_mpi()
    alone = _found(0, *args)
    assert alone[1]['verdict'] == verdict, alone
    for ranks in (1, 2, 3):
        many = _found(ranks, '--threads', str(1 + ranks % 2), *args)
        assert many == alone, (ranks, many, alone)


def a_clean_search_is_the_same_for_any_number_of_ranks():
    _ranks_change_nothing('clean', '--kernel', 'fixed', '--depth', '2')


def a_search_of_whole_states_is_the_same():
    _ranks_change_nothing('clean', 'powernv', '--kernel', 'fixed', '--depth', '2', '--exact')


def a_defect_is_found_with_the_same_story():
    _ranks_change_nothing('broken', '--kernel', 'fixed', '--defect', 'B4')


def every_rule_is_broken_by_the_same_story():
    _ranks_change_nothing('broken', '--kernel', '6.1.192', '--all', '--depth', '1')


def a_limit_of_states_ends_all_at_the_same_state():
    _ranks_change_nothing('inconclusive', '--kernel', 'fixed', '--states', '5000', '--time', '200')


def _catches(pid, number):
    """Does a process handle that signal?"""
    for line in Path(f'/proc/{pid}/status').read_text(encoding='ascii').splitlines():
        if line.startswith('SigCgt:'):
            return int(line.split()[1], 16) >> (number - 1) & 1
    return 0


def _wait_for_ranks(mpirun, ranks):
    """Until that many children of mpirun search: they handle the signal that ends it."""
    for _ in range(600):
        children = Path(f'/proc/{mpirun}/task/{mpirun}/children').read_text(encoding='ascii')
        if sum(_catches(child, signal.SIGUSR1) for child in children.split()) == ranks:
            return
        time.sleep(0.1)
    raise AssertionError('the ranks do not begin')


def a_limit_of_time_ends_all_with_status_4():
    _need_mpi()
    status, out, err = _explore(2, *LONG, '--time', '1')
    assert status == 4 and out.startswith('INCONCLUSIVE  nothing broke so far: out of time'), \
        (status, out, err)


def an_interrupt_ends_all_with_status_4():
    _need_mpi()
    with tempfile.TemporaryFile('w+') as out:
        with subprocess.Popen([*MPIRUN, '-n', '2', PROGRAM, 'explore', *LONG], stdout=out,
                              stderr=subprocess.DEVNULL, env=_environment()) as mpirun:
            _wait_for_ranks(mpirun.pid, 2)
            mpirun.send_signal(signal.SIGUSR1)
            status = mpirun.wait(timeout=60)
        out.seek(0)
        text = out.read()
    assert status == 4 and 'interrupted' in text, (status, text)


def what_many_cannot_do_is_said_once():
    _need_mpi()
    for args in (['--walk'], ['--dfs'], ['--graph', '/dev/null'], ['-'], ['--depth', '0']):
        status, out, err = _explore(2, *args)
        assert status == 2 and out == '' and err.count('tce: explore:') == 1, (args, out, err)


def without_its_module_it_says_so_in_one_line():
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / 'tce'
        shutil.copy(PROGRAM, program)
        for rank, said in (('0', 'tce: explore: mpirun started it, but this tce was built '
                                 'without MPI\n'), ('1', '')):
            done = subprocess.run([program, 'explore', '--depth', '1'], text=True, check=False,
                                  capture_output=True,
                                  env={**os.environ, **STARTED, 'OMPI_COMM_WORLD_RANK': rank})
            assert (done.stdout, done.stderr) == ('', said), done
            assert done.returncode == (2 if rank == '0' else 0), done
        done = subprocess.run([program, 'explore', '--kernel', 'fixed', '--depth', '1'],
                              check=False, stdout=subprocess.PIPE)
        assert done.returncode == 0, done


sys.exit(run_cases(cases_of(sys.modules[__name__])))
