//! What is printed of files, whole, cut and wrong, and what is written.

use std::fs;

use crate::common::Scratch;
use crate::frames::{file, file_with, frames};
use crate::{Bench, none_differs};

const OPTIONS: &[&str] = &[
    "-n",
    "-nv",
    "-nvv",
    "-nvvv",
    "-ne",
    "-nev",
    "-nq",
    "-nqe",
    "-nqv",
    "-nt",
    "-ntt",
    "-nttt",
    "-ntttt",
    "-nttttt",
    "-nx",
    "-nxx",
    "-nX",
    "-nXX",
    "-nA",
    "-nAA",
    "-nvX",
    "-nS",
    "-nvvS",
    "-nK",
    "-nvvK",
    "-n#",
    "-nt#ev",
    "-nN",
    "-nn",
    "-n --nano",
    "-n --count",
    "-n -c 3",
    "-nevvvXX",
    "-n -t -l -U",
];

#[test]
fn with_many_options() {
    let Some(bench) = Bench::new(&file(&frames(), usize::MAX)) else { return };
    none_differs(OPTIONS.iter().map(|options| bench.difference(&options.split(' ').collect::<Vec<_>>())));
}

/// Each frame is cut behind each of its first bytes.
#[test]
fn cut_anywhere() {
    let frames = frames();
    let Some(mut bench) = Bench::new(b"") else { return };
    let mut differences = Vec::new();
    for kept in 1..160 {
        bench.file = bench.scratch.path(&format!("cut-at-{kept}.pcap"));
        fs::write(&bench.file, file(&frames, kept)).unwrap();
        let options: &[&str] = if kept % 2 == 0 { &["-nt", "-ntv"] } else { &["-nte", "-ntvv"] };
        differences.extend(options.iter().map(|options| bench.difference(&[options])));
    }
    none_differs(differences.into_iter());
}

#[test]
fn files_in_any_order_of_bytes() {
    let frames = frames();
    for (nanoseconds, is_big) in [(false, true), (true, false), (true, true)] {
        let bytes = match is_big {
            true => file_with(&frames, 96, u32::to_be_bytes, u16::to_be_bytes, nanoseconds),
            false => file_with(&frames, 96, u32::to_le_bytes, u16::to_le_bytes, nanoseconds),
        };
        let Some(bench) = Bench::new(&bytes) else { return };
        none_differs(
            [&["-n"][..], &["-n", "--nano"], &["-nttt", "--micro"]].iter().map(|words| bench.difference(words)),
        );
    }
}

#[test]
fn files_that_end_early_or_lie() {
    let whole = file(&frames()[..3], usize::MAX);
    let mut files: Vec<Vec<u8>> =
        [0, 3, 4, 10, 23, 24, 30, 39, 40, 60, whole.len() - 1].map(|len| whole[..len].to_vec()).into();
    let mut change = |at: usize, value: u32| {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        files.push(bytes);
    };
    change(0, 0x1234_5678);
    change(4, 0x0004_0001);
    change(4, 0x0009_0002);
    change(16, 40);
    change(16, 0);
    change(32, u32::MAX);
    change(32, 300_000);
    change(32, 0);
    change(36, 0);
    change(36, 20);
    change(36, u32::MAX);
    files.push(b"this is no capture at all, but a text".to_vec());
    none_differs(files.iter().map(|bytes| Bench::new(bytes)?.difference(&["-n"])));
}

#[test]
fn each_reads_what_the_other_writes() {
    let Some(bench) = Bench::new(&file(&frames(), usize::MAX)) else { return };
    let file = bench.file.to_str().unwrap();
    for extra in [&[][..], &["--nano"], &["ip6"], &["-c", "7"]] {
        let (theirs, mine) = (bench.scratch.path("theirs.pcap"), bench.scratch.path("mine.pcap"));
        let words = |to| [&["-r", file, "-w", to], extra].concat();
        let stock = bench.stock(&words(theirs.to_str().unwrap()));
        let ours = bench.ours(&words(mine.to_str().unwrap()));
        assert_eq!(ours, stock, "{extra:?}");
        // But for the snapshot length, which either takes from the file.
        assert!(fs::read(&theirs).unwrap() == fs::read(&mine).unwrap(), "{extra:?}");
        let read = |path: &std::path::Path| ["-nr".to_string(), path.to_str().unwrap().to_string()];
        let mine = read(&mine);
        let mine = [mine[0].as_str(), mine[1].as_str()];
        assert_eq!(bench.stock(&mine), bench.ours(&mine));
    }
}

#[test]
fn wrong_command_lines() {
    let Some(bench) = Bench::new(&file(&frames(), usize::MAX)) else { return };
    for words in [
        &["-r", "/nonexistent"][..],
        &["-r", "."],
        &["-r", "file.pcap", "-w", "/nonexistent/file"],
        &["-r", "file.pcap", "-c", "0"],
        &["-r", "file.pcap", "-c", "x"],
        &["-r", "file.pcap", "-s", "x"],
        &["-r", "file.pcap", "-s", "999999"],
        &["-r", "file.pcap", "-Q", "sideways"],
        &["-i", "nosuch0"],
        &["-F", "/nonexistent"],
    ] {
        assert_eq!(bench.ours(words), bench.stock(words), "{words:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_matter() {
    let scratch = Scratch::new();
    let path = scratch.path("file.pcap");
    fs::write(&path, file(&vec![frames(); 50].concat(), usize::MAX)).unwrap();
    let script = "./iplab tcpdump -nr file.pcap 2>&1 | head -2";
    let output = scratch.command(crate::User::Myself, "sh").args(["-c", script]).output().unwrap();
    let said = crate::common::text(&output.stdout);
    assert!(output.status.success() && said.lines().count() == 2 && said.starts_with("reading from file"), "{said}");
}
