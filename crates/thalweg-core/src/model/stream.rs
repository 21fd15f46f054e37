//! One call of a model for a stream: the hot path of every chain.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::CallOptions;
use super::chat::{contradiction, nothing_generated};
use super::family::{Family, Shape};
use super::runnable::Model;
use crate::ambient::{Place, visit};
use crate::engine::{OpenRun, Watch, generator_exit, tell};
use crate::error::{Error, Result};
use crate::event::{EventMask, Notified};
use crate::output::LlmResult;
use crate::run::Run;
use crate::stream::ChunkStream;
use crate::value::{Text, Value};

/// The id of the message that a run makes.
pub(super) fn message_id(run: &Arc<Run>) -> Text {
    Text::from(format!("lc_run--{}", run.id()))
}

/// Streams the model's answer inside `run`.
pub(super) fn stream<F: Family>(
    model: Arc<Model<F>>,
    prompt: F::Prompt,
    options: CallOptions,
    run: Arc<Run>,
) -> ChunkStream<F::Out> {
    let id = message_id(&run);
    let open = OpenRun::new(run);
    // In compat mode the call fails where the pieces do not add up.
    let adds_up = open.hears(EventMask::END.union(EventMask::ERROR)) || open.run().scope().compat;
    let sum = adds_up.then(F::Sum::default);
    ChunkStream::new(ModelStream::<F> {
        pieces: None,
        place: open.place(),
        quiet: !open.hears(EventMask::ALL),
        id,
        sum,
        last: None,
        any: false,
        contradicts: false,
        state: State::Idle { model, prompt: Some(prompt), options: Some(options) },
        open,
    })
}

/// A model's pieces on their way. What is below the run comes first, so that it is dropped first.
struct ModelStream<F: Family> {
    pieces: Option<BoxStream<'static, Result<F::Piece>>>,
    place: Place,
    /// Whether nobody hears anything of the run.
    quiet: bool,
    id: Text,
    sum: Option<F::Sum>,
    /// How the stream has to be closed, as long as the last piece did not.
    last: Option<Shape>,
    any: bool,
    /// Whether a piece did not fit the sum.
    contradicts: bool,
    state: State<F>,
    open: OpenRun,
}

enum State<F: Family> {
    Idle {
        model: Arc<Model<F>>,
        prompt: Option<F::Prompt>,
        options: Option<CallOptions>,
    },
    Starting {
        model: Arc<Model<F>>,
        prompt: Option<F::Prompt>,
        options: Option<CallOptions>,
        watch: Option<Box<Watch>>,
        wait: Wait,
    },
    Open,
    Telling {
        wait: Wait,
        piece: Option<F::Piece>,
        closing: bool,
    },
    Closing {
        wait: Wait,
        error: Option<Error>,
    },
    Done,
}

/// Something to wait for; `None` is ready.
type Wait = Option<BoxFuture<'static, Result<()>>>;

fn poll_wait(wait: &mut Wait, cx: &mut Poller<'_>) -> Poll<Result<()>> {
    match wait {
        None => Poll::Ready(Ok(())),
        Some(future) => future.as_mut().poll(cx),
    }
}

fn to_wait(notified: Notified) -> Wait {
    match notified {
        Notified::Done => None,
        Notified::Wait(wait) => Some(wait),
        Notified::Abort(error) => Some(Box::pin(std::future::ready(Err(error)))),
    }
}

impl<F: Family> Unpin for ModelStream<F> {}

impl<F: Family> ModelStream<F> {
    fn fail(&mut self, error: Error) {
        let error = self.open.locate(error);
        self.pieces = None;
        let sum = self.sum.take();
        let any = self.any;
        let told = self.open.fail_now(&error, || {
            let sum = sum.filter(|_| any).and_then(F::sum);
            (Some(F::partial(sum, true).into()), None)
        });
        self.state = State::Closing { wait: to_wait(told), error: Some(error) };
    }

