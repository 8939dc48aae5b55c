use std::collections::BTreeMap;
use std::fmt::Write;
use std::str::FromStr;

use civic::moderation::{Category, Deed, Entry, Hash, Measure};
use civic::{MemberId, Timestamp};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use super::{
    Act, Amendments, Change, Charter, Context, Count, Debate, Delegate, Did, Head, Linked,
    ModerationAct, Network, Participants, Participation, Party, Roster, Sanction, Status, Support,
    Texts, VERSION,
};
use crate::names;

/// The reference of all our event types in a room's record, in Markdown, with JSON Schemas and examples.
pub fn reference() -> String {
    let mut text = String::from(BEGINNING);
    section(&mut text, State(names::PROPOSAL, "agua-7"), &head());
    section(&mut text, State(names::SUPPORT, "agua-7"), &support());
    text.push_str(ACTS);
    for act in acts() {
        example(&mut text, &Timeline(act.did.event_type()).heading(), &act);
    }
    schema::<Act>(&mut text);
    text.push_str(MODERATION);
    for (act, fields) in civic::moderation::Deed::SHAPES {
        let _infallible = writeln!(text, "- `{act}`: {}", fields.join(", "));
    }
    text.push('\n');
    section_of_timeline(&mut text, names::MODERATION_ACT, &moderation_act());
    section(&mut text, State(names::ROSTER, ""), &roster());
    section(&mut text, State(names::CHARTER, ""), &charter());
    section(&mut text, State(names::SANCTION, "4"), &sanction());
    text.push_str(DEBATE);
    section(&mut text, State(names::DEBATE, ""), &debate());
    text.push_str(SPACE);
    section(
        &mut text,
        State(names::PERSON, "abcdefghij234567"),
        &linked(),
    );
    section(
        &mut text,
        State(names::PARTICIPATION, "agua"),
        &participation(),
    );
    text
}

const BEGINNING: &str = "# The public record

How to read a plan with any Matrix client. Nothing is needed but an account on any homeserver, or none where guests may read:
the rooms' history is world-readable. This page is generated from the shapes in `src/matrix/record`; the tests hold what the bridge
writes to these schemas.

1. Join the plan's space by its alias, and read its state: `m.space.child` names the themes' rooms.
2. In a theme's room, state `org.aty.proposal` is each proposal as it is now, state `org.aty.support` of the same key how many support it.
3. How a proposal came to be so are its acts: begin with the event `rev_event` of the state and go back over each act's `prev`.
4. Its discussion is the thread of `root_event` (`/rooms/{room}/relations/{root_event}/m.thread`). The bridge's own message there whose content
   has `org.aty.card` is its card: the same for people.
5. Who supports it are the senders of reactions with the key 👍 (in any skin colour, with or without U+FE0F) to `root_event` and to the card, without
   those that were redacted and without the bridge's own account; and whoever has endorsed it by command, if their last endorsement is `on`.
   Accounts that a state `org.aty.person` of the space joins are one person. Once a proposal is withdrawn nothing more is counted.

State of these types needs power level 95, which the bridge's account alone has. Act events are believed only from that account: it is the
sender of the room's `org.aty.theme`. Times are milliseconds since 1970. A `v` above 1 is a shape that this page does not tell of. Where text was
deleted for good its events are redacted; the chain goes on by their ids. The same where those who moderate hide it: the act `held` then tells what is
left, and, should it come back, all of it again.

";

const ACTS: &str = "## Acts

Events in the timeline of a theme's room. `act` tells what was done, `body` the same in one sentence.

";

const MODERATION: &str = "## Moderation

Everything that is done in the moderation of a theme is an event `org.aty.moderation_act` in its room, and the same is content of a message for people
in the plan's log room (a child of the space, state `org.aty.log`). Numbers run without gaps in each theme, and each entry holds the hash of the one
before it: nothing can be taken out or changed unseen. The hash of the latest is said in the theme once a week, so that every phone keeps it.
A panel is drawn so that anybody can draw again: beside those who are on it in any case, those of the `candidates` come first whose SHA-256 is least, over `prev` as
64 hexadecimal digits, the end of that line, `at` of this entry, the end of that line, and their member id. `about` of a report is under the seal of the deployment: only the bridge knows whom it is.

