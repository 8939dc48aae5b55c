//! What those do who moderate, for how long, and how it ends.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{
    Category, Deed, Ending, Enforcement, Hindrance, Protected, Reach, Reason, Rule, Wish,
};

#[test]
fn one_delegate_mutes_for_hours_and_two_for_days_and_only_for_a_category() {
    let mut town = Town::with_delegates();
    let mute = |minutes, reason| Wish::Mute {
        whom: whom('d'),
        minutes,
        reason,
    };
    assert!(matches!(
        hindrance(&town.wishes('c', mute(Some(60), for_spam()))),
        Some(Hindrance::NotYours { delegates: 3 })
    ));
    let asked = town.wishes('a', mute(Some(60), None));
    assert_eq!(hindrance(&asked), Some(Hindrance::ReasonAsked));
    let asked = town.wishes('a', mute(None, for_spam()));
    let most = 72 * 60;
    assert_eq!(hindrance(&asked), Some(Hindrance::LengthAsked { most }));
    let critic = Reason {
        text: "critica a la ministra".to_owned(),
        category: None,
        protected: Some(Protected::Criticism),
    };
    let asked = town.wishes('a', mute(Some(60), Some(critic)));
    let protected = Hindrance::Protected(Protected::Criticism);
    assert_eq!(hindrance(&asked), Some(protected));

    let effects = town.wishes('a', mute(Some(60), for_spam()));
    assert_eq!(enforced(&effects), [Enforcement::Powers]);
    let said = town.does(&group('b'), 'd', None, Some("¡Oferta!"), Hearing::Talk);
    let message = said.0;
    assert_eq!(said.1, [Effect::Enforce(Enforcement::Hide { message })]);
    let effects = town.pass(HOUR);
    assert_eq!(enforced(&effects), [Enforcement::Powers]);
    assert!(
        !town
            .does(&group('b'), 'd', None, Some("Hola"), Hearing::Talk)
            .1
            .is_empty()
    );

    let effects = town.wishes('a', mute(Some(48 * 60), for_spam()));
    assert_eq!(enforced(&effects), []);
    let again = town.wishes('a', Wish::Confirm(None));
    assert_eq!(hindrance(&again), Some(Hindrance::SecondNeeded(2)));
    let effects = town.wishes('b', Wish::Confirm(None));
    assert_eq!(enforced(&effects), [Enforcement::Powers]);
}

#[test]
fn nobody_is_muted_for_a_name_in_a_reason_or_for_a_message_that_was_answered_by_the_way() {
    let mut town = Town::with_delegates();
    town.names.claim(&member('d'), &["Diego"]);
    let by_carla = town.talks(&home('c'), 'c', "Ya lo dije todo");
    let mut asks = |whom, text: &str| {
        let reason = Some(Reason {
            text: text.to_owned(),
            category: Some(Category::Threat),
            protected: None,
        });
        let minutes = Some(60);
        let wish = Wish::Mute {
            whom,
            minutes,
            reason,
        };
        town.asks_about(&home('m'), 'm', by_carla, Command::Moderate(wish))
    };
    let two = |effects: &[Effect]| matches!(hindrance(effects), Some(Hindrance::WhichOfTwo(..)));
    // In answer to Carla: `amenaza a @Diego`, and `a Diego amenaza`.
    assert!(two(&asks(whom('d'), "amenaza a")));
    assert!(two(&asks(None, "a Diego amenaza")));
    // Whom it both names and answers, it mutes.
    assert_eq!(enforced(&asks(whom('c'), "amenaza")), [Enforcement::Powers]);
}

#[test]
fn whoever_is_muted_still_supports_votes_and_takes_back() {
    let mut town = Town::with_delegates();
    let root = town.proposes('c', "Agua limpia", "Queremos agua limpia.");
    let own = town.talks(&group('b'), 'd', "Yo también");
    town.wishes(
        'a',
        Wish::Mute {
            whom: whom('d'),
            minutes: Some(60),
            reason: for_spam(),
        },
    );
    let support = town.reacts(&group('b'), 'd', root, Some("👍"));
    assert!(
        support
            .iter()
            .any(|effect| matches!(effect, Effect::Record(_)))
    );
    let taken_back = town.deletes(&group('b'), 'd', own);
    assert!(taken_back.contains(&Effect::Carry { to: Leg::Room }));
    let proposed = town.asks(&group('b'), 'd', propose("Otra cosa", "Texto"));
    assert!(matches!(
        hindrance(&proposed),
        Some(Hindrance::Muted { .. })
    ));
}

