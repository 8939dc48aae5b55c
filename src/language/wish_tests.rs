use civic::moderation::Whom;
use civic::{Hearing, Language};
use proptest::prelude::*;

use super::*;
use crate::commands::listed;
use crate::hear;

const SOMEBODY: &str = "mzxw6ytbojtg633c";

fn wish(text: &str) -> Wish {
    match hear::hear(text) {
        Hearing::Command(Command::Moderate(wish), _) => wish,
        other => panic!("{text:?} was heard as {other:?}"),
    }
}

fn somebody() -> Option<Whom> {
    Some(Whom::Member(SOMEBODY.parse().unwrap()))
}

fn unknown(name: &str) -> Option<Whom> {
    Some(Whom::Unknown(name.to_owned()))
}

fn because(text: &str, category: Option<Category>, protected: Option<Protected>) -> Option<Reason> {
    Some(Reason {
        text: text.to_owned(),
        category,
        protected,
    })
}

fn for_spam(text: &str) -> Option<Reason> {
    because(text, Some(Category::Spam), None)
}

fn mute(whom: Option<Whom>, minutes: Option<u32>, reason: Option<Reason>) -> Wish {
    Wish::Mute {
        whom,
        minutes,
        reason,
    }
}

#[test]
fn somebody_is_named_with_an_at_or_answered() {
    for text in [
        "!nominar @mzxw6ytbojtg633c",
        "!nomino a @mzxw6ytbojtg633c, por favor",
        "!Nominar «@mzxw6ytbojtg633c».",
        "!nominate @mzxw6ytbojtg633c!",
        "!niminar @mzxw6ytbojtg633c",
    ] {
        match hear::hear(text) {
            Hearing::Almost { nearest, .. } => assert_eq!(nearest, "!nominar @nombre"),
            _ => assert_eq!(wish(text), Wish::Nominate(somebody()), "{text:?}"),
        }
    }
    assert_eq!(wish("!nominar"), Wish::Nominate(None));
    assert_eq!(wish("!nominar @Ana"), Wish::Nominate(unknown("Ana")));
    let on_matrix = "!nominate @ana:example.org";
    assert_eq!(wish(on_matrix), Wish::Nominate(unknown("ana:example.org")));
    assert_eq!(wish("!objetar @mzxw6ytbojtg633c"), Wish::Object(somebody()));
}

#[test]
fn to_support_somebody_is_to_second_them() {
    for text in [
        "!apoyar @mzxw6ytbojtg633c",
        "!apoyo a @mzxw6ytbojtg633c",
        "!avalar @mzxw6ytbojtg633c",
        "!support @mzxw6ytbojtg633c",
        "!second @mzxw6ytbojtg633c",
    ] {
        assert_eq!(wish(text), Wish::Second(somebody()), "{text:?}");
    }
    assert_eq!(wish("!avalar"), Wish::Second(None));
    let proposal = Command::Support(Some("AGUA-7".parse().unwrap()));
    let heard = hear::hear("!apoyar AGUA-7");
    assert_eq!(heard, Hearing::Command(proposal, Language::Es));
    let heard = hear::hear("!aceptar");
    assert_eq!(heard, Hearing::Command(Command::Accept(None), Language::Es));
}

