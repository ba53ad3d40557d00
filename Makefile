# `make run` and `make test` work from a fresh clone with Python 3.11 and make; `make help` lists the rest.
# .venv/bin/python and python3.11 by preference: `python3` may be any version.

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
# One test process more than there are cores here and in CI, for many tests wait for a browser or a server; each has an
# engine and databases of its own.
JOBS ?= 3
# Some machines ask for no bytecode; each of many processes would compile all of the code anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-system lint format bench screenshots clean

help:
	@echo "make run          the whole product on http://$(HOST):$(PORT) (PORT=, HOST=, DATA_DIR= change that)"
	@echo "make test         everything the tests need, then all of them (ARGS='-k name' picks some)"
	@echo "make lint         format, lint, types, imports, templates"
	@echo "make format       format the code"
	@echo "make bench        the benchmarks"
	@echo "make screenshots  the pictures in the docs"
	@echo "make clean        remove the virtual environment and what was built, but no data"

run: $(VENV)/.installed
	@$(PY) manage.py prepare
	@exec $(PY) manage.py serve --host $(HOST) --port $(PORT)

# Both kinds of installing wait for the network, so they do it at once.
test:
	@$(MAKE) --no-print-directory -j 2 $(VENV)/.installed-dev test-system
	$(PY) -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

lint: $(VENV)/.installed-dev
	$(PY) -m pytest tests/quality -q

format: $(VENV)/.installed-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(VENV)/.installed-dev
	@set -e; for each in benchmarks/[a-z]*.py; do $(PY) $$each; done

screenshots: $(VENV)/.installed-dev test-system
	$(PY) docs/screenshots.py

clean:
	rm -rf $(VENV) staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(PY):
	@for each in "$$PYTHON" python3.11 python3 python; do \
	  if [ -n "$$each" ] && "$$each" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
	    exec "$$each" -m venv $(VENV); \
	  fi; \
	done; \
	echo "Viewprint needs Python 3.11, and none is here. Install it, or name it: make PYTHON=/path/to/python3.11" >&2; \
	exit 1

$(VENV)/.installed: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

# The real parts that tests drive. Without root or apt they are skipped by name (in CI that is a failure). Of Chromium
# its shell is enough, at a fraction of the cost; where apt has none, it is Chromium itself.
test-system:
	@missing=""; \
	command -v chromium-headless-shell >/dev/null || missing="$$missing chromium-headless-shell"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$$missing postgresql"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc-nogui"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq; \
	  apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing="$$(echo $$missing | sed s/-headless-shell//)"; \
	  apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "Not installed:$$missing. Tests that find nothing in its place are skipped."; \
	fi
