"""Years of experience in languages whose words for both are too many, or too short, for the one pattern of `said`."""

import re
from collections.abc import Iterator

from pipeline.text.windows import LOWER, Hints, windows

_EXPERIENCE = Hints(
    "erfarenhet|erfaring|kokemus|praxe|praxí|praxi|prax |zkušenost|skúsenost|tapasztalat|gyakorlat|experiență"
    "|experienta|experiența|опыт|стаж|досвід|опит|вопыт|εμπειρία|προϋπηρεσία|deneyim|tecrübe|pengalaman"
    "|kinh nghiệm|ประสบการณ์|経験|実務|经验|經驗|경력|경험|خبرة|ניסיון|iskustv|izkušen|kogemus|töökogemus|pieredz|patirt"
    "|年限|年数|reynsl|अनुभव|karanasan",
    among=LOWER,
)
_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "ett en et yhden jeden jednoho egy un один одного одна един ένα bir satu 一",
            "två to kahden dva dvou dve két kettő doi două два двух две дві двох δύο iki dua 二 两 兩",
            "שלוש שלושה ثلاث ثلاثة tre kolmen tri tři tří három trei три трёх трех τρία üç tiga ba 三",
            "ארבע ארבעה أربع أربعة اربع fyra fire neljän čtyři štyri négy patru четыре четырёх"
            " чотири τέσσερα dört empat bốn 四",
            "חמש חמישה خمس خمسة fem viiden pět päť öt cinci пять пяти п'ять пет πέντε beş lima năm 五",
            "sex seks kuuden šest hat șase шесть шести έξι altı enam 六",
            "sju syv seitsemän sedm sedem hét șapte семь επτά yedi tujuh 七",
            "åtta otte kahdeksan osm osem nyolc opt восемь οκτώ sekiz delapan 八",
            "nio ni yhdeksän devět deväť kilenc nouă девять εννέα dokuz 九",
            "tio ti kymmenen deset desať tíz zece десять десяти δέκα on sepuluh 十",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_YEAR = (
    r"(?:års|år|vuoden|vuotta|vuosien|roky|roků|rokov|rokem|rokmi|roka|rok|let|letou|év|éves|ani|an\b|лет"
    r"|летний|летнего|года|год|років|роки|рік|года|години"
    r"|година|гадоў|χρόνια|έτη|ετών|χρόνο|yıl|yıllık|sene|tahun|năm|ปี|年|년|سنوات|سنة|سنين|שנים|שנות|שנה"
    r"|godine|godina|godinu|leta|leti|aastat|aasta"
    r"|aastane|gadu|gadi|gada|metų|metai|metus|ára|वर्ष|साल|taon)"
)
_NUMBERS = "|".join(sorted(_WORDS, key=len, reverse=True))
_ASKED = re.compile(
    rf"(?<![\d.,\w])(?P<count>\d{{1,2}}|(?:{_NUMBERS})(?=[ 年]))(?:-?х|-ти)?\s?(?:\(\w+\)\s?)?"
    r"(?:(?:[-–—~〜～]|do|až|to|до|až do|til|till|sampai|đến|tới|إلى|الى|עד|से|ถึง|から|至"
    r"|到)\s?\d{1,2}\s?)?\+?[ -]?(?:\w{1,12} )?"
    rf"{_YEAR}"
)
_ASIAN = re.compile(
    r"(?<!\d)(?<!\d[.,])(?P<count>\d{1,2}|[一二两兩三四五六七八九十])\s?(?:[-–—~〜～至到]\s?\d{1,2}\s?)?\+?\s?(?:年|년|個年|ヶ年)(?!目"
    r"|後|前|度|間連続|月|に創|차|전|후)"
)
_DUAL = re.compile(r"(?<!\w)(?:שנתיים|سنتين|سنتان|عامين|عامان)(?!\w)")  # two years in one word
# The firm's own years, and those of contracts, ages and studies.
_OTHER = re.compile(
    r"\b(?:vi har|vårt företag|vores|firmaet|selskapet|meillä on|máme|naše firma|společnost|cégünk|avem o"
    r"|компания|компании|мы |у нас|наша|компанія|фирмата"
    r"|εταιρεία|şirketimiz|olarak|perusahaan|kami memiliki|công ty|chúng tôi|より長い|tarihli|founded"
    r"|since)\b|[我本弊当當]社|私たち|我们|我們|公司|創業|设立|우리|당사|설립|บริษัท",
)
_MOST = 12
_HIGHEST = 20  # more is an employer's age
_NEAR = 55


def years_abroad(lower: str) -> Iterator[tuple[int, int, int]]:
    """The least number of years of each requirement, with its place; `lower` is the text in lower case."""
    count = 0
    for start, end in windows(lower, _EXPERIENCE, _NEAR, _NEAR + 15):
        for found in _found(lower, start, end):
            count += 1
            if count > _MOST:
                return
            years = _count(found)
            low = max(lower.rfind("\n", 0, found.start()), lower.rfind(". ", 0, found.start()), found.start() - 60, 0)
            if 0 < years <= _HIGHEST and not _OTHER.search(lower, low, found.start()):
                yield years, *found.span()


def _count(found: re.Match[str]) -> int:
    told = found.groupdict().get("count")
    if told is None:
        return 2
    return int(told) if told.isdecimal() else _WORDS.get(told, 0)


def _found(lower: str, start: int, end: int) -> Iterator[re.Match[str]]:
    is_asian = any(mark in lower[start:end] for mark in "年년")
    yield from (_ASIAN if is_asian else _ASKED).finditer(lower, start, end)
    yield from _DUAL.finditer(lower, start, end)
