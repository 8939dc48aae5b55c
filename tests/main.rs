//! Conversations in, consequences out: the whole bridge against a real homeserver and real WhatsApp clients.
#![allow(unreachable_pub, missing_docs, reason = "a test binary has no public")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in tests, outside of #[test] functions too"
)]

mod conversation;
mod conversations;
mod exchange;
mod faults;
mod groups;
mod joining;
mod late;
mod login;
mod operating;
mod people;
mod plan_changes;
mod privacy;
mod refusals;
mod restart;
mod rooms;
mod scene;
mod storm;
mod tidy;
mod upgrades;
mod world;
