//! The part of a migration file that applies it: several tools keep up and down in one file.

/// The file with everything that belongs to its `down` blanked, so that lines keep their numbers.
///
/// Knows goose, dbmate and sql-migrate; a file without their directives is all `up`.
pub fn up_only(text: &str) -> String {
    part(text, true)
}

/// The same of what undoes the migration.
pub fn down_only(text: &str) -> String {
    part(text, false)
}

fn part(text: &str, wanted: bool) -> String {
    let mut up = true;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match directive(line) {
            Some(Directive::Up) => up = true,
            Some(Directive::Down) => up = false,
            None => {}
        }
        if up == wanted {
            out.push_str(line);
        } else if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

enum Directive {
    Up,
    Down,
}

fn directive(line: &str) -> Option<Directive> {
    let comment = line.trim().strip_prefix("--")?.trim_start();
    let words = ["+goose", "+migrate"]
        .iter()
        .find_map(|tool| comment.strip_prefix(tool))
        .filter(|rest| rest.starts_with(' '))
        .or_else(|| comment.strip_prefix("migrate:"))?;
    let word = words.split_whitespace().next()?;
    if word.eq_ignore_ascii_case("up") {
        Some(Directive::Up)
    } else if word.eq_ignore_ascii_case("down") {
        Some(Directive::Down)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{down_only, up_only};

    #[test]
    fn down_is_blanked_and_lines_stay() {
        for (up, down) in [
            ("-- +goose Up", "-- +goose Down"),
            ("-- migrate:up", "-- migrate:down"),
            ("-- +migrate Up notransaction", "-- +migrate Down"),
        ] {
            let text = format!("{up}\nCREATE TABLE t (a int);\n{down}\nDROP TABLE t;\n");
            assert_eq!(up_only(&text), format!("{up}\nCREATE TABLE t (a int);\n\n\n"));
            assert_eq!(down_only(&text), format!("\n\n{down}\nDROP TABLE t;\n"));
        }
        assert_eq!(up_only("-- +goose StatementBegin\nSELECT 1"), "-- +goose StatementBegin\nSELECT 1");
    }
}
