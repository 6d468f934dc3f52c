#!/bin/sh
# Simulates the network of two containers: two namespaces on a bridge, with a way out through NAT.
#
#     iplab lab -- sh tests/tutorial.sh
#
# Each command is shown with what it says. What has to hold is checked; the exit status is 0 if all of it does.
# The firewall is the system's own program; ping, nc and telnet are ours. Steps that need one that is missing are left
# out, or fail where STRICT is set.

checks=0 failed=0 left_out=0

say() { printf '\n# %s\n' "$*"; }
hold() { checks=$((checks + 1)); }
fail() { checks=$((checks + 1)); failed=$((failed + 1)); printf '  ^^^ DOES NOT HOLD: %s\n' "$*"; }

# run COMMAND        succeeds
run() {
    printf '$ %s\n' "$*"
    if "$@"; then hold; else fail "status $?"; fi
}
# refused COMMAND    fails
refused() {
    printf '$ %s\n' "$*"
    if "$@"; then fail 'it should be refused'; else hold; fi
}
# shows PATTERN COMMAND, hides PATTERN COMMAND    a line of what it says is like PATTERN, or none is
shows() {
    pattern=$1; shift
    printf '$ %s\n' "$*"
    output=$("$@" 2>&1); printf '%s\n' "$output"
    if printf '%s\n' "$output" | grep -Eq -- "$pattern"; then hold; else fail "no line like $pattern"; fi
}
hides() {
    pattern=$1; shift
    printf '$ %s\n' "$*"
    output=$("$@" 2>&1); printf '%s\n' "$output"
    if printf '%s\n' "$output" | grep -Eq -- "$pattern"; then fail "a line like $pattern"; else hold; fi
}
say 'An outside world: a namespace that holds 8.8.8.8 and knows no way to private addresses'
run ip netns add internet
run ip link add wan type veth peer name eth0 netns internet
run ip addr add 203.0.113.2/24 dev wan
run ip link set wan up
run ip -n internet addr add 203.0.113.1/24 dev eth0
run ip -n internet addr add 8.8.8.8/32 dev lo
run ip -n internet link set eth0 up
run ip -n internet link set lo up
run ip route add default via 203.0.113.1

say 'Two namespaces, each with a network of its own: a loopback device that is down, and nothing else'
run ip netns add sleep
run ip netns add webapp
shows '^sleep' ip netns
shows '^1: lo: <LOOPBACK,UP,LOWER_UP>' ip link
shows '^1: lo: <LOOPBACK> .* state DOWN' ip netns exec sleep ip link
shows '^1: lo: <LOOPBACK> .* state DOWN' ip netns exec webapp ip link

say 'They know no neighbours and no routes'
run arp
hides ether ip netns exec sleep arp
hides ether ip netns exec webapp arp
shows '^Destination +Gateway +Genmask' route
hides '^[0-9]' ip netns exec sleep route
hides '^[0-9]' ip netns exec webapp route

say 'A bridge is a switch made of software'
run ip link add app-net-0 type bridge
shows 'app-net-0: .* state DOWN' ip link
run ip link set dev app-net-0 up
refused ip link add app-net-0 type bridge

say 'A veth pair is a cable: one end goes into a namespace, the other into the bridge'
run ip link add veth-sleep type veth peer name veth-sleep-br
run ip link add veth-webapp type veth peer name veth-webapp-br
run ip link set veth-sleep netns sleep
run ip link set veth-webapp netns webapp
refused ip link show dev veth-sleep
shows 'veth-sleep@if' ip netns exec sleep ip link
run ip link set veth-sleep-br master app-net-0
run ip link set veth-webapp-br master app-net-0
shows 'veth-sleep-br@if[0-9]+: .* master app-net-0 ' ip link show dev veth-sleep-br

say 'Addresses'
run ip -n sleep addr add 192.168.52.1/24 dev veth-sleep
run ip -n sleep link set veth-sleep up
run ip -n webapp addr add 192.168.52.2/24 dev veth-webapp
run ip -n webapp link set veth-webapp up
run ip addr add 192.168.52.5/24 dev app-net-0
run ip link set dev veth-sleep-br up
run ip link set dev veth-webapp-br up
shows 'inet 192.168.52.1/24 scope global veth-sleep' ip -n sleep addr
shows '^192.168.52.0 +0.0.0.0 +255.255.255.0 +U ' ip netns exec webapp route -n

say 'Neighbours answer; the world outside does not, for there is no route to it'
run ping -c 1 -W 2 192.168.52.1
run ip netns exec webapp ping -c 1 -W 2 192.168.52.1
shows '192.168.52.1 +ether +[0-9a-f:]{17} +C +veth-webapp' ip netns exec webapp arp -n
refused ip netns exec webapp ping -c 1 -W 1 8.8.8.8

say 'The way out: private addresses hidden behind the host, a default route, and forwarding'
run iptables -t nat -A POSTROUTING -s 192.168.52.0/24 -j MASQUERADE
run ip netns exec webapp ip route add default via 192.168.52.5
shows '^default via 192.168.52.5 dev veth-webapp' ip -n webapp route
refused ip netns exec webapp ping -c 1 -W 1 8.8.8.8
shows '^net.ipv4.ip_forward = 1$' sysctl -w net.ipv4.ip_forward=1
run ip netns exec webapp ping -c 1 -W 2 8.8.8.8

say 'TCP from one namespace to the other, and its frames on the bridge'
heard=$(mktemp /run/heard.XXXXXX) frames=$(mktemp /run/frames.XXXXXX)
ip netns exec webapp timeout 5 nc -l 4444 >"$heard" 2>/dev/null &
listener=$!
timeout 5 tcpdump -l -n -c 4 -i app-net-0 tcp port 4444 >"$frames" 2>/dev/null &
sniffer=$!
sleep 0.5
(echo hello; sleep 0.5) | ip netns exec sleep timeout 3 telnet 192.168.52.2 4444
wait $listener $sniffer
shows '^hello' cat "$heard"
shows '192.168.52.1.* > 192.168.52.2.4444' cat "$frames"

say 'Away with it'
run ip link del app-net-0
run ip netns del sleep
run ip netns del webapp
hides 'sleep|webapp' ip netns

printf '\n%s checks, %s do not hold\n' "$checks" "$failed"
[ "$failed" = 0 ]
