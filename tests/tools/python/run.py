"""Holds the fixture to what Alembic prints for PostgreSQL, runs its translation on TiDB, and asks Alembic which
revision the database is at. Prints how many revisions that are.

    run.py alembic up FIXTURE TRANSLATION HOST PORT DATABASE
"""
import io
import os
import sys
from pathlib import Path

import pymysql
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pymysql.constants import CLIENT
from sqlalchemy import create_engine
from alembic.runtime.migration import MigrationContext

fixture, translation, host, port, database = sys.argv[3:]
printed = io.StringIO()
config = Config(output_buffer=printed)
config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
command.upgrade(config, "head", sql=True)
if printed.getvalue().strip() != Path(fixture).read_text().strip():
    sys.exit(f"{fixture} is not what Alembic prints:\n{printed.getvalue()}")

connection = pymysql.connect(
    host=host, port=int(port), user="root", database=database, client_flag=CLIENT.MULTI_STATEMENTS
)
with connection.cursor() as cursor:
    cursor.execute(Path(translation).read_text())
    while cursor.nextset():
        pass

url = f"mysql+pymysql://root@{host}:{port}/{database}"
with create_engine(url).connect() as connection:
    at = MigrationContext.configure(connection).get_current_revision()
script = ScriptDirectory.from_config(config)
done = len(list(script.iterate_revisions(at, "base")))
# What is left to do, Alembic does itself: nothing.
os.environ["TEST_URL"] = url
command.upgrade(config, "head")
print(done)
