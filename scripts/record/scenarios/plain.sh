# SPDX-License-Identifier: BSD-2-Clause
#mods nvme e1000e xhci_pci usb_storage sd_mod virtio_blk virtio_pci virtio_net
mods nvme e1000e xhci_pci virtio_blk virtio_net
waitfor '[ -b /dev/nvme0n1 ]' 20
blkio /dev/nvme0n1
pcilist
