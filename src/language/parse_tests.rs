use civic::Hearing;

use super::*;
use crate::hear;

fn command(text: &str) -> Command {
    match hear(text) {
        Hearing::Command(command, _) => command,
        other => panic!("{text:?} was heard as {other:?}"),
    }
}

fn agua() -> Option<ProposalRef> {
    Some("AGUA-7".parse().unwrap())
}

fn proposal(title: &str, text: &str) -> Command {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Command::Propose {
        title: given(title),
        text: given(text),
    }
}

fn add(words: &str) -> Option<Change> {
    Some(Change::Add(words.to_owned()))
}

fn replace(old: &str, new: &str) -> Option<Change> {
    Some(Change::Replace {
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

#[test]
fn a_proposal_has_a_title_on_its_line_and_a_text_below() {
    for text in [
        "!propuesta Agua limpia\nEn la plaza.\n\nY en la escuela.",
        "!propuesta: «Agua limpia»\nEn la plaza.\n\nY en la escuela.\n",
        "¡PROPUESTA\nAgua limpia\n\nEn la plaza.\n\nY en la escuela.",
        "Propuesta: Agua limpia\nEn la plaza.\n\nY en la escuela.",
        "*Propuesta:* Agua limpia\nEn la plaza.\n\nY en la escuela.",
        "proposal: Agua limpia\nEn la plaza.\n\nY en la escuela.",
        "!proposal “Agua limpia”\nEn la plaza.\n\nY en la escuela.",
    ] {
        let expected = proposal("Agua limpia", "En la plaza.\n\nY en la escuela.");
        assert_eq!(command(text), expected, "{text:?}");
    }
    assert_eq!(command("!propuesta"), proposal("", ""));
    assert_eq!(
        command("!propuesta ¡Agua limpia ya!"),
        proposal("¡Agua limpia ya!", "")
    );
}

#[test]
fn a_proposal_is_named_in_many_ways_or_not_at_all() {
    for text in [
        "!apoyar AGUA-7",
        "!apoyo agua 7",
        "!apoyar: agua7",
        "!Apoyar #Agua-07 porque sí",
        "!apoyar «AGUA-7»",
        "!apoyar AGUA - 7.",
        "Apoyo: AGUA-7",
        "!support agua7",
    ] {
        assert_eq!(command(text), Command::Support(agua()), "{text:?}");
    }
    assert_eq!(command("!apoyar"), Command::Support(None));
    assert_eq!(command("!no apoyar AGUA-7"), Command::Unsupport(agua()));
    assert_eq!(command("!ver agua 7"), Command::Show(agua()));
    assert_eq!(command("!withdraw AGUA-7"), Command::Withdraw(agua()));
}

#[test]
fn a_change_adds_a_paragraph_or_replaces_a_passage() {
    let amend = |of, change| Command::Amend { of, change };
    let swap = || replace("la plaza", "el parque");
    for (text, expected) in [
        (
            "!enmienda AGUA-7 Y en la escuela.",
            amend(agua(), add("Y en la escuela.")),
        ),
        (
            "!enmienda agua 7: la plaza -> el parque",
            amend(agua(), swap()),
        ),
        (
            "!enmienda AGUA-7 «la plaza» → «el parque»",
            amend(agua(), swap()),
        ),
        (
            "!enmienda AGUA-7 la plaza –> el parque",
            amend(agua(), swap()),
        ),
        (
            "!enmienda AGUA-7 la plaza ➡️ el parque",
            amend(agua(), swap()),
        ),
        (
            "!enmienda AGUA-7 la plaza => el parque",
            amend(agua(), swap()),
        ),
        (
            "!amend AGUA-7\nla plaza\n->\nel parque",
            amend(agua(), swap()),
        ),
        (
            "!enmienda AGUA-7 la plaza ->",
            amend(agua(), replace("la plaza", "")),
        ),
        ("!enmienda la plaza -> el parque", amend(None, swap())),
        (
            "!enmienda Y en la escuela.",
            amend(None, add("Y en la escuela.")),
        ),
        ("!enmienda AGUA-7", amend(agua(), None)),
        ("!enmienda AGUA-7 -> el parque", amend(agua(), None)),
        ("!enmienda", amend(None, None)),
        ("Enmienda: AGUA-7 Y más.", amend(agua(), add("Y más."))),
    ] {
        assert_eq!(command(text), expected, "{text:?}");
    }
}

#[test]
fn an_edit_gives_a_text_or_a_title_or_both() {
    let edit = |of, title: Option<&str>, text: Option<&str>| Command::Edit {
        of,
        title: title.map(str::to_owned),
        text: text.map(str::to_owned),
    };
    let both = edit(agua(), Some("Agua"), Some("Otra."));
    for (text, expected) in [
        (
            "!editar AGUA-7 Otra cosa.",
            edit(agua(), None, Some("Otra cosa.")),
        ),
        (
            "!editar AGUA-7\nEs:\nesta.",
            edit(agua(), None, Some("Es:\nesta.")),
        ),
        (
            "!editar AGUA-7 título: Agua",
            edit(agua(), Some("Agua"), None),
        ),
        ("!edit AGUA-7 Title: Agua\nOtra.", both),
        ("!editar Otra cosa.", edit(None, None, Some("Otra cosa."))),
        ("!editar AGUA-7", edit(agua(), None, None)),
    ] {
        assert_eq!(command(text), expected, "{text:?}");
    }
}

#[test]
fn numbers_pages_and_codes_are_read() {
    for text in [
        "!aceptar 3",
        "!acepto la 3",
        "!aceptar #3.",
        "!accept 3",
        "!aceptar la enmienda 3",
    ] {
        assert_eq!(command(text), Command::Accept(Some(3)), "{text:?}");
    }
    assert_eq!(command("!declinar"), Command::Decline(None));
    assert_eq!(command("!promover 12"), Command::Promote(Some(12)));
    assert_eq!(command("!propuestas"), Command::List { page: 1 });
    assert_eq!(command("!propuestas 2"), Command::List { page: 2 });
    assert_eq!(command("!números"), Command::Numbers);
    assert_eq!(command("!vincular"), Command::Link(Linking::Begin));
    let code = LinkCode::read("493817").unwrap();
    for text in ["!vincular 493817", "!vincular 493 817", "!link *493817*"] {
        assert_eq!(
            command(text),
            Command::Link(Linking::Claim(code)),
            "{text:?}"
        );
    }
    for text in [
        "!vincular sí",
        "!vincular SI",
        "!link yes",
        "!vincular soy yo.",
    ] {
        assert_eq!(command(text), Command::Link(Linking::Confirm), "{text:?}");
    }
    assert_eq!(command("!desvincular"), Command::Unlink);
}

#[test]
fn help_knows_its_topics() {
    for (text, topic) in [
        ("!ayuda propuestas", Topic::Proposals),
        ("!ayuda con mi nombre", Topic::Names),
        ("!help changes", Topic::Amendments),
        ("!ayuda: enmiendas", Topic::Amendments),
        ("!ayuda cuentas", Topic::Accounts),
    ] {
        assert_eq!(command(text), Command::Help(Some(topic)), "{text:?}");
    }
}

#[test]
fn without_a_mark_only_what_can_t_be_meant_otherwise_is_a_command() {
    for text in [
        "Propuesta:",
        "Propuesta",
        "Propuesta mía: nada",
        "La propuesta: nada",
        "Apoyo: todos juntos",
        "Apoyo AGUA-7",
        "No: gracias",
        "Ver: la plaza",
        "Ayuda: se inunda todo",
        "Nombre: Sol",
        "Números: 3 y 4",
        "Enmienda: la plaza -> el parque",
        "Vincular: 493817",
        "Propuestas: muchas",
    ] {
        assert_eq!(hear(text), Hearing::Talk, "{text:?}");
    }
}

#[test]
fn what_does_not_fit_its_command_is_answered_with_an_example() {
    let proposal = "!propuesta Agua limpia para la escuela";
    let long = "!propuesat Agua limpia para todas las escuelas de la ciudad y sus alrededores";
    for (text, nearest) in [
        (long, proposal),
        ("!propuestas Agua limpia", proposal),
        ("!apoyo a Ana", "!apoyar AGUA-7"),
        ("!aceptar AGUA-7", "!aceptar 3"),
        ("!vincular 123", "!vincular"),
        ("!apollar AGUA-7", "!apoyar AGUA-7"),
    ] {
        let almost = hear(text);
        assert!(
            matches!(&almost, Hearing::Almost { nearest: found, .. } if found == nearest),
            "{text:?}: {almost:?}"
        );
    }
    let talk = "!ver para creer, decía siempre mi abuela cuando prometían agua";
    assert_eq!(hear(talk), Hearing::Talk);
}
