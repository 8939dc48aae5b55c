//! Words to meanings and back: [`hear`]s a command in any language ([`hear_alone`] where only the bridge reads), [`say`]s a notice in one, and has the
//! [`phrase`]s of the public pages.
//!
//! The words are in the Fluent files `es.ftl`, `en.ftl` and `gn.ftl`, and for moderation in `es-moderation.ftl` and its like. What a language does not have yet is said
//! in Spanish. Commands and notices themselves are civic's: a new one does not compile here before it has a
//! place for its words, and the tests fail until it has the words.

mod commands;
mod hear;
mod length;
mod page;
mod parse;
mod reference;
mod say;
mod vocabulary;
mod voices;
mod wish;
mod words;

pub use hear::{hear, hear_alone};
pub use page::{Phrase, page_languages, phrase};
pub use reference::reference;
pub use say::say;
