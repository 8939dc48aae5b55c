use proptest::prelude::*;

use super::*;

fn command(text: &str) -> Command {
    match hear(text) {
        Hearing::Command(command, _) => command,
        other => panic!("{text:?} was heard as {other:?}"),
    }
}

fn named(name: &str) -> Command {
    Command::TakeName(Some(name.to_owned()))
}

fn code(code: &str) -> Command {
    Command::Facilitate(Some(code.to_owned()))
}

#[test]
fn commands_are_heard_in_every_language() {
    for (text, meant, language) in [
        ("!nombre Sol", named("Sol"), Language::Es),
        ("!name Sol", named("Sol"), Language::En),
        ("!nombre", Command::TakeName(None), Language::Es),
        ("!sinnombre", Command::DropName, Language::Es),
        ("!noname", Command::DropName, Language::En),
        ("!no", Command::StayOut, Language::Es),
        ("!out", Command::StayOut, Language::En),
        ("!si", Command::ComeBack, Language::Es),
        ("!in", Command::ComeBack, Language::En),
        ("!yes", Command::ComeBack, Language::En),
        ("!ayuda", Command::Help(None), Language::Es),
        ("!facilitar K7QM-2XWD", code("K7QM-2XWD"), Language::Es),
        ("!facilitate K7QM-2XWD", code("K7QM-2XWD"), Language::En),
        ("!help", Command::Help(None), Language::En),
    ] {
        assert_eq!(hear(text), Hearing::Command(meant, language), "{text:?}");
    }
}

#[test]
fn a_phone_s_keyboard_does_not_get_in_the_way() {
    for text in [
        "!ayuda",
        "¡ayuda",
        "！ayuda",
        "!Ayuda",
        "!AYUDA",
        "! ayuda",
        "  !ayuda  ",
        "\u{a0}!\u{a0}ayuda",
        "!ayuda.",
        "!ayuda!",
        "\u{feff}!ayuda",
        "\u{200e}!ayuda",
        "“!ayuda”",
        "*!ayuda*",
        "`!ayuda`",
        "!áyuda",
        "!ａｙｕｄａ",
        "!a\u{301}yuda",
        "!ayuda\n",
        "\n!ayuda",
        "!ayuda 🙏",
    ] {
        assert_eq!(command(text), Command::Help(None), "{text:?}");
    }
    for text in ["!sí", "!SÍ", "!Si", "! sí", "!si\u{301}", "¡si"] {
        assert_eq!(command(text), Command::ComeBack, "{text:?}");
    }
    for text in ["!sin nombre", "!Sin Nombre", "!sinnombre", "!no name"] {
        assert_eq!(command(text), Command::DropName, "{text:?}");
    }
}

#[test]
fn an_answer_with_a_number_is_a_vote_and_keeps_nobody_out() {
    for (text, vote, yes) in [
        ("!no 3", 3, false),
        ("!NO, 3", 3, false),
        ("!no a la 3", 3, false),
        ("!no en la votación 12.", 12, false),
        ("!sí 3", 3, true),
        ("!si a la 3, por favor", 3, true),
        ("!yes 3", 3, true),
        ("¡no 3", 3, false),
    ] {
        let wish = Wish::Vote {
            vote: Some(vote),
            yes,
        };
        assert_eq!(command(text), Command::Moderate(wish), "{text:?}");
    }
    let alone = hear_alone("no 3");
    assert!(matches!(alone, Hearing::Command(Command::Moderate(_), _)));
    for text in ["!no", "!No.", "!no!"] {
        assert_eq!(command(text), Command::StayOut, "{text:?}");
    }
    for text in ["!no por favor", "!no a 3 personas", "!salir 3", "!no sí 3"] {
        let heard = hear(text);
        assert!(
            matches!(heard, Hearing::Almost { .. }),
            "{text:?}: {heard:?}"
        );
    }
    assert_eq!(hear("¡No a la 3!"), Hearing::Talk);
}

#[test]
fn a_name_is_taken_as_it_was_written() {
    for (text, name) in [
        ("!nombre Sol", "Sol"),
        ("!nombre   José María ", "José María"),
        ("!nombre “Sol”", "Sol"),
        ("!nombre «Sol de Mayo»", "Sol de Mayo"),
        ("!nombre: Sol", "Sol"),
        ("!nombre:Sol", "Sol"),
        ("!nombre\u{a0}Sol", "Sol"),
        ("!nombre\tSol", "Sol"),
        ("!nombre\nSol", "Sol"),
        ("!nombre *Sol*", "Sol"),
        ("¡nombre Sol", "Sol"),
        ("!nombre Sol\nHola a todos", "Sol"),
        ("!Name Kuarahy 🌞", "Kuarahy 🌞"),
    ] {
        assert_eq!(command(text), named(name), "{text:?}");
    }
    assert_eq!(command("!nombre “”"), Command::TakeName(None));
}

