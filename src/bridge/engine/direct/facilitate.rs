//! Facilitators by a one-time code: those who run the bridge give it to somebody, who writes it to the bridge alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use civic::name::looks;
use civic::{Alone, Language, Leg, MemberId, Network, Notice, Party, Refusal, Timestamp};
use matrix::names::NAMESPACE;
use vault::{Batch, VaultError};

use crate::clock;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::Outgoing;
use crate::engine::lane::{Failure, Lane};
use crate::engine::{Bridge, Engine, lock};

/// For how long a code can be used.
const CODE_HOURS: u32 = 24;
/// So many wrong codes one person may try within an hour.
const TRIES: usize = 5;
const AN_HOUR: i64 = 60 * 60_000;
/// What codes are made of: nothing that is taken for something else.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LETTERS_OF_A_CODE: usize = 12;

/// The note of who became a facilitator by a code, and since when.
const FACILITATORS: &str = "facilitators";

type Facilitators = BTreeMap<String, i64>;

impl Bridge {
    /// Makes a one-time code by which somebody becomes a facilitator of all themes. Only its keyed hash is kept.
    ///
    /// # Errors
    /// When the notebook fails.
    pub async fn facilitator_code(&self) -> Result<String, VaultError> {
        let engine = &self.engine;
        let letters =
            (0..LETTERS_OF_A_CODE).map(|_| LETTERS[usize::from(rand::random::<u8>() & 31)]);
        let letters: Vec<char> = letters.map(char::from).collect();
        let groups: Vec<String> = letters.chunks(4).map(String::from_iter).collect();
        let code = groups.join("-");
        let until = clock::now().plus_hours(CODE_HOURS);
        let mut batch = Batch::new();
        let note = engine.note_of_code(&code);
        engine
            .notebook
            .put_note(&mut batch, &note, &until.0.to_be_bytes());
        engine.notebook.commit(batch).await?;
        Ok(code)
    }

    /// What those are shown as who became facilitators by a code.
    pub fn facilitators(&self) -> Vec<String> {
        let members = self.engine.facilitating_members();
        let members = members.inspect_err(|error| self.engine.note_failure(error));
        let people = lock(&self.engine.people);
        let members = members.unwrap_or_default();
        members.iter().map(|member| people.shown(member)).collect()
    }

    /// Takes it from whoever is shown so. Says whether there was somebody.
    ///
    /// # Errors
    /// When the notebook fails.
    pub async fn remove_facilitator(&self, name: &str) -> Result<bool, VaultError> {
        let engine = &self.engine;
        let known = engine.facilitators_by_code()?.unwrap_or_default();
        let (gone, left): (Facilitators, Facilitators) = {
            let people = lock(&engine.people);
            let is_meant = |member: &str| {
                let member = member.parse::<MemberId>();
                member.is_ok_and(|member| looks(&people.shown(&member)) == looks(name))
            };
            known.into_iter().partition(|(member, _)| is_meant(member))
        };
        if gone.is_empty() {
            return Ok(false);
        }
        let mut batch = Batch::new();
        let moment = clock::now();
        let source = engine.source(&[b"facilitator removed", &moment.0.to_be_bytes()]);
        let mut rung = Vec::new();
        for member in gone.keys().filter_map(|member| member.parse().ok()) {
            rung.extend(engine.tell_of_end(&mut batch, member, &source)?);
        }
        engine.keep_facilitators(&mut batch, &left, source, moment);
        engine.notebook.commit(batch).await?;
        engine.know_facilitators();
        engine.ring_direct(Network::Matrix);
        engine.ring_lanes(&rung);
        Ok(true)
    }
}

impl Engine {
    /// The note of a code, however it is typed.
    fn note_of_code(&self, code: &str) -> String {
        let letters: String = code
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let id = self.key.id("facilitator code", &[letters.as_bytes()]);
        format!("facilitator code {}", vault::base32_16(&id))
    }

