use civic::Hearing;

use super::*;
use crate::hear;

fn wish(text: &str) -> Wish {
    match hear::hear(text) {
        Hearing::Command(Command::Moderate(wish), _) => wish,
        other => panic!("{text:?} was heard as {other:?}"),
    }
}

#[test]
fn a_vote_is_yes_or_no_with_its_number_before_or_after() {
    let vote = |vote, yes| Wish::Vote { vote, yes };
    for (text, expected) in [
        ("!voto sí 3", vote(Some(3), true)),
        ("!voto 3 sí", vote(Some(3), true)),
        ("!VOTO SI", vote(None, true)),
        ("!voto no", vote(None, false)),
        ("!voto no, la 3", vote(Some(3), false)),
        ("!voto que sí en la votación 3.", vote(Some(3), true)),
        ("!voto a favor en la 3", vote(Some(3), true)),
        ("!votar en contra", vote(None, false)),
        ("!vote yes 3", vote(Some(3), true)),
        ("!vote #3 against", vote(Some(3), false)),
        ("!voto no por favor", vote(None, false)),
        ("!voto no, por favor", vote(None, false)),
        ("!voto por favor, no: la 3", vote(Some(3), false)),
        ("!voto sí por favor", vote(None, true)),
        ("!voto sí, gracias", vote(None, true)),
        ("!voto a favor, por favor", vote(None, true)),
        ("!voto en contra, gracias", vote(None, false)),
        ("!voto no gracias 3", vote(Some(3), false)),
        ("!voto claro que no", vote(None, false)),
        ("!voto por supuesto que sí", vote(None, true)),
        ("!voto sí, sí", vote(None, true)),
        ("!voto no, no", vote(None, false)),
        ("!voto sí, a favor", vote(None, true)),
        ("!voto 3: no", vote(Some(3), false)),
        ("!voto por el no", vote(None, false)),
        ("!vote yes please", vote(None, true)),
        ("!vote no thanks", vote(None, false)),
        ("!vote no, thank you", vote(None, false)),
        ("!vote in favour of 3", vote(Some(3), true)),
    ] {
        assert_eq!(wish(text), expected, "{text:?}");
    }
    for text in [
        "!voto",
        "!voto 3",
        "!voto sí no",
        "!voto sí 3 4",
        "!voto por el agua",
        "!voto por favor",
        "!voto favor",
        "!voto no a favor",
        "!voto no en contra",
        "!voto no estoy a favor",
        "!voto no sé",
        "!voto ni sí ni no",
        "!voto gracias",
    ] {
        let heard = hear::hear(text);
        assert!(
            matches!(&heard, Hearing::Almost { nearest, .. } if nearest == "!voto sí 3"),
            "{text:?}: {heard:?}"
        );
    }
}

#[test]
fn a_ruling_is_one_of_two() {
    let judge = |case, reverse| Wish::Judge { case, reverse };
    for (text, expected) in [
        ("!fallo 3 termina", judge(Some(3), true)),
        ("!fallo AGUA 3 sigue", judge(Some(3), false)),
        ("!fallo: que el caso 3 siga, sigue", judge(Some(3), false)),
        ("!fallo termina", judge(None, true)),
        ("!fallo 3 que termine", judge(Some(3), true)),
        ("!fallo agua 3 que siga", judge(Some(3), false)),
        ("!ruling AGUA 3 stands", judge(Some(3), false)),
        ("!ruling 3 ends", judge(Some(3), true)),
    ] {
        assert_eq!(wish(text), expected, "{text:?}");
    }
    for text in [
        "!fallo 3",
        "!fallo 3 termina sigue",
        "!fallo 3 no termina",
        "!fallo 3 no sigue",
        "!ruling 3 does not end",
    ] {
        let heard = hear::hear(text);
        assert!(
            matches!(heard, Hearing::Almost { .. }),
            "{text:?}: {heard:?}"
        );
    }
}
