#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plant faults in the sources, one at a time, and see that a test notices each.

usage: plant.py [options] FAULTS...

A .faults file is a list of

    fault NAME: WHAT IS WRONG
    in SOURCE            (below the top folder)
    test TEST            (the source of a test program; default: that of the fault before)
    - line as it is      (one or more consecutive lines, indentation ignored, found exactly once)
    + line as planted    (none: the lines are left out)

For each fault SOURCE (for a header: all of its folder) is compiled again with the fault in it and
put in front of the library, unless the test includes it; the test must then fail. Every test must
pass without a fault first. Prints TAP, a case per fault.
"""
import argparse
import concurrent.futures
import glob
import os
import shutil
import subprocess
import sys
import tempfile


class Fault:
    def __init__(self, name, what, test):
        self.name, self.what, self.test = name, what, test
        self.source = None
        self.old, self.new = [], []


def read_faults(path):
    faults, test = [], None
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            word, _, rest = line.strip().partition(' ')
            if not word or word.startswith('#'):
                continue
            if word == 'fault':
                name, _, what = rest.partition(': ')
                faults.append(Fault(name, what, test))
            elif word == 'in' and faults:
                faults[-1].source = rest
            elif word == 'test' and faults:
                faults[-1].test = test = rest
            elif word == '-' and faults:
                faults[-1].old.append(rest.strip())
            elif word == '+' and faults:
                faults[-1].new.append(rest)
            else:
                sys.exit(f'{path}:{number}: not a fault: {line.rstrip()}')
    return faults


def plant(fault, path):
    """Replace the lines in the file at path."""
    with open(path, encoding='utf-8') as file:
        lines = file.read().split('\n')
    n = len(fault.old)
    at = [i for i in range(len(lines) - n + 1)
          if [l.strip() for l in lines[i:i + n]] == fault.old]
    if n == 0 or len(at) != 1:
        sys.exit(f'{fault.name}: its lines are found {len(at)} times in {fault.source}')
    lines[at[0]:at[0] + n] = fault.new
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))


class Bench:
    """Compiles and runs; one per set of options."""

    def __init__(self, args):
        self.args = args

    def sources(self, fault, path):
        """What to compile again when the file at path has the fault in it."""
        if not path.endswith('.c'):
            return glob.glob(os.path.dirname(path) + '/*.c')
        with open(os.path.join(self.args.top, fault.test), encoding='utf-8') as file:
            included = f'#include "{fault.source.removeprefix("src/")}"' in file.read()
        return [] if included else [path]

    def compile(self, src, test, sources, program):
        top = self.args.top
        command = [*self.args.cc.split(), '-std=c11', '-O1', '-w', '-D_GNU_SOURCE',
                   f'-I{top}/include', f'-I{src}', f'-I{top}/tests/lib', f'{top}/{test}',
                   *sources, *self.args.libs, '-pthread', '-o', program]
        subprocess.run(command, check=True)

    def passes(self, program):
        environment = dict(os.environ, TCE_PROP_NO_SHRINK='1')
        try:
            done = subprocess.run([program], env=environment, timeout=self.args.timeout,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def check_fault(self, fault):
        """True when it is noticed."""
        with tempfile.TemporaryDirectory() as folder:
            src = os.path.join(folder, 'src')
            shutil.copytree(os.path.join(self.args.top, 'src'), src)
            path = os.path.join(folder, fault.source)
            plant(fault, path)
            program = os.path.join(folder, 'test')
            self.compile(src, fault.test, self.sources(fault, path), program)
            return not self.passes(program)

    def check_clean(self, test):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, 'clean')
            self.compile(os.path.join(self.args.top, 'src'), test, [], program)
            if not self.passes(program):
                sys.exit(f'{test} fails without any fault')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--top', default='.', help='the top folder of the sources')
    parser.add_argument('--cc', default='cc')
    parser.add_argument('--lib', dest='libs', action='append', default=[],
                        help='a library to link, in order')
    parser.add_argument('--timeout', type=float, default=100,
                        help='seconds after which a test counts as failed')
    parser.add_argument('faults', nargs='+')
    args = parser.parse_args()
    faults = [fault for path in args.faults for fault in read_faults(path)]
    bench = Bench(args)
    missed = 0
    print(f'1..{len(faults)}', flush=True)
    for test in sorted({fault.test for fault in faults}):
        bench.check_clean(test)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = pool.map(bench.check_fault, faults)
        for number, (fault, noticed) in enumerate(zip(faults, verdicts), 1):
            verdict = 'ok' if noticed else 'not ok'
            print(f'{verdict} {number} - {fault.name} is noticed: {fault.what}', flush=True)
            missed += not noticed
    sys.exit(missed != 0)


if __name__ == '__main__':
    main()
