"""Rendering: templates with what they all need.

Contract: in - a request, a template and its values; out - an HTML response. Every value is escaped unless `marks.py` made it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from communique.charts.theme import config
from communique.ledger.filters import STANCES
from communique.views import phrases
from communique.views.desk import files, filters, marks, questions, wording

GIVEN: Mapping[str, Any] = {
    "FIELDS": filters.FIELDS,
    "MODALITIES": wording.MODALITIES,
    "PARTIES": filters.PARTIES,
    "QUADS": wording.QUADS,
    "RELATIONS": phrases.RELATIONS,
    "SECTORS": wording.SECTORS,
    "STANCES": STANCES,
    "address": filters.address,
    "count": wording.count,
    "dark": Markup(orjson.dumps(config("dark")).decode().replace("<", "\\u003c")),  # cannot end the element it stands in
    "day": wording.day,
    "days": wording.days,
    "hits": marks.hits,
    "intensity": wording.intensity,
    "short": wording.short,
    "static": files.address,
}


class Renderer:
    """The templates, and the names of codes."""

    def __init__(self) -> None:
        names = questions.names()
        self.names = wording.Names(names)
        self.environment = Environment(
            loader=PackageLoader("communique.views.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.environment.globals.update(GIVEN, names=self.names, countries=sorted(names.values()))
        for template in self.environment.list_templates(["html"]):
            self.environment.get_template(template)  # translated now, so that the first who asks does not wait for it

    def page(
        self,
        request: Request,
        template: str,
        *,
        fixed: Collection[str] = (),
        status: int = 200,
        charts: Mapping[str, object] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """The template filled in; `fixed` are filters that the page itself decides."""
        given = filters.Filters.of((name, value) for name, value in request.query_params.multi_items() if name not in fixed)
        text = self.environment.get_template(template).render(
            path=request.url.path,
            filters=given,
            fixed=fixed,
            charts=charts or {},
            figures=any((charts or {}).values()),
            acts=given.acts,
            status=status,
            **{"words": "", **values},
        )
        return HTMLResponse(text, status)

    def legend(self, *, whole: bool = False) -> Markup:
        """How texts are marked."""
        return Markup(self.environment.get_template("legend.html").render(whole=whole))
