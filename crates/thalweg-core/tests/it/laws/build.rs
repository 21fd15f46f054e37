//! Chains as they are planned, in a world whose clock stands still and which knows who is at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use thalweg_core::callback::adispatch_custom_event;
use thalweg_core::event::EventStream;
use thalweg_core::model::{Chat, Cue, ScriptedChat};
use thalweg_core::parser::{JsonOutputParser, StrOutputParser};
use thalweg_core::runnable::{Branch, Fallbacks, InMemorySessions, Parallel, Routed, Router};
use thalweg_core::schema::Type;
use thalweg_core::tool::{One, Tool};
use thalweg_core::value::{Dynamic, Map, Value};
use thalweg_core::{
    Backoff, CancelToken, Chain, ChunkStream, Config, Error, Result, RetryPolicy, Runnable, Timer, assign,
    generator, lambda, vars,
};

use super::clock::Clock;
use super::plan::{How, Limit, Plan};
use crate::support::{fails, turn_away};

type Texts = Chain<String, String>;

/// Where chains are at work.
#[derive(Clone)]
pub(super) struct World {
    pub(super) clock: Clock,
    /// Held by every step that is at work.
    work: Arc<()>,
}

impl World {
    pub(super) fn new() -> Self {
        Self { clock: Clock::new(), work: Arc::new(()) }
    }

    /// What every call needs here.
    pub(super) fn config(&self) -> Config {
        Config::new().timer(self.clock.clone()).configurable("session_id", "one")
    }

    /// How many steps are at work, and how many wait for a time.
    pub(super) fn busy(&self) -> (usize, usize) {
        (Arc::strong_count(&self.work) - 1, self.clock.sleepers())
    }

    /// A function that is known to be at work until its future ends or is dropped. It holds its world weakly, for a
    /// chain outlives its calls.
    fn step<I: Value, O: Value, Fut>(
        &self,
        name: &'static str,
        function: impl Fn(I) -> Fut + Send + Sync + 'static,
    ) -> Chain<I, O>
    where
        Fut: Future<Output = Result<O>> + Send + 'static,
    {
        let work = Arc::downgrade(&self.work);
        let step = lambda(move |input: I| {
            let at_work = work.upgrade();
            let done = function(input);
            async move {
                let done = done.await;
                drop(at_work);
                done
            }
        });
        step.named(name)
    }

    pub(super) fn build(&self, plan: &Plan) -> Texts {
        let two = |a: &Plan, b: &Plan| (self.build(a), self.build(b));
        match plan {
            Plan::Upper => Chain::new(|text: String| text.to_uppercase()).named("upper"),
            Plan::Wait => self.step("wait", |text: String| async move {
                turn_away().await;
                Ok(text)
            }),
            Plan::Sleep(ticks) => {
                let (clock, ticks) = (self.clock.clone(), *ticks);
                self.step("sleep", move |text: String| {
                    let sleep = clock.sleep(time(ticks));
                    async move {
                        sleep.await;
                        Ok(text)
                    }
                })
            }
            Plan::Model(pace) => model(ScriptedChat::echo().pace(time(*pace))),
            Plan::BrokenModel => {
                model(ScriptedChat::new([Cue::from("word "), Cue::Fail(Error::other("the model broke"))]))
            }
            Plan::Json => json(),
            Plan::Letters(most) => letters(*most),
            Plan::Chunks => self.chunks(),
            Plan::Fails(n) => fails("fails", *n),
            Plan::Sequence(steps) => {
                let mut steps = steps.iter().map(|step| self.build(step));
                let first = steps.next().expect("a sequence has a step");
                steps.fold(first, Chain::then)
            }
            Plan::Named(inner) => {
                self.build(inner).with_config(Config::new().run_name("named").tag("tagged"))
            }
            Plan::Parallel(a, b) => {
                let both = Parallel::new().branch("a", self.build(a)).branch("b", self.build(b));
                // A streamed object has its keys in the order in which they came.
                both.into_chain() | |map: Map| ["a", "b"].map(|key| text(map.get(key))).concat()
            }
            Plan::Assign(inner) => {
                let object = Chain::new(|text: String| vars! { "text": text });
                let inner = Chain::new(|map: Map| text(map.get("text"))).then(self.build(inner));
                object
                    | assign! { "more": inner }
                    | |map: Map| ["text", "more"].map(|key| text(map.get(key))).concat()
            }
            Plan::Branch(a, b) => {
                let (a, b) = two(a, b);
                Branch::new().when(|text: String| text.len().is_multiple_of(2), a).otherwise(b)
            }
            Plan::Router(a, b) => {
                let (a, b) = two(a, b);
                let key = |text: String| {
                    let key = if text.contains('b') { "b" } else { "a" };
                    Routed::new(key, text)
                };
                Chain::new(key) | Router::new().route("a", a).route("b", b)
            }
            Plan::Retry(inner) => self.build(inner).retry(RetryPolicy::new().max_attempts(2).no_wait()),
            Plan::RetryLater(inner) => {
                let backoff = Backoff::new(time(2)).jitter(Duration::ZERO);
                self.build(inner).retry(RetryPolicy::new().max_attempts(2).backoff(backoff))
            }
            Plan::Fallbacks(a, b) => {
                let (a, b) = two(a, b);
                Fallbacks::new(a).or(b).into_chain()
            }
            Plan::Inside(inner) => self.inside(inner),
            Plan::Returns(inner) => {
                let inner = self.build(inner);
                Chain::new(move |_: String| inner.clone()).named("returns")
            }
            Plan::Each(inner) => {
                Chain::new(|text: String| words(&text)).named("words")
                    | self.build(inner).each()
                    | |words: Vec<String>| words.join(" ")
            }
            Plan::Batch(how, inner) => self.batch(*how, inner),
            Plan::History(inner) => self.history(inner),
            Plan::Tool(inner) => self.tool(inner),
            Plan::AtOnce(most, inner) => self.build(inner).with_config(Config::new().max_concurrency(*most)),
            Plan::Within(limit, ticks, inner) => self.within(*limit, *ticks, inner),
        }
    }

