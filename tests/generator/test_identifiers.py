"""Text of a document to identifiers: tables of what is expected, and what holds for any text."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clientpress.plan.identifiers import (
    MAX_LENGTH,
    RESERVED_CLASSES,
    RESERVED_MEMBERS,
    class_name,
    constant_name,
    digest,
    member_name,
    method_name,
    module_name,
    words,
)
from tests.generator import strategies

MAKERS: list[Callable[[str], str]] = [
    *(class_name, member_name, method_name, constant_name, module_name)
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("userName", "user Name"),
        ("user_name", "user name"),
        ("User-Name.first", "User Name first"),
        ("HTTPServerError", "HTTP Server Error"),
        ("getV1Batches", "get V1 Batches"),
        ("iPhone6s", "i Phone6 s"),
        ("userIDs", "user IDs"),
        ("IDsOfUsers", "IDs Of Users"),
        ("HTTPsomething", "HTT Psomething"),
        ("2fa", "2 fa"),
        ("sha256Digest", "sha256 Digest"),
        ("größe", "größe"),
        ("ÜberGröße", "Über Größe"),
        ("日本語Name", "日本語 Name"),
        ("हिन्दी", "हिन्दी"),
        ("a\u200bb", "a b"),
        ("ﬁle", "file"),
        ("½", "1 2"),
        ("௰", ""),
        ("🙂", ""),
    ],
)
def test_words(text: str, found: str) -> None:
    assert " ".join(words(text)) == found


@pytest.mark.parametrize(
    ("text", "classes", "members", "constants", "modules"),
    [
        ("Batch", "Batch", "batch", "BATCH", "batch"),
        (
            "issue-comment",
            "IssueComment",
            "issue_comment",
            "ISSUE_COMMENT",
            "issue_comment",
        ),
        (
            "issueComment",
            "IssueComment",
            "issue_comment",
            "ISSUE_COMMENT",
            "issue_comment",
        ),
        ("APIKey", "APIKey", "api_key", "API_KEY", "api_key"),
        ("a.b/c d", "ABCD", "a_b_c_d", "A_B_C_D", "a_b_c_d"),
        # Keywords, and names that generated code relies on.
        ("class", "Class", "class_", "CLASS", "class_"),
        ("None", "None_", "none", "NONE", "none"),
        ("match", "Match", "match", "MATCH", "match"),
        ("str", "Str", "str_", "STR", "str"),
        ("self", "Self", "self_", "SELF", "self"),
        ("field", "Field", "field_", "FIELD", "field"),
        ("Unknown", "Unknown_", "unknown", "UNKNOWN_", "unknown"),
        ("UUID", "UUID_", "uuid", "UUID", "uuid"),
        ("JsonValue", "JsonValue_", "json_value", "JSON_VALUE", "json_value"),
        ("mro", "Mro", "mro", "MRO_", "mro"),
        ("name", "Name", "name", "NAME_", "name"),
        ("models", "Models", "models", "MODELS", "models"),
        # What does not begin with a letter.
        ("2fa", "Model2Fa", "field_2_fa", "VALUE_2_FA", "m_2_fa"),
        ("404", "Model404", "field_404", "VALUE_404", "m_404"),
        ("1.0", "Model10", "field_1_0", "VALUE_1_0", "m_1_0"),
        ("_id", "Id", "id", "ID", "id"),
        ("__init__", "Init", "init", "INIT", "init"),
        ("__class__", "Class", "class_", "CLASS", "class_"),
        # Symbols.
        ("$filter", "Filter", "filter", "FILTER", "filter"),
        ("@odata.type", "OdataType", "odata_type", "ODATA_TYPE", "odata_type"),
        ("+1", "Model1", "plus_1", "PLUS_1", "plus_1"),
        ("-1", "Model1", "minus_1", "MINUS_1", "minus_1"),
        ("<=", "LessEqual", "less_equal", "LESS_EQUAL", f"m_{digest('<=')}"),
        ("*", "Star", "star", "STAR", f"m_{digest('*')}"),
        ("", "Empty", "empty", "EMPTY", f"m_{digest('')}"),
        # Unicode: what Python allows stays; file names are ASCII.
        ("größe", "Größe", "größe", "GRÖSSE", "groe"),
        ("日本語", "Model日本語", "日本語", "日本語", f"m_{digest('日本語')}"),
        ("e\u0301", "É", "é", "É", "e"),
        ("🙂", "U1F642", "u1_f642", "U1_F642", f"m_{digest('🙂')}"),
        ("ΐx", "Ϊ́x", "ΐx", "Ϊ́X", "x"),
        # Devices that Windows takes for files.
        ("con", "Con", "con", "CON", "con_"),
        ("NUL", "NUL", "nul", "NUL", "nul_"),
        ("com1", "Com1", "com1", "COM1", "com1_"),
        # Hostile names are only words.
        ("__import__('os')", "ImportOs", "import_os", "IMPORT_OS", "import_os"),
        ("x: int = evil()", "XIntEvil", "x_int_evil", "X_INT_EVIL", "x_int_evil"),
        ("../../etc/passwd", "EtcPasswd", "etc_passwd", "ETC_PASSWD", "etc_passwd"),
    ],
)
def test_names(
    text: str, classes: str, members: str, constants: str, modules: str
) -> None:
    made = class_name(text), member_name(text), constant_name(text), module_name(text)
    assert made == (classes, members, constants, modules)


@pytest.mark.parametrize(
    ("text", "name"),
    [("list", "list"), ("import", "import_"), ("2fa", "call_2_fa"), ("self", "self_")],
)
def test_methods_may_be_called_like_builtins(text: str, name: str) -> None:
    assert method_name(text) == name


@pytest.mark.parametrize(
    "text", ["a" * 200, "日" * 200, "W" * 61], ids=["one word", "wide", "just too long"]
)
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_long_word_is_cut_and_ends_in_a_digest(
    text: str, maker: Callable[[str], str]
) -> None:
    name = maker(text)
    assert len(name) <= MAX_LENGTH + len("field_")
    assert name.lower().endswith(digest(text))
    assert maker(text + "x") != name


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_long_name_has_its_first_and_its_last_words(
    maker: Callable[[str], str],
) -> None:
    name = maker(" ".join(f"word{n}" for n in range(40))).lower()
    assert name.startswith("word0") and name.endswith("word39")
    assert MAX_LENGTH - len("_word20") <= len(name) <= MAX_LENGTH


def test_a_long_name_loses_whole_words() -> None:
    text = "eleven_twelve_thirteen_fourteen_fifteen_sixteen_seventeen_eighteen"
    assert member_name(text) == text.replace("_fifteen", "")


def test_a_long_name_has_each_word_once() -> None:
    text = "SettingsOfTheProject" * 4
    assert class_name(text) == "SettingsOfTheProject"
    assert member_name(text) == "settings_of_the_project"
    assert member_name("SettingsSettings") == "settings_settings"


anything = st.one_of(
    st.text(max_size=80),
    strategies.texts,
    st.text(st.characters(categories=["L", "M", "N"]), max_size=10),
    st.sampled_from([*keyword.kwlist, *keyword.softkwlist, *RESERVED_CLASSES]),
)


@given(anything)
@example("௰")
@example("ΐ")
@example("\u2118")
@example("\u0345")
def test_any_text_becomes_an_identifier(text: str) -> None:
    for maker in MAKERS:
        name = maker(text)
        assert name.isidentifier() and not keyword.iskeyword(name)
        assert len(name) <= MAX_LENGTH + len("field_")
        # Python reads identifiers in this form, so anything else would be another name.
        assert unicodedata.normalize("NFKC", name) == name
        assert not name.startswith("_")
    assert class_name(text)[0].isupper() and class_name(text) not in RESERVED_CLASSES
    assert member_name(text) not in RESERVED_MEMBERS
    assert module_name(text).isascii() and module_name(text).islower()
