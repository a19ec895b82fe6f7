# Everything from a fresh clone: `make study` and `make test` set up .venv as needed and report where the results are.

PYTHON ?= python3
CORES ?= all
# A config that overrides the default one, such as CONFIG=config/mnist.yaml.
CONFIG ?=
# Folders of finished runs whose records `make plan` uses; if empty, this folder if it has a finished run.
RECORDS ?=
VENV := .venv
BIN := $(VENV)/bin
# Tests run in parallel, one per core, so each must use a single thread.
PYTEST = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest
# Index for torch; if empty, the one that pip is configured for. PyTorch's index of CPU builds saves some GB on Linux.
TORCH_INDEX ?=
packages_of = $$($(1)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
TORCH := $(shell grep '^torch==' requirements.lock)
# The script of the report page: its modules are bundled into one committed file, so that studies need no Node.js.
BUNDLE := src/quantshift/report/templates/page.bundle.js
TORCH_RANGE = $(shell sed -n 's/^ *"\(torch>=[^"]*\)".*/\1/p' pyproject.toml)
# The output of `make lock`: the first line of the lock file, a comment, then the versions.
resolved = build/lock/bin/python -m pip freeze --exclude quantshift | sed 's/+[a-z0-9.]*$$//'
locked = { head -n 1 $(1); $(2); } > build/lock/new && mv build/lock/new $(1)

# As quantshift sets it for its jobs: see src/quantshift/__init__.py.
export ORT_DISABLE_TELEMETRY ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup study plan report smoke test test-unit test-browser test-workflow test-archives test-parquet test-profiles test-slurm docs lint lint-script format config-docs bundle bench bench-study lock clean

help: ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(VENV)/.study: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "quantshift needs Python 3.11 or newer; choose one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (a few minutes the first time)"
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@echo "set up: . $(BIN)/activate puts snakemake on the path"
	@touch $@

$(VENV)/.test: $(VENV)/.study requirements-test.lock
	$(BIN)/python -m pip install --quiet --requirement requirements-test.lock
	@touch $@

# Environments on top of .venv: executor plugins would slow down each start of snakemake in .venv, and no study needs Sphinx.
build/%/.plugins: requirements-%.lock $(VENV)/.test
	rm -rf build/$*
	$(BIN)/python -m venv build/$*
	echo "import site; site.addsitedir('$(call packages_of,$(BIN))')" > $(call packages_of,build/$*/bin)/base.pth
	build/$*/bin/python -m pip install --quiet --requirement $<
	@touch $@

# The linter and bundler of the page's script.
node_modules/.installed: package.json package-lock.json .npmrc
	npm ci --silent
	@touch $@

setup: $(VENV)/.study ## create the virtual environment with the pinned dependencies

study: $(VENV)/.study ## run the default study with all cores (CORES=4 for fewer)
	$(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG))
	@echo "report:   results/report.html"
	@echo "tables:   results/tables/"
	@echo "figures:  results/figures/"
	@echo "record:   results/run.json"

plan: $(VENV)/.study ## estimate the cost of a study before running it (CONFIG=config/paper.yaml CORES=256 RECORDS=build/smoke, or DIRECTORY=quantshift-model for a check)
	$(BIN)/python -m quantshift.planning $(if $(CONFIG),--configfile $(CONFIG)) $(if $(DIRECTORY),--directory $(DIRECTORY)) \
		$(if $(filter-out all,$(CORES)),--cores $(CORES)) $(if $(RECORDS),--records $(RECORDS))

report: $(VENV)/.study ## rebuild only the report page, from the tables of the last study
	@test -f results/tables/findings.csv || { echo "no finished study here: run make study first" >&2; exit 1; }
	$(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG)) \
		--allowed-rules decision details report_page --forcerun report_page -- results/report.html || \
		{ echo "make report needs the config of the study: use the same CONFIG=... as for make study" >&2; exit 1; }
	@echo "report:   results/report.html"

smoke: $(VENV)/.study ## run every rule on small data, under build/smoke
	$(BIN)/snakemake --cores $(CORES) --directory build/smoke --configfile config/smoke.yaml
	@echo "report, tables and figures of the smoke study: build/smoke/results/"

# Lint and browser tests run in parallel, since neither keeps two cores busy.
test: $(VENV)/.test ## run all checks and tests
	@$(MAKE) --no-print-directory --jobs 2 lint test-browser
	@$(MAKE) --no-print-directory test-unit
	@$(MAKE) --no-print-directory test-workflow
	@echo "all checks and tests for one machine passed; make test-archives, test-parquet, test-profiles and test-slurm run the others"

