//! From conditions to instructions.

/// One instruction (`struct sock_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Instruction {
    /// What is done (`BPF_*`).
    pub code: u16,
    /// How many instructions a jump leaves out when its test holds.
    pub jt: u8,
    /// And when it does not.
    pub jf: u8,
    /// The constant.
    pub k: u32,
}

/// A step without a jump: code and constant.
pub type Step = (u32, u32);

/// What must hold of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Steps that bring a number into A, and a test of it: jump's code and constant.
    Test(Vec<Step>, Step),
    /// Both of two.
    And(Box<[Condition; 2]>),
    /// One of two.
    Or(Box<[Condition; 2]>),
    /// The contrary.
    Not(Box<Condition>),
}

impl Condition {
    /// This and `other`, which is looked at second.
    pub fn and(self, other: Condition) -> Condition {
        Condition::And(Box::new([self, other]))
    }

    /// This or `other`, which is looked at second.
    pub fn or(self, other: Condition) -> Condition {
        Condition::Or(Box::new([self, other]))
    }

    /// The contrary of this.
    pub fn not(self) -> Condition {
        Condition::Not(Box::new(self))
    }
}

/// A place in the program that is jumped to.
type Label = usize;

enum Item {
    Step(Step),
    /// Code, constant, and where to go on if the test holds and if not.
    Jump(Step, Label, Label),
    Here(Label),
}

#[derive(Default)]
struct Assembler {
    items: Vec<Item>,
    labels: Label,
    /// What A holds here, by the steps that brought it there: nothing where that depends on the way.
    held: Option<Vec<Step>>,
    /// The same for each way to a label that there is so far.
    ways: Vec<(Label, Option<Vec<Step>>)>,
}

impl Assembler {
    fn label(&mut self) -> Label {
        self.labels += 1;
        self.labels - 1
    }

    fn add(&mut self, condition: &Condition, yes: Label, no: Label) {
        match condition {
            Condition::Not(condition) => self.add(condition, no, yes),
            Condition::And(both) => {
                let next = self.label();
                self.add(&both[0], next, no);
                self.here(next);
                self.add(&both[1], yes, no);
            }
            Condition::Or(both) => {
                let next = self.label();
                self.add(&both[0], yes, next);
                self.here(next);
                self.add(&both[1], yes, no);
            }
            Condition::Test(steps, test) => {
                // What is there already need not be loaded again, if it is no more than a load.
                if self.held.as_ref() != Some(steps) || steps.len() > 2 || test.0 & libc::BPF_X != 0 {
                    self.items.extend(steps.iter().map(|step| Item::Step(*step)));
                }
                self.items.push(Item::Jump(*test, yes, no));
                self.ways.extend([yes, no].map(|label| (label, Some(steps.clone()))));
            }
        }
    }

    /// Each place is reached by jumps alone, all of which stand before it.
    fn here(&mut self, label: Label) {
        self.items.push(Item::Here(label));
        let mut ways = self.ways.iter().filter(|(to, _)| *to == label).map(|(_, held)| held);
        let first = ways.next().cloned().flatten();
        self.held = first.filter(|first| ways.all(|held| held.as_ref() == Some(first)));
        self.ways.retain(|(to, _)| *to != label);
    }

    /// Where each label is when the jumps at `far` take three instructions.
    fn places(&self, far: &[bool]) -> Vec<usize> {
        let mut places = vec![0; self.labels];
        let mut at = 0;
        for (item, far) in self.items.iter().zip(far) {
            match item {
                Item::Here(label) => places[*label] = at,
                Item::Jump(..) if *far => at += 3,
                Item::Step(_) | Item::Jump(..) => at += 1,
            }
        }
        places
    }

    /// A test reaches 255 instructions, a jump without one any: where that is too near, a test is followed by two jumps.
    fn finish(self) -> Vec<Instruction> {
        let mut far = vec![false; self.items.len()];
        loop {
            let places = self.places(&far);
            let mut program = Vec::new();
            let mut grew = false;
            for (item, far) in self.items.iter().zip(&mut far) {
                let next = program.len() + 1;
                match *item {
                    Item::Here(_) => {}
                    Item::Step((code, k)) => program.push(Instruction { code: code as u16, jt: 0, jf: 0, k }),
                    Item::Jump((code, k), yes, no) if *far => {
                        program.push(Instruction { code: code as u16, jt: 0, jf: 1, k });
                        for (target, next) in [(yes, next + 1), (no, next + 2)] {
                            let k = (places[target] - next) as u32;
                            program.push(Instruction { code: (libc::BPF_JMP | libc::BPF_JA) as u16, jt: 0, jf: 0, k });
                        }
                    }
                    Item::Jump((code, k), yes, no) => {
                        match (u8::try_from(places[yes] - next), u8::try_from(places[no] - next)) {
                            (Ok(jt), Ok(jf)) => program.push(Instruction { code: code as u16, jt, jf, k }),
                            _ => {
                                *far = true;
                                grew = true;
                                program.push(Instruction::default());
                            }
                        }
                    }
                }
            }
            if !grew {
                return program;
            }
        }
    }
}

/// The program that gives `snaplen` for packets of which `condition` holds: all without one.
pub fn assemble(condition: Option<&Condition>, snaplen: u32) -> Vec<Instruction> {
    let mut assembler = Assembler::default();
    let give = |k| Item::Step((libc::BPF_RET | libc::BPF_K, k));
    if let Some(condition) = condition {
        let (yes, no) = (assembler.label(), assembler.label());
        assembler.add(condition, yes, no);
        assembler.items.extend([Item::Here(yes), give(snaplen), Item::Here(no), give(0)]);
    } else {
        assembler.items.push(give(snaplen));
    }
    assembler.finish()
}

/// The length of the header that libpcap makes up for packets of `any` device.
const COOKED2: u32 = 20;

/// The same program for the kernel where packets come without the header that [`crate::packet::Link::Cooked`] or
/// [`crate::packet::Link::Cooked2`] stands for, of `header` bytes: what is in there is asked of the kernel. Nothing where
/// it cannot be asked for.
pub fn for_cooked(program: &[Instruction], header: u32) -> Option<Vec<Instruction>> {
    let special = |field: i32| Some((libc::SKF_AD_OFF + field).cast_unsigned());
    let translate = |instruction: &Instruction| {
        let code = u32::from(instruction.code);
        let loads = match code & 7 {
            libc::BPF_LD => matches!(code & 0xe0, libc::BPF_ABS | libc::BPF_IND),
            libc::BPF_LDX => code & 0xe0 == libc::BPF_MSH,
            _ => false,
        };
        let k = match instruction.k {
            k if !loads || k.cast_signed() < 0 => Some(k),
            k if k >= header => Some(k - header),
            0 if header == COOKED2 => special(libc::SKF_AD_PROTOCOL),
            4 if header == COOKED2 => special(libc::SKF_AD_IFINDEX),
            8 if header == COOKED2 => special(libc::SKF_AD_HATYPE),
            10 if header == COOKED2 => special(libc::SKF_AD_PKTTYPE),
            0 => special(libc::SKF_AD_PKTTYPE),
            2 => special(libc::SKF_AD_HATYPE),
            14 => special(libc::SKF_AD_PROTOCOL),
            _ => None,
        };
        k.map(|k| Instruction { k, ..*instruction })
    };
    program.iter().map(translate).collect()
}
