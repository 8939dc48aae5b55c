//! The bridge's notebook: inbox, outbox, links, people, groups, dead letters. Whatever is public in it can be
//! folded again from the rooms.

mod look;
mod quoting;
mod records;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use civic::{Leg, MemberId, ThemeSlug, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vault::{Batch, Database, Key, Tree, VaultError};

use super::entries::{DeadLetter, Incoming, KnownGroup, Link, Outgoing, Reaction, Spot, leg_key};
use super::people::Person;
use super::proposals::TOLD;
use super::reactions::Gathered;

/// Of sled's cache; the rest of the bridge needs about as much.
const CACHE_BYTES: u64 = 32 << 20;

/// How long a source is remembered, so that it isn't taken in twice.
const SEEN_FOR_HOURS: u32 = 30 * 24;

/// The first eight bytes of the keys of a theme's inbox, or of a lane's outbox.
pub(crate) type Prefix = [u8; 8];

/// The sled database `notebook`.
pub(crate) struct Notebook {
    db: Database,
    key: Key,
    inbox: Tree,
    outbox: Tree,
    seen: Tree,
    links: Tree,
    copies: Tree,
    became: Tree,
    reactions: Tree,
    records: Tree,
    seen_people: Tree,
    exchanges: Tree,
    gathered: Tree,
    quoting: Tree,
    people: Tree,
    addresses: Tree,
    groups: Tree,
    dead: Tree,
    notes: Tree,
    sequence: AtomicU64,
}

impl Notebook {
    pub(crate) fn open(path: &Path, key: &Key) -> Result<Self, VaultError> {
        let db = Database::open(path, key, CACHE_BYTES)?;
        let notebook = Self {
            inbox: db.tree("inbox")?,
            outbox: db.tree("outbox")?,
            seen: db.tree("seen")?,
            links: db.tree("links")?,
            copies: db.tree("copies")?,
            became: db.tree("became")?,
            reactions: db.tree("reactions")?,
            records: db.tree("records")?,
            seen_people: db.tree("seen people")?,
            exchanges: db.tree("exchanges")?,
            gathered: db.tree("gathered")?,
            quoting: db.tree("quoting")?,
            people: db.tree("people")?,
            addresses: db.tree("addresses")?,
            groups: db.tree("groups")?,
            dead: db.tree("dead")?,
            notes: db.tree("notes")?,
            sequence: AtomicU64::new(0),
            key: key.clone(),
            db,
        };
        let last = [
            &notebook.inbox,
            &notebook.outbox,
            &notebook.dead,
            &notebook.records,
        ]
        .into_iter()
        .map(last_sequence)
        .collect::<Result<Vec<_>, _>>()?;
        notebook
            .sequence
            .store(last.into_iter().max().unwrap_or(0), Ordering::SeqCst);
        Ok(notebook)
    }

    /// Writes; it is on the disk after the next [`flush`](Self::flush).
    pub(crate) fn apply(&self, batch: Batch) -> Result<(), VaultError> {
        self.db.apply(batch)
    }

    /// Returns when all that was written is on the disk.
    pub(crate) async fn flush(&self) -> Result<(), VaultError> {
        self.db.flush().await
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), VaultError> {
        self.db.commit(batch).await
    }

    fn prefix(&self, domain: &'static str, parts: &[&[u8]]) -> Prefix {
        let id = self.key.id(domain, parts);
        id[..8].try_into().expect("an id has 32 bytes")
    }

    pub(crate) fn theme_prefix(&self, theme: &str) -> Prefix {
        self.prefix("inbox", &[theme.as_bytes()])
    }

    pub(crate) fn lane_prefix(&self, theme: &ThemeSlug, leg: &Leg) -> Prefix {
        self.prefix(
            "lane",
            &[theme.as_str().as_bytes(), leg_key(leg).as_bytes()],
        )
    }

    /// What goes first in the lane of a group.
    pub(crate) fn first_prefix(&self, theme: &ThemeSlug, leg: &Leg) -> Prefix {
        self.prefix(
            "first",
            &[theme.as_str().as_bytes(), leg_key(leg).as_bytes()],
        )
    }

    /// The lane of what is said alone on a network: one for all themes.
    pub(crate) fn direct_prefix(&self, leg: &Leg) -> Prefix {
        self.prefix("direct lane", &[leg_key(leg).as_bytes()])
    }

