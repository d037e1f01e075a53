"""One connection to archive.db: statements, transactions, snapshots."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.archive.connection import FILE_NAME, plain_errors


class Database:
    """One open archive.db. Every method raises SQLite's errors as ours, as `connection.plain_errors` turns them."""

    def __init__(self, data: Path, connection: sqlite3.Connection) -> None:
        self.data = data
        self.path = data / FILE_NAME
        self._connection = connection

    def close(self) -> None:
        """Close the connection, and roll back an open transaction. Idempotent."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: all writes become durable when it ends, or none if it raises. It does not nest."""
        self._begin("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A read transaction, for long exports: all reads see one snapshot, whatever others commit meanwhile."""
        self._begin("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Join the open transaction, or begin one if there is none."""
        if self._connection.in_transaction:
            yield
        else:
            with self.transaction():
                yield

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Run a statement."""
        with plain_errors(self.path):
            return self._connection.execute(sql, parameters)

    def rows(self, sql: str, *parameters: Any) -> list[Any]:
        """All rows of a query."""
        with plain_errors(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def each(self, sql: str, *parameters: Any) -> Iterator[Any]:
        """The rows of a query one at a time, in bounded memory."""
        with plain_errors(self.path):
            yield from self._connection.execute(sql, parameters)

    def row(self, sql: str, *parameters: Any) -> Any | None:
        """The first row of a query, or None."""
        with plain_errors(self.path):
            return self._connection.execute(sql, parameters).fetchone()

    def required(self, sql: str, *parameters: Any) -> Any:
        """The first row of a query that always has one: an aggregate, or what a foreign key promises."""
        row = self.row(sql, *parameters)
        assert row is not None
        return row

    def _begin(self, statement: str) -> None:
        if self._connection.in_transaction:
            raise RuntimeError("a transaction or snapshot is already open")
        self.execute(statement)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # SQLite may have ended it already, as on a full disk
            self._connection.execute("ROLLBACK")
