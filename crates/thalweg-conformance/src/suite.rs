//! Runs every scenario of a folder and judges it against its record and the list of deviations. Imports `compare`,
//! `deviations`, `limit`, `read`, `runner`, `scenario`, and `table` for the text of its report.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::compare::{Difference, Rules, differences};
use crate::deviations::Deviations;
use crate::limit::on_own_thread;
use crate::read;
use crate::runner::{Mode, Outcome, Run};
use crate::scenario::{self, Scenario};
use crate::table;

/// What a folder of scenarios is run with.
///
/// ```
/// use std::{num::NonZero, path::Path, time::Duration};
/// use thalweg_conformance::{deviations::Deviations, runner, suite::Suite};
///
/// let suite = Suite {
///     run: runner::run,
///     mode: runner::Mode::Compat,
///     deviations: Deviations::default(),
///     jobs: NonZero::<usize>::MIN,
///     limit: Duration::from_secs(60),
/// };
/// assert!(suite.folder(Path::new("no such folder")).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Suite {
    /// What runs a scenario.
    pub run: Run,
    /// The mode that it is run in.
    pub mode: Mode,
    /// The scenarios that may differ.
    pub deviations: Deviations,
    /// How many run at the same time.
    pub jobs: NonZero<usize>,
    /// How long one may take.
    pub limit: Duration,
}

/// What came of running one scenario.
///
/// ```
/// use thalweg_conformance::suite::Verdict;
///
/// assert_ne!(Verdict::Equal, Verdict::Unknown("node kind \"teleport\"".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As recorded.
    Equal,
    /// Not as recorded; the first differences.
    Different(Vec<Difference>),
    /// The runner does not know something in it.
    Unknown(String),
    /// No verdict: the file is unusable, or the run panicked or took too long. No list of deviations excuses this.
    Broken(String),
}

/// How a verdict stands once the list of deviations is taken into account.
///
/// ```
/// use thalweg_conformance::suite::Standing;
///
/// assert!(Standing::Decided("for a reason".into()).has_passed());
/// assert!(!Standing::ListedButEqual.has_passed());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Equal, and not listed.
    Passed,
    /// Different or unknown, and listed with this reason.
    Decided(String),
    /// Listed, but in fact equal: the list is wrong.
    ListedButEqual,
    /// Not equal, and not excused.
    Failed,
}

impl Standing {
    /// Whether this counts as passed.
    pub fn has_passed(&self) -> bool {
        matches!(self, Self::Passed | Self::Decided(_))
    }
}

/// One scenario's part of a report.
///
/// ```
/// use thalweg_conformance::suite::{Case, Standing, Verdict};
///
/// let case = Case {
///     name: "lambda/upper".into(),
///     features: vec!["lambda".into()],
///     verdict: Verdict::Equal,
///     standing: Standing::Passed,
/// };
/// assert!(case.standing.has_passed());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The scenario's name.
    pub name: String,
    /// Its words for counting.
    pub features: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// How that stands.
    pub standing: Standing,
}

/// The cases of a folder, sorted by path.
///
/// ```
/// use thalweg_conformance::suite::Report;
///
/// let report = Report { cases: Vec::new() };
/// assert!(report.has_passed());
/// assert!(report.to_text(1).ends_with("\n0 passed, 0 failed\n"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One entry for each scenario.
    pub cases: Vec<Case>,
}

impl Report {
    /// Whether every case passed.
    pub fn has_passed(&self) -> bool {
        self.cases.iter().all(|case| case.standing.has_passed())
    }

    /// The report as text: a table by feature, what did not pass with at most `shown` differences each, what deviates
    /// by decision, and the line that counts.
    pub fn to_text(&self, shown: usize) -> String {
        table::text(self, shown)
    }
}

impl Suite {
    /// The most differences that are kept of one case.
    pub const MAX_DIFFERENCES: usize = 10;

    /// Runs every scenario below a folder. Files that hold no scenario (no `spec`) are passed over.
    ///
    /// # Errors
    /// The folder, or one in it, can't be read. A file that can't be read is a broken case instead.
    pub fn folder(&self, folder: &Path) -> io::Result<Report> {
        let files = scenario::files(folder)?;
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(at) else { return done };
                done.extend(self.case(file, folder).map(|case| (at, case)));
            }
        };
        let mut cases: Vec<(usize, Case)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs.get()).map(|_| scope.spawn(worker)).collect();
            // A worker does nothing that can panic: the cases run on threads of their own.
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        cases.sort_by_key(|(at, _)| *at);
        Ok(Report { cases: cases.into_iter().map(|(_, case)| case).collect() })
    }

    fn case(&self, file: &Path, folder: &Path) -> Option<Case> {
        let (run, mode, path) = (self.run, self.mode, Arc::<Path>::from(file));
        let place = scenario::name_of(file, folder);
        let fallback = place.clone();
        let judged = on_own_thread(Some(self.limit), move || judge(&path, &fallback, run, mode));
        let (name, features, verdict) = match judged {
            Ok(judged) => judged?,
            // Who it was can be told by its place only: the scenario is on the other thread.
            Err(stopped) => (place, Vec::new(), Verdict::Broken(stopped.to_string())),
        };
        let standing = match (&verdict, self.deviations.reason(&name)) {
            (Verdict::Equal, None) => Standing::Passed,
            (Verdict::Equal, Some(_)) => Standing::ListedButEqual,
            (Verdict::Different(_) | Verdict::Unknown(_), Some(reason)) => {
                Standing::Decided(reason.to_owned())
            }
            (Verdict::Different(_) | Verdict::Unknown(_), None) | (Verdict::Broken(_), _) => Standing::Failed,
        };
        Some(Case { name, features, verdict, standing })
    }
}

type Judged = (String, Vec<String>, Verdict);

/// Reads, runs and compares one scenario; none if the file holds none.
fn judge(file: &Path, place: &str, run: Run, mode: Mode) -> Option<Judged> {
    let document = match read::from_file(file) {
        Ok(document) => document,
        Err(error) => return Some((place.to_owned(), Vec::new(), Verdict::Broken(error.to_string()))),
    };
    let scenario = Scenario::from_value(document, place)?;
    let rules = Rules { unordered: scenario.unordered, ..Rules::default() };
    let verdict = match scenario.expected {
        None => Verdict::Broken("nothing is recorded for it".to_owned()),
        Some(expected) => match run(&scenario.run, mode) {
            Outcome::Result(observed) => {
                let found = differences(&expected, &observed, rules, Suite::MAX_DIFFERENCES);
                if found.is_empty() { Verdict::Equal } else { Verdict::Different(found) }
            }
            Outcome::Unknown(what) => Verdict::Unknown(what),
            Outcome::Unusable(why) => Verdict::Broken(why),
        },
    };
    Some((scenario.name, scenario.features, verdict))
}
