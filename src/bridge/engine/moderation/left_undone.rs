//! What could not be done in a group because the bridge is no admin there: it is said, once for each case, and done when an
//! admin has made the bridge one. What WhatsApp refuses to an admin is said, too.

use std::collections::BTreeSet;

use civic::moderation::{Case, Measure};
use civic::{GroupId, LeftUndone, Leg, MemberId, Notice};
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};
use whatsapp::{Connector, GroupJid, OrderError};

use super::approval::door_note;
use super::out::{note_of, quiet_note};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;
use crate::engine::{Engine, Seat, lock};

/// So many acts at most wait for one group: whoever is muted could write for hours.
const MOST: usize = 500;

/// What is noted of a group in which something could not be done.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Noted {
    /// Of what it was said: the number of a case, and what of it.
    said: BTreeSet<String>,
    /// What waits.
    acts: Vec<Act>,
}

impl Engine {
    /// Says in the log, in the room and in the group what could not be done there, and keeps it for later.
    pub(super) async fn leave_undone(
        &self,
        (seat, entry, group): (&Seat, &Outgoing, &GroupId),
        why: &OrderError,
    ) -> Result<Option<String>, Failure> {
        let (case, what) = self.what_it_is(seat, &entry.act)?;
        let creator = matches!((why, what), (OrderError::TheCreator, LeftUndone::Suspend));
        let refused = matches!(why, OrderError::Send(_));
        let mut noted = self.undone(group)?;
        let waits = noted.acts.iter().any(|act| act.name() == entry.act.name());
        if !creator && !refused && !waits && noted.acts.len() < MOST {
            noted.acts.push(entry.act.clone());
        }
        let how = if refused { " refused" } else { "" };
        let key = format!("{} {}{how}", case.unwrap_or_default(), what.as_str());
        let mut batch = Batch::new();
        let mut legs = Vec::new();
        if noted.said.insert(key) {
            let subject = self.subject_of(group);
            let notice = match (creator, refused) {
                (true, _) => Notice::CreatorStaysThere {
                    group: subject,
                    case,
                },
                (false, true) => Notice::RefusedThere {
                    group: subject,
                    what,
                    case,
                },
                (false, false) => Notice::NotAdminThere {
                    group: subject,
                    what,
                    case,
                },
            };
            let text = self.words(&notice, None);
            self.say_in_log(seat, entry, &text).await?;
            // What follows from no case is hardly anybody's concern.
            if case.is_some() {
                legs.push(Leg::Room);
                // Where only its admins write, the bridge does not.
                if !matches!(why, OrderError::NotMember) && what != LeftUndone::PauseOver {
                    legs.push(Leg::Group(group.clone()));
                }
            }
            self.tell_legs(&mut batch, seat, (&legs, &entry.effect), &text);
        }
        self.note_undone(&mut batch, group, &noted);
        self.write_and_ring(batch, seat, &legs).await?;
        Ok(None)
    }

    /// Lets a group catch up, if something waits for it. To be called when the bridge is an admin of it.
    pub(in crate::engine) async fn catch_up_there(
        &self,
        seat: &Seat,
        group: &GroupId,
    ) -> Result<(), VaultError> {
        if self.notebook.note(&undone_note(group))?.is_none() {
            return Ok(());
        }
        let now = clock::now();
        let source = self.source(&[b"admin", group.as_str().as_bytes(), &now.0.to_be_bytes()]);
        let act = Act::CatchUp;
        let outgoing = Outgoing::of_bridge(self.effect(&source, &act.name()), now, act);
        let leg = Leg::Group(group.clone());
        let first = self.notebook.first_prefix(seat.slug(), &leg);
        let mut batch = Batch::new();
        self.notebook.send_out(&mut batch, first, &outgoing);
        self.notebook.commit(batch).await?;
        seat.ring(&leg);
        Ok(())
    }

    /// Does what waits for a group and still holds.
    pub(in crate::engine) async fn catch_up(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
    ) -> Result<Option<String>, Failure> {
        if self
            .notebook
            .note(&undone_note(group))
            .is_ok_and(|note| note.is_none())
            || !connector.group(jid).await?.we_are_admin
        {
            return Ok(None);
        }
        let mut done = false;
        for (place, act) in self.undone(group)?.acts.into_iter().enumerate() {
            if !self.still_holds(seat, group, &act)? {
                continue;
            }
            let again = Outgoing {
                effect: format!("{}.{place}", entry.effect),
                act,
                ..entry.clone()
            };
            match Box::pin(self.perform_in_group(seat, group, &again, false)).await {
                Ok(_) => done = true,
                // What WhatsApp refuses holds up nothing else.
                Err(Failure::Refused(why)) => {
                    tracing::warn!(why, theme = %seat.slug(), "moderation could not be made up for in a group");
                }
                Err(failure) => return Err(failure),
            }
        }
        let mut batch = Batch::new();
        let mut legs = Vec::new();
        if done {
            let group_name = self.subject_of(group);
            let text = self.words(&Notice::AdminThereNow { group: group_name }, None);
            self.say_in_log(seat, entry, &text).await?;
            legs = vec![Leg::Room, Leg::Group(group.clone())];
            self.tell_legs(&mut batch, seat, (&legs, &entry.effect), &text);
        }
        self.notebook.drop_note(&mut batch, &undone_note(group));
        self.write_and_ring(batch, seat, &legs).await?;
        Ok(None)
    }

