//! The rules about expressions that mean nearly, but not quite, the same on TiDB.

use crate::diagnostic::rule;

rule! {
    /// A JSON value taken out of a document as text (`->>`, `#>>`).
    ///
    /// It becomes `JSON_UNQUOTE(JSON_EXTRACT(…))`. Where the value is JSON's own `null`, PostgreSQL gives NULL and TiDB
    /// the text `null`; and TiDB prints numbers in its own way, such as `1.5` for `1.50`.
    pub JSON_ACCESS = "E001", "json-access", Expressions, Approximate;
}

rule! {
    /// A regular expression (`~`, `~*`, `!~`, `!~*`).
    ///
    /// It becomes `REGEXP_LIKE`. TiDB's engine is RE2: classes such as `\w` and `[[:alpha:]]` know only ASCII there, and
    /// back references, look-around and word boundaries of PostgreSQL's kind don't exist and are refused. Of alternatives that match
    /// at one place PostgreSQL takes the longest, TiDB the first: that counts where the matching text is taken.
    pub REGULAR_EXPRESSION = "E002", "regular-expression", Expressions, Approximate;
}

rule! {
    /// Texts compared by order (`<`, `>`, BETWEEN, LEAST, GREATEST).
    ///
    /// PostgreSQL orders them by the database's locale, TiDB by the column's collation, which by default goes by code
    /// points as PostgreSQL's "C" does: upper case comes before lower case there.
    pub TEXT_ORDER = "E003", "text-order", Expressions, Approximate;
}

rule! {
    /// A division that TiDB calculates differently.
    ///
    /// Dividing by zero fails on PostgreSQL and gives NULL on TiDB, and the quotient of two numerics has four more decimal
    /// places than the dividend there, instead of at least sixteen digits.
    pub DIVISION = "E004", "division", Expressions, Approximate;
}

rule! {
    /// A text cast to a number.
    ///
    /// Where the text is no number the cast fails on PostgreSQL; TiDB takes the digits it begins with, or zero, with a
    /// warning.
    pub TEXT_CAST = "E005", "text-cast", Expressions, Approximate;
}

rule! {
    /// A function that TiDB calculates differently for some values.
    ///
    /// The message says for which; docs/functions.md has the table of all functions. Where the values that differ can't occur,
    /// allow the rule.
    pub FUNCTION = "E200", "function-difference", Expressions, Approximate;
}

rule! {
    /// An aggregate whose last digits differ.
    ///
    /// `stddev` and `variance` of integers and numerics are numeric on PostgreSQL and double on TiDB.
    pub AGGREGATE = "E201", "aggregate-precision", Expressions, Approximate;
}

rule! {
    /// A text that TiDB builds from a group of rows (`string_agg`, an ordered `array_agg`).
    ///
    /// It becomes `GROUP_CONCAT`, which TiDB cuts at `group_concat_max_len` bytes, 1024 by default. A hint raises the limit for
    /// queries and changes; a view takes no hint, so there the session has to: `SET SESSION group_concat_max_len = 4294967295`.
    pub GROUPED_TEXT = "E202", "grouped-text", Expressions, Exact;
}

rule! {
    /// A number or a document that is printed as text.
    ///
    /// TiDB prints `numeric` without a declared scale, `double precision` and the keys of documents in its own way.
    pub PRINTED = "E203", "printed-value", Expressions, Approximate;
}

rule! {
    /// An enum that is compared by order.
    ///
    /// PostgreSQL orders an enum's values as they were declared. TiDB does so between columns and in ORDER BY, but compares
    /// with a text by its letters.
    pub ENUM_ORDER = "E204", "enum-order", Expressions, Approximate;
}

rule! {
    /// A cast to a domain that checks its values.
    ///
    /// TiDB has no domains: the value is cast to the domain's base type, and what the domain checks is not checked. Columns of the
    /// domain do check it.
    pub DOMAIN_CAST = "E206", "domain-cast", Expressions, Approximate;
}

rule! {
    /// A cast to a numeric that has no room for some numbers.
    ///
    /// PostgreSQL fails on a number with more digits before its point than `numeric(p, s)` has; TiDB takes the largest number of
    /// that type, with a warning. The translation fails as well, except for a value that is too long to be written twice: it is
    /// flagged.
    pub CAST_OVERFLOW = "E208", "cast-overflow", Expressions, Approximate;
}
