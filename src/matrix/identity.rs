//! Which users of the homeserver are ours: the bot and the ghosts.

use civic::MemberId;
use ruma::{OwnedServerName, OwnedUserId, ServerName, UserId};

/// What the localpart of every ghost begins with.
pub const GHOST_PREFIX: &str = "_aty_";

/// Our names on the homeserver. Cheap enough to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    bot: OwnedUserId,
}

impl Identity {
    /// The identity of the bot with this localpart, and of its ghosts, on this server.
    ///
    /// # Errors
    /// When the localpart can't be part of a Matrix user id, or is one that a ghost could have.
    pub fn new(bot_localpart: &str, server_name: &ServerName) -> Result<Self, NotALocalpart> {
        let refused = || NotALocalpart(bot_localpart.to_owned());
        let plain =
            |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-' | '=' | '/' | '+');
        if bot_localpart.is_empty()
            || !bot_localpart.chars().all(plain)
            || bot_localpart.starts_with(GHOST_PREFIX)
        {
            return Err(refused());
        }
        let bot =
            UserId::parse(format!("@{bot_localpart}:{server_name}")).map_err(|_| refused())?;
        Ok(Self { bot })
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
        UserId::parse(format!(
            "@{}:{}",
            ghost_localpart(member),
            self.server_name()
        ))
        .expect("a prefix and a member id make a valid localpart")
    }

    /// Whose ghost this is, if it is one of ours.
    pub fn member_of(&self, user: &UserId) -> Option<MemberId> {
        if user.server_name() != self.server_name() {
            return None;
        }
        user.localpart().strip_prefix(GHOST_PREFIX)?.parse().ok()
    }

    /// Whether what this user does is done by us: the bot, or anyone in the ghosts' namespace.
    pub fn is_ours(&self, user: &UserId) -> bool {
        user == self.bot
            || (user.server_name() == self.server_name()
                && user.localpart().len() > GHOST_PREFIX.len()
                && user.localpart().starts_with(GHOST_PREFIX))
    }

    /// The namespace of the ghosts as the registration says it: `@_aty_.+:server\.name`.
    ///
    /// It is wide on purpose: no later format of a ghost's name may fall out of it.
    pub fn ghost_regex(&self) -> String {
        format!("@{GHOST_PREFIX}.+:{}", self.server_regex())
    }

    /// The server's name with what a regular expression would read otherwise escaped.
    pub(crate) fn server_regex(&self) -> String {
        let mut regex = String::new();
        for c in self.server_name().as_str().chars() {
            if matches!(c, '.' | '[' | ']') {
                regex.push('\\');
            }
            regex.push(c);
        }
        regex
    }
}

/// The localpart of a person's ghost.
pub fn ghost_localpart(member: &MemberId) -> String {
    format!("{GHOST_PREFIX}{member}")
}

/// The bot was given a name that it can't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the bot can't be called \"{0}\": write a name of small letters, digits and . _ - that does not begin with {GHOST_PREFIX}"
)]
pub struct NotALocalpart(pub String);

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::server_name;

    fn identity() -> Identity {
        Identity::new("aty", server_name!("gobierno-abierto.example.org")).unwrap()
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
            let identity = Identity::new("aty", &server).unwrap();
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
                Identity::new(name, server_name!("example.org")).is_err(),
                "{name}"
            );
        }
    }
}
