"""Imports Synapse once, and forks a homeserver for each line that it reads.

A line is JSON: {"config": path, "log": path, "environment": {name: value}}. The answer to it is {"pid": number}, in the
order of the lines. The end of a homeserver is told as {"ended": pid, "status": as waitpid has it}. At the end of
standard input all homeservers are killed.
"""

import gc
import json
import os
import select
import signal
import sys

from twisted.internet.main import installReactor

from synapse.app.complement_fork_proxied_reactor import ProxiedReactor

# An epoll reactor must not be shared by forks, and importing Synapse would make one.
reactor = ProxiedReactor()
installReactor(reactor)

from synapse.app import homeserver  # noqa: E402

requests = sys.stdin.buffer.fileno()
answers = sys.stdout.fileno()
children = set()
woken, wake = os.pipe()
os.set_blocking(wake, False)


def become_homeserver(asked):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Ctrl-C is for the program in front.
    os.setsid()
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for descriptor in (log, null, woken, wake):
        os.close(descriptor)
    os.environ.update(asked["environment"])
    from twisted.internet.epollreactor import EPollReactor

    reactor._install_real_reactor(EPollReactor())
    sys.argv = ["synapse.app.homeserver", "-c", asked["config"]]
    homeserver.main()


def answer(content):
    os.write(answers, json.dumps(content).encode() + b"\n")


def fork(asked):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            become_homeserver(asked)
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    children.add(pid)
    answer({"pid": pid})


def reap():
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)
        answer({"ended": pid, "status": status})


# Everything that is there before a fork is never collected, so its pages stay shared.
gc.collect()
gc.freeze()
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
rest = b""
try:
    while True:
        ready, _, _ = select.select([requests, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            reap()
        if requests in ready:
            read = os.read(requests, 65536)
            if not read:
                break
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                fork(json.loads(line))
except BrokenPipeError:
    pass  # Nobody is left to be answered.
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
