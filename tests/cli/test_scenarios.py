#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each scenario passes, and shows its defect when that is switched on; docs/bugs.md is theirs. TAP.

    tests/cli/test_scenarios.py PROGRAM
"""
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import run_cases  # noqa: E402

sys.dont_write_bytecode = True
_loader = SourceFileLoader('bugs', str(ROOT / 'scripts/bugs'))
bugs = module_from_spec(spec_from_loader('bugs', _loader))
_loader.exec_module(bugs)

PROGRAM = sys.argv[1]
SCENARIOS = sorted((ROOT / 'scenarios').glob('*.tce'))


def _run(*args):
    done = subprocess.run([PROGRAM, 'run', *args], text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def _shows_what_it_says(path):
    def case():
        try:
            bugs.try_scenario(PROGRAM, path)
        except bugs.Bad as bad:
            raise AssertionError(str(bad)) from bad
    return case


def _tells_its_story(path):
    def case():
        _, prose = bugs.head_of(path)
        assert 0 < len(prose) < 9, f'{len(prose)} lines of story'
        assert all(len(line) <= 120 for line in prose)
    return case


def every_defect_of_pseries_is_shown_or_explained():
    shown = {bugs.head_of(path)[0].get('defect') for path in SCENARIOS}
    missing = [entry['id'] for entry in bugs.catalogue() if entry['half'] == 'PSERIES'
               and entry['id'] not in shown and not entry['why']]
    assert not missing, missing


def the_page_of_bugs_is_what_the_scenarios_show():
    done = subprocess.run([ROOT / 'scripts/bugs', PROGRAM, '--check'], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def the_pmem_story_turns_with_the_kernel():
    new, old = (str(ROOT / f'scenarios/pmem-{v}.tce') for v in ('6.15', '6.14'))
    assert _run(new)[0] == 0 and _run(old)[0] == 0
    status, out = _run('--kernel=6.14', new)
    assert status == 1 and 'rule premap-coverage' in out.splitlines()[0], out
    assert 'refused EPERM H_PARAMETER' in out, out
    assert 'h_put_tce_indirect liobn=0x80000001 ioba=0x800100000000000' in out, out
    assert _run('--kernel=6.14', '--without=B1', new)[0] == 0
    status, out = _run('--kernel=6.15', old)
    assert status == 1 and 'expected refused, got ok' in out, out
    assert _run('--kernel=6.15', '--defect=B1', old)[0] == 0


def the_reboot_story_is_told_in_words():
    story = str(ROOT / 'scenarios/reboot-qemu.tce')
    status, out = _run('-v', story)
    assert status == 0 and 'QEMU adds the memory region of a LIOBN a second time' in out, out
    status, out = _run('--profile=papr-strict', story)
    assert status == 1 and 'expected default, got ok direct' in out, out


def a_failure_is_told_from_both_sides():
    story = str(ROOT / 'scenarios/b07-window-too-small-by-the-page-size.tce')
    status, out = _run('--defect=B7', story)
    assert status == 1, out
    assert 'to the hypervisor:' in out and 'ibm,create-pe-dma-window' in out, out
    assert 'Linux:' in out and 'phb0: the window was made' in out, out
    assert 'A direct window that does not cover all memory' in out, out  # the rule's story


def the_manual_page_has_every_verb_and_every_key():
    page = (ROOT / 'man/tce-scenario.5.scd').read_text().replace('\\_', '_')
    events = (ROOT / 'include/tce/event.h').read_text()
    verbs = re.findall(r'^\s*X\(\w+, \w+, \w+, "([a-z_-]+)"\)', events, re.M)
    table = (ROOT / 'src/machine/event_desc.c').read_text()
    kinds = 'HEX|SIZE|NUMBER|BOOL|NOT|ENUM|REF|OPTREF|NEW'
    keys = set(re.findall(rf'\b(?:{kinds})\("([a-z0-9-]+)"', table)
               + re.findall(r'\.name = "([a-z0-9-]+)"', table))
    assert len(verbs) > 40 and len(keys) > 80
    missing = [word for word in verbs + sorted(keys) if f'*{word}*' not in page]
    assert not missing, missing


def _cases():
    cases = []
    for path in SCENARIOS:
        name = path.stem.replace('-', '_').replace('.', '_')
        cases.append((f'{name}_shows_what_it_says', _shows_what_it_says(path)))
        cases.append((f'{name}_tells_its_story', _tells_its_story(path)))
    for case in (every_defect_of_pseries_is_shown_or_explained,
                 the_page_of_bugs_is_what_the_scenarios_show, the_pmem_story_turns_with_the_kernel,
                 the_reboot_story_is_told_in_words, the_manual_page_has_every_verb_and_every_key,
                 a_failure_is_told_from_both_sides):
        cases.append((case.__name__, case))
    return cases


sys.exit(run_cases(_cases()))
