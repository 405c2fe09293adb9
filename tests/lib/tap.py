# SPDX-License-Identifier: BSD-2-Clause
"""Cases written in Python, reported as TAP. A case is a function; its name is the case's name."""
import os
import sys
import traceback


class Skip(Exception):
    """Raised by a case that cannot run here; the text says why."""


def run_cases(cases):
    """Run (name, function) pairs; an exception fails a case. Returns an exit status.

    CMOCKA_TEST_ABORT in the environment: the first case that fails is the last, as cmocka has it.
    """
    print(f'1..{len(cases)}')
    failed = 0
    for number, (name, function) in enumerate(cases, 1):
        text = []
        try:
            function()
            verdict = f'ok {number} - {name}'
        except Skip as skip:
            verdict = f'ok {number} - {name} # SKIP {skip}'
        except AssertionError as error:
            verdict, text = f'not ok {number} - {name}', str(error).splitlines()
        except Exception:  # a mistake in the case itself; the other cases still run
            verdict, text = f'not ok {number} - {name}', traceback.format_exc().splitlines()
        failed += verdict.startswith('not ok')
        print('\n'.join([verdict] + ['# ' + line for line in text]))
        sys.stdout.flush()
        if failed and 'CMOCKA_TEST_ABORT' in os.environ:
            break
    return int(failed != 0)


def cases_of(module):
    """All functions that a module defines itself, except those that begin with an underscore."""
    return [(name, function) for name, function in vars(module).items()
            if callable(function) and getattr(function, '__module__', None) == module.__name__
            and not isinstance(function, type) and not name.startswith('_')]
