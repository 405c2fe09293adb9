#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The habits of this project that a program can check, a case each. Prints TAP.

    tests/tidy/test_tidy.py [BUILD-FOLDER]      (default: build)
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import checks_code  # noqa: E402
import checks_library  # noqa: E402
import checks_text  # noqa: E402
from tree import Tree  # noqa: E402
from tap import cases_of, run_cases  # noqa: E402

MODULES = [checks_text, checks_code, checks_library]


def _case(check, tree):
    def case():
        complaints = list(check(tree))
        assert not complaints, '\n'.join(complaints[:30] + ['...'] * (len(complaints) > 30))
    return case


def main():
    top = Path(__file__).resolve().parents[2]
    tree = Tree(top, Path(sys.argv[1] if len(sys.argv) > 1 else top / 'build').resolve())
    return run_cases([(name, _case(check, tree))
                      for module in MODULES for name, check in cases_of(module)])


if __name__ == '__main__':
    sys.exit(main())
