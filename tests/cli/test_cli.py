#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a user of tce sees: output, exit status, and one clear line for everything that goes wrong.

    test_cli.py TCE           compare with tests/cli/expected; prints TAP
    test_cli.py TCE --accept  write what tce prints now as expected

Runs in an empty folder in which recordings/ is the bundled one, so that paths in the output are the
same everywhere.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import cases_of, run_cases  # noqa: E402

TCE = Path(sys.argv[1]).resolve()
ACCEPT = '--accept' in sys.argv
PSERIES = 'recordings/pseries'
ABORT = f'{PSERIES}/f-nvdimm-reboot-pgsz64k-k6.12nv-q10.0'
START = 'spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n'
PUT = 'spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 tce=0x5003 ret=0\n'
MEMORY_MAX = 64 << 10  # KiB of any run


def _tce(*arguments, text=None, env=None):
    """Run tce; (stdout, stderr, exit status)."""
    data = text.encode('latin-1') if isinstance(text, str) else text
    done = subprocess.run([TCE, *arguments], input=data if data is not None else b'', timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env={'PATH': os.environ['PATH'], 'LC_ALL': 'C', **(env or {})})
    return done.stdout.decode('latin-1'), done.stderr.decode('latin-1'), done.returncode


def _expect(name, *arguments, status, text=None):
    """Standard output is that of tests/cli/expected/NAME; nothing on standard error."""
    out, err, code = _tce(*arguments, text=text)
    path = HERE / 'expected' / name
    if ACCEPT:
        path.write_text(out)
    assert err == '', f'on standard error: {err}'
    assert code == status, f'exit status {code}, not {status}\n{out}'
    assert path.exists(), f'there is no {path}; --accept makes it of\n{out}'
    want = path.read_text()
    if out != want:
        lines, others = out.splitlines(), want.splitlines()
        at = next((i for i, (a, b) in enumerate(zip(lines, others)) if a != b),
                  min(len(lines), len(others)))
        got = lines[at] if at < len(lines) else '(its end)'
        should = others[at] if at < len(others) else '(its end)'
        raise AssertionError(f'{name}, line {at + 1}:\n  {got}\nshould be\n  {should}')


def _complains(what, *arguments, text=None, status=2):
    """One line on standard error that begins "tce: " and holds what."""
    out, err, code = _tce(*arguments, text=text)
    assert code == status, f'exit status {code}, not {status}\n{err}{out}'
    assert err.startswith('tce: ') and err.count('\n') == 1 and err.endswith('\n'), err
    assert what in err, f'{what!r} is not in {err!r}'
    return out


def _write(name, data):
    Path(name).write_bytes(data.encode('latin-1') if isinstance(data, str) else data)
    return name


# --- reports


def a_healthy_boot_is_told_on_one_screen():
    _expect('healthy.txt', 'replay', f'{PSERIES}/c-memhotplug-k6.12-q10.0', status=0)


def the_abort_at_reboot_is_told_with_its_cause():
    _expect('abort.txt', 'replay', ABORT, status=1)


def without_a_device_tree_the_abort_is_told_as_far_as_the_log_goes():
    _expect('abort-no-dtb.txt', 'replay', f'{ABORT}/trace.log.zst', status=1)
    out, _, _ = _tce('replay', '--dtb', f'{ABORT}/machine.dtb', f'{ABORT}/trace.log.zst')
    assert '2^51 bytes' in out, out


def findings_are_grouped_and_most_severe_first():
    _expect('stimulus.txt', 'replay', f'{PSERIES}/m-stimulus-k6.12t-q10.0', status=1)


def thousands_of_faults_are_one_finding_and_v_shows_all():
    _expect('iommu-off.txt', 'replay', f'{PSERIES}/i-iommu-off-k6.12-q10.0', status=1)
    out, _, _ = _tce('replay', '-v', f'{PSERIES}/i-iommu-off-k6.12-q10.0')
    assert out.count('dma-fault: a device accessed bus') == 2511


