use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::arbitrary::{config, letters, rich, words};
use super::*;

fn ana() -> MemberId {
    "a".repeat(16).parse().unwrap()
}

fn paragraph(spans: impl Into<Vec<Span>>) -> Block {
    Block::Paragraph(spans.into())
}

fn one(spans: impl Into<Vec<Span>>) -> Rich {
    Rich::new(vec![paragraph(spans)])
}

fn bold(text: &str) -> Span {
    Span::marked(Mark::Bold, text)
}

#[test]
fn what_reads_the_same_is_the_same() {
    let text = Span::text;
    for (written, tidy) in [
        (vec![text("ho"), text("la")], vec![text("hola")]),
        (
            vec![bold(" a "), text("b")],
            vec![text(" "), bold("a"), text(" b")],
        ),
        (vec![bold("a"), bold("b")], vec![bold("ab")]),
        (
            vec![bold("a"), text(" "), bold("b")],
            vec![bold("a"), text(" "), bold("b")],
        ),
        (vec![bold("a\nb")], vec![bold("a"), Span::Break, bold("b")]),
        (
            vec![Span::Marked(Mark::Bold, vec![bold("a")])],
            vec![bold("a")],
        ),
        (
            vec![Span::Code(" x\ny ".to_owned())],
            vec![text(" "), Span::Code("x y".to_owned())],
        ),
        (
            vec![bold(""), text("\0a\r\nb")],
            vec![text("a"), Span::Break, text("b")],
        ),
        (
            vec![Span::Link {
                href: "javascript:x".to_owned(),
                label: vec![bold("a")],
            }],
            vec![bold("a")],
        ),
        (
            vec![Span::Link {
                href: "https://a.example".to_owned(),
                label: vec![],
            }],
            vec![Span::Link {
                href: "https://a.example".to_owned(),
                label: vec![text("https://a.example")],
            }],
        ),
        (
            vec![
                Span::Marked(Mark::Italic, vec![text("a"), bold("b")]),
                Span::marked(Mark::Italic, "c"),
            ],
            vec![Span::Marked(
                Mark::Italic,
                vec![text("a"), bold("b"), text("c")],
            )],
        ),
    ] {
        assert_eq!(
            one(written.clone()).blocks(),
            [paragraph(tidy)],
            "{written:?}"
        );
    }
    assert!(one([bold("  "), Span::Break]).is_empty());
}

#[test]
fn blank_lines_are_paragraphs_and_stay() {
    let text = "a\n\nb\nc\n\n\n\nd";
    let rich = Rich::literal(&format!("\n\n{text}\n"));
    assert_eq!(rich.blocks().len(), 3);
    assert_eq!(rich.plain(), text);
    assert!(rich.is_plain());
}

#[test]
fn addresses_are_links_and_plain() {
    let rich = Rich::literal("mirá https://example.org/_a_, ¿sí?");
    assert!(rich.is_plain());
    assert_eq!(rich.plain(), "mirá https://example.org/_a_, ¿sí?");
    let labelled = one([Span::Link {
        href: "https://example.org/".to_owned(),
        label: vec![Span::text("acá")],
    }]);
    assert!(!labelled.is_plain());
    assert_eq!(labelled.plain(), "acá (https://example.org/)");
}

#[test]
fn it_is_readable_without_format() {
    let item = |text: &str| vec![paragraph([Span::text(text)])];
    let rich = Rich::new(vec![
        paragraph([
            bold("Acta"),
            Span::text(" de "),
            Span::Mention {
                person: ana(),
                name: "Ana".to_owned(),
            },
        ]),
        Block::Quote(vec![
            paragraph([Span::text("uno\ndos")]),
            paragraph([Span::text("tres")]),
        ]),
        Block::List {
            start: Some(9),
            items: vec![
                item("agua\nluz"),
                vec![
                    paragraph([Span::text("más")]),
                    Block::List {
                        start: None,
                        items: vec![item("x")],
                    },
                ],
            ],
        },
        Block::Code {
            language: None,
            text: "a\n  b".to_owned(),
        },
    ]);
    assert_eq!(
        rich.plain(),
        "Acta de @Ana\n> uno\n> dos\n>\n> tres\n9. agua\n  luz\n10. más\n  - x\na\n  b"
    );
    assert_eq!(rich.mentions(), [&ana()]);
    assert!(!rich.mentions_room());
}

#[test]
fn the_room_is_spoken_to_where_that_was_meant() {
    let rich = Rich::literal("hola @room, a@room.example @roomba").speaking_to_the_room();
    assert!(rich.mentions_room());
    assert_eq!(
        rich.blocks(),
        [paragraph([
            Span::text("hola "),
            Span::Room,
            Span::text(", a@room.example @roomba")
        ])]
    );
}

