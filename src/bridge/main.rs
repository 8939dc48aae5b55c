//! The program `aty`.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match bridge::command::Aty::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            bridge::command::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
