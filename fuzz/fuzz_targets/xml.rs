#![no_main]
#![allow(unused_imports, reason = "each target uses one of them")]

#[path = "../../crates/thalweg-core/tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::fuzz_xml(data));
