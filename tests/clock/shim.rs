//! A clock to be put before a program's own (`LD_PRELOAD`): the time of day is off by the seconds in the file that
//! `ATY_TEST_CLOCK` names, read at each look; clocks that only go forward are not touched. `tests/clock.rs` compiles it.
//!
//! It is no part of the project's crates: whatever answers in the place of the C library can't do without `unsafe`.

use std::ffi::{CStr, c_int, c_long, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

#[repr(C)]
pub struct Timespec {
    seconds: c_long,
    nanoseconds: c_long,
}

#[repr(C)]
pub struct Timeval {
    seconds: c_long,
    microseconds: c_long,
}

type ClockGettime = unsafe extern "C" fn(c_int, *mut Timespec) -> c_int;

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, symbol: *const i8) -> *mut c_void;
}

/// Whoever comes after us: the C library.
const NEXT: *mut c_void = -1_isize as *mut c_void;
const REALTIME: c_int = 0;
const REALTIME_COARSE: c_int = 5;

static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

fn offset() -> c_long {
    let text =
        std::env::var_os("ATY_TEST_CLOCK").and_then(|file| std::fs::read_to_string(file).ok());
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int {
    unsafe {
        let mut real = REAL.load(Ordering::Relaxed);
        if real.is_null() {
            const NAME: &CStr = c"clock_gettime";
            real = dlsym(NEXT, NAME.as_ptr().cast());
            REAL.store(real, Ordering::Relaxed);
        }
        let real: ClockGettime = std::mem::transmute(real);
        let answer = real(clock, time);
        if answer == 0 && (clock == REALTIME || clock == REALTIME_COARSE) {
            (*time).seconds += offset();
        }
        answer
    }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(time: *mut Timeval, _zone: *mut c_void) -> c_int {
    let mut now = Timespec {
        seconds: 0,
        nanoseconds: 0,
    };
    unsafe {
        let answer = clock_gettime(REALTIME, &mut now);
        if !time.is_null() {
            *time = Timeval {
                seconds: now.seconds,
                microseconds: now.nanoseconds / 1000,
            };
        }
        answer
    }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(time: *mut c_long) -> c_long {
    let mut now = Timespec {
        seconds: 0,
        nanoseconds: 0,
    };
    unsafe {
        clock_gettime(REALTIME, &mut now);
        if !time.is_null() {
            *time = now.seconds;
        }
    }
    now.seconds
}
