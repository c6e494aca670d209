# GNU make 3.81 is enough. Without make, see: python3 tools/env.py --help

SHELL   = /bin/sh
PYTHON3 = $(or $(shell command -v python3 2>/dev/null),python)
ENV     = $(PYTHON3) tools/env.py

.PHONY: help env demo test check browser lock
.DEFAULT_GOAL := help

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

env:  ## prepare .venv, in which `unknot` works
	@$(ENV) run

demo:  ## see a case from drawing to letter, then the pages (SERVE=no: without the pages)
	@$(ENV) demo $(if $(filter no,$(SERVE)),--no-serve)

test:  ## lint, types, layers and every test, the browser's included
	@$(ENV) suite

check:  ## lint, format, types and layers only
	@$(ENV) check

browser:  ## install Chromium for the browser tests, if there is none
	@$(PYTHON3) tools/browser.py --install

lock:  ## write requirements/*.txt anew from pyproject.toml (UPGRADE=yes lets versions move)
	@$(ENV) run -- python tools/lock.py $(if $(UPGRADE),--upgrade)
