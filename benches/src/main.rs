//! `thalweg-bench`: workloads beside the floors that bound them.
//!
//! `cargo run --profile bench -p thalweg-bench -- w1 w2 w3` prints a table, with `--json` one JSON object per program.
//! `--reps N` sets the number of rounds, `--size N` how much one repetition does. `--only PROGRAM --reps N` does nothing
//! but N repetitions and prints how many units they were; `benches/callgrind.sh` counts instructions with that.

mod floor;
mod measure;
mod report;
mod work;

use std::process::ExitCode;

use work::Group;

/// How many rounds there are unless `--reps` says otherwise.
const ROUNDS: usize = 11;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            report::complain(&message);
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Arguments {
    groups: Vec<String>,
    json: bool,
    rounds: Option<usize>,
    only: Option<String>,
    size: Option<usize>,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--json" => read.json = true,
                "--reps" => read.rounds = Some(number(&value()?)?),
                "--size" => read.size = Some(number(&value()?)?),
                "--only" => read.only = Some(value()?),
                option if option.starts_with('-') => return Err(format!("there is no option {option}")),
                group => read.groups.push(group.to_owned()),
            }
        }
        Ok(read)
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn run(words: impl Iterator<Item = String>) -> Result<(), String> {
    let arguments = Arguments::read(words)?;
    let groups = work::all();
    if let Some(name) = &arguments.only {
        return only(&groups, name, &arguments);
    }
    let all = arguments.groups.iter().any(|name| name == "all");
    // `w2` stands for `w2`, `w2-model` and so on.
    let is_asked = |group: &&Group| {
        all || arguments
            .groups
            .iter()
            .any(|name| group.name.split('-').next() == Some(name) || group.name == name)
    };
    let chosen: Vec<&Group> = groups.iter().filter(is_asked).collect();
    if chosen.is_empty() {
        let names: Vec<_> = groups.iter().map(|group| group.name).collect();
        return Err(format!("say which workloads: {} or all", names.join(", ")));
    }
    for group in chosen {
        let size = arguments.size.unwrap_or(group.size);
        let results = measure::rounds(group, size, arguments.rounds.unwrap_or(ROUNDS).max(1));
        if arguments.json {
            report::json(group, size, &results);
        } else {
            report::table(group, size, &results);
        }
    }
    Ok(())
}

/// Repetitions of `group/program`, for tools that count what a process does.
fn only(groups: &[Group], name: &str, arguments: &Arguments) -> Result<(), String> {
    let found = groups.iter().find_map(|group| {
        let program = name.strip_prefix(group.name)?.strip_prefix('/')?;
        Some((group, group.programs.iter().find(|there| there.name == program)?))
    });
    let Some((group, program)) = found else {
        let names = groups.iter().flat_map(|group| {
            group.programs.iter().map(move |program| format!("{}/{}", group.name, program.name))
        });
        return Err(format!(
            "there is no program {name}; there are {}",
            names.collect::<Vec<_>>().join(", ")
        ));
    };
    let mut repeat = (program.prepare)(arguments.size.unwrap_or(group.size));
    let mut units = 0;
    measure::uncounted(|| units = (0..arguments.rounds.unwrap_or(1)).map(|_| repeat()).sum());
    report::line(&units.to_string());
    Ok(())
}
