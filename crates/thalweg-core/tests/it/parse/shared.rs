//! Lists, objects and texts that come from a parser behave like those that were made by hand.

use thalweg_core::parse::json::{JsonParser, PartialJson};
use thalweg_core::value::{Dynamic, List, Map, Text};

/// The value of a text, as a snapshot within the text and at its end.
fn grown(text: &str) -> Dynamic {
    let mut json = PartialJson::new();
    for piece in super::pieces(text, 5) {
        json.push(piece);
        json.snapshot();
    }
    json.finish().unwrap()
}

#[test]
fn lists() {
    let text = format!("[{}", (0..100).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    let value = grown(&text);
    let list = value.as_list().unwrap();
    let made: List = (0..100).map(Dynamic::from).collect();
    assert_eq!(list, &made);
    assert_eq!(&made, list);
    assert_eq!(list.len(), 100);
    assert_eq!(list.last(), Some(&Dynamic::from(99)));
    assert_eq!(list.get(100), None);
    assert!(list.iter().rev().eq(made.iter().rev()));
    assert_eq!(list.iter().skip(3).len(), 97);
    let mut both_ends = list.iter();
    assert_eq!((both_ends.next(), both_ends.next_back()), (Some(&0.into()), Some(&99.into())));
    assert_eq!(both_ends.len(), 98);
    let mut longer = list.clone();
    longer.push(100.into());
    assert_eq!((longer.len(), list.len()), (101, 100));
    assert_eq!(Vec::from(list.clone()), Vec::from(made));
    assert_eq!(format!("{longer:?}").len(), format!("{list:?}").len() + ", Int(100)".len());
}

#[test]
fn objects() {
    let keys: Vec<String> = (0..40).map(|n| format!("key {}", n % 30)).collect();
    let entries: Vec<String> = keys.iter().enumerate().map(|(n, key)| format!("\"{key}\": {n}")).collect();
    let value = grown(&format!("{{{}", entries.join(", ")));
    let map = value.as_map().unwrap();
    let made: Map = keys.iter().zip(0..).map(|(key, n)| (key.as_str(), Dynamic::from(n))).collect();
    assert_eq!(map, &made);
    assert_eq!(&made, map);
    assert_eq!(map.len(), 30);
    assert_eq!(map.get("key 3"), Some(&33.into()));
    assert_eq!(map.get("key 30"), None);
    assert!(map.keys().eq(made.keys()));
    assert!(map.iter().rev().eq(made.iter().rev()));
    let mut both_ends = map.values();
    assert_eq!((both_ends.next(), both_ends.next_back()), (Some(&30.into()), Some(&29.into())));
    assert_eq!(both_ends.len(), 28);
    let mut other = map.clone();
    assert_eq!(other.insert("key 3", 0), Some(33.into()));
    assert_eq!(other.remove("key 4"), Some(34.into()));
    *other.get_mut("key 5").unwrap() = Dynamic::Null;
    assert_eq!((other.len(), map.len()), (29, 30));
    assert_ne!(&other, map);
    assert!(map.clone().into_iter().eq(made));
    assert!(!map.is_additive() && map.clone().additive().is_additive());
    assert_eq!(map.clone().additive(), *map);
}

#[test]
fn a_key_that_comes_again_keeps_its_place() {
    let mut json = PartialJson::new();
    json.push(r#"{"a": 1, "b": 2, "a": ["#);
    let first = json.snapshot().unwrap();
    json.push(r#"3], "c": {"x": 1, "x"#);
    let second = json.snapshot().unwrap();
    json.push(r#"": {}}, "a": "last"}"#);
    assert_eq!(first.to_string(), r#"{"a":[],"b":2}"#);
    assert_eq!(second.to_string(), r#"{"a":[3],"b":2,"c":{"x":1}}"#);
    assert_eq!(json.finish().unwrap().to_string(), r#"{"a":"last","b":2,"c":{"x":{}}}"#);
    assert_eq!(first, grown(r#"{"b": 2, "a": []}"#));
}

#[test]
fn long_texts() {
    let long = "Le Rhône est un fleuve. ".repeat(200);
    let value = grown(&format!("[\"{long}"));
    let text = match value.at(0) {
        Some(Dynamic::Text(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let made = Text::from(long.as_str());
    assert_eq!((text.len(), text.is_empty()), (long.len(), false));
    assert_eq!(text, made);
    assert_eq!(made, text);
    assert_eq!(text.cmp(&made), std::cmp::Ordering::Equal);
    assert_eq!(text.as_str(), long);
    assert_eq!(String::from(text.clone()), long);
    assert_eq!(format!("{text} {text:?}"), format!("{long} {long:?}"));
    let map: Map = [(text, Dynamic::Null)].into_iter().collect();
    assert!(map.contains_key(&long));
}

#[test]
fn half_a_surrogate_pair_at_the_end_of_a_long_text() {
    let long = "x".repeat(1000);
    let mut json = PartialJson::new();
    json.push(&format!("\"{long}\\ud83d"));
    let half = json.snapshot().unwrap();
    json.push("\\ude00");
    let whole = json.snapshot().unwrap();
    assert_eq!(half.as_str(), Some(format!("{long}\u{fffd}").as_str()));
    assert_eq!(whole.as_str(), Some(format!("{long}😀").as_str()));
}

#[test]
fn snapshots_can_be_read_while_the_parser_goes_on() {
    let text = format!(
        "{{{}}}",
        (0..2000).map(|n| format!("\"k{}\":[{n}]", n % 1500)).collect::<Vec<_>>().join(",")
    );
    let (send, receive) = std::sync::mpsc::channel::<(Dynamic, usize)>();
    let reader = std::thread::spawn(move || {
        let mut read = 0;
        for (value, len) in receive {
            let map = value.as_map().unwrap();
            assert_eq!(map.len(), len);
            assert_eq!(map.iter().count(), len);
            assert!(map.iter().all(|(key, value)| map.get(key) == Some(value)));
            read += 1;
        }
        read
    });
    let mut json = PartialJson::new();
    for piece in super::pieces(&text, 100) {
        json.push(piece);
        let value = json.snapshot().unwrap();
        let len = value.as_map().unwrap().len();
        send.send((value, len)).unwrap();
    }
    drop(send);
    assert!(reader.join().unwrap() > 100);
}

#[test]
fn what_is_nested_too_deeply_is_an_error_and_no_overflow() {
    for depth in [thalweg_core::parse::json::MAX_DEPTH, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = open.repeat(depth) + &close.repeat(depth);
            let mut parser = JsonParser::new();
            for piece in super::pieces(&text, 1000) {
                parser.push(piece);
                let value = parser.snapshot();
                assert_eq!(value.clone(), value);
            }
            let deep = depth > thalweg_core::parse::json::MAX_DEPTH || open != "[";
            let finished = parser.finish();
            assert_eq!(finished.is_err(), deep, "{open} {depth}");
            if let Err(error) = finished {
                assert_eq!(error.kind(), thalweg_core::ErrorKind::Parse);
            }
        }
    }
    assert!(std::mem::size_of::<Dynamic>() <= 32);
}
