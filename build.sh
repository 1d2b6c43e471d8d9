#!/usr/bin/env bash
# The one door to the project.
#
#   ./build.sh                  builds dist/ (the site) and ./vivarium (the command line, with the site inside it)
#   ./build.sh serve [--port N] builds, then serves dist/
#   ./build.sh test             runs every test there is, in a real browser too
#
# Needs Go 1.26 and Node 20 or newer; everything else it fetches itself.
set -euo pipefail
cd "$(dirname "$0")"

say() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

need() {
  command -v go >/dev/null || die "Go 1.26 or newer is needed: https://go.dev/dl"
  command -v node >/dev/null || die "Node 20 or newer is needed: https://nodejs.org"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || die "Node 20 or newer is needed; this is $(node --version)"
}

# npm packages, when they are not there or the lock file has changed.
packages() {
  if [ ! -f node_modules/.vivarium ] || ! cmp -s package-lock.json node_modules/.vivarium; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.vivarium
  fi
}

# The standard library's bytecode image, compiled by our own compiler.
image() { go generate ./runtime/stdlib; }

build() {
  need
  packages
  image
  go build -o vivarium ./cmd/vivarium
  ./vivarium build
  # Once more: now with the site inside it.
  go build -o vivarium ./cmd/vivarium
}

# A Chromium for the browser tests: CHROME, then PATH, then (root on Debian) apt-get.
browser() {
  local name
  for name in "${CHROME:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then
      CHROME=$(command -v "$name")
      export CHROME
      return
    fi
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Chromium"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    CHROME=$(command -v chromium) && export CHROME && return
  fi
  die "the browser tests need a Chromium: install one, or set CHROME to its path"
}

failed=()

# part NAME COMMAND... runs one part of the tests and closes it with one line: how it went and how many tests ran.
part() {
  local name=$1 log status=0 started=$SECONDS
  shift
  mkdir -p test-results
  log=test-results/$(echo "$name" | tr 'A-Z ' 'a-z-').log
  say "$name"
  "$@" >"$log" 2>&1 || status=$?
  local ran
  ran=$(awk '
    /^ *--- PASS/ { pass++ } /^ *--- FAIL/ { fail++ } /^ *--- SKIP/ { skip++ }
    /^# pass [0-9]+$/ { pass += $3 } /^# fail [0-9]+$/ { fail += $3 } /^# (skipped|todo) [0-9]+$/ { skip += $3 }
    END { if (pass + fail + skip) printf "%d passed, %d failed, %d skipped, ", pass, fail, skip }' "$log")
  if [ "$status" = 0 ]; then
    echo "$name: passed (${ran}$((SECONDS - started)) s)"
    # Browsers that are not on this computer.
    grep -o 'NOT DRIVEN: .*' "$log" || true
  else
    failed+=("$name")
    # Only what failed is shown, with what it printed.
    if grep -q '^TAP version' "$log"; then
      awk '/^not ok/ { show = 1 } /^(ok|# )/ { show = 0 } show' "$log" | tail -n 200
    else
      grep -vE '^ *(--- (PASS|SKIP)|=== (RUN|PAUSE|CONT|NAME))|^(ok|PASS|\?)([[:space:]]|$)' "$log" | tail -n 200 || true
    fi
    echo "$name: FAILED (${ran}$((SECONDS - started)) s); all of it is in $log"
  fi
}

formatted() {
  local files
  files=$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l)
  [ -z "$files" ] || { echo "gofmt these files:"; echo "$files"; return 1; }
}

# The machine and the scene where the page runs them: the same tests, under Node.
wasm_tests() {
  GOOS=js GOARCH=wasm go test -v -exec="$(go env GOROOT)/lib/wasm/go_js_wasm_exec" \
    ./runtime/vm ./runtime/internal/... ./runtime/trace ./visual/... ./lessons
}

# tsc checks the page's sources and, in the same go, translates them and their tests.
types() { rm -rf test-results/web && node_modules/.bin/tsc; }

unit_tests() {
  local files
  files=$(find test-results/web -name '*.test.js' -not -path '*/browser/*')
  # shellcheck disable=SC2086 # one word each
  node --test --test-reporter=tap $files
}

# One file after the other: each starts a browser of its own.
browser_tests() {
  local file status=0
  for file in test-results/web/browser/*.test.js; do
    # A test that hangs fails.
    node --test --test-timeout=180000 --test-reporter=tap "$file" || status=1
  done
  return $status
}

# The same program and seed run the same to the bit, natively and as WebAssembly.
replay() {
  local dir exec
  dir=$PWD/test-results exec="$(go env GOROOT)/lib/wasm/go_js_wasm_exec"
  go test ./runtime/system -count=1 -run '^TestReplay$' -v -hashes="$dir/replay-native.txt"
  GOOS=js GOARCH=wasm go test -exec="$exec" ./runtime/system -count=1 -run '^TestReplay$' -v -hashes="$dir/replay-wasm.txt"
  diff "$dir/replay-native.txt" "$dir/replay-wasm.txt"
}

test_all() {
  build
  browser
  part "Format" formatted
  part "Vet" go vet ./...
  part "Vet for WebAssembly" env GOOS=js GOARCH=wasm go vet ./wasm
  part "Go tests" go test -v ./...
  part "Replay" replay
  part "Go tests under WebAssembly" wasm_tests
  part "TypeScript types" types
  part "TypeScript tests" unit_tests
  part "Browser tests" browser_tests
  say "Result"
  if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "$(IFS=,; echo "${failed[*]}")"
    exit 1
  fi
  echo "Everything passed."
}

case "${1:-build}" in
  build) build ;;
  serve) shift; build; exec ./vivarium serve "$@" ;;
  test) test_all ;;
  *) die "unknown command $1; there are: build (default), serve [--port N], test" ;;
esac
