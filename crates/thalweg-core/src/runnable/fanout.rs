//! Fanning out: children of one run beside each other, within the limit that their tree shares.
//!
//! Nothing is spawned: whoever polls the parent drives its children, and each that has been woken gets its turn.

use std::future::Future;
use std::iter::Enumerate;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use pin_project_lite::pin_project;

use crate::context::Context;
use crate::run::{Acquire, Limit, Permit};

/// The right of one child to run.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Nothing is limited.
    Free,
    /// The parent's own permit.
    Parents,
    /// An extra permit; dropping it gives it back.
    Extra(Permit),
}

/// Hands out turns to the children of one parent: one runs on the parent's permit, the others on extra ones.
pub(crate) struct Turns {
    limit: Option<Arc<Limit>>,
    parents_free: bool,
    waiting: Option<Acquire>,
}

impl Turns {
    /// The turns below a context.
    pub(crate) fn new(context: &Context) -> Self {
        Self { limit: context.limit().cloned(), parents_free: true, waiting: None }
    }

    /// Turns without a limit.
    pub(crate) fn unlimited() -> Self {
        Self { limit: None, parents_free: true, waiting: None }
    }

    /// The turn for the next child. One that is asked for and not needed any more is left in the queue until
    /// [`Turns::stop`].
    pub(crate) fn poll_turn(&mut self, cx: &mut Poller<'_>) -> Poll<Turn> {
        let Some(limit) = &self.limit else { return Poll::Ready(Turn::Free) };
        if self.parents_free {
            self.parents_free = false;
            return Poll::Ready(Turn::Parents);
        }
        let waiting = self.waiting.get_or_insert_with(|| limit.acquire());
        let permit = std::task::ready!(Pin::new(waiting).poll(cx));
        self.waiting = None;
        Poll::Ready(Turn::Extra(permit))
    }

    /// Takes a child's turn back when it has ended.
    pub(crate) fn give_back(&mut self, turn: Turn) {
        match turn {
            Turn::Parents => self.parents_free = true,
            Turn::Extra(permit) => drop(permit),
            Turn::Free => {}
        }
    }

    /// Asks for no further turn.
    pub(crate) fn stop(&mut self) {
        self.waiting = None;
    }
}

/// Children's futures beside each other, as a stream of their outputs as they complete, each with its position.
///
/// Children start in order, each when its turn comes; `children` makes a child's future only then. Dropping
/// the fan-out cancels those that run.
#[must_use = "streams do nothing unless polled"]
pub(crate) struct Fanout<C: Iterator> {
    running: FuturesUnordered<Child<C::Item>>,
    children: Enumerate<C>,
    turns: Turns,
}

impl<C: ExactSizeIterator<Item: Future>> Fanout<C> {
    /// A fan-out of these children, limited as `context` says.
    pub(crate) fn new(context: &Context, children: C) -> Self {
        Self::with_turns(Turns::new(context), children)
    }

    /// A fan-out of these children with these turns.
    pub(crate) fn with_turns(turns: Turns, children: C) -> Self {
        Self { running: FuturesUnordered::new(), children: children.enumerate(), turns }
    }
}

impl<C: Iterator> Unpin for Fanout<C> {}

impl<C: ExactSizeIterator<Item: Future>> Stream for Fanout<C> {
    type Item = (usize, <C::Item as Future>::Output);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while this.children.len() > 0 {
            let Poll::Ready(turn) = this.turns.poll_turn(cx) else { break };
            match this.children.next() {
                Some((index, future)) => this.running.push(Child { future, index, turn: Some(turn) }),
                None => this.turns.give_back(turn),
            }
        }
        if this.children.len() == 0 {
            this.turns.stop();
        }
        match Pin::new(&mut this.running).poll_next(cx) {
            Poll::Ready(Some((index, turn, output))) => {
                if let Some(turn) = turn {
                    this.turns.give_back(turn);
                }
                Poll::Ready(Some((index, output)))
            }
            // If none runs the parent's permit is free, so that no child can be left.
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.running.len() + self.children.len();
        (left, Some(left))
    }
}

