//! The program `aty`.
fn main() {}
