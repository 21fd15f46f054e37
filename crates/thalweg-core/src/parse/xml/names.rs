//! Which characters XML allows, and where, and which it has names for.

use super::fault::Fault;

/// A character that may stand in a document at all.
pub(super) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// A character that may begin a name, but for the colon.
pub(super) fn begins_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_')
        || matches!(c,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}')
}

/// A character that may go on in a name, but for the colon.
pub(super) fn goes_on(c: char) -> bool {
    begins_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether `c` continues what stands between `&` and `;`.
pub(super) fn reference_goes_on(reference: &str, c: char) -> bool {
    match reference.strip_prefix('#') {
        None if reference.is_empty() => c == '#' || begins_name(c),
        None => goes_on(c),
        Some("") => c == 'x' || c.is_ascii_digit(),
        Some(number) if number.starts_with('x') => c.is_ascii_hexdigit(),
        Some(_) => c.is_ascii_digit(),
    }
}

/// The character that is meant by what stands between `&` and `;`.
pub(super) fn referred(reference: &str) -> Result<char, Fault> {
    if let Some(number) = reference.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let c = code.ok().and_then(char::from_u32).filter(|c| is_char(*c));
        return c.ok_or(Fault::InvalidReference);
    }
    match reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Fault::UnknownReference),
    }
}
