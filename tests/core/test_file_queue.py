"""A message of the embedded queue appears whole, or a worker that looks too early ends."""

import json
import os
from pathlib import Path

from kombu import Connection

from core import file_queue


def test_message_has_its_name_only_once_it_is_written(tmp_path, monkeypatch):
    whole = []
    rename = os.rename

    def watch(source, target):
        assert not Path(target).exists()
        whole.append(json.loads(Path(source).read_text()))
        rename(source, target)

    monkeypatch.setattr(file_queue.os, "rename", watch)
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    options = dict.fromkeys(folders, str(tmp_path))
    with Connection("filesystem://", transport_options=options) as connection:
        channel = connection.channel()
        assert isinstance(channel, file_queue.Channel)
        channel._put("celery", {"task": "one"})
        assert whole == [{"task": "one"}]
        monkeypatch.undo()
        assert channel._get("celery") == {"task": "one"}
