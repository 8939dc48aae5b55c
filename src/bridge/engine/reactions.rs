//! How a group sees what people elsewhere think of a message: the bridge's own reaction, with the leading emoji, and who they
//! are, in one line below the message.

use std::collections::BTreeMap;

use civic::reactions::{self, Step};
use civic::{GroupId, Leg, MemberId, Notice, Timestamp};
use serde::{Deserialize, Serialize};
use vault::Batch;
use whatsapp::{Connector, EDIT_WINDOW, GroupJid, Saying};

use super::act::Act;
use super::entries::{Outgoing, Reaction, Spot, leg_key};
use super::lane::Failure;
use super::ties::millis;
use super::{Engine, Seat, lock};

/// So many entries of a lane are looked at to see whether another reaction follows.
const LOOKED_AT: usize = 64;

/// What a group was told of the reactions to one message. It is noted before it is said, so that who says it again says the
/// same.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Gathered {
    /// Of how many people, at most.
    most: usize,
    /// What the last line says; empty when it was taken back.
    text: String,
    /// Since when the last line stands.
    since: i64,
    /// The lines that stand, by the effects that said them, oldest first.
    lines: Vec<String>,
    /// The effect that said, changed or took back the last one, and when.
    by: String,
    at: i64,
}

impl Gathered {
    /// The lines that may stand, by the effects that said them.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl Engine {
    /// Until when reactions are gathered that are made now: all of one stretch of time together, so that a line does not
    /// wait for ever while people go on reacting.
    pub(super) fn gathered_until(&self, now: Timestamp) -> Timestamp {
        let stretch = 1000 * i64::from(self.config.whatsapp.reactions_every_seconds);
        match stretch {
            0 => now,
            _ => Timestamp((now.0.div_euclid(stretch) + 1) * stretch),
        }
    }

    /// What most people elsewhere react with; the first of it, where it is as many. Empty: nobody reacts any more. The bridge's
    /// account has one reaction, and whoever reacts on its phone means it.
    pub(super) fn leading_emoji(&self, leg: &str, to: &[u8]) -> Result<String, Failure> {
        let organisers = lock(&self.people).organisers().clone();
        let own = self.notebook.reaction(to, organisers.as_str());
        let own = own?.filter(|own| own.leg == leg);
        if let Some(own) = own {
            return Ok(own.emoji);
        }
        let mut emojis: BTreeMap<String, (usize, i64)> = BTreeMap::new();
        for (_, reaction) in self.reactions_elsewhere(leg, to)? {
            let (people, since) = emojis.entry(reaction.emoji).or_insert((0, reaction.at));
            *people += 1;
            *since = (*since).min(reaction.at);
        }
        let leading = emojis
            .into_iter()
            .max_by_key(|(_, (people, since))| (*people, std::cmp::Reverse(*since)));
        Ok(leading.map(|(emoji, _)| emoji).unwrap_or_default())
    }

    /// Whether another reaction of the bridge to the same message waits behind this one: that one will show what is thought then.
    pub(super) fn is_overtaken(
        &self,
        seat: &Seat,
        group: &GroupId,
        entry: &Outgoing,
        to: &[u8],
    ) -> Result<bool, Failure> {
        let lane = self
            .notebook
            .lane_prefix(seat.slug(), &Leg::Group(group.clone()));
        let waiting = self.notebook.outbox(lane, &[], LOOKED_AT)?;
        let mut waiting = waiting.iter().map(|(_, waiting)| waiting);
        Ok(another_follows(&mut waiting, &entry.effect, to))
    }

