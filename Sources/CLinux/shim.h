// What Swift cannot import: variadic calls, and names hidden behind _GNU_SOURCE.
// Header only, so that nothing of ours is compiled from C.
// Sources: openat2(2), pidfd_open(2), memfd_create(2), prctl(2), waitid(2), posix_spawn(3),
// eventfd(2), tcp(7), signalfd(2), statx(2), syncfs(2), unix(7), vfork(2), setresuid(2), capabilities(7), setrlimit(2).
#ifndef V6_CLINUX_SHIM_H
#define V6_CLINUX_SHIM_H

#include <errno.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const int v6_O_PATH = 010000000;
static const int v6_AT_EMPTY_PATH = 0x1000;
// Which module an enumerator of <sys/socket.h> belongs to differs from build to build.
static const int v6_MSG_NOSIGNAL = 0x4000;
static const int v6_RENAME_NOREPLACE = 1;
static const int v6_RENAME_EXCHANGE = 2;

/// Opens `path` below `directory` and never through a link, a magic link or `..`.
/// Returns a descriptor, or -1 with errno (ELOOP: a link, EXDEV: would leave the directory).
static inline int v6_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how = {0};
    how.flags = (uint64_t)(unsigned)flags;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/// Opens `path` as a process would whose root is `directory`: links are followed inside it.
