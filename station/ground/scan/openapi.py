"""The OpenAPI description of the JSON door."""

from __future__ import annotations

from typing import Any

_TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}


def document(workflows: list[str]) -> dict[str, Any]:
    """OpenAPI 3.1 of sign-in and scanning, with the processes this station has."""
    name = {"name": "workflow", "in": "path", "required": True, "schema": {"enum": workflows}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "station", "version": "1", "description": "The scan door for programs."},
        "paths": {
            "/login": {"post": _login()},
            "/scan/{workflow}": {"parameters": [name], "get": _look(), "post": _scan()},
        },
        "components": {
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "sid"}},
            "schemas": {"Text": _TEXT, "Screen": _screen(), "Reply": _reply()},
        },
    }


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answers(*statuses: tuple[str, str, str]) -> dict[str, Any]:
    return {
        status: {
            "description": text,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
        for status, text, schema in statuses
    }


def _login() -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in ("badge", "pin", "device")}
    return {
        "summary": "Sign in with badge and PIN; the answer's csrf goes into X-CSRF-Token",
        "requestBody": _body({"type": "object", "properties": properties, "required": ["badge", "pin"]}),
        "responses": {"200": {"description": "signed in, cookie sid is set"}}
        | _answers(("422", "badge or PIN wrong", "Reply")),
    }


def _look() -> dict[str, Any]:
    return {
        "summary": "The present screen of this person in this process",
        "security": [{"session": []}],
        "responses": _answers(("200", "the screen and its step_token", "Reply")),
    }


def _scan() -> dict[str, Any]:
    properties = {
        "scan_id": {"type": "string", "minLength": 8, "maxLength": 64, "description": "random, one per read"},
        "raw": {"type": "string", "description": "what the scanner sent"},
        "step_token": {"type": "string", "description": "of the screen the person saw"},
        "manual": {"type": "boolean"},
    }
    return {
        "summary": "Judge one scan; the same scan_id again gets the same answer and has no second effect",
        "security": [{"session": []}],
        "requestBody": _body(
            {"type": "object", "properties": properties, "required": ["scan_id", "raw", "step_token"]}
        ),
        "responses": _answers(
            ("200", "accepted", "Reply"),
            ("401", "sign in first", "Reply"),
            ("409", "the screen was stale; the body holds the fresh one", "Reply"),
            ("422", "refused, nothing changed", "Reply"),
            ("500", "unexpected: this request changed nothing; send the same scan_id again", "Reply"),
            ("503", "unknown whether it counts (E-SYS-08): send the same scan_id until it is known", "Reply"),
        ),
    }


def _screen() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "workflow": {"type": "string"},
            "step": {"type": "string"},
            "expects": {"type": "array", "items": {"type": "string"}},
            "instruction": {"$ref": "#/components/schemas/Text"},
            "facts": {"type": "object"},
            "commands": {"type": "array", "items": {"type": "object"}},
            "can_undo": {"type": "boolean"},
        },
    }


def _reply() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "accepted": {"type": "boolean"},
            "tone": {"enum": ["ok", "error", "warn", "done", "intercept", "tick", "none"]},
            "code": {"type": "string"},
            "message": {"$ref": "#/components/schemas/Text"},
            "screen": {"$ref": "#/components/schemas/Screen"},
            "step_token": {"type": "string"},
        },
    }
