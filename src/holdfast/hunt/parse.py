"""Rule files (YAML, one or several documents) to rules; what cannot be understood is named with its reason."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from holdfast.hunt.condition import parse_condition
from holdfast.hunt.correlation_rule import parse_correlation
from holdfast.hunt.modifiers import Placeholders, RuleError, item
from holdfast.hunt.rule import Correlation, LogSource, Rule, Tree
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.model.status import Problems

SUFFIXES = (".yml", ".yaml")
LARGEST_FILE = 4 << 20
"""Bytes of a rule file; the largest public one has 40,000."""


@dataclass(slots=True)
class RuleSet:
    """Rules as they were read, in the order of their files."""

    rules: list[Rule] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    documents: int = 0
    """How many documents claimed to be a rule, loaded or not."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A Sigma filter: a condition that the named rules must meet as well."""

    title: str
    rules: tuple[str, ...]
    """Ids or names; ``any`` for all of the log source."""
    source: LogSource
    tree: Tree


def rule_files(paths: Iterable[Path]) -> list[str]:
    """All rule files at or below the paths, folder by folder in order of their names."""
    files: list[str] = []
    for path in paths:
        if not path.is_dir():
            files.append(str(path))
            continue
        for folder, below, names in os.walk(path):
            below.sort()
            files.extend(os.path.join(folder, name) for name in sorted(names) if name.endswith(SUFFIXES))  # noqa: PTH118 - thousands of names; a path object each takes longer than the walk
    return files


def read_rules(files: Iterable[str], problems: Problems, placeholders: Placeholders | None = None) -> RuleSet:
    """Every rule of the files. One that cannot be used becomes a problem, and the others are read."""
    found = RuleSet()
    for file in files:
        for number, document in _documents(file, problems):
            if not isinstance(document, dict) or not (
                {"detection", "correlation", "filter"} & document.keys()
            ):
                if isinstance(document, dict) and document:
                    problems.add(
                        "is not a Sigma rule: it has no detection; skipped",
                        Origin(file, record=str(number)),
                    )
                continue
            found.documents += 1
            try:
                for note in _add(found, document, file, placeholders or {}):
                    problems.add(f"rule {_title(document)!r}: {note}", Origin(file, record=str(number)))
            except RuleError as error:
                title = _title(document)
                problems.add(f"rule {title!r} does not load: {error}", Origin(file, record=str(number)))
            except RecursionError:
                problems.add("a rule is nested too deeply; skipped", Origin(file, record=str(number)))
    return found


def _documents(file: str, problems: Problems) -> Iterator[tuple[int, Any]]:
    number = 0
    try:
        place = Path(file)
        if place.stat().st_size > LARGEST_FILE:
            problems.add(f"is larger than {LARGEST_FILE:,} bytes; skipped", Origin(file))
            return
        text = place.read_text("utf-8")
        if _expands(text):
            problems.add(
                "uses YAML aliases, which rules do not need and which can grow without bound; skipped",
                Origin(file),
            )
            return
        for number, document in enumerate(yaml.load_all(text, Loader=_Loader), 1):
            yield number, document
    except (OSError, UnicodeDecodeError) as error:
        problems.add(f"cannot be read ({error}); skipped", Origin(file))
    except yaml.YAMLError as error:
        problems.add(
            f"is not YAML ({' '.join(str(error).split())}); skipped",
            Origin(file, record=str(number + 1)),
        )
    except RecursionError:
        problems.add("is nested too deeply; skipped", Origin(file))


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which dates stay the text they are written as."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _expands(text: str) -> bool:
    """Whether the YAML uses aliases to lists or maps (the "billion laughs")."""
    if "&" not in text or "*" not in text:
        return False
    try:
        return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return False


def _title(document: Mapping[str, Any]) -> str:
    return str(document.get("title") or document.get("id") or "without a title")


