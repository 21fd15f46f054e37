//! The comparator, the suite and the command, from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::format_collect, reason = "a test may take its time")]

mod beyond;
mod cases;
mod command;
mod compat_page;
mod default_mode;
mod mutation;
mod numbers;
mod recorded;
mod recorded_verdicts;
mod suite;

use std::path::{Path, PathBuf};

/// A folder of the repository's `conformance/`.
fn conformance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

/// An empty folder for the files of one test.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes files, making the folders that they stand in.
fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