#[test]
fn talk_stays_talk() {
    for text in [
        "",
        " ",
        "!",
        "¡",
        "!!!",
        "!!",
        "! ! !",
        "!?",
        "¡Hola!",
        "!qué lindo",
        "!Qué lindo!",
        "!jajaja",
        "no",
        "si",
        "ayuda",
        "nombre Sol",
        "Escribí !no para salir",
        "hola !ayuda",
        "¡No!",
        "¡Sí!",
        "¡No puede ser!",
        "¡Sí, se puede!",
        "¡Ayuda!",
        "¡Hombre!",
        "!Hombre!",
        "¡hombre, no sabía",
        "!!no",
        "1!no",
        "¿!no?",
        ".!no",
        "/no",
        "#no",
        "!yo también",
        "!so",
        "!123",
        "!❤",
        "¡Nombre de Dios!",
        "!al fin",
        "!Apoyo total a la idea!",
        "!amén, hermana",
        "!hombre, no sabía",
        "!Ver para creer!",
    ] {
        assert_eq!(hear(text), Hearing::Talk, "{text:?}");
    }
}

#[test]
fn what_is_almost_a_command_is_answered_with_how_to_write_it() {
    for (text, heard, nearest, language) in [
        ("!nomre Sol", "!nomre", "!nombre Sol", Language::Es),
        ("!nombree Sol", "!nombree", "!nombre Sol", Language::Es),
        ("!NOBMRE Sol", "!nobmre", "!nombre Sol", Language::Es),
        ("!ayda", "!ayda", "!ayuda", Language::Es),
        ("!sinombre", "!sinombre", "!sinnombre", Language::Es),
        ("!hlep", "!hlep", "!help", Language::En),
        ("!nooo", "!nooo", "!no", Language::Es),
        ("!no quiero aparecer", "!no", "!no", Language::Es),
        ("!si por favor", "!si", "!si", Language::Es),
        ("!ayuda, vecinos", "!ayuda", "!ayuda", Language::Es),
        (
            "!apoiar agua 12",
            "!apoiar",
            "!apoyar AGUA-12",
            Language::Es,
        ),
        ("!apoiar", "!apoiar", "!apoyar AGUA-7", Language::Es),
        (
            "!suport salud-3",
            "!suport",
            "!support SALUD-3",
            Language::En,
        ),
        (
            "!ver la AGUA-12 por favor",
            "!ver",
            "!ver AGUA-12",
            Language::Es,
        ),
        ("!acceptar el 5", "!acceptar", "!aceptar 5", Language::Es),
        (
            "!enmiendaa Agua-12 la fuente -> el pozo",
            "!enmiendaa",
            "!enmienda AGUA-12 la plaza -> el parque",
            Language::Es,
        ),
    ] {
        let almost = Hearing::Almost {
            heard: heard.to_owned(),
            nearest: nearest.to_owned(),
            language,
            near: Near::Other,
        };
        assert_eq!(hear(text), almost, "{text:?}");
    }
}

#[test]
fn whoever_almost_reports_somebody_is_not_read_by_others() {
    let reports = |text: &str| match hear(text) {
        Hearing::Command(Command::Moderate(Wish::Report { .. }), _) => None,
        Hearing::Almost {
            nearest,
            near: Near::Report,
            ..
        } => Some(nearest),
        other => panic!("{text:?} was heard as {other:?}"),
    };
    for text in [
        "!reportar @Beto amenaza",
        "! reportar a Beto",
        "!reporto a Beto",
        "!reporte",
        "!denuncio a Beto, que vende cosas",
        "!Denuncia",
        "!denunciar a Beto!",
        "!Denuncio!",
        "¡denuncio a Beto",
        "¡Denuncio a @Beto por amenazas!",
        "!reporting Beto",
    ] {
        assert_eq!(reports(text), None, "{text:?}");
    }
    let long =
        "!denunsio a Beto porque desde ayer me manda cosas que no quiero ver y no sé qué hacer";
    for (text, nearest) in [
        (long, "!reportar @nombre amenaza"),
        ("!repotar a Beto", "!reportar @nombre amenaza"),
        ("!reportarr", "!reportar @nombre amenaza"),
        ("!Denunico a Beto!", "!reportar @nombre amenaza"),
        ("!rportr a @Beto", "!reportar @nombre amenaza"),
        ("¡repotar a Beto", "!reportar @nombre amenaza"),
        ("!reprot Beto", "!report @name threat"),
        (
            "!ensayo !reportar @Beto amenaza",
            "!reportar @nombre amenaza",
        ),
        ("!ensayo reportar a Beto!", "!reportar @nombre amenaza"),
    ] {
        assert_eq!(reports(text).as_deref(), Some(nearest), "{text:?}");
    }
    for text in [
        "!deporte para todos",
        "!reparto de agua a las ocho",
        "!anuncio: mañana hay reunión",
        "!aporte de los vecinos",
        "!Renuncia ya",
        "¡Denuncia!",
        "¡Denuncia pública por la basura!",
        "!respeto para todos",
    ] {
        assert_eq!(hear(text), Hearing::Talk, "{text:?}");
    }
}

