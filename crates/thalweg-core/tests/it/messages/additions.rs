//! Sums of values whose type is known only at run time.

use std::sync::Arc;

use thalweg_core::message::{AiMessageChunk, Message, MessageChunk};
use thalweg_core::output::{GeneratedMessage, Generation};
use thalweg_core::value::{Dynamic, DynamicFold, Fold, Map, Value};

use super::cases::{check, field};

/// A recorded value, in which `{"$pieces": …}` is a piece of a streamed object.
fn read(value: &Dynamic) -> Dynamic {
    match value.get("$pieces").and_then(Dynamic::as_map) {
        Some(map) => {
            map.iter().map(|(key, value)| (key.clone(), read(value))).collect::<Map>().additive().into()
        }
        None => value.clone(),
    }
}

fn sum(values: impl IntoIterator<Item = Dynamic>) -> Option<Dynamic> {
    let mut fold = DynamicFold::default();
    for value in values {
        fold.push(&value);
    }
    fold.finish()
}

#[test]
fn values_add_up_as_recorded() {
    check("additions", |case| {
        let ours = sum(field(case, "values").as_list().unwrap().iter().map(read)).unwrap();
        let theirs = read(&field(case, "sum"));
        if ours == theirs { Vec::new() } else { vec![format!("{ours} instead of {theirs}")] }
    });
}

#[test]
fn a_branch_that_does_not_add_up_leaves_the_others_alone() {
    let piece = |key: &'static str, value: Dynamic| {
        Dynamic::from([(key, value)].into_iter().collect::<Map>().additive())
    };
    let object = |n: i64| Dynamic::from([("n", Dynamic::from(n))].into_iter().collect::<Map>());
    let stream = [
        piece("text", "one ".into()),
        piece("json", object(1)),
        piece("text", "two".into()),
        piece("json", object(2)),
    ];
    assert_eq!(sum(stream).unwrap().to_string(), r#"{"text":"one two","json":{"n":2}}"#);
}

#[test]
fn chunks_of_messages_and_generations_add_up_by_their_own_rules() {
    let chunk = |text: &str| Dynamic::from(AiMessageChunk::new(text));
    let Some(Dynamic::Chunk(total)) = sum([chunk("a"), chunk("b")]) else { panic!() };
    assert_eq!(total.text(), "ab");

    let generation =
        |text: &str| Dynamic::from(Generation::from(MessageChunk::from(AiMessageChunk::new(text))));
    let Some(Dynamic::Generation(total)) = sum([generation("a"), generation("b")]) else { panic!() };
    assert_eq!(total.text, "ab");
    assert!(matches!(&total.message, Some(GeneratedMessage::Chunk(chunk)) if chunk.text() == "ab"));

    let whole = Dynamic::Message(Arc::new(Message::ai("whole")));
    assert_eq!(sum([chunk("a"), whole.clone()]), Some(whole));
}

#[test]
fn integers_grow_beyond_64_bits() {
    let total = sum([Dynamic::from(i64::MAX), Dynamic::from(i64::MAX)]);
    assert_eq!(total.unwrap().to_string(), "18446744073709551614");
}

fn fold<T: Value>(chunks: impl IntoIterator<Item = T::Chunk>) -> T {
    let mut fold = T::Fold::default();
    for chunk in chunks {
        fold.push(&chunk);
    }
    T::from_sum(fold.finish()).unwrap()
}

#[test]
fn typed_values_add_up() {
    assert_eq!(fold::<String>(["a".to_owned(), "b".to_owned()]), "ab");
    assert_eq!(fold::<Vec<i64>>([vec![1], vec![2, 3]]), [1, 2, 3]);
    assert_eq!(fold::<i64>([1, 2]), 3);
    assert!(!fold::<bool>([true, false]));
    assert_eq!(
        fold::<Option<String>>([None, Some("a".to_owned()), Some("b".to_owned())]),
        Some("ab".to_owned())
    );
    assert_eq!(fold::<Option<String>>([Some("a".to_owned()), None]), None);
    assert!(String::from_sum(None).is_err());
}
