//! iptables and ip6tables against the stock ones: rules made by either and listed by either, command lines that go
//! wrong, rules of nft's. Each runs in a lab of its own.

#[path = "../common/mod.rs"]
mod common;

use std::fs;
use std::path::Path;

use common::{Scratch, User, all, is_installed, users};

/// A file of this suite: lines that are not comments.
fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/iptables").join(name);
    let text = fs::read_to_string(path).unwrap();
    let is_line = |line: &&str| !line.is_empty() && !line.starts_with('#');
    text.lines().filter(is_line).map(str::to_string).collect()
}

fn has_peers() -> bool {
    is_installed("xtables-nft-multi") && is_installed("nft")
}

/// Where the stock tools are, and how ours are called in a lab, where they come first.
fn tool(ours: bool, name: &str) -> String {
    if ours { name.to_string() } else { format!("/usr/sbin/{name}") }
}

/// What `script` says in a lab, stderr with it.
fn says(scratch: &Scratch, user: User, script: &str) -> String {
    fs::write(scratch.path("script"), script).unwrap();
    let output = scratch.lab(user, &["sh", "-c", "exec 2>&1; . ./script"]).output().unwrap();
    common::text(&output.stdout)
}

/// Everything that can be seen of the rules, by the tools of one side.
fn listings(ours: bool, name: &str) -> String {
    let mut script = String::new();
    for table in ["filter", "nat", "mangle", "raw"] {
        for options in ["-S", "-S -v", "-L", "-L -n -v", "-L -v -x --line-numbers", "-nL"] {
            script += &format!("echo '# {table} {options}'; {} -t {table} {options}\n", tool(ours, name));
        }
    }
    script + &format!("{} -c | sed 's/ on .*//'\n", tool(ours, &format!("{name}-save")))
}

fn both_ways(name: &str, file: &str) {
    if !has_peers() {
        return;
    }
    let scratch = Scratch::new();
    let rules = lines(file);
    let made = |ours: bool, listed: &str| {
        let make = tool(ours, name);
        let rules: String = rules.iter().map(|rule| format!("{make} {rule} || echo refused\n")).collect();
        format!("{make} -N foo\n{rules}{listed}")
    };
    for &user in users() {
        let stock = says(&scratch, user, &made(false, &listings(false, name)));
        assert!(stock.lines().count() > rules.len(), "{stock}");
        assert!(!stock.contains("refused"), "{stock}");
        for (maker, lister) in [(true, false), (false, true), (true, true)] {
            let other = says(&scratch, user, &made(maker, &listings(lister, name)));
            let differs = stock.lines().zip(other.lines()).find(|(a, b)| a != b);
            assert_eq!(differs, None, "{user:?}: made by ours: {maker}, listed by ours: {lister}");
            assert_eq!(stock.lines().count(), other.lines().count());
        }
        let [stock, ours] = [false, true].map(|ours| says(&scratch, user, &made(ours, "nft list ruleset\n")));
        assert!(stock.lines().count() > rules.len() && stock == ours, "{stock}\n{ours}");
    }
}

#[test]
fn rules_of_ipv4_both_ways() {
    both_ways("iptables", "rules4");
}

#[test]
fn rules_of_ipv6_both_ways() {
    both_ways("ip6tables", "rules6");
}

/// The same command lines in two labs: output, complaints and exit statuses.
fn transcript(file: &str) {
    if !has_peers() {
        return;
    }
    let scratch = Scratch::new();
    let mut scripts = [String::from("PATH=/usr/sbin:$PATH\n"), String::new()];
    for line in lines(file) {
        let shown = line.replace('\'', "'\\''");
        scripts.iter_mut().for_each(|script| {
            *script +=
                &format!("echo '=== {shown}'\n{{ {line}\n}} >o 2>e\necho \"status $?\"; cat o; sed 's/^/! /' e\n")
        });
    }
    let [stock, ours] = scripts.map(|script| says(&scratch, User::Myself, &script));
    let mut command = "";
    assert!(stock.lines().count() > 100, "{stock}");
    for (stock, ours) in stock.lines().zip(ours.lines()) {
        command = if stock.starts_with("===") { stock } else { command };
        assert_eq!(ours, stock, "{command}");
    }
    assert_eq!(ours.lines().count(), stock.lines().count());
}

#[test]
fn what_commands_do_and_say() {
    transcript("commands");
}

#[test]
fn what_is_wrong_is_said_in_the_same_words() {
    transcript("wrong");
}

#[test]
fn what_is_wrong_with_ipv6_is_said_in_the_same_words() {
    transcript("wrong6");
}