pin_project! {
    /// One child that runs. The future comes before its turn, so that it is gone when another child gets the turn.
    struct Child<F> {
        #[pin]
        future: F,
        index: usize,
        turn: Option<Turn>,
    }
}

impl<F: Future> Future for Child<F> {
    type Output = (usize, Option<Turn>, F::Output);

    fn poll(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.future.poll(cx).map(|output| (*this.index, this.turn.take(), output))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::stream::StreamExt;
    use futures_util::{FutureExt, pin_mut};

    use super::*;
    use crate::Config;
    use crate::block_on::block_on;

    fn limited(most: usize) -> Context {
        Context::root().with_config(&Config::new().max_concurrency(most))
    }

    /// Waits once, so that others get their turn.
    async fn turn_away() {
        let mut waited = false;
        futures_util::future::poll_fn(|cx| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Fans out to `width` children, each of which does the same `depth` levels down.
    fn tree<'a>(
        context: &'a Context,
        depth: usize,
        width: usize,
        busy: &'a AtomicUsize,
        most: &'a AtomicUsize,
    ) -> futures_util::future::BoxFuture<'a, usize> {
        async move {
            if depth == 0 {
                let now = busy.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                for _ in 0..3 {
                    turn_away().await;
                }
                busy.fetch_sub(1, Ordering::SeqCst);
                return 1;
            }
            let children = (0..width).map(|_| tree(context, depth - 1, width, busy, most));
            Fanout::new(context, children)
                .map(|(_, leaves)| leaves)
                .fold(0, |a, b| async move { a + b })
                .await
        }
        .boxed()
    }

    #[test]
    fn a_whole_tree_keeps_to_its_limit_and_comes_to_its_end() {
        for limit in [0, 1, 2, 3, 7] {
            let (busy, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            assert_eq!(block_on(tree(&limited(limit), 3, 4, &busy, &most)), 64);
            assert_eq!(most.into_inner(), limit.max(1));
        }
    }

    #[test]
    fn an_inner_limit_keeps_to_the_outer_one() {
        for (outer, inner) in [(2, 5), (5, 2)] {
            let context = limited(outer).with_config(&Config::new().max_concurrency(inner));
            let (busy, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            assert_eq!(block_on(tree(&context, 2, 6, &busy, &most)), 36);
            assert_eq!(most.into_inner(), 2);
        }
    }

    #[test]
    fn children_start_in_order_and_come_with_their_positions() {
        let started = Mutex::new(Vec::new());
        let children = (0..5).map(|i| {
            let started = &started;
            async move {
                started.lock().unwrap().push(i);
                if i == 0 {
                    turn_away().await;
                }
                i * 10
            }
        });
        let mut done: Vec<_> = block_on(Fanout::new(&limited(2), children).collect());
        assert_eq!(*started.lock().unwrap(), [0, 1, 2, 3, 4]);
        done.sort_unstable();
        assert_eq!(done, [(0, 0), (1, 10), (2, 20), (3, 30), (4, 40)]);
    }

    #[test]
    fn what_is_dropped_gives_its_permits_back() {
        let context = limited(3);
        let pending = || (0..9).map(|_| std::future::pending::<()>());
        let one = Fanout::new(&context, pending());
        let other = Fanout::new(&context, pending());
        pin_mut!(one);
        {
            pin_mut!(other);
            assert!(one.next().now_or_never().is_none());
            assert!(other.next().now_or_never().is_none());
            assert_eq!((one.running.len(), other.running.len()), (3, 1));
        }
        assert!(one.next().now_or_never().is_none());
        assert_eq!(one.running.len(), 3);
        one.set(Fanout::new(&context, pending()));
        assert!(one.next().now_or_never().is_none());
        assert_eq!(one.running.len(), 3);
    }
}
