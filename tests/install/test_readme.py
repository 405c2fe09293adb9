#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What README.md shows is what the command prints. TAP.

    tests/install/test_readme.py COMMAND            compare
    tests/install/test_readme.py COMMAND --update   write the command's output into README.md

An example is a block in three backquotes that begins with "$ build/tce ...".
"""
import difflib
import re
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.argv[1]).resolve()
TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import run_cases  # noqa: E402

README = TOP / 'README.md'
EXAMPLE = re.compile(r'^```\n\$ build/tce (.*)\n((?:.*\n)*?)```$', re.M)


def _output(arguments):
    """Of "tce ARGUMENTS", which may go on with a pipe."""
    done = subprocess.run(f'"{COMMAND}" {arguments}', shell=True, cwd=TOP, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout


def _case(arguments, shown):
    def case():
        difference = difflib.unified_diff(shown.splitlines(), _output(arguments).splitlines(),
                                          'README.md', 'what it prints', lineterm='')
        text = '\n'.join(difference)
        assert not text, f'{text}\nif that is right: {sys.argv[0]} build/tce --update'
    return case


def _at_least_one_example():
    assert EXAMPLE.search(README.read_text()), 'no example is found in README.md'


def _verbs_are_those_of_the_command():
    """Each has a row, in the order of tce help."""
    shown = re.findall(r'^\| `tce (\S+)', README.read_text().replace('`tce help [', '`tce help '),
                       re.M)
    told = re.findall(r'^  (\S+)  +\S', _output('help'), re.M)
    assert [verb.strip('`') for verb in shown] == told, (shown, told)


def _verbs_of_make_are_those_of_the_makefile():
    makefile = (TOP / 'Makefile').read_text()
    for page in ('README.md', 'CONTRIBUTING.md'):
        text = (TOP / page).read_text()
        for verb in set(re.findall(r'(?:`|^    )make ([a-z][a-z-]*)', text, re.M)):
            assert re.search(rf'^{verb}:', makefile, re.M), f'{page}: make {verb}'


def main():
    if sys.argv[2:] == ['--update']:
        text = EXAMPLE.sub(lambda m: f'```\n$ build/tce {m[1]}\n{_output(m[1])}```',
                           README.read_text())
        README.write_text(text)
        return 0
    examples = EXAMPLE.findall(README.read_text())
    return run_cases([('readme_has_an_example', _at_least_one_example),
                      ('readme_lists_the_verbs', _verbs_are_those_of_the_command),
                      ('readme_names_verbs_of_make', _verbs_of_make_are_those_of_the_makefile)] +
                     [(f'readme_is_right_about tce {arguments}', _case(arguments, shown))
                      for arguments, shown in examples])


if __name__ == '__main__':
    sys.exit(main())
