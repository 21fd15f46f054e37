//! The document of W4, and floors that read it.

use std::fmt::Write;
use std::hint::black_box;

use serde_json::Value;

use crate::work::Repetition;

/// A compact document of at least `size` bytes.
pub(crate) fn document(size: usize) -> String {
    let mut text = String::from("{\"items\":[");
    let mut i = 0;
    while text.len() + 2 < size {
        if i > 0 {
            text.push(',');
        }
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "{{\"id\":{i},\"name\":\"item {i}\",\"ok\":{},\"price\":{}.5,\"tags\":[\"red\",\"blue\"],\
             \"text\":\"A sentence with an \\\"escaped\\\" word, a line\\nand one é letter in it.\",\"none\":null}}",
            i % 2 == 0,
            i % 100,
        );
        i += 1;
    }
    text.push_str("]}");
    text
}

/// Pieces of 16 bytes, moved forward to the next boundary of a character.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = rest.len().min(16);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, more) = rest.split_at(end);
        rest = more;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Reads one piece after another.
fn reading<S: Default + 'static>(size: usize, read: fn(&mut S, &str)) -> Repetition {
    let document = document(size);
    Box::new(move || {
        let mut state = S::default();
        let mut count = 0;
        for piece in pieces(&document) {
            read(&mut state, piece);
            black_box(&state);
            count += 1;
        }
        count
    })
}

/// Where a scan is.
#[derive(Default)]
struct Scan {
    open: Vec<u8>,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_text => self.escaped = true,
            b'"' => self.in_text = !self.in_text,
            _ if self.in_text => {}
            b'{' | b'[' => self.open.push(byte),
            b'}' | b']' => drop(self.open.pop()),
            _ => {}
        }
    }
}

/// A scan that keeps the open brackets and builds nothing.
pub(crate) fn scan(size: usize) -> Repetition {
    reading(size, |scan: &mut Scan, piece| piece.bytes().for_each(|byte| scan.step(byte)))
}

/// One parse of the whole text.
#[allow(clippy::expect_used, reason = "the document is JSON")]
pub(crate) fn whole(size: usize) -> Repetition {
    let document = document(size);
    let count = pieces(&document).count() as u64;
    Box::new(move || {
        black_box(serde_json::from_str::<Value>(&document).expect("the document is JSON"));
        count
    })
}

/// Builds the tree as the text comes; the value so far can be read by reference: the open ones are a stack.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    token: String,
    in_text: bool,
    escaped: bool,
    was_text: bool,
    done: Option<Value>,
}

enum Open {
    List(Vec<Value>),
    Map(serde_json::Map<String, Value>, Option<String>),
}

impl Tree {
    fn step(&mut self, letter: char) {
        if self.in_text {
            match letter {
                _ if self.escaped => {
                    self.token.push(if letter == 'n' { '\n' } else { letter });
                    self.escaped = false;
                }
                '\\' => self.escaped = true,
                '"' => (self.in_text, self.was_text) = (false, true),
                letter => self.token.push(letter),
            }
            return;
        }
        match letter {
            '"' => self.in_text = true,
            '{' => self.open.push(Open::Map(serde_json::Map::new(), None)),
            '[' => self.open.push(Open::List(Vec::new())),
            ':' => {
                self.was_text = false;
                if let Some(Open::Map(_, key)) = self.open.last_mut() {
                    *key = Some(std::mem::take(&mut self.token));
                }
            }
            ',' => self.finish_token(),
            '}' | ']' => {
                self.finish_token();
                match self.open.pop() {
                    Some(Open::List(list)) => self.put(Value::Array(list)),
                    Some(Open::Map(map, _)) => self.put(Value::Object(map)),
                    None => {}
                }
            }
            letter => self.token.push(letter),
        }
    }

    fn finish_token(&mut self) {
        let token = std::mem::take(&mut self.token);
        let value = match token.as_str() {
            _ if std::mem::take(&mut self.was_text) => Value::String(token),
            "" => return,
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => match number.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => number.parse::<f64>().unwrap_or_default().into(),
            },
        };
        self.put(value);
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(Open::List(list)) => list.push(value),
            Some(Open::Map(map, key)) => drop(map.insert(key.take().unwrap_or_default(), value)),
            None => self.done = Some(value),
        }
    }
}

/// A tree that grows with the text.
pub(crate) fn tree(size: usize) -> Repetition {
    reading(size, |tree: &mut Tree, piece| {
        piece.chars().for_each(|letter| tree.step(letter));
        black_box(&tree.done);
    })
}
