//! The current context: entered whenever a run's future or stream is polled, so that code inside a run finds it
//! without being given it, in any runtime and across every `.await`.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task;

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::context::Context;
use crate::run::Run;

thread_local! {
    static CURRENT: Cell<Place> = const { Cell::new(Place::Nowhere) };
}

/// A context as it is kept to be entered at every poll: two words. Most are just that of what runs inside one run.
#[derive(Clone, Debug, Default)]
pub(crate) enum Place {
    /// Outside any run, with nothing configured.
    #[default]
    Nowhere,
    /// Inside this run.
    Inside(Arc<Run>),
    /// Anywhere else.
    At(Box<Context>),
}

impl Place {
    fn context(&self) -> Option<Context> {
        match self {
            Self::Nowhere => None,
            Self::Inside(run) => Some(Context::below(run)),
            Self::At(context) => Some((**context).clone()),
        }
    }
}

impl From<Context> for Place {
    fn from(context: Context) -> Self {
        match context.plain_run() {
            Some(run) => Self::Inside(Arc::clone(run)),
            None => Self::At(Box::new(context)),
        }
    }
}

/// The place that was entered last on this thread.
pub(crate) fn here() -> Place {
    let look = |current: &Cell<Place>| {
        let place = current.take();
        // Cloning runs no foreign code.
        current.set(place.clone());
        place
    };
    CURRENT.try_with(look).unwrap_or_default()
}

/// The context that was entered last on this thread.
pub(crate) fn current() -> Option<Context> {
    here().context()
}

/// The run that is current on this thread.
pub(crate) fn current_run() -> Option<Arc<Run>> {
    match here() {
        Place::Nowhere => None,
        Place::Inside(run) => Some(run),
        Place::At(context) => context.parent,
    }
}

/// Puts a place in place and gives back the one before; nothing is current while a thread ends.
#[inline]
fn replace(place: Place) -> Place {
    CURRENT.try_with(|current| current.replace(place)).unwrap_or_default()
}

/// Leaves an entered context when it is dropped; made by [`Context::enter`].
#[derive(Debug)]
#[must_use = "the context is current until this guard is dropped"]
pub struct Entered {
    before: Place,
}

impl Drop for Entered {
    fn drop(&mut self) {
        replace(std::mem::take(&mut self.before));
    }
}

/// Enters for one poll: the place moves into the thread's and back, nothing is cloned.
struct Visit<'a> {
    home: &'a mut Place,
    before: Place,
}

impl<'a> Visit<'a> {
    #[inline]
    fn new(home: &'a mut Place) -> Self {
        let before = replace(std::mem::take(home));
        Self { home, before }
    }
}

impl Drop for Visit<'_> {
    #[inline]
    fn drop(&mut self) {
        let empty = std::mem::replace(self.home, replace(std::mem::take(&mut self.before)));
        // It was taken when the visit began: there is nothing to drop, and this happens at every poll.
        std::mem::forget(empty);
    }
}

/// Calls `f` with the place entered that stands in `home`.
#[inline]
pub(crate) fn visit<T>(home: &mut Place, f: impl FnOnce() -> T) -> T {
    let _visit = Visit::new(home);
    f()
}

/// Calls `f`, with the place entered if there is one.
#[inline]
pub(crate) fn visit_maybe<T>(home: &mut Option<Place>, f: impl FnOnce() -> T) -> T {
    match home {
        Some(home) => visit(home, f),
        None => f(),
    }
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
        Entered { before: replace(Place::from(self.clone())) }
    }

    /// The future with this context current whenever it is polled, wherever that is. A task that is spawned with it is
    /// free of the run: it goes on when that ends or is cancelled, and calls that it makes then are still below it.
    /// [`spawn`](crate::spawn) makes one that ends with its run.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped::new(self.clone().into(), future)
    }

    /// The stream with this context current whenever it is polled.
    pub fn scope_stream<S: Stream>(&self, stream: S) -> Scoped<S> {
        Scoped::new(self.clone().into(), stream)
    }
}

pin_project! {
    /// A future or stream with a context that is current whenever it is polled.
    #[derive(Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct Scoped<F> {
        place: Option<Place>,
        #[pin]
        inner: F,
    }
}

impl<F> Scoped<F> {
    pub(crate) fn new(place: Place, inner: F) -> Self {
        Self::maybe(Some(place), inner)
    }

    /// Without a place what is current stays so.
    pub(crate) fn maybe(place: Option<Place>, inner: F) -> Self {
        Self { place, inner }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        visit_maybe(this.place, || this.inner.poll(cx))
    }
}

impl<S: Stream> Stream for Scoped<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<Option<S::Item>> {
        let this = self.project();
        visit_maybe(this.place, || this.inner.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
