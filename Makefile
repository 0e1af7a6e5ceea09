# What can be done here. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PREFIX ?= /usr/local
SWIFT ?= swift
# Tests run optimised, with assertions on and every system call behind the seam that tests replace.
TEST_FLAGS := -Xswiftc -O -Xswiftc -assert-config -Xswiftc Debug

.PHONY: help
help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build .build/release/eco
	$(SWIFT) build -c release --product eco

.PHONY: run
run: build ## build, and serve on port 9090
	.build/release/eco serve

.PHONY: test
test: ## run every test
	$(SWIFT) test $(TEST_FLAGS)

.PHONY: lint
lint: ## check the style
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

.PHONY: format
format: ## correct the style
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

.PHONY: install
install: build ## install to PREFIX (/usr/local)
	install -D -m 755 .build/release/eco $(DESTDIR)$(PREFIX)/bin/eco
