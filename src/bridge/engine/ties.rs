//! How messages hang together: what answers, changes, takes back or reacts to what, over all legs.

use vault::VaultError;
use whatsapp::EDITS_TAKEN;

use super::act::Act;
use super::carry::Layout;
use super::entries::{Did, Link, Reaction, Talk, leg, leg_key};
use super::{Engine, lock};
use civic::{Command, Hearing, Leg, Standing};

impl Layout<'_> {
    /// Finds what this is about. Where that is not known, or may not be, nothing is done about it.
    pub(super) fn look_up(&mut self, talk: &Talk) -> Result<(), VaultError> {
        let spot = match &talk.did {
            Did::Say { answers, .. } => match answers {
                Some(answers) => &answers.to,
                None => return Ok(()),
            },
            Did::Edit { of, .. } | Did::TakeBack { of } => of,
            Did::React { to, .. } => to,
        };
        let (notebook, theme) = (&self.engine.notebook, self.seat.slug().as_str());
        let Some(name) = notebook.link_of(theme, &talk.from, spot)? else {
            return Ok(());
        };
        let Some(link) = notebook.link(&name)? else {
            return Ok(());
        };
        self.by_author = link.member == talk.member && link.leg == talk.from;
        self.only_here = link.only_here;
        self.of_command = link.command;
        // Elsewhere there is nothing that it could answer.
        if link.only_here && matches!(talk.did, Did::Say { .. }) {
            return Ok(());
        }
        match &talk.did {
            // Phones take no later change, so nobody else gets it.
            Did::Edit { .. } => {
                if !self.by_author {
                    return Ok(());
                }
                if link.hidden || link.erased {
                    self.hide_change(talk, &name, link);
                    return Ok(());
                }
                if self.engine.too_late(talk, &link) {
                    return Ok(());
                }
                self.said_before = link.text;
                self.changed_before = i64::try_from(link.edits.len()).unwrap_or(0);
            }
            Did::TakeBack { .. } => {
                self.reaction_to.clone_from(&link.reacts_to);
                if let Some(to) = &link.reacts_to {
                    let reaction = notebook.reaction(to, &link.member)?;
                    self.before = reaction.and_then(|reaction| reaction.effect);
                }
            }
            Did::React { .. } => {
                let reaction = notebook.reaction(&name, &talk.member)?;
                self.before = reaction.and_then(|reaction| reaction.effect);
            }
            Did::Say { .. } => {}
        }
        self.target = Some(name);
        Ok(())
    }

    /// What is hidden does not come back into sight by being changed: the change goes, too, and reaches nobody else.
    fn hide_change(&mut self, talk: &Talk, name: &[u8], mut link: Link) {
        link.edits.push(talk.message.clone());
        self.keep_as(name, &link);
        self.hides_it = true;
        if let Some(leg) = leg(&talk.from) {
            self.send(&leg, Act::Hide { of: name.to_vec() }, None, None);
        }
    }

    /// Notes what was said, changed, taken back or reacted, for what comes later.
    pub(super) fn remember(&mut self, talk: &Talk) -> Result<(), VaultError> {
        match (&talk.did, self.target.clone()) {
            (
                Did::Say {
                    words,
                    answers,
                    in_place,
                },
                target,
            ) if !self.copies.is_empty() || self.debated || self.stands_here() => {
                let mut link = self.fresh(talk);
                link.only_here = link.copies.is_empty() && !self.debated;
                link.command = link.only_here && !is_talk(&words.text);
                link.text.clone_from(&words.text);
                link.in_place = *in_place;
                link.answers = answers.is_some();
                let written_into = answers.as_ref().and_then(|answers| answers.thread.as_ref());
                // What goes nowhere else is part of nothing else, whatever it answers.
                let target = target.filter(|_| !link.only_here);
                link.thread = match self.debated {
                    true => Some(self.debate_name().to_vec()),
                    false => self.thread(written_into, target)?,
                };
                self.keep(talk, &link);
            }
            (Did::Edit { words, .. }, Some(of)) => {
                if let Some(mut link) = self.engine.notebook.link(&of)? {
                    link.text.clone_from(&words.text);
                    link.edits.push(talk.message.clone());
                    link.copies.append(&mut self.copies);
                    let theme = self.seat.slug().as_str();
                    self.engine
                        .notebook
                        .keep_link(self.batch, theme, &of, &link);
                }
            }
            (Did::TakeBack { .. }, Some(of)) => self.forget(talk, &of)?,
            (Did::React { emoji, .. }, Some(to)) => self.feel(talk, &to, emoji.clone()),
            _ => {}
        }
        Ok(())
    }

    /// Whether what is said, or changed, or taken back stands where it was written, though nobody else may get it. Those who
    /// moderate can have it hidden.
    pub(super) fn stands_here(&self) -> bool {
        let Some(talk) = self.talk() else {
            return false;
        };
        if matches!(talk.did, Did::TakeBack { .. }) {
            return self.only_here && (self.by_author || self.of_command);
        }
        let changes = self.only_here && matches!(talk.did, Did::Edit { .. });
        (changes || matches!(talk.did, Did::Say { .. }))
            && !self.stays_out(talk)
            && !self.hides_it
            && leg(&talk.from).is_some_and(|leg| self.is_open(&leg))
            && talk.privately.is_none()
    }

    pub(super) fn fresh(&mut self, talk: &Talk) -> Link {
        Link {
            leg: talk.from.clone(),
            spot: talk.message.clone(),
            member: talk.member.clone(),
            author: talk.address.clone(),
            at: talk.at,
            text: String::new(),
            in_place: false,
            answers: false,
            thread: None,
            copies: std::mem::take(&mut self.copies),
            edits: Vec::new(),
            reacts_to: None,
            hidden: false,
            only_here: false,
            command: false,
            erased: false,
            taken_back: 0,
            copy_of: None,
        }
    }

    fn keep(&mut self, talk: &Talk, link: &Link) {
        let name = self.own_name(talk);
        let theme = self.seat.slug().as_str();
        self.engine
            .notebook
            .keep_link(self.batch, theme, &name, link);
    }

    /// The thread that something stands in: the one it was written into, or that of what it answers.
    fn thread(
        &self,
        written_into: Option<&super::entries::Spot>,
        answers: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let notebook = &self.engine.notebook;
        if let Some(root) = written_into {
            let room = leg_key(&Leg::Room);
            return notebook.link_of(self.seat.slug().as_str(), &room, root);
        }
        let Some(answers) = answers else {
            return Ok(None);
        };
        if let Some(root) = self.engine.thread_of_proposal(self.seat, &answers) {
            return Ok(Some(root));
        }
        let answered = notebook.link(&answers)?;
        Ok(answered.and_then(|link| link.thread))
    }

    /// What was taken back is quoted no more, and its edits go with it where it was written.
    fn forget(&mut self, talk: &Talk, of: &[u8]) -> Result<(), VaultError> {
        let notebook = &self.engine.notebook;
        let Some(mut link) = notebook.link(of)? else {
            return Ok(());
        };
        if let Some(to) = &link.reacts_to {
            let now = notebook.reaction(to, &link.member)?;
            if now.is_some_and(|now| now.at == link.at) {
                notebook.keep_reaction(self.batch, to, &link.member, None);
            }
            return Ok(());
        }
        link.text.clear();
        notebook.keep_link(self.batch, self.seat.slug().as_str(), of, &link);
        for (member, _) in notebook.reactions(of)? {
            notebook.keep_reaction(self.batch, of, member.as_str(), None);
        }
        let told = notebook.gathered_on(of)?;
        for leg in told.iter().filter_map(|key| leg(key)) {
            if self.is_open(&leg) {
                let (to, due) = (of.to_vec(), self.now.0);
                self.send(&leg, Act::Gather { to, due }, None, None);
            }
        }
        self.take_back_here(talk, of, &link);
        Ok(())
    }

    /// Where its author took it back, what hangs on it goes, too: its edits, what the bridge said of it or in its place, and what
    /// quotes it.
    fn take_back_here(&mut self, talk: &Talk, of: &[u8], link: &Link) {
        if link.leg != talk.from {
            return;
        }
        let of = of.to_vec();
        let copied = link.copies.iter().any(|copy| copy.leg == talk.from);
        match leg(&talk.from) {
            Some(Leg::Room) if copied || !link.edits.is_empty() => {
                let by_author = false;
                let act = Act::TakeBack { of, by_author };
                self.send(&Leg::Room, act, None, None);
            }
            // What quotes it may be on its way.
            Some(group @ Leg::Group(_)) => drop(self.send(&group, Act::Unquote { of }, None, None)),
            _ => {}
        }
    }

    fn is_open(&self, leg: &Leg) -> bool {
        match leg {
            Leg::Room => true,
            Leg::Direct(_) => false,
            Leg::Group(group) => {
                lock(&self.seat.theme).groups().get(group) == Some(&Standing::Open)
            }
        }
    }

    fn feel(&mut self, talk: &Talk, to: &[u8], emoji: Option<String>) {
        let effect = self.copies.first().map(|copy| copy.effect.clone());
        let mut link = self.fresh(talk);
        link.reacts_to = Some(to.to_vec());
        link.text = emoji.clone().unwrap_or_default();
        self.keep(talk, &link);
        let reaction = emoji.map(|emoji| Reaction {
            leg: talk.from.clone(),
            emoji,
            effect,
            at: talk.at,
        });
        let notebook = &self.engine.notebook;
        notebook.keep_reaction(self.batch, to, &talk.member, reaction.as_ref());
    }
}

impl Engine {
    /// Whether something is changed so late that phones take no change any more.
    pub(super) fn too_late(&self, talk: &Talk, link: &Link) -> bool {
        talk.at - link.at > millis(EDITS_TAKEN) && talk.from != leg_key(&Leg::Room)
    }
}

/// Whether somebody says something to others by it. Who proposes something does.
fn is_talk(text: &str) -> bool {
    matches!(
        language::hear(text),
        Hearing::Talk | Hearing::Command(Command::Propose { .. } | Command::Amend { .. }, _)
    )
}

pub(super) fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
