"""Support for the tests, and for attacks, bench, faults and tools: servers, stores, users and a fake model.

Fixtures (the root conftest.py loads them):

  services           the stores of a run: `pytest --services=none` (SQLite, memory) or `postgres` (PostgreSQL, Redis)
  live               the whole product in a thread, and signed-in users: `chat_server`, `user`, `other_user`
  fakes/             a fake model service: `model_server`, and `raw_model_server` for bytes that no library would send
  own_databases, migrated_database, table_cleanup     databases of one test, and empty tables for the next one
  statement_watch    the SQL statements that a test causes

Clients of a server: api_user (REST), socket_client and stream_client (frames, checked), raw_connections (floods).

Programs and their environment: programs, server_process, server_environment, local_services, ports, tcp_proxy,
path_proxy. `python -m testkit.fakes` serves the fake model alone; `pytest testkit` tests all of this.
"""