static inline int v6_open_in_root(int directory, const char *path, int flags) {
    struct open_how how = {0};
    how.flags = (uint64_t)(unsigned)flags;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

static inline int v6_openat(int directory, const char *path, int flags, unsigned mode) {
    return openat(directory, path, flags, mode);
}

static inline int v6_renameat2(
    int from, const char *old_name, int to, const char *new_name, unsigned flags
) {
    return (int)syscall(SYS_renameat2, from, old_name, to, new_name, flags);
}

/// What one look at a name finds; times in nanoseconds since 1970.
struct v6_found {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    int64_t modified_ns;
    int64_t changed_ns;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t links;
    /// Whether nobody, root included, can change it: chattr(1), `+i`.
    int is_immutable;
    /// Whether bytes can only be added: chattr(1), `+a`.
    int is_append_only;
};

/// Looks at `name` in an open folder, or for an empty name at what is open; never through a link.
/// Returns 0, or -1 with errno.
static inline int v6_look(int folder, const char *name, struct v6_found *found) {
    struct statx seen;
    int flags = 0x100 /* AT_SYMLINK_NOFOLLOW */ | 0x800 /* AT_NO_AUTOMOUNT */;
    if (!*name) flags |= 0x1000 /* AT_EMPTY_PATH */;
    if (syscall(SYS_statx, folder, name, flags, STATX_BASIC_STATS, &seen) < 0) return -1;
    found->device = (uint64_t)seen.stx_dev_major << 32 | seen.stx_dev_minor;
    found->inode = seen.stx_ino;
    found->size = seen.stx_size;
    found->modified_ns = seen.stx_mtime.tv_sec * 1000000000LL + seen.stx_mtime.tv_nsec;
    found->changed_ns = seen.stx_ctime.tv_sec * 1000000000LL + seen.stx_ctime.tv_nsec;
    found->mode = seen.stx_mode;
    found->uid = seen.stx_uid;
    found->gid = seen.stx_gid;
    found->links = seen.stx_nlink;
    found->is_immutable = (seen.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
    found->is_append_only = (seen.stx_attributes & STATX_ATTR_APPEND) != 0;
    return 0;
}

/// How well the kernel's clock is kept.
struct v6_clock {
    int is_synchronised;
    int64_t estimated_error_us;
};

/// Asks only; 0, or -1 with errno.
static inline int v6_look_at_clock(struct v6_clock *clock) {
    struct timex found = {0};
    if (adjtimex(&found) < 0) return -1;
    clock->is_synchronised = !(found.status & 0x40 /* STA_UNSYNC */);
    clock->estimated_error_us = found.esterror;
    return 0;
}

/// Waits until all that was written to the file system of an open file is on its disk.
static inline int v6_syncfs(int fd) { return (int)syscall(SYS_syncfs, fd); }

static inline int v6_set_nonblocking(int fd) {
    return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/// A pipe, close-on-exec at both ends.
static inline int v6_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

static inline int v6_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// The caller adopts the orphans below it, so that a supervisor sees every child end.
static inline int v6_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/// The id of a child that has ended and is still to be reaped: `pid`, or any for 0.
/// Returns 0 when there is none, or -1 with errno.
static inline int v6_peek_ended(int pid) {
    siginfo_t info = {0};
    int which = pid ? P_PID : P_ALL;
    int answer = waitid(which, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return answer < 0 ? -1 : info.si_pid;
}

/// Blocks SIGTERM and SIGINT in the caller, and returns a descriptor that is readable when one
/// of them came.
static inline int v6_signals_to_end(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0) return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// A unix socket, close-on-exec and non-blocking: of datagrams, or of a stream.
static inline int v6_unix_socket(int datagrams) {
    int kind = (datagrams ? 2 /* SOCK_DGRAM */ : 1 /* SOCK_STREAM */) | O_NONBLOCK | O_CLOEXEC;
    return socket(AF_UNIX, kind, 0);
}

/// The address of a socket in an open folder; its length does not depend on the folder's path,
/// which may be longer than sun_path's 108 bytes.
static inline struct sockaddr_un v6_unix_address(int folder, const char *name) {
    struct sockaddr_un address = {0};
    address.sun_family = AF_UNIX;
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, name);
    return address;
}

static inline int v6_unix_bind(int fd, int folder, const char *name) {
    struct sockaddr_un address = v6_unix_address(folder, name);
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static inline int v6_unix_connect(int fd, int folder, const char *name) {
    struct sockaddr_un address = v6_unix_address(folder, name);
    return connect(fd, (struct sockaddr *)&address, sizeof address);
}

/// A TCP socket, close-on-exec and non-blocking, that sends small messages at once, notices a peer
/// that is gone, and gives up on bytes that nobody takes for so long. -1 with errno.
static inline int v6_tcp_socket(int is_version_6, unsigned send_max_ms) {
    int fd = socket(
        is_version_6 ? AF_INET6 : AF_INET, 1 /* SOCK_STREAM */ | O_NONBLOCK | O_CLOEXEC, 0);
    int yes = 1, idle_s = 10, every_s = 5, probes = 3;
    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof every_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, 18 /* TCP_USER_TIMEOUT */, &send_max_ms, sizeof send_max_ms);
    return fd;
}

/// Begins to connect to an address in digits. 0 when it is done, or -1 with errno: EINPROGRESS
/// while it goes on.
static inline int v6_tcp_connect(int fd, const char *address, int is_version_6, uint16_t port) {
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    int is_read = is_version_6 ? inet_pton(AF_INET6, address, &six.sin6_addr)
                               : inet_pton(AF_INET, address, &four.sin_addr);
    if (is_read != 1) {
        errno = EINVAL;
        return -1;
    }
    return is_version_6 ? connect(fd, (struct sockaddr *)&six, sizeof six)
                        : connect(fd, (struct sockaddr *)&four, sizeof four);
}

/// How a connection that was begun has ended: 0, or an error's number.
static inline int v6_socket_error(int fd) {
    int number = 0;
    socklen_t length = sizeof number;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length) < 0) return errno;
    return number;
}

/// Tells the peer that nothing more will be sent.
static inline int v6_end_sending(int fd) { return shutdown(fd, 1 /* SHUT_WR */); }

/// A counter that wakes whoever polls it: non-blocking, close-on-exec.
static inline int v6_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// spawn.h shows these two to _GNU_SOURCE only; glibc has them since 2.29 and 2.34.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

/// The child begins in `folder`, and has no descriptor from `first` on.
static inline int v6_spawn_clean(
    posix_spawn_file_actions_t *actions, const char *folder, int first
) {
    int failure = posix_spawn_file_actions_addchdir_np(actions, folder);
    return failure ? failure : posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/// A file without a name, close-on-exec: it is gone with the last descriptor of it.
static inline int v6_memory_file(void) {
    return (int)syscall(SYS_memfd_create, "v6", 1u /* MFD_CLOEXEC */);
}

/// So many descriptors more may a child be given.
static const int v6_attached_max = 8;

/// What a child has less of than its parent.
struct v6_less {
    /// Whether it becomes `user` and `group`, with no other group and no right of root's, for good.
    int is_other_account;
    uint32_t user;
    uint32_t group;
    /// No file that it writes may be longer, and it leaves no core; 0 for no limit.
    uint64_t file_bytes_max;
};

/// Straight to the kernel: the C library would change every thread of the process, whose memory
/// this one borrows.
static inline int v6_become(const struct v6_less *less) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    gid_t group = less->group;
    uid_t user = less->user;
    if (syscall(SYS_setgroups, 0, NULL) < 0) return errno;
    if (syscall(SYS_setresgid, group, group, group) < 0) return errno;
    if (syscall(SYS_setresuid, user, user, user) < 0) return errno;
    if (syscall(SYS_capset, &header, none) < 0) return errno;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? errno : 0;
}

/// So that it is killed when the thread that called v6_start ends.
static inline int v6_die_with(int parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return errno;
    // It died before it could be told.
    if (getppid() != parent) _exit(127);
    return 0;
}

/// What v6_start runs between vfork and execve: only calls that a signal handler may make.
static inline int v6_begin_child(
    int parent, int input, int output, int errors, const int *attached, int count,
    const sigset_t *signals, const struct v6_less *less
) {
    int failure = v6_die_with(parent);
    if (failure) return failure;
    if (setpgid(0, 0) < 0) return errno;
    signal(SIGPIPE, SIG_DFL);
    int ends[3] = {input, output, errors};
    int moved[8];
    if (count > v6_attached_max) return EINVAL;
    // Away from the wanted numbers first, so that none is overwritten; dup2 then leaves them open
    // at exec.
    for (int i = 0; i < 3; i++) {
        ends[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, 3 + count);
        if (ends[i] < 0) return errno;
    }
    for (int i = 0; i < count; i++) {
        moved[i] = fcntl(attached[i], F_DUPFD_CLOEXEC, 3 + count);
        if (moved[i] < 0) return errno;
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(ends[i], i) < 0) return errno;
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], 3 + i) < 0) return errno;
    }
    if (less->file_bytes_max) {
        struct rlimit longest = {less->file_bytes_max, less->file_bytes_max}, no_core = {0, 0};
        if (setrlimit(RLIMIT_FSIZE, &longest) < 0) return errno;
        if (setrlimit(RLIMIT_CORE, &no_core) < 0) return errno;
    }
    if (sigprocmask(SIG_SETMASK, signals, NULL) < 0) return errno;
    // Last: what runs as that account may stop this child by a signal, and its parent with it
    // until execve.
    if (!less->is_other_account) return 0;
    failure = v6_become(less);
    // The change of account takes the signal back.
    return failure ? failure : v6_die_with(parent);
}

