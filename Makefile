# peaceops: `make serve` opens the portal, `make test` runs every test. Both set up first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: help setup serve build test check bench lock clean
help:
	@echo "make serve   set up, build the database, open the portal on localhost"
	@echo "make test    set up, run all checks and tests"
	@echo "make check   ruff, mypy, import layers, catalogue"
	@echo "make build   the database, from the catalogue and the imported sources"
	@echo "make bench   the scripts in benchmarks/"
	@echo "make lock    choose versions anew from pyproject.toml"

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "peaceops needs Python 3.11 or later; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

setup: $(STAMP)

build: setup
	$(BIN)/peaceops build

serve: setup
	$(BIN)/peaceops serve --open

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/peaceops check

test: setup check
	$(BIN)/python -m pytest -n 2 --dist loadfile

bench: setup
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra cluster -o requirements.lock
	$(BIN)/uv pip compile --universal -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra cluster --group dev -o requirements-dev.lock

clean:
	rm -rf .venv build dist var
