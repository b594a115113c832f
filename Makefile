# `make demo` and `make test` need Python 3.11+, git and make; everything else they set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 4

# counts what pip collects, on a terminal
COUNT := /^Collecting/ { n++; if (tty) printf "\r  %d of %d packages", n, all > "/dev/stderr" } \
	/^Installing/ { if (tty) printf "\r  installing %d packages ", n > "/dev/stderr" } \
	/^FAILED$$/ { bad = 1 } END { if (tty) print "" > "/dev/stderr"; exit bad }

.PHONY: demo run test test-all tests lint types docs setup dev browser postgres thermometer bench lock clean help
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: .venv/installed
.venv/installed: requirements/run.lock pyproject.toml
	@echo "setting up .venv, which takes a minute or two the first time"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rolewire needs Python 3.11 or newer; set PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@{ PYTHONUNBUFFERED=1 $(BIN)/python -m pip install --require-hashes -r requirements/run.lock || echo FAILED; } \
		| awk -v all="$$(grep -c '==' requirements/run.lock)" -v tty="$$(test -t 2 && echo 1)" '$(COUNT)'
	test -f .venv/installed-dev || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/build.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

dev: .venv/installed-dev  ## the tools of those who work on it
.venv/installed-dev: requirements/dev.lock .venv/installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	touch $@

demo: setup  ## the main job end to end on sample boards, no network and no accounts
	$(BIN)/rolewire demo

run: setup  ## the daemon, with config.toml
	$(BIN)/rolewire run

browser: setup
	$(BIN)/python tests/tools/ensure_browser.py

postgres: setup
	$(BIN)/python tests/tools/ensure_postgres.py

test: dev browser postgres  ## everything: lint, types, tests with a real browser and a real PostgreSQL
	$(MAKE) lint
	$(MAKE) --jobs 2 --keep-going types tests

test-all: dev browser postgres  ## the tests with 10,000 changed answers a spider, a million pairs of search and posting
	$(MAKE) lint
	ROLEWIRE_MUTATIONS=10000 ROLEWIRE_PAIRS=1000000 ROLEWIRE_INPUTS=100000 \
		$(MAKE) --jobs 2 --keep-going types tests OPTIONS='--timeout 1800'

tests:  # modules are kept as compiled, whatever the environment says: some hundred processes are started
	PYTHONDONTWRITEBYTECODE= ROLEWIRE_TEST_REQUIRE_ALL=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(OPTIONS)

docs: setup  ## the pages that are made from the code
	$(BIN)/python -m spiders.base.documentation
	$(BIN)/python -m commands.documentation

lint: dev  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev  ## mypy --strict
	$(BIN)/mypy

thermometer: dev  ## how long functions, spiders, channels and modules are
	$(BIN)/python tests/tools/thermometer.py

lock: dev  ## resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements/run.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements/dev.lock
	$(BIN)/uv pip compile requirements/build.in --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements/build.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache rolewire-demo
