# What can be done here; `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
SWIFT ?= swift
PREFIX ?= /usr/local
SEEDS ?= 20000
SYMBOLS ?= 6
ROUNDS ?= 15
SECONDS_EACH ?= 0.5
# What the tests and the benchmark need from Debian besides Swift's own requirements; serving needs none of it.
PACKAGES := unicode-data python3 gcc binutils patch procps iproute2 gnuplot-nox chromium chromium-driver python3-selenium python3-jsonschema
# Tests run optimised, with assertions on and every system call behind the seam that tests replace.
TEST_FLAGS := -Xswiftc -O -Xswiftc -assert-config -Xswiftc Debug
# The sanitizers run what has threads, pointers or both; the rest would tell them nothing new. (ProcessTests start programs
# that are not ours, and look at them.)
SANITIZED := 'LinuxIOTests|ReactorTests|EcoServerTests|ConformanceTests|SessionLimitsTests|SessionRandomTests|EcoLoadTests.QueueTests|EcoLoadTests.TapeTests'
SANITIZED_TARGETS := LinuxIOTests,ReactorTests,EcoServerTests,ConformanceTests,EcoProtocolTests,EcoLoadTests

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build .build/release/eco
	$(SWIFT) build -c release --product eco

.PHONY: run
run: build ## build, and serve on port 9090
	@exec .build/release/eco serve

.PHONY: deps
deps: ## install what the tests and the benchmark need from Debian
	@missing=$$(for name in $(PACKAGES); do dpkg -s $$name > /dev/null 2>&1 || echo $$name; done); \
	if [ -n "$$missing" ]; then \
	  echo "Installing from Debian:" $$missing; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $$missing > /dev/null; \
	fi

.PHONY: smoke
smoke: build ## check in two minutes, once built, that each model serves
	Tests/smoke $(CURDIR)/.build/release/eco

.PHONY: test-announced
test-announced:
	@echo "Building eco and the tests, then some 15 minutes on two cores; make smoke is for the impatient."

.PHONY: test
test: test-announced deps build ## run every test except those that depend on time
	ECO_RELEASE_BINARY=$(CURDIR)/.build/release/eco ECO_EXHAUSTIVE_SYMBOLS=5 Tests/all $(TEST_FLAGS)

.PHONY: test-timed
test-timed: deps build ## run those that compare figures with known times, and keepalive at its defaults, on a quiet machine
	ECO_TIMED=1 ECO_RELEASE_BINARY=$(CURDIR)/.build/release/eco Tests/all $(TEST_FLAGS)
	Tests/Soak/keepalive.py

.PHONY: soak
soak: deps build ## serve 10,000 idle clients and hostile ones for MINUTES (60): MODEL=reactor, SEED=, OPTIONS=
	Tests/Soak/soak.py --minutes $(or $(MINUTES),60) --model $(or $(MODEL),reactor) $(if $(SEED),--seed $(SEED)) $(OPTIONS)

.PHONY: lint
lint: ## check the style
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

.PHONY: format
format: ## correct the style
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

.PHONY: exhaustive
exhaustive: ## test a session with all strings of SYMBOLS (6) symbols, in a release build
	ECO_EXHAUSTIVE_SYMBOLS=$(SYMBOLS) $(SWIFT) test -c release -Xswiftc -enable-testing \
	  --scratch-path .build-exhaustive --filter SessionExhaustiveTests

.PHONY: simulate
simulate: ## run the server in a simulated world, SEEDS (20000) times
	ECO_SEEDS=$(SEEDS) $(SWIFT) test $(TEST_FLAGS) --filter SimulationTests

.PHONY: fuzz
fuzz: ## run a fuzzer against a session, for FUZZ_SECONDS (60)
	Tests/Fuzz/run $(or $(FUZZ_SECONDS),60)

.PHONY: tsan
tsan: deps ## run the tests under the thread sanitizer
	ECO_TESTS=$(SANITIZED_TARGETS) $(SWIFT) test --sanitize=thread --scratch-path .build-tsan --filter $(SANITIZED) --skip ProcessTests

.PHONY: asan
asan: deps ## run the tests under the address sanitizer
	ECO_TESTS=$(SANITIZED_TARGETS) LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.supp:print_suppressions=0 \
	  $(SWIFT) test --sanitize=address --scratch-path .build-asan --filter $(SANITIZED) --skip ProcessTests

