//! Who is who: people of both networks under their keyed ids, what they are called, and what they chose.

use std::collections::BTreeMap;

use civic::name::Names;
use civic::{Choice, MemberId, Network};
use serde::{Deserialize, Serialize};
use vault::{Batch, Key, VaultError, base32_16};
use whatsapp::{Lid, PhoneNumber};

use super::entries::StoredChoice;
use super::notebook::Notebook;

/// What the bridge remembers of a person. No address: those are met again with every message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// What their own network calls them.
    pub(crate) own_name: Option<String>,
    #[serde(default)]
    pub(crate) choice: StoredChoice,
    /// Their account on Matrix, if that is where they write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// What they are shown as on the other network.
    pub(crate) shown: String,
    /// What their ghost is called on the homeserver; `None` before it is registered.
    pub(crate) ghost_name: Option<String>,
    /// Whether what they chose was asked for, after the notebook was lost.
    #[serde(default)]
    pub(crate) recalled: bool,
}

/// All people that were met, and who bears which name.
pub(crate) struct People {
    key: Key,
    names: Names,
    persons: BTreeMap<MemberId, Person>,
    /// The accounts of those whom the themes' rooms know as members, banned ones, too: what was decided about somebody holds for
    /// their account though a new notebook knows nobody.
    in_rooms: BTreeMap<MemberId, String>,
    /// Who speaks by what is typed on the phone of the bridge's account: nobody's ghost, but the bridge itself.
    organisers: MemberId,
}

impl People {
    pub(crate) fn read(notebook: &Notebook, key: &Key) -> Result<Self, VaultError> {
        let mut people = Self {
            key: key.clone(),
            names: Names::default(),
            persons: BTreeMap::new(),
            in_rooms: BTreeMap::new(),
            organisers: member_id(key.id("member", &[b"organisers"])),
        };
        for (member, person) in notebook.people()? {
            people.names.claim(&member, &names_of(&person));
            people.persons.insert(member, person);
        }
        Ok(people)
    }

    /// Gives those who run the bridge their name. It is never kept: each start says it anew, in its language.
    pub(crate) fn organisers_are_called(&mut self, name: &str) {
        let organisers = Person {
            shown: name.to_owned(),
            recalled: true,
            ..Person::default()
        };
        self.names.claim(&self.organisers, &[name]);
        self.persons.insert(self.organisers.clone(), organisers);
    }