#[test]
fn what_cannot_wait_is_hidden_by_one_and_comes_back_without_a_second() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "¡Compren, compren!");
    let hide = |reason| Command::Moderate(Wish::Hide { reason });
    let effects = town.asks_about(&group('a'), 'a', message, hide(for_spam()));
    // The command goes, too: on a phone it quotes what is hidden.
    assert_eq!(enforced(&effects).len(), 2);
    assert!(enforced(&effects).contains(&Enforcement::Hide { message }));
    let effects = town.pass(12 * HOUR);
    let author = Party {
        member: member('d'),
        network: Network::WhatsApp,
    };
    assert_eq!(
        enforced(&effects),
        [Enforcement::Restore { message, author }]
    );
    // Hate is for two.
    let effects = town.asks_about(&group('a'), 'a', message, hide(for_hate()));
    assert!(!enforced(&effects).contains(&Enforcement::Hide { message }));
    let effects = town.asks_about(&group('b'), 'b', message, hide(for_hate()));
    assert!(enforced(&effects).contains(&Enforcement::Hide { message }));
    assert_eq!(enforced(&town.pass(5 * DAY)), []);
}

#[test]
fn whoever_was_part_of_an_exchange_does_not_decide_about_it() {
    let mut town = Town::large();
    let first = town.talks(&group('b'), 'd', "La plaza está bien así");
    town.does(
        &group('a'),
        'a',
        Some(first),
        Some("No es cierto"),
        Hearing::Talk,
    );
    let suspend = |minutes| Wish::Suspend {
        whom: whom('d'),
        minutes: Some(minutes),
        reason: for_hate(),
        reach: Reach::Here,
    };
    let effects = town.wishes('a', suspend(3 * 24 * 60));
    assert_eq!(hindrance(&effects), Some(Hindrance::PartOfIt));
    town.wishes('b', suspend(3 * 24 * 60));
    let effects = town.wishes('m', suspend(3 * 24 * 60));
    let out = |on| Enforcement::Suspend {
        who: member('d'),
        on,
    };
    assert_eq!(enforced(&effects), [out(true)]);
    let (message, effects) = town.does(&group('b'), 'd', None, Some("Sigo acá"), Hearing::Talk);
    assert_eq!(effects, [Effect::Enforce(Enforcement::Hide { message })]);
    assert_eq!(enforced(&town.pass(3 * DAY)), [out(false)]);
    // A day later the exchange is forgotten.
    let effects = town.wishes('a', suspend(8 * 24 * 60));
    assert_eq!(
        (hindrance(&effects), enforced(&effects)),
        (None, Vec::new())
    );
    // Longer than a week is for a vote of two thirds, to which enough come.
    town.wishes('b', Wish::Confirm(None));
    let vote = town.theme.moderation().votes().last_key_value();
    assert_eq!(vote.map(|(_, vote)| vote.quorum), Some(8));
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
    assert_eq!(enforced(&effects), []);
    let rejected = |deed: &Deed| {
        matches!(
            deed,
            Deed::Over {
                why: Ending::Rejected,
                ..
            }
        )
    };
    assert!(town.deeds().iter().any(rejected));
}

#[test]
fn a_tangent_is_moved_by_a_delegate_or_by_three() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "¿Y las elecciones?");
    let moved = |town: &Town| town.theme.moderation().cases().len();
    town.reacts(&Leg::Room, 'n', message, Some("🧭"));
    town.reacts(&group('a'), 'c', message, Some("🧭"));
    assert_eq!(moved(&town), 0);
    // Their own counts as anybody's.
    town.reacts(&group('b'), 'd', message, Some("🧭"));
    assert_eq!(moved(&town), 1);
    let other = town.talks(&group('b'), 'd', "¡Y el partido!");
    town.reacts(&group('a'), 'a', other, Some("🧭"));
    // The second within the hour brings a focus with it.
    assert_eq!(moved(&town), 3);
    // Off topic is a reason from now on.
    let reason = Some(Reason {
        text: "fuera de tema".to_owned(),
        category: Some(Category::OffTopic),
        protected: None,
    });
    let mute = Wish::Mute {
        whom: whom('d'),
        minutes: Some(60),
        reason,
    };
    assert_eq!(hindrance(&town.wishes('b', mute)), None);
}

