"""What a sentence says of visas and work permits, national schemes included: offered, refused, or nothing."""

import re

_PERMIT = re.compile(
    r"\bvisas?\b|\bwork permits?\b|\bwork authori[sz]ation sponsor|\bgreen cards?\b|\bblue ?cards?\b"
    r"|\bh-?1-?bs?\b|\bcap[- ]exempt\b"
    r"|\b(?:o-?1|e-?3|tn|l-?1|h-?2b|j-?1)[ab]?[ -](?:visas?|status|sponsor\w*|transfers?)"
    r"|\bperm (?:process|sponsor\w*)"
    r"|\blmia\b|\bcertificates? of sponsorship\b|\bcos (?:available|provided|sponsor\w*)"
    r"|\bskilled[- ]worker (?:visas?|route|sponsor\w*)"
    r"|\btier (?:2|5)\b(?=[^.\n]{0,15}(?:visa|sponsor))|\bglobal talent visa|\bemployment pass\b"
    r"|\bs pass\b|\bep sponsor\w*|\b(?:482|186|494|tss)\b(?= (?:visa|sponsor))"
    r"|\baccredited employer\b|\bcritical skills?(?: employment)? permit|\bstamp (?:1g?|4)\b"
    r"|\bhighly skilled migrants?\b|\bkennismigrant\w*"
    r"|\bind[- ](?:recogni[sz]ed )?sponsor|\brecogni[sz]ed sponsor|\b30 ?% ruling|\bimmigration (?:support"
    r"|assistance|sponsor\w*|help|costs?|process)"
    r"|\bsponsorship\b(?! (?:coverage|packages?|opportunit|deals?|levels?|budgets?|revenue|sales"
    r"|activation|proposal|partner|manager|business|content|team|strateg|marketing|program))"
    r"|visum|visa-?(?:sponsoring|unterstützung|support)|viisumi\w*|visumspons\w*|\bwiz\b|\bviz(?:ă|a|ei)\b"
    r"|віз(?:а|и|у|ою|ова|ової)\b|βίζα|άδεια εργασίας|วีซ่า|visa kerja|izin kerja|giấy phép lao động|אשרת עבודה"
    r"|\bsponsoring de visa|blauen? karte|blaue karte|aufenthaltstitel"
    r"|aufenthaltserlaubnis|arbeitserlaubnis"
    r"|arbeitsvisum|passeport talent|carte bleue|titre de séjour|permis de travail|autorisation de travail|parrainage"
    r"|\bvisados?\b|tarjeta azul|permisos? de trabajo|patroc[ií]ni?o|\bvistos?\b|permesso di (?:lavoro"
    r"|soggiorno)|carta blu"
    r"|werkvergunning|tewerkstellingsvergunning|visumsponsor\w*|arbetstillstånd|uppehållstillstånd|arbejdstilladelse"
    r"|oppholdstillatelse|arbeidstillatelse|työlup\w+|oleskelulup\w+|\bwiz(?:a|y|ę|owe|owego|owym)\b"
    r"|pozwoleni\w+ na pracę|zezwoleni\w+ na pracę"
    r"|\bvíz(?:um|a|ové|ovou)\w*|pracovní povolení|munkavállalási engedély|permis de muncă|\bvize\b"
    r"|çalışma izni|виз(?:а|ы|у|ой|овая|овую)\b"
    r"|разрешени\w+ на работу|ビザ|就労許可|在留資格|签证|簽證|工作许可|工作許可|비자|תאשיר|ויזה|اشيرة",
    re.I,
)
_OFFER = re.compile(
    r"\b(?:sponsoris\w*|sponsoriz\w*|sponsern|patrocin(?:a|amos|an|am)|we|we['’]ll|we['’]re|our|sponsored|happy to"
    r"|willing to|offered|provided|supported|handled"
    r"|covered|available|availability|possible|welcome"
    r"|accepted|eligible|included|yes|paid|transfers?|open to|considered|arranged|support(?= available))\b"
    r"|unterstütz\w*|übernehm\w*|kümmern|helfen|hilfe|angebot\w*|bieten|möglich|anbieten|prenons"
    r"|prise en charge|proposons|accompagn\w*|possible"
    r"|offr\w*|aid\w*|ofrec\w*|ayud\w*|apoy\w*|tramit\w*|gestion\w*|incluid\w*|oferec\w*|apoi\w*|ajud\w*|auxili\w*|suporte|assistenza|supporto|hulp|støtte|stöd\w*|tuki|tukea|tuemme|sprijin\w*|asisten\w*"
    r"|допомож\w*|допомаг\w*|помож\w*|podpor\w*|podršk\w*|pomo[ćč]|omogućava\w*|βοηθ\w*|υποστήριξη"
    r"|bantu\w*|dukungan|hỗ trợ|ช่วย|สนับสนุน|sunuyor\w*|sunul\w*"
    r"|disponível|offriamo|supporto|aiut\w*"
    r"|bieden|helpen|regelen|verzorgen|mogelijk|erbjud\w*|hjälp\w*|ordnar|tilby\w*|hjelp\w*|hjælp\w*"
    r"|tarjo\w*|autamme|oferuj\w*|pomag\w*|pomoż\w*|pomóc|wspier\w*"
    r"|pomoc|zapewni\w*|nabíz\w*|pomůž\w*|pomáh\w*|pomôž\w*|zajist\w*|ponúk\w*|biztosít\w*|segít\w*|oferim|ajut\w*"
    r"|предоставля\w*|помога\w*|помощь|поддержк\w*"
    r"|оформля\w*|оформим|sağl\w*|deste[kğ]\w*|yardım\w*|サポート|支援|あり|可|取得|提供|协助|協助|支持|办理|担保|지원|가능|제공|מספק|נוכל|نوفر",
    re.I,
)
_NO_BEFORE = re.compile(
    r"\b(?:no|not|n['’]t|never|cannot|unable|without|neither|nor|kein\w*|nicht|ohne|leider|pas|aucune?"
    r"|sans|ne|n['’]|sin|no|tampoco|não|nao|sem"
    r"|non|senza|nessun\w*|niet|geen|zonder|inte|ingen|inget|utan|ikke|uten|uden|ei|eivät|emme|nie|bez"
    r"|brak|ne|není|nie je|nemůže\w*|nemôže\w*|ne(?:poskyt|nabíz|zaji|zabez|ponúk|sponz|pomáh|vyřiz|vybav)\w*"
    r"|nem|fără|nu|не|нет|без|değil|yok|tidak|tanpa|không|δεν|χωρίς)\b|n['’]t\b|不|无法|無法|没有|沒有|なし|ません"
    r"|できない|不可|없|않|불가|לא|لا ",
    re.I,
)
_NO_AFTER = re.compile(
    r"\b(?:not|never|cannot|unable|unavailable|ineligible|neither|nicht|leider|pas|aucune?|não|niet|inte"
    r"|ikke|nie|nem|не|нет|n[’']est|no es|\w+m[ae](?:makta|mekte)\w*|\w+m[ıiuü]yor\w*|yapılma\w*|tidak|không|δεν"
    r"|ei|emme"
    r"|no (?:est[áa]|se|podemos|ofrecemos)|non (?:è|viene|possiamo|offriamo)|need not|not be|declin\w*|excluded)\b"
    r"|n['’]t\b|: ?(?:no|none|nil|n/a|not? (?:available|offered|provided))\b"
    r"|不|无法|無法|なし|ません|できない|不可|없|않|불가|لا ",
    re.I,
)
_IDLE_NOT = re.compile(
    r"not a problem|no problem|not only|not just|(?:don['’]t|do not|no need to) worry|no worries"
    r"|(?:at )?no (?:extra |additional )?cost|whether or not"
    r"|no matter|not an issue|not in (?:the )?[A-Z]\w+\?|(?:if|where) you (?:do not|don['’]t|are not"
    r"|aren['’]t|need)|non-?(?:eu|us|uk|european)|nicht nur|pas seulement"
    r"|no solo|kein problem|pas de souci|non solo|not yet (?:in|based|living)|if not",
    re.I,
)
_OWN = re.compile(  # what the candidate must have already
    r"\b(?:must|should|need to|valid|already|existing|current(?:ly)?|hold(?:er|ing|s)?|possess\w*|own"
    r"|required?|require(?:s|ment)?|proof|eligible to work|right to work"
    r"|authori[sz]ed to work|have an?|gültige\w*|vorhanden\w*|erforderlich|valable|valide|en règle|vigente"
    r"|válido|valido|geldige?|ważn\w*|действующ\w*|mastercard"
    r"|amex|stripe|paypal)\b|必須|必要|須|需持有|소지",
    re.I,
)
_REACH = 90


def permit_said(sentence: str) -> tuple[bool, int, int] | None:
    """(offered, start, end) if the sentence says whether the employer helps to a visa or permit, else None."""
    plain = _IDLE_NOT.sub(lambda found: " " * len(found.group()), sentence)
    for term in _PERMIT.finditer(plain):
        before = plain[max(0, term.start() - _REACH) : term.start()]
        after = plain[term.end() : term.end() + _REACH]
        clause = re.split(r",(?! (?:but|aber|mais|pero|mas|ma|maar|men|ale|но)\b)|[;:()–—]", before)[-1]
        if _NO_BEFORE.search(clause) or _NO_AFTER.search(after):
            return False, term.start(), term.end()
        if _OFFER.search(before + " # " + after) and not _OWN.search(before + " # " + after):
            return True, term.start(), term.end()
    return None
