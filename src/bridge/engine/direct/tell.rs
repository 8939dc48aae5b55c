//! Telling somebody something alone, who may not have asked.

use std::sync::Arc;

use civic::{Hearing, MemberId, Notice, Party, Refusal};
use vault::{Batch, VaultError};

use super::{Address, Itself};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Did, Outgoing};
use crate::engine::lane::Lane;
use crate::engine::{Engine, lock};

impl Engine {
    /// Lays out that somebody is told something alone, on their own network or else where their linked account is. `effect` is
    /// the keyed id of what this is. Gives the lane to be rung once the batch is written; none if they can't be reached: on
    /// WhatsApp nobody is written to who neither asks for it now, wrote to the bridge before, nor is a delegate or a facilitator.
    pub(in crate::engine) fn tell_privately(
        self: &Arc<Self>,
        batch: &mut Batch,
        (to, asks): (&Party, bool),
        notice: &Notice,
        effect: String,
    ) -> Result<Option<Arc<Lane>>, VaultError> {
        let Some(address) = self.address_alone(to, asks)? else {
            tracing::debug!(
                "somebody could not be told something alone: they never wrote to the bridge"
            );
            return Ok(None);
        };
        let Some(home) = self.home() else {
            return Ok(None);
        };
        let lane = self.lane(home, &address.leg());
        let act = Act::Whisper {
            to: address,
            text: self.words(notice, None),
            answers: None,
        };
        let outgoing = Outgoing {
            speaker: Some(to.member.to_string()),
            link: quoted_in(notice),
            ..Outgoing::of_bridge(effect, clock::now(), act)
        };
        self.notebook.send_out(batch, lane.prefix, &outgoing);
        Ok(Some(lane))
    }

    fn address_alone(&self, to: &Party, asks: bool) -> Result<Option<Address>, VaultError> {
        let linked = lock(&self.persons).linked(&to.member).cloned();
        for member in std::iter::once(to.member.clone()).chain(linked) {
            if let Some(account) = self.account_of(&member) {
                return Ok(Some(Address::Account(account)));
            }
            if let Some(phone) = self.phone_of(&member, asks)? {
                return Ok(Some(Address::Phone(phone)));
            }
        }
        Ok(None)
    }

    fn account_of(&self, member: &MemberId) -> Option<String> {
        let people = lock(&self.people);
        people.account_of(member).map(str::to_owned)
    }

    /// The number of somebody to whom the bridge is no stranger.
    pub(in crate::engine) fn phone_of(
        &self,
        member: &MemberId,
        asks: bool,
    ) -> Result<Option<whatsapp::Person>, VaultError> {
        if let Some(person) = self.notebook.contact(member)? {
            return Ok(Some(person));
        }
        let trusted = self.trusted();
        let mut delegates = trusted.delegates.values().flatten();
        if !asks
            && !trusted.facilitators.contains_key(member)
            && !delegates.any(|(one, _)| one.member == *member)
        {
            return Ok(None);
        }
        let groups = lock(&self.groups);
        let mut known = groups.values().filter_map(|group| group.known.as_ref());
        Ok(known.find_map(|group| group.people.get(member.as_str()).cloned()))
    }
}

/// The link of the message whose words this tells: should that be taken out, they go while they still wait.
fn quoted_in(notice: &Notice) -> Option<Vec<u8>> {
    match notice {
        Notice::ReportToYou { message, .. } => message.map(|message| message.as_bytes().to_vec()),
        _ => None,
    }
}

impl Layout<'_> {
    /// Whether it is whoever is heard now.
    pub(in crate::engine) fn is_asker(&self, to: &Party) -> bool {
        self.talk()
            .is_some_and(|talk| talk.member == to.member.as_str())
    }

    /// Whether this was said to somebody a while ago who did not ask for anything since: two programs would answer each other
    /// for ever.
    pub(in crate::engine) fn was_said_lately(&mut self, notice: &Notice) -> bool {
        let Some((talk, alone)) = self
            .talk()
            .and_then(|talk| Some((talk, talk.privately.as_ref()?)))
        else {
            return false;
        };
        let talks = match (&talk.did, notice) {
            (Did::Say { words, .. }, Notice::Refused(Refusal::WrittenInPublic)) => {
                matches!(language::hear(&words.text), Hearing::Talk)
            }
            _ => false,
        };
        let shows = alone.itself == Some(Itself::OnlyText);
        let who = match (talks, shows) {
            (true, _) => format!("{} talks", talk.member),
            (_, true) => format!("{} shows", talk.member),
            _ => return false,
        };
        !lock(&self.engine.hushed).tells(self.now, &who)
    }

    /// Lays out that somebody is told something alone.
    pub(in crate::engine) fn whisper(
        &mut self,
        to: &Party,
        notice: &Notice,
    ) -> Result<(), VaultError> {
        let asks = self.is_asker(to);
        self.whisper_to((to, asks), notice)
    }

    /// The same; with whether they ask for it.
    pub(super) fn whisper_to(
        &mut self,
        (to, asks): (&Party, bool),
        notice: &Notice,
    ) -> Result<(), VaultError> {
        let mut what = format!("whisper {}", to.member);
        while !self.laid.insert(what.clone()) {
            what.push('+');
        }
        let effect = self.engine.effect(&self.incoming.source, &what);
        let engine = self.engine;
        let lane = engine.tell_privately(self.batch, (to, asks), notice, effect)?;
        self.rung.extend(lane);
        Ok(())
    }
}
