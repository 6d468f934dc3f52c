//! Colours of names, addresses and states, as ip(8) describes them under `-color`.

/// What is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// A device's name.
    Device,
    /// A link-layer address.
    Hardware,
    /// An IPv4 address.
    Inet,
    /// An IPv6 address.
    Inet6,
    /// The state of a device that is up.
    Up,
    /// The state of a device that is down.
    Down,
    /// What has no colour.
    Plain,
}

/// When colour is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMode {
    /// `-color=never`, and the default.
    #[default]
    Never,
    /// `-color=auto`: on a terminal.
    Auto,
    /// `-color`, `-color=always`.
    Always,
}

/// Ends a coloured stretch.
pub(super) const CLEAR: &str = "\x1b[0m";

/// The escape sequences for a light or a dark background.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    dark: bool,
}

impl Palette {
    /// Dark where `COLORFGBG` ends in `;0` to `;6` or `;8`, as terminals tell it.
    pub fn from_environment() -> Self {
        let value = std::env::var_os("COLORFGBG").unwrap_or_default();
        let background = value.as_encoded_bytes().rsplit(|&b| b == b';').next().unwrap_or_default();
        let named = value.as_encoded_bytes().contains(&b';');
        Palette { dark: named && matches!(background, [b'0'..=b'6' | b'8']) }
    }

    pub fn code(self, color: Color) -> &'static str {
        match (color, self.dark) {
            (Color::Plain, _) => "",
            (Color::Device, false) => "\x1b[36m",
            (Color::Hardware, false) => "\x1b[33m",
            (Color::Inet, false) => "\x1b[35m",
            (Color::Inet6, false) => "\x1b[34m",
            (Color::Up, false) => "\x1b[32m",
            (Color::Down, false) => "\x1b[31m",
            (Color::Device, true) => "\x1b[1;36m",
            (Color::Hardware, true) => "\x1b[1;33m",
            (Color::Inet, true) => "\x1b[1;35m",
            (Color::Inet6, true) => "\x1b[1;34m",
            (Color::Up, true) => "\x1b[1;32m",
            (Color::Down, true) => "\x1b[1;31m",
        }
    }
}
