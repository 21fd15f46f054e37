//! Events of a chain that hands on chunks: through a channel, or from the reader's own poll.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::json;
use tokio::sync::mpsc;

use super::on_runtime;
use crate::work::{Repetition, texts};

/// All but the data is shared.
#[derive(Clone)]
struct Run {
    name: Arc<str>,
    id: Arc<str>,
    tags: Arc<[String]>,
    metadata: Arc<[(String, String)]>,
    parent_ids: Arc<[String]>,
}

impl Run {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            id: "00000000-0000-7000-8000-000000000000".into(),
            tags: Arc::new(["seq:step:1".to_owned()]),
            metadata: Arc::new([("ls_provider".to_owned(), "fake".to_owned())]),
            parent_ids: Arc::new(["00000000-0000-7000-8000-000000000001".to_owned()]),
        }
    }

    fn event<D>(&self, kind: Kind, data: D) -> Event<D> {
        let Self { name, id, tags, metadata, parent_ids } = self.clone();
        Event { kind, name, id, tags, metadata, parent_ids, data }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Start,
    Stream,
    End,
}

#[allow(dead_code, reason = "the reader only takes and drops it")]
struct Event<D> {
    kind: Kind,
    name: Arc<str>,
    id: Arc<str>,
    tags: Arc<[String]>,
    metadata: Arc<[(String, String)]>,
    parent_ids: Arc<[String]>,
    data: D,
}

type Texts = Event<String>;

/// Model and parser below one root, each telling of each chunk.
fn chain(texts: Arc<[String]>, tell: impl Fn(Texts) + Clone + Send + 'static) -> BoxStream<'static, String> {
    let [root, prompt, model, parser] =
        ["RunnableSequence", "Prompt", "FakeModel", "StrOutputParser"].map(Run::new);
    let mut i = 0;
    let say = tell.clone();
    let close = tell.clone();
    let chunks = stream::poll_fn(move |_| {
        if i == 0 {
            for run in [&root, &prompt, &model, &parser] {
                say(run.event(Kind::Start, String::new()));
            }
            say(prompt.event(Kind::End, String::new()));
        }
        let next = texts.get(i).cloned();
        i += 1;
        match &next {
            Some(text) => say(model.event(Kind::Stream, text.clone())),
            None => {
                for run in [&model, &parser, &root] {
                    close(run.event(Kind::End, String::new()));
                }
            }
        }
        std::task::Poll::Ready(next)
    });
    let parsed = Run::new("StrOutputParser");
    let parsing = tell.clone();
    let whole = Run::new("RunnableSequence");
    chunks
        .boxed()
        .map(move |text| {
            parsing(parsed.event(Kind::Stream, text.clone()));
            text
        })
        .boxed()
        .map(move |text| {
            tell(whole.event(Kind::Stream, text.clone()));
            text
        })
        .boxed()
}

/// The reader's poll drives the chain and takes from a queue of its own.
pub(crate) fn inline(n: usize) -> Repetition {
    let texts = texts(n);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let queue = Arc::new(Mutex::new(VecDeque::new()));
            let told = Arc::clone(&queue);
            let tell = move |event: Texts| {
                if let Ok(mut queue) = told.lock() {
                    queue.push_back(event);
                }
            };
            let mut stream = chain(texts, tell);
            let mut open = true;
            let events = stream::poll_fn(move |cx| {
                loop {
                    if let Some(event) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                        return std::task::Poll::Ready(Some(event));
                    }
                    if !open {
                        return std::task::Poll::Ready(None);
                    }
                    open = std::task::ready!(stream.poll_next_unpin(cx)).is_some();
                }
            });
            count(events).await
        }
    })
}

async fn count<D>(events: impl Stream<Item = Event<D>>) -> u64 {
    let mut events = std::pin::pin!(events);
    let mut items = 0;
    while let Some(event) = events.next().await {
        drop(black_box(event));
        items += 1;
    }
    items
}

/// A task drives the chain; events pass an unbounded channel.
pub(crate) fn unbounded(n: usize) -> Repetition {
    let texts = texts(n);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let (sender, mut receiver) = mpsc::unbounded_channel();
            tokio::spawn(async move {
                let tell = move |event| drop(sender.send(event));
                chain(texts, tell).for_each(|text| async move { drop(black_box(text)) }).await;
            });
            count(stream::poll_fn(move |cx| receiver.poll_recv(cx))).await
        }
    })
}

/// The same through a channel with room for 64: the events of each chunk are sent before the next is made.
pub(crate) fn bounded(n: usize) -> Repetition {
    let texts = texts(n);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let (sender, mut receiver) = mpsc::channel(64);
            tokio::spawn(async move {
                let told = Arc::new(Mutex::new(VecDeque::new()));
                let queue = Arc::clone(&told);
                let tell = move |event: Texts| {
                    if let Ok(mut queue) = queue.lock() {
                        queue.push_back(event);
                    }
                };
                let mut stream = chain(texts, tell);
                loop {
                    let next = stream.next().await;
                    while let Some(event) = told.lock().ok().and_then(|mut told| told.pop_front()) {
                        if sender.send(event).await.is_err() {
                            return;
                        }
                    }
                    if next.is_none() {
                        return;
                    }
                }
            });
            count(stream::poll_fn(move |cx| receiver.poll_recv(cx))).await
        }
    })
}

/// Custom events with a one-entry object, through an unbounded channel.
pub(crate) fn custom(n: usize) -> Repetition {
    on_runtime(move || async move {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let run = Run::new("RunnableLambda");
            for i in 0..n {
                let told = sender.send(run.event(Kind::Stream, json!({ "i": i })));
                if told.is_err() {
                    return;
                }
                // As an awaited dispatch would, so that the reader gets its turn now and then.
                tokio::task::coop::consume_budget().await;
            }
        });
        count(stream::poll_fn(move |cx| receiver.poll_recv(cx))).await
    })
}

/// Branches polled together; for each chunk the model, the parser, the branch and the root tell of it.
pub(crate) fn selected(branches: usize) -> Repetition {
    let texts = texts(100);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let (sender, mut receiver) = mpsc::unbounded_channel();
            tokio::spawn(async move {
                let root = Run::new("RunnableParallel");
                let branch = |_| {
                    let sender = sender.clone();
                    chain(Arc::clone(&texts), move |event| drop(sender.send(event)))
                };
                let all = stream::select_all((0..branches).map(branch));
                all.for_each(|text| {
                    let _ = sender.send(root.event(Kind::Stream, text));
                    async {}
                })
                .await;
            });
            count(stream::poll_fn(move |cx| receiver.poll_recv(cx))).await
        }
    })
}
