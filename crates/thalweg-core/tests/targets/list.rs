//! Lists in a model's answer.

use thalweg_core::parse::list::{ListParser, ListStyle};
use thalweg_core::value::Text;

use super::Cut;

/// Reads lists in pieces and at once: a parser that is steady gives the same items, and langchain-core's way of reading
/// where cuts do not matter to it.
pub(crate) fn fuzz_list(data: &[u8]) {
    fn items(mut parser: ListParser, pieces: Vec<&str>) -> Vec<Text> {
        let mut items: Vec<Text> = pieces.into_iter().flat_map(|piece| parser.push(piece)).collect();
        items.extend(parser.finish());
        items
    }
    let Some(cut) = Cut::new(data) else { return };
    let text = cut.text.as_str();
    for style in [ListStyle::Comma, ListStyle::Numbered, ListStyle::Markdown] {
        let steady = items(ListParser::steady(style), cut.pieces());
        assert_eq!(steady, items(ListParser::steady(style), vec![text]), "{style:?} {text:?}");
        if style != ListStyle::Comma || !text.contains(['"', '\n', '\r', ' ', ',']) {
            let plain = items(ListParser::new(style), cut.pieces());
            assert_eq!(plain, style.parse(text), "{style:?} {text:?}");
        }
    }
}
