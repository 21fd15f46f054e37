//! Values under a format specification, as Python's `format(value, spec)` writes them.

use super::integer;
use super::spec::{Align, Spec};
use crate::error::ErrorKind;
use crate::python::float;
use crate::value::Dynamic;

/// Why a value cannot be written as its specification asks.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) kind: ErrorKind,
    pub(super) why: &'static str,
}

impl Misfit {
    /// Values of this type take no specification at all.
    pub(super) const NO_FORMAT: Self =
        Self { kind: ErrorKind::InputType, why: "only texts and numbers take a format specification" };

    /// The specification asks for something that values of this type do not have.
    pub(super) fn spec(why: &'static str) -> Self {
        Self { kind: ErrorKind::Template, why }
    }
}

/// Writes a value under a specification that is not empty: texts, integers, truth values (as 1 and 0) and
/// floating-point numbers can be.
pub(super) fn format_value(out: &mut String, value: &Dynamic, spec: &Spec) -> Result<(), Misfit> {
    match value {
        Dynamic::Text(text) => format_text(out, text, spec),
        Dynamic::Bool(b) => integer::format_integer(out, if *b { "1" } else { "0" }, spec),
        Dynamic::Int(n) => integer::format_integer(out, &n.to_string(), spec),
        Dynamic::BigInt(digits) => integer::format_integer(out, digits, spec),
        Dynamic::Float(x) => format_float(out, *x, spec),
        _ => Err(Misfit::NO_FORMAT),
    }
}

/// Whether values of this type take a specification.
pub(super) fn can_be_formatted(value: &Dynamic) -> bool {
    matches!(
        value,
        Dynamic::Text(_) | Dynamic::Bool(_) | Dynamic::Int(_) | Dynamic::BigInt(_) | Dynamic::Float(_)
    )
}

/// Writes a text, cut to the precision and padded to the width.
pub(super) fn format_text(out: &mut String, text: &str, spec: &Spec) -> Result<(), Misfit> {
    if spec.kind.is_some_and(|kind| kind != 's') {
        return Err(Misfit::spec("its type does not fit a text"));
    }
    if spec.sign.is_some()
        || spec.no_negative_zero
        || spec.alternate
        || spec.grouping.is_some()
        || spec.align == Some(Align::AfterSign)
    {
        return Err(Misfit::spec("signs, digits and their grouping do not fit a text"));
    }
    let shown = match spec.precision.and_then(|longest| text.char_indices().nth(longest)) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    };
    let padding = match spec.width {
        0 => 0,
        width => width.saturating_sub(shown.chars().count()),
    };
    let (before, after) = match spec.align {
        Some(Align::Right) => (padding, 0),
        Some(Align::Center) => (padding / 2, padding - padding / 2),
        _ => (0, padding),
    };
    let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    out.extend(std::iter::repeat_n(fill, before));
    out.push_str(shown);
    out.extend(std::iter::repeat_n(fill, after));
    Ok(())
}

/// Writes a floating-point number.
pub(super) fn format_float(out: &mut String, x: f64, spec: &Spec) -> Result<(), Misfit> {
    let kind = spec.kind.unwrap_or('\0');
    let x = if kind == '%' { x * 100.0 } else { x };
    let precision = spec.precision.unwrap_or(6);
    let mut text = if x.is_nan() {
        "nan".to_owned()
    } else if x.is_infinite() {
        "inf".to_owned()
    } else {
        match (kind, spec.precision) {
            ('\0', None) => float::shortest(x, true, spec.alternate),
            ('\0', Some(precision)) => float::general(x, precision, true, spec.alternate),
            ('e' | 'E', _) => float::exponential(x, precision, spec.alternate),
            ('f' | 'F' | '%', _) => float::fixed(x, precision, spec.alternate),
            ('g' | 'G' | 'n', _) => float::general(x, precision, false, spec.alternate),
            _ => return Err(Misfit::spec("its type does not fit a number")),
        }
    };
    if !matches!(kind, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') {
        return Err(Misfit::spec("its type does not fit a number"));
    }
    if kind.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    if kind == '%' {
        text.push('%');
    }
    if kind == 'n' && spec.grouping.is_some() {
        return Err(Misfit::spec("digits of this type cannot be grouped"));
    }
    let zero = spec.no_negative_zero && !text.contains(|c: char| matches!(c, '1'..='9' | 'n' | 'N'));
    let negative = x.is_sign_negative() && !x.is_nan() && !zero;
    let whole = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(whole);
    write_number(out, spec, &Number { negative, prefix: "", digits, rest, group: 3 });
    Ok(())
}

/// A number taken apart.
pub(super) struct Number<'a> {
    pub(super) negative: bool,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// The digits before the point, which can be grouped and padded with zeros.
    pub(super) digits: &'a str,
    /// What follows them.
    pub(super) rest: &'a str,
    /// How many digits make a group.
    pub(super) group: usize,
}

/// Puts a number together: padding, sign, prefix, padding, grouped digits, rest, padding.
pub(super) fn write_number(out: &mut String, spec: &Spec, number: &Number<'_>) {
    let sign = match spec.sign {
        _ if number.negative => Some('-'),
        Some('-') | None => None,
        sign => sign,
    };
    let align = spec.align.unwrap_or(if spec.zero { Align::AfterSign } else { Align::Right });
    let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    let others = usize::from(sign.is_some()) + number.prefix.len() + number.rest.chars().count();
    let zeros = fill == '0' && align == Align::AfterSign;
    let digits = if number.digits.is_empty() {
        String::new()
    } else {
        let least = if zeros { spec.width.saturating_sub(others) } else { 0 };
        integer::group(number.digits, spec.grouping, number.group, least)
    };
    let padding = spec.width.saturating_sub(others + digits.len());
    let (before, inside, after) = match align {
        Align::Left => (0, 0, padding),
        Align::Right => (padding, 0, 0),
        Align::Center => (padding / 2, 0, padding - padding / 2),
        Align::AfterSign => (0, padding, 0),
    };
    out.extend(std::iter::repeat_n(fill, before));
    out.extend(sign);
    out.push_str(number.prefix);
    out.extend(std::iter::repeat_n(fill, inside));
    out.push_str(&digits);
    out.push_str(number.rest);
    out.extend(std::iter::repeat_n(fill, after));
}
