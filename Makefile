# The commands of this repository. They need make, Python 3 and Node.js, and install the rest.

# The first Python that works: pyenv's python3 fails if it lacks the version of .python-version.
PYTHON ?= $(shell for name in python3 /usr/bin/python3 python; do $$name -c '' 2>/dev/null && { echo $$name; exit; }; done; echo no-python)
TOOL = @exec $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run setup contract test check e2e screens attacks bench bench-ui conformance clients clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: python ## Serve the chat at http://localhost:8000; sets up and builds as needed (PORT, HOST, DATA_DIR)
	$(TOOL).run

setup: python ## Install everything for development
	$(TOOL).set_up

contract: python ## Write contract/ from the code, and the types of front end and Python client from contract/
	$(TOOL).contract

test: python ## Run every test: back end on SQLite and on PostgreSQL with Redis, front end, tools
	$(TOOL).test

check: python ## Check formats, lint, types, import contracts, migrations, production settings, containers, documents, dead code
	$(TOOL).check

e2e: python ## Test the real product in a real browser
	$(TOOL).e2e

screens: python ## Take the pictures in docs/screens/ again
	$(TOOL).screens

bench: setup ## Measure latency, throughput, CPU and memory against a bare relay (PART, SVG)
	@exec backend/.venv/bin/python -m bench $(foreach part,$(PART),--part $(part)) $(if $(SVG),--svg $(SVG))

soak: python ## Run the chat's state machine at length, on both kinds of store (STORIES)
	$(TOOL).soak

bench-ui: python ## Measure the pages in a real browser: sizes, times, tasks and frames
	$(TOOL).bench_ui

faults: setup ## Break workers, stores and sockets while clients verify every frame (SEED, SECONDS)
	@exec backend/.venv/bin/python -m faults $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

attacks: setup ## Attack a real server with floods, silent connections and the like while clients use it (ATTACK)
	@exec backend/.venv/bin/python -m attacks $(ATTACK)

conformance: setup ## Check a server of the protocol from outside (URL, TOKEN, MODEL, SECOND_TOKEN)
	@exec backend/.venv/bin/python -m conformance $(URL)

clients: python ## Build the clients of the protocol as packages, into dist/
	$(TOOL).clients

clean: python ## Remove everything that was installed or built, but no data or settings
	$(TOOL).clean

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.12 or newer (python.org) and run this again." >&2; exit 1; }
