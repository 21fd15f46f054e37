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
use crate::shared::SharedStream;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::Value;

/// As many streams of the same chunks.
pub(crate) fn tee<I: Value>(input: ChunkStream<I>, readers: usize) -> Vec<ChunkStream<I>> {
    if readers < 2 {
        return if readers == 1 { vec![input] } else { Vec::new() };
    }
    let kept = Kept { ended: false, items: VecDeque::new(), first: 0, open: readers };
    let shared =
        Arc::new(Shared { input: SharedStream::new(input, kept), waiting: Arc::new(Waiting::new(readers)) });
    (0..readers)
        .map(|index| Reader { shared: Arc::clone(&shared), index, position: 0 })
        .map(ChunkStream::of_source)
        .collect()
}

struct Shared<I: Value> {
    input: SharedStream<I, Kept<I>>,
    waiting: Arc<Waiting>,
}

struct Kept<I: Value> {
    /// Whether the input has ended.
    ended: bool,
    /// What some reader has not read yet, each with the number of those readers; it never falls from one to the next.
    items: VecDeque<(usize, Result<I::Chunk>)>,
    /// The position of the first that is kept.
    first: u64,
    /// How many readers there are.
    open: usize,
}

impl<I: Value> Kept<I> {
    /// What is kept at a position, for one of its readers.
    fn take(&mut self, position: u64) -> Option<Result<I::Chunk>> {
        let index = usize::try_from(position.checked_sub(self.first)?).ok()?;
        let (readers, item) = self.items.get_mut(index)?;
        if *readers > 1 {
            *readers -= 1;
            return Some(item.clone());
        }
        // The last one to read it. Nobody can still need an older one, so that it stands in front.
        self.first += 1;
        self.items.pop_front().map(|(_, item)| item)
    }
}

struct Reader<I: Value> {
    shared: Arc<Shared<I>>,
    index: usize,
    position: u64,
}

/// What a reader gets.
struct Read<C> {
    item: Option<Result<C>>,
    /// Whether it is the next of those that are kept.
    kept: bool,
    /// Whether it came from the input just now, while there are others who read it.
    news: bool,
}

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let (position, waiting) = (this.position, &this.shared.waiting);
        let known = |kept: &mut Kept<I>| match kept.take(position) {
            Some(item) => Some(Read { item: Some(item), kept: true, news: false }),
            None => kept.ended.then_some(Read { item: None, kept: false, news: false }),
        };
        // Whoever polls the input last may not be the one who polls it next: all who wait are woken.
        let waker = |kept: &Kept<I>, own: &Waker| {
            (kept.open > 1).then(|| {
                waiting.add(this.index, own);
                Waker::from(Arc::clone(waiting))
            })
        };
        let then = |kept: &mut Kept<I>, item: Option<Result<I::Chunk>>, _| {
            kept.ended = item.is_none();
            let others = kept.open - 1;
            if let (Some(item), 1..) = (&item, others) {
                kept.items.push_back((others, item.clone()));
            }
            Read { kept: item.is_some() && others > 0, item, news: others > 0 }
        };
        let read = ready!(this.shared.input.poll(cx, known, waker, then));
        this.position += u64::from(read.kept);
        if read.news {
            this.shared.waiting.remove(this.index);
            this.shared.waiting.wake_all();
        }
        Poll::Ready(read.item)
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.shared.input.is_snapshots()
    }
}

impl<I: Value> Drop for Reader<I> {
    fn drop(&mut self) {
        let position = &mut self.position;
        let left = self.shared.input.with(|kept| {
            kept.open -= 1;
            let mut left = Vec::new();
            while let Some(item) = kept.take(*position) {
                left.push(item);
                *position += 1;
            }
            left
        });
        // Dropped when nothing is locked any more.
        drop(left);
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
