#!/usr/bin/env python3
"""Lays the PostgreSQL migrations of published packages out as a corpus that the oracle reads; see README.md.

    collect.py [--out /work/unseen/shared] [--dsn postgresql://...] [--only NAME,NAME]
"""
import argparse, json, os, re, shutil, subprocess, sys, tarfile, tempfile, zipfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Project:
    """A package and where its migrations lie in it. `files` are (group, role, pattern): the order within a pattern is
    that of the names, numbers compared as numbers."""
    name: str
    source: str  # pip, npm, cargo, maven
    package: str
    version: str
    files: list
    layout: str = "plain"
    script: str = ""  # a kind of extract.cjs, whose output replaces the package's files
    words: dict = field(default_factory=dict)  # what the project's own code puts in place of placeholders
    pre: str = ""  # what its own code runs first


CAMUNDA = "org/camunda/bpm/engine/db"
SYNAPSE = "synapse/storage/schema"
PROJECTS = [
    Project("synapse", "pip", "matrix-synapse", "1.163.2", [
        ("full", "up", rf"{SYNAPSE}/(common|main|state)/full_schemas/72/full\.sql(\.postgres)?"),
        ("full", "up", rf"{SYNAPSE}/(common|main|state)/delta/(7[3-9]|8\d|9\d)/.*\.sql(\.postgres)?"),
    ], "versioned folders (.sql and .sql.postgres)",
            words={"$%%AUTO_INCREMENT_PRIMARY_KEY%%$": "BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY"}),
    Project("procrastinate", "pip", "procrastinate", "3.10.0", [
        ("schema", "up", r"procrastinate/sql/schema\.sql"),
        ("migrations", "up", r"procrastinate/sql/migrations/.*\.sql"),
    ]),
    Project("graphile-worker", "npm", "graphile-worker", "0.18.0", [("main", "up", r"package/sql/\d+\.sql")],
            words={":GRAPHILE_WORKER_SCHEMA": "graphile_worker"}, pre="create schema graphile_worker;\n"),
    Project("unleash", "npm", "unleash-server", "8.2.0", [
        ("main", "up", r".*\.up\.sql"), ("main", "down", r".*\.down\.sql")],
        "db-migrate (JavaScript)", script="db-migrate"),
    *(Project(f"medusa-{name}", "npm", f"@medusajs/{name}", "2.21.2", [
        ("main", "up", r".*\.up\.sql"), ("main", "down", r".*\.down\.sql")],
        "MikroORM (JavaScript)", script="mikro-orm") for name in ("order", "pricing", "product")),
    Project("atuin", "cargo", "atuin-server-postgres", "18.20.1", [("main", "up", r"migrations/.*\.sql")], "sqlx"),
    Project("apalis", "cargo", "apalis-postgres", "1.0.0", [("main", "up", r"migrations/.*\.sql")], "sqlx"),
    Project("cala-ledger", "cargo", "cala-ledger", "0.33.3", [("main", "up", r"migrations/.*\.sql")], "sqlx"),
    Project("sqlxmq", "cargo", "sqlxmq", "0.6.0", [
        ("main", "up", r"migrations/.*\.up\.sql"), ("main", "down", r"migrations/.*\.down\.sql")], "sqlx"),
    Project("underway", "cargo", "underway", "0.2.0", [("main", "up", r"migrations/.*\.sql")], "sqlx"),
    Project("spring-batch", "maven", "org.springframework.batch:spring-batch-core", "6.0.6", [
        ("main", "up", r"org/springframework/batch/core/schema-postgresql\.sql"),
        ("drop", "up", r"org/springframework/batch/core/schema-postgresql\.sql"),
        ("drop", "up", r"org/springframework/batch/core/schema-drop-postgresql\.sql")]),
    Project("spring-integration", "maven", "org.springframework.integration:spring-integration-jdbc", "7.1.2", [
        ("main", "up", r"org/springframework/integration/jdbc/schema-postgresql\.sql"),
        ("drop", "up", r"org/springframework/integration/jdbc/schema-postgresql\.sql"),
        ("drop", "up", r"org/springframework/integration/jdbc/schema-drop-postgresql\.sql")]),
    Project("spring-session", "maven", "org.springframework.session:spring-session-jdbc", "4.0.4", [
        ("main", "up", r"org/springframework/session/jdbc/schema-postgresql\.sql")]),
    Project("camunda", "maven", "org.camunda.bpm:camunda-engine", "7.24.0", [
        ("create", "up", rf"{CAMUNDA}/create/activiti\.postgres\.create\.(engine|identity)\.sql"),
        ("create", "up", rf"{CAMUNDA}/create/activiti\.postgres\.create\.(history|case\.engine)\.sql"),
        ("create", "up", rf"{CAMUNDA}/create/activiti\.postgres\.create\.(case\.history|decision\.engine)\.sql"),
        ("create", "up", rf"{CAMUNDA}/create/activiti\.postgres\.create\.decision\.history\.sql"),
        ("create", "down", rf"{CAMUNDA}/drop/activiti\.postgres\.drop\..*\.sql")],
        "vendor create/drop/upgrade scripts", words={"${prefix}": ""}),
    Project("lemmy", "cargo", "lemmy_db_schema", "1.0.0-beta.3", [
        ("main", "up", r"migrations/[^/]*/up\.sql"), ("main", "down", r"migrations/[^/]*/down\.sql")], "diesel"),
    Project("fang", "cargo", "fang", "0.11.0", [
        ("main", "up", r"postgres_migrations/migrations/[^/]*/up\.sql"),
        ("main", "down", r"postgres_migrations/migrations/[^/]*/down\.sql")], "diesel"),
    Project("quickwit", "cargo", "quickwit-metastore", "0.3.0", [
        ("main", "up", r"migrations/postgresql/[^/]*/up\.sql"),
        ("main", "down", r"migrations/postgresql/[^/]*/down\.sql")], "diesel"),
    Project("zero2prod", "cargo", "zero2prod", "0.1.0", [("main", "up", r"migrations/.*\.sql")], "sqlx"),
    *(Project(f"cdk-{name.replace('/', '-')}", "cargo", "cdk-sql-common", "0.18.3", [
        ("main", "up", rf"src/{name}/migrations/postgres/.*\.sql")]) for name in ("mint", "mint/auth", "wallet")),
    Project("tansu", "cargo", "tansu-storage", "0.6.0", [("main", "up", r"src/ddl/\d+.*\.sql")]),
    Project("litellm", "pip", "litellm-proxy-extras", "0.4.110", [
        ("main", "up", r"litellm_proxy_extras/migrations/[^/]*/migration\.sql")], "Prisma"),
    Project("jobrunr", "maven", "org.jobrunr:jobrunr", "8.7.0", [
        ("main", "up", r"org/jobrunr/storage/sql/common/migrations/v00\d.*\.sql"),
        ("main", "up", r"org/jobrunr/storage/sql/common/migrations/v01[0-3].*\.sql"),
        ("main", "up", r"org/jobrunr/storage/sql/postgres/migrations/v014.*\.sql"),
        ("main", "up", r"org/jobrunr/storage/sql/common/migrations/v01[56].*\.sql")]),
]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout


