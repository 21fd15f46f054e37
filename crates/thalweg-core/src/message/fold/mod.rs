//! Adding up the chunks of a message: [`AiMessageFold`] and [`MessageFold`].
//!
//! Each push costs what the chunk is long; nothing that has accumulated is copied or read again.

mod ai;
mod any;
mod base;
mod calls;
mod complete;

pub use ai::AiMessageFold;
pub use any::MessageFold;
