//! How an artifact's file is laid out: what loading reads lies together at its end, and the whole can
//! stand behind a program in one file.
//!
//! wasmtime writes machine code as an ELF object and finds everything in it by the section headers.
//! A kernel that starts a program looks at the program headers only. One file can be both: the bytes
//! of the program first, the sections of the object behind them, and one ELF header that leads to
//! the program's program headers and to the object's section headers. Such a file is mapped whole,
//! as an artifact of its own is, so an embedded artifact starts as fast (docs/decisions/0012).
//!
//! Left out are the symbol table and its names, for profilers and debuggers: 5 % of the file.

use super::seal::Seal;
use object::LittleEndian as LE;
use object::elf::{FileHeader64, SHT_NULL, SHT_SYMTAB, SectionHeader64};
use object::pod::bytes_of;
use object::read::elf::{FileHeader as _, SectionHeader as _};

/// Sections that are read while the code runs, or not at all. The rest is read to load it.
const AT_RUN_TIME: [&[u8]; 4] = [b".text", b".rodata.wasm", b".wasmtime.traps", b".wasmtime.exceptions"];

/// The tables begin on a page of their own.
const PAGE: usize = 4096;

/// The sealed file of `object`, as `precompile_component` makes it, behind `program`, or alone when
/// that is empty. The error says what is wrong with the program.
pub fn lay_out(object: &[u8], program: &[u8]) -> Result<Vec<u8>, String> {
    let bad_object = |error: object::Error| format!("wasmtime's own object cannot be read: {error}");
    let source = FileHeader64::<LE>::parse(object).map_err(bad_object)?;
    let sections = source.sections(LE, object).map_err(bad_object)?;
    let mut kept = Vec::new();
    for section in sections.iter().filter(|section| section.sh_type(LE) != SHT_NULL) {
        let name = sections.section_name(LE, section).map_err(bad_object)?;
        if section.sh_type(LE) != SHT_SYMTAB && name != b".strtab" {
            kept.push((name, *section, section.data(LE, object).map_err(bad_object)?));
        }
    }
    let place = |name: &[u8]| AT_RUN_TIME.iter().position(|at_run_time| *at_run_time == name);
    kept.sort_by_key(|(name, ..)| place(name).unwrap_or(AT_RUN_TIME.len()));

    let mut header = if program.is_empty() { *source } else { check_program(program, source)? };
    let mut file = Vec::with_capacity(program.len() + object.len() + PAGE);
    file.extend_from_slice(if program.is_empty() { bytes_of(&header) } else { program });
    // The first one is empty in every ELF file, and counted.
    let mut headers: Vec<SectionHeader64<LE>> = sections.iter().take(1).copied().collect();
    let mut tables_at = None;
    for (name, mut section, data) in kept {
        if place(name).is_none() && tables_at.is_none() {
            pad(&mut file, PAGE);
            tables_at = Some(file.len());
        }
        pad(&mut file, usize::try_from(section.sh_addralign(LE)).unwrap_or(PAGE));
        section.sh_offset.set(LE, file.len() as u64);
        file.extend_from_slice(data);
        if name == b".shstrtab" {
            header.e_shstrndx.set(LE, headers.len() as u16);
        }
        headers.push(section);
    }
    pad(&mut file, size_of::<u64>());
    header.e_shoff.set(LE, file.len() as u64);
    header.e_shnum.set(LE, headers.len() as u16);
    header.e_shentsize.set(LE, size_of::<SectionHeader64<LE>>() as u16);
    // Where wasmtime says that this is a component. The kernel and the loaders of x86-64 and aarch64
    // have no use for the field.
    header.e_flags = source.e_flags;
    for section in &headers {
        file.extend_from_slice(bytes_of(section));
    }
    file[..size_of_val(&header)].copy_from_slice(bytes_of(&header));
    let tables_at = tables_at.ok_or("wasmtime's own object has no tables")?;
    Seal::put(&mut file, tables_at, program.len());
    Ok(file)
}

/// The header of a program that the machine code can run in.
fn check_program(program: &[u8], object: &FileHeader64<LE>) -> Result<FileHeader64<LE>, String> {
    let header = FileHeader64::<LE>::parse(program).map_err(|_| "it is no 64-bit ELF file".to_owned())?;
    if header.e_phnum.get(LE) == 0 {
        return Err("it is no program: nothing in it is to be loaded".into());
    }
    let (seen, wanted) = (header.e_machine.get(LE), object.e_machine.get(LE));
    if seen != wanted {
        return Err(format!(
            "it is for another processor (ELF machine {seen}, the artifact is for {wanted})"
        ));
    }
    Ok(*header)
}

fn pad(file: &mut Vec<u8>, alignment: usize) {
    file.resize(file.len().next_multiple_of(alignment.max(1)), 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use wasmtime::component::Component;

    fn object() -> Vec<u8> {
        let wasm = wat::parse_str("(component (core module (memory 1) (data (i32.const 0) \"x\") (func)))");
        engine::single(false).unwrap().precompile_component(&wasm.unwrap()).unwrap()
    }

    fn load(file: &[u8]) -> wasmtime::Result<Component> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, file).unwrap();
        // SAFETY: made by `precompile_component` in this test.
        unsafe { Component::deserialize_file(&engine::single(false).unwrap(), &path) }
    }

    #[test]
    fn an_artifact_alone_loads_and_is_smaller_than_the_object() {
        let object = object();
        let file = lay_out(&object, &[]).unwrap();
        load(&file).unwrap();
        let symbols = |bytes: &[u8]| {
            let header = FileHeader64::<LE>::parse(bytes).unwrap();
            header.sections(LE, bytes).unwrap().symbols(LE, bytes, SHT_SYMTAB).unwrap().len()
        };
        assert!(symbols(&object) > 0 && symbols(&file) == 0);
    }

    #[test]
    fn an_artifact_behind_a_program_loads_and_the_program_is_still_there() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        let file = lay_out(&object(), &program).unwrap();
        load(&file).unwrap();
        assert!(file[size_of::<FileHeader64<LE>>()..].starts_with(&program[size_of::<FileHeader64<LE>>()..]));
        let (before, after) = (
            FileHeader64::<LE>::parse(&*program).unwrap().program_headers(LE, &*program).unwrap().len(),
            FileHeader64::<LE>::parse(&*file).unwrap().program_headers(LE, &*file).unwrap().len(),
        );
        assert_eq!(before, after);
    }

    #[test]
    fn what_is_no_program_for_this_processor_is_refused() {
        let object = object();
        assert!(lay_out(&object, b"#!/bin/sh\n").unwrap_err().contains("no 64-bit ELF"));
        assert!(lay_out(&object, &object).unwrap_err().contains("no program"));
        let mut foreign = std::fs::read("/proc/self/exe").unwrap();
        foreign[18] ^= 0xff;
        assert!(lay_out(&object, &foreign).unwrap_err().contains("another processor"));
    }
}
