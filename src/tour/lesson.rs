//! A lesson: Markdown of which the fenced `console` blocks hold commands and what is expected of them.
//!
//! ````text
//! Prose.
//!
//! ```console
//! $ ip netns add sleep
//! $ ip netns exec sleep ping -c 1 8.8.8.8
//! # fails
//! # prints unreachable
//! ```
//! ````

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// What the fences of commands are marked with.
const CONSOLE: &str = "console";

/// A lesson that can be run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The first heading, empty where there is none.
    pub title: String,
    /// The commands, in their order.
    pub steps: Vec<Step>,
    /// What is said behind the last command.
    pub end: Vec<Prose>,
}

/// A command with what is said before it.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What is said before it.
    pub prose: Vec<Prose>,
    /// A line for the shell.
    pub command: String,
    /// Where it stands, from 1.
    pub line: usize,
    /// All that must come true of it.
    pub expects: Vec<Expect>,
}

/// A piece of text.
#[derive(Debug, PartialEq, Eq)]
pub enum Prose {
    /// A title.
    Heading(String),
    /// Text to be wrapped.
    Paragraph(String),
    /// Text to be wrapped, in a list.
    Item(String),
    /// Lines to be left as they are.
    Verbatim(String),
}

/// Something expected of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// It ends with status 0.
    Succeeds,
    /// It ends with another status.
    Fails,
    /// This is a part of what it says.
    Prints(String),
    /// This is not.
    PrintsNot(String),
}

/// Something in a lesson that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands, from 1.
    pub line: usize,
    /// What it is.
    pub text: String,
}

/// Reads a lesson, or gives all its faults in their order.
pub fn parse(text: &str) -> Result<Lesson, Vec<Fault>> {
    let mut reader = Reader { text, ..Reader::default() };
    for (event, range) in Parser::new(text).into_offset_iter() {
        reader.take(event, &range);
    }
    if reader.lesson.steps.is_empty() && reader.faults.is_empty() {
        reader.fault(1, "a lesson needs a command: a line \"$ COMMAND\" in a block fenced as ```console");
    }
    reader.lesson.end = reader.prose;
    if reader.faults.is_empty() { Ok(reader.lesson) } else { Err(reader.faults) }
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    lesson: Lesson,
    faults: Vec<Fault>,
    /// What has been said since the last command.
    prose: Vec<Prose>,
    /// What has been said of the paragraph, heading or block that has begun.
    words: String,
    block: Option<Block>,
    in_item: bool,
}

/// The fenced block that has begun.
struct Block {
    is_console: bool,
    /// Where its text begins; nothing until it has any.
    start: Option<usize>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = if let CodeBlockKind::Fenced(info) = &kind { info.trim() } else { "" };
                self.block = Some(Block { is_console: info == CONSOLE, start: None });
            }
            Event::Start(Tag::Item) => {
                self.flush(Prose::Paragraph);
                self.in_item = true;
            }
            Event::Start(_) => {}
            Event::Text(text) => {
                if let Some(block) = &mut self.block {
                    block.start.get_or_insert(range.start);
                }
                self.words += &text;
            }
            Event::Code(text) => self.words += &format!("`{text}`"),
            Event::SoftBreak | Event::HardBreak => self.words.push(' '),
            Event::End(TagEnd::Heading(_)) => {
                if self.lesson.title.is_empty() {
                    self.lesson.title.clone_from(&self.words);
                }
                self.flush(Prose::Heading);
            }
            Event::End(TagEnd::Item) => {
                self.flush(Prose::Item);
                self.in_item = false;
            }
            Event::End(TagEnd::Paragraph) if self.in_item => self.flush(Prose::Item),
            Event::End(TagEnd::Paragraph) => self.flush(Prose::Paragraph),
            Event::End(TagEnd::CodeBlock) => self.end_block(range),
            _ => {}
        }
    }

    fn flush(&mut self, kind: fn(String) -> Prose) {
        let words = std::mem::take(&mut self.words);
        if !words.trim().is_empty() {
            self.prose.push(kind(words));
        }
    }

    fn end_block(&mut self, range: &Range<usize>) {
        let Some(block) = self.block.take() else { return };
        if !block.is_console {
            return self.flush(Prose::Verbatim);
        }
        let first = self.line_of(range.start);
        let mut lines = self.text[range.clone()].trim_end().lines();
        let fence = lines.next_back().unwrap_or_default().trim_start();
        if lines.next().is_none() || !(fence.starts_with("```") || fence.starts_with("~~~")) {
            self.fault(first, "this block has no end");
        }
        let words = std::mem::take(&mut self.words);
        let start = block.start.map_or(first + 1, |start| self.line_of(start));
        let before = self.lesson.steps.len();
        for (number, line) in words.lines().enumerate() {
            self.line(start + number, line.trim_end(), before);
        }
        if words.lines().all(|line| line.trim().is_empty()) {
            self.fault(first, "this block has no command");
        }
    }

    /// A line of a block whose first command has the number `first`.
    fn line(&mut self, line: usize, text: &str, first: usize) {
        if let Some(command) = text.strip_prefix("$ ").map(str::trim).filter(|command| !command.is_empty()) {
            let prose = std::mem::take(&mut self.prose);
            self.lesson.steps.push(Step { prose, command: command.into(), line, expects: Vec::new() });
        } else if let Some(words) = text.strip_prefix('#') {
            match (expectation(words.trim()), self.lesson.steps.get_mut(first..).and_then(<[_]>::last_mut)) {
                (_, None) => self.fault(line, "an expectation stands behind its command"),
                (Some(expect), Some(step)) if step.is_clear(&expect) => step.expects.push(expect),
                (Some(_), Some(_)) => self.fault(line, "a command cannot both succeed and fail"),
                (None, _) => {
                    self.fault(
                        line,
                        "expected \"# succeeds\", \"# fails\", \"# prints TEXT\" or \"# prints not TEXT\"",
                    );
                }
            }
        } else if !text.is_empty() {
            self.fault(line, "neither a command, \"$ COMMAND\", nor an expectation, \"# ...\"");
        }
    }

    fn fault(&mut self, line: usize, text: &str) {
        self.faults.push(Fault { line, text: text.into() });
    }

    fn line_of(&self, offset: usize) -> usize {
        1 + self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
    }
}

