"""Copies of a data directory that can be trusted, and the way back.

backup      archive, live index and tables -> a directory of its own, while everything goes on
restore     such a directory -> a data directory, all or nothing; its index is brought up to date
"""

from index.backup.making import BackupReport, backup
from index.backup.restoring import RestoreOptions, RestoreReport, restore

__all__ = ["BackupReport", "RestoreOptions", "RestoreReport", "backup", "restore"]
