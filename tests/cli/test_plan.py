#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tce plan says: of recorded machines, against what their kernels then did; and of its input.
TAP.

    tests/cli/test_plan.py PROGRAM
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
from tap import Skip, cases_of, run_cases  # noqa: E402

PROGRAM = sys.argv[1]
RECORDINGS = HERE.parents[1] / 'recordings' / 'pseries'
SCENARIOS = HERE.parents[1] / 'scenarios'
PLAIN = RECORDINGS / 'c-memhotplug-k6.12-q10.0'
# The builds that were recorded: recordings/README.md.
KERNELS = {'6.1': '6.1.176', '6.12': '6.12.107', '7.2': '7.2.13'}
NAME = re.compile(r'(?P<what>.*)-k(?P<kernel>\d+\.\d+)(?P<build>\.\d+)?(?P<pages>-64k)?'
                  r'[a-z]*-q\d.*')
SCENARIO = ('machine pseries profile=qemu ram=2G max-ram=8G\nphb phb0\n'
            'device 0000:00:01.0 phb=phb0\n')

# A PowerVM partition, known from its log, as firmware would hand it over.
STORY_A = '''/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>;
	device_type = "chrp"; compatible = "IBM,9009-22A";
	memory@0 { device_type = "memory"; reg = <0 0 1 0>; };
	rtas {
		ibm,lrdr-capacity = <2 0 0 0x10000000 0 0>;
		ibm,hypertas-functions = "hcall-multi-tce";
	};
	ibm,persistent-memory {
		#address-cells = <1>; #size-cells = <0>;
		ibm,pmemory@44100001 {
			device_type = "ibm,pmemory"; reg = <0x44100001>;
			ibm,number-of-blocks = <0 0x40>; ibm,block-size = <0 0x1000000>;
		};
	};
	pci@800000020000121 {
		device_type = "pci"; compatible = "IBM,Logical_PHB";
		reg = <0x8000000 0x20000121 0 0>;
		#address-cells = <3>; #size-cells = <2>;
		ranges = <0x02000000 0 0x80000000 0x20001 0x80000000 0 0x70000000>;
		ibm,dma-window = <0x10000121 0 0 0 0x40000000>;
		ibm,#dma-address-cells = <2>; ibm,#dma-size-cells = <2>;
		ibm,ddw-applicable = <0x53 0x54 0x55>;
		ibm,ddw-extensions = <2 0x56 1>;
		pci1014@0 { reg = <0x500000 0 0 0 0>; class-code = <0x10802>; };
	};
	chosen { bootargs = "root=/dev/nvme0n1p2"; };
};
'''


def _run(*args, text=None, env=None):
    """(exit status, stdout, stderr) of tce plan; text is standard input."""
    done = subprocess.run([PROGRAM, 'plan', *map(str, args)], input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, **(env or {})})
    if 'without libfdt' in done.stderr:
        raise Skip('built without libfdt')
    return done.returncode, done.stdout, done.stderr


def _plan(*args, text=None):
    status, out, err = _run('--format=json', *args, text=text)
    assert status in (0, 1), err
    plan = json.loads(out)
    assert plan['schema'] == 'tce-plan-1', out
    assert status == bool(plan['warnings']), plan['warnings']
    return plan


def _refused(*args, text=None):
    """The one line on stderr."""
    status, out, err = _run(*args, text=text)
    assert status == 2, status
    assert out == '', out
    assert err.startswith('tce: ') and err.count('\n') == 1, err
    return err


def _windows(windows):
    return {(w['liobn'], w['start'], w['size'], w['page_shift']) for w in windows}


