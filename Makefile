# make demo        try it: http://127.0.0.1:8000/ (PORT=8001 make demo for another port)
# make demo-reset  forget the try-out's data and start over
# make run         run it in earnest, from environment variables (docs/configuration.md)
# make check       style, types, layers, migrations, settings, translations
# make test        all tests; make test ARGS="tests/orders -k hold" for a part

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv/bin
ARGS ?=
export PYTHONUNBUFFERED = 1

.PHONY: demo demo-reset run check test bench format translations docs lock install install-dev
.DEFAULT_GOAL := demo

install:
	@test -n "$(PYTHON)" || { echo "-- Python 3.11 or later is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) tools/bootstrap.py run

install-dev:
	@test -n "$(PYTHON)" || { echo "-- Python 3.11 or later is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) tools/bootstrap.py dev

demo: install
	@$(VENV)/python -m tools.demo

demo-reset: install
	@$(VENV)/python -m tools.demo --reset

run: install
	@$(VENV)/python -m tools.serve

check: install-dev
	@$(VENV)/python -m tools.check

test: install-dev
	@$(VENV)/python -m tools.run_tests $(ARGS)

bench: install-dev
	@$(VENV)/python -m tools.bench $(ARGS)

# The rest is for those who change the code.

format: install-dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

translations: install-dev
	$(VENV)/python -m tools.translations update

docs: install-dev
	$(VENV)/python manage.py configuration_table > docs/configuration.md

# Needs uv, which writes locks without the address they came from.
lock:
	for name in requirements requirements-dev requirements-node; do \
		uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header --no-annotate $$name.in -o $$name.txt; done
	npm install --package-lock-only --ignore-scripts
