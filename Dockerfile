# The control plane's image: the jars that Maven built, on a JRE. Build them first (scripts/taskgraph or
# `mvn package` does), then the image; nothing is downloaded in here.
FROM eclipse-temurin:17-jre

# A fixed id, so that a volume made by one version belongs to the next one too, and can be named in a pod's
# security context (runAsUser: 10001).
RUN groupadd --gid 10001 taskgraph \
    && useradd --uid 10001 --gid taskgraph --no-create-home --home-dir /var/lib/taskgraph \
               --shell /usr/sbin/nologin taskgraph \
    && install -d -o taskgraph -g taskgraph -m 0750 /var/lib/taskgraph

COPY streams-app/target/lib /opt/taskgraph/lib

USER 10001:10001
WORKDIR /var/lib/taskgraph

# State stores. Losing it costs a restore from the changelog, never data.
VOLUME /var/lib/taskgraph
EXPOSE 8080

# The heap takes half of the container's memory: RocksDB and the page cache want the other half. Out of memory
# ends the process, because a half-alive instance keeps its partitions and decides nothing.
ENV JDK_JAVA_OPTIONS="-XX:+UseParallelGC -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError" \
    TASKGRAPH_STATE_DIR=/var/lib/taskgraph \
    TASKGRAPH_HEALTH_PORT=8080

# By bash, because whether a JRE image has curl changes from version to version.
HEALTHCHECK --interval=3s --timeout=3s --start-period=60s --retries=5 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/localhost/8080 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ code _ <&3 && [ \"$code\" = 200 ]"]

ENTRYPOINT ["java", "-cp", "/opt/taskgraph/lib/*", "io.taskgraph.cli.Main"]
CMD ["serve"]