    /// Tells a group who reacts elsewhere, if it is worth it now. What came before may have told all of it already.
    pub(super) async fn gather(
        &self,
        connector: &Connector,
        jid: &GroupJid,
        group: &GroupId,
        entry: &Outgoing,
        to: &[u8],
    ) -> Result<Option<String>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let known = self.notebook.gathered(to, &leg)?;
        let told = match known.filter(|known| known.by == entry.effect) {
            // Begun before, and maybe done.
            Some(begun) => begun,
            None => {
                let Some(told) = self.to_be_told(&leg, entry, to)? else {
                    return Ok(None);
                };
                let mut batch = Batch::new();
                self.notebook.keep_gathered(&mut batch, to, &leg, &told);
                self.notebook.commit(batch).await?;
                told
            }
        };
        if told.text.is_empty() {
            for (place, line) in told.lines.iter().enumerate() {
                let id = whatsapp::message_id(format!("{}.{place}", entry.effect).as_bytes());
                let of = whatsapp::message_id(line.as_bytes()).to_string();
                let revoke = Saying::Revoke { of, author: None };
                connector.send(jid, &id, &revoke).await?;
            }
            return Ok(told.lines.last().cloned());
        }
        let saying = match told.lines.last() {
            Some(line) if *line != entry.effect => Saying::Edit {
                of: whatsapp::message_id(line.as_bytes()).to_string(),
                text: told.text,
                mentions: Vec::new(),
                at_ms: told.at,
            },
            _ => Saying::Text {
                text: told.text,
                reply: self.reply_to(group, to)?,
                mentions: Vec::new(),
            },
        };
        let id = whatsapp::message_id(entry.effect.as_bytes());
        connector.send(jid, &id, &saying).await?;
        Ok(Some(Spot::ours(&id.to_string()).0))
    }

    /// What a group is told by this effect, after what it was told before; nothing where that still holds, or never was there.
    fn to_be_told(
        &self,
        leg: &str,
        entry: &Outgoing,
        to: &[u8],
    ) -> Result<Option<Gathered>, Failure> {
        // Of what is hidden nobody is told what is thought of it.
        let stands = self.stands_at(leg, to)?;
        if stands.is_none_or(|(link, _)| link.hidden) {
            return Ok(None);
        }
        let now = self.time_of_words();
        let before = self.notebook.gathered(to, leg)?;
        let before = before.unwrap_or_default();
        let reactions = self.reactions_elsewhere(leg, to)?;
        let people = reactions.len();
        let stands = (!before.text.is_empty()).then_some(Timestamp(before.since));
        let mut told = Gathered {
            most: before.most.max(people),
            by: entry.effect.clone(),
            at: now.0,
            ..before.clone()
        };
        match reactions::step(now, people, before.most, stands, millis(EDIT_WINDOW)) {
            Step::Nothing => return Ok(None),
            Step::TakeBack => told.text.clear(),
            Step::Change => told.text = self.line(reactions),
            Step::Say => {
                if stands.is_none() {
                    told.lines.clear();
                }
                told.lines.push(entry.effect.clone());
                told.since = now.0;
                told.text = self.line(reactions);
            }
        }
        Ok(Some(told).filter(|told| told.text != before.text || told.lines != before.lines))
    }

    fn line(&self, reactions: Vec<(MemberId, Reaction)>) -> String {
        let people = lock(&self.people);
        let named = reactions.into_iter().map(|(member, reaction)| {
            let name = people.shown(&member);
            let at = Timestamp(reaction.at);
            reactions::Reaction {
                name,
                emoji: reaction.emoji,
                at,
            }
        });
        let (alike, more) = reactions::gather(named.collect());
        self.words(&Notice::Reactions { alike, more }, None)
    }

    /// The reactions to a message that were not made on this leg, of people who don't stay out.
    fn reactions_elsewhere(
        &self,
        leg: &str,
        to: &[u8],
    ) -> Result<Vec<(MemberId, Reaction)>, Failure> {
        let mut reactions = self.notebook.reactions(to)?;
        let people = lock(&self.people);
        reactions.retain(|(member, reaction)| reaction.leg != leg && people.choice(member).carried);
        Ok(reactions)
    }
}

/// Whether behind the entry of this effect there is one more reaction of the bridge to this message.
fn another_follows<'a>(
    waiting: &mut impl Iterator<Item = &'a Outgoing>,
    effect: &str,
    to: &[u8],
) -> bool {
    let same = |entry: &Outgoing| matches!(&entry.act, Act::Mood { to: other, .. } if other == to);
    waiting.any(|entry| entry.effect == effect) && waiting.any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_reactions_to_one_message_only_the_last_is_shown() {
        let entry = |effect: &str, act| Outgoing::of_bridge(effect.to_owned(), Timestamp(0), act);
        let mood = |to: u8| Act::Mood {
            to: vec![to],
            at: 0,
        };
        let gather = Act::Gather {
            to: vec![1],
            due: 0,
        };
        let lane = [
            entry("a", mood(1)),
            entry("b", gather),
            entry("c", mood(2)),
            entry("d", mood(1)),
        ];
        let follows = |effect, to: u8| another_follows(&mut lane.iter(), effect, &[to]);
        assert!(follows("a", 1));
        assert!(!follows("c", 2) && !follows("d", 1));
        assert!(
            !follows("gone", 1),
            "what is not there has nothing behind it"
        );
    }
}
