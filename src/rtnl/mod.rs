//! The kernel's objects, typed: bytes to object, object to bytes. Never sees words, never prints.
