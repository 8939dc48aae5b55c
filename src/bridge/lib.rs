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
pub mod engine;
pub mod logs;
