//! Matrix's way of writing formatted text, `org.matrix.custom.html`, read and written.
//!
//! Spec: Client-Server API, "m.room.message msgtypes". What is read may be anything, so it is taken apart by html5ever's
//! tokenizer, which knows all of HTML's entities, comments and broken tags. Its tree builder is left out: what it does
//! for broken pages (formatting elements begun anew in every paragraph) lets a small text grow into a huge one.

mod line;
mod read;
mod tags;
mod write;

pub use read::{Known, read};
pub use write::{Written, write};

#[cfg(test)]
mod tests;
