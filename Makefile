# The commands of citynet. They need Python 3.11 or newer and a way to PyPI, nothing else.

PORT ?= 8000
# A newer Python than python3: make run PYTHON=python3.13
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
MANAGE = .venv/bin/python manage.py
PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run dev test audit lint format messages

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: export DEBUG = off
run: export HTTPS = off
run: export LOG_FORMAT = console
run: setup  ## serve the site as production does, with the demo, at http://127.0.0.1:8000 (PORT=)
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@exec .venv/bin/gunicorn --config python:citynet.gunicorn --bind 127.0.0.1:$(PORT) citynet.wsgi

dev: export DEBUG = on
dev: setup  ## the same on Django's development server, which reloads what you edit
	@exec $(MANAGE) runserver 127.0.0.1:$(PORT)

setup: .venv/installed var/secret_key
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo
	@$(MANAGE) create_staff

test: .venv/installed-dev  ## the whole suite, on SQLite and then on PostgreSQL
	@failed=0; \
	env -u TEST_DATABASE_URL .venv/bin/python -m pytest -n 2 || failed=1; \
	.venv/bin/python tests/postgres.py .venv/bin/python -m pytest -n 2 || failed=1; \
	exit $$failed

audit: .venv/installed-dev  ## weights, valid HTML, accessibility and Lighthouse's scores of every kind of page (needs Node, Java)
	@failed=0; \
	.venv/bin/python -m tests.bench.audit || failed=1; \
	.venv/bin/python -m tests.bench.accessibility || failed=1; \
	exit $$failed

lint: export DEBUG = off
lint: export HTTPS = on
lint: export ALLOWED_HOSTS = citynet.example
lint: export DATABASE_URL = sqlite://:memory:
lint: .venv/installed-dev var/secret_key  ## style, templates, missing migrations, production settings
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djlint --check --lint templates
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check --deploy --fail-level WARNING

format: .venv/installed-dev  ## put code and templates into the style that lint asks for
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format --quiet .
	@.venv/bin/djlint --reformat --quiet templates || true

messages: export DEBUG = on
messages: LANGUAGES = $(notdir $(patsubst %/,%,$(wildcard citynet/locale/*/)))
messages: .venv/installed-dev var/secret_key  ## collect what is to be translated, and compile what is (needs GNU gettext)
	@command -v msgfmt >/dev/null || { echo "Install GNU gettext first: the package gettext of your system."; exit 1; }
	@$(MANAGE) makemessages $(LANGUAGES:%=--locale=%) --add-location=file --no-obsolete \
		--ignore='.venv/*' --ignore='var/*' --ignore='tests/*' --ignore='docs/*'
	@$(MANAGE) compilemessages --ignore='.venv/*'

# Stamps: what is pinned is installed again only when a requirements file changed.
.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "citynet needs Python 3.11 or newer; found is $$($(or $(PYTHON),python3) --version 2>&1)."; \
		echo "Install one, or name it: make run PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Creating .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv

var/secret_key:
	@mkdir -p var
	@umask 077; .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))' > $@