def _replayed(folder):
    done = subprocess.run([PROGRAM, 'replay', '--format=json', folder], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return json.loads(done.stdout)['windows']


def _recorded(with_module):
    """(folder, options) of bundled recordings of a Linux with or without the test module. What
    the console tells of the kernel is left to the command."""
    for folder in sorted(RECORDINGS.iterdir()):
        name = NAME.fullmatch(folder.name)
        if not name or not (folder / 'machine.dtb').exists() or \
                ('stimulus' in name['what']) != with_module:
            continue
        kernel = name['kernel'] + name['build'] if name['build'] else KERNELS[name['kernel']]
        told = (folder / 'console.log.zst').exists() or (folder / 'console.log').exists()
        yield folder, [] if told else [f'--kernel={kernel}{name["pages"] or ""}']


def windows_of_bundled_recordings_are_those_that_their_kernels_made():
    """Field by field: LIOBN, start, size, page size. Bridges plugged later are in no tree."""
    compared = 0
    for folder, options in _recorded(with_module=False):
        plan = _plan(*options, folder)
        planned = _windows(w for pe in plan['pes'] for w in pe['windows'])
        bridges = {w['liobn'] >> 8 for pe in plan['pes'] for w in pe['windows']}
        windows = [w for w in _replayed(folder) if w['liobn'] >> 8 in bridges and w['size']]
        assert planned == _windows(windows), (folder.name, planned, _windows(windows))
        compared += 1
    assert compared >= 20, compared


def all_ram_that_a_plan_maps_was_mapped():
    """Entries of direct windows after boot; memory plugged later comes on top."""
    compared = 0
    for folder, options in _recorded(with_module=False):
        peaks = {w['liobn']: w['peak'] for w in _replayed(folder)}
        grows = folder.name.startswith(('c-', 'f-')) or '-mem-' in folder.name or \
            'nvdimm' in folder.name
        for pe in _plan(*options, folder)['pes']:
            for window in pe['windows']:
                if window['use'] != 'direct':
                    continue
                compared += 1
                assert 0 < window['mapped'] <= peaks[window['liobn']], (folder.name, window)
                if (not folder.name.startswith(('c-', 'f-', 'n-kdump'))
                        and '-mem' not in folder.name):
                    assert window['mapped'] == peaks[window['liobn']], (folder.name, window)
    assert compared >= 10, compared


def a_test_module_leaves_the_default_windows_alone():
    """What it makes itself is not the kernel's to plan."""
    for folder, options in _recorded(with_module=True):
        plan = _plan(*options, folder)
        default = _windows(w for pe in plan['pes'] for w in pe['windows'] if w['use'] == 'default')
        assert default <= _windows(_replayed(folder)), folder.name


def a_recordings_console_tells_the_kernel():
    for folder, options in _recorded(with_module=False):
        if options:
            continue
        version = NAME.fullmatch(folder.name)['kernel']
        assert _plan(folder)['kernel_profile'].startswith(version), folder.name


def the_first_line_is_the_verdict():
    status, out, _ = _run('--kernel', '6.12.107', PLAIN)
    lines = out.splitlines()
    assert status == 0, out
    assert lines[0].startswith('DIRECT '), lines[0]
    assert 'kernel   6.12.107' in lines[1] and 'qemu-10.0' in lines[1], lines[1]
    assert any('800000000000000 .. 8000001ffffffff' in line and '16M' in line
               for line in lines), out


def colour_is_only_where_it_is_wanted():
    assert '\033' not in _run(PLAIN)[1]
    assert '\033' in _run('--color=always', PLAIN)[1]


def what_a_command_line_forbids_is_not_planned():
    plan = _plan('--kernel=6.12.107', '--cmdline', 'quiet disable_ddw', PLAIN)
    assert plan['verdict'] == 'default', plan['verdict']
    assert plan['pes'][0]['why'][0]['reason'] == 'disabled', plan['pes'][0]['why']
    assert [w['warning'] for w in plan['warnings']] == ['fallback']


def the_first_mask_is_every_drivers_the_others_are_asked_about():
    plan = _plan('--kernel=7.2.13', '--mask=48', '--mask=64', PLAIN)
    pe = plan['pes'][0]
    assert plan['verdict'] == 'default', plan['verdict']
    assert [t['streaming_bits'] for t in pe['masks']] == [48, 64]
    assert [t['mode'] for t in pe['masks']] == ['default', 'direct']
    assert pe['masks'][0]['why'][0]['reason'] == 'no-limited-mode'
    assert pe['masks'][0]['ram']['table'] == plan['memory']['ram']


def memory_can_be_other_than_in_the_tree():
    plan = _plan('--kernel=6.12.107', '--max-ram=16G', '--pmem=1G@64G,2G@0x2000000000', PLAIN)
    assert plan['memory']['max_ram'] == 16 << 30
    assert plan['memory']['pmem'] == [{'start': 64 << 30, 'size': 1 << 30},
                                      {'start': 128 << 30, 'size': 2 << 30}]
    window = plan['pes'][0]['windows'][1]
    assert window['size'] == 1 << 51 and window['use'] == 'direct', window
    assert [w['warning'] for w in plan['warnings']] == ['pmem-bare'], plan['warnings']


def a_scenario_is_a_machine_with_kernel_and_drivers():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'machine.tce')
        path.write_text(SCENARIO + 'boot kernel=6.14\nprobe 0000:00:01.0 mask=40\n')
        plan = _plan(path)
        assert plan['kernel_profile'] == '6.14' and plan['verdict'] == 'default'
        assert plan['devices'][0]['streaming_bits'] == 40
        assert _plan('--kernel=7.2', path)['kernel_profile'] == '7.2'
    assert _plan('-', text=SCENARIO)['verdict'] == 'direct'


def an_unknown_kernel_is_the_nearest_older_one_and_that_is_said():
    status, out, _ = _run('--kernel', '6.12.50-custom', PLAIN)
    assert status == 0, out
    assert 'not known: taken for 6.12, the nearest older one' in out, out
    plan = _plan('--kernel', '9.9', PLAIN)
    assert not plan['kernel_exact'] and plan['kernel_profile'].startswith('7.'), plan['kernel']


