"""Every setting, in one place: environment variables with the prefix THABIAN_ (or a `.env` file), checked at start."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import ThabianError

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class Settings(BaseSettings):
    """All settings. An empty address means: the local parts."""

    model_config = SettingsConfigDict(env_prefix="THABIAN_", env_file=".env", extra="ignore", frozen=True)

    kafka_bootstrap: str = Field(
        "", description="Bootstrap servers, host:port, comma-separated. Empty: the local broker."
    )
    kafka_security_protocol: SecurityProtocol = Field("PLAINTEXT", description="How to speak to Kafka.")
    kafka_sasl_mechanism: SaslMechanism | None = Field(None, description="SASL mechanism; with SASL_* protocols only.")
    kafka_username: str = Field("", description="SASL user name.")
    kafka_password: SecretStr = Field(SecretStr(""), description="SASL password.")
    kafka_ca_file: Path | None = Field(None, description="CA certificates for *SSL protocols; unset: the system's.")
    topic_prefix: str = Field(
        "",
        pattern=r"^[a-z0-9._-]*$",
        description="Put before every topic name, so that several installations share a broker.",
    )
    topic_replication: int = Field(1, ge=1, description="Replication factor of new topics.")

    clickhouse_host: str = Field("", description="ClickHouse host, native protocol. Empty: the local server.")
    clickhouse_port: int = Field(9000, ge=1, le=65535, description="ClickHouse native port.")
    clickhouse_database: str = Field("thabian", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Database.")
    clickhouse_user: str = Field("default", description="User.")
    clickhouse_password: SecretStr = Field(SecretStr(""), description="Password.")
    clickhouse_secure: bool = Field(False, description="Use TLS.")
    clickhouse_timeout_s: float = Field(300.0, gt=0, description="Seconds to wait for an answer.")

    person_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret of person_key, 32 characters or more. Empty with the local parts: one is made and kept.",
    )
    match_secret: SecretStr = Field(
        SecretStr(""), description="Secret of match_key and birth_key; another one than person_secret."
    )
    key_version: int = Field(1, ge=1, le=255, description="Version of the secrets, stored with every event.")

    intake_group: str = Field("thabian-intake", description="Consumer group of intake.")
    intake_batch_events: int = Field(
        16_000, ge=1, description="Events in a batch at most; four are under way at a time."
    )
    intake_batch_ms: int = Field(100, ge=1, description="Milliseconds a batch waits for more events at most.")
    intake_instance: str = Field(
        "",
        description="Static member id (group.instance.id), such as the pod's name: a restart then moves no partitions.",
    )
    kafka_session_timeout_ms: int = Field(
        45_000, ge=6_000, description="A member silent for so long loses its partitions."
    )
    intake_drain_s: float = Field(30.0, ge=0, description="Seconds a batch at work may go on after SIGTERM.")
    intake_dead_letter_run: int = Field(
        1_000, ge=0, description="Stop before so many unreadable messages in a row; 0: never."
    )
    intake_dead_letter_ratio: float = Field(
        0.5, ge=0, le=1, description="Stop before this share of a window is unreadable; 0: never."
    )
    intake_dead_letter_window: int = Field(5_000, ge=1, description="Messages the share is taken of.")
    streams_group: str = Field(
        "thabian-streams", description="Consumer group of the stream, and the name of its tables."
    )
    streams_folder: Path = Field(
        default_factory=lambda: user_data_path("thabian") / "streams",
        description="Where a worker of the stream keeps its tables; another one for each worker of a machine.",
    )
    findings_group: str = Field(
        "thabian-findings", description="Consumer group that brings findings into the warehouse."
    )
    findings_grace_days: int = Field(
        30, ge=0, description="Days a transfer may lack its other half before that is a finding."
    )
    max_event_bytes: int = Field(65_536, ge=1_024, description="A larger message is a dead letter.")

    stuck_s: float = Field(
        120.0,
        gt=0,
        description="Seconds after which a partition that waits and does not move, or a loop that does not turn, is stuck.",
    )

    findings_across_s: float = Field(
        60.0, gt=0, description="Seconds between two looks for findings across ids, by `thabian findings sink`."
    )

    monitor_look_s: float = Field(
        15.0,
        gt=0,
        description="Seconds between two looks of `thabian monitor` at one thing; more when looking takes long.",
    )
    monitor_audit_s: float = Field(300.0, gt=0, description="Seconds between two audits by `thabian monitor`.")

    outbox_path: Path = Field(
        default_factory=lambda: user_data_path("thabian") / "outbox.sqlite",
        description="Where publishers keep events until Kafka has them.",
    )

    local_home: Path = Field(
        default_factory=lambda: user_data_path("thabian") / "local", description="Data and logs of the local parts."
    )
    local_kafka_port: int = Field(0, ge=0, le=65535, description="Port of the local broker; 0: a free one.")
    local_clickhouse_port: int = Field(
        0, ge=0, le=65535, description="Port of the local ClickHouse server; 0: a free one."
    )

    clock: str = Field(
        "",
        description="For rehearsals alone: the time that `thabian round` and `thabian calendar` take for now, such as "
        "`2565-06-10 16:00`, and the stream and findings for today. Empty: the machine's. Nothing else looks at it, and acts "
        "done under it say so.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console on a terminal, json elsewhere."
    )

    @model_validator(mode="after")
    def _combinations(self) -> Self:
        sasl = self.kafka_security_protocol.startswith("SASL")
        if sasl != (self.kafka_sasl_mechanism is not None):
            raise ValueError(
                "THABIAN_KAFKA_SASL_MECHANISM goes with a SASL_* THABIAN_KAFKA_SECURITY_PROTOCOL, and only with one"
            )
        if sasl and not (self.kafka_username and self.kafka_password.get_secret_value()):
            raise ValueError("a SASL_* protocol needs THABIAN_KAFKA_USERNAME and THABIAN_KAFKA_PASSWORD")
        if self.kafka_ca_file is not None and "SSL" not in self.kafka_security_protocol.replace("SASL", ""):
            raise ValueError("THABIAN_KAFKA_CA_FILE goes with an SSL protocol only")
        self._secrets()
        return self

    def _secrets(self) -> None:
        person, match = self.person_secret.get_secret_value(), self.match_secret.get_secret_value()
        if bool(person) != bool(match):
            raise ValueError("THABIAN_PERSON_SECRET and THABIAN_MATCH_SECRET are set together")
        if person and min(len(person), len(match)) < 32:
            raise ValueError("THABIAN_PERSON_SECRET and THABIAN_MATCH_SECRET have 32 characters or more")
        if person and person == match:
            raise ValueError("THABIAN_PERSON_SECRET and THABIAN_MATCH_SECRET must differ")
        if self.clickhouse_host and not person:
            raise ValueError(
                "with THABIAN_CLICKHOUSE_HOST set, THABIAN_PERSON_SECRET and THABIAN_MATCH_SECRET must be set"
            )


def load() -> Settings:
    """The settings of this process, read once. One clear line when they do not hold together."""
    return _load()


@lru_cache(maxsize=1)
def _load() -> Settings:
    try:
        return Settings()  # type: ignore[call-arg]  # every field comes from the environment or has a default
    except ValidationError as error:
        raise ThabianError(
            "SETTINGS_INVALID", "; ".join(_problem(item) for item in error.errors()), exit_code=2
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ThabianError("SETTINGS_INVALID", f".env cannot be read ({type(error).__name__})", exit_code=2) from None


def _problem(item: object) -> str:
    """One line for one problem; never the value, which may be a secret."""
    assert isinstance(item, dict)  # noqa: S101 - pydantic's ErrorDetails
    where = "".join(f"THABIAN_{part}".upper() for part in item["loc"][:1])
    return ": ".join(part for part in (where, str(item["msg"]).removeprefix("Value error, ")) if part)
