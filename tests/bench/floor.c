/* The least that the kernel makes anyone do: receive a dump, or send ready-made messages. The bench compiles this. */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_socket(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		exit(1);
	return fd;
}

/* `floor dump TYPE FAMILY`: asks and receives, and looks for nothing but the end. Of links no counters are asked for. */
static int dump(int type, int family)
{
	static char buffer[16384];
	struct { struct nlmsghdr header; struct rtmsg body; } request = {
		.header = { sizeof(request), type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.body = { .rtm_family = family },
	};
	struct { struct nlmsghdr header; struct ifinfomsg body; struct rtattr mask_header; unsigned mask; } links = {
		.header = { sizeof(links), type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.mask_header = { 8, IFLA_EXT_MASK }, .mask = RTEXT_FILTER_SKIP_STATS,
	};
	int fd = open_socket();

	if (type == RTM_GETLINK ? send(fd, &links, sizeof(links), 0) < 0 : send(fd, &request, sizeof(request), 0) < 0)
		return 1;
	for (;;) {
		ssize_t length = recv(fd, buffer, sizeof(buffer), 0);
		struct nlmsghdr *message = (struct nlmsghdr *)buffer;

		if (length <= 0)
			return 1;
		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return 0;
			if (message->nlmsg_type == NLMSG_ERROR)
				return 1;
		}
	}
}

/* `floor routes add|del COUNT INDEX`: routes 10.x.y.z/32 on device INDEX, many to a sendmsg, an ACK for the last. */
static int routes(int type, unsigned count, unsigned index)
{
	static char buffer[1 << 15];
	struct message {
		struct nlmsghdr header;
		struct rtmsg body;
		struct rtattr dst_header; unsigned dst;
		struct rtattr oif_header; unsigned oif;
	} message = {
		.header = { sizeof(message), type, NLM_F_REQUEST | (type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0), 1, 0 },
		.body = { AF_INET, 32, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_LINK, RTN_UNICAST, 0 },
		.dst_header = { 8, RTA_DST }, .oif_header = { 8, RTA_OIF }, .oif = index,
	};
	unsigned used = 0;
	int fd = open_socket();

	for (unsigned i = 0; i < count; i++) {
		message.dst = htonl(0x0a000000 + i);
		if (i + 1 == count)
			message.header.nlmsg_flags |= NLM_F_ACK;
		memcpy(buffer + used, &message, sizeof(message));
		used += sizeof(message);
		if (used + sizeof(message) > sizeof(buffer) || i + 1 == count) {
			if (send(fd, buffer, used, 0) < 0)
				return 1;
			used = 0;
		}
	}
	return recv(fd, buffer, sizeof(buffer), 0) <= 0;
}

static struct rtattr *put(char *message, int type, const void *payload, int length)
{
	struct nlmsghdr *header = (struct nlmsghdr *)message;
	struct rtattr *attr = (struct rtattr *)(message + header->nlmsg_len);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(attr), payload, length);
	header->nlmsg_len += RTA_ALIGN(attr->rta_len);
	return attr;
}

/* `floor pairs COUNT`: pairs of veth devices aN, bN, many to a sendmsg, an ACK for the last. */
static int pairs(unsigned count)
{
	static char buffer[1 << 15];
	struct ifinfomsg nothing = { 0 };
	unsigned used = 0;
	int fd = open_socket();

	for (unsigned i = 0; i < count; i++) {
		char *message = buffer + used, name[16];
		struct nlmsghdr *header = (struct nlmsghdr *)message;
		struct rtattr *info, *data, *peer;

		*header = (struct nlmsghdr){ NLMSG_LENGTH(sizeof(nothing)), RTM_NEWLINK,
			NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | (i + 1 == count ? NLM_F_ACK : 0), 1, 0 };
		memcpy(NLMSG_DATA(header), &nothing, sizeof(nothing));
		put(message, IFLA_IFNAME, name, sprintf(name, "a%u", i) + 1);
		info = put(message, IFLA_LINKINFO, "", 0);
		put(message, IFLA_INFO_KIND, "veth", 4);
		data = put(message, IFLA_INFO_DATA, "", 0);
		peer = put(message, 1 /* VETH_INFO_PEER */, &nothing, sizeof(nothing));
		put(message, IFLA_IFNAME, name, sprintf(name, "b%u", i) + 1);
		peer->rta_len = message + header->nlmsg_len - (char *)peer;
		data->rta_len = message + header->nlmsg_len - (char *)data;
		info->rta_len = message + header->nlmsg_len - (char *)info;
		used += header->nlmsg_len;
		if (used + 256 > sizeof(buffer) || i + 1 == count) {
			if (send(fd, buffer, used, 0) < 0)
				return 1;
			used = 0;
		}
	}
	return recv(fd, buffer, sizeof(buffer), 0) <= 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "dump"))
		return dump(atoi(argv[2]), atoi(argv[3]));
	if (argc == 5 && !strcmp(argv[1], "routes"))
		return routes(strcmp(argv[2], "add") ? RTM_DELROUTE : RTM_NEWROUTE, atoi(argv[3]), atoi(argv[4]));
	if (argc == 3 && !strcmp(argv[1], "pairs"))
		return pairs(atoi(argv[2]));
	return 2;
}
