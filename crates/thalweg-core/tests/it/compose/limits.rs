//! The concurrency limit of a whole tree, across parallel steps, lists and batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use thalweg_core::value::Dynamic;
use thalweg_core::{Config, Result, lambda, parallel};

use super::Step;
use crate::support::turn_away;

/// How many leaves run now, and how many did at most.
#[derive(Default)]
struct Busy {
    now: AtomicUsize,
    most: AtomicUsize,
}

fn leaf(busy: &Arc<Busy>) -> Step {
    let busy = Arc::clone(busy);
    lambda(move |value: Dynamic| {
        let busy = Arc::clone(&busy);
        async move {
            let now = busy.now.fetch_add(1, Ordering::SeqCst) + 1;
            busy.most.fetch_max(now, Ordering::SeqCst);
            for _ in 0..3 {
                turn_away().await;
            }
            busy.now.fetch_sub(1, Ordering::SeqCst);
            value
        }
    })
}

#[tokio::test]
async fn nested_compositions_share_one_limit() {
    for limit in [1, 2, 3, 8] {
        let busy = Arc::new(Busy::default());
        let leaf = || leaf(&busy);
        let three = || parallel! { "a": leaf(), "b": leaf(), "c": leaf() }.into_dynamic_output();
        let many = || three().each_dynamic();
        let whole_tree: Step =
            parallel! { "one": many(), "other": many() | many(), "leaf": leaf() }.into_dynamic_output();
        let config = Config::new().max_concurrency(limit);
        let input = || Dynamic::from(vec![1, 2, 3]);
        // The first branch of the second list takes objects, whose elements are their keys.
        let whole = whole_tree.invoke_with(input(), &config).await.unwrap();
        assert_eq!(busy.most.swap(0, Ordering::SeqCst), limit);
        assert_eq!(whole_tree.stream_with(input(), &config).fold().await.unwrap(), whole);
        assert_eq!(busy.most.swap(0, Ordering::SeqCst), limit);
        let results = whole_tree.batch_with([input(), input()], &config).await;
        assert_eq!(results.into_iter().collect::<Result<Vec<_>>>().unwrap(), [whole.clone(), whole]);
        assert_eq!(busy.most.swap(0, Ordering::SeqCst), limit);
        assert_eq!(busy.now.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn without_a_limit_all_run_at_once() {
    let busy = Arc::new(Busy::default());
    let chain = leaf(&busy).each_dynamic();
    chain.invoke(Dynamic::from((0..50).collect::<Vec<_>>())).await.unwrap();
    assert_eq!(busy.most.load(Ordering::SeqCst), 50);
}
