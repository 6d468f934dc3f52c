//! The kernel's constants for nf_tables and x_tables, which no crate at hand has.
//!
//! From `linux/netfilter/nfnetlink.h`, `linux/netfilter/nf_tables.h`, `linux/netfilter/nf_tables_compat.h`.

/// `NFNL_MSG_BATCH_BEGIN` and its end: what stands between is carried out together or not at all.
pub const BATCH_BEGIN: u16 = 0x10;
/// `NFNL_MSG_BATCH_END`.
pub const BATCH_END: u16 = 0x11;
/// `NFNL_BATCH_GENID`: the ruleset that a batch is meant for.
pub const BATCH_GENID: u16 = 1;
/// `NFNL_SUBSYS_NFTABLES`.
pub const SUBSYS_NFTABLES: u16 = 10;

/// `NFT_MSG_*`, in the upper byte the subsystem.
pub mod msg {
    use super::SUBSYS_NFTABLES;

    const fn nft(number: u16) -> u16 {
        SUBSYS_NFTABLES << 8 | number
    }

    /// `NFT_MSG_NEWTABLE`.
    pub const NEWTABLE: u16 = nft(0);
    /// `NFT_MSG_GETTABLE`.
    pub const GETTABLE: u16 = nft(1);
    /// `NFT_MSG_NEWCHAIN`.
    pub const NEWCHAIN: u16 = nft(3);
    /// `NFT_MSG_GETCHAIN`.
    pub const GETCHAIN: u16 = nft(4);
    /// `NFT_MSG_DELCHAIN`.
    pub const DELCHAIN: u16 = nft(5);
    /// `NFT_MSG_NEWRULE`.
    pub const NEWRULE: u16 = nft(6);
    /// `NFT_MSG_GETRULE`.
    pub const GETRULE: u16 = nft(7);
    /// `NFT_MSG_DELRULE`.
    pub const DELRULE: u16 = nft(8);
    /// `NFT_MSG_GETGEN`.
    pub const GETGEN: u16 = nft(16);
}

/// `NFTA_*`: attributes, by the object that has them.
pub mod nfta {
    /// `NLA_F_NESTED`.
    pub const NESTED: u16 = 0x8000;
    /// `NFTA_TABLE_NAME`.
    pub const TABLE_NAME: u16 = 1;
    /// `NFTA_GEN_ID`.
    pub const GEN_ID: u16 = 1;

    /// `NFTA_CHAIN_TABLE`.
    pub const CHAIN_TABLE: u16 = 1;
    /// `NFTA_CHAIN_HANDLE`.
    pub const CHAIN_HANDLE: u16 = 2;
    /// `NFTA_CHAIN_NAME`.
    pub const CHAIN_NAME: u16 = 3;
    /// `NFTA_CHAIN_HOOK`.
    pub const CHAIN_HOOK: u16 = 4;
    /// `NFTA_CHAIN_POLICY`.
    pub const CHAIN_POLICY: u16 = 5;
    /// `NFTA_CHAIN_USE`.
    pub const CHAIN_USE: u16 = 6;
    /// `NFTA_CHAIN_TYPE`.
    pub const CHAIN_TYPE: u16 = 7;
    /// `NFTA_CHAIN_COUNTERS`.
    pub const CHAIN_COUNTERS: u16 = 8;
    /// `NFTA_HOOK_HOOKNUM`.
    pub const HOOK_HOOKNUM: u16 = 1;
    /// `NFTA_HOOK_PRIORITY`.
    pub const HOOK_PRIORITY: u16 = 2;

    /// `NFTA_COUNTER_BYTES`.
    pub const COUNTER_BYTES: u16 = 1;
    /// `NFTA_COUNTER_PACKETS`.
    pub const COUNTER_PACKETS: u16 = 2;

    /// `NFTA_RULE_TABLE`.
    pub const RULE_TABLE: u16 = 1;
    /// `NFTA_RULE_CHAIN`.
    pub const RULE_CHAIN: u16 = 2;
    /// `NFTA_RULE_HANDLE`.
    pub const RULE_HANDLE: u16 = 3;
    /// `NFTA_RULE_EXPRESSIONS`.
    pub const RULE_EXPRESSIONS: u16 = 4;
    /// `NFTA_RULE_COMPAT`.
    pub const RULE_COMPAT: u16 = 5;
    /// `NFTA_RULE_POSITION`.
    pub const RULE_POSITION: u16 = 6;
    /// `NFTA_RULE_USERDATA`.
    pub const RULE_USERDATA: u16 = 7;
    /// `NFTA_RULE_COMPAT_PROTO`.
    pub const RULE_COMPAT_PROTO: u16 = 1;
    /// `NFTA_RULE_COMPAT_FLAGS`.
    pub const RULE_COMPAT_FLAGS: u16 = 2;

    /// `NFTA_LIST_ELEM`.
    pub const LIST_ELEM: u16 = 1;
    /// `NFTA_EXPR_NAME`.
    pub const EXPR_NAME: u16 = 1;
    /// `NFTA_EXPR_DATA`.
    pub const EXPR_DATA: u16 = 2;
    /// `NFTA_DATA_VALUE`.
    pub const DATA_VALUE: u16 = 1;
    /// `NFTA_DATA_VERDICT`.
    pub const DATA_VERDICT: u16 = 2;
    /// `NFTA_VERDICT_CODE`.
    pub const VERDICT_CODE: u16 = 1;
    /// `NFTA_VERDICT_CHAIN`.
    pub const VERDICT_CHAIN: u16 = 2;

