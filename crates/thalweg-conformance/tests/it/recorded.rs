//! The recorded scenarios, run with Thalweg's own parts: each is equal to its record, or a decided deviation.

use std::num::NonZero;
use std::time::Duration;

use thalweg_conformance::deviations::Deviations;
use thalweg_conformance::runner::{self, Mode};
use thalweg_conformance::suite::Suite;

#[test]
fn every_recorded_scenario_is_met_in_compat_mode() {
    let suite = Suite {
        run: runner::run,
        mode: Mode::Compat,
        deviations: Deviations::of_project().unwrap(),
        jobs: NonZero::new(2).unwrap(),
        // So long that only a hang reaches it, however slow the machine is.
        limit: Duration::from_mins(5),
    };
    let report = suite.folder(&crate::conformance().join("cases")).unwrap();
    assert!(report.has_passed(), "{}", report.to_text(3));
}