def notes_alone_do_not_spoil_the_exit_status():
    _expect('reboot.txt', 'replay', f'{PSERIES}/d-reboot-k6.12-q10.0', status=0)


def a_divergence_is_told_first_with_both_answers():
    _expect('diverge.txt', 'replay', '-', status=1,
            text=START + PUT + PUT.replace('ret=0', 'ret=-4') + PUT.replace('0x1000', '0x2000'))


def several_inputs_have_a_verdict_each_and_a_total():
    _expect('several.txt', 'replay', f'{PSERIES}/a-vio-k6.1-q7.2', ABORT,
            f'{PSERIES}/d-reboot-k6.12-q10.0', status=1)


def an_input_that_cannot_be_read_is_missing_from_the_total():
    out = _complains('no-such-file', 'replay', f'{PSERIES}/a-vio-k6.1-q7.2', 'no-such-file')
    assert out.splitlines()[-1].startswith('2 inputs: 1 agree, 0 diverge, 1 not read; '), out


def the_only_event_being_unreadable_is_told_with_its_line():
    _complains('line 2: liobn is not a number', 'replay', '-',
               text='x\nspapr_iommu_pci_put liobn=0xg\n')


def the_history_of_an_address_is_told_line_by_line():
    _expect('history.txt', 'replay', '--ioba', '800000081000000',
            f'{PSERIES}/c-memhotplug-k6.12-q10.0', status=0)


def unreadable_lines_are_told_and_counted():
    _expect('damaged.txt', 'replay', '-', status=0,
            text=START + 'spapr_iommu_pci_put liobn=0x8\n' + PUT + 'spapr_iommu_xlate liobn=0xg\n')


def the_middle_of_a_trace_is_replayed_without_complaint():
    _expect('middle.txt', 'replay', '-', status=0,
            text=PUT + 'spapr_iommu_xlate liobn=0x80000001 0x10 -> 0x70000 perm=3 mask=0xffff\n')


def rules_and_stories_are_told():
    _expect('rules.txt', 'rules', status=0)
    _expect('explain.txt', 'explain', 'qemu-window-too-large', status=0)


def help_lists_the_verbs_and_their_options():
    _expect('help-replay.txt', 'help', 'replay', status=0)
    out, _, code = _tce('help')
    assert code == 0 and all(f'  {verb} ' in out for verb in ('replay', 'rules', 'explain', 'help'))
    out, _, code = _tce('--version')
    assert code == 0 and out.startswith('tce ') and 'qemu-10.0' in out
    for verb in ('replay', 'rules', 'explain'):
        out, _, code = _tce(verb, '--help')
        assert code == 0 and out.startswith(f'usage: tce {verb}'), out


# --- JSON


KEYS = {'schema', 'verdict', 'profile', 'lines', 'events', 'agreed', 'diverged', 'unknown',
        'skipped', 'findings', 'windows', 'first_divergence'}


def json_has_the_members_of_its_schema():
    out, err, code = _tce('replay', '--format=json', ABORT)
    report = json.loads(out)
    assert code == 1 and err == '' and out.count('\n') == 1
    assert set(report) == KEYS, sorted(report)
    assert report['schema'] == 'tce-replay-1' and report['verdict'] == 'agree'
    assert report['profile'] == 'qemu-10.0' and report['first_divergence'] is None
    assert report['lines'] == 7084 and report['unknown'] == 0 and report['diverged'] == 0
    assert report['events'] == report['agreed'] == 4686
    assert report['lines'] == report['events'] + report['skipped'] + report['unknown']
    assert set(report['findings'][0]) == {'rule', 'event', 'line', 'text'}
    assert report['findings'][0]['rule'] == 'qemu-window-too-large'
    assert report['findings'][0]['line'] == 2342
    assert set(report['windows'][0]) == {'liobn', 'start', 'size', 'page_shift', 'created',
                                         'removed', 'puts', 'peak'}
    assert report['windows'][0]['created'] == 936 and report['windows'][0]['removed'] == 5680
    assert report['windows'][1]['removed'] is None