What `act` can be, and which `fields` it has (lists have spaces between; what does not apply is left out):

";

const DEBATE: &str = "## Tangents

What leads away from a theme goes on in its debate libre, one thread of its room. A message that was moved there stays where it is; in the thread
its author's ghost says it again, or, of somebody on Matrix, the bridge as a quote. Such a copy has the content `org.aty.copied`: the `member` whose
words they are, and the `event` where they stand. What points there from the theme's own talk has `org.aty.pointer`, with the number of the `case`.

";

const SPACE: &str = "## In the plan's space

";

struct State(&'static str, &'static str);
struct Timeline(&'static str);

impl State {
    fn heading(&self) -> String {
        match self.1 {
            "" => format!("`{}`, with the empty state key", self.0),
            key => format!("`{}`, state key such as `{key}`", self.0),
        }
    }
}

impl Timeline {
    fn heading(&self) -> String {
        format!("`{}`", self.0)
    }
}

fn section<T: Serialize + JsonSchema>(text: &mut String, state: State, shown: &T) {
    let _infallible = writeln!(text, "## {}\n", state.heading());
    example(text, "For example", shown);
    schema::<T>(text);
}

fn section_of_timeline<T: Serialize + JsonSchema>(text: &mut String, name: &str, shown: &T) {
    let _infallible = writeln!(text, "## `{name}`\n");
    example(text, "For example", shown);
    schema::<T>(text);
}

fn example<T: Serialize>(text: &mut String, heading: &str, shown: &T) {
    let json = serde_json::to_string_pretty(shown).unwrap_or_default();
    let _infallible = writeln!(text, "{heading}:\n\n```json\n{json}\n```\n");
}

fn schema<T: JsonSchema>(text: &mut String) {
    let schema = serde_json::to_string_pretty(&schema_for!(T)).unwrap_or_default();
    let _infallible = writeln!(
        text,
        "<details><summary>JSON Schema</summary>\n\n```json\n{schema}\n```\n\n</details>\n"
    );
}

fn texts(text: &str) -> Texts {
    Texts::from([("es".to_owned(), text.to_owned())])
}

fn ana() -> Party {
    Party {
        member: "abcdefghij234567".to_owned(),
        network: Network::WhatsApp,
        user_id: Some("@_aty_abcdefghij234567:example.org".to_owned()),
    }
}

fn maria() -> Party {
    Party {
        member: "bcdefghij234567a".to_owned(),
        network: Network::Matrix,
        user_id: Some("@maria:example.org".to_owned()),
    }
}

fn head() -> Head {
    Head {
        v: VERSION,
        reference: "AGUA-7".to_owned(),
        title: texts("Agua en la escuela"),
        body: texts("Un filtro de agua en cada escuela rural."),
        status: Status::Open,
        authors: vec![ana()],
        root_event: Some("$root".to_owned()),
        rev: 2,
        rev_event: Some("$second".to_owned()),
        prev: Some("$first".to_owned()),
        amendments: Amendments {
            open: 0,
            accepted: 1,
            declined: 0,
        },
        held: None,
        promoted_from: None,
        created_ts: 1_790_000_000_000,
        updated_ts: 1_790_000_600_000,
    }
}

fn support() -> Support {
    Support {
        v: VERSION,
        people: 12,
        whatsapp: 9,
        matrix: 4,
        updated_ts: 1_790_000_660_000,
    }
}

fn moderation_act() -> ModerationAct {
    let ana = MemberId::from_str("abcdefghij234567");
    let who = MemberId::from_str("mnopqrstuv234567");
    let party = |member, network| civic::Party { member, network };
    let (Ok(ana), Ok(who)) = (ana, who) else {
        unreachable!("these are member ids");
    };
    let entry = Entry {
        number: 12,
        prev: Hash::default(),
        at: Timestamp(1_790_000_000_000),
        deed: Deed::InForce {
            case: 4,
            measure: Measure::Mute(party(who, civic::Network::Matrix)),
            category: Some(Category::Spam),
            reason: "spam: vende en cada mensaje".to_owned(),
            by: vec![party(ana, civic::Network::WhatsApp)],
            until: Some(Timestamp(1_790_021_600_000)),
            also: None,
            confirm_by: None,
        },
    };
    ModerationAct {
        v: VERSION,
        reference: "AGUA".to_owned(),
        number: entry.number,
        prev: entry.prev.to_string(),
        hash: entry.hash().to_string(),
        at: entry.at.0,
        act: entry.deed.act().to_owned(),
        fields: entry.deed.fields(),
        body:
            "Caso 4: Óscar no escribe durante 6 horas (spam: vende en cada mensaje). Decidió: Ana."
                .to_owned(),
    }
}

fn roster() -> Roster {
    Roster {
        v: VERSION,
        delegates: vec![Delegate {
            who: ana(),
            mandate: 1,
            until: 1_797_776_000_000,
        }],
        entries: 12,
        hash: moderation_act().hash,
    }
}

fn charter() -> Charter {
    Charter {
        v: VERSION,
        rules: BTreeMap::from([("pause_minutes".to_owned(), 20)]),
    }
}

fn sanction() -> Sanction {
    let act = moderation_act();
    let field = |name: &str| act.fields.get(name).cloned();
    Sanction {
        v: VERSION,
        measure: field("measure").unwrap_or_default(),
        category: field("category"),
        reason: field("reason").unwrap_or_default(),
        until: Some(1_790_021_600_000),
    }
}

fn debate() -> Debate {
    Debate {
        v: VERSION,
        root_event: "$root".to_owned(),
    }
}

fn linked() -> Linked {
    Linked {
        v: VERSION,
        accounts: vec![ana(), maria()],
    }
}

fn participation() -> Participation {
    Participation {
        v: VERSION,
        day: "2026-11-22".to_owned(),
        participants: Participants {
            people: 50,
            whatsapp: 41,
            matrix: 12,
        },
        messages: Count {
            whatsapp: 512,
            matrix: 130,
        },
        proposals: 9,
        supports: 104,
    }
}

/// One of each.
fn acts() -> Vec<Act> {
    let did = [
        Did::Proposed {
            title: texts("Agua en la escuela"),
            text: texts("Un filtro en cada escuela rural."),
            authors: vec![ana()],
            from_card: false,
            source_event: Some("$root".to_owned()),
            promoted_from: None,
        },
        Did::Revised {
            rev: 2,
            title: texts("Agua en la escuela"),
            text: texts("Un filtro de agua en cada escuela rural."),
            by: ana(),
            amendment: Some(3),
        },
        Did::Amended {
            amendment: 3,
            change: Change::Replace {
                old: "Un filtro".to_owned(),
                new: "Un filtro de agua".to_owned(),
            },
            source_event: Some("$amending".to_owned()),
            by: maria(),
        },
        Did::Decided {
            amendment: 3,
            accepted: true,
            by: ana(),
        },
        Did::Backed {
            amendment: 4,
            by: maria(),
        },
        Did::Endorsed {
            by: maria(),
            on: true,
        },
        Did::Held {
            case: 4,
            on: true,
            title: texts(""),
            text: texts(""),
            status: Status::Open,
            authors: vec![ana()],
            from_card: false,
            source_event: Some("$root".to_owned()),
            promoted_from: None,
            rev: 2,
            created_ts: 1_790_000_000_000,
        },
        Did::Withdrawn {
            by: ana(),
            erased: false,
        },
    ];
    did.into_iter()
        .map(|did| Act {
            context: Context {
                v: VERSION,
                reference: "AGUA-7".to_owned(),
                root_event: Some("$root".to_owned()),
                prev: None,
                ts: 1_790_000_000_000,
                body: "Ana propuso AGUA-7: Agua en la escuela".to_owned(),
            },
            did,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    #[test]
    fn the_page_in_the_docs_is_fresh() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .unwrap();
        let path = root.join("docs/reference/events.md");
        if env::var_os("ATY_BLESS").is_some() {
            fs::write(&path, reference()).unwrap();
        }
        let shipped = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shipped == reference(),
            "docs/reference/events.md is stale: run the tests once with ATY_BLESS=1"
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        for act in acts() {
            let json = serde_json::to_value(&act).unwrap();
            assert_eq!(serde_json::from_value::<Act>(json).unwrap(), act);
        }
        let json = serde_json::to_value(head()).unwrap();
        assert_eq!(serde_json::from_value::<Head>(json).unwrap(), head());
    }
}
