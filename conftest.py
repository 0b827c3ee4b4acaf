pytest_plugins = ["testkit.emptying", "testkit.event_loop", "testkit.fakes.fixtures", "testkit.live", "tests.log_lines"]
