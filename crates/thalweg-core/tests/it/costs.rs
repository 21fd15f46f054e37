//! What runs and events cost, counted in allocations: nothing that nobody asked for.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use allocation_counter::measure;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use thalweg_core::callback::adispatch_custom_event;
use thalweg_core::event::{Event, EventFilter, EventStream};
use thalweg_core::message::AiMessageChunk;
use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
use thalweg_core::parser::StrOutputParser;
use thalweg_core::prompt::ChatPromptTemplate;
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Config, Context, Error, IntoContext, Result, lambda, passthrough};

/// Says `000 ` as often as asked.
struct Speaker(usize);

impl ChatModel for Speaker {
    fn name(&self) -> Cow<'_, str> {
        "Speaker".into()
    }

    fn params(&self, _options: &CallOptions) -> ModelParams {
        ModelParams::new("example", "speaker-1")
    }

    fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let mut left = self.0;
        stream::poll_fn(move |_| {
            let more = left.checked_sub(1).map(|rest| left = rest);
            Poll::Ready(more.map(|()| Ok(AiMessageChunk::new("000 ").into())))
        })
        .boxed()
    }
}

fn speaking(chunks: usize) -> Chain<Dynamic, String> {
    ChatPromptTemplate::from_template("Say {what}.").unwrap() | Chat::new(Speaker(chunks)) | StrOutputParser
}

/// Reads to the end what never waits, and counts the items.
fn read<T>(mut stream: impl futures_util::Stream<Item = Result<T>> + Unpin) -> u64 {
    let mut items = 0;
    while let Some(item) = stream.next().now_or_never().unwrap() {
        item.unwrap();
        items += 1;
    }
    items
}

/// How many more allocations a call with 2000 chunks takes than one with 1000, so that starting and ending do not count.
fn per_thousand(call: impl Fn(&Chain<Dynamic, String>) -> u64) -> u64 {
    let [few, many] = [speaking(1_000), speaking(2_000)].map(|chain| {
        call(&chain);
        measure(|| assert!(call(&chain) <= 1_000_000)).count_total
    });
    many - few
}

fn filtered(chain: &Chain<Dynamic, String>, context: impl IntoContext, filter: EventFilter) -> EventStream {
    chain.stream_events_with("hi", context, filter)
}

#[test]
fn unheard_chunks_allocate_nothing_but_themselves() {
    // The parser's text is a string.
    assert_eq!(per_thousand(|chain| read(chain.stream("hi"))), 1_000);
}

#[test]
fn filtered_out_events_allocate_nothing() {
    let nobody = || EventFilter::new().include_names(["nobody"]);
    let allocated = per_thousand(|chain| {
        let heard = read(filtered(chain, Context::root(), nobody()));
        assert_eq!(heard, 0);
        heard
    });
    assert_eq!(allocated, 1_000);
}

#[test]
fn events_that_were_read_are_gone() {
    // What is held at once is the text that adds up, which is the same with and without events.
    let held = |call: &dyn Fn(&Chain<Dynamic, String>) -> u64| {
        let [few, many] = [speaking(1_000), speaking(2_000)].map(|chain| {
            call(&chain);
            measure(|| assert!(call(&chain) > 0)).bytes_max
        });
        many - few
    };
    let names = || EventFilter::new().include_names(["Speaker"]);
    let events = held(&|chain| read(filtered(chain, Context::root(), names())));
    let all = held(&|chain| read(filtered(chain, Context::root(), EventFilter::new())));
    // Four bytes a chunk, in texts that grow by doubling; an event alone is larger than that.
    assert!(events < 32_000 && all < 64_000, "{events} {all}");
    assert!(size_of::<Event>() > 64);
}

