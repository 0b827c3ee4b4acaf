pytest_plugins = [
    "testkit.migrated_database",  # first: own_databases imports it, and table_cleanup imports that
    "testkit.own_databases",
    "testkit.table_cleanup",
    "testkit.event_loop",
    "testkit.fakes.fixtures",
    "testkit.live",
    "testkit.statement_watch",
    "tests.log_lines",
]
