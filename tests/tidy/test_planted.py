#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each check of test_tidy.py can fail: a fault planted in a small good tree is found by the check
it is meant for, and the good tree itself passes them all. Prints TAP.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from planted import GOOD, HARMLESS, LAYOUT, PLANTS  # noqa: E402
from test_tidy import MODULES  # noqa: E402
from tree import Tree  # noqa: E402
from tap import cases_of, run_cases  # noqa: E402

CHECKS = {name: check for module in MODULES for name, check in cases_of(module)}


def _write(root, files):
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)


def _build(root):
    """libtce.a and libtce.so of the planted tree, where its sources compile."""
    sources = sorted(root.glob('src/*/*.c'))
    command = ['cc', '-std=gnu11', '-w', '-fPIC', f'-I{root}/include', f'-I{root}/src']
    objects = []
    for source in sources:
        name = '_'.join(source.relative_to(root).parts) + '.o'
        objects.append(root / 'build' / name)
        objects[-1].parent.mkdir(exist_ok=True)
        subprocess.run([*command, '-c', source, '-o', objects[-1]], check=True)
    subprocess.run(['ar', 'rc', root / 'build/libtce.a', *objects], check=True)
    subprocess.run(['cc', '-shared', '-o', root / 'build/libtce.so', *objects,
                    f'-Wl,--version-script={root}/src/libtce.map'], check=True)


def _complaints(changes, names, build):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _write(root, {**GOOD, '.clang-format': LAYOUT, **changes})
        if build:
            _build(root)
        tree = Tree(root, root / 'build')
        return {name: list(CHECKS[name](tree)) for name in names}


def _good_tree_passes_every_check():
    found = _complaints({}, CHECKS, build=True)
    wrong = {name: complaints for name, complaints in found.items() if complaints}
    assert not wrong, str(wrong)


def _every_check_has_a_plant():
    missing = set(CHECKS) - {check for check, *_ in PLANTS}
    assert not missing, f'nothing proves that these can fail: {sorted(missing)}'


def _complaints_of(check, changes):
    build = check in dict(cases_of(sys.modules['checks_library']))
    return _complaints(changes, [check], build)[check]


def _plant(check, changes, part):
    def case():
        complaints = _complaints_of(check, changes)
        assert any(part in line for line in complaints), f'{part!r} is not in {complaints}'
    return case


def _harmless(check, changes):
    def case():
        complaints = _complaints_of(check, changes)
        assert not complaints, str(complaints)
    return case


def main():
    cases = [('a_good_tree_passes_every_check', _good_tree_passes_every_check),
             ('every_check_has_a_plant', _every_check_has_a_plant)]
    cases += [(f'{check} notices {what}', _plant(check, changes, part))
              for check, what, changes, part in PLANTS]
    cases += [(f'{check} allows {what}', _harmless(check, changes))
              for check, what, changes in HARMLESS]
    return run_cases(cases)


if __name__ == '__main__':
    sys.exit(main())
