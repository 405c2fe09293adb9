# SPDX-License-Identifier: BSD-2-Clause
# With --image-inside and --tree of an unpacked kexec-tools.
#mods nvme e1000e xhci_pci
if grep -q secondkernel /proc/cmdline; then
	mark second kernel
fi
mods nvme e1000e xhci_pci
waitfor '[ -b /dev/nvme0n1 ]' 20
blkio /dev/nvme0n1
if ! grep -q secondkernel /proc/cmdline; then
	if grep -q crashkernel /proc/cmdline; then
		kexec -p /vmlinux --initrd=/initrd --append="$(cat /proc/cmdline) secondkernel maxcpus=1"
		mark sysrq c
		echo c >/proc/sysrq-trigger
	else
		kexec -l /vmlinux --initrd=/initrd --append="$(cat /proc/cmdline) secondkernel"
		mark kexec -e
		kexec -e
	fi
	sleep 100
fi
