//! Three boxed async closures, one after the other.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::on_runtime;
use crate::work::Repetition;

type Step = Box<dyn Fn(i64) -> Pin<Box<dyn Future<Output = i64> + Send>> + Send + Sync>;

fn step<F: Future<Output = i64> + Send + 'static>(
    function: impl Fn(i64) -> F + Send + Sync + 'static,
) -> Step {
    Box::new(move |x| Box::pin(function(x)))
}

fn three() -> Arc<[Step; 3]> {
    Arc::new([step(|x| async move { x + 1 }), step(|x| async move { x * 2 }), step(|x| async move { x - 3 })])
}

/// Nothing but the steps.
pub(crate) fn boxed(n: usize) -> Repetition {
    let steps = three();
    on_runtime(move || {
        let steps = Arc::clone(&steps);
        async move {
            for i in 0..n {
                let mut x = i64::try_from(i).unwrap_or_default();
                for step in black_box(&*steps) {
                    x = step(x).await;
                }
                black_box(x);
            }
            n as u64
        }
    })
}

/// Who is told of starts and ends.
trait Handler: Send + Sync {
    fn start(&self, run: &Run, input: i64);
    fn end(&self, run: &Run, output: i64);
}

#[allow(dead_code, reason = "the handler could read it")]
struct Run {
    name: Arc<str>,
    parent: Option<Arc<Run>>,
    tags: Vec<String>,
}

struct Counter(AtomicU64);

impl Handler for Counter {
    fn start(&self, run: &Run, input: i64) {
        black_box((run, input));
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self, run: &Run, output: i64) {
        black_box((run, output));
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The root and each step tell a handler of their start and end.
pub(crate) fn told(n: usize) -> Repetition {
    let steps = three();
    let handler: Arc<dyn Handler> = Arc::new(Counter(AtomicU64::new(0)));
    let name: Arc<str> = "RunnableLambda".into();
    on_runtime(move || {
        let (steps, handler, name) = (Arc::clone(&steps), Arc::clone(&handler), Arc::clone(&name));
        async move {
            for i in 0..n {
                let mut x = i64::try_from(i).unwrap_or_default();
                let root = Arc::new(Run { name: Arc::clone(&name), parent: None, tags: Vec::new() });
                handler.start(&root, x);
                for (number, step) in black_box(&*steps).iter().enumerate() {
                    let tags = vec![format!("seq:step:{}", number + 1)];
                    let run =
                        Arc::new(Run { name: Arc::clone(&name), parent: Some(Arc::clone(&root)), tags });
                    handler.start(&run, x);
                    x = step(x).await;
                    handler.end(&run, x);
                }
                handler.end(&root, x);
                black_box(x);
            }
            n as u64
        }
    })
}
