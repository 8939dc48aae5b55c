use civic::{Card, Change, Counts, Language, Listed, Notice, OpenAmendment, ProposalRef, Status};

use super::say;

fn agua(number: u32) -> ProposalRef {
    format!("AGUA-{number}").parse().unwrap()
}

fn card() -> Card {
    Card {
        reference: agua(7),
        title: "Agua limpia".to_owned(),
        text: "Queremos agua limpia.\nEn la *plaza*.".to_owned(),
        status: Status::Open,
        authors: vec!["Ana".to_owned(), "María".to_owned()],
        counts: Counts {
            people: 12,
            whatsapp: 8,
            matrix: 5,
        },
        amendments: vec![3, 5],
        held: None,
        revision: 1,
        promoted_from: Some(agua(2)),
    }
}

fn shown(card: Card) -> String {
    say(&Notice::Card(Box::new(card)), Language::Es)
}

#[test]
fn a_card_says_what_it_is_whose_who_supports_it_and_how_to() {
    let spanish = "\
        📌 *AGUA-7 · Agua limpia*\n\
        > Queremos agua limpia.\n\
        > En la ∗plaza∗.\n\
        Proponen: Ana, María\n\
        Nació de un cambio a AGUA-2.\n\
        👍 12 personas la apoyan (WhatsApp 8, Matrix 5)\n\
        ✏️ Cambios por decidir: n.º 3, 5 (*!ver AGUA-7*)\n\
        Para apoyar: 👍 a este mensaje o *!apoyar AGUA-7*. Para comentar: responder a este mensaje.";
    assert_eq!(shown(card()), spanish);
    let english = say(&Notice::Card(Box::new(card())), Language::En);
    assert!(english.contains("12 people support it"), "{english}");
}

#[test]
fn a_card_is_short_and_says_less_where_there_is_less() {
    let mut long = card();
    long.text = "agua limpia ".repeat(500);
    let text = shown(long.clone());
    assert!(text.chars().count() < 700, "{text}");
    assert!(text.contains("…\nSigue en *!ver AGUA-7*"), "{text}");
    let words = long.text.clone();
    let whole = Notice::Shown {
        card: Box::new(long),
        amendments: vec![],
    };
    assert!(say(&whole, Language::Es).contains(&words));

    let mut draft = card();
    draft.status = Status::Draft;
    draft.text.clear();
    draft.counts = Counts::default();
    let text = shown(draft);
    assert!(text.contains("*!editar AGUA-7 …*"), "{text}");
    let ways = "Para apoyar: 👍 a este mensaje";
    assert_eq!(text.matches('👍').count(), 1, "{text}");
    assert!(text.contains(ways), "{text}");

    let mut withdrawn = card();
    withdrawn.status = Status::Withdrawn;
    assert_eq!(
        shown(withdrawn),
        "📌 *AGUA-7 · Agua limpia*\nFue retirada por quien la propuso."
    );

    let mut erased = card();
    erased.status = Status::Withdrawn;
    (erased.title, erased.text) = (String::new(), String::new());
    assert_eq!(
        shown(erased),
        "📌 *AGUA-7* fue retirada por quien la propuso."
    );
}

#[test]
fn a_proposal_is_shown_with_the_changes_to_decide_on() {
    let change = |number, change| OpenAmendment {
        number,
        change,
        by: "Beto".to_owned(),
    };
    let replace = |new: &str| Change::Replace {
        old: "la plaza".to_owned(),
        new: new.to_owned(),
    };
    let shown = Notice::Shown {
        card: Box::new(card()),
        amendments: vec![
            change(3, Change::Add("Y en la escuela.".to_owned())),
            change(5, replace("el parque")),
            change(6, replace("")),
        ],
    };
    let text = say(&shown, Language::Es);
    for part in [
        "*3* (Beto): agregar «Y en la escuela.»",
        "*5* (Beto): «la plaza» → «el parque»",
        "*6* (Beto): sacar «la plaza»",
        "*!aceptar 3* o *!declinar 3*",
        "*!enmienda AGUA-7 viejo -> nuevo*",
    ] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn what_is_held_back_is_named_by_its_case_and_nothing_else() {
    let held = || Card {
        title: String::new(),
        text: String::new(),
        amendments: Vec::new(),
        held: Some(3),
        ..card()
    };
    let told = shown(held());
    assert!(
        told.contains("*AGUA-7*") && told.contains("(caso 3)"),
        "{told}"
    );
    assert!(told.contains("12") && !told.contains("Ana"), "{told}");
    let whole = Notice::Shown {
        card: Box::new(held()),
        amendments: Vec::new(),
    };
    assert_eq!(say(&whole, Language::Es), told);
}

#[test]
fn a_list_has_a_line_for_each_and_says_how_to_go_on() {
    let listed = |number, title: &str, people, status| Listed {
        reference: agua(number),
        title: title.to_owned(),
        people,
        status,
        held: false,
    };
    let list = |proposals, page| Notice::List {
        theme: "Agua".to_owned(),
        proposals,
        page,
        pages: 2,
    };
    let proposals = vec![
        listed(7, "Agua limpia", 12, Status::Open),
        listed(9, &"larga ".repeat(20), 0, Status::Open),
        listed(8, "Sombra", 0, Status::Draft),
    ];
    let text = say(&list(proposals.clone(), 1), Language::Es);
    let expected = "\
        Propuestas de *Agua*:\n\
        *AGUA-7* Agua limpia (👍 12)\n\
        *AGUA-9* larga larga larga larga larga larga larga larga larga larga larga larg…\n\
        *AGUA-8* Sombra (sin texto todavía)\n\
        Página 1 de 2. Sigue: *!propuestas 2*\n\
        Para leer una entera: *!ver AGUA-7*";
    assert_eq!(text, expected);
    assert!(!say(&list(proposals, 2), Language::Es).contains("Sigue"));
    assert!(say(&list(vec![], 1), Language::Es).contains("*!propuesta "));
}
