//! What people see in a conversation.

use std::collections::BTreeSet;

use sandbox::phones::{Phone, Shown, ShownGroup};
use serde_json::Value;

use super::acts::line_with;
use super::{Out, Place, Stage, THEMES, quoted};
use crate::moderation::asks;
use crate::world::{Citizen, Line, SERVER, localpart};

impl Stage {
    /// A homeserver tells of a new name a moment after it was taken.
    pub(super) async fn expect_member(&self, name: &str) {
        let is_called = |event: &serde_json::Value| {
            event["type"] == "m.room.member" && event["content"]["displayname"] == name
        };
        let (citizen, _) = self.citizens.values().next().expect("somebody in the room");
        citizen.wait_for_event(name, is_called).await;
    }

    pub(super) async fn expect(&mut self, place: &str, shown: &str) {
        let (place, answered) = match place.split_once(" to ") {
            Some((place, words)) => (place, Some(quoted(words))),
            None => (place, None),
        };
        let place = self.place(place);
        let shown = shown.replace("\\n", "\n");
        self.expected
            .entry(place.clone())
            .or_default()
            .push(shown.clone());
        // Everybody there has seen it before anybody goes on.
        let what = format!("“{shown}” in {place:?}");
        let wanted = |from: usize| {
            let lines = self.expected[&place][from..].iter();
            lines.filter(|line| **line == shown).count()
        };
        let citizens = self
            .citizens
            .iter()
            .filter(|(_, (_, (at, _)))| *at == place);
        let phones = self.phones.iter().filter(|(_, (_, (at, _)))| *at == place);
        let mut seen_by = 0;
        // Whoever was out meanwhile may have seen the like before.
        let earlier = |name: &String| self.earlier.get(name).copied().unwrap_or_default();
        for (name, (citizen, (_, from))) in citizens {
            let seen = |line: &&Line| fits(&shown, &format!("{}: {}", line.who, line.text));
            let lines = citizen
                .wait_for(&what, |lines| {
                    let since = standing(lines).skip(earlier(name));
                    since.filter(seen).count() >= wanted(*from)
                })
                .await;
            if let Some(words) = answered {
                let line = standing(&lines).filter(seen).last();
                let to = line.and_then(|line| line.answers.clone());
                let to = lines.iter().find(|line| Some(&line.event) == to.as_ref());
                let fits = to.is_some_and(|to| to.text.contains(words));
                assert!(fits, "{what} answers {to:?}, not “{words}”");
            }
            seen_by += 1;
        }
        for (name, (phone, (_, from))) in phones {
            let seen = |message: &&sandbox::phones::Shown| fits(&shown, &said(message));
            let group = self.address_in(phone, &place);
            let waiting = phone.wait_for(&group, |messages| {
                let since = messages.iter().skip(earlier(name));
                since.filter(seen).count() >= wanted(*from)
            });
            let waiting = waiting.await;
            let chat = waiting.unwrap_or_else(|error| panic!("waited for {what}: {error:#}"));
            if let Some(words) = answered {
                let quote = chat
                    .iter()
                    .rfind(seen)
                    .and_then(|shown| shown.quote.as_ref());
                let to = quote.and_then(|quote| chat.iter().find(|shown| shown.id == quote.id));
                let fits = to.is_some_and(|to| to.text.contains(words));
                assert!(fits, "{what} answers {quote:?}, not “{words}”");
            }
            seen_by += 1;
        }
        assert!(seen_by > 0, "nobody is in {place:?} to see it");
    }

    /// Compares what everybody saw with what they should have, from the time they came. By then the bridge has nothing
    /// left to carry, and every screen has at least as many lines as it should.
    pub(super) async fn compare(&self) {
        self.world.settled().await;
        for (name, (citizen, (place, from))) in &self.citizens {
            let expected = self.expected_at(place, *from);
            let earlier = self.earlier.get(name).copied().unwrap_or_default();
            let seen = citizen
                .wait_for("the last line", |lines| {
                    standing(lines).skip(earlier).count() >= expected.len()
                })
                .await;
            let seen = standing(&seen)
                .skip(earlier)
                .map(|line| format!("{}: {}", line.who, line.text))
                .collect();
            compare_one(name, place, expected, seen);
        }
        self.compare_alone().await;
        for (name, (phone, (place, from))) in &self.phones {
            let group = address(phone, place);
            self.compare_phone(name, phone, &group, (place, *from))
                .await;
        }
    }

    async fn compare_phone(
        &self,
        name: &str,
        phone: &Phone,
        group: &str,
        (place, from): (&Place, usize),
    ) {
        let expected = self.expected_at(place, from);
        let earlier = self.earlier.get(name).copied().unwrap_or_default();
        let seen = phone
            .wait_for(group, |messages| messages.len() >= earlier + expected.len())
            .await;
        let seen = seen.expect("the last line comes");
        let seen = seen.iter().skip(earlier).map(said).collect();
        compare_one(name, place, expected, seen);
    }

