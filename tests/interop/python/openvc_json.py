"""openvc-core: both Data Integrity suites. It takes a proof as an object, so each of ours is laid before it alone."""

import json
from functools import partial
from typing import Any

from cases import fetched, judge
from openbadgeslib.ob3.contexts import document_loader
from openvc.did.base import DidResolverRegistry
from openvc.did.did_web import DidWebResolver
from openvc.resolvers import default_status_list_resolver
from openvc.verify import VerificationPolicy, verify_credential


def verify(data: bytes, case: dict[str, Any]) -> str:
    """Check the first proof, then the second, each with the status list, of which that same kind of proof is checked."""
    document = json.loads(data)
    contexts = {url: document_loader()(url, {})["document"] for url in document["@context"][1:]}
    resolver = DidResolverRegistry([DidWebResolver(lambda url: json.loads(fetched(case["site"], url)))])
    formats: list[str] = []
    for place, proof in enumerate(document["proof"]):
        result = verify_credential(
            {**document, "proof": proof},
            resolver=resolver,
            resolve_status_list=default_status_list_resolver(resolver=resolver, fetch=partial(status_list, case, place)),
            extra_contexts=contexts,
            policy=VerificationPolicy(expected_types=["OpenBadgeCredential"], require_status_issuer_binding=True),
        )
        formats.append(result.format)
    return ", ".join(formats)


def status_list(case: dict[str, Any], place: int, url: str) -> str:
    """The list with one of its two proofs."""
    document = json.loads(fetched(case["site"], url))
    return json.dumps({**document, "proof": document["proof"][place]})


judge("json", verify)
