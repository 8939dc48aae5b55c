//! Once a week: what was talked about in debate libre, so that it is heard. It is read from the room, where it stands: what was
//! taken back or hidden is not told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use civic::{DebateTold, Leg, MemberId, Notice, Timestamp};
use matrix::{Happened, names};
use ruma::{EventId, UserId};
use serde::Deserialize;
use serde_json::Value;
use vault::{Batch, VaultError};
use whatsapp::KnownNumbers;

use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Copy, Link, Outgoing, Spot, leg_key};
use crate::engine::moderation::{legs, week_of};
use crate::engine::{Engine, Seat, lock};

/// How much of a message is told, in characters.
const FIRST_WORDS: usize = 80;

/// What somebody said there.
struct Said {
    event: String,
    member: MemberId,
    words: String,
    answers: Option<String>,
}

/// An event of the thread, as far as it is read here.
#[derive(Deserialize)]
struct Event {
    sender: String,
    #[serde(rename = "type")]
    event_type: String,
    content: Value,
}

impl Engine {
    /// Tells each theme in whose debate libre something was said since the last time, once a week.
    pub(in crate::engine) async fn tell_of_debate(self: &Arc<Self>) -> Result<(), VaultError> {
        let now = clock::now();
        let Some(this_week) = week_of(now) else {
            return Ok(());
        };
        for seat in self.seats.values() {
            let note = format!("debate digest/{}", seat.slug());
            let kept = self.notebook.note(&note)?.unwrap_or_default();
            let kept = String::from_utf8(kept).unwrap_or_default();
            let (told_in, told) = kept.split_once('/').unwrap_or(("", "0"));
            if told_in == this_week {
                continue;
            }
            // In the week in which a theme begins nobody is told of what they have just seen.
            let since = told.parse().ok().filter(|_| !told_in.is_empty());
            let told = match since {
                Some(since) => self.week_of_debate(seat, Timestamp(since)).await,
                None => Ok(None),
            };
            // A homeserver that does not answer is asked again in an hour.
            let Ok(told) = told else { continue };
            let mut batch = Batch::new();
            let noted = format!("{this_week}/{}", now.0);
            self.notebook.put_note(&mut batch, &note, noted.as_bytes());
            let mut lanes = Vec::new();
            // What is told of a message goes with it, should that be taken back or hidden; and what answers it there goes where it is.
            let quoted = self.quoted(seat, told.as_ref())?;
            // It was hidden while the room was read: an hour later it is read again.
            if quoted.as_ref().is_some_and(|(_, link)| link.hidden) {
                continue;
            }
            let mut copies = Vec::new();
            for leg in legs(seat) {
                let Some((told, _)) = &told else { break };
                let lane = self.lane(seat, &leg);
                let source = self.source(&[b"debate digest", this_week.as_bytes()]);
                let act = Act::Tell {
                    text: self.words(&Notice::Debate(told.clone()), None),
                    answers: None,
                };
                let effect = self.effect(&source, &format!("{}/{leg:?}", seat.slug()));
                copies.push(Copy {
                    leg: leg_key(&leg),
                    effect: effect.clone(),
                });
                let outgoing = Outgoing {
                    link: quoted.as_ref().map(|(name, _)| name.clone()),
                    ..Outgoing::of_bridge(effect, now, act)
                };
                self.notebook.send_out(&mut batch, lane.prefix, &outgoing);
                lanes.push(lane);
            }
            if let Some((name, mut link)) = quoted {
                link.copies.extend(copies);
                let theme = seat.slug().as_str();
                self.notebook.keep_link(&mut batch, theme, &name, &link);
            }
            self.notebook.commit(batch).await?;
            self.ring_lanes(&lanes);
        }
        Ok(())
    }

    /// The message of which its first words are told, and its name.
    fn quoted(
        &self,
        seat: &Seat,
        told: Option<&(DebateTold, String)>,
    ) -> Result<Option<(Vec<u8>, Link)>, VaultError> {
        let Some((_, event)) = told else {
            return Ok(None);
        };
        let (theme, room) = (seat.slug().as_str(), leg_key(&Leg::Room));
        let spot = Spot::event(&seat.room, event);
        let Some(name) = self.notebook.link_of(theme, &room, &spot)? else {
            return Ok(None);
        };
        let link = self.notebook.link(&name)?;
        Ok(link.map(|link| (name, link)))
    }

