//! What holds of every text, however it is cut.

use proptest::prelude::*;
use thalweg_core::parse::json::{JsonParser, PartialJson, PatchOp, Step, patch};
use thalweg_core::parse::list::{ListParser, ListStyle};
use thalweg_core::parse::xml::{XmlParser, parse_xml};
use thalweg_core::value::{Dynamic, List, Map, Text};

use super::{cut, pieces, written};

/// Any JSON value.
fn value() -> impl Strategy<Value = Dynamic> {
    let text = || prop_oneof![".{0,8}", "[a-z\"\\\\\n\t{}\\[\\]:, `é😀]{0,40}"];
    let leaf = prop_oneof![
        Just(Dynamic::Null),
        any::<bool>().prop_map(Dynamic::from),
        any::<i64>().prop_map(Dynamic::from),
        any::<f64>().prop_filter("JSON has finite numbers", |n| n.is_finite()).prop_map(Dynamic::from),
        text().prop_map(Dynamic::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|list| Dynamic::List(List::from(list))),
            prop::collection::vec((text(), inner), 0..12)
                .prop_map(|entries| Dynamic::Map(entries.into_iter().collect::<Map>())),
        ]
    })
}

/// Text that looks like what the parsers read, broken or not.
pub(crate) fn answer() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\\",
        "\\u",
        "d83d",
        "\\ude00",
        "1",
        "-",
        ".5",
        "e",
        "true",
        "nul",
        "NaN",
        "```",
        "```json\n",
        "json",
        "\"a\"",
        "\"action_input\": \"",
        "\n",
        " ",
        "\u{a0}",
        "é",
        "😀",
        "<a>",
        "</a>",
        "<b/>",
        "&amp;",
        "&",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "1. ",
        "- ",
        "* x\n",
        "a, b",
        "\"\"",
        "\r",
    ]);
    prop::collection::vec(bits, 0..30).prop_map(|bits| bits.concat())
}

pub(crate) fn lens() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1..12_usize, 1..8)
}

fn json(pieces: &[&str]) -> Option<Dynamic> {
    let mut parser = JsonParser::new();
    for piece in pieces {
        parser.push(piece);
        parser.take_change();
    }
    parser.finish().ok()
}

/// A value after a patch.
fn patched(value: Dynamic, ops: Vec<PatchOp>) -> Dynamic {
    ops.into_iter().fold(value, |value, op| match op {
        PatchOp::Add { path, value: new } => edit(value, &path, &Edit::Add(new)),
        PatchOp::Remove { path } => edit(value, &path, &Edit::Remove),
        PatchOp::Replace { path, value: new } => edit(value, &path, &Edit::Replace(new)),
        PatchOp::Move { from, path } => {
            let moved = at(&value, &from).clone();
            edit(edit(value, &from, &Edit::Remove), &path, &Edit::Add(moved))
        }
    })
}

enum Edit {
    Add(Dynamic),
    Remove,
    Replace(Dynamic),
}

fn key(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn at<'a>(value: &'a Dynamic, path: &str) -> &'a Dynamic {
    path.split('/').skip(1).fold(value, |value, step| match value {
        Dynamic::List(list) => list.get(step.parse().unwrap()).unwrap(),
        other => other.get(&key(step)).unwrap(),
    })
}

fn edit(value: Dynamic, path: &str, what: &Edit) -> Dynamic {
    let Some(rest) = path.strip_prefix('/') else {
        return match what {
            Edit::Add(new) | Edit::Replace(new) => new.clone(),
            Edit::Remove => Dynamic::Null,
        };
    };
    let (step, deeper) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match value {
        Dynamic::List(list) => {
            let mut list = Vec::from(list);
            let index: usize = step.parse().unwrap();
            match what {
                Edit::Add(new) if deeper.is_empty() => list.insert(index, new.clone()),
                Edit::Remove if deeper.is_empty() => drop(list.remove(index)),
                _ => list[index] = edit(list[index].clone(), deeper, what),
            }
            Dynamic::List(list.into())
        }
        Dynamic::Map(mut map) => {
            let key = key(step);
            match what {
                Edit::Add(new) if deeper.is_empty() => drop(map.insert(key, new.clone())),
                Edit::Remove if deeper.is_empty() => drop(map.remove(&key).unwrap()),
                _ => {
                    let inner = edit(map.get(&key).unwrap().clone(), deeper, what);
                    map.insert(key, inner);
                }
            }
            Dynamic::Map(map)
        }
        other => panic!("no {path} in {other}"),
    }
}

