# SPDX-License-Identifier: BSD-2-Clause
# The verbs. Meson and ninja do the work; scripts/build knows the set-ups, a build folder for each.
# On Debian, whatever a verb needs and the machine lacks is installed first (scripts/setup).
.NOTPARALLEL:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory

K =           # make check K=table runs only the test programs whose name contains "table"
SECONDS = 60  # of fuzzing for each target of make fuzz-smoke
# ThreadSanitizer of clang 14 does not cope with as much address randomisation as new kernels do.
FIXED_ADDRESSES = $$(setarch -R true 2>/dev/null && echo setarch -R)
RUN_TESTS = scripts/run-tests $(addprefix -k ,$(strip $(K)))

all: ## build the command, build/tce
	@scripts/setup build
	@scripts/build plain

run: all ## build, then check a real recording against the model
	@scripts/demo

check: ## build, then run every test, big-endian ones included
	@scripts/setup build check cross qemu explore
	@scripts/build tests
	@if scripts/can-run-ppc64; then \
		scripts/build be && $(RUN_TESTS) build build-be; \
	else \
		$(RUN_TESTS) build --absent 'build-be: no ppc64 compiler or no qemu-user'; \
	fi

asan: ## run the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@scripts/setup build check san
	@scripts/build asan
	@$(RUN_TESTS) --no-suite tidy --no-suite planted --no-suite qemu \
		--timeout-factor 5 build-asan

tsan: ## run the tests that have threads under ThreadSanitizer
	@scripts/setup build check san
	@scripts/build tsan
	@$(FIXED_ADDRESSES) $(RUN_TESTS) -k threads --timeout-factor 5 build-tsan

be: ## run the tests of the library on big-endian POWER, emulated
	@scripts/setup build check cross
	@scripts/build be
	@$(RUN_TESTS) build-be

release: ## build with optimisation and without debug information
	@scripts/setup build
	@scripts/build release

bench: ## measure; docs/performance.md explains the figures
	@scripts/setup build bench
	@scripts/build bench
	@scripts/bench

fuzz-smoke: ## fuzz every target for a minute: make fuzz-smoke SECONDS=600 for longer
	@scripts/setup build san
	@scripts/build fuzz
	@scripts/fuzz-smoke $(strip $(SECONDS))

coverage: ## run the tests and say which lines they reached
	@scripts/setup build check cover
	@scripts/build coverage
	@$(RUN_TESTS) --no-suite tidy build-coverage
	@gcovr --root . --filter src/ --exclude-unreachable-branches build-coverage

tidy: ## check the habits of the project that a program can check
	@scripts/setup build check
	@scripts/build tests
	@scripts/run-tests --suite tidy build

format: ## lay out all C as .clang-format says, and sort the lists of meson.build
	@clang-format -i $$(git ls-files '*.c' '*.h')
	@scripts/sort-lists
	@scripts/wrap-comments $$(git ls-files '*.c' '*.h')

docs: ## build the manual pages and list them
	@scripts/setup build docs
	@scripts/build plain
	@ls build/man/*.[1-9]

install: all ## install: make install, or DESTDIR=... make install
	@meson install -C build --no-rebuild --quiet

clean: ## remove every build folder
	@rm -rf build build-asan build-tsan build-release build-be build-fuzz build-coverage

help: ## list the verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 18

.PHONY: all run check asan tsan be release bench fuzz-smoke coverage tidy
.PHONY: format docs install clean help
