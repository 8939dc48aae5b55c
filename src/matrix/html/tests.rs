use std::time::{Duration, Instant};

use civic::MemberId;
use civic::rich::{Block, Mark, Rich, Span};
use proptest::prelude::*;
use ruma::{OwnedUserId, UserId, user_id};

use super::*;

#[path = "../../civic/rich/arbitrary.rs"]
mod arbitrary;
use arbitrary::{config, letters, rich, words};

const HOSTILE: &str = include_str!("../../../tests/hostile/html.txt");

fn member(letter: &str) -> MemberId {
    letter.repeat(16).parse().unwrap()
}

/// Ana and Beto are known, as ghosts; nobody else.
fn known(user: &UserId) -> Option<(MemberId, String)> {
    let people = [("a", "Ana"), ("b", "Beto")];
    people
        .into_iter()
        .find(|(letter, _)| ghost(&member(letter)).as_deref() == Some(user))
        .map(|(letter, name)| (member(letter), name.to_owned()))
}

fn ghost(person: &MemberId) -> Option<OwnedUserId> {
    UserId::parse(format!("@_aty_{}:example.org", person.as_str())).ok()
}

fn understood(html: &str) -> Rich {
    read(html, &known)
}

fn html(rich: &Rich) -> String {
    let written = write(rich, &ghost);
    written.formatted.unwrap_or_else(|| {
        // A plain body as HTML, for what it would be there.
        let body = written.body.replace('&', "&amp;").replace('<', "&lt;");
        body.replace('\n', "<br>")
    })
}

/// As HTML again, in the one way that we write it.
fn same(html: &str) -> String {
    write(&understood(html), &ghost)
        .formatted
        .unwrap_or_else(|| format!("plain: {}", understood(html).plain()))
}

#[test]
fn what_clients_write_is_understood() {
    for (html, meant) in [
        ("hola", "plain: hola"),
        (
            "<strong>a</strong> <em>b</em> <del>c</del> <code>d</code>",
            "<strong>a</strong> <em>b</em> <del>c</del> <code>d</code>",
        ),
        ("<b>a <i>b</b> c</i>", "<strong>a <em>b</em></strong> c"),
        ("<p>a</p>\n<p>b<br />\nc</p>\n", "plain: a\n\nb\nc"),
        ("<div>a</div><div>b</div>", "plain: a\n\nb"),
        ("  a \n  b  ", "plain: a b"),
        ("<h1>T</h1>\n<p>a</p>", "<p><strong>T</strong></p><p>a</p>"),
        (
            "<blockquote>\n<p>a</p>\n<blockquote>b</blockquote></blockquote>c",
            "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><p>c</p>",
        ),
        (
            "<ul>\n<li>a</li>\n<li><p>b</p><ul><li>c</ul></ul>",
            "<ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul>",
        ),
        (
            "<ol start=\"3\"><li>a<li>b</ol>",
            "<ol start=\"3\"><li>a</li><li>b</li></ol>",
        ),
        ("<ol start=\"-3\"><li>a</ol>", "<ol><li>a</li></ol>"),
        (
            "<pre><code class=\"language-rust\">a\n  b &lt;c&gt;\n</code></pre>",
            "<pre><code class=\"language-rust\">a\n  b &lt;c&gt;</code></pre>",
        ),
        (
            "<pre>a<br>b<b>c</b></pre>d",
            "<pre><code>a\nbc</code></pre><p>d</p>",
        ),
        (
            "<a href=\"https://example.org/?a=1&amp;b=2\">x <b>y</b></a>",
            "<a href=\"https://example.org/?a=1&amp;b=2\">x <strong>y</strong></a>",
        ),
        (
            "<a href=\"https://example.org\">https://example.org</a>",
            "plain: https://example.org",
        ),
        (
            "<a href=\"https://example.org/\">a<p>b</a>",
            "<p><a href=\"https://example.org/\">a</a></p><p><a href=\"https://example.org/\">b</a></p>",
        ),
        (
            "<a href=\"mailto:a@example.org\">a</a> <a href=\"/x\">b</a> <a>c</a>",
            "<a href=\"mailto:a@example.org\">a</a> b c",
        ),
        (
            "<mx-reply><blockquote>old</blockquote></mx-reply>new",
            "plain: new",
        ),
        (
            "<img src=\"mxc://x/y\" alt=\"un mapa\"> <img title=\":sol:\">",
            "plain: un mapa :sol:",
        ),
        (
            "ya <span data-mx-spoiler>fin</span> <span data-mx-spoiler=\"el final\">fin</span>",
            "plain: ya [spoiler] fin [spoiler: el final] fin",
        ),
        (
            "<span data-mx-maths=\"\\alpha\">α</span> <span data-mx-maths=\"\\beta\"></span>",
            "plain: α \\beta",
        ),
        ("<div data-mx-maths=\"x^2\"></div>", "plain: x^2"),
        ("a<hr>b", "plain: a\n\n———\n\nb"),
        (
            "<details><summary>Más</summary>texto</details>",
            "<p><strong>Más</strong></p><p>texto</p>",
        ),
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td></td><td><p>2</p></td></tr></tbody></table>",
            "<strong>a</strong> | <strong>b</strong><br>\u{a0}| 2",
        ),
        (
            "10<sup>6</sup> m<sup>2</sup> H<sub>2</sub>O x<sup>ab</sup>",
            "plain: 10⁶ m² H₂O x^ab",
        ),
        (
            "<u>a</u><font color=\"red\">b</font><made-up>c</made-up>",
            "plain: abc",
        ),
        (
            "<script>x</script><style>y</style><title>z</title>a",
            "plain: a",
        ),
        (
            "&lt;b&gt; &amp;lt; &nbsp;&aacute;&#x1F33B;",
            "plain: <b> &lt; \u{a0}á🌻",
        ),
        ("a<!-- b -->c", "plain: ac"),
        ("<code>a<br>b", "<code>a b</code>"),
        ("<p><code>a</p><p>b</p>", "<p><code>a</code></p><p>b</p>"),
        ("a<code> * </code>b", "a <code>*</code> b"),
    ] {
        assert_eq!(same(html), meant, "{html}");
    }
}