const RULES_OF_OTHERS: &str = "nft add table ip filter
nft 'add chain ip filter INPUT { type filter hook input priority 0; policy accept; }'
nft add rule ip filter INPUT ip saddr 1.2.3.4 tcp dport 20-22 counter accept
nft add rule ip filter INPUT ct state established accept
/usr/sbin/iptables -t mangle -A PREROUTING -m length --length 5
iptables -S INPUT; echo $?; iptables -L INPUT -n; echo $?
iptables -t mangle -S PREROUTING; iptables -D INPUT 2; iptables -S INPUT
";

#[test]
fn rules_of_others_are_shown_as_such() {
    if !has_peers() {
        return;
    }
    let scratch = Scratch::new();
    let refusal = "iptables v1.8.9 (nf_tables): chain `INPUT' in table `filter' is incompatible, use 'nft' tool.\n1\n";
    let header = format!("target     prot opt {:<20} {:<20}", "source", "destination");
    let expected = format!(
        "-P INPUT ACCEPT\n-A INPUT -s 1.2.3.4/32 -p tcp -m tcp --dport 20:22 -j ACCEPT\n\
         # -A INPUT, rule 2: not a rule of iptables: ct, bitwise, cmp, immediate\n{refusal}\
         Chain INPUT (policy ACCEPT)\n{header}\n\
         ACCEPT     6    --  1.2.3.4              0.0.0.0/0            tcp dpts:20:22\n\
         ?          ?    ??  ?                    ?                   not a rule of iptables: ct, bitwise, cmp, \
         immediate\n{refusal}-P PREROUTING ACCEPT\n\
         -A PREROUTING -m length [unknown, revision 0: 0500050000000000]\n\
         -P INPUT ACCEPT\n-A INPUT -s 1.2.3.4/32 -p tcp -m tcp --dport 20:22 -j ACCEPT\n"
    );
    for &user in users() {
        assert_eq!(says(&scratch, user, RULES_OF_OTHERS), expected, "{user:?}");
    }
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let script = "iptables -A OUTPUT -s 1.1.1.1,2.2.2.2 -j MASQUERADE; echo $?\niptables -A INPUT -m nosuch -j DROP\n\
                  iptables -A INPUT -j nosuch\niptables-save\n";
    let said = says(&scratch, User::Myself, script);
    assert!(said.contains("RULE_APPEND failed (Invalid argument): rule in chain OUTPUT\n4\n"), "{said}");
    assert!(said.contains("Couldn't load match `nosuch'"), "{said}");
    assert!(said.contains("Chain 'nosuch' does not exist"), "{said}");
    assert!(!said.contains("COMMIT"), "{said}");
}

#[test]
fn changes_at_the_same_time_are_all_made() {
    let scratch = Scratch::new();
    let script = "for i in 1 2 3 4 5 6; do (for j in 1 2 3 4 5; do iptables -A INPUT -s 10.0.$i.$j; done) & done; wait\n\
                  iptables -S INPUT | sort -u | wc -l\n";
    assert_eq!(says(&scratch, User::Myself, script).trim(), "31");
}

#[test]
fn a_table_of_many_rules_is_counted_anew_at_once() {
    let scratch = Scratch::new();
    // More than fits a socket's buffer by default.
    let list = |third: u32| (1..=200).map(|i| format!("10.{third}.0.{i}")).collect::<Vec<_>>().join(",");
    let add: String =
        (0..8).map(|i| format!("iptables -A INPUT -c 1 1 -m comment --comment x -s {}\n", list(i))).collect();
    for &user in users() {
        let said =
            says(&scratch, user, &format!("{add}iptables -Z; echo $?; iptables -v -S INPUT | grep -c 'c 0 0'\n"));
        assert_eq!(said, "0\n1601\n", "{user:?}");
    }
}

#[test]
fn odd_words_are_no_panic() {
    let scratch = Scratch::new();
    let long = "x".repeat(10_000);
    for words in [
        vec!["-A", "INPUT", "-m", "comment", "--comment", &long],
        vec!["-A", &long],
        vec!["-s", &long, "-A", "INPUT"],
        vec!["-A", "INPUT", "-p", "tcp", "--dport", "99999999999999999999999"],
        vec!["-A", "INPUT", "-m", "limit", "--limit", "99999999999/s"],
        vec!["-A", "INPUT", "-p", "icmp", "--icmp-type", ""],
        vec!["-A", "INPUT", "-c", "", ""],
        vec!["-A", "INPUT", "-c", "1,", ""],
        vec!["-A", "INPUT", "-p", "tcp", "--tcp-flags", "", ""],
        vec!["-t", "nat", "-A", "PREROUTING", "-j", "DNAT", "--to-destination", ""],
        vec!["-", "--", "-"],
        vec!["-D", "INPUT", "18446744073709551616"],
        vec!["-vvvv", "-L", "-"],
    ] {
        let output = scratch.lab(User::Myself, &[&["iptables"], words.as_slice()].concat()).output().unwrap();
        let (status, _, said) = all(&output);
        assert!(!said.contains("panicked") && status.is_some_and(|status| status < 5), "{words:?}: {said}");
    }
}