test-unit: $(VENV)/.test ## run the unit tests
	$(PYTEST) -n auto --dist loadfile tests/unit src

test-browser: $(VENV)/.test ## test the report page in Chromium (installed by apt-get if it is missing and you are root)
	$(PYTEST) -rs -n auto tests/browser

test-workflow: $(VENV)/.test ## run the tests that run the workflow
	$(BIN)/python -m pytest -n auto --dist worksteal tests/workflow

test-profiles: build/cluster/.plugins build/kubernetes/.plugins ## run the profile tests that need no cluster
	build/cluster/bin/python -m pytest -rs tests/profiles/test_cluster.py
	build/kubernetes/bin/python -m pytest -rs tests/profiles/test_kubernetes.py

test-parquet: build/parquet/.plugins ## test the reader of Parquet files, which needs pyarrow
	build/parquet/bin/python -m pytest -rs tests/unit/data/readers/test_parquet.py

test-archives: $(VENV)/.test ## run a part of the published study on small archives with the layouts of the real ones (three minutes)
	$(BIN)/python -m pytest tests/archives

test-slurm: build/cluster/.plugins ## run the smoke study on a real Slurm with one node (needs root and apt-get; 15 minutes)
	build/cluster/bin/python -m pytest -rs tests/slurm

lint: $(VENV)/.test ## check style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	@$(MAKE) --no-print-directory lint-script

lint-script: ## check the style of the page's script, and that its bundle is up to date (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory .lint-script; \
	else echo "skipped the checks of the page's script: npm is not on the path (it comes with Node.js 20 or newer)"; fi

.PHONY: .lint-script
.lint-script: node_modules/.installed
	npm run --silent lint
	@npm run --silent bundle | cmp -s - $(BUNDLE) || { echo "$(BUNDLE) is outdated: run make bundle" >&2; exit 1; }

bundle: node_modules/.installed ## bundle the page's script after its modules have changed (needs npm)
	@mkdir -p build
	npm run --silent bundle > build/page.bundle.js
	mv build/page.bundle.js $(BUNDLE)

format: $(VENV)/.test ## fix the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.installed && npm run --silent format && \
		$(MAKE) --no-print-directory bundle; fi

config-docs: $(VENV)/.study ## write the config's JSON schema and the table of its keys in config/README.md
	$(BIN)/python -m quantshift.configuration.documents

docs: build/docs/.plugins ## build the documentation into build/site; warnings are errors
	rm -rf build/site docs/api
	build/docs/bin/python -m sphinx --fresh-env --jobs auto --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs build/site
	@echo "documentation: build/site/index.html"

bench: $(VENV)/.study ## measure the fast core
	$(BIN)/python benchmarks/shift_generation.py
	$(BIN)/python benchmarks/inference.py
	$(BIN)/python benchmarks/batch_sizes.py
	$(BIN)/python benchmarks/corruptions.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/planning_time.py
	$(BIN)/python benchmarks/starts.py
	$(BIN)/python benchmarks/integer_speed.py
	$(BIN)/python benchmarks/training.py

bench-study: CONFIGFILE = $(or $(CONFIG),config/config.yaml)
bench-study: $(VENV)/.study ## measure a study from scratch in build/bench-study, its evaluate stage on one and two cores, and a dry run of it
	rm -rf build/bench-study
	$(BIN)/python benchmarks/study.py --configfile $(CONFIGFILE) --directory build/bench-study \
		$(if $(filter-out all,$(CORES)),--cores $(CORES))
	$(BIN)/python benchmarks/cores.py --configfile $(CONFIGFILE) --results build/bench-study/results
	$(BIN)/python benchmarks/planning_time.py --configfile $(CONFIGFILE) --finished build/bench-study

lock: ## resolve the dependencies in pyproject.toml again and write the lock files
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$(TORCH_RANGE)"
	build/lock/bin/python -m pip install --quiet ".[training]"
	$(resolved) > build/lock/known
	$(call locked,requirements.lock,cat build/lock/known)
	for extra in test cluster kubernetes docs parquet texts; do \
		build/lock/bin/python -m pip install --quiet ".[$$extra]"; \
		$(resolved) > build/lock/all; \
		$(call locked,requirements-$$extra.lock,grep -vxFf build/lock/known build/lock/all); \
		cp build/lock/all build/lock/known; \
	done
	rm -rf build/lock

clean: ## remove the results and the virtual environment
	rm -rf $(VENV) .snakemake build node_modules results/[a-z]*
