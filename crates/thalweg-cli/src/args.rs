//! What can be asked for on the command line.

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::tours::TOURS;

/// Streaming LLM pipelines.
#[derive(Debug, Parser)]
#[command(name = "thalweg", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows chains at work, with all that happens inside them. Needs no key and no network.
    ///
    /// Without names it lists the tours and runs them all, quickly.
    Tour(TourArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TourArgs {
    /// The tours to run; `--list` says what each shows.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(TOURS.iter().map(|tour| tour.name)))]
    pub(crate) names: Vec<String>,

    /// Lists the tours with what each shows, and runs none.
    #[arg(long, conflicts_with_all = ["names", "all", "events", "pace", "fast"])]
    pub(crate) list: bool,

    /// Runs all tours, without the list before them.
    #[arg(long, conflicts_with = "names")]
    pub(crate) all: bool,

    /// Prints every event as a line of JSON, and nothing else: `ndjson` as Thalweg's own events, `v2` in the vocabulary
    /// of langchain-core's `astream_events`.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) events: Option<Events>,

    /// Milliseconds that a model takes over each piece of its answer. None if the output is no terminal; else 60, or
    /// 20 for the tours after the list.
    #[arg(long, value_name = "MS", conflicts_with = "fast")]
    pub(crate) pace: Option<u64>,

    /// Runs as fast as it can: the same as `--pace 0`.
    #[arg(long)]
    pub(crate) fast: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Events {
    /// Thalweg's own events: their order, time, run and data, and cancellations and retries too.
    Ndjson,
    /// The same as langchain-core's `astream_events` in version 2 has them, such as `on_chain_start`.
    V2,
}

impl TourArgs {
    /// Whether the tours are to be listed first.
    pub(crate) fn lists(&self) -> bool {
        self.names.is_empty() && !self.all && self.events.is_none()
    }

    /// How long a model takes over each piece of its answer.
    pub(crate) fn pace(&self, watched: bool) -> Duration {
        let unless_set = match watched {
            false => 0,
            true if self.lists() => 20,
            true => 60,
        };
        Duration::from_millis(if self.fast { 0 } else { self.pace.unwrap_or(unless_set) })
    }
}
