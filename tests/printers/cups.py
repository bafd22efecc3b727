"""A CUPS server of our own: Debian's cupsd with its folders in a temporary one, on a socket nobody else knows."""

import contextlib
import getpass
import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.patience import PATIENCE_S

CUPSD = shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_PATIENCE_S = 30

_CONF = """
Listen {root}/sock
LogLevel debug
Browsing No
WebInterface No
DefaultAuthType None
DirtyCleanInterval 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
_FILES = """
ServerRoot {root}/etc
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/state
TempDir {root}/spool/tmp
ServerKeychain {root}/etc/ssl
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
Printcap
ConfigFilePerm 0644
FatalErrors config
User {user}
Group {group}
"""


def is_installed() -> bool:
    """Whether this machine has the server and its clients."""
    return bool(CUPSD and shutil.which("lp") and shutil.which("lpadmin") and shutil.which("lpstat"))


class PrintServer:
    """``address`` is what CUPS_SERVER must say; the clients below say it themselves."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.address = str(root / "sock")

    def run(self, *command: str) -> str:
        """Run a CUPS client against this server; AssertionError with its words when it refuses."""
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
            env=os.environ | {"CUPS_SERVER": self.address, "LC_ALL": "C"},
        )
        assert not done.returncode, f"{command}: {done.stderr}"
        return done.stdout

    def add_queue(self, name: str, port: int, options: str = "") -> None:
        """Make a raw queue to a printer on the loopback that never sends a broken job again by itself."""
        where = f"socket://127.0.0.1:{port}{options}"
        policy = ("-o", "printer-error-policy=abort-job")
        self.run("lpadmin", "-p", name, "-E", "-v", where, "-m", "raw", *policy)

    def log(self) -> str:
        """What the server wrote down, for a test that failed."""
        return (self.root / "log" / "error_log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def print_server() -> Iterator[PrintServer]:
    """Start cupsd and stop it at the end. The folder's path is short, because a socket's must be."""
    with tempfile.TemporaryDirectory(prefix="cups-") as folder:
        root = Path(folder)
        _lay_out(root)
        files = ("-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf")
        # It goes to the background when it is ready, so nobody has to guess.
        subprocess.run([str(CUPSD), *files], check=True, timeout=_PATIENCE_S)
        try:
            yield PrintServer(root)
        finally:
            _stop(int((root / "state" / "cupsd.pid").read_text(encoding="ascii")))


def _lay_out(root: Path) -> None:
    # Root's server gives its rights away before it runs a backend; anybody else's keeps its own.
    is_root = os.geteuid() == 0
    user = "lp" if is_root else getpass.getuser()
    group = "lp" if is_root else subprocess.check_output(["id", "-gn"], text=True).strip()
    root.chmod(0o755)
    for name in ("etc/ssl", "etc/ppd", "spool/tmp", "cache", "state", "log"):
        (root / name).mkdir(parents=True)
        if is_root:
            shutil.chown(root / name, "root", group)
    for name in ("spool", "spool/tmp", "cache", "state"):
        (root / name).chmod(0o770)
        if is_root:
            shutil.chown(root / name, "root", group)
    (root / "etc" / "cupsd.conf").write_text(_CONF.format(root=root), encoding="utf-8")
    names = _FILES.format(root=root, user=user, group=group)
    (root / "etc" / "cups-files.conf").write_text(names, encoding="utf-8")


def _stop(pid: int) -> None:
    """End our server, and wait until it has ended: it is nobody's child any more."""
    watched = os.pidfd_open(pid)
    os.kill(pid, signal.SIGTERM)
    ended, _, _ = select.select([watched], [], [], _PATIENCE_S)
    os.close(watched)
    assert ended, "cupsd does not end"
