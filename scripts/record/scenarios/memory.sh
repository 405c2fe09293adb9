# SPDX-License-Identifier: BSD-2-Clause
#mods nvme e1000e xhci_pci usb_storage sd_mod virtio_blk
#host plug1: object_add memory-backend-ram,id=m1,size=512M; device_add pc-dimm,id=dimm1,memdev=m1
#host backend2: object_add memory-backend-ram,id=m2,size=1G
#host plug2: device_add pc-dimm,id=dimm2,memdev=m2,node=1
#host unplug1: device_del dimm1
#host unplug2: device_del dimm2
mods nvme e1000e xhci_pci virtio_blk
waitfor '[ -b /dev/nvme0n1 ]' 20
hostwait plug1
settle 4
hostwait backend2
hostwait plug2
settle 6
blkio /dev/nvme0n1
hostwait unplug1
settle 8
hostwait unplug2
settle 8
