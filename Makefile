# `make` lists the targets. Nothing has to be set: each target makes what it needs, and only once.

PORT ?= 8000
VENV := .venv
PYTHON := $(VENV)/bin/python
ADDRESS := http://127.0.0.1:$(PORT)

# The first of these that is there and new enough builds the virtual environment.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11

# Tests on every core, in the order that tests/conftest.py gives them. Empty it to see them in one process.
PARALLEL ?= --numprocesses auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint check bench browser parsers port-is-free

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.for-development ## Create .venv with everything that development needs

demo: $(VENV)/.for-running port-is-free ## Load the demo and serve it on 127.0.0.1:8000 (or PORT=8001)
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py load_demo
	@echo "De Lindehof runs at $(ADDRESS)/ and its editors work at $(ADDRESS)/admin/. Ctrl-C stops it."
	@# Without the scheduler no page would ever go live. Its output goes nowhere, so that a pipe ends when the server does.
	@( trap 'kill $$pause; exit' TERM; \
		while :; do $(PYTHON) manage.py publish_scheduled; $(PYTHON) manage.py send_notifications; $(PYTHON) manage.py snapshot_coverage; sleep 300 & pause=$$!; wait $$pause; done ) >/dev/null 2>&1 & \
		scheduler=$$!; trap 'kill $$scheduler 2>/dev/null' EXIT INT TERM; \
		WAGTAILADMIN_BASE_URL=$(ADDRESS) $(PYTHON) manage.py runserver --noreload 127.0.0.1:$(PORT)

test: $(VENV)/.for-development browser parsers ## Install what the tests need, the browser included, and run them
	$(PYTHON) -m pytest $(PARALLEL) $(ARGS)

lint: $(VENV)/.for-development ## Check style: Python with ruff, templates with djhtml and curlylint
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djhtml --check --tabwidth 2 templates personas/templates planner/templates
	$(VENV)/bin/curlylint --quiet --parse-only templates personas/templates planner/templates

check: $(VENV)/.for-running ## Check the production settings, and that no migration is missing
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w 0) ALLOWED_HOSTS=example.com \
		$(PYTHON) manage.py check --deploy --fail-level WARNING --settings cms.settings.production
	$(PYTHON) manage.py makemigrations --check --dry-run

bench: $(VENV)/.for-development ## Measure the budgets and print the table
	$(PYTHON) -m pytest tests/benchmarks -m bench -s $(ARGS)

$(VENV)/bin/python:
	@for candidate in $(PYTHONS); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Python 3.11 or newer is needed. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 1; fi; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$$found cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# Stamps: made again when the requirements change, and skipped otherwise.
$(VENV)/.for-running: requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.for-development: requirements-dev.txt $(VENV)/.for-running
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

port-is-free: | $(VENV)/bin/python
	@$(PYTHON) -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", $(PORT))) == 0)' || \
		{ echo "Port $(PORT) is in use. Choose another one: make demo PORT=8001" >&2; exit 1; }

browser: $(VENV)/.for-development
	@tests/install.sh browser

parsers: $(VENV)/.for-development
	@tests/install.sh parsers
