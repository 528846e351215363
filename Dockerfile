# Chorus in a container; its database is another one (docker-compose.yml) or any PostgreSQL 15 at DATABASE_URL.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev liblinear-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies first: their layer lasts until Package.swift changes.
COPY Package.swift ./
RUN swift package resolve
COPY Sources ./Sources
# SwiftPM reads the whole package, tests too, before it builds a product of it.
COPY Tests ./Tests
RUN swift build -c release --product chorus \
    && mkdir /app \
    && cp -r "$(swift build -c release --show-bin-path)"/chorus "$(swift build -c release --show-bin-path)"/*.resources /app/

FROM swift:6.3-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 liblinear4 ca-certificates curl tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/chorus chorus \
    && install -d -o chorus -g chorus -m 0700 /var/lib/chorus-home
COPY --from=build /app /app
USER chorus
ENV CHORUS_HOME=/var/lib/chorus-home
VOLUME /var/lib/chorus-home
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/app/chorus"]
CMD ["serve", "--address", "0.0.0.0:8080"]
