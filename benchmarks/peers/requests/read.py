"""A requests session, its own `.json()`, and json.dumps. Arguments: address, token."""

import json
import sys

import requests
from employees import user

LIMIT = 200


def main() -> None:
    address, token = sys.argv[1:3]
    out, offset, total = sys.stdout, 0, 1
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        while offset < total:
            response = session.get(
                f"{address}/company/employees", params={"limit": LIMIT, "offset": offset}
            )
            response.raise_for_status()
            page = response.json()
            total = page["metadata"]["total_elements"]
            for record in page["data"]:
                out.write(json.dumps(user(record)) + "\n")
            offset += len(page["data"])


if __name__ == "__main__":
    main()
