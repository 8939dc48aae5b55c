use super::*;
use crate::Root;

#[test]
fn a_proposal_is_carried_recorded_and_shown_everywhere() {
    let mut town = Town::new();
    let effects = town.asks(&group('a'), 'a', propose("Agua limpia", "En la plaza."));
    assert_eq!(legs(&effects), [Leg::Room, group('b')]);
    let expected = Record::Proposed {
        number: 1,
        title: "Agua limpia".to_owned(),
        text: "En la plaza.".to_owned(),
        authors: vec![party('a', Network::WhatsApp)],
        root: Root::Message(MessageId::from(1_u128.to_be_bytes())),
        source: Some(MessageId::from(1_u128.to_be_bytes())),
        promoted_from: None,
        at: NOW,
    };
    assert_eq!(records(&effects), [&expected]);
    assert_eq!(cards(&effects), [Leg::Room, group('a'), group('b')]);
    assert_eq!(
        notices(&effects),
        [] as [&Notice; 0],
        "the card is the answer"
    );
    assert_eq!(town.proposal(1).status(), crate::Status::Open);
}

#[test]
fn what_somebody_said_becomes_a_proposal_of_both() {
    let mut town = Town::new();
    let idea = town.talks(&group('b'), 'b', "Podríamos poner bebederos.");
    town.asks_about(&Leg::Room, 'm', idea, propose("Bebederos", ""));
    let proposal = town.proposal(1);
    assert_eq!(proposal.text(), "Podríamos poner bebederos.");
    let authors = [party('b', Network::WhatsApp), party('m', Network::Matrix)];
    assert_eq!(proposal.authors(), authors);
    assert_eq!(proposal.root(), Root::Message(idea));

    let again = town.asks_about(&group('a'), 'a', idea, propose("Otra vez", ""));
    assert_refused(&again, &Refusal::ProposedAlready(agua(1)));
}

#[test]
fn ones_own_earlier_words_have_one_author() {
    let mut town = Town::new();
    let idea = town.talks(&group('b'), 'b', "Bebederos.");
    town.asks_about(&group('b'), 'b', idea, propose("Bebederos", ""));
    assert_eq!(town.proposal(1).authors(), [party('b', Network::WhatsApp)]);
}

#[test]
fn a_voice_message_needs_its_words_written_down() {
    let mut town = Town::new();
    let voice = town.speaks(&group('a'), 'a');
    let asked = town.asks_about(&group('b'), 'b', voice, propose("Agua", ""));
    assert_refused(&asked, &Refusal::WordsAsked);
    let empty = town.talks(&group('a'), 'a', " ");
    let asked = town.asks_about(&group('b'), 'b', empty, propose("Agua", ""));
    assert_refused(&asked, &Refusal::WordsAsked);
    town.asks_about(
        &group('b'),
        'b',
        voice,
        propose("Agua", "Dice: queremos agua."),
    );
    let proposal = town.proposal(1);
    assert_eq!(proposal.text(), "Dice: queremos agua.");
    assert_eq!(proposal.root(), Root::Message(voice));
    assert_eq!(proposal.authors().len(), 2);
}

#[test]
fn a_thread_begins_with_the_card_where_the_message_is_an_answer() {
    let mut town = Town::new();
    let talk = town.talks(&group('a'), 'a', "Hace calor.");
    town.asks_about(&group('b'), 'b', talk, propose("Sombra", "Más árboles."));
    let own = town.proposal(1);
    assert_eq!((own.root(), own.text()), (Root::Card, "Más árboles."));
    assert_eq!(
        own.authors(),
        [party('b', Network::WhatsApp)],
        "the words are Beto's"
    );

    let (answer, _) = town.does(
        &group('b'),
        'b',
        Some(talk),
        Some("Y bancos."),
        Hearing::Talk,
    );
    town.asks_about(&group('a'), 'a', answer, propose("Bancos", ""));
    assert_eq!(town.proposal(2).root(), Root::Card);
    assert_eq!(
        town.theme.proposal_of(answer).map(Proposal::number),
        Some(2)
    );
}

#[test]
fn a_title_alone_is_a_draft_until_it_has_a_text() {
    let mut town = Town::new();
    town.proposes('a', "Agua limpia", "");
    assert_eq!(town.proposal(1).status(), crate::Status::Draft);
    let edit = Command::Edit {
        of: Some(agua(1)),
        title: None,
        text: Some("En la plaza.".to_owned()),
    };
    town.asks(&group('a'), 'a', edit);
    assert_eq!(town.proposal(1).status(), crate::Status::Open);
}

#[test]
fn a_long_title_goes_on_in_the_text() {
    let mut town = Town::new();
    let long = "agua limpia y segura ".repeat(12);
    town.proposes('a', &long, "Más.");
    let proposal = town.proposal(1);
    assert!(proposal.title().chars().count() <= 120 && proposal.title().ends_with('…'));
    assert!(proposal.text().starts_with("agua limpia") && proposal.text().ends_with("Más."));
}

#[test]
fn what_can_t_be_proposed_is_refused_kindly() {
    let mut town = Town::new();
    let refused = town.asks(&group('a'), 'a', propose("", ""));
    assert_refused(&refused, &Refusal::TitleAsked);
    let refused = town.asks(&group('a'), 'a', propose("Agua", &"a".repeat(10_001)));
    assert_refused(&refused, &Refusal::TooLong { most: 10_000 });
    town.out.insert(member('b'));
    let refused = town.asks(&group('b'), 'b', propose("Agua", "limpia"));
    assert_refused(&refused, &Refusal::StaysOut);
    town.take_in(Input::GroupAdopted {
        group: group_id('c'),
        wait_hours: 24,
    });
    let refused = town.asks(&group('c'), 'c', propose("Agua", "limpia"));
    assert_refused(&refused, &Refusal::NotOpenYet);
    assert_eq!(town.theme.proposals().len(), 0);
    assert_eq!(
        town.asks(&group('d'), 'd', propose("Agua", "limpia")),
        [],
        "a strange group"
    );
}
