use std::time::{Duration, Instant};

use civic::rich::{Block, Mark, Rich, Span};
use proptest::prelude::*;

use super::*;

#[path = "../../civic/rich/arbitrary.rs"]
mod arbitrary;
use arbitrary::{config, letters, rich, words};

const HOSTILE: &str = include_str!("../../../tests/hostile/lines.txt");

fn member(letter: &str) -> MemberId {
    letter.repeat(16).parse().unwrap()
}

fn at_name(_: &MemberId, name: &str) -> String {
    format!("@{name}")
}

fn known(digits: &str) -> Option<(MemberId, String)> {
    (digits == "200000000000001").then(|| (member("a"), "Ana".to_owned()))
}

fn written(rich: &Rich) -> String {
    write(rich, &at_name)
}

fn understood(text: &str) -> Rich {
    read(text, &known)
}

/// Formatted text in a short form: `b(bold)`, `i(italic)`, `s(struck)`, `c(code)`, `<link>`, `[mention]`.
fn shown(rich: &Rich) -> String {
    fn spans(of: &[Span]) -> String {
        of.iter()
            .map(|span| match span {
                Span::Text(text) => text.clone(),
                Span::Marked(Mark::Bold, inner) => format!("b({})", spans(inner)),
                Span::Marked(Mark::Italic, inner) => format!("i({})", spans(inner)),
                Span::Marked(Mark::Strike, inner) => format!("s({})", spans(inner)),
                Span::Code(code) => format!("c({code})"),
                Span::Link { href, .. } => format!("<{href}>"),
                Span::Mention { name, .. } => format!("[{name}]"),
                Span::Room => "[room]".to_owned(),
                Span::Break => "/".to_owned(),
            })
            .collect()
    }
    fn blocks(of: &[Block]) -> String {
        let all: Vec<String> = of
            .iter()
            .map(|block| match block {
                Block::Paragraph(inner) => spans(inner),
                Block::Quote(inner) => format!("q({})", blocks(inner)),
                Block::List { start, items } => {
                    let items: Vec<String> = items.iter().map(|item| blocks(item)).collect();
                    let start = start.map(|start| start.to_string()).unwrap_or_default();
                    format!("l{start}({})", items.join("; "))
                }
                Block::Code { text, .. } => format!("code({})", text.replace('\n', "/")),
            })
            .collect();
        all.join(" ¶ ")
    }
    blocks(rich.blocks())
}

