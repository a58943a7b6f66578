"""Names of the demo's people, by the language they come from."""

import unicodedata

FIRST = {
    "sl": "Ana Luka Maja Jan Nina Matej Eva Žiga Petra Rok Tjaša Blaž Urška Gašper Katja Anže Špela Jure Mojca Aljaž",
    "hr": "Ivan Marija Ante Ivana Josip Đurđa Marko Lucija Tomislav Željka Stjepan Petra Hrvoje Marta Domagoj Tena",
    "de": "Lukas Anna Jonas Lena Felix Jürgen Sabine Björn Heike Götz Katharina Maximilian Ulrike Florian Käthe Moritz",
    "it": "Marco Giulia Luca Chiara Alessandro Francesca Matteo Elisa Davide Sara Niccolò Beatrice Stefano Ilaria",
    "fr": "Hélène Julien Camille François Chloé Étienne Inès Mathieu Aurélie Benoît Zoé Loïc Margaux Thibault",
    "es": "Iñaki María Javier Lucía Álvaro Begoña Andrés Nerea Íñigo Amaia Jon Leire Unai Carmen",
    "pt": "João Inês Tiago Mariana Rui Conceição Gonçalo Catarina Simão Beatriz",
    "pl": "Paweł Agnieszka Łukasz Małgorzata Krzysztof Zofia Michał Katarzyna Wojciech Elżbieta Joanna Piotr Hanna",
    "nl": "Daan Sanne Bram Lotte Jeroen Femke Thijs Anouk Sjoerd Maaike Koen Noor Ruben Eline",
    "en": "Oliver Emily Jack Grace Callum Isla Rhys Megan Owen Niamh Harry Aoife Duncan Ailsa",
    "sv": "Erik Åsa Lars Ingrid Björn Märta Oskar Linnéa Nils Karin Göran Sigrid Anders Maj-Britt",
    "cs": "Jiří Tereza Ondřej Kateřina Tomáš Zdeňka Vojtěch Markéta Štěpán Růžena",
    "hu": "Gábor Eszter Zoltán Réka László Ágnes Bence Zsófia Árpád Boglárka Máté Ildikó",
    "tr": "Mehmet Ayşe Emre Zeynep Çağrı Elif Oğuz Gülşen Yiğit Şebnem",
    "el": "Γιώργος Μαρία Νίκος Ελένη Δημήτρης Σοφία",
    "uk": "Олена Тарас Ірина Андрій Оксана Богдан Наталія Юрій",
}
LAST = {
    "sl": "Novak Horvat Krajnc Zupančič Potočnik Kovačič Mlakar Vidmar Kos Golob Turk Božič Kralj Korošec Žagar Hribar",
    "hr": "Horvat Kovačević Babić Marić Jurić Novosel Knežević Vuković Pavić Šimić Matić Tomić Đurić Perković",
    "de": "Müller Schmidt Schneider Fischer Weber Huber Gruber Bauer Wagner Pichler Großmann Lütkehaus Köhler Strauß",
    "it": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino De Luca Furlan D'Angelo Cattaruzza",
    "fr": "Martin Bernard Dubois Lefèvre Moreau Girard Rousseau Lambert Garçon Béranger Chevalier L'Hermitte",
    "es": "García Etxeberria Fernández Zubizarreta Muñoz Ibáñez Agirre Ruiz Ordoñez Goikoetxea",
    "pt": "Silva Conceição Ferreira Gonçalves Araújo Magalhães Simões Lourenço",
    "pl": "Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Dąbrowski Kozłowski Jabłoński Grześkowiak",
    "nl": "De Vries Jansen Van den Berg Bakker Visser Van Dijk Mulder De Groot Hoekstra Van der Meer",
    "en": "Smith Jones Taylor O'Brien Evans Walker Murphy MacLeod Hughes Campbell Fitzgerald Llewellyn",
    "sv": "Andersson Sørensen Lindqvist Åkerman Bergström Jørgensen Nyström Öberg Hedlund Sjögren",
    "cs": "Novák Dvořák Svoboda Procházka Kučera Němec Krejčí Růžička Hájek",
    "hu": "Nagy Kovács Tóth Szabó Horváth Varga Kiss Németh Farkas Szűcs",
    "tr": "Yılmaz Kaya Demir Şahin Çelik Öztürk Doğan Güneş",
    "el": "Παπαδόπουλος Οικονόμου Γεωργίου Νικολάου Βασιλείου",
    "uk": "Шевченко Бондаренко Коваль Мельник Ткаченко Кравчук",
}
"""Family names; those of several words are written with their small words first, and joined by :func:`family_names`."""

_SMALL = frozenset({"De", "Van", "den", "der"})


def first_names(tongue: str) -> list[str]:
    """The given names of a language."""
    return FIRST[tongue].split()


def family_names(tongue: str) -> list[str]:
    """The family names of a language, ``Van den Berg`` as one."""
    names: list[str] = []
    carried = ""
    for word in LAST[tongue].split():
        carried = f"{carried} {word}".strip()
        if word not in _SMALL:
            names.append(carried)
            carried = ""
    return names


_CYRILLIC = "абвгдезийіклмнопрстуфхцюяшчєїьщ"
_CYRILLIC_SAID = "a b v h d e z y i i k l m n o p r s t u f kh ts iu ia sh ch ie i _ shch"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψως"
_GREEK_SAID = "a v g d e z i th i k l m n x o p r s t y f ch ps o s"
_LATIN = str.maketrans(
    {
        **dict(zip(_CYRILLIC, _CYRILLIC_SAID.split(), strict=True)),
        **dict(zip(_GREEK, _GREEK_SAID.split(), strict=True)),
        "đ": "d",
        "ł": "l",
        "ø": "o",
        "ß": "ss",
        "ı": "i",
        "æ": "ae",
    }
)


def mailable(name: str) -> str:
    """A name in the letters that an e-mail address has."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return "".join(letter for letter in bare.translate(_LATIN) if letter.isascii() and letter.isalnum())
