//! Why a plan could not be read, and what to do.

/// Why a plan could not be read. Its text says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MonitorError {
    /// Not an alias or room id.
    #[error(
        "\"{space}\" is no plan's space: write its alias, such as #paga:example.org, or its room id, which begins with !."
    )]
    BadSpace {
        /// What was given.
        space: String,
    },
    /// Not an address or server name.
    #[error(
        "\"{homeserver}\" is no homeserver: write an address such as https://matrix.example.org, or a server name such as example.org."
    )]
    BadHomeserver {
        /// What was given.
        homeserver: String,
    },
    /// A room id alone doesn't say where to ask.
    #[error("A room id doesn't say which homeserver to ask: name one, or give the space's alias.")]
    NoHomeserver,
    /// Nobody answers, or not a homeserver.
    #[error(
        "The homeserver {homeserver} could not be reached: {reason}. Check its address and the connection."
    )]
    Unreachable {
        /// Which one.
        homeserver: String,
        /// What happened.
        reason: String,
    },
    /// It takes no guests.
    #[error(
        "The homeserver {homeserver} takes no guests: log in with an account (--user), or read its public directory only (--public)."
    )]
    NoGuests {
        /// Which one.
        homeserver: String,
    },
    /// Wrong user or password.
    #[error(
        "The homeserver {homeserver} did not let {user} in: check the user name and the password."
    )]
    WrongPassword {
        /// Which one.
        homeserver: String,
        /// Who asked.
        user: String,
    },
    /// An access token that is none, or no longer.
    #[error(
        "The homeserver {homeserver} does not know this access token: log in again for a new one."
    )]
    WrongToken {
        /// Which one.
        homeserver: String,
    },
    /// The directory can't be read without an account.
    #[error(
        "The homeserver {homeserver} shows its rooms only to those who log in: read as a guest, or log in with an account (--user)."
    )]
    LoginNeeded {
        /// Which one.
        homeserver: String,
    },
    /// No such alias.
    #[error("There is no {space} on the homeserver {homeserver}: check the alias.")]
    NoSuchSpace {
        /// What was looked for.
        space: String,
        /// Where.
        homeserver: String,
    },
    /// The room is there, but not for us.
    #[error(
        "The space {space} can't be seen with this login: use an account that is a member of it."
    )]
    NotVisible {
        /// Which one.
        space: String,
    },
    /// A room, but no space.
    #[error(
        "{space} is a room, not a plan's space: give the alias of the space that the theme rooms are in."
    )]
    NotASpace {
        /// Which one.
        space: String,
    },
    /// What was said and done in a room is not for us.
    #[error(
        "What was done in the room {room} can't be read with this login: use an account that is a member of it."
    )]
    HistoryNotVisible {
        /// Which one.
        room: String,
    },
    /// No theme of the plan is called so.
    #[error("The plan has no theme \"{theme}\" that can be read here. There are: {known}.")]
    NoSuchTheme {
        /// What was given.
        theme: String,
        /// What there is.
        known: String,
    },
    /// No proposal of the plan is called so.
    #[error(
        "No proposal \"{reference}\" can be read in this plan with this login. Those that can are listed if none is named."
    )]
    NoSuchProposal {
        /// What was given.
        reference: String,
    },
    /// Anything else.
    #[error("The homeserver {homeserver} could not answer: {reason}. Try again later.")]
    Failed {
        /// Which one.
        homeserver: String,
        /// What it said.
        reason: String,
    },
}
