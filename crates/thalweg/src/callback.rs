//! Callback handlers, with those that write to files and to the standard output, which the core does not know.

use std::fs::File;
use std::io::{self, BufWriter, Stdout};
use std::path::Path;

pub use thalweg_core::callback::*;

/// A handler that shows on the standard output which chains and tools run; see [`StdoutHandler`]. A closed output is a
/// failure of the handler, as its policy says, and no panic.
///
/// ```
/// use thalweg::callback::stdout_handler;
/// use thalweg::prelude::*;
///
/// let chain = Chain::new(|text: String| text.len()).named("length");
/// assert_eq!(chain.invoke_blocking_with("four", Config::new().handler(stdout_handler()))?, 4);
/// # Ok::<(), Error>(())
/// ```
pub fn stdout_handler() -> StdoutHandler<Stdout> {
    StdoutHandler::to(io::stdout())
}

/// A handler that writes every event as a line of JSON to a new file; one that is there is replaced. See
/// [`NdjsonHandler`].
///
/// # Errors
/// When the file cannot be made.
///
/// ```
/// use thalweg::callback::ndjson_file;
/// use thalweg::prelude::*;
///
/// let path = std::env::temp_dir().join("thalweg-ndjson-example.ndjson");
/// let config = Config::new().handler(ndjson_file(&path)?);
/// Chain::new(|text: String| text.len()).invoke_blocking_with("four", config)?;
/// assert_eq!(std::fs::read_to_string(&path)?.lines().count(), 2);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ndjson_file(path: impl AsRef<Path>) -> io::Result<NdjsonHandler<BufWriter<File>>> {
    File::create(path).map(|file| NdjsonHandler::new(BufWriter::new(file)))
}

/// As [`ndjson_file`], at the end of a file, which is made if it is not there.
///
/// # Errors
/// When the file cannot be opened.
pub fn ndjson_append(path: impl AsRef<Path>) -> io::Result<NdjsonHandler<BufWriter<File>>> {
    let file = File::options().append(true).create(true).open(path)?;
    Ok(NdjsonHandler::new(BufWriter::new(file)))
}
