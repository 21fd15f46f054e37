//! [`JsonOutputToolsParser`] and [`JsonOutputKeyToolsParser`]: the tool calls in a model's answer, as values.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::answer::Answer;
use super::calls::{Call, Calls};
use super::reading::{Reader, read};
use super::same::same;
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, List, Map, Text};

/// Gives the tool calls in a model's answer as a list of objects with `type`, the tool's name, and `args`. While the
/// answer comes, each chunk is the list so far, whenever it has changed.
///
/// ```
/// use thalweg_core::message::{AiMessage, ToolCall};
/// use thalweg_core::parser::JsonOutputToolsParser;
/// use thalweg_core::{Chain, vars};
///
/// let answer = AiMessage::new("").with_tool_calls([ToolCall::new("add", vars! { "a": 1 })]);
/// let calls = Chain::<AiMessage, _>::new(JsonOutputToolsParser::new()).invoke_blocking(answer)?;
/// assert_eq!(calls.to_string(), r#"[{"args":{"a":1},"type":"add"}]"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JsonOutputToolsParser {
    shape: Shape,
}

impl JsonOutputToolsParser {
    /// A parser that gives all calls, without their ids.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the first call alone; `null` if there is none.
    #[must_use]
    pub fn first_tool_only(mut self) -> Self {
        self.shape.first = true;
        self
    }

    /// Gives the calls' ids too, as `id`.
    #[must_use]
    pub fn return_id(mut self) -> Self {
        self.shape.id = true;
        self
    }
}

/// Gives the arguments of the calls of one tool in a model's answer, as a list. While the answer comes, each chunk is
/// the list so far, whenever it has changed.
///
/// ```
/// use thalweg_core::message::{AiMessage, ToolCall};
/// use thalweg_core::parser::JsonOutputKeyToolsParser;
/// use thalweg_core::{Chain, vars};
///
/// let answer = AiMessage::new("").with_tool_calls([ToolCall::new("add", vars! { "a": 1 })]);
/// let chain = Chain::<AiMessage, _>::new(JsonOutputKeyToolsParser::new("add").first_tool_only());
/// let args = chain.invoke_blocking(answer)?;
/// assert_eq!(args, vars! { "a": 1 }.into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JsonOutputKeyToolsParser {
    shape: Shape,
}

impl JsonOutputKeyToolsParser {
    /// A parser for the calls of the tool of this name.
    pub fn new(key_name: impl Into<Text>) -> Self {
        Self { shape: Shape { key: Some(key_name.into()), ..Shape::default() } }
    }

    /// Gives the arguments of the first call alone; `null` if there is none.
    #[must_use]
    pub fn first_tool_only(mut self) -> Self {
        self.shape.first = true;
        self
    }

    /// Gives the calls as objects with `type`, `args` and `id` in the place of their arguments.
    #[must_use]
    pub fn return_id(mut self) -> Self {
        self.shape.id = true;
        self
    }
}

/// Which calls are given, and how.
#[derive(Clone, Debug, Default)]
struct Shape {
    /// The name of the only tool that counts.
    key: Option<Text>,
    first: bool,
    id: bool,
}

impl Shape {
    /// What is given for these calls; `None`: there were none in any form.
    fn value(&self, calls: Option<Vec<Call>>, compat: bool) -> Dynamic {
        if calls.is_none() && self.first && self.key.is_none() && compat {
            // There the absence of calls is an empty list even where one call is wanted.
            return List::new().into();
        }
        let ours = |call: &Call| self.key.as_ref().is_none_or(|key| call.name == *key);
        let mut values = calls.into_iter().flatten().filter(ours).map(|call| self.one(call));
        if self.first { values.next().unwrap_or_default() } else { Dynamic::List(values.collect()) }
    }

    fn one(&self, call: Call) -> Dynamic {
        if self.key.is_some() && !self.id {
            return call.args;
        }
        let mut map = Map::new();
        map.insert("args", call.args);
        if self.id {
            map.insert("id", call.id);
        }
        map.insert("type", call.name);
        map.into()
    }

    fn parse(&self, piece: Piece<'_>, compat: bool) -> Result<Dynamic> {
        let mut calls = Calls::default();
        calls.push(piece, false)?;
        Ok(self.value(calls.so_far(false)?, compat))
    }

    fn read<I: ParserInput>(&self, input: ChunkStream<I>, compat: bool) -> ChunkStream<Dynamic> {
        let reader = CallsReader {
            shape: self.clone(),
            compat,
            answer: Answer::new(compat),
            calls: Calls::default(),
            last: None,
        };
        read(input, reader).snapshots(!compat)
    }
}

struct CallsReader {
    shape: Shape,
    compat: bool,
    answer: Answer,
    calls: Calls,
    last: Option<Dynamic>,
}

impl Reader<Dynamic> for CallsReader {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<Dynamic>) -> Result<()> {
        if self.compat {
            self.answer.check(piece)?;
        }
        // langchain-core sees no calls in messages that come whole inside a stream.
        self.calls.push(piece, self.compat)?;
        if self.calls.is_raw() && !self.compat {
            // This form is read anew each time: once, at the end, will do.
            return Ok(());
        }
        let value = self.shape.value(self.calls.so_far(true)?, self.compat);
        if !value.is_null() && !self.last.as_ref().is_some_and(|last| same(last, &value)) {
            self.last = Some(value.clone());
            out.push_back(value);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut VecDeque<Dynamic>) -> Result<()> {
        if !self.compat {
            let value = self.shape.value(self.calls.so_far(false)?, false);
            if self.last.take().is_none_or(|last| last != value) {
                out.push_back(value);
            }
        }
        Ok(())
    }
}

impl<I: ParserInput> Runnable<I> for JsonOutputToolsParser {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        "JsonOutputToolsParser".into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Parser)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, context: Context) -> Result<Dynamic> {
        self.shape.parse(I::piece(&input.into_chunk())?, context.is_compat())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        self.shape.read(input, context.is_compat())
    }
}

impl<I: ParserInput> Runnable<I> for JsonOutputKeyToolsParser {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        "JsonOutputKeyToolsParser".into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Parser)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, context: Context) -> Result<Dynamic> {
        self.shape.parse(I::piece(&input.into_chunk())?, context.is_compat())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        self.shape.read(input, context.is_compat())
    }
}
