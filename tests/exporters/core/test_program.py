"""The program as it runs in its pod: arguments, signals, watched files, memory, and no secret anywhere."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines.processes import free_port, running
from tests.exporters.core.serving import ONE, Answer, eventually, get, written

ROOT = Path(__file__).parents[3]
FAKE = (sys.executable, "-m", "tests.exporters.core.fake")
ENVIRONMENT = {"PYTHONPATH": f"{ROOT}:{ROOT / 'exporters'}"}
PLANTED = "pl4nted/s€cret@with:signs%zz"


@dataclass(frozen=True, kw_only=True)
class Program:
    """A running exporter process."""

    process: "subprocess.Popen[bytes]"
    port: int
    config: Path
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """Its log so far."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def said(self, message: str) -> bool:
        """Whether the log has this message."""
        return any(message in line["message"] for line in self.lines())


@contextmanager
def program(folder: Path, **config: Any) -> Iterator[Program]:
    port = free_port()
    file, log = folder / "config.yaml", folder / "log"
    file.write_text(written(listen=f"127.0.0.1:{port}", **config), encoding="utf-8")
    command = [*FAKE, "--config", file]
    with running(command, ready_url=f"http://127.0.0.1:{port}/-/ready", log=log, env=ENVIRONMENT, cwd=ROOT) as process:
        yield Program(process=process, port=port, config=file, log=log)


def checked(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    file = folder / "checked.yaml"
    file.write_text(text, encoding="utf-8")
    command = [*FAKE, "--check", "--config", str(file)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False
    )


def test_check_says_nothing_about_a_good_configuration(tmp_path: Path) -> None:
    done = checked(tmp_path, written())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_tells_what_is_wrong_without_a_traceback(tmp_path: Path) -> None:
    done = checked(tmp_path, "targets: []\nlog_level: loud\n")
    assert done.returncode == 1
    assert [line.split(": ", 1)[1] for line in done.stderr.splitlines()] == [
        "targets: has fewer than 1 entries",
        "log_level: is none of debug, info, warning, error",
    ]


def test_a_port_that_is_taken_is_told_without_a_traceback(tmp_path: Path) -> None:
    with program(tmp_path) as first:
        done = subprocess.run(
            [*FAKE, "--config", str(first.config)],
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"cannot listen on 127.0.0.1:{first.port}: Address already in use"
    assert "Traceback" not in done.stderr


def test_sigterm_lets_a_scrape_finish_and_ends_with_success(tmp_path: Path) -> None:
    slow = {"name": "slow", "collectors": [{"name": "slow", "seconds": 1.5}]}
    with program(tmp_path, targets=[slow]) as one:
        answers: list[Answer] = []
        scraping = threading.Thread(target=lambda: answers.append(get(one.port, "/probe?target=slow")))
        scraping.start()
        begun = 'fake_exporter_probes_total{target="slow"}'
        assert eventually(lambda: get(one.port, "/metrics").value(begun) == 1)
        one.process.send_signal(signal.SIGTERM)
        scraping.join()
        assert one.process.wait(timeout=5) == 0
    assert answers[0].value('fake_collector_success{collector="slow"}') == 1


def test_sighup_and_a_changed_file_bring_a_new_configuration(tmp_path: Path) -> None:
    with program(tmp_path) as one:
        listen = {"listen": f"127.0.0.1:{one.port}"}
        one.config.write_text(written(**listen, targets=[{"name": "two", "collectors": []}]), encoding="utf-8")
        one.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: get(one.port, "/probe?target=two").status == 200)
        _exchange(one.config, written(**listen, targets=[{"name": "three", "collectors": []}]))
        assert eventually(lambda: get(one.port, "/probe?target=three").status == 200)


def test_a_bad_configuration_on_disk_is_kept_out_until_it_is_good_again(tmp_path: Path) -> None:
    with program(tmp_path) as one:
        one.config.write_text("targets: []", encoding="utf-8")
        name = "fake_exporter_config_last_reload_successful"
        assert eventually(lambda: get(one.port, "/metrics").value(name) == 0)
        assert get(one.port, "/probe?target=one").value("fake_up") == 1
        assert one.said("the configuration is bad, the one before stays in use")
        one.config.write_text(written(listen=f"127.0.0.1:{one.port}"), encoding="utf-8")
        assert eventually(lambda: get(one.port, "/metrics").value(name) == 1)


def test_the_log_is_one_json_object_per_line_in_ecs_terms(tmp_path: Path) -> None:
    failing = {"name": "one", "collectors": [{"name": "broken", "fails": "unreachable"}]}
    with program(tmp_path, targets=[failing]) as one:
        get(one.port, "/probe?target=one")
        [line] = [line for line in one.lines() if line["message"] == "a collector fails"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("@timestamp"))
    assert line == {
        "log.level": "warning",
        "message": "a collector fails",
        "ecs.version": "8.11.0",
        "log.logger": "obs_exporter.scrape",
        "service.name": "fake_exporter",
        "labels.target": "one",
        "labels.collector": "broken",
        "event.reason": "unreachable",
        "error.message": "the server cannot be reached",
    }


def test_a_planted_secret_is_found_nowhere(tmp_path: Path) -> None:
    """A collector has a bug whose message quotes the password it was given: the worst a careless library does."""
    secret = tmp_path / "password"
    secret.write_text(PLANTED + "\n", encoding="utf-8")
    careless = {"name": "careless", "fails": "bug", "password_file": str(secret)}
    with program(tmp_path, targets=[{"name": "one", "collectors": [careless]}], log_level="debug") as one:
        pages = [get(one.port, path).body for path in ("/", "/metrics", "/probe?target=one")]
        assert 'fake_collector_success{collector="careless"} 0.0' in pages[2]
        processes = Path("/proc") / str(one.process.pid)
        seen = [(processes / name).read_bytes() for name in ("cmdline", "environ")]
        one.config.write_text(written(targets=[{"name": PLANTED}]), encoding="utf-8")
        one.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: one.said("the configuration is bad"))
    log = one.log.read_text(encoding="utf-8")
    messages = [line["message"] for line in map(json.loads, log.splitlines())]
    assert {"a collector has a bug", "connecting with %s", "an error nobody waited for"} <= set(messages)
    assert '"error.type": "ValueError"' in log
    assert "fake.py" in log
    for text in (*pages, *(one.decode(errors="replace") for one in seen), log, json.dumps(log)):
        assert PLANTED not in text
        assert "pl4nted" not in text


