#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce predict prints and how it ends. TAP.

    tests/cli/test_predict.py PROGRAM RECORDINGS
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
RECORDINGS = Path(sys.argv[2], 'pseries')
PLAIN = RECORDINGS / 'a-plain-k6.12-64k-q10.0'
FIRMWARE = RECORDINGS / 'k-slof-diskboot-q7.2'
FIELDS = ['schema', 'recording', 'kernel', 'verdict', 'setup_calls', 'predicted', 'missing',
          'extra', 'driver_calls', 'bus_addresses', 'bus_addresses_predicted']


def _predict(*args):
    """(exit status, stdout, stderr) of tce predict."""
    done = subprocess.run([PROGRAM, 'predict', *map(str, args)], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def _unpacked(folder):
    """A copy of PLAIN in folder, logs unpacked."""
    copy = Path(folder, 'copy')
    shutil.copytree(PLAIN, copy)
    for log in ('trace.log', 'console.log'):
        subprocess.run(['zstd', '-qd', '--rm', copy / f'{log}.zst'], check=True)
    return copy


def an_exact_recording_says_so_first():
    status, out, err = _predict(PLAIN)
    assert status == 0 and err == '', err
    assert out.splitlines()[0] == f'EXACT    {PLAIN.name}', out
    assert '516 set-up calls, 516 predicted' in out, out
    assert 'not predicted: 75 calls of firmware, 0 of drivers' in out, out


def a_folder_without_machine_dtb_has_a_packed_tree():
    status, out, err = _predict(RECORDINGS / 'a-vof-k6.12-q10.0',
                                RECORDINGS / 'h-max1T-pgsz64k-k6.12-q10.0')
    assert status == 0 and err == '', err
    assert re.findall(r'^\w+', out, re.M) == ['EXACT', 'EXACT'], out


def a_difference_is_shown_like_a_diff():
    with tempfile.TemporaryDirectory() as folder:
        trace = _unpacked(folder) / 'trace.log'
        text = trace.read_text()
        trace.write_text(text.replace('page size=0x1000000', 'page size=0x10000', 1))
        status, out, _ = _predict(trace.parent)
    lines = out.splitlines()
    assert status == 1, status
    assert lines[0] == 'DIFFERS  copy', out
    minus = [line for line in lines if re.match(r' +- .*ddw_create .* pages of 1000000 ', line)]
    plus = [line for line in lines if re.match(r' +\+ +\d+ .*ddw_create .* pages of 10000 ', line)]
    assert len(minus) == 1 and len(plus) == 1, out


def json_has_the_fields_that_are_promised():
    status, out, _ = _predict('--format=json', PLAIN, FIRMWARE)
    exact, unsupported = map(json.loads, out.splitlines())
    assert status == 4, status
    assert list(exact) == FIELDS and list(unsupported) == FIELDS, out
    assert exact == {'schema': 'tce-predict-1', 'recording': PLAIN.name,
                     'kernel': '6.12.107+deb13-powerpc64le-64k', 'verdict': 'exact',
                     'setup_calls': 516, 'predicted': 516, 'missing': 0, 'extra': 0,
                     'driver_calls': 0, 'bus_addresses': 0, 'bus_addresses_predicted': 0}, exact
    assert unsupported['verdict'] == 'unsupported' and unsupported['kernel'] == '', unsupported


def firmware_alone_is_unsupported_with_the_reason():
    status, out, _ = _predict(FIRMWARE)
    assert status == 4, status
    assert out.splitlines() == [f'UNSUPPORTED {FIRMWARE.name}', '         no kernel started'], out


def the_worst_of_several_counts_and_none_is_left_out():
    with tempfile.TemporaryDirectory() as folder:
        status, out, err = _predict(folder, PLAIN)
    assert status == 2, status
    assert len(err.splitlines()) == 1 and 'machine.dtb' in err, err
    assert out.startswith('EXACT'), out


def what_is_missing_or_damaged_is_told_in_one_line():
    def case(damage, word):
        with tempfile.TemporaryDirectory() as folder:
            copy = _unpacked(folder)
            damage(copy)
            status, out, err = _predict(copy)
        assert status == 2 and out == '', (word, status, out)
        assert len(err.splitlines()) == 1 and word in err, (word, err)

    case(lambda copy: (copy / 'console.log').unlink(), 'console.log')
    case(lambda copy: (copy / 'trace.log').unlink(), 'trace.log')
    case(lambda copy: (copy / 'machine.dtb').unlink(), 'machine.dtb')
    case(lambda copy: (copy / 'machine.dtb').write_bytes(b'\xd0\x0d\xfe\xed'), 'copy')
    case(lambda copy: (copy / 'machine.dtb').write_bytes(b''), 'copy')
    status, _, err = _predict(PLAIN / 'machine.dtb')
    assert status == 2 and err.strip().endswith('not a folder'), err
    status, _, err = _predict('/no/such/folder')
    assert status == 2 and 'No such file' in err, err


def a_packed_tree_that_is_none_is_told():
    with tempfile.TemporaryDirectory() as folder:
        copy = _unpacked(folder)
        (copy / 'machine.dtb').unlink()
        (copy / 'devicetree.tar.gz').write_bytes(b'nothing')
        status, _, err = _predict(copy)
    assert status == 2 and 'devicetree.tar.gz' in err, err


def consoles_come_in_several_forms():
    def case(form):
        with tempfile.TemporaryDirectory() as folder:
            console = _unpacked(folder) / 'console.log'
            text = console.read_bytes().decode(errors='replace')
            console.write_bytes(form(text).encode())
            status, out, _ = _predict(console.parent)
        assert status == 0, out

    case(lambda text: text.replace('\r', '').replace('\n', '\r\n'))
    case(lambda text: re.sub(r'^\[[0-9.]+\] ', '', text, flags=re.M))
    case(lambda text: text.replace('DMESG [', 'DMESG <6>['))
    case(lambda text: text.replace('DMESG [', '['))
    case(lambda text: re.sub(r'.*ibm,(query|create)-pe.*\n', '', text))
    case(lambda text: text + text[text.index('DMESG'):])


def another_kernel_can_be_assumed_and_must_be_known():
    status, out, _ = _predict('--kernel=6.1.176', PLAIN)
    assert status == 1 and 'ddw_query' in out, out
    status, out, err = _predict('--kernel=nonsense', PLAIN)
    assert status == 2 and out == '' and 'nonsense' in err, err


def what_was_acted_out_is_told_when_asked():
    status, out, _ = _predict('-v', RECORDINGS / 'c-memhotplug-k6.12-q10.0')
    assert status == 0, status
    assert 'kernel 6.12.107+deb13-powerpc64le starts, as 6.12.107 with pages of 4K' in out, out
    assert 'a driver takes 0000:00:01.0, masks of 64 and 64 bits\n' in out, out
    assert 'the guest takes memory block 80000008' in out, out


def misuse_is_status_2():
    for args in ([], ['--format=xml', PLAIN], ['--color=red', PLAIN], ['--bogus', PLAIN],
                 ['--profile=bogus', PLAIN]):
        status, out, err = _predict(*args)
        assert status == 2 and out == '' and len(err.splitlines()) == 1, (args, err)


sys.exit(run_cases(cases_of(sys.modules[__name__])))
