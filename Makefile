# The developer's commands; .ci/run runs the same ones in a new environment.
PYTHON ?= python3
VENV ?= .venv
BIN := $(if $(wildcard $(VENV)/bin/python),$(VENV)/bin/,)

.PHONY: help setup check lint types test gate bench readme

help:            ## list the targets
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup:           ## a virtual environment with the package (editable) and the development tools
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --editable '.[dev]'

check: lint types test  ## all that a change must pass

lint:            ## style
	$(BIN)ruff check .
	$(BIN)ruff format --check .

types:           ## static types
	$(BIN)mypy

test:            ## the tests that need no weights
	$(BIN)python -m pytest -m 'not slow'

gate:            ## scores of the shipped model against evaluation/floors.toml
	$(BIN)python -m evaluation.gate

bench:           ## speed, memory and scaling, see docs/speed.md; minutes
	$(BIN)python -m benchmarks.bench

readme:          ## write the README's output anew from a run
	$(BIN)python -m tools.update_readme
