//! What `aty up` says: first in Spanish, then in English.

use std::path::PathBuf;

use civic::Language;
use sandbox::synapse;
use serde::Serialize;

use super::super::say;
use crate::engine::{self, Progress};

/// What a person or a script needs to know once everything is up.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    pub(super) homeserver: String,
    pub(super) server_name: String,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) space: String,
    pub(super) themes: Vec<ThemeFacts>,
    pub(super) phones: String,
    pub(super) pages: String,
    pub(super) config: PathBuf,
    pub(super) log: PathBuf,
}

#[derive(Debug, Serialize)]
pub(super) struct ThemeFacts {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) room_id: String,
    pub(super) group_link: Option<String>,
}

/// The steps of the bridge's own start.
pub(super) struct Steps;

impl Progress for Steps {
    fn step(&self, step: engine::Step<'_>) {
        match step {
            engine::Step::WaitingForHomeserver(url) => line(url.as_str()),
            engine::Step::Room { done, of, name } => counted(done, of, name),
        }
    }
}

pub(super) fn tell(spanish: &str, english: &str) {
    say(&format!("{spanish} · {english}"));
}

/// What the installation of the homeserver is at. What its installer says goes into the log.
pub(super) fn step(step: &synapse::Step) {
    if let synapse::Step::Detail(said) = step {
        tracing::info!("{said}");
        return;
    }
    let words = step.words();
    line(&format!(
        "{} · {}",
        words.get(Language::Es),
        words.get(Language::En)
    ));
}

/// One of many.
pub(super) fn counted(done: usize, of: usize, name: &str) {
    line(&format!("{done:>2}/{of}  {name}"));
}

fn line(text: &str) {
    say(&format!("    {text}"));
}

/// What to do next.
pub(super) fn tell_both(facts: &Facts) {
    let Facts {
        homeserver,
        user,
        password,
        space,
        phones,
        pages,
        ..
    } = facts;
    let first = facts.themes.first();
    let (alias, name) = first.map_or(("", ""), |theme| {
        (theme.alias.as_str(), theme.name.as_str())
    });
    let (rooms, up) = (facts.themes.len(), facts.config.with_file_name("up.json"));
    say(&format!(
        "\n\
         Todo está en marcha. Para probarlo:\n\
         \n\
         1. Abrí los teléfonos: {phones}\n\
         \x20  Elegí una persona y el grupo «{name}», y escribí.\n\
         2. Entrá con Element (o cualquier cliente de Matrix) en el servidor {homeserver}\n\
         \x20  usuario {user} (@{user}:{server}), contraseña {password}\n\
         3. Unite a la sala {alias} y respondé: llega a los teléfonos.\n\
         \n\
         Cada tema tiene su página, para entrar por WhatsApp o por Matrix: {pages}\n\
         Las {rooms} salas están en el espacio {space}. Para terminar: Ctrl-C.\n\
         \n\
         Everything is up. To try it:\n\
         \n\
         1. Open the phones: {phones}\n\
         \x20  Choose a person and the group “{name}”, and write.\n\
         2. Log in with Element (or any Matrix client) at the homeserver {homeserver}\n\
         \x20  user {user} (@{user}:{server}), password {password}\n\
         3. Join the room {alias} and answer: it reaches the phones.\n\
         \n\
         Each theme has its page, to join on WhatsApp or on Matrix: {pages}\n\
         The {rooms} rooms are in the space {space}. To stop: Ctrl-C.\n\
         How it stands: aty status --config {config}\n\
         For scripts: {up}   Log: {log}",
        server = facts.server_name,
        config = facts.config.display(),
        up = up.display(),
        log = facts.log.display(),
    ));
}