    fn next_key(&self, prefix: Prefix) -> Vec<u8> {
        let sequence = self.sequence.fetch_add(1, Ordering::SeqCst) + 1;
        [&prefix[..], &sequence.to_be_bytes()].concat()
    }

    // What was heard

    /// Whether this source was taken in before.
    pub(crate) fn knows(&self, source: &[u8; 32]) -> Result<bool, VaultError> {
        self.seen.contains(&source[..16])
    }

    pub(crate) fn take_in(&self, batch: &mut Batch, now: Timestamp, incoming: &Incoming) {
        let key = self.next_key(self.theme_prefix(&incoming.theme));
        batch.put(&self.inbox, key, encode(incoming));
        self.remember(batch, &incoming.source, now);
    }

    /// Remembers a source, so that it isn't taken in again.
    pub(crate) fn remember(&self, batch: &mut Batch, source: &[u8; 32], now: Timestamp) {
        batch.put(&self.seen, &source[..16], now.0.to_be_bytes());
    }

    pub(crate) fn inbox(
        &self,
        theme: &ThemeSlug,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Incoming)>, VaultError> {
        decoded(
            self.inbox
                .scan_from(&self.theme_prefix(theme.as_str()), &[], limit)?,
        )
    }

    pub(crate) fn take_out(&self, batch: &mut Batch, inbox_key: &[u8]) {
        batch.delete(&self.inbox, inbox_key);
    }

    /// Forgets sources so old that nobody repeats them any more.
    pub(crate) async fn forget_old_sources(&self, now: Timestamp) -> Result<(), VaultError> {
        let oldest = now.0 - i64::from(SEEN_FOR_HOURS) * 3_600_000;
        let mut batch = Batch::new();
        for (key, value) in self.seen.scan(&[])? {
            let at = value.try_into().map_or(0, i64::from_be_bytes);
            if at < oldest {
                batch.delete(&self.seen, key);
            }
        }
        self.commit(batch).await
    }

    // What is to be done

    pub(crate) fn send_out(&self, batch: &mut Batch, lane: Prefix, outgoing: &Outgoing) {
        batch.put(&self.outbox, self.next_key(lane), encode(outgoing));
    }

    /// Puts something into the place of what stands in a lane.
    pub(crate) fn send_instead(&self, batch: &mut Batch, outbox_key: &[u8], outgoing: &Outgoing) {
        batch.put(&self.outbox, outbox_key, encode(outgoing));
    }

    pub(crate) fn outbox(
        &self,
        lane: Prefix,
        after: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Outgoing)>, VaultError> {
        decoded(self.outbox.scan_from(&lane, after, limit)?)
    }

    /// The keys of all that waits in a lane. Reads no entry.
    pub(crate) fn outbox_keys(&self, lane: Prefix) -> Result<Vec<Vec<u8>>, VaultError> {
        self.outbox.keys(&lane)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.inbox.count(&[]) == 0 && self.outbox.count(&[]) == 0
    }

    pub(crate) fn done(&self, batch: &mut Batch, outbox_key: &[u8]) {
        batch.delete(&self.outbox, outbox_key);
    }

    // Copies of the same message

    /// Notes a message, and the copies of it that are expected.
    pub(crate) fn keep_link(&self, batch: &mut Batch, theme: &str, id: &[u8], link: &Link) {
        for copy in &link.copies {
            batch.put(&self.copies, self.effect_name(&copy.effect), id);
            // What a copy will be called in a group is known: people may react to it before it is known to stand there.
            if copy.leg != leg_key(&Leg::Room) {
                let spot = Spot::ours(whatsapp::message_id(copy.effect.as_bytes()).as_str());
                batch.put(&self.copies, self.message_name(theme, &copy.leg, &spot), id);
            }
        }
        batch.put(&self.links, id, encode(link));
    }

    /// A message and its copies.
    pub(crate) fn link(&self, id: &[u8]) -> Result<Option<Link>, VaultError> {
        // What another version wrote is not known any more.
        Ok(self.links.get(id)?.and_then(|bytes| decode(&bytes)))
    }

