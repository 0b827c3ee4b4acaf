pytest_plugins = [
    "testkit.migrated_database",  # first: own_databases imports it, and emptying imports that
    "testkit.own_databases",
    "testkit.emptying",
    "testkit.event_loop",
    "testkit.fakes.fixtures",
    "testkit.live",
    "testkit.statement_watch",
    "tests.log_lines",
]
