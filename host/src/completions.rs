//! `polaroid completions SHELL`: the command line, told to a shell.

use crate::args::CompletionsArgs;
use crate::error::Error;
use crate::output::{Output, Target};

/// Prints the script on standard output.
pub fn run(mut args: CompletionsArgs) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args.command, "polaroid", &mut script);
    let mut stdout = Output::open(&Target::Stdout, 0)?;
    stdout.write(&script)?;
    stdout.finish()
}
