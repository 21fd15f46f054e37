//! Run ids: finding them in a result by first appearance, and renaming them to `r0`, `r1`, … together with
//! the message ids that are made of them. Imports nothing of this crate.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The parts of a result, in the order in which a run can first appear in them.
const SECTIONS: [&str; 9] =
    ["events", "protocol", "log", "handlers", "listeners", "output", "chunks", "error", "histories"];

/// Renames the run ids of a result by their first appearance.
pub(crate) fn rename_runs(result: &mut Value) {
    let runs = RunIds::of(result);
    runs.rename(result);
}

/// The items of a list; nothing for anything else.
pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether a value says no more than that there is nothing: left out, null, false, zero, or empty.
pub(crate) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Bool(truth)) => !truth,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
    }
}

/// Whether the object is the state of a whole run in a run log, whose `id` is a run id.
fn is_run_state(map: &Map<String, Value>) -> bool {
    map.contains_key("id") && map.contains_key("final_output")
}

/// Whether the object is a value with a type of its own.
fn is_typed(map: &Map<String, Value>) -> bool {
    map.get("$").is_some_and(Value::is_string)
}

/// A message id that names a run: `run-<run id>`, perhaps with the number of the generation after it. Older
/// and newer spellings (`lc_run--<run id>`) count as the same.
#[derive(Debug, PartialEq, Eq)]
struct MessageId<'a> {
    run: &'a str,
    /// With its hyphen, or empty.
    number: &'a str,
}

impl<'a> MessageId<'a> {
    fn parse(id: &'a str) -> Option<Self> {
        let id = id.strip_prefix("lc_").unwrap_or(id).strip_prefix("run-")?;
        // One line end after the id counts as none, as it does for the recorder's comparison.
        let id = id.strip_suffix('\n').unwrap_or(id);
        let id = match id.strip_prefix('-') {
            Some("") | None => id,
            Some(rest) => rest,
        };
        if id.is_empty() || id.contains('\n') {
            return None;
        }
        let number = id.rfind('-').filter(|&at| at > 0).map_or("", |at| id.get(at..).unwrap_or_default());
        let digits = number.get(1..).unwrap_or_default();
        let number = if (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            number
        } else {
            ""
        };
        Some(Self { run: id.strip_suffix(number).unwrap_or(id), number })
    }
}

/// The runs of a result, numbered by first appearance.
#[derive(Default)]
struct RunIds {
    numbers: HashMap<String, usize>,
}

impl RunIds {
    fn of(result: &Value) -> Self {
        let mut runs = Self::default();
        for event in items(result.get("events")) {
            runs.note(event.get("run_id"));
            for parent in items(event.get("parent_ids")) {
                runs.note(Some(parent));
            }
        }
        for operation in items(result.get("log")).iter().flat_map(|patch| items(Some(patch))) {
            if let Some(Value::Object(state)) = operation.get("value")
                && is_run_state(state)
            {
                runs.note(state.get("id"));
            }
        }
        for call in items(result.get("handlers")).iter().flat_map(|handler| items(handler.get("calls"))) {
            runs.note(call.get("run_id"));
            runs.note(call.get("parent_run_id"));
        }
        // A message can name a run that none of the lists above shows.
        for section in SECTIONS {
            if let Some(value) = result.get(section) {
                runs.note_messages(value);
            }
        }
        runs
    }

    fn note(&mut self, id: Option<&Value>) {
        if let Some(Value::String(id)) = id {
            self.note_id(id);
        }
    }

    fn note_id(&mut self, id: &str) {
        if !self.numbers.contains_key(id) {
            self.numbers.insert(id.to_owned(), self.numbers.len());
        }
    }

    fn note_messages(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.note_messages(item)),
            Value::Object(map) => {
                if is_typed(map)
                    && let Some(Value::String(id)) = map.get("id")
                    && let Some(id) = MessageId::parse(id)
                {
                    self.note_id(id.run);
                }
                map.values().for_each(|item| self.note_messages(item));
            }
            _ => {}
        }
    }

    fn rename(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item)),
            Value::Object(map) => {
                let typed = is_typed(map);
                let state = !typed && is_run_state(map);
                for (key, item) in map {
                    match (key.as_str(), item) {
                        ("run_id" | "parent_run_id", Value::String(id)) => self.rename_id(id),
                        ("parent_ids", Value::Array(ids)) => {
                            for id in ids {
                                if let Value::String(id) = id {
                                    self.rename_id(id);
                                }
                            }
                        }
                        ("id", Value::String(id)) if state => self.rename_id(id),
                        ("id", Value::String(id)) if typed => self.rename_message_id(id),
                        (_, item) => self.rename(item),
                    }
                }
            }
            _ => {}
        }
    }

    fn rename_id(&self, id: &mut String) {
        if let Some(number) = self.numbers.get(id) {
            *id = format!("r{number}");
        }
    }

    fn rename_message_id(&self, id: &mut String) {
        let new = MessageId::parse(id)
            .and_then(|parts| Some(format!("run-r{}{}", self.numbers.get(parts.run)?, parts.number)));
        if let Some(new) = new {
            *id = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MessageId;

    #[test]
    fn message_ids_come_apart_into_run_and_number() {
        let parts = |id| MessageId::parse(id).map(|parts| (parts.run, parts.number));
        assert_eq!(parts("run-r0"), Some(("r0", "")));
        assert_eq!(parts("run-r0-0"), Some(("r0", "-0")));
        assert_eq!(parts("lc_run--019a-77-12"), Some(("019a-77", "-12")));
        assert_eq!(parts("run-019a-1234567"), Some(("019a-1234567", "")));
        assert_eq!(parts("run---5"), Some(("-5", "")));
        assert_eq!(parts("run--"), Some(("-", "")));
        assert_eq!(parts("run-r0-0\n"), Some(("r0", "-0")));
        assert_eq!(parts("run-r0\n-0"), None);
        assert_eq!(parts("run-"), None);
        assert_eq!(parts("lc_r0"), None);
        assert_eq!(parts("call-1"), None);
    }
}
