//! A person's accounts on both networks, linked so that they count once.
//!
//! Everything here is said in public, so a code alone links nothing: whoever asked for it must also say that it was they
//! who wrote it on the other network.

use super::Effect;
use super::asking::{Ask, Outcome};
use crate::{LinkClaim, LinkCode, LinkOffer, Linking, Network, Notice, Refusal};

/// How long a code can be used.
const MINUTES: u32 = 10;

impl Ask<'_> {
    pub(super) fn link(&self, step: Linking) -> Outcome {
        self.takes_part()?;
        if self
            .known
            .persons
            .linked(&self.said.speaker.member)
            .is_some()
        {
            return Err(Refusal::LinkedAlready);
        }
        match step {
            Linking::Begin => Ok(self.offer_link()),
            Linking::Claim(code) => self.claim_link(code),
            Linking::Confirm => self.confirm_link(),
        }
    }

    pub(super) fn unlink(&self) -> Outcome {
        let member = &self.said.speaker.member;
        let other = self
            .known
            .persons
            .linked(member)
            .ok_or(Refusal::NotLinked)?;
        Ok(vec![
            Effect::Unlink(member.clone(), other.clone()),
            self.tell(Notice::Unlinked),
        ])
    }

    fn offer_link(&self) -> Vec<Effect> {
        let offer = LinkOffer {
            by: self.said.by(),
            theme: self.theme.code.clone(),
            leg: self.said.from.clone(),
            language: self.language.unwrap_or_default(),
            code: self.said.code,
            until: self.now.plus_minutes(MINUTES),
            claim: None,
        };
        let notice = Notice::LinkOffered {
            code: offer.code,
            on: other(offer.by.network),
            minutes: MINUTES,
        };
        vec![Effect::Offer(offer), self.tell(notice)]
    }

    fn claim_link(&self, code: LinkCode) -> Outcome {
        let me = self.said.by();
        let offer = self.known.persons.offer_with(code, self.now);
        let offer = offer.ok_or(Refusal::NoSuchCode)?;
        if offer.by.network == me.network {
            return Err(Refusal::CodeOfThisNetwork {
                on: other(me.network),
            });
        }
        if offer.theme != self.theme.code {
            let theme = self.theme.neighbours.get(&offer.theme).cloned();
            return Err(Refusal::CodeOfOtherTheme {
                theme: theme.unwrap_or_else(|| offer.theme.to_string()),
            });
        }
        // The first one stands: else somebody could take the place of whom the other side was told of.
        if offer.claim.as_ref().is_some_and(|claim| claim.by != me) {
            return Err(Refusal::CodeUsed);
        }
        let name = self.known.names.of(&me.member);
        let asked = Effect::Tell {
            to: offer.leg.clone(),
            notice: Notice::LinkClaimed {
                name,
                on: me.network,
            },
            language: Some(offer.language),
        };
        let told = self.tell(Notice::LinkToConfirm {
            on: offer.by.network,
        });
        let claim = LinkClaim {
            by: me,
            leg: self.said.from.clone(),
            language: self.language.unwrap_or_default(),
        };
        let offer = LinkOffer {
            claim: Some(claim),
            ..offer.clone()
        };
        Ok(vec![Effect::Offer(offer), told, asked])
    }

    fn confirm_link(&self) -> Outcome {
        let persons = self.known.persons;
        let me = &self.said.speaker.member;
        let Some(offer) = persons.offer_of(me, self.now) else {
            let claimed = persons.claimed_by(me, self.now);
            return Err(match claimed {
                Some(offer) => Refusal::ConfirmThere {
                    on: offer.by.network,
                },
                None => Refusal::NothingToConfirm,
            });
        };
        let Some(claim) = &offer.claim else {
            return Err(Refusal::NotClaimedYet {
                code: offer.code,
                on: other(offer.by.network),
            });
        };
        if persons.linked(&claim.by.member).is_some() {
            return Err(Refusal::LinkedAlready);
        }
        let linked = |name| Notice::Linked { name };
        let theirs = Effect::Tell {
            to: claim.leg.clone(),
            notice: linked(self.known.names.of(me)),
            language: Some(claim.language),
        };
        Ok(vec![
            Effect::Link(me.clone(), claim.by.member.clone()),
            self.tell(linked(self.known.names.of(&claim.by.member))),
            theirs,
        ])
    }
}

fn other(network: Network) -> Network {
    match network {
        Network::WhatsApp => Network::Matrix,
        Network::Matrix => Network::WhatsApp,
    }
}
