"""dlt's REST API source, into JSON lines by its filesystem destination: extract, normalize, load.

Chosen in its favor: telemetry, progress and runtime logs off, files not compressed, the twelve
attributes made by `add_map` before normalizing, columns given as text so that no type is looked
for, and one worker. Reading until a page is empty is leaner than looking at the total, for which
its paginators decode each answer a second time; both are measured. Arguments: address, token,
folder for all that it writes, and perhaps `by-total`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = Path(sys.argv[3])
os.environ.update(
    {
        "DLT_DATA_DIR": str(FOLDER / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        "DATA_WRITER__DISABLE_COMPRESSION": "true",
        "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
        "NORMALIZE__WORKERS": "1",
        "LOAD__WORKERS": "1",
    }
)

import dlt  # noqa: E402 (it reads the environment when it is imported)
from dlt.destinations import filesystem  # noqa: E402 (as above)
from dlt.sources.rest_api import rest_api_resources  # noqa: E402 (as above)
from employees import user  # noqa: E402 (as above)

LIMIT = 200
TOTAL = "metadata.total_elements" if "by-total" in sys.argv else None
ATTRIBUTES = (
    *("id", "email", "first_name", "last_name", "job_title", "department", "team", "location"),
    *("manager_id", "status", "hire_date", "termination_date"),
)


def main() -> None:
    address, token = sys.argv[1:3]
    (employees,) = rest_api_resources(
        {
            "client": {
                "base_url": address,
                "auth": {"type": "bearer", "token": token},
                "paginator": {"type": "offset", "limit": LIMIT, "total_path": TOTAL},
            },
            "resources": [
                {
                    "name": "employees",
                    "endpoint": {"path": "company/employees", "data_selector": "data"},
                    "columns": {name: {"data_type": "text"} for name in ATTRIBUTES},
                    "max_table_nesting": 0,
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        "employees",
        destination=filesystem(bucket_url=(FOLDER / "files").as_uri()),
        dataset_name="people",
    )
    pipeline.run(employees.add_map(user), loader_file_format="jsonl")


if __name__ == "__main__":
    main()
