//! Everything to try the bridge on one machine: a homeserver, a WhatsApp server on loopback, phones.
//!
//! Nothing here leaves the machine, and nobody in it is real: the people are invented, and their numbers are
//! from the range reserved for fiction.

pub mod page;
pub mod phones;
pub mod server;
pub mod synapse;
pub mod town;

#[cfg(test)]
mod tests;
