# A thin wrapper: everything is in deploy/bootstrap.py, which needs nothing but Python 3.11.
#
#   make run      start everything with demo data      PORT=8123  ARGS=-v
#   make test     the tests, on SQLite and PostgreSQL  ONLY=tests/oms/privacy  ARGS="-x"
#   make check    style, types, imports, migrations
#   make chaos    10,000 orders of all platforms on a bad day  ORDERS=1000
#   make bench    the benchmarks, on PostgreSQL        ONLY=name
#   make catalogue  collect the texts to translate and compile the translations
#   make manage   manage.py with this installation's keys  ARGS="createsuperuser"

PYTHON ?= python3
BOOTSTRAP = $(PYTHON) deploy/bootstrap.py

.PHONY: help run test check chaos bench manage catalogue

help:
	@sed -n 's/^#   //p' Makefile

run:
	@$(BOOTSTRAP) run $(if $(PORT),--port $(PORT)) $(ARGS)

test:
	@$(BOOTSTRAP) test $(if $(ONLY),--only '$(ONLY)') $(ARGS)

check:
	@$(BOOTSTRAP) check

chaos:
	@$(BOOTSTRAP) chaos $(if $(ORDERS),--orders $(ORDERS))

bench:
	@$(BOOTSTRAP) bench $(if $(ONLY),--only '$(ONLY)') $(ARGS)

manage:
	@$(BOOTSTRAP) manage $(ARGS)

catalogue:
	@.venv/bin/python -m deploy.catalogue extract
	@.venv/bin/python -m deploy.catalogue compile
