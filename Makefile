# The commands of this repository. They need make, Node.js and some Python, and install the rest.

PYTHON = backend/.venv/bin/python

# Variables of the caller's shell that would make uv, npm or Django use something outside this repository, and the one
# with which every Python process would compile all of its modules again.
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT PYTHONHOME NODE_ENV DJANGO_SETTINGS_MODULE PYTHONDONTWRITEBYTECODE

# Django runs in backend/, but a caller's DATA_DIR is relative to this folder.
ifneq ($(filter-out /% ~%,$(firstword $(DATA_DIR))),)
override DATA_DIR := $(CURDIR)/$(DATA_DIR)
export DATA_DIR
endif

.DEFAULT_GOAL := help
.PHONY: help run setup contract test check e2e screens bench soak bench-ui faults attacks conformance clients clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: export UV_NO_DEV = 1
run: python-packages pages .cache/static-files ## Serve the chat at http://localhost:8000; sets up and builds as needed (PORT, HOST, DATA_DIR)
	@cd backend && exec .venv/bin/python manage.py serve --migrate

setup: python-packages node-packages ## Install everything for development

contract: setup ## Generate contract/ from the code, and from it the types of the front end and of both clients
	$(AT_BACKEND) $(AS_TEST) $(MANAGE) export_contract
	@cd frontend && npm run --silent generate
	@$(PYTHON) clients/python/generate_types.py

test: run-tests ## Run every test: back end on SQLite and on PostgreSQL with Redis, front end, clients, tools

check: run-checks ## Check formats, lint, types, import contracts, migrations, production settings, containers, documents, dead code

e2e: setup pages .cache/static-files ## Test the real product in a real browser
	@exec $(PYTHON) -m tools.e2e tests

screens: setup pages .cache/static-files ## Retake the screenshots in docs/screens/
	@exec $(PYTHON) -m tools.screens

bench: setup ## Measure latency, throughput, CPU and memory against a bare relay (PART, SVG)
	@exec $(PYTHON) -m bench $(foreach part,$(PART),--part $(part)) $(if $(SVG),--svg $(SVG))

soak: setup ## Run random sequences of commands for a long time, on both kinds of store (STORIES per store; 150)
	@export SOAK_STORIES=$(or $(STORIES),150); for services in none postgres; do \
	  $(PYTHON) -m pytest backend/tests/chat/socket/test_stories.py --show-capture=no --services=$$services || exit; done

bench-ui: setup pages .cache/static-files ## Measure the pages in a real browser: sizes, times, tasks and frames
	@exec $(PYTHON) -m tools.e2e bench

faults: setup ## Break workers, stores and sockets while clients verify every frame (SEED, SECONDS)
	@exec $(PYTHON) -m faults $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

attacks: setup ## Attack a real server with floods, silent connections and the like while clients use it (ATTACK)
	@exec $(PYTHON) -m attacks $(ATTACK)

conformance: setup ## Check from outside whether a server follows the protocol (URL, TOKEN, MODEL, SECOND_TOKEN, JSON, JUNIT, EXPECT)
	@exec $(PYTHON) -m conformance $(URL) $(if $(JSON),--json '$(JSON)') $(if $(JUNIT),--junit '$(JUNIT)') \
	  $(if $(EXPECT),--expect-file '$(EXPECT)')

clients: setup ## Build the Python and TypeScript clients as packages, into dist/
	@PATH="$$PATH:$(CURDIR)/.cache/uv/bin" uv build --python $(PYTHON) --wheel --quiet --out-dir dist clients/python
	@cd clients/typescript && npm run --silent build && npm pack --silent --pack-destination ../../dist

clean: ## Remove everything that was installed or built, but no data or settings
	@rm -rf .cache dist clients/typescript/dist backend/.venv backend/staticfiles
	@cd frontend && rm -rf node_modules dist test-results playwright-report
	@for folder in . backend; do (cd $$folder && rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis); done

include tools/stages.mk

# --- Set-up: each step does only what has changed -----------------------------------------------------------------------

.PHONY: python-packages node-packages pages

python-packages:
	@sh tools/packages.sh

NODE = $(shell sed -n 's/.*"node": ">=\(.*\)".*/\1/p' frontend/package.json)
IS_NEW_ENOUGH = process.exitCode = process.versions.node.localeCompare('$(NODE)', undefined, { numeric: true }) < 0 ? 1 : 0

node-packages:
	@node -e "$(IS_NEW_ENOUGH)" && command -v npm >/dev/null || \
	  { echo "Install Node.js $(NODE) or newer, with npm (nodejs.org, or your system's packages)." >&2; exit 1; }
	@cd frontend && cmp -s package-lock.json node_modules/.installed || { echo "Installing the Node packages" && \
	  npm ci --no-audit --no-fund --include=dev --loglevel=error && cp package-lock.json node_modules/.installed; }

pages: node-packages .cache/pages

# Older than the page if another build has replaced this one. Folders are sources too: a deleted file changes them.
PAGE_SOURCES = $(wildcard frontend/*.*) $(shell find frontend/public frontend/src frontend/vite clients/typescript/src)
.cache/pages: $(PAGE_SOURCES) frontend/dist/index.html
	@echo "Building the pages" && cd frontend && npm run --silent build:same-origin -- --logLevel warn
	@mkdir -p $(@D) && touch $@
frontend/dist/index.html: ;

STATIC_SOURCES = backend/uv.lock $(wildcard backend/config/settings/*.py) $(shell find backend/apps -path '*/static/*')
.cache/static-files: $(STATIC_SOURCES) | python-packages
	@cd backend && .venv/bin/python manage.py collectstatic --no-input --verbosity 0
	@mkdir -p $(@D) && touch $@
