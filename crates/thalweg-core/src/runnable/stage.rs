//! [`Stage`]: a runnable with its type erased, as chains hold their steps.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::batched::{self, Call, Mode, Results};
use super::sequence::Seq;
use super::{Description, Runnable, Streaming};
use crate::context::Context;
use crate::engine::{self, Input};
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Text, Value};

/// One step, seen by what goes in and comes out. All methods run it inside its run.
pub(crate) trait Stage<I: Value, O: Value>: Send + Sync {
    fn name(&self) -> Cow<'_, str>;
    fn kind(&self) -> Option<RunKind>;
    fn streaming(&self) -> Streaming;
    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>>;
    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O>;
    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O>;

    /// What others call it who name themselves after it: its name, but for those who go by the name of what they hold.
    fn class(&self) -> Cow<'_, str> {
        self.name()
    }

    /// Several calls. Each is an invocation of its own, unless langchain-core does it otherwise and the calls want
    /// that.
    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        Box::pin(batched::each(self, calls, mode))
    }

    /// What it is made of.
    fn describe(&self) -> Description {
        Description::leaf::<I, O>(Text::from(self.name()), self.kind(), self.streaming())
    }

    /// The same stage with another name for its runs, if it has runs of its own.
    fn renamed(&self, _name: Text) -> Option<Arc<dyn Stage<I, O>>> {
        None
    }

    /// The steps, if this is a plain sequence that becomes part of one it is composed into.
    fn as_sequence(&self) -> Option<Arc<dyn Seq<I, O>>> {
        None
    }
}

/// The stage of a runnable.
pub(crate) struct Of<I, R> {
    runnable: Arc<R>,
    /// The name of its runs.
    name: Text,
    input: PhantomData<fn(I)>,
}

impl<I: Value, R: Runnable<I>> Of<I, R> {
    pub(crate) fn new(runnable: R) -> Self {
        let name = Text::from(runnable.name());
        Self { runnable: Arc::new(runnable), name, input: PhantomData }
    }

    /// The same with another name for its runs.
    pub(crate) fn with_name(mut self, name: Text) -> Self {
        self.name = name;
        self
    }
}

impl<I: Value, R: Runnable<I>> Stage<I, R::Out> for Of<I, R> {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }

    fn describe(&self) -> Description {
        Description {
            name: self.name.clone(),
            kind: self.kind(),
            streaming: self.streaming(),
            input: self.runnable.input_schema(),
            output: self.runnable.output_schema(),
            parts: self.runnable.parts(),
        }
    }

    fn renamed(&self, name: Text) -> Option<Arc<dyn Stage<I, R::Out>>> {
        self.kind()?;
        let runnable = Arc::clone(&self.runnable);
        Some(Arc::new(Self { runnable, name, input: PhantomData }))
    }

    fn kind(&self) -> Option<RunKind> {
        self.runnable.kind()
    }

    fn streaming(&self) -> Streaming {
        self.runnable.streaming()
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<R::Out>> {
        engine::call(&*self.runnable, || self.name.clone(), input, context)
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<R::Out> {
        let runnable = Arc::clone(&self.runnable);
        let whole = match runnable.streaming_in(&context) {
            Streaming::Whole => true,
            Streaming::Output => return engine::streamed(runnable, self.name.clone(), input, context),
            // langchain-core's parsers transform inside a chain, but give a whole input's output at once.
            Streaming::Through => context.is_compat() && runnable.kind() == Some(RunKind::Parser),
        };
        if whole {
            let context = match runnable.kind() {
                Some(kind) => context.for_one_chunk(kind),
                None => context,
            };
            ChunkStream::once(async move { self.invoke(input, context).await })
        } else {
            engine::through(runnable, self.name.clone(), Input::Value(input), context)
        }
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<R::Out> {
        match self.runnable.streaming_in(&context) {
            Streaming::Through => {
                engine::through(Arc::clone(&self.runnable), self.name.clone(), Input::Stream(input), context)
            }
            Streaming::Whole | Streaming::Output => {
                engine::gather(input, !context.is_compat(), context, move |whole, context| {
                    self.stream(whole, context)
                })
            }
        }
    }
}