def test_a_rotated_secret_is_read_and_a_missing_one_is_told_by_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    told = {"name": "one", "collectors": [{"name": "login", "password_file": str(secret)}]}
    with program(tmp_path, targets=[told]) as one:
        name = 'fake_collector_success{collector="login"}'
        assert get(one.port, "/probe?target=one").value(name) == 0
        secret.write_text("new", encoding="utf-8")
        assert get(one.port, "/probe?target=one").value(name) == 1
        [line] = [line for line in one.lines() if line["message"] == "a collector fails"]
        assert line["event.reason"] == "secret"
        assert line["error.message"] == f"cannot read the secret {secret}: No such file or directory"


def test_it_stays_within_64_mib_after_scrapes_of_twenty_thousand_series(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    many = {"name": "many", "collectors": [{"name": "many", "series": 20_000}]}
    with program(tmp_path, targets=[ONE, many], series_limit=20_000) as one:
        idle = _resident(one.process.pid)
        for _ in range(5):
            get(one.port, "/probe?target=many", Accept_Encoding="gzip")
        busy = _resident(one.process.pid)
    record_property("said", f"resident memory of the shared part: {idle} MiB idle, {busy} MiB after 5 x 20,000 series")
    assert busy <= 64


def _resident(pid: int) -> int:
    """MiB."""
    status = (Path("/proc") / str(pid) / "status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1]) // 1024


def _exchange(file: Path, text: str) -> None:
    """As the kubelet does: another file behind the same name, in one step."""
    other = file.with_name("..data_tmp")
    other.write_text(text, encoding="utf-8")
    other.replace(file)
