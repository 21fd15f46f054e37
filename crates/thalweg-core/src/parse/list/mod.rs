//! Lists in the answers of models: separated by commas, numbered, or with bullets.
//!
//! [`ListStyle`] reads a whole answer, [`ListParser`] one that comes in pieces. Within: `comma` reads
//! comma-separated values, `steady` the same without regard to where pieces end, `lines` the two kinds of lists that
//! have an item on each line.

mod comma;
mod lines;
mod steady;

use comma::Comma;
use lines::{Lines, Style};
use steady::Steady;

use crate::value::Text;

/// How a list is written.
///
/// ```
/// use thalweg_core::parse::list::ListStyle;
///
/// assert_eq!(ListStyle::Comma.parse("red, \"green, blue\""), ["red", "green, blue"]);
/// assert_eq!(ListStyle::Numbered.parse("Rivers:\n1. Rhine\n2. Aare"), ["Rhine", "Aare"]);
/// assert_eq!(ListStyle::Markdown.parse("- Rhine\n* Aare"), ["Rhine", "Aare"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListStyle {
    /// Values with commas or line ends between them. Quotation marks around a value keep the commas in it.
    /// Where the text breaks the rules of such files, it is cut at every comma.
    Comma,
    /// Lines such as `1. item`; the number may stand anywhere in a line.
    Numbered,
    /// Lines such as `- item` or `* item`, indented or not.
    Markdown,
}

impl ListStyle {
    /// The items of a list; none if there is no list in the text.
    pub fn parse(self, text: &str) -> Vec<Text> {
        match self {
            Self::Comma => comma::parse(text),
            Self::Numbered => lines::parse(Style::Numbered, text),
            Self::Markdown => lines::parse(Style::Markdown, text),
        }
    }
}

/// Reads a list that comes in pieces and gives each item when the next one has begun.
///
/// A comma-separated list can come out differently when it is cut in the middle of a quoted value: such a value
/// counts as if it ended there, and its rest is read without the quotation marks.
///
/// ```
/// use thalweg_core::parse::list::{ListParser, ListStyle};
///
/// let mut parser = ListParser::new(ListStyle::Numbered);
/// assert!(parser.push("1. Rhi").is_empty());
/// assert_eq!(parser.push("ne\n2. Aa"), ["Rhine"]);
/// assert_eq!(parser.finish(), ["Aa"]);
/// ```
#[derive(Debug)]
pub struct ListParser(Kind);

#[derive(Debug)]
enum Kind {
    Comma(Comma),
    Steady(Steady),
    Lines(Lines),
}

impl ListParser {
    /// A parser before its first piece.
    pub fn new(style: ListStyle) -> Self {
        Self(match style {
            ListStyle::Comma => Kind::Comma(Comma::default()),
            ListStyle::Numbered => Kind::Lines(Lines::new(Style::Numbered)),
            ListStyle::Markdown => Kind::Lines(Lines::new(Style::Markdown)),
        })
    }

    /// A parser that gives the same items however the text is cut: a quoted value may span pieces. Where the text breaks
    /// the rules of comma-separated values, it is taken as it is.
    ///
    /// ```
    /// use thalweg_core::parse::list::{ListParser, ListStyle};
    ///
    /// let mut parser = ListParser::steady(ListStyle::Comma);
    /// assert_eq!(parser.push("red, \"green"), ["red"]);
    /// assert!(parser.push(", blue\"").is_empty());
    /// assert_eq!(parser.finish(), ["green, blue"]);
    /// ```
    pub fn steady(style: ListStyle) -> Self {
        match style {
            ListStyle::Comma => Self(Kind::Steady(Steady::default())),
            ListStyle::Numbered | ListStyle::Markdown => Self::new(style),
        }
    }

    /// Takes the next piece and gives the items that are finished with it.
    pub fn push(&mut self, piece: &str) -> Vec<Text> {
        match &mut self.0 {
            Kind::Comma(comma) => comma.push(piece),
            Kind::Steady(steady) => steady.push(piece),
            Kind::Lines(lines) => lines.push(piece),
        }
    }

    /// The items that are left at the end.
    pub fn finish(self) -> Vec<Text> {
        match self.0 {
            Kind::Comma(comma) => comma.finish(),
            Kind::Steady(steady) => steady.finish(),
            Kind::Lines(lines) => lines.finish(),
        }
    }
}
