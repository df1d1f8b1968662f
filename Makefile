# Aliquot. `make help` lists what can be asked for.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup peers run tour test test-all lint bench clean

BIN := .venv/bin
XVFB := $(BIN)/python packaging/under_xvfb.py
PYTEST_ARGS ?=
# Two at a time: most tests wait more than they compute. `make test WORKERS=0` runs one
# after the other, as a debugger needs it.
WORKERS ?= 2
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n $(WORKERS) --dist worksteal
# A test that hangs says where after ten minutes, and its process is replaced; a debugger
# may take its time.
HUNG := $(if $(filter 0,$(WORKERS)),,-o faulthandler_timeout=600 \
  -o faulthandler_exit_on_timeout=true)
TOUR ?= build/tour
# What tests write goes into memory where there is enough of it; see the program. The
# folder's name is short: a socket's address has room for 107 bytes.
define with_quick_tmp
@folder=$$($(BIN)/python packaging/quick_tmp.py); \
	if [ -n "$$folder" ]; then \
	  TMPDIR=$$(mktemp -d "$$folder/aliquot.XXXX") && export TMPDIR; \
	  set -- --basetemp="$$TMPDIR/t"; \
	  trap 'rm -rf "$$TMPDIR"' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	fi;
endef

# Chromium refuses its sandbox to root, and where the system grants users no namespaces
# of their own, as in most containers. Only for the demonstration and the tests it is
# then switched off; at a desk `aliquot doctor` says what to do.
SANDBOX := $(shell [ "$$(id -u)" != 0 ] && \
  unshare --user --pid --net --fork true 2>/dev/null && echo can be built)
ifeq ($(SANDBOX),)
export QTWEBENGINE_DISABLE_SANDBOX := 1
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: ## install all that is needed into .venv; starts nothing
	@python=$$(packaging/find_python.sh) || exit $$?; "$$python" packaging/set_up.py

run: setup ## open the console on a throw-away demonstration profile
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  exec $(BIN)/aliquot demo; \
	else \
	  echo "There is no display (DISPLAY and WAYLAND_DISPLAY are empty)."; \
	  echo "The same window runs on a screen nobody sees; pictures go to $(TOUR)."; \
	  $(XVFB) $(BIN)/aliquot demo --tour $(TOUR) && echo "Begin with $(TOUR)/index.md."; \
	fi

tour: setup ## drive the window by keys under Xvfb; pictures in build/tour
	@$(XVFB) $(BIN)/aliquot demo --tour $(TOUR)
	@echo "Begin with $(TOUR)/index.md."

peers: setup # programs of others that tests talk to, where that disturbs nobody
	@$(BIN)/python packaging/peers.py

test: peers ## the tests, but for those that take minutes
	$(with_quick_tmp) $(PYTEST) $(HUNG) "$$@" $(PYTEST_ARGS)

test-all: peers ## all tests
	$(with_quick_tmp) $(PYTEST) "$$@" -m "" $(PYTEST_ARGS)

lint: setup ## ruff and mypy --strict
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: setup ## the measurements: append, rebuild, byte to row, start
	@set -e; for file in $$(grep -l __main__ tests/bench/bench_*.py); do \
	  echo "== $$file"; $(XVFB) $(BIN)/python "$$file"; \
	done

clean: ## remove what was made, but not .venv
	rm -rf build dist *.egg-info .typing .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find console drivers resources widgets tests packaging -name __pycache__ \
	  -prune -exec rm -rf {} +
