//! `polaroid compile`: the component's machine code, made ahead of time.

use crate::args::CompileArgs;
use crate::artifact;
use crate::engine;
use crate::error::Error;
use crate::output::{Output, Target};

/// Fills the cache, or writes the artifact, or a program with the artifact in it, to `-o`; prints the path of what it made, except into it.
pub fn run(args: CompileArgs) -> Result<(), Error> {
    artifact::check_compiler()?;
    let engine = engine::single(args.fuel)?;
    let component = artifact::find(args.component.as_deref())?;
    let made = match args.output {
        Some(output) => {
            let target = Target::find(Some(&output))?;
            artifact::write(&engine, &component, &target, args.embed.as_deref())?;
            if target == Target::Stdout {
                return Ok(());
            }
            output
        }
        None => artifact::cached(&engine, &component)?,
    };
    let mut stdout = Output::open(&Target::Stdout, 0)?;
    stdout.write(format!("{}\n", made.display()).as_bytes())?;
    stdout.finish()
}
