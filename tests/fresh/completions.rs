//! Completions: each shell asks `iplab` itself, so a script is only the way to ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const BASH: &str = r#"# Completions of iplab for bash: source this, or put it where bash-completion looks for it.
_iplab() {
    local word help
    COMPREPLY=()
    while IFS=$'\t' read -r word help; do
        COMPREPLY+=("$word")
    done < <(iplab __complete "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
    # A key of sysctl goes on behind its separator.
    [[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY == *[./] ]] && compopt -o nospace
    return 0
}
complete -o bashdefault -o default -F _iplab @NAMES@
"#;

const FISH: &str = r"# Completions of iplab for fish: put this into a directory of $fish_complete_path, or source it.
function __iplab_complete
    set -l words (commandline -opc) (commandline -ct)
    iplab __complete $words 2>/dev/null
end
for name in @NAMES@
    complete -c $name -f -a '(__iplab_complete)'
end
";

const ZSH: &str = r#"#compdef @NAMES@
# Completions of iplab for zsh: put this as _iplab into a directory of $fpath.
_iplab() {
    local line
    local -a found
    for line in "${(@f)$(iplab __complete "${(@)words[1,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#found )) && _describe -V word found || _files
}
_iplab "$@"
"#;

fn files() -> BTreeMap<String, String> {
    let names: Vec<&str> = iplab::lab::tools();
    let names = format!("iplab {}", names[..names.len() - 1].join(" "));
    let scripts = [("_iplab", ZSH), ("iplab.bash", BASH), ("iplab.fish", FISH)];
    scripts.into_iter().map(|(name, text)| (name.into(), text.replace("@NAMES@", &names))).collect()
}

#[test]
fn completions_are_fresh() {
    super::check("completions", &files());
}

/// What `shell` says of `script`, with `iplab` on PATH; nothing where there is no such shell.
fn says(shell: &str, script: &str) -> Option<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_iplab")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin:/usr/sbin:/sbin", program.display());
    let mut command = Command::new(shell);
    command.args(["-c", script]).env("PATH", path).env("HOME", std::env::temp_dir());
    command.env("FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/completions"));
    let Ok(output) = command.output() else {
        assert!(std::env::var_os("CI").is_none(), "{shell} is not installed");
        eprintln!("left out: {shell} is not installed");
        return None;
    };
    assert!(output.stderr.is_empty(), "{shell}: {output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn bash_completes_what_is_there() {
    let ask = |words: &str| {
        let script = format!(
            ". $FILE/iplab.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _iplab; \
             echo \"${{COMPREPLY[*]}}\""
        );
        says("bash", &script)
    };
    let Some(said) = ask("ip netn") else { return };
    assert_eq!(said, "netns\n");
    assert!(ask("ip link show dev l").unwrap().split_whitespace().any(|word| word == "lo"));
    assert_eq!(ask("ip link add x type veth peer na").unwrap(), "name\n");
}

#[test]
fn fish_completes_what_is_there() {
    let Some(said) = says("fish", "source $FILE/iplab.fish; complete -C 'ip netn'") else { return };
    assert!(said.starts_with("netns"), "{said}");
    let said = says("fish", "source $FILE/iplab.fish; complete -C 'ip link show dev l'").unwrap();
    assert!(said.lines().any(|line| line.starts_with("lo")), "{said}");
}

#[test]
fn zsh_reads_its_script() {
    let script = "autoload -Uz compinit; compinit -D -u; fpath=($FILE $fpath); autoload -Uz _iplab; \
                  functions[_iplab_whole]=$(<$FILE/_iplab); whence -w _iplab_whole";
    let Some(said) = says("zsh", script) else { return };
    assert_eq!(said, "_iplab_whole: function\n");
}
