"""A centre in memory, with fixed keys and a fixed clock: makes real certificates without a database.

The keys follow from their names, so that the vectors under `tests/vectors/` can be made again byte for byte.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.assurance import Assured, Topic
from certificates.bundle import Bundle
from certificates.carriers.compact import compact_claims
from certificates.chain import Organisation, certify, make_root
from certificates.credential import Achievement, Alignment, Claim, Competence, JudgingRecords, Score, unsigned_credential
from certificates.data_integrity import prove_twice
from certificates.issuer import Issuer
from certificates.keys import FileSigner, Office
from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.entry import binding_of, issue_entry
from certificates.log.merkle import inclusion_proof, leaf_hash, nodes_on_append, root, siblings_on_append
from certificates.log.proof import InclusionProof, write_proof
from certificates.serial import Serial
from certificates.status_list import ENTRIES_MIN, Purpose, encode_list, unsigned_list
from certificates.strict_json import JsonObject, canonical
from certificates.trust import Trust, read_trust

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""When the certificates of the tests are issued and checked."""

SERIAL = Serial("7K3QM9-XW2RFD-HJ5T98")
STATUS_INDEX = 94_567
SALT = bytes(range(32))


def claim(
    source: str = "decision:1",
    holder_name: str = "Айгерім Сәтбаева",
    points: str = "87.5",
    awarded_at: datetime = NOW,
    valid_until: datetime | None = None,
) -> Claim:
    """A claim as the demo exam makes it."""
    return Claim(
        source=source,
        holder_name=holder_name,
        achievement=Achievement(
            code="junior-software-developer",
            name="Junior software developer",
            description="Writes small programs that are correct, tested and readable.",
            criteria="A proctored exam of 60 minutes with three programming tasks; at least 60 of 100 points.",
            translations={
                "kk": "Кіші бағдарламалық жасақтама әзірлеушісі",
                "ru": "Младший разработчик программного обеспечения",
            },
            alignments=(
                Alignment("Qualifications Framework", "4", "Level 4 of 8", "https://framework.example/levels/4"),
                Alignment("Professional standards", "569-4", "Order 569, appendix 4", "https://framework.example/569"),
            ),
        ),
        score=Score(Decimal(points), Decimal(100), Decimal(60)),
        sat_at=NOW - timedelta(hours=2),
        awarded_at=awarded_at,
        valid_until=valid_until,
        competences=(
            Competence(
                "Algorithms",
                Score(Decimal(55), Decimal(60), Decimal(36)),
                (Alignment("e-CF", "B.1 e-1", "B.1, level e-1", "https://framework.example/b1"),),
            ),
            Competence("Strings", Score(Decimal("32.5"), Decimal(40), Decimal(36))),
        ),
        assurance=(
            Assured(Topic.IDENTITY, "document"),
            Assured(Topic.PROCTORING, "watched"),
            Assured(Topic.LOCKDOWN, "settings"),
            Assured(Topic.AI_TOOLS, "not-allowed"),
            Assured(Topic.FORM, "2026-11-20"),
            Assured(Topic.ERROR, "4.25"),
        ),
        records=JudgingRecords(hashlib.sha256(b"the records").hexdigest(), 7),
    )


def signer(name: str, seed: str) -> FileSigner:
    """A key that follows from `seed`."""
    return FileSigner(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()))


def document_signer(name: str, seed: str) -> FileSigner:
    """A P-256 key that follows from `seed`."""
    return FileSigner(name, p256(seed))


def p256(seed: str) -> ec.EllipticCurvePrivateKey:
    """A private key that follows from `seed`; a hash above the order of the curve does not occur in practice."""
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(seed.encode()).digest()), ec.SECP256R1())


class Centre:
    """A centre with a log of its own. `name` decides its address and all its keys."""

    def __init__(self, name: str = "centre") -> None:
        document = document_signer("document-2026-1", f"{name} document")
        root = make_root(Organisation(f"The {name}", "KZ", "NTRKZ-123456789012"), NOW, p256(f"{name} root"))
        self.office = Office(
            Issuer(f"https://{name}.example", f"The {name}"),
            (signer("key-2026-1", f"{name} key"),),
            (signer("log-2026-1", f"{name} log"),),
            (document,),
            certify(root, document.name, document.public_key, NOW),
        )
        self.entries: list[bytes] = []
        self.log([b"somebody else's entry", b"and another"])

    def log(self, entries: Iterable[bytes]) -> int:
        """Append entries and return the index of the last one."""
        self.entries += entries
        return len(self.entries) - 1

    def log_proof(self, index: int) -> str:
        """Prove the entry at `index` against a checkpoint over the log as it is now."""
        nodes: dict[tuple[int, int], bytes] = {}
        for place, entry in enumerate(self.entries):
            assert set(siblings_on_append(place)) <= nodes.keys()
            nodes |= nodes_on_append(place, leaf_hash(entry), nodes)
        size = len(self.entries)
        checkpoint = Checkpoint(self.office.issuer.log_origin, size, root(size, nodes))
        note = sign_checkpoint(checkpoint, *reversed(self.office.log_signers))
        return write_proof(InclusionProof(index, tuple(inclusion_proof(index, size, nodes)), note))

    def sign(self, document: JsonObject, created: datetime = NOW) -> JsonObject:
        """Add both proofs to a document."""
        return {
            **document,
            "proof": list(prove_twice(document, self.office.verification_method, self.office.signer.sign, created)),
        }

    def status_list(
        self, purpose: Purpose, marked: Iterable[int] = (), published: datetime = NOW, entries: int = ENTRIES_MIN
    ) -> JsonObject:
        """Publish a list."""
        return self.sign(unsigned_list(self.office.issuer, purpose, encode_list(entries, marked), published), published)

    def certify(self, wanted: Claim | None = None, signed_at: datetime = NOW) -> Bundle:
        """Make a certificate with fresh status lists."""
        unsigned = unsigned_credential(wanted or claim(), self.office.issuer, SERIAL, STATUS_INDEX)
        return self.bundle(self.sign(unsigned, signed_at), unsigned)

    def bundle(self, credential: JsonObject, logged: JsonObject) -> Bundle:
        """Put a credential into a file, with the log proof of `logged`."""
        binding = binding_of(SALT, canonical(logged))
        index = self.log([issue_entry(str(logged["id"]), compact_claims(logged), binding)])
        lists = (self.status_list(Purpose.REVOCATION), self.status_list(Purpose.SUSPENSION))
        return Bundle(credential, SALT, self.log_proof(index), lists)

    @property
    def key_document(self) -> bytes:
        """What the centre publishes of its keys."""
        return canonical(self.office.key_document())

    @property
    def trust(self) -> Trust:
        """What an employer has who pinned this centre."""
        issuer = read_trust(self.key_document)
        return {issuer.did: issuer}
