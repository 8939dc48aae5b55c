//! What is said of proposals, in Spanish and English.

use civic::Language;
use matrix::record::{Change, Did, Network, Status, Texts};

use super::view::{Gap, ProposalView, StepView, in_language};
use crate::plain::{different, on_one_line, short};
use crate::record::{AmendmentState, Finding, Reason, Subject};

/// So much of somebody's words is shown where they are only mentioned.
const MENTION: usize = 60;

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    pub(super) fn pick(self, spanish: &'static str, english: &'static str) -> &'static str {
        match self.0 {
            Language::En => english,
            Language::Es | Language::Gn => spanish,
        }
    }

    /// A number of things, of which one is called otherwise than many.
    pub(super) fn count(self, number: u64, spanish: [&str; 2], english: [&str; 2]) -> String {
        let [one, many] = match self.0 {
            Language::En => english,
            Language::Es | Language::Gn => spanish,
        };
        format!("{number} {}", if number == 1 { one } else { many })
    }

    pub(super) fn people(self, number: u64) -> String {
        self.count(number, ["persona", "personas"], ["person", "people"])
    }

    pub(super) fn status(self, status: Status) -> &'static str {
        match status {
            Status::Draft => self.pick("borrador", "draft"),
            Status::Open => self.pick("abierta", "open"),
            Status::InReview => self.pick("en revisión", "in review"),
            Status::Answered => self.pick("respondida", "answered"),
            Status::Withdrawn => self.pick("retirada", "withdrawn"),
        }
    }

    pub(super) fn amendment(self, state: AmendmentState) -> &'static str {
        match state {
            AmendmentState::Open => self.pick("abierta", "open"),
            AmendmentState::Accepted => self.pick("aceptada", "accepted"),
            AmendmentState::Declined => self.pick("declinada", "declined"),
        }
    }

    pub(super) fn network(self, network: Network) -> &'static str {
        match network {
            Network::WhatsApp => "WhatsApp",
            Network::Matrix => "Matrix",
        }
    }

    /// A proposal's title, or why there is none to read.
    pub(super) fn title(self, proposal: &ProposalView) -> String {
        match proposal.held {
            Some(case) => format!(
                "{} {case})",
                self.pick(
                    "(oculta por moderación, caso",
                    "(hidden by moderation, case"
                )
            ),
            None => proposal.title.clone(),
        }
    }

    /// What was done, after the name of who did it.
    pub(super) fn step(self, step: &StepView) -> String {
        match step {
            StepView::Done(did) => self.did(did),
            StepView::Gap { act: Gap::Deleted } => self
                .pick("(borrado para siempre)", "(deleted for good)")
                .to_owned(),
            StepView::Gap {
                act: Gap::Unreadable,
            } => self
                .pick("(no se puede leer)", "(can't be read)")
                .to_owned(),
        }
    }

    fn did(self, did: &Did) -> String {
        let pick = |spanish, english| self.pick(spanish, english);
        match did {
            Did::Proposed {
                title,
                promoted_from,
                ..
            } => {
                let from = promoted_from.map(|number| {
                    format!(" ({} {number})", pick("de la enmienda", "from amendment"))
                });
                let title = self.mention(title);
                format!(
                    "{} {title}{}",
                    pick("la propuso:", "proposed it:"),
                    from.unwrap_or_default()
                )
            }
            Did::Revised {
                amendment: Some(number),
                ..
            } => {
                format!(
                    "{} {number}",
                    pick(
                        "cambió el texto con la enmienda",
                        "changed the text by amendment"
                    )
                )
            }
            Did::Revised { title, .. } => {
                format!(
                    "{} {}",
                    pick("cambió sus palabras:", "changed its words:"),
                    self.mention(title)
                )
            }
            Did::Withdrawn { erased: false, .. } => pick("la retiró", "withdrew it").to_owned(),
            Did::Withdrawn { .. } => pick(
                "la retiró y borró su texto",
                "withdrew it and deleted its text",
            )
            .to_owned(),
            Did::Held { case, on, .. } => format!(
                "{} ({} {case})",
                match on {
                    true => pick("quedó oculta por moderación", "was hidden by moderation"),
                    false => pick("vuelve a leerse", "can be read again"),
                },
                pick("caso", "case"),
            ),
            Did::Endorsed { on: true, .. } => pick("la apoyó", "supported it").to_owned(),
            Did::Endorsed { .. } => pick("dejó de apoyarla", "no longer supports it").to_owned(),
            Did::Amended {
                amendment, change, ..
            } => {
                let number = format!(
                    "{} {amendment}",
                    pick("propuso la enmienda", "proposed amendment")
                );
                format!("{number}: {}", self.change(change))
            }
            Did::Decided {
                amendment,
                accepted: true,
                ..
            } => {
                format!(
                    "{} {amendment}",
                    pick("aceptó la enmienda", "accepted amendment")
                )
            }
            Did::Decided { amendment, .. } => {
                format!(
                    "{} {amendment}",
                    pick("declinó la enmienda", "declined amendment")
                )
            }
            Did::Backed { amendment, .. } => {
                let begin = pick(
                    "quiere hacer una propuesta de la enmienda",
                    "would make a proposal of amendment",
                );
                format!("{begin} {amendment}")
            }
        }
    }

    pub(super) fn change(self, change: &Change) -> String {
        match change {
            Change::Add(text) => {
                format!("{} «{}»", self.pick("agregar", "add"), short(text, MENTION))
            }
            Change::Replace { old, new } => {
                format!("«{}» → «{}»", short(old, MENTION), short(new, MENTION))
            }
        }
    }

    fn mention(self, texts: &Texts) -> String {
        format!("«{}»", short(&in_language(texts, self.0), MENTION))
    }

    pub(super) fn subject(self, subject: Subject) -> &'static str {
        match subject {
            Subject::Chain => self.pick("la cadena de actos", "the chain of acts"),
            Subject::Title => self.pick("el título", "the title"),
            Subject::Text => self.pick("el texto", "the text"),
            Subject::Status => self.pick("el estado", "the status"),
            Subject::Authors => self.pick("los autores", "the authors"),
            Subject::Revision => self.pick("el número de versiones", "the number of versions"),
            Subject::Amendments => self.pick(
                "las enmiendas (abiertas/aceptadas/declinadas)",
                "the amendments (open/accepted/declined)",
            ),
            Subject::Origin => {
                self.pick("la enmienda de la que viene", "the amendment it came from")
            }
            Subject::Thread => self.pick("el comienzo de su hilo", "the beginning of its thread"),
            Subject::Dates => self.pick("las fechas", "the dates"),
            Subject::Support => self.pick(
                "los apoyos (personas/WhatsApp/Matrix)",
                "the support (people/WhatsApp/Matrix)",
            ),
        }
    }

    /// A finding in one sentence, after its subject.
    pub(super) fn because(self, finding: &Finding) -> String {
        let mut said = Vec::new();
        if let (Some(written), Some(found)) = (&finding.written, &finding.found) {
            let [written, found] = match finding.subject {
                Subject::Title | Subject::Text => {
                    different(written, found, MENTION).map(|text| format!("«{text}»"))
                }
                _ => [written, found].map(|text| match text.as_str() {
                    "" => "-".to_owned(),
                    text => on_one_line(text),
                }),
            };
            said.push(format!(
                "{} {}; {} {}",
                self.pick("la sala dice", "the room says"),
                written,
                self.pick("se encontró", "found was"),
                found,
            ));
        }
        said.extend(finding.reason.as_ref().map(|reason| self.reason(reason)));
        said.join("; ")
    }

    fn reason(self, reason: &Reason) -> String {
        let at = |spanish, english, event: &str| {
            format!("{} ({})", self.pick(spanish, english), on_one_line(event))
        };
        let of = |number: u64, spanish, english| {
            let acts = self.count(number, ["acto", "actos"], ["act", "acts"]);
            format!("{acts} {}", self.pick(spanish, english))
        };
        match reason {
            Reason::NoActs => self
                .pick("no nombra ningún acto", "it names no act")
                .to_owned(),
            Reason::Missing { event } => at(
                "falta un acto en la sala",
                "an act is missing in the room",
                event,
            ),
            Reason::Forged { event } => at(
                "un acto no es de la cuenta del puente",
                "an act is not from the bridge's account",
                event,
            ),
            Reason::OfAnother { event } => at(
                "un acto es de otra propuesta",
                "an act is another proposal's",
                event,
            ),
            Reason::Circle { event } => at(
                "los actos vuelven a uno anterior, en círculo",
                "the acts go round in a circle",
                event,
            ),
            Reason::NoBeginning { event } => at(
                "el primer acto no la propone",
                "the first act does not propose it",
                event,
            ),
            Reason::LeftOut { acts } => of(
                *acts,
                "sin lugar en la cadena",
                "without a place in the chain",
            ),
            Reason::Behind { acts } => of(
                *acts,
                "que el estado no cuenta todavía",
                "that the state doesn't tell of",
            ),
            Reason::Deleted { acts } => of(
                *acts,
                "de su historia: borrado para siempre",
                "of its story: deleted for good",
            ),
            Reason::Unreadable { acts } => of(
                *acts,
                "de su historia: no se puede leer",
                "of its story: can't be read",
            ),
            Reason::ChainBroken => self
                .pick(
                    "los actos no se pueden seguir hasta el comienzo",
                    "the acts can't be followed to the beginning",
                )
                .to_owned(),
            Reason::JustNow => self
                .pick(
                    "algo cambió hace un momento: probá de nuevo en dos minutos",
                    "something changed a moment ago: try again in two minutes",
                )
                .to_owned(),
            Reason::Closed => self
                .pick(
                    "ya está cerrada, y no se ve quién retiró su apoyo después",
                    "it is closed, and who took back their support since can't be seen",
                )
                .to_owned(),
            Reason::NoThread => self
                .pick(
                    "no se encuentra su hilo, ni las reacciones",
                    "its thread can't be found, nor the reactions",
                )
                .to_owned(),
            Reason::StillThere => self
                .pick(
                    "el texto borrado todavía está en la sala",
                    "the deleted text still stands in the room",
                )
                .to_owned(),
        }
    }
}
