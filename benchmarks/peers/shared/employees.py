"""What the plain loops have in common: the twelve attributes of a decoded record."""

from __future__ import annotations

from typing import Any


def user(record: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes by plain access, as somebody would write it for one API."""
    a = record["attributes"]
    department, team = a["department"]["value"], a["team"]["value"]
    office, leader = a["office"]["value"], a["supervisor"]["value"]
    hired, left = a["hire_date"]["value"], a["termination_date"]["value"]
    return {
        "id": str(a["id"]["value"]),
        "email": a["email"]["value"],
        "first_name": a["first_name"]["value"],
        "last_name": a["last_name"]["value"],
        "job_title": a["position"]["value"],
        "department": department and department["attributes"]["name"],
        "team": team and team["attributes"]["name"],
        "location": office and office["attributes"]["name"],
        "manager_id": leader and str(leader["attributes"]["id"]["value"]),
        "status": a["status"]["value"],
        "hire_date": hired and hired[:10],
        "termination_date": left and left[:10],
    }
