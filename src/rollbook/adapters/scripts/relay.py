"""The one way out of a script's network: connections to its port are carried to our own API."""

import selectors
import socket
import threading
from contextlib import suppress

MOST_CONNECTIONS = 32
_CHUNK = 256 * 1024
_CONNECT_TIMEOUT_S = 10


class Relay:
    """Carries the connections that a listening socket of another network takes, until it is closed."""

    def __init__(self, listener: socket.socket, target: tuple[str, int]) -> None:
        self._listener = listener
        self._target = target
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._accept, name="rollbook-script-relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Carry nothing more."""
        with self._lock:
            self._is_closed = True
            for one in (self._listener, *self._open):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            self._places.acquire()
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), name="rollbook-script-call", daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        try:
            with near, socket.create_connection(self._target, _CONNECT_TIMEOUT_S) as far:
                far.settimeout(None)
                with self._lock:
                    if self._is_closed:
                        return
                    self._open |= {near, far}
                try:
                    _pump(near, far)
                finally:
                    with self._lock:
                        self._open -= {near, far}
        except OSError:
            return
        finally:
            self._places.release()


def _pump(near: socket.socket, far: socket.socket) -> None:
    """Carry bytes both ways until both ends have said their last."""
    other = {near: far, far: near}
    with selectors.DefaultSelector() as waiting:
        for one in other:
            waiting.register(one, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                source = key.fileobj
                assert isinstance(source, socket.socket)
                if data := source.recv(_CHUNK):
                    other[source].sendall(data)
                else:
                    waiting.unregister(source)
                    other[source].shutdown(socket.SHUT_WR)
