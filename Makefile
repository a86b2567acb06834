# Two commands do everything: `make run` and `make test`. Both build .venv from the hashed lock the first time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.from-lock
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.from-lock

.PHONY: run test lint bench contract drills clean lock
.DEFAULT_GOAL := run

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("bashan needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@echo "setting up $(VENV) from the lock (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

run: $(STAMP)
	@exec $(BIN)/bashan up

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

test: lint
	@$(BIN)/pytest

# Libraries that the bench compares with stand apart: the product has none of them.
$(BENCH_STAMP): requirements-bench.txt
	@$(PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# Twenty minutes on two cores; `make bench BENCH=--quick` three.
bench: $(STAMP) $(BENCH_STAMP)
	@$(BIN)/python -m bench $(BENCH)

# Half an hour: 500 requests of each operation, or as many as fit into BASHAN_CONTRACT_SECONDS for each of three callers.
contract: $(STAMP)
	@$(BIN)/pytest -n 0 --slow -rP tests/e2e/test_written_contract.py

# A quarter of an hour: overload, full pools, stops under load and telephones at eight o'clock, at their full length.
drills: $(STAMP)
	@$(BIN)/pytest -n 0 --slow -rP tests/drills tests/e2e/starting/test_stops_under_load.py

clean:
	rm -rf $(VENV) $(BENCH_VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info

# Needs uv on the PATH; run after a dependency changed in pyproject.toml.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q -o requirements.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt -q -o requirements-dev.txt
	echo 'setuptools>=77' | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.txt -q -o requirements-build.txt
	uv pip compile bench/requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.txt
