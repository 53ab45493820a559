# Everything a fresh machine with Python 3.11, pip and make needs. `make help` lists the targets.
PYTHON ?= python3
VENV ?= .venv
OUT ?= out/demo
BIN := $(VENV)/bin
# The tests run on every core already; threads of their own would only get in each other's way.
export OPENBLAS_NUM_THREADS ?= 1
WORKERS ?= auto

.PHONY: help demo test check lint types walls docs lowest bench calibrate endurance clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/installed  ## install, and write the report on the sample data
	$(BIN)/peereval demo --out $(OUT)

test: $(VENV)/installed-dev  ## install what the tests need, and run them
	$(BIN)/python -m pytest -n $(WORKERS)

check: test lint types walls docs lowest  ## everything the build runs

lint: $(VENV)/installed-dev  ## style and spelling
	$(BIN)/codespell
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev  ## types, strictly
	$(BIN)/mypy

walls: $(VENV)/installed-dev  ## imports go downward only
	$(BIN)/lint-imports

docs: $(VENV)/installed-dev  ## the README, the notebooks and the links of the docs
	$(BIN)/python -m pytest -q tests/docs notebooks

lowest: $(VENV)-lowest/installed  ## the oldest versions of what we build on
	$(VENV)-lowest/bin/python -m pytest -q -n $(WORKERS) -m "not newest" -W default

bench: $(VENV)/installed-dev $(VENV)-bench/tried  ## how long commands and mixed models take
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/paired.py
	OPENBLAS_NUM_THREADS=2 $(BIN)/python benchmarks/mixed.py --peers $(VENV)-bench

calibrate: $(VENV)/installed-dev  ## how often verdicts are right, and intervals hold the truth
	$(BIN)/python benchmarks/calibrate.py --out docs/calibration.md
	$(BIN)/python benchmarks/coverage.py --out docs/coverage.md
	$(BIN)/python benchmarks/paired_calibration.py --out docs/null-calibration.md

EXAMPLES ?= 100000
SECONDS ?= 600

endurance: $(VENV)/installed-dev $(VENV)-fuzz/tried  ## hours of odd files and plans, and kills
	PEEREVAL_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -n 0 tests/fuzz
	PEEREVAL_KILLS=50 $(BIN)/python -m pytest -n $(WORKERS) -k kill tests/report tests/cli
	if $(VENV)-fuzz/bin/python -c "import atheris"; then for what in csv plan; do \
		$(VENV)-fuzz/bin/python benchmarks/by_coverage.py $$what -max_total_time=$(SECONDS) \
			-timeout=10 -rss_limit_mb=1024 || exit 1; \
	done; fi

clean:  ## remove what the targets made
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-bench $(VENV)-fuzz out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	touch $@ $(VENV)/installed

$(VENV)-lowest/installed: pyproject.toml lowest.txt
	$(PYTHON) -m venv $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip install --quiet --upgrade pip
	$(VENV)-lowest/bin/python -m pip install --quiet -c lowest.txt -e ".[test]"
	touch $@

# The other programs that are timed; a package that cannot be had is left out, and said to be.
$(VENV)-bench/tried:
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --upgrade pip
	$(VENV)-bench/bin/python -m pip install --quiet pandas
	for peer in statsmodels glmm mixedlm; do \
		$(VENV)-bench/bin/python -m pip install --quiet $$peer || true; \
	done
	touch $@

# atheris has no wheel for every system; without it the other fuzzing runs all the same.
$(VENV)-fuzz/tried: pyproject.toml
	$(PYTHON) -m venv $(VENV)-fuzz
	$(VENV)-fuzz/bin/python -m pip install --quiet -e .
	$(VENV)-fuzz/bin/python -m pip install --quiet atheris || true
	touch $@
