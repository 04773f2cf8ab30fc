"""For Schemathesis: bodies that it does not know how to write are text."""

import schemathesis

schemathesis.serializer.alias(
    ["application/sql", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"],
    "text/plain",
)
