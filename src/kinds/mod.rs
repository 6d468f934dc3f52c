//! Link kinds.
