# Cartograph's tasks. `make` lists them; each does its own set-up on a machine with Python 3.11+ and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA := .cartograph
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test test-deep check format schema explorer requirements bench clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run explorer ## set everything up and serve on 127.0.0.1:8000 (PORT=8123 for another port)
	@$(BIN)/cartograph serve --host $(HOST) --port $(PORT)

test: .venv/.dev explorer ## set everything up and run every check and test this machine can run
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -n 2 --dist worksteal --ignore tests/reliability --cov --cov-report=term --cov-report=json:$(DATA)/coverage.json
	@$(BIN)/python -m tests.coverage_floor $(DATA)/coverage.json
	@$(BIN)/pytest -n 2 --dist worksteal tests/reliability

test-deep: .venv/.dev explorer ## the longer runs: more random cases, the whole catalog, mutants of the pure cores
	@CARTOGRAPH_DEEP=1 $(BIN)/pytest -n 2 --dist worksteal --timeout 3600
	@$(BIN)/python -m tests.mutation

bench: .venv/.dev ## measure everything that has a target, in one table (BENCH="--quick" for less)
	@$(BIN)/python -m bench $(BENCH)

check: .venv/.dev ## format, lint, types and import contracts only
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

format: .venv/.dev ## format and fix what can be fixed
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

schema: .venv/.run ## write graphql/schema.graphql anew from the code
	@$(BIN)/cartograph schema export --output graphql/schema.graphql

explorer: .venv/.run ## bundle GraphiQL into .cartograph/explorer (Node from the machine or from PyPI)
	@$(BIN)/python -m server.explorer.build

requirements: ## pin the requirements anew, with hashes (needs the package index)
	@$(PYTHON) -m venv $(DATA)/pin && $(DATA)/pin/bin/python -m pip --disable-pip-version-check --quiet install uv
	@sh requirements/pin.sh $(DATA)/pin/bin/uv

clean: ## remove what set-up and runs have made, the database included
	rm -rf .venv $(DATA)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cartograph needs Python 3.11 or newer; set PYTHON=python3.11 or so")'
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing requirements (pinned, hashed) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing development requirements (pinned, hashed) ..."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@
