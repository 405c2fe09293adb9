#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""scripts/setup installs what is missing and nothing else, and is honest when it cannot. TAP.

A machine is pretended: a PATH of its own with the few tools that setup uses, and in place of dpkg,
apt-get, id, sudo and sleep shell scripts that note their call and answer as the case wants.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'lib'))
from tap import cases_of, run_cases  # noqa: E402

TOOLS = ['awk', 'cat', 'env', 'grep', 'mktemp', 'rm', 'sh', 'sort', 'tail']
BUILD_GROUP = ['gcc', 'libc6-dev', 'libfdt-dev', 'libjson-c-dev', 'libxxhash-dev', 'libzstd-dev',
               'meson', 'ninja-build', 'pkgconf', 'scdoc']


class _Machine:
    """What is installed, who we are, and how apt-get fares; then run and read what was called."""

    def __init__(self, installed=(), uid=0, sudo=False, apt='exit 0', commands=()):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))
        for command in commands:
            self._script(command, 'exit 0')
        (self.path / 'installed').write_text('\n'.join(installed) + '\n')
        self._script('dpkg-query', f'cd {self.path}; while read -r p; do '
                     '[ -n "$p" ] && echo "installed $p"; done <installed')
        self._script('apt-get', f'cd {self.path}; {apt}')
        self._script('id', f'echo {uid}')
        self._script('sudo', 'shift; exec "$@"' if sudo else 'exit 1')
        self._script('true', 'exit 0')
        self._script('sleep', 'exit 0')

    def _script(self, name, text):
        program = self.path / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.path}/calls\n{text}\n')
        program.chmod(0o755)

    def setup(self, *groups):
        """(exit status, lines said, apt-get calls without their options)"""
        done = subprocess.run(['/bin/sh', TOP / 'scripts/setup', *groups], cwd=self.path,
                              env={'PATH': str(self.path), 'SETUP_INCLUDE': '/nonexistent'},
                              text=True, check=False, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        calls = self.path / 'calls'
        apt = [line.split(' DPkg::Lock::Timeout=300 ')[-1]
               for line in (calls.read_text().splitlines() if calls.exists() else [])
               if line.startswith('apt-get')]
        return done.returncode, done.stdout.splitlines(), apt


# apt-get install: note the packages as installed, except those that the case cannot have.
def _installs(unless=()):
    refuse = ''.join(f'case " $* " in *" {name} "*) echo "E: no package {name}"; exit 100;; esac\n'
                     for name in unless)
    return refuse + 'for p in "$@"; do echo "$p" >>installed; done; exit 0'


def nothing_missing_means_nothing_done_and_nothing_said():
    assert _Machine(BUILD_GROUP).setup('build') == (0, [], [])


def what_is_missing_is_installed_in_one_call():
    machine = _Machine(set(BUILD_GROUP) - {'gcc', 'meson'}, apt=_installs())
    status, said, apt = machine.setup('build')
    assert status == 0 and said == ['scripts/setup: installing gcc meson'], said
    assert apt == ['install --no-install-recommends gcc meson'], apt


def package_lists_are_fetched_only_when_installing_fails():
    machine = _Machine(apt='case "$*" in *update*) : >fresh; exit 0;; esac\n'
                       '[ -e fresh ] || exit 100\n' + _installs())
    status, _, apt = machine.setup('build')
    assert status == 0, apt
    assert [call.split()[0] for call in apt] == ['install', 'update', 'install'], apt


def a_mirror_that_hiccups_is_asked_again():
    machine = _Machine(apt='case "$*" in *update*) echo . >>updates; exit 0;; esac\n'
                       '[ "$(cat updates 2>/dev/null)" = ".\n." ] || exit 100\n' + _installs())
    status, _, apt = machine.setup('build')
    assert status == 0, apt
    assert [call.split()[0] for call in apt].count('update') == 2, apt


def without_root_the_packages_are_named_and_the_status_is_2():
    status, said, apt = _Machine(set(BUILD_GROUP) - {'gcc'}, uid=1000).setup('build')
    assert status == 2 and apt == [], said
    assert said[-1] == 'scripts/setup: to go on, run as root: apt-get install gcc', said


def sudo_without_a_password_will_do():
    machine = _Machine(set(BUILD_GROUP) - {'gcc'}, uid=1000, sudo=True, apt=_installs())
    status, _, apt = machine.setup('build')
    assert status == 0 and apt == ['install --no-install-recommends gcc'], apt


def without_network_a_needed_package_ends_it_with_apts_own_words():
    machine = _Machine(set(BUILD_GROUP) - {'gcc'}, apt='echo "E: Unable to fetch"; exit 100')
    status, said, _ = machine.setup('build')
    assert status == 2, said
    assert 'E: Unable to fetch' in said and 'scripts/setup: missing: gcc' in said, said


def without_network_but_with_the_tools_it_goes_on():
    commands = ['cc', 'meson', 'ninja', 'pkg-config', 'scdoc']
    headers = [name for name in BUILD_GROUP if name.startswith('lib')]
    machine = _Machine(headers, apt='exit 100', commands=commands)
    assert machine.setup('build') == (0, [], [])


def a_useful_package_that_cannot_be_had_is_named_with_what_is_left_out():
    machine = _Machine(set(BUILD_GROUP) - {'scdoc', 'gcc'}, apt=_installs(unless=['scdoc']))
    status, said, _ = machine.setup('build')
    assert status == 0, said
    assert said[-1] == 'scripts/setup: no scdoc here; left out: the man pages', said
    assert 'gcc' in (machine.path / 'installed').read_text()


def what_could_not_be_had_is_not_asked_for_again_before_make_clean():
    machine = _Machine(set(BUILD_GROUP) - {'scdoc'}, apt=_installs(unless=['scdoc']))
    (machine.path / 'build').mkdir()
    first, again = machine.setup('build'), machine.setup('build')
    assert first[0] == again[0] == 0 and first[2] == again[2], again
    assert again[1] == ['scripts/setup: no scdoc here; left out: the man pages'], again
    shutil.rmtree(machine.path / 'build')
    assert len(machine.setup('build')[2]) > len(first[2])


def without_apt_the_missing_is_named():
    machine = _Machine(['gcc'])
    os.unlink(machine.path / 'apt-get')
    status, said, _ = machine.setup('build')
    assert status == 2 and 'there is no apt-get here' in said[0], said


def a_group_that_does_not_exist_is_a_mistake():
    status, said, _ = _Machine().setup('builds')
    assert status == 2 and said[0].startswith('usage:'), said


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
