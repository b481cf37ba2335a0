"""One way to break each promise about Fluentd's configuration, on a bundle that keeps them all."""

from collections.abc import Callable
from dataclasses import replace

from obs.model.bundle import Bundle
from obs.model.logging import ExtraFilter

Break = Callable[[Bundle], Bundle]
DELIVER = "fluentd/node/deliver.conf"


def changed(file: str, old: str, new: str) -> Break:
    """A file of the configuration with one text replaced."""

    def change(bundle: Bundle) -> Bundle:
        text = bundle.artifacts[file]
        assert old in text
        return replace(bundle, artifacts={**bundle.artifacts, file: text.replace(old, new)})

    return change


def extra(text: str) -> Break:
    """A filter of the user's own."""

    def change(bundle: Bundle) -> Bundle:
        platform = bundle.plan.platform
        assert platform.logging is not None
        mine = ExtraFilter(name="mine", text=text, file="small.yaml", line=7)
        logging = replace(platform.logging, filters=(mine,))
        return replace(bundle, plan=replace(bundle.plan, platform=replace(platform, logging=logging)))

    return change


BREAKS_OF_FLUENTD: dict[str, tuple[Break, ...]] = {
    "fluentd-parameters": (
        changed(DELIVER, "write_operation create", "write_operatoin create"),
        changed(DELIVER, "overflow_action block", "overflow_action blok"),
        changed(DELIVER, "flush_thread_count 2", "flush_thread_count two"),
        changed(DELIVER, "@type elasticsearch", "@type elasticsaerch"),
        changed(DELIVER, "</buffer>", ""),
        changed("fluentd/node/sources.conf", "<group>", "<gruop>"),
        extra("<filter **>\n  @type grep\n  <regexp>\n    kay message\n    pattern /x/\n  </regexp>\n</filter>"),
        extra("<filter **>\n  @type grep\n  <regexp>\n    key message\n    pattern x\n  </regexp>\n</filter>"),
        extra("<filter **>\n  @type parser\n</filter>"),
        extra("<match **>\n  @type null\n</match>"),
    ),
    "fluentd-labels": (
        changed(DELIVER, "<label @DELIVER>", "<label @DELIVERY>"),
        changed("fluentd/node/documents.conf", "documents @DELIVER", "documents @DELIVERY"),
    ),
}