def a_top_of_zero_ends_without_dynamic_window_and_is_warned_of():
    folder = RECORDINGS / 'd-reboot-nomaxmem-k6.12-q7.2'
    plan = _plan('--kernel=6.12.107', folder)
    assert [w['warning'] for w in plan['warnings']] == ['lrdr-0', 'fallback'], plan['warnings']
    assert plan['memory']['lrdr_top'] == 0
    assert _plan('--kernel=6.1.176', folder)['verdict'] == 'direct'


def a_window_too_large_for_qemu_is_warned_of():
    folder = RECORDINGS / 'f-nvdimm-reboot-pgsz64k-k6.12nv-q10.0'
    _, out, _ = _run('--kernel=6.12.107', folder)
    assert '2^35 pages of 64K' in out, out
    assert 'reboot aborts QEMU' in ' '.join(out.split()), out


def a_powervm_tree_is_planned_as_its_kernel_logged():
    """Story A of public kernel logs: linuxppc-dev, 2021-10-25."""
    if shutil.which('dtc') is None:
        raise Skip('no dtc')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'a.dtb')
        subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', path], input=STORY_A,
                       text=True, check=True)
        old, new = _plan('--kernel=5.15', path), _plan('--kernel=5.16', path)
    window = old['pes'][0]['windows'][1]
    assert old['profile'] == 'papr-strict', old['profile']
    assert (window['use'], window['size'], window['page_shift'], window['liobn']) == \
        ('dynamic', 1 << 0x28, 16, 0x70000121), window
    window = new['pes'][0]['windows'][1]
    assert (window['use'], window['size']) == ('direct', 1 << 0x21), window
    assert new['devices'][0]['bus_limit'] == 0x800000200000000, new['devices']
    assert new['devices'][0]['pmem']['table'] == 1 << 30, new['devices']


def the_stories_of_powervm_are_planned_as_their_kernels_logged():
    """The same files that tce run acts out; figures as in the kernels' logs."""
    logged = {
        'powervm-a-unpatched': ('dynamic', 0x70000121, 0x28, 16, 0),
        'powervm-a-patched': ('direct', 0x70000121, 0x21, 21, 0x800000200000000),
        'powervm-b': ('direct', 0x70000524, 0x25, 0x15, 0),
        'powervm-c': ('direct', 0x70000018, 35, 21, 0x800000800000000),
    }
    for name, (use, liobn, shift, page_shift, limit) in logged.items():
        plan = _plan(SCENARIOS / f'{name}.tce')
        window = plan['pes'][0]['windows'][1]
        assert (window['use'], window['liobn'], window['start'], window['size'],
                window['page_shift']) == (use, liobn, 1 << 59, 1 << shift, page_shift), window
        assert plan['devices'][0]['bus_limit'] == limit, (name, plan['devices'])


def every_scenario_is_planned_or_refused_in_one_line():
    planned = 0
    for scenario in sorted(SCENARIOS.glob('*.tce')):
        status, out, err = _run('--format=json', scenario)
        assert status in (0, 1, 2), (scenario.name, status)
        assert (out.count('\n'), err.count('\n')) == ((0, 1) if status == 2 else (1, 0)), \
            (scenario.name, err)
        planned += status != 2
    assert planned >= 40, planned


def damaged_input_is_one_line():
    blob = (PLAIN / 'machine.dtb').read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'cut.dtb')
        path.write_bytes(blob[:len(blob) // 2])
        assert 'not a flattened device tree' in _refused(path)
        path.write_bytes(b'\x1f\x8b\x08\x00nothing')
        assert 'cannot unpack' in _refused(path)
        path.write_bytes(b'')
        _refused(path)
        path.write_bytes(b'\x00\xff' * 100)
        _refused(path)
        _refused(Path(folder, 'not-there'))
        _refused(folder)


def a_machine_without_hypervisor_is_refused():
    assert 'pseries machine' in _refused('-', text='machine powernv9 ram=4G\nboot kernel=6.12\n')


def options_that_make_no_sense_are_refused():
    for options in (['--kernel=fast'], ['--kernel=2.6.32'], ['--mask=0'], ['--mask=65'],
                    ['--mask=wide'], ['--pmem=1G'], ['--pmem=@1G'], ['--pmem=0@1G'],
                    ['--max-ram=1X'], ['--max-ram=0'], ['--max-ram=1M'], ['--profile=xen'],
                    ['--format=xml'], ['--color=red'], ['--nothing'], ['--mask']):
        _refused(*options, PLAIN)
    _refused()
    _refused(PLAIN, PLAIN)


if __name__ == '__main__':
    sys.exit(run_cases(cases_of(sys.modules[__name__])))
