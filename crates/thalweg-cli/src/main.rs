//! The `thalweg` command.
//!
//! `args` says what can be asked for, `tours` what can be shown, `view` how it is shown, `drive` reads a tour's events
//! into a view, and `tour` is the subcommand that joins them. None of them imports from here.

mod args;
mod drive;
mod fault;
mod interrupt;
mod tour;
mod tours;
mod view;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::fault::Fault;

/// What shells say of a program that was ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let Command::Tour(args) = Args::parse().command;
    match start(&args) {
        Ok(code) => code,
        Err(fault) if fault.is_closed_output() => ExitCode::SUCCESS,
        Err(fault) => {
            // There is nobody left to tell if this fails too.
            let _ = writeln!(std::io::stderr(), "error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: &args::TourArgs) -> Result<ExitCode, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tour::run(args)).map(|outcome| match outcome {
        drive::Outcome::Ended => ExitCode::SUCCESS,
        drive::Outcome::Failed => ExitCode::FAILURE,
        drive::Outcome::Interrupted => ExitCode::from(INTERRUPTED),
    })
}