#[test]
fn mentions_are_of_people_we_know() {
    let ana = ghost(&member("a")).unwrap();
    let pill = |label: &str, user: &str| {
        format!("<a href=\"https://matrix.to/#/{user}\">{label}</a>: hola")
    };
    let rich = understood(&pill("Beto", ana.as_str()));
    assert_eq!(rich.plain(), "@Ana: hola", "the label is not believed");
    assert_eq!(rich.mentions(), [&member("a")]);
    let written = write(&rich, &ghost);
    assert_eq!(written.body, "@Ana: hola");
    assert_eq!(
        written.formatted.as_deref(),
        Some("<a href=\"https://matrix.to/#/@_aty_aaaaaaaaaaaaaaaa:example.org\">Ana</a>: hola")
    );
    assert_eq!((written.mentions, written.room), (vec![ana.clone()], false));
    let encoded = pill("x", "%40_aty_aaaaaaaaaaaaaaaa%3Aexample.org");
    assert_eq!(understood(&encoded).plain(), "@Ana: hola");
    let of_scheme = format!(
        "<a href=\"matrix:u/{}?action=chat\">x</a>",
        &ana.as_str()[1..]
    );
    assert_eq!(understood(&of_scheme).plain(), "@Ana");
    let stranger = user_id!("@mallory:example.org");
    assert_eq!(
        understood(&pill("Ana", stranger.as_str())),
        Rich::literal("Ana: hola")
    );
    assert_eq!(
        understood(&pill("", stranger.as_str())).plain(),
        "@mallory:example.org: hola"
    );
    let room = "<a href=\"https://matrix.to/#/#agua:example.org\">agua</a>";
    assert_eq!(
        understood(room).plain(),
        "agua (https://matrix.to/#/#agua:example.org)"
    );
    let unclosed = format!("<a href=\"https://matrix.to/#/{ana}\">{}", "x".repeat(300));
    assert_eq!(
        understood(&unclosed).plain(),
        format!("@Ana {}", "x".repeat(300))
    );
}

#[test]
fn who_cannot_be_mentioned_is_named() {
    let person = member("c");
    let name = "<Carla>".to_owned();
    let rich = Rich::new(vec![Block::Paragraph(vec![
        Span::Mention { person, name },
        Span::text(" y "),
        Span::Room,
    ])]);
    let written = write(&rich, &|_| None);
    assert_eq!(written.formatted.as_deref(), Some("@&lt;Carla&gt; y @room"));
    assert!(written.mentions.is_empty() && written.room);
}

