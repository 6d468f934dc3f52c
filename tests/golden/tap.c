/* Preloaded into a tool, appends what it sends and receives on netlink sockets to the file that $TAP names: `> ` or `< `
 * and the bytes in hexadecimal, a line for each call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(int fd, char mark, const struct iovec *parts, size_t count, ssize_t len)
{
    struct sockaddr address;
    socklen_t size = sizeof address;
    int saved = len > 0 && getenv("TAP") && !getsockname(fd, &address, &size) && address.sa_family == AF_NETLINK
                    ? open(getenv("TAP"), O_WRONLY | O_CREAT | O_APPEND, 0600)
                    : -1;
    if (saved < 0)
        return;
    dprintf(saved, "%c ", mark);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < parts[i].iov_len && len > 0; at++, len--)
            dprintf(saved, "%02x", ((unsigned char *)parts[i].iov_base)[at]);
    dprintf(saved, "\n");
    close(saved);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t (*real)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
    ssize_t len = real(fd, message, flags);
    note(fd, '>', message->msg_iov, message->msg_iovlen, len);
    return len;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
    ssize_t len = real(fd, bytes, size, flags);
    note(fd, '>', &(struct iovec){(void *)bytes, size}, 1, len);
    return len;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    ssize_t (*real)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t len = real(fd, message, flags);
    if (!(flags & MSG_PEEK))
        note(fd, '<', message->msg_iov, message->msg_iovlen, len);
    return len;
}
