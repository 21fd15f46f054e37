//! [`Number`]: a number that is still being written.

use crate::value::Dynamic;
use crate::value::growing::GrowingText;

/// Reads the characters of one number after the other. At every moment the number has a value: that of the longest beginning which is
/// a number, so `1.5e-` is worth 1.5.
#[derive(Debug)]
pub(super) struct Number {
    at: At,
    negative: bool,
    /// The digits before the point with their sign.
    whole: GrowingText,
    decimal: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Minus,
    Zero,
    Whole,
    Point,
    Fraction,
    E,
    ESign,
    Exponent,
}

/// What counts of a decimal number for its nearest floating-point number, however many digits it has.
#[derive(Debug, Default)]
struct Decimal {
    /// The first significant digits.
    digits: String,
    /// Whether a digit that was left out was not 0.
    more: bool,
    /// The power of ten of the last digit in `digits`.
    scale: i64,
    exponent: i64,
    exponent_negative: bool,
}

/// A floating-point number of 64 bits is decided by 767 significant digits and whether anything follows them.
const SIGNIFICANT: usize = 800;

impl Decimal {
    fn clear(&mut self) {
        self.digits.clear();
        (self.more, self.scale, self.exponent, self.exponent_negative) = (false, 0, 0, false);
    }

    fn digit(&mut self, digit: u8, fraction: bool) {
        let leading_zero = self.digits.is_empty() && digit == b'0';
        if leading_zero || self.digits.len() < SIGNIFICANT {
            if !leading_zero {
                self.digits.push(char::from(digit));
            }
            self.scale -= i64::from(fraction);
        } else {
            self.more |= digit != b'0';
            self.scale += i64::from(!fraction);
        }
    }

    fn value(&self, negative: bool) -> f64 {
        let sign = if negative { "-" } else { "" };
        let exponent = if self.exponent_negative { -self.exponent } else { self.exponent };
        let (last, scale) = if self.more { ("1", self.scale - 1) } else { ("", self.scale) };
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        // A sign, digits and an exponent always parse.
        format!("{sign}{digits}{last}e{}", scale.saturating_add(exponent)).parse().unwrap_or(f64::NAN)
    }
}

impl Number {
    pub(super) fn new() -> Self {
        let (whole, decimal) = (GrowingText::default(), Decimal::default());
        Self { at: At::Minus, negative: false, whole, decimal }
    }

    /// Begins a number with this byte, a digit or a minus.
    pub(super) fn begin(&mut self, byte: u8) {
        self.at = match byte {
            b'-' => At::Minus,
            b'0' => At::Zero,
            _ => At::Whole,
        };
        self.negative = byte == b'-';
        self.whole.clear();
        self.decimal.clear();
        self.whole.push(char::from(byte));
    }

    /// Takes the next byte, if it continues the number.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        let next = match (self.at, byte) {
            (At::Minus, b'0') => At::Zero,
            (At::Minus, b'1'..=b'9') | (At::Whole, b'0'..=b'9') => At::Whole,
            (At::Zero | At::Whole, b'.') => At::Point,
            (At::Zero | At::Whole | At::Fraction, b'e' | b'E') => At::E,
            (At::Point | At::Fraction, b'0'..=b'9') => At::Fraction,
            (At::E, b'+' | b'-') => At::ESign,
            (At::E | At::ESign | At::Exponent, b'0'..=b'9') => At::Exponent,
            _ => return false,
        };
        match next {
            At::Zero | At::Whole => self.whole.push(char::from(byte)),
            At::Fraction => {
                self.begin_decimal();
                self.decimal.digit(byte, true);
            }
            At::Exponent => {
                self.begin_decimal();
                let digit = i64::from(byte - b'0');
                self.decimal.exponent =
                    self.decimal.exponent.saturating_mul(10).saturating_add(digit).min(i64::MAX / 4);
            }
            At::ESign => self.decimal.exponent_negative = byte == b'-',
            At::Minus | At::Point | At::E => {}
        }
        self.at = next;
        true
    }

    /// Whether nothing but a minus has come.
    pub(super) fn is_minus(&self) -> bool {
        self.at == At::Minus
    }

    /// Whether what has come is a number as a whole.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.at, At::Zero | At::Whole | At::Fraction | At::Exponent)
    }

    /// The value so far; `None` while there is no digit.
    pub(super) fn value(&mut self) -> Option<Dynamic> {
        if self.at == At::Minus {
            return None;
        }
        if self.whole.len() > 0 {
            return Some(match self.whole.short().map(str::parse) {
                Some(Ok(n)) => Dynamic::Int(n),
                _ => Dynamic::BigInt(self.whole.snapshot(None)),
            });
        }
        Some(Dynamic::Float(self.decimal.value(self.negative)))
    }

    /// Reads the digits before the point as part of a decimal number, at the first digit that makes it one.
    fn begin_decimal(&mut self) {
        if self.whole.len() > 0 {
            for byte in self.whole.finish().bytes().skip(usize::from(self.negative)) {
                self.decimal.digit(byte, false);
            }
        }
    }
}
