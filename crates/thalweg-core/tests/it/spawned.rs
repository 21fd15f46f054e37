//! What leaves the task of its run: tasks and threads.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use thalweg_core::callback::{Listeners, RunRecord};
use thalweg_core::{
    CancelToken, Chain, Config, Context, Error, ErrorKind, Result, lambda, lambda_with, spawn, spawn_fn,
};
use tokio::task::JoinHandle;

use crate::support::{slow, stream_lines, timed};

const SECOND: Duration = Duration::from_secs(1);

type Task = JoinHandle<Result<Result<String>>>;

/// A function named `outer` that spawns a call of the chain, keeps the handle, and waits so long; with what it keeps
/// and how the chain's runs closed.
#[allow(clippy::type_complexity)]
fn spawning(
    inner: Chain<String, String>,
    waits: Duration,
) -> (Chain<String, String>, Arc<Mutex<Option<Task>>>, Arc<Mutex<Vec<String>>>) {
    let (kept, closed) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(Vec::new())));
    let note = |closed: &Arc<Mutex<Vec<String>>>| {
        let closed = Arc::clone(closed);
        move |record: &RunRecord| {
            let path: Vec<_> = record.run.path().iter().map(ToString::to_string).collect();
            let how = record.error.as_ref().map_or("end", |error| error.kind().as_str());
            closed.lock().unwrap().push(format!("{} {how}", path.join("/")));
        }
    };
    let inner = inner.with_listeners(Listeners::new().on_end(note(&closed)).on_error(note(&closed)));
    let keeps = Arc::clone(&kept);
    let outer = lambda(move |text: String| {
        let (inner, kept) = (inner.clone(), Arc::clone(&keeps));
        async move {
            let task = spawn(async move { inner.invoke(text).await }, tokio::spawn);
            *kept.lock().unwrap() = Some(task);
            tokio::time::sleep(waits).await;
            "done".to_owned()
        }
    });
    (outer.named("outer"), kept, closed)
}

