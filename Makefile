# Everything that people and CI do with Sarap. `make` alone prints this list.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# Two of the tests' workers share the machine with PostgreSQL, the engine and a browser.
TEST_WORKERS ?= 2
TESTS ?=

# What the installed environment follows from; when one of these is newer, it is made again.
SOURCES := pyproject.toml uv.lock build_hook.py set-up.sh $(shell find app/frontend -path '*/node_modules' -prune -o -type f -print)

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/ready ## make .venv with everything that running needs

.venv/ready: $(SOURCES)
	@./set-up.sh
	@touch $@

.PHONY: run
run: .venv/ready ## serve a demo centre at http://127.0.0.1:8000 (PORT=8001 make run)
	@$(BIN)/sarap serve

.PHONY: demo
demo: .venv/ready ## the whole path without a browser, from a task's import to a verified certificate
	@$(BIN)/sarap demo

.PHONY: test
test: .venv/ready ## all tests, with real PostgreSQL, sandboxes and browser (TESTS=tests/exams for some)
	@./set-up.sh --tests
	@$(BIN)/sarap with-engine $(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile $(TESTS)

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

.PHONY: messages
messages: .venv/ready ## collect the texts of code and templates into app/locale, and list what is not translated
	@$(BIN)/python -m app.messages

.PHONY: bench
bench: .venv/ready ## what the sandbox and a whole submission cost, against bare runs of the same programs
	@$(BIN)/sarap with-engine $(BIN)/python -m bench

.PHONY: bench-sandbox
bench-sandbox: .venv/ready ## only what a warm sandbox adds to a program
	@$(BIN)/sarap with-engine $(BIN)/python -m bench.sandbox

.PHONY: bench-submission
bench-submission: .venv/ready ## only a whole submission, from request to stored judgement
	@$(BIN)/sarap with-engine $(BIN)/python -m bench.submission

.PHONY: images
images: .venv/ready ## build the sandbox images of every language
	@$(BIN)/sarap with-engine $(BIN)/sarap images --all

.PHONY: image
image: ## build the image of Sarap itself (CA_BUNDLE=file behind a proxy that inspects TLS)
	@./build-image.sh

.PHONY: clean
clean: ## remove what was made, but not a centre's data in var/
	@rm -rf .venv app/static/build app/frontend/node_modules certificates/contexts dist .pytest_cache .ruff_cache .hypothesis
