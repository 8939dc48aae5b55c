//! How many worlds there are at a time, and how long each is there.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Worlds for each core: measured, see CONTRIBUTING.md. Most of the time most of them wait.
const FOR_EACH_CORE: usize = 4;
/// The memory of one world, in bytes: homeserver, bridge, phones and files.
const MEMORY: u64 = 400 << 20;

/// A test's turn, for as long as it has a world. A test that has one may make more of them.
#[derive(Clone)]
pub struct Turn {
    _of_test: Arc<OfTest>,
}

struct OfTest {
    name: String,
    since: Instant,
    _permit: OwnedSemaphorePermit,
}

/// The turns of the tests that have one.
static TAKEN: Mutex<Option<HashMap<String, Weak<OfTest>>>> = Mutex::new(None);

impl Turn {
    /// Waits until it is this test's turn.
    pub async fn take() -> Self {
        let name = std::thread::current().name().unwrap_or("main").to_owned();
        if let Some(of_test) = taken(&name) {
            return Self { _of_test: of_test };
        }
        let permit = turns().acquire_owned().await;
        let of_test = Arc::new(OfTest {
            since: Instant::now(),
            _permit: permit.expect("it is never closed"),
            name: name.clone(),
        });
        let mut all = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        all.get_or_insert_default()
            .insert(name, Arc::downgrade(&of_test));
        Self { _of_test: of_test }
    }
}

fn taken(name: &str) -> Option<Arc<OfTest>> {
    let all = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    all.as_ref()?.get(name)?.upgrade()
}

impl Drop for OfTest {
    /// One line for each test and run, for `.ci/run` to print the slowest.
    fn drop(&mut self) {
        let seconds = self.since.elapsed().as_secs_f64();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scenes.tsv");
        let file = File::options().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{seconds:.1}\t{}", self.name));
    }
}

fn turns() -> Arc<Semaphore> {
    static TURNS: Mutex<Option<Arc<Semaphore>>> = Mutex::new(None);
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns
        .get_or_insert_with(|| {
            let at_a_time = at_a_time();
            // Past the capture of what tests print.
            let _ = writeln!(
                std::io::stderr(),
                "{at_a_time} worlds at a time, in {}",
                super::place::all().display()
            );
            Arc::new(Semaphore::new(at_a_time))
        })
        .clone()
}

fn at_a_time() -> usize {
    if let Some(wanted) = std::env::var("ATY_WORLDS")
        .ok()
        .and_then(|text| text.parse().ok())
    {
        return wanted;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let room = available_memory().map_or(usize::MAX, |memory| (memory / MEMORY) as usize);
    (cores * FOR_EACH_CORE).min(room).max(1)
}

/// Memory that can still be had, in bytes, where the system tells.
pub fn available_memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}
