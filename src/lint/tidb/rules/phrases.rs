//! Words of PostgreSQL's that say something only when they stand together.

/// Words that say something only here, what is said of them, and what to write.
pub type Phrase = (&'static [&'static str], &'static str, &'static str);
#[rustfmt::skip]
pub static PHRASES: &[Phrase] = &[
    (&["DISTINCT", "ON", "("], "TiDB has no DISTINCT ON", "number the rows with ROW_NUMBER() OVER (…) and keep the first"),
    (&["NULLS", "FIRST"], "TiDB has no NULLS FIRST", "leave it out in ascending order, where NULLs come first; else ORDER BY a IS NULL DESC, a"),
    (&["NULLS", "LAST"], "TiDB has no NULLS LAST", "write ORDER BY a IS NULL, a"),
    (&["LATERAL", "("], "TiDB has no LATERAL", "write a join, or subqueries in the SELECT list"),
    (&["FULL", "OUTER", "JOIN"], "TiDB has no FULL JOIN", "write LEFT JOIN … UNION ALL the rows that only the right side has"),
    (&["WITHIN", "GROUP", "("], "TiDB has no WITHIN GROUP", "use APPROX_PERCENTILE or window functions"),
    (&["GROUPING", "SETS", "("], "TiDB has no GROUPING SETS", "write GROUP BY … WITH ROLLUP, or UNION ALL"),
    (&["BY", "ROLLUP", "("], "TiDB writes ROLLUP another way", "write GROUP BY a WITH ROLLUP"),
    (&["BY", "CUBE", "("], "TiDB has no CUBE", "write UNION ALL"),
    (&["LIMIT", "ALL"], "TiDB has no LIMIT ALL", "leave it out"),
    (&["NO", "KEY", "UPDATE"], "TiDB has no FOR NO KEY UPDATE", "write FOR UPDATE"),
    (&["FOR", "KEY", "SHARE"], "TiDB has no FOR KEY SHARE", "leave it out"),
    (&["IS", "DISTINCT", "FROM"], "TiDB has no IS DISTINCT FROM", "write NOT (a <=> b)"),
    (&["IS", "NOT", "DISTINCT", "FROM"], "TiDB has no IS NOT DISTINCT FROM", "write a <=> b"),
    (&["AT", "TIME", "ZONE"], "TiDB has no AT TIME ZONE", "write CONVERT_TZ(a, 'UTC', 'Europe/Paris')"),
    (&["SIMILAR", "TO"], "TiDB has no SIMILAR TO", "write REGEXP_LIKE"),
    (&["TABLESAMPLE", "SYSTEM"], "TiDB samples by region only", "write TABLESAMPLE REGIONS(), or ORDER BY RAND() LIMIT n"),
    (&["TABLESAMPLE", "BERNOULLI"], "TiDB samples by region only", "write TABLESAMPLE REGIONS(), or ORDER BY RAND() LIMIT n"),
    (&["WITH", "TIES"], "TiDB has no WITH TIES", "use RANK() OVER (…)"),
    (&["GROUPS", "BETWEEN"], "TiDB's windows have no GROUPS frames", "use ROWS or RANGE"),
    (&["WITH", "TIME", "ZONE"], "TiDB's times have no time zone", "write TIMESTAMP, which is shown in the session's time zone"),
    (&["WITHOUT", "TIME", "ZONE"], "TiDB has no such words", "leave them out"),
    (&["INTO", "@"], "TiDB has no SELECT … INTO a variable", "write SET @a = (SELECT …)"),
    (&["WITH", "ORDINALITY"], "TiDB has no WITH ORDINALITY", "use ROW_NUMBER() OVER (…)"),
    (&["AS", "MATERIALIZED", "("], "TiDB has no MATERIALIZED here", "leave it out"),
    (&["AS", "NOT", "MATERIALIZED", "("], "TiDB has no MATERIALIZED here", "leave it out"),
    (&["GENERATED", "BY", "DEFAULT", "AS"], "TiDB has no identity columns", "write AUTO_INCREMENT"),
    (&["GENERATED", "ALWAYS", "AS", "IDENTITY"], "TiDB has no identity columns", "write AUTO_INCREMENT"),
    (&["ON", "COMMIT", "DROP"], "TiDB has no ON COMMIT DROP", "leave it out: the table goes with the session"),
    (&["EXCLUDE", "USING"], "TiDB has no exclusion constraints", "check for overlaps in the application"),
    (&["WITH", "CHECK", "OPTION"], "TiDB wants to know which check option", "write WITH CASCADED CHECK OPTION, which TiDB reads and does not enforce"),
    (&["NOT", "VALID"], "TiDB checks every row at once", "leave it out"),
];
