//! Tees: one input stream for several readers, each of which sees every chunk.
//!
//! The readers' demand drives the input. A chunk is kept until the slowest reader has it, and handed to that one
//! without a copy.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Wake, Waker, ready};

use futures_core::Stream;

use crate::error::Result;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::Value;

/// As many streams of the same chunks.
pub(crate) fn tee<I: Value>(input: ChunkStream<I>, readers: usize) -> Vec<ChunkStream<I>> {
    if readers < 2 {
        return if readers == 1 { vec![input] } else { Vec::new() };
    }
    let state =
        State { input: Some(input), snapshots: false, kept: VecDeque::new(), first: 0, open: readers };
    let shared = Arc::new(Shared { state: Mutex::new(state), waiting: Arc::new(Waiting::new(readers)) });
    (0..readers)
        .map(|index| Reader { shared: Arc::clone(&shared), index, position: 0 })
        .map(ChunkStream::of_source)
        .collect()
}

struct Shared<I: Value> {
    state: Mutex<State<I>>,
    waiting: Arc<Waiting>,
}

struct State<I: Value> {
    /// Gone when it has ended.
    input: Option<ChunkStream<I>>,
    snapshots: bool,
    /// What some reader has not read yet, each with the number of those readers; it never falls from one to the next.
    kept: VecDeque<(usize, Result<I::Chunk>)>,
    /// The position of the first that is kept.
    first: u64,
    /// How many readers there are.
    open: usize,
}

impl<I: Value> Shared<I> {
    fn lock(&self) -> MutexGuard<'_, State<I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I: Value> State<I> {
    /// The next of the input.
    fn poll_input(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<I::Chunk>>> {
        let Some(input) = &mut self.input else { return Poll::Ready(None) };
        let next = ready!(Pin::new(&mut *input).poll_next(cx));
        self.snapshots |= input.is_snapshots();
        if next.is_none() {
            self.input = None;
        }
        Poll::Ready(next)
    }

    /// What is kept at a position, for one of its readers.
    fn take(&mut self, position: u64) -> Option<Result<I::Chunk>> {
        let index = usize::try_from(position.checked_sub(self.first)?).ok()?;
        let (readers, item) = self.kept.get_mut(index)?;
        if *readers > 1 {
            *readers -= 1;
            return Some(item.clone());
        }
        // The last one to read it. Nobody can still need an older one, so that it stands in front.
        self.first += 1;
        self.kept.pop_front().map(|(_, item)| item)
    }
}

struct Reader<I: Value> {
    shared: Arc<Shared<I>>,
    index: usize,
    position: u64,
}

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let mut state = this.shared.lock();
        if let Some(item) = state.take(this.position) {
            this.position += 1;
            return Poll::Ready(Some(item));
        }
        if state.open == 1 {
            return state.poll_input(cx);
        }
        // Whoever polls the input last may not be the one who polls it next: all who wait are woken.
        this.shared.waiting.add(this.index, cx.waker());
        let waker = Waker::from(Arc::clone(&this.shared.waiting));
        let next = ready!(state.poll_input(&mut Poller::from_waker(&waker)));
        if let Some(item) = &next {
            let others = state.open - 1;
            state.kept.push_back((others, item.clone()));
            this.position += 1;
        }
        drop(state);
        this.shared.waiting.remove(this.index);
        this.shared.waiting.wake_all();
        Poll::Ready(next)
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.shared.lock().snapshots
    }
}

impl<I: Value> Drop for Reader<I> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.open -= 1;
        while state.take(self.position).is_some() {
            self.position += 1;
        }
        let input = if state.open == 0 { state.input.take() } else { None };
        drop(state);
        drop(input);
        self.shared.waiting.remove(self.index);
        // One that is alone from now on polls the input with its own waker.
        self.shared.waiting.wake_all();
    }
}

/// The readers that wait for the input.
struct Waiting(Mutex<Vec<Option<Waker>>>);

impl Waiting {
    fn new(readers: usize) -> Self {
        Self(Mutex::new(vec![None; readers]))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Waker>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, index: usize, waker: &Waker) {
        if let Some(slot) = self.lock().get_mut(index) {
            match slot {
                Some(own) => own.clone_from(waker),
                None => *slot = Some(waker.clone()),
            }
        }
    }

    fn remove(&self, index: usize) {
        if let Some(slot) = self.lock().get_mut(index) {
            *slot = None;
        }
    }

    fn wake_all(&self) {
        let wakers: Vec<_> = self.lock().iter_mut().filter_map(Option::take).collect();
        for waker in wakers {
            waker.wake();
        }
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}