#[test]
fn a_length_is_heard_in_many_ways() {
    for (text, expected) in [
        ("15m", 15),
        ("15 min", 15),
        ("15 minutos", 15),
        ("6h", 6 * 60),
        ("6 hs.", 6 * 60),
        ("por 6 horas", 6 * 60),
        ("una hora", 60),
        ("3d", 3 * 24 * 60),
        ("durante 3 días", 3 * 24 * 60),
        ("1 día", 24 * 60),
        ("2 semanas", 14 * 24 * 60),
        ("15 minutes", 15),
        ("for 6 hours", 6 * 60),
        ("an hour", 60),
        ("2 weeks", 14 * 24 * 60),
        ("*6h*", 6 * 60),
        ("media hora", 30),
        ("por medio día", 12 * 60),
        ("half an hour", 30),
        ("una hora y media", 90),
        ("1 hora y 30 minutos", 90),
        ("an hour and a half", 90),
        ("2 days and 6 hours", 54 * 60),
    ] {
        let first = format!("!silenciar @{SOMEBODY} {text} publicidad");
        let last = format!("!silenciar @{SOMEBODY} publicidad {text}");
        let expected = mute(somebody(), Some(expected), for_spam("publicidad"));
        assert_eq!(wish(&first), expected, "{first}");
        assert_eq!(wish(&last), expected, "{last}");
    }
    for text in [
        "15",
        "hasta mañana",
        "99999999999h",
        "h",
        "15 gatos",
        "1,5 horas",
        "1.5h",
        "1/2 hora",
        "½ hora",
        "6-12h",
    ] {
        let text = format!("!mute @{SOMEBODY} {text} spam");
        let heard = wish(&text);
        assert!(
            matches!(heard, Wish::Mute { minutes: None, .. }),
            "{heard:?}"
        );
    }
    let within = wish("!silenciar @mzxw6ytbojtg633c 6h 40 cadenas en 2 minutos");
    let reason = for_spam("40 cadenas en 2 minutos");
    assert_eq!(within, mute(somebody(), Some(360), reason));
    let longest = wish(&format!("!silenciar {} semanas", u32::MAX));
    assert_eq!(longest, mute(None, Some(u32::MAX), None));
}

#[test]
fn everywhere_is_heard_before_the_reason_and_not_within_it() {
    let suspend = |reach, reason| Wish::Suspend {
        whom: somebody(),
        minutes: Some(10 * 24 * 60),
        reason,
        reach,
    };
    for text in [
        "!suspender @mzxw6ytbojtg633c 10d en todas spam",
        "!suspender a @mzxw6ytbojtg633c por 10 días en todos los temas: spam",
        "!suspender en todos los grupos a @mzxw6ytbojtg633c, 10 días, spam",
        "!suspender @mzxw6ytbojtg633c en todas partes 10d, por spam",
        "!suspend @mzxw6ytbojtg633c 10d everywhere spam",
        "!suspend @mzxw6ytbojtg633c in all themes for 10 days spam",
    ] {
        let expected = suspend(Reach::Everywhere, for_spam("spam"));
        assert_eq!(wish(text), expected, "{text:?}");
    }
    for reason in [
        "spam en todos los temas",
        "en todos sus mensajes hay spam",
        "spam everywhere",
        "in all his messages spam",
        "entra en todas: spam",
    ] {
        let text = format!("!suspender @mzxw6ytbojtg633c 10d {reason}");
        assert_eq!(wish(&text), suspend(Reach::Here, for_spam(reason)));
    }
}

#[test]
fn what_is_left_is_the_reason() {
    let named = "!silenciar a @mzxw6ytbojtg633c por 6 horas: por publicidad,\nen cada mensaje";
    let reason = for_spam("publicidad, en cada mensaje");
    assert_eq!(wish(named), mute(somebody(), Some(360), reason));
    assert_eq!(wish("!silenciar"), mute(None, None, None));
    assert_eq!(
        wish("!ocultar spam"),
        Wish::Hide {
            reason: for_spam("spam")
        }
    );
    assert_eq!(wish("!hide"), Wish::Hide { reason: None });
    let pause = Wish::Pause {
        minutes: Some(15),
        reason: because("para calmarnos", None, None),
    };
    assert_eq!(wish("!pausa 15m para calmarnos"), pause);
    let recall = Wish::Recall {
        whom: somebody(),
        reason: because("no explica nada", None, None),
    };
    assert_eq!(wish("!revocar @mzxw6ytbojtg633c no explica nada"), recall);
    let endless = format!("!ocultar {}", "spam ".repeat(10_000));
    let Wish::Hide { reason } = wish(&endless) else {
        panic!("it is to be hidden");
    };
    assert_eq!(reason.unwrap().text.chars().count(), LONGEST_REASON);
}

