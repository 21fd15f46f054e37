//! Applies operations to a document.

use super::PatchOp;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, List, Map, Text};

impl PatchOp {
    /// The place that the operation changes, as a JSON Pointer.
    pub fn path(&self) -> &Text {
        match self {
            Self::Add { path, .. }
            | Self::Remove { path }
            | Self::Replace { path, .. }
            | Self::Move { path, .. } => path,
        }
    }

    /// Changes a document as the operation says. What other clones of the document share with it stays as it was.
    ///
    /// ```
    /// use thalweg_core::parse::json::PatchOp;
    /// use thalweg_core::value::Dynamic;
    ///
    /// let mut document = Dynamic::parse(r#"{"words": ["one"]}"#)?;
    /// PatchOp::Add { path: "/words/-".into(), value: Dynamic::from("two") }.apply(&mut document)?;
    /// assert_eq!(document.to_string(), r#"{"words":["one","two"]}"#);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the document does not have the place; it is then as it was.
    pub fn apply(&self, document: &mut Dynamic) -> Result<()> {
        match self {
            Self::Add { path, value } => add(document, path, value.clone()),
            Self::Replace { path, value } => match slot(document, path) {
                Some(slot) => {
                    *slot = value.clone();
                    Ok(())
                }
                None => Err(no_place(path)),
            },
            Self::Remove { path } => remove(document, path).map(drop),
            Self::Move { from, path } => {
                let before = document.clone();
                let value = remove(document, from)?;
                add(document, path, value).inspect_err(|_| *document = before)
            }
        }
    }
}

fn no_place(path: &Text) -> Error {
    Error::new(ErrorKind::InputType, "the document has no such place").with("path", path.clone())
}

/// A step of a path as the key that it is.
fn unescaped(step: &str) -> Text {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

/// The steps of a path.
fn steps(path: &str) -> Option<impl Iterator<Item = Text>> {
    if path.is_empty() || path.starts_with('/') { Some(path.split('/').skip(1).map(unescaped)) } else { None }
}

fn slot<'a>(document: &'a mut Dynamic, path: &str) -> Option<&'a mut Dynamic> {
    let mut here = document;
    for step in steps(path)? {
        here = match here {
            Dynamic::Map(map) => map.get_mut(&step)?,
            Dynamic::List(list) => list.get_mut(step.parse().ok()?)?,
            _ => return None,
        };
    }
    Some(here)
}

/// A place's container and its last step.
fn outer<'a>(document: &'a mut Dynamic, path: &str) -> Option<(Container<'a>, Text)> {
    let (outer, step) = path.rsplit_once('/')?;
    let container = match slot(document, outer)? {
        Dynamic::Map(map) => Container::Map(map),
        Dynamic::List(list) => Container::List(list),
        _ => return None,
    };
    Some((container, unescaped(step)))
}

enum Container<'a> {
    Map(&'a mut Map),
    List(&'a mut List),
}

fn add(document: &mut Dynamic, path: &Text, value: Dynamic) -> Result<()> {
    if path.is_empty() {
        *document = value;
        return Ok(());
    }
    let (container, step) = outer(document, path).ok_or_else(|| no_place(path))?;
    match container {
        Container::Map(map) => {
            map.insert(step, value);
        }
        Container::List(list) if step == "-" => list.push(value),
        Container::List(list) => {
            let at = step.parse().ok().filter(|at| *at <= list.len()).ok_or_else(|| no_place(path))?;
            list.insert(at, value);
        }
    }
    Ok(())
}

fn remove(document: &mut Dynamic, path: &Text) -> Result<Dynamic> {
    if path.is_empty() {
        return Ok(std::mem::take(document));
    }
    let removed = outer(document, path).and_then(|(container, step)| match container {
        Container::Map(map) => map.remove(&step),
        Container::List(list) => list.remove(step.parse().ok()?),
    });
    removed.ok_or_else(|| no_place(path))
}
