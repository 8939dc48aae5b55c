//! A proposal's acts, from its head back to its beginning.

use std::collections::{BTreeMap, BTreeSet};

use matrix::record::{Act, Did, Head, VERSION};
use serde_json::Value;

use super::finding::Reason;
use crate::event::Event;

/// Every act in a room, in the order of its timeline.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acts {
    found: Vec<(String, Found)>,
    places: BTreeMap<String, usize>,
}

/// What stands where an act should be.
#[derive(Debug, Clone)]
enum Found {
    Act(Box<Act>),
    /// Somebody else wrote it.
    Forged,
    /// Its words were deleted for good; what kind of event it is.
    Deleted(String),
    /// Of a shape that is not known here; its place in the chain may be.
    Unreadable(Option<String>),
}

/// One step of a proposal's story.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// An act, and its event.
    Act(String, Box<Act>),
    /// Something was done, and its words were deleted for good.
    Deleted,
    /// Somebody would have had it otherwise, or it was decided on that; nothing of it remains.
    DeletedAmendment,
    /// Something was done that can't be read here.
    Unreadable,
}

/// A proposal's story, as far as it can be followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chain {
    /// Oldest first.
    pub(crate) steps: Vec<Step>,
    /// Why it could not be followed to its beginning.
    pub(crate) broken: Option<Reason>,
    /// Acts on it that the head doesn't know yet.
    pub(crate) newer: u64,
    /// Acts on it that are left out though others after them are not.
    pub(crate) beside: u64,
    /// When the last of those was done.
    pub(crate) last: Option<i64>,
}

impl Acts {
    /// Reads events of the room, oldest first. Only those of `bot` are believed.
    pub(crate) fn read(events: &[Event], bot: &str) -> Self {
        let mut acts = Acts::default();
        for event in events {
            // State has another place, whatever it is called.
            if event.state_key.is_some() {
                continue;
            }
            acts.places.insert(event.id.clone(), acts.found.len());
            acts.found.push((event.id.clone(), found(event, bot)));
        }
        acts
    }

    /// Every act that can be read, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Act)> {
        self.found.iter().filter_map(|(id, found)| match found {
            Found::Act(act) => Some((id.as_str(), &**act)),
            _ => None,
        })
    }

    /// Whoever supports changes nothing of the proposal, and has no place in the chain.
    pub(crate) fn endorsements<'a>(
        &'a self,
        reference: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Act)> {
        let of_it = move |act: &Act| act.context.reference == reference && is_endorsement(act);
        self.iter().filter(move |(_, act)| of_it(act))
    }

    /// Follows a proposal's acts back from its head.
    pub(crate) fn of(&self, head: &Head) -> Chain {
        let reference = head.reference.as_str();
        let mut chain = Chain::default();
        let mut seen = BTreeSet::new();
        let mut next = head.rev_event.clone();
        if next.is_none() {
            chain.broken = Some(Reason::NoActs);
        }
        while let Some(id) = next.take() {
            match self.step(&id, reference, &mut seen) {
                Ok((step, before)) => {
                    chain.steps.push(step);
                    next = before;
                }
                Err(reason) => chain.broken = Some(reason),
            }
        }
        chain.steps.reverse();
        let begins = chain.steps.first();
        if let Some(Step::Act(event, act)) = begins
            && chain.broken.is_none()
            && !matches!(act.did, Did::Proposed { .. })
        {
            let event = event.clone();
            chain.broken = Some(Reason::NoBeginning { event });
        }
        self.left_out(head, &seen, &mut chain);
        chain
    }

    /// One step back, and the event before it.
    fn step(
        &self,
        id: &str,
        reference: &str,
        seen: &mut BTreeSet<usize>,
    ) -> Result<(Step, Option<String>), Reason> {
        let event = id.to_owned();
        let Some(place) = self.places.get(id).copied() else {
            return Err(Reason::Missing { event });
        };
        if !seen.insert(place) {
            return Err(Reason::Circle { event });
        }
        match &self.found[place].1 {
            Found::Forged => Err(Reason::Forged { event }),
            Found::Act(act) if act.context.reference != reference => {
                Err(Reason::OfAnother { event })
            }
            Found::Act(act) => Ok((Step::Act(event, act.clone()), act.context.prev.clone())),
            Found::Unreadable(before) => Ok((Step::Unreadable, before.clone())),
            // It no longer says what was before it; the room's order does.
            Found::Deleted(kind) => {
                let step = match kind == matrix::names::AMENDMENT {
                    true => Step::DeletedAmendment,
                    false => Step::Deleted,
                };
                Ok((step, self.before(place, reference)))
            }
        }
    }

    fn before(&self, place: usize, reference: &str) -> Option<String> {
        let earlier = self.found[..place].iter().rev();
        let mut of_it = earlier.filter(|(_, found)| is_in_chain(found, reference));
        of_it.next().map(|(id, _)| id.clone())
    }

    fn left_out(&self, head: &Head, seen: &BTreeSet<usize>, chain: &mut Chain) {
        let known = head.rev_event.as_ref();
        let known = known.and_then(|event| self.places.get(event)).copied();
        for (place, (_, found)) in self.found.iter().enumerate() {
            let Found::Act(act) = found else {
                continue;
            };
            if seen.contains(&place) || !is_in_chain(found, &head.reference) {
                continue;
            }
            match known {
                Some(known) if place < known => chain.beside += 1,
                _ => chain.newer += 1,
            }
            chain.last = chain.last.max(Some(act.context.ts));
        }
    }
}