    /// A phone that is out doesn't list the group any more.
    fn address_in(&self, phone: &Phone, place: &Place) -> String {
        let known = self.addresses.get(place).cloned();
        known.unwrap_or_else(|| address(phone, place))
    }

    fn expected_at(&self, place: &Place, from: usize) -> &[String] {
        self.expected.get(place).map_or(&[], |all| &all[from..])
    }

    /// A message is deleted for everybody in a place.
    pub(super) async fn expect_gone(&mut self, place: &str, words: &str) {
        let place = self.place(place);
        if let Place::Room(_) = place {
            for (citizen, (at, _)) in self.citizens.values() {
                let lines = citizen.lines();
                let gone: BTreeSet<_> = lines
                    .iter()
                    .filter(|line| line.text.contains(words))
                    .map(|line| line.event.to_string())
                    .collect();
                if *at != place || gone.is_empty() {
                    continue;
                }
                let redacted = |event: &Value| {
                    event["event_id"]
                        .as_str()
                        .is_some_and(|id| gone.contains(id))
                        && event["content"]["body"].is_null()
                };
                let what = format!("“{words}” to go");
                citizen.wait_for_event(&what, redacted).await;
            }
            return;
        }
        let expected = self.expected.entry(place.clone()).or_default();
        let line = expected
            .iter_mut()
            .rfind(|line| line.contains(words))
            .unwrap_or_else(|| panic!("“{words}” never stood in {place:?}"));
        let who = line.split_once(": ").map(|(who, _)| who.to_owned());
        let theirs = who.filter(|who| self.phones.contains_key(who));
        *line = theirs.map_or_else(String::new, |who| format!("{who}: "));
        for (phone, (at, _)) in self.phones.values().filter(|(_, (at, _))| *at == place) {
            let gone = |chat: &[Shown]| !chat.iter().any(|shown| shown.text.contains(words));
            let waited = phone.wait_for(&address(phone, at), gone).await;
            waited.unwrap_or_else(|error| panic!("“{words}” should go: {error:#}"));
        }
    }

    /// Who reads the log room, and from when on.
    async fn reader(&mut self) -> (Citizen, u64) {
        if let Some(reader) = self.log.take() {
            return reader;
        }
        let alias = format!("#aty-paga-registro:{SERVER}");
        (
            Citizen::join(&self.world.synapse, "Lectora", &alias).await,
            0,
        )
    }

    /// Neither the log names somebody, nor does what the bridge has said alone to others.
    pub(super) async fn expect_unnamed(&mut self, name: &str) {
        self.world.settled().await;
        let (log, from) = self.reader().await;
        let entries = serde_json::json!(log.timeline().await).to_string();
        assert!(entries.contains("org.aty.moderation_act"), "an empty log");
        assert!(!entries.contains(name), "{name} is named: {entries}");
        self.log = Some((log, from));
        for (other, said) in self.said_alone_to_others(name).await {
            assert!(!said.contains(name), "{other} was told of {name}: {said}");
        }
    }

    /// The log room shows this, after what was looked at before.
    pub(super) async fn expect_log(&mut self, shown: &str) {
        let (log, from) = self.reader().await;
        let said = |event: &Value| {
            let body = event["content"]["body"].as_str().unwrap_or_default();
            fits(shown, body)
        };
        let after = |event: &Value| event["origin_server_ts"].as_u64().unwrap_or_default();
        let at = |event: &Value| said(event) && after(event) >= from;
        let event = log
            .wait_for_event(&format!("“{shown}” in the log"), at)
            .await;
        self.log = Some((log, after(&event)));
    }

    /// Whoever has no Matrix client reads the log in a browser.
    pub(super) async fn expect_page(&self, shown: &str) {
        self.world.settled().await;
        let page = format!("http://{}/registro", self.world.pages);
        let page = reqwest::get(page).await.expect("a page");
        let page = page.text().await.expect("a page");
        assert!(fits(shown, &page), "“{shown}” is not on the page: {page}");
    }

    /// What the homeserver tells of a room, to a program that is none of ours.
    pub(super) async fn expect_state(&self, key: &str, shown: &str) {
        self.world.settled().await;
        let (citizen, _) = self.citizens.values().next().expect("somebody in the room");
        let path = format!("rooms/{}/state/{key}", citizen.room.room_id());
        let state = asks(citizen, "GET", &path, None).await.to_string();
        assert!(fits(shown, &state), "“{shown}” is not in {state}");
    }

