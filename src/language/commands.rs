use civic::moderation::Wish;
use civic::{Command, Language, ProposalRef, Topic};
use fluent_bundle::FluentArgs;

use crate::parse;
use crate::voices;
use crate::wish;
use crate::words;

/// A command: where its words are, and how it is made of what was written after its word.
pub(crate) struct Definition {
    /// The Fluent message of its words.
    pub(crate) message: &'static str,
    /// The topic of help that it belongs to.
    pub(crate) topic: Option<Topic>,
    /// The command, unless what was written can't follow its word.
    pub(crate) make: fn(&str) -> Option<Command>,
    /// Whether words of any length may follow.
    pub(crate) takes_text: bool,
}

/// Every command, in the order in which help names them.
pub(crate) static COMMANDS: [Definition; 47] = [
    texts(Topic::Proposals, "command-propose", parse::propose),
    plain(Topic::Proposals, "command-support", wish::support),
    plain(Topic::Proposals, "command-unsupport", |rest| {
        parse::reference(rest).map(Command::Unsupport)
    }),
    plain(Topic::Proposals, "command-list", parse::list),
    plain(Topic::Proposals, "command-show", |rest| {
        parse::reference(rest).map(Command::Show)
    }),
    plain(Topic::Proposals, "command-numbers", |rest| {
        parse::alone(rest, Command::Numbers)
    }),
    texts(Topic::Amendments, "command-amend", parse::amend),
    plain(Topic::Amendments, "command-accept", |rest| {
        parse::number(rest).map(Command::Accept)
    }),
    plain(Topic::Amendments, "command-decline", wish::decline),
    plain(Topic::Amendments, "command-promote", |rest| {
        parse::number(rest).map(Command::Promote)
    }),
    texts(Topic::Amendments, "command-edit", parse::edit),
    plain(Topic::Amendments, "command-withdraw", |rest| {
        parse::reference(rest).map(Command::Withdraw)
    }),
    plain(Topic::Names, "command-take-name", |rest| {
        Some(Command::TakeName(parse::line(rest)))
    }),
    plain(Topic::Names, "command-drop-name", |rest| {
        parse::alone(rest, Command::DropName)
    }),
    plain(Topic::Names, "command-stay-out", |rest| {
        parse::alone(rest, Command::StayOut)
    }),
    plain(Topic::Names, "command-come-back", |rest| {
        parse::alone(rest, Command::ComeBack)
    }),
    plain(Topic::Accounts, "command-link", |rest| {
        parse::linking(rest).map(Command::Link)
    }),
    plain(Topic::Accounts, "command-unlink", |rest| {
        parse::alone(rest, Command::Unlink)
    }),
    plain(Topic::Moderation, "command-nominate", wish::nominate),
    plain(Topic::Moderation, "command-second", wish::second),
    plain(Topic::Moderation, "command-object", wish::object),
    texts(Topic::Moderation, "command-recall", wish::recall),
    plain(Topic::Moderation, "command-resign", |rest| {
        parse::alone(rest, Command::Moderate(Wish::Resign))
    }),
    plain(Topic::Moderation, "command-vote", voices::vote),
    plain(Topic::Moderation, "command-delegates", |rest| {
        parse::alone(rest, Command::Moderate(Wish::Delegates))
    }),
    plain(Topic::Moderation, "command-rules", |rest| {
        parse::alone(rest, Command::Moderate(Wish::Rules))
    }),
    plain(
        Topic::Moderation,
        "command-organisation",
        wish::organisation,
    ),
    plain(Topic::Moderation, "command-institution", wish::institution),
    plain(Topic::Moderation, "command-redirect", |rest| {
        parse::alone(rest, Command::Moderate(Wish::Redirect))
    }),
    texts(Topic::Measures, "command-pause", wish::pause),
    texts(Topic::Measures, "command-hide", wish::hide),
    texts(Topic::Measures, "command-mute", wish::mute),
    texts(Topic::Measures, "command-suspend", wish::suspend),
    plain(Topic::Measures, "command-confirm", wish::confirm),
    plain(Topic::Measures, "command-lift", wish::lift),
    plain(Topic::Measures, "command-explain", wish::explain),
    texts(Topic::Complaints, "command-report", wish::report),
    texts(Topic::Complaints, "command-appeal", wish::appeal),
    texts(Topic::Complaints, "command-resolve", wish::resolve),
    plain(Topic::Complaints, "command-judge", voices::judge),
    texts(Topic::Measures, "command-rehearse", wish::rehearse),
    plain(Topic::Measures, "command-change-rule", wish::change),
    texts(Topic::Joining, "command-approval", wish::approval),
    plain(Topic::Joining, "command-admit", wish::admit),
    texts(Topic::Joining, "command-turn-away", wish::turn_away),
    Definition {
        message: "command-facilitate",
        topic: None,
        make: |rest| Some(Command::Facilitate(parse::line(rest))),
        takes_text: false,
    },
    Definition {
        message: "command-help",
        topic: None,
        make: parse::help,
        takes_text: false,
    },
];

