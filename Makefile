# The list of commands for working on Holdfast. `make demo` and `make test` need only Python 3.11, make and pip.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test install lint types architecture check fast lock docs clean

demo: install  ## assess the fictitious carrier in examples/northgate, offline
	$(BIN)/holdfast --home .holdfast assess examples/northgate --output holdfast-report || test $$? -eq 1 -o $$? -eq 3

test: install lint types architecture  ## everything the gate runs
	$(BIN)/python -m pytest

install: $(READY)

$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

architecture: install
	$(BIN)/lint-imports --no-cache

fast: install  ## only the tests
	$(BIN)/python -m pytest -x -q

lock: install  ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --group dev pyproject.toml -o requirements.lock

docs: install  ## renew the reference of commands from the commands themselves
	$(BIN)/python -m typer holdfast.cli.main utils docs --name holdfast --output docs/reference/cli.md
	$(BIN)/python -m holdfast.records.payment_reference docs/reference/payments.md
	$(BIN)/python -m holdfast.hunt.pack_reference docs/reference/hunt.md
	$(BIN)/python -m holdfast.records.register_reference docs/reference/owners.md
	$(BIN)/python -m holdfast.ownership.pack_reference docs/reference/owners.md

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis holdfast-report
