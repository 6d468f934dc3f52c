# Completions of iplab for fish: put this into a directory of $fish_complete_path, or source it.
function __iplab_complete
    set -l words (commandline -opc) (commandline -ct)
    iplab __complete $words 2>/dev/null
end
for name in iplab ip bridge arp route sysctl nc ping ping4 ping6 telnet tcpdump iptables ip6tables iptables-save ip6tables-save
    complete -c $name -f -a '(__iplab_complete)'
end
