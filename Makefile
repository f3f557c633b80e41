# Everything that people and CI do with Sarap. `make` alone prints this list.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# Two of the tests' workers share the machine with PostgreSQL, the engine and a browser.
TEST_WORKERS ?= 2
TESTS ?=

# What the installed environment follows from; when one of these is newer, it is made again.
SOURCES := pyproject.toml uv.lock build_hook.py set-up.sh $(wildcard sandbox/typescript/*.json) $(shell find app/frontend -path '*/node_modules' -prune -o -type f -print)

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/ready ## make .venv with everything that running needs

.venv/ready: $(SOURCES)
	@./set-up.sh
	@touch $@

.PHONY: run
run: .venv/ready ## serve a demo centre at http://localhost:8000 (PORT=8001 make run)
	@$(BIN)/sarap serve

.PHONY: demo
demo: .venv/ready ## the whole path without a browser, from a task's import to a verified certificate
	@$(BIN)/sarap demo

.PHONY: test
test: .venv/ready ## all tests, with real PostgreSQL, sandboxes and browser (TESTS=tests/exams for some)
	@./set-up.sh --tests
	@$(BIN)/sarap with-engine --all $(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile $(TESTS)

.PHONY: interop
interop: .venv/ready ## certificates laid before verifiers that others wrote; writes docs/interop.md with INTEROP=--write
	@./set-up.sh --interop
	@$(BIN)/python -m tests.interop $(INTEROP)

.PHONY: check
check: .venv/ready ## formatting, lint, strict types, import contracts, unused dependencies
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry . --no-ansi
	@$(BIN)/python build_hook.py typecheck
	@$(BIN)/pyright

.PHONY: format
format: .venv/ready ## format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

.PHONY: schema
schema: .venv/ready ## write migrations/schema.sql anew from the migrations
	@$(BIN)/python -m tests.fixtures.schema

.PHONY: languages
languages: .venv/ready ## write the table of docs/languages.md anew from the catalogue and the images
	@$(BIN)/sarap with-engine --all $(BIN)/python -m tests.fixtures.languages

.PHONY: messages
messages: .venv/ready ## collect the texts of code and templates into app/locale, and list what is not translated
	@$(BIN)/python -m app.messages

.PHONY: bench
bench: bench-judge bench-sitting bench-certificates ## every benchmark: what Sarap costs, against the same work done bare

.PHONY: bench-judge
bench-judge: .venv/ready ## what judging costs, against bare runs; writes docs/judging-speed.md with BENCH=--write
	@$(BIN)/sarap with-engine $(BIN)/python -m bench.judging $(BENCH)

.PHONY: bench-sitting
bench-sitting: .venv/ready ## a sitting of a thousand, in five minutes; writes docs/sitting-speed.md with BENCH=--write
	@./set-up.sh --tests
	@$(BIN)/python -m bench.sitting $(BENCH)

.PHONY: bench-certificates
bench-certificates: .venv/ready ## making and checking certificates, against raw Ed25519; writes docs/certificate-speed.md with BENCH=--write
	@$(BIN)/python -m bench.certificates $(BENCH)

.PHONY: images
images: .venv/ready ## build the sandbox images of every language
	@$(BIN)/sarap with-engine --all true

.PHONY: image
image: ## build the image of Sarap itself (CA_BUNDLE=file behind a proxy that inspects TLS)
	@./build-image.sh

.PHONY: clean
clean: ## remove what was made, but not a centre's data in var/
	@rm -rf .venv app/static/build app/frontend/node_modules sandbox/typescript/node_modules certificates/contexts certificates/carriers/fonts dist .pytest_cache .ruff_cache .hypothesis
