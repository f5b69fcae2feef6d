#!/usr/bin/env bash
# Runs the real pre-commit with this repository's hooks on a scratch repository. Skips with a message where pip or the network is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv" 2>/dev/null && "$scratch/venv/bin/pip" install -q pre-commit 2>/dev/null || { echo "pre-commit: SKIPPED, it can't be installed"; exit 0; }
(cd "$here" && cargo build -q)
export PATH="$here/target/debug:$scratch/venv/bin:$PATH" PRE_COMMIT_HOME="$scratch/home"
mkdir "$scratch/hooks" "$scratch/repo"
git config --file "$scratch/gitconfig" user.name t
git config --file "$scratch/gitconfig" user.email t@example.org
export GIT_CONFIG_GLOBAL="$scratch/gitconfig"
cp "$here/.pre-commit-hooks.yaml" "$scratch/hooks/"
cd "$scratch/hooks" && git init -q && git add . && git commit -qm hooks && git tag v1
cd "$scratch/repo" && git init -q
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $scratch/hooks
    rev: v1
    hooks:
      - id: pg2tidb-lint
      - id: pg2tidb-convert-check
        args: [db, -o, out]
YAML
mkdir db && echo 'create table t (id int primary key);' >db/1.sql
pg2tidb convert db -o out -q
git add .
pre-commit run
echo 'alter table `t` drop constraint if exists c;' >bad.sql && git add bad.sql
if pre-commit run >"$scratch/log" 2>&1; then echo "pre-commit: a bad script passed"; exit 1; fi
grep -q 'D010 no-exists-form' "$scratch/log"
git rm -qf bad.sql
echo 'create table u (id int primary key);' >db/2.sql && git add db
if pre-commit run >"$scratch/log" 2>&1; then echo "pre-commit: an old translation passed"; exit 1; fi
echo "pre-commit: the hooks work"
