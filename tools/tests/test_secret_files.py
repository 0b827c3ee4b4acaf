"""The secrets of the production containers are created once, readable for their owner only."""

import stat

from tools.tests.conftest import Repository

NAMES = {"secret_key", "jwt_secret_key", "postgres_password", "openai_api_key"}


def test_secrets_are_created_once(repository: Repository) -> None:
    (repository.root / "backend" / "docker").mkdir()
    assert repository.run("-m", "tools.secret_files").returncode == 0
    folder = repository.root / "backend" / "docker" / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert made.keys() == NAMES
    assert made.pop("openai_api_key") == ""
    assert len(set(made.values())) == 3
    assert all(len(text) >= 48 for text in made.values())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "openai_api_key").write_text("sk-real")
    assert "kept" in repository.run("-m", "tools.secret_files").stdout
    assert {path.name: path.read_text() for path in folder.iterdir()} == {**made, "openai_api_key": "sk-real"}
