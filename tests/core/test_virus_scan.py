import gc
import socket
import socketserver
import struct
import threading

import pytest

from core.virus_scan import Verdict, scan
from tests.ports import dead_port

# clamav-client leaves closing the scanned file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    """Speaks clamd's INSTREAM: chunks with their length in front, a verdict after the last."""

    def handle(self):
        assert self.rfile.readline() == b"nINSTREAM\n"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        verdict = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + self.server.answer.get(content, verdict) + b"\n")


@pytest.fixture
def clamd(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        server.answer = {}
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.CLAMAV_HOST, settings.CLAMAV_PORT = server.server_address
        yield server
        server.shutdown()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(b"%PDF-1.4 harmless")
    yield path
    gc.collect()


def test_scan_finds_a_clean_file_clean(clamd, file):
    assert scan(file) is Verdict.CLEAN


def test_scan_finds_a_virus(clamd, file):
    file.write_bytes(b"%PDF-1.4 " + b"0" * 5000 + EICAR)
    assert scan(file) is Verdict.INFECTED


def test_scan_that_the_scanner_cannot_make_counts_as_none(clamd, file):
    clamd.answer[file.read_bytes()] = b"Can't allocate memory ERROR"
    assert scan(file) is Verdict.NOT_SCANNED


def test_scan_without_a_scanner_counts_as_none(settings, file):
    settings.CLAMAV_HOST = ""
    assert scan(file) is Verdict.NOT_SCANNED


def test_scan_with_a_scanner_that_is_down_counts_as_none(settings, file):
    settings.CLAMAV_HOST, settings.CLAMAV_PORT = "127.0.0.1", dead_port()
    assert scan(file) is Verdict.NOT_SCANNED


def test_scan_with_a_scanner_that_hangs_up_counts_as_none(settings, file):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMAV_HOST, settings.CLAMAV_PORT = server.getsockname()

        def hang_up():
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        assert scan(file) is Verdict.NOT_SCANNED
        thread.join(5)
