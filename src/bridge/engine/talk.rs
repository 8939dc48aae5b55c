//! What people say, from one network's form into the one it is kept in, and from there into the other's.

use std::cell::RefCell;
use std::collections::BTreeMap;

use civic::rich::{Block, Mark, Rich, Span};
use civic::{GroupId, MemberId, Notice};
use matrix::html;
use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};
use vault::{Batch, VaultError};
use whatsapp::{KnownNumbers, Person, markup};

use super::entries::{Link, Words, leg_key};
use super::{Engine, Seat, lock};

/// How long one message may be, in bytes of its text and its HTML: an event has room for 65,536, and says other things too.
const LONGEST_IN_ROOM: usize = 40_000;
/// Bytes of what a group gets of somebody's words. All of them stand in the room; a phone folds them long before.
const LONGEST_IN_GROUP: usize = 8_000;
/// How much of a message is shown above an answer, in characters.
const BEGINNING: usize = 200;

/// The people who are mentioned in a text, by who they are.
type Users = BTreeMap<MemberId, OwnedUserId>;

impl Engine {
    /// The person on WhatsApp.
    pub(crate) fn member_of(
        &self,
        batch: &mut Batch,
        person: &Person,
    ) -> Result<Option<MemberId>, VaultError> {
        let (lid, number) = (person.lid.as_ref(), person.number.as_ref());
        lock(&self.people).on_whatsapp(&self.notebook, batch, lid, number)
    }

    /// Words as a Matrix client wrote them.
    pub(crate) fn words_from_room(
        &self,
        seat: &Seat,
        body: &str,
        formatted: Option<&str>,
    ) -> Words {
        let (rich, users) = match formatted {
            Some(html) => self.read_html(seat, html),
            None => (Rich::literal(body), Users::new()),
        };
        let none = KnownNumbers::default();
        kept(
            &rich.map_text(&mut |text| self.scrubbed(text, &none)),
            &users,
        )
    }

    /// Words as a phone wrote them.
    pub(crate) fn words_from_group(
        &self,
        seat: &Seat,
        group: &GroupId,
        text: &str,
        own: &KnownNumbers,
    ) -> Result<Words, VaultError> {
        let users = RefCell::new(Users::new());
        let failed = RefCell::new(None);
        let mentioned = |digits: &str| {
            let found = self.mentioned_in(group, digits);
            let found = found.unwrap_or_else(|error| {
                failed.replace(Some(error));
                None
            })?;
            let ghost = self.homeserver.identity().ghost_user_id(&found.0);
            users.borrow_mut().insert(found.0.clone(), ghost);
            Some(found)
        };
        let rich = markup::read(text, &mentioned);
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        let mut rich = rich.map_text(&mut |text| self.scrubbed(text, own));
        let mut users = users.into_inner();
        if text.contains('@') {
            let (called, known) = self.called(seat);
            rich = rich.speaking_to(&called);
            users.extend(known);
        }
        Ok(kept(&rich, &users))
    }

    /// What stands in the place of something that is not carried, and the words that came with it.
    pub(crate) fn in_place_of(
        &self,
        seat: &Seat,
        kind: civic::Kind,
        on_whatsapp: bool,
        caption: &Words,
    ) -> Words {
        let line = self.words(&Notice::NotCarried { kind, on_whatsapp }, None);
        self.after_line(seat, line, caption)
    }

    /// Words that answer something that only the person who answers knows.
    pub(crate) fn behind_quote(&self, seat: &Seat, quoted: &str, words: &Words) -> Words {
        let (rich, users) = self.rich(seat, words);
        let mut blocks = vec![Block::Quote(Rich::literal(quoted).into_blocks())];
        blocks.extend(rich.into_blocks());
        kept(&Rich::new(blocks), &users)
    }

    /// The content of an event that says this: `body`, its HTML, and whom it mentions.
    pub(crate) fn content(&self, seat: &Seat, words: &Words) -> Value {
        let (rich, users) = self.rich(seat, words);
        let written = html::write(&rich, &|member| users.get(member).cloned());
        let mut content = json!({
            "msgtype": "m.text",
            "body": written.body,
            "m.mentions": {},
        });
        if let Some(formatted) = written.formatted {
            content["format"] = "org.matrix.custom.html".into();
            content["formatted_body"] = formatted.into();
        }
        if !written.mentions.is_empty() {
            content["m.mentions"]["user_ids"] = json!(written.mentions);
        }
        content
    }

    /// The same of a person; where the bridge speaks for those who run it, behind their name.
    pub(crate) fn content_of(&self, seat: &Seat, member: &MemberId, words: &Words) -> Value {
        let name = {
            let people = lock(&self.people);
            (people.organisers() == member).then(|| people.shown(member))
        };
        match name {
            Some(name) => self.content(seat, &self.behind_name(seat, &name, words)),
            None => self.content(seat, words),
        }
    }

