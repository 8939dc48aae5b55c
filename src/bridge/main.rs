//! The program `aty`.

use std::process::ExitCode;

fn main() -> ExitCode {
    bridge::main()
}