def json_names_the_first_divergence():
    out, _, code = _tce('replay', '--format=json', '-', text=START + PUT.replace('ret=0', 'ret=7'))
    report = json.loads(out)
    assert code == 1 and report['verdict'] == 'diverge' and report['diverged'] == 1
    assert report['first_divergence']['line'] == 2 and report['first_divergence']['event'] == 2
    assert report['first_divergence']['recorded'] == 7 and report['first_divergence']['model'] == 0


def json_of_several_inputs_is_one_object_a_line():
    out, _, _ = _tce('replay', '--format', 'json', f'{PSERIES}/a-vio-k6.1-q7.2', ABORT)
    reports = [json.loads(line) for line in out.splitlines()]
    assert [set(report) - KEYS for report in reports] == [{'file'}, {'file'}]


def every_bundled_recording_agrees():
    folders = sorted(str(path.parent) for path in Path('recordings').glob('*/*/trace.log.zst'))
    for folder in folders:
        out, err, code = _tce('replay', '--format=json', f'{folder}/trace.log.zst')
        report = json.loads(out)
        assert code in (0, 1) and err == '', f'{folder}: {code} {err}'
        assert (report['verdict'], report['diverged'], report['unknown']) == ('agree', 0, 0), folder


def the_same_input_gives_the_same_bytes():
    first = _tce('replay', '-v', f'{PSERIES}/m-stimulus-k6.12t-q10.0')
    assert first == _tce('replay', '-v', f'{PSERIES}/m-stimulus-k6.12t-q10.0')


# --- how input may look


