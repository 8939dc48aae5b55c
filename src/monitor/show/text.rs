//! A proposal's story in the terminal.

use std::fmt;

use super::view::{ActView, AmendmentView, PersonView, StoryView};
use super::words::Words;
use crate::moment::moment;
use crate::plain::{indented, on_one_line, short};
use crate::record::{Finding, Verdict};

/// Longer names are cut where they stand under each other.
const LONGEST_NAME: usize = 24;

impl fmt::Display for StoryView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Words(self.language);
        write_head(self, words, f)?;
        write_acts(words.pick("Historia", "Story"), &self.acts, words, f)?;
        let endorsements = words.pick("Apoyos por comando", "Support by command");
        write_acts(endorsements, &self.endorsements, words, f)?;
        write_amendments(&self.amendments_proposed, words, f)?;
        write_supporters(self, words, f)?;
        write_discussion(self, words, f)?;
        if let Some(findings) = &self.proposal.findings {
            write_findings(findings, words, f)?;
        }
        Ok(())
    }
}

fn write_head(story: &StoryView, words: Words, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let proposal = &story.proposal;
    let title = on_one_line(&words.title(proposal));
    writeln!(f, "{}  {title}", on_one_line(&proposal.reference))?;
    let mut facts = vec![
        on_one_line(&proposal.theme),
        words.status(proposal.status).to_owned(),
    ];
    facts.extend(proposal.support.as_ref().map(|support| {
        let people = words.people(support.people);
        let (whatsapp, matrix) = (support.whatsapp, support.matrix);
        format!(
            "{} {people} (WhatsApp {whatsapp}, Matrix {matrix})",
            words.pick("apoyan", "supported by")
        )
    }));
    facts.extend(story.promoted_from.map(|number| {
        format!(
            "{} {number}",
            words.pick("viene de la enmienda", "came from amendment")
        )
    }));
    writeln!(f, "{}", facts.join(" · "))?;
    let (proposed, changed) = (moment(proposal.created_ts), moment(proposal.updated_ts));
    writeln!(
        f,
        "{} {}, {proposed}; {} {changed} (UTC)",
        words.pick("Propuesta por", "Proposed by"),
        names(&story.authors, ", "),
        words.pick("último cambio", "last change"),
    )?;
    match story.text.trim() {
        "" => Ok(()),
        text => writeln!(f, "\n{}", indented(text, "  ")),
    }
}

fn write_acts(
    heading: &str,
    acts: &[ActView],
    words: Words,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if acts.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{heading}")?;
    let who = |act: &ActView| short(&names(&act.who, ", "), LONGEST_NAME);
    let width = acts
        .iter()
        .map(|act| who(act).chars().count())
        .max()
        .unwrap_or(0);
    for act in acts {
        let at = act.at.map(moment).unwrap_or_default();
        writeln!(
            f,
            "  {at:<16}  {:<width$}  {}",
            who(act),
            words.step(&act.what)
        )?;
    }
    Ok(())
}

fn write_amendments(
    amendments: &[AmendmentView],
    words: Words,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if amendments.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{}", words.pick("Enmiendas", "Amendments"))?;
    for amendment in amendments {
        write!(
            f,
            "  {}  {}",
            amendment.number,
            words.amendment(amendment.state)
        )?;
        if let Some(by) = &amendment.by {
            write!(f, "  {}", short(&by.name, LONGEST_NAME))?;
        }
        match &amendment.change {
            Some(change) => write!(f, "  {}", words.change(change))?,
            None => write!(f, "  {}", words.pick("(borrada)", "(deleted)"))?,
        }
        if !amendment.backers.is_empty() {
            let backed = words.pick("la quieren como propuesta", "wanted as a proposal by");
            write!(f, "  ({backed}: {})", names(&amendment.backers, ", "))?;
        }
        writeln!(f)?;
    }
    Ok(())
}

fn write_supporters(story: &StoryView, words: Words, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let supporters = &story.supporters;
    writeln!(
        f,
        "\n{}: {} (WhatsApp {}, Matrix {})",
        words.pick("Apoyos contados ahora", "Support counted now"),
        words.people(supporters.people),
        supporters.whatsapp,
        supporters.matrix,
    )?;
    for person in supporters.names.iter().flatten() {
        let account = |account: &PersonView| {
            format!(
                "{} ({})",
                on_one_line(&account.name),
                words.network(account.network)
            )
        };
        let accounts: Vec<String> = person.iter().map(account).collect();
        writeln!(f, "  {}", accounts.join(" = "))?;
    }
    Ok(())
}

fn write_discussion(story: &StoryView, words: Words, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let heading = words.pick("Conversación", "Discussion");
    let Some(discussion) = &story.discussion else {
        return write!(
            f,
            "{heading}: {}",
            words.pick("no se encuentra", "can't be found")
        );
    };
    let messages = words.count(
        discussion.messages,
        ["mensaje", "mensajes"],
        ["message", "messages"],
    );
    write!(f, "{heading}: {messages}")?;
    if let Some(last) = &discussion.last {
        let (at, who) = (moment(last.at), on_one_line(&last.who.name));
        write!(
            f,
            "; {} {at}, {who}",
            words.pick("el último", "the last one")
        )?;
    }
    Ok(())
}

fn write_findings(findings: &[Finding], words: Words, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let of = |verdict| {
        findings
            .iter()
            .filter(move |finding| finding.verdict == verdict)
    };
    let agreeing: Vec<&str> = of(Verdict::Agrees)
        .map(|finding| words.subject(finding.subject))
        .collect();
    if !agreeing.is_empty() {
        write!(
            f,
            "\n\n✓ {}: {}",
            words.pick("Coincide", "Agrees"),
            agreeing.join(", ")
        )?;
    }
    let others = [
        (
            "✗",
            words.pick("No coincide", "Does not agree"),
            Verdict::Differs,
        ),
        (
            "?",
            words.pick("No se puede saber", "Can't be known"),
            Verdict::Unknown,
        ),
    ];
    for (mark, said, verdict) in others {
        for finding in of(verdict) {
            let subject = words.subject(finding.subject);
            write!(f, "\n{mark} {said}: {subject}: {}", words.because(finding))?;
        }
    }
    Ok(())
}

fn names(people: &[PersonView], between: &str) -> String {
    let names = people.iter().map(|person| on_one_line(&person.name));
    names.collect::<Vec<_>>().join(between)
}
