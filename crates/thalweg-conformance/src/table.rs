//! A suite's report as text. Imports `suite`'s report.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::suite::{Case, Report, Standing, Verdict};

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

pub(crate) fn text(report: &Report, shown: usize) -> String {
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