fn part<'a>(value: &'a Dynamic, path: &[Step]) -> Option<&'a Dynamic> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.at(*index),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_complete_document_is_read_as_serde_json_does(value in value(), lens in lens(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let read = json(&cut(&text, &lens)).unwrap();
        prop_assert_eq!(read.to_string(), Dynamic::parse(&text).unwrap().to_string());
        prop_assert_eq!(&read, &value);
        let mut partial = PartialJson::new();
        for piece in cut(&text, &lens) {
            partial.push(piece);
        }
        prop_assert_eq!(partial.finish().unwrap(), value);
    }

    #[test]
    fn cuts_do_not_matter_at_the_end(text in answer(), one in lens(), other in lens()) {
        let show = |value: Option<Dynamic>| value.map(|value| written(&value).to_string());
        let whole = show(json(&[&text]));
        prop_assert_eq!(show(json(&cut(&text, &one))), whole.clone());
        prop_assert_eq!(show(json(&cut(&text, &other))), whole);
        for style in [ListStyle::Numbered, ListStyle::Markdown] {
            let mut parser = ListParser::new(style);
            let mut items: Vec<Text> = cut(&text, &one).iter().flat_map(|piece| parser.push(piece)).collect();
            items.extend(parser.finish());
            prop_assert_eq!(items, style.parse(&text));
        }
        let xml = |pieces: &[&str]| {
            let (mut parser, mut found) = (XmlParser::new(), Vec::new());
            let read = pieces.iter().try_for_each(|piece| parser.push(piece, &mut found));
            (Dynamic::from(found).to_string(), read.map_err(|error| error.to_string()))
        };
        prop_assert_eq!(xml(&cut(&text, &one)), xml(&[&text]));
    }

    #[test]
    fn snapshots_stay_as_they_were(text in answer(), value in value(), lens in lens()) {
        for text in [text, value.to_string()] {
            let mut parser = JsonParser::new();
            let mut taken = Vec::new();
            for piece in cut(&text, &lens) {
                parser.push(piece);
                taken.extend(parser.snapshot().map(|value| (value.to_string(), value)));
            }
            let last = parser.finish().ok();
            for (shown, value) in &taken {
                prop_assert_eq!(&value.to_string(), shown);
                prop_assert_eq!(written(&value.clone()), written(value));
            }
            drop(last);
        }
    }

    #[test]
    fn changes_tell_what_changed(text in answer(), value in value(), lens in lens()) {
        for text in [text, value.to_string()] {
            let mut parser = JsonParser::new();
            let mut now = Dynamic::Null;
            for piece in cut(&text, &lens) {
                parser.push(piece);
                let Some(change) = parser.take_change() else { continue };
                if let Some(before) = change.before() {
                    // As text, since NaN is not equal to itself.
                    prop_assert_eq!(written(before), written(&now));
                }
                for path in change.paths() {
                    prop_assert_ne!(part(&now, &path.0), part(change.value(), &path.0));
                }
                now = patched(now, change.patch());
                prop_assert_eq!(written(&now), written(change.value()));
            }
        }
    }

    #[test]
    fn a_patch_makes_the_one_of_the_other(one in value(), other in value(), from in 0..3_usize) {
        // Documents that have much in common, and documents that have not.
        let list = |values: Vec<&Dynamic>| Dynamic::List(values.into_iter().cloned().collect());
        let (before, after) = match from {
            0 => (one, other),
            1 => (list(vec![&one, &other, &one]), list(vec![&other, &one, &other, &other])),
            _ => (list(vec![&other, &one]), list(vec![&one, &one, &list(vec![&other])])),
        };
        prop_assert_eq!(patched(before.clone(), patch(Some(&before), &after)), after);
    }

    #[test]
    fn whole_xml_and_its_pieces_agree(value in xml(4)) {
        let (mut parser, mut found) = (XmlParser::new(), Vec::new());
        let read = pieces(&value, 3).into_iter().try_for_each(|piece| parser.push(piece, &mut found));
        prop_assert_eq!(read.is_ok(), true);
        prop_assert_eq!(parse_xml(&value).is_ok(), true);
        prop_assert!(!found.is_empty());
    }
}

/// A well-formed element.
fn xml(depth: u32) -> impl Strategy<Value = String> {
    let text =
        || prop::sample::select(vec!["", " ", "text", "a &lt; b", "<!-- c -->", "<![CDATA[<&]]>", "é\n"]);
    let leaf = (prop::sample::select(vec!["a", "b-c", "_d"]), text())
        .prop_map(|(tag, text)| format!("<{tag} k='v'>{text}</{tag}>"));
    leaf.prop_recursive(depth, 30, 4, move |inner| {
        (prop::collection::vec((text(), inner), 1..4)).prop_map(|inner| {
            let inner: String = inner.into_iter().map(|(text, element)| format!("{text}{element}")).collect();
            format!("<outer>{inner}</outer>")
        })
    })
}
