use whatsapp_rust::Jid;

use super::PersonSeed;

/// The invented people of the sandbox. First names only: nobody is meant.
pub const NAMES: [&str; 12] = [
    "Ana", "Beto", "Carmen", "Diego", "Elena", "Fabio", "Gloria", "Hugo", "Irma", "Julio",
    "Karina", "Lucho",
];

/// The place among the numbers that belongs to the bridge.
const BRIDGE: usize = 99;

/// The bridge's own account, for a bridge that is tried in the sandbox.
pub fn bridge_account() -> PersonSeed {
    numbered(BRIDGE, "Aty")
}

/// The conversation in which one writes to somebody alone.
pub fn chat_with(person: &PersonSeed) -> String {
    Jid::lid(person.lid.as_str()).to_string()
}

/// So many of the invented people; at most twelve.
pub fn cast(count: usize) -> Vec<PersonSeed> {
    let named = NAMES.iter().take(count).enumerate();
    named.map(|(index, name)| person(index, name)).collect()
}

/// The `index`th person of the sandbox, with a number from the range reserved for fiction (555-0100 to 555-0199
/// in each of many area codes), from which the LID is made up too.
pub fn person(index: usize, name: &str) -> PersonSeed {
    numbered(index + usize::from(index >= BRIDGE), name)
}

fn numbered(place: usize, name: &str) -> PersonSeed {
    let area = 202 + place / 100;
    PersonSeed {
        number: format!("1{area}55501{:02}", place % 100),
        lid: format!("77{area}0000{:07}", 1_000_003 * (place + 1) % 9_999_991),
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_shares_a_number_and_all_numbers_are_fiction() {
        let mut people: Vec<_> = (0..299).map(|index| person(index, "Ana")).collect();
        people.push(bridge_account());
        let numbers: BTreeSet<_> = people.iter().map(|person| &person.number).collect();
        let lids: BTreeSet<_> = people.iter().map(|person| &person.lid).collect();
        assert_eq!((numbers.len(), lids.len()), (300, 300));
        for number in numbers {
            assert_eq!((number.len(), &number[4..9]), (11, "55501"));
        }
    }
}
