//! Who made a report, until they are told what came of it: sealed in the notebook like all of it, and in nothing that anybody else
//! reads. A lost notebook has lost it; then the outcome stands in the log alone.

use civic::{Network, Notice, Party};
use vault::VaultError;

use crate::engine::Seat;
use crate::engine::carry::Layout;
use crate::engine::entries::leg;

impl Layout<'_> {
    /// Notes who makes this report.
    pub(in crate::engine) fn keep_reporter(&mut self, report: u32) {
        let Some(talk) = self.talk() else {
            return;
        };
        let on = leg(&talk.from).map(|leg| leg.network());
        let on_matrix = on == Some(Network::Matrix);
        let noted = format!(
            "{} {}",
            if on_matrix { MATRIX } else { WHATSAPP },
            talk.member
        );
        let name = note_of(self.seat, report);
        self.engine
            .notebook
            .put_note(self.batch, &name, noted.as_bytes());
    }

    /// Tells them what came of it, and forgets them.
    pub(in crate::engine) fn tell_reporter(
        &mut self,
        report: u32,
        notice: &Notice,
    ) -> Result<(), VaultError> {
        let name = note_of(self.seat, report);
        let noted = self.engine.notebook.note(&name)?;
        let Some(reporter) = noted.as_deref().and_then(read) else {
            return Ok(());
        };
        self.engine.notebook.drop_note(self.batch, &name);
        // Whoever reports asks to be told, wherever they did.
        self.whisper_to((&reporter, true), notice)
    }
}

const MATRIX: &str = "matrix";
const WHATSAPP: &str = "whatsapp";

/// The name of the note that holds who made a report.
fn note_of(seat: &Seat, report: u32) -> String {
    format!("reporter/{}/{report}", seat.slug())
}

fn read(noted: &[u8]) -> Option<Party> {
    let (network, member) = std::str::from_utf8(noted).ok()?.split_once(' ')?;
    let network = match network {
        MATRIX => Network::Matrix,
        WHATSAPP => Network::WhatsApp,
        _ => return None,
    };
    let member = member.parse().ok()?;
    Some(Party { member, network })
}
