# SPDX-License-Identifier: BSD-2-Clause
#mods nvme e1000e xhci_pci virtio_blk
#host plug1: object_add memory-backend-ram,id=m1,size=512M; device_add pc-dimm,id=dimm1,memdev=m1
hostwait bootcount
mark this is boot $ans
mods virtio_blk nvme e1000e xhci_pci
waitfor '[ -b /dev/nvme0n1 ]' 20
blkio /dev/nvme0n1
if [ "$ans" = 1 ]; then
	hostwait plug1
	settle 4
	reboot -f
fi
