//! Constants of the kernel's headers that the `linux-raw-sys` crate lacks, or names otherwise.

macro_rules! attributes {
    ($($header:literal: $($name:ident = $value:literal),*;)*) => {$($(
        #[doc = concat!("From `linux/", $header, "`.")]
        pub const $name: u16 = $value;
    )*)*};
}

attributes! {
    "amt.h": IFLA_AMT_MODE = 1, IFLA_AMT_RELAY_PORT = 2, IFLA_AMT_GATEWAY_PORT = 3, IFLA_AMT_LINK = 4,
        IFLA_AMT_LOCAL_IP = 5, IFLA_AMT_REMOTE_IP = 6, IFLA_AMT_DISCOVERY_IP = 7, IFLA_AMT_MAX_TUNNELS = 8;
    "batman_adv.h": IFLA_BATADV_ALGO_NAME = 1;
    "can/netlink.h": IFLA_CAN_BITTIMING = 1, IFLA_CAN_BITTIMING_CONST = 2, IFLA_CAN_CLOCK = 3, IFLA_CAN_STATE = 4,
        IFLA_CAN_CTRLMODE = 5, IFLA_CAN_RESTART_MS = 6, IFLA_CAN_RESTART = 7, IFLA_CAN_BERR_COUNTER = 8,
        IFLA_CAN_DATA_BITTIMING = 9, IFLA_CAN_DATA_BITTIMING_CONST = 10, IFLA_CAN_TERMINATION = 11,
        IFLA_CAN_TERMINATION_CONST = 12, IFLA_CAN_BITRATE_CONST = 13, IFLA_CAN_DATA_BITRATE_CONST = 14,
        IFLA_CAN_TDC = 16, IFLA_CAN_CTRLMODE_EXT = 17;
    "if_link.h": IFLA_BOND_SLAVE_ACTOR_PORT_PRIO = 10, IFLA_BR_STP_MODE = 50, IFLA_BRPORT_NEIGH_FORWARD_GRAT = 45,
        IFLA_GENEVE_LOCAL = 17, IFLA_GENEVE_LOCAL6 = 18;
    "wwan.h": IFLA_WWAN_LINK_ID = 1;
}
