use super::*;

fn known() -> KnownNumbers {
    let mut known = KnownNumbers::default();
    known.insert(&"12025550123".parse().unwrap());
    known.insert(&"447700900123".parse().unwrap());
    known.insert_lid(&"100000000000001".parse().unwrap());
    known
}

#[test]
fn nothing_of_an_address_or_number_is_left_in_a_log() {
    for line in [
        "from 12025550123@s.whatsapp.net",
        "from 12025550123:7@s.whatsapp.net/x",
        "Jid { user: \"12025550123\", server: Pn, device: 7 }",
        "sender 100000000000001@lid, alt 12025550123@c.us",
        "sender 100000000000001:12@hosted.lid",
        "[120363000000000001@g.us] 12025550123-1600000000@g.us",
        "to +1 202 555 0123.",
        "to +1 (202) 555-0123",
        "to 1-202-555-0123",
        "to 202-555-0123",
        "address 12025550123.0",
        "session 100000000000001_1:0",
        "https://wa.me/12025550123?text=hola",
        "key=12025550123@S.WhatsApp.Net",
        "pn12025550123x",
        "2026-11-22 12025550123",
        "１２０２５５５０１２３",
    ] {
        let redacted = redact_log(line);
        for part in ["5550123", "555 0123", "555-0123", "0000000001", "５５５"] {
            assert!(!redacted.contains(part), "{line} became {redacted}");
        }
        assert!(redacted.contains(REDACTED), "{line} became {redacted}");
    }
}

#[test]
fn what_a_log_is_read_for_stays() {
    for line in [
        "2026-11-22T11:26:53.123456Z INFO connected",
        "2026-11-22 11:26:53 connected",
        "took 1.234567891s",
        "AGUA-7 of 2018-2020 has 183 proposals",
        "reconnecting in 5s (attempt 3)",
        "error 463 for msg \"3EB0A1B2C3D4E5F6A1B2C3\"",
        "$kJ3x9vQm1yT0:example.org in !abc:example.org",
        "@someone:example.org",
        "127.0.0.1:29350",
        "192.168.100.200:29350",
        "Gs. 1.500.000",
        "",
    ] {
        assert_eq!(redact_log(line), line);
    }
}

#[test]
fn a_known_number_is_found_however_it_is_typed() {
    for text in [
        "12025550123",
        "+12025550123",
        "+1 202 555 0123",
        "001 202 555 0123",
        "(202) 555-0123",
        "202.555.0123",
        "5550123",
        "555-0123",
        "07700 900 123",
        "+44 7700 900123",
        "1\u{200b}2\u{200b}0\u{200b}2 555 0123",
        "１２０２５５５０１２３",
        "1️⃣2️⃣0️⃣2️⃣5️⃣5️⃣5️⃣0️⃣1️⃣2️⃣3️⃣",
        "*1202*_555_*0123*",
        "100000000000001",
    ] {
        let said = format!("Llámenme al {text}, gracias");
        let scrubbed = scrub_text(&said, &known());
        assert!(scrubbed.contains(SCRUBBED), "{said} became {scrubbed}");
        assert!(!scrubbed.contains("012"), "{said} became {scrubbed}");
        assert!(scrubbed.ends_with(", gracias"), "{said} became {scrubbed}");
    }
}

#[test]
fn a_known_number_is_found_beside_other_digits() {
    let scrubbed = scrub_text("AGUA-7 12025550123 24 horas", &known());
    assert_eq!(scrubbed, "AGUA-7 ••• 24 horas");
    let scrubbed = scrub_text("12025550123 07700 900 123", &known());
    assert_eq!(scrubbed, "••• •••");
}

#[test]
fn addresses_mentions_and_links_to_people_are_always_taken_out() {
    for (said, shown) in [
        ("hola @12025550199, qué tal", "hola @•••, qué tal"),
        ("hola @200000000000002", "hola @•••"),
        ("12025550199@s.whatsapp.net", "•••"),
        ("(200000000000002:3@lid)", "(•••)"),
        ("120363000000000001@g.us!", "•••!"),
        (
            "escribí a https://wa.me/12025550199?text=hola ya",
            "escribí a ••• ya",
        ),
        ("WA.ME/12025550199", "•••"),
        ("<https://api.whatsapp.com/send?phone=12025550199>", "<•••>"),
    ] {
        assert_eq!(scrub_text(said, &KnownNumbers::default()), shown);
    }
}

#[test]
fn what_people_talk_about_stays() {
    for said in [
        "El 4.º plan (2018–2020) tiene 36 compromisos de 183 propuestas",
        "AGUA-7, AGUA-12 y SALUD-3",
        "El presupuesto es de Gs. 1.500.000.000",
        "Nos vemos el 22/11/2026 a las 19:30",
        "2026-11-22 19:30",
        "La línea de la oficina: +1 202 555 0177",
        "https://chat.whatsapp.com/ABCDEFGHIJKLMNOPQRSTUV",
        "escriban a ana@example.org o a @ana:example.org",
        "550123",
        "wa.me",
        "correo@lidera.example",
        "",
    ] {
        assert_eq!(scrub_text(said, &known()), said);
    }
}

#[test]
fn hostile_texts_neither_break_nor_take_long() {
    let all = known();
    for text in [
        "1 ".repeat(50_000),
        "@".repeat(50_000),
        "@lid".repeat(20_000),
        "wa.me/".repeat(20_000),
        "é@s.whatsapp.net".repeat(1_000),
        "0".repeat(65_000),
    ] {
        redact_log(&text);
        scrub_text(&text, &all);
    }
}
