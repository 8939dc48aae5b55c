//! Tests put this between a program and the C library (`LD_PRELOAD`): a clock that can be wrong, and a disk from which a power
//! cut takes what was not synced. Each does nothing until its variable is set. `tests/world/shim.rs` compiles it.
//!
//! It is no part of the project's crates: whatever answers in the place of the C library can't do without `unsafe`.

mod clock;
mod power;

use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// The library after us: that of C.
const NEXT: *mut c_void = -1_isize as *mut c_void;

/// The C library's own function of this name, looked up once.
fn the_real(known: &AtomicPtr<c_void>, name: &CStr) -> *mut c_void {
    let mut real = known.load(Ordering::Relaxed);
    if real.is_null() {
        // SAFETY: the name ends with a zero.
        real = unsafe { dlsym(NEXT, name.as_ptr()) };
        known.store(real, Ordering::Relaxed);
    }
    real
}