    /// The case from which an act in a group follows, and what of it the act is.
    fn what_it_is(&self, seat: &Seat, act: &Act) -> Result<(Option<u32>, LeftUndone), Failure> {
        let last = |is: &dyn Fn(&Case) -> bool| {
            let theme = lock(&seat.theme);
            let mut cases = theme.moderation().cases().iter().rev();
            let found = cases.find(|(_, case)| is(case));
            found.map(|(number, _)| *number)
        };
        let about = |case: &Case, member: &str| {
            let mut accounts = case.accounts();
            accounts.any(|account| account.as_str() == member)
        };
        let holds = |case: &Case| case.holds(clock::now());
        Ok(match act {
            Act::Admins => (None, LeftUndone::Admins),
            Act::Approval => {
                let what = match self.is_by_approval(seat) {
                    true => LeftUndone::Approval,
                    false => LeftUndone::ApprovalOver,
                };
                (last(&|case| case.measure == Measure::Approval), what)
            }
            Act::Remove { member, on } => {
                let is = |case: &Case| {
                    matches!(case.measure, Measure::Suspend(_)) && about(case, member)
                };
                let what = match on {
                    true => LeftUndone::Suspend,
                    false => LeftUndone::SuspendOver,
                };
                (last(&is), what)
            }
            Act::Hide { of } => {
                let hides = |case: &Case| match &case.measure {
                    Measure::Hide { message, .. } => message.as_bytes()[..] == of[..],
                    _ => false,
                };
                if let Some(case) = last(&hides) {
                    return Ok((Some(case), LeftUndone::Hide));
                }
                let link = self.notebook.link(of);
                let link = link.map_err(|_| Failure::Later(None))?;
                let author = link.map(|link| link.member).unwrap_or_default();
                let out = |case: &Case| {
                    matches!(case.measure, Measure::Suspend(_))
                        && holds(case)
                        && about(case, &author)
                };
                let muted = |case: &Case| {
                    matches!(case.measure, Measure::Mute(_)) && holds(case) && about(case, &author)
                };
                match (last(&out), last(&muted)) {
                    (Some(case), _) => (Some(case), LeftUndone::Suspend),
                    (None, Some(case)) => (Some(case), LeftUndone::Mute),
                    (None, None) => (None, LeftUndone::Hide),
                }
            }
            _ => {
                let what = match self.is_paused(seat) {
                    true => LeftUndone::Pause,
                    false => LeftUndone::PauseOver,
                };
                (last(&|case| case.measure == Measure::Pause), what)
            }
        })
    }

    /// Whether there is still something to be done by an act that waited.
    fn still_holds(&self, seat: &Seat, group: &GroupId, act: &Act) -> Result<bool, Failure> {
        let is_noted = |note: String| {
            let noted = self.notebook.note(&note);
            let noted = noted.map_err(|_| Failure::Later(None))?;
            Ok::<bool, Failure>(noted.is_some())
        };
        Ok(match act {
            Act::Quiet => self.is_paused(seat) || is_noted(quiet_note(group))?,
            Act::Approval => self.is_by_approval(seat) || is_noted(door_note(group))?,
            Act::Hide { of } => {
                let link = self.notebook.link(of);
                let link = link.map_err(|_| Failure::Later(None))?;
                link.is_some_and(|link| link.hidden)
            }
            Act::Remove { member, on } => {
                let Ok(member) = member.parse::<MemberId>() else {
                    return Ok(false);
                };
                match on {
                    true => self.is_kept_out(seat, &member),
                    false => !self.is_kept_out(seat, &member) && is_noted(note_of(group, &member))?,
                }
            }
            _ => false,
        })
    }

    /// Whether somebody is out, by hand or by a decision.
    fn is_kept_out(&self, seat: &Seat, member: &MemberId) -> bool {
        let theme = lock(&seat.theme);
        let mut held = theme.moderation().held_back(clock::now());
        held.any(|case| {
            matches!(case.measure, Measure::Suspend(_))
                && case.accounts().any(|account| account == member)
        })
    }

    fn undone(&self, group: &GroupId) -> Result<Noted, Failure> {
        let noted = self.notebook.note(&undone_note(group));
        let noted = noted.map_err(|_| Failure::Later(None))?;
        let noted = noted.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(noted.unwrap_or_default())
    }

    fn note_undone(&self, batch: &mut Batch, group: &GroupId, noted: &Noted) {
        let bytes = serde_json::to_vec(noted).unwrap_or_default();
        self.notebook.put_note(batch, &undone_note(group), &bytes);
    }

    /// Lets these legs read something; `effect` is of what it is about.
    fn tell_legs(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        (legs, effect): (&[Leg], &str),
        text: &str,
    ) {
        for leg in legs {
            let act = Act::Tell {
                text: text.to_owned(),
                answers: None,
            };
            let key = crate::engine::entries::leg_key(leg);
            let source = self.source(&[b"left undone", effect.as_bytes(), key.as_bytes()]);
            let outgoing =
                Outgoing::of_bridge(self.effect(&source, &act.name()), clock::now(), act);
            let lane = self.notebook.lane_prefix(seat.slug(), leg);
            self.notebook.send_out(batch, lane, &outgoing);
        }
    }

    async fn write_and_ring(&self, batch: Batch, seat: &Seat, legs: &[Leg]) -> Result<(), Failure> {
        let written = self.notebook.commit(batch).await;
        written.map_err(|_| Failure::Later(None))?;
        legs.iter().for_each(|leg| seat.ring(leg));
        Ok(())
    }
}

/// The name of the note that holds what could not be done in a group.
fn undone_note(group: &GroupId) -> String {
    format!("undone/{group}")
}