#[test]
fn a_category_is_known_by_its_words_and_no_opinion_is_one() {
    let hidden = |text: &str| match wish(&format!("!ocultar {text}")) {
        Wish::Hide {
            reason: Some(reason),
        } => (reason.category, reason.protected),
        other => panic!("{other:?}"),
    };
    for (text, category) in [
        ("Propaganda comercial", Category::Spam),
        ("es FLOOD", Category::Flood),
        ("inundación de mensajes", Category::Flood),
        ("publica datos personales", Category::Doxxing),
        ("doxxing", Category::Doxxing),
        ("Amenazó a una vecina", Category::Threat),
        ("amena\u{301}za", Category::Threat),
        ("odio", Category::Hate),
        ("se hace pasar por otra", Category::Impersonation),
        ("suplantación", Category::Impersonation),
        ("es ilegal", Category::Illegal),
        ("fuera de tema: política", Category::OffTopic),
        ("off-topic", Category::OffTopic),
        ("crítica llena de odio", Category::Hate),
        ("a threat", Category::Threat),
    ] {
        assert_eq!(hidden(text), (Some(category), None), "{text:?}");
    }
    for (text, category) in [
        ("estafa", Some(Category::Spam)),
        ("manda links de estafa", Some(Category::Spam)),
        ("avalancha de mensajes", Some(Category::Flood)),
        ("dice que la obra es una estafa", None),
        ("acusa de estafador al intendente", None),
        ("inundación", None),
        ("inventa una inundación en el barrio", None),
        ("se inundó la calle", None),
        ("floods in the street", None),
        // Football, and a bad moment.
        ("gritan por el partido de anoche", None),
        ("la situación es crítica", None),
        ("crítica situación en el barrio", None),
        ("birthday party", None),
        ("juntamos opiniones mañana", None),
    ] {
        assert_eq!(hidden(text), (category, None), "{text:?}");
    }
    for (text, protected) in [
        ("opinión", Protected::Disagreement),
        ("crítica", Protected::Criticism),
        ("critican todo el tiempo", Protected::Criticism),
        ("política", Protected::Party),
        ("supports a party", Protected::Party),
        ("a mere opinion", Protected::Disagreement),
        ("es opositora", Protected::Party),
        ("no estoy de acuerdo", Protected::Disagreement),
        ("su opinión", Protected::Disagreement),
        ("I disagree", Protected::Disagreement),
        ("critica a la ministra", Protected::Criticism),
        ("criticism of the mayor", Protected::Criticism),
        ("es de otro PARTIDO", Protected::Party),
    ] {
        assert_eq!(hidden(text), (None, Some(protected)), "{text:?}");
    }
    assert_eq!(hidden("grita mucho"), (None, None));
    for (language, it) in Language::ALL
        .into_iter()
        .flat_map(|language| Category::ALL.iter().map(move |it| (language, *it)))
    {
        let name = crate::words::text(language, category_message(it), None, &Default::default());
        assert_eq!(
            hidden(&name),
            (Some(it), None),
            "what it is called is understood"
        );
    }
}

#[test]
fn cases_organisations_and_rules_are_told() {
    assert_eq!(wish("!confirmar 3"), Wish::Confirm(Some(3)));
    assert_eq!(wish("!confirm"), Wish::Confirm(None));
    assert_eq!(wish("!confirmar el caso 3."), Wish::Confirm(Some(3)));
    assert_eq!(wish("!confirmo caso n.º 3"), Wish::Confirm(Some(3)));
    let explain = |case, reason| Wish::Explain { case, reason };
    let reason = for_spam("publicidad");
    assert_eq!(
        wish("!motivo #3: publicidad"),
        explain(Some(3), reason.clone())
    );
    assert_eq!(wish("!reason publicidad"), explain(None, reason));
    assert_eq!(wish("!motivo 3"), explain(Some(3), None));
    assert_eq!(wish("!levantar el caso 3"), Wish::Lift(Some(3)));
    for text in ["!desvío", "!fuera de tema", "!off topic", "!tangent"] {
        match text {
            "!fuera de tema" => assert!(matches!(hear::hear(text), Hearing::Talk)),
            _ => assert_eq!(wish(text), Wish::Redirect, "{text:?}"),
        }
    }
    let declare = |name: Option<&str>, official| Wish::Declare {
        organisation: name.map(str::to_owned),
        official,
    };
    for (text, expected) in [
        (
            "!organización Vecinas del Lago",
            declare(Some("Vecinas del Lago"), false),
        ),
        (
            "!institución «Municipalidad»",
            declare(Some("Municipalidad"), true),
        ),
        ("!organizacion ninguna", declare(None, false)),
        ("!organization none", declare(None, false)),
    ] {
        assert_eq!(wish(text), expected, "{text:?}");
    }
    let change = |rule, value| Wish::Change { rule, value };
    for (text, expected) in [
        ("!norma silencio 12", change(Rule::MuteHours, 12)),
        (
            "!norma silencio largo a 2 días",
            change(Rule::LongMuteHours, 48),
        ),
        ("!norma Suspensión: 5d", change(Rule::SuspensionDays, 5)),
        ("!norma delegados = 5", change(Rule::Delegates, 5)),
        (
            "!rule long pause 1 hour",
            change(Rule::LongPauseMinutes, 60),
        ),
        ("!rule 12 mute", change(Rule::MuteHours, 12)),
    ] {
        assert_eq!(wish(text), expected, "{text:?}");
    }
    for text in [
        "!norma",
        "!norma silencio",
        "!norma suspensión 12 horas",
        "!norma delegados 3 días",
        "!norma silencio 10000",
        "!norma nada 3",
    ] {
        assert!(
            matches!(hear::hear(text), Hearing::Almost { .. }),
            "{text:?}"
        );
    }
}

