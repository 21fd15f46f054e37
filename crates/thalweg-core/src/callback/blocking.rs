//! [`blocking`]: handlers that may block, each on a thread of its own.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::thread::{self, JoinHandle};

use futures_util::task::AtomicWaker;

use super::{AsyncCallbackHandler, CallbackHandler, FailurePolicy, Handled, Interest, IntoHandler};
use crate::event::Event;
use crate::run::Run;

/// Lets a handler block: its methods are called on a thread that it has for itself, one after the other, and the run
/// waits for them without blocking its executor. Attach the result with
/// [`Config::async_handler`](crate::Config::async_handler).
///
/// The thread is one of the standard library's. It starts with the first event and ends when the handler is dropped,
/// which waits until it has handled all that it was told. Runs wait for it as they go on, but nobody can wait for it
/// where a run is cancelled: see [`Blocking::flush`].
///
/// ```
/// use std::time::Duration;
/// use thalweg_core::callback::{CallbackHandler, Handled, blocking};
/// use thalweg_core::run::Run;
/// use thalweg_core::value::Dynamic;
/// use thalweg_core::{Chain, Config};
///
/// struct Slow;
///
/// impl CallbackHandler for Slow {
///     fn on_chain_start(&self, _run: &Run, _inputs: Option<&Dynamic>) -> Handled {
///         std::thread::sleep(Duration::from_millis(1));
///         Ok(())
///     }
/// }
///
/// let config = Config::new().async_handler(blocking(Slow));
/// Chain::new(|text: String| text.len()).invoke_blocking_with("four", config)?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn blocking<H: IntoHandler>(handler: H) -> Blocking<H::Handler> {
    Blocking { handler: handler.into_handler(), thread: OnceLock::new() }
}

/// The handler that [`blocking`] makes.
pub struct Blocking<H: ?Sized> {
    /// None if there could be no thread.
    thread: OnceLock<Option<Worker>>,
    handler: Arc<H>,
}

/// The thread and its work.
struct Worker {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl<H: CallbackHandler + ?Sized> Blocking<H> {
    /// Waits until the thread has handled all that it has been told of until now; not at all on the thread itself.
    ///
    /// A program that cancels calls and ends calls this before, so that the handler has heard of them. It blocks, and is
    /// not for async code.
    pub fn flush(&self) {
        let Some(Some(worker)) = self.thread.get() else { return };
        if worker.thread.thread().id() == thread::current().id() {
            return;
        }
        let (done, handled) = channel();
        if worker.jobs.send(Job::Flush(done)).is_ok() {
            // An error says that the thread has ended: then there is nothing to wait for.
            let _ = handled.recv();
        }
    }

    /// Has the thread handle an event, and gives where the outcome will be.
    fn send(&self, event: Event) -> Option<Arc<Outcome>> {
        let worker = self.thread.get_or_init(|| {
            let (jobs, receiver) = channel();
            let handler = Arc::clone(&self.handler);
            let thread = thread::Builder::new().name("thalweg-handler".to_owned());
            let thread = thread.spawn(move || work(&*handler, &receiver)).ok()?;
            Some(Worker { jobs, thread })
        });
        let outcome = Arc::new(Outcome::default());
        let told = Told { event, outcome: Arc::clone(&outcome) };
        worker.as_ref()?.jobs.send(Job::Handle(Box::new(told))).ok().map(|()| outcome)
    }
}

impl<H: ?Sized> Drop for Blocking<H> {
    fn drop(&mut self) {
        let Some(Some(Worker { jobs, thread })) = self.thread.take() else { return };
        drop(jobs);
        // The thread itself may be the last to let go of the run that holds this.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl<H: CallbackHandler + ?Sized> AsyncCallbackHandler for Blocking<H> {
    fn interest(&self) -> Interest {
        self.handler.interest()
    }

    fn failure(&self) -> FailurePolicy {
        self.handler.failure()
    }

    async fn on_event(&self, event: &Event) -> Handled {
        let Some(outcome) = self.send(event.clone()) else {
            return Err("there is no thread for the handler".into());
        };
        match outcome.wait().await {
            Ok(handled) => handled,
            // Whoever has called catches it, as if the handler had been called here.
            Err(panic) => resume_unwind(panic),
        }
    }

    fn on_cancelled_event(&self, event: &Event) -> Handled {
        // Nobody waits for it.
        match self.send(event.clone()) {
            Some(_) => Ok(()),
            None => Err("there is no thread for the handler".into()),
        }
    }

    fn on_cancelled(&self, run: &Run) -> Handled {
        self.handler.on_cancelled(run)
    }
}

enum Job {
    Handle(Box<Told>),
    /// Says that all before it is handled.
    Flush(Sender<()>),
}

struct Told {
    event: Event,
    outcome: Arc<Outcome>,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.outcome.put(Ok(Err("the handler's thread has ended".into())));
    }
}

fn work<H: CallbackHandler + ?Sized>(handler: &H, jobs: &Receiver<Job>) {
    for job in jobs {
        match job {
            Job::Handle(told) => {
                let called = catch_unwind(AssertUnwindSafe(|| handler.on_event(&told.event)));
                told.outcome.put(called);
            }
            Job::Flush(done) => drop(done.send(())),
        }
    }
}

type Called = Result<Handled, Box<dyn Any + Send>>;

/// Where the thread leaves what a call came to, for the run that waits.
#[derive(Default)]
struct Outcome {
    called: Mutex<Option<Called>>,
    waker: AtomicWaker,
}

impl Outcome {
    /// The first outcome counts.
    fn put(&self, called: Called) {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(called);
        self.waker.wake();
    }

    async fn wait(&self) -> Called {
        poll_fn(|cx| {
            self.waker.register(cx.waker());
            match self.called.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(called) => Poll::Ready(called),
                None => Poll::Pending,
            }
        })
        .await
    }
}

impl<H: ?Sized> fmt::Debug for Blocking<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").field("started", &self.thread.get().is_some()).finish_non_exhaustive()
    }
}
