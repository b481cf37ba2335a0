"""The door: files in, messages with places out, and nothing larger than a spec."""

from dataclasses import fields
from pathlib import Path

import pytest

from obs import library
from obs.model.platform import Platform
from obs.spec import SIZE_LIMIT, SpecError, load, load_text
from obs.spec.keys import platform_record
from obs.spec.problems import LIMIT, nearest
from tests.spec.fake_library import LIBRARY
from tests.spec.reading import MINIMAL, read

ROOT = Path(__file__).parents[2]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    windows = "\ufeff" + MINIMAL.replace("\n", "\r\n")
    assert load_text(windows.encode(), "folder/spec.yaml", LIBRARY) == read(MINIMAL)


def test_text_and_bytes_read_the_same() -> None:
    assert load_text(MINIMAL.encode(), "folder/spec.yaml", LIBRARY) == read(MINIMAL)


def test_findings_carry_place_path_and_what_to_write() -> None:
    with pytest.raises(SpecError) as caught:
        read(MINIMAL.replace("component: envoy", "component: envoi"))
    finding = next(f for f in caught.value.findings if "envoi" in f.what)
    assert finding.place == "folder/spec.yaml:4:16"
    assert finding.what == 'services[1].component: no component "envoi"'
    assert finding.fix == 'did you mean "envoy"?'


def test_a_file_is_read_from_its_path_and_named_by_it_only_in_messages(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    platform = load(file, LIBRARY)
    assert platform.spec_name == "spec.yaml"
    assert platform.services[0].place.file == "spec.yaml"
    file.write_text(MINIMAL + "colour: blue\n", encoding="utf-8")
    with pytest.raises(SpecError, match=f"^{file}:8:1: colour: unknown key"):
        load(file, LIBRARY)


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_a_path_that_is_no_file_is_told_like_any_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SpecError) as caught:
        load(tmp_path / name, LIBRARY)
    (finding,) = caught.value.findings
    assert finding.place == str(tmp_path / name)
    assert finding.what.startswith("cannot be read")
    assert finding.fix


def test_a_file_of_100_megabytes_is_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as huge:
        huge.truncate(100 * 2**20)
    monkeypatch.setattr("obs.spec.loader.load_text", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(SpecError, match=f"huge.yaml: is larger than {SIZE_LIMIT // 2**20} MiB; name a spec"):
        load(file, LIBRARY)


def test_a_stream_without_a_size_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(SpecError, match="is larger than"):
        load(Path("/dev/zero"), LIBRARY)


def test_ten_thousand_services_fit_under_the_size_limit() -> None:
    service = "  - {component: envoy, name: service-00000, namespace: core-app, replicas: 12, team: identity}\n"
    assert len(service) * 10_000 < SIZE_LIMIT


@pytest.mark.parametrize("environment", ["", "staging", "production"])
def test_the_reference_platform_loads_in_every_environment(environment: str) -> None:
    platform = load(ROOT / "examples" / "opendax.yaml", library.components(), environment=environment)
    names = [s.name for s in platform.services]
    assert names[:6] == ["gateway", "barong-authz", "event-api", "rabbitmq", "peatio-db", "barong-db"]
    assert {r.kind for r in platform.notify.receivers} == {
        "pagerduty",
        "slack",
        "msteams",
        "email",
        "webhook",
        "telegram",
    }


def test_the_minimal_spec_is_ten_lines_and_knows_no_exchange() -> None:
    text = (ROOT / "examples" / "minimal.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 10
    platform = load(ROOT / "examples" / "minimal.yaml", LIBRARY)
    assert [s.component for s in platform.services[:2]] == ["postgresql", "rabbitmq"]
    assert "opendax" not in repr(platform).lower()


def test_every_field_of_the_platform_can_be_said_in_a_spec() -> None:
    keys = {key.name for key in platform_record(LIBRARY).keys}
    assert {field.name for field in fields(Platform)} - {"environment", "spec_name"} <= keys


def test_a_file_that_is_wrong_from_end_to_end_is_not_read_to_its_end() -> None:
    with pytest.raises(SpecError) as caught:
        read("".join(f"key{number}: 1\n" for number in range(2000)))
    assert len(caught.value.findings) == LIMIT


def test_a_misspelt_name_among_very_many_is_still_recognised() -> None:
    names = frozenset(f"service-{number:05}" for number in range(5000))
    assert nearest("servcie-02500", names) in names
    assert nearest("wholly-different", names) == ""
