//! Deadlines, timeouts and cancellation from outside.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use thalweg_core::model::{CallOptions, Llm, ModelParams, TextModel, TextRequest};
use thalweg_core::output::Generation;
use thalweg_core::{
    CancelToken, Chain, ChunkStream, Config, Context, ErrorKind, Result, Runnable, Timer, lambda, lambda_with,
};

use crate::support::{SlowWords, Tokio, invoking, slow, stream_lines, timed};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_timeout_closes_what_runs_inside_and_names_the_run() {
    let chain = slow("quick", SECOND) | slow("late", 10 * SECOND) | slow("never", SECOND);
    let (lines, error) = stream_lines(&invoking(&chain), "x", timed().timeout(5 * SECOND)).await;
    let error = error.unwrap();
    assert_eq!((error.kind(), error.fact("limit")), (ErrorKind::Timeout, Some("5s")));
    assert_eq!(error.run_path(), ["call"]);
    assert_eq!(
        lines[lines.len() - 3..],
        [
            "call/RunnableSequence/late[seq:step:2] cancelled",
            "call/RunnableSequence cancelled",
            "call error the run took too long",
        ]
    );
    assert_eq!(error.fact("kind"), Some("timeout"));

    let inner = (slow("quick", SECOND) | slow("late", 10 * SECOND)).named("inner");
    let bounded = inner.with_config(timed().timeout(5 * SECOND)) | slow("never", SECOND);
    let started = tokio::time::Instant::now();
    let error = bounded.invoke("x").await.unwrap_err();
    assert_eq!(error.run_path(), ["RunnableSequence", "inner"]);
    assert_eq!(started.elapsed(), 5 * SECOND);
    assert!(bounded.stream("x").fold().await.unwrap_err().kind() == ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_call_counts_from_its_first_poll() {
    let chain = slow("a", 2 * SECOND) | slow("b", 2 * SECOND);
    let config = timed().timeout(5 * SECOND);
    let invoked = chain.invoke_with("x", &config);
    let streamed = chain.stream_with("x", &config).fold();
    let transformed = chain.transform_with(ChunkStream::of("x".to_owned()), &config).fold();
    // One context for several calls, each with its own time.
    let context = Context::root().with_config(&config);
    let first = chain.invoke_with("x", &context);
    let second = chain.invoke_with("x", &context);
    for call in [invoked.boxed(), streamed.boxed(), transformed.boxed(), first.boxed(), second.boxed()] {
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(call.await.unwrap(), "x");
    }
    // A deadline is absolute.
    let late =
        chain.stream_with("x", timed().deadline((tokio::time::Instant::now() + 5 * SECOND).into_std()));
    tokio::time::sleep(10 * SECOND).await;
    let error = late.fold().await.unwrap_err();
    assert_eq!((error.kind(), error.fact("kind")), (ErrorKind::Timeout, Some("deadline")));
}

#[tokio::test(start_paused = true)]
async fn each_input_of_a_batch_has_its_own_time_from_its_turn() {
    let chain = slow("a", 2 * SECOND);
    let config = timed().timeout(3 * SECOND).max_concurrency(1);
    let results = chain.batch_with(["x"; 4], &config).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let results = chain.batch_with(["x"; 4], vec![config; 4]).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    // A deadline is that of all.
    let deadline = (tokio::time::Instant::now() + 5 * SECOND).into_std();
    let results = chain.batch_with(["x"; 4], timed().deadline(deadline).max_concurrency(1)).await;
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn a_step_has_its_time_from_its_own_start() {
    let bounded = |step: Chain<String, String>| step.with_config(timed().timeout(3 * SECOND));
    let upper = Chain::new(|text: String| text.to_uppercase());
    for step in
        [bounded(slow("b", 2 * SECOND)), bounded(upper), bounded(slow("c", SECOND) | slow("d", SECOND))]
    {
        let chain = slow("a", 10 * SECOND) | step;
        assert!(chain.invoke("x").await.is_ok());
        assert!(chain.stream("x").fold().await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_input_that_does_not_come_has_its_limits() {
    let never = || ChunkStream::<String>::new(futures_util::stream::pending());
    let through = Chain::new(|text: String| text) | |text: String| text;
    let whole = Chain::new(|text: String| text).retry(thalweg_core::RetryPolicy::new().no_wait());
    let retriever = Chain::new(Whole);
    for chain in [through, whole, retriever] {
        let started = tokio::time::Instant::now();
        let error = chain.transform_with(never(), timed().timeout(3 * SECOND)).fold().await.unwrap_err();
        assert_eq!((error.kind(), error.fact("limit")), (ErrorKind::Timeout, Some("3s")));
        assert_eq!(started.elapsed(), 3 * SECOND);
        let token = CancelToken::new();
        let out = chain.transform_with(never(), Config::new().cancel_token(token.clone())).fold();
        let (out, ()) = futures_util::future::join(out, async { token.cancel() }).await;
        assert_eq!(out.unwrap_err().kind(), ErrorKind::Cancelled);
    }
}

/// Takes a whole text and gives it whole, after ten seconds.
struct Whole;

impl Runnable<String> for Whole {
    type Out = String;

    async fn run(&self, input: String, _context: Context) -> Result<String> {
        tokio::time::sleep(10 * SECOND).await;
        Ok(input)
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_answer_is_the_first_chunk_of_a_stream() {
    let config = timed().first_chunk_timeout(5 * SECOND);
    let error = Chain::new(Whole).stream_with("x", &config).fold().await.unwrap_err();
    assert_eq!((error.fact("kind"), error.fact("limit")), (Some("first_chunk"), Some("5s")));
    assert_eq!(error.run_path(), ["Whole"]);
    // Nobody streams here.
    assert!(Chain::new(Whole).invoke_with("x", &config).await.is_ok());
}

/// A model that answers after two seconds, all at once or as it may stream.
struct Slow {
    streams: bool,
}

impl TextModel for Slow {
    fn name(&self) -> Cow<'_, str> {
        "Slow".into()
    }

    fn params(&self, _: &CallOptions) -> ModelParams {
        ModelParams::new("example", "slow-1")
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn stream(self: Arc<Self>, request: TextRequest) -> BoxStream<'static, Result<Generation>> {
        let answer = async move {
            tokio::time::sleep(2 * SECOND).await;
            Ok(Generation::chunk(request.prompt))
        };
        futures_util::stream::once(answer).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn models_keep_to_the_limits_of_their_call() {
    for streams in [false, true] {
        let model = Llm::new(Slow { streams });
        // Each prompt has its own time, from its turn.
        let config = timed().timeout(3 * SECOND).max_concurrency(1);
        assert_eq!(model.generate_with(["a", "b", "c"], &config).await.unwrap().runs.len(), 3);
        let call = model.clone().chain().stream_with("a", &config);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(call.fold().await.unwrap(), "a");
        // The first chunk of a model inside a streamed chain, whether or not the model streams.
        let chain = model.chain() | |text: String| text;
        let call = chain.stream_with("a", timed().first_chunk_timeout(SECOND));
        assert_eq!(call.fold().await.unwrap_err().fact("kind"), Some("first_chunk"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_longer_than_can_be_told_is_none() {
    let config =
        timed().timeout(Duration::MAX).first_chunk_timeout(Duration::MAX).idle_timeout(Duration::MAX);
    let words = Chain::new(SlowWords(vec![SECOND; 3]));
    assert_eq!(words.stream_with("a b c", config).fold().await.unwrap(), "a b c");
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_call_shows_inside_as_a_deadline() {
    let seen = lambda_with(|_: String, context: Context| async move {
        let left = context.deadline().map(|at| at - tokio::time::Instant::now().into_std());
        left.map_or(0, |left| left.as_secs())
    });
    let call = seen.invoke_with("", timed().timeout(5 * SECOND));
    tokio::time::sleep(10 * SECOND).await;
    assert_eq!(call.await.unwrap(), 5);
    let inner = seen.with_config(timed().timeout(3 * SECOND));
    let outer = lambda_with(move |text: String, context: Context| {
        let inner = inner.clone();
        async move { inner.invoke_with(text, context).await }
    });
    assert_eq!(outer.invoke_with("", timed().timeout(2 * SECOND)).await.unwrap(), 2);
    assert_eq!(outer.invoke_with("", timed().timeout(20 * SECOND)).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_for_everything_below() {
    let seen = lambda_with(|_: String, context: Context| async move { context.deadline().is_some() });
    let started = tokio::time::Instant::now();
    let config = timed().deadline(started.into_std() + 3 * SECOND);
    assert!(seen.invoke_with("", &config).await.unwrap());
    let chain = slow("a", 2 * SECOND) | slow("b", 2 * SECOND);
    assert_eq!(chain.invoke_with("", &config).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(started.elapsed(), 3 * SECOND);
    // A deadline that has passed lets nothing run.
    assert_eq!(chain.invoke_with("", &config).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(started.elapsed(), 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_first_chunk_and_the_gaps_have_their_own_limits() {
    let words = |times: &[u32]| Chain::new(SlowWords(times.iter().map(|t| *t * SECOND).collect()));
    let config = timed().first_chunk_timeout(5 * SECOND).idle_timeout(2 * SECOND);
    let text = |times: &[u32]| words(times).stream_with("a b c", &config).fold();
    assert_eq!(text(&[4, 1, 1]).await.unwrap(), "a b c");
    let late = text(&[6, 1, 1]).await.unwrap_err();
    assert_eq!((late.kind(), late.message()), (ErrorKind::Timeout, "no first chunk came in time"));
    assert_eq!((late.fact("limit"), late.fact("kind")), (Some("5s"), Some("first_chunk")));
    assert_eq!(late.run_path(), ["SlowWords"]);
    let gap = text(&[1, 1, 3]).await.unwrap_err();
    assert_eq!((gap.kind(), gap.message()), (ErrorKind::Timeout, "no further chunk came in time"));
    assert_eq!((gap.fact("limit"), gap.fact("kind")), (Some("2s"), Some("idle")));

    // What ran below is closed before.
    let (lines, _) = stream_lines(&(words(&[1, 1, 3]) | slow("late", SECOND)), "a b c", &config).await;
    assert_eq!(lines.last().unwrap(), "RunnableSequence error no first chunk came in time");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_its_time_does_not_make_a_stream_late() {
    let words = Chain::new(SlowWords(vec![SECOND; 3]));
    let mut stream = words.stream_with("a b c", timed().idle_timeout(2 * SECOND));
    let mut text = String::new();
    while let Some(chunk) = stream.next().await {
        text += &chunk.unwrap();
        tokio::time::sleep(60 * SECOND).await;
    }
    assert_eq!(text, "a b c");
}

#[tokio::test(start_paused = true)]
async fn a_token_cancels_the_whole_tree() {
    let chain = slow("a", SECOND) | slow("b", 10 * SECOND);
    for stream in [false, true] {
        let token = CancelToken::new();
        let canceller = token.clone();
        let task = tokio::spawn(async move {
            tokio::time::sleep(2 * SECOND).await;
            canceller.cancel();
        });
        let config = Config::new().cancel_token(token);
        let call = if stream { chain.clone() } else { invoking(&chain) };
        let started = tokio::time::Instant::now();
        let (lines, error) = stream_lines(&call, "x", &config).await;
        assert_eq!(started.elapsed(), 2 * SECOND);
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        let root = if stream { "" } else { "call/" };
        let last = &lines[lines.len() - if stream { 2 } else { 3 }..];
        assert_eq!(last[0], format!("{root}RunnableSequence/b[seq:step:2] cancelled"));
        assert_eq!(last[1], format!("{root}RunnableSequence cancelled"));
        assert!(stream || last[2] == "call cancelled");
        task.await.unwrap();
        // Nothing that has the token starts any more.
        assert_eq!(chain.invoke_with("x", config).await.unwrap_err().kind(), ErrorKind::Cancelled);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_a_stream_whose_input_does_not_come() {
    let token = CancelToken::new();
    let never = ChunkStream::new(futures_util::stream::pending());
    let chain = Chain::new(|text: String| text) | |text: String| text;
    let out = chain.transform_with(never, Config::new().cancel_token(token.clone()));
    let (out, ()) = futures_util::future::join(out.fold(), async {
        tokio::time::sleep(SECOND).await;
        token.cancel();
    })
    .await;
    assert_eq!(out.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn a_limit_without_a_timer_is_a_mistake_in_the_configuration() {
    let chain = Chain::new(|text: String| text);
    let result = chain.invoke_with("", Config::new().timeout(SECOND)).await;
    if cfg!(feature = "timer") {
        assert!(result.is_ok());
    } else {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Config);
    }
    assert!(chain.invoke_with("", Config::new().timer(Tokio).timeout(SECOND)).await.is_ok());
}

/// Waits on threads, so that it goes on while the thread of a call is blocked.
struct Threads;

impl Timer for Threads {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let over = CancelToken::new();
        let ends = over.clone();
        std::thread::spawn(move || {
            std::thread::sleep(duration);
            ends.cancel();
        });
        over.cancelled().boxed()
    }
}

#[test]
fn calls_that_block_keep_to_the_limits_around_them() {
    type Call = fn(&Chain<String, String>) -> Result<String>;
    let calls: [Call; 6] = [
        |chain| chain.invoke_blocking("x"),
        |chain| chain.invoke_blocking_with("x", Config::new().tag("own")),
        |chain| chain.stream_blocking("x").collect(),
        |chain| chain.batch_blocking(["x"]).remove(0),
        |chain| chain.try_batch_blocking(["x"]).map(|outputs| outputs.concat()),
        |chain| chain.batch_as_completed_blocking(["x"]).map(|(_, output)| output).collect(),
    ];
    for call in calls {
        let stuck = lambda(|_: String| std::future::pending::<String>()).named("stuck");
        let outer = Chain::new(move |_: String| call(&stuck)).named("outer");
        for (limit, kind) in [
            (Config::timeout as fn(Config, Duration) -> Config, ErrorKind::Timeout),
            (|config, limit| config.deadline(std::time::Instant::now() + limit), ErrorKind::Timeout),
            (|config, limit| config.cancel_token(in_time(limit)), ErrorKind::Cancelled),
        ] {
            let config = limit(Config::new().timer(Threads), Duration::from_millis(20));
            let error = outer.invoke_blocking_with("x", config).unwrap_err();
            assert_eq!((error.kind(), error.run_path()), (kind, &["outer".into(), "stuck".into()][..]));
        }
    }
}

/// A token that is cancelled after so long.
fn in_time(limit: Duration) -> CancelToken {
    let token = CancelToken::new();
    let ends = token.clone();
    std::thread::spawn(move || {
        std::thread::sleep(limit);
        ends.cancel();
    });
    token
}