    /// The link of a message: of one that was written there, or of a copy.
    pub(crate) fn link_of(
        &self,
        theme: &str,
        leg: &str,
        spot: &Spot,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let name = self.message_name(theme, leg, spot);
        match self.links.contains(&name)? {
            true => Ok(Some(name.to_vec())),
            // What the bridge answers is no part of the talk.
            false => {
                let id = self.copies.get(&name)?;
                let link = id.as_deref().map(|id| self.link(id)).transpose()?.flatten();
                let told = link.is_some_and(|link| link.leg == TOLD);
                Ok(id.filter(|_| !told))
            }
        }
    }

    /// Where the message of a link stands on a leg: where it was written, or what its copies became; its edits, too.
    pub(crate) fn spots(&self, link: &Link, leg: &str) -> Result<Vec<Spot>, VaultError> {
        let mut spots = Vec::new();
        // What was hidden and posted again stands there twice.
        if link.leg == leg {
            spots.push(link.spot.clone());
            spots.extend(link.edits.iter().cloned());
        }
        for copy in link.copies.iter().filter(|copy| copy.leg == leg) {
            spots.extend(self.message_of_effect(&copy.effect)?.map(Spot));
        }
        Ok(spots)
    }

    /// Somebody's reaction to the message of a link.
    pub(crate) fn reaction(&self, to: &[u8], member: &str) -> Result<Option<Reaction>, VaultError> {
        let stored = self.reactions.get(&[to, member.as_bytes()].concat())?;
        Ok(stored.and_then(|bytes| decode(&bytes)))
    }

    /// All reactions to the message of a link, by who made them.
    pub(crate) fn reactions(&self, to: &[u8]) -> Result<Vec<(MemberId, Reaction)>, VaultError> {
        let stored: Vec<(Vec<u8>, Reaction)> = decoded(self.reactions.scan(to)?)?;
        let by_member = stored.into_iter().filter_map(|(key, reaction)| {
            let member = std::str::from_utf8(&key[to.len()..]).ok()?;
            Some((member.parse().ok()?, reaction))
        });
        Ok(by_member.collect())
    }

    /// What a group was told of the reactions to the message of a link.
    pub(crate) fn gathered(&self, to: &[u8], leg: &str) -> Result<Option<Gathered>, VaultError> {
        let stored = self.gathered.get(&[to, leg.as_bytes()].concat())?;
        Ok(stored.and_then(|bytes| decode(&bytes)))
    }

    /// The legs that were told of them.
    pub(crate) fn gathered_on(&self, to: &[u8]) -> Result<Vec<String>, VaultError> {
        let keys = self.gathered.keys(to)?.into_iter();
        Ok(keys
            .filter_map(|key| String::from_utf8(key[to.len()..].to_vec()).ok())
            .collect())
    }

    pub(crate) fn keep_gathered(
        &self,
        batch: &mut Batch,
        to: &[u8],
        leg: &str,
        gathered: &Gathered,
    ) {
        let key = [to, leg.as_bytes()].concat();
        batch.put(&self.gathered, key, encode(gathered));
    }

    /// Forgets what a group was told of them.
    pub(crate) fn drop_gathered(&self, batch: &mut Batch, to: &[u8], leg: &str) {
        batch.delete(&self.gathered, [to, leg.as_bytes()].concat());
    }

    /// Keeps somebody's reaction, or forgets it.
    pub(crate) fn keep_reaction(
        &self,
        batch: &mut Batch,
        to: &[u8],
        member: &str,
        reaction: Option<&Reaction>,
    ) {
        let key = [to, member.as_bytes()].concat();
        match reaction {
            Some(reaction) => batch.put(&self.reactions, key, encode(reaction)),
            None => batch.delete(&self.reactions, key),
        }
    }

    /// Notes which message a copy became. Each copy has a key of its own, so that legs that finish at the same moment
    /// don't overwrite each other.
    pub(crate) fn copy_became(
        &self,
        batch: &mut Batch,
        theme: &str,
        link: &[u8],
        leg: &str,
        effect: &str,
        spot: &Spot,
    ) {
        batch.put(&self.became, self.effect_name(effect), &spot.0);
        batch.put(&self.copies, self.message_name(theme, leg, spot), link);
    }

    /// Forgets which message a copy became: it is not there any more.
    pub(crate) fn forget_copy(&self, batch: &mut Batch, effect: &str) {
        batch.delete(&self.became, self.effect_name(effect));
    }

