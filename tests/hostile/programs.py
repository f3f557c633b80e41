"""Programs that must not win, each with the ending that it must get.

Every program asks its input first: on `well` it must be a good citizen and print what it finds, so that the run *after* an
attack, in the same container, shows whether anything was left behind.
"""

from dataclasses import dataclass
from textwrap import dedent
from typing import Final

from sandbox.runner import CpuTimeExceeded, Ending, Exited, MemoryExceeded, OutputExceeded, Signalled, WallTimeExceeded

CLEAN: Final = b"[] 2\n"
"""What the run after an attack prints: nothing in /tmp; two processes, the supervisor and itself."""

PRELUDE: Final = """\
import os, sys, time, signal, ctypes
if sys.stdin.readline().strip() == "well":
    print(os.listdir("/tmp"), len([name for name in os.listdir("/proc") if name.isdigit()]))
    sys.exit()

def refused(action):
    try:
        action()
    except OSError:
        return True
    return False
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """A Python program after `PRELUDE`; `endings` are acceptable, `says` is what it must have printed, if that matters."""

    name: str
    source: str
    endings: tuple[type[Ending], ...]
    says: bytes | None = None

    @property
    def program(self) -> bytes:
        """The whole source."""
        return (PRELUDE + dedent(self.source)).encode()


KILLED: Final = (CpuTimeExceeded, WallTimeExceeded, MemoryExceeded)

ATTACKS: Final = (
    Attack(
        "fork_bomb",
        """
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
        KILLED,
    ),
    Attack(
        "fork_bomb_of_sleepers",
        """
        for _ in range(1000):
            try:
                if os.fork() == 0:
                    time.sleep(60)
            except OSError:
                break
        print("stopped")
        """,
        (Exited,),
        b"stopped\n",
    ),
    Attack(
        "thread_bomb",
        """
        import threading
        while True:
            threading.Thread(target=time.sleep, args=(60,)).start()  # the last one fails, and the others are waited for
        """,
        (WallTimeExceeded,),
    ),
    Attack("memory_bomb", "held = []\nwhile True: held.append(bytearray(1 << 20))", (MemoryExceeded,)),
    Attack(
        "memory_bomb_in_children",
        """
        for _ in range(8):
            if os.fork() == 0:
                held = bytearray(b"x" * (24 << 20))
                time.sleep(60)
        time.sleep(60)
        """,
        (MemoryExceeded,),
    ),
    Attack(
        "memory_bomb_that_offers_the_supervisor",
        """
        try:
            with open("/proc/self/oom_score_adj", "w") as score:
                score.write("0")
        except OSError:
            pass
        held = []
        while True:
            held.append(bytearray(1 << 20))
        """,
        (MemoryExceeded,),
    ),
    Attack(
        "memory_outside_the_heap",
        """
        fd = os.memfd_create("hidden")
        while True:
            os.write(fd, b"x" * (1 << 20))
        """,
        (MemoryExceeded,),
    ),
    Attack("memory_beyond_the_address_space", "held = bytearray(1 << 50)", (MemoryExceeded,)),
    Attack("endless_output", "while True: os.write(1, b'x' * 65536)", (OutputExceeded,)),
    Attack("endless_loop", "while True: pass", (CpuTimeExceeded,)),
    Attack(
        "endless_loop_deaf_to_signals",
        """
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass
        """,
        (CpuTimeExceeded,),
    ),
    Attack(
        "cpu_time_spread_over_children",
        """
        for _ in range(6):
            if os.fork() == 0:
                end = time.process_time() + 0.4
                while time.process_time() < end:
                    pass
                os._exit(0)
        for _ in range(6):
            os.wait()
        """,
        (CpuTimeExceeded,),
    ),
    Attack(
        "cpu_time_in_a_child_that_nobody_waits_for",
        """
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if os.fork() == 0:
            if os.fork() == 0:
                while True:
                    pass
            os._exit(0)
        time.sleep(60)
        """,
        (CpuTimeExceeded, WallTimeExceeded),
    ),
    Attack("sleeper", "time.sleep(60)", (WallTimeExceeded,)),
    Attack("stops_itself", "os.kill(os.getpid(), signal.SIGSTOP)", (WallTimeExceeded,)),
    Attack("waits_for_more_input", "print(sys.stdin.read() == '')", (Exited,), b"True\n"),
    Attack(
        "leaves_a_stopped_child",
        """
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        print("left", flush=True)
        """,
        (Exited,),
        b"left\n",
    ),
    Attack(
        "leaves_a_daemon",
        """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for number in range(1, 32):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                while True:
                    os.write(1, b"still here")
                    time.sleep(0.5)
            os._exit(0)
        os.wait()
        time.sleep(0.1)
        """,
        (Exited,),
        b"still here",
    ),
    Attack(
        "leaves_many_orphans",
        """
        for _ in range(500):
            if os.fork() == 0:
                if os.fork() == 0:
                    os._exit(0)
                os._exit(0)
            os.wait()
        print("done")
        """,
        (Exited, CpuTimeExceeded),
    ),
    Attack(
        "fills_tmp",
        """
        def fill():
            with open("/tmp/full", "wb") as file:
                while True:
                    file.write(b"x" * (1 << 20))
        print(refused(fill))
        """,
        (Exited, MemoryExceeded),
    ),
    Attack(
        "many_files",
        """
        def fill():
            for number in range(100000):
                open(f"/tmp/{number}", "w").close()
        print(refused(fill))
        """,
        (Exited,),
        b"True\n",
    ),
    Attack(
        "deep_folders",
        """
        def dig():
            os.chdir("/tmp")
            while True:
                os.mkdir("d")
                os.chdir("d")
        print(refused(dig))
        """,
        (Exited,),
        b"True\n",
    ),
    Attack(
        "locked_folders",
        """
        os.makedirs("/tmp/a/b/c")
        open("/tmp/a/b/c/file", "w").close()
        os.mkfifo("/tmp/a/b/pipe")
        for path in ("/tmp/a/b/c", "/tmp/a/b", "/tmp/a"):
            os.chmod(path, 0)
        print("locked")
        """,
        (Exited,),
        b"locked\n",
    ),
    Attack(
        "links_out_of_tmp",
        """
        for number, target in enumerate(("/", "/box", "/etc/passwd", "/proc/1", "loop0", "/tmp")):
            os.symlink(target, f"/tmp/loop{number}")
        os.mkdir("/tmp/.wipe-0")
        os.mkdir("/tmp/d")
        os.symlink("/box", "/tmp/d/.wipe-1")
        os.link("/tmp/loop0", "/tmp/d/hard")
        print(os.path.exists("/box/main.py"))
        """,
        (Exited,),
        b"True\n",
    ),
    Attack(
        "looks_into_process_1",
        """
        paths = ("/proc/1/environ", "/proc/1/maps", "/proc/1/mem", "/proc/1/fd/0", "/proc/1/root/etc/hostname", "/proc/1/stack")
        print(all(refused(lambda: open(path, "rb").read()) for path in paths))
        """,
        (Exited,),
        b"True\n",
    ),
    Attack(
        "speaks_for_process_1",
        """
        print(refused(lambda: open("/proc/1/fd/1", "wb").write(b"forged")))
        """,
        (Exited,),
        b"True\n",
    ),
    Attack(
        "comes_through_the_door",
        """
        import socket
        print(refused(lambda: socket.socket(socket.AF_UNIX).connect("/run/sarap/supervisor")))
        print(refused(lambda: os.listdir("/run/sarap")))
        """,
        (Exited,),
        b"True\nTrue\n",
    ),
    Attack(
        "uses_descriptors_that_are_not_its_own",
        """
        print(sorted(int(name) for name in os.listdir("/proc/self/fd"))[:3])
        print(all(refused(lambda: os.write(fd, b"forged")) for fd in range(3, 256)))
        """,
        (Exited,),
        b"[0, 1, 2]\nTrue\n",
    ),
    Attack(
        "changes_its_own_input",
        """
        print(refused(lambda: os.pwrite(0, b"forged", 0)), refused(lambda: os.ftruncate(0, 0)))
        """,
        (Exited,),
        b"True True\n",
    ),
    Attack(
        "uses_the_network",
        """
        import socket
        families = (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK, 38)
        print([refused(lambda: socket.socket(family, kind)) for family in families for kind in (1, 2, 3)].count(False))
        """,
        (Exited,),
        b"0\n",
    ),
    Attack(
        "writes_where_it_must_not",
        """
        folders = ["/", "/box", "/etc", "/usr/bin", "/dev", "/dev/mqueue", "/run", "/var/tmp", "/sys/fs/cgroup", "/proc"]
        print([folder for folder in folders if not refused(lambda: open(folder + "/planted", "w"))])
        print(refused(lambda: open("/box/main.py", "a")), refused(lambda: os.unlink("/box/main.py")))
        print(refused(lambda: open("/proc/sys/kernel/hostname", "w")), refused(lambda: os.chmod("/box", 0o777)))
        """,
        (Exited,),
        b"[]\nTrue True\nTrue True\n",
    ),
    Attack(
        "kills_everybody",
        """
        print(refused(lambda: os.kill(1, signal.SIGKILL)), refused(lambda: os.kill(1, 0)))
        try:
            os.kill(-1, signal.SIGKILL)
        except OSError:
            pass
        """,
        (Exited, Signalled),
    ),
    Attack(
        "becomes_somebody_else",
        """
        calls = (
            lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.setresuid(10000, 10000, 10000),
            lambda: os.setresuid(20001, 20001, 20001), lambda: os.chroot("/tmp"), lambda: os.nice(-5),
            lambda: os.mknod("/tmp/disk", 0o60666, 0x800), lambda: os.chown("/tmp", 0, 0),
        )
        print([number for number, call in enumerate(calls) if not refused(call)])
        """,
        (Exited,),
        b"[]\n",
    ),
    Attack(
        "forbidden_system_calls",
        """
        libc = ctypes.CDLL(None, use_errno=True)
        calls = {
            "shmget": 29, "semget": 64, "msgget": 68, "ptrace": 101, "mount": 165, "add_key": 248, "request_key": 249,
            "keyctl": 250, "mq_open": 240, "unshare": 272, "setns": 308, "perf_event_open": 298, "process_vm_readv": 310,
            "bpf": 321,
            "userfaultfd": 323, "io_uring_setup": 425, "clone3": 435, "kexec_load": 246, "init_module": 175,
            "reboot": 169, "fsopen": 430, "open_tree": 428, "memfd_secret": 447, "swapon": 167, "acct": 163,
            "pivot_root": 155, "quotactl": 179, "name_to_handle_at": 303, "open_by_handle_at": 304,
            "kcmp": 312, "syslog": 103,
        }
        if os.uname().machine == "x86_64":
            print([name for name, number in calls.items() if libc.syscall(number, 0x10000, 0, 0, 0, 0, 0) != -1])
        else:
            print([])
        """,
        (Exited,),
        b"[]\n",
    ),
    Attack(
        "raises_its_own_limits",
        """
        import resource
        names = ("RLIMIT_NPROC", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_MSGQUEUE")
        def lift(name):
            resource.setrlimit(getattr(resource, name), (1 << 20, 1 << 20))
        lifted = []
        for name in names:
            try:
                if hasattr(resource, name):
                    lift(name)
                    lifted.append(name)
            except (OSError, ValueError):
                pass
        print(lifted)
        """,
        (Exited,),
        b"[]\n",
    ),
    Attack("floods_standard_error", "for _ in range(800): os.write(2, b'x' * 65536)", (Exited,), b""),
    Attack("writes_nul_bytes", "os.write(1, bytes(range(256)))", (Exited,), bytes(range(256))),
    Attack(
        "unix_socket_left_behind",
        """
        import socket
        held = socket.socket(socket.AF_UNIX)
        held.bind("\\0abstract")
        other = socket.socket(socket.AF_UNIX)
        other.bind("/tmp/socket")
        other.listen()
        if os.fork() == 0:
            time.sleep(60)
        print("bound", flush=True)
        """,
        (Exited,),
        b"bound\n",
    ),
)
