//! Tangents go on in debate libre, and the theme's own talk here.

use super::moderating::{DAY, HOUR, hindrance};
use super::*;
use crate::moderation::{Deed, Ending, Hindrance, Measure, Wish};

/// A town of which Ana, Beto and Nora moderate, with a place for tangents.
struct Square {
    town: Town,
    root: MessageId,
}

impl Square {
    fn new() -> Self {
        let mut town = Town::with_delegates();
        let root = MessageId::from([0xdb; 16]);
        town.theme.know_debate(root);
        let about = About {
            message: root,
            thread: Some(root),
            answers: false,
            author: None,
            text: None,
        };
        town.messages.insert(root, about);
        Self { town, root }
    }

    /// What was decided, with what the bridge then knows: which messages stand in debate libre, and which point there.
    fn after(&mut self, (message, effects): (MessageId, Vec<Effect>)) -> (MessageId, Vec<Debate>) {
        let debated = debates(&effects);
        for debate in &debated {
            match debate {
                Debate::Join => {
                    let joined = self.town.messages.get_mut(&message).unwrap();
                    joined.thread = Some(self.root);
                }
                Debate::Point { case, .. } => {
                    let pointer = pointer(*case);
                    let about = About {
                        message: pointer,
                        thread: None,
                        answers: true,
                        author: None,
                        text: None,
                    };
                    self.town.theme.know_pointer(*case, pointer);
                    self.town.messages.insert(pointer, about);
                }
                Debate::Copy { .. } => {}
            }
        }
        (message, debated)
    }

    fn points(&mut self, who: char, message: MessageId) -> Vec<Debate> {
        let effects =
            self.town
                .asks_about(&group('a'), who, message, Command::Moderate(Wish::Redirect));
        self.after((message, effects)).1
    }

    fn answers(&mut self, from: &Leg, about: MessageId) -> (MessageId, Vec<Debate>) {
        let answer = self
            .town
            .does(from, 'd', Some(about), Some("¡Eso!"), Hearing::Talk);
        self.after(answer)
    }

    fn lifts(&mut self, case: u32) -> Vec<Effect> {
        self.town.wishes('b', Wish::Lift(Some(case)))
    }
}

fn pointer(case: u32) -> MessageId {
    MessageId::from([u8::try_from(case).unwrap(); 16])
}

fn debates(effects: &[Effect]) -> Vec<Debate> {
    let all = effects.iter().filter_map(|effect| match effect {
        Effect::Debate(debate) => Some(debate.clone()),
        _ => None,
    });
    all.collect()
}

fn is_pointer(debate: &Debate) -> bool {
    matches!(debate, Debate::Point { .. })
}

fn is_copy(debate: &Debate) -> bool {
    matches!(debate, Debate::Copy { .. })
}

#[test]
fn one_pointer_is_given_for_a_talk_and_each_message_is_copied() {
    let mut square = Square::new();
    square
        .town
        .proposes('c', "Agua limpia", "Queremos agua limpia.");
    let first = square
        .town
        .talks(&group('b'), 'd', "¿Quién gana las elecciones?");
    let effects = square.points('a', first);
    assert!(is_copy(&effects[0]) && effects.len() == 2, "{effects:?}");
    let Debate::Point {
        here, case: 1, by, ..
    } = &effects[1]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(*here, Some(1));
    assert_eq!(by.len(), 1);
    let second = square.town.talks(&Leg::Room, 'm', "Gana la lista verde");
    let effects = square.points('a', second);
    assert!(is_copy(&effects[0]) && effects.len() == 1, "{effects:?}");
    // After an hour it is another talk.
    square.town.pass(2 * HOUR);
    let third = square.town.talks(&group('a'), 'c', "¿Y el fútbol?");
    let effects = square.points('a', third);
    assert_eq!(
        effects.iter().filter(|debate| is_pointer(debate)).count(),
        1
    );
}

