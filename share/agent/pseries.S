/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest image of "tce qemu": a program without an operating system for QEMU's pseries machine
 * (big-endian, real mode). QEMU loads it with -bios at physical address 0 and enters at 0x100 with
 * r3 = address of the flattened device tree. It takes requests from a ring in memory that the host
 * maps as well, makes the hypercalls, and writes the answers back.
 *
 * The layout below is shared with src/cli/pseries/ring.h; change both. All words are 64 bits and
 * little-endian unless said otherwise. Memory, and so the ring, survives a system reset.
 *
 * Mailbox at 0x100000:
 *	0x00 magic "TCEAGNT1", written when the image runs	0x08 entries so far (resets + 1)
 *	0x10 address of the device tree				0x18 MSR at entry
 *	0x20 vector + 4 of an interrupt that must not happen	0x28 SRR0	0x30 SRR1
 *	0x40 posted: requests the host has written so far
 *	0x80 done: requests answered so far
 * Ring at 0x200000: 8192 slots of 256 bytes; request n is in slot n mod 8192:
 *	0x00 operation, plus 0x100: count the request as done before it is carried out, because it
 *	     does not return (system-reboot)
 *	0x08 r3..r12 in		0x58 r3..r12 out	0xa8 88 bytes for an RTAS block (big-endian)
 * Operations:
 *	0 hypercall: r3 token, r4.. arguments
 *	1 sweep, H_GET_TCE over a range: r3 LIOBN, r4 first bus address, r5 step, r6 count, r7
 *	  address of a buffer for the values or 0, r8 start of the hash. Out: r3 failed calls, r4
 *	  hash, r5 values that are not 0. A failed call counts as the value r3 of that call. The
 *	  hash of v after h is rotate_left((h ^ v) * 0x9e3779b97f4a7c15, 31).
 *	2 repeat, one hypercall many times: r3 token, r4..r7 arguments, r8 and r9 are added to r5
 *	  and r6 after each, r10 count. Out: r3 calls that did not answer 0, r4 the last answer.
 *
 * Registers kept: r20 mailbox, r21 ring, r23 slot, r24 done, r25 posted.
 */
	.machine power8
	.set MAILBOX_HI, 0x10
	.set RING_HI, 0x20
	.set SLOTS_LG2, 13
	.set SLOT_LG2, 8
	.set DONE_FIRST, 0x100
	.set IN, 0x08
	.set OUT, 0x58
	.set H_GET_TCE, 0x1c

	/* Store register \reg at \off(\base), little-endian; r0 is lost. */
	.macro put_le reg, base, off
	li	0, \off
	stdbrx	\reg, \base, 0
	.endm
	.macro get_le reg, base, off
	li	0, \off
	ldbrx	\reg, \base, 0
	.endm

	.text
	.org 0x100
	b	start

	/* Every other vector reports itself. */
	.set vector, 0x180
	.rept (0x3000 - 0x180) / 0x80
	.org vector
	bl	trap
	.set vector, vector + 0x80
	.endr

	.org 0x3000
start:
	mr	31, 3
	mfmsr	30
	li	5, 1
	sldi	5, 5, 63		/* MSR[SF]: 64-bit mode */
	ori	5, 5, 0x1000		/* MSR[ME] */
	mtmsrd	5
	isync
	lis	20, MAILBOX_HI
	lis	21, RING_HI
	put_le	31, 20, 0x10
	put_le	30, 20, 0x18
	get_le	24, 20, 0x80
	get_le	7, 20, 0x08
	addi	7, 7, 1
	lis	8, 0x3154		/* "TCEAGNT1" as a little-endian number */
	ori	8, 8, 0x4e47
	sldi	8, 8, 32
	oris	8, 8, 0x4145
	ori	8, 8, 0x4354
	put_le	8, 20, 0x00
	sync
	put_le	7, 20, 0x08

next:
	get_le	25, 20, 0x40
	cmpld	24, 25
	beq	next
	lwsync
	clrldi	23, 24, 64 - SLOTS_LG2
	sldi	23, 23, SLOT_LG2
	add	23, 23, 21
	get_le	31, 23, 0
	andi.	0, 31, DONE_FIRST
	beq	1f
	addi	7, 24, 1
	put_le	7, 20, 0x80
	sync
1:	.set r, 3
	.rept 10
	get_le	r, 23, IN + (r - 3) * 8
	.set r, r + 1
	.endr
	clrldi	31, 31, 56
	cmpldi	31, 1
	beq	sweep
	bgt	repeat
	sc	1
answer:
	.set r, 3
	.rept 10
	put_le	r, 23, OUT + (r - 3) * 8
	.set r, r + 1
	.endr
	lwsync
	addi	24, 24, 1
	put_le	24, 20, 0x80
	b	next

sweep:
	mr	14, 3			/* LIOBN */
	mr	15, 4			/* bus address */
	mr	16, 5			/* step */
	mtctr	6
	cmpldi	7, 6, 0
	mr	17, 7			/* buffer */
	mr	18, 8			/* hash */
	li	22, 0			/* failed calls */
	li	26, 0			/* values that are not 0 */
	lis	27, 0x9e37
	ori	27, 27, 0x79b9
	sldi	27, 27, 32
	oris	27, 27, 0x7f4a
	ori	27, 27, 0x7c15
	beq	7, 5f
2:	li	3, H_GET_TCE
	mr	4, 14
	mr	5, 15
	sc	1
	cmpdi	3, 0
	beq	3f
	addi	22, 22, 1
	mr	4, 3
3:	cmpdi	4, 0
	beq	4f
	addi	26, 26, 1
4:	xor	18, 18, 4
	mulld	18, 18, 27
	rotldi	18, 18, 31
	cmpldi	17, 0
	beq	6f
	stdbrx	4, 0, 17
	addi	17, 17, 8
6:	add	15, 15, 16
	bdnz	2b
5:	mr	3, 22
	mr	4, 18
	mr	5, 26
	b	answer

repeat:
	mr	14, 3
	mr	15, 4
	mr	16, 5
	mr	17, 6
	mr	18, 7
	mr	26, 8
	mr	27, 9
	li	22, 0
	mtctr	10
	cmpldi	7, 10, 0
	li	3, 0
	beq	7, 3f
1:	mr	3, 14
	mr	4, 15
	mr	5, 16
	mr	6, 17
	mr	7, 18
	sc	1
	cmpdi	3, 0
	beq	2f
	addi	22, 22, 1
2:	add	16, 16, 26
	add	17, 17, 27
	bdnz	1b
3:	mr	4, 3
	mr	3, 22
	b	answer

trap:
	lis	20, MAILBOX_HI
	mflr	3
	put_le	3, 20, 0x20
	mfspr	3, 26			/* SRR0 */
	put_le	3, 20, 0x28
	mfspr	3, 27			/* SRR1 */
	put_le	3, 20, 0x30
	sync
	b	.
