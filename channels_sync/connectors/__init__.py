"""One package per platform. They speak values; none of them knows a table of ours."""
