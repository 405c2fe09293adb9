# SPDX-License-Identifier: BSD-2-Clause
# With --tree of an unpacked powerpc-ibm-utils. QEMU has drives d2 and d3 that no device uses.
#mods nvme e1000e xhci_pci rpaphp rpadlpar_io
#host phbadd: device_add spapr-pci-host-bridge,index=1,id=phb1,pgsz=0x11000
#host devadd: device_add nvme,id=hp1,serial=hp1,drive=d2,bus=phb1.0,addr=1
#host slotadd: device_add nvme,id=hp2,serial=hp2,drive=d3,addr=9
#host slotdel: device_del hp2
#host devdel: device_del hp1
#host phbdel: device_del phb1
mods nvme e1000e xhci_pci rpaphp rpadlpar_io
waitfor '[ -b /dev/nvme0n1 ]' 20
hostwait slotadd
drmgr -c pci -a -n -V -s 0x40000048
settle 3
hostwait phbadd
drmgr -c phb -a -s "PHB 1"
settle 3
hostwait devadd
drmgr -c pci -a -n -V -s 0x40010008
settle 3
pcilist
blkio /dev/nvme1n1
hostwait slotdel
drmgr -c pci -r -n -V -s 0x40000048
settle 2
hostwait devdel
drmgr -c pci -r -n -V -s 0x40010008
settle 2
drmgr -c phb -r -s "PHB 1"
hostwait phbdel
settle 5