/// Starts a program in a process group of its own, which the kernel kills when the thread that
/// called this ends: posix_spawn(3) cannot say that. `attached` become its descriptors from 3 on.
/// A caller that lends its memory to another account can no longer be looked into by others than
/// root: the kernel sees to it (PR_SET_DUMPABLE in prctl(2)).
/// Returns its process id, or -1 with errno.
static inline int v6_start(
    const char *program, char *const arguments[], char *const environment[], int input, int output,
    int errors, const int *attached, int count, const struct v6_less *less
) {
    volatile int failure = 0;
    int parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    // No handler may run in the child while it borrows this memory.
    sigprocmask(SIG_SETMASK, &all, &before);
    int child = vfork();
    if (child == 0) {
        failure = v6_begin_child(
            parent, input, output, errors, attached, count, &before, less);
        if (!failure) {
            execve(program, arguments, environment);
            failure = errno;
        }
        _exit(127);
    }
    if (child < 0) failure = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!failure) return child;
    if (child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    errno = failure;
    return -1;
}

/// Accepts a connection, close-on-exec and non-blocking.
static inline int v6_accept(int fd) {
    int connection = accept(fd, NULL, NULL);
    if (connection < 0) return connection;
    fcntl(connection, F_SETFD, FD_CLOEXEC);
    v6_set_nonblocking(connection);
    return connection;
}

/// The identity that the kernel vouches for at the other end of a connected socket.
struct v6_peer {
    int pid;
    unsigned uid;
    unsigned gid;
};

static inline int v6_peer_of(int fd, struct v6_peer *peer) {
    socklen_t length = sizeof *peer;
    return getsockopt(fd, SOL_SOCKET, 17 /* SO_PEERCRED */, peer, &length);
}

/// Asks the kernel to attach the sender's identity to each datagram.
static inline int v6_pass_credentials(int fd) {
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

/// Receives one datagram and the process id of its sender (0: not told).
/// Returns the number of bytes, or -1 with errno.
static inline ssize_t v6_receive_from_peer(int fd, void *bytes, size_t count, int *sender) {
    char control[256];
    struct iovec part = {bytes, count};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    *sender = 0;
    ssize_t received = recvmsg(fd, &message, 0x40000000 /* MSG_CMSG_CLOEXEC */);
    if (received < 0) return received;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == 2 /* SCM_CREDENTIALS */) {
            *sender = ((struct v6_peer *)(void *)CMSG_DATA(c))->pid;
        }
    }
    return received;
}

#endif