def fetch(project, folder):
    """The folder with the package's files, got by the ordinary client of its registry."""
    name, version = project.package, project.version
    if project.source == "pip":
        run(["pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", folder, f"{name}=={version}"])
    elif project.source == "npm":
        run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder)
    elif project.source == "cargo":
        run(["cargo", "info", f"{name}@{version}"], cwd=folder)
        home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
        return next(home.glob(f"registry/src/*/{name}-{version}"))
    else:
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
        run(["mvn", "-q", "-B", plugin, "-Dtransitive=false", f"-Dartifact={name}:{version}"])
        group, artifact = name.split(":")
        home = Path.home() / ".m2/repository" / group.replace(".", "/") / artifact / version
        shutil.copy(home / f"{artifact}-{version}.jar", folder)
    archive = next(folder.iterdir())
    into = folder / "files"
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as opened:
            opened.extractall(into, filter="data")
    else:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(into)
    return into


def natural(path):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]


def lay_out(project, root, target):
    """Writes the project's files below `target`; returns (group, role, file) in the order they run."""
    if project.script:
        folder = next(root.glob("package/dist/migrations"))
        out = root / "sql"
        done = subprocess.run(["node", HERE / "extract.cjs", project.script, folder, out], capture_output=True, text=True)
        print(done.stderr, end="", file=sys.stderr)
        root = out
    names = sorted((str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()), key=natural)
    lines, seen = [], set()
    for group, role, pattern in project.files:
        for name in (name for name in names if re.fullmatch(pattern, name)):
            text = (root / name).read_text(errors="replace")
            for word, real in project.words.items():
                text = text.replace(word, real)
            file = name if name.endswith(".sql") else f"{name}.sql"
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            (target / file).write_text(text)
            # A file listed again for a second group is only what that group needs to be there.
            lines.append((group, "dup" if file in seen and role == "up" else role, file))
            seen.add(file)
    return lines