fn found(event: &Event, bot: &str) -> Found {
    if event.sender != bot {
        return Found::Forged;
    }
    if event.is_redacted() {
        return Found::Deleted(event.kind.clone());
    }
    match serde_json::from_value::<Act>(event.content.clone()) {
        Ok(act) if act.context.v <= VERSION && act.did.event_type() == event.kind => {
            Found::Act(Box::new(act))
        }
        _ => Found::Unreadable(
            event
                .content
                .get("prev")
                .and_then(Value::as_str)
                .map(str::to_owned),
        ),
    }
}

fn is_in_chain(found: &Found, reference: &str) -> bool {
    matches!(found, Found::Act(act) if act.context.reference == reference && !is_endorsement(act))
}

fn is_endorsement(act: &Act) -> bool {
    matches!(act.did, Did::Endorsed { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::scene::{BOT, Story};

    fn kinds(chain: &Chain) -> Vec<&str> {
        let kind = |step: &Step| match step {
            Step::Act(_, act) => act.did.event_type(),
            Step::Deleted | Step::DeletedAmendment => "deleted",
            Step::Unreadable => "unreadable",
        };
        // Only the names are looked at.
        chain
            .steps
            .iter()
            .map(kind)
            .map(|kind| match kind {
                matrix::names::REVISION => "revision",
                matrix::names::AMENDMENT => "amendment",
                "deleted" => "deleted",
                "unreadable" => "unreadable",
                _ => "other",
            })
            .collect()
    }

    #[test]
    fn a_story_is_followed_to_its_beginning() {
        let story = Story::amended();
        let chain = story.chain();
        assert_eq!(
            kinds(&chain),
            ["revision", "amendment", "amendment", "revision"]
        );
        assert_eq!((chain.broken, chain.newer, chain.beside), (None, 0, 0));
    }

    #[test]
    fn what_somebody_else_wrote_breaks_it() {
        let mut story = Story::amended();
        story.events[1].sender = "@mallory:example.org".to_owned();
        let event = story.events[1].id.clone();
        let chain = story.chain();
        assert_eq!(chain.broken, Some(Reason::Forged { event }));
        assert_eq!(kinds(&chain), ["amendment", "revision"]);
        assert_eq!(
            chain.beside, 1,
            "the beginning is there, and nothing leads to it"
        );
    }

    #[test]
    fn a_missing_act_a_circle_and_another_proposals_act_break_it() {
        let mut story = Story::amended();
        let gone = story.events.remove(1).id;
        assert_eq!(story.chain().broken, Some(Reason::Missing { event: gone }));

        let mut story = Story::amended();
        let last = story.events[3].id.clone();
        story.events[0].content["prev"] = last.clone().into();
        assert_eq!(story.chain().broken, Some(Reason::Circle { event: last }));

        let mut story = Story::amended();
        story.events[2].content["ref"] = "AGUA-9".into();
        let event = story.events[2].id.clone();
        assert_eq!(story.chain().broken, Some(Reason::OfAnother { event }));

        let mut story = Story::amended();
        story.events[1].content["prev"] = serde_json::Value::Null;
        let event = story.events[1].id.clone();
        assert_eq!(story.chain().broken, Some(Reason::NoBeginning { event }));

        let mut story = Story::amended();
        story.head.rev_event = None;
        assert_eq!(story.chain().broken, Some(Reason::NoActs));
    }

    #[test]
    fn deleted_words_leave_a_gap_and_no_break() {
        let mut story = Story::amended();
        story.redact(1);
        story.redact(2);
        let chain = story.chain();
        assert_eq!(kinds(&chain), ["revision", "deleted", "revision"]);
        assert_eq!(chain.broken, None);
        story.redact(0);
        assert_eq!(story.chain().broken, None);
    }

    #[test]
    fn a_shape_of_later_days_is_passed_over() {
        let mut story = Story::amended();
        story.events[1].content["v"] = 2.into();
        let chain = story.chain();
        assert_eq!(
            kinds(&chain),
            ["revision", "unreadable", "amendment", "revision"]
        );
        assert_eq!(chain.broken, None);
    }

    #[test]
    fn what_the_head_does_not_know_is_counted() {
        let mut story = Story::amended();
        let newest = story.events[3].id.clone();
        story.head.rev_event = Some(story.events[2].id.clone());
        let chain = story.chain();
        assert_eq!((chain.newer, chain.beside), (1, 0));

        let mut story = Story::amended();
        story.events[3].content["prev"] = story.events[1].id.clone().into();
        assert_eq!(story.chain().beside, 1);
        assert_eq!(story.head.rev_event, Some(newest));
    }

    #[test]
    fn endorsements_are_apart_and_only_the_bridges() {
        let mut story = Story::amended();
        story.endorse("@maria:example.org", true);
        story.endorse("@ana:example.org", true);
        story.events.last_mut().unwrap().sender = "@ana:example.org".to_owned();
        let acts = Acts::read(&story.events, BOT);
        assert_eq!(acts.endorsements("AGUA-7").count(), 1);
        assert_eq!(story.chain().newer, 0);
    }
}
