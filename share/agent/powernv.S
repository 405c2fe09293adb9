/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest image of "tce qemu" for the powernv machines: a program without an operating system
 * (big-endian, real mode, hypervisor) that skiboot starts as its kernel. It takes requests from a
 * ring in memory that the host maps as well, makes the OPAL calls and register accesses, and writes
 * the answers back.
 *
 * QEMU loads the file with -kernel; skiboot wants an ELF header in front, finds the segment that
 * holds the entry's descriptor, and enters the code where it lies, with r3 = address of the
 * flattened device tree. The code runs anywhere. Memory that is skiboot's (the tree's reservations,
 * all at 0x30000000 and up) and the processor's vectors are not touched: ours is from 0x10000000 to
 * 0x11ffffff.
 *
 * The layout below is shared with src/cli/powernv/ring.h; change both. All words are 64 bits and
 * little-endian unless said otherwise.
 *
 * Mailbox at 0x10000000:
 *	0x00 magic "TCEPNV_1", written when the image runs	0x10 address of the device tree
 *	0x18 MSR at entry
 *	0x30 OPAL base and 0x38 OPAL entry: written by the host, which reads them from the tree; no
 *	     request is taken before the entry is there
 *	0x40 posted: requests the host has written so far
 *	0x80 done: requests answered so far
 * Ring at 0x10100000: 4096 slots of 128 bytes; request n is in slot n mod 4096:
 *	0x00 operation	0x08 token	0x10 eight arguments	0x50 result	0x58 second result
 * Operations (arguments a, b, c, d; "register" is a cache-inhibited access):
 *	0 OPAL call of the token with all arguments; result r3
 *	1 register read, 8 bytes at a	2 register write, b to 8 bytes at a
 *	3 register read, 4 bytes at a	4 register write, b to 4 bytes at a
 *	5 store b, big-endian, to memory at a
 *	6 sweep of an IODA table: registers of the bridge at a, IODA_ADDR with auto-increment b, c
 *	  words, address of a buffer for them or 0 d. Result: hash of the words, from 0, the next
 *	  after h being rotate_left((h ^ word) * 0x9e3779b97f4a7c15, 31); second: words not 0.
 * Reads give their value as second result.
 *
 * Registers kept over a call: r20 mailbox, r21 ring, r23 slot, r24 done.
 */
	.machine power8
	.set MAILBOX_HI, 0x1000
	.set RING_HI, 0x1010
	.set STACK_HI, 0x1020		/* grows down from here */
	.set SLOTS_LG2, 12
	.set SLOT_LG2, 7
	.set ARGS, 0x10
	.set RESULT, 0x50
	.set RESULT2, 0x58
	.set IODA_ADDR, 0x220
	.set IODA_DATA0, 0x228

	.macro put_le reg, base, off
	li	0, \off
	stdbrx	\reg, \base, 0
	.endm
	.macro get_le reg, base, off
	li	0, \off
	ldbrx	\reg, \base, 0
	.endm

	.text
image:
	.byte	0x7f, 'E', 'L', 'F', 2, 2, 1, 0
	.quad	0
	.short	2, 21			/* executable, PowerPC64 */
	.long	1
	.quad	entry - image
	.quad	phdr - image, 0
	.long	1			/* ABI 1: the entry is a descriptor */
	.short	64, 56, 1, 64, 0, 0
phdr:
	.long	1, 7			/* load; read, write, execute */
	.quad	0, 0, 0
	.quad	end - image, end - image
	.quad	0x10000
entry:
	.quad	start - image, 0, 0

	.balign	256
start:
	mr	31, 3
	mfmsr	30
	lis	20, MAILBOX_HI
	lis	21, RING_HI
	lis	1, STACK_HI
	addi	1, 1, -256
	put_le	31, 20, 0x10
	put_le	30, 20, 0x18
	li	24, 0
	lis	8, 0x315f		/* "TCEPNV_1" as a little-endian number */
	ori	8, 8, 0x564e
	sldi	8, 8, 32
	oris	8, 8, 0x5045
	ori	8, 8, 0x4354
	sync
	put_le	8, 20, 0x00

1:	get_le	7, 20, 0x38
	cmpdi	7, 0
	beq	1b

next:
	get_le	7, 20, 0x40
	cmpld	24, 7
	beq	next
	lwsync
	clrldi	23, 24, 64 - SLOTS_LG2
	sldi	23, 23, SLOT_LG2
	add	23, 23, 21
	get_le	11, 23, 0
	.set r, 3
	.rept 8
	get_le	r, 23, ARGS + (r - 3) * 8
	.set r, r + 1
	.endr
	cmpldi	11, 1
	blt	opal
	beq	read8
	cmpldi	11, 3
	blt	write8
	beq	read4
	cmpldi	11, 5
	blt	write4
	beq	store
	b	sweep

opal:
	get_le	2, 20, 0x38
	mtctr	2
	get_le	2, 20, 0x30
	get_le	11, 23, 0x08
	mr	0, 11
	bctrl
	li	4, 0
answer:
	put_le	3, 23, RESULT
	put_le	4, 23, RESULT2
	lwsync
	addi	24, 24, 1
	put_le	24, 20, 0x80
	b	next

read8:
	sync
	ldcix	4, 0, 3
	b	2f
read4:
	sync
	lwzcix	4, 0, 3
2:	eieio
	li	3, 0
	b	answer
write8:
	sync
	stdcix	4, 0, 3
	b	3f
write4:
	sync
	stwcix	4, 0, 3
	b	3f
store:
	std	4, 0(3)
	sync
3:	eieio
	li	3, 0
	li	4, 0
	b	answer

sweep:
	sync
	addi	7, 3, IODA_ADDR
	stdcix	4, 0, 7
	eieio
	addi	7, 3, IODA_DATA0
	mtctr	5
	li	3, 0			/* hash */
	li	4, 0			/* words that are not 0 */
	cmpldi	5, 0
	beq	answer
	lis	9, 0x9e37
	ori	9, 9, 0x79b9
	sldi	9, 9, 32
	oris	9, 9, 0x7f4a
	ori	9, 9, 0x7c15
4:	ldcix	8, 0, 7
	cmpdi	8, 0
	beq	5f
	addi	4, 4, 1
5:	xor	3, 3, 8
	mulld	3, 3, 9
	rotldi	3, 3, 31
	cmpldi	6, 0
	beq	6f
	stdbrx	8, 0, 6
	addi	6, 6, 8
6:	bdnz	4b
	b	answer
end:
