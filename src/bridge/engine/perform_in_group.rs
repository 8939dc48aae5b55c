//! Carrying out acts in a group.

use civic::{GroupId, Leg, Notice};
use vault::VaultError;
use whatsapp::{Connector, EDIT_WINDOW, GroupJid, OrderError, ReplyTo, Saying, SendError};

use super::act::Act;
use super::entries::{Link, Outgoing, Spot, leg_key};
use super::lane::Failure;
use super::perform::{described, member_id, misplaced};
use super::ties::millis;
use super::{Engine, Seat, answers, lock};

impl Engine {
    pub(super) async fn perform_in_group(
        &self,
        seat: &Seat,
        group: &GroupId,
        entry: &Outgoing,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let connector = self.connected().map_err(|_| Failure::Waiting)?;
        let jid = self.address_of(group).ok_or(Failure::Waiting)?;
        if self.is_hidden(entry)? {
            // Whoever hid it did not know that it may stand there already.
            if uncertain {
                self.revoke_own(connector, &jid, (entry, &entry.effect))
                    .await?;
            }
            return Ok(None);
        }
        let saying = match &entry.act {
            Act::Describe { text } => {
                let set = connector.set_description(&jid, text).await;
                if set.is_ok() {
                    let noted = self.note_described(group, text).await;
                    noted.map_err(|_| Failure::Later(None))?;
                }
                return described(set);
            }
            Act::Quiet => return self.quiet((seat, entry), (connector, &jid, group)).await,
            Act::Admins => {
                let there = (connector, &jid, group);
                return self.set_admins((seat, entry), there).await;
            }
            Act::Approval => {
                let there = (connector, &jid, group);
                return self.set_group_door((seat, entry), there).await;
            }
            Act::CatchUp => {
                return self.catch_up((seat, entry), (connector, &jid, group)).await;
            }
            Act::Admit { member, on } => {
                let there = (connector, &jid, group);
                return self.admit_to_group((seat, entry), there, member, *on).await;
            }
            Act::Remove { member, on } => {
                let there = (connector, &jid, group);
                return self.remove((seat, entry), there, member, *on).await;
            }
            Act::TakeBack { of, .. } | Act::Hide { of } => {
                let there = (connector, &jid, group);
                let taken = self.take_back_in_group((seat, entry), there, of).await?;
                self.unquote(seat, entry, there, of).await?;
                return Ok(taken);
            }
            Act::Unquote { of } => {
                let there = (connector, &jid, group);
                self.unquote(seat, entry, there, of).await?;
                return self.take_back_ours(entry, there, of).await;
            }
            Act::Gather { to, .. } => {
                return self.gather(connector, &jid, group, entry, to).await;
            }
            _ => self.saying(seat, group, entry),
        };
        let Some(saying) = saying? else {
            return Ok(None);
        };
        let said = self.with_own_quote(seat, group, entry, saying).await?;
        let Some((saying, effect)) = said else {
            return Ok(None);
        };
        let id = whatsapp::message_id(effect.as_bytes());
        connector.send(&jid, &id, &saying).await?;
        Ok(Some(Spot::ours(&id.to_string()).0))
    }

