//! Reading recorded cases and comparing messages with them.

use std::path::Path;

use thalweg_core::message::Message;
use thalweg_core::value::{Dynamic, List, Map};

/// The cases of a file.
pub(crate) fn cases(name: &str) -> Vec<Dynamic> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/messages/{name}.json"));
    let cases = Dynamic::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases: Vec<_> = cases.as_list().unwrap().iter().cloned().collect();
    assert!(!cases.is_empty());
    cases
}

/// Whether the recorded result is an error.
pub(crate) fn is_error(recorded: &Dynamic) -> bool {
    recorded.get("error").and_then(Dynamic::as_bool) == Some(true)
}

pub(crate) fn field(case: &Dynamic, key: &str) -> Dynamic {
    case.get(key).cloned().unwrap_or_default()
}

pub(crate) fn text(case: &Dynamic, key: &str) -> String {
    field(case, key).as_str().unwrap().to_owned()
}

/// The messages of a case.
pub(crate) fn messages(case: &Dynamic, key: &str) -> Vec<Message> {
    field(case, key).to().unwrap()
}

/// What an object has besides keys that stand for nothing: recorded objects have all keys, ours only those with
/// a value.
fn present(object: &Dynamic) -> Vec<(&str, &Dynamic)> {
    let empty = |key: &str, value: &Dynamic| {
        value.is_null()
            || (key != "content" && value.as_map().is_some_and(Map::is_empty))
            || (key != "content" && value.as_list().is_some_and(List::is_empty))
            || (key == "status" && value.as_str() == Some("success"))
    };
    object.as_map().unwrap().iter().map(|(k, v)| (k.as_str(), v)).filter(|(k, v)| !empty(k, v)).collect()
}

/// How a message differs from the recorded one.
pub(crate) fn differences(ours: &Dynamic, recorded: &Dynamic) -> Vec<String> {
    let (ours, theirs) = (present(ours), present(recorded));
    let find = |list: &[(&str, &Dynamic)], key: &str| {
        list.iter().find(|(own, _)| *own == key).map(|(_, value)| (*value).clone()).unwrap_or_default()
    };
    let mut keys: Vec<_> = ours.iter().chain(&theirs).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .map(|key| (key, find(&ours, key), find(&theirs, key)))
        .filter(|(_, ours, theirs)| ours != theirs)
        .map(|(key, ours, theirs)| format!("{key}: {ours} instead of {theirs}"))
        .collect()
}

/// How messages differ from the recorded ones, or from a recorded error.
pub(crate) fn list_differences(ours: Option<&[Message]>, recorded: &Dynamic) -> Vec<String> {
    let Some(ours) = ours else {
        return if is_error(recorded) { Vec::new() } else { vec![format!("an error instead of {recorded}")] };
    };
    if is_error(recorded) {
        return vec![format!("{ours:?} instead of an error")];
    }
    let theirs = recorded.as_list().unwrap();
    if ours.len() != theirs.len() {
        return vec![format!("{} instead of {}", Dynamic::from_serialize(ours).unwrap(), recorded)];
    }
    let pairs = ours.iter().zip(theirs.iter());
    pairs.flat_map(|(ours, theirs)| differences(&Dynamic::from_serialize(ours).unwrap(), theirs)).collect()
}

/// Fails with all differences of all cases.
pub(crate) fn check(name: &str, compare: impl Fn(&Dynamic) -> Vec<String>) {
    let cases = cases(name);
    let mut failed = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        failed.extend(compare(case).into_iter().map(|what| format!("{name} {i}: {what}\n  {case}")));
    }
    assert!(failed.is_empty(), "{} of {} cases:\n{}", failed.len(), cases.len(), failed.join("\n"));
}
