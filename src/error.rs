//! What a command that fails says, and the exit status it leaves.

use crate::netlink;

/// Why a command came to nothing.
///
/// Its text is what the stock tool writes on stderr, without the final newline; nothing is written where it is empty.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The words make no sense. iproute2 leaves at once on these, a forced batch included.
    #[error("{text}")]
    Words {
        /// The whole of what is said.
        text: String,
        /// 255 with nearly all tools.
        status: u8,
    },
    /// The command cannot be carried out as things are here: no such device, an unreadable file, a bad address.
    #[error("{text}")]
    Local {
        /// The whole of what is said.
        text: String,
        /// 1 with nearly all tools.
        status: u8,
    },
    /// The kernel, or the way to it, said no.
    #[error("{error}")]
    Netlink {
        /// What the socket layer reports.
        error: netlink::Error,
        /// The user's word that the kernel's answer points at, where it points at one.
        word: Option<String>,
        /// 2 with nearly all commands.
        status: u8,
    },
    /// All has been said already, or the stock tool says nothing.
    #[error("")]
    Silent {
        /// The exit status.
        status: u8,
    },
}

/// Result of a command.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Words that make no sense: `text` and status 255.
    pub fn words(text: impl Into<String>) -> Self {
        Error::Words { text: text.into(), status: 255 }
    }

    /// Something that cannot be done here: `text` and status 1.
    pub fn local(text: impl Into<String>) -> Self {
        Error::Local { text: text.into(), status: 1 }
    }

    /// Nothing more to say.
    pub fn silent(status: u8) -> Self {
        Error::Silent { status }
    }

    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Error::Words { status, .. }
            | Error::Local { status, .. }
            | Error::Netlink { status, .. }
            | Error::Silent { status } => *status,
        }
    }

    /// The same error with another exit status.
    #[must_use]
    pub fn with_status(mut self, new: u8) -> Self {
        match &mut self {
            Error::Words { status, .. }
            | Error::Local { status, .. }
            | Error::Netlink { status, .. }
            | Error::Silent { status } => *status = new,
        }
        self
    }
}

impl From<netlink::Error> for Error {
    fn from(error: netlink::Error) -> Self {
        Error::Netlink { error, word: None, status: 2 }
    }
}