#[test]
fn the_theme_is_not_paused_for_what_somebody_thinks() {
    let mut town = Town::with_delegates();
    let reason = Some(Reason {
        text: "critican todo".to_owned(),
        category: None,
        protected: Some(Protected::Criticism),
    });
    let minutes = Some(10);
    let refused = town.wishes('a', Wish::Pause { minutes, reason });
    let protected = Hindrance::Protected(Protected::Criticism);
    assert_eq!(hindrance(&refused), Some(protected));
    assert_eq!(town.theme.moderation().paused_until(town.now), None);
}

#[test]
fn a_rehearsal_does_nothing_and_says_what_would_be() {
    let mut town = Town::with_delegates();
    let pause = Wish::Pause {
        minutes: Some(10),
        reason: for_spam(),
    };
    let before = town.theme.moderation().clone();
    let effects = town.wishes('a', Wish::Rehearse(Box::new(pause.clone())));
    let [
        Effect::Answer {
            notice: Notice::Rehearsed(logged),
            ..
        },
    ] = &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(logged.len(), 1);
    assert_eq!(*town.theme.moderation(), before);
    town.wishes('a', pause);
    assert!(town.theme.moderation().paused_until(town.now).is_some());
    town.wishes('m', Wish::Lift(None));
    assert!(town.theme.moderation().paused_until(town.now).is_none());
}

#[test]
fn the_charter_changes_by_vote_only() {
    let mut town = Town::with_delegates();
    for letter in ['e', 'f', 'o'] {
        town.talks(&home(letter), letter, "Hola");
    }
    town.pass(2 * DAY);
    for letter in ['e', 'f', 'o'] {
        town.talks(&home(letter), letter, "Hola");
    }
    town.pass(2 * DAY);
    town.wishes(
        'a',
        Wish::Change {
            rule: Rule::PauseMinutes,
            value: 20,
        },
    );
    for letter in ['a', 'b', 'c', 'd', 'e', 'f', 'm', 'n'] {
        let yes = letter != 'n';
        town.wishes(letter, Wish::Vote { vote: None, yes });
    }
    town.pass(72 * HOUR);
    let charter = town.theme.moderation().charter();
    assert_eq!(charter.of(Rule::PauseMinutes), 20);
}

#[test]
fn what_an_admin_does_by_hand_is_undone_unless_two_delegates_stand_by_it() {
    let mut town = Town::with_delegates();
    let removed = || Input::Removed {
        who: party('d', Network::WhatsApp),
        lasting: true,
        by: Party {
            member: member('c'),
            network: Network::WhatsApp,
        },
    };
    let out = |on| Enforcement::Suspend {
        who: member('d'),
        on,
    };
    // Out of one group is out of the theme, until it is undone.
    assert_eq!(enforced(&town.take_in(removed())), [out(true)]);
    // Nobody gives a reason.
    assert_eq!(enforced(&town.pass(12 * HOUR)), [out(false)]);

    town.pass(7 * DAY);
    for delegate in ['a', 'b', 'm'] {
        town.talks(&home(delegate), delegate, "Buen día");
    }
    town.take_in(removed());
    let effects = town.wishes('a', Wish::Confirm(None));
    assert_eq!(hindrance(&effects), Some(Hindrance::ReasonFirst(2)));
    let explain = Wish::Explain {
        case: None,
        reason: for_hate(),
    };
    town.wishes('c', explain);
    assert_eq!(enforced(&town.wishes('a', Wish::Confirm(None))), []);
    let effects = town.wishes('b', Wish::Confirm(None));
    assert_eq!(enforced(&effects), [out(true)]);
    assert_eq!(enforced(&town.pass(12 * HOUR)), []);
    // Whoever comes in all the same has to leave again.
    let present = Input::Members {
        group: group_id('b'),
        present: BTreeSet::from([member('b'), member('d')]),
    };
    assert_eq!(enforced(&town.take_in(present)), [out(true)]);
    assert_eq!(enforced(&town.pass(7 * DAY)), [out(false)]);
}