#[test]
fn every_rule_and_every_category_has_words_of_its_own() {
    for language in [Language::Es, Language::En] {
        for rule in Rule::ALL {
            let names = listed(language, rule_message(*rule), "words");
            assert!(!names.is_empty(), "{language}: {rule:?}");
            for name in names {
                let heard = change(&format!("{name} 3"));
                let expected = Wish::Change {
                    rule: *rule,
                    value: 3,
                };
                assert_eq!(heard, Some(Command::Moderate(expected)), "{name}");
            }
        }
    }
}

#[test]
fn whether_something_is_so_is_put_to_the_vote_as_yes_or_no() {
    for (text, value) in [
        ("administradores sí", 1),
        ("administradores de grupos: no", 0),
        ("administradores 1", 1),
        ("group admins yes", 1),
    ] {
        let expected = Wish::Change {
            rule: Rule::GroupAdmins,
            value,
        };
        assert_eq!(change(text), Some(Command::Moderate(expected)), "{text}");
    }
    // What counts something is neither.
    for text in [
        "silencio no",
        "silencio 12 no",
        "administradores",
        "administradores 6h",
    ] {
        assert_eq!(change(text), None, "{text}");
    }
}

#[test]
fn a_rehearsal_holds_any_other_wish() {
    let expected = wish("!silenciar @mzxw6ytbojtg633c 6h spam");
    for text in [
        "!ensayo !silenciar @mzxw6ytbojtg633c 6h spam",
        "!ensayo silenciar @mzxw6ytbojtg633c 6h spam",
        "!ensayo: ¡silenciar @mzxw6ytbojtg633c 6h spam",
        "!rehearse mute @mzxw6ytbojtg633c 6h spam",
    ] {
        assert_eq!(
            wish(text),
            Wish::Rehearse(Box::new(expected.clone())),
            "{text:?}"
        );
    }
    assert_eq!(
        wish("!ensayo !aceptar"),
        Wish::Rehearse(Box::new(Wish::Agree))
    );
    for text in [
        "!ensayo",
        "!ensayo general",
        "!ensayo !ensayo !pausa 5m",
        "!ensayo !propuesta X",
    ] {
        assert!(
            matches!(hear::hear(text), Hearing::Almost { .. }),
            "{text:?}"
        );
    }
}

#[test]
fn ordinary_talk_is_no_wish() {
    for text in [
        "pausa",
        "Voto sí 3",
        "Voto: sí",
        "reglas",
        "Reglas: ninguna",
        "Norma: silencio 12",
        "Pausa: 15m",
        "¡Pausa!",
        "¡Renuncia!",
        "!Renuncio!",
        "!Renuncia ya",
        "!Pausa, vecinos!",
        "!Organización comunitaria ya!",
        "!foto del río",
        "!causa justa",
        "!mate para todos",
        "!pide la palabra",
        "!robar no se puede",
        "!vete",
        "!nudo",
        "!list",
        "!avisar a todos",
        "!silencio por favor",
        "!deseo paz",
        "!regalo",
        "!normal",
    ] {
        assert_eq!(hear::hear(text), Hearing::Talk, "{text:?}");
    }
}

