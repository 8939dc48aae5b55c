"""Becomes Synapse, which must not outlive the program that asked for it.

Standard input is a pipe whose other end that program holds; however it ends, the system closes it.
A small twin waits for that, also while Synapse itself is stopped by a signal.
"""

import os
import select
import signal
import sys

synapse = os.getpid()
synapse_gone, synapse_lives = os.pipe()

if os.fork() == 0:
    # A group of processes whose parent dies while one of them is stopped gets SIGHUP: this one must not be among them.
    os.setsid()
    os.close(synapse_lives)
    ready, _, _ = select.select([sys.stdin.fileno(), synapse_gone], [], [])
    if synapse_gone not in ready and os.getppid() == synapse:
        os.kill(synapse, signal.SIGKILL)
    os._exit(0)

os.close(synapse_gone)
os.set_inheritable(synapse_lives, True)
os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
os.execv(sys.executable, [sys.executable, "-m", "synapse.app.homeserver", "-c", sys.argv[1]])
