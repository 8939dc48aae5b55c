//! Who supports a proposal: counted anew.

use std::collections::{BTreeMap, BTreeSet};

use matrix::record::{Act, Did, Network};

use super::accounts::{Accounts, Persons};
use crate::event::Event;

/// Who supports a proposal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Supporters {
    /// Their accounts, those of one person together.
    pub(crate) people: Vec<BTreeSet<String>>,
    pub(crate) whatsapp: u64,
    pub(crate) matrix: u64,
    /// When the last of them began or, by command, ceased to.
    pub(crate) last: Option<i64>,
}

impl Supporters {
    /// Counts reactions to any of `targets`, and endorsements: their accounts' last word. What came after `until` is not
    /// counted.
    pub(crate) fn count<'a>(
        reactions: &[Event],
        targets: &[String],
        endorsements: impl IntoIterator<Item = &'a Act>,
        (accounts, persons): (&Accounts, &Persons),
        (bot, until): (&str, Option<i64>),
    ) -> Supporters {
        let in_time = |at: i64| until.is_none_or(|until| at <= until);
        let mut last = None;
        let mut supporting = BTreeSet::new();
        for reaction in reactions {
            if reaction.sender != bot && is_support(reaction, targets) && in_time(reaction.at) {
                supporting.insert(reaction.sender.clone());
                last = last.max(Some(reaction.at));
            }
        }
        let mut commanded = BTreeMap::new();
        for act in endorsements {
            if let Did::Endorsed { by, on } = &act.did
                && in_time(act.context.ts)
            {
                commanded.insert(accounts.of(by), *on);
                last = last.max(Some(act.context.ts));
            }
        }
        let on = commanded.into_iter().filter(|(_, on)| *on);
        supporting.extend(on.map(|(account, _)| account));
        let from = |network| {
            let these = supporting
                .iter()
                .filter(|account| accounts.network(account) == network);
            these.count() as u64
        };
        Supporters {
            whatsapp: from(Network::WhatsApp),
            matrix: from(Network::Matrix),
            people: persons.together(&supporting, accounts),
            last,
        }
    }
}

/// Whether an event is a 👍 to one of these, in any skin and any presentation, that was not taken back.
pub(crate) fn is_support(event: &Event, targets: &[String]) -> bool {
    let to = event.relates_to("m.annotation");
    event.kind == "m.reaction"
        && !event.is_redacted()
        && to.is_some_and(|to| targets.iter().any(|target| target == to))
        && event.content["m.relates_to"]["key"]
            .as_str()
            .is_some_and(is_thumb)
}

fn is_thumb(key: &str) -> bool {
    let plain = |c: &char| !matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{FE0E}' | '\u{FE0F}');
    let mut plain = key.chars().filter(plain);
    plain.next() == Some('👍') && plain.next().is_none()
}

#[cfg(test)]
mod tests {
    use matrix::{Identity, names};
    use serde_json::json;

    use super::*;
    use crate::event::tests::{event, state};
    use crate::record::chain::Acts;
    use crate::record::scene::{ANA, BOT, MARIA, Story, party, reaction, theme};

    fn counted(story: &Story, reactions: &[Event], persons: &Persons) -> (usize, u64, u64) {
        let acts = Acts::read(&story.events, BOT);
        let parties = [
            party("ana0000000000000", None),
            party("maria00000000000", Some(MARIA)),
        ];
        let bridge = Identity::of_marker(BOT, &theme().content);
        let accounts = Accounts::new(bridge.as_ref(), &parties);
        let targets = ["$root".to_owned(), "$card".to_owned()];
        let supporters = Supporters::count(
            reactions,
            &targets,
            acts.endorsements("AGUA-7").map(|(_, act)| act),
            (&accounts, persons),
            (BOT, None),
        );
        (
            supporters.people.len(),
            supporters.whatsapp,
            supporters.matrix,
        )
    }

    #[test]
    fn a_thumb_has_any_skin_and_everybody_one() {
        let reactions = [
            reaction("$1", ANA, "$root", "👍🏿"),
            reaction("$2", ANA, "$card", "👍"),
            reaction("$3", MARIA, "$root", "👍\u{FE0F}"),
            reaction("$4", "@beto:example.org", "$root", "👎"),
            reaction("$5", "@luz:example.org", "$other", "👍"),
            reaction("$6", "@sol:example.org", "$root", "👍👍"),
            reaction("$7", BOT, "$root", "👍"),
        ];
        assert_eq!(
            counted(&Story::amended(), &reactions, &Persons::default()),
            (2, 1, 1)
        );
    }

