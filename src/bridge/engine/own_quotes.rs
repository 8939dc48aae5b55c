//! What the bridge itself says in a group may quote a message: what it answers there, and where a tangent goes on. When that
//! message is hidden or taken back, so is the quote; what others still need is said again without it.

use civic::{GroupId, Leg};
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};
use whatsapp::{Connector, GroupJid, Saying, SendError};

use super::act::Act;
use super::entries::{Outgoing, Spot, leg_key};
use super::lane::Failure;
use super::tangents::Debating;
use super::{Engine, Seat};

/// A message of the bridge's own in a group, that quotes another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quoting {
    /// The effect that said it.
    pub(crate) effect: String,
    /// What is said again without the quote; none where that is of use to nobody.
    text: Option<String>,
    /// The link that it is a copy of, if it is one.
    link: Option<Vec<u8>>,
}

/// The effect of what is said again without its quote.
pub(super) fn without_quote(effect: &str) -> String {
    format!("{effect}.unquoted")
}

impl Engine {
    /// What is to be said for an act of the bridge's own, and by which effect: without a quote, where what it quotes is gone, and
    /// not at all, where that is of use to nobody. What quotes a message that may go is noted before it is said.
    pub(super) async fn with_own_quote(
        &self,
        seat: &Seat,
        group: &GroupId,
        entry: &Outgoing,
        saying: Saying,
    ) -> Result<Option<(Saying, String)>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let as_it_is = |saying| Ok(Some((saying, entry.effect.clone())));
        let Some((of, quoting)) = self.quotes(seat, &leg, entry, &saying)? else {
            return as_it_is(saying);
        };
        let link = self.notebook.link(&of)?;
        // What has no link stands nowhere, and nobody can ask that it be hidden.
        let Some(link) = link else {
            return as_it_is(saying);
        };
        if link.shown().is_empty() {
            // By the effect by which it would be said again: it may have been sent before, and been taken back.
            let text = quoting.text.as_ref();
            return Ok(text.map(|text| (Saying::text(text), without_quote(&entry.effect))));
        }
        let mut batch = Batch::new();
        let place = (of.as_slice(), leg.as_str());
        self.notebook.keep_quoting(&mut batch, place, &quoting);
        self.notebook.commit(batch).await?;
        as_it_is(saying)
    }

    /// The link of what an act of the bridge's own quotes.
    fn quotes(
        &self,
        seat: &Seat,
        leg: &str,
        entry: &Outgoing,
        saying: &Saying,
    ) -> Result<Option<(Vec<u8>, Quoting)>, VaultError> {
        let Saying::Text {
            text,
            reply: Some(_),
            ..
        } = saying
        else {
            return Ok(None);
        };
        let theme = seat.slug().as_str();
        let (of, again) = match &entry.act {
            // What tells of a proposal is taken back and told anew with that.
            Act::Tell {
                answers: Some(asked),
                ..
            } => {
                let of = self.notebook.link_of(theme, leg, asked.message())?;
                (of, !asked.is_passing() && entry.link.is_none())
            }
            Act::Debate(debating) => match &**debating {
                Debating::Point { of, .. } => (Some(of.clone()), true),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let quoting = Quoting {
            effect: entry.effect.clone(),
            text: again.then(|| text.clone()),
            link: entry.link.clone(),
        };
        Ok(of.map(|of| (of, quoting)))
    }

    /// Takes back what quotes a message in a group, and the line of who reacts to it.
    pub(super) async fn unquote(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        of: &[u8],
    ) -> Result<(), Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let place = (of, leg.as_str());
        for quoting in self.notebook.quoting(of, &leg)? {
            let effect = &quoting.effect;
            self.revoke_own(connector, jid, (entry, effect)).await?;
            let mut batch = Batch::new();
            if let Some(text) = &quoting.text {
                let again = without_quote(effect);
                let id = whatsapp::message_id(again.as_bytes());
                match connector.send(jid, &id, &Saying::text(text)).await {
                    Err(error @ SendError::Rejected { .. }) => {
                        tracing::warn!(%error, "what the bridge said could not be said again without its quote");
                    }
                    sent => sent?,
                }
                if let Some(link) = &quoting.link {
                    let (theme, spot) = (seat.slug().as_str(), Spot::ours(id.as_str()));
                    self.notebook
                        .copy_became(&mut batch, theme, link, &leg, &again, &spot);
                }
            }
            self.notebook.drop_quoting(&mut batch, place, &quoting);
            self.notebook.commit(batch).await?;
        }
        let Some(gathered) = self.notebook.gathered(of, &leg)? else {
            return Ok(());
        };
        for line in gathered.lines() {
            self.revoke_own(connector, jid, (entry, line)).await?;
        }
        let mut batch = Batch::new();
        self.notebook.drop_gathered(&mut batch, of, &leg);
        Ok(self.notebook.commit(batch).await?)
    }

    /// Takes back what the bridge said there as a copy of a message that its author has taken back there.
    pub(super) async fn take_back_ours(
        &self,
        entry: &Outgoing,
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        of: &[u8],
    ) -> Result<Option<String>, Failure> {
        let leg = leg_key(&Leg::Group(group.clone()));
        let Some(link) = self.notebook.link(of)? else {
            return Ok(None);
        };
        for copy in link.copies.iter().filter(|copy| copy.leg == leg) {
            if self.notebook.message_of_effect(&copy.effect)?.is_some() {
                self.revoke_own(connector, jid, (entry, &copy.effect))
                    .await?;
            }
        }
        Ok(None)
    }

    /// Deletes for everyone what an effect of the bridge has said, by another effect.
    pub(super) async fn revoke_own(
        &self,
        connector: &Connector,
        jid: &GroupJid,
        (by, effect): (&Outgoing, &str),
    ) -> Result<(), Failure> {
        let id = whatsapp::message_id(format!("{}.{effect}", by.effect).as_bytes());
        let revoke = Saying::Revoke {
            of: whatsapp::message_id(effect.as_bytes()).to_string(),
            author: None,
        };
        match connector.send(jid, &id, &revoke).await {
            Err(error @ SendError::Rejected { .. }) => {
                tracing::warn!(%error, "what the bridge said could not be deleted in a group");
                Ok(())
            }
            sent => Ok(sent?),
        }
    }
}
