# Everything works from a folder whose path has spaces: every use of a path is quoted.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORPUS ?= ../shared/corpus
ONLY ?=
TYPES ?= 6
TESTS ?=
SEED ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := "$(BIN)/python" -m pytest -n 2 --dist worksteal $(if $(SEED),--hypothesis-seed=$(SEED))
PIP := "$(BIN)/python" -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup generate check test test-all accept typecheck lint demo corpus servers frameworks wheel clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(READY): requirements.lock pyproject.toml
	"$(PYTHON)" -m venv "$(VENV)"
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch "$(READY)"

setup: $(READY) ## create .venv from the hash-pinned lock

generate: $(READY) ## regenerate the committed clients
	@"$(BIN)/clientpress" generate

check: $(READY) ## compare the committed clients with what would be generated
	@"$(BIN)/clientpress" check

test: $(READY) ## run the tests (TESTS="tests/runtime …" SEED=N)
	@$(PYTEST) $(TESTS)

test-all: $(READY) ## run the tests with the slow ones, then the corpus
	@$(PYTEST) -m "slow or not slow" -o faulthandler_timeout=7200
	@$(MAKE) --no-print-directory corpus

accept: $(READY) ## take over intended changes of expected files, and say which
	@"$(BIN)/clientpress" generate --force
	@"$(BIN)/python" -m pytest -n 0 -s --accept tests/test_snippets.py tests/test_cases.py

typecheck: $(READY) ## mypy strict and pyright strict, here and in environments of users; completeness of types
	@"$(BIN)/mypy" & mypy=$$!; "$(BIN)/pyright" && wait $$mypy
	@"$(BIN)/python" -m tests.typecompleteness
	@"$(BIN)/python" -m tests.userenvironments

lint: $(READY) ## ruff and black
	@"$(BIN)/ruff" check --no-cache .
	@"$(BIN)/black" --check --quiet . && echo "black: nothing to change"

demo: $(READY) ## tour the four clients, each against a local server
	@"$(BIN)/python" -m tests.demo

corpus: $(READY) ## judge the client of every document of a folder (CORPUS=… ONLY=… TYPES=all)
	@"$(BIN)/python" -m tests.judge "$(CORPUS)" --only "$(ONLY)" --types "$(TYPES)"

servers: $(READY) ## install real servers and the vendors' own clients for tests (SERVERS="mlserver triton …")
	@"$(BIN)/python" -m tests.servers.environments $(SERVERS)

frameworks: $(READY) ## install web frameworks, then run their apps and call them (FRAMEWORKS="fastapi hono …")
	@"$(BIN)/python" -m tests.frameworks $(FRAMEWORKS)

wheel: $(READY) ## build the wheel and sdist, install the wheel in an empty environment, and generate with it
	@"$(BIN)/python" -m tests.wheel

clean: ## remove what was built
	rm -rf "$(VENV)" build dist
