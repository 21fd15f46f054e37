//! [`Script`]: which answer a call gets, and who gives it. Chat and text models share it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Cue;
use crate::model::{CallOptions, ModelParams};
use crate::value::Text;

/// An answer.
type Cues = Arc<[Cue]>;

#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) name: Text,
    pub(super) params: ModelParams,
    pub(super) streams: bool,
    pub(super) pace: Duration,
    /// Answers to prompts that contain a text.
    matches: Vec<(Text, Cues)>,
    otherwise: Otherwise,
    /// How many calls the cycle has answered; clones count together.
    calls: Arc<AtomicUsize>,
}

/// The answer where no text matches.
#[derive(Clone, Debug)]
enum Otherwise {
    Cycle(Vec<Cues>),
    Echo,
}

impl Script {
    pub(super) fn cycle(name: &'static str, cues: Cues) -> Self {
        Self::new(name, Otherwise::Cycle(vec![cues]))
    }

    pub(super) fn echo(name: &'static str) -> Self {
        Self::new(name, Otherwise::Echo)
    }

    fn new(name: &'static str, otherwise: Otherwise) -> Self {
        Self {
            name: name.into(),
            params: ModelParams::new("scripted", "scripted-1"),
            streams: true,
            pace: Duration::ZERO,
            matches: Vec::new(),
            otherwise,
            calls: Arc::default(),
        }
    }

    pub(super) fn then(&mut self, cues: Cues) {
        match &mut self.otherwise {
            Otherwise::Cycle(all) => all.push(cues),
            Otherwise::Echo => self.otherwise = Otherwise::Cycle(vec![cues]),
        }
    }

    pub(super) fn on(&mut self, text: Text, cues: Cues) {
        self.matches.push((text, cues));
    }

    /// The answer to a prompt.
    pub(super) fn answer(&self, prompt: &str) -> Cues {
        if let Some((_, cues)) = self.matches.iter().find(|(text, _)| prompt.contains(text.as_str())) {
            return Arc::clone(cues);
        }
        match &self.otherwise {
            Otherwise::Echo => words(prompt).map(Cue::from).collect(),
            Otherwise::Cycle(all) => {
                let call = self.calls.fetch_add(1, Ordering::Relaxed);
                all.get(call % all.len().max(1)).map(Arc::clone).unwrap_or_default()
            }
        }
    }

    /// What it says of a call: what the call sets counts more than what the model was built with.
    pub(super) fn params(&self, options: &CallOptions) -> ModelParams {
        let shown = [("temperature", "ls_temperature"), ("max_tokens", "ls_max_tokens")];
        shown.iter().fold(self.params.clone(), |params, (option, shown)| match options.get(option) {
            Some(value) if !value.is_null() => params.with(*shown, value.clone()),
            _ => params,
        })
    }
}

/// The words of a text, cut before each space.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| *c == ' ').map_or(rest.len(), |(i, _)| i);
        let (word, left) = rest.split_at(end);
        rest = left;
        Some(word)
    })
}