def plain_packed_piped_and_in_pieces_are_the_same():
    plain = subprocess.run(['zstd', '-dc', f'{ABORT}/trace.log.zst'], stdout=subprocess.PIPE,
                           check=True).stdout
    want = _tce('replay', '--format=json', f'{ABORT}/trace.log.zst')[0]
    packed = Path(f'{ABORT}/trace.log.zst').read_bytes()
    half = plain.index(b'\n', len(plain) // 2) + 1
    two = b''.join(subprocess.run(['zstd', '-c'], input=part, stdout=subprocess.PIPE,
                                  check=True).stdout for part in (plain[:half], plain[half:]))
    assert _tce('replay', '--format=json', _write('plain.log', plain))[0] == want
    assert _tce('replay', '--format=json', '-', text=plain)[0] == want
    assert _tce('replay', '--format=json', '-', text=packed)[0] == want
    assert _tce('replay', '--format=json', _write('two-frames.zst', two))[0] == want
    assert _tce('replay', '--format=json', '-', text=plain.replace(b'\n', b'\r\n'))[0] == want
    assert _tce('replay', '--format=json', '-', text=plain[:-1])[0] == want


def a_line_of_a_megabyte_and_other_rubbish_are_skipped():
    rubbish = 'x' * (1 << 20) + '\n' + '\0\xff\n' * 1000 + 'spapr_\n'
    out, err, code = _tce('replay', '--format=json', '-', text=START + rubbish + PUT)
    report = json.loads(out)
    assert code == 0 and err == '' and report['unknown'] == 0 and report['events'] == 2
    out, _, code = _tce('replay', '--format=json', '-',
                        text=START + PUT[:-1] + 'x' * (1 << 20) + '\n')
    assert code == 0 and json.loads(out)['unknown'] == 1


def hostile_numbers_do_no_harm():
    lines = (START + 'spapr_iommu_pci_put liobn=0x80000000 ioba=0xffffffffffffffff '
             'tce=0xffffffffffffffff ret=-4\n'
             'spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x3 '
             'npages=-9223372036854775808 ret=-4\n'
             'spapr_iommu_pci_put liobn=0xffffffff80000000 ioba=0x0 tce=0x0 ret=-4\n'
             'spapr_iommu_new_table liobn=0x80000001 table=0x1 fd=-1\n'
             'spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x1000, '
             'requested=0x8000000000000000, start addr=0xffffffffffffffff, liobn=0x80000001\n')
    out, err, code = _tce('replay', '-', text=lines)
    assert code == 1 and err == '', err
    assert 'DIVERGE' in out.splitlines()[0]


# --- what goes wrong


def input_that_cannot_be_read_is_named_in_one_line():
    assert _complains('No such file', 'replay', 'missing.log') == ''
    assert _complains('empty', 'replay', _write('empty.log', '')) == ''
    assert _complains('empty', 'replay', '-', text='') == ''
    assert _complains('binary', 'replay', str(TCE)) == ''
    assert _complains('a folder without', 'replay', 'recordings') == ''
    assert _complains('no IOMMU event', 'replay', _write('other.log', 'hello\nworld\n')) == ''
    assert _complains('device tree', 'replay', f'{ABORT}/machine.dtb') == ''
    assert _complains('compressed', 'replay', _write('x.gz', b'\x1f\x8b\x08\0\0\0')) == ''


def truncated_zstd_is_reported_with_what_was_read():
    packed = Path(f'{ABORT}/trace.log.zst').read_bytes()
    out = _complains('ends in the middle', 'replay', _write('cut.zst', packed[:len(packed) // 2]))
    assert out.startswith('AGREE') and 'input cut short' in out.splitlines()[0], out
    _complains('damaged', 'replay', _write('bad.zst', packed[:5000] + bytes(100) + packed[5100:]))
    _complains('ends in the middle', 'replay', _write('head.zst', packed[:6]))


def strict_makes_an_unreadable_line_an_error():
    text = START + 'spapr_iommu_pci_put liobn=0x8\n' + PUT
    out = _complains('line 2: ioba is missing', 'replay', '--strict', '-', text=text)
    assert out.startswith('AGREE'), out


def one_bad_input_does_not_keep_the_others_from_being_read():
    out, err, code = _tce('replay', 'missing.log', f'{PSERIES}/a-vio-k6.1-q7.2')
    assert code == 2 and err.count('\n') == 1 and 'AGREE' in out and '1 agree' in out, out


def usage_is_complained_of_in_one_line():
    _complains('which file', 'replay')
    _complains('no option --frobnicate', 'replay', '--frobnicate', 'x')
    _complains('needs a value', 'replay', '--dtb')
    _complains('no profile power11', 'replay', '--profile', 'power11', 'x')
    _complains('text or json', 'replay', '--format', 'xml', 'x')
    _complains('no bus address', 'replay', '--ioba', 'zebra', 'x')
    _complains('no bus address', 'replay', '--ioba', '10000000000000000', 'x')
    _complains('wants no-RULE', 'replay', '-W', 'dma-fault', 'x')
    _complains('auto, always or never', 'replay', '--color', 'pink', 'x')
    _complains('not a flattened device tree', 'replay', '--dtb', _write('no.dtb', 'hello'), 'x')
    _complains('there is no verb', 'replya')
    _complains('do you mean qemu-window-too-large', 'explain', 'qemu-window')
    _complains('which rule', 'explain')
    out, err, code = _tce()
    assert code == 2 and out == '' and err.startswith('usage: tce')


def findings_can_be_left_out():
    args = ('replay', f'{PSERIES}/i-iommu-off-k6.12-q10.0')
    assert _tce(*args)[2] == 1
    out, _, code = _tce(args[0], '-W', 'no-dma-fault', args[1])
    assert code == 0 and 'no findings' in out.splitlines()[0], out
    assert _tce(args[0], '--no-findings', args[1])[2] == 0


def colour_is_for_terminals_and_whoever_asks():
    args = ('replay', f'{PSERIES}/a-vio-k6.1-q7.2')
    assert '\033[' not in _tce(*args)[0]
    assert _tce(*args, '--color=always')[0].startswith('\033[1;32mAGREE\033[0m')


def output_that_cannot_be_written_is_an_error():
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([TCE, 'rules'], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3 and b'cannot write' in done.stderr, done


def no_run_took_much_memory():
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most < MEMORY_MAX, f'{most} KiB'


def _main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path('recordings').symlink_to(TOP / 'recordings')
        return run_cases(cases_of(sys.modules['__main__']))


if __name__ == '__main__':
    sys.exit(_main())
