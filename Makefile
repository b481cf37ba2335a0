# Every command of the project. `make help` lists them; nothing needs to be prepared by hand.
#
# What is made here lives in ignored folders: .venv (Python), .engines (the real tools the tests talk to).

PYTHON ?= python3
SPEC   ?= examples/opendax.yaml
BIN    := .venv/bin
PYTEST := $(BIN)/python -m pytest
ENGINE := $(BIN)/python -m tests.engines.install
CODE   := $(wildcard obs exporters tests bench)

export PATH := $(CURDIR)/.engines/bin:$(PATH)
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help venv pages bundle check test test-cluster test-versions test-upstream engines mutants bench bench-index bench-logs prove-logs lint lock wheel clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

venv: .venv/ready  ## prepare .venv from requirements.lock

.venv/ready: requirements.lock .ci/venv
	@.ci/venv

pages: venv  ## docs/checks.md, docs/spec.md and the spec's schema, made from the code
	@$(BIN)/python -m obs.pages

bundle: pages  ## the main job: render the spec onto the shelf folders, check everything, print a summary
	@$(BIN)/obs build $(SPEC) --out .

check: venv  ## run every check on the spec's bundle, write nothing
	@$(BIN)/obs check $(SPEC)

lint: venv  ## ruff and mypy
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)

engines: venv  ## build the pinned engines of the tests into .engines (GROUP=metrics|cluster|upstream|search|servers|versions for one)
	@$(ENGINE) $(if $(GROUP),--group $(GROUP))

test: lint  ## everything that needs no cluster and no Fluentd
	@$(ENGINE) --group metrics --group search --group servers
	$(PYTEST) -m "not cluster and not fluentd" -n 3 --dist loadgroup $(PYTEST_ARGS)

test-cluster: venv  ## what needs a real kube-apiserver
	@$(ENGINE) --group metrics --group cluster
	$(PYTEST) -m "cluster and not upstream" $(PYTEST_ARGS)

test-upstream: venv  ## what others deploy, on a real kube-apiserver: Elastic's operator, kube-state-metrics
	@$(ENGINE) --group metrics --group cluster --group upstream
	$(PYTEST) -m upstream $(PYTEST_ARGS)

# On Debian, Ubuntu's releases come from where UBUNTU_MIRROR says; without it their servers are told as not to be had.
test-versions: venv  ## the exporters on every version of their servers, or ONLY="mysql-8.4 ..."; needs root, UBUNTU_MIRROR=http://... on Debian
	@$(ENGINE) --group metrics --group servers --group versions
	nice -n 10 $(BIN)/python -m tests.versions $(ONLY)

wheel: venv  ## sdist, and the wheel built from it, into dist/
	$(BIN)/python -m build --outdir dist .

mutants: venv  ## change every rule one detail at a time; how many changes do the tests catch?
	@$(ENGINE) --group metrics
	$(BIN)/python -m tests.mutants

prove-logs: venv  ## real Fluentd, from PATH, through rotation, refusals and kill -9; the count is recorded
	$(BIN)/python -m tests.logs.prove

bench: venv  ## how fast the bundle renders, and how that grows; what the exporters cost beside their peers
	$(BIN)/python bench/render.py
	$(BIN)/python bench/exporters.py

bench-index: venv  ## bytes per line on disk against a stock daemonset's, on real search engines; the estimate's error
	@$(ENGINE) --group search
	$(BIN)/python -m bench.index_size

bench-logs: venv  ## lines per CPU second and memory of Fluentd, from PATH: our configuration against two others
	$(BIN)/python -m bench.fluentd

lock: venv  ## resolve requirements.lock anew from pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml
	cd exporters && ../$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --constraint ../requirements.lock \
	    --output-file requirements.lock requirements.in

clean:  ## remove everything made here, except the bundle
	chmod -R u+w .engines 2>/dev/null || true  # Go keeps its modules read-only
	rm -rf .venv .engines build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