#[test]
fn almost_a_wish_is_answered_with_how_to_write_it() {
    for (text, nearest) in [
        ("!regla", "!reglas"),
        ("!delgados", "!delegados"),
        (
            "!silensiar @Ana 6h spam",
            "!silenciar @nombre 6h publicidad",
        ),
        ("!pauza 15m", "!pausa 15m mucho enojo"),
        ("!botar sí 3", "!voto sí 3"),
        ("!nominar Ana", "!nominar @nombre"),
        ("!organizacion", "!organizacion Vecinas del Lago"),
    ] {
        let heard = hear::hear(text);
        assert!(
            matches!(&heard, Hearing::Almost { nearest: found, .. } if found == nearest),
            "{text:?}: {heard:?}"
        );
    }
}

#[test]
fn what_the_guide_says_to_write_is_known() {
    let guide = include_str!("../../docs/moderation.md");
    let written: Vec<&str> = guide.split('`').filter(|it| it.starts_with('!')).collect();
    assert!(written.len() > 30, "{written:?}");
    for text in written {
        let known = hear::known(text.trim_start_matches('!'));
        assert!(known.is_some(), "{text:?} is no command");
        let heard = hear::hear(text);
        assert_ne!(heard, Hearing::Talk, "{text:?}");
    }
}

proptest! {
    // A file of failures beside the crates would be taken for one of them.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_follow_a_word(
        word in "nominar|apoyar|avalar|objetar|revocar|voto|organizacion|pausa|ocultar|silenciar|suspender|confirmar|norma|ensayo",
        text in any::<String>(),
    ) {
        hear::hear(&format!("!{word} {text}"));
        hear::hear(&format!("!ensayo !{word} {text}"));
    }

    #[test]
    fn pieces_of_wishes_can_come_in_any_order(
        pieces in prop::collection::vec("@|@mzxw6ytbojtg633c|@Ana|15|m|6h|por|una|hora|a|en|sí|no|spam|9{11}|,|:", 0..8),
    ) {
        let text = pieces.join(" ");
        let Hearing::Command(Command::Moderate(wish), _) = hear::hear(&format!("!silenciar {text}")) else {
            return Err(TestCaseError::fail("it is always a wish"));
        };
        let Wish::Mute { whom, reason, .. } = wish else {
            return Err(TestCaseError::fail("it is always the same"));
        };
        prop_assert_eq!(whom.is_some(), pieces.iter().any(|piece| piece.len() > 1 && piece.starts_with('@')));
        prop_assert!(reason.is_none_or(|reason| !reason.text.trim().is_empty()));
    }
}

#[test]
fn what_somebody_reports_names_whom_and_why() {
    let report = |whom, reason| Wish::Report { whom, reason };
    let threat = because("amenaza a todos", Some(Category::Threat), None);
    for text in [
        "!reportar @mzxw6ytbojtg633c amenaza a todos",
        "!reporto a @mzxw6ytbojtg633c: amenaza a todos",
        "!denunciar a @mzxw6ytbojtg633c, por amenaza a todos",
    ] {
        assert_eq!(wish(text), report(somebody(), threat.clone()), "{text:?}");
    }
    assert_eq!(wish("!reportar amenaza a todos"), report(None, threat));
    assert_eq!(wish("!report"), report(None, None));
    let reason = because("hablamos", None, None);
    let resolve = |report, reason| Wish::Resolve { report, reason };
    assert_eq!(
        wish("!resuelto 3 hablamos"),
        resolve(Some(3), reason.clone())
    );
    assert_eq!(wish("!resolved hablamos"), resolve(None, reason));
}

#[test]
fn an_appeal_has_words() {
    let appeal = |case, text: Option<&str>| Wish::Appeal {
        case,
        text: text.map(str::to_owned),
    };
    assert_eq!(
        wish("!apelar 3 no fue así"),
        appeal(Some(3), Some("no fue así"))
    );
    assert_eq!(wish("!apelo: no fue así"), appeal(None, Some("no fue así")));
    assert_eq!(wish("!appeal 3"), appeal(Some(3), None));
}