#[test]
fn marks_are_understood() {
    for (text, meant) in [
        ("hola", "hola"),
        ("*a*", "b(a)"),
        ("_a_ ~b~ `c`", "i(a) s(b) c(c)"),
        ("¡*hola a todas*!", "¡b(hola a todas)!"),
        ("*_~a~_*", "b(i(s(a)))"),
        ("_a *b* c_", "i(a b(b) c)"),
        ("*a _b* c_", "b(a _b) c_"),
        ("2*3*4", "2*3*4"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a*b*", "a*b*"),
        ("*a*b", "*a*b"),
        ("*a", "*a"),
        ("*a\nb*", "*a/b*"),
        ("**a**", "**a**"),
        ("* *", "l(*)"),
        ("snake_case_name", "snake_case_name"),
        ("`*a*`", "c(*a*)"),
        ("`a` b`", "c(a) b`"),
        ("a ```b``` c", "a c(b) c"),
        ("```a```", "code(a)"),
        ("a\n```b\n*c*```\nd", "a ¶ code(b/*c*) ¶ d"),
        ("```a", "```a"),
        ("``````", "``````"),
        ("> a\n> *b*\nc", "q(a/b(b)) ¶ c"),
        (">a", ">a"),
        ("- a\n- *b*\n* c", "l(a; b(b); c)"),
        ("1. a\n2. b", "l1(a; b)"),
        ("1. a\n5. b", "l1(a) ¶ l5(b)"),
        ("3.5. a", "3.5. a"),
        ("01. a", "01. a"),
        ("- ", "-"),
        ("> - a", "q(l(a))"),
        (
            "https://example.org/_a_/b _b_",
            "<https://example.org/_a_/b> i(b)",
        ),
        ("*https://example.org*", "b(<https://example.org>)"),
        ("hola @200000000000001!", "hola [Ana]!"),
        ("*@200000000000001*", "b([Ana])"),
        ("@200000000000009 @ a@b", "@200000000000009 @ a@b"),
        ("a\r\n\r\nb", "a ¶ b"),
    ] {
        assert_eq!(shown(&understood(text)), meant, "{text:?}");
    }
}

#[test]
fn what_is_formatted_is_written_with_marks() {
    let text = Span::text;
    let bold = |text: &str| Span::marked(Mark::Bold, text);
    let italic = |text: &str| Span::marked(Mark::Italic, text);
    let link = |href: &str, label: &str| Span::Link {
        href: href.to_owned(),
        label: vec![Span::text(label)],
    };
    for (spans, expected) in [
        (vec![bold("a"), text(" y "), italic("b")], "*a* y _b_"),
        (
            vec![Span::Marked(Mark::Strike, vec![bold("a"), text(" b")])],
            "~*a* b~",
        ),
        (vec![bold("a\nb")], "*a*\n*b*"),
        (vec![bold("a"), text("bc")], "abc"),
        (vec![text("¡"), bold("a"), text("!")], "¡*a*!"),
        (vec![bold("a"), italic("b")], "ab"),
        (vec![bold("2*3")], "*2∗3*"),
        (vec![bold("a"), text(" 2*3 *b")], "*a* 2*3 ∗b"),
        (vec![Span::Code("a`b*c*".to_owned())], "`a‘b*c*`"),
        (
            vec![link("https://example.org/_a_", "acta")],
            "acta (https://example.org/_a_)",
        ),
        (
            vec![link("https://example.org/", "https://example.org")],
            "https://example.org/",
        ),
        (
            vec![link("mailto:a@example.org", "a@example.org")],
            "a@example.org",
        ),
        (
            vec![link("https://a.example", "https://a.example"), text("b")],
            "https://a.example b",
        ),
        (
            vec![
                Span::Mention {
                    person: member("a"),
                    name: "Ana".to_owned(),
                },
                text(" y "),
                Span::Room,
            ],
            "@Ana y @room",
        ),
    ] {
        let rich = Rich::new(vec![Block::Paragraph(spans)]);
        assert_eq!(written(&rich), expected);
    }
    let item = |text: &str| vec![Block::Paragraph(vec![Span::text(text)])];
    let blocks = Rich::new(vec![
        Block::Quote(item("a")),
        Block::List {
            start: Some(2),
            items: vec![item("b"), item("- c")],
        },
        Block::Code {
            language: Some("rust".to_owned()),
            text: "```\nd".to_owned(),
        },
    ]);
    assert_eq!(written(&blocks), "> a\n2. b\n3. -\u{a0}c\n```‘‘‘\nd```");
}

#[test]
fn signs_in_words_mark_nothing_and_are_left_alone_where_they_would_not() {
    for (words, expected) in [
        ("*a*", "∗a∗"),
        ("_a_ ~b~ `c`", "＿a＿ ∼b∼ ‘c‘"),
        ("**a**", "∗∗a∗∗"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("2*3*4", "2*3*4"),
        ("snake_case_name", "snake_case_name"),
        ("a* b*", "a* b*"),
        ("*a", "*a"),
        ("*a\nb*", "*a\nb*"),
        ("```a```", "‘‘‘a‘‘‘"),
        ("> a", "› a"),
        ("- a", "-\u{a0}a"),
        ("1. a", "1.\u{a0}a"),
        ("1.5 litros", "1.5 litros"),
        (
            "https://example.org/_a_/*b*/c",
            "https://example.org/_a_/*b*/c",
        ),
        ("~ 5", "~ 5"),
    ] {
        assert_eq!(written(&Rich::literal(words)), expected, "{words}");
    }
}

#[test]
fn the_name_stands_before_the_text() {
    let said = |rich: &Rich| relayed("Ana", rich, &at_name);
    assert_eq!(
        said(&Rich::literal("hola\n¿qué tal?")),
        "*Ana*: hola\n¿qué tal?"
    );
    assert_eq!(said(&understood("> a\n\nb")), "*Ana*:\n> a\nb");
    assert_eq!(said(&understood("- a")), "*Ana*:\n- a");
    assert_eq!(
        said(&understood("hola\n*importante*")),
        "*Ana*: hola\n*importante*"
    );
    assert_eq!(
        relayed("A*n\na", &Rich::literal("x"), &at_name),
        "*A∗n a*: x"
    );
}

/// The hostile lines, without comments, their escapes read.
fn hostile() -> Vec<String> {
    let unescaped = |line: &str| {
        let mut rest = line;
        let mut text = String::new();
        while let Some((before, after)) = rest.split_once("\\u{") {
            let (code, then) = after.split_once('}').expect("an escape ends with }");
            text.push_str(before);
            text.extend(char::from_u32(
                u32::from_str_radix(code, 16).expect("an escape is hex"),
            ));
            rest = then;
        }
        text + rest
    };
    let lines = HOSTILE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.map(unescaped).collect()
}

/// Whether each line but the first either bears our sign or is none that was imitated.
fn is_marked(text: &str) -> bool {
    let begins_bold = |line: &str| {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || "_~`>-123. ".contains(c));
        // The colon of an address makes nobody's name.
        let mut colons = line.match_indices(':');
        line.starts_with('*') && colons.any(|(at, _)| !line[at + 1..].starts_with("//"))
    };
    !text
        .split(civic::rich::is_line_end)
        .skip(1)
        .any(begins_bold)
}

#[test]
fn no_line_passes_for_another_persons() {
    let lines = hostile();
    assert!(lines.len() > 20);
    for line in lines {
        for end in ["\n", "\r", "\r\n", "\u{2028}", "\u{85}", "\n\n"] {
            let text = format!("hola{end}{line}");
            for rich in [understood(&text), Rich::literal(&text)] {
                let seen = relayed("Ana", &rich, &at_name);
                assert!(seen.starts_with("*Ana*: hola\n"), "{seen:?}");
                assert!(seen.contains('│'), "{text:?} is seen as {seen:?}");
                assert!(is_marked(&seen), "{text:?} is seen as {seen:?}");
            }
        }
        let alone = relayed("Ana", &understood(&line), &at_name);
        assert!(
            alone.starts_with("*Ana*:") && alone.contains('│'),
            "{alone:?}"
        );
        let far = format!("hola{}{line}", " \u{a0}\u{3000}\t".repeat(20));
        let seen = relayed("Ana", &understood(&far), &at_name);
        // In the middle of a line no block begins, so that only what is bold there counts.
        let counts = line
            .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '*')
            .starts_with('*');
        assert!(!counts || seen.contains('│'), "{far:?} is seen as {seen:?}");
    }
}

