//! Chains written down, so that they can be chosen at random, shown, and made as often as needed.

use proptest::prelude::*;

/// A chain of texts, written down.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Upper,
    /// Waits once.
    Wait,
    /// Waits for a time.
    Sleep(u8),
    /// A model that says its last message word by word, so long after each other, and a parser.
    Model(u8),
    /// A model that fails after a word.
    BrokenModel,
    /// A model that writes JSON, and a parser that shows it while it is written.
    Json,
    /// Letters as they come, in the first calls failing after so many.
    Letters(usize),
    /// A function over the chunks as they come, waiting after each.
    Chunks,
    /// Fails in its first calls.
    Fails(u32),
    Sequence(Vec<Self>),
    Named(Box<Self>),
    Parallel(Box<Self>, Box<Self>),
    /// An object with two entries, of which one is added by a chain.
    Assign(Box<Self>),
    Branch(Box<Self>, Box<Self>),
    Router(Box<Self>, Box<Self>),
    Retry(Box<Self>),
    /// Tries again after a time.
    RetryLater(Box<Self>),
    Fallbacks(Box<Self>, Box<Self>),
    /// A function that invokes a chain and tells of it.
    Inside(Box<Self>),
    /// A function that returns a chain.
    Returns(Box<Self>),
    /// A chain for each word.
    Each(Box<Self>),
    /// A function that calls a batch of a chain for each word.
    Batch(How, Box<Self>),
    /// A chain with a memory.
    History(Box<Self>),
    /// A tool that calls a chain.
    Tool(Box<Self>),
    /// No more than so many at once.
    AtOnce(usize, Box<Self>),
    /// No longer than so many ticks.
    Within(Limit, u8, Box<Self>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    All,
    FailFast,
    AsCompleted,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    Timeout,
    Deadline,
    FirstChunk,
    Idle,
    Token,
}

/// Plans, with time limits or without.
pub(super) fn plans(limits: bool) -> BoxedStrategy<Plan> {
    let leaf = prop_oneof![
        Just(Plan::Upper),
        Just(Plan::Wait),
        (1_u8..4).prop_map(Plan::Sleep),
        (0_u8..3).prop_map(Plan::Model),
        Just(Plan::BrokenModel),
        Just(Plan::Json),
        (0_usize..6).prop_map(Plan::Letters),
        Just(Plan::Letters(usize::MAX)),
        Just(Plan::Chunks),
        (0_u32..3).prop_map(Plan::Fails),
    ];
    let all = leaf.prop_recursive(4, 14, 3, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let two = || (boxed(), boxed());
        let how = prop::sample::select(vec![How::All, How::FailFast, How::AsCompleted]);
        let kinds = vec![Limit::Timeout, Limit::Deadline, Limit::FirstChunk, Limit::Idle, Limit::Token];
        let within = (prop::sample::select(kinds), 0_u8..6, boxed())
            .prop_map(move |(limit, ticks, a)| if limits { Plan::Within(limit, ticks, a) } else { *a });
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(Plan::Sequence),
            1 => boxed().prop_map(Plan::Named),
            2 => two().prop_map(|(a, b)| Plan::Parallel(a, b)),
            1 => boxed().prop_map(Plan::Assign),
            1 => two().prop_map(|(a, b)| Plan::Branch(a, b)),
            1 => two().prop_map(|(a, b)| Plan::Router(a, b)),
            1 => boxed().prop_map(Plan::Retry),
            1 => boxed().prop_map(Plan::RetryLater),
            2 => two().prop_map(|(a, b)| Plan::Fallbacks(a, b)),
            1 => boxed().prop_map(Plan::Inside),
            1 => boxed().prop_map(Plan::Returns),
            2 => boxed().prop_map(Plan::Each),
            2 => (how, boxed()).prop_map(|(how, a)| Plan::Batch(how, a)),
            1 => boxed().prop_map(Plan::History),
            1 => boxed().prop_map(Plan::Tool),
            1 => (1_usize..3, boxed()).prop_map(|(n, a)| Plan::AtOnce(n, a)),
            2 => within,
        ]
    });
    all.boxed()
}

impl Plan {
    /// Whether an invocation of the chain may succeed where a stream of it does not.
    pub(super) fn tries_again(&self) -> bool {
        match self {
            Self::Retry(_) | Self::RetryLater(_) | Self::Fallbacks(..) => true,
            Self::Sequence(steps) => steps.iter().any(Self::tries_again),
            Self::Parallel(a, b) | Self::Branch(a, b) | Self::Router(a, b) => {
                a.tries_again() || b.tries_again()
            }
            Self::Named(a)
            | Self::Inside(a)
            | Self::Returns(a)
            | Self::Assign(a)
            | Self::Each(a)
            | Self::Batch(_, a)
            | Self::History(a)
            | Self::Tool(a)
            | Self::AtOnce(_, a)
            | Self::Within(.., a) => a.tries_again(),
            _ => false,
        }
    }
}
