//! Which users of the homeserver are ours: the bot and the ghosts.

use civic::MemberId;
use ruma::{OwnedServerName, OwnedUserId, ServerName, UserId};
use serde_json::Value;

/// Where a room's marker says what the ghosts' names begin with.
const MARKER_KEY: &str = "ghost_prefix";
/// The longest beginning that leaves a ghost's name well below the limit for user ids (255 bytes).
const LONGEST_PREFIX: usize = 32;

/// A bridge's names on its homeserver. Cheap enough to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    bot: OwnedUserId,
    ghost_prefix: String,
}

impl Identity {
    /// The identity of the bot with this localpart, and of the ghosts whose localparts begin so, on this server.
    ///
    /// # Errors
    /// When one of them can't be part of a Matrix user id, or the bot's is one that a ghost could have.
    pub fn new(
        bot_localpart: &str,
        ghost_prefix: &str,
        server_name: &ServerName,
    ) -> Result<Self, NoIdentity> {
        let prefix_fits = ghost_prefix.starts_with('_')
            && (2..=LONGEST_PREFIX).contains(&ghost_prefix.len())
            && ghost_prefix.chars().all(is_plain);
        if !prefix_fits {
            return Err(NoIdentity::GhostPrefix(ghost_prefix.to_owned()));
        }
        let refused = || NoIdentity::Bot {
            name: bot_localpart.to_owned(),
            ghost_prefix: ghost_prefix.to_owned(),
        };
        if bot_localpart.is_empty()
            || !bot_localpart.chars().all(is_plain)
            || bot_localpart.starts_with(ghost_prefix)
        {
            return Err(refused());
        }
        let bot =
            UserId::parse(format!("@{bot_localpart}:{server_name}")).map_err(|_| refused())?;
        let ghost_prefix = ghost_prefix.to_owned();
        Ok(Self { bot, ghost_prefix })
    }

    /// The identity of the bridge that wrote the marker of a plan or theme: its sender is the bot.
    pub fn of_marker(sender: &str, content: &Value) -> Option<Self> {
        let bot = UserId::parse(sender).ok()?;
        let ghost_prefix = content[MARKER_KEY].as_str()?;
        Self::new(bot.localpart(), ghost_prefix, bot.server_name()).ok()
    }

    /// Adds to a marker what [`Self::of_marker`] reads.
    pub(crate) fn mark(&self, content: &mut Value) {
        content[MARKER_KEY] = self.ghost_prefix.as_str().into();
    }

    /// The beginning of every ghost's localpart.
    pub fn ghost_prefix(&self) -> &str {
        &self.ghost_prefix
    }

    /// The bot: it owns the rooms and speaks for the bridge.
    pub fn bot(&self) -> &UserId {
        &self.bot
    }

    /// The homeserver's name, which is what all our ids end with.
    pub fn server_name(&self) -> &ServerName {
        self.bot.server_name()
    }

    /// The server's name, to keep.
    pub fn owned_server_name(&self) -> OwnedServerName {
        self.server_name().to_owned()
    }

    /// The ghost that stands for a person of the groups in the rooms.
    pub fn ghost_user_id(&self, member: &MemberId) -> OwnedUserId {
        UserId::parse(self.ghost_called(member.as_str()))
            .expect("a prefix and a member id make a valid localpart")
    }

    /// The ghost of whoever is called so in a record that may hold anything.
    pub fn ghost_called(&self, member: &str) -> String {
        format!("@{}{member}:{}", self.ghost_prefix, self.server_name())
    }

    /// Whose ghost this is, if it is one of ours.
    pub fn member_of(&self, user: &UserId) -> Option<MemberId> {
        self.beyond_prefix(user)?.parse().ok()
    }

    /// Whether this user is in the ghosts' namespace.
    pub fn is_ghost(&self, user: &UserId) -> bool {
        self.beyond_prefix(user)
            .is_some_and(|rest| !rest.is_empty())
    }

    /// Whether what this user does is done by us: the bot, or anyone in the ghosts' namespace.
    pub fn is_ours(&self, user: &UserId) -> bool {
        user == self.bot || self.is_ghost(user)
    }

    fn beyond_prefix<'a>(&self, user: &'a UserId) -> Option<&'a str> {
        let is_here = user.server_name() == self.server_name();
        is_here.then(|| user.localpart().strip_prefix(&self.ghost_prefix))?
    }

    /// Whether some user could be a ghost of either bridge, as far as beginnings tell.
    pub fn shares_ghosts_with(&self, other: &Self) -> bool {
        let (one, two) = (&self.ghost_prefix, &other.ghost_prefix);
        self.server_name() == other.server_name() && (one.starts_with(two) || two.starts_with(one))
    }

    /// A localpart that begins as the ghosts' do, and is too long to be anybody's.
    pub(crate) fn nobodys_localpart(&self) -> String {
        format!("{}{}", self.ghost_prefix, "x".repeat(255))
    }

    /// The namespace of the ghosts as the registration says it: `@_aty_.+:server\.name`.
    ///
    /// It is wide on purpose: no later format of a ghost's name may fall out of it.
    pub fn ghost_regex(&self) -> String {
        let prefix = in_regex(&self.ghost_prefix);
        format!("@{prefix}.+:{}", self.server_regex())
    }

    /// The server's name with what a regular expression would read otherwise escaped.
    pub(crate) fn server_regex(&self) -> String {
        in_regex(self.server_name().as_str())
    }
}

