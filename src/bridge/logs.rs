//! What the program writes about itself. Every line passes the redactor, whoever wrote it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::panic;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogFormat, LogSettings};

/// Where lines go.
#[derive(Clone)]
enum Target {
    Terminal,
    File(Arc<Mutex<File>>),
}

/// Begins logging, to standard error or to a file.
///
/// # Errors
/// When the file can't be written.
pub fn begin(settings: &LogSettings, file: Option<&Path>) -> io::Result<()> {
    let target = match file {
        None => Target::Terminal,
        Some(path) => {
            let file = File::options()
                .create(true)
                .append(true)
                .mode(0o600)
                .open(path)?;
            Target::File(Arc::new(Mutex::new(file)))
        }
    };
    // The Signal library writes keys and addresses into its lines.
    let filter = format!("{},libsignal=off", settings.filter);
    let filter =
        EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info,libsignal=off"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Redacted(target))
        .with_ansi(false)
        // Told on the same full disk, it would panic.
        .log_internal_errors(false);
    let begun = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    // What other people's code says when it panics may hold anything; it passes the redactor too.
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    begun.map_err(|error| io::Error::other(error.to_string()))
}

/// Takes numbers and addresses out of every line.
struct Redacted(Target);

impl<'a> MakeWriter<'a> for Redacted {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.0.clone())
    }
}

/// One line on its way. The subscriber writes each in one piece.
struct Line(Target);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let text = whatsapp::redact_log(&text);
        match &self.0 {
            Target::Terminal => io::stderr().write_all(text.as_bytes())?,
            Target::File(file) => {
                file.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(text.as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