#[test]
fn a_huge_text_takes_no_huge_time() {
    let many = 30_000;
    for text in [
        "*_~".repeat(many),
        "*a _b ~c ".repeat(many),
        "`".repeat(many),
        "` ".repeat(many),
        "`a ".repeat(many),
        "```a".repeat(many),
        "``` ".repeat(many),
        "> ".repeat(many),
        "> a\n> > ".repeat(many),
        "- \n- a\n".repeat(many),
        "1. a\n".repeat(many),
        "@2".repeat(many),
        "@200000000000001".repeat(many),
        "http://".repeat(many),
        "http://(((".repeat(many),
        "https://a.b) ".repeat(many),
        "\u{202e}".repeat(many),
        "*a*:\n".repeat(many),
        " \u{200b}".repeat(many),
        "\n".repeat(many),
    ] {
        let start = Instant::now();
        let rich = understood(&text);
        relayed("Ana", &rich, &at_name);
        relayed("Ana", &Rich::literal(&text), &at_name);
        let took = start.elapsed();
        let begin: String = text.chars().take(12).collect();
        // Milliseconds where it grows with the text, minutes where it grows with its square.
        assert!(took < Duration::from_secs(20), "{begin:?} took {took:?}");
    }
}

/// The letters with look-alikes as what they look like.
fn compared(rich: &Rich) -> String {
    let signs = ['*', '_', '~', '`', '>'];
    letters(rich)
        .chars()
        .map(|c| {
            signs
                .into_iter()
                .find(|sign| line::look_alike(*sign) == c)
                .unwrap_or(c)
        })
        .collect()
}

