//! The pages: small, readable without a script, in one language each.

use std::fmt::Write;
use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use civic::{Language, ThemeDefinition};
use language::{Phrase, phrase};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::ask::LogLine;
use crate::html::{Sentence, Text};
use crate::reader::Reader;
use crate::routes::Site;
use crate::settings::LOG;

/// How the pages look.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Nothing runs, nothing is loaded, nobody else shows the page; only this style applies.
pub(crate) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// Someone's view of the site.
pub(crate) struct View<'a> {
    site: &'a Site,
    language: Language,
    /// What goes behind addresses.
    suffix: String,
}

/// Why there is no way into a theme's WhatsApp groups now.
#[derive(Clone, Copy)]
pub(crate) enum NoWayIn {
    Full,
    NoGroup,
    NotConnected,
}

impl<'a> View<'a> {
    pub(crate) fn new(site: &'a Site, reader: &Reader) -> Self {
        Self {
            site,
            language: reader.language(site.language),
            suffix: reader.suffix(),
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// All themes.
    pub(crate) fn index(&self) -> String {
        let plan = &self.site.plan;
        let topic = plan.topic.get(self.language);
        let mut main = format!(
            "<h1>{}</h1>\n<p class=\"topic\">{}</p>\n<p>{}</p>\n<ul>\n",
            Text(plan.name.get(self.language)),
            Text(topic),
            self.said(Phrase::ChooseTheme),
        );
        for theme in &plan.themes {
            let _ = writeln!(
                main,
                "<li><a href=\"{}\">{}</a><br>{}</li>",
                self.address(theme, ""),
                Text(theme.name.get(self.language)),
                Text(theme.topic.get(self.language)),
            );
        }
        main.push_str("</ul>\n");
        let _ = writeln!(main, "<p>{}</p>", self.to_log());
        self.whole("", topic, &main)
    }

    fn to_log(&self) -> String {
        let (base, suffix) = (&self.site.base, &self.suffix);
        let words = self.said(Phrase::LogTitle);
        format!("<a href=\"{base}/{LOG}{suffix}\">{words}</a>")
    }

    /// The log of moderation, the latest first.
    pub(crate) fn log(&self, lines: &[LogLine]) -> String {
        let mut main = format!(
            "<h1>{}</h1>\n<p>{}</p>\n",
            self.said(Phrase::LogTitle),
            self.said(if lines.is_empty() {
                Phrase::LogEmpty
            } else {
                Phrase::Log
            }),
        );
        main.push_str("<ol class=\"log\">\n");
        for line in lines {
            let _ = writeln!(
                main,
                "<li>{}<br>{}</li>",
                time_of(line),
                in_lines(&line.text)
            );
        }
        let _ = writeln!(
            main,
            "</ol>\n<p>{} <a href=\"https://matrix.to/#/%23{}-{LOG}:{}\">Matrix</a></p>",
            self.said(Phrase::LogGoesOn),
            Text(&self.site.plan.alias),
            Text(&self.site.server_name),
        );
        self.whole(&phrase(Phrase::LogTitle, self.language), "", &main)
    }

    /// The log can't be shown now.
    pub(crate) fn log_away(&self) -> String {
        self.apology(Phrase::LogTitle, Phrase::LogAway)
    }

    /// A theme, and how to take part in it.
    pub(crate) fn theme(&self, theme: &ThemeDefinition) -> String {
        let topic = theme.topic.get(self.language);
        let mut main = format!(
            "<h1>{}</h1>\n<p class=\"topic\">{}</p>\n<p class=\"doors\">{}{}</p>\n",
            Text(theme.name.get(self.language)),
            Text(topic),
            self.door(theme, "whatsapp", Phrase::JoinOnWhatsApp),
            self.door(theme, "matrix", Phrase::JoinOnMatrix),
        );
        for sentence in [
            Phrase::ThemeIsPublic,
            Phrase::WhoSeesNumbers,
            Phrase::NameAndStayingOut,
        ] {
            let _ = writeln!(main, "<p>{}</p>", self.said(sentence));
        }
        let _ = writeln!(main, "<p>{}</p>", self.to_log());
        if let Some(page) = self.site.settings.page_of(&theme.slug) {
            let _ = writeln!(
                main,
                "<p class=\"address\">{} <strong>{}</strong><br>{} <span><a href=\"{}\">SVG</a> · <a href=\"{}\">PNG</a></span></p>",
                self.said(Phrase::StandingAddress),
                Text(page.split_once("://").map_or(&*page, |(_, shown)| shown)),
                self.said(Phrase::ToPrint),
                self.address(theme, "/qr.svg"),
                self.address(theme, "/qr.png"),
            );
        }
        self.whole(theme.name.get(self.language), topic, &main)
    }

    /// There is no way into the theme's WhatsApp groups now; there is one into its room.
    pub(crate) fn no_way_in(&self, theme: &ThemeDefinition, why: NoWayIn) -> String {
        let (title, words) = match why {
            NoWayIn::Full => (Phrase::FullTitle, Phrase::Full),
            NoWayIn::NoGroup => (Phrase::NoGroupTitle, Phrase::NoGroup),
            NoWayIn::NotConnected => (Phrase::NotConnectedTitle, Phrase::NotConnected),
        };
        let main = format!(
            "<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n<p class=\"doors\">{}</p>\n<p><a href=\"{}\">{}</a></p>\n",
            self.said(title),
            self.said(words),
            self.said(Phrase::MatrixMeanwhile),
            self.door(theme, "matrix", Phrase::JoinOnMatrix),
            self.address(theme, ""),
            Text(theme.name.get(self.language)),
        );
        self.whole(theme.name.get(self.language), "", &main)
    }

    /// Nothing is at this address.
    pub(crate) fn not_found(&self) -> String {
        self.apology(Phrase::NotFoundTitle, Phrase::NotFound)
    }

    /// One can only look here.
    pub(crate) fn not_allowed(&self) -> String {
        self.apology(Phrase::NotAllowedTitle, Phrase::NotAllowed)
    }

    fn apology(&self, title: Phrase, words: Phrase) -> String {
        let main = format!(
            "<h1>{title}</h1>\n<p>{}</p>\n<p><a href=\"{}/{}\">{}</a></p>\n",
            self.said(words),
            self.site.base,
            self.suffix,
            self.said(Phrase::AllThemes),
            title = self.said(title),
        );
        self.whole(&phrase(title, self.language), "", &main)
    }

    fn door(&self, theme: &ThemeDefinition, network: &str, words: Phrase) -> String {
        let address = self.address(theme, &format!("/{network}"));
        format!(
            "<a class=\"{network}\" rel=\"nofollow\" href=\"{address}\">{}</a>",
            self.said(words)
        )
    }

    fn address(&self, theme: &ThemeDefinition, rest: &str) -> String {
        format!("{}/{}{rest}{}", self.site.base, theme.slug, self.suffix)
    }

    fn said(&self, words: Phrase) -> String {
        Sentence(&phrase(words, self.language)).to_string()
    }

    fn whole(&self, title: &str, description: &str, main: &str) -> String {
        let plan = self.site.plan.name.get(self.language);
        // The list of themes is what the plan's name leads to.
        let (title, home) = match title {
            "" => (Text(plan).to_string(), String::new()),
            title => (
                format!("{} · {}", Text(title), Text(plan)),
                format!(
                    "<a href=\"{}/{}\">{}</a>",
                    self.site.base,
                    self.suffix,
                    Text(plan)
                ),
            ),
        };
        let mut others = String::new();
        for other in language::page_languages().filter(|other| *other != self.language) {
            let name = phrase(Phrase::LanguageItself, other);
            let name = Text(&name);
            let _ = write!(
                others,
                "<a href=\"?lang={other}\" hreflang=\"{other}\" lang=\"{other}\">{name}</a>"
            );
        }
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <meta name=\"description\" content=\"{description}\">\n\
             <meta property=\"og:title\" content=\"{title}\">\n\
             <meta property=\"og:description\" content=\"{description}\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <header>{home}<nav>{others}</nav></header>\n\
             <main>\n{main}</main>\n</body>\n</html>\n",
            language = self.language,
            description = Text(description),
        )
    }
}

/// When a line was written, in the time of all zones.
fn time_of(line: &LogLine) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(line.at.0.div_euclid(1000));
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let machine = moment.format(&Rfc3339).unwrap_or_default();
    let (date, time) = (moment.date(), moment.time());
    let (hour, minute) = (time.hour(), time.minute());
    format!("<time datetime=\"{machine}\">{date} {hour:02}:{minute:02} UTC</time>")
}

fn in_lines(text: &str) -> String {
    let lines = text.lines().map(|line| Text(line).to_string());
    lines.collect::<Vec<_>>().join("<br>")
}
