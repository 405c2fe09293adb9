#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Record a Linux guest on QEMU's pseries machine, in the form that tce-predict(1) reads.

  record.py --kernel DIR --busybox FILE --scenario FILE --out DIR [options] -- QEMU OPTIONS

DIR of --kernel is an unpacked linux-image package: image and modules. A scenario is a
shell script for the guest (words: init), in which lines "#host NAME: COMMAND; COMMAND" say what the
monitor is told when the guest asks with "hostwait NAME"; "#mods NAME..." which modules it needs.
Options of QEMU may name {disk0} .. {disk3}: empty images.
"""
import argparse
import lzma
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

TRACED = ("spapr_iommu_*", "spapr_pci_*", "spapr_drc_*", "spapr_cas_*", "runstate_set",
          "vm_state_notify")
HERE = pathlib.Path(__file__).resolve().parent


def find_kernel(folder):
    """The image, its version and its modules: packages have come in several shapes."""
    modules = next(path for top in ("lib", "usr/lib") for path in folder.glob(f"{top}/modules/*"))
    images = [*folder.glob("boot/vmlinux-*"), modules / "vmlinuz"]
    return images[0], modules.name, modules


def closure(path, names):
    """The files of the modules and of all that they need, from modules.dep."""
    needs = {}
    for line in (path / "modules.dep").read_text().splitlines():
        file, _, rest = line.partition(":")
        needs[file] = rest.split()
    by_name = {re.sub(r"\.ko.*", "", os.path.basename(f)).replace("-", "_"): f for f in needs}
    files = set()
    for name in names:
        file = by_name.get(name.replace("-", "_"))
        if file is not None:
            files.update([file, *needs[file]])
    return files


def pack(root, out):
    with open(out, "wb") as initrd:
        subprocess.run("find . | cpio -o -H newc --quiet | gzip -1", shell=True, cwd=root,
                       stdout=initrd, check=True)


def make_initrd(args, image, version, source, out):
    with tempfile.TemporaryDirectory() as tmp:
        root = pathlib.Path(tmp)
        subprocess.run(["depmod", "-b", source.parents[2], version], check=True)
        words = re.findall(r"^#mods (.*)$", args.scenario.read_text(), re.M)
        names = " ".join(words).split()
        for file in closure(source, names):
            target = root / "lib/modules" / version / re.sub(r"\.xz$", "", file)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = (source / file).read_bytes()
            target.write_bytes(lzma.decompress(data) if file.endswith(".xz") else data)
        for extra in args.extra:
            target = root / "lib/modules" / version / "extra" / extra.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(extra, target)
        (root / "lib/modules" / version).mkdir(parents=True, exist_ok=True)
        subprocess.run(["depmod", "-b", root, version], check=True)
        for tree in args.tree:
            shutil.copytree(tree, root, symlinks=True, dirs_exist_ok=True)
        (root / "bin").mkdir(exist_ok=True)
        shutil.copy(args.busybox, root / "bin/busybox")
        shutil.copy(HERE / "init", root / "init")
        shutil.copy(args.scenario, root / "scenario.sh")
        (root / "init").chmod(0o755)
        pack(root, out)
        if args.image_inside:
            shutil.move(out, root / "initrd")
            shutil.copy(image, root / "vmlinux")
            pack(root, out)


class Recorder:
    def __init__(self, log):
        self.log = log
        self.lock = threading.Lock()

    def write(self, text):
        with self.lock:
            self.log.write(f"[{time.time():.3f}] {text}\n")
            self.log.flush()


class Monitor:
    def __init__(self, process, path, recorder):
        self.sock = socket.socket(socket.AF_UNIX)
        while process.poll() is None:
            try:
                self.sock.connect(path)
                break
            except OSError:
                time.sleep(0.05)
        else:
            sys.exit("QEMU did not start: see console.log")
        self.recorder = recorder
        self.read()

    def read(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            piece = self.sock.recv(65536)
            if not piece:
                break
            text += piece
        return text.decode(errors="replace").replace("\r", "")

    def tell(self, command):
        self.sock.sendall(command.encode() + b"\n")
        answer = self.read().split("\n", 1)[-1].removesuffix("(qemu) ").strip()
        self.recorder.write(f'[host] hmp {command} -> "{answer}"')


def serve(process, monitor, recorder, requests):
    """Console lines into the log; what the guest asks for is done."""
    count = 0
    for raw in process.stdout:
        line = raw.decode(errors="replace").rstrip("\n").rstrip("\r")
        recorder.write(line)
        name = re.match(r"=== HOST-REQUEST (\w+)", line)
        if name is None:
            continue
        count += name[1] == "bootcount"
        for command in requests.get(name[1], []):
            monitor.tell(command)
        time.sleep(0 if name[1] == "bootcount" else 1)
        answer = str(count) if name[1] == "bootcount" else "done-" + name[1]
        recorder.write(f"[host] answer {answer}")
        process.stdin.write(answer.encode() + b"\n")
        process.stdin.flush()


def copy_errors(process, recorder):
    for raw in process.stderr:
        recorder.write("[host] qemu stderr: " + raw.decode(errors="replace").rstrip())


def command_line(args, image, work):
    disks = {f"disk{i}": str(work / f"d{i}.img") for i in range(4)}
    for disk in disks.values():
        with open(disk, "wb") as file:
            file.truncate(64 << 20)
    command = [args.qemu, "-nodefaults", "-nographic", "-no-user-config", "-serial", "stdio"]
    command += [re.sub(r"\{(disk\d)\}", lambda m: disks[m[1]], word) for word in args.options]
    command += ["-kernel", str(image), "-initrd", str(work / "initrd")]
    command += ["-append", "console=hvc0 loglevel=4 " + args.append]
    return command


def record(args, command, work, version):
    out = args.out
    trace = [word for pattern in TRACED for word in ("-trace", pattern)]
    trace += ["-D", str(out / "trace.log"), "-msg", "timestamp=on"]
    trace += ["-monitor", f"unix:{work}/monitor,server=on,wait=off"]
    first = subprocess.run([args.qemu, "--version"], capture_output=True, text=True, check=True)
    shown = shlex.join(command + trace).replace(str(work), "{work}")
    (out / "cmdline.txt").write_text(f"# {first.stdout.splitlines()[0]}\n# kernel: {version}\n"
                                     f"{shown}\n")
    shutil.copy(args.scenario, out / "guest-script.sh")
    requests = {name: [c.strip() for c in commands.split(";")] for name, commands in
                re.findall(r"^#host (\w+): (.*)$", args.scenario.read_text(), re.M)}
    with open(out / "console.log", "w") as log, \
         subprocess.Popen(command + trace, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        recorder = Recorder(log)
        recorder.write(f"[host] qemu started pid {process.pid}")
        threading.Thread(target=copy_errors, args=(process, recorder), daemon=True).start()
        limit = threading.Timer(args.limit, process.terminate)
        limit.start()
        monitor = Monitor(process, f"{work}/monitor", recorder)
        serve(process, monitor, recorder, requests)
        process.wait()
        limit.cancel()
        recorder.write(f"[host] qemu exit status {process.returncode}")


def dump_tree(args, command):
    """The same machine once more, stopped before its firmware starts."""
    machine = command.index("-M") + 1
    again = list(command)
    again[machine] += f",dumpdtb={args.out / 'machine.dtb'}"
    subprocess.run(again, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", type=pathlib.Path, required=True)
    parser.add_argument("--busybox", type=pathlib.Path, required=True)
    parser.add_argument("--scenario", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--qemu", default="qemu-system-ppc64")
    parser.add_argument("--append", default="")
    parser.add_argument("--extra", type=pathlib.Path, action="append", default=[],
                        help="a module file that the package does not have")
    parser.add_argument("--tree", type=pathlib.Path, action="append", default=[],
                        help="a folder whose files the guest has, too")
    parser.add_argument("--image-inside", action="store_true",
                        help="the guest has the kernel as /vmlinux, and its initramfs but for that "
                             "as /initrd, for kexec")
    parser.add_argument("--limit", type=int, default=180, help="seconds")
    parser.add_argument("options", nargs="+", help="of QEMU, after --")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    image, version, modules = find_kernel(args.kernel)
    with tempfile.TemporaryDirectory(prefix="record-") as tmp:
        work = pathlib.Path(tmp)
        make_initrd(args, image, version, modules, work / "initrd")
        command = command_line(args, image, work)
        dump_tree(args, command)
        record(args, command, work, version)
    subprocess.run(["zstd", "-q", "--rm", "-f", args.out / "trace.log"], check=True)


if __name__ == "__main__":
    main()
