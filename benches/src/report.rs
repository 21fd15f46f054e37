//! What is printed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is this file's business")]

use serde_json::json;

use crate::measure::Cost;
use crate::work::Group;

pub(crate) fn complain(message: &str) {
    eprintln!("thalweg-bench: {message}");
}

pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// One table per group.
pub(crate) fn table(group: &Group, size: usize, costs: &[Cost]) {
    let base = group.programs.get(group.base).map_or("", |program| program.name);
    println!("{} (n = {size}): {}", group.name, group.about);
    println!(
        "  {:<18} {:>9} {:>17} {:>8} {:>9} {:>9} {:>9}  per {}",
        "program", "ns", "quarters", "ratio", "allocs", "bytes", "peak KiB", group.unit
    );
    for (program, cost) in group.programs.iter().zip(costs) {
        let growth = cost.growth_kib.map_or_else(|| "-".to_owned(), |kib| kib.to_string());
        let quarters = format!("{:.1}..{:.1}", cost.quarters.0, cost.quarters.1);
        println!(
            "  {:<18} {:>9.1} {:>17} {:>8.2} {:>9.2} {:>9.1} {:>9}",
            program.name, cost.nanos, quarters, cost.ratio, cost.allocations, cost.bytes, growth
        );
    }
    println!("  ratio: to {base} in the same round, median\n");
}

/// One object per program and line.
pub(crate) fn json(group: &Group, size: usize, costs: &[Cost]) {
    let base = group.programs.get(group.base).map(|program| program.name);
    for (program, cost) in group.programs.iter().zip(costs) {
        let object = json!({
            "workload": group.name,
            "program": program.name,
            "n": size,
            "unit": group.unit,
            "units": cost.units,
            "cpu_ns": cost.nanos,
            "cpu_ns_quarters": [cost.quarters.0, cost.quarters.1],
            "ratio": cost.ratio,
            "ratio_to": base,
            "allocations": cost.allocations,
            "bytes": cost.bytes,
            "peak_rss_growth_kib": cost.growth_kib,
        });
        println!("{object}");
    }
}