#[test]
fn what_is_plain_needs_no_html() {
    let written = write(&Rich::literal("2 < 3 & *a*\n\nhttps://example.org"), &ghost);
    assert_eq!(written.body, "2 < 3 & *a*\n\nhttps://example.org");
    assert_eq!(written.formatted, None);
}

#[test]
fn blanks_that_count_are_seen() {
    let rich = Rich::new(vec![Block::Paragraph(vec![
        Span::marked(Mark::Bold, "a"),
        Span::text("  b\n  c"),
    ])]);
    assert_eq!(html(&rich), "<strong>a</strong> \u{a0}b<br>\u{a0}\u{a0}c");
}

/// Tags and attributes as they stand in what we write.
fn only_what_is_allowed(html: &str) -> bool {
    const ALLOWED: [&str; 12] = [
        "p",
        "blockquote",
        "ul",
        "ol",
        "li",
        "pre",
        "code",
        "strong",
        "em",
        "del",
        "a",
        "br",
    ];
    let tags = html
        .split('<')
        .skip(1)
        .map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    tags.into_iter().all(|tag| {
        let Some(tag) = tag else { return false };
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let harmless = match name {
            "a" => ["https:", "http:", "mailto:", "ftp:", "magnet:"]
                .iter()
                .any(|scheme| {
                    attributes
                        .to_ascii_lowercase()
                        .starts_with(&format!("href=\"{scheme}"))
                }),
            "ol" => {
                attributes.is_empty()
                    || attributes
                        .strip_prefix("start=\"")
                        .is_some_and(|start| start.trim_end_matches('"').parse::<u32>().is_ok())
            }
            "code" => attributes.is_empty() || attributes.starts_with("class=\"language-"),
            _ => attributes.is_empty(),
        };
        harmless
            && attributes.matches('"').count() <= 2
            && ALLOWED.contains(&name.trim_start_matches('/'))
    })
}

#[test]
fn nothing_harmful_comes_through() {
    let lines: Vec<&str> = HOSTILE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .collect();
    assert!(lines.len() > 25);
    for line in lines {
        let line = line
            .replace("\\u{202e}", "\u{202e}")
            .replace("\\u{0}", "\0")
            .replace("\\u{2028}", "\u{2028}")
            .replace("\\u{feff}", "\u{feff}");
        let written = html(&understood(&line));
        assert!(only_what_is_allowed(&written), "{line} becomes {written}");
        let lower = written.to_lowercase();
        assert!(
            !lower.contains("href=\"javascript") && !lower.contains("matrix.to/#/@mallory"),
            "{line} becomes {written}"
        );
        assert!(
            !written.contains("href=\"https://example.org/\u{202e}"),
            "{line} becomes {written}"
        );
        assert!(understood(&line).mentions().is_empty());
    }
}

#[test]
fn a_link_that_is_never_closed_costs_no_more_than_the_text() {
    let html = format!(
        "<a href=\"https://a.example/{}\">{}",
        "a".repeat(32_000),
        "<p>z".repeat(7_500)
    );
    let rich = read(&html, &|_| None);
    let mut linked = 0;
    for block in rich.blocks() {
        let Block::Paragraph(spans) = block else {
            continue;
        };
        for span in spans {
            if let Span::Link { href, .. } = span {
                linked += href.len();
            }
        }
    }
    assert!(linked <= 2 * html.len(), "{linked}");
    assert_eq!(rich.plain().matches('z').count(), 7_500, "no word is lost");
}

#[test]
fn a_huge_text_takes_no_huge_time() {
    // An event holds 65,536 bytes.
    let many = |part: &str| part.repeat(65_536 / part.len());
    let numbered = |make: fn(usize) -> String| (0..6_000).map(make).collect::<String>();
    for text in [
        many("<b>"),
        many("<b><i>"),
        many("</b>"),
        many("<p>"),
        many("<blockquote>"),
        many("<ul><li>"),
        many("<table><tr><td>"),
        many("<a href='https://a.b'>"),
        many("<a href='https://a.b'>x</a>"),
        many("<sup>a</sup>"),
        many("<mx-reply>"),
        many("<pre>"),
        many("<code>x"),
        many("<"),
        many("<!--"),
        many("&"),
        many("&am"),
        many("&#9"),
        many("http://"),
        many("a<br>"),
        many("<td>a"),
        numbered(|number| format!("<font color={number}>")) + &many("<p>x"),
        format!("<a {}>", numbered(|number| format!("a{number} "))),
        "<blockquote>".repeat(99) + &many("a<br>"),
    ] {
        let start = Instant::now();
        let rich = understood(&text);
        let written = html(&rich);
        let took = start.elapsed();
        let begin = &text[..text.len().min(24)];
        assert!(took < Duration::from_secs(20), "{begin} took {took:?}");
        assert!(
            written.len() < 20 * 65_536,
            "{begin} became {} bytes",
            written.len()
        );
    }
}

