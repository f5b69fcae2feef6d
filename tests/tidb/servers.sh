#!/usr/bin/env bash
# The databases that the oracle tests run on: builds TiDB 7.5 and 8.5 from their Go modules, starts them and a
# PostgreSQL 15 on loopback, stops what it started.
#
#   servers.sh build [7.5|8.5 ...]   build the servers whose binaries are missing
#   servers.sh start [7.5|8.5|pg ...] start what does not run yet; prints the addresses as shell exports
#   servers.sh stop                   stop what it started and remove its data
#   servers.sh restart 7.5|8.5        a TiDB without what it was given so far: DDL grows slow with its history
#   servers.sh run COMMAND...         start all, run the command with the addresses, stop
#
# TIDB_BIN_DIR holds (or gets) the binaries tidb-7.5 and tidb-8.5, by default target/tidb.
# PORT_BASE (default 4075) gives the ports: +0 TiDB 7.5, +10 TiDB 8.5, +20 PostgreSQL.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
bin_dir=${TIDB_BIN_DIR:-$target/tidb}
mkdir -p "$bin_dir"
bin_dir=$(cd "$bin_dir" && pwd)
port_base=${PORT_BASE:-4075}
pg_bin=${PG_BIN_DIR:-/usr/lib/postgresql/15/bin}
memory=/dev/shm
[ -w "$memory" ] || memory=$target
# One folder per port range: two checkouts on one machine do not meet.
run_dir=$memory/pg2tidb-oracle-$port_base

port_of() {
  case $1 in
    7.5) echo "$port_base" ;;
    8.5) echo $((port_base + 10)) ;;
    pg) echo $((port_base + 20)) ;;
    *) echo "servers.sh: no server called '$1' (7.5, 8.5 or pg)" >&2; return 1 ;;
  esac
}

say() { echo "servers.sh: $*" >&2; }

build() {
  local version=$1 flags=()
  [ -x "$bin_dir/tidb-$version" ] && return
  command -v go >/dev/null || { say "go is needed to build TiDB $version"; return 1; }
  [ "$version" = 7.5 ] && flags=(-ldflags=-checklinkname=0)
  say "building TiDB $version (five to ten minutes when nothing is cached)"
  (cd "$here/v$version" && go build "${flags[@]}" -o "$bin_dir/tidb-$version.new" github.com/pingcap/tidb/cmd/tidb-server)
  mv "$bin_dir/tidb-$version.new" "$bin_dir/tidb-$version"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for() { # name port pid
  for _ in $(seq 600); do
    listening "$2" && return
    kill -0 "$3" 2>/dev/null || { say "$1 ended while starting; see $run_dir/$1.log"; tail -20 "$run_dir/$1.log" >&2; return 1; }
    sleep 0.1
  done
  say "$1 does not listen on port $2 after a minute; see $run_dir/$1.log"
  return 1
}

running() { [ -f "$run_dir/$1.pid" ] && kill -0 "$(cat "$run_dir/$1.pid")" 2>/dev/null; }

start_tidb() {
  local version=$1 name=tidb-$1 port
  port=$(port_of "$version")
  build "$version"
  rm -rf "${run_dir:?}/$name" && mkdir -p "$run_dir/$name/data" "$run_dir/$name/tmp"
  { echo "tmp-storage-path = \"$run_dir/$name/tmp\""; echo "temp-dir = \"$run_dir/$name/tmp\""; cat "$here/tidb.toml"; } >"$run_dir/$name/tidb.toml"
  cd "$run_dir/$name" # it writes an oom_record folder where it stands
  "$bin_dir/$name" -config "$run_dir/$name/tidb.toml" -host 127.0.0.1 -P "$port" -store unistore \
    -path "$run_dir/$name/data" -socket "$run_dir/$name/socket" >"$run_dir/$name.log" 2>&1 </dev/null &
  echo $! >"$run_dir/$name.pid"
  wait_for "$name" "$port" "$!"
}

# PostgreSQL refuses to run as root; where we are root, it runs as the user that its package made.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

start_pg() {
  local port data=$run_dir/pg
  port=$(port_of pg)
  [ -x "$pg_bin/postgres" ] || { say "PostgreSQL 15 is needed in $pg_bin (apt-get install postgresql-15)"; return 1; }
  rm -rf "${data:?}" && mkdir -p "$data"
  [ "$(id -u)" != 0 ] || chown postgres "$data"
  as_postgres "$pg_bin/initdb" -D "$data/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$run_dir/pg.log" 2>&1
  as_postgres "$pg_bin/postgres" -D "$data/data" -h 127.0.0.1 -p "$port" -k "$data" -c fsync=off -c full_page_writes=off \
    -c synchronous_commit=off -c max_locks_per_transaction=512 >>"$run_dir/pg.log" 2>&1 </dev/null &
  wait_for pg "$port" "$!"
  head -1 "$data/data/postmaster.pid" >"$run_dir/pg.pid"
}

start() {
  local which
  mkdir -p "$run_dir"
  for which in "$@"; do
    local name=tidb-$which
    [ "$which" = pg ] && name=pg
    running "$name" && continue
    if listening "$(port_of "$which")"; then
      say "port $(port_of "$which") is taken by somebody else: set PORT_BASE"
      return 1
    fi
    if [ "$which" = pg ]; then start_pg; else start_tidb "$which"; fi
  done
  addresses
}

addresses() {
  echo "export PG2TIDB_TIDB_7_5=mysql://root@127.0.0.1:$(port_of 7.5)"
  echo "export PG2TIDB_TIDB_8_5=mysql://root@127.0.0.1:$(port_of 8.5)"
  echo "export PG2TIDB_POSTGRES=postgresql://postgres@127.0.0.1:$(port_of pg)/postgres"
}

# The data of a TiDB goes with it, so nothing waits for what it still has to write.
end_tidb() {
  running "tidb-$1" || return 0
  local pid
  pid=$(cat "$run_dir/tidb-$1.pid")
  kill -9 "$pid" 2>/dev/null || true
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
}

restart() {
  end_tidb "$1"
  start_tidb "$1"
}

stop() {
  local pid
  end_tidb 7.5
  end_tidb 8.5
  if running pg; then
    pid=$(cat "$run_dir/pg.pid")
    kill -INT "$pid" 2>/dev/null || true # to PostgreSQL this means: end now, do not wait for clients
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -rf "${run_dir:?}"
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  build) for version in "${@:-7.5 8.5}"; do for one in $version; do build "$one"; done; done ;;
  start) if [ $# -gt 0 ]; then start "$@"; else start 7.5 8.5 pg; fi ;;
  restart) restart "$1" ;;
  stop) stop ;;
  run)
    trap stop EXIT
    exports=$(start 7.5 8.5 pg)
    eval "$exports"
    export PORT_BASE=$port_base TIDB_BIN_DIR=$bin_dir PG2TIDB_SERVERS=$here/servers.sh
    "$@"
    ;;
  *) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
