//! What the compiler says about common mistakes: each file in `ui/` is one, with the message beside it.

use std::process::Command;

/// Messages change from compiler to compiler: they are pinned for the version that the workspace asks for.
#[test]
fn mistakes_get_good_messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let pinned = env!("CARGO_PKG_RUST_VERSION");
    if !version.starts_with(&format!("rustc {pinned}.")) {
        println!("skipped: the messages are pinned for {pinned}, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
