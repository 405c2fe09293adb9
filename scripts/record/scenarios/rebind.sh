# SPDX-License-Identifier: BSD-2-Clause
#mods nvme e1000e xhci_pci virtio_blk virtio_net
mods e1000e nvme xhci_pci virtio_blk virtio_net
waitfor '[ -b /dev/nvme0n1 ]' 20
blkio /dev/nvme0n1
a=$(basename "$(readlink -f /sys/class/nvme/nvme0/device)")
mark "unbind and rebind $a"
echo "$a" >/sys/bus/pci/drivers/nvme/unbind
settle 1
echo "$a" >/sys/bus/pci/drivers/nvme/bind
settle 2
blkio /dev/nvme0n1
mark "remove and rescan $a"
echo 1 >"/sys/bus/pci/devices/$a/remove"
settle 1
pcilist
echo 1 >/sys/bus/pci/rescan
settle 3
blkio /dev/nvme0n1
