//! The current context: entered whenever a run's future or stream is polled, so that code inside a run finds it
//! without being given it, in any runtime and across every `.await`.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task;

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::context::Context;

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// The context that was entered last on this thread.
pub(crate) fn current() -> Option<Context> {
    CURRENT.with(|current| current.try_borrow().ok().and_then(|current| current.clone()))
}

/// Puts a context in place and gives back the one before.
fn replace(context: Option<Context>) -> Option<Context> {
    CURRENT.with(|current| match current.try_borrow_mut() {
        Ok(mut current) => std::mem::replace(&mut *current, context),
        // Only while a context is being cloned or dropped inside this module, which runs no foreign code.
        Err(_) => None,
    })
}

/// Leaves an entered context when it is dropped; made by [`Context::enter`].
#[derive(Debug)]
#[must_use = "the context is current until this guard is dropped"]
pub struct Entered {
    before: Option<Context>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        replace(self.before.take());
    }
}

/// Enters for one poll: the context moves into its place and back, nothing is cloned.
struct Visit<'a> {
    home: &'a mut Option<Context>,
    before: Option<Context>,
}

impl<'a> Visit<'a> {
    fn new(home: &'a mut Option<Context>) -> Self {
        let before = replace(home.take());
        Self { home, before }
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        *self.home = replace(self.before.take());
    }
}

/// Calls `f` with the context entered that stands in `home`.
pub(crate) fn visit<T>(home: &mut Option<Context>, f: impl FnOnce() -> T) -> T {
    let _visit = Visit::new(home);
    f()
}

impl Context {
    /// Makes this context current on this thread until the guard is dropped. For synchronous code; use
    /// [`Context::scope`] for futures.
    ///
    /// ```
    /// use thalweg_core::{Config, Context};
    ///
    /// let context = Context::root().with_config(&Config::new().tag("job"));
    /// let _entered = context.enter();
    /// assert_eq!(Context::current().tags(), ["job"]);
    /// ```
    pub fn enter(&self) -> Entered {
        Entered { before: replace(Some(self.clone())) }
    }

    /// The future with this context current whenever it is polled, wherever that is: hand the result to a
    /// runtime's `spawn`.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped::new(self.clone(), future)
    }

    /// The stream with this context current whenever it is polled.
    pub fn scope_stream<S: Stream>(&self, stream: S) -> Scoped<S> {
        Scoped::new(self.clone(), stream)
    }
}

pin_project! {
    /// A future or stream with a context that is current whenever it is polled.
    #[derive(Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct Scoped<F> {
        context: Option<Context>,
        #[pin]
        inner: F,
    }
}

impl<F> Scoped<F> {
    pub(crate) fn new(context: Context, inner: F) -> Self {
        Self { context: Some(context), inner }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        visit(this.context, || this.inner.poll(cx))
    }
}

impl<S: Stream> Stream for Scoped<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<Option<S::Item>> {
        let this = self.project();
        visit(this.context, || this.inner.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