/// Formatted text that WhatsApp can say: marks at the edges of words, flat lists, no labels, no languages.
fn sayable() -> impl Strategy<Value = Rich> {
    let word = || "[a-zA-Zñáé0-9]{1,6}( [a-zñ]{1,4}){0,2}";
    let marked =
        (prop::sample::subsequence(Mark::ALL.to_vec(), 0..4), word()).prop_map(|(marks, word)| {
            marks.into_iter().fold(Span::Text(word), |span, mark| {
                Span::Marked(mark, vec![span])
            })
        });
    let span = prop_oneof![
        5 => marked,
        1 => word().prop_map(Span::Code),
        1 => Just(Span::text("https://example.org/_a_*b*c")),
        1 => Just(Span::text("2 * 3 * 4 a_b_c ~ 5")),
        1 => Just(Span::Mention { person: member("a"), name: "Ana".to_owned() }),
    ];
    let line = prop::collection::vec(span, 1..5).prop_map(|spans| {
        let spaced = spans.into_iter().flat_map(|span| [Span::text(" "), span]);
        spaced.skip(1).collect::<Vec<_>>()
    });
    let paragraph = || {
        prop::collection::vec(line.clone(), 1..3)
            .prop_map(|lines| Block::Paragraph(lines.join(&Span::Break)))
    };
    let items = prop::collection::vec(
        line.clone().prop_map(|line| vec![Block::Paragraph(line)]),
        1..4,
    );
    let block = prop_oneof![
        3 => paragraph(),
        1 => prop::collection::vec(paragraph(), 1..3).prop_map(Block::Quote),
        1 => (prop::option::of(0_u32..12), items).prop_map(|(start, items)| Block::List { start, items }),
        1 => "[a-z*_~> ]{0,9}[a-z]\n?[a-z*`]{0,3}[a-z]".prop_map(|text| Block::Code { language: None, text }),
    ];
    prop::collection::vec(block, 0..5).prop_map(Rich::new)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_whatsapp_can_say_comes_back(rich in sayable()) {
        let text = write(&rich, &|_, _| "@200000000000001".to_owned());
        prop_assert_eq!(understood(&text), rich, "{}", text);
    }

    #[test]
    fn words_are_words_again(text in words()) {
        let literal = Rich::literal(&text);
        let back = read(&written(&literal), &|_| None);
        prop_assert_eq!(compared(&back), compared(&literal));
        prop_assert!(back.is_plain(), "{:?}", back);
    }

    #[test]
    fn nothing_said_is_lost(text in words()) {
        let signs = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let heard = read(&text, &|_| None);
        prop_assert_eq!(signs(&heard.plain()), signs(&text));
    }

    #[test]
    fn anything_can_be_read(text in any::<String>()) {
        let rich = understood(&text);
        relayed("Ana", &rich, &at_name);
    }

    #[test]
    fn anything_can_be_written(rich in rich()) {
        let alphanumeric = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let text = written(&rich);
        prop_assert_eq!(alphanumeric(&text), alphanumeric(&rich.plain()));
        prop_assert!(is_marked(&relayed("Ana", &rich, &at_name)));
    }

    #[test]
    fn what_is_relayed_on_stays_as_it_is(text in words()) {
        let once = written(&understood(&text));
        let twice = written(&understood(&once));
        prop_assert_eq!(compared(&understood(&once)), compared(&understood(&twice)));
    }
}