def _add(
    found: RuleSet, document: Mapping[str, Any], file: str, placeholders: Placeholders
) -> tuple[str, ...]:
    """What of the rule cannot be checked."""
    if "correlation" in document:
        found.correlations.append(parse_correlation(document, file))
        return ()
    if "filter" in document:
        found.filters.append(_filter(document, placeholders))
        return ()
    found.rules.append(parse_rule(document, file, placeholders))
    return found.rules[-1].notes


def parse_rule(document: Mapping[str, Any], file: str, placeholders: Placeholders) -> Rule:
    """One detection rule; :class:`RuleError` when it makes no sense."""
    detection = document["detection"]
    if not isinstance(detection, dict) or "condition" not in detection:
        raise RuleError("the detection has no condition")
    notes: list[str] = []
    tree = detection_tree(detection, placeholders, notes)
    return Rule(
        id=str(document.get("id") or identity(document)),
        title=str(document.get("title") or Path(file).stem),
        level=str(document.get("level") or "medium").lower(),
        source=_source(document.get("logsource")),
        tree=tree,
        name=str(document.get("name") or ""),
        status=str(document.get("status") or ""),
        description=str(document.get("description") or ""),
        author=str(document.get("author") or ""),
        tags=_texts(document.get("tags")),
        references=_texts(document.get("references")),
        falsepositives=_texts(document.get("falsepositives")),
        file=file,
        notes=tuple(dict.fromkeys(notes)),
        details=_details(document.get("holdfast")),
    )


def _details(section: Any) -> dict[str, Any]:
    """Our own keys, without the examples, which are for tests."""
    if not isinstance(section, dict):
        return {}
    return {"own": True} | {str(key): value for key, value in section.items() if key != "examples"}


def detection_tree(detection: Mapping[str, Any], placeholders: Placeholders, notes: list[str]) -> Tree:
    """The tree of a whole detection section; several conditions are alternatives."""
    selections = {
        str(name): _selection(definition, placeholders, notes)
        for name, definition in detection.items()
        if name not in {"condition", "timeframe", "rules"}
    }
    conditions = detection["condition"]
    texts = conditions if isinstance(conditions, list) else [conditions]
    trees = [parse_condition(str(text), selections) for text in texts]
    return trees[0] if len(trees) == 1 else ("or", trees)


def _selection(definition: Any, placeholders: Placeholders, notes: list[str]) -> Tree:
    """A map is a conjunction of its lines, a list a choice between its entries, a bare value a keyword."""
    if isinstance(definition, dict):
        lines = [item(key, value, placeholders, notes) for key, value in definition.items()]
        if not lines:
            raise RuleError("a selection is empty")
        return lines[0] if len(lines) == 1 else ("and", lines)
    if isinstance(definition, list):
        if not definition:
            raise RuleError("a selection is empty")
        plain = [entry for entry in definition if not isinstance(entry, dict | list)]
        trees = [
            _selection(entry, placeholders, notes) for entry in definition if isinstance(entry, dict | list)
        ]
        if plain:
            trees.append(item("", plain, placeholders, notes))
        return trees[0] if len(trees) == 1 else ("or", trees)
    if definition is None:
        raise RuleError("a selection is empty")
    return item("", definition, placeholders, notes)


def _filter(document: Mapping[str, Any], placeholders: Placeholders) -> Filter:
    body = document["filter"]
    if not isinstance(body, dict) or "condition" not in body:
        raise RuleError("the filter has no condition")
    rules = body.get("rules", "any")
    return Filter(
        title=str(document.get("title") or ""),
        rules=_texts(rules) or ("any",),
        source=_source(document.get("logsource")),
        tree=detection_tree(body, placeholders, []),
    )


def _source(section: Any) -> LogSource:
    if section is None:
        return LogSource()
    if not isinstance(section, dict):
        raise RuleError("the log source is not a map")
    return LogSource(*(str(section.get(part) or "").lower() for part in ("product", "category", "service")))


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def identity(document: Mapping[str, Any]) -> str:
    """An id for a rule without one: the same for the same content."""
    text = yaml.dump(dict(document), Dumper=yaml.CSafeDumper, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
