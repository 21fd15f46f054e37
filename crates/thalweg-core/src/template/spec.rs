//! [`Spec`]: Python's format specification mini-language, read. What it means for a value is in
//! [`format`](super::format).

/// The largest width or precision: what is written out of nothing must stay small.
const LARGEST: usize = u16::MAX as usize;

/// Where a value stands in a field that is wider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Align {
    Left,
    Right,
    Center,
    /// The padding goes between the sign and the digits.
    AfterSign,
}

/// A format specification: `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision][type]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Spec {
    pub(super) fill: Option<char>,
    pub(super) align: Option<Align>,
    /// `+`, `-` or a space.
    pub(super) sign: Option<char>,
    pub(super) no_negative_zero: bool,
    pub(super) alternate: bool,
    /// A zero before the width: numbers are padded with zeros after their sign.
    pub(super) zero: bool,
    pub(super) width: usize,
    /// `,` or `_`.
    pub(super) grouping: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

impl Spec {
    /// Reads a specification that is not empty; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut spec = Self::default();
        let mut chars = text.chars();
        let mut rest = chars.clone();
        let first = rest.next();
        if let Some(align) = rest.next().and_then(align) {
            (spec.fill, spec.align) = (first, Some(align));
            chars = rest;
        } else if let Some(align) = first.and_then(align) {
            spec.align = Some(align);
            chars.next();
        }
        let mut rest = Rest(chars.as_str());
        spec.sign = rest.one_of("+- ");
        spec.no_negative_zero = rest.one_of("z").is_some();
        spec.alternate = rest.one_of("#").is_some();
        spec.zero = spec.fill.is_none() && rest.one_of("0").is_some();
        spec.width = rest.number()?.unwrap_or(0);
        spec.grouping = rest.one_of(",_");
        if spec.grouping.is_some() && rest.one_of(",_").is_some() {
            return Err("it groups digits twice");
        }
        if rest.one_of(".").is_some() {
            spec.precision = Some(rest.number()?.ok_or("a precision must follow the point")?);
        }
        let mut kind = rest.0.chars();
        spec.kind = kind.next();
        if kind.next().is_some() {
            return Err("it is not a format specification");
        }
        Ok(spec)
    }
}

fn align(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// What is left to read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Takes the next character if it is one of these.
    fn one_of(&mut self, accepted: &str) -> Option<char> {
        let mut chars = self.0.chars();
        let c = chars.next().filter(|c| accepted.contains(*c))?;
        self.0 = chars.as_str();
        Some(c)
    }

    /// Takes a number, if one follows.
    fn number(&mut self) -> Result<Option<usize>, &'static str> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        if digits.is_empty() {
            return Ok(None);
        }
        match digits.parse() {
            Ok(n) if n <= LARGEST => Ok(Some(n)),
            _ => Err("its width or precision is above 65535"),
        }
    }
}
