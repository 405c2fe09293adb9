#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Show finding D39 on an unmodified Linux, on QEMU's powernv9.

  show.py --kernel DIR --busybox FILE [--without-failure]

DIR and FILE as for ../record.py. Needs qemu-system-ppc64, kmod, cpio, nm, a compiler for ppc64el.
When the user's group leaves its container, QEMU's debugger lets the allocation of the bitmap of the
PE's default table (vzalloc_node in iommu_init_table) return null, once. Nothing else is changed.
"""
import argparse
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import record  # noqa: E402

KERNEL_BASE = 0xc000000000000000
LOCAL_ENTRY = 8     # of a function, ELFv2: behind the two instructions that set r2
R3, PC, LR = 3, 64, 67


class Debugger:
    """QEMU's gdb stub: the few packets that are needed."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.send("?")
        while select.select([self.sock], [], [], 1)[0]:
            self.receive()
        self.ask("qXfer:features:read:target.xml:0,ffb")    # registers may be asked for one by one

    def send(self, text):
        self.sock.sendall(f"${text}#{sum(text.encode()) & 255:02x}".encode())

    def receive(self):
        byte, text = b"", b""
        while byte != b"$":
            byte = self.sock.recv(1)
        while (byte := self.sock.recv(1)) != b"#":
            text += byte
        self.sock.recv(2)
        self.sock.sendall(b"+")
        return text.decode(errors="replace")

    def ask(self, text):
        self.send(text)
        return self.receive()

    def get(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")

    def put(self, number, value):
        self.ask(f"P{number:x}={value.to_bytes(8, 'little').hex()}")

    def run_to(self, address):
        self.ask(f"Z0,{address:x},4")
        self.ask("c")
        self.ask(f"z0,{address:x},4")


def addresses_of(image):
    lines = subprocess.run(["nm", image], check=True, capture_output=True, text=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, lines.splitlines())
            if len(words) == 3}


def fail_one(path, address):
    debugger = Debugger(path)
    debugger.run_to(address["iommu_init_table"] + LOCAL_ENTRY)
    name = next(n for n in ("vzalloc_node_noprof", "vzalloc_node") if n in address)
    debugger.run_to(address[name] + LOCAL_ENTRY)
    print(f"=== {name}({debugger.get(R3)} bytes) returns null")
    debugger.put(R3, 0)
    debugger.put(PC, debugger.get(LR))
    debugger.ask("D")


def start(image, initrd, victim, stub):
    return subprocess.Popen(
        ["qemu-system-ppc64", "-M", "powernv9", "-m", "4G", "-nic", "none", "-display", "none",
         "-vga", "none", "-serial", "stdio", "-monitor", "none", "-kernel", image,
         "-initrd", initrd, "-append", f"console=hvc0 VICTIM={victim:#x}",
         "-chardev", f"socket,id=gdb,path={stub},server=on,wait=off", "-gdb", "chardev:gdb",
         "-device", "edu,bus=pcie.4,dma_mask=0xffffffffffffffff"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", type=pathlib.Path, required=True)
    parser.add_argument("--busybox", type=pathlib.Path, required=True)
    parser.add_argument("--cc", default="powerpc64le-linux-gnu-gcc")
    parser.add_argument("--without-failure", action="store_true")
    args = parser.parse_args()
    args.scenario, args.extra, args.image_inside = HERE / "scenario.sh", [], False
    image, version, modules = record.find_kernel(args.kernel)
    address = addresses_of(image)
    with tempfile.TemporaryDirectory() as tmp:
        work = pathlib.Path(tmp)
        args.tree = [work / "tree"]
        (work / "tree/bin").mkdir(parents=True)
        subprocess.run([args.cc, "-O1", "-static", "-o", work / "tree/bin/user",
                        HERE / "user.c"], check=True)
        record.make_initrd(args, image, version, modules, work / "initrd")
        qemu = start(image, work / "initrd", address["linux_banner"] - KERNEL_BASE, work / "gdb")
        begun = time.time()
        for raw in qemu.stdout:
            line = raw.decode(errors="replace").rstrip()
            if "DMESG" not in line:
                print(line, flush=True)
            if line.startswith("=== ARM") and not args.without_failure:
                fail_one(str(work / "gdb"), address)
            if time.time() - begun > 600:
                qemu.kill()
        qemu.wait()


if __name__ == "__main__":
    main()
