#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce explore prints. TAP.

    tests/cli/test_explore.py PROGRAM
"""
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib'))
from tap import cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
ROW = re.compile(r'  ([a-z-]+) +(\d+)  \S')
MEMBERS = {'schema', 'verdict', 'rule', 'length', 'states', 'transitions', 'depth', 'seconds',
           'story'}


def _explore(*args):
    done = subprocess.run([PROGRAM, 'explore', *args], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout


def _table(text):
    return [(m[1], int(m[2])) for m in map(ROW.match, text.splitlines()) if m]


def _passes(story):
    return subprocess.run([PROGRAM, 'run', '-'], input=story, text=True, check=False,
                          stdout=subprocess.PIPE).returncode == 0


def alone_it_prints_all_rules_and_one_story_which_passes():
    code, text = _explore()
    table = _table(text)
    assert code == 1 and len(table) > 1, text
    assert [length for _, length in table] == sorted(length for _, length in table), text
    assert text.count('\nmachine ') == 1, text
    longest = next(rule for rule, length in table if length == table[-1][1])
    story = text[text.index('\nmachine '):]
    assert f'tce explain {longest}\n' in text and f'rule={longest}' in story, text
    assert _passes(story), story


def with_all_every_rule_of_the_table_has_its_story():
    code, text = _explore('--all', '--states', '3000')
    assert code == 1
    assert text.count('\nmachine ') == len(_table(text)) > 1, text


def json_names_the_first_rule_in_order_and_its_story():
    code, text = _explore('--all', '--states', '3000', '--format=json')
    result = json.loads(text)
    assert code == 1 and MEMBERS <= set(result), text
    first = result['findings'][0]
    assert (result['rule'], result['length']) == (first['rule'], first['length']), text
    assert all(_passes(finding['story']) for finding in result['findings']), text


def nothing_found_is_said_without_a_table():
    code, text = _explore('--kernel', 'fixed', '--all', '--depth', '1')
    assert code == 0 and text.startswith('CLEAN') and not _table(text), text


sys.exit(run_cases(cases_of(sys.modules[__name__])))
