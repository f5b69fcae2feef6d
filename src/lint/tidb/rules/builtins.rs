//! Every function that TiDB has, and how many arguments each takes.
//!
//! Asked of TiDB itself: SHOW BUILTINS on 7.5 and 8.5, then a call with 0 to 7 arguments of each; what a grammar of its own, or pairs, make
//! harder to count takes any number here. Words that stand before a bracket without being a function are among them.

/// Name, fewest and most arguments (255: any number), sorted.
#[rustfmt::skip]
static FUNCTIONS: &[(&str, u8, u8)] = &[
    ("abs", 1, 1), ("acos", 1, 1), ("adddate", 0, 255), ("addtime", 2, 2), ("aes_decrypt", 2, 3), ("aes_encrypt", 2, 3), ("against", 0, 255), ("all", 0, 255),
    ("and", 0, 255), ("any", 0, 255), ("any_value", 1, 1), ("approx_count_distinct", 0, 255), ("approx_percentile", 0, 255), ("as", 0, 255), ("ascii", 1, 1),
    ("asin", 1, 1), ("atan", 1, 2), ("atan2", 2, 2), ("avg", 0, 255), ("benchmark", 0, 255), ("bernoulli", 0, 255), ("between", 0, 255), ("bigint", 0, 255),
    ("bin", 1, 1), ("bin_to_uuid", 1, 2), ("binary", 0, 255), ("bit", 0, 255), ("bit_and", 0, 255), ("bit_count", 1, 1), ("bit_length", 1, 1),
    ("bit_or", 0, 255), ("bit_xor", 0, 255), ("blob", 0, 255), ("by", 0, 255), ("case", 0, 255), ("cast", 0, 255), ("ceil", 1, 1), ("ceiling", 1, 1),
    ("char", 0, 255), ("char_length", 0, 255), ("character_length", 1, 1), ("charset", 1, 1), ("coalesce", 1, 255), ("coercibility", 1, 1),
    ("collation", 1, 1), ("compress", 1, 1), ("concat", 1, 255), ("concat_ws", 2, 255), ("connection_id", 0, 0), ("conv", 3, 3), ("convert", 0, 255),
    ("convert_tz", 3, 3), ("cos", 1, 1), ("cot", 1, 1), ("count", 0, 255), ("crc32", 1, 1), ("cume_dist", 0, 255), ("curdate", 0, 255),
    ("current_date", 0, 255), ("current_resource_group", 0, 0), ("current_role", 0, 255), ("current_time", 0, 255), ("current_timestamp", 0, 255),
    ("current_user", 0, 255), ("curtime", 0, 255), ("database", 0, 0), ("date", 1, 1), ("date_add", 0, 255), ("date_format", 2, 2), ("date_sub", 0, 255),
    ("datediff", 2, 2), ("datetime", 0, 255), ("day", 1, 1), ("dayname", 1, 1), ("dayofmonth", 1, 1), ("dayofweek", 1, 1), ("dayofyear", 1, 1),
    ("decimal", 0, 255), ("decode", 2, 2), ("default", 0, 255), ("degrees", 1, 1), ("dense_rank", 0, 255), ("distinct", 0, 255), ("div", 0, 255),
    ("double", 0, 255), ("else", 0, 255), ("elt", 2, 255), ("encode", 2, 2), ("enum", 0, 255), ("escape", 0, 255), ("exists", 0, 255), ("exp", 1, 1),
    ("export_set", 3, 5), ("extract", 0, 255), ("field", 2, 255), ("find_in_set", 2, 2), ("first_value", 0, 255), ("float", 0, 255), ("floor", 1, 1),
    ("force", 0, 255), ("format", 2, 3), ("format_bytes", 1, 1), ("format_nano_time", 1, 1), ("found_rows", 0, 0), ("from_base64", 1, 1), ("from_days", 1, 1),
    ("from_unixtime", 1, 2), ("get_format", 0, 255), ("get_lock", 0, 255), ("greatest", 2, 255), ("group_concat", 0, 255), ("grouping", 0, 255), ("hex", 1, 1),
    ("hour", 1, 1), ("if", 3, 3), ("ifnull", 2, 2), ("ignore", 0, 255), ("ilike", 0, 255), ("in", 0, 255), ("index", 0, 255), ("inet6_aton", 1, 1),
    ("inet6_ntoa", 1, 1), ("inet_aton", 1, 1), ("inet_ntoa", 1, 1), ("insert", 0, 255), ("instr", 2, 2), ("int", 0, 255), ("intdiv", 2, 2),
    ("integer", 0, 255), ("interval", 0, 255), ("is", 0, 255), ("is_free_lock", 1, 1), ("is_ipv4", 1, 1), ("is_ipv4_compat", 1, 1), ("is_ipv4_mapped", 1, 1),
    ("is_ipv6", 1, 1), ("is_used_lock", 1, 1), ("is_uuid", 1, 1), ("isnull", 1, 1), ("json", 0, 255), ("json_array", 0, 255), ("json_array_append", 0, 255),
    ("json_array_insert", 0, 255), ("json_arrayagg", 0, 255), ("json_contains", 2, 3), ("json_contains_path", 3, 255), ("json_depth", 1, 1),
    ("json_extract", 2, 255), ("json_insert", 0, 255), ("json_keys", 1, 2), ("json_length", 1, 2), ("json_merge", 2, 255), ("json_merge_patch", 2, 255),
    ("json_merge_preserve", 2, 255), ("json_object", 0, 255), ("json_objectagg", 0, 255), ("json_overlaps", 2, 2), ("json_pretty", 1, 1), ("json_quote", 1, 1),
    ("json_remove", 2, 255), ("json_replace", 0, 255), ("json_schema_valid", 2, 2), ("json_search", 3, 255), ("json_set", 0, 255), ("json_storage_free", 1, 1),
    ("json_storage_size", 1, 1), ("json_sum_crc32", 0, 255), ("json_type", 1, 1), ("json_unquote", 1, 1), ("json_valid", 1, 1), ("key", 0, 255),
    ("keys", 0, 255), ("lag", 0, 255), ("last_day", 1, 1), ("last_insert_id", 0, 1), ("last_value", 0, 255), ("lastval", 0, 255), ("lateral", 0, 255),
    ("lcase", 1, 1), ("lead", 0, 255), ("least", 2, 255), ("left", 2, 2), ("length", 1, 1), ("like", 0, 255), ("ln", 1, 1), ("load_file", 1, 1),
    ("localtime", 0, 255), ("localtimestamp", 0, 255), ("locate", 2, 3), ("log", 1, 2), ("log10", 1, 1), ("log2", 1, 1), ("lower", 1, 1), ("lpad", 3, 3),
    ("ltrim", 1, 1), ("make_set", 2, 255), ("makedate", 2, 2), ("maketime", 3, 3), ("master_pos_wait", 0, 255), ("match", 0, 255), ("max", 0, 255),
    ("md5", 1, 1), ("mediumint", 0, 255), ("member", 0, 255), ("microsecond", 1, 1), ("mid", 0, 255), ("min", 0, 255), ("minute", 1, 1), ("mod", 0, 255),
    ("month", 1, 1), ("monthname", 1, 1), ("name_const", 2, 2), ("national", 0, 255), ("nchar", 0, 255), ("next", 0, 255), ("nextval", 0, 255),
    ("not", 0, 255), ("now", 0, 1), ("nth_value", 0, 255), ("ntile", 0, 255), ("nullif", 2, 2), ("numeric", 0, 255), ("oct", 1, 1), ("octet_length", 1, 1), ("of", 0, 255),
    ("on", 0, 255), ("or", 0, 255), ("ord", 1, 1), ("over", 0, 255), ("partition", 0, 255), ("partitions", 0, 255), ("password", 0, 255),
    ("percent_rank", 0, 255), ("period_add", 2, 2), ("period_diff", 2, 2), ("pi", 0, 0), ("position", 0, 255), ("pow", 2, 2), ("power", 2, 2),
    ("quarter", 1, 1), ("quote", 1, 1), ("radians", 1, 1), ("rand", 0, 1), ("random_bytes", 1, 1), ("rank", 0, 255), ("real", 0, 255), ("regexp", 0, 255),
    ("regexp_instr", 0, 255), ("regexp_like", 2, 3), ("regexp_replace", 0, 255), ("regexp_substr", 2, 5), ("regions", 0, 255), ("release_all_locks", 0, 0),
    ("release_lock", 1, 1), ("repeat", 0, 255), ("replace", 3, 3), ("reverse", 1, 1), ("right", 2, 2), ("rollup", 0, 255), ("round", 1, 2), ("row", 0, 255),
    ("row_count", 0, 0), ("row_number", 0, 255), ("rows", 0, 255), ("rpad", 3, 3), ("rtrim", 1, 1), ("schema", 0, 0), ("sec_to_time", 1, 1), ("second", 1, 1),
    ("select", 0, 255), ("session_user", 0, 0), ("set", 0, 255), ("sets", 0, 255), ("setval", 0, 255), ("sha", 1, 1), ("sha1", 1, 1), ("sha2", 2, 2),
    ("sign", 1, 1), ("signed", 0, 255), ("sin", 1, 1), ("sleep", 0, 255), ("sm3", 1, 1), ("smallint", 0, 255), ("some", 0, 255), ("sounds", 0, 255),
    ("space", 1, 1), ("sqrt", 1, 1), ("std", 0, 255), ("stddev", 0, 255), ("stddev_pop", 0, 255), ("stddev_samp", 0, 255), ("str_to_date", 2, 2),
    ("strcmp", 2, 2), ("subdate", 0, 255), ("substr", 0, 255), ("substring", 0, 255), ("substring_index", 3, 3), ("subtime", 2, 2), ("sum", 0, 255),
    ("sysdate", 0, 255), ("system_user", 0, 0), ("table", 0, 255), ("tables", 0, 255), ("tan", 1, 1), ("text", 0, 255), ("then", 0, 255),
    ("tidb_bounded_staleness", 2, 2), ("tidb_current_tso", 0, 255), ("tidb_decode_binary_plan", 1, 1), ("tidb_decode_key", 1, 1), ("tidb_decode_plan", 1, 1),
    ("tidb_decode_sql_digests", 1, 2), ("tidb_encode_index_key", 4, 255), ("tidb_encode_record_key", 3, 255), ("tidb_encode_sql_digest", 1, 1),
    ("tidb_is_ddl_owner", 0, 0), ("tidb_mvcc_info", 0, 255), ("tidb_parse_tso", 0, 255), ("tidb_parse_tso_logical", 0, 255), ("tidb_row_checksum", 0, 255),
    ("tidb_shard", 0, 255), ("tidb_version", 0, 255), ("time", 0, 255), ("time_format", 0, 255), ("time_to_sec", 0, 255), ("timediff", 0, 255),
    ("timestamp", 0, 255), ("timestampadd", 0, 255), ("timestampdiff", 0, 255), ("tinyint", 0, 255), ("to_base64", 0, 255), ("to_days", 0, 255),
    ("to_seconds", 0, 255), ("translate", 0, 255), ("trim", 0, 255), ("truncate", 0, 255), ("ucase", 0, 255), ("uncompress", 0, 255),
    ("uncompressed_length", 0, 255), ("unhex", 0, 255), ("unix_timestamp", 0, 255), ("unsigned", 0, 255), ("upper", 0, 255), ("use", 0, 255), ("user", 0, 255),
    ("using", 0, 255), ("utc_date", 0, 255), ("utc_time", 0, 255), ("utc_timestamp", 0, 255), ("uuid", 0, 255), ("uuid_short", 0, 255),
    ("uuid_to_bin", 0, 255), ("validate_password_strength", 0, 255), ("value", 0, 255), ("values", 0, 255), ("var_pop", 0, 255), ("var_samp", 0, 255),
    ("varbinary", 0, 255), ("varchar", 0, 255), ("variance", 0, 255), ("vec_as_text", 0, 255), ("vec_cosine_distance", 0, 255), ("vec_dims", 0, 255),
    ("vec_from_text", 0, 255), ("vec_l1_distance", 0, 255), ("vec_l2_distance", 0, 255), ("vec_l2_norm", 0, 255), ("vec_negative_inner_product", 0, 255),
    ("vector", 0, 255), ("version", 0, 255), ("vitess_hash", 0, 255), ("week", 0, 255), ("weekday", 0, 255), ("weekofyear", 0, 255), ("weight_string", 0, 255),
    ("when", 0, 255), ("with", 0, 255), ("xor", 0, 255), ("year", 0, 255), ("yearweek", 0, 255),
];

/// Functions that are not in TiDB 7.5.
#[rustfmt::skip]
static NEWER: &[&str] = &[
    "json_schema_valid", "tidb_encode_index_key", "tidb_encode_record_key", "tidb_mvcc_info", "vec_as_text", "vec_cosine_distance", "vec_dims", "vec_from_text", "vec_l1_distance", "vec_l2_distance", "vec_l2_norm", "vec_negative_inner_product",
];

/// How many arguments a function takes, if TiDB has it.
pub fn arguments(name: &str, before_8: bool) -> Option<(usize, usize)> {
    let at = FUNCTIONS.binary_search_by_key(&name, |(known, _, _)| known).ok()?;
    let (_, least, most) = FUNCTIONS.get(at)?;
    (!before_8 || !NEWER.contains(&name)).then_some((usize::from(*least), usize::from(*most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_says_what_tidb_says() {
        assert!(FUNCTIONS.is_sorted_by(|(a, _, _), (b, _, _)| a < b));
        assert_eq!(arguments("lpad", true), Some((3, 3)));
        assert_eq!(arguments("json_schema_valid", true), None);
        assert_eq!(arguments("chr", false), None);
    }
}