#[test]
fn whoever_writes_to_the_bridge_alone_needs_no_mark() {
    for text in [
        "apelar 3 no fue así",
        "Apelo: no fue así",
        "reportar @Beto amenaza",
        "Denuncio a Beto",
        "reglas",
        "Ayuda",
        "voto sí 3",
        "confirmar 3",
        "facilitar K7QM-2XWD",
        "appeal 3 not so",
        "«delegados»",
    ] {
        let expected = hear(&format!("!{text}"));
        assert!(matches!(expected, Hearing::Command(..)), "{text:?}");
        assert_eq!(hear_alone(text), expected, "{text:?}");
        assert_eq!(hear(text), Hearing::Talk, "{text:?}");
    }
    for text in [
        "",
        "Buen día",
        "no puedo entrar",
        "no",
        "nombre Sol",
        "silenciar @Beto 6h spam",
        "voto",
        "facilitar",
        "¡Renuncio!",
        "¡Ayuda!",
        "apelra 3 no fue así",
    ] {
        assert_eq!(hear_alone(text), Hearing::Talk, "{text:?}");
    }
    for text in [
        "!apelra 3",
        "!apelar 3 no fue así",
        "Propuesta: Agua limpia",
    ] {
        assert_eq!(hear_alone(text), hear(text), "{text:?}");
    }
}

#[test]
fn what_is_almost_an_appeal_is_known_as_one() {
    let long = "no fue así, yo solo le contesté a otra persona que preguntó primero";
    for (text, nearest) in [
        (format!("!apelra 5 {long}"), "!apelar 5 no fue así"),
        (format!("!apelarr {long}"), "!apelar 3 no fue así"),
        ("!apeal 7".to_owned(), "!appeal 7 that is not what happened"),
    ] {
        let heard = hear(&text);
        assert!(
            matches!(&heard, Hearing::Almost { nearest: found, near: Near::Appeal, .. } if found == nearest),
            "{text:?}: {heard:?}"
        );
    }
    assert_eq!(
        hear("!apenas 3 personas vinieron a la reunión de ayer a la tarde"),
        Hearing::Talk
    );
}

#[test]
fn an_endless_word_is_not_repeated_in_full() {
    let Hearing::Almost { heard, .. } = hear(&format!("!n{}", "o".repeat(100_000))) else {
        panic!("it is almost a command");
    };
    assert!(heard.len() < 32);
}

#[test]
fn much_after_a_command_is_talk_unless_somebody_wants_out() {
    let flood = "!ayuda\nSe inundó toda la calle y el agua sigue subiendo";
    assert_eq!(hear(flood), Hearing::Talk);
    assert_eq!(
        hear("!si hay reunión mañana a las tres en la plaza, vamos todos"),
        Hearing::Talk
    );
    let out = "!no quiero que lo que escribo acá se lea en internet, gracias";
    assert!(matches!(hear(out), Hearing::Almost { nearest, .. } if nearest == "!no"));
}

#[test]
fn every_command_has_words_and_they_are_its_own() {
    let mut seen: Vec<(Language, String)> = Vec::new();
    for language in [Language::Es, Language::En] {
        for command in &COMMANDS {
            let words = command.words(language);
            let (name, make) = (command.message, command.make);
            assert!(!words.is_empty(), "{name} has no word in {language}");
            let example = command.example(language);
            let Hearing::Command(heard, spoken) = hear(&example) else {
                panic!("{example} is no command");
            };
            let (_, rest) = split_word(&example);
            assert_eq!((make(rest), language), (Some(heard), spoken), "{example}");
            for word in words {
                assert_eq!(word, plain(&word), "words are written plainly");
                assert!(
                    !seen.contains(&(language, word.clone())),
                    "{word} means two things in {language}"
                );
                seen.push((language, word));
            }
        }
    }
    for word in LEXICON.iter() {
        let meanings = LEXICON.iter().filter(|other| other.plain == word.plain);
        let same = |other: &Word| other.command.message == word.command.message;
        assert!(
            meanings.into_iter().all(same),
            "{} means two things",
            word.plain
        );
    }
}

proptest! {
    // A file of failures beside the crates would be taken for one of them.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_heard(text in any::<String>()) {
        hear_alone(&text);
    }

    #[test]
    fn anything_can_follow_a_mark(mark in "[!¡！]", text in any::<String>()) {
        hear_alone(&format!("{mark}{text}"));
    }

    #[test]
    fn what_does_not_begin_with_a_mark_is_talk(first in "[\\p{L}\\p{N}.,:;?¿@#/(-]", text in any::<String>()) {
        prop_assert_eq!(hear(&format!("{first}{text}")), Hearing::Talk);
    }

    #[test]
    fn an_exclamation_is_talk(text in "[a-zñáéíóú]{1,12}( [a-zñáéíóú]{1,12}){0,5}") {
        prop_assert_eq!(hear(&format!("¡{text}!")), Hearing::Talk);
    }

    #[test]
    fn every_name_comes_through(name in "[A-ZÑa-zñáéíóú]{2,12}( [A-ZÑa-zñáéíóú]{2,12})?") {
        prop_assert_eq!(hear(&format!("!nombre {name}")), Hearing::Command(named(&name), Language::Es));
    }
}
