//! XML in a model's answer.

use thalweg_core::ErrorKind;
use thalweg_core::parse::xml::{XmlParser, parse_xml};
use thalweg_core::value::Dynamic;

use super::Cut;

/// Reads XML in pieces and at once: both find the same, and the same fault.
pub(crate) fn fuzz_xml(data: &[u8]) {
    let Some(cut) = Cut::new(data) else { return };
    let text = cut.text.as_str();
    let read = |pieces: Vec<&str>| {
        let (mut parser, mut found) = (XmlParser::new(), Vec::new());
        let read = pieces.into_iter().try_for_each(|piece| parser.push(piece, &mut found));
        (Dynamic::from(found), read.map_err(|error| error.to_string()))
    };
    let (in_pieces, whole) = (read(cut.pieces()), read(vec![text]));
    assert_eq!(in_pieces, whole);
    if let Err(error) = parse_xml(text) {
        assert_eq!(error.kind(), ErrorKind::Parse);
    } else if !text.contains("```") && !text.contains("<?") && !text.contains("<!") {
        assert_eq!(whole.1, Ok(()), "{text}");
    }
}
