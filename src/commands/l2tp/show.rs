//! Tunnels and sessions as they are shown.

use super::attrs::*;
use crate::netlink::Table;
use crate::output::Color;
use crate::rows;
use crate::view::View;

/// Shows a tunnel.
pub(super) fn tunnel(view: &mut View, attrs: &[u8]) {
    let attrs = Table::<ATTRS>::new(attrs);
    view.out.open_object("");
    rows::show(view, TUNNEL, &attrs);
    if attrs.u16(ENCAP_TYPE) == Some(UDP) {
        rows::show(view, PORTS, &attrs);
        checksums(view, &attrs);
    }
    view.out.close_object();
}

fn checksums(view: &mut View, attrs: &Table<'_, ATTRS>) {
    let out = &mut view.out;
    let text = if attrs.has(IP_SADDR) {
        let on = attrs.u8(UDP_CSUM).is_some_and(|on| on != 0);
        out.bool("checksum", on, "");
        if on { "enabled" } else { "disabled" }
    } else {
        let [sent, wanted] = [UDP_ZERO_CSUM6_TX, UDP_ZERO_CSUM6_RX].map(|attr| !attrs.has(attr));
        out.bool("checksum_tx", sent, "");
        out.bool("checksum_rx", wanted, "");
        match (sent, wanted) {
            (true, true) => "enabled",
            (true, false) => "tx",
            (false, true) => "rx",
            (false, false) => "disabled",
        }
    };
    out.text(format_args!("  UDP checksum: {text}\n"));
}

/// Shows a session.
pub(super) fn session(view: &mut View, attrs: &[u8]) {
    let attrs = Table::<ATTRS>::new(attrs);
    view.out.open_object("");
    rows::show(view, SESSION, &attrs);
    if let Some(name) = attrs.str(IFNAME) {
        view.out.paint(Color::Device, |out| out.str("interface", "  interface name: ", name, ""));
        view.out.line();
    }
    // Offsets are of the past; text shows them for scripts that look for them.
    view.out.text("  offset 0, peer offset 0\n");
    rows::show(view, COOKIES, &attrs);
    let numbered = [(SEND_SEQ, "send_seq", " send"), (RECV_SEQ, "recv_seq", " recv")];
    let is_on = |attr: u16| attrs.u8(attr).is_some_and(|on| on != 0);
    if numbered.iter().any(|(attr, ..)| is_on(*attr)) {
        view.out.line();
        view.out.text("  sequence numbering:");
    }
    for (_, key, text) in numbered.iter().filter(|(attr, ..)| is_on(*attr)) {
        view.out.mark_set(key, text);
    }
    view.out.text("\n");
    view.out.close_object();
}
