#!/usr/bin/env python3
"""Writes PostgreSQL's own regression tests as files that the differential oracle takes.

    regress.py SOURCE OUT [TEST ...]

SOURCE is src/test/regress of PostgreSQL's sources (apt-get source postgresql-15), OUT gets a file per test: the tables
of test_setup.sql that the test speaks of, with their data, then the test. psql's variables and the copying of files
that need a running server's folders are left as they are: PostgreSQL refuses them, which is an answer to compare too.
Nothing of this is kept in the repository. Then:

    DIFFERENTIAL_DIR=OUT tests/tidb/servers.sh run cargo test --features verify --test oracle -- --nocapture differential
"""
import pathlib
import re
import sys

TESTS = """boolean char varchar text int2 int4 int8 float4 float8 numeric bit uuid strings date time timestamp timestamptz
interval enum case select select_distinct select_distinct_on select_implicit select_having select_into subselect union
join aggregates window with insert insert_conflict update delete returning create_table create_index alter_table
constraints triggers foreign_key sequence identity generated updatable_views create_view json jsonb arrays groupingsets
limit random merge transactions truncate domain matview rowtypes regex misc_functions numerology expressions txid
create_schema drop_if_exists prepare unicode md5 name horology partition_join inherit""".split()


def setup(source):
    """The statements of test_setup.sql, by the table that they make or fill."""
    text = (source / "sql/test_setup.sql").read_text()
    tables, data = {}, {}
    for table, kept in re.findall(r"^CREATE TABLE (\w+)\s*(\(.*?\)|AS .*?);$", text, re.M | re.S):
        tables[table.lower()] = [f"CREATE TABLE {table} {kept};"]
    for table, rows in re.findall(r"^INSERT INTO (\w+)(.*?\));\n", text, re.M | re.S):
        tables.setdefault(table.lower(), []).append(f"INSERT INTO {table}{rows};")
    for file, table in re.findall(r"'/data/(\w+\.data)'\nCOPY (\w+)", text):
        data[table.lower()] = (source / "data" / file).read_text()
    for table, rows in data.items():
        if table in tables:
            tables[table].append(f"COPY {table} FROM stdin;\n{rows.rstrip()}\n\\.")
    for table, of in [("onek2", "onek"), ("tenk2", "tenk1")]:
        tables[table] = [line.replace(of, table) for line in tables[of]]
    return tables


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    tables = setup(source)
    for test in sys.argv[3:] or TESTS:
        path = source / "sql" / f"{test}.sql"
        if not path.exists():
            print(f"regress.py: there is no test {test}", file=sys.stderr)
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        spoken = [made for name, made in tables.items() if re.search(rf"\b{name}\b", text, re.I)]
        before = "\n".join(line for made in spoken for line in made)
        (out / f"{test}.sql").write_text(f"{before}\n{text}")


main()
