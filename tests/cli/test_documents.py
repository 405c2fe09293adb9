#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the documents and manual pages show works as they show it. TAP.

    tests/cli/test_documents.py COMMAND

Commands of the manual's examples run in a folder that holds what they name: a trace, a device tree,
recordings, scenarios. Stories that docs/ prints are acted out; samples of file formats are read.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TCE = Path(sys.argv[1]).resolve()
TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

RECORDING = TOP / 'recordings/pseries/c-memhotplug-k6.12-q10.0'

# Examples that need what a test has not: a running QEMU, minutes, a file that grows.
LEFT_OUT = re.compile(r'tce qemu|^tail -f|/proc/device-tree|^tce explore( --kernel 6.*)?$')


def _tce(*arguments, text=''):
    done = subprocess.run([TCE, *arguments], input=text.encode(), check=False, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def _page(name):
    """A manual page's source, without what scdoc needs to keep it from being markup."""
    return re.sub(r'\\(.)', r'\1', (TOP / 'man' / name).read_text())


def _blocks(text):
    """(first line's number, lines) of what stands between ``` and ```, or behind a tabulator."""
    for match in re.finditer(r'^```\n(.*?)^```|((?:^\t\S[^\n]*\n)+)', text, re.S | re.M):
        body = match.group(1) or match.group(2)
        yield text.count('\n', 0, match.start()) + 1, body.replace('\t', '').splitlines()


def _sample(name, begins):
    """The sample of a format: the block that begins so."""
    found = ['\n'.join(lines) + '\n' for _, lines in _blocks(_page(name))
             if lines[0].startswith(begins)]
    assert len(found) == 1, f'{len(found)} blocks of {name} begin with {begins}'
    return found[0]


def commands_of_the_manual_work():
    ran = 0
    for page in sorted((TOP / 'man').glob('*.scd')):
        for _, lines in _blocks(_page(page.name).partition('\n# EXAMPLES')[2]):
            for line in lines:
                if not line.startswith('tce ') or LEFT_OUT.search(line):
                    continue
                if 'jq' in line and shutil.which('jq') is None:
                    continue
                done = subprocess.run(['sh', '-c', line], check=False, timeout=120,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                fine = done.returncode in (0, 1, 4) and done.stderr == b''
                assert fine and (done.stdout or 'jq' in line), \
                    f'{page.name}: {line}: {done.returncode} {done.stderr.decode()}'
                ran += 1
    assert ran >= 8, ran


def json_of_the_manual_is_what_is_printed():
    shown = json.loads(_sample('tce-predict.1.scd', '{"schema":"tce-predict-1"'))
    assert json.loads(_tce('predict', '--format=json', str(RECORDING))[0]) == shown


def the_story_of_the_scenario_page_passes():
    out, err, code = _tce('run', '-', text=_sample('tce-scenario.5.scd', '# A buffer'))
    assert code == 0 and err == '' and out.startswith('PASS'), out + err


def lines_of_the_trace_page_can_be_read():
    lines = _sample('tce-trace.5.scd', 'spapr_iommu_ddw_create').replace(',\n  ', ', ')
    out, _, _ = _tce('replay', '--format=json', '-', text=lines)
    report = json.loads(out)
    assert report['unknown'] == 0 and report['events'] == 3, report


def calls_of_the_vfio_page_agree():
    out, err, code = _tce('replay', '--format=json', '-',
                          text=_sample('tce-vfio.5.scd', '# vfiorand'))
    report = json.loads(out)
    assert code in (0, 1) and err == '', err
    assert report['diverged'] == 0 and report['unknown'] == 0 and report['calls'] == 6, report


def calls_of_the_dma_page_can_be_read():
    if shutil.which('zstd') is None:
        raise Skip('no zstd')
    sample = _sample('tce-dma.5.scd', 'op=single')
    packed = min((TOP / 'recordings/dma-api/w16m-k6.12-64k-q10.0').glob('ops-*.zst'))
    recorded = subprocess.run(['zstd', '-dqc', packed], check=True,
                              stdout=subprocess.PIPE).stdout.decode()
    head = ''.join(line for line in recorded.splitlines(True) if not line.startswith('op='))
    head = head[:head.index('\n', head.index('\nbitmap')) + 1]
    out, _, _ = _tce('replay', '--format=json', '-', text=head + sample)
    assert json.loads(out)['unknown'] == 0, out


def stories_of_the_documents_do_what_is_said():
    """A story printed in docs/ passes: what it expects, a broken rule among it, comes."""
    ran = 0
    for page in sorted((TOP / 'docs').glob('**/*.md')):
        for number, lines in _blocks(page.read_text()):
            text = '\n'.join(line for line in lines if not line.startswith('#')).strip() + '\n'
            if not re.match(r'machine +(pseries|powernv)', text):
                continue
            out, err, code = _tce('run', '-', text=text)
            assert code == 0, f'{page.relative_to(TOP)}:{number}\n{out}{err}'
            ran += 1
    assert ran >= 10, ran


def scenarios_that_are_named_are_there():
    for page in [TOP / 'README.md', *(TOP / 'docs').glob('**/*.md'), *(TOP / 'man').glob('*.scd')]:
        for name in re.findall(r'\b((?:scenarios|tests/qemu/stories)/[\w.-]+\.tce)',
                               page.read_text()):
            assert (TOP / name).exists(), f'{page.relative_to(TOP)}: {name}'


def recordings_that_are_named_are_there():
    """By name, or by the beginning of several: a-multi-phb, d-reboot-*."""
    names = [path.name for path in (TOP / 'recordings').glob('*/*')]
    missing = []
    for page in [TOP / 'README.md', *(TOP / 'docs').glob('**/*.md'), *(TOP / 'man').glob('*.scd')]:
        for name in re.findall(r'`(?:recordings/)?(?:pseries/)?([a-z]-[a-z][\w.-]+)\*?`',
                               page.read_text()):
            if not any(other.startswith(name) for other in names):
                missing.append(f'{page.relative_to(TOP)}: {name}')
    assert not missing, '\n'.join(missing)


def _main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ['PATH'] = f'{TCE.parent}:{os.environ["PATH"]}'
        for name in ('recordings', 'scenarios'):
            Path(name).symlink_to(TOP / name)
        Path('trace.log.zst').symlink_to(RECORDING / 'trace.log.zst')
        Path('m.dtb').symlink_to(RECORDING / 'machine.dtb')
        Path('one').mkdir()
        Path('one/trace.log.zst').symlink_to(RECORDING / 'trace.log.zst')
        return run_cases(cases_of(sys.modules['__main__']))


if __name__ == '__main__':
    sys.exit(_main())