#[tokio::test(start_paused = true)]
async fn what_a_task_runs_is_below_the_run_that_it_left() {
    let inner = slow("inner", SECOND);
    let outer = lambda(move |text: String| {
        let inner = inner.clone();
        async move {
            let task = spawn(async move { inner.invoke(text).await }, tokio::spawn);
            task.await.map_err(Error::other)??
        }
    });
    let (lines, error) = stream_lines(&outer.named("outer"), "x", Config::new().tag("job")).await;
    assert!(error.is_none());
    assert_eq!(
        lines,
        [
            "outer start",
            "outer/inner start",
            "outer/inner end \"x\"",
            "outer stream \"x\"",
            "outer end \"x\""
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_ends_with_its_run_however_that_ends() {
    let token = CancelToken::new();
    let canceller = token.clone();
    tokio::spawn(async move {
        // Two seconds into the second case.
        tokio::time::sleep(4 * SECOND).await;
        canceller.cancel();
    });
    let endings = [
        (timed().timeout(2 * SECOND), Err(ErrorKind::Timeout)),
        (Config::new().cancel_token(token), Err(ErrorKind::Cancelled)),
        // It ends well, without waiting for the task.
        (Config::new(), Ok("done".to_owned())),
    ];
    for (config, expected) in endings {
        let waits = if expected.is_ok() { 2 * SECOND } else { 60 * SECOND };
        let (outer, task, closed) = spawning(slow("inner", 30 * SECOND), waits);
        let started = tokio::time::Instant::now();
        let result = outer.invoke_with("x", config).await;
        assert_eq!(result.map_err(|error| error.kind()), expected);
        let task = task.lock().unwrap().take().unwrap();
        // A token of the user's ends the call in the task too, whoever hears of it first.
        let error = task.await.unwrap().and_then(|result| result).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert_eq!(*closed.lock().unwrap(), ["outer/inner cancelled"]);
        assert_eq!(started.elapsed(), 2 * SECOND);
    }
    // Dropped halfway.
    let (outer, task, closed) = spawning(slow("inner", 30 * SECOND), 60 * SECOND);
    assert!(tokio::time::timeout(SECOND, outer.invoke("x")).await.is_err());
    let task = task.lock().unwrap().take().unwrap();
    assert_eq!(task.await.unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(*closed.lock().unwrap(), ["outer/inner cancelled"]);
    // A task that is done before its run ends gives what it has.
    let (outer, task, closed) = spawning(slow("inner", SECOND), 2 * SECOND);
    assert_eq!(outer.invoke("x").await.unwrap(), "done");
    let task = task.lock().unwrap().take().unwrap();
    assert_eq!(task.await.unwrap().unwrap().unwrap(), "x");
    assert_eq!(*closed.lock().unwrap(), ["outer/inner end"]);
}

#[tokio::test(start_paused = true)]
async fn limits_for_chunks_are_not_for_calls_in_a_task() {
    let whole = slow("whole", 10 * SECOND);
    let outer = lambda(move |text: String| {
        let whole = whole.clone();
        async move {
            let task = spawn(async move { whole.stream(text).fold().await }, tokio::spawn);
            task.await.map_err(Error::other)??
        }
    });
    let config = timed().first_chunk_timeout(SECOND).idle_timeout(SECOND);
    assert_eq!(outer.invoke_with("x", config).await.unwrap(), "x");
}

#[tokio::test(start_paused = true)]
async fn a_task_with_the_scope_alone_goes_on() {
    let kept: Arc<Mutex<Option<JoinHandle<Result<String>>>>> = Arc::default();
    let keeps = Arc::clone(&kept);
    let inner = slow("inner", 30 * SECOND);
    let outer = lambda_with(move |text: String, context: Context| {
        let inner = inner.clone();
        *keeps.lock().unwrap() = Some(tokio::spawn(context.scope(async move { inner.invoke(text).await })));
        async { String::new() }
    });
    outer.invoke("x").await.unwrap();
    let task = kept.lock().unwrap().take().unwrap();
    assert_eq!(task.await.unwrap().unwrap(), "x");
}

#[tokio::test]
async fn a_run_that_has_ended_takes_nothing_on() {
    let left = lambda_with(|_: String, context: Context| async move { context.run().cloned().is_some() });
    let kept: Arc<Mutex<Option<Context>>> = Arc::default();
    let keeps = Arc::clone(&kept);
    let outer = lambda_with(move |_: String, context: Context| {
        *keeps.lock().unwrap() = Some(context);
        async { String::new() }
    });
    outer.invoke("x").await.unwrap();
    let context = kept.lock().unwrap().take().unwrap();
    let task = context.spawn(async { 1 }, tokio::spawn);
    assert_eq!(task.await.unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    // Outside a run nothing ends it.
    let task = Context::root().spawn(async move { left.invoke("").await }, tokio::spawn);
    assert!(task.await.unwrap().unwrap().unwrap());
}

#[tokio::test]
async fn calls_of_a_thread_end_with_its_run() {
    let (began, begins) = mpsc::channel();
    let (ended, ends) = mpsc::channel();
    let begins = Mutex::new(Some(begins));
    let pending = lambda(move |_: String| {
        began.send(()).unwrap();
        std::future::pending::<String>()
    });
    let outer = Chain::new(move |text: String| {
        let (pending, ended) = (pending.clone(), ended.clone());
        let tags = Context::current().tags().len();
        let thread = move || {
            assert_eq!(Context::current().tags().len(), tags);
            // In it while the run ends, and made when it has ended.
            let in_it = pending.invoke_blocking(text).unwrap_err();
            let after = Chain::new(|text: String| text).invoke_blocking("").unwrap_err();
            ended.send((in_it, after)).unwrap();
        };
        let _handle = spawn_fn(thread, std::thread::spawn);
        let begins = begins.lock().unwrap().take().unwrap();
        begins.recv().unwrap();
        "done".to_owned()
    });
    assert_eq!(outer.invoke_with("x", Config::new().tag("job")).await.unwrap(), "done");
    let (in_it, after) = ends.recv().unwrap();
    assert_eq!((in_it.kind(), after.kind()), (ErrorKind::Cancelled, ErrorKind::Cancelled));
}
