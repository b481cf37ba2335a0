"""Specs gone wrong by small steps: what fuzz tests feed the loader."""

import random

GARBAGE = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\t",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"---\n",
        b"...\n",
        b"- ",
        b": ",
        b"? ",
        b"&a ",
        b"*a ",
        b"<<: ",
    ),
    *(
        b"!!python/object:os.system ",
        b"[",
        b"]",
        b"{",
        b"}",
        b"'",
        b'"',
        b"#",
        b"|\n",
        b">\n",
        b"%",
        b"@",
        b"`",
        b"\r",
        b"\x85",
    ),
)
VALUES = (
    *(
        b"no",
        b"on",
        b"yes",
        b"~",
        b"",
        b"null",
        b"true",
        b"-1",
        b"0",
        b"0777",
        b"22:22",
        b"1e999",
        b".inf",
        b".nan",
        b"99.9",
    ),
    *(
        b"5m",
        b"'5'",
        b"[]",
        b"{}",
        b"[a, b]",
        b"{a: b}",
        b"https://a.example/",
        b"2024-01-01",
        b"x" * 300,
        "Ünïcödé".encode(),
    ),
)


def mutate(text: bytes, dice: random.Random) -> bytes:
    """The text after one to four random mutations."""
    lines = text.split(b"\n")
    for _ in range(dice.randint(1, 4)):
        dice.choice(MUTATIONS)(lines, dice)
    return b"\n".join(lines)


def _delete(lines: list[bytes], dice: random.Random) -> None:
    del lines[dice.randrange(len(lines))]
    lines.append(b"")


def _duplicate(lines: list[bytes], dice: random.Random) -> None:
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))


def _swap(lines: list[bytes], dice: random.Random) -> None:
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]


def _retype(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    key, colon, _ = lines[at].partition(b":")
    lines[at] = key + colon + b" " + dice.choice(VALUES) if colon else lines[at]


def _misspell(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    line = bytearray(lines[at])
    letters = [i for i, c in enumerate(line) if chr(c).isalpha()]
    if letters:
        line[dice.choice(letters)] = dice.choice(b"abcdefghijklmnopqrstuvwxyzABC_-.0")
    lines[at] = bytes(line)


def _indent(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    lines[at] = b" " * dice.randint(1, 4) + lines[at] if dice.random() < 0.5 else lines[at][dice.randint(1, 4) :]


def _insert(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    cut = dice.randint(0, len(lines[at]))
    lines[at] = lines[at][:cut] + dice.choice(GARBAGE) + lines[at][cut:]


def _cut(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    lines[at] = lines[at][: dice.randint(0, len(lines[at]))]


MUTATIONS = (_delete, _duplicate, _swap, _retype, _misspell, _indent, _insert, _cut)
