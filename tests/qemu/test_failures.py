#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce qemu does when QEMU or the system are of no use: one clear line, the right exit status,
and no process left behind. TAP.

    tests/qemu/test_failures.py PROGRAM
"""
import json
import os
import re
import resource
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

PROGRAM = sys.argv[1]
QEMU = os.environ.get('QEMU') or 'qemu-system-ppc64'
WORK = tempfile.TemporaryDirectory()
MARK = f'tce-qemu-test-{os.getpid()}'


def _run(*options, **arguments):
    return subprocess.run([PROGRAM, 'qemu', *options], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **arguments)


def _fails(said, *options, status=2, **arguments):
    """One line on stderr that matches, nothing on stdout, the status."""
    done = _run(*options, **arguments)
    assert done.returncode == status, (done.returncode, done.stderr)
    assert re.search(said, done.stderr), done.stderr
    assert done.stderr.count('\n') == 1, done.stderr
    assert done.stdout == '', done.stdout


def _need_qemu():
    if shutil.which(QEMU) is None:
        raise Skip(f'no {QEMU}')


def _fake(name, *lines):
    """A program that is not quite QEMU."""
    path = Path(WORK.name, name)
    path.write_text('\n'.join(['#!/bin/sh', f'# {MARK}', *lines, '']))
    path.chmod(0o755)
    return path


def _version(text):
    return f'[ "$1" = --version ] && {{ echo "QEMU emulator version {text}"; exit 0; }}'


def _children(name):
    """Processes whose command line has this word."""
    found = []
    for entry in Path('/proc').iterdir():
        try:
            words = (entry / 'cmdline').read_bytes().split(b'\0')
            state = (entry / 'stat').read_text().rsplit(')', 1)[1].split()[0]
        except OSError:
            continue
        if state != 'Z' and any(name.encode() in word for word in words):
            found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


def _gone(name):
    for _ in range(100):
        if not _children(name):
            return True
        time.sleep(0.05)
    return False


def missing_qemu_is_said_in_one_line():
    _fails(r'cannot run /no/such/qemu: No such file', '--qemu', '/no/such/qemu')


def qemu_that_cannot_be_executed_is_said():
    path = Path(WORK.name, 'plain')
    path.write_text('no program')
    _fails(r'Permission denied|Exec format', '--qemu', str(path))


def program_that_is_not_qemu_is_said():
    _fails('does not say that it is QEMU', '--qemu', '/bin/true')


def qemu_that_is_too_old_is_said():
    _fails('QEMU 6.2.0 is too old', '--qemu', str(_fake('old', _version('6.2.0'))))


def qemu_that_dies_at_its_start_is_said_with_its_last_words():
    fake = _fake('dying', _version('7.2.0'), 'echo some warning', 'echo no such machine >&2',
                 'exit 3')
    _fails(r'dies at its start \(exit status 3\): no such machine', '--qemu', str(fake))


def qemu_that_hangs_when_asked_its_version_is_killed():
    fake = _fake('slow', f'exec sleep 1000 # {MARK}')
    _fails('--version hangs', '--qemu', str(fake), '--patience', '0.3')


def qemu_that_hangs_at_its_start_is_killed_with_its_children():
    first, second = (f'{seconds}{os.getpid()}' for seconds in (1001, 1002))
    fake = _fake('stuck', _version('7.2.0'), f'sleep {first} & sleep {second}')
    _fails('hangs at its start', '--qemu', str(fake), '--patience', '3')
    assert _gone(first) and _gone(second), (_children(first), _children(second))


def missing_image_is_said():
    _fails('cannot read the guest image /no/image', '--agent', '/no/image')


def image_that_is_no_program_is_noticed():
    _need_qemu()
    path = Path(WORK.name, 'zeros.bin')
    path.write_bytes(bytes(8192))
    _fails('hangs', '--agent', str(path), '--patience', '1')


def memory_that_cannot_be_had_is_said():
    _need_qemu()
    _fails('no shared memory for the guest',
           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))


def report_that_cannot_be_written_is_an_error():
    _need_qemu()
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = subprocess.run([PROGRAM, 'qemu', '--calls', '100'], stdout=full, check=False,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 3 and 'cannot write' in done.stderr, (done.returncode, done.stderr)


def wrong_options_are_refused():
    for options in (['--calls', '0'], ['--calls', 'many'], ['--seed', '-1'], ['--time', 'x'],
                    ['--format', 'xml'], ['--profile', 'vax'], ['--nonsense'], ['stray']):
        _fails('qemu', *options)


def unreadable_stories_are_refused_with_their_line():
    machine = 'machine pseries ram=512M\n'
    for text, said in ((machine + 'frob\n', "stdin:2: there is no verb"),
                       ('machine vax\n', 'stdin:1: there is no machine'),
                       ('machine powernv9 ram=1G\n', 'only pseries machines run here'),
                       (machine + '\nh_put_tce liobn=1 ioba=2\n', 'stdin:3: tce='),
                       (machine + 'h_get_tce liobn=x ioba=2\n', 'stdin:2: '),
                       (machine + 'hcall token=1 colour=red\n', 'stdin:2: no such key here'),
                       (machine + 'sweep liobn=x\n', 'stdin:2: not a number: x'),
                       (machine + 'vio-dma vlan addr=0\n', 'stdin:2: there is no device vlan'),
                       (machine + 'phb phb40\n', 'stdin:2: QEMU has bridges 0 to 30'),
                       (machine + 'boot kernel=6.12\n', 'stdin:2: QEMU alone cannot do this'),
                       (machine + 'load\n', 'step 1 is not possible')):
        if said.startswith('step'):
            _need_qemu()
        done = _run('--replay', '-', '--qemu', QEMU if shutil.which(QEMU) else
                    str(_fake('new', _version('11.1.0'))), input=text)
        assert done.returncode == 2 and said in done.stderr, (text, done.returncode, done.stderr)
    _fails('cannot read /no/story', '--replay', '/no/story')


def _seconds(pid):
    """Processor time that it has used."""
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


class NotStarted(AssertionError):
    """QEMU has not come so far that its processor runs."""


def _started(*options):
    """A run that is under way, and the QEMU it has started, whose processor runs."""
    _need_qemu()
    link = Path(WORK.name, MARK)
    if not link.exists():
        link.symlink_to(shutil.which(QEMU))
    tce = subprocess.Popen([PROGRAM, 'qemu', '--qemu', str(link), '--calls', '100000000', *options],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        if tce.poll() is not None:
            break
        for pid in _children(str(link)):
            try:
                if pid != tce.pid and _seconds(pid) > 1:
                    return tce, pid, str(link)
            except OSError:
                pass
        time.sleep(0.05)
    tce.kill()
    raise NotStarted(tce.communicate()[1])


def qemu_that_stops_answering_is_killed():
    # A busy machine may need more patience to come so far.
    for patience in ('2', '8', '32'):
        try:
            tce, qemu, name = _started('--patience', patience)
            break
        except NotStarted as end:
            assert patience != '32', end
    os.kill(qemu, signal.SIGSTOP)
    _, errors = tce.communicate(timeout=100)
    assert tce.returncode == 2 and 'hangs' in errors, (tce.returncode, errors)
    assert _gone(name), _children(name)


def qemu_that_is_killed_is_a_difference():
    tce, qemu, name = _started()
    os.kill(qemu, signal.SIGKILL)
    output, errors = tce.communicate(timeout=100)
    assert tce.returncode == 1 and 'died (killed by signal 9' in output, (output, errors)
    assert 'did not come again' in output, output
    assert _gone(name), _children(name)


def no_process_is_left_when_tce_is_killed():
    tce, _, name = _started()
    tce.kill()
    tce.wait()
    assert _gone(name), _children(name)


def interrupt_ends_the_run_with_what_there_is():
    tce, _, name = _started()
    tce.send_signal(signal.SIGINT)
    output, errors = tce.communicate(timeout=60)
    assert tce.returncode == 4 and output.startswith('AGREE') and 'interrupted' in output, \
        (tce.returncode, output, errors)
    assert _gone(name), _children(name)


def difference_is_shrunk_saved_and_comes_again_from_its_text():
    _need_qemu()
    story = Path(WORK.name, 'story.tce')
    done = _run('--profile', 'papr-strict', '--calls', '20000', '--save', str(story))
    assert done.returncode == 1 and done.stdout.startswith('DIFFER'), done.stdout + done.stderr
    assert f'tce qemu --replay {story}' in done.stdout, done.stdout
    steps = [line for line in story.read_text().splitlines() if '->' in line]
    assert 1 <= len(steps) <= 3, steps
    again = _run('--replay', str(story))
    assert again.returncode == 1 and again.stdout.startswith('DIFFER'), again.stdout + again.stderr
    other = _run('--profile', 'qemu', '--replay', str(story))
    assert other.returncode == 1 and 'agree with each other' in other.stdout, other.stdout


def json_has_the_keys_that_were_promised():
    _need_qemu()
    done = _run('--calls', '5000', '--seed', '3', '--format=json')
    answer = json.loads(done.stdout)
    assert list(answer) == ['schema', 'verdict', 'qemu_version', 'calls', 'differences', 'aborts',
                            'seed', 'seconds'], answer
    assert (answer['schema'], answer['verdict'], answer['differences'], answer['seed']) == \
        ('tce-qemu-1', 'agree', 0, 3) and answer['calls'] >= 5000, answer
    done = _run('--calls', '5000', '--profile', 'kvm', '--format=json')
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and answer['verdict'] == 'differ', answer
    assert answer['differences'] == 1, answer


def same_seed_gives_the_same_report_but_for_the_time():
    _need_qemu()
    reports = [re.sub(r'\d+ s$', '', _run('--calls', '5000', '--states').stdout, flags=re.M)
               for _ in range(2)]
    assert reports[0] == reports[1] and reports[0].startswith('AGREE'), reports


def time_limit_ends_the_run():
    _need_qemu()
    began = time.monotonic()
    done = _run('--time', '1')
    assert done.returncode == 0 and time.monotonic() - began < 30, done.stdout + done.stderr


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
