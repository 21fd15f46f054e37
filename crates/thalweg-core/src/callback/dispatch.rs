//! Custom events: what an application tells from inside a run.

use std::future::Future;
use std::sync::Arc;

use super::Payload;
use crate::ambient::current_run;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Notified;
use crate::run::Run;
use crate::value::{Dynamic, Text};

/// Dispatches an event of the application's own from inside the current run. The data is anything that serializes,
/// see [`Payload`].
///
/// Handlers hear it at once; async handlers are waited for before the run's next event. In async code
/// [`adispatch_custom_event`] waits for them here, and for readers that are behind.
///
/// Nobody can be waited for here, so that what waits to be heard has a bound: once 65,536 events wait for a reader, or
/// 65,536 calls of async handlers for the run, the event is refused, and nobody hears of it.
///
/// # Errors
/// Of kind [`OutsideRun`](ErrorKind::OutsideRun) where no run is current, [`Backlog`](ErrorKind::Backlog) where too much
/// waits already, or the failure of a handler that aborts.
///
/// ```
/// use thalweg_core::ErrorKind;
/// use thalweg_core::callback::dispatch_custom_event;
///
/// let error = dispatch_custom_event("progress", 5).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::OutsideRun);
/// ```
pub fn dispatch_custom_event(name: impl Into<Text>, data: impl Payload) -> Result<()> {
    dispatch_in(current_run().map(Place::Inside), name.into(), data)
}

/// As [`dispatch_custom_event`], in a context given by hand, for places without a current one.
///
/// # Errors
/// As [`dispatch_custom_event`].
pub fn dispatch_custom_event_in(context: &Context, name: impl Into<Text>, data: impl Payload) -> Result<()> {
    dispatch_in(Place::of(context), name.into(), data)
}

/// Where an event is dispatched.
enum Place {
    /// In this run.
    Inside(Arc<Run>),
    /// As langchain-core does where a place is given by hand: in the first run, but with what the place hands down,
    /// which is what the second shows.
    Seen(Arc<Run>, Arc<Run>),
}

impl Place {
    fn of(context: &Context) -> Option<Self> {
        let run = context.run()?;
        let plain = context.step.is_none() && Arc::ptr_eq(&context.scope, run.scope());
        if plain || !context.is_compat() {
            return Some(Self::Inside(Arc::clone(run)));
        }
        let seen = run.seen_from(Arc::clone(&context.scope), context.step.as_ref());
        Some(Self::Seen(Arc::clone(run), seen))
    }

    fn is_closed(&self) -> bool {
        let (Self::Inside(run) | Self::Seen(run, _)) = self;
        run.is_closed()
    }
}

fn dispatch_in(place: Option<Place>, name: Text, data: impl Payload) -> Result<()> {
    match place {
        Some(place) if place.is_closed() => Err(outside(&name, true)),
        None => Err(outside(&name, false)),
        Some(Place::Inside(run)) => run.tell_custom(name, || data.into_payload()),
        Some(Place::Seen(run, seen)) => {
            let told = seen.tell_custom(name, || data.into_payload());
            // It has no next event of its own.
            seen.hand_waits_to(&run);
            told
        }
    }
}

/// As [`dispatch_custom_event`], and waits for those who hear the event.
///
/// # Errors
/// As [`dispatch_custom_event`].
pub fn adispatch_custom_event<N: Into<Text>, P: Payload>(
    name: N,
    data: P,
) -> impl Future<Output = Result<()>> + Send + use<N, P> {
    adispatch_in(current_run().map(Place::Inside), name.into(), data)
}

/// As [`adispatch_custom_event`], in a context given by hand, for places without a current one.
///
/// # Errors
/// As [`dispatch_custom_event`].
pub fn adispatch_custom_event_in<N: Into<Text>, P: Payload>(
    context: &Context,
    name: N,
    data: P,
) -> impl Future<Output = Result<()>> + Send + use<N, P> {
    adispatch_in(Place::of(context), name.into(), data)
}

async fn adispatch_in<P: Payload>(place: Option<Place>, name: Text, data: P) -> Result<()> {
    let run = match place {
        Some(place) if place.is_closed() => return Err(outside(&name, true)),
        None => return Err(outside(&name, false)),
        Some(Place::Inside(run)) => run,
        Some(Place::Seen(run, seen)) => {
            run.hand_waits_to(&seen);
            seen
        }
    };
    let notified = run.tell_custom_and_wait(name, || data.into_payload());
    drop(run);
    match notified {
        Notified::Done => Ok(()),
        Notified::Wait(wait) => wait.await,
        Notified::Abort(error) => Err(error),
    }
}

fn outside(name: &Text, ended: bool) -> Error {
    let message = if ended {
        "custom events cannot be dispatched in a run that has ended"
    } else {
        "custom events can only be dispatched inside a run; in a task of one: spawn it with `thalweg::spawn`"
    };
    Error::new(ErrorKind::OutsideRun, message).with("event", name.clone())
}

/// A custom event as a type of its own, whose value is the data.
///
/// ```
/// use thalweg_core::callback::CustomEvent;
/// use thalweg_core::run::Run;
/// use thalweg_core::value::Dynamic;
/// use thalweg_core::{Chain, Config, Result};
///
/// #[derive(Debug, serde::Serialize)]
/// struct Progress {
///     done: u32,
/// }
///
/// impl CustomEvent for Progress {
///     const NAME: &'static str = "progress";
/// }
///
/// let work = Chain::new(|text: String| -> Result<String> {
///     Progress { done: 1 }.emit()?;
///     Ok(text)
/// });
/// let config = Config::new().on_custom_event(|_: &Run, name: &str, data: &Dynamic| {
///     assert_eq!(Progress::read(name, data).map(|progress| progress.done), Some(1));
/// });
/// work.invoke_blocking_with("go", config)?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait CustomEvent: Payload + Sized {
    /// The event's name.
    const NAME: &'static str;

    /// Dispatches it from inside the current run, as [`dispatch_custom_event`] does.
    ///
    /// # Errors
    /// As [`dispatch_custom_event`].
    fn emit(self) -> Result<()> {
        dispatch_custom_event(Text::from_static(Self::NAME), self)
    }

    /// As [`emit`](Self::emit), in a context given by hand.
    ///
    /// # Errors
    /// As [`dispatch_custom_event`].
    fn emit_in(self, context: &Context) -> Result<()> {
        dispatch_custom_event_in(context, Text::from_static(Self::NAME), self)
    }

    /// As [`emit`](Self::emit), and waits for those who hear it.
    ///
    /// # Errors
    /// As [`dispatch_custom_event`].
    fn emit_async(self) -> impl Future<Output = Result<()>> + Send {
        adispatch_custom_event(Text::from_static(Self::NAME), self)
    }

    /// As [`emit_async`](Self::emit_async), in a context given by hand.
    ///
    /// # Errors
    /// As [`dispatch_custom_event`].
    fn emit_async_in(self, context: &Context) -> impl Future<Output = Result<()>> + Send {
        adispatch_custom_event_in(context, Text::from_static(Self::NAME), self)
    }

    /// The event in what a handler hears, if it is one of this type.
    fn read<'a>(name: &str, data: &'a Dynamic) -> Option<&'a Self> {
        match data {
            Dynamic::Object(object) if name == Self::NAME => object.as_any().downcast_ref(),
            _ => None,
        }
    }
}