const fn plain(
    topic: Topic,
    message: &'static str,
    make: fn(&str) -> Option<Command>,
) -> Definition {
    Definition {
        message,
        topic: Some(topic),
        make,
        takes_text: false,
    }
}

const fn texts(
    topic: Topic,
    message: &'static str,
    make: fn(&str) -> Option<Command>,
) -> Definition {
    Definition {
        takes_text: true,
        ..plain(topic, message, make)
    }
}

/// The Fluent message of a topic.
pub(crate) fn topic_message(topic: Topic) -> &'static str {
    match topic {
        Topic::Proposals => "topic-proposals",
        Topic::Amendments => "topic-amendments",
        Topic::Names => "topic-names",
        Topic::Accounts => "topic-accounts",
        Topic::Moderation => "topic-moderation",
        Topic::Measures => "topic-measures",
        Topic::Complaints => "topic-complaints",
        Topic::Joining => "topic-joining",
    }
}

impl Definition {
    /// The command that was probably meant with what follows its word: whoever writes `!propuestas` and then words wants to
    /// propose them. A report is not rehearsed.
    pub(crate) fn meant(&self, rest: &str) -> &Self {
        match self.message {
            "command-list" if (self.make)(rest).is_none() => &COMMANDS[0],
            "command-rehearse" if (self.make)(rest).is_none() => wish::rehearsed(rest)
                .filter(|rehearsed| rehearsed.message == "command-report")
                .unwrap_or(self),
            _ => self,
        }
    }

    /// How to write it: `!nombre Sol`; in Spanish if it has no words in this language.
    pub(crate) fn example(&self, language: Language) -> String {
        words::text(language, self.message, Some("example"), &FluentArgs::new())
    }

    /// The same for somebody who wrote these words after it: about the proposal or the amendment that they named.
    pub(crate) fn example_for(&self, language: Language, rest: &str) -> String {
        let theirs = |sample: &str| match sample.parse::<ProposalRef>() {
            Ok(_) => parse::named(rest).map(|named| named.to_string()),
            Err(_) if sample.parse::<u32>().is_ok() => {
                let number = parse::number(rest).unwrap_or_else(|| parse::first_number(rest));
                number.map(|number| number.to_string())
            }
            Err(_) => None,
        };
        let example = self.example(language);
        let words = example.split(' ');
        let words = words.map(|sample| theirs(sample).unwrap_or_else(|| sample.to_owned()));
        words.collect::<Vec<_>>().join(" ")
    }

    /// What it does, to go on a line of help.
    pub(crate) fn what(&self, language: Language) -> String {
        words::text(language, self.message, None, &FluentArgs::new())
    }

    /// The words by which it is known in exactly this language, the one that is taught first.
    pub(crate) fn words(&self, language: Language) -> Vec<String> {
        let mut words = listed(language, self.message, "word");
        words.extend(listed(language, self.message, "also"));
        words
    }
}

/// Words that stand in an attribute with commas between them, in exactly this language.
pub(crate) fn listed(language: Language, message: &str, attribute: &str) -> Vec<String> {
    let list = words::find(language, message, Some(attribute), &FluentArgs::new());
    let words = list.as_deref().unwrap_or_default().split(',');
    words
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The same in all languages.
pub(crate) fn listed_in_all(message: &str, attribute: &str) -> Vec<String> {
    let all = Language::ALL.into_iter();
    all.flat_map(|language| listed(language, message, attribute))
        .collect()
}

/// The same, each as it is compared with what somebody wrote.
pub(crate) fn plainly_listed(message: &str, attribute: &str) -> Vec<String> {
    let all = listed_in_all(message, attribute);
    all.iter().map(|text| parse::plain(text)).collect()
}