    fn chunks(&self) -> Texts {
        let work = Arc::downgrade(&self.work);
        let each = generator(move |chunks: ChunkStream<String>| {
            let at_work = work.upgrade();
            chunks.then(move |chunk| {
                let at_work = at_work.clone();
                async move {
                    turn_away().await;
                    drop(at_work);
                    chunk
                }
            })
        });
        each.named("chunks")
    }

    fn history(&self, inner: &Plan) -> Texts {
        let last = Chain::new(|messages: Dynamic| {
            messages.as_list().and_then(|list| list.iter().last().map(said)).unwrap_or_default()
        });
        let bound = last.named("last") | self.build(inner);
        let chain = bound.with_message_history(InMemorySessions::new().opener()).into_chain();
        Chain::new(|text: String| Dynamic::from(text)) | chain
    }

    fn tool(&self, inner: &Plan) -> Texts {
        let inner = self.build(inner);
        let tool = Tool::builder("tool", "Calls a chain.").arg("word", Type::Str).async_function(
            move |One(word): One<String>| {
                let inner = inner.clone();
                async move { inner.invoke(word).await }
            },
        );
        let object = Chain::new(|text: String| Dynamic::from(vars! { "word": text }));
        object | tool.chain() | |answer: Dynamic| text(Some(&answer))
    }

    fn inside(&self, inner: &Plan) -> Texts {
        let inner = self.build(inner);
        self.step("inside", move |text: String| {
            let inner = inner.clone();
            async move {
                adispatch_custom_event("before", text.clone()).await?;
                let text = inner.invoke(text).await?;
                adispatch_custom_event("after", text.clone()).await?;
                Ok(text)
            }
        })
    }

    fn batch(&self, how: How, inner: &Plan) -> Texts {
        let inner = self.build(inner);
        self.step("batch", move |text: String| {
            let inner = inner.clone();
            async move {
                let all = match how {
                    How::All => inner.batch(words(&text)).await.into_iter().collect::<Result<_>>()?,
                    How::FailFast => inner.try_batch(words(&text)).await?,
                    How::AsCompleted => {
                        let mut all: Vec<_> = inner.batch_as_completed(words(&text)).collect().await;
                        all.sort_by_key(|(position, _)| *position);
                        all.into_iter().map(|(_, result)| result).collect::<Result<_>>()?
                    }
                };
                Ok(all.join(" "))
            }
        })
    }

    fn within(&self, limit: Limit, ticks: u8, inner: &Plan) -> Texts {
        let config = match limit {
            Limit::Timeout => Config::new().timeout(time(ticks)),
            Limit::Deadline => Config::new().deadline(self.clock.now() + time(ticks)),
            Limit::FirstChunk => Config::new().first_chunk_timeout(time(ticks)),
            Limit::Idle => Config::new().idle_timeout(time(ticks)),
            Limit::Token => {
                let token = CancelToken::new();
                self.clock.alarm(time(ticks), token.clone());
                Config::new().cancel_token(token)
            }
        };
        self.build(inner).with_config(config)
    }
}

fn time(ticks: u8) -> Duration {
    Duration::from_millis(ticks.into())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn text(value: Option<&Dynamic>) -> String {
    value.and_then(Dynamic::as_str).unwrap_or_default().to_owned()
}

fn said(message: &Dynamic) -> String {
    match message {
        Dynamic::Message(message) => message.text().into_owned(),
        other => text(Some(other)),
    }
}

fn model(model: ScriptedChat) -> Texts {
    Runnable::<String>::into_chain(Chat::new(model)).then(StrOutputParser)
}

/// Gives the letters of its input one by one as they come; in its first two calls it fails after so many.
fn letters(most: usize) -> Texts {
    let calls = AtomicUsize::new(0);
    let letters = generator(move |chunks: ChunkStream<String>| {
        let most = if calls.fetch_add(1, Ordering::SeqCst) < 2 { most } else { usize::MAX };
        let letters = chunks.map_ok(|chunk| {
            let letters: Vec<_> = chunk.chars().map(|c| Ok(c.to_string())).collect();
            stream::iter(letters)
        });
        letters.try_flatten().enumerate().map(move |(i, letter)| {
            if i < most { letter } else { Err(Error::other(format!("failed after {i}"))) }
        })
    });
    letters.named("letters")
}

fn json() -> Texts {
    let answer = ["```json\n{\"a\": [1", ", 2.5, \"te", "xt\"], \"b\": nu", "ll}", "\n```"];
    let model: Chain<String, _> = Runnable::<String>::into_chain(Chat::new(ScriptedChat::new(answer)));
    model | JsonOutputParser::new() | |value: Dynamic| value.to_string()
}

/// The events of a call of the plan in a world of its own.
pub(super) fn call(plan: &Plan, input: &str, config: &Config) -> (World, EventStream) {
    let world = World::new();
    let config = world.config().merge(config.clone());
    let chain = world.build(plan);
    let events = chain.stream_events_with(input, config, thalweg_core::event::EventFilter::new());
    (world, events)
}
