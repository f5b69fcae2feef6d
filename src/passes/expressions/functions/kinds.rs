//! What kind of function a name is: one value of many rows, or one that only a window has.

use super::aggregates;

/// Functions that only a window has.
pub const WINDOWS: [&str; 11] = [
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
];

/// Whether it is an aggregate or a window function.
pub fn is_one(name: &str) -> bool {
    aggregates::ROWS.iter().any(|row| row.name == name)
}

/// Whether it makes one value of many rows, translated or not.
pub fn is_aggregate(name: &str) -> bool {
    const OTHERS: [&str; 18] = [
        "percentile_cont",
        "percentile_disc",
        "mode",
        "corr",
        "covar_pop",
        "covar_samp",
        "regr_avgx",
        "regr_avgy",
        "regr_count",
        "regr_intercept",
        "regr_r2",
        "regr_slope",
        "regr_sxx",
        "regr_sxy",
        "regr_syy",
        "xmlagg",
        "range_agg",
        "any_value",
    ];
    is_one(name) && !WINDOWS.contains(&name) || OTHERS.contains(&name)
}
