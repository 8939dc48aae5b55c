//! From what moderation decided to what each network is to do.

use civic::moderation::{Case, Enforcement, Measure};
use civic::{Effect, GroupId, Leg, MemberId, MessageId, Network, Party, Standing};
use vault::VaultError;

use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Copy, Did, Kept, Words, leg, leg_key};
use crate::engine::lock;

impl Layout<'_> {
    pub(in crate::engine) fn enforce(
        &mut self,
        enforcement: &Enforcement,
    ) -> Result<(), VaultError> {
        match enforcement {
            Enforcement::Powers => {
                self.send(&Leg::Room, Act::Powers, None, None);
            }
            Enforcement::Admins => self.in_groups(&Act::Admins),
            Enforcement::Quiet => self.in_groups(&Act::Quiet),
            Enforcement::Approval => {
                self.send(&Leg::Room, Act::Approval, None, None);
                self.in_groups(&Act::Approval);
            }
            Enforcement::Admit { who, on } => self.admit(who, *on),
            Enforcement::Hide { message } => self.hide(*message)?,
            Enforcement::Erase { message } => self.erase_message(*message)?,
            Enforcement::Restore { message, author } => self.restore(*message, author)?,
            Enforcement::Suspend { who, on } => self.suspend(who, *on),
        }
        Ok(())
    }

    pub(super) fn in_groups(&mut self, act: &Act) {
        for group in self.groups() {
            self.send(&group, act.clone(), None, None);
        }
    }

    /// What holds in the theme holds in a group, too, that becomes part of it.
    pub(in crate::engine) fn moderate_newcomer(&mut self, group: &GroupId) {
        let out: Vec<String> = {
            let theme = lock(&self.seat.theme);
            let held = theme.moderation().held_back(self.now);
            let out = held.filter(|case| matches!(case.measure, Measure::Suspend(_)));
            out.flat_map(Case::accounts)
                .map(ToString::to_string)
                .collect()
        };
        let out = out
            .into_iter()
            .map(|member| Act::Remove { member, on: true });
        let leg = Leg::Group(group.clone());
        for act in [Act::Quiet, Act::Approval].into_iter().chain(out) {
            self.send(&leg, act, None, None);
        }
    }

    /// The groups in which the conversation is.
    pub(in crate::engine) fn groups(&self) -> Vec<Leg> {
        let theme = lock(&self.seat.theme);
        let groups = theme.groups().iter();
        groups
            .filter(|(_, standing)| **standing == Standing::Open)
            .map(|(group, _)| Leg::Group(group.clone()))
            .collect()
    }

    /// Whether what is said now is taken out of sight as it is said.
    pub(in crate::engine) fn is_hidden_by(&self, effects: &[Effect]) -> bool {
        let Some(name) = self.talk().map(|talk| self.own_name(talk)) else {
            return false;
        };
        effects.iter().any(|effect| match effect {
            Effect::Enforce(Enforcement::Hide { message }) => name == *message.as_bytes(),
            _ => false,
        })
    }

    /// Every copy of a message goes. What was there to be read stays sealed in the notebook, is quoted no more, and is posted
    /// again should it come to that.
    fn hide(&mut self, message: MessageId) -> Result<(), VaultError> {
        let name = message.as_bytes().to_vec();
        let now = self.talk().cloned();
        // What is taken out as it is said has no link yet.
        if let Some(talk) = now.clone().filter(|talk| self.own_name(talk) == name) {
            if let Did::Say { .. } = &talk.did {
                // Nothing posts it again: so its words are not kept.
                let mut link = self.fresh(&talk);
                link.hidden = true;
                link.erased = true;
                self.keep_as(&name, &link);
            }
            // It stands nowhere else.
            if let Some(leg) = leg(&talk.from) {
                self.send(&leg, Act::Hide { of: name }, None, None);
            }
            return Ok(());
        }
        if let Some(mut link) = self.engine.notebook.link(&name)? {
            link.hidden = true;
            // The change by which it goes is hidden with it.
            if let Some(change) = now
                .as_ref()
                .filter(|talk| matches!(talk.did, Did::Edit { .. }))
            {
                link.edits.push(change.message.clone());
            }
            self.keep_as(&name, &link);
        }
        let act = Act::Hide { of: name };
        self.send(&Leg::Room, act.clone(), None, None);
        // Where an admin has deleted it by hand, it is gone.
        let gone = now.filter(|talk| matches!(talk.did, Did::TakeBack { .. }));
        let gone = gone.and_then(|talk| leg(&talk.from));
        for group in self.groups() {
            let act = match gone.as_ref() == Some(&group) {
                true => Act::Unquote {
                    of: message.as_bytes().to_vec(),
                },
                false => act.clone(),
            };
            self.send(&group, act, None, None);
        }
        self.hide_copy(message);
        Ok(())
    }

    fn restore(&mut self, message: MessageId, author: &Party) -> Result<(), VaultError> {
        let Some(mut link) = self.engine.notebook.link(message.as_bytes())? else {
            return Ok(());
        };
        // Its author has taken it back meanwhile, or chose to be carried no more.
        let carried = lock(&self.engine.people).choice(&author.member).carried;
        if link.text.is_empty() || link.erased || !carried {
            return Ok(());
        }
        link.hidden = false;
        // What has not come to a group yet is not to be said beside what is said again.
        let room = leg_key(&Leg::Room);
        let notebook = &self.engine.notebook;
        let mut stood = Vec::new();
        for copy in std::mem::take(&mut link.copies) {
            if copy.leg == room || notebook.message_of_effect(&copy.effect)?.is_some() {
                stood.push(copy);
            }
        }
        link.copies = stood;
        let words = Words {
            text: link.text.clone(),
            html: None,
        };
        let member = author.member.to_string();
        let name = message.as_bytes().to_vec();
        if link.thread.as_deref() == Some(&self.debate_name()) {
            self.say_there_again((&name, &mut link), author, words);
            self.keep_as(&name, &link);
            return Ok(());
        }
        self.restore_copy(message, author, &words);
        let again = match author.network {
            Network::WhatsApp => Act::Say {
                member: member.clone(),
                words: words.clone(),
                at: self.now.0,
                answers: None,
                piece: 0,
            },
            // Nobody can speak as somebody on Matrix: the bridge says whose words they are.
            Network::Matrix => Act::Quote {
                member: member.clone(),
                words: words.clone(),
            },
        };
        // These are copies of the same message: what is answered to them is answered to it, and they are hidden with it.
        let relay = Act::Relay {
            member,
            words,
            at: self.now.0,
            answers: None,
        };
        let groups = self
            .groups()
            .into_iter()
            .map(|group| (group, relay.clone()));
        let legs = std::iter::once((Leg::Room, again)).chain(groups);
        let stood = |leg: &Leg| !link.only_here || link.leg == leg_key(leg);
        let legs: Vec<(Leg, Act)> = legs.filter(|(leg, _)| stood(leg)).collect();
        for (leg, act) in legs {
            let effect = self.send(&leg, act, None, Some(name.clone()));
            let leg = leg_key(&leg);
            link.copies.push(Copy { leg, effect });
        }
        self.keep_as(&name, &link);
        Ok(())
    }

    fn is_on_matrix(&self, who: &MemberId) -> bool {
        lock(&self.engine.people).network_of(who) == Network::Matrix
    }

    fn admit(&mut self, who: &MemberId, on: bool) {
        let member = who.to_string();
        match self.is_on_matrix(who) {
            true => drop(self.send(&Leg::Room, Act::Admit { member, on }, None, None)),
            false => self.in_groups(&Act::Admit { member, on }),
        }
    }

    fn suspend(&mut self, who: &MemberId, on: bool) {
        self.send(&Leg::Room, Act::Policies, None, None);
        let member = who.to_string();
        if self.is_on_matrix(who) {
            self.send(&Leg::Room, Act::Ban { member, on }, None, None);
            return;
        }
        if !on {
            // Somebody may have banned their ghost by hand.
            let member = member.clone();
            self.send(&Leg::Room, Act::Ban { member, on }, None, None);
        }
        // Whom somebody has just removed from there by hand need not be removed, but may have to be added again at once.
        let left = match &self.incoming.what {
            Kept::Removed { group, .. } if on => {
                group.as_ref().and_then(|group| group.parse().ok())
            }
            _ => None,
        };
        let left = left.map(Leg::Group);
        for group in self.groups() {
            if left.as_ref() != Some(&group) {
                let member = member.clone();
                self.send(&group, Act::Remove { member, on }, None, None);
            }
        }
    }

    pub(in crate::engine) fn keep_as(&mut self, name: &[u8], link: &crate::engine::entries::Link) {
        let theme = self.seat.slug().as_str();
        self.engine
            .notebook
            .keep_link(self.batch, theme, name, link);
        self.links.insert(name.to_vec(), link.clone());
    }
}
