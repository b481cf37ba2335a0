"""What is said of a mistake in Fluentd's configuration: where, what, what to write instead."""

import pytest

from obs.check.fluentd import Place, configuration

AT = Place("platform.yaml", 10)


def told(text: str) -> list[str]:
    """The findings in words."""
    return [str(finding) for finding in configuration(text, AT)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "<filter **>\n  @type record_modifier\n  remove_key x\n</filter>",
            'platform.yaml:13: record_modifier has no parameter remove_key; did you mean "remove_keys"? '
            "[fluentd-parameters]",
        ),
        (
            "<filter **>\n  @type concat\n  key log\n  flush_interval soon\n</filter>",
            "platform.yaml:14: flush_interval must be a time such as 30s, is soon; write a time such as 30s "
            "[fluentd-parameters]",
        ),
        (
            "<filter **>\n  @type concat\n</filter>",
            "platform.yaml:11: concat needs key; add key [fluentd-parameters]",
        ),
        (
            "<filter **>\n  @type recrod_modifier\n</filter>",
            'platform.yaml:11: no plugin recrod_modifier in the image; did you mean "record_modifier"? '
            "[fluentd-parameters]",
        ),
        (
            "<filter **>\n  @type grep\n  <exlude>\n  </exlude>\n</filter>",
            'platform.yaml:13: grep has no <exlude>; did you mean "exclude"? [fluentd-parameters]',
        ),
        (
            "<filter **>\n  @type grep\n",
            "platform.yaml:11: <filter> is never closed; close each section you open [fluentd-parameters]",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(text: str, said: str) -> None:
    assert told(text) == [said]


GOOD = {
    "any field may be set": "@type record_modifier\nremove_keys a,b # why\n<record>\nany.thing x\n</record>",
    "an expression": "@type grep\n<exclude>\nkey $.kubernetes.namespace\npattern /^kube-/\n</exclude>",
    "a parser": "@type parser\nkey_name app\n<parse>\n@type json\ntime_key t\n</parse>",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_fluentd_accepts_passes(name: str) -> None:
    assert told(f"# a comment\n<filter **>\n{GOOD[name]}\n</filter>") == []
