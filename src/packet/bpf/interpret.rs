//! Runs a program as the kernel does (`net/core/filter.c`), but for what only the kernel knows of a packet.

use super::Instruction;
use crate::packet::Bytes;

/// How many bytes of the packet are wanted, 0 for none of it.
///
/// `packet` is what was captured, `len` how long it was. Reading beyond what was captured gives 0, as does a program that
/// makes no sense.
pub fn run(program: &[Instruction], packet: &[u8], len: u32) -> u32 {
    execute(program, Bytes(packet), len).unwrap_or(0)
}

fn execute(program: &[Instruction], packet: Bytes<'_>, len: u32) -> Option<u32> {
    let (mut a, mut x) = (0u32, 0u32);
    let mut memory = [0u32; libc::BPF_MEMWORDS as usize];
    let mut at = 0usize;
    // Jumps go forward only, so this ends.
    loop {
        let Instruction { code, jt, jf, k } = *program.get(at)?;
        at += 1;
        let code = u32::from(code);
        let operand = if code & libc::BPF_X == 0 { k } else { x };
        match code & 7 {
            libc::BPF_LD => {
                a = match code & 0xe0 {
                    libc::BPF_IMM => k,
                    libc::BPF_LEN => len,
                    libc::BPF_MEM => *memory.get(k as usize)?,
                    libc::BPF_ABS => load(packet, code, k)?,
                    libc::BPF_IND => load(packet, code, x.checked_add(k)?)?,
                    _ => return None,
                }
            }
            libc::BPF_LDX => {
                x = match code & 0xe0 {
                    libc::BPF_IMM => k,
                    libc::BPF_LEN => len,
                    libc::BPF_MEM => *memory.get(k as usize)?,
                    libc::BPF_MSH => u32::from(packet.u8(k as usize).ok()? & 0xf) << 2,
                    _ => return None,
                }
            }
            libc::BPF_ST => *memory.get_mut(k as usize)? = a,
            libc::BPF_STX => *memory.get_mut(k as usize)? = x,
            libc::BPF_ALU => a = calculate(code, a, operand)?,
            libc::BPF_JMP if code & 0xf0 == libc::BPF_JA => at = at.checked_add(k as usize)?,
            libc::BPF_JMP => {
                let holds = match code & 0xf0 {
                    libc::BPF_JEQ => a == operand,
                    libc::BPF_JGT => a > operand,
                    libc::BPF_JGE => a >= operand,
                    libc::BPF_JSET => a & operand != 0,
                    _ => return None,
                };
                at += usize::from(if holds { jt } else { jf });
            }
            libc::BPF_RET => return Some(if code & 0x18 == libc::BPF_A { a } else { k }),
            _ if code & 0xf8 == libc::BPF_TAX => x = a,
            _ => a = x,
        }
    }
}

fn load(packet: Bytes<'_>, code: u32, at: u32) -> Option<u32> {
    let at = at as usize;
    match code & 0x18 {
        libc::BPF_W => packet.u32(at),
        libc::BPF_H => packet.u16(at).map(u32::from),
        _ => packet.u8(at).map(u32::from),
    }
    .ok()
}

fn calculate(code: u32, a: u32, operand: u32) -> Option<u32> {
    Some(match code & 0xf0 {
        libc::BPF_ADD => a.wrapping_add(operand),
        libc::BPF_SUB => a.wrapping_sub(operand),
        libc::BPF_MUL => a.wrapping_mul(operand),
        libc::BPF_DIV => a.checked_div(operand)?,
        libc::BPF_MOD => a.checked_rem(operand)?,
        libc::BPF_AND => a & operand,
        libc::BPF_OR => a | operand,
        libc::BPF_XOR => a ^ operand,
        libc::BPF_LSH => a.checked_shl(operand).unwrap_or(0),
        libc::BPF_RSH => a.checked_shr(operand).unwrap_or(0),
        libc::BPF_NEG => a.wrapping_neg(),
        _ => return None,
    })
}
