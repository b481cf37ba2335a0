"""faults.yaml: what it may say, and the exact words for each mistake."""

import pytest

from obs.model.component import Component
from obs.model.fault import Line
from obs.model.metric import Metric, Source
from obs.model.signal import Headline
from obs.spec.faults import FaultsError, read_faults
from obs.spec.faults_line import line

SOURCE = Source(
    name="shop",
    metrics=(
        Metric(name="shop_up", type="gauge", help="Whether it is open"),
        Metric(name="shop_sales_total", type="counter", help="Sales", labels=("kind",)),
        Metric(name="shop_wait_seconds", type="histogram", help="Wait", unit="seconds"),
    ),
)
COMPONENT = Component(
    name="shop",
    title="Shop",
    summary="",
    sources=(SOURCE,),
    signals=(),
    alerts=(),
    rows=(),
    headline=Headline(signal=""),
)


def mistakes(text: str) -> list[str]:
    with pytest.raises(FaultsError) as caught:
        read_faults(text, "faults.yaml", COMPONENT)
    return [str(finding) for finding in caught.value.findings]


def test_a_whole_file_becomes_objects() -> None:
    faults = read_faults(
        """
targets:
  shop: {instances: 3}
baseline:
  shop_up: [{value: 1}]
  shop_sales_total: [{labels: {kind: "<i>"}, rate: 2, instance: 1}]
  shop_wait_seconds: [{rate: 5, buckets: {"1": 0.9, "0.5": 0.5}, mean: 0.6}]
faults:
  closed:
    title: The shop is closed
    story: >-
      Nobody
      comes in.
    lasts: 20m
    changes: [{metric: shop_up, value: 0}]
    targets: {shop: down, shop/2: gone}
    fires: []
""",
        "faults.yaml",
        COMPONENT,
    )
    story = faults.stories[0]
    assert faults.instances == {"shop": 3}
    assert faults.baseline[1].instance == 1
    assert faults.baseline[2].behaviour.buckets == (("0.5", 0.5), ("1", 0.9))
    assert (story.story, story.lasts, story.fires) == ("Nobody comes in.", "20m", ())
    assert story.targets == (("shop", None, "down"), ("shop", 2, "gone"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", Line(slope=1.0)),
        ("100*x", Line(slope=100.0)),
        ("x/2", Line(slope=0.5)),
        ("5*x + 1", Line(base=1.0, slope=5.0)),
        ("1 - 2*x", Line(base=1.0, slope=-2.0)),
        ("1e-3*x - 4", Line(base=-4.0, slope=0.001)),
        ("3/4", Line(base=0.75)),
    ],
)
def test_lines_in_x_are_read_as_people_write_them(text: str, expected: Line) -> None:
    assert line(text) == expected


@pytest.mark.parametrize("text", ["", "y", "2x", "x x", "1 +", "x**2", "sin(x)"])
def test_anything_else_is_no_line(text: str) -> None:
    with pytest.raises(ValueError, match="is not a line in x"):
        line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "baseline:\n  shop_upp: [{value: 1}]\n",
            'faults.yaml:2:3: baseline: component "shop" declares no metric "shop_upp"; '
            'did you mean "shop_up"? [faults]',
        ),
        (
            "baseline:\n  shop_sales_total: [{value: 1}]\n",
            'faults.yaml:2:22: baseline.shop_sales_total[0]: counter "shop_sales_total" cannot be played by value; '
            "write rate: increase per second [faults]",
        ),
        (
            "baseline:\n  shop_sales_total: [{labels: {sort: a}, rate: 1}]\n",
            'faults.yaml:2:32: baseline.shop_sales_total[0].labels: metric "shop_sales_total" has no label "sort"; '
            "write one of: kind [faults]",
        ),
        (
            "baseline:\n  shop_up: [{value: 1, age: 2}]\n",
            'faults.yaml:2:13: baseline.shop_up[0]: metric "shop_up": what does it do?; '
            "write exactly one of value, rate, age, at, absent [faults]",
        ),
        (
            'baseline:\n  shop_wait_seconds: [{rate: 1, buckets: {"1": 0.9, "2": 0.5}}]\n',
            "faults.yaml:2:42: baseline.shop_wait_seconds[0].buckets: "
            'shares are cumulative, from 0 to 1, never falling; write {"0.5": 0.9, "1": 1.0} [faults]',
        ),
        (
            "targets:\n  shop: {instances: 0}\n",
            "faults.yaml:2:9: targets.shop: how many instances are scraped?; write {instances: 2} [faults]",
        ),
        (
            "targets:\n  shopp: {instances: 1}\n",
            'faults.yaml:2:3: targets: component "shop" declares no source "shopp"; did you mean "shop"? [faults]',
        ),
        (
            "faults:\n  a: {title: A, story: B, lasts: soon, fires: []}\n",
            "faults.yaml:2:34: faults.a.lasts: 'soon' is not a duration such as 30s, 5m or 1h30m; "
            "write a duration [faults]",
        ),
        (
            "faults:\n  a: {title: A, story: B, targets: {shop: away}, fires: []}\n",
            'faults.yaml:2:43: faults.a.targets.shop: a target is never "away"; '
            "write down (scrape fails) or gone (no longer discovered) [faults]",
        ),
        (
            "boundaries:\n  ShopShut: {series: [{metric: shop_up, value: x}]}\n",
            'faults.yaml:2:13: boundaries.ShopShut: component "shop" has no alert "ShopShut"; '
            "declare it in the component first [faults]",
        ),
        ("bazeline: {}\n", 'faults.yaml:1:1: no key "bazeline" here; did you mean "baseline"? [faults]'),
    ],
)
def test_each_mistake_has_its_place_and_its_remedy(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_all_mistakes_come_at_once_in_file_order() -> None:
    found = mistakes("baseline:\n  nothing: [{value: 1}]\n  shop_up: [{rate: 1}]\nfaults:\n  a: {title: A}\n")
    assert [text.split(": ")[0] for text in found] == [
        "faults.yaml:2:3",
        "faults.yaml:3:13",
        "faults.yaml:5:6",
        "faults.yaml:5:6",
    ]
