/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tiny.tce once more, in Promela, written from the DMA API's documentation and not from libtce: what
 * two drivers (-DNR=3: three) can do with masks and at most one mapping. SPIN counts its states; tce explore must
 * count as many.
 *
 * A driver binds (both masks get the bits that it asks for), sets one of its masks while it has
 * nothing mapped, maps the page as a buffer or as coherent memory, unmaps it, lets go (which unmaps).
 * Masks outlive the driver. 21 bits are half of the window.
 *
 * SPIN must not slice: spin -o2. It counts one state more, the one before the masks are set.
 */
#ifndef NR
#define NR 2
#endif
#define NOBODY NR

bool bound[NR];
byte streaming[NR];
byte coherent[NR];
byte owner = NOBODY;
bool is_coherent;

inline bind(d, bits) {
	d_step { !bound[d] -> bound[d] = true; streaming[d] = bits; coherent[d] = bits }
}

inline set_streaming(d, bits) {
	d_step { bound[d] && owner != d -> streaming[d] = bits }
}

inline set_coherent(d, bits) {
	d_step { bound[d] && owner != d -> coherent[d] = bits }
}

inline map(d, as_coherent) {
	d_step { bound[d] && owner == NOBODY -> owner = d; is_coherent = as_coherent }
}

inline unmap(d) {
	d_step { owner == d -> owner = NOBODY; is_coherent = false }
}

inline let_go(d) {
	d_step {
		bound[d] -> bound[d] = false;
		if
		:: owner == d -> owner = NOBODY; is_coherent = false
		:: else
		fi
	}
}

/* Asking for the required mask, and DMA: nothing changes. */
inline ask(d) {
	d_step { bound[d] && owner != d -> skip }
}

inline transfer(d) {
	d_step { owner == d -> skip }
}

inline any_of(d) {
	if
	:: bind(d, 64) :: bind(d, 32) :: bind(d, 48)
	:: set_streaming(d, 21) :: set_streaming(d, 32) :: set_streaming(d, 48)
	:: set_streaming(d, 64)
	:: set_coherent(d, 32) :: set_coherent(d, 64)
	:: map(d, false) :: map(d, true) :: unmap(d) :: let_go(d)
	:: ask(d) :: transfer(d)
	fi
}

active proctype drivers() {
	d_step {
		streaming[0] = 32; streaming[1] = 32; coherent[0] = 32; coherent[1] = 32;
#if NR > 2
		streaming[2] = 32; coherent[2] = 32
#endif
	}
	do
	:: any_of(0)
	:: any_of(1)
#if NR > 2
	:: any_of(2)
#endif
	od
}
