//! Appeals: who decides, how it ends, and that nobody is kept from them.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{
    CaseStanding, Deed, Ending, Enforcement, Entry, Hindrance, Reach, Wish, draw,
};

const JUDGES: [char; 5] = ['u', 'v', 'w', 'x', 'y'];

fn appeal(case: Option<u32>) -> Wish {
    let text = Some("Contesté con datos".to_owned());
    Wish::Appeal { case, text }
}

impl Town {
    /// Delegates here, and five in other themes.
    fn among_others() -> Self {
        let mut town = Self::with_delegates();
        let until = Timestamp(town.now.0 + 90 * DAY);
        let party = |letter| Party {
            member: member(letter),
            network: Network::WhatsApp,
        };
        let of = |letters: &[char]| {
            letters
                .iter()
                .map(|letter| (party(*letter), until))
                .collect()
        };
        let delegates = &mut town.trusted.delegates;
        delegates.insert("SALUD".parse().unwrap(), of(&JUDGES[..3]));
        delegates.insert("AIRE".parse().unwrap(), of(&JUDGES[2..]));
        town
    }

    fn appeals(&mut self, who: char, wish: Wish) -> Vec<Effect> {
        let from = Leg::Direct(home(who).network());
        self.asks(&from, who, Command::Moderate(wish))
    }

    fn mutes(&mut self, who: char) {
        self.wishes(
            'a',
            Wish::Mute {
                whom: whom(who),
                minutes: Some(360),
                reason: for_spam(),
            },
        );
    }

    fn last_appeal(&self) -> (Entry, Vec<Party>) {
        let found = self.records.iter().rev().find_map(|record| match record {
            Record::Moderated(entry) => match &entry.deed {
                Deed::Appealed { panel, .. } => Some((entry.clone(), panel.clone())),
                _ => None,
            },
            _ => None,
        });
        found.unwrap()
    }

    /// Those of the panel, by their letters.
    fn panel(&self) -> Vec<char> {
        let (_, panel) = self.last_appeal();
        let letters = 'a'..='z';
        letters
            .filter(|letter| panel.iter().any(|judge| judge.member == member(*letter)))
            .collect()
    }
}

fn judges(case: u32, reverse: bool) -> Wish {
    Wish::Judge {
        case: Some(case),
        reverse,
    }
}

#[test]
fn three_of_other_themes_decide_and_anybody_can_draw_them_again() {
    let mut town = Town::among_others();
    town.mutes('d');
    let effects = town.appeals('d', appeal(None));
    let (entry, panel) = town.last_appeal();
    let Deed::Appealed { candidates, .. } = &entry.deed else {
        unreachable!()
    };
    assert_eq!(candidates.len(), 5, "each person once");
    assert_eq!(panel, draw((&entry.prev, entry.at), candidates, 3));
    assert_eq!(town.panel().len(), 3);
    let told = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Whisper { .. }));
    assert_eq!(told.count(), 3, "each of the panel hears of it");
    assert!(town.panel().iter().all(|judge| JUDGES.contains(judge)));
}

#[test]
fn two_who_agree_decide_and_what_was_hidden_is_posted_again() {
    let mut town = Town::among_others();
    let (message, _) = town.does(
        &home('d'),
        'd',
        None,
        Some("El intendente miente"),
        Hearing::Talk,
    );
    let hide = Wish::Hide { reason: for_spam() };
    town.asks_about(&home('a'), 'a', message, Command::Moderate(hide));
    town.wishes('b', Wish::Confirm(None));
    town.asks(&home('d'), 'd', Command::Moderate(appeal(Some(1))));
    let panel = town.panel();
    let first = town.appeals(panel[0], judges(1, true));
    assert_eq!(enforced(&first), []);
    let same = town.appeals(panel[0], judges(1, true));
    assert_eq!(hindrance(&same), Some(Hindrance::DoneAlready));
    town.appeals(panel[1], judges(1, false));
    let last = town.appeals(panel[2], judges(1, true));
    let author = Party {
        member: member('d'),
        network: Network::WhatsApp,
    };
    assert_eq!(enforced(&last), [Enforcement::Restore { message, author }]);
    let ended = town.deeds().pop();
    let Some(Deed::Over {
        why: Ending::Reversed,
        by,
        ..
    }) = ended
    else {
        panic!("{ended:?}")
    };
    assert_eq!(by.len(), 2);
}

#[test]
fn whoever_is_out_appeals_alone_and_hears_what_came_of_it() {
    let mut town = Town::among_others();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(4 * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    let effects = town.appeals('d', appeal(None));
    assert_eq!(hindrance(&effects), None);
    let panel = town.panel();
    town.appeals(panel[0], judges(1, false));
    let effects = town.appeals(panel[1], judges(1, false));
    let told = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Whisper { to, .. } if to.member == member('d')));
    assert!(told, "{effects:?}");
    assert_eq!(enforced(&effects), []);
    let again = town.appeals('d', appeal(None));
    assert_eq!(hindrance(&again), Some(Hindrance::AppealedAlready(1)));
}