    /// The same in pieces that each have room in an event.
    pub(crate) fn pieces(&self, seat: &Seat, words: Words) -> Vec<Words> {
        let size = |words: &Words| words.text.len() + words.html.as_ref().map_or(0, String::len);
        if size(&words) <= LONGEST_IN_ROOM {
            return vec![words];
        }
        let (rich, users) = self.rich(seat, &words);
        rich.split(LONGEST_IN_ROOM, &|piece| size(&kept(piece, &users)))
            .iter()
            .map(|piece| kept(piece, &users))
            .collect()
    }

    /// Words of somebody elsewhere as a group reads them, and who is mentioned in them.
    pub(crate) fn relayed(
        &self,
        seat: &Seat,
        group: &GroupId,
        name: &str,
        words: &Words,
    ) -> (String, Vec<Person>) {
        let (rich, _) = self.rich(seat, words);
        let here = lock(&self.groups)
            .get(group)
            .and_then(|seat| seat.known.as_ref())
            .map(|known| known.people.clone())
            .unwrap_or_default();
        let mentions = RefCell::new(Vec::new());
        let mention = |member: &MemberId, name: &str| match here.get(member.as_str()) {
            Some(person) => {
                mentions.borrow_mut().push(person.clone());
                person.mention()
            }
            None => format!("@{name}"),
        };
        let length = |piece: &Rich| markup::write(piece, &|_, name| format!("@{name}")).len();
        let text = if length(&rich) <= LONGEST_IN_GROUP {
            markup::relayed(name, &rich, &mention)
        } else {
            let first = rich.split(LONGEST_IN_GROUP, &length).into_iter().next();
            let first = markup::relayed(name, &first.unwrap_or_default(), &mention);
            let link = self.address_of_theme(seat);
            format!("{first} {}", self.words(&Notice::GoesOn { link }, None))
        };
        (text, mentions.into_inner())
    }

    /// A late change as a group reads it: said anew, and that it is a correction.
    pub(crate) fn as_correction(&self, seat: &Seat, words: &Words) -> Words {
        self.after_line(seat, self.words(&Notice::Correction, None), words)
    }

    /// Words below a line of the bridge's.
    fn after_line(&self, seat: &Seat, line: String, words: &Words) -> Words {
        self.behind(seat, vec![Span::Text(line), Span::Break], words)
    }

    pub(crate) fn behind_name(&self, seat: &Seat, name: &str, words: &Words) -> Words {
        let name = vec![Span::marked(Mark::Bold, name), Span::text(": ")];
        self.behind(seat, name, words)
    }

    fn behind(&self, seat: &Seat, first: Vec<Span>, words: &Words) -> Words {
        let (rich, users) = self.rich(seat, words);
        let mut blocks = rich.into_blocks();
        match blocks.first_mut() {
            Some(Block::Paragraph(spans)) => {
                spans.splice(0..0, first);
            }
            _ => blocks.insert(0, Block::Paragraph(first)),
        }
        kept(&Rich::new(blocks), &users)
    }

    /// How a message reads above an answer to it in a group.
    pub(crate) fn beginning(&self, group: &GroupId, link: &Link) -> String {
        if link.leg == leg_key(&civic::Leg::Group(group.clone())) {
            return beginning_of(link.shown());
        }
        let name = link
            .member
            .parse()
            .map(|member| lock(&self.people).shown(&member));
        let text = beginning_of(link.shown());
        match name {
            Ok(name) => format!("*{name}*: {text}"),
            // The bridge's own.
            Err(_) => text,
        }
    }

    fn rich(&self, seat: &Seat, words: &Words) -> (Rich, Users) {
        match &words.html {
            Some(html) => self.read_html(seat, html),
            None => (Rich::literal(&words.text), Users::new()),
        }
    }

    /// What was asked, where those who are spoken of are named by their ids.
    pub(crate) fn said_by_ids(&self, seat: &Seat, words: &Words) -> String {
        self.rich(seat, words).0.plain_by_ids()
    }

    fn read_html(&self, seat: &Seat, html: &str) -> (Rich, Users) {
        let users = RefCell::new(Users::new());
        let known = |user: &UserId| {
            let identity = self.homeserver.identity();
            let (member, name) = match identity.member_of(user) {
                Some(member) => {
                    let name = lock(&self.people).shown(&member);
                    (member, name)
                }
                None => self.on_matrix(seat, user),
            };
            users.borrow_mut().insert(member.clone(), user.to_owned());
            Some((member, name))
        };
        let rich = html::read(html, &known);
        (rich, users.into_inner())
    }
}

/// How a text begins, to be shown above an answer.
pub(crate) fn beginning_of(text: &str) -> String {
    text.chars().take(BEGINNING).collect()
}

fn kept(rich: &Rich, users: &Users) -> Words {
    let written = html::write(rich, &|member| users.get(member).cloned());
    Words {
        text: written.body,
        html: written.formatted,
    }
}
