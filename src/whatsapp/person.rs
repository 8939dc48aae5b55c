use serde::{Deserialize, Serialize};
use whatsapp_rust::Jid;

use crate::{Lid, PhoneNumber};

/// Somebody on WhatsApp. At least one of the two is known.
///
/// Its serde form holds addresses: only for sealed storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their LID, where it is known.
    pub lid: Option<Lid>,
    /// Their number, where it is known.
    pub number: Option<PhoneNumber>,
}

impl Person {
    /// Whether both are the same, as far as one can tell: by the LIDs where both are known, else by the numbers.
    /// Numbers are given to other people after a while, LIDs are not.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.lid, &other.lid) {
            (Some(lid), Some(other)) => lid == other,
            _ => self.number.is_some() && self.number == other.number,
        }
    }

    /// How a text mentions them: `@` and the digits of the LID, or of the number where there is no LID. Phones show
    /// the name in its place. Shows the address: only for what goes to WhatsApp.
    pub fn mention(&self) -> String {
        let digits = match (&self.lid, &self.number) {
            (Some(lid), _) => lid.expose(),
            (None, Some(number)) => number.expose(),
            (None, None) => "",
        };
        format!("@{digits}")
    }

    /// Someone from the addresses that are known of them; None if these are nobody's.
    pub(crate) fn from_jids<'a>(jids: impl IntoIterator<Item = &'a Jid>) -> Option<Self> {
        let mut person = Self {
            lid: None,
            number: None,
        };
        for jid in jids {
            person.lid = person.lid.or_else(|| Lid::from_jid(jid));
            person.number = person.number.or_else(|| PhoneNumber::from_jid(jid));
        }
        (person.lid.is_some() || person.number.is_some()).then_some(person)
    }

    /// The LID's address, or the number's where there is none.
    pub(crate) fn jid(&self) -> Option<Jid> {
        self.lid_jid().or_else(|| self.number_jid())
    }

    /// The address in the form that a group uses.
    pub(crate) fn jid_in(&self, form: Form) -> Option<Jid> {
        match form {
            Form::Lid => self.jid(),
            Form::Number => self.number_jid().or_else(|| self.lid_jid()),
        }
    }

    fn lid_jid(&self) -> Option<Jid> {
        self.lid.as_ref().map(Lid::to_jid)
    }

    fn number_jid(&self) -> Option<Jid> {
        self.number.as_ref().map(PhoneNumber::to_jid)
    }
}

/// By what the members of a group are addressed: by the LID in almost all groups, by the number in old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Lid,
    Number,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(lid: &str, number: &str) -> Person {
        Person {
            lid: lid.parse().ok(),
            number: number.parse().ok(),
        }
    }

    #[test]
    fn people_are_told_by_the_lid_and_only_else_by_the_number() {
        let ana = person("200000000000001", "12025550101");
        assert!(ana.is(&person("200000000000001", "")));
        assert!(ana.is(&person("", "12025550101")));
        assert!(!ana.is(&person("200000000000002", "12025550101")));
        assert!(!ana.is(&person("", "12025550102")));
        assert!(!person("200000000000001", "").is(&person("", "12025550101")));
    }

    #[test]
    fn a_mention_is_written_with_what_is_known() {
        assert_eq!(
            person("200000000000001", "12025550101").mention(),
            "@200000000000001"
        );
        assert_eq!(person("", "12025550101").mention(), "@12025550101");
    }

    #[test]
    fn each_group_names_its_members_in_its_own_form() {
        let ana = person("200000000000001", "12025550101");
        let shown = |person: &Person, form| person.jid_in(form).unwrap().to_string();
        assert_eq!(shown(&ana, Form::Lid), "200000000000001@lid");
        assert_eq!(shown(&ana, Form::Number), "12025550101@s.whatsapp.net");
        let known_by_lid = person("200000000000001", "");
        assert_eq!(shown(&known_by_lid, Form::Number), "200000000000001@lid");
    }
}
