//! The command `thalweg-conformance`: reads arguments, calls the library, prints, and sets the exit status.

use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use thalweg_conformance::compare::{Rules, differences};
use thalweg_conformance::deviations::Deviations;
use thalweg_conformance::limit::on_own_thread;
use thalweg_conformance::read;
use thalweg_conformance::runner::{self, Mode, Outcome};
use thalweg_conformance::scenario::Scenario;
use thalweg_conformance::suite::Suite;

/// How long one scenario of a suite may take.
const CASE_LIMIT: Duration = Duration::from_mins(1);

const EQUAL: u8 = 0;
const DIFFERENT: u8 = 1;
const UNUSABLE: u8 = 2;
const UNKNOWN: u8 = 3;
/// As when a Rust program panics.
const PANICKED: u8 = 101;

/// Runs recorded scenarios and compares what is observed with what was recorded.
#[derive(Parser)]
#[command(name = "thalweg-conformance", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run one scenario and print the observed result as one JSON document.
    ///
    /// Exit status: 0 it could be run, 3 it needs a node kind or function that is not known, 2 the file is
    /// unusable.
    Run {
        /// The scenario's file.
        scenario: PathBuf,
        /// Run in the default mode instead of the compat mode.
        #[arg(long)]
        default_mode: bool,
    },
    /// Run every scenario below a folder and compare it with its record.
    ///
    /// Exit status: 0 all passed, 1 not all, 2 the folder or the list is unusable or there is no scenario.
    Suite {
        /// The folder.
        dir: PathBuf,
        /// How many scenarios run at the same time [default: one for each core].
        #[arg(long)]
        jobs: Option<NonZero<usize>>,
        /// Run in the default mode instead of the compat mode.
        #[arg(long)]
        default_mode: bool,
        /// A list of decided deviations, lines of the form `name: reason` [default: the project's own list for
        /// the mode].
        #[arg(long, value_name = "FILE")]
        deviations: Option<PathBuf>,
        /// Show up to ten differences of each case instead of the first.
        #[arg(long)]
        all: bool,
    },
    /// Compare a result with an expected result, or with the record of a scenario.
    ///
    /// Exit status: 0 equal, 1 different, 2 a file is unusable.
    Compare {
        /// What is expected: a result, or a scenario with its record.
        expected: PathBuf,
        /// What was observed: a result.
        result: PathBuf,
        /// Order counts per run only; a scenario says so by itself.
        #[arg(long)]
        unordered: bool,
        /// How many differences to show at most.
        #[arg(long, value_name = "N", default_value = "10")]
        max: NonZero<usize>,
        /// The order of a run's tags counts.
        #[arg(long)]
        tag_order: bool,
    },
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let code = on_own_thread(None, move || execute(command)).unwrap_or_else(|stopped| {
        complain(&stopped.to_string());
        PANICKED
    });
    ExitCode::from(code)
}

fn execute(command: Command) -> u8 {
    let result = match command {
        Command::Run { scenario, default_mode } => run(&scenario, mode(default_mode)),
        Command::Suite { dir, jobs, default_mode, deviations, all } => {
            suite(&dir, jobs, mode(default_mode), deviations.as_deref(), all)
        }
        Command::Compare { expected, result, unordered, max, tag_order } => {
            compare(&expected, &result, Rules { unordered, tag_order }, max.get())
        }
    };
    result.unwrap_or_else(|why| {
        complain(&why);
        UNUSABLE
    })
}

fn mode(default_mode: bool) -> Mode {
    if default_mode { Mode::Default } else { Mode::Compat }
}

/// An exit status, or why there is nothing to work with.
type Status = Result<u8, String>;

fn run(file: &Path, mode: Mode) -> Status {
    let scenario = Scenario::from_value(document(file)?, &file.to_string_lossy())
        .ok_or_else(|| format!("{}: no scenario: it has no `spec`", file.display()))?;
    match runner::run(&scenario.run, mode) {
        Outcome::Result(result) => {
            print(&(read::to_text(&result) + "\n"))?;
            Ok(EQUAL)
        }
        Outcome::Unknown(what) => {
            complain(&format!("{}: unknown: {what}", file.display()));
            Ok(UNKNOWN)
        }
        Outcome::Unusable(why) => Err(format!("{}: {why}", file.display())),
    }
}

fn suite(
    dir: &Path,
    jobs: Option<NonZero<usize>>,
    mode: Mode,
    deviations: Option<&Path>,
    all: bool,
) -> Status {
    let (list, text) = match deviations {
        Some(file) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            (file.display().to_string(), text.parse())
        }
        None if mode == Mode::Compat => ("the project's deviations".to_owned(), Deviations::of_project()),
        None => ("the project's default mode".to_owned(), Deviations::of_default_mode()),
    };
    let deviations = text.map_err(|error| format!("{list}: {error}"))?;
    let jobs = jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let suite = Suite { run: runner::run, mode, deviations, jobs, limit: CASE_LIMIT };
    let report = suite.folder(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    if report.cases.is_empty() {
        return Err(format!("{}: no scenario below it", dir.display()));
    }
    print(&report.to_text(if all { Suite::MAX_DIFFERENCES } else { 1 }))?;
    Ok(if report.has_passed() { EQUAL } else { DIFFERENT })
}

fn compare(expected: &Path, result: &Path, mut rules: Rules, max: usize) -> Status {
    let (expected, observed) = (document(expected)?, document(result)?);
    let expected = match Scenario::from_value(expected.clone(), "") {
        Some(Scenario { expected: Some(recorded), unordered, .. }) => {
            rules.unordered |= unordered;
            recorded
        }
        _ => expected,
    };
    let found = differences(&expected, &observed, rules, max);
    let lines: Vec<String> = found.iter().map(|difference| format!("{difference}\n")).collect();
    print(&lines.concat())?;
    Ok(if found.is_empty() { EQUAL } else { DIFFERENT })
}

fn document(file: &Path) -> Result<serde_json::Value, String> {
    read::from_file(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Prints to standard output. Whoever has closed it does not want to read on; that is no error.
fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

fn complain(what: &str) {
    // Nothing can be done about a closed standard error.
    let _ = writeln!(io::stderr().lock(), "thalweg-conformance: {what}");
}
