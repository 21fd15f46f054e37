//! [`trim_messages`]: keeping as much of a conversation as fits.

use crate::error::{Error, ErrorKind, Result};
use crate::message::{Block, Content, Message};
use crate::value::Text;

/// How [`trim_messages`] trims.
///
/// ```
/// use thalweg_core::message::{Trim, TrimStrategy};
///
/// let trim = Trim { start_on: vec!["human".into()], include_system: true, ..Trim::new(1000) };
/// assert_eq!(trim.strategy, TrimStrategy::Last);
/// ```
#[derive(Clone, Debug)]
pub struct Trim {
    /// How many tokens fit.
    pub max_tokens: usize,
    /// Which end of the conversation to keep.
    pub strategy: TrimStrategy,
    /// Whether a part of a message may be kept: some of its blocks, or some lines of its text.
    pub allow_partial: bool,
    /// Kinds (see [`Message::kind`]) of which one must come first; what is before it is dropped. A system
    /// message that is kept does not count. Only with [`TrimStrategy::Last`]. Empty: any.
    pub start_on: Vec<Text>,
    /// Kinds of which one must come last; what is after it is dropped. Empty: any.
    pub end_on: Vec<Text>,
    /// Whether to keep a system message at the beginning in any case. Only with [`TrimStrategy::Last`].
    pub include_system: bool,
}

impl Trim {
    /// Keeps the last messages that have no more than so many tokens.
    pub fn new(max_tokens: usize) -> Self {
        Self {
            max_tokens,
            strategy: TrimStrategy::default(),
            allow_partial: false,
            start_on: Vec::new(),
            end_on: Vec::new(),
            include_system: false,
        }
    }
}

/// Which end of a conversation [`trim_messages`] keeps.
///
/// ```
/// use thalweg_core::message::{Trim, TrimStrategy};
///
/// let trim = Trim { strategy: TrimStrategy::First, ..Trim::new(100) };
/// assert_eq!(trim.max_tokens, 100);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TrimStrategy {
    /// The beginning.
    First,
    /// The end.
    #[default]
    Last,
}

/// Keeps as much of a conversation as fits. `count` tells how many tokens some messages have; the more messages,
/// the more tokens. To count messages instead, give `|messages| messages.len()`.
///
/// ```
/// use thalweg_core::message::{Message, Trim, trim_messages};
///
/// let talk = vec![Message::system("Be kind."), Message::human("Hi"), Message::ai("Hello"), Message::human("Bye")];
/// let trim = Trim { include_system: true, ..Trim::new(2) };
/// let kept = trim_messages(talk, &trim, |messages| messages.len())?;
/// assert_eq!(kept, [Message::system("Be kind."), Message::human("Bye")]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Config`] for `start_on` or `include_system` with [`TrimStrategy::First`].
pub fn trim_messages(
    mut messages: Vec<Message>,
    trim: &Trim,
    count: impl Fn(&[Message]) -> usize,
) -> Result<Vec<Message>> {
    if trim.strategy == TrimStrategy::First {
        if !trim.start_on.is_empty() || trim.include_system {
            return Err(Error::new(
                ErrorKind::Config,
                "start_on and include_system need the strategy that keeps the last messages",
            ));
        }
        let partial = trim.allow_partial.then_some(TrimStrategy::First);
        return Ok(first(messages, trim.max_tokens, &count, partial, &trim.end_on));
    }
    drop_after(&mut messages, &trim.end_on);
    let keeps_system = trim.include_system && matches!(messages.first(), Some(Message::System(_)));
    let system: Vec<_> = messages.drain(..usize::from(keeps_system)).collect();
    let taken = if system.is_empty() { 0 } else { count(&system) };
    messages.reverse();
    let partial = trim.allow_partial.then_some(TrimStrategy::Last);
    let kept = first(messages, trim.max_tokens.saturating_sub(taken), &count, partial, &trim.start_on);
    Ok(system.into_iter().chain(kept.into_iter().rev()).collect())
}

/// Drops messages from the end until the last is of one of these kinds.
fn drop_after(messages: &mut Vec<Message>, kinds: &[Text]) {
    if kinds.is_empty() {
        return;
    }
    while messages.last().is_some_and(|last| !kinds.iter().any(|kind| kind == last.kind())) {
        messages.pop();
    }
}

/// The first messages that fit, perhaps with a part of the next one: its beginning or its end.
fn first(
    mut messages: Vec<Message>,
    max_tokens: usize,
    count: &impl Fn(&[Message]) -> usize,
    partial: Option<TrimStrategy>,
    end_on: &[Text],
) -> Vec<Message> {
    if !messages.is_empty() && count(&messages) > max_tokens {
        let fitting =
            most(messages.len(), |n| messages.get(..n).is_some_and(|head| count(head) <= max_tokens));
        let next = messages.drain(fitting..).next();
        if let (Some(side), Some(next)) = (partial, next) {
            messages = with_part(messages, next, side, max_tokens, count);
        }
    }
    drop_after(&mut messages, end_on);
    messages
}

/// The greatest number up to `limit` that fits, if every smaller one does; 0 is taken to fit.
fn most(limit: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Adds as many blocks of `next` as fit, or else as many lines of its first text.
fn with_part(
    mut messages: Vec<Message>,
    mut next: Message,
    side: TrimStrategy,
    max_tokens: usize,
    count: &impl Fn(&[Message]) -> usize,
) -> Vec<Message> {
    let kept = messages.len();
    if let Content::Blocks(blocks) = next.content().clone() {
        for n in (1..blocks.len()).rev() {
            let part = match side {
                TrimStrategy::First => blocks.get(..n),
                TrimStrategy::Last => blocks.get(blocks.len() - n..),
            };
            let mut candidate = next.clone();
            candidate.set_content(part.unwrap_or_default().to_vec());
            messages.push(candidate);
            if count(&messages) <= max_tokens {
                return messages;
            }
            messages.truncate(kept);
        }
    }
    let Some(text) = text_to_cut(next.content(), side) else { return messages };
    let lines = lines(&text);
    let part = |n: usize| match side {
        TrimStrategy::First => lines.get(..n).unwrap_or_default().concat(),
        TrimStrategy::Last => lines.get(lines.len() - n..).unwrap_or_default().concat(),
    };
    let before = count(&messages);
    let fitting = most(lines.len(), |n| {
        let mut candidate = next.clone();
        candidate.set_content(part(n));
        before + count(std::slice::from_ref(&candidate)) <= max_tokens
    });
    if fitting > 0 {
        next.set_content(part(fitting));
        messages.push(next);
    }
    messages
}

/// The text of which lines may be kept: all of it, or the block at that side if it is a text.
fn text_to_cut(content: &Content, side: TrimStrategy) -> Option<String> {
    let text = match (content, side) {
        (Content::Text(text), _) => Some(text.as_str()),
        (Content::Blocks(blocks), TrimStrategy::First) => blocks.first().and_then(Block::as_text),
        (Content::Blocks(blocks), TrimStrategy::Last) => blocks.last().and_then(Block::as_text),
    };
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The lines with their ends; behind a last end stands one more line that is empty.
fn lines(text: &str) -> Vec<&str> {
    let empty = text.ends_with('\n').then_some("");
    text.split_inclusive('\n').chain(empty).collect()
}
