//! Carrying out in the rooms: the log, the powers, bans, and what is hidden.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::moderation::{Case, Measure};
use civic::{MemberId, Network, Party};
use matrix::{SendError, names};
use ruma::UserId;
use serde_json::{Map, Value, json};

use super::StateOut;
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Copy, Link, Outgoing};
use crate::engine::lane::Failure;
use crate::engine::perform::{Event, member_id, misplaced};
use crate::engine::proposals::Stored;
use crate::engine::{Engine, Seat, lock};

/// The powers that are the bridge's to give: of a delegate, of a facilitator, of whoever must not write.
const DELEGATE: i64 = 40;
const FACILITATOR: i64 = 50;
const MUTED: i64 = -1;

impl Engine {
    /// Writes an entry into the room, what follows from it into the room's state, and the same for people into the log.
    pub(in crate::engine) async fn write_log(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (stored, states): (&Stored, &[StateOut]),
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let Stored::Moderated { act } = stored else {
            return Err(misplaced());
        };
        let content = serde_json::to_value(&**act).map_err(|_| misplaced())?;
        let said = Event {
            event_type: names::MODERATION_ACT,
            content: content.clone(),
            at: None,
        };
        let bot = self.homeserver.bot();
        let sent = self
            .send_once(&seat.room, bot, entry, &said, uncertain)
            .await?;
        for state in states {
            self.homeserver
                .set_state(&seat.room, &state.event_type, &state.key, &state.content)
                .await?;
        }
        let for_people = Event {
            event_type: "m.room.message",
            content: json!({
                "msgtype": "m.notice",
                "body": format!("{} · {} · {}", act.reference, act.number, act.body),
                "m.mentions": {},
                names::MODERATION_ACT: content,
            }),
            at: None,
        };
        let logged = Outgoing {
            effect: format!("{}.log", entry.effect),
            ..entry.clone()
        };
        let told = self
            .send_once(&self.log, bot, &logged, &for_people, uncertain)
            .await;
        // The theme's own room has it: that the log room refuses it must not hold up the theme.
        if let Err(Failure::Refused(why)) = &told {
            tracing::error!(
                why,
                "the log room refuses an entry; has the bridge lost its power there?"
            );
            return Ok(sent);
        }
        told.map(|_| sent)
    }

    /// Says something in the log that is no entry of it.
    pub(in crate::engine) async fn say_in_log(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        text: &str,
    ) -> Result<Option<String>, Failure> {
        let code = &seat.definition.code;
        let event = Event {
            event_type: "m.room.message",
            content: json!({
                "msgtype": "m.notice",
                "body": format!("{code} · {text}"),
                "m.mentions": {},
            }),
            at: None,
        };
        let bot = self.homeserver.bot();
        self.send_once(&self.log, bot, entry, &event, true).await?;
        Ok(None)
    }

    /// Gives the room the powers that follow from who is who in the theme now.
    pub(in crate::engine) async fn set_powers(
        &self,
        seat: &Seat,
    ) -> Result<Option<String>, Failure> {
        let found = self
            .homeserver
            .state(&seat.room, "m.room.power_levels", "")
            .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let wanted = self.powers(seat, &found);
        if wanted != found {
            self.homeserver
                .set_state(&seat.room, "m.room.power_levels", "", &wanted)
                .await?;
        }
        Ok(None)
    }

    /// The accounts on Matrix of the facilitators: those that the configuration names, and those who became it by a code, there
    /// or with the account on WhatsApp that they are joined with.
    fn facilitating_users(&self) -> BTreeSet<String> {
        let facilitators = self.trusted().facilitators.into_keys();
        let people = lock(&self.people);
        let persons = lock(&self.persons);
        let linked = |member| [persons.linked(&member).cloned(), Some(member)];
        let accounts = facilitators.flat_map(linked).flatten();
        let users = accounts.filter_map(|member| Some(people.account_of(&member)?.to_owned()));
        let named = self.config.homeserver.facilitators.iter().cloned();
        named.chain(users).collect()
    }

    /// The powers as they should be, given those that are. Other levels that somebody was given by hand stay as they are.
    fn powers(&self, seat: &Seat, found: &Value) -> Value {
        let now = clock::now();
        let (levels, paused, by_approval) = {
            let theme = lock(&seat.theme);
            let moderation = theme.moderation();
            let people = lock(&self.people);
            let persons = lock(&self.persons);
            let delegates = moderation.delegates(now);
            let delegates = delegates.map(|(_, mandate)| mandate.who.clone());
            let delegates = delegates.flat_map(|who| {
                let linked = persons.linked(&who.member).map(|member| Party {
                    member: member.clone(),
                    network: people.network_of(member),
                });
                [Some(who), linked]
            });
            let mut levels: Vec<(Party, i64)> =
                delegates.flatten().map(|who| (who, DELEGATE)).collect();
            let held = moderation
                .held_back(now)
                .filter(|case| matches!(case.measure, Measure::Mute(_)));
            // Ghosts say what was said elsewhere: what somebody must not say is stopped there.
            let on_matrix = held
                .flat_map(Case::accounts)
                .filter(|member| people.network_of(member) == Network::Matrix);
            levels.extend(on_matrix.map(|member| {
                let party = Party {
                    member: member.clone(),
                    network: Network::Matrix,
                };
                (party, MUTED)
            }));
            let by_approval = moderation.approval_until(now).is_some();
            (levels, moderation.paused_until(now).is_some(), by_approval)
        };
        let mut wanted = found.clone();
        let mut users: Map<String, Value> = found["users"].as_object().cloned().unwrap_or_default();
        let ours = [DELEGATE, FACILITATOR, MUTED].map(Value::from);
        users.retain(|_, level| !ours.contains(level));
        for facilitator in self.facilitating_users() {
            let now = users.get(&facilitator).and_then(Value::as_i64);
            if now.is_none_or(|now| now < FACILITATOR)
                && Some(&facilitator) != self.config.homeserver.keeper.as_ref()
            {
                users.insert(facilitator, FACILITATOR.into());
            }
        }
        for (party, level) in levels {
            let Some(user) = self.user_id(&party) else {
                continue;
            };
            let now = users.get(&user).and_then(Value::as_i64).unwrap_or_default();
            // Somebody of more power is not raised, and the bridge's own is not lowered.
            if level == MUTED && now < 100 || now < level {
                users.insert(user, level.into());
            }
        }
        wanted["users"] = users.into();
        wanted["events_default"] = if paused { DELEGATE } else { 0 }.into();
        // Whom somebody invites comes in without being let in.
        wanted["invite"] = if by_approval { DELEGATE } else { 0 }.into();
        wanted
    }

