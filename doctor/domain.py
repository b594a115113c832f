"""What DNS says of the domain that our mail comes from: SPF, DKIM, DMARC."""

from collections.abc import Iterator
from email.utils import parseaddr

from alerts.channels.smtp import EmailSettings
from doctor.finding import Finding, ok, warning
from settings import Settings, SettingsError

SECONDS = 4.0
WHERE = "email.sender"
RESERVED = {"example", "test", "invalid", "localhost", "local"}  # top levels where nobody can have a domain
EXAMPLES = {"example.org", "example.com", "example.net"}
SELECTORS = (
    "default", "mail", "dkim", "google", "selector1", "selector2", "s1", "s2", "k1", "k2", "smtp", "key1", "fm1",
    "protonmail", "mandrill", "mxvault", "zoho", "pm", "brevo", "resend",
)  # fmt: skip


class NoAnswerError(Exception):
    """DNS could not be asked; the message says why."""


class Dns:
    """Texts of a name, by the machine's own resolvers or the one named."""

    def __init__(self, nameserver: str = "", port: int = 53) -> None:
        import dns.resolver

        self._resolver = dns.resolver.Resolver(configure=not nameserver)
        if nameserver:
            self._resolver.nameservers, self._resolver.port = [nameserver], port

    def texts(self, name: str) -> list[str] | None:
        """Its TXT records; None where there is no such name. Raises NoAnswerError."""
        import dns.exception
        import dns.resolver

        try:
            answer = self._resolver.resolve(name, "TXT", lifetime=SECONDS)
        except dns.resolver.NXDOMAIN:
            return None
        except dns.resolver.NoAnswer:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswerError(str(error) or type(error).__name__) from None
        return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]


def check_sender_domain(settings: Settings) -> Iterator[Finding]:
    """Whether other mail servers can tell that mail of ours is ours."""
    try:
        email = settings.channel("email", EmailSettings)
    except SettingsError:
        return
    domain = parseaddr(email.sender)[1].rpartition("@")[2].lower().rstrip(".")
    if not email.host or "." not in domain or domain.rpartition(".")[2] in RESERVED or domain in EXAMPLES:
        return
    try:
        yield from look(domain, Dns())
    except NoAnswerError as error:
        cure = "look whether this machine can ask DNS; until then nobody knows whether mail of ours is taken for spam"
        yield warning(f"DNS does not say how {domain} is protected: {error}", WHERE, cure)


def look(domain: str, dns: Dns) -> Iterator[Finding]:
    """SPF, DMARC and DKIM of a domain."""
    yield _spf(domain, dns.texts(domain))
    yield _dmarc(domain, dns)
    yield _dkim(domain, dns)


def _spf(domain: str, texts: list[str] | None) -> Finding:
    if texts is None:
        return warning(f"there is no domain {domain}", WHERE, "correct email.sender")
    rules = [text for text in texts if text.lower().startswith("v=spf1")]
    if len(rules) == 1:
        return ok(f"SPF of {domain}: {rules[0]}", WHERE)
    if rules:
        return warning(f"{domain} has {len(rules)} SPF records, which counts as none", WHERE, "make them one")
    cure = f'add a TXT record to {domain}: "v=spf1 include:… ~all", with the include that your mail provider names'
    return warning(f"{domain} has no SPF record: mail of ours may be taken for spam", WHERE, cure)


def _dmarc(domain: str, dns: Dns) -> Finding:
    """Its own, or that of the domain above."""
    for name in dict.fromkeys((domain, ".".join(domain.split(".")[-2:]))):
        rules = [text for text in dns.texts(f"_dmarc.{name}") or [] if text.lower().startswith("v=dmarc1")]
        if rules:
            return ok(f"DMARC of {name}: {rules[0]}", WHERE)
    cure = f'add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none; rua=mailto:…"'
    return warning(f"{domain} has no DMARC record: large mail providers may refuse mail of ours", WHERE, cure)


def _dkim(domain: str, dns: Dns) -> Finding:
    """The name of a key cannot be asked for, so the usual ones are tried; where no name is below, there is no key."""
    cure = "switch DKIM on at your mail provider, and add the TXT record that it names"
    if dns.texts(f"_domainkey.{domain}") is None:
        return warning(f"{domain} has no DKIM key", WHERE, cure)
    for selector in SELECTORS:
        if any("p=" in text for text in dns.texts(f"{selector}._domainkey.{domain}") or []):
            return ok(f"DKIM of {domain}: a key called {selector}", WHERE)
    cure = "look at a mail of ours that arrived: its headers say dkim=pass, or that nothing was signed"
    return warning(f"{domain} has no DKIM key of a usual name; it may have one of another", WHERE, cure)
