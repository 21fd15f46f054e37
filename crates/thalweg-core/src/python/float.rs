//! Floating-point numbers in Python's notation. Nothing here knows of templates or values.
//!
//! All functions take a finite number and write its absolute value; signs, infinities and widths are the
//! caller's.

use std::fmt::Write;

/// How many digits stand before an exponent is used when a number is written in its shortest form.
const LONGEST_PLAIN: i32 = 16;

/// How many digits a text has at least that is not the only nearest one to its number.
const FEWEST_AMBIGUOUS: usize = 15;

/// The shortest text that reads back as the same number; with `dot_zero` a whole number gets `.0`.
pub(crate) fn shortest(x: f64, dot_zero: bool, alternate: bool) -> String {
    let x = x.abs();
    let mut number = Digits::of(&format!("{x:e}"));
    // Two texts of this length can be equally near to the number: Rust takes the larger, Python the even one.
    // That happens to long texts only, since all short ones stand for different numbers.
    if number.digits.len() >= FEWEST_AMBIGUOUS {
        let rounded = format!("{:.*e}", number.digits.len() - 1, x);
        if rounded.parse() == Ok(x) {
            number = Digits::of(&rounded);
        }
    }
    let exponential = number.point <= -4 || number.point > LONGEST_PLAIN;
    let shown = number.digits.len();
    number.write(shown, exponential, dot_zero, alternate)
}

/// As many digits after the point as `precision` says.
pub(crate) fn fixed(x: f64, precision: usize, alternate: bool) -> String {
    let mut text = format!("{:.precision$}", x.abs());
    if alternate && precision == 0 {
        text.push('.');
    }
    text
}

/// One digit, as many more after the point as `precision` says, and an exponent.
pub(crate) fn exponential(x: f64, precision: usize, alternate: bool) -> String {
    let number = Digits::of(&format!("{:.precision$e}", x.abs()));
    number.write(precision + 1, true, false, alternate)
}

/// At most `precision` significant digits, with an exponent where the number is very large or small; trailing
/// zeros are kept only in the `alternate` form.
pub(crate) fn general(x: f64, precision: usize, dot_zero: bool, alternate: bool) -> String {
    let precision = precision.max(1);
    let mut number = Digits::of(&format!("{:.*e}", precision - 1, x.abs()));
    let plain = i32::try_from(precision).unwrap_or(i32::MAX) - i32::from(dot_zero);
    let exponential = number.point <= -4 || number.point > plain;
    if !alternate {
        let kept = number.digits.trim_end_matches('0').len().max(1);
        number.digits.truncate(kept);
    }
    let shown = number.digits.len();
    number.write(shown, exponential, dot_zero, alternate)
}

/// Decimal digits and where the point stands: before the digit with this index, which may lie outside them.
struct Digits {
    digits: String,
    point: i32,
}

impl Digits {
    /// Takes apart what Rust writes for `{:e}`: digits with one point, `e`, an exponent.
    fn of(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
        Self { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
    }

    /// Writes the digits up to index `shown`, zeros standing in where there are none.
    fn write(&self, shown: usize, exponential: bool, dot_zero: bool, alternate: bool) -> String {
        let point = if exponential { 1 } else { i64::from(self.point) };
        let first = if point <= 0 { point - 1 } else { 0 };
        let least = if dot_zero && !exponential { point + 1 } else { point };
        let end = i64::try_from(shown).unwrap_or(i64::MAX).max(least);
        let mut out = String::new();
        for i in first..end {
            if i == point {
                out.push('.');
            }
            let digit = usize::try_from(i).ok().and_then(|i| self.digits.as_bytes().get(i));
            out.push(digit.map_or('0', |digit| char::from(*digit)));
        }
        if alternate && end == point {
            out.push('.');
        }
        if exponential {
            let exponent = self.point - 1;
            let sign = if exponent < 0 { '-' } else { '+' };
            // Writing to a string does not fail.
            let _ = write!(out, "e{sign}{:02}", exponent.unsigned_abs());
        }
        out
    }
}
