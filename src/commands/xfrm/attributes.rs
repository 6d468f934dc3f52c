//! What states, policies and reports have beside their structures.

use super::algorithm;
use super::id::{Ends, address};
use super::values::{ENCAPS, LEVELS, Moment, Named, SHARES, STATE_DIRECTIONS};
use crate::output::{Out, Prefixed};
use crate::rtnl::xfrm::{Address, Attributes, Context, Encap, EsnReplay, Field, Mark, Offload, Replay, Template, uapi};
use crate::view::View;

/// What is said where an attribute is too short.
const TRUNCATED: &str = "(ERROR truncated)";

/// How attributes are shown.
pub struct Manner<'a> {
    /// `AF_*` of the addresses.
    pub family: u16,
    /// What stands before each line.
    pub indent: &'a str,
    /// Keys are hidden.
    pub no_keys: bool,
    /// A device that does the work does it for packets that go one way.
    pub is_directed: bool,
}

impl Manner<'_> {
    /// Shows the attributes. One that is too short ends it.
    pub fn show(&self, view: &mut View, attributes: &Attributes<'_>) {
        marks(&mut view.out, attributes);
        algorithm::show(view, attributes, self.indent, self.no_keys);
        // The rest, one after the other.
        let _ = self.rest(view, attributes);
    }

    fn rest(&self, view: &mut View, attributes: &Attributes<'_>) -> Option<()> {
        let get = |attr: u16| attributes.get(attr);
        if let Some(payload) = get(uapi::XFRMA_ENCAP) {
            self.encap(&mut view.out, payload)?;
        }
        if let Some(payload) = get(uapi::XFRMA_TMPL) {
            self.templates(view, payload);
        }
        let out = &mut view.out;
        if let Some(payload) = get(uapi::XFRMA_COADDR) {
            let care_of: Address = self.begin(out, "coa ", payload)?;
            out.text(address(self.family, &care_of));
            out.line();
        }
        if let Some(payload) = get(uapi::XFRMA_LASTUSED) {
            let moment = Moment(self.begin(out, "lastused ", payload)?);
            out.text(moment);
            out.line();
        }
        if let Some(payload) = get(uapi::XFRMA_REPLAY_VAL) {
            let Replay { sequence, out_sequence, bitmap } = self.begin(out, "anti-replay context: ", payload)?;
            out.text(format_args!("seq 0x{sequence:x}, oseq 0x{out_sequence:x}, bitmap 0x{bitmap:08x}"));
            out.line();
        }
        if let Some(payload) = get(uapi::XFRMA_REPLAY_ESN_VAL) {
            self.esn(out, payload)?;
        }
        if let Some(payload) = get(uapi::XFRMA_OFFLOAD_DEV) {
            self.offload(view, payload)?;
        }
        self.numbers(&mut view.out, attributes);
        Some(())
    }

    /// Shows what an attribute is, and reads it; where it is too short, says so and gives nothing.
    fn begin<T: Field>(&self, out: &mut Out, what: &str, payload: &[u8]) -> Option<T> {
        out.text(self.indent);
        out.text(what);
        let value = T::split(payload).map(|(value, _)| value);
        if value.is_none() {
            out.text(TRUNCATED);
            out.line();
        }
        value
    }

    fn encap(&self, out: &mut Out, payload: &[u8]) -> Option<()> {
        let encap: Encap = self.begin(out, "encap ", payload)?;
        out.text("type ");
        out.text(Named(&ENCAPS, encap.kind.into()));
        out.text(format_args!(" sport {} dport {} addr ", encap.source_port.0, encap.destination_port.0));
        out.text(address(self.family, &encap.address));
        out.line();
        Some(())
    }

    fn templates(&self, view: &mut View, payload: &[u8]) {
        let indent = self.indent;
        let stats = view.options.stats > 0;
        let mut rest = payload;
        if rest.len() < Template::LEN {
            view.out.text(indent);
            view.out.text("(ERROR \"tmpl\" truncated)");
            view.out.line();
        }
        while let Some((template, behind)) = Template::split(rest) {
            rest = behind;
            let Template { id, source, mode, reqid, family, .. } = &template;
            view.out.text(indent);
            view.out.text("tmpl ");
            Ends { source, id, mode: *mode, reqid: *reqid, family: *family, with_spi: false }.show(view, indent);
            let out = &mut view.out;
            if stats || template.optional != 0 {
                out.text(indent);
                out.text("\tlevel ");
                out.text(Named(&LEVELS, template.optional.into()));
                out.text(" ");
                if stats {
                    out.text("share ");
                    out.text(Named(&SHARES, template.share.into()));
                    out.text(" ");
                }
                out.line();
            }
            if stats {
                out.text(indent);
                out.text("\t");
                masks(out, [template.enc_algorithms, template.auth_algorithms, template.comp_algorithms]);
                out.line();
            }
        }
    }

    fn esn(&self, out: &mut Out, payload: &[u8]) -> Option<()> {
        let replay: EsnReplay = self.begin(out, "anti-replay esn context:", payload)?;
        out.line();
        out.text(self.indent);
        out.text(format_args!(
            " seq-hi 0x{:x}, seq 0x{:x}, oseq-hi 0x{:x}, oseq 0x{:x}",
            replay.sequence_high, replay.sequence, replay.out_sequence_high, replay.out_sequence
        ));
        out.line();
        out.text(self.indent);
        out.text(format_args!(" replay_window {}, bitmap-length {}", replay.window, replay.words));
        let bitmap = payload[EsnReplay::LEN..].as_chunks::<4>().0;
        let bitmap = bitmap.get(..replay.words as usize).unwrap_or(bitmap);
        for (at, word) in bitmap.iter().rev().enumerate() {
            if at % 8 == 0 {
                out.line();
                out.text(self.indent);
                out.text(" ");
            }
            out.text(format_args!("{:08x} ", u32::from_ne_bytes(*word)));
        }
        out.line();
        Some(())
    }

    fn offload(&self, view: &mut View, payload: &[u8]) -> Option<()> {
        let View { out, links, .. } = view;
        let offload: Offload = self.begin(out, "crypto offload parameters: ", payload)?;
        let is_packet = offload.flags & uapi::XFRM_OFFLOAD_PACKET != 0;
        out.text("dev ");
        out.text(links.name(offload.device.cast_unsigned()));
        if self.is_directed {
            out.text(if offload.flags & uapi::XFRM_OFFLOAD_INBOUND != 0 { " dir in" } else { " dir out" });
        }
        out.text(if is_packet { " mode packet" } else { "" });
        out.line();
        Some(())
    }

    fn numbers(&self, out: &mut Out, attributes: &Attributes<'_>) {
        if let Some(id) = attributes.u32(uapi::XFRMA_IF_ID) {
            out.text(self.indent);
            out.text("if_id ");
            out.text(Prefixed(id.into()));
            out.line();
        }
        if let Some(len) = attributes.u32(uapi::XFRMA_TFCPAD) {
            out.text(self.indent);
            out.text(format_args!("tfcpad {len}"));
            out.line();
        }
        if let Some(direction) = attributes.u8(uapi::XFRMA_SA_DIR) {
            out.text("\tdir ");
            match STATE_DIRECTIONS.name(direction.into()) {
                "" => out.text(format_args!("other ({direction})")),
                name => out.text(name),
            }
            out.line();
        }
        if let Some(cpu) = attributes.u32(uapi::XFRMA_SA_PCPU) {
            out.text(format_args!("\tpcpu-num {cpu}"));
            out.line();
        }
    }
}

