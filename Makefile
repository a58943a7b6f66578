# Commands of this checkout. The environment is .venv, made from hash-pinned lock files; a stamp in it says which are in.

PYTHON ?= python3
PORT ?= 8000
# Not ?=: other tools export a HOST of their own. Name yours after the target: make demo HOST=0.0.0.0
HOST = 127.0.0.1
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/stamp-runtime
DEV := $(VENV)/stamp-dev
# Dependencies may change in pyproject.toml and the installer in tools/; anything else needs no new environment.
ENVIRONMENT := tools/environment.py pyproject.toml

.PHONY: help demo test check check-style check-types check-imports check-docs format bench lock clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

demo: $(RUNTIME) ## fill a demo organisation in .demo and serve it (PORT=8000 HOST=127.0.0.1)
	$(BIN)/python -m rollbook demo --data .demo --host $(HOST) --port $(PORT)

# One more than there are cores, for tests also wait for databases, browsers and other programs.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: $(DEV) ## run every test (ARGS="-k velpic" for some)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist loadscope -rfEs $(ARGS)

check: check-style check-types check-imports check-docs ## run every check that is not a test

check-style: $(DEV) ## lint, and compare the formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check-types: $(DEV) ## check the types
	$(BIN)/mypy

check-imports: $(DEV) ## check that imports run one way
	$(BIN)/lint-imports

check-docs: $(DEV) ## compare docs/reference with the code it is generated from
	$(BIN)/python -m rollbook docs --check

format: $(DEV) ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(DEV) ## run the side-by-side benchmarks
	$(BIN)/python -m bench $(ARGS)

# uv does not read pip's settings.
ifdef PIP_INDEX_URL
lock: export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# The dev lock comes first and constrains the others, so that every pin is the same in all three.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: $(DEV) ## resolve the dependencies anew (ARGS="--upgrade" for the newest)
	$(LOCK) pyproject.toml --extra dev --output-file requirements-dev.lock $(ARGS)
	$(LOCK) pyproject.toml --constraints requirements-dev.lock --output-file requirements.lock $(ARGS)
	echo hatchling | $(LOCK) - --constraints requirements-dev.lock --output-file requirements-build.lock $(ARGS)

clean: ## remove the environment, the demo data, caches and build results
	rm -rf $(VENV) .demo build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements-build.lock requirements.lock $(ENVIRONMENT)
	$(PYTHON) tools/environment.py $(VENV) requirements-build.lock requirements.lock
	@touch $@

# The dev lock holds the other two.
$(DEV): requirements-dev.lock $(ENVIRONMENT)
	$(PYTHON) tools/environment.py $(VENV) requirements-dev.lock
	@touch $@ $(RUNTIME)
