//! A list of words that one is looked up in without regard to case, made when the program is compiled: every name and
//! every word of a run is looked up.

/// The words, and by the hash of each, or behind it, where it stands, counted from 1.
pub struct Words<const SLOTS: usize> {
    words: &'static [&'static str],
    longest: usize,
    places: [u16; SLOTS],
}

impl<const SLOTS: usize> Words<SLOTS> {
    /// Of words in upper case; fewer than there are slots.
    pub const fn new(words: &'static [&'static str]) -> Self {
        assert!(words.len() < SLOTS && words.len() < u16::MAX as usize);
        let (mut places, mut longest, mut word) = ([0; SLOTS], 0, 0);
        while word < words.len() {
            let bytes = words[word].as_bytes();
            if bytes.len() > longest {
                longest = bytes.len();
            }
            let mut slot = hash(bytes) % SLOTS;
            while places[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            word += 1;
            places[slot] = word as u16;
        }
        Words { words, longest, places }
    }

    /// Where a word stands in the list.
    pub fn find(&self, word: &str) -> Option<usize> {
        if word.len() > self.longest {
            return None;
        }
        let mut slot = hash(word.as_bytes()) % SLOTS;
        while let Some(place) = usize::from(self.places[slot]).checked_sub(1) {
            if self.words[place].eq_ignore_ascii_case(word) {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }
}

const fn hash(word: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < word.len() {
        hash = (hash ^ word[at].to_ascii_uppercase() as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 16)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        static FEW: Words<4> = Words::new(&["B", "AB", "C"]);
        assert_eq!(["b", "Ab", "C"].map(|word| FEW.find(word)), [Some(0), Some(1), Some(2)]);
        assert_eq!(["a", "", "abc", "\u{e9}"].map(|word| FEW.find(word)), [None; 4]);
    }
}