/// Shows the marks that packets have, and that they are given.
fn marks(out: &mut Out, attributes: &Attributes<'_>) {
    let mark = attributes.get(uapi::XFRMA_MARK).and_then(Mark::read);
    let output = attributes.u32(uapi::XFRMA_SET_MARK);
    if mark.is_none() && output.is_none() {
        return;
    }
    out.text("\t");
    if let Some(mark) = mark {
        out.text("mark ");
        out.text(Prefixed(mark.value.into()));
        out.text("/");
        out.text(Prefixed(mark.mask.into()));
        out.text(" ");
    }
    if let Some(output) = output {
        out.text(format_args!("output-mark 0x{output:x}"));
        if let Some(mask) = attributes.u32(uapi::XFRMA_SET_MARK_MASK) {
            out.text(format_args!("/0x{mask:x}"));
        }
    }
    out.line();
}

/// Shows which algorithms will do: of encryption, authentication and compression.
pub fn masks(out: &mut Out, [enc, auth, comp]: [u32; 3]) {
    out.text(format_args!("enc-mask {enc:08x} auth-mask {auth:08x} comp-mask {comp:08x}"));
}

/// Shows the context of a security module.
pub fn context(out: &mut Out, attributes: &Attributes<'_>) {
    let Some(payload) = attributes.get(uapi::XFRMA_SEC_CTX) else { return };
    out.text("\tsecurity context ");
    match Context::split(payload) {
        None => out.text(TRUNCATED),
        Some((context, name)) => {
            let name = name.get(..context.name_len.into()).unwrap_or(name);
            out.text(crate::netlink::until_nul(name));
            out.text(" ");
        }
    }
    out.line();
}
