# The stages of `make test` and `make check`. Each is a target, so that `make check-types` runs one alone.

CORES := $(shell getconf _NPROCESSORS_ONLN)
# All stages run, even if one fails. The output of each is printed in one piece, by GNU make 4.
SIDE_BY_SIDE = $(MAKE) --no-print-directory --keep-going $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# Runs a program whose output matters only if it fails.
quietly = output=$$($(1) 2>&1) || { echo "$$output"; exit 1; }

BIN = $(CURDIR)/backend/.venv/bin
AT_BACKEND = @cd backend && DATA_DIR=$(CURDIR)/.cache/check-data
AS_TEST = DJANGO_SETTINGS_MODULE=config.settings.test DATABASE_URL= REDIS_URL=
MANAGE = $(BIN)/python -W error manage.py

# --- Tests: the longest come first, so that none runs alone at the end ----------------------------------------------

# Two more than there are cores, because tests also wait. With more, each test takes longer, up to its limit.
run-tests:
	@mkdir -p .cache/reports
	@$(SIDE_BY_SIDE) --jobs=$$(($(CORES) + 2)) $(TESTS)

TESTS = test-postgres-sockets test-postgres test-sqlite-chat test-front-end test-sqlite-sockets test-sqlite-answers \
  test-sqlite-conformance test-sqlite test-postgres-processes
CHAT = backend/tests/chat
SOCKETS = $(CHAT)/socket
ANSWERS = $(CHAT)/answers $(CHAT)/providers
CONFORMANCE = backend/tests/conformance
TOOLS = testkit faults attacks bench tools clients
# They mostly build images and start servers.
PROCESSES = backend/tests/config backend/tests/container_images backend/tests/maintenance
PYTEST = echo "=== $@ ===" && $(PYTHON) -m pytest --junit-xml=.cache/reports/$(@:test-%=%).xml

test-postgres-sockets: ; @$(PYTEST) --services=postgres $(SOCKETS)
test-sqlite-sockets: ; @$(PYTEST) --services=none $(SOCKETS)
test-postgres-processes: ; @export NGINX_PATH=$$($(PYTHON) -m tools.nginx) && $(PYTEST) --services=postgres $(PROCESSES)
test-sqlite-answers: ; @$(PYTEST) --services=none $(ANSWERS)
test-sqlite-chat: ; @$(PYTEST) --services=none $(CHAT) $(patsubst %,--ignore=%,$(SOCKETS) $(ANSWERS))
test-sqlite-conformance: ; @$(PYTEST) --services=none $(CONFORMANCE)
test-sqlite: ; @$(PYTEST) --services=none backend/tests $(patsubst %,--ignore=%,$(CHAT) $(CONFORMANCE)) $(TOOLS)
test-postgres: ; @$(PYTEST) --services=postgres backend/tests $(patsubst %,--ignore=%,$(SOCKETS) $(PROCESSES))
test-front-end:
	@cd frontend && npm run --silent test -- --run --reporter=default --reporter=junit \
	  --outputFile.junit=../.cache/reports/front-end.xml

# --- Checks ---------------------------------------------------------------------------------------------------------

run-checks:
	@$(SIDE_BY_SIDE) --jobs=$(CORES) $(CHECKS)

CHECKS = check-pages-lint check-types check-pages-format check-pages-types check-pages-knip check-pages-generate \
  check-deployment check-migrations check-contract check-imports check-dead-code check-format check-lint \
  check-client-types check-containers check-citations check-patches check-workflows
.PHONY: run-tests run-checks $(TESTS) $(CHECKS)

# A stage waits only for the packages that it needs, so that those of Python and of Node are installed side by side.
PAGES_CHECKS = $(filter check-pages-%,$(CHECKS))
$(TESTS) $(filter-out $(PAGES_CHECKS),$(CHECKS)): python-packages
$(TESTS) $(PAGES_CHECKS): node-packages

check-format: ; @$(BIN)/ruff format --quiet --check .
check-lint: ; @$(BIN)/ruff check --quiet .
check-types: ; @DATA_DIR=$(CURDIR)/.cache/check-data $(BIN)/mypy
check-client-types: ; @$(PYTHON) clients/python/generate_types.py --check
check-imports: ; @cd backend && $(call quietly,$(BIN)/lint-imports)
check-migrations: ; $(AT_BACKEND) $(AS_TEST) $(MANAGE) makemigrations --check --dry-run
check-contract: ; $(AT_BACKEND) $(AS_TEST) $(MANAGE) export_contract --check
check-dead-code: ; @cd backend && $(BIN)/python ../tools/dead_code.py
# Patches of the product's own modules would tie tests to its insides: they replace functions of libraries only.
check-patches: ; @! grep -rnE --include='*.py' 'monkeypatch\.(set|del)attr|mock\.patch\(' backend testkit attacks bench \
  clients conformance faults tools --exclude-dir=.venv | grep -vE 'attr\((DefaultResolver|getpass|os|subprocess),'
check-citations: ; @$(PYTHON) -m tools.citations

# Settings that production accepts.
check-deployment:
	$(AT_BACKEND) DJANGO_SETTINGS_MODULE=config.settings.production DEBUG=false ALLOWED_HOSTS=chat.example.org \
	  DATABASE_URL=postgresql://chat:secret@127.0.0.1:5432/chat REDIS_URL=redis://127.0.0.1:6379/0 \
	  CORS_ALLOWED_ORIGINS=https://chat.example.org OPENAI_API_KEY=sk-made-up-for-the-check \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  JWT_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  $(MANAGE) check --deploy --fail-level WARNING

check-containers:
	@$(BIN)/hadolint backend/docker/Dockerfile .devcontainer/Dockerfile
	@cd backend/docker && $(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.*.yml
	@cd backend/docker && $(call quietly,$(BIN)/compose-lint --no-env docker-compose.*.yml)

check-pages-generate check-pages-format: check-pages-%: ; @cd frontend && npm run --silent $*:check
check-pages-lint check-pages-knip: check-pages-%: ; @cd frontend && npm run --silent $*
check-pages-types: ; @cd frontend && npm run --silent type-check

SCHEMA = @cd .github && $(BIN)/check-jsonschema --quiet --builtin-schema
check-workflows:
	$(SCHEMA) vendor.github-workflows workflows/*.yml
	$(SCHEMA) custom.github-workflows-require-timeout workflows/*.yml
	$(SCHEMA) vendor.dependabot dependabot.yml
	$(SCHEMA) vendor.github-issue-forms ISSUE_TEMPLATE/[!c]*.yml
	$(SCHEMA) vendor.github-issue-config ISSUE_TEMPLATE/config.yml