    /// Which message this effect became, if that is known.
    pub(crate) fn message_of_effect(&self, effect: &str) -> Result<Option<String>, VaultError> {
        let message = self.became.get(&self.effect_name(effect))?;
        Ok(message.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    fn effect_name(&self, effect: &str) -> Vec<u8> {
        self.db.name(&[b"effect", effect.as_bytes()])
    }

    /// The link that an effect belongs to.
    pub(crate) fn link_of_effect(&self, effect: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.copies.get(&self.effect_name(effect))
    }

    /// The name under which a message's link stands.
    pub(crate) fn message_name(&self, theme: &str, leg: &str, spot: &Spot) -> [u8; 16] {
        let id = self.key.id(
            "message",
            &[theme.as_bytes(), leg.as_bytes(), spot.0.as_bytes()],
        );
        id[..16].try_into().expect("an id has 32 bytes")
    }

    // People and groups

    pub(crate) fn people(&self) -> Result<Vec<(MemberId, Person)>, VaultError> {
        let people = self.people.scan(&[])?;
        Ok(people
            .into_iter()
            .filter_map(|(key, value)| {
                Some((String::from_utf8(key).ok()?.parse().ok()?, decode(&value)?))
            })
            .collect())
    }

    pub(crate) fn keep_person(&self, batch: &mut Batch, member: &MemberId, person: &Person) {
        batch.put(&self.people, member.as_str(), encode(person));
    }

    /// Who has this address (a LID or a number), if we met them under it.
    pub(crate) fn member_at(
        &self,
        kind: &'static str,
        address: &str,
    ) -> Result<Option<MemberId>, VaultError> {
        let name = self.db.name(&[kind.as_bytes(), address.as_bytes()]);
        let found = self.addresses.get(&name)?;
        Ok(found.and_then(|value| String::from_utf8(value).ok()?.parse().ok()))
    }

    pub(crate) fn keep_address(
        &self,
        batch: &mut Batch,
        kind: &'static str,
        address: &str,
        member: &MemberId,
    ) {
        let name = self.db.name(&[kind.as_bytes(), address.as_bytes()]);
        batch.put(&self.addresses, name, member.as_str());
    }

    pub(crate) fn groups(&self) -> Result<Vec<(civic::GroupId, KnownGroup)>, VaultError> {
        let groups = self.groups.scan(&[])?;
        Ok(groups
            .into_iter()
            .filter_map(|(key, value)| {
                Some((String::from_utf8(key).ok()?.parse().ok()?, decode(&value)?))
            })
            .collect())
    }

    pub(crate) fn keep_group(&self, batch: &mut Batch, id: &civic::GroupId, group: &KnownGroup) {
        batch.put(&self.groups, id.as_str(), encode(group));
    }

    // Notes and dead letters

    pub(crate) fn note(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.notes.get(name.as_bytes())
    }

    /// All notes whose names begin so.
    pub(crate) fn notes_with(&self, begins: &str) -> Result<Vec<(String, Vec<u8>)>, VaultError> {
        let notes = self.notes.scan(begins.as_bytes())?.into_iter();
        Ok(notes
            .filter_map(|(name, value)| Some((String::from_utf8(name).ok()?, value)))
            .collect())
    }

    pub(crate) fn put_note(&self, batch: &mut Batch, name: &str, value: &[u8]) {
        batch.put(&self.notes, name, value);
    }

    pub(crate) fn drop_note(&self, batch: &mut Batch, name: &str) {
        batch.delete(&self.notes, name);
    }

    pub(crate) fn bury(&self, batch: &mut Batch, letter: &DeadLetter) {
        batch.put(&self.dead, self.next_key([0; 8]), encode(letter));
    }

    pub(crate) fn dead_letters(&self) -> usize {
        self.dead.count(&[])
    }
}

fn last_sequence(tree: &Tree) -> Result<u64, VaultError> {
    let entries = tree.keys(&[])?;
    Ok(entries
        .iter()
        .filter_map(|key| {
            key.last_chunk::<8>()
                .map(|bytes| u64::from_be_bytes(*bytes))
        })
        .max()
        .unwrap_or(0))
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("an entry has string keys only, so it has a JSON form")
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes)
        .inspect_err(|error| tracing::error!(%error, "an entry of the notebook can't be read; it is passed over"))
        .ok()
}

fn decoded<T: DeserializeOwned>(
    entries: Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<Vec<(Vec<u8>, T)>, VaultError> {
    Ok(entries
        .into_iter()
        .filter_map(|(key, value)| Some((key, decode(&value)?)))
        .collect())
}
