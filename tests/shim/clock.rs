//! A clock that is put before a program's own: the time of day is off by the seconds in the file that
//! `ATY_TEST_CLOCK` names, eight bytes that are mapped at the first look (a homeserver looks some 1,000 times a second);
//! clocks that only go forward are not touched.

use std::ffi::{c_char, c_int, c_long, c_void};
use std::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

use crate::the_real;

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
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn close(descriptor: c_int) -> c_int;
    fn mmap(
        at: *mut c_void,
        length: usize,
        protection: c_int,
        flags: c_int,
        descriptor: c_int,
        offset: c_long,
    ) -> *mut c_void;
}

const READ_ONLY: c_int = 0;
const READABLE: c_int = 1;
const SHARED: c_int = 1;
const FAILED: *mut c_void = -1_isize as *mut c_void;

const REALTIME: c_int = 0;
const REALTIME_COARSE: c_int = 5;

static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// By so many seconds the clock is off, once it is mapped. A process without one looks again: a fork of it may get one.
static OFFSET: AtomicPtr<AtomicI64> = AtomicPtr::new(std::ptr::null_mut());

fn offset() -> c_long {
    let mut mapped = OFFSET.load(Ordering::Relaxed);
    if mapped.is_null() {
        mapped = map();
        OFFSET.store(mapped, Ordering::Relaxed);
    }
    match mapped.is_null() {
        true => 0,
        // It stays mapped as long as the process runs.
        false => unsafe { (*mapped).load(Ordering::Relaxed) },
    }
}

fn map() -> *mut AtomicI64 {
    unsafe {
        let path = getenv(c"ATY_TEST_CLOCK".as_ptr());
        if path.is_null() {
            return std::ptr::null_mut();
        }
        let file = open(path, READ_ONLY);
        if file < 0 {
            return std::ptr::null_mut();
        }
        let size = size_of::<AtomicI64>();
        let mapped = mmap(std::ptr::null_mut(), size, READABLE, SHARED, file, 0);
        close(file);
        match mapped == FAILED {
            true => std::ptr::null_mut(),
            false => mapped.cast(),
        }
    }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int {
    unsafe {
        let real: ClockGettime = std::mem::transmute(the_real(&REAL, c"clock_gettime"));
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
