//! [`spawn`] and [`spawn_fn`]: what leaves the task of its run, and still belongs to the run.
//!
//! Whoever spawns is named by the caller, since the core knows no runtime: it is given what to spawn, with the place in
//! the run tree that it leaves.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as Poller, Poll};

use pin_project_lite::pin_project;

use crate::ambient::Scoped;
use crate::cancel::Cancelled;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};

/// Spawns a future as part of the current run: `with` is given what a runtime spawns, and `spawn` gives what `with`
/// does, such as a handle.
///
/// What runs in the task is below the run that it has left, inherits its configuration and is heard by the same
/// listeners. The task does not outlive the run: when that ends, well or not, or is cancelled, the future is dropped
/// when the task is polled next, which it is woken for, and its result is an error of kind `Cancelled`. The runs that
/// are still open in it close as cancelled then; that is after the run that it has left, since nobody waits for the
/// task. A run that is to have all that it spawned waits for it before it ends. What is to outlive its run is
/// spawned with [`Context::scope`] instead.
///
/// Outside a run nothing ends the task but itself. A task that is spawned without this function has no place in the run
/// tree: the runs in it are no children, inherit nothing and are not among the call's events.
///
/// ```
/// use thalweg_core::{Config, Context, Error, lambda, spawn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> thalweg_core::Result<()> {
/// let chain = lambda(|_: String| async {
///     let task = spawn(async { Context::current().tags().join(" ") }, tokio::spawn);
///     task.await.map_err(Error::other)?
/// });
/// assert_eq!(chain.invoke_with("", Config::new().tag("job")).await?, "job");
/// # Ok(())
/// # }
/// ```
pub fn spawn<F: Future, H>(future: F, with: impl FnOnce(Spawned<F>) -> H) -> H {
    Context::current().spawn(future, with)
}

/// As [`spawn`], for a closure that runs on another thread: `with` may be [`std::thread::spawn`], a runtime's
/// `spawn_blocking` or a thread pool's `spawn`.
///
/// Nothing can end a thread from outside: a closure whose run has ended goes on, but the calls that it makes end with
/// an error of kind `Cancelled`, those that it is in as well as those that it makes then.
///
/// ```
/// use thalweg_core::{Chain, Config, Context, spawn_fn};
///
/// let chain = Chain::new(|_: String| {
///     let thread = spawn_fn(|| Context::current().tags().join(" "), std::thread::spawn);
///     thread.join().unwrap_or_default()
/// });
/// assert_eq!(chain.invoke_blocking_with("", Config::new().tag("job"))?, "job");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn spawn_fn<T, H>(
    closure: impl FnOnce() -> T + Send + 'static,
    with: impl FnOnce(Box<dyn FnOnce() -> T + Send>) -> H,
) -> H {
    Context::current().spawn_fn(closure, with)
}

impl Context {
    /// As [`spawn`](crate::spawn), as part of the run that this context stands in.
    pub fn spawn<F: Future, H>(&self, future: F, with: impl FnOnce(Spawned<F>) -> H) -> H {
        let over = self.run().map(|run| run.over().cancelled());
        with(Spawned { inner: Some(self.leaving().scope(future)), over })
    }

    /// As [`spawn_fn`](crate::spawn_fn), as part of the run that this context stands in.
    pub fn spawn_fn<T, H>(
        &self,
        closure: impl FnOnce() -> T + Send + 'static,
        with: impl FnOnce(Box<dyn FnOnce() -> T + Send>) -> H,
    ) -> H {
        let context = self.leaving();
        with(Box::new(move || {
            let _entered = context.enter();
            closure()
        }))
    }

    /// The same place for what leaves the run's task: the calls made there end with the run.
    fn leaving(&self) -> Self {
        match self.run() {
            Some(run) => self.clone().ended_by(run.over()),
            None => self.clone(),
        }
    }
}

pin_project! {
    /// A future that belongs to a run and has left its task; made by [`spawn`]. It gives what the future does, or an
    /// error of kind `Cancelled` if the run ends before.
    ///
    /// ```
    /// use thalweg_core::{Context, Spawned};
    ///
    /// # futures_util::FutureExt::now_or_never(async {
    /// let task: Spawned<_> = Context::root().spawn(async { 1 }, |task| task);
    /// assert_eq!(task.await?, 1);
    /// # Ok::<(), thalweg_core::Error>(())
    /// # }).unwrap()?;
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Spawned<F> {
        // `None` when it is done.
        #[pin]
        inner: Option<Scoped<F>>,
        // When the run has ended.
        over: Option<Cancelled>,
    }
}

impl<F: Future> Future for Spawned<F> {
    type Output = Result<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let is_over = this.over.as_mut().is_some_and(|over| Pin::new(over).poll(cx).is_ready());
        let polled = match this.inner.as_mut().as_pin_mut() {
            Some(inner) if !is_over => inner.poll(cx).map(Ok),
            _ => Poll::Ready(Err(Error::new(
                ErrorKind::Cancelled,
                "the run that the task belongs to has ended",
            ))),
        };
        if polled.is_ready() {
            this.inner.set(None);
            *this.over = None;
        }
        polled
    }
}

impl<F> fmt::Debug for Spawned<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawned").field("done", &self.inner.is_none()).finish_non_exhaustive()
    }
}
