//! Formatted text of any kind, for property tests; those of the adapters include this file too.

use proptest::prelude::*;

use super::{Block, Mark, Rich, Span};

/// How many cases are tried, 256 if `PROPTEST_CASES` doesn't say. Failures are not written into files: they would lie in
/// `src/`, where every folder is a crate.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Words, with signs that mean something on one network or the other, letters that must not be cut, and what is not seen.
pub(crate) fn words() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "*",
        "_",
        "~",
        "`",
        "```",
        "> ",
        "- ",
        "* ",
        "1. ",
        "2. ",
        ": ",
        "@",
        "@room",
        "@200000000000001",
        "│",
        "<",
        ">",
        "&",
        "&amp;",
        "<b>",
        "</b>",
        "\"",
        "'",
        "/",
        "#",
        "(",
        ")",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\u{2028}",
        "\t",
        "\0",
        "\u{200b}",
        "\u{202e}",
        "\u{2060}",
        "https://example.org/_a_",
        "javascript:x",
        "👩‍👩‍👧",
        "👍🏽",
        "🇵🇾",
        "n\u{303}",
        "ñ",
        "．",
        "∗",
        "Hola. ",
        "¿Qué tal? ",
    ]);
    let part = prop_oneof![
        4 => "[a-zA-ZáéñüЖ中0-9]{1,8}".prop_map(String::from),
        2 => Just(" ".to_owned()),
        3 => sign.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// A span, with others in it up to some depth.
pub(crate) fn span() -> impl Strategy<Value = Span> {
    let href = prop::sample::select(vec![
        "https://example.org/a?b=1&c=\"x\"",
        "mailto:a@example.org",
        "http://example.org/_x_*y*",
        "javascript:alert(1)",
        "https://example.org/a b\u{202e}",
    ]);
    let leaf = prop_oneof![
        6 => words().prop_map(Span::Text),
        1 => words().prop_map(Span::Code),
        1 => prop::sample::select(vec![("a", "Ana"), ("b", "Beto")]).prop_map(|(letter, name)| Span::Mention {
            person: letter.repeat(16).parse().unwrap(),
            name: name.to_owned(),
        }),
        1 => Just(Span::Room),
        1 => Just(Span::Break),
    ];
    leaf.prop_recursive(4, 16, 4, move |inner| {
        let inner = prop::collection::vec(inner, 0..4);
        prop_oneof![
            4 => (prop::sample::select(Mark::ALL.to_vec()), inner.clone()).prop_map(|(mark, inner)| Span::Marked(mark, inner)),
            1 => (href.clone(), inner).prop_map(|(href, label)| Span::Link { href: href.to_owned(), label }),
        ]
    })
}

/// Formatted text of any kind.
pub(crate) fn rich() -> impl Strategy<Value = Rich> {
    let language = prop::option::of(prop::sample::select(vec!["rust", "c++", "\"><script>"]));
    let leaf = prop_oneof![
        5 => prop::collection::vec(span(), 0..5).prop_map(Block::Paragraph),
        1 => (language, words()).prop_map(|(language, text)| Block::Code {
            language: language.map(str::to_owned),
            text,
        }),
    ];
    let block = leaf.prop_recursive(3, 12, 3, |inner| {
        let blocks = prop::collection::vec(inner, 0..4);
        let items = prop::collection::vec(blocks.clone(), 0..4);
        prop_oneof![
            blocks.prop_map(Block::Quote),
            (prop::option::of(0_u32..12), items)
                .prop_map(|(start, items)| Block::List { start, items }),
        ]
    });
    prop::collection::vec(block, 0..5).prop_map(Rich::new)
}

/// What is said, letter by letter, without what may differ where it is laid out anew: blanks, and what lists and quotes
/// put before it.
pub(crate) fn letters(rich: &Rich) -> String {
    fn spans(of: &[Span], letters: &mut String) {
        for span in of {
            match span {
                Span::Text(text) | Span::Code(text) => letters.push_str(text),
                Span::Marked(_, inner) => spans(inner, letters),
                Span::Link { href, label } => {
                    let start = letters.len();
                    spans(label, letters);
                    if letters[start..] != **href {
                        *letters += &format!("({href})");
                    }
                }
                Span::Mention { name, .. } => letters.push_str(name),
                Span::Room => letters.push_str("@room"),
                Span::Break => {}
            }
        }
    }
    fn blocks(of: &[Block], letters: &mut String) {
        for block in of {
            match block {
                Block::Paragraph(inner) => spans(inner, letters),
                Block::Quote(inner) => blocks(inner, letters),
                Block::List { items, .. } => items.iter().for_each(|item| blocks(item, letters)),
                Block::Code { text, .. } => letters.push_str(text),
            }
        }
    }
    let mut letters = String::new();
    blocks(rich.blocks(), &mut letters);
    letters.retain(|c| !c.is_whitespace());
    letters
}