#[test]
fn what_somebody_muted_writes_against_it_is_taken_out_of_sight_and_heard() {
    let mut town = Town::among_others();
    town.mutes('d');
    let (said, effects) = town.does(
        &home('d'),
        'd',
        None,
        Some("!…"),
        Hearing::Command(Command::Moderate(appeal(None)), Language::Es),
    );
    assert_eq!(enforced(&effects), [Enforcement::Hide { message: said }]);
    assert_eq!(town.panel().len(), 3);
}

#[test]
fn where_there_are_two_cases_about_somebody_they_are_asked_which_they_appeal() {
    let mut town = Town::among_others();
    town.mutes('d');
    let spam = town.talks(&home('c'), 'd', "Vendo de todo");
    let hide = Wish::Hide { reason: for_spam() };
    town.asks_about(&home('a'), 'a', spam, Command::Moderate(hide));
    let effects = town.appeals('d', appeal(None));
    let which = Hindrance::WhichAppeal(vec![1, 2]);
    assert_eq!(hindrance(&effects), Some(which));
    assert_eq!(hindrance(&town.appeals('d', appeal(Some(2)))), None);
}

#[test]
fn whoever_must_not_write_is_told_alone_how_what_they_almost_wrote_is_written() {
    let mut town = Town::among_others();
    town.mutes('d');
    let suspend = Wish::Suspend {
        whom: whom('c'),
        minutes: Some(24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    for (letter, near, told) in [
        ('d', Near::Appeal, true),
        ('d', Near::Other, true),
        ('c', Near::Appeal, true),
        // Whoever is out does nothing else here.
        ('c', Near::Other, false),
    ] {
        let hearing = Hearing::Almost {
            heard: "!apelra".to_owned(),
            nearest: "!apelar 3 no fue así".to_owned(),
            language: Language::Es,
            near,
        };
        let (said, effects) = town.does(&home(letter), letter, None, Some("!apelra"), hearing);
        assert_eq!(enforced(&effects), [Enforcement::Hide { message: said }]);
        let alone = effects.iter().any(|effect| {
            matches!(effect, Effect::Whisper { to, notice: Notice::NearMiss { .. } }
                if to.member == member(letter))
        });
        assert_eq!(alone, told, "{letter}, {near:?}: {effects:?}");
        assert_eq!(effects.len(), 1 + usize::from(told));
    }
}

#[test]
fn whoever_was_drawn_and_no_longer_moderates_decides_nothing() {
    let mut town = Town::among_others();
    town.mutes('d');
    town.appeals('d', appeal(None));
    let (_, panel) = town.last_appeal();
    let judge = panel[0].member.clone();
    let letter = judge.as_str().chars().next().unwrap();
    let over = town.now;
    let others = town.trusted.delegates.values_mut().flatten();
    for (delegate, until) in others.filter(|(delegate, _)| delegate.member == judge) {
        assert_eq!(delegate.member, member(letter));
        *until = over;
    }
    let judged = Wish::Judge {
        case: Some(1),
        reverse: true,
    };
    let refused = town.appeals(letter, judged.clone());
    assert_eq!(hindrance(&refused), Some(Hindrance::MandateOver(1)));
    // Facilitators have no mandate, and need none.
    town.trusted
        .facilitators
        .insert(member(letter), Network::WhatsApp);
    assert_eq!(hindrance(&town.appeals(letter, judged)), None);
}

#[test]
fn what_nobody_stands_by_when_the_time_is_over_ends() {
    for (vote, ended) in [(None, true), (Some(true), true), (Some(false), false)] {
        let mut town = Town::among_others();
        let suspend = Wish::Suspend {
            whom: whom('d'),
            minutes: Some(6 * 24 * 60),
            reason: for_hate(),
            reach: Reach::Here,
        };
        town.wishes('a', suspend);
        town.wishes('b', Wish::Confirm(None));
        town.appeals('d', appeal(None));
        if let Some(reverse) = vote {
            let judge = town.panel()[0];
            town.appeals(judge, judges(1, reverse));
        }
        town.pass(47 * HOUR);
        assert!(town.theme.moderation().cases()[&1].is_open());
        town.pass(HOUR);
        assert_eq!(
            !town.theme.moderation().cases()[&1].is_open(),
            ended,
            "{vote:?}"
        );
    }
}

#[test]
fn where_nobody_is_free_the_theme_decides() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(6 * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    town.appeals('d', appeal(None));
    assert_eq!(town.panel(), [], "only one delegate had no part in it");
    for letter in ['a', 'b', 'c', 'm', 'n'] {
        town.wishes(
            letter,
            Wish::Vote {
                vote: None,
                yes: true,
            },
        );
    }
    let effects = town.pass(72 * HOUR);
    let back = Enforcement::Suspend {
        who: member('d'),
        on: false,
    };
    assert!(enforced(&effects).contains(&back), "{effects:?}");
}

#[test]
fn only_whom_it_is_about_appeals_and_only_who_was_drawn_decides() {
    let mut town = Town::among_others();
    town.mutes('d');
    let effects = town.wishes('c', appeal(Some(1)));
    assert_eq!(hindrance(&effects), Some(Hindrance::NotYourCase(1)));
    let effects = town.wishes('c', appeal(None));
    assert_eq!(hindrance(&effects), Some(Hindrance::NothingToAppeal));
    let none = Wish::Appeal {
        case: Some(1),
        text: None,
    };
    let effects = town.appeals('d', none);
    assert_eq!(hindrance(&effects), Some(Hindrance::AppealAsked(1)));
    town.appeals('d', appeal(Some(1)));
    let other = JUDGES
        .into_iter()
        .find(|judge| !town.panel().contains(judge));
    for nobody in ['a', 'c', 'd', other.unwrap()] {
        let effects = town.appeals(nobody, judges(1, true));
        assert_eq!(
            hindrance(&effects),
            Some(Hindrance::NotOnPanel(1)),
            "{nobody}"
        );
    }
}

/// A theme so young that nobody could vote, with two delegates who have suspended somebody.
fn young() -> Town {
    let mut town = Town::new();
    town.trusted
        .facilitators
        .insert(member('m'), Network::Matrix);
    for letter in ['a', 'b', 'c', 'd', 'm'] {
        town.talks(&home(letter), letter, "Buen día");
    }
    for who in ['a', 'b'] {
        town.wishes('c', Wish::Nominate(whom(who)));
        town.wishes('d', Wish::Second(whom(who)));
        town.wishes('m', Wish::Second(whom(who)));
        town.wishes(who, Wish::Agree);
    }
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(6 * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    town
}

#[test]
fn where_hardly_anybody_is_a_facilitator_who_had_no_part_decides() {
    let mut town = young();
    town.appeals('d', appeal(None));
    assert_eq!(town.panel(), ['m']);
    let effects = town.appeals('m', judges(1, true));
    let back = Enforcement::Suspend {
        who: member('d'),
        on: false,
    };
    assert!(enforced(&effects).contains(&back), "{effects:?}");
}

#[test]
fn where_nobody_at_all_can_decide_it_ends() {
    let mut town = young();
    town.trusted.facilitators.clear();
    town.appeals('d', appeal(None));
    assert_eq!(town.panel(), []);
    town.pass(47 * HOUR);
    assert!(town.theme.moderation().cases()[&1].is_open());
    town.pass(HOUR);
    assert!(!town.theme.moderation().cases()[&1].is_open());
}

#[test]
fn an_appeal_is_decided_though_its_time_is_over_meanwhile() {
    let mut town = Town::among_others();
    town.mutes('d');
    town.appeals('d', appeal(None));
    town.pass(6 * HOUR);
    assert_eq!(town.standing(1), CaseStanding::Over(Ending::Expired));
    let panel = town.panel();
    town.appeals(panel[0], judges(1, true));
    let effects = town.appeals(panel[1], judges(1, true));
    let told = notices(&effects).into_iter().any(|notice| {
        matches!(notice, Notice::Logged(logged)
            if matches!(logged.deed, Deed::AppealClosed { upheld: false, .. }))
    });
    assert!(told, "nothing is left to end, and so this is said");
    // What was wrong needs two to be done again, whoever asks for it.
    let minutes = Some(60);
    let (d, reason) = (whom('d'), for_spam());
    let again = Wish::Mute {
        whom: d,
        minutes,
        reason,
    };
    assert_eq!(enforced(&town.wishes('b', again)), []);
}

#[test]
fn whoever_is_drawn_and_then_answers_the_appellant_decides_no_more() {
    let mut town = Town::among_others();
    town.mutes('d');
    let own = town.talks(&home('c'), 'c', "¿Y?");
    town.appeals('d', appeal(None));
    let panel = town.panel();
    let theirs = About {
        author: Some(Party {
            member: member('d'),
            network: Network::WhatsApp,
        }),
        ..town.messages[&own].clone()
    };
    town.messages.insert(own, theirs);
    let answer = Some("Con razón te callaron");
    town.does(&home(panel[0]), panel[0], Some(own), answer, Hearing::Talk);
    let judged = town.appeals(panel[0], judges(1, false));
    assert_eq!(hindrance(&judged), Some(Hindrance::PartOfIt));
    assert_eq!(hindrance(&town.appeals(panel[1], judges(1, false))), None);
}
