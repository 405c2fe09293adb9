# SPDX-License-Identifier: BSD-2-Clause
# The verbs. Meson does the work; one build folder per set-up.
B ?= build

all: $(B)/build.ninja
	ninja -C $(B)

$(B)/build.ninja:
	meson setup $(B)

.PHONY: all
