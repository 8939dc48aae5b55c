//! A real homeserver on one machine: Synapse, installed from PyPI into a folder of its own and run on loopback.
//!
//! [`install()`] makes sure that it is there, [`Synapse::start`] runs it. It federates with nobody and dies with this
//! process, however that ends.

mod accounts;
mod command;
mod forkserver;
mod install;
#[cfg(target_os = "linux")]
mod leftover;
mod process;
mod python;
mod settings;
#[cfg(test)]
mod tests;

pub use install::{InstallError, Installation, Progress, Step, VERSION, install};
#[cfg(target_os = "linux")]
pub use leftover::end_leftover;
pub use process::{Synapse, SynapseError};
pub use settings::SynapseSettings;
