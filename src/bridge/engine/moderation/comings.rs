//! Who comes to a theme's room and groups, and who asks to be let in.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::{GroupId, Leg, MemberId};
use matrix::heard::Membership;
use ruma::{OwnedUserId, UserId};
use vault::{Batch, VaultError};
use whatsapp::{GroupInfo, Heard, Person, What};

use crate::clock;
use crate::engine::entries::{Kept, ShutOut, leg_key};
use crate::engine::{Engine, Seat, lock};

impl Engine {
    /// What of a membership in a theme's room its theme is told.
    pub(in crate::engine) fn came_to_room(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        (user, membership, name): (OwnedUserId, Membership, Option<String>),
    ) -> Option<Kept> {
        if let Some(member) = self.homeserver.identity().member_of(&user) {
            lock(&seat.theme).know_ghost(&member, membership == Membership::Joined);
            return None;
        }
        if user == self.homeserver.bot() {
            return None;
        }
        // Also who never says anything: what is done about them is done by their account.
        lock(&self.people).is_in_room(user.as_str());
        if membership == Membership::Knocking {
            self.meet_who_knocks(batch, &user, name.as_deref());
            let before = lock(&seat.knocking).insert(user, name);
            return before.is_none().then(|| self.who_knocks(seat));
        }
        let knocked = lock(&seat.knocking).remove(&user).is_some();
        let came = match membership {
            Membership::Joined => {
                if let Some(name) = &name {
                    lock(&self.people).hear_of(user.as_str(), name);
                }
                let before = lock(&seat.names).insert(user.clone(), name);
                before.is_none()
            }
            _ => {
                lock(&seat.names).remove(&user);
                false
            }
        };
        match (knocked, came) {
            (true, _) => Some(self.who_knocks(seat)),
            (false, true) => Some(Kept::Joined {
                who: lock(&self.people).on_matrix(user.as_str()).to_string(),
            }),
            (false, false) => None,
        }
    }

    /// What somebody did by hand with another's membership; nothing if it was the bridge.
    pub(in crate::engine) fn shut_out(
        &self,
        by: &UserId,
        user: &UserId,
        (was, is): (Option<Membership>, Membership),
    ) -> Option<Kept> {
        let identity = self.homeserver.identity();
        if by == user || identity.is_ours(by) || user == identity.bot() {
            return None;
        }
        let how = match (was, is) {
            (was, Membership::Banned) if was != Some(Membership::Banned) => ShutOut::Banned,
            (Some(Membership::Joined), Membership::Left) => ShutOut::Kicked,
            (Some(Membership::Banned), Membership::Left) => ShutOut::LetBack,
            _ => return None,
        };
        let people = lock(&self.people);
        let ghost = identity.member_of(user);
        let is_ghost = ghost.is_some();
        let who = ghost.unwrap_or_else(|| people.on_matrix(user.as_str()));
        Some(Kept::ShutOut {
            who: who.to_string(),
            ghost: is_ghost,
            by: people.on_matrix(by.as_str()).to_string(),
            how,
        })
    }

    /// Who is to be called by name has to be known by it.
    fn meet_who_knocks(&self, batch: &mut Batch, user: &UserId, name: Option<&str>) {
        let mut people = lock(&self.people);
        let member = people.on_matrix(user.as_str());
        let name = name.unwrap_or_else(|| user.localpart());
        people.meet(
            &self.notebook,
            batch,
            &member,
            Some(name),
            Some(user.as_str()),
        );
    }

    fn who_knocks(&self, seat: &Seat) -> Kept {
        let people = lock(&self.people);
        let knocking = lock(&seat.knocking);
        let who = knocking.keys().map(|user| people.on_matrix(user.as_str()));
        Kept::Waiting {
            leg: leg_key(&Leg::Room),
            who: who.map(|member| member.to_string()).collect(),
        }
    }

    /// Tells a theme at a start who knocks at its room: it remembers nobody.
    pub(in crate::engine) async fn tell_who_knocks(self: Arc<Self>) {
        for seat in self.seats.values() {
            let knocking = lock(&seat.knocking).clone();
            if knocking.is_empty() {
                continue;
            }
            let mut batch = Batch::new();
            for (user, name) in &knocking {
                self.meet_who_knocks(&mut batch, user, name.as_deref());
            }
            let moment = clock::now().0.to_be_bytes();
            let theme = seat.slug();
            let source = self.source(&[b"knocking", theme.as_str().as_bytes(), &moment]);
            let told = async {
                self.notebook.commit(batch).await?;
                let what = self.who_knocks(seat);
                self.tell_theme(theme, source, what, clock::now()).await
            };
            if let Err(error) = told.await {
                self.fail(&error).await;
            }
        }
    }

    /// Tells a theme who asks to be let into a group, if they are others than it knows.
    pub(in crate::engine) async fn look_who_asks(
        &self,
        seat: &Seat,
        group: &GroupId,
        info: &GroupInfo,
    ) -> Result<(), VaultError> {
        let Ok(connector) = self.connected() else {
            return Ok(());
        };
        let asks = match info.approval && info.we_are_admin {
            true => connector.requests(&info.jid).await,
            false => Ok(Vec::new()),
        };
        let asks = match asks {
            Ok(asks) => asks,
            Err(error) => {
                tracing::warn!(%error, theme = %seat.slug(), "who asks to join a group could not be asked; the next sign of change tries again");
                return Ok(());
            }
        };
        let mut batch = Batch::new();
        let mut who = BTreeSet::new();
        for request in &asks {
            who.extend(self.member_of(&mut batch, &request.who)?);
        }
        self.notebook.commit(batch).await?;
        let leg = Leg::Group(group.clone());
        if lock(&seat.theme).waits_on(&leg) == who {
            return Ok(());
        }
        let now = clock::now();
        let moment = now.0.to_be_bytes();
        let source = self.source(&[b"asks", group.as_str().as_bytes(), &moment]);
        let what = Kept::Waiting {
            leg: leg_key(&leg),
            who: who.iter().map(MemberId::to_string).collect(),
        };
        self.tell_theme(seat.slug(), source, what, now).await
    }

    /// What was told of somebody who asks to join a group: what they are called, and whether an admin has decided by hand.
    /// Who asks now is asked for.
    pub(in crate::engine) fn asked_in_group(
        &self,
        batch: &mut Batch,
        heard: &Heard,
        by: &MemberId,
    ) -> Result<Option<Kept>, VaultError> {
        let decided = |who: &Person| !heard.from_me && !who.is(&heard.sender);
        let (who, yes) = match &heard.what {
            What::Requested { who } if who.is(&heard.sender) => {
                let name = heard.push_name.as_deref();
                let mut people = lock(&self.people);
                people.meet(&self.notebook, batch, by, name, None);
                return Ok(None);
            }
            What::Added { who } if decided(who) => (who, true),
            What::RequestClosed { who } if decided(who) => (who, false),
            _ => return Ok(None),
        };
        let who = self.member_of(batch, who)?;
        Ok(who.map(|who| Kept::Admitted {
            who: who.to_string(),
            yes,
            by: by.to_string(),
        }))
    }
}
