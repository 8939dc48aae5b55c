//! A plan's proposals as a table in the terminal.

use std::fmt;

use super::view::{ProposalView, ProposalsView};
use super::words::Words;
use crate::moment::moment;
use crate::plain::{on_one_line, short};
use crate::record::{Finding, Verdict};

/// Longer titles are cut: the story shows them whole.
const LONGEST_TITLE: usize = 48;
/// Stands where the bridge has counted nothing yet.
const NONE: &str = "-";

const COLUMNS: usize = 7;

impl fmt::Display for ProposalsView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Words(self.language);
        let address = self.alias.as_deref().unwrap_or(&self.room_id);
        writeln!(f, "{} ({address})\n", on_one_line(&self.name))?;
        if self.proposals.is_empty() {
            writeln!(
                f,
                "{}\n",
                words.pick("No hay propuestas así.", "There are no such proposals.")
            )?;
        } else {
            write_rows(&self.proposals, words, f)?;
        }
        write!(f, "{}", footer(self, words))?;
        for proposal in &self.proposals {
            write_findings(proposal, words, f)?;
        }
        for reference in &self.without_head {
            let said = words.pick("hay actos, y ningún estado", "there are acts, and no state");
            write!(f, "\n✗ {}: {said}", on_one_line(reference))?;
        }
        Ok(())
    }
}

fn write_rows(proposals: &[ProposalView], words: Words, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let head = [
        words.pick("Propuesta", "Proposal"),
        words.pick("Título", "Title"),
        words.pick("Estado", "Status"),
        words.pick("Apoyos", "Support"),
        "WA/Mx",
        words.pick("Enmiendas", "Amendments"),
        words.pick("Último cambio", "Last change"),
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(proposals.iter().map(|proposal| cells(proposal, words)));
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    for [name, title, status, people, networks, amendments, changed] in &rows {
        writeln!(
            f,
            "{name:<0$}  {title:<1$}  {status:<2$}  {people:>3$}  {networks:>4$}  {amendments:>5$}  {changed}",
            widths[0], widths[1], widths[2], widths[3], widths[4], widths[5],
        )?;
    }
    writeln!(f)
}

fn cells(proposal: &ProposalView, words: Words) -> [String; COLUMNS] {
    let support = proposal.support.as_ref();
    let none = || NONE.to_owned();
    let all = |findings: &[Finding]| {
        let mut verdicts = findings.iter().map(|finding| finding.verdict);
        verdicts.all(|verdict| verdict == Verdict::Agrees)
    };
    let mark = match &proposal.findings {
        None => "",
        Some(_) if proposal.differs() => "✗ ",
        Some(findings) if all(findings) => "✓ ",
        Some(_) => "? ",
    };
    [
        format!("{mark}{}", on_one_line(&proposal.reference)),
        short(&words.title(proposal), LONGEST_TITLE),
        words.status(proposal.status).to_owned(),
        support.map_or_else(none, |support| support.people.to_string()),
        support.map_or_else(none, |support| {
            format!("{}/{}", support.whatsapp, support.matrix)
        }),
        proposal.amendments.open.to_string(),
        moment(proposal.updated_ts),
    ]
}

fn footer(view: &ProposalsView, words: Words) -> String {
    let proposals = ["propuesta", "propuestas"];
    let mut parts = vec![words.count(
        view.proposals.len() as u64,
        proposals,
        ["proposal", "proposals"],
    )];
    if view.unread > 0 {
        parts.push(words.count(
            view.unread as u64,
            ["que no se puede leer", "que no se pueden leer"],
            ["that can't be read", "that can't be read"],
        ));
    }
    if view.hidden_rooms > 0 {
        parts.push(words.count(
            view.hidden_rooms as u64,
            [
                "sala que no se ve con este acceso",
                "salas que no se ven con este acceso",
            ],
            [
                "room that can't be seen with this login",
                "rooms that can't be seen with this login",
            ],
        ));
    }
    parts.push(words.pick("horas en UTC", "times in UTC").to_owned());
    parts.join(" · ")
}

fn write_findings(
    proposal: &ProposalView,
    words: Words,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for finding in proposal.findings.iter().flatten() {
        let mark = match finding.verdict {
            Verdict::Agrees => continue,
            Verdict::Differs => "✗",
            Verdict::Unknown => "?",
        };
        let reference = on_one_line(&proposal.reference);
        let subject = words.subject(finding.subject);
        write!(
            f,
            "\n{mark} {reference}, {subject}: {}",
            words.because(finding)
        )?;
    }
    Ok(())
}
