# Two commands matter: `make demo` and `make test`. Everything else is a part of them.
# Where cargo builds is cargo's business: CARGO_TARGET_DIR is respected if it is set.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
LISTEN ?= 127.0.0.1:8080
DATA ?= demo-data
FRONTEND := crates/web/frontend

.PHONY: help assets build demo test test-rust test-browser bench lint ci clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

demo: ## Build the program, load the demonstration and serve it on http://127.0.0.1:8080
	scripts/install-tools demo
	@$(MAKE) --no-print-directory build
	exec "$(TARGET)/release/csm" demo --data "$(DATA)" --listen "$(LISTEN)"

test: ## Run every test, on both databases and in a real browser
	scripts/install-tools test
	@$(MAKE) --no-print-directory assets
	scripts/test-rust
	scripts/test-browser

test-rust: assets ## Run the Rust tests, on SQLite and on a PostgreSQL started for them
	scripts/test-rust

test-browser: assets ## Run the browser journeys in Chromium
	scripts/test-browser

assets: ## Build styles, scripts and templates of the pages, if their sources changed
	@if [ -f $(FRONTEND)/package.json ]; then \
		scripts/install-tools demo >/dev/null && npm --prefix $(FRONTEND) run --silent build; \
	fi

build: assets ## Build the program as it is delivered
	cargo build --release --locked -p csm

bench: build ## Measure saves, imports and pages, and write docs/performance.md
	scripts/bench

lint: assets ## Check formatting, lints and the rules of the house
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --quiet -p csm-tests --lib --test arrows --test proportions --test dependencies
	bash -n scripts/* .ci/run

ci: ## What the build server runs
	.ci/run

clean: ## Remove what was built, the test server and the demonstration's data
	scripts/postgres stop
	cargo clean
	rm -rf $(FRONTEND)/dist $(FRONTEND)/node_modules tests/browser/node_modules "$(DATA)"
