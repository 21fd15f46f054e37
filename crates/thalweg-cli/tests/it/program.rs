//! Runs the command.

use std::process::{Command, Output, Stdio};

/// All tours, in their order.
pub(crate) const TOURS: [&str; 10] = [
    "countries",
    "countries-events",
    "filter-name",
    "filter-type",
    "filter-tag",
    "generator",
    "custom-events",
    "tool",
    "async-handler",
    "retrieval",
];

/// `thalweg tour` with these arguments.
pub(crate) fn tour(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
    command.arg("tour").args(args).stdin(Stdio::null());
    command
}

pub(crate) fn output(args: &[&str]) -> Output {
    tour(args).output().unwrap()
}

/// What is printed by a command that ends well and complains of nothing.
pub(crate) fn printed(args: &[&str]) -> String {
    let output = output(args);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