    #[test]
    fn what_was_taken_back_or_is_no_reaction_does_not_count() {
        let mut redacted = reaction("$1", ANA, "$root", "👍");
        redacted.content = json!({});
        let mut told_redacted: serde_json::Value = json!({
            "event_id": "$2", "type": "m.reaction", "sender": MARIA, "origin_server_ts": 1,
            "content": reaction("$2", MARIA, "$root", "👍").content,
        });
        told_redacted["unsigned"] = json!({ "redacted_because": { "type": "m.room.redaction" } });
        let hostile = json!({ "m.relates_to": ["m.annotation", { "key": "👍" }] });
        let reactions = [
            redacted,
            serde_json::from_value(told_redacted).unwrap(),
            event("$3", "m.reaction", MARIA, 1, hostile),
            event(
                "$4",
                "m.room.message",
                MARIA,
                1,
                reaction("$4", MARIA, "$root", "👍").content,
            ),
        ];
        assert_eq!(
            counted(&Story::amended(), &reactions, &Persons::default()),
            (0, 0, 0)
        );
    }

    #[test]
    fn the_last_endorsement_counts_and_a_reaction_beside_it() {
        let mut story = Story::amended();
        story.endorse(MARIA, true);
        assert_eq!(counted(&story, &[], &Persons::default()), (1, 0, 1));
        story.endorse(MARIA, false);
        assert_eq!(counted(&story, &[], &Persons::default()), (0, 0, 0));
        let reactions = [reaction("$1", MARIA, "$root", "👍")];
        assert_eq!(counted(&story, &reactions, &Persons::default()), (1, 0, 1));
    }

    #[test]
    fn joined_accounts_are_one_person() {
        let joined = |sender: &str| {
            let content = json!({ "v": 1, "accounts": [
                party("ana0000000000000", None), party("maria00000000000", Some(MARIA)),
            ]});
            Persons::read(
                &[state(names::PERSON, "ana0000000000000", sender, content)],
                BOT,
            )
        };
        let reactions = [
            reaction("$1", ANA, "$root", "👍"),
            reaction("$2", MARIA, "$root", "👍"),
        ];
        let story = Story::amended();
        assert_eq!(counted(&story, &reactions, &joined(BOT)), (1, 1, 1));
        assert_eq!(
            counted(&story, &reactions, &joined(MARIA)),
            (2, 1, 1),
            "she can't say so herself"
        );
        assert_eq!(counted(&story, &reactions[..1], &joined(BOT)), (1, 1, 0));
    }

    #[test]
    fn no_longer_joined_accounts_are_two_people() {
        let content = json!({ "v": 1 });
        let persons = Persons::read(
            &[state(names::PERSON, "ana0000000000000", BOT, content)],
            BOT,
        );
        let reactions = [
            reaction("$1", ANA, "$root", "👍"),
            reaction("$2", MARIA, "$root", "👍"),
        ];
        assert_eq!(counted(&Story::amended(), &reactions, &persons), (2, 1, 1));
    }

    #[test]
    fn three_accounts_joined_in_a_row_are_one_person() {
        let pair = |key: &str, one: &str, two: &str| {
            let accounts = [party(one, Some(one)), party(two, Some(two))];
            state(
                names::PERSON,
                key,
                BOT,
                json!({ "v": 1, "accounts": accounts }),
            )
        };
        let persons = Persons::read(&[pair("1", "@a:b", "@b:b"), pair("2", "@c:b", "@b:b")], BOT);
        let reactions = ["@a:b", "@c:b"].map(|who| reaction(who, who, "$root", "👍"));
        assert_eq!(counted(&Story::amended(), &reactions, &persons).0, 1);
    }

    #[test]
    fn another_servers_ghost_is_no_ghost() {
        let reactions = [reaction(
            "$1",
            "@_aty_ana0000000000000:elsewhere.org",
            "$root",
            "👍",
        )];
        assert_eq!(
            counted(&Story::amended(), &reactions, &Persons::default()),
            (1, 0, 1)
        );
    }
}
