//! A disk that a power cut can be played on: before a database's log is written to, what stood there is noted beside it, and
//! the notes are dropped when a sync of that file has ended well. Whoever cuts the power puts back what the notes say
//! (`tests/world/power.rs`).
//!
//! A note: the offset, the length of what was written, the length of what stood there (eight bytes each, the machine's order),
//! and what stood there. Notes that a sync under way may make void are in a file of their own.

use std::ffi::{c_int, c_long, c_void};
use std::fs::{self, File};
use std::io::Write;
use std::mem::{ManuallyDrop, transmute};
use std::os::fd::FromRawFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicPtr;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::the_real;

type Pwrite = unsafe extern "C" fn(c_int, *const c_void, usize, c_long) -> isize;
type Sync = unsafe extern "C" fn(c_int) -> c_int;

static REAL_PWRITE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
static REAL_FSYNC: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
static REAL_FDATASYNC: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
/// Held over a note and its write.
static WRITING: Mutex<()> = Mutex::new(());
static SYNCING: Mutex<()> = Mutex::new(());

/// Where the notes on an open file are, if it is a database's log and power may be cut.
fn notes(file: c_int) -> Option<PathBuf> {
    static CUTS: OnceLock<bool> = OnceLock::new();
    if !CUTS.get_or_init(|| std::env::var_os("ATY_TEST_POWER").is_some()) {
        return None;
    }
    let path = fs::read_link(format!("/proc/self/fd/{file}")).ok()?;
    (path.file_name()? == "db").then(|| path.with_extension("notes"))
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    file: c_int,
    bytes: *const c_void,
    length: usize,
    offset: c_long,
) -> isize {
    let write: Pwrite = unsafe { transmute(the_real(&REAL_PWRITE, c"pwrite64")) };
    let Some(notes) = notes(file) else {
        return unsafe { write(file, bytes, length, offset) };
    };
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    note(file, &notes, length, offset as u64);
    unsafe { write(file, bytes, length, offset) }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(
    file: c_int,
    bytes: *const c_void,
    length: usize,
    offset: c_long,
) -> isize {
    unsafe { pwrite64(file, bytes, length, offset) }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    unsafe { sync(file, transmute(the_real(&REAL_FSYNC, c"fsync"))) }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    unsafe { sync(file, transmute(the_real(&REAL_FDATASYNC, c"fdatasync"))) }
}

unsafe fn sync(file: c_int, real: Sync) -> c_int {
    let Some(notes) = notes(file) else {
        return unsafe { real(file) };
    };
    let _syncing = SYNCING.lock().unwrap_or_else(PoisonError::into_inner);
    let void = notes.with_extension("void");
    {
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = fs::rename(&notes, &void);
    }
    let answer = unsafe { real(file) };
    if answer == 0 {
        let _ = fs::remove_file(&void);
    }
    answer
}

fn note(file: c_int, notes: &PathBuf, length: usize, offset: u64) {
    // SAFETY: the program has it open, and it is not closed here.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(file) });
    let mut stood = vec![0; length];
    let mut read = 0;
    while let Ok(more @ 1..) = file.read_at(&mut stood[read..], offset + read as u64) {
        read += more;
    }
    stood.truncate(read);
    let head = [offset, length as u64, read as u64].map(u64::to_ne_bytes);
    let note = [&head.concat()[..], &stood].concat();
    let options = File::options().create(true).append(true).open(notes);
    options
        .and_then(|mut notes| notes.write_all(&note))
        .expect("what stood there is noted");
}
