#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plant faults in the sources, one at a time, and see that a test notices each.

usage: plant.py [options] FAULTS...

A .faults file is a list of

    fault NAME: WHAT IS WRONG
    in SOURCE            (below the top folder)
    test TEST            (the source of a test program, or a Python test of the command; default:
                          that of the fault before)
    - line as it is      (one or more consecutive lines, indentation ignored, found exactly once)
    + line as planted    (none: the lines are left out)

For each fault SOURCE (for a header: what includes it in its folder) is compiled again with the
fault in it and put in front of the libraries, unless the test includes it; the test must then fail.
Every test must pass without a fault first. Prints TAP, a case per fault.
"""
import argparse
import concurrent.futures
import glob
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


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
    """Compiles and runs; one per set of options. Objects of tests are kept in folder."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.seconds = {}  # of each test without a fault

    def cc(self, src):
        return [*self.args.cc.split(), '-std=c11', '-O1', '-w', '-D_GNU_SOURCE',
                '-DTCE_MODULES="none"',
                f'-I{self.args.top}/include', f'-I{src}', f'-I{self.args.top}/src',
                f'-I{self.args.top}/tests/lib']

    def object_of(self, test):
        return os.path.join(self.folder, test.replace('/', '-') + '.o')

    def includers(self, header, src):
        """The sources of the header's folder that include it, directly or not."""
        sources = sorted(glob.glob(os.path.dirname(header) + '/*.c'))
        done = subprocess.run([*self.cc(src), '-MM', *sources], check=True, text=True,
                              stdout=subprocess.PIPE)
        rules = [rule.split() for rule in done.stdout.replace('\\\n', ' ').splitlines()]
        return [words[1] for words in rules if os.path.realpath(header) in
                map(os.path.realpath, words[2:])]

    def inputs(self, fault, path, src):
        """What to compile, or take, when the file at path has the fault in it."""
        test = os.path.join(self.args.top, fault.test)
        if fault.test.endswith('.py'):
            return [path, *self.args.command]
        if not path.endswith('.c'):
            return [test, *self.includers(path, src)]
        with open(test, encoding='utf-8') as file:
            included = f'#include "{fault.source.removeprefix("src/")}"' in file.read()
        return [test] if included else [self.object_of(fault.test), path]

    def link(self, src, inputs, program):
        subprocess.run([*self.cc(src), *inputs, *self.args.libs, '-pthread', '-o', program],
                       check=True)

    def run(self, test, program, timeout):
        """True: it passes. It ends with the first case that fails."""
        python = [sys.executable, os.path.join(self.args.top, test)]
        environment = dict(os.environ, TCE_PROP_NO_SHRINK='1', CMOCKA_TEST_ABORT='1')
        try:
            done = subprocess.run([*(python if test.endswith('.py') else []), program],
                                  env=environment, timeout=timeout, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return self.args.late
        return done.returncode == 0

    def check_fault(self, fault):
        """True when it is noticed. What takes twenty times as long as without it never ends."""
        with tempfile.TemporaryDirectory() as folder:
            src = os.path.join(folder, 'src')
            path = os.path.join(folder, fault.source)
            shutil.copytree(os.path.join(self.args.top, os.path.dirname(fault.source)),
                            os.path.dirname(path))
            plant(fault, path)
            program = os.path.join(folder, 'test')
            self.link(src, self.inputs(fault, path, src), program)
            return not self.run(fault.test, program,
                                min(self.args.timeout, 10 + 20 * self.seconds[fault.test]))

    def check_clean(self, test):
        src = os.path.join(self.args.top, 'src')
        program = os.path.join(self.folder, 'clean-' + os.path.basename(test))
        if test.endswith('.py'):
            self.link(src, self.args.command, program)
        else:
            subprocess.run([*self.cc(src), '-c', f'{self.args.top}/{test}', '-o',
                            self.object_of(test)], check=True)
            self.link(src, [self.object_of(test)], program)
        start = time.monotonic()
        if not self.run(test, program, self.args.timeout):
            sys.exit(f'{test} fails without any fault')
        self.seconds[test] = time.monotonic() - start


def check_all(bench, faults):
    """How many are missed. Prints a case per fault."""
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(bench.check_clean, sorted({fault.test for fault in faults})))
        verdicts = pool.map(bench.check_fault, faults)
        for number, (fault, noticed) in enumerate(zip(faults, verdicts), 1):
            verdict = 'ok' if noticed else 'not ok'
            print(f'{verdict} {number} - {fault.name} is noticed: {fault.what}', flush=True)
            missed += not noticed
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--top', default='.', help='the top folder of the sources')
    parser.add_argument('--cc', default='cc')
    parser.add_argument('--lib', dest='libs', action='append', default=[],
                        help='a library to link, in order')
    parser.add_argument('--command', action='append', default=[],
                        help='a library of which the command is made, in order')
    parser.add_argument('--timeout', type=float, default=100,
                        help='seconds after which a test counts as failed')
    parser.add_argument('--late', action='store_true',
                        help='a test that takes longer has noticed nothing')
    parser.add_argument('faults', nargs='+')
    args = parser.parse_args()
    faults = [fault for path in args.faults for fault in read_faults(path)]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a failed case aborts
    print(f'1..{len(faults)}', flush=True)
    with tempfile.TemporaryDirectory() as folder:
        missed = check_all(Bench(args, folder), faults)
    sys.exit(missed != 0)


if __name__ == '__main__':
    main()