    /// None: it was never noted, or the notebook is new.
    fn facilitators_by_code(&self) -> Result<Option<Facilitators>, VaultError> {
        let note = self.notebook.note(FACILITATORS)?;
        Ok(note.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// The members who are facilitators by a code.
    pub(in crate::engine) fn facilitating_members(&self) -> Result<BTreeSet<MemberId>, VaultError> {
        let known = self.facilitators_by_code()?.unwrap_or_default();
        let members = known.keys().filter_map(|member| member.parse().ok());
        Ok(members.collect())
    }

    /// Takes over who are facilitators now. Where the notebook fails, those who were stay so.
    pub(in crate::engine) fn know_facilitators(&self) {
        match self.facilitators() {
            Ok(now) => lock(&self.trusted).facilitators = now,
            Err(error) => self.note_failure(&error),
        }
    }

    /// Notes who are facilitators, and has it kept with the bot's account, where a lost notebook can't lose it.
    fn keep_facilitators(
        &self,
        batch: &mut Batch,
        known: &Facilitators,
        source: [u8; 32],
        now: Timestamp,
    ) {
        let bytes = serde_json::to_vec(known).expect("a map of texts is plain JSON");
        self.notebook.put_note(batch, FACILITATORS, &bytes);
        let effect = self.effect(&source, "keep facilitators");
        let keep = Outgoing::of_bridge(effect, now, Act::KeepFacilitators);
        let lane = self.notebook.direct_prefix(&Leg::Direct(Network::Matrix));
        self.notebook.send_out(batch, lane, &keep);
    }

    fn tell_of_end(
        self: &Arc<Self>,
        batch: &mut Batch,
        member: MemberId,
        source: &[u8; 32],
    ) -> Result<Option<Arc<Lane>>, VaultError> {
        let network = lock(&self.people).network_of(&member);
        let effect = self.effect(source, &format!("whisper {member}"));
        let notice = Notice::Alone(Alone::FacilitatesNoMore);
        self.tell_privately(batch, (&Party { member, network }, false), &notice, effect)
    }

    /// Keeps them with the bot's account, and gives them on Matrix what facilitators may do in the rooms.
    pub(super) async fn store_facilitators(&self) -> Result<Option<String>, Failure> {
        let known = self
            .facilitators_by_code()
            .map_err(|_| Failure::Later(None))?;
        let content = serde_json::to_value(known.unwrap_or_default());
        let content = content.map_err(|_| Failure::Later(None))?;
        self.homeserver
            .set_account_data(self.homeserver.bot(), &account_data(), &content)
            .await?;
        for seat in self.seats.values() {
            self.set_powers(seat).await?;
        }
        Ok(None)
    }

    /// Takes over who were facilitators before the notebook was lost.
    pub(in crate::engine) async fn recall_facilitators(&self) -> Result<(), VaultError> {
        if self.facilitators_by_code()?.is_some() {
            return Ok(());
        }
        let asked = self
            .homeserver
            .account_data(self.homeserver.bot(), &account_data())
            .await;
        let known: Facilitators = match asked {
            Ok(found) => found
                .and_then(|found| serde_json::from_value(found).ok())
                .unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "who became a facilitator by a code could not be asked; the next start asks again");
                return Ok(());
            }
        };
        let bytes = serde_json::to_vec(&known).expect("a map of texts is plain JSON");
        let mut batch = Batch::new();
        self.notebook.put_note(&mut batch, FACILITATORS, &bytes);
        self.notebook.commit(batch).await
    }

    /// Nobody becomes a facilitator by this code any more.
    pub(in crate::engine) fn void_code(
        &self,
        batch: &mut Batch,
        code: &str,
    ) -> Result<(), VaultError> {
        let note = self.note_of_code(code);
        if self.notebook.note(&note)?.is_some() {
            self.notebook.drop_note(batch, &note);
        }
        Ok(())
    }

    /// Whether the code can be used now.
    fn is_given_out(&self, code: &str, now: Timestamp) -> Result<bool, VaultError> {
        let note = self.notebook.note(&self.note_of_code(code))?;
        let until = note.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
        Ok(until.is_some_and(|until| now.0 < until))
    }
}

impl Layout<'_> {
    /// Lets whoever is heard now be a facilitator, if the code is one that was given out.
    pub(in crate::engine) fn facilitate(
        &mut self,
        code: &str,
        language: Option<Language>,
    ) -> Result<(), VaultError> {
        let Some(member) = self.talk().map(|talk| talk.member.clone()) else {
            return Ok(());
        };
        let notice = self.try_code(&member, code)?;
        self.answer(&notice, language, Some(member));
        Ok(())
    }

    fn try_code(&mut self, member: &str, code: &str) -> Result<Notice, VaultError> {
        let (engine, now) = (self.engine, self.now);
        let note = format!("codes tried {member}");
        let tried = engine.notebook.note(&note)?;
        let tried: Vec<i64> = tried
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let lately = tried
            .into_iter()
            .filter(|at| (now.0 - AN_HOUR..=now.0).contains(at));
        let mut lately: Vec<i64> = lately.collect();
        if lately.len() >= TRIES {
            return Ok(Notice::Refused(Refusal::TooManyCodes));
        }
        if !engine.is_given_out(code, now)? {
            lately.push(now.0);
            let bytes = serde_json::to_vec(&lately).expect("numbers are plain JSON");
            engine.notebook.put_note(self.batch, &note, &bytes);
            return Ok(Notice::Refused(Refusal::NoFacilitatorCode));
        }
        engine.void_code(self.batch, code)?;
        engine.notebook.drop_note(self.batch, &note);
        let mut known = engine.facilitators_by_code()?.unwrap_or_default();
        known.entry(member.to_owned()).or_insert(now.0);
        engine.keep_facilitators(self.batch, &known, self.incoming.source, now);
        let matrix = Leg::Direct(Network::Matrix);
        self.rung.push(engine.lane(self.seat, &matrix));
        tracing::info!("somebody became a facilitator by a code");
        Ok(Notice::Alone(Alone::Facilitates))
    }
}

/// Where the bot's account keeps who became a facilitator by a code.
fn account_data() -> String {
    format!("{NAMESPACE}facilitators")
}