    /// A message in the room has this reaction.
    pub(super) async fn expect_reaction(&self, emoji: &str, words: &str) {
        let (citizen, _) = self.citizens.values().next().expect("somebody in the room");
        let message = line_with(citizen, words);
        let is_it = |event: &Value| {
            let relates = &event["content"]["m.relates_to"];
            relates["event_id"] == message.as_str() && relates["key"] == emoji
        };
        let what = format!("{emoji} on “{words}”");
        citizen.wait_for_event(&what, is_it).await;
    }

    /// Somebody is no longer where they were.
    pub(super) async fn expect_out(&mut self, name: &str) {
        if let Some((phone, (place, from))) = self.phones.remove(name) {
            let group = self.address_in(&phone, &place);
            let out = phone.wait_for_membership(&group, false).await;
            out.expect("they are out");
            self.compare_phone(name, &phone, &group, (&place, from))
                .await;
            self.earlier
                .insert(name.to_owned(), phone.chat(&group).len());
            self.out
                .insert(name.to_owned(), Out::Phone(phone, place, group));
            return;
        }
        let (citizen, (place, _)) = self.citizens.remove(name).expect("somebody who is there");
        self.expect_membership(name, "ban").await;
        self.out
            .insert(name.to_owned(), Out::Citizen(citizen, place));
    }

    /// Somebody is where they were again; on Matrix, they are invited.
    pub(super) async fn expect_back(&mut self, name: &str) {
        match self.out.remove(name).expect("somebody who was out") {
            Out::Phone(phone, place, group) => {
                let back = phone.wait_for_membership(&group, true).await;
                back.expect("they are back");
                let from = self.expected.get(&place).map_or(0, Vec::len);
                self.phones.insert(name.to_owned(), (phone, (place, from)));
            }
            Out::Citizen(citizen, place) => {
                self.out
                    .insert(name.to_owned(), Out::Citizen(citizen, place));
                self.expect_membership(name, "invite").await;
            }
        }
    }

    /// Somebody's phone shows them as an admin of their group, or no longer.
    pub(super) async fn expect_admin(&self, name: &str, place: &str) {
        let no_more = place.strip_suffix(" no more");
        let place = self.place(no_more.unwrap_or(place));
        let (phone, _) = &self.phones[name];
        let group = self.address_in(phone, &place);
        let is = |group: &ShownGroup| group.admin == no_more.is_none();
        let waited = phone.wait_for_group(&group, is).await;
        waited.unwrap_or_else(|error| panic!("{name}, admin of {place:?}: {error:#}"));
    }

    async fn expect_membership(&self, name: &str, membership: &str) {
        let theirs = format!("@{}:{SERVER}", localpart(name));
        let is = |event: &Value| {
            event["type"] == "m.room.member"
                && event["state_key"] == theirs.as_str()
                && event["content"]["membership"] == membership
        };
        let (citizen, _) = self.citizens.values().next().expect("somebody in the room");
        citizen
            .wait_for_event(&format!("{name}: {membership}"), is)
            .await;
    }
}

pub(super) fn compare_one(name: &str, place: &Place, expected: &[String], seen: Vec<String>) {
    let fit = seen.len() == expected.len()
        && expected
            .iter()
            .zip(&seen)
            .all(|(want, saw)| fits(want, saw));
    assert!(
        fit,
        "{name} should have seen in {place:?}:\n{expected:#?}\nbut saw:\n{seen:#?}"
    );
}

/// The lines of a room without the changes of cards, which a client shows where the card is.
pub(super) fn standing(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines
        .iter()
        .filter(|line| line.who != "Aty" || !line.text.starts_with("* 📌"))
}

/// A message on a phone. The bridge's own account is shown by its texts alone.
pub(super) fn said(message: &sandbox::phones::Shown) -> String {
    match message.who.as_str() {
        "Aty" => message.text.clone(),
        who => format!("{who}: {}", message.text),
    }
}

pub(super) fn fits(wanted: &str, seen: &str) -> bool {
    match wanted
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.strip_suffix('}')?)))
    {
        Some((before, words)) => {
            let mut rest = Some(seen);
            for part in words.split(" … ") {
                rest = rest.and_then(|rest| Some(rest.split_once(part)?.1));
            }
            seen.starts_with(before) && rest.is_some()
        }
        None => wanted == seen,
    }
}

/// What a theme's group is called.
pub(super) fn subject(theme: &str, number: usize) -> String {
    let (_, _, title) = THEMES
        .into_iter()
        .find(|(slug, ..)| *slug == theme)
        .expect("a theme");
    match number {
        1 => title.to_owned(),
        _ => format!("{title} {number}"),
    }
}

pub(super) fn address(phone: &Phone, place: &Place) -> String {
    let Place::Group(theme, number) = place else {
        panic!("{place:?} is no group")
    };
    let subject = subject(theme, *number);
    let groups = phone.groups();
    let group = groups.iter().find(|group| group.subject == subject);
    group
        .unwrap_or_else(|| panic!("{} is not in “{subject}”", phone.name()))
        .address
        .clone()
}
