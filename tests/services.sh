#!/usr/bin/env bash
# What other services read of the linter, as they would: SARIF against the official schema (it ships in Microsoft's npm package
# @microsoft/jest-sarif), the reports of GitLab and JUnit, and the steps of action.yml, run in a scratch repository as GitHub would run them.
# Skips with a message where npm, pip or the network is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv" 2>/dev/null &&
  "$scratch/venv/bin/pip" install -q jsonschema pyyaml 2>/dev/null &&
  (cd "$scratch" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null 2>&1 && tar xzf microsoft-jest-sarif-*.tgz) ||
  { echo "services: SKIPPED, the schema or its checker can't be installed"; exit 0; }
(cd "$here" && cargo build -q)
export PATH="$here/target/debug:$PATH"
cd "$scratch"
mkdir -p repo/db && cd repo && git init -q
cat >db/1.sql <<'SQL'
CREATE TABLE prices (id bigserial PRIMARY KEY, amount money, "name" text DEFAULT 'é'::text, at timestamp without time zone);
CREATE EXTENSION hstore;
SELECT E'x', count(*) FILTER (WHERE amount > 0::money) FROM prices;
SQL
cat >'db/a file & more.sql' <<'SQL'
ALTER TABLE `t` DROP CONSTRAINT IF EXISTS c;
CREATE TABLE `u` (id int PRIMARY KEY, rank int, CHECK (id > 0));
CREATE TEMP TABLE `v` (a int);
SQL
for i in $(seq 1 15); do echo "DROP CONSTRAINT c$i;"; done >db/many.sql
for arguments in "db" "db --verbose" "db/1.sql --fix --verbose" "db --select nul-byte"; do
  # shellcheck disable=SC2086
  pg2tidb lint $arguments --format sarif >"../$RANDOM.sarif" || [ $? = 1 ]
done
pg2tidb lint db --format gitlab >../gitlab.json || [ $? = 1 ]
pg2tidb lint db --format junit >../junit.xml || [ $? = 1 ]
"$scratch/venv/bin/python" - "$scratch" "$here/action.yml" <<'PY'
import glob, json, os, re, subprocess, sys, xml.etree.ElementTree as ET
import jsonschema, yaml

scratch, action_file = sys.argv[1:]
[schema] = glob.glob(f"{scratch}/package/lib/schemas/*.json")
check = jsonschema.Draft7Validator(json.load(open(schema)))
logs = glob.glob(f"{scratch}/*.sarif")
results = fixes = 0
for log in logs:
    log = json.load(open(log))
    errors = [f"{list(e.path)}: {e.message[:200]}" for e in check.iter_errors(log)]
    assert not errors, errors
    for result in log["runs"][0]["results"]:
        results += 1
        fixes += len(result.get("fixes", []))
        rule = log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"], result
assert len(logs) == 4 and results > 20 and fixes > 3, (len(logs), results, fixes)

entries = json.load(open(f"{scratch}/gitlab.json"))
assert len({e["fingerprint"] for e in entries}) == len(entries) > 5
for entry in entries:
    assert entry["severity"] in ("info", "minor", "major", "critical", "blocker"), entry
    assert entry["description"] and entry["check_name"] and entry["location"]["lines"]["begin"] > 0, entry
    assert os.path.exists(entry["location"]["path"]), entry

suites = ET.parse(f"{scratch}/junit.xml").getroot()
failures = suites.findall(".//failure")
assert suites.tag == "testsuites" and int(suites.get("failures")) == len(failures) > 5
assert int(suites.get("tests")) == len(suites.findall(".//testcase"))

# the action, step by step
action = yaml.safe_load(open(action_file))
assert action["runs"]["using"] == "composite"

def run(inputs, path=os.environ["PATH"]):
    defaults = {name: entry.get("default", "") for name, entry in action["inputs"].items()}
    known = {f"inputs.{name}": value for name, value in {**defaults, **inputs}.items()}
    known["github.action_path"] = os.path.dirname(action_file)
    said = lambda text: re.sub(r"\$\{\{\s*([\w.]+)\s*\}\}", lambda m: known[m[1]], str(text))
    summary = f"{scratch}/summary.md"
    open(summary, "w").close()
    out = ""
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash", step
        env = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": summary}
        env |= {name: said(value) for name, value in step.get("env", {}).items()}
        # this is how GitHub runs `shell: bash`
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", said(step["run"])], env=env, capture_output=True, text=True)
        out += done.stdout
        if done.returncode:
            return done.returncode, out, open(summary).read()
    return 0, out, open(summary).read()

code, out, summary = run({"paths": "db"})
shown = re.findall(r"^::error file=([^,]+),line=(\d+)", out, re.M)
assert code == 1 and len(shown) == 10, (code, out)
assert "more findings of pg2tidb" in out and "::endgroup::" in out, out
assert summary.startswith("### pg2tidb: ") and "| error | db/1.sql:3 |" in summary, summary
assert len([line for line in summary.splitlines() if line.startswith("| ")]) > 12
code, out, summary = run({"paths": "db/1.sql", "args": "--select types"})
assert (code, out.count("::warning")) == (0, 1) and "0 errors, 1 warnings" in summary, (code, out, summary)
code, out, _ = run({"paths": "db/1.sql", "args": "--select types --deny warnings"})
assert code == 1, out

# where it is not there yet, it is built from the action's own folder
bin = f"{scratch}/bin"
os.makedirs(bin)
with open(f"{bin}/cargo", "w") as file:
    file.write(f"#!/bin/sh\necho \"$@\" >{scratch}/cargo\n")
os.chmod(f"{bin}/cargo", 0o755)
for name in ("bash", "sh"):
    os.symlink(f"/bin/{name}", f"{bin}/{name}")
run({}, path=bin)
assert open(f"{scratch}/cargo").read().split() == ["install", "--locked", "--path", os.path.dirname(action_file)]
print(f"services: {results} results of SARIF are valid, GitLab, JUnit and the action work")
PY
