//! Which theme is meant by what somebody writes alone: the one that they name, the one that they are in, or none yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::moderation::Wish;
use civic::name::looks;
use civic::{Command, Hearing, MemberId, ThemeDefinition, ThemeSlug};
use ruma::UserId;

use crate::clock;
use crate::engine::{Engine, Seat, lock};

/// What somebody means.
pub(super) enum Meant {
    /// This theme, and what remains of their text without its name.
    Theme(Arc<Seat>, String),
    /// One of several: they have to say which.
    Which,
}

impl Engine {
    /// Which theme somebody means. What they answer tells it best.
    pub(super) fn meant(
        &self,
        text: &str,
        (member, user): (&MemberId, Option<&UserId>),
        answered: Option<Arc<Seat>>,
    ) -> Option<Meant> {
        let home = self.home()?;
        let named = self.config.plan.themes.iter().filter_map(|theme| {
            let (words, rest) = without_name(text, theme)?;
            Some((words, theme.slug.clone(), rest))
        });
        let named = named.max_by_key(|(words, ..)| *words);
        if let Some(seat) = answered {
            let rest = named.filter(|(_, slug, _)| slug == seat.slug());
            let text = rest.map_or(text.to_owned(), |(.., rest)| rest);
            return Some(Meant::Theme(seat, text));
        }
        if let Some((_, slug, rest)) = named {
            return Some(Meant::Theme(self.seats.get(&slug)?.clone(), rest));
        }
        let heard = language::hear_alone(text);
        if !needs_theme(&heard) {
            let command = text.split_whitespace().next().unwrap_or_default();
            let no_theme_of_ours = !matches!(heard, Hearing::Command(..))
                && needs_theme(&language::hear_alone(command));
            return Some(match no_theme_of_ours {
                true => Meant::Which,
                false => Meant::Theme(home.clone(), text.to_owned()),
            });
        }
        let theirs = self.themes_of(member, user);
        let concerned = match &heard {
            Hearing::Command(Command::Moderate(wish), _) => self.concerned(member, &theirs, wish),
            _ => None,
        };
        if let Some(seat) = concerned {
            return Some(Meant::Theme(seat, text.to_owned()));
        }
        let mut theirs = theirs.into_iter();
        let only = match (theirs.next(), theirs.next(), self.seats.len()) {
            (Some(only), None, _) => self.seats.get(&only)?,
            (None, None, 1) => home,
            _ => return Some(Meant::Which),
        };
        Some(Meant::Theme(only.clone(), text.to_owned()))
    }

    /// The one of somebody's themes in which there is what they write about; none if it is in several.
    fn concerned(
        &self,
        member: &MemberId,
        theirs: &BTreeSet<ThemeSlug>,
        wish: &Wish,
    ) -> Option<Arc<Seat>> {
        // Who decides on an appeal is of another theme.
        let judges = matches!(wish, Wish::Judge { .. });
        let now = clock::now();
        let seats = self.seats.values();
        let mut concerned = seats.filter(|seat| {
            let theme = lock(&seat.theme);
            (judges || theirs.contains(seat.slug()))
                && self.knowing(|known| theme.concerns(now, known, member, wish))
        });
        let only = concerned.next()?;
        concerned.next().is_none().then(|| only.clone())
    }

    /// The themes in which somebody, or their account on the other network, was heard or is a member.
    fn themes_of(&self, member: &MemberId, user: Option<&UserId>) -> BTreeSet<ThemeSlug> {
        let linked = lock(&self.persons).linked(member).cloned();
        let accounts: Vec<MemberId> = std::iter::once(member.clone()).chain(linked).collect();
        let users: Vec<String> = {
            let people = lock(&self.people);
            let known = accounts.iter().filter_map(|one| people.account_of(one));
            let users = known.map(str::to_owned);
            users.chain(user.map(UserId::to_string)).collect()
        };
        let seats = self.seats.values();
        let mut theirs: BTreeSet<ThemeSlug> = seats
            .filter(|seat| {
                let heard = {
                    let theme = lock(&seat.theme);
                    accounts
                        .iter()
                        .any(|account| theme.seen().contains_key(account))
                };
                heard || {
                    let names = lock(&seat.names);
                    names
                        .keys()
                        .any(|user| users.iter().any(|known| user == known))
                }
            })
            .map(|seat| seat.slug().clone())
            .collect();
        let groups = lock(&self.groups);
        let within = groups.values().filter(|group| {
            let people = group.known.as_ref().map(|known| &known.people);
            people.is_some_and(|people| {
                accounts
                    .iter()
                    .any(|account| people.contains_key(account.as_str()))
            })
        });
        theirs.extend(within.map(|group| group.theme.clone()));
        theirs
    }
}

/// Whether what is heard is about one theme; help, and what is not done alone, is the same in all.
fn needs_theme(hearing: &Hearing) -> bool {
    matches!(
        hearing,
        Hearing::Command(Command::Moderate(_) | Command::Accept(None), _)
    )
}

/// The text without the theme's name, if that follows the command; and how many words it has.
fn without_name(text: &str, theme: &ThemeDefinition) -> Option<(usize, String)> {
    let text = text.trim_start();
    let (command, rest) = text.split_once(char::is_whitespace)?;
    let names = [theme.slug.as_str(), theme.code.as_str()].into_iter();
    let titles = civic::Language::ALL.into_iter();
    let titles = titles.map(|language| theme.name.get(language));
    names
        .chain(titles)
        .filter_map(|name| after(rest, name))
        .max_by_key(|(words, _)| *words)
        .map(|(words, rest)| (words, format!("{command} {rest}").trim_end().to_owned()))
}

/// What follows a name at the beginning of a text, however it is typed.
fn after<'a>(text: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let (mut rest, mut words) = (text.trim_start(), 0);
    for word in name.split_whitespace() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let typed = rest[..end].trim_matches(|c: char| !c.is_alphanumeric());
        if typed.is_empty() || looks(typed) != looks(word) {
            return None;
        }
        rest = rest[end..].trim_start();
        words += 1;
    }
    (words > 0).then_some((words, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme() -> ThemeDefinition {
        let words = |text: &str| civic::Words::new(text);
        ThemeDefinition {
            slug: "agua".parse().unwrap(),
            code: "AGUA".parse().unwrap(),
            name: words("Ambiente y educación"),
            topic: words("…"),
            alias: "paga-agua".to_owned(),
        }
    }

    #[test]
    fn a_theme_is_named_by_its_code_its_slug_or_its_title() {
        for text in [
            "!reglas agua",
            "!reglas AGUA",
            "  !reglas  Agua.",
            "!reglas ambiente y educacion",
            "!reglas «Ambiente y educación»",
        ] {
            let (_, rest) = without_name(text, &theme()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(rest, "!reglas", "{text}");
        }
        let (_, rest) = without_name("!votar agua 3 sí", &theme()).unwrap();
        assert_eq!(rest, "!votar 3 sí");
        let longer = without_name("!reglas Ambiente y educación", &theme()).unwrap();
        assert_eq!(longer.0, 3);
    }

    #[test]
    fn other_words_are_no_theme() {
        for text in [
            "!reglas",
            "agua",
            "!reglas ambiente",
            "!reglas aguas",
            "!votar sí agua",
        ] {
            assert_eq!(without_name(text, &theme()), None, "{text}");
        }
    }
}
