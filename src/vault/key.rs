use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::VaultError;

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The one secret of a deployment, from which every id and every seal is derived.
///
/// Whoever has it can find out which number is behind every id, by trying all numbers of a country.
/// It therefore lies in a file of its own, outside of the data folder and of its backup.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// The key in this file; made at random, readable by its owner only (mode 0600), if the file is missing.
    ///
    /// # Errors
    /// As [`Key::open`], except that a missing file is none.
    pub fn open_or_create(path: &Path) -> Result<Self, VaultError> {
        match Self::open(path) {
            Err(VaultError::NoKey(_)) => {
                let key = Self::from_bytes(rand::random());
                key.create(path).map_err(|source| VaultError::Disk {
                    path: path.into(),
                    source,
                })?;
                Ok(key)
            }
            opened => opened,
        }
    }

    /// The key in this file.
    ///
    /// # Errors
    /// [`VaultError::NoKey`], [`VaultError::KeyOpenToOthers`], [`VaultError::NotAKey`], or [`VaultError::Disk`].
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let disk = |source| VaultError::Disk {
            path: path.into(),
            source,
        };
        match fs::read_to_string(path) {
            Ok(text) => {
                let mode = fs::metadata(path).map_err(disk)?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(VaultError::KeyOpenToOthers(path.into()));
                }
                from_hex(text.trim())
                    .map(Self::from_bytes)
                    .ok_or_else(|| VaultError::NotAKey(path.into()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(VaultError::NoKey(path.into()))
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(VaultError::NotAKey(path.into()))
            }
            Err(error) => Err(disk(error)),
        }
    }

    /// A key from its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The keyed id of some parts: HMAC-SHA256 over the domain and the parts, each preceded by its length,
    /// so that no two lists of parts give the same id. Never a plain hash: anyone could confirm a number
    /// by hashing it.
    pub fn id(&self, domain: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0[..]).expect("HMAC takes keys of any length");
        for part in std::iter::once(&domain.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The key for one purpose, derived from this one.
    pub fn derive(&self, purpose: &'static str) -> Self {
        Self::from_bytes(self.id("derive", &[purpose.as_bytes()]))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Written whole or not at all: a half-written key would be taken for a damaged one.
    fn create(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(to_hex(self.bytes()).as_bytes())?;
        file.sync_all()?;
        fs::rename(fresh, path)?;
        // The name, too, has to be on the disk before anything is sealed with the key.
        match path.parent().filter(|folder| folder.is_dir()) {
            Some(folder) => fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The first 80 bits as 16 characters of base32 (RFC 4648, lowercase): short enough to read in a log, long
/// enough never to meet twice.
pub fn base32_16(id: &[u8; 32]) -> String {
    let mut bits = 0u128;
    for byte in &id[..10] {
        bits = bits << 8 | u128::from(*byte);
    }
    (0..16)
        .rev()
        .map(|position| char::from(BASE32[(bits >> (position * 5) & 31) as usize]))
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()
        + "\n"
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_kept_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/aty.key");
        let first = Key::open_or_create(&path).unwrap();
        let second = Key::open_or_create(&path).unwrap();
        assert_eq!(first.bytes(), second.bytes());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refusal = Key::open_or_create(&path).unwrap_err().to_string();
        assert!(refusal.contains("chmod 600"), "{refusal}");
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aty.key");
        fs::write(&path, "hello").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(
            Key::open_or_create(&path),
            Err(VaultError::NotAKey(_))
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
    }

    #[test]
    fn ids_depend_on_key_domain_and_the_cut_between_parts() {
        let key = Key::from_bytes([1; 32]);
        let id = key.id("member", &[b"ab", b"c"]);
        assert_ne!(id, key.id("member", &[b"a", b"bc"]));
        assert_ne!(id, key.id("group", &[b"ab", b"c"]));
        assert_ne!(id, Key::from_bytes([2; 32]).id("member", &[b"ab", b"c"]));
        assert_eq!(id, key.id("member", &[b"ab", b"c"]));
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        let mut bytes = [0u8; 32];
        bytes[..10].copy_from_slice(b"foobarfoob");
        assert_eq!(base32_16(&bytes), "mzxw6ytbojtg633c");
    }
}
