//! The program `aty`: it joins the rooms of a plan to WhatsApp groups.
//!
//! The engine does the work; the configuration tells it for whom. Everything that a person types or reads in a
//! terminal is in the command line.

pub mod backup;
pub mod clock;
pub mod command;
pub mod config;
pub mod control;
pub mod doctor;
pub(crate) mod doorway;
pub mod engine;
pub mod logs;

use std::process::ExitCode;

use clap::Parser;
use rustix::fs::Mode;

/// The whole program: it reads the command line and does what it says. Here and not in `main.rs`, so that the compiler makes
/// code of it once and not again for the program.
pub fn main() -> ExitCode {
    // Whatever is written is its owner's alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let asked = command::Aty::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(Box::pin(asked.run())),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            command::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
