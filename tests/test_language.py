"""Language: other languages are told from English, and English with foreign names is still English."""

import pytest

from communique.text.language import language_name, language_of, stated_language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "fr",
            "Le ministre des Affaires étrangères est arrivé lundi dans la capitale, où il doit parler de la frontière avec son homologue.",
        ),
        ("es", "El ministro de Exteriores llegó el lunes a la capital para hablar de la frontera con su homóloga, según dijo un portavoz."),
        ("de", "Der Außenminister traf am Montag in der Hauptstadt ein, um mit seiner Kollegin über die Grenze zu sprechen."),
        ("ru", "Министр иностранных дел прибыл в столицу в понедельник, чтобы обсудить с коллегой положение на границе."),
        ("ar", "وصل وزير الخارجية إلى العاصمة يوم الاثنين لإجراء محادثات مع نظيرته حول الحدود بين البلدين"),
        ("zh", "外交部长星期一抵达首都，将与另一国的外长讨论边界问题，双方还将签署一项贸易协定。"),
        ("pt", "O ministro das Relações Exteriores chegou na segunda-feira à capital para conversar com a sua colega sobre a fronteira."),
        ("it", "Il ministro degli Esteri è arrivato lunedì nella capitale per parlare della frontiera con la sua collega."),
        ("nl", "De minister van Buitenlandse Zaken is maandag in de hoofdstad aangekomen voor overleg met zijn collega."),
    ],
)
def test_a_paragraph_in_another_language_is_told(code: str, text: str):
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "The envoy of Peru met his counterpart in Quito.",
        "Boluarte visits Quito.",
        "Nguyen Van Thanh praises Sheikh Abdallah bin Rashid Al Hamdani.",
        "MINISTERS MEET IN SÃO PAULO",
        "Talks fail.",
        "…",
    ],
)
def test_english_stays_english_even_where_it_is_short_and_full_of_names(text: str):
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("stated", "code"), [("en", "en"), ("EN-gb", "en"), ("en_US", "en"), ("eng", "en"), ("English", "en"), ("fr", "fr"), (" French ", "fr")]
)
def test_what_an_archive_states_is_a_code_or_a_name(stated: str, code: str):
    assert stated_language(stated) == code


def test_a_language_has_an_english_name_where_it_is_known():
    assert [language_name(code) for code in ("es", "ar", "qqq")] == ["Spanish", "Arabic", "qqq"]
