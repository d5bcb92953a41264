"""http.client, orjson and plain dict access. Arguments: address, token."""

import http.client
import sys
from urllib.parse import urlsplit

import orjson
from employees import user

LIMIT = 200


def main() -> None:
    address, token = sys.argv[1:3]
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc)
    headers = {"Authorization": f"Bearer {token}"}
    out, offset, total = sys.stdout.buffer, 0, 1
    while offset < total:
        path = f"{parts.path}/company/employees?limit={LIMIT}&offset={offset}"
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, response.status
        page = orjson.loads(body)
        total = page["metadata"]["total_elements"]
        out.writelines(
            orjson.dumps(user(record), option=orjson.OPT_APPEND_NEWLINE) for record in page["data"]
        )
        offset += len(page["data"])
    connection.close()


if __name__ == "__main__":
    main()
