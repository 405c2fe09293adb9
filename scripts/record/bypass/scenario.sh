# SPDX-License-Identifier: BSD-2-Clause
#mods vfio-pci vfio_iommu_spapr_tce
mods vfio-pci vfio_iommu_spapr_tce
dev=0004:01:00.0
ulimit -l unlimited
echo vfio-pci >/sys/bus/pci/devices/$dev/driver_override
echo $dev >/sys/bus/pci/drivers_probe
group=$(basename "$(readlink /sys/bus/pci/devices/$dev/iommu_group)")
user "/dev/vfio/$group" $dev "$VICTIM"
