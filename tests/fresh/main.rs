//! Manual pages and completions are made from the tables of the program and committed: these tests see that they are
//! what the tables say. `UPDATE=1 cargo test --test fresh` writes them anew.

mod completions;
mod man;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Compares a directory with the files that should be in it, or writes them.
fn check(directory: &str, files: &BTreeMap<String, String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let found = || fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    if std::env::var_os("UPDATE").is_some() {
        found().for_each(|file| fs::remove_file(file).unwrap());
        files.iter().for_each(|(name, text)| fs::write(path.join(name), text).unwrap());
    }
    let mut names: Vec<String> = found().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(names.iter().eq(files.keys()), "{directory}: run UPDATE=1 cargo test --test fresh");
    for (name, text) in files {
        let there = fs::read_to_string(path.join(name)).unwrap();
        assert!(there == *text, "{directory}/{name} is not fresh: run UPDATE=1 cargo test --test fresh");
    }
}
