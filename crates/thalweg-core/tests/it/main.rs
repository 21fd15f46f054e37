//! The core from outside, compared with recorded truth.

mod messages;
