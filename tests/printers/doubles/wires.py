"""What a double is plugged into: a TCP connection or the near end of a pty."""

import contextlib
import os
import socket
import struct
import tty

CHUNK = 64 * 1024


class Wire:
    """One connection: bytes come in, answers go out. ``buffer`` holds a command that is not whole yet."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        # Read from the wire but, while the printer is stalled, not looked at yet.
        self.unread = b""
        self.is_open = True
        self.is_ended = False
        self.is_deaf = False
        self.is_watched = False

    def fileno(self) -> int:
        raise NotImplementedError

    def read(self) -> bytes:
        """Return what is there, nothing at the host's goodbye; OSError when it broke."""
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Answer; a host that is gone hears nothing."""
        raise NotImplementedError

    def close(self) -> None:
        """Hang up in order."""
        raise NotImplementedError

    def reset(self) -> None:
        """Be gone as after a power cut."""
        raise NotImplementedError

    def say_goodbye(self) -> None:
        """Hang up our half; what still comes is thrown away."""
        raise NotImplementedError


class TcpWire(Wire):
    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self) -> bytes:
        return self._socket.recv(CHUNK)

    def write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def close(self) -> None:
        self.is_open = False
        self._socket.close()

    def reset(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def say_goodbye(self) -> None:
        self.is_deaf = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)


class PtyWire(Wire):
    """A serial cable. Our own open slave keeps it alive while no host is there, as a cable is."""

    def __init__(self) -> None:
        super().__init__()
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    def fileno(self) -> int:
        return self._master

    def read(self) -> bytes:
        return os.read(self._master, CHUNK)

    def write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def close(self) -> None:
        """Pull the plug: a serial line knows no other goodbye."""
        if self.is_open:
            self.is_open = False
            os.close(self._master)
            os.close(self._slave)
            self._master = -1

    def reset(self) -> None:
        """A printer losing power leaves the cable where it is."""
        self.buffer.clear()
        self.unread = b""

    def say_goodbye(self) -> None:
        self.close()