    /// Whether an act would show what was hidden since it was decided.
    pub(in crate::engine) fn is_hidden(&self, entry: &Outgoing) -> Result<bool, Failure> {
        let of = match &entry.act {
            Act::Tell { text, .. } if text.is_empty() => return Ok(true),
            Act::Say { .. } | Act::Relay { .. } | Act::Quote { .. } | Act::Tell { .. } => {
                entry.link.as_ref()
            }
            Act::Amend { of, .. } => Some(of),
            Act::Debate(debating) => debating.shows(),
            _ => None,
        };
        let Some(of) = of else {
            return Ok(false);
        };
        let link = self.notebook.link(of).map_err(|_| Failure::Later(None))?;
        // What was said again since under another id is not said twice.
        let said_again = |link: &Link| {
            let is_this = |copy: &Copy| copy.effect == entry.effect;
            matches!(entry.act, Act::Relay { .. }) && !link.copies.iter().any(is_this)
        };
        Ok(link.is_some_and(|link| link.hidden || said_again(&link)))
    }

    pub(in crate::engine) fn is_paused(&self, seat: &Seat) -> bool {
        let theme = lock(&seat.theme);
        theme.moderation().paused_until(clock::now()).is_some()
    }

    /// What was written in a group before it heard of a pause is said by the bridge, behind its author's name: ghosts are
    /// quiet then, as everybody is.
    pub(in crate::engine) async fn say_in_pause(
        &self,
        seat: &Seat,
        member: &MemberId,
        entry: &Outgoing,
        mut event: Event<'_>,
    ) -> Result<Option<String>, Failure> {
        let name = lock(&self.people).shown(member);
        let body = event.content["body"].as_str().unwrap_or_default();
        let body = format!("{name}: {body}");
        // In plain text alone: whose words they are must stand before them.
        let told = json!({ "msgtype": "m.text", "body": body, "m.mentions": {} });
        let relates = event.content.get("m.relates_to");
        // Nobody changes another's message: what is changed is said anew.
        event.content = match relates.filter(|relates| relates["rel_type"] != "m.replace") {
            Some(relates) => {
                let mut told = told;
                told["m.relates_to"] = relates.clone();
                told
            }
            None => told,
        };
        let bot = self.homeserver.bot();
        self.send_once(&seat.room, bot, entry, &event, true).await
    }

    /// Sees to it at a start that the rooms' powers, and how one comes into them, are what they should be.
    pub(in crate::engine) async fn see_to_powers(self: Arc<Self>) {
        for seat in self.seats.values() {
            if self.set_room_door(seat).await.is_err() {
                tracing::warn!(theme = %seat.slug(), "the powers in a room, or how one comes into it, could not be seen to; the next act of moderation does so");
            }
        }
    }

    /// Bans somebody from the room, or lets them in again and has them invited.
    pub(in crate::engine) async fn ban(
        &self,
        seat: &Seat,
        member: &str,
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        let Some(user) = self.user_of(&member) else {
            return self.let_ghost_back(seat, &member).await;
        };
        if on {
            self.homeserver.ban(&seat.room, &user, "").await?;
            return Ok(None);
        }
        match self.homeserver.unban(&seat.room, &user).await {
            // Somebody has lifted it already.
            Ok(()) | Err(SendError::Rejected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.have_invited(seat, &user, false).await?;
        Ok(None)
    }

    /// Lifts the ban of a ghost, if there is one. It comes with its person's next words.
    async fn let_ghost_back(
        &self,
        seat: &Seat,
        member: &MemberId,
    ) -> Result<Option<String>, Failure> {
        let known = lock(&self.people)
            .get(member)
            .is_some_and(|person| person.ghost_name.is_some());
        if !known {
            return Ok(None);
        }
        let ghost = self.homeserver.identity().ghost_user_id(member);
        match self.homeserver.unban(&seat.room, &ghost).await {
            Ok(()) | Err(SendError::Rejected { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn user_of(&self, member: &MemberId) -> Option<ruma::OwnedUserId> {
        let people = lock(&self.people);
        UserId::parse(people.account_of(member)?).ok()
    }
}