    /// What was talked about there since, and which event its first words are of; none if nothing was.
    async fn week_of_debate(
        &self,
        seat: &Seat,
        since: Timestamp,
    ) -> Result<Option<(DebateTold, String)>, matrix::SendError> {
        let Ok(Some(root)) = self.debate_root(seat) else {
            return Ok(None);
        };
        let events = self.homeserver.thread_since(&seat.room, &root, since);
        let events = events.await?;
        let mut said: Vec<Said> = events
            .iter()
            .filter_map(|event| self.said_there(event, &root))
            .collect();
        // What is hidden may wait to be taken out of the room.
        said.retain(|said| !self.is_hidden_there(seat, &said.event));
        let people: BTreeSet<&MemberId> = said.iter().map(|said| &said.member).collect();
        let persons = lock(&self.persons).clone();
        let people: BTreeSet<&MemberId> = people
            .into_iter()
            .map(|member| persons.canonical(member))
            .collect();
        let most = most_answered(&said);
        let event = most.map(|said| said.event.clone()).unwrap_or_default();
        let first = most.map(|said| {
            let name = lock(&self.people).shown(&said.member);
            (name, first_words(&said.words))
        });
        let told = DebateTold::Week {
            messages: said.len(),
            people: people.len(),
            first: first.filter(|(_, words)| !words.is_empty()),
            link: self.address_of_theme(seat),
        };
        Ok((!said.is_empty()).then_some((told, event)))
    }

    /// Whether a message there is hidden, or says again what is.
    fn is_hidden_there(&self, seat: &Seat, event: &str) -> bool {
        let (theme, room) = (seat.slug().as_str(), leg_key(&Leg::Room));
        let spot = Spot::event(&seat.room, event);
        let named = |name: &[u8]| self.notebook.link(name).ok().flatten();
        let name = self.notebook.link_of(theme, &room, &spot).ok().flatten();
        let Some(link) = name.and_then(|name| named(&name)) else {
            return false;
        };
        let original = link.copy_of.as_deref().and_then(named);
        link.hidden || original.is_some_and(|original| original.hidden)
    }

    /// What somebody said there whom others may quote.
    fn said_there(&self, happened: &Happened, root: &EventId) -> Option<Said> {
        let event: Event = serde_json::from_str(happened.event.get()).ok()?;
        let body = event.content["body"].as_str()?;
        if event.event_type != "m.room.message" {
            return None;
        }
        let sender = UserId::parse(&event.sender).ok()?;
        let identity = self.homeserver.identity();
        let copied = event.content[names::COPIED]["member"].as_str();
        let (member, by_bot): (MemberId, bool) = match identity.member_of(&sender) {
            Some(member) => (member, false),
            None if sender == *self.homeserver.bot() => (copied?.parse().ok()?, true),
            None if identity.is_ours(&sender) => return None,
            None => (lock(&self.people).on_matrix(sender.as_str()), false),
        };
        if !lock(&self.people).choice(&member).carried {
            return None;
        }
        // The bridge says somebody's words behind their name.
        let words = match by_bot {
            true => body.split_once(": ").map_or(body, |(_, words)| words),
            false => body,
        };
        let relates = &event.content["m.relates_to"];
        let answers = relates["m.in_reply_to"]["event_id"].as_str();
        let falls_back = relates["is_falling_back"] == true;
        let answers = answers.filter(|event| !falls_back && *event != root.as_str());
        Some(Said {
            event: happened.event_id.to_string(),
            member,
            words: self.scrubbed(words, &KnownNumbers::default()),
            answers: answers.map(str::to_owned),
        })
    }
}

/// What most others answer; of several the first, which it is, too, if nobody answers anything.
fn most_answered(said: &[Said]) -> Option<&Said> {
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for answered in said.iter().filter_map(|said| said.answers.as_deref()) {
        *answers.entry(answered).or_default() += 1;
    }
    let count = |said: &Said| answers.get(said.event.as_str()).copied().unwrap_or(0);
    // Of the greatest the last is taken.
    said.iter().rev().max_by_key(|said| count(said))
}

/// The beginning of a message, on one line.
fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().nth(FIRST_WORDS) {
        None => line,
        Some(_) => line.chars().take(FIRST_WORDS).collect::<String>() + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(event: &str, answers: Option<&str>) -> Said {
        Said {
            event: event.to_owned(),
            member: "a".repeat(16).parse().unwrap(),
            words: event.to_owned(),
            answers: answers.map(str::to_owned),
        }
    }

    #[test]
    fn the_most_answered_is_told_and_of_several_the_first() {
        assert!(most_answered(&[]).is_none());
        let none = [said("one", None), said("two", None)];
        assert_eq!(most_answered(&none).unwrap().event, "one");
        let all = [
            said("one", None),
            said("two", None),
            said("three", Some("two")),
            said("four", Some("two")),
            said("five", Some("one")),
        ];
        assert_eq!(most_answered(&all).unwrap().event, "two");
    }

    #[test]
    fn first_words_stand_on_one_line() {
        assert_eq!(first_words("¿Quién\n gana?"), "¿Quién gana?");
        let long = first_words(&"a".repeat(200));
        assert_eq!(long.chars().count(), FIRST_WORDS + 1);
    }
}
