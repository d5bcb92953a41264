# Needs git, make and Python 3.11 or newer; everything else is installed into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test e2e bench instructions check lint types contracts docs site schemas wheel clean

help:            ## Show the targets
	@grep -hE '^[a-z0-9-]+: .*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "onroll needs Python 3.11 or newer: make PYTHON=python3.12"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

setup: $(VENV)/.ready   ## Make the virtual environment

demo: $(VENV)/.ready    ## Run the main job on the embedded sandbox
	$(BIN)/python scripts/demo.py

test: $(VENV)/.ready    ## Run every test that needs no server of others
	$(BIN)/python -m pytest -m "not e2e" -n auto

e2e: $(VENV)/.ready     ## Install and start real servers, and test against them
	$(BIN)/python -m pytest -m e2e tests/e2e

bench: $(VENV)/.ready   ## Measure beside other programs, and write the tables of the page
	$(BIN)/python benchmarks/run.py

instructions: $(VENV)/.ready  ## Count instructions beside committed figures; UPDATE=1 writes them
	$(BIN)/python benchmarks/instructions.py $(if $(UPDATE),--update)

check: lint types contracts docs site  ## Lint, types, import contracts, documentation

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy

contracts: $(VENV)/.ready
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.ready
	$(BIN)/python docs/generate.py --check
	$(BIN)/onroll schema | cmp - schemas/connector.schema.json
	$(BIN)/onroll schema --connections | cmp - schemas/onroll-yaml.schema.json

# Material announces its successor with each build, which is no news here.
site: $(VENV)/.ready    ## Build the documentation as a site into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

schemas: $(VENV)/.ready ## Write the generated schema and reference anew
	$(BIN)/onroll schema > schemas/connector.schema.json
	$(BIN)/onroll schema --connections > schemas/onroll-yaml.schema.json
	$(BIN)/python docs/generate.py

wheel: $(VENV)/.ready   ## Build the wheel and try it in a fresh environment
	$(BIN)/python scripts/try_wheel.py

clean:           ## Remove everything that can be made again
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist site
