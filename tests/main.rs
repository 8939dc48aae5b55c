//! Conversations in, consequences out: the whole bridge against a real homeserver and real WhatsApp clients.
#![cfg_attr(
    not(feature = "long"),
    allow(
        dead_code,
        unused_imports,
        reason = "some of it only the long tests use; .ci/long looks without this"
    )
)]
#![allow(unreachable_pub, missing_docs, reason = "a test binary has no public")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in tests, outside of #[test] functions too"
)]

#[cfg(all(feature = "long", target_os = "linux"))]
mod brigade;
#[cfg(target_os = "linux")]
mod conversation;
#[cfg(target_os = "linux")]
mod conversations;
mod direct;
#[cfg(target_os = "linux")]
mod doors;
#[cfg(target_os = "linux")]
mod ends_while_down;
#[cfg(all(feature = "long", target_os = "linux"))]
mod everywhere;
mod exchange;
mod faults;
#[cfg(target_os = "linux")]
mod first;
mod groups;
#[cfg(target_os = "linux")]
mod hidden;
#[cfg(target_os = "linux")]
mod hidden_amendments;
#[cfg(target_os = "linux")]
mod hidden_commands;
#[cfg(target_os = "linux")]
mod hidden_edits;
#[cfg(target_os = "linux")]
mod hidden_photo;
#[cfg(target_os = "linux")]
mod invited_back;
mod joining;
mod late;
mod login;
#[cfg(target_os = "linux")]
mod lost_notebook;
mod mentions;
#[cfg(target_os = "linux")]
mod moderation;
mod monitoring;
#[cfg(target_os = "linux")]
mod native;
#[cfg(target_os = "linux")]
mod newcomer_groups;
#[cfg(target_os = "linux")]
mod not_addable;
#[cfg(target_os = "linux")]
mod not_admin;
mod operating;
mod organisers;
#[cfg(target_os = "linux")]
mod outlawed;
mod people;
#[cfg(target_os = "linux")]
mod phone;
mod plan_changes;
#[cfg(target_os = "linux")]
mod policies;
#[cfg(target_os = "linux")]
mod power_cut;
#[cfg(target_os = "linux")]
mod powers;
mod privacy;
mod proposals;
mod proposals_record;
#[cfg(all(feature = "long", target_os = "linux"))]
mod proposals_replay;
mod put_back;
mod reactions;
mod reading;
mod refusals;
mod restart;
mod rooms;
mod scene;
mod shows;
mod storm;
#[cfg(target_os = "linux")]
mod tangents;
mod tidy;
#[cfg(target_os = "linux")]
mod times;
mod two_plans;
#[cfg(target_os = "linux")]
mod unquoted;
mod upgrades;
#[cfg(target_os = "linux")]
mod waves;
#[cfg(target_os = "linux")]
mod weekly;
mod wire;
mod world;
