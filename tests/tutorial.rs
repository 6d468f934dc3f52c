//! The tutorial, whole and in order, on our own binary: as root, and as an ordinary user.

#[path = "common/mod.rs"]
mod common;

use common::{Scratch, users};

#[test]
fn every_step_of_the_tutorial_holds() {
    for &user in users() {
        let scratch = Scratch::new();
        let script = scratch.path("tutorial.sh");
        std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tutorial.sh"), &script).unwrap();
        let output = scratch.lab(user, &["sh", script.to_str().unwrap()]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{user:?}:\n{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(", 0 do not hold"), "{user:?}:\n{text}");
    }
}
