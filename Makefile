# Everything starts from a Python >= 3.11 alone: the environment, the broker's jars and the engine come from package registries.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help venv demo demo-findings check test faults shuffles bench bench-census bench-streams bangkok reference constraints clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

venv: $(STAMP) ## make the environment in .venv

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[local,dev]'
	@touch $@

demo: $(STAMP) ## a school's roster in, its published census out, on a real broker and the real engine
	@$(BIN)/thabian demo

demo-findings: $(STAMP) ## one pupil enrolled at two schools: the finding opens, and is settled when one takes the entry back
	@$(BIN)/thabian demo --findings

check: $(STAMP) ## lint, types, import contract, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/thabian reference --check
	$(BIN)/python -m monitoring.dashboards --check

test: check ## everything: checks, then all tests against a real broker and the real engine (started by the tests)
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

bench: $(STAMP) ## measure intake beside a naive Faust agent and a hand-written loop: make bench ARGS="--backlog 2000000"
	@$(BIN)/thabian local up
	@$(BIN)/python -m benchmarks $(ARGS)

bench-census: $(STAMP) ## measure seals, reports, explain and diff of a nation's census: make bench-census ARGS="--events 30000000"
	@$(BIN)/thabian local up
	@$(BIN)/python -m benchmarks.census $(ARGS)

bench-streams: $(STAMP) ## measure the stream, beside a naive Faust agent, and how soon a finding is seen: make bench-streams ARGS="--pupils 1000000"
	@$(BIN)/thabian local up
	@$(BIN)/python -m benchmarks.streams $(ARGS)

N ?= 20
SEED ?= 1

faults: $(STAMP) ## N=200 rounds of faults on real parts: kills, zombies, outages; SEED=n repeats round n with N=1
	$(BIN)/python -m tests.faults --rounds $(N) --seed $(SEED) --cluster $$(( $(N) / 25 ))

shuffles: $(STAMP) ## N=500 rounds of one real school's roster, shuffled, sent again, intake killed: always the published counts
	@$(BIN)/python -m tests.shuffles --rounds $(N) --seed $(SEED)

bangkok: $(STAMP) ## a simulated year of 437 schools and 253,000 pupils, censuses held against the truth, findings against SQL: make bangkok ARGS="--schools 20"
	@$(BIN)/python -m tests.bangkok $(ARGS)

reference: $(STAMP) ## write the generated pages in docs/, the chart's rules and the dashboards anew
	$(BIN)/thabian reference
	$(BIN)/python -m monitoring.rules
	$(BIN)/python -m monitoring.dashboards

walkthroughs: $(STAMP) ## write docs/walkthrough-*.md anew: every command in them is run, and what comes out goes in
	WALKTHROUGH=write $(BIN)/pytest tests/thabian/test_walkthroughs.py

constraints: $(STAMP) ## pin what the pinned dependencies bring along
	@{ sed -n '/^#/p' constraints.txt; $(BIN)/pip freeze --exclude-editable; } > constraints.new && mv constraints.new constraints.txt

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage *.egg-info
