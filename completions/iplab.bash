# Completions of iplab for bash: source this, or put it where bash-completion looks for it.
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
complete -o bashdefault -o default -F _iplab iplab ip bridge arp route sysctl nc ping ping4 ping6 telnet tcpdump iptables ip6tables iptables-save ip6tables-save
