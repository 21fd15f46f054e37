//! How the work grows with the text: counted, not timed.

use thalweg_core::parse::json::{JsonDiff, JsonParser, PatchOp};
use thalweg_core::parse::list::{ListParser, ListStyle};
use thalweg_core::parse::xml::XmlParser;

use super::pieces;

/// Texts of about `size` bytes of every shape that could be expensive.
fn texts(size: usize) -> Vec<(&'static str, String)> {
    let items = |item: &str| vec![item; size / (item.len() + 1)].join(",");
    let keys: Vec<String> = (0..size / 12).map(|n| format!("\"key{n}\":{n}")).collect();
    let item = r#"{"id": 1, "name": "item", "tags": ["a", "b"], "text": "A sentence with é and \"quotes\".", "none": null}"#;
    vec![
        ("items", format!("{{\"items\": [{}]}}", items(item))),
        ("fenced", format!("Here:\n```json\n[{}]\n```\nDone.", items(item))),
        ("two values", format!("[{}]\n[{}]", items(item), items(item))),
        ("one string", format!("\"{}\"", "Rhein ".repeat(size / 6))),
        ("one string in a list", format!("[1, \"{}\"]", "Rhein ".repeat(size / 6))),
        ("escapes", format!("\"{}\"", "\\u00e9\\n".repeat(size / 8))),
        ("keys", format!("{{{}}}", keys.join(","))),
        ("one key", format!("{{{}}}", items("\"a\": 1"))),
        ("repeated keys", format!("{{{},{}}}", keys.join(","), keys.join(","))),
        ("numbers", format!("[{}]", items("12.5"))),
        ("digits", "7".repeat(size)),
        ("decimals", format!("0.{}", "7".repeat(size))),
        ("deep", "[".repeat(size)),
        ("deep objects", "{\"a\":".repeat(size / 5)),
        ("after the end", format!("[[[1]]] {}", "[[ ]] ".repeat(size / 6))),
        ("broken", format!("[1, x {}", "[{\"a".repeat(size / 4))),
        ("prose", "I say [this] is \"quoted\". ".repeat(size / 26)),
        ("blanks", format!("[\"{}", " ".repeat(size))),
        ("ticks", format!("[\"{}", "`\u{a0}".repeat(size / 3))),
    ]
}

/// The work for a text in pieces of 16 bytes, with every change taken.
fn work(text: &str) -> u64 {
    let mut parser = JsonParser::new();
    for piece in pieces(text, 16) {
        parser.push(piece);
        parser.take_change();
    }
    parser.work()
}

#[test]
fn json_work_is_linear() {
    for ((name, small), (_, large)) in texts(4_000).into_iter().zip(texts(64_000)) {
        let per_byte = |text: &str| work(text) as f64 / text.len() as f64;
        let (small, large) = (per_byte(&small), per_byte(&large));
        assert!(large <= 4.0 || large <= small * 1.1, "{name}: {small:.2} a byte, then {large:.2}");
    }
}

/// How many values a list of operations holds, without going into shared ones.
fn size(ops: &[PatchOp]) -> usize {
    ops.len()
}

#[test]
fn patches_are_as_long_as_what_changed() {
    for (name, text) in texts(30_000) {
        let mut diff = JsonDiff::new();
        let pieces = pieces(&text, 16);
        let ops: usize = pieces.iter().filter_map(|piece| diff.push(piece)).map(|ops| size(&ops)).sum();
        assert!(ops <= 2 * text.len(), "{name}: {ops} operations for {} bytes", text.len());
    }
}

/// Allocated bytes that a text costs in pieces, with every result dropped at once.
fn allocated(text: &str, mut push: impl FnMut(&str)) -> f64 {
    let info = allocation_counter::measure(|| pieces(text, 16).into_iter().for_each(&mut push));
    info.bytes_total as f64 / text.len() as f64
}

/// Where work cannot be counted from outside, what is allocated tells whether old text is touched again.
#[test]
fn nothing_is_copied_again() {
    let json = |text: &str| {
        let mut parser = JsonParser::new();
        allocated(text, |piece| {
            parser.push(piece);
            parser.take_change();
        })
    };
    for ((name, small), (_, large)) in texts(4_000).into_iter().zip(texts(64_000)) {
        let (small, large) = (json(&small), json(&large));
        assert!(large <= small * 1.5 + 40.0, "{name}: {small:.0} a byte, then {large:.0}");
    }
    for style in [ListStyle::Comma, ListStyle::Numbered, ListStyle::Markdown] {
        let list = |size: usize| {
            let mut parser = ListParser::new(style);
            let text = "1. red\n- \"green\", blue\n* sky and more text without an end ".repeat(size / 60);
            allocated(&text, |piece| drop(parser.push(piece)))
        };
        let (small, large) = (list(4_000), list(64_000));
        assert!(large <= small * 1.5 + 40.0, "{style:?}: {small:.0} a byte, then {large:.0}");
        let one_item = |size: usize| {
            let mut parser = ListParser::new(style);
            let text = format!("1. {}", "no end ".repeat(size / 7));
            allocated(&text, |piece| drop(parser.push(piece)))
        };
        let (small, large) = (one_item(4_000), one_item(64_000));
        assert!(large <= small * 1.5 + 40.0, "{style:?}, one item: {small:.0} a byte, then {large:.0}");
    }
    let xml = |size: usize| {
        let (mut parser, mut found) = (XmlParser::new(), Vec::new());
        let text = format!(
            "<a>{}{}</a>",
            "<b><c k='v'>text &amp; more</c></b>".repeat(size / 40),
            "x ".repeat(size / 2)
        );
        allocated(&text, |piece| {
            parser.push(piece, &mut found).unwrap();
            found.clear();
        })
    };
    let (small, large) = (xml(4_000), xml(64_000));
    assert!(large <= small * 1.5 + 40.0, "XML: {small:.0} a byte, then {large:.0}");
}
