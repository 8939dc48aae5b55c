//! Which messages of the bridge's own quote a message in a group.

use vault::{Batch, VaultError};

use super::{Notebook, decoded, encode};
use crate::engine::own_quotes::Quoting;

impl Notebook {
    /// Those that quote the message of a link on a leg.
    pub(crate) fn quoting(&self, of: &[u8], leg: &str) -> Result<Vec<Quoting>, VaultError> {
        let stored: Vec<(Vec<u8>, Quoting)> = decoded(self.quoting.scan(&place(of, leg))?)?;
        Ok(stored.into_iter().map(|(_, quoting)| quoting).collect())
    }

    pub(crate) fn keep_quoting(&self, batch: &mut Batch, at: (&[u8], &str), quoting: &Quoting) {
        batch.put(&self.quoting, key(at, quoting), encode(quoting));
    }

    pub(crate) fn drop_quoting(&self, batch: &mut Batch, at: (&[u8], &str), quoting: &Quoting) {
        batch.delete(&self.quoting, key(at, quoting));
    }
}

/// What the keys begin with: no leg's key has this character.
fn place(of: &[u8], leg: &str) -> Vec<u8> {
    [of, leg.as_bytes(), b"\0"].concat()
}

fn key((of, leg): (&[u8], &str), quoting: &Quoting) -> Vec<u8> {
    [place(of, leg), quoting.effect.as_bytes().to_vec()].concat()
}