    fn end(&mut self) {
        self.pieces = None;
        if !self.any {
            let error = self.open.locate(nothing_generated());
            let told = self.open.fail_now(&error, || (Some(LlmResult::default().into()), None));
            self.state = State::Closing { wait: to_wait(told), error: Some(error) };
            return;
        }
        if self.contradicts && self.open.run().scope().compat {
            // There nobody hears of a run that ends like this.
            let error = self.open.locate(contradiction());
            self.open.run().close();
            self.state = State::Closing { wait: None, error: Some(error) };
            return;
        }
        let sum = self.sum.take();
        let run = Arc::clone(self.open.run());
        let told = self.open.end_now(|| {
            let generation = sum.and_then(F::sum).into_iter().collect();
            let result =
                LlmResult { generations: vec![generation], runs: vec![run.id()], ..LlmResult::default() };
            (result.into(), None)
        });
        self.state = State::Closing { wait: to_wait(told), error: None };
    }
}

impl<F: Family> Drop for ModelStream<F> {
    fn drop(&mut self) {
        if self.open.is_left() {
            let sum = self.sum.take().filter(|_| self.any).and_then(F::sum);
            tell(self.open.fail_now(&generator_exit(), || (Some(F::partial(sum, true).into()), None)));
        }
    }
}

impl<F: Family> Stream for ModelStream<F> {
    type Item = Result<<F::Out as Value>::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Open => {
                    let Some(pieces) = &mut this.pieces else { return Poll::Ready(None) };
                    match ready!(visit(&mut this.place, || pieces.as_mut().poll_next(cx))) {
                        Some(Ok(mut piece)) => {
                            F::adopt(&mut piece, &this.id);
                            let told = if this.quiet {
                                Notified::Done
                            } else {
                                this.open.stream_now(|| F::piece_to_dynamic(&piece))
                            };
                            if let Notified::Done = told {
                                this.any = true;
                                if let Some(sum) = &mut this.sum {
                                    this.contradicts |= !F::push(sum, &piece);
                                }
                                this.last = F::open_after(&piece);
                                return Poll::Ready(Some(Ok(F::into_chunk(piece))));
                            }
                            this.state =
                                State::Telling { wait: to_wait(told), piece: Some(piece), closing: false };
                        }
                        Some(Err(error)) => this.fail(error),
                        None => match this.last.take().and_then(|shape| F::closing(shape, &this.id)) {
                            Some(piece) => {
                                let told = this.open.stream_now(|| F::piece_to_dynamic(&piece));
                                let wait = to_wait(told);
                                this.state = State::Telling { wait, piece: Some(piece), closing: true };
                            }
                            None => this.end(),
                        },
                    }
                }
                State::Telling { wait, piece, closing } => {
                    let told = ready!(poll_wait(wait, cx));
                    let (piece, closing) = (piece.take(), *closing);
                    this.state = State::Open;
                    match (told, piece) {
                        (Err(error), _) => this.fail(error),
                        (Ok(()), None) => {}
                        (Ok(()), Some(piece)) => {
                            if !closing {
                                this.any = true;
                                if let Some(sum) = &mut this.sum {
                                    this.contradicts |= !F::push(sum, &piece);
                                }
                                this.last = F::open_after(&piece);
                            }
                            return Poll::Ready(Some(Ok(F::into_chunk(piece))));
                        }
                    }
                }
                State::Idle { model, prompt, options } => {
                    let watch = Watch::begin(this.open.run());
                    let told =
                        this.open.start_now(|| prompt.as_ref().map(|prompt| F::prompt_to_dynamic(prompt)));
                    this.state = State::Starting {
                        model: Arc::clone(model),
                        prompt: prompt.take(),
                        options: options.take(),
                        watch,
                        wait: to_wait(told),
                    };
                }
                State::Starting { model, prompt, options, watch, wait } => {
                    if let Err(error) = ready!(poll_wait(wait, cx)) {
                        this.state = State::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    if let (Some(prompt), Some(options)) = (prompt.take(), options.take()) {
                        let pieces = visit(&mut this.place, || model.pieces(prompt, options));
                        this.pieces = Some(match watch.take() {
                            None => pieces,
                            Some(watch) => Box::pin(watch.stream(pieces)),
                        });
                    }
                    this.state = State::Open;
                }
                State::Closing { wait, error } => {
                    let told = ready!(poll_wait(wait, cx));
                    let error = match error.take() {
                        Some(error) => Some(this.open.after_failure(error, told)),
                        None => told.err().map(|error| this.open.locate(error)),
                    };
                    this.state = State::Done;
                    return Poll::Ready(error.map(Err));
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }
}
