"""The kinds of connection there are; a connector's module is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module

from station.erp.contract import Connector

KINDS: dict[str, tuple[str, str, str]] = {
    "folder": ("station.erp.folder.connector:FolderPort", "文件夹 (CSV, XLSX)", "Folder (CSV, XLSX)"),
    "rest": ("station.erp.rest.connector:RestConnector", "开放接口 (REST)", "Open API (REST)"),
    "tryton": ("station.erp.tryton.connector:TrytonConnector", "Tryton", "Tryton"),
    "odoo": ("station.erp.odoo.connector:OdooConnector", "Odoo", "Odoo"),
    "qimen": ("station.erp.qimen.connector:QimenConnector", "奇门式开放平台", "Open platform, Qimen style"),
}
"""kind → (class, 中文, English), in the order of the set-up page."""


def connector_class(kind: str) -> type[Connector]:
    """The connector of a kind; KeyError for none of ours."""
    module, name = KINDS[kind][0].split(":")
    connector: type[Connector] = getattr(import_module(module), name)
    return connector
