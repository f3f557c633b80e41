"""What monitoring asks for at `/metrics`, in Prometheus's text format. Routes are named by their template, never by an id."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

LATENCY_BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""A page should take tens of milliseconds; a sign-in takes 0.2 s on purpose."""

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one web process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "sarap_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.latency = Histogram(
            "sarap_http_request_seconds",
            "Time until the answer began.",
            ("route",),
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.sign_ins = Counter("sarap_sign_ins", "Sign-ins by how they ended.", ("outcome",), registry=self.registry)
        self.live_streams = Gauge("sarap_live_streams", "Open live pages.", registry=self.registry)
        self.queue = Gauge("sarap_queue_jobs", "Jobs in the queue.", ("job", "status"), registry=self.registry)
        self.queue_age = Gauge(
            "sarap_queue_oldest_seconds",
            "For how long the oldest job that is due has waited.",
            ("job",),
            registry=self.registry,
        )
        self.workers = Gauge("sarap_judging_workers", "Judging workers by condition.", ("condition",), registry=self.registry)
        self.language_workers = Gauge(
            "sarap_judging_language_workers", "Working workers that have a language.", ("language",), registry=self.registry
        )

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)
