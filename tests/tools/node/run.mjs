// Runs migrations as Drizzle's and Kysely's own migrators do: prints how many were applied, or says what failed.
//
//   node run.mjs TOOL up|down DIR HOST PORT DATABASE
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import { Kysely, Migrator, MysqlDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { createConnection as connect } from 'mysql2/promise';

const [tool, direction, folder, host, port, database] = process.argv.slice(2);
const at = { host, port: Number(port), user: 'root', database };

// The connection takes one statement at a time: the breakpoints have to be right.
async function runDrizzle() {
  const connection = await connect(at);
  try {
    await migrate(drizzle(connection), { migrationsFolder: folder });
  } finally {
    const [rows] = await connection.query('select count(*) as n from __drizzle_migrations').catch(() => [[{ n: 0 }]]);
    console.log(rows[0].n);
    await connection.end();
  }
}

// Kysely's FileMigrationProvider takes code: this one gives it the SQL files as a project's own code would.
async function runKysely() {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.up.sql')).sort();
  const migrations = {};
  for (const name of names) {
    const stem = name.slice(0, -'.up.sql'.length);
    const run = (end) => async (db) => {
      const text = await readFile(path.join(folder, stem + end), 'utf8');
      await sql.raw(text).execute(db);
    };
    migrations[stem] = { up: run('.up.sql'), down: run('.down.sql') };
  }
  const pool = createPool({ ...at, multipleStatements: true });
  const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  let count = 0;
  try {
    for (;;) {
      const { error, results } = direction === 'up' ? await migrator.migrateUp() : await migrator.migrateDown();
      if (error) throw error;
      if (!results?.length) break;
      count += results.filter((result) => result.status === 'Success').length;
    }
  } finally {
    console.log(count);
    await db.destroy();
  }
}

const tools = { drizzle: runDrizzle, kysely: runKysely };
try {
  await tools[tool]();
} catch (error) {
  console.error(error.cause ?? error);
  process.exitCode = 1;
}
