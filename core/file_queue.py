"""The embedded queue: kombu's filesystem transport, with messages that appear whole.

Kombu opens a message under its final name and then writes it. A worker that looks in between
takes the empty file, cannot read it, and ends.
"""

import os
import uuid
from time import monotonic

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

FOLDERS = ("data_folder_in", "data_folder_out", "control_folder")  # kombu's options


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = os.path.join(self.data_folder_out, name)
        try:
            with open(f"{path}.unfinished", "w") as file:
                file.write(dumps(payload))
            os.rename(f"{path}.unfinished", path)
        except OSError as error:
            raise ChannelError(f"Cannot add file {path!r} to directory") from error


def folders(app) -> list[str]:
    """Where the messages of `app` lie; none for a broker that is no file queue."""
    options = app.conf.broker_transport_options
    return [folder for name, folder in options.items() if name in FOLDERS]


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
