//! [`find`]: looks for bytes, eight at a time.

/// The first position of either of two ASCII bytes.
pub(super) fn find(bytes: &[u8], one: u8, other: u8) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = equal(word, one) | equal(word, other);
        if found != 0 {
            return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let found = rest.iter().position(|byte| *byte == one || *byte == other)?;
    Some(words.len() * 8 + found)
}

/// A word whose lowest bit that is set belongs to the first byte of `word` that is `byte`; 0 if there is none.
fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_le_bytes([1; 8]);
    let zero_where_equal = word ^ (LOW * u64::from(byte));
    // Subtracting 1 sets the highest bit of a byte that was 0, and of none below the first of them.
    zero_where_equal.wrapping_sub(LOW) & !zero_where_equal & (LOW << 7)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn finds_what_a_search_byte_by_byte_finds() {
        let kinds = [b'"', b'\\', b'#', b'!', b'\'', 0, 0xff, 0xa2, b']', b'['];
        let mut seed = 7_u32;
        for len in 0..300 {
            let mut bytes = Vec::new();
            for _ in 0..len % 40 {
                seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12345);
                let byte = kinds[(seed >> 16) as usize % kinds.len()];
                // Mostly without what is searched for, so that there is a way to go.
                let rare = byte == b'"' || byte == b'\\';
                bytes.push(if rare && !(seed >> 8).is_multiple_of(8) { b'#' } else { byte });
            }
            let slow = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            assert_eq!(find(&bytes, b'"', b'\\'), slow, "{bytes:?}");
        }
    }
}