#[test]
fn nobody_keeps_those_who_moderate_from_deciding_by_answering_them() {
    let mut town = Town::with_delegates();
    for delegate in ['a', 'b', 'm'] {
        let said = town.talks(&home(delegate), delegate, "Buen día");
        town.does(&group('b'), 'd', Some(said), Some("Comprá"), Hearing::Talk);
    }
    let mute = |who| Wish::Mute {
        whom: whom(who),
        minutes: Some(60),
        reason: for_spam(),
    };
    assert_eq!(hindrance(&town.wishes('a', mute('d'))), None);
}

#[test]
fn what_holds_for_a_person_holds_for_both_their_accounts_until_its_end() {
    let mut town = Town::with_delegates();
    town.persons.link(&member('d'), &member('n'));
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend.clone());
    let out = |who, on| Enforcement::Suspend {
        who: member(who),
        on,
    };
    let effects = town.wishes('b', suspend);
    assert_eq!(enforced(&effects), [out('d', true), out('n', true)]);
    // Whoever unlinks them elsewhere changes nothing.
    town.persons.unlink(&member('n'));
    let said = town.does(&Leg::Room, 'n', None, Some("Volví"), Hearing::Talk);
    let message = said.0;
    assert_eq!(said.1, [Effect::Enforce(Enforcement::Hide { message })]);
    let effects = town.pass(DAY);
    assert_eq!(enforced(&effects), [out('d', false), out('n', false)]);
}

#[test]
fn what_is_changed_by_whoever_is_out_or_muted_goes_whole() {
    let mut town = Town::with_delegates();
    let own = |town: &mut Town, who| town.talks(&group('b'), who, "Hola");
    let (by_muted, by_out) = (own(&mut town, 'c'), own(&mut town, 'd'));
    let mute = Wish::Mute {
        whom: whom('c'),
        minutes: Some(60),
        reason: for_spam(),
    };
    town.wishes('a', mute);
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend.clone());
    town.wishes('b', suspend);
    for (who, message) in [('c', by_muted), ('d', by_out)] {
        let effects = town.edits(&group('b'), who, message, "¡Compren!", Hearing::Talk);
        assert_eq!(effects, [Effect::Enforce(Enforcement::Hide { message })]);
    }
}

#[test]
fn whoever_is_muted_writes_no_reasons_and_changes_no_accounts() {
    let mut town = Town::with_delegates();
    town.wishes(
        'a',
        Wish::Mute {
            whom: whom('d'),
            minutes: Some(60),
            reason: for_spam(),
        },
    );
    let declares = Command::Moderate(Wish::Declare {
        organisation: Some("Vecinas".to_owned()),
        official: false,
    });
    for command in [declares, Command::Unlink] {
        let effects = town.asks(&group('b'), 'd', command);
        assert!(matches!(hindrance(&effects), Some(Hindrance::Muted { .. })));
    }
    let effects = town.asks(&group('b'), 'd', Command::StayOut);
    assert_eq!(hindrance(&effects), None);
}

#[test]
fn a_date_that_another_homeserver_tells_makes_nobody_a_participant() {
    let mut town = Town::new();
    for days in [5, 0] {
        let mut said = town.said(&Leg::Room, 'n', None, Hearing::Talk);
        said.at = Timestamp(town.now.0 - days * DAY);
        town.take_in(Input::Said(said));
    }
    let known = Known {
        names: &town.names,
        persons: &town.persons,
        trusted: &town.trusted,
        seal: Seal::default(),
    };
    assert!(!town.theme.is_participant(town.now, &known, &member('n')));
}

#[test]
fn what_a_vote_decided_two_delegates_do_not_undo() {
    let mut town = Town::with_delegates();
    for letter in ['e', 'f', 'o'] {
        town.talks(&home(letter), letter, "Hola");
    }
    for _ in 0..2 {
        town.pass(2 * DAY);
        for letter in ['a', 'b', 'e', 'f', 'm', 'o'] {
            town.talks(&home(letter), letter, "Hola");
        }
    }
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(30 * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    for letter in ['a', 'b', 'c', 'e', 'f', 'm', 'n', 'o'] {
        town.wishes(
            letter,
            Wish::Vote {
                vote: None,
                yes: true,
            },
        );
    }
    let out = |on| Enforcement::Suspend {
        who: member('d'),
        on,
    };
    assert!(enforced(&town.pass(72 * HOUR)).contains(&out(true)));
    let effects = town.wishes('a', Wish::Lift(None));
    assert_eq!(hindrance(&effects), Some(Hindrance::VotedIn(1)));
    assert!(enforced(&town.pass(30 * DAY)).contains(&out(false)));
}