    /// Those who run the bridge, as one who speaks.
    pub(crate) fn organisers(&self) -> &MemberId {
        &self.organisers
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn get(&self, member: &MemberId) -> Option<&Person> {
        self.persons.get(member)
    }

    /// The network that somebody's account is on.
    pub(crate) fn network_of(&self, member: &MemberId) -> Network {
        match self.account_of(member) {
            Some(_) => Network::Matrix,
            None => Network::WhatsApp,
        }
    }

    /// Somebody's account, if it is one on Matrix.
    pub(crate) fn account_of(&self, member: &MemberId) -> Option<&str> {
        let met = self.get(member).and_then(|person| person.user_id.as_ref());
        let account = met.or_else(|| self.in_rooms.get(member));
        account.map(String::as_str)
    }

    /// Knows an account by the room that it is a member of, or is banned from.
    pub(crate) fn is_in_room(&mut self, user: &str) {
        let member = self.on_matrix(user);
        self.in_rooms.insert(member, user.to_owned());
    }

    pub(crate) fn choice(&self, member: &MemberId) -> Choice {
        self.get(member)
            .map(|person| person.choice.clone())
            .unwrap_or_default()
            .into()
    }

    /// Whether they have been heard in public, and still want to be.
    pub(crate) fn is_public(&self, member: &MemberId) -> bool {
        let person = self.get(member);
        person.is_some_and(|person| person.ghost_name.is_some() && !person.choice.stays_out)
    }

    /// What a person is shown as.
    pub(crate) fn shown(&self, member: &MemberId) -> String {
        match self.get(member) {
            Some(person) => person.shown.clone(),
            None => civic::name::neutral(member),
        }
    }

    /// The person on Matrix with this user id. Theirs is public, yet the id is keyed like everybody's.
    pub(crate) fn on_matrix(&self, user: &str) -> MemberId {
        member_id(self.key.id("member", &[b"matrix", user.as_bytes()]))
    }

    /// The person on WhatsApp, by their LID; where there was only a number before, the LID inherits its id.
    pub(crate) fn on_whatsapp(
        &self,
        notebook: &Notebook,
        batch: &mut Batch,
        lid: Option<&Lid>,
        number: Option<&PhoneNumber>,
    ) -> Result<Option<MemberId>, VaultError> {
        let known = |kind, address: Option<&str>| match address {
            Some(address) => notebook.member_at(kind, address),
            None => Ok(None),
        };
        let (lid, number) = (lid.map(Lid::expose), number.map(PhoneNumber::expose));
        let (by_lid, by_number) = (known("lid", lid)?, known("number", number)?);
        let fresh = || {
            let parts: [&[u8]; 2] = match (lid, number) {
                (Some(lid), _) => [b"lid", lid.as_bytes()],
                (None, Some(number)) => [b"number", number.as_bytes()],
                (None, None) => return None,
            };
            Some(member_id(self.key.id("member", &parts)))
        };
        // Numbers are given to other people after a while: a LID inherits only from one who was known by number alone.
        let inherited = by_number.clone().filter(|member| {
            let alone =
                |number: &str| member_id(self.key.id("member", &[b"number", number.as_bytes()]));
            lid.is_none() || number.is_some_and(|number| alone(number) == *member)
        });
        let Some(member) = by_lid.clone().or(inherited).or_else(fresh) else {
            return Ok(None);
        };
        for (kind, address, found) in [("lid", lid, by_lid), ("number", number, by_number)] {
            if let Some(address) = address.filter(|_| found.as_ref() != Some(&member)) {
                notebook.keep_address(batch, kind, address, &member);
            }
        }
        Ok(Some(member))
    }

    /// Takes over what a person's network calls them now.
    pub(crate) fn meet(
        &mut self,
        notebook: &Notebook,
        batch: &mut Batch,
        member: &MemberId,
        own_name: Option<&str>,
        user_id: Option<&str>,
    ) {
        let before = self.get(member).cloned();
        let mut person = before.clone().unwrap_or_default();
        if own_name.is_some() {
            person.own_name = own_name.map(str::to_owned);
        }
        if user_id.is_some() {
            person.user_id = user_id.map(str::to_owned);
        }
        self.name(member, &mut person);
        if before.as_ref() != Some(&person) {
            self.keep(notebook, batch, member, person);
        }
    }

    /// Takes over what a person chose.
    pub(crate) fn choose(
        &mut self,
        notebook: &Notebook,
        batch: &mut Batch,
        member: &MemberId,
        choice: &Choice,
    ) {
        let mut person = self.get(member).cloned().unwrap_or_default();
        person.choice = choice.into();
        self.name(member, &mut person);
        self.keep(notebook, batch, member, person);
    }

    /// Takes over what a person chose before the notebook was lost.
    pub(crate) fn recall(
        &mut self,
        notebook: &Notebook,
        batch: &mut Batch,
        member: &MemberId,
        choice: StoredChoice,
    ) {
        let mut person = self.get(member).cloned().unwrap_or_default();
        person.choice = choice;
        person.recalled = true;
        self.name(member, &mut person);
        self.keep(notebook, batch, member, person);
    }

    /// Takes over what a person's ghost is called on the homeserver.
    pub(crate) fn ghost_is_called(
        &mut self,
        notebook: &Notebook,
        batch: &mut Batch,
        member: &MemberId,
        name: &str,
    ) {
        let mut person = self.get(member).cloned().unwrap_or_default();
        if person.shown.is_empty() {
            person.shown = name.to_owned();
        }
        person.ghost_name = Some(name.to_owned());
        self.keep(notebook, batch, member, person);
    }

    /// Takes over that the homeserver knows no such ghost (any more).
    pub(crate) fn ghost_is_gone(
        &mut self,
        notebook: &Notebook,
        batch: &mut Batch,
        member: &MemberId,
    ) {
        if let Some(mut person) = self.get(member).cloned() {
            person.ghost_name = None;
            self.keep(notebook, batch, member, person);
        }
    }

    /// Takes over what somebody on Matrix calls themselves in a room, so that nobody else can.
    pub(crate) fn hear_of(&mut self, user: &str, name: &str) {
        let member = self.on_matrix(user);
        if !self.persons.contains_key(&member) {
            self.names.claim(&member, &[name]);
        }
    }

    fn name(&self, member: &MemberId, person: &mut Person) {
        let wish = person.choice.name.as_deref().or(person.own_name.as_deref());
        person.shown = match wish {
            // After the notebook was lost, a ghost keeps its name until its person's is heard again.
            None if !person.shown.is_empty() => person.shown.clone(),
            wish => self.names.shown(member, wish),
        };
    }

    fn keep(&mut self, notebook: &Notebook, batch: &mut Batch, member: &MemberId, person: Person) {
        self.names.claim(member, &names_of(&person));
        notebook.keep_person(batch, member, &person);
        self.persons.insert(member.clone(), person);
    }
}

/// The names that nobody else may bear.
fn names_of(person: &Person) -> Vec<&str> {
    let own = person.own_name.as_deref();
    std::iter::once(person.shown.as_str()).chain(own).collect()
}

/// The id of a keyed digest.
fn member_id(id: [u8; 32]) -> MemberId {
    base32_16(&id)
        .parse()
        .expect("base32_16 gives what a member id is made of")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> (tempfile::TempDir, Notebook, People) {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_bytes([7; 32]);
        let notebook = Notebook::open(folder.path(), &key).unwrap();
        let people = People::read(&notebook, &key).unwrap();
        (folder, notebook, people)
    }

    #[tokio::test]
    async fn a_lid_inherits_the_id_of_its_number() {
        let (_folder, notebook, people) = setting();
        let (lid, number): (Lid, PhoneNumber) = (
            "200000000000001".parse().unwrap(),
            "12025550123".parse().unwrap(),
        );
        let who = async |lid, number| {
            let mut batch = Batch::new();
            let member = people
                .on_whatsapp(&notebook, &mut batch, lid, number)
                .unwrap();
            notebook.commit(batch).await.unwrap();
            member.unwrap()
        };
        let by_number = who(None, Some(&number)).await;
        assert_eq!(who(Some(&lid), Some(&number)).await, by_number);
        assert_eq!(who(Some(&lid), None).await, by_number);
        let other: Lid = "200000000000002".parse().unwrap();
        assert_ne!(who(Some(&other), None).await, by_number);
    }

    #[tokio::test]
    async fn a_number_that_was_given_to_another_person_takes_nobody_along() {
        let (_folder, notebook, people) = setting();
        let number: PhoneNumber = "12025550123".parse().unwrap();
        let lids: [Lid; 2] = ["200000000000001", "200000000000002"].map(|lid| lid.parse().unwrap());
        let who = async |lid, number| {
            let mut batch = Batch::new();
            let member = people
                .on_whatsapp(&notebook, &mut batch, lid, number)
                .unwrap();
            notebook.commit(batch).await.unwrap();
            member.unwrap()
        };
        let before = who(Some(&lids[0]), Some(&number)).await;
        let after = who(Some(&lids[1]), Some(&number)).await;
        assert_ne!(before, after);
        assert_eq!(who(Some(&lids[0]), None).await, before);
        assert_eq!(who(None, Some(&number)).await, after);
    }

    #[tokio::test]
    async fn names_and_choices_survive_a_restart() {
        let (_folder, notebook, mut people) = setting();
        let (ana, eva) = (
            people.on_matrix("@ana:example.org"),
            people.on_matrix("@eva:example.org"),
        );
        let mut batch = Batch::new();
        people.meet(&notebook, &mut batch, &ana, Some("Ana"), None);
        people.meet(&notebook, &mut batch, &eva, Some("ana"), None);
        assert_eq!(people.shown(&ana), "Ana");
        assert!(
            people.shown(&eva).starts_with("ana ("),
            "{}",
            people.shown(&eva)
        );
        let choice = Choice {
            name: Some("Sol".into()),
            carried: false,
        };
        people.choose(&notebook, &mut batch, &ana, &choice);
        notebook.commit(batch).await.unwrap();

        let again = People::read(&notebook, &people.key).unwrap();
        assert_eq!(again.shown(&ana), "Sol");
        assert_eq!(again.choice(&ana), choice);
        assert_eq!(again.get(&eva), people.get(&eva));
    }

    #[tokio::test]
    async fn a_changed_push_name_is_taken_over_but_not_over_a_pseudonym() {
        let (_folder, notebook, mut people) = setting();
        let ana = people.on_matrix("@ana:example.org");
        let mut batch = Batch::new();
        people.meet(&notebook, &mut batch, &ana, Some("Ana"), None);
        people.meet(&notebook, &mut batch, &ana, Some("Anita"), None);
        assert_eq!(people.shown(&ana), "Anita");
        people.choose(
            &notebook,
            &mut batch,
            &ana,
            &Choice {
                name: Some("Sol".into()),
                carried: true,
            },
        );
        people.meet(&notebook, &mut batch, &ana, Some("Ana"), None);
        assert_eq!(people.shown(&ana), "Sol");
        people.choose(&notebook, &mut batch, &ana, &Choice::default());
        assert_eq!(people.shown(&ana), "Ana");
    }
}
