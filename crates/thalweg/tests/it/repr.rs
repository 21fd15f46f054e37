//! Reads values as Python and JavaScript print them: what the documents show.

use serde_json::{Map, Value, json};

/// The values that stand in a text one after the other, up to dots that say that there is more.
pub(crate) fn values(text: &str) -> Vec<Value> {
    let mut reader = Reader { rest: text };
    let mut all = Vec::new();
    while !reader.peek("...") && !reader.at_end() {
        all.push(reader.value());
    }
    all
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn at_end(&mut self) -> bool {
        self.skip();
        self.rest.is_empty()
    }

    fn peek(&mut self, text: &str) -> bool {
        self.skip();
        self.rest.starts_with(text)
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.peek(text);
        if there {
            self.rest = &self.rest[text.len()..];
        }
        there
    }

    fn expect(&mut self, text: &str) {
        assert!(self.take(text), "no {text} before {:.60}", self.rest);
    }

    fn value(&mut self) -> Value {
        if self.take("[") {
            return self.items("]").into();
        }
        if self.take("{") {
            return Value::Object(self.entries("}", ":"));
        }
        if self.peek("'") || self.peek("\"") {
            return self.string().into();
        }
        let end =
            self.rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "None" => Value::Null,
            "True" => true.into(),
            "False" => false.into(),
            class if self.take("(") => {
                let mut object = self.entries(")", "=");
                object.insert("type".to_owned(), json!(class));
                Value::Object(object)
            }
            number => serde_json::from_str(number).unwrap_or_else(|error| panic!("{error}: {number}")),
        }
    }

    fn items(&mut self, end: &str) -> Vec<Value> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.value());
            self.take(",");
        }
        items
    }

    /// Entries whose keys are quoted, as in Python, or not, as in JavaScript and for a call's arguments.
    fn entries(&mut self, end: &str, between: &str) -> Map<String, Value> {
        let mut entries = Map::new();
        while !self.take(end) {
            let key = if self.peek("'") || self.peek("\"") {
                self.string()
            } else {
                let end = self.rest.find(between).expect("a key has its value");
                let key = self.rest[..end].to_owned();
                self.rest = &self.rest[end..];
                key
            };
            self.expect(between);
            entries.insert(key, self.value());
            self.take(",");
        }
        entries
    }

    fn string(&mut self) -> String {
        let mut chars = self.rest.char_indices();
        let (_, quote) = chars.next().expect("a string begins");
        let mut text = String::new();
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' => match chars.next().expect("an escape has its letter").1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    other => text.push(other),
                },
                _ if c == quote => {
                    self.rest = &self.rest[i + c.len_utf8()..];
                    return text;
                }
                _ => text.push(c),
            }
        }
        panic!("a string does not end: {text}");
    }
}
