//! Conversations in, consequences out: the whole bridge against a real homeserver and real WhatsApp clients.
#![allow(unreachable_pub, missing_docs, reason = "a test binary has no public")]

mod conversation;
mod conversations;
mod world;