.PHONY: mutants
mutants: deps ## remove each cure of Docs/testing.md and check that its test fails
	Tests/Mutations/run

.PHONY: check
check: build ## run eco check against this server
	.build/release/eco check --spawn 'exec .build/release/eco serve --port {port}'

.PHONY: docs
docs: build ## write the tables of options, models and counters into the documents, and the pages of eco explain into the source
	Tests/docs tables .build/release/eco
	Tests/docs pages

.PHONY: docs-check
docs-check: build ## check that `make docs` would change nothing
	Tests/docs check .build/release/eco

.PHONY: lines
lines: ## count the lines of Sources and Tests in COMMITS (HEAD)
	@for commit in $(or $(COMMITS),HEAD); do for folder in Sources Tests; do \
	  lines=$$(git archive $$commit $$folder | tar -xO | wc -l); \
	  files=$$(git ls-tree -r --name-only $$commit $$folder | wc -l); \
	  echo "$$commit $$folder: $$lines lines in $$files files"; \
	done; done

.PHONY: disassembly
disassembly: deps build ## check in the machine code that the server is specialised for each poller (x86-64)
	Tests/disassembly .build/release/eco

.PHONY: check-steady
check-steady: build ## run eco check RUNS (50) times on a busy machine, and count the false alarms
	Tests/check-steady $(or $(RUNS),50)

.PHONY: bench
bench: deps build ## measure against a bare C loop: ROUNDS (15) of SECONDS_EACH (0.5) per workload
	Tests/Benchmarks/bench.py --rounds $(ROUNDS) --seconds $(SECONDS_EACH) \
	  --markdown Docs/benchmarks.md --readme README.md
	Tests/Benchmarks/bench_load.py --rounds $(ROUNDS) --seconds $(SECONDS_EACH) --markdown Docs/benchmarks.md

PEERS := Tests/Peers/.build/release
# Whom our models are compared with; OPTIONS are those of eco compare.
OTHERS := --server 'swiftnio=$(PEERS)/nio-echo {port}' --server 'lesson@9090=python3 Tests/Peers/lesson.py' \
  --server 'bare-c=$(PEERS)/bare-loop {port}'

.PHONY: peers
peers: ## build the servers of Tests/Peers, to compare ours with
	$(SWIFT) build -c release --package-path Tests/Peers

.PHONY: plots
plots: ## install from Debian what draws the plots of a report
	@which gnuplot python3 > /dev/null || $(MAKE) deps PACKAGES='gnuplot-nox python3'

.PHONY: compare
compare: build peers plots ## compare our models with SwiftNIO, the lesson and a bare C loop: OPTIONS=--quick
	.build/release/eco compare $(OTHERS) $(OPTIONS)

.PHONY: aa
aa: build plots ## compare two copies of one server RUNS (20) times, and count the false verdicts
	Tests/aa $(or $(RUNS),20)

.PHONY: static
static: ## build one static executable, and test it in an empty root directory
	$(SWIFT) build -c release --product eco --scratch-path .build-static -Xswiftc -static-executable \
	  --static-swift-stdlib 2>&1 | grep -v 'linked applications requires\|is dangerous'
	Tests/serve-from-empty-root .build-static/release/eco

BIN = $(DESTDIR)$(PREFIX)/bin
# What is built belongs to whoever builds it: only what writes into BIN is done by root, and that only where BIN is root's.
BY_ROOT = $$(dir=$(BIN); until [ -e "$$dir" ]; do dir=$$(dirname "$$dir"); done; [ -w "$$dir" ] || echo sudo)

.PHONY: install
install: static ## build the static executable, and install it to PREFIX (/usr/local), with sudo if needed
	@echo "Installing $(BIN)/eco."
	@$(BY_ROOT) install -D -m 755 .build-static/release/eco $(BIN)/eco

.PHONY: uninstall
uninstall: ## remove it from PREFIX
	@echo "Removing $(BIN)/eco."
	@$(BY_ROOT) rm -f $(BIN)/eco

.PHONY: clean
clean: ## remove all build products
	rm -rf .build .build-* Tests/Peers/.build
