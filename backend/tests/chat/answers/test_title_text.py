"""Automatic titles: the cleaning of the text that a model writes (docs/api.md: A-5.4)."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.answers.title_text import MAX_TITLE_LENGTH, make_title_from_question, tidy_title

pytestmark = pytest.mark.storeless

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('Title: "Paris trip"', "Paris trip"),
        ("**Title:** Paris trip", "Paris trip"),
        ("# Conversation title: Paris", "Paris"),
        ("Conversation title - Paris", "Paris"),
        ("Job Title - Meaning", "Job Title - Meaning"),
        ("見出し：「京都」", "京都"),
        ("標題：「台北旅遊」", "台北旅遊"),
        ("「標題：台北」", "台北"),
        ("建議標題是：台北", "台北"),
        ("Title:\n\nThe real one\nand more", "The real one"),
        ("```\nIn a fence\n```", "In a fence"),
        ("---\n- In a list", "In a list"),
        ("“Curly”", "Curly"),
        ("《紅樓夢》", "紅樓夢"),
        ("《紅樓夢》人物", "《紅樓夢》人物"),
        ('"Hamlet" and "Macbeth"', '"Hamlet" and "Macbeth"'),
        ("**Bold**, *em*, `code` and [a link](https://example.com)", "Bold, em, code and a link"),
        ("含**重點**內容", "含重點內容"),
        ("**Cut off", "Cut off"),
        ("\u202eevil\u202c \u2066title\u2069", "evil title"),
        ("\u200b\ufeffHidden\x00", "Hidden"),
        ("2**3 and 2*3*4", "2**3 and 2*3*4"),
        ("snake_case_name in C#", "snake_case_name in C#"),
        ("don't panic", "don't panic"),
        ('"Trip".', "Trip"),
        ("“Trip”。", "Trip"),
        ("„Foo”", "Foo"),
        ("„Foo“", "Foo"),
        ("»Foo«", "Foo"),
        ("‹Foo›", "Foo"),
        ("”Foo”", "Foo"),
        ('Foo"', "Foo"),
        ("台北」", "台北"),
        ("What is a “monad”", "What is a “monad”"),
        ('A TV of 55"', 'A TV of 55"'),
        ('The "Trip"', 'The "Trip"'),
        ("»Foo« und »Bar«", "»Foo« und »Bar«"),
        ("Visit the U.S.", "Visit the U.S."),
        ("[x](a_(b))", "x"),
        ("Re: title deeds", "Re: title deeds"),
        ("Titel: Reise nach Paris", "Reise nach Paris"),
        ("**Titel der Unterhaltung:** Reise", "Reise"),
        ("Titre : « Voyage à Paris »", "Voyage à Paris"),
        ("Titre de la conversation\u00a0: Voyage", "Voyage"),
        ("Título: Viaje a París", "Viaje a París"),
        ("Ti\u0301tulo sugerido: Viaje", "Viaje"),
        ("Titolo: Viaggio", "Viaggio"),
        ("Tytuł: „Podróż”", "Podróż"),
        ("Заголовок: «Поездка»", "Поездка"),
        ("Название чата: Поездка", "Поездка"),
        ("Başlık: Gezi", "Gezi"),
        ("Tiêu đề: Du lịch", "Du lịch"),
        ("العنوان: رحلة", "رحلة"),
        ("כותרת: טיול", "טיול"),
        ("题目：旅游", "旅游"),
        ("對話的標題為：旅遊", "旅遊"),
        ("題名：「旅行」", "旅行"),
        ("대화 제목: 여행", "여행"),
        ("Here's a short title: Paris", "Paris"),
        ("Here's a concise title: Paris", "Paris"),
        ("Sure! Here is a possible title for your conversation:\n\n**Paris**", "Paris"),
        ("Certainly!\nParis", "Paris"),
        ("A good title would be: Paris", "Paris"),
        ("Generated Title (six words): Paris", "Paris"),
        ("Title – Paris", "Paris"),
        ("[Title] Paris", "Paris"),
        ("📌 Title: Paris", "Paris"),
        ("## Title\n\nParis", "Paris"),
        ('```json\n{"title": "Paris"}\n```', "Paris"),
        ("Hier ist ein kurzer Titel: Reise", "Reise"),
        ("Titelvorschlag: Reise", "Reise"),
        ("Chat-Titel: Reise", "Reise"),
        ("Voici un titre concis pour cette conversation : « Voyage »", "Voyage"),
        ("Aquí tienes un título: Viaje", "Viaje"),
        ("Aqui está um título curto: Viagem", "Viagem"),
        ("Ecco un titolo: Viaggio", "Viaggio"),
        ("Вот краткий заголовок для беседы: Поездка", "Поездка"),
        ("إليك عنوان قصير: رحلة", "رحلة"),
        ("यहाँ एक शीर्षक है: यात्रा", "यात्रा"),
        ("หัวข้อ: ท่องเที่ยว", "ท่องเที่ยว"),
        ("다음은 제목입니다: 여행", "여행"),
        ("こちらがタイトルです：旅行", "旅行"),
        ("タイトル案：「旅行」", "旅行"),
        ("好的，以下是建議的標題：\n「台北」", "台北"),
        ("標題建議：台北", "台北"),
        ("標題（繁體）：台北", "台北"),
        ("【標題】台北", "台北"),
        ("「標題」：台北", "台北"),
        ("主旨：台北", "台北"),
        ("Title", "Title"),
        ("How to choose a title: a guide", "How to choose a title: a guide"),
        ("Here is Johnny: a film", "Here is Johnny: a film"),
        ("Sure thing: a song", "Sure thing: a song"),
        ("這是標題黨：分析", "這是標題黨：分析"),
        ("主題公園：旅遊", "主題公園：旅遊"),
        ("Title fight tonight: the odds", "Title fight tonight: the odds"),
        ("Titelbild: neu", "Titelbild: neu"),
        ("<b>Foo</b>", "Foo"),
        ("<title>Foo <i>bar</i></title>", "Foo bar"),
        ('<h1 class="a">Foo</h1>', "Foo"),
        ("<title>Foo", "Foo"),
        ("The <b> tag and <div></div>", "The <b> tag and <div></div>"),
        ("<b> or <strong>", "<b> or <strong>"),
        ("List<String> in Java", "List<String> in Java"),
        ('"Foo', "Foo"),
        ("“Foo", "Foo"),
        ("「台北", "台北"),
        ("」台北", "台北"),
        ("Foo“", "Foo"),
        ("Foo «", "Foo"),
        ("'90s music", "'90s music"),
        ("The boys' club", "The boys' club"),
        ("〝台北〞", "台北"),
        ("【台北】", "台北"),
        ("｢東京｣", "東京"),
        ("﹁台北﹂", "台北"),
        ("❝Foo❞", "Foo"),
        ("‘Foo’", "Foo"),
        ("‚Foo‘", "Foo"),
        ("»Foo»", "Foo"),
        ('"Foo”', "Foo"),
        ("''Foo''", "Foo"),
        ("``Foo''", "Foo"),
        ('"Foo “bar” baz"', "Foo “bar” baz"),
        ('"Foo",', "Foo"),
        (FAMILY, FAMILY),
        ("***\n\u200b\n", ""),
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_without_its_wrapping(written: str, title: str) -> None:
    assert tidy_title(written) == title


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("word " * 20, "word word…"),
        ("a" * 80, "aaaa…"),
        ("很" * 80, "很很…"),
        ("說明如何使用" + "Internationalization " * 5, "Internationalization…"),
    ],
)
def test_a_long_title_is_cut_between_words(written: str, end: str) -> None:
    title = tidy_title(written)

    assert len(title) <= MAX_TITLE_LENGTH
    assert title.endswith(end)


def test_a_title_is_not_cut_within_a_grapheme() -> None:
    assert tidy_title(FAMILY * 20).removesuffix("…").replace(FAMILY, "") == ""
    assert tidy_title("e\u0301" * 70).removesuffix("…").replace("e\u0301", "") == ""


def test_the_lines_of_a_question_become_one() -> None:
    assert make_title_from_question("  Please **explain**\n\n```python\nto me\n```") == "Please explain to me"


@settings(deadline=None)
@given(written=st.text(max_size=300) | st.text(alphabet="*_`~[]()#> \"'「」Title:a漢\u202e\u200d\n", max_size=300))
def test_any_text_becomes_a_short_line_without_control_characters(written: str) -> None:
    for title in (tidy_title(written), make_title_from_question(written)):
        assert len(title) <= MAX_TITLE_LENGTH
        assert title == title.strip()
        assert not [one for one in title if unicodedata.category(one) in {"Cc", "Cs"}]
        assert not [one for one in title if unicodedata.category(one) == "Cf" and one not in "\u200c\u200d"]