/// Spec: Appendices, "User Identifiers".
fn is_plain(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-' | '=' | '/' | '+')
}

/// The text with what a regular expression would read otherwise escaped. Names have no other such characters.
fn in_regex(text: &str) -> String {
    let mut regex = String::new();
    for c in text.chars() {
        if matches!(c, '.' | '[' | ']' | '+') {
            regex.push('\\');
        }
        regex.push(c);
    }
    regex
}

/// The bridge was given names that it can't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoIdentity {
    /// The bot's name.
    #[error(
        "the bot can't be called \"{name}\": write a name of small letters, digits and . _ - that does not begin with {ghost_prefix}"
    )]
    Bot {
        /// The name.
        name: String,
        /// The beginning of the ghosts' names.
        ghost_prefix: String,
    },
    /// The beginning of the ghosts' names.
    #[error(
        "ghosts can't be called \"{0}…\": write an underscore, then small letters, digits and . _ -, such as _aty_"
    )]
    GhostPrefix(String),
}

impl NoIdentity {
    /// The setting that it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Bot { .. } => "bot",
            Self::GhostPrefix(_) => "ghost_prefix",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::server_name;

    fn identity() -> Identity {
        Identity::new("aty", "_aty_", server_name!("gobierno-abierto.example.org")).unwrap()
    }

    #[test]
    fn a_ghost_and_its_member_find_each_other() {
        let member: MemberId = "abcdefghij234567".parse().unwrap();
        let ghost = identity().ghost_user_id(&member);
        assert_eq!(ghost, "@_aty_abcdefghij234567:gobierno-abierto.example.org");
        assert_eq!(identity().member_of(&ghost), Some(member));
        assert!(identity().is_ours(&ghost));
    }

    #[test]
    fn the_namespace_holds_every_ghost_and_nobody_else() {
        for server in [
            "example.org",
            "localhost:8448",
            "[2001:db8::1]:8448",
            "10.0.0.1",
        ] {
            let server = ServerName::parse(server).unwrap();
            let identity = Identity::new("aty", "_aty_", &server).unwrap();
            let regex = regex::Regex::new(&format!("^(?:{})$", identity.ghost_regex())).unwrap();
            for member in ["aaaaaaaaaaaaaaaa", "abcdefghij234567", "7777777777777777"] {
                let ghost = identity.ghost_user_id(&member.parse().unwrap());
                assert!(
                    regex.is_match(ghost.as_str()),
                    "{ghost} falls out of {regex}"
                );
                assert!(identity.is_ours(&ghost));
            }
            assert!(!regex.is_match(identity.bot().as_str()));
            assert!(!regex.is_match(&format!("@ana:{server}")));
            assert!(!regex.is_match("@_aty_aaaaaaaaaaaaaaaa:elsewhere.example"));
        }
    }

    #[test]
    fn the_regex_is_the_documented_one() {
        assert_eq!(
            identity().ghost_regex(),
            r"@_aty_.+:gobierno-abierto\.example\.org"
        );
    }

    #[test]
    fn strangers_are_not_ours() {
        for stranger in [
            "@ana:gobierno-abierto.example.org",
            "@_aty_abcdefghij234567:elsewhere.example",
            "@_aty_:gobierno-abierto.example.org",
        ] {
            assert!(
                !identity().is_ours(<&UserId>::try_from(stranger).unwrap()),
                "{stranger}"
            );
        }
    }

    #[test]
    fn a_bot_may_not_look_like_a_ghost() {
        for name in ["", "_aty_x", "Aty", "a ty", "áty"] {
            assert!(
                Identity::new(name, "_aty_", server_name!("example.org")).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_ghosts_name_begins_with_an_underscore() {
        for prefix in [
            "",
            "_",
            "aty_",
            "_Aty_",
            "_a ty_",
            "_aty*_",
            &"_".repeat(33),
        ] {
            let refused = Identity::new("aty", prefix, server_name!("example.org")).unwrap_err();
            assert_eq!(refused.field(), "ghost_prefix", "{prefix}");
        }
    }

    #[test]
    fn what_a_regex_would_read_otherwise_is_escaped() {
        let identity = Identity::new("aty", "_a.b+_", server_name!("example.org")).unwrap();
        assert_eq!(identity.ghost_regex(), r"@_a\.b\+_.+:example\.org");
    }

    #[test]
    fn bridges_share_ghosts_if_one_prefix_is_the_beginning_of_the_other() {
        let of = |prefix, server: &ServerName| Identity::new("aty", prefix, server).unwrap();
        let here = server_name!("example.org");
        let aty = of("_aty_", here);
        assert!(aty.shares_ghosts_with(&of("_aty_", here)));
        assert!(aty.shares_ghosts_with(&of("_aty_b_", here)));
        assert!(of("_aty_b_", here).shares_ghosts_with(&aty));
        assert!(!aty.shares_ghosts_with(&of("_atyb_", here)));
        assert!(!aty.shares_ghosts_with(&of("_aty_", server_name!("elsewhere.example"))));
    }

    #[test]
    fn a_marker_tells_who_the_bridge_is() {
        let mut content = serde_json::json!({ "v": 1 });
        identity().mark(&mut content);
        let read = Identity::of_marker(identity().bot().as_str(), &content);
        assert_eq!(read, Some(identity()));
        assert_eq!(
            Identity::of_marker("@aty:example.org", &serde_json::json!({})),
            None
        );
        content[MARKER_KEY] = "".into();
        assert_eq!(Identity::of_marker("@aty:example.org", &content), None);
    }
}
