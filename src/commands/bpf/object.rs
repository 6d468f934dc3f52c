//! Object files of BPF: ELF of 64 bits, in which a section holds programs, and symbols name them (`elf.h`).

use crate::netlink::until_nul;

/// What is loaded of an object file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code<'a> {
    /// What its source calls it.
    pub name: &'a [u8],
    /// Its instructions, of 8 bytes each.
    pub instructions: &'a [u8],
    /// The license of the file; the kernel keeps some of its functions for some.
    pub license: &'a [u8],
    /// Whether it needs what is not in it: maps, data, or other functions.
    pub is_open: bool,
}

/// Which program of a file is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// The first of this section.
    Section(&'a [u8]),
    /// The one with this name.
    Program(&'a [u8]),
}

/// `e_machine` of BPF.
const MACHINE: u16 = 247;
/// Types of sections.
const PROGRAM_BITS: u32 = 1;
const SYMBOLS: u32 = 2;
const RELOCATIONS: u32 = 9;
/// The flag of a section of instructions.
const EXECUTABLE: u64 = 4;
/// The type of a function's symbol.
const FUNCTION: u8 = 2;

/// An object file.
pub struct Object<'a> {
    sections: Vec<Section<'a>>,
}

struct Section<'a> {
    name: &'a [u8],
    kind: u32,
    flags: u64,
    /// The section that this one tells of.
    about: u32,
    /// Where its names are.
    link: u32,
    content: &'a [u8],
}

impl<'a> Object<'a> {
    /// Reads the sections; `None` where this is no object file of BPF for this machine.
    pub fn parse(file: &'a [u8]) -> Option<Object<'a>> {
        let order = if cfg!(target_endian = "little") { 1 } else { 2 };
        if !file.starts_with(&[0x7f, b'E', b'L', b'F', 2, order]) || u16_at(file, 18)? != MACHINE {
            return None;
        }
        let (start, size) = (usize::try_from(u64_at(file, 40)?).ok()?, usize::from(u16_at(file, 58)?));
        let headers = file.get(start..)?.chunks_exact(size.max(64)).take(u16_at(file, 60)?.into());
        let mut sections = Vec::new();
        let mut names = Vec::new();
        for header in headers {
            let kind = u32_at(header, 4)?;
            // One without bits has no place in the file.
            let content = slice(file, u64_at(header, 24)?, u64_at(header, 32)?).unwrap_or_default();
            names.push(u32_at(header, 0)?);
            let (flags, link, about) = (u64_at(header, 8)?, u32_at(header, 40)?, u32_at(header, 44)?);
            sections.push(Section { name: &[], kind, flags, about, link, content });
        }
        let table = sections.get(usize::from(u16_at(file, 62)?))?.content;
        for (section, at) in sections.iter_mut().zip(names) {
            section.name = name_at(table, at);
        }
        Some(Object { sections })
    }

    /// The program that is meant, if the file has it.
    pub fn code(&self, which: Which<'_>) -> Option<Code<'a>> {
        let symbols = self.sections.iter().find(|section| section.kind == SYMBOLS)?;
        let names = self.sections.get(symbols.link as usize)?.content;
        let mut functions: Vec<_> = symbols
            .content
            .chunks_exact(24)
            .filter(|symbol| symbol[4] & 0xf == FUNCTION)
            .filter_map(|symbol| {
                Some((u16_at(symbol, 6)?, u64_at(symbol, 8)?, u64_at(symbol, 16)?, u32_at(symbol, 0)?))
            })
            .collect();
        functions.sort_unstable();
        functions.into_iter().find_map(|(index, start, size, at)| {
            let section = self.sections.get(usize::from(index))?;
            let name = name_at(names, at);
            let is_meant = match which {
                Which::Section(wanted) => section.name == wanted,
                Which::Program(wanted) => name == wanted,
            };
            let holds_code =
                section.kind == PROGRAM_BITS && section.flags & EXECUTABLE != 0 && section.name != b".text";
            if !is_meant || !holds_code {
                return None;
            }
            let instructions = slice(section.content, start, size)?;
            let range = start..start + size;
            let is_open = self
                .sections
                .iter()
                .filter(|other| other.kind == RELOCATIONS && other.about == u32::from(index))
                .flat_map(|other| other.content.chunks_exact(16))
                .any(|relocation| u64_at(relocation, 0).is_some_and(|at| range.contains(&at)));
            let license = self.sections.iter().find(|section| section.name == b"license");
            let license = until_nul(license.map_or(&[], |section| section.content));
            Some(Code { name, instructions, license, is_open })
        })
    }
}

fn slice(bytes: &[u8], start: u64, size: u64) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(size).ok()?)?)
}

fn name_at(table: &[u8], at: u32) -> &[u8] {
    until_nul(table.get(at as usize..).unwrap_or_default())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}
