//! Runs every scenario of a folder and judges it against its record and the list of deviations. Imports
//! `compare`, `deviations`, `limit`, `read`, `report`, `runner` and `scenario`.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::compare::{Rules, differences};
use crate::deviations::Deviations;
use crate::limit::on_own_thread;
use crate::read;
use crate::report::{Case, Report, Standing, Verdict};
use crate::runner::{Mode, Outcome, Run};
use crate::scenario::{self, Scenario};

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
