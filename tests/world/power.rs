//! The power of a world's machine, which can be cut: what was written to a database and not synced is lost with it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rand::RngExt;
use rand::rngs::StdRng;

use super::shim;

/// The fate of that which was written and not synced. A disk keeps any of it, in any order.
#[derive(Clone, Copy)]
pub enum Unsynced {
    Lost,
    LostInPart,
}

/// From now on the programs that are started in this folder note what a power cut would take.
pub(super) async fn can_be_cut(folder: &Path) {
    shim::compiled().await;
    fs::write(folder.join(shim::POWER), []).expect("it is written");
}

/// The power is gone: to be called when the program has been killed.
pub(super) fn is_cut(folder: &Path, unsynced: Unsynced, dice: &mut StdRng) {
    for database in ["data/notebook", "data/session"] {
        let log = folder.join(database).join("db");
        let file = File::options().write(true).open(&log).expect("it is there");
        // The latest notes first, each note's place before those that came later.
        for notes in ["notes", "void"] {
            let notes = log.with_extension(notes);
            for note in read(&fs::read(&notes).unwrap_or_default()).iter().rev() {
                if matches!(unsynced, Unsynced::Lost) || dice.random_bool(0.5) {
                    file.write_all_at(&note.stood, note.offset)
                        .expect("it is put back");
                }
            }
            let _ = fs::remove_file(notes);
        }
    }
}

struct Note {
    offset: u64,
    /// The bytes that stood there; zeros where the file was not that long.
    stood: Vec<u8>,
}

/// One that was being written when the program was killed came before its write, and is no loss.
fn read(mut bytes: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    let number = |bytes: &mut &[u8]| -> Option<u64> {
        let (number, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(u64::from_ne_bytes(*number))
    };
    while let (Some(offset), Some(length), Some(stood)) =
        (number(&mut bytes), number(&mut bytes), number(&mut bytes))
    {
        let Some((before, rest)) = bytes.split_at_checked(stood as usize) else {
            break;
        };
        let mut stood = before.to_vec();
        stood.resize(length as usize, 0);
        notes.push(Note { offset, stood });
        bytes = rest;
    }
    notes
}