#[test]
fn answers_to_the_pointer_join_and_others_are_ordinary_talk() {
    let mut square = Square::new();
    let message = square.town.talks(&group('b'), 'd', "¿Quién gana?");
    square.points('a', message);
    let (answer, effects) = square.answers(&group('b'), pointer(1));
    assert_eq!(effects, [Debate::Join]);
    // What answers that, goes on there, too; from the room, as well.
    assert_eq!(square.answers(&group('b'), answer).1, [Debate::Join]);
    let root = square.root;
    assert_eq!(square.answers(&Leg::Room, root).1, [Debate::Join]);
    let ordinary = square.town.does(
        &group('b'),
        'd',
        Some(message),
        Some("¡Eso!"),
        Hearing::Talk,
    );
    assert_eq!(legs(&ordinary.1).len(), 2, "{:?}", ordinary.1);
    let said = square
        .town
        .does(&group('b'), 'd', None, Some("Hola"), Hearing::Talk);
    assert_eq!(legs(&said.1).len(), 2);
    // What stands there already is not moved again.
    let again = square
        .town
        .asks_about(&group('a'), 'a', answer, Command::Moderate(Wish::Redirect));
    assert_eq!(hindrance(&again), Some(Hindrance::SoAlready));
}

#[test]
fn whoever_stays_out_joins_nothing() {
    let mut square = Square::new();
    let message = square.town.talks(&group('b'), 'c', "¿Quién gana?");
    square.points('a', message);
    square.town.out.insert(member('d'));
    assert_eq!(square.answers(&group('b'), pointer(1)).1, []);
}

#[test]
fn a_second_tangent_within_the_hour_brings_twenty_minutes_of_focus() {
    let mut square = Square::new();
    let root = square
        .town
        .proposes('c', "Agua limpia", "Queremos agua limpia.");
    let first = square.town.talks(&group('b'), 'd', "¿Quién gana?");
    square.points('a', first);
    assert!(square.answers(&group('b'), first).1.is_empty());
    square.town.pass(HOUR / 2);
    let second = square.town.talks(&group('b'), 'd', "Gana la verde");
    square.points('a', second);
    assert!(square.town.theme.moderation().is_focused(square.town.now));
    let (answer, effects) = square.answers(&group('b'), first);
    assert_eq!(effects, [Debate::Join]);
    assert_eq!(square.answers(&Leg::Room, second).1, [Debate::Join]);
    // Nothing else is held back, and least of all what is said of a proposal.
    assert_eq!(square.answers(&group('b'), root).1, []);
    let said = square
        .town
        .does(&group('b'), 'd', None, Some("Hola"), Hearing::Talk);
    assert_eq!(legs(&said.1).len(), 2);
    // A third does not make it longer.
    let third = square.town.talks(&group('b'), 'd', "O la azul");
    square.points('a', third);
    let effects = square.town.pass(20 * 60 * 1000);
    let over = records(&effects);
    assert!(
        matches!(over[..], [Record::Moderated(entry)] if matches!(entry.deed, Deed::Over { case: 3, why: Ending::Expired, .. })),
        "{over:?}"
    );
    assert_eq!(notices(&effects).len(), 3, "it is said on every leg");
    assert_eq!(square.answers(&group('b'), first).1, []);
    assert_eq!(square.answers(&group('b'), answer).1, [Debate::Join]);
}

#[test]
fn three_participants_move_a_tangent_by_the_compass() {
    let mut square = Square::new();
    let message = square.town.talks(&group('b'), 'd', "¿Quién gana?");
    square.town.pass(4 * DAY);
    for who in ['c', 'e', 'f'] {
        square.town.talks(&group('a'), who, "Acá estoy");
    }
    square.town.pass(4 * DAY);
    let mut all = Vec::new();
    for who in ['c', 'e', 'f'] {
        square.town.talks(&group('a'), who, "Y sigo acá");
        let effects = square.town.reacts(&group('a'), who, message, Some("🧭"));
        all.extend(square.after((message, effects)).1);
    }
    assert_eq!(all.iter().filter(|debate| is_copy(debate)).count(), 1);
    assert_eq!(all.iter().filter(|debate| is_pointer(debate)).count(), 1);
}

