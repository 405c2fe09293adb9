# SPDX-License-Identifier: BSD-2-Clause
#mods nvme e1000e virtio_blk
hostwait bootcount
mark this is boot $ans
mods nvme e1000e virtio_blk
waitfor '[ -b /dev/nvme0n1 ]' 20
if [ "$ans" = 1 ]; then
	mark sysrq b
	echo b >/proc/sysrq-trigger
	sleep 100
fi
blkio /dev/nvme0n1
