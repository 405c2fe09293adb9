#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tce replay of recordings of the DMA API: what is printed, as text and JSON, and exit statuses.

usage: test_replay_ops.py TCE RECORDINGS
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib'))
import tap  # pylint: disable=wrong-import-position

TCE, RECORDINGS = sys.argv[1], Path(sys.argv[2], 'dma-api')


def _tce(*arguments, stdin=None):
    done = subprocess.run([TCE, 'replay', *map(str, arguments)], input=stdin,
                          capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def _json(*arguments, stdin=None):
    code, out, err = _tce('--format=json', *arguments, stdin=stdin)
    assert out.count('\n') == 1, f'{out}\n{err}'
    return code, json.loads(out)


def _unpack(path):
    return subprocess.run(['zstd', '-dcq', path], capture_output=True, check=True).stdout


def _is(found, wanted):
    assert found == wanted, f'{found!r} is not {wanted!r}'


def every_bundled_folder_agrees():
    folders = sorted(path for path in RECORDINGS.iterdir() if path.is_dir())
    assert len(folders) >= 13, folders
    for folder in folders:
        code, report = _json(folder)
        _is((folder.name, report['schema'], report['verdict']),
            (folder.name, 'tce-replay-1', 'agree'))
        _is((report['diverged'], report['unknown'], report['first_divergence']), (0, 0, None))
        _is(report['agreed'], report['events'])
        _is(code, 1 if report['findings'] else 0)


def a_clean_folder_says_so_in_its_first_line():
    code, out, _ = _tce(RECORDINGS / 'w1g-smp4-k6.12-q10.0')
    _is(code, 0)
    assert out.startswith('AGREE  14 806 DMA API events'), out
    assert 'kernel 6.12.107, no findings' in out.splitlines()[0], out


def hypercalls_are_compared_where_they_were_traced():
    _, report = _json(RECORDINGS / 'ddw-w64m-k7.2-q11.1')
    _is((report['hypercalls'], report['hypercalls_differ']), (1200, 0))


def a_kernel_that_hangs_is_a_finding_and_does_not_hang_us():
    code, report = _json(RECORDINGS / 'hang-boundary-k6.12-q10.0')
    _is(code, 1)
    _is([finding['rule'] for finding in report['findings']], ['no-progress'])


def a_file_takes_kernel_and_device_tree_from_its_folder():
    code, report = _json(RECORDINGS / 'wodd-k6.12-q10.0' / 'ops-3.txt.zst')
    _is((code, report['verdict'], report['profile']), (1, 'agree', '6.12.107'))
    _is(report['findings'][0]['rule'], 'hcall-refused')


def standard_input_is_replayed_on_a_kernel_that_explains_it():
    text = _unpack(RECORDINGS / 'wodd-k6.12-q10.0' / 'ops-3.txt.zst')
    code, report = _json('-', stdin=text)
    _is((code, report['verdict'], report['profile_guessed']), (0, 'agree', True))


def a_changed_answer_is_found_where_it_stands():
    text = _unpack(RECORDINGS / 'woff16m-32m-k6.12-q10.0' / 'ops-0.txt.zst').split(b'\n')
    at = next(i for i, line in enumerate(text) if line.startswith(b'op=single n=3 '))
    text[at] = text[at].replace(b'-> 1030000', b'-> 1040000')
    code, report = _json('--kernel', '6.12.107', '-', stdin=b'\n'.join(text))
    _is((code, report['verdict']), (1, 'diverge'))
    first = report['first_divergence']
    _is((first['line'], first['call'], first['recorded'], first['model']),
        (at + 1, 3, 0x1040000, 0x1030000))


def an_unreadable_line_is_counted_and_what_follows_is_not_blamed():
    text = _unpack(RECORDINGS / 'woff16m-32m-k6.12-q10.0' / 'ops-0.txt.zst').split(b'\n')
    text[40] = text[40].replace(b'=', b'?')
    text[41] = text[41].replace(b'n=', b'n=x')
    code, report = _json('--kernel', '6.12.107', '-', stdin=b'\n'.join(text))
    _is((code, report['verdict'], report['unknown'], report['skipped']), (0, 'agree', 1, 1))
    assert report['unchecked'] > 1000, report
    code, out, err = _tce('--strict', '-', stdin=b'\n'.join(text))
    _is(code, 2)
    assert 'line 42' in err, out + err


def an_unknown_kernel_gets_the_nearest_older_and_the_report_says_so():
    folder = RECORDINGS / 'w16m-k6.12-64k-q10.0'
    _, report = _json('--kernel', '6.12.200', folder)
    _is((report['profile'], report['kernel']), ('6.12.107', '6.12.200'))
    _, out, _ = _tce('--kernel', '6.12.200', folder)
    assert 'kernel 6.12.107 for 6.12.200' in out.splitlines()[0], out


def no_kernel_version_is_refused():
    for version in ('4.9', 'six', ''):
        code, out, err = _tce('--kernel', version, RECORDINGS / 'w1g-smp4-k6.12-q10.0')
        _is((code, out), (2, ''))
        assert err.startswith('tce: replay: '), err


def the_wrong_kernel_diverges():
    code, report = _json('--kernel', '5.12', RECORDINGS / 'w16m-k6.12-64k-q10.0')
    _is((code, report['verdict']), (1, 'diverge'))


def findings_can_be_left_out():
    code, report = _json('-W', 'no-lost-tce', RECORDINGS / 'w16m-abuse-k6.12-q10.0')
    _is((code, report['findings']), (0, []))


def several_inputs_get_a_line_each_and_a_total():
    folders = [RECORDINGS / 'w1g-smp4-k6.12-q10.0', RECORDINGS / 'wodd-k6.12-q10.0']
    code, out, _ = _tce(*folders)
    _is(code, 1)
    assert '2 inputs: 2 agree, 0 diverge' in out.splitlines()[-1], out


def a_folder_with_a_damaged_device_tree_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(RECORDINGS / 'wodd-k6.12-q10.0' / 'ops-3.txt.zst', folder)
        Path(folder, 'machine.dtb').write_bytes(b'\xd0\x0d\xfe\xed' + bytes(10))
        code, out, err = _tce(folder)
        _is((code, out), (2, ''))
        assert 'machine.dtb' in err, err


if __name__ == '__main__':
    sys.exit(tap.run_cases(tap.cases_of(sys.modules[__name__])))