#[test]
fn what_is_lifted_is_ordinary_talk_again() {
    let mut square = Square::new();
    let first = square.town.talks(&group('b'), 'd', "¿Quién gana?");
    square.points('a', first);
    let second = square.town.talks(&group('b'), 'd', "Gana la verde");
    square.points('a', second);
    let effects = square.lifts(2);
    let lifted = |effects: &[Effect]| {
        let all = records(effects).into_iter();
        let over = all.filter_map(|record| match record {
            Record::Moderated(entry) => match entry.deed {
                Deed::Over {
                    case,
                    why: Ending::Lifted,
                    ..
                } => Some(case),
                _ => None,
            },
            _ => None,
        });
        over.collect::<Vec<_>>()
    };
    // The focus that it brought is over with it.
    assert_eq!(lifted(&effects), [2, 3]);
    assert_eq!(square.answers(&group('b'), second).1, []);
    assert_eq!(square.answers(&group('b'), pointer(1)).1, [Debate::Join]);
    assert_eq!(lifted(&square.lifts(1)), [1]);
    assert_eq!(square.answers(&group('b'), pointer(1)).1, []);
    // The next is a talk of its own.
    let effects = square.points('a', first);
    assert!(effects.iter().any(is_pointer), "{effects:?}");
    let measure = Measure::Focus;
    let cases = square.town.theme.moderation().cases();
    assert!(
        cases
            .values()
            .all(|case| case.measure != measure || !case.is_open())
    );
}

/// A message to which two of three participants have pointed by the compass.
fn pointed_out_by_two() -> (Square, MessageId) {
    let mut square = Square::new();
    let message = square.town.talks(&group('b'), 'd', "¿Quién gana?");
    square.town.pass(4 * DAY);
    for who in ['c', 'e', 'f'] {
        square.town.talks(&group('a'), who, "Acá estoy");
    }
    square.town.pass(4 * DAY);
    for who in ['c', 'e', 'f'] {
        square.town.talks(&group('a'), who, "Y sigo acá");
    }
    for who in ['c', 'e'] {
        let effects = square.town.reacts(&group('a'), who, message, Some("🧭"));
        assert_eq!(debates(&effects), []);
    }
    (square, message)
}

#[test]
fn a_compass_that_is_taken_back_counts_no_more() {
    for instead in [None, Some("👍")] {
        let (mut square, message) = pointed_out_by_two();
        let effects = square.town.reacts(&group('a'), 'e', message, instead);
        let flags = |square: &Square| square.town.theme.moderation().flags_of(message).len();
        assert_eq!((debates(&effects), flags(&square)), (Vec::new(), 1));
        // There is nothing more to take back.
        let effects = square.town.reacts(&group('a'), 'e', message, instead);
        assert_eq!(records(&effects).len(), 0, "{effects:?}");
        let effects = square.town.reacts(&group('a'), 'f', message, Some("🧭"));
        assert_eq!(debates(&effects), []);
        let effects = square.town.reacts(&group('a'), 'e', message, Some("🧭"));
        assert!(debates(&effects).iter().any(is_pointer), "{effects:?}");
    }
}

#[test]
fn on_matrix_one_reaction_of_several_is_taken_back() {
    let (mut square, message) = pointed_out_by_two();
    let hearing = |emoji: &str| Hearing::Unreact(emoji.to_owned());
    let react = Hearing::React(Some("🧭".to_owned()));
    let (_, effects) = square
        .town
        .does(&Leg::Room, 'f', Some(message), None, react);
    let flags = |square: &Square| square.town.theme.moderation().flags_of(message).len();
    assert_eq!(debates(&effects).len(), 2, "{effects:?}");
    assert_eq!(flags(&square), 3);
    // Another stands beside it; and what was moved stays so.
    for (did, left) in [
        (Hearing::React(Some("👍".to_owned())), 3),
        (hearing("👍"), 3),
        (hearing("🧭"), 2),
    ] {
        let (_, effects) = square.town.does(&Leg::Room, 'f', Some(message), None, did);
        assert_eq!((debates(&effects), flags(&square)), (Vec::new(), left));
    }
}