    /// `NFTA_IMMEDIATE_DREG`.
    pub const IMMEDIATE_DREG: u16 = 1;
    /// `NFTA_IMMEDIATE_DATA`.
    pub const IMMEDIATE_DATA: u16 = 2;
    /// `NFTA_META_DREG`.
    pub const META_DREG: u16 = 1;
    /// `NFTA_META_KEY`.
    pub const META_KEY: u16 = 2;
    /// `NFTA_PAYLOAD_DREG`.
    pub const PAYLOAD_DREG: u16 = 1;
    /// `NFTA_PAYLOAD_BASE`.
    pub const PAYLOAD_BASE: u16 = 2;
    /// `NFTA_PAYLOAD_OFFSET`.
    pub const PAYLOAD_OFFSET: u16 = 3;
    /// `NFTA_PAYLOAD_LEN`.
    pub const PAYLOAD_LEN: u16 = 4;
    /// `NFTA_CMP_SREG`.
    pub const CMP_SREG: u16 = 1;
    /// `NFTA_CMP_OP`.
    pub const CMP_OP: u16 = 2;
    /// `NFTA_CMP_DATA`.
    pub const CMP_DATA: u16 = 3;
    /// `NFTA_RANGE_SREG`.
    pub const RANGE_SREG: u16 = 1;
    /// `NFTA_RANGE_OP`.
    pub const RANGE_OP: u16 = 2;
    /// `NFTA_RANGE_FROM_DATA`.
    pub const RANGE_FROM: u16 = 3;
    /// `NFTA_RANGE_TO_DATA`.
    pub const RANGE_TO: u16 = 4;
    /// `NFTA_BITWISE_SREG`.
    pub const BITWISE_SREG: u16 = 1;
    /// `NFTA_BITWISE_DREG`.
    pub const BITWISE_DREG: u16 = 2;
    /// `NFTA_BITWISE_LEN`.
    pub const BITWISE_LEN: u16 = 3;
    /// `NFTA_BITWISE_MASK`.
    pub const BITWISE_MASK: u16 = 4;
    /// `NFTA_BITWISE_XOR`.
    pub const BITWISE_XOR: u16 = 5;
    /// `NFTA_LIMIT_RATE`.
    pub const LIMIT_RATE: u16 = 1;
    /// `NFTA_LIMIT_UNIT`.
    pub const LIMIT_UNIT: u16 = 2;
    /// `NFTA_LIMIT_BURST`.
    pub const LIMIT_BURST: u16 = 3;
    /// `NFTA_LIMIT_TYPE`.
    pub const LIMIT_TYPE: u16 = 4;
    /// `NFTA_LIMIT_FLAGS`.
    pub const LIMIT_FLAGS: u16 = 5;
    /// `NFTA_MATCH_NAME`, and `NFTA_TARGET_NAME`.
    pub const XT_NAME: u16 = 1;
    /// `NFTA_MATCH_REV`, and `NFTA_TARGET_REV`.
    pub const XT_REV: u16 = 2;
    /// `NFTA_MATCH_INFO`, and `NFTA_TARGET_INFO`.
    pub const XT_INFO: u16 = 3;
}

/// `NFT_REG_1`: the register that iptables uses for everything.
pub const REG_1: u32 = 1;
/// `NFT_REG_VERDICT`.
pub const REG_VERDICT: u32 = 0;
/// `NFT_PAYLOAD_NETWORK_HEADER`.
pub const NETWORK_HEADER: u32 = 1;
/// `NFT_PAYLOAD_TRANSPORT_HEADER`.
pub const TRANSPORT_HEADER: u32 = 2;

/// `NFT_META_*`.
pub mod meta {
    /// `NFT_META_MARK`.
    pub const MARK: u32 = 3;
    /// `NFT_META_IIF`.
    pub const IIF: u32 = 4;
    /// `NFT_META_OIF`.
    pub const OIF: u32 = 5;
    /// `NFT_META_IIFNAME`.
    pub const IIFNAME: u32 = 6;
    /// `NFT_META_OIFNAME`.
    pub const OIFNAME: u32 = 7;
    /// `NFT_META_L4PROTO`.
    pub const L4PROTO: u32 = 16;
}

/// `NFT_CMP_*`; `NFT_RANGE_EQ` and `NFT_RANGE_NEQ` are the first two.
pub mod op {
    /// `NFT_CMP_EQ`.
    pub const EQ: u32 = 0;
    /// `NFT_CMP_NEQ`.
    pub const NEQ: u32 = 1;
    /// `NFT_CMP_LT`.
    pub const LT: u32 = 2;
    /// `NFT_CMP_LTE`.
    pub const LTE: u32 = 3;
    /// `NFT_CMP_GT`.
    pub const GT: u32 = 4;
    /// `NFT_CMP_GTE`.
    pub const GTE: u32 = 5;
}

/// Verdicts (`NF_DROP`, `NF_ACCEPT` of `linux/netfilter.h`, `NFT_JUMP`, `NFT_GOTO`, `NFT_RETURN`).
pub mod verdict {
    /// `NF_DROP`.
    pub const DROP: u32 = 0;
    /// `NF_ACCEPT`.
    pub const ACCEPT: u32 = 1;
    /// `NFT_JUMP`.
    pub const JUMP: u32 = -3i32 as u32;
    /// `NFT_GOTO`.
    pub const GOTO: u32 = -4i32 as u32;
    /// `NFT_RETURN`.
    pub const RETURN: u32 = -5i32 as u32;
}
