"""Readers that stand in for the pipeline's: what they make of a single document is what they make of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from communique.records import Document, Report


class OneByOne:
    """Reads many documents as it reads one."""

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        """What one document says; for those who stand in to answer."""
        raise NotImplementedError

    def read_documents(self, documents: Iterable[Document | Exception], min_score: float | None = None) -> Iterator[Report | Exception]:
        """Each document's report, or what went wrong."""
        for document in documents:
            try:
                yield document if isinstance(document, Exception) else self.read_document(document, min_score)
            except Exception as fault:
                yield fault
