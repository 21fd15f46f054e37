//! Integers under a format specification: other bases, grouped digits, characters.

use super::format::{Misfit, Number, format_float, write_number};
use super::spec::Spec;

/// Writes an integer, given by its decimal digits.
pub(super) fn format_integer(out: &mut String, decimal: &str, spec: &Spec) -> Result<(), Misfit> {
    match spec.kind.unwrap_or('d') {
        'd' | 'n' | 'b' | 'o' | 'x' | 'X' | 'c' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => return as_float(out, decimal, spec),
        _ => return Err(Misfit::spec("its type does not fit an integer")),
    }
    if spec.precision.is_some() {
        return Err(Misfit::spec("an integer has no precision"));
    }
    if spec.no_negative_zero {
        return Err(Misfit::spec("an integer has no negative zero"));
    }
    let (negative, magnitude) = match decimal.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, decimal),
    };
    let based = |prefix: &'static str, write: fn(u128) -> String| match magnitude.parse() {
        Ok(n) => Ok((if spec.alternate { prefix } else { "" }, write(n))),
        Err(_) => Err(Misfit::spec("integers above 128 bits are written in decimal digits only")),
    };
    let (prefix, digits) = match spec.kind {
        Some('b') => based("0b", |n| format!("{n:b}"))?,
        Some('o') => based("0o", |n| format!("{n:o}"))?,
        Some('x') => based("0x", |n| format!("{n:x}"))?,
        Some('X') => based("0X", |n| format!("{n:X}"))?,
        Some('c') => return character(out, decimal, spec),
        _ => ("", magnitude.to_owned()),
    };
    let group = match (spec.kind, spec.grouping) {
        (Some('b' | 'o' | 'x' | 'X'), Some(',')) | (Some('n'), Some(_)) => {
            return Err(Misfit::spec("digits of this type cannot be grouped so"));
        }
        (Some('b' | 'o' | 'x' | 'X'), _) => 4,
        _ => 3,
    };
    write_number(out, spec, &Number { negative, prefix, digits: &digits, rest: "", group });
    Ok(())
}

fn as_float(out: &mut String, decimal: &str, spec: &Spec) -> Result<(), Misfit> {
    match decimal.parse::<f64>() {
        Ok(x) if x.is_finite() => format_float(out, x, spec),
        _ => Err(Misfit::spec("the integer is too large for a floating-point number")),
    }
}

/// Writes the character with this code.
fn character(out: &mut String, decimal: &str, spec: &Spec) -> Result<(), Misfit> {
    if spec.sign.is_some() || spec.alternate || spec.grouping.is_some() {
        return Err(Misfit::spec("signs and grouping do not fit a character"));
    }
    let Some(c) = decimal.parse().ok().and_then(char::from_u32) else {
        return Err(Misfit::spec("no character has this number"));
    };
    let rest = c.encode_utf8(&mut [0; 4]).to_owned();
    write_number(out, spec, &Number { negative: false, prefix: "", digits: "", rest: &rest, group: 3 });
    Ok(())
}

/// The digits in groups, with zeros before them until they and the separators are at least `least` long. A
/// separator never comes first: the result may be one longer.
pub(super) fn group(digits: &str, separator: Option<char>, every: usize, least: usize) -> String {
    let Some(separator) = separator else {
        let mut out = "0".repeat(least.saturating_sub(digits.len()));
        out.push_str(digits);
        return out;
    };
    let mut backwards = String::with_capacity(least.max(digits.len() + digits.len() / every));
    let mut left = digits.chars().rev().fuse();
    let mut next = left.next();
    let mut in_group = 0;
    while next.is_some() || backwards.len() < least {
        if in_group == every {
            backwards.push(separator);
            in_group = 0;
        }
        backwards.push(next.unwrap_or('0'));
        next = left.next();
        in_group += 1;
    }
    backwards.chars().rev().collect()
}
