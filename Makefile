# What can be done in a clone, with only Python 3.11 or newer and make (GNU make 3.81 will do).
# Each target does its own set-up in .venv, once: the stamps there remember what is installed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
# A wheel or nothing: building someone's source archive would install unpinned tools to do it.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input install --no-user
PINNED := $(PIP) --require-hashes --only-binary :all: --requirement
# The checkout's own voicekit/ stays off the import path: what is run is the installed wheel.
SAFE := PYTHONSAFEPATH=1
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python)
# Folders are listed too: their time changes when a file goes.
SOURCES := pyproject.toml README.md LICENSE voicekit.yaml tests/prompts.yaml \
	$(shell find voicekit templates profiles prompts ! -name '*.pyc' ! -name __pycache__)

.PHONY: help demo test lint format docs lock cooldown bench trust orders mutants fuzz clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime $(VENV)/.voicekit  ## build this repository's prompts with the embedded voice: no account, no key
	@$(SAFE) $(BIN)/voicekit build --via embedded
	@$(SAFE) $(BIN)/python .ci/heard.py

test: $(VENV)/.dev $(VENV)/.voicekit  ## run every test against the built wheel; ARGS="-k name" to choose
	@VOICEKIT_TEST_WHEEL=1 $(SAFE) $(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.dev  ## check style, types, the direction of imports, and what may not be in the repository
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@sh .ci/hygiene

format: $(VENV)/.dev  ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(VENV)/.runtime $(VENV)/.voicekit  ## write the generated pages of docs/reference anew
	@$(SAFE) $(BIN)/python docs/generate.py

bench: $(VENV)/.dev $(VENV)/.voicekit  ## measure the speed of the verbs: a report, not a gate
	@$(SAFE) $(BIN)/python tests/bench.py

trust: $(VENV)/.dev $(VENV)/.voicekit  ## measure every promise of docs/trust.md: the table, row by row
	@$(SAFE) $(BIN)/python .ci/trust.py

orders: $(VENV)/.dev $(VENV)/.voicekit  ## run every test in five random orders, in parallel
	@for seed in 1 2 3 4 5; do echo "order $$seed of 5"; \
		VOICEKIT_TEST_WHEEL=1 $(SAFE) $(BIN)/python -m pytest -q -n auto -p no:cacheprovider --randomly-seed=$$seed $(ARGS) || exit 1; done

# The scripts of these two stand beside what they import.
mutants: $(VENV)/.dev  ## mutate the code that guards, and see whether tests notice; ARGS="--sample 40 voicekit/_files.py"
	@$(BIN)/python .ci/mutants.py $(ARGS)

fuzz: $(VENV)/.dev $(VENV)/.fuzz $(VENV)/.voicekit  ## feed hostile input to what reads it, 60 s each; SECONDS=600, ARGS="yaml server"
	@$(BIN)/python .ci/fuzz.py --seconds $(or $(SECONDS),60) $(ARGS)

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --exclude-newer 7d \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header $(ARGS)

lock: $(VENV)/.lock  ## write requirements/*.txt anew; ARGS=--upgrade to move the pins
	@$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	@$(COMPILE) requirements/build.in --output-file requirements/build.txt
	@$(COMPILE) requirements/lock.in --output-file requirements/lock.txt
	@$(COMPILE) requirements/fuzz.in --output-file requirements/fuzz.txt
	@$(COMPILE) pyproject.toml --all-extras requirements/dev.in --output-file requirements/dev.txt \
		--constraints requirements/runtime.txt --constraints requirements/build.txt
	@sh .ci/hygiene

cooldown: lock  ## see that no pin is younger than seven days: then locking anew changes nothing
	@git diff --exit-code --stat -- requirements

clean:  ## remove what these targets made; .voicekit stays, for it may hold audio that was paid for
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# --- what is installed ------------------------------------------------------------------------------

$(VENV)/.made:
	@sh .ci/venv $(VENV) $(CANDIDATES)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt $(VENV)/.made
	@echo "installing what voicekit needs into $(VENV) (once)"
	@$(PINNED) requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.made
	@echo "installing what voicekit, its checks and its tests need into $(VENV) (once)"
	@$(PINNED) requirements/dev.txt
	@touch $@

$(VENV)/.build: requirements/build.txt $(VENV)/.made
	@$(PINNED) requirements/build.txt
	@touch $@

$(VENV)/.lock: requirements/lock.txt $(VENV)/.made
	@$(PINNED) requirements/lock.txt
	@touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.made
	@$(PINNED) requirements/fuzz.txt
	@touch $@

# The wheel is made by the pinned backend itself, so nothing is resolved while building.
$(VENV)/.voicekit: $(SOURCES) $(VENV)/.build
	@echo "building the wheel and installing it into $(VENV)"
	@rm -f dist/voicekit-*.whl
	@said=$$($(BIN)/python -m hatchling build --target wheel --directory dist 2>&1) || { echo "$$said" >&2; exit 1; }
	@$(PIP) --no-deps --no-index --force-reinstall dist/voicekit-*.whl
	@touch $@
