//! A device with its channels and their associations, as it is shown.

use super::attrs::*;
use crate::netlink::{Attrs, Table};
use crate::output::Color;
use crate::rows;
use crate::view::View;

/// Counters as attributes and their names, in the order of the columns.
type Counters = &'static [(u16, &'static str)];

/// `MACSEC_SECY_STATS_ATTR_*`.
const OF_DEVICE: Counters = &[
    (1, "OutPktsUntagged"),
    (2, "InPktsUntagged"),
    (3, "OutPktsTooLong"),
    (4, "InPktsNoTag"),
    (5, "InPktsBadTag"),
    (6, "InPktsUnknownSCI"),
    (7, "InPktsNoSCI"),
    (8, "InPktsOverrun"),
];

/// `MACSEC_TXSC_STATS_ATTR_*`.
const OF_TXSC: Counters =
    &[(1, "OutPktsProtected"), (2, "OutPktsEncrypted"), (3, "OutOctetsProtected"), (4, "OutOctetsEncrypted")];

/// `MACSEC_RXSC_STATS_ATTR_*`.
const OF_RXSC: Counters = &[
    (1, "InOctetsValidated"),
    (2, "InOctetsDecrypted"),
    (3, "InPktsUnchecked"),
    (4, "InPktsDelayed"),
    (5, "InPktsOK"),
    (6, "InPktsInvalid"),
    (7, "InPktsLate"),
    (8, "InPktsNotValid"),
    (9, "InPktsNotUsingSA"),
    (10, "InPktsUnusedSA"),
];

/// `MACSEC_SA_STATS_ATTR_*` of an association to receive by.
const OF_RXSA: Counters =
    &[(1, "InPktsOK"), (2, "InPktsInvalid"), (3, "InPktsNotValid"), (4, "InPktsNotUsingSA"), (5, "InPktsUnusedSA")];

/// The same of one to send by.
const OF_TXSA: Counters = &[(6, "OutPktsProtected"), (7, "OutPktsEncrypted")];

/// Shows a device, if it is the one that is wanted.
pub(super) fn device(view: &mut View, attrs: &[u8], wanted: Option<u32>) {
    let attrs = Table::<ATTRS>::new(attrs);
    let (Some(index), Some(secy)) = (attrs.u32(IFINDEX), attrs.table::<ATTRS>(SECY)) else {
        return view.out.complain("incomplete dump message");
    };
    if wanted.is_some_and(|wanted| wanted != index) {
        return;
    }
    let View { out, links, .. } = view;
    out.open_object("");
    out.num("ifindex", "", index, ": ");
    out.paint(Color::Device, |out| out.str("ifname", "", links.name(index), ": "));
    rows::show(view, DEVICE, &secy);
    counters(view, OF_DEVICE, attrs.table(SECY_STATS));
    counters(view, OF_TXSC, attrs.table(TXSC_STATS));
    associations(view, OF_TXSA, attrs.nested(TXSA_LIST));
    view.out.open_array("rx_sc", "");
    for channel in attrs.nested(RXSC_LIST).into_iter().flatten() {
        let channel = Table::<ATTRS>::new(channel.payload);
        view.out.open_object("");
        rows::show(view, RXSC, &channel);
        counters(view, OF_RXSC, channel.table(RXSC_STATS));
        associations(view, OF_RXSA, channel.nested(RXSC_SA_LIST));
        view.out.close_object();
    }
    view.out.close_array("");
    if let Some(offload) = attrs.table::<ATTRS>(OFFLOAD_CONFIG) {
        rows::show(view, OFFLOADED, &offload);
    }
    view.out.close_object();
}

fn associations(view: &mut View, names: Counters, list: Option<Attrs<'_>>) {
    view.out.open_array("sa_list", "");
    for association in list.into_iter().flatten() {
        let association = Table::<ATTRS>::new(association.payload);
        view.out.open_object("");
        rows::show(view, SA, &association);
        counters(view, names, association.table(SA_STATS));
        view.out.close_object();
    }
    view.out.close_array("");
}

/// With `-statistics`, the names of counters and below each its number.
fn counters(view: &mut View, names: Counters, table: Option<Table<'_, ATTRS>>) {
    let (Some(table), true) = (table, view.options.stats > 0) else { return };
    let out = &mut view.out;
    if out.is_json() {
        for (attr, name) in names {
            if let Some(payload) = table.get(*attr) {
                out.num(name, "", rows::host(payload), "");
            }
        }
        return;
    }
    out.text("    stats:");
    for (_, name) in names {
        out.text(format_args!(" {name}"));
    }
    out.text("\n          ");
    for (attr, name) in names {
        let width = name.len() + 1;
        match table.get(*attr) {
            Some(payload) => out.text(format_args!("{:width$}", rows::host(payload))),
            None => out.text(format_args!("{:>width$}", '-')),
        }
    }
    out.text("\n");
}
