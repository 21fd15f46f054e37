//! The subcommand `tour`.

use std::io::{self, IsTerminal, Write};

use crate::args::TourArgs;
use crate::drive::{Outcome, drive};
use crate::fault::Fault;
use crate::interrupt::Interrupt;
use crate::tours::{TOURS, Tour};
use crate::view;

/// Runs what is asked for.
pub(crate) async fn run(args: &TourArgs) -> Result<Outcome, Fault> {
    if args.list || args.lists() {
        list(&mut io::stdout())?;
    }
    if args.list {
        return Ok(Outcome::Ended);
    }
    let pace = args.pace(io::stdout().is_terminal());
    let mut interrupt = Interrupt::new();
    for tour in asked(args) {
        let mut view = view::choose(args.events);
        view.headline(tour.name, tour.about)?;
        for call in (tour.calls)()? {
            let outcome = drive(call, &mut *view, pace, &mut interrupt).await?;
            if outcome != Outcome::Ended {
                return Ok(outcome);
            }
        }
    }
    Ok(Outcome::Ended)
}

/// All tours, or those that are named, in the order in which they are.
fn asked(args: &TourArgs) -> Vec<&'static Tour> {
    let named = |name: &String| TOURS.iter().find(|tour| tour.name == name);
    if args.names.is_empty() { TOURS.iter().collect() } else { args.names.iter().filter_map(named).collect() }
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let width = TOURS.iter().map(|tour| tour.name.len()).max().unwrap_or_default();
    for Tour { name, about, .. } in TOURS {
        writeln!(out, "{name:width$}  {about}")?;
    }
    Ok(())
}
