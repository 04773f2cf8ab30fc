//! `polaroid compile`: the component's machine code, made ahead of time.

use crate::args::CompileArgs;
use crate::artifact;
use crate::engine;
use crate::error::Error;

/// Fills the cache, or writes the artifact to `-o`; prints the path of what it made.
pub fn run(args: CompileArgs) -> Result<(), Error> {
    let engine = engine::single()?;
    let component = artifact::find(args.component.as_deref())?;
    let made = match args.output {
        Some(output) => {
            artifact::write(&engine, &component, &output)?;
            output
        }
        None => artifact::cached(&engine, &component)?,
    };
    println!("{}", made.display());
    Ok(())
}
