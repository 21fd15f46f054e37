//! Measuring: rounds in which every program of a group runs in turn, so that ratios are taken between neighbours.

use std::fs;
use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::work::{Group, Repetition};

/// A program is repeated in each round until it has taken this long.
const LEAST: Duration = Duration::from_millis(30);

/// What one program cost.
pub(crate) struct Cost {
    /// CPU time per unit in nanoseconds: the median over rounds.
    pub(crate) nanos: f64,
    /// The quarter points of the same, to see the noise.
    pub(crate) quarters: (f64, f64),
    /// The median of ratios to the group's base in the same round.
    pub(crate) ratio: f64,
    /// Allocations and allocated bytes per unit.
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
    /// How far the peak of the resident set rose above what it was before a repetition.
    pub(crate) growth_kib: Option<u64>,
    pub(crate) units: u64,
}

/// Measures each program of the group.
pub(crate) fn rounds(group: &Group, size: usize, rounds: usize) -> Vec<Cost> {
    let mut programs: Vec<Repetition> =
        group.programs.iter().map(|program| (program.prepare)(size)).collect();
    // The growth first, before anything has made the heap large; this warms up too.
    let grown: Vec<_> = programs.iter_mut().map(growth).collect();
    let counted: Vec<_> = programs.iter_mut().map(count).collect();
    let mut times = vec![Vec::with_capacity(rounds); programs.len()];
    for _ in 0..rounds {
        uncounted(|| {
            for (repeat, times) in programs.iter_mut().zip(&mut times) {
                times.push(time(repeat));
            }
        });
    }
    let base = times.get(group.base).cloned().unwrap_or_default();
    let cost = |((times, growth_kib), (allocations, bytes, units)): ((Vec<f64>, _), _)| {
        let ratios = times.iter().zip(&base).map(|(time, base)| time / base).collect();
        let nanos = quantile(times.clone(), 0.5);
        let quarters = (quantile(times.clone(), 0.25), quantile(times, 0.75));
        Cost { nanos, quarters, ratio: quantile(ratios, 0.5), allocations, bytes, growth_kib, units }
    };
    times.into_iter().zip(grown).zip(counted).map(cost).collect()
}

/// Does something without counting its allocations, which costs time too.
pub(crate) fn uncounted(f: impl FnOnce()) {
    allocation_counter::opt_out(f);
}

/// Nanoseconds of CPU time per unit, all threads.
fn time(repeat: &mut Repetition) -> f64 {
    let start = cpu();
    let mut units = 0;
    loop {
        units += black_box(repeat());
        let spent = cpu().saturating_sub(start);
        if spent >= LEAST {
            return per_unit(spent.as_secs_f64() * 1e9, units);
        }
    }
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

#[allow(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
fn per_unit(amount: f64, units: u64) -> f64 {
    amount / units.max(1) as f64
}

#[allow(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
fn count(repeat: &mut Repetition) -> (f64, f64, u64) {
    let mut units = 0;
    let info = allocation_counter::measure(|| units = repeat());
    (per_unit(info.count_total as f64, units), per_unit(info.bytes_total as f64, units), units)
}

/// How far one repetition raises the peak of the resident set; `None` where the system does not say.
fn growth(repeat: &mut Repetition) -> Option<u64> {
    // Sets the peak to what is resident now.
    fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = status("VmRSS:")?;
    black_box(repeat());
    Some(status("VmHWM:")?.saturating_sub(before))
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into a handful of rounds"
)]
fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}
