//! What running a folder of scenarios found, and how it reads as text. Imports `compare`'s differences.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::compare::Difference;

/// What came of running one scenario.
///
/// ```
/// use thalweg_conformance::report::Verdict;
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
    /// No verdict: the file is unusable, or the run panicked or took too long. No list of deviations excuses
    /// this.
    Broken(String),
}

/// How a verdict stands once the list of deviations is taken into account.
///
/// ```
/// use thalweg_conformance::report::Standing;
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
/// use thalweg_conformance::report::{Case, Standing, Verdict};
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
/// use thalweg_conformance::report::Report;
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

    /// The report as text: a table by feature, what did not pass with at most `shown` differences each, what
    /// deviates by decision, and the line that counts.
    pub fn to_text(&self, shown: usize) -> String {
        text(self, shown)
    }
}

#[derive(Default)]
struct Row {
    cases: usize,
    equal: usize,
    different: usize,
    unknown: usize,
}

impl Row {
    fn count(&mut self, case: &Case) {
        self.cases += 1;
        match case.verdict {
            Verdict::Equal => self.equal += 1,
            Verdict::Different(_) | Verdict::Broken(_) => self.different += 1,
            Verdict::Unknown(_) => self.unknown += 1,
        }
    }

    fn line(&self, feature: &str, width: usize) -> String {
        let Self { cases, equal, different, unknown } = self;
        format!("{feature:width$} {cases:>6} {equal:>6} {different:>10} {unknown:>8}\n")
    }
}

fn text(report: &Report, shown: usize) -> String {
    let mut features: BTreeMap<&str, Row> = BTreeMap::new();
    let mut all = Row::default();
    for case in &report.cases {
        all.count(case);
        for feature in &case.features {
            features.entry(feature).or_default().count(case);
        }
    }
    let width = features.keys().map(|name| name.chars().count()).max().unwrap_or(0).max("feature".len());
    let mut out =
        format!("{:width$} {:>6} {:>6} {:>10} {:>8}\n", "feature", "cases", "equal", "different", "unknown");
    for (feature, row) in &features {
        out.push_str(&row.line(feature, width));
    }
    out.push_str(&all.line("(all)", width));
    out.push('\n');
    for case in &report.cases {
        write_case(case, shown, &mut out);
    }
    let passed = report.cases.iter().filter(|case| case.standing.has_passed()).count();
    // Writing to a String can't fail.
    let _ = writeln!(out, "{passed} passed, {} failed", report.cases.len() - passed);
    out
}

fn write_case(case: &Case, shown: usize, out: &mut String) {
    let name = &case.name;
    let _ = match (&case.standing, &case.verdict) {
        (Standing::Decided(reason), _) => writeln!(out, "decided   {name}: {reason}"),
        (Standing::ListedButEqual, _) => writeln!(out, "listed but equal   {name}"),
        (Standing::Failed, Verdict::Different(found)) => {
            let _ = writeln!(out, "different {name}");
            found.iter().take(shown).try_for_each(|difference| writeln!(out, "    {difference}"))
        }
        (Standing::Failed, Verdict::Unknown(what)) => writeln!(out, "unknown   {name}: {what}"),
        (Standing::Failed, Verdict::Broken(why)) => writeln!(out, "broken    {name}: {why}"),
        // Equal cases are passed or listed.
        (Standing::Passed, _) | (Standing::Failed, Verdict::Equal) => Ok(()),
    };
}
