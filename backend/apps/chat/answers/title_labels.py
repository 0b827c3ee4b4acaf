"""Labels that models write before a title, such as "Title:" and "Here's a concise title:"."""

import re
import unicodedata

from apps.core.unicode_forms import normalize

# Each in English, German, Romance, Nordic and other European languages, then in the languages of Asia.
_TITLE_WORDS = """
    title subject topic titel überschrift thema betreff titre sujet título titulo tema asunto assunto titolo
    oggetto argomento títol onderwerp tittel rubrik emne ämne fyrirsögn gesprächstitel chattitel titelvorschlag
    tytuł temat název názov nadpis titulek téma cím titlu subiect otsikko aihe pealkiri başlık başlığı konu
    заголовок название назва тема заглавие наслов naslov τίτλος θέμα tiêu chủ judul tajuk topik pamagat
    عنوان العنوان عنوانًا عنوانا موضوع الموضوع כותרת הכותרת נושא शीर्षक विषय শিরোনাম தலைப்பு
    제목 제목은 제목입니다 주제 주제는
"""
_FILLER_WORDS = """
    a an the this that your my our one here here's is are of for to chat conversation discussion message would
    could might be suggested proposed possible potential recommended generated short brief concise simple clear
    descriptive good great suitable fitting appropriate catchy final new sure certainly absolutely course okay
    ok i i'd suggest propose recommend
    hier ist ein eine einen der die das des den dein mein kurzer kurze prägnanter möglicher passender
    vorgeschlagener für diesen diese dieses unterhaltung konversation gespräch gesprächs een het dit deze van
    voor kort korte gesprek gern
    voici voilà un une le la les de du court courte concis bref suggéré proposé pour cette ce proposition
    suggestion bien sûr aquí aqui tienes está hay una el los mi tu su corto breve conciso posible possível
    sugerido propuesto proposto para esta este conversación conversa del propuesta sugerencia claro um uma o do
    da dos meu seu curto proposta sugestão ecco il lo per questa questo conversazione della dello di possibile
    suggerito certo
    oto krótki proponowany dla tej rozmowy czatu chats den вот краткий короткий возможный предлагаемый для этой этого
    беседы разговора чата диалога ось чату розмови işte bir kısa önerilen önerisi sohbet için đề là đây một cho
    cuộc trò chuyện này ngắn gọn berikut adalah ini percakapan obrolan singkat untuk yang disarankan
    إليك هذا هو هنا قصير موجز مقترح للمحادثة المحادثة لهذه הנה קצרה לשיחה השיחה यहाँ यह एक है संक्षिप्त छोटा
    बातचीत का के लिए 다음은 이 대화 대화의 채팅 짧은 간단한 제안 추천
"""
_YES_WORDS = "sure certainly absolutely of course okay ok 好的 好 當然 当然 沒問題 没问题 はい 네 claro gern certo"
_TITLES = frozenset(_TITLE_WORDS.split())
_YES = frozenset(_YES_WORDS.split())
_FILLERS = frozenset(_FILLER_WORDS.split()) | _YES

_UNSPACED = re.compile(
    r"(?:以下|下面|[這这此本該该是為为一個个我您你的之給给新がはを]|好的|當然|当然|建議|建议|推薦|推荐|參考|参考|可能|簡短"
    r"|简短|簡潔|简洁|適合|适合|合適|合适|對話|对话|會話|会话|聊天|提案|案|こちら|この|会話|チャット|短い|簡潔な|の|です"
    r"|นี่คือ|การสนทนา|แชท|ที่แนะนำ)*"
    r"(?:標題|标题|題目|题目|主題|主题|主旨|タイトル|題名|件名|見出し|ชื่อเรื่อง|หัวข้อ|ชื่อ)"
    r"(?:建議|建议|提案|案|です|[是為为は])*"
)
"""A label in a script without spaces between words."""

_LABEL = re.compile(r"(?P<label>[^:：﹕]{1,80}?)\s*[:：﹕](?!//)\s*")
_BRACKETED = re.compile(r"[\[【(（〔](?P<label>[^\[\]【】()（）〔〕]{1,20})[\]】)）〕]\s*(?=\S)")
_DASHED = re.compile(
    r"(?P<label>(?:\w+\s+){0,3}(?:title|titel|titre|título|titolo|標題|标题|タイトル|제목))\s+[-–—]\s+", re.IGNORECASE
)
_REMARK = re.compile(r"[(（][^()（）]*[)）]")
_OBJECT = re.compile(r"\{\s*((?P<quote>[\"']).{1,20}(?P=quote)\s*:.*?)\s*\}")
"""A title in JSON."""


def remove_label(title: str) -> str:
    """Return the title without its label, such as "Title:"."""
    composed = normalize("NFC", title)
    found = _OBJECT.fullmatch(composed)
    bare = found[1] if found else composed
    for pattern in (_LABEL, _BRACKETED, _DASHED):
        label = pattern.match(bare)
        if label and is_label(label["label"]):
            return bare[label.end() :]
    return title


def is_label(text: str) -> bool:
    """Return whether the text is only a label of a title."""
    words = _words(text)
    is_named = any(word in _TITLES or _UNSPACED.fullmatch(word) for word in words)
    return is_named and all(word in _TITLES or word in _FILLERS or _UNSPACED.fullmatch(word) for word in words)


def is_acknowledgement(text: str) -> bool:
    """Return whether a line only says yes: "Sure!"."""
    words = _words(text)
    return text[-1:] in tuple("!！.。,，") and bool(words) and all(word in _YES for word in words)


def _words(text: str) -> list[str]:
    """Return the words in lower case, without the punctuation around them and without remarks in parentheses."""
    spaced = re.sub(r"[-,，、。.!！]", " ", _REMARK.sub(" ", text)).replace("’", "'").casefold()
    bare = (_strip_punctuation(word) for word in spaced.split())
    return [word for word in bare if word and not word.isdigit()]


def _strip_punctuation(word: str) -> str:
    start, end = 0, len(word)
    while start < end and not _is_word_character(word[start]):
        start += 1
    while end > start and not _is_word_character(word[end - 1]):
        end -= 1
    return word[start:end]


def _is_word_character(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"
