"""The register of findings: where each stands, whom it concerns, and what officers did (docs/findings.md)."""
