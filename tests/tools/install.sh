#!/usr/bin/env bash
# Installs the migration tools that the oracle runs, from package registries, into target/tools: nothing of it is
# committed. Prints the kinds that are there, one a line; says on standard error what is missing and why.
# After PG2TIDB_TOOLS_UNTIL (seconds since 1970) nothing more is installed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${PG2TIDB_TOOLS_DIR:-$here/../../target/tools}
mkdir -p "$out" && out=$(cd "$out" && pwd)

# Runs an installation unless it was done already for the same inputs.
once() { # kind inputs... -- command...
  local kind=$1 inputs=() sum
  shift
  while [ "$1" != -- ]; do inputs+=("$1"); shift; done
  shift
  sum=$(cat "${inputs[@]}" | cksum)
  if [ "$(cat "$out/$kind.done" 2>/dev/null)" != "$sum" ]; then
    local left=$((${PG2TIDB_TOOLS_UNTIL:-$(($(date +%s) + 1500))} - $(date +%s)))
    [ "$left" -gt 0 ] || { echo "tools: no time was left for $kind" >&2; return 1; }
    timeout "$left" "$@" >"$out/$kind.log" 2>&1 || { echo "tools: $kind can't be installed, see $out/$kind.log" >&2; return 1; }
    echo "$sum" >"$out/$kind.done"
  fi
  echo "$kind"
}

build_go() { cd "$here/go" && go build -o "$out/runner" .; }
build_node() {
  mkdir -p "$out/node" && cp "$here"/node/package.json "$here"/node/*.mjs "$out/node/"
  cd "$out/node" && npm install --no-audit --no-fund --ignore-scripts
}
build_java() {
  mvn -q -B -f "$here/java/pom.xml" dependency:copy-dependencies -DoutputDirectory="$out/java" &&
    javac -cp "$out/java/*" -d "$out/java" "$here/java/Run.java"
}
build_python() {
  python3 -m venv "$out/python" && "$out/python/bin/pip" install -q -r "$here/python/requirements.txt"
}
# Their own locked dependencies, without optimising: they are compiled for a few runs.
build_rust() {
  local one
  while read -r one; do
    # shellcheck disable=SC2086
    CARGO_TARGET_DIR="$out/rust/build" cargo install --locked --debug --root "$out/rust" $one || return
  done <"$here/rust/tools.txt"
  rm -rf "$out/rust/build"
}
export here out
export -f build_go build_node build_java build_python build_rust

has() { for command in "$@"; do command -v "$command" >/dev/null || { echo "tools: no $command here" >&2; return 1; }; done; }

has go && once go "$here"/go/main.go "$here"/go/go.mod -- bash -c build_go
has node npm && once node "$here"/node/package.json "$here"/node/*.mjs -- bash -c build_node
has java javac mvn && once java "$here"/java/pom.xml "$here"/java/Run.java -- bash -c build_java
has python3 && once python "$here"/python/requirements.txt -- bash -c build_python
has cargo mysql_config && once rust "$here"/rust/tools.txt -- bash -c build_rust
exit 0