def verdict(dsn, database, path):
    """What PostgreSQL says to the file: its errors as (line, text)."""
    command = ["psql", "-X", "-q", "-d", f"{dsn}/{database}", "-v", "VERBOSITY=verbose", "-f", str(path)]
    said = subprocess.run(command, capture_output=True, text=True).stderr
    return [[int(line), text] for line, text in re.findall(r":(\d+): ERROR:\s+(.*)", said)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("/work/unseen/shared"))
    parser.add_argument("--dsn", help="a PostgreSQL 15 that tells which files it accepts, without the database's name")
    parser.add_argument("--only", help="names of projects, with commas")
    options = parser.parse_args()
    corpus = options.out / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    manifest, lines = [], []
    for project in PROJECTS:
        if options.only and project.name not in options.only.split(","):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                files = lay_out(project, fetch(project, Path(folder)), corpus / "pg" / project.name)
            except (RuntimeError, StopIteration, OSError) as error:
                print(f"{project.name}: {error}", file=sys.stderr)
                continue
        manifest.append({"project": project.name, "repo": f"{project.source}:{project.package}",
                         "commit": project.version, "layout": project.layout, "pre": project.pre})
        database, at = None, None
        for seq, (group, role, file) in enumerate(files):
            line = {"project": project.name, "file": file, "group": group, "role": role, "seq": seq,
                    "status": "not_run", "n_errors": None, "error": None}
            if options.dsn and role in ("up", "dup"):
                if at != group:
                    at, database = group, f"collect_{os.getpid()}"
                    admin = ["psql", "-X", "-q", "-d", f"{options.dsn}/postgres", "-c"]
                    run([*admin, f"drop database if exists {database} with (force)"])
                    run([*admin, f"create database {database}"])
                    if project.pre:
                        run(["psql", "-X", "-q", "-d", f"{options.dsn}/{database}", "-c", project.pre])
                errors = verdict(options.dsn, database, corpus / "pg" / project.name / file)
                line |= {"status": "error" if errors else "ok", "n_errors": len(errors), "errors": errors,
                         "error": errors[0][1] if errors else None, "error_line": errors[0][0] if errors else None}
            lines.append(line)
        if database:
            run([*admin, f"drop database if exists {database} with (force)"])
        ok = sum(line["status"] == "ok" for line in lines if line["project"] == project.name)
        print(f"{project.name}: {len(files)} files, {ok} accepted by PostgreSQL")
    (corpus / "manifest.json").write_text(json.dumps(manifest, indent=1))
    (corpus / "files.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
