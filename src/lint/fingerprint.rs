//! Names for findings that stay the same while lines move.

use std::collections::HashMap;

/// Makes the fingerprints of one file. Equal findings are told apart by their order.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: HashMap<u64, u64>,
}

impl Fingerprints {
    /// From what a finding is about, not from where it stands: file, rule, the line's words and the construct's.
    pub fn of(&mut self, file: &str, code: &str, line: &str, construct: &str) -> String {
        let mut hash = Fnv::default();
        hash.part(&file.replace('\\', "/"));
        hash.part(code);
        for text in [line, construct] {
            let text = text.trim().trim_end_matches([',', ';']);
            for word in text.split_whitespace().take(60) {
                hash.part(word);
            }
            hash.part("\n");
        }
        let count = self.seen.entry(hash.0).or_insert(0);
        *count += 1;
        if *count > 1 {
            hash.part(&count.to_string());
        }
        format!("{:016x}", hash.0)
    }
}

/// FNV-1a: the same on every machine and in every version.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_are_told_apart_and_blanks_do_not_count() {
        let mut prints = Fingerprints::default();
        let first = prints.of("a.sql", "T010", "  a serial,", "serial");
        let second = prints.of("a.sql", "T010", "  a serial,", "serial");
        assert_ne!(first, second);
        assert_eq!(first, Fingerprints::default().of("a.sql", "T010", "a   serial", "serial"));
        assert_ne!(first, Fingerprints::default().of("b.sql", "T010", "a serial", "serial"));
    }
}
