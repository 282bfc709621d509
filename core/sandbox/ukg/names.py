"""Names for the generated people: ordinary Latin ones in bulk, and one pool for each difficult kind."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Name:
    """A name as UKG shows it, and the ASCII text its e-mail address is made of."""

    first: str
    last: str
    mailbox: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    """
    Olivia Liam Emma Noah Ava Oliver Sophia Elijah Isabella Lucas Mia Mason Amelia Logan Harper Ethan Evelyn
    James Abigail Jacob Emily Michael Ella Benjamin Scarlett Alexander Grace William Chloe Daniel Victoria Henry
    Riley Jackson Aria Sebastian Lily Aiden Aubrey Matthew Zoe Samuel Penelope David Layla Joseph Nora Carter
    Camila Owen Hannah Wyatt Addison John Luna Jack Savannah Luke Brooklyn Jayden Leah Dylan Stella Grayson
    Hazel Levi Ellie Isaac Paisley Gabriel Audrey Julian Skylar Mateo Violet Anthony Claire Jaxon Bella Lincoln
    Lucy Joshua Anna Christopher Caroline Andrew Genesis Theodore Aaliyah Caleb Kennedy Ryan Kinsley Asher
    Allison Nathan Maya Thomas Sarah Leo Madelyn Isaiah Adeline Charles Alexa Josiah Ariana Hudson Elena
    Christian Gabriella Hunter Naomi Connor Alice Eli Sadie Ezra Hailey Aaron Eva Landon Emilia Adrian Autumn
    Jonathan Quinn Nolan Nevaeh Jeremiah Piper Easton Ruby Elias Serenity Colton Willow Cameron Everly Carson
    Priya Arjun Fatima Omar Mei Wei Yuki Kenji Ngozi Chidi Amara Kofi Ingrid Lars Agnieszka Piotr Ioana Mihai
    """
)

_LAST = _words(
    """
    Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
    Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis
    Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera
    Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart
    Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim
    Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo
    Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler
    Henderson Barnes Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton Graham Reynolds Griffin
    Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar Stevens Murray Ford Castro
    Marshall Owens Harrison Fernandez Mcdonald Woods Washington Kennedy Wells Vargas Henry Chen Freeman Webb
    Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw Snyder Mason Dixon Munoz
    Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Rose Stone Salazar Fox Warren Mills Meyer Rice Schmidt
    Okafor Mensah Adeyemi Haddad Rahman Kowalski Novak Popescu Ivanov Tanaka Suzuki Wang Zhang Liu Singh Kumar
    """
)

_LONG_FIRST = "Maximiliana Theodora Alexandrina Wilhelmina Bartholomea"
_LONG_LAST = (
    "Featherstonehaugh de la Vega y Montenegro von Hohenzollern zu Wolfenbüttel-Oberschlesien "
    "Papadopoulou-Konstantinopoulos"
)

# kind -> (first names, last names); every name is (as written, ASCII for the mailbox).
_Pool = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
SPECIAL_NAMES: dict[str, _Pool] = {
    "diacritics": (
        (("Zoë", "zoe"), ("José", "jose"), ("Łukasz", "lukasz"), ("Åsa", "asa"), ("Željko", "zeljko")),
        (("Müller", "mueller"), ("Núñez", "nunez"), ("Đorđević", "djordjevic"), ("Çelik", "celik")),
    ),
    "cyrillic": (
        (("Дмитрий", "dmitri"), ("Ольга", "olga"), ("Сергей", "sergei")),
        (("Ковалёв", "kovalev"), ("Шевченко", "shevchenko"), ("Йорданов", "yordanov")),
    ),
    "greek": (
        (("Γιώργος", "giorgos"), ("Ελένη", "eleni"), ("Νίκος", "nikos")),
        (("Παπαδόπουλος", "papadopoulos"), ("Οικονόμου", "oikonomou")),
    ),
    "arabic": (
        (("محمد", "mohammed"), ("فاطمة", "fatima"), ("يوسف", "yousef")),
        (("الحداد", "alhaddad"), ("منصور", "mansour")),
    ),
    "hebrew": ((("נועה", "noa"), ("דוד", "david")), (("כהן", "cohen"), ("לוי", "levi"))),
    "chinese": ((("小明", "xiaoming"), ("伟", "wei"), ("芳", "fang")), (("王", "wang"), ("李", "li"), ("张", "zhang"))),
    "japanese": (
        (("さくら", "sakura"), ("健太", "kenta")),
        (("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi")),
    ),
    "korean": ((("민준", "minjun"), ("서연", "seoyeon")), (("김", "kim"), ("박", "park"))),
    "devanagari": ((("प्रिया", "priya"), ("अर्जुन", "arjun")), (("शर्मा", "sharma"), ("पटेल", "patel"))),
    "apostrophe": ((("Siobhan", "siobhan"), ("D'Andre", "dandre")), (("O'Brien", "obrien"), ("N’Diaye", "ndiaye"))),
    "hyphen": (
        (("Anne-Marie", "annemarie"), ("Jean-Luc", "jeanluc")),
        (("Smith-Jones", "smithjones"), ("Lloyd-Webber", "lloydwebber")),
    ),
    "single_word": ((("", "mononym"),), (("Sukarno", "sukarno"), ("Thanh", "thanh"))),
    "very_long": (((_LONG_FIRST, "maximiliana"),), ((_LONG_LAST, "featherstonehaugh"),)),
    "formula": (
        (("=SUM(A1)", "sum"), ("+1+1", "plus"), ("@SUM(1)", "at")),
        (("-2+3", "minus"), ('=HYPERLINK("x")', "hyperlink")),
    ),
    "html": ((("<b>Bob</b>", "bob"),), (("<script>alert(1)</script>", "script"), ("Tag & Sons", "tag"))),
}


def ordinary_name(random: Random) -> Name:
    """A plain Latin name."""
    first, last = random.choice(_FIRST), random.choice(_LAST)
    return Name(first, last, f"{first}.{last}".lower())


def special_name(random: Random, kind: str) -> Name:
    """A name of one of the kinds of SPECIAL_NAMES."""
    firsts, lasts = SPECIAL_NAMES[kind]
    first, last = random.choice(firsts), random.choice(lasts)
    return Name(first[0], last[0], f"{first[1]}.{last[1]}")


def new_last_name(random: Random, current: str) -> str:
    """A plain last name other than the current one."""
    while (name := random.choice(_LAST)) == current:
        continue
    return name
