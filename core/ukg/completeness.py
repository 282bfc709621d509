"""The proof that an endpoint was read whole: carried with every read, shown with every run."""

import msgspec


class EndpointProof(msgspec.Struct):
    """What was seen of one endpoint. `end_reached`: how we know that there is no further page, or None."""

    endpoint: str
    pages: int = 0
    rows: int = 0
    duplicates: int = 0
    end_reached: str | None = None

    def add(self, other: "EndpointProof") -> None:
        """Take in what a further request to the same endpoint has proved."""
        self.pages += other.pages
        self.rows += other.rows
        self.duplicates += other.duplicates
        self.end_reached = other.end_reached


class Completeness(msgspec.Struct):
    """The proofs of every endpoint of a read, and the people who stand in only one of the two main ones."""

    endpoints: list[EndpointProof] = []
    without_employment: int = 0
    without_person: int = 0

    @property
    def complete(self) -> bool:
        """Whether every endpoint ended as it should and no row moved between pages while we read."""
        return all(proof.end_reached is not None and proof.duplicates == 0 for proof in self.endpoints)

    @property
    def sentence(self) -> str:
        """One line for a person: what was read, and what is doubtful about it."""
        parts = [f"{proof.endpoint}: {proof.rows} rows on {proof.pages} pages" for proof in self.endpoints]
        for proof in self.endpoints:
            if proof.duplicates:
                parts.append(f"{proof.duplicates} rows of {proof.endpoint} came twice, so others may be missing")
        return "; ".join(parts)
