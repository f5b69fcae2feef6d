// Runs JavaScript migrations against a recorder and writes the SQL that each would send.
//   node extract.cjs db-migrate|mikro-orm FOLDER OUT
const fs = require('fs');
const path = require('path');
const Module = require('module');

const [kind, folder, out] = process.argv.slice(2);
let said = [];

/** db-migrate: the statements of `runSql`, and the plain forms of its helpers. */
const type = (column) => {
    const spec = typeof column === 'string' ? { type: column } : column;
    const known = { string: 'VARCHAR', int: 'INTEGER', bigint: 'BIGINT', datetime: 'TIMESTAMP' };
    let text = known[spec.type] ?? spec.type.toUpperCase();
    if (spec.autoIncrement) text = 'SERIAL';
    if (spec.length) text += ` (${spec.length})`;
    if (spec.primaryKey) text += ' PRIMARY KEY';
    if (spec.notNull) text += ' NOT NULL';
    if (spec.unique) text += ' UNIQUE';
    if (spec.defaultValue !== undefined) {
        const call = /^(now\(\)|CURRENT_TIMESTAMP|true|false|\d+)$/i.test(String(spec.defaultValue));
        text += ` DEFAULT ${call ? spec.defaultValue : `'${spec.defaultValue}'`}`;
    }
    return text;
};
const last = (args) => args.filter((arg) => typeof arg === 'function').pop();
const say = (sql, args) => {
    said.push(sql);
    const done = last(args);
    if (done) return done(null, { rows: [] });
    return Promise.resolve({ rows: [] });
};
const db = {
    runSql: (sql, ...rest) => say(sql, rest),
    all: (sql, ...rest) => last(rest)(null, []),
    createTable: (name, columns, ...rest) => {
        const list = Object.entries(columns.columns ?? columns).map(([key, spec]) => `"${key}" ${type(spec)}`);
        return say(`CREATE TABLE IF NOT EXISTS "${name}" (${list.join(', ')})`, rest);
    },
    addColumn: (table, name, spec, ...rest) => say(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type(spec)}`, rest),
    removeColumn: (table, name, ...rest) => say(`ALTER TABLE "${table}" DROP COLUMN "${name}"`, rest),
    dropTable: (table, ...rest) => say(`DROP TABLE "${table}"`, rest),
    renameColumn: (table, from, to, ...rest) => say(`ALTER TABLE "${table}" RENAME COLUMN "${from}" TO "${to}"`, rest),
    addIndex: (table, name, columns, ...rest) =>
        say(`CREATE INDEX "${name}" ON "${table}" (${[columns].flat().map((c) => `"${c}"`)})`, rest),
};

class Migration {
    addSql(sql) { said.push(sql); }
    async execute() { return []; }
    getKnex() { throw new Error('no database here'); }
}
const series = {
    series: (steps, done) => { for (const step of steps) step(() => {}); done?.(null); },
    eachSeries: (items, step, done) => { for (const item of items) step(item, () => {}); done?.(null); },
};
const load = Module._load;
Module._load = function (name, ...rest) {
    if (name === 'async') return series;
    if (name.includes('mikro-orm') || name.includes('medusajs')) {
        // The second asks the catalog first, and does nothing in a new database.
        return { Migration, generateEntityId: () => 'id', generatePostgresAlterColummnIfExistStatement: () => 'select 1;' };
    }
    try { return load.call(this, name, ...rest); } catch { return {}; }
};

const write = (name, suffix) => {
    const text = said.map((sql) => `${String(sql).trim().replace(/;\s*$/, '')};\n`).join('\n');
    if (text) fs.writeFileSync(path.join(out, `${name}.${suffix}.sql`), text);
    said = [];
};

(async () => {
    fs.mkdirSync(out, { recursive: true });
    const files = fs.readdirSync(folder).filter((name) => /\d{8,}.*\.js$/.test(name)).sort();
    for (const file of files) {
        const name = file.replace(/\.js$/, '');
        try {
            const loaded = require(path.join(folder, file));
            for (const direction of ['up', 'down']) {
                if (kind === 'db-migrate') {
                    await loaded[direction]?.(db, () => {});
                } else {
                    for (const Kind of Object.values(loaded)) await new Kind()[direction]?.();
                }
                write(name, direction);
            }
        } catch (error) {
            said = [];
            console.error(`${file}: ${error.message}`);
        }
    }
})();