#[test]
fn nothing_escapes_a_change_behind_marks() {
    let number = "12025550123";
    let scrub = &mut |text: &str| text.replace(number, "•••");
    let link = |href: &str, label: &str| Span::Link {
        href: href.to_owned(),
        label: vec![Span::text(label)],
    };
    for (spans, plain) in [
        (vec![Span::text("llamá al 12025550123")], "llamá al •••"),
        (vec![Span::text("a 1202555"), bold("0123")], "a •••"),
        (
            vec![bold("a"), link("https://x.example/12025550123", "b")],
            "ab",
        ),
        (vec![link("https://x.example/%31%32025550123", "b")], "b"),
        (
            vec![link("https://x.example/", "12025550123")],
            "••• (https://x.example/)",
        ),
        (vec![Span::Code(number.to_owned())], "•••"),
    ] {
        assert_eq!(one(spans).map_text(scrub).plain(), plain);
    }
}

#[test]
fn a_long_message_is_cut_where_it_hurts_least() {
    let length = |rich: &Rich| rich.plain().trim_end().chars().count();
    let pieces = |text: &str, limit: usize| -> Vec<String> {
        let pieces = Rich::literal(text).split(limit, &length);
        pieces
            .iter()
            .map(|piece| piece.plain().trim_end().to_owned())
            .collect()
    };
    assert_eq!(pieces("uno dos", 20), ["uno dos"]);
    assert_eq!(pieces("uno dos\n\ntres", 10), ["uno dos", "tres"]);
    assert_eq!(
        pieces("Uno dos. Tres cuatro", 14),
        ["Uno dos.", "Tres cuatro"]
    );
    assert_eq!(pieces("uno dos tres", 9), ["uno dos", "tres"]);
    assert_eq!(pieces("unodostres", 4), ["unod", "ostr", "es"]);
    assert_eq!(pieces("👩‍👩‍👧👩‍👩‍👧", 6), ["👩‍👩‍👧", "👩‍👩‍👧"]);
    assert_eq!(
        pieces("ver https://example.org/a", 24),
        ["ver", "https://example.org/a"]
    );
}

#[test]
fn format_goes_on_in_the_next_piece() {
    let item = |text: &str| vec![paragraph([bold(text)])];
    let rich = Rich::new(vec![Block::List {
        start: Some(1),
        items: vec![item("uno dos"), item("tres")],
    }]);
    let pieces = rich.split(6, &|rich| rich.plain().trim_end().chars().count());
    let plain: Vec<String> = pieces.iter().map(Rich::plain).collect();
    assert_eq!(plain, ["1. uno", "dos", "2. tre", "s"]);
    assert_eq!(pieces[1], one([bold("dos")]));
}

#[test]
fn deep_things_are_laid_flat() {
    let mut block = paragraph([Span::text("x")]);
    for _ in 0..100 {
        block = Block::Quote(vec![block]);
    }
    assert_eq!(
        Rich::new(vec![block]).plain(),
        format!("{}x", "> ".repeat(DEEPEST))
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn tidy_is_tidy(rich in rich()) {
        prop_assert_eq!(Rich::new(rich.clone().into_blocks()), rich);
    }

    #[test]
    fn words_stay_words(text in words()) {
        let rich = Rich::literal(&text);
        prop_assert!(rich.is_plain());
        prop_assert_eq!(Rich::literal(&rich.plain()), rich);
    }

    #[test]
    fn a_change_that_changes_nothing_changes_nothing(rich in rich()) {
        prop_assert_eq!(rich.clone().map_text(&mut str::to_owned), rich);
    }

    #[test]
    fn nothing_is_left_to_change(rich in rich()) {
        let change = |text: &str| text.replace(|c: char| c.is_ascii_digit() || c == 'a', "•");
        let mapped = rich.map_text(&mut |text| change(text));
        prop_assert_eq!(change(&mapped.plain()), mapped.plain());
    }

    #[test]
    fn pieces_are_short_and_make_the_whole(rich in rich(), limit in 1_usize..140) {
        let length = |rich: &Rich| rich.plain().chars().count();
        let pieces = rich.clone().split(limit, &length);
        prop_assert_eq!(pieces.iter().map(letters).collect::<String>(), letters(&rich));
        for piece in &pieces {
            // With less, a single letter may be too long for what quotes and lists put before it.
            prop_assert!(length(piece) <= limit || limit < 80, "{piece:?}");
        }
    }
}

#[test]
fn a_huge_text_takes_no_huge_time() {
    let length = |rich: &Rich| rich.plain().chars().count();
    for text in [
        "a".repeat(60_000),
        "a b. ".repeat(12_000),
        "a\n\n".repeat(20_000),
        "\u{303}".repeat(30_000),
        "https://example.org/a ".repeat(3_000),
    ] {
        let start = Instant::now();
        let rich = Rich::literal(&text).map_text(&mut str::to_owned);
        let pieces = rich.split(1_000, &length);
        let took = start.elapsed();
        let begin: String = text.chars().take(12).collect();
        assert!(took < Duration::from_secs(20), "{begin:?} took {took:?}");
        assert!(
            pieces.len() < 200,
            "{begin:?} became {} pieces",
            pieces.len()
        );
    }
}
