//! Runs a lesson in the lab where we are.

use std::io::{self, Write};
use std::time::Duration;

use super::lesson::{Lesson, Prose, Step};
use super::shell::{Outcome, Shell};
use super::terminal::{Choice, Learner};

/// How wide text is, in characters.
const WIDTH: usize = 78;
/// How long a command may take where nobody can interrupt it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What has become of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Left,
    Skipped,
    Good,
    Bad(String),
}

struct Tour<'a> {
    lesson: &'a Lesson,
    learner: Option<Learner>,
    shell: Option<Shell>,
    out: &'a mut dyn Write,
}

/// Runs `lesson`, asking `learner` before each command where there is one, and gives the exit status: 0 if all that was
/// run did as expected.
pub fn run(lesson: &Lesson, learner: Option<Learner>, out: &mut dyn Write) -> io::Result<u8> {
    let mut tour = Tour { lesson, learner, shell: None, out };
    let fates = tour.walk()?;
    if !fates.contains(&Fate::Left) {
        tell(tour.out, &lesson.end)?;
    }
    summary(tour.out, lesson, &fates)
}

impl Tour<'_> {
    fn walk(&mut self) -> io::Result<Vec<Fate>> {
        let steps = &self.lesson.steps;
        let mut fates = vec![Fate::Left; steps.len()];
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            tell(self.out, &step.prose)?;
            writeln!(self.out, "[{}/{}] $ {}", at + 1, steps.len(), step.command)?;
            match self.choose()? {
                Choice::Back => {
                    at = at.saturating_sub(1);
                    continue;
                }
                Choice::Quit => break,
                Choice::Skip => fates[at] = Fate::Skipped,
                Choice::Run | Choice::Try => fates[at] = self.perform(step)?,
            }
            at += 1;
        }
        Ok(fates)
    }

    fn choose(&mut self) -> io::Result<Choice> {
        let Some(learner) = &mut self.learner else { return Ok(Choice::Run) };
        loop {
            match learner.ask(self.out)? {
                Choice::Try => learner.try_it()?,
                choice => return Ok(choice),
            }
        }
    }

    fn perform(&mut self, step: &Step) -> io::Result<Fate> {
        let outcome = self.outcome(&step.command)?;
        if !outcome.output.is_empty() && !outcome.output.ends_with(b"\n") {
            writeln!(self.out)?;
        }
        let output = String::from_utf8_lossy(&outcome.output);
        let text = match outcome.is_late {
            true => Some(format!("it took more than {} seconds", PATIENCE.as_secs())),
            false => step.disappointment(outcome.status, &output),
        };
        let Some(text) = text else { return Ok(Fate::Good) };
        writeln!(self.out, "NOT AS EXPECTED: {text}")?;
        Ok(Fate::Bad(text))
    }

    fn outcome(&mut self, command: &str) -> io::Result<Outcome> {
        let input = if self.learner.is_some() { "/dev/tty" } else { "/dev/null" };
        let mut shell = match self.shell.take() {
            Some(shell) => shell,
            None => Shell::start(input)?,
        };
        let limit = self.learner.is_none().then_some(PATIENCE);
        if let Some(learner) = &self.learner {
            learner.lend(shell.group());
        }
        let out = &mut *self.out;
        let result = shell.run(command, limit, &mut |said| out.write_all(said).and_then(|()| out.flush()));
        if let Some(learner) = &self.learner {
            learner.take_back();
        }
        let outcome = result?;
        if !outcome.is_last {
            self.shell = Some(shell);
        }
        Ok(outcome)
    }
}

fn summary(out: &mut dyn Write, lesson: &Lesson, fates: &[Fate]) -> io::Result<u8> {
    let count = |wanted: fn(&Fate) -> bool| fates.iter().filter(|fate| wanted(fate)).count();
    let good = count(|fate| *fate == Fate::Good);
    let bad = count(|fate| matches!(fate, Fate::Bad(_)));
    let (skipped, left) = (count(|fate| *fate == Fate::Skipped), count(|fate| *fate == Fate::Left));
    write!(out, "\n{good} of {} commands did as expected", fates.len())?;
    for (number, what) in [(bad, "did not"), (skipped, "skipped"), (left, "not reached")] {
        if number > 0 {
            write!(out, ", {number} {what}")?;
        }
    }
    writeln!(out, ".")?;
    for (step, fate) in lesson.steps.iter().zip(fates) {
        if let Fate::Bad(text) = fate {
            writeln!(out, "line {}: {}: {text}", step.line, step.command)?;
        }
    }
    out.flush()?;
    Ok(u8::from(bad > 0))
}

fn tell(out: &mut dyn Write, prose: &[Prose]) -> io::Result<()> {
    for piece in prose {
        match piece {
            Prose::Heading(text) => writeln!(out, "\n{text}\n{}\n", "=".repeat(text.chars().count()))?,
            Prose::Paragraph(text) => writeln!(out, "\n{}\n", wrapped(text, ""))?,
            Prose::Item(text) => writeln!(out, "- {}", wrapped(text, "  "))?,
            Prose::Verbatim(text) => text.lines().try_for_each(|line| writeln!(out, "    {line}"))?,
        }
    }
    out.flush()
}

/// `text` in lines, each but the first with `indent` before it.
fn wrapped(text: &str, indent: &str) -> String {
    let (mut lines, mut length) = (String::new(), 0);
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && indent.len() + length + 1 + width > WIDTH {
            lines += "\n";
            lines += indent;
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines += word;
        length += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped() {
        assert_eq!(wrapped("a  b\nc", ""), "a b c");
        let word = "x".repeat(50);
        assert_eq!(wrapped(&format!("{word} {word}"), "  "), format!("{word}\n  {word}"));
    }
}