    /// What is said in the group for an act; nothing where there is nothing to say any more.
    fn saying(
        &self,
        seat: &Seat,
        group: &GroupId,
        entry: &Outgoing,
    ) -> Result<Option<Saying>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        Ok(match &entry.act {
            Act::Relay {
                member,
                words,
                answers,
                ..
            } => {
                let Some(name) = self.name_if_carried(member)? else {
                    return Ok(None);
                };
                let (text, mentions) = self.relayed(seat, group, &name, words);
                let reply = match answers {
                    Some(link) => self.reply_to(group, link)?,
                    None => None,
                };
                Some(Saying::Text {
                    text,
                    reply,
                    mentions,
                })
            }
            Act::Amend {
                member,
                of,
                words,
                was,
                ..
            } => {
                let name = self.name_if_carried(member)?;
                let (Some(name), Some((link, spot))) = (name, self.stands_at(&leg, of)?) else {
                    return Ok(None);
                };
                if self.time_of_words().0 - link.at < millis(EDIT_WINDOW) {
                    let (text, mentions) = self.relayed(seat, group, &name, words);
                    return Ok(Some(Saying::Edit {
                        of: spot.id().to_owned(),
                        text,
                        mentions,
                        at_ms: entry.at,
                    }));
                }
                let words = self.as_correction(seat, words);
                let (text, mentions) = self.relayed(seat, group, &name, &words);
                // There the message still reads as it did.
                let link = Link {
                    text: was.clone(),
                    ..link
                };
                Some(Saying::Text {
                    text,
                    reply: Some(self.answering(group, link, &spot)),
                    mentions,
                })
            }
            Act::Mood { to, .. } => {
                if self.is_overtaken(seat, group, entry, to)? {
                    return Ok(None);
                }
                let Some((link, spot)) = self.stands_at(&leg, to)? else {
                    return Ok(None);
                };
                Some(Saying::Reaction {
                    of: spot.id().to_owned(),
                    author: link.author.filter(|_| link.leg == leg),
                    emoji: self.leading_emoji(&leg, to)?,
                    at_ms: entry.at,
                })
            }
            Act::Tell { text, answers } => Some(answers::in_group(text, answers.as_deref())),
            Act::Card { text, root, .. } => Some(Saying::Text {
                text: text.clone(),
                reply: match root {
                    Some(root) => self.reply_to(group, root)?,
                    None => None,
                },
                mentions: Vec::new(),
            }),
            Act::Debate(debating) => Some(self.pointed(group, debating)?),
            Act::Digest { messages, people } => {
                let notice = Notice::Digest {
                    messages: *messages,
                    people: *people,
                    link: self.address_of_theme(seat),
                };
                Some(Saying::text(self.words(&notice, None)))
            }
            _ => return Err(misplaced()),
        })
    }

    fn name_if_carried(&self, member: &str) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        let people = lock(&self.people);
        let carried = people.choice(&member).carried;
        Ok(carried.then(|| people.shown(&member)))
    }

    /// The message of a link, and where it stands on a leg.
    pub(super) fn stands_at(
        &self,
        leg: &str,
        link: &[u8],
    ) -> Result<Option<(Link, Spot)>, Failure> {
        let find = || -> Result<Option<(Link, Spot)>, VaultError> {
            let Some(link) = self.notebook.link(link)? else {
                return Ok(None);
            };
            let spot = self.notebook.spots(&link, leg)?.into_iter().next();
            Ok(spot.map(|spot| (link, spot)))
        };
        find().map_err(|_| Failure::Later(None))
    }

    pub(super) fn reply_to(
        &self,
        group: &GroupId,
        link: &[u8],
    ) -> Result<Option<ReplyTo>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let stands = self.stands_at(&leg, link)?;
        Ok(stands.map(|(link, spot)| self.answering(group, link, &spot)))
    }

    fn answering(&self, group: &GroupId, link: Link, spot: &Spot) -> ReplyTo {
        ReplyTo {
            id: spot.id().to_owned(),
            text: self.beginning(group, &link),
            author: link
                .author
                .filter(|_| link.leg == leg_key(&Leg::Group(group.clone()))),
        }
    }

    /// Deletes a message for everyone, with its corrections. What only an admin may delete stays where the bridge is none.
    async fn take_back_in_group(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        of: &[u8],
    ) -> Result<Option<String>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let find = || -> Result<Option<(Link, Vec<Spot>)>, VaultError> {
            let Some(link) = self.notebook.link(of)? else {
                return Ok(None);
            };
            let spots = self.notebook.spots(&link, &leg)?;
            Ok(Some((link, spots)))
        };
        let Some((link, spots)) = find().map_err(|_| Failure::Later(None))? else {
            return Ok(None);
        };
        let mut refused = None;
        for (place, spot) in spots.iter().enumerate() {
            let id = whatsapp::message_id(format!("{}.{place}", entry.effect).as_bytes());
            let of = spot.id();
            let by_them = link.leg == leg && !spot.is_ours();
            let revoked = match link.author.as_ref().filter(|_| by_them) {
                Some(author) => connector.revoke(jid, &id, of, author).await,
                None => {
                    let saying = Saying::Revoke {
                        of: of.to_owned(),
                        author: None,
                    };
                    let sent = connector.send(jid, &id, &saying).await;
                    sent.map_err(OrderError::from)
                }
            };
            match revoked {
                Err(error @ OrderError::Send(SendError::Rejected { .. })) => {
                    tracing::warn!(%error, "a message could not be deleted in a group");
                    refused = Some(error);
                }
                Err(OrderError::Send(error)) => return Err(error.into()),
                Err(error) if matches!(entry.act, Act::Hide { .. }) => {
                    // One and the same is said of each of its pieces: nothing more is tried.
                    return self.told((seat, entry, group), Err(error)).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "a message could not be deleted in a group; make the bridge's account an admin of it");
                }
                Ok(()) => {}
            }
        }
        match refused.filter(|_| matches!(entry.act, Act::Hide { .. })) {
            Some(error) => self.told((seat, entry, group), Err(error)).await,
            None => Ok(None),
        }
    }

    /// Where anybody finds a theme: its public page, or else its room.
    pub(super) fn address_of_theme(&self, seat: &Seat) -> String {
        let server = self.homeserver.identity().server_name();
        let room = || format!("https://matrix.to/#/%23{}:{server}", seat.definition.alias);
        self.config.site.page_of(seat.slug()).unwrap_or_else(room)
    }
}
