# The commands of this repository. They need make, Python 3 and Node.js; the rest is fetched.

# Not just the first on the PATH: pyenv's python3 fails where it lacks the version of .python-version.
PYTHON ?= $(shell for name in python3 /usr/bin/python3 python; do $$name -c '' 2>/dev/null && { echo $$name; exit; }; done; echo no-python)
TOOL = @exec $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run setup contract test check e2e screens attacks bench bench-ui clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: python ## The chat at http://localhost:8000, set up and built as needed (PORT, HOST, DATA_DIR)
	$(TOOL).run

setup: python ## Install everything for development
	$(TOOL).set_up

contract: python ## The contract in contract/ from the code, and the front end's types from the contract
	$(TOOL).contract

test: python ## Every test: back end on SQLite and on PostgreSQL with Redis, front end, tools
	$(TOOL).test

check: python ## Formats, lint, types, import contracts, migrations, production settings, containers, documents, dead code
	$(TOOL).check

e2e: python ## The real thing in a real browser
	$(TOOL).e2e

screens: python ## The pictures in docs/screens/, taken anew
	$(TOOL).screens

bench: setup ## Added latency and throughput against a bare relay
	@exec backend/.venv/bin/python -m bench

soak: python ## The chat's state machine at length, on both kinds of store (STORIES)
	$(TOOL).soak

bench-ui: python ## How quick the pages feel: sizes, times, tasks and frames in a real browser
	$(TOOL).bench_ui

faults: setup ## Workers, stores and sockets broken while clients verify every frame (SEED, SECONDS)
	@exec backend/.venv/bin/python -m faults $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

attacks: setup ## Floods, silent connections and the like against a real server that others use (ATTACK)
	@exec backend/.venv/bin/python -m attacks $(ATTACK)

clean: python ## Remove what was installed and built; never data or settings
	$(TOOL).clean

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.12 or newer (python.org) and run this again." >&2; exit 1; }
