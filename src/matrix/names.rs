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

/// State of a theme's room, state key such as `agua-7`: a proposal as it is now.
pub const PROPOSAL: &str = ours!("proposal");

/// State of a theme's room, the same key: how many support it.
pub const SUPPORT: &str = ours!("support");

/// An act in a theme's room: a proposal's words, at first or anew.
pub const REVISION: &str = ours!("proposal.revision");

/// An act in a theme's room: somebody would have a proposal otherwise, and what its authors say to that.
pub const AMENDMENT: &str = ours!("amendment");

/// An act in a theme's room: a proposal's life goes on or ends.
pub const STATUS_CHANGE: &str = ours!("status_change");

/// An act in a theme's room: somebody supports a proposal by command, or no longer.
pub const ENDORSEMENT: &str = ours!("endorsement");

/// An act in a theme's room: something in its moderation; and content key of the same in the log room.
pub const MODERATION_ACT: &str = ours!("moderation_act");

/// State of a theme's room, state key "": who moderates, and how far the log has come.
pub const ROSTER: &str = ours!("roster");

/// State of a theme's room, state key "": the rules of its moderation that a vote has changed.
pub const CHARTER: &str = ours!("charter");

/// State of a theme's room, state key: a case's number. What holds now; emptied when it is over.
pub const SANCTION: &str = ours!("sanction");

/// State of a theme's room, state key "": what its debate libre begins with, the thread in which tangents go on.
pub const DEBATE: &str = ours!("debate");

/// Content key of a message that says another again in debate libre: whose it is, and which.
pub const COPIED: &str = ours!("copied");

/// Content key of a message that points to debate libre: which case it tells of.
pub const POINTER: &str = ours!("pointer");

/// State of a plan's log room, state key "": of which plan.
pub const LOG: &str = ours!("log");

/// State of a plan's list of suspensions, state key "": of which plan.
pub const POLICIES: &str = ours!("policies");

/// Content key of a room's join rule while joining goes by approval: the rule that it was before.
pub const BEFORE: &str = ours!("before");

/// Content key of a proposal's card: which proposal it shows.
pub const CARD: &str = ours!("card");

/// State of a plan's space, key: a member id. That member and another are one person.
pub const PERSON: &str = ours!("person");

/// In the creation of a room that the bot opened to tell somebody something alone: with whom.
pub const ALONE_WITH: &str = ours!("alone_with");

/// State of a plan's space, state key: a theme's slug. How many took part, counted once a day.
pub const PARTICIPATION: &str = ours!("participation");