fn expectation(words: &str) -> Option<Expect> {
    match words {
        "succeeds" => return Some(Expect::Succeeds),
        "fails" => return Some(Expect::Fails),
        _ => {}
    }
    let text = words.strip_prefix("prints ")?.trim();
    Some(match text.strip_prefix("not ") {
        Some(text) => Expect::PrintsNot(text.trim().into()),
        None => Expect::Prints(text.into()),
    })
}

impl Step {
    /// Whether `new` can come true beside what is expected already.
    fn is_clear(&self, new: &Expect) -> bool {
        let rules_out =
            |old| matches!((old, new), (&Expect::Succeeds, Expect::Fails) | (&Expect::Fails, Expect::Succeeds));
        !self.expects.iter().any(rules_out)
    }

    /// What did not come true of a command that ended with `status` and said `output`; nothing if all did.
    pub fn disappointment(&self, status: u8, output: &str) -> Option<String> {
        let fails = self.expects.contains(&Expect::Fails);
        if fails == (status == 0) {
            let wish = if fails { "fail" } else { "succeed" };
            return Some(format!("it should {wish}, and ended with status {status}"));
        }
        self.expects.iter().find_map(|expect| match expect {
            Expect::Prints(text) if !output.contains(text.as_str()) => Some(format!("it should print \"{text}\"")),
            Expect::PrintsNot(text) if output.contains(text.as_str()) => {
                Some(format!("it should not print \"{text}\""))
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<usize> {
        parse(text).err().unwrap_or_default().iter().map(|fault| fault.line).collect()
    }

    #[test]
    fn prose_and_commands() {
        let text = "# Title\n\nSome `code`\nhere.\n\n- a\n- b\n\n```console\n$ true\n\n$ ls x\n# fails\n# prints no such\n```\n\
                    ```text\n  as is\n```\nThe end.\n";
        let lesson = parse(text).unwrap_or_default();
        let prose = [
            Prose::Heading("Title".into()),
            Prose::Paragraph("Some `code` here.".into()),
            Prose::Item("a".into()),
            Prose::Item("b".into()),
        ];
        assert_eq!(lesson.title, "Title");
        assert_eq!(lesson.steps.len(), 2);
        assert_eq!(lesson.steps[0].prose, prose);
        assert_eq!((lesson.steps[0].line, lesson.steps[1].line), (10, 12));
        assert_eq!(lesson.steps[1].expects, [Expect::Fails, Expect::Prints("no such".into())]);
        assert_eq!(lesson.end, [Prose::Verbatim("  as is\n".into()), Prose::Paragraph("The end.".into())]);
    }

    #[test]
    fn faults_have_lines() {
        assert_eq!(faults(""), [1]);
        assert_eq!(faults("x\n\n```console\n# fails\n$ true\n# prints\n```\n"), [4, 6]);
        assert_eq!(faults("```console\nip link\n$ true\n# fails\n# succeeds\n```\n"), [2, 5]);
        assert_eq!(faults("```console\n```\n\n```console\n$ true\n"), [1, 4]);
        assert_eq!(faults("```console\n$ true\n```\n"), [0; 0]);
    }

    #[test]
    fn expectations_are_judged() {
        let step = |expects| Step { prose: Vec::new(), command: String::new(), line: 1, expects };
        assert_eq!(step(vec![]).disappointment(0, ""), None);
        assert!(step(vec![]).disappointment(1, "").is_some());
        assert!(step(vec![Expect::Fails]).disappointment(0, "").is_some());
        assert_eq!(step(vec![Expect::Fails, Expect::Prints("a".into())]).disappointment(2, "cat"), None);
        assert!(step(vec![Expect::PrintsNot("a".into())]).disappointment(0, "cat").is_some());
    }
}
