//! Streams of chunks through two steps.

use std::hint::black_box;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream, SelectAll, Stream, StreamExt};

use super::on_runtime;
use crate::work::{Repetition, texts};

/// A chunk of a message with a text of its own and a shared id.
struct Chunk {
    text: String,
    id: Arc<str>,
}

fn model(texts: Arc<[String]>) -> impl Stream<Item = Chunk> {
    let id: Arc<str> = "lc_run--00000000-0000-7000-8000-000000000000".into();
    let mut i = 0;
    stream::poll_fn(move |_| {
        let chunk = texts.get(i).map(|text| Chunk { text: text.clone(), id: Arc::clone(&id) });
        i += 1;
        std::task::Poll::Ready(chunk)
    })
}

fn adopt(chunk: Chunk) -> Chunk {
    black_box(chunk)
}

fn parse(chunk: Chunk) -> String {
    black_box(&chunk.id);
    chunk.text
}

async fn count(stream: impl Stream<Item = String>) -> u64 {
    let mut stream = std::pin::pin!(stream);
    let mut items = 0;
    while let Some(item) = stream.next().await {
        drop(black_box(item));
        items += 1;
    }
    items
}

/// Two steps, all inlined.
pub(crate) fn fixed(n: usize) -> Repetition {
    let texts = texts(n);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move { count(model(texts).map(adopt).map(parse)).await }
    })
}

/// Two steps, each behind a boxed stream.
pub(crate) fn boxed(n: usize) -> Repetition {
    let texts = texts(n);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let adopted: BoxStream<'_, Chunk> = model(texts).map(adopt).boxed();
            let parsed: BoxStream<'_, String> = adopted.map(parse).boxed();
            count(parsed).await
        }
    })
}

/// Many such streams, polled together.
pub(crate) fn selected(branches: usize) -> Repetition {
    let texts = texts(100);
    on_runtime(move || {
        let texts = Arc::clone(&texts);
        async move {
            let branch = |_| model(Arc::clone(&texts)).map(adopt).boxed().map(parse).boxed();
            let all: SelectAll<BoxStream<'_, String>> = stream::select_all((0..branches).map(branch));
            count(all).await
        }
    })
}
