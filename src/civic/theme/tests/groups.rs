use super::*;
use crate::NameProblem;

/// What a theme decides with these names, where nobody has linked accounts.
fn decide(theme: &Theme, now: Timestamp, names: &Names, input: &Input) -> Vec<Effect> {
    let persons = Persons::default();
    let known = Known {
        names,
        persons: &persons,
        trusted: &Trusted::default(),
        seal: Seal::default(),
    };
    theme.decide(now, &known, input)
}

fn theme(groups: &[(char, Standing)]) -> Theme {
    let mut theme = Theme::new("agua".parse().unwrap(), "AGUA".parse().unwrap(), "Agua");
    for (letter, standing) in groups {
        theme.apply(&Record::Group {
            group: group_id(*letter),
            standing: *standing,
            since: NOW,
        });
    }
    theme
}

fn says(from: Leg, who: char, hearing: Hearing) -> Said {
    let speaker = Speaker {
        member: member(who),
        own_name: Some("Ana".into()),
        choice: Choice::default(),
    };
    Said {
        from,
        speaker,
        message: MessageId::from([0; 16]),
        at: NOW,
        about: None,
        hearing,
        code: LinkCode::from_entropy(493_817),
    }
}

#[test]
fn what_is_said_on_one_leg_goes_to_all_others_and_never_back() {
    let theme = theme(&[
        ('a', Standing::Open),
        ('b', Standing::Open),
        ('c', Standing::Closed),
    ]);
    let names = Names::default();
    let from_group = Input::Said(says(group('a'), 'x', Hearing::Talk));
    assert_eq!(
        legs(&decide(&theme, NOW, &names, &from_group)),
        [Leg::Room, group('b')]
    );
    let from_room = Input::Said(says(Leg::Room, 'y', Hearing::Talk));
    assert_eq!(
        legs(&decide(&theme, NOW, &names, &from_room)),
        [group('a'), group('b')]
    );
}

#[test]
fn whoever_stays_out_is_not_carried_until_they_come_back() {
    let theme = theme(&[('a', Standing::Open)]);
    let names = Names::default();
    let mut said = says(
        group('a'),
        'x',
        Hearing::Command(Command::StayOut, Language::Es),
    );
    let effects = decide(&theme, NOW, &names, &Input::Said(said.clone()));
    let Effect::Choose { choice, .. } = &effects[0] else {
        panic!("{effects:?}")
    };
    assert!(!choice.carried);

    said.speaker.choice = choice.clone();
    said.hearing = Hearing::Talk;
    assert_eq!(decide(&theme, NOW, &names, &Input::Said(said.clone())), []);

    said.hearing = Hearing::Command(Command::ComeBack, Language::Es);
    let effects = decide(&theme, NOW, &names, &Input::Said(said));
    assert!(matches!(&effects[0], Effect::Choose { choice, .. } if choice.carried));
}

#[test]
fn a_name_that_looks_like_anothers_is_refused() {
    let theme = theme(&[('a', Standing::Open)]);
    let mut names = Names::default();
    names.claim(&member('y'), &["Sol"]);
    let wish = |name: &str| {
        let command = Command::TakeName(Some(name.into()));
        let said = says(Leg::Room, 'x', Hearing::Command(command, Language::Es));
        decide(&theme, NOW, &names, &Input::Said(said))
    };
    let refused = |why| Effect::Answer {
        notice: Notice::NameRefused { why },
        language: Some(Language::Es),
    };
    assert_eq!(wish("SÓL"), [refused(NameProblem::Taken)]);
    assert_eq!(wish("Moderadora"), [refused(NameProblem::Reserved)]);
    assert!(matches!(&wish("Luna")[0], Effect::Choose { shown, .. } if shown == "Luna"));
}

#[test]
fn an_adopted_group_is_told_first_and_carries_only_after_its_wait() {
    let mut theme = theme(&[]);
    let names = Names::default();
    let adopted = Input::GroupAdopted {
        group: group_id('a'),
        wait_hours: 24,
    };
    for effect in decide(&theme, NOW, &names, &adopted) {
        if let Effect::Record(record) = effect {
            theme.apply(&record);
        }
    }
    let talk = Input::Said(says(group('a'), 'x', Hearing::Talk));
    assert_eq!(decide(&theme, NOW, &names, &talk), []);
    assert_eq!(
        theme.next_due(),
        Some((NOW.plus_hours(24), Due::WaitOver(group_id('a'))))
    );
    assert_eq!(
        decide(
            &theme,
            NOW,
            &names,
            &Input::Due(Due::WaitOver(group_id('a')))
        ),
        [],
        "not yet"
    );

    let effects = decide(
        &theme,
        NOW.plus_hours(24),
        &names,
        &Input::Due(Due::WaitOver(group_id('a'))),
    );
    assert!(effects.contains(&Effect::Describe(group_id('a'))));
    for effect in effects {
        if let Effect::Record(record) = effect {
            theme.apply(&record);
        }
    }
    assert_eq!(legs(&decide(&theme, NOW, &names, &talk)), [Leg::Room]);
    assert_eq!(
        decide(
            &theme,
            NOW.plus_hours(24),
            &names,
            &Input::Due(Due::WaitOver(group_id('a')))
        ),
        [],
        "once"
    );
}

#[test]
fn a_ghost_leaves_when_its_person_is_in_no_group_any_more() {
    let mut theme = theme(&[('a', Standing::Open), ('b', Standing::Open)]);
    let names = Names::default();
    theme.know_ghost(&member('x'), true);
    theme.know_ghost(&member('y'), true);
    let gone = Input::Members {
        group: group_id('a'),
        present: [member('y')].into(),
    };
    assert_eq!(
        decide(&theme, NOW, &names, &gone),
        [],
        "the other group has not told yet"
    );
    theme.know_members(&group_id('b'), BTreeSet::new());
    assert_eq!(
        decide(&theme, NOW, &names, &gone),
        [Effect::Leave(member('x'))]
    );
    theme.know_members(&group_id('b'), [member('x')].into());
    assert_eq!(decide(&theme, NOW, &names, &gone), []);
}

#[test]
fn a_lost_group_closes_and_applying_twice_is_applying_once() {
    let mut theme = theme(&[('a', Standing::Open)]);
    let names = Names::default();
    let lost = Input::GroupLost(group_id('a'));
    let effects = decide(&theme, NOW, &names, &lost);
    let Some(Effect::Record(record)) = effects.last() else {
        panic!("{effects:?}")
    };
    theme.apply(record);
    let once = theme.clone();
    theme.apply(record);
    assert_eq!(theme, once);
    assert_eq!(decide(&theme, NOW, &names, &lost), []);
    let talk = Input::Said(says(Leg::Room, 'x', Hearing::Talk));
    assert_eq!(decide(&theme, NOW, &names, &talk), []);
}
