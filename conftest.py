pytest_plugins = ["testkit.emptying", "testkit.fakes.fixtures", "testkit.live", "tests.log_lines"]