#[test]
fn text_deeper_than_we_look_is_kept() {
    let deep =
        "<b><blockquote>".repeat(5_000) + "hola" + &"</blockquote></b>".repeat(5_000) + " chau";
    assert_eq!(letters(&understood(&deep)), "holachau");
}

/// Without what HTML has no way to tell: blanks at the ends of lines, and how many there are.
fn blanks_aside(rich: &Rich) -> String {
    let mut seen = String::new();
    for c in format!("{rich:?}").chars() {
        let c = if c == '\u{a0}' { ' ' } else { c };
        if c != ' ' || !seen.ends_with(' ') {
            seen.push(c);
        }
    }
    seen.replace("\\u{a0}", " ")
        .replace("\\t", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("")
}

fn without_room(block: Block) -> Block {
    fn spans(of: Vec<Span>) -> Vec<Span> {
        of.into_iter()
            .map(|span| match span {
                Span::Room => Span::text("@room"),
                Span::Marked(mark, inner) => Span::Marked(mark, spans(inner)),
                other => other,
            })
            .collect()
    }
    let all = |blocks: Vec<Block>| blocks.into_iter().map(without_room).collect();
    match block {
        Block::Paragraph(inner) => Block::Paragraph(spans(inner)),
        Block::Quote(inner) => Block::Quote(all(inner)),
        Block::List { start, items } => Block::List {
            start,
            items: items.into_iter().map(all).collect(),
        },
        code => code,
    }
}

/// Pieces of HTML in any order.
fn broken_html() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec![
        "b",
        "i",
        "del",
        "code",
        "pre",
        "a href='https://example.org'",
        "a href='https://matrix.to/#/@_aty_aaaaaaaaaaaaaaaa:example.org'",
        "a href=javascript:x",
        "blockquote",
        "ul",
        "ol start=4",
        "li",
        "p",
        "div",
        "h2",
        "table",
        "tr",
        "td",
        "th",
        "sup",
        "sub",
        "span data-mx-spoiler=x",
        "br",
        "hr",
        "img alt=y",
        "details",
        "summary",
        "u",
        "unknown",
    ]);
    let piece = prop_oneof![
        4 => tag.clone().prop_map(|tag| format!("<{tag}>")),
        3 => tag.prop_map(|tag| format!("</{}>", tag.split(' ').next().unwrap_or_default())),
        4 => "[a-z ]{1,6}".prop_map(String::from),
        1 => words(),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_understood(rich in rich()) {
        let written = html(&rich);
        prop_assert!(only_what_is_allowed(&written), "{}", written);
        let back = understood(&written);
        prop_assert_eq!(letters(&back), letters(&rich), "{}", written);
        // That the whole room is spoken to stands in `m.mentions`, not in the text.
        let rich = Rich::new(rich.into_blocks().into_iter().map(without_room).collect());
        if !rich.is_plain() {
            prop_assert_eq!(blanks_aside(&back), blanks_aside(&rich), "{}", written);
        }
    }

    #[test]
    fn anything_can_be_read(text in any::<String>()) {
        prop_assert!(only_what_is_allowed(&html(&understood(&text))));
    }

    #[test]
    fn broken_html_loses_no_text(text in broken_html()) {
        let rich = understood(&text);
        prop_assert!(only_what_is_allowed(&html(&rich)));
        prop_assert_eq!(understood(&html(&rich)).is_empty(), rich.is_empty());
    }

    #[test]
    fn unclosed_tags_lose_no_text(tags in "(<(b|i|p|li|ul|ol|td|tr|table|blockquote|pre|code|h1|a|/b|/p|/ul|/td|/blockquote|/pre|/code)>|[a-z]{1,3}){0,20}") {
        let said: String = tags.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        prop_assert_eq!(letters(&understood(&tags)).replace('|', ""), said);
    }
}