#[test]
fn events_share_what_belongs_to_their_run() {
    let plain = per_thousand(|chain| read(filtered(chain, Context::root(), EventFilter::new())));
    let config = (0..50).fold(Config::new(), |config, i| {
        config.tag(format!("a tag that has to be allocated, number {i}")).metadata(format!("key {i}"), i)
    });
    let configured = per_thousand(|chain| read(filtered(chain, &config, EventFilter::new())));
    // The string, the event's chunk of the message, and the sums that grow by doubling.
    assert!(plain < 2_100, "{plain}");
    assert_eq!(configured, plain);
}

#[test]
fn v2_events_share_it_too() {
    let v2 = |chain: &Chain<Dynamic, String>, config: &Config| {
        read(chain.stream_events_v2_with("hi", config, EventFilter::new()))
    };
    let plain = per_thousand(|chain| v2(chain, &Config::new()));
    let config = (0..50).fold(Config::new(), |config, i| {
        config.tag(format!("a tag that has to be allocated, number {i}")).metadata(format!("key {i}"), i)
    });
    assert_eq!(per_thousand(|chain| v2(chain, &config)), plain);
    // The same object, in the default mode and in the compat mode.
    for compat in [false, true] {
        let config = config.clone().compat(compat);
        let events = speaking(3).stream_events_v2_with("hi", config, EventFilter::new());
        let events: Vec<_> = events.map(Result::unwrap).collect().now_or_never().unwrap();
        let parsed: Vec<_> = events.iter().filter(|event| event.name == "StrOutputParser").collect();
        assert!(parsed.len() >= 5, "{}", parsed.len());
        assert_eq!((parsed[0].event.as_str(), parsed[0].tags.len()), ("on_parser_start", 51));
        for event in &parsed[1..] {
            assert!(Arc::ptr_eq(&event.tags, &parsed[0].tags));
            assert!(Arc::ptr_eq(&event.parent_ids, &parsed[0].parent_ids));
        }
    }
}

#[test]
fn a_filter_by_tags_allocates_nothing_for_a_run() {
    let calls = |filter: EventFilter| {
        let chain = speaking(1);
        let call = || read(filtered(&chain, Context::root(), filter.clone()));
        call();
        measure(|| assert_eq!(call(), 0)).count_total
    };
    let by_name = calls(EventFilter::new().include_names(["a name that is not there, of some length"]));
    let by_tag = calls(EventFilter::new().include_tags(["a tag that is not there, of some length"]));
    assert_eq!(by_tag, by_name);
}

#[test]
fn depth_costs_no_allocation_per_event() {
    let nested = |chain: &Chain<Dynamic, String>| {
        let inner = (0..20)
            .fold(chain.clone(), |inner, i| inner.named(format!("level {i}")) | passthrough::<String>());
        read(filtered(&inner.named("root"), Context::root(), EventFilter::new().include_names(["Speaker"])))
    };
    let flat = |chain: &Chain<Dynamic, String>| {
        read(filtered(chain, Context::root(), EventFilter::new().include_names(["Speaker"])))
    };
    assert!(per_thousand(nested) < per_thousand(flat) + 100);
}

#[tokio::test]
async fn a_producer_in_a_task_waits_for_the_reader() {
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let chain = lambda(move |text: String| {
        let counter = Arc::clone(&counter);
        async move {
            let context = Context::current();
            let task = tokio::spawn(context.scope(async move {
                for i in 0..100_000_usize {
                    adispatch_custom_event("tick", i).await?;
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<(), Error>(())
            }));
            task.await.map_err(Error::other)??;
            Ok::<String, Error>(text)
        }
    });
    let mut events = chain.stream_events("hi");
    // The start, and the first tick that the task tells.
    for _ in 0..2 {
        events.next().await.unwrap().unwrap();
    }
    // Nobody reads on; the task gets many turns.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    let ahead = told.load(Ordering::Relaxed);
    assert!(ahead <= 512, "the producer is {ahead} events ahead of its reader");
    // Whoever reads on gets all of them.
    let mut ticks = 1;
    while let Some(event) = events.next().await {
        ticks += usize::from(matches!(event.unwrap().kind, thalweg_core::event::EventKind::Custom { .. }));
    }
    assert_eq!(ticks, 100_000);
}
