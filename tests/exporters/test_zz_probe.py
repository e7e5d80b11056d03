import traceback
from django.db import connection
from tests.exporters.test_desk import *  # noqa
from tests.exporters.test_desk import approval, button


def test_probe(desk, verified):
    data = approval(desk, verified)
    desk.get("/admin/")
    out = []
    def spy(execute, sql, params, many, context):
        frames = [f"{f.filename.split('/opt/')[-1]}:{f.lineno}:{f.name}" for f in traceback.extract_stack() if "/opt/" in f.filename and ".venv" not in f.filename and "tests/" not in f.filename]
        out.append((sql[:150], frames[-4:]))
        return execute(sql, params, many, context)
    with connection.execute_wrapper(spy):
        desk.post(button(verified, "approve"), data)
    for i, (s, f) in enumerate(out):
        print(i, s); print("      ", " > ".join(f))
    assert 0
