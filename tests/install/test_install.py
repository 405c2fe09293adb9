#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""libtce as its users get it: installed under a prefix, found by pkg-config, linked and run. TAP.

    tests/install/test_install.py BUILD-FOLDER [PREFIX]
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

WORK = tempfile.TemporaryDirectory()
STAGE = Path(WORK.name)
PREFIX = STAGE / (sys.argv[2] if len(sys.argv) > 2 else '/usr/local').lstrip('/')


def _run(*command, **environment):
    done = subprocess.run([str(word) for word in command], text=True, check=False,
                          env={**os.environ, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f'{" ".join(map(str, command))}\n{done.stdout}'
    return done.stdout


def _library():
    found = sorted(PREFIX.glob('lib*/**/libtce.so'))
    assert found, 'libtce.so is not installed'
    return found[0].parent


def _flags(*which):
    return _run('pkg-config', *which, 'libtce', PKG_CONFIG_PATH=str(_library() / 'pkgconfig'),
                PKG_CONFIG_SYSROOT_DIR=str(STAGE)).split()


def _build_and_run(compiler, *options, static=False):
    if shutil.which(compiler) is None:
        raise Skip(f'no {compiler}')
    program = STAGE / f'program-{compiler}'
    flags = _flags('--cflags', '--libs', *(['--static'] if static else []))
    assert not static or '-lfdt' in flags, flags
    flags = ['-l:libtce.a' if static and flag == '-ltce' else flag for flag in flags]
    _run(compiler, *options, '-Wall', '-Wextra', '-Werror', HERE / 'program.c', '-o', program,
         *flags)
    output = _run(program, LD_LIBRARY_PATH=str(_library()))
    assert output.startswith('libtce '), output
    return program


def installing_succeeds():
    build = Path(sys.argv[1])
    _run('meson', 'install', '-C', build, '--no-rebuild', '--destdir', STAGE)


def everything_a_user_needs_is_installed():
    headers = {path.name for path in (HERE.parents[1] / 'include/tce').iterdir()}
    assert {path.name for path in (PREFIX / 'include/tce').iterdir()} == headers
    for name in ('libtce.a', 'libtce.so.0', 'pkgconfig/libtce.pc'):
        assert (_library() / name).exists(), name
    assert (PREFIX / 'bin/tce').exists()
    assert (PREFIX / 'share/bash-completion/completions/tce').exists()


def library_carries_its_soname():
    assert 'SONAME               libtce.so.0' in _run('objdump', '-p', _library() / 'libtce.so')


def c_program_builds_and_runs_with_pkg_config_flags_alone():
    program = _build_and_run('cc', '-std=c11')
    assert 'libtce.so.0' in _run('objdump', '-p', program)


def pkg_config_tells_the_version_of_the_library():
    assert _flags('--modversion')[0] in _run(STAGE / 'program-cc', LD_LIBRARY_PATH=str(_library()))


def cxx_program_builds_and_runs_with_pkg_config_flags_alone():
    _build_and_run('clang++', '-x', 'c++', '-std=c++11')


def c_program_links_statically_with_pkg_config_flags_alone():
    assert 'libtce.so' not in _run('objdump', '-p', _build_and_run('gcc', '-std=c11', static=True))


def examples_build_and_run_with_pkg_config_flags_alone():
    """As they are told to be built in their first comment."""
    for source in sorted((HERE.parents[1] / 'examples').glob('*.c')):
        program = STAGE / source.stem
        _run('cc', '-std=c11', '-Wall', '-Wextra', '-Werror', source, '-o', program,
             *_flags('--cflags', '--libs'))
        expected = source.with_suffix('.expected').read_text().splitlines()
        said = _run(program, LD_LIBRARY_PATH=str(_library())).splitlines()
        assert said == [line for line in expected if not line.startswith('#')], said


def installed_manual_is_that_of_the_verbs():
    told = _run(PREFIX / 'bin/tce', 'help').splitlines()
    verbs = [line.split()[0] for line in told if line.startswith('  ')]
    assert len(verbs) > 8, told
    if not (HERE.parents[1] / 'man').exists() or shutil.which('scdoc') is None:
        raise Skip('no scdoc')
    for verb in sorted(set(verbs) - {'rules', 'explain', 'help'}):
        assert (PREFIX / f'share/man/man1/tce-{verb}.1').exists(), verb


def installed_command_runs():
    assert _run(PREFIX / 'bin/tce', '--version').startswith('tce ')


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
