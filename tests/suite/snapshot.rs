//! Snapshots that stand beside their case.

/// Holds what became of a case for TiDB 7.5 and 8.5 to the snapshot beside it. A macro: insta notes the file that says it.
macro_rules! assert_case {
    ($case:expr, $old:expr, $new:expr) => {{
        let (case, old, new): (&std::path::Path, String, String) = ($case, $old, $new);
        let snapshot = if old == new { new } else { format!("{new}\n==== TiDB 7.5\n{old}") };
        let stem = case.file_stem().expect("a name").to_string_lossy().into_owned();
        insta::with_settings!({
            snapshot_path => case.parent().expect("a folder"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(stem, snapshot) });
    }};
}
