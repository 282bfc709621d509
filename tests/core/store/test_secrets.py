"""Encrypting with one of several keys, the newest first."""

import stat

import pytest

from core.domain.errors import SettingsError
from core.store.errors import SecretKeyMissing, SecretKeyWrong
from core.store.secrets import Keyring, new_key, read_key_file, split_keys, write_key_file

OLD, NEW, OTHER = new_key(), new_key(), new_key()


@pytest.mark.parametrize("text", ["s3cret", "", "pass word ÄÖ 事 🙂", "x" * 100_000])
def test_what_was_encrypted_is_read_again(text):
    encrypted = Keyring([NEW]).encrypt(text)
    assert Keyring([NEW]).decrypt(encrypted) == text
    assert not text or text not in encrypted


def test_the_same_text_never_looks_the_same_twice():
    keyring = Keyring([NEW])
    assert keyring.encrypt("s3cret") != keyring.encrypt("s3cret")


def test_the_newest_key_encrypts_and_every_key_decrypts():
    with_old = Keyring([OLD]).encrypt("from before")
    both = Keyring([NEW, OLD])
    assert both.decrypt(with_old) == "from before"
    assert Keyring([NEW]).decrypt(both.encrypt("from now")) == "from now"
    with pytest.raises(SecretKeyWrong):
        Keyring([OLD]).decrypt(both.encrypt("from now"))


def test_a_wrong_key_is_told_in_a_sentence_that_says_what_to_do():
    encrypted = Keyring([NEW]).encrypt("s3cret")
    with pytest.raises(SecretKeyWrong, match="cannot be read with this secret key; nothing was changed") as wrong:
        Keyring([OTHER]).decrypt(encrypted)
    assert "UKG_SECRET_KEY" in str(wrong.value)
    assert OTHER not in str(wrong.value)


@pytest.mark.parametrize("damaged", ["", "not encrypted at all", "gAAAA"])
def test_a_damaged_secret_counts_as_a_wrong_key(damaged):
    with pytest.raises(SecretKeyWrong):
        Keyring([NEW]).decrypt(damaged)


@pytest.mark.parametrize(
    "key",
    ["short", "x" * 44, "ä" * 44, NEW[:-4], NEW + "AAAA"],
    ids=["short", "bad padding", "not ASCII", "cut off", "too long"],
)
def test_a_key_of_the_wrong_form_is_refused_without_being_quoted(key):
    with pytest.raises(SettingsError, match="must be 32 bytes in URL-safe base64") as refused:
        Keyring([NEW, key])
    assert key not in str(refused.value)


def test_without_any_key_there_is_no_keyring():
    with pytest.raises(SecretKeyMissing):
        Keyring([])


def test_keys_may_stand_apart_by_commas_blanks_and_lines():
    assert split_keys(f" {NEW},{OLD}\n{OTHER} ,\n") == [NEW, OLD, OTHER]


def test_a_key_file_is_for_its_owner_alone_whatever_was_there_before(tmp_path):
    path = tmp_path / "ukg.key"
    path.write_text(OLD)
    path.chmod(0o644)
    write_key_file(path, [NEW, OLD])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path) == [NEW, OLD]
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_file_is_written_though_an_earlier_attempt_was_cut_off(tmp_path):
    (tmp_path / "ukg.key.new").write_text("half")
    write_key_file(tmp_path / "ukg.key", [NEW])
    assert read_key_file(tmp_path / "ukg.key") == [NEW]
    assert [path.name for path in tmp_path.iterdir()] == ["ukg.key"]


def test_a_key_file_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "folder").write_text("in fact a file")
    with pytest.raises(SettingsError, match=r"cannot be written .+ set UKG_SECRET_KEY"):
        write_key_file(tmp_path / "folder" / "ukg.key", [NEW])


def test_no_key_file_is_no_keys_and_an_unreadable_one_is_told(tmp_path):
    assert read_key_file(tmp_path / "ukg.key") == []
    (tmp_path / "ukg.key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read; nothing was changed"):
        read_key_file(tmp_path / "ukg.key")
