//! Names of our own in Matrix: event types and content keys, all under one namespace.

macro_rules! ours {
    ($name:literal) => {
        concat!("org.aty.", $name)
    };
}

/// The namespace of every event type and content key that is ours.
pub const NAMESPACE: &str = ours!("");

/// Content key of everything we send: the id of the effect that it carries out.
///
/// It comes back with the event, which tells our own words from others' and shows, before an uncertain
/// send is repeated, whether the event is there already.
pub const EFFECT: &str = ours!("effect");

/// State of a plan's space, state key "": which plan it is.
pub const PLAN: &str = ours!("plan");

/// State of a theme's room, state key "": which theme it is.
pub const THEME: &str = ours!("theme");

/// Content key in bridge information: how things stand with a group.
pub const GROUP: &str = ours!("group");

/// What the state key of a WhatsApp group's bridge information begins with; the group's id follows.
pub const WHATSAPP_GROUP: &str = ours!("whatsapp:");
