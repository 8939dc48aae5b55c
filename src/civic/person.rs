use std::collections::BTreeMap;
use std::fmt;

use crate::{Effect, Language, Leg, MemberId, ThemeCode, Timestamp};

/// A network that people write on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// WhatsApp's groups.
    WhatsApp,
    /// Matrix's rooms.
    Matrix,
}

impl Network {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WhatsApp => "WhatsApp",
            Self::Matrix => "Matrix",
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A person's account on one of the networks, as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party {
    /// Who.
    pub member: MemberId,
    /// Where they wrote.
    pub network: Network,
}

/// Six digits by which a person shows that two accounts are theirs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCode(u32);

impl LinkCode {
    /// The code that these bytes come to.
    pub fn from_entropy(entropy: u64) -> Self {
        let digits = entropy % 1_000_000;
        Self(u32::try_from(digits).unwrap_or_default())
    }

    /// Reads six digits, whatever stands between them.
    pub fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let plain = text
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '.'));
        (plain && digits.len() == 6).then(|| digits.parse().ok().map(Self))?
    }
}

impl fmt::Display for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A person's offer to link an account on the other network: open until it ends, is taken, or a newer one takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkOffer {
    /// Whose account begins.
    pub by: Party,
    /// In which theme: the answer is given there, too.
    pub theme: ThemeCode,
    /// Where.
    pub leg: Leg,
    /// In which language.
    pub language: Language,
    /// What to write on the other network.
    pub code: LinkCode,
    /// Until when.
    pub until: Timestamp,
    /// Who wrote it there first. The one who offered has still to say that it was them.
    pub claim: Option<LinkClaim>,
}

/// Somebody says that an offer is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkClaim {
    /// Who.
    pub by: Party,
    /// Where.
    pub leg: Leg,
    /// In which language.
    pub language: Language,
}

/// Which accounts are one person's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    links: BTreeMap<MemberId, MemberId>,
    offers: BTreeMap<MemberId, LinkOffer>,
}

impl Persons {
    /// The same id for all accounts of a person; their own for whoever has linked none.
    pub fn canonical<'a>(&'a self, member: &'a MemberId) -> &'a MemberId {
        self.linked(member)
            .map_or(member, |other| other.min(member))
    }

    /// Whether two accounts are one person's.
    pub fn are_one(&self, one: &MemberId, other: &MemberId) -> bool {
        one == other || self.linked(one) == Some(other)
    }

    /// The person's account on the other network.
    pub fn linked(&self, member: &MemberId) -> Option<&MemberId> {
        self.links.get(member)
    }

    /// Each link, once.
    pub fn links(&self) -> impl Iterator<Item = (&MemberId, &MemberId)> {
        self.links.iter().filter(|(one, other)| one < other)
    }

    /// From now on these accounts are one person's. Earlier links of theirs end, and so do their offers.
    pub fn link(&mut self, one: &MemberId, other: &MemberId) {
        if one == other {
            return;
        }
        for member in [one, other] {
            self.unlink(member);
            self.offers.remove(member);
        }
        self.links.insert(one.clone(), other.clone());
        self.links.insert(other.clone(), one.clone());
    }

    /// From now on this account stands for itself.
    pub fn unlink(&mut self, member: &MemberId) {
        if let Some(other) = self.links.remove(member) {
            self.links.remove(&other);
        }
    }

    /// Takes an offer over, in the place of the same person's earlier one.
    pub fn offer(&mut self, offer: LinkOffer) {
        self.offers.insert(offer.by.member.clone(), offer);
    }

    /// A person's offer that is still open.
    pub fn offer_of(&self, member: &MemberId, now: Timestamp) -> Option<&LinkOffer> {
        self.offers.get(member).filter(|offer| now < offer.until)
    }

    /// The open offer with this code.
    pub fn offer_with(&self, code: LinkCode, now: Timestamp) -> Option<&LinkOffer> {
        let mut open = self.offers.values().filter(|offer| now < offer.until);
        open.find(|offer| offer.code == code)
    }

    /// The open offer that this person says is theirs.
    pub fn claimed_by(&self, member: &MemberId, now: Timestamp) -> Option<&LinkOffer> {
        let by = |offer: &LinkOffer| {
            offer
                .claim
                .as_ref()
                .is_some_and(|claim| claim.by.member == *member)
        };
        let mut open = self.offers.values().filter(|offer| now < offer.until);
        open.find(|offer| by(offer))
    }

    /// Takes over what was decided about who is who.
    pub fn take_over(&mut self, now: Timestamp, effects: &[Effect]) {
        self.forget_ended(now);
        for effect in effects {
            match effect {
                Effect::Offer(offer) => self.offer(offer.clone()),
                Effect::Link(one, other) => self.link(one, other),
                Effect::Unlink(one, _) => self.unlink(one),
                _ => {}
            }
        }
    }

    /// Forgets the offers that have ended.
    pub fn forget_ended(&mut self, now: Timestamp) {
        self.offers.retain(|_, offer| now < offer.until);
    }
}
