//! Classes of characters, as the regular expressions of the field understand them.

/// White space of any kind; unlike [`char::is_whitespace`] also the four separators before the blank.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// A decimal digit of any script.
pub(super) fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    let code = u32::from(c);
    let next = ZEROS.partition_point(|zero| *zero <= code);
    next.checked_sub(1).and_then(|at| ZEROS.get(at)).is_some_and(|zero| code - zero < 10)
}

/// The zeros of Unicode 14; the other digits of a script follow its zero.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
    0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::{is_digit, is_space};

    #[test]
    fn digits_and_spaces() {
        assert!(['0', '9', '٣', '\u{1D7CE}', '９'].into_iter().all(is_digit));
        assert!(!['a', '²', '½', '\u{66A}', '一'].into_iter().any(is_digit));
        assert!([' ', '\n', '\u{1c}', '\u{1f}', '\u{85}', '\u{a0}', '\u{3000}'].into_iter().all(is_space));
        assert!(!['\u{1b}', '\u{200b}', '\u{feff}'].into_iter().any(is_space));
    }
}
