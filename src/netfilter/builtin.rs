//! The tables and chains that iptables has without anybody's making them.

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its chains, in the order of their hooks.
    pub chains: &'static [Chain],
}

/// A chain at a hook.
#[derive(Debug)]
pub struct Chain {
    /// Its name.
    pub name: &'static str,
    /// `NF_INET_*`.
    pub hook: u32,
    /// `NF_IP_PRI_*`.
    pub priority: i32,
    /// nf_tables' type of base chain.
    pub kind: &'static str,
}

const fn chain(name: &'static str, hook: u32, priority: i32, kind: &'static str) -> Chain {
    Chain { name, hook, priority, kind }
}

/// The tables in the order in which iptables-save shows them: that in which iptables-nft numbers them.
pub const TABLES: &[Table] = &[
    Table {
        name: "mangle",
        chains: &[
            chain("PREROUTING", 0, -150, "filter"),
            chain("INPUT", 1, -150, "filter"),
            chain("FORWARD", 2, -150, "filter"),
            chain("OUTPUT", 3, -150, "route"),
            chain("POSTROUTING", 4, -150, "filter"),
        ],
    },
    Table {
        name: "security",
        chains: &[
            chain("INPUT", 1, 150, "filter"),
            chain("FORWARD", 2, 150, "filter"),
            chain("OUTPUT", 3, 150, "filter"),
        ],
    },
    Table { name: "raw", chains: &[chain("PREROUTING", 0, -300, "filter"), chain("OUTPUT", 3, -300, "filter")] },
    Table {
        name: "filter",
        chains: &[chain("INPUT", 1, 0, "filter"), chain("FORWARD", 2, 0, "filter"), chain("OUTPUT", 3, 0, "filter")],
    },
    Table {
        name: "nat",
        chains: &[
            chain("PREROUTING", 0, -100, "nat"),
            chain("INPUT", 1, 100, "nat"),
            chain("OUTPUT", 3, -100, "nat"),
            chain("POSTROUTING", 4, 100, "nat"),
        ],
    },
];

/// The table called `name`.
pub fn table(name: &[u8]) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name.as_bytes() == name)
}

impl Table {
    /// Its chain called `name`.
    pub fn chain(&self, name: &[u8]) -> Option<&'static Chain> {
        self.chains.iter().find(|chain| chain.name.as_bytes() == name)
    }
}
