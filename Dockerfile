# The server as it runs in production: no simulators, no demo data, no /dev pages (--no-default-features).
#   docker compose up --build
FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends protobuf-compiler mold \
    && rm -rf /var/lib/apt/lists/* \
    && rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY Cargo.toml Cargo.lock Leptos.toml ./
COPY .cargo .cargo
COPY app app
COPY benches benches
COPY crates crates
COPY frontend frontend
COPY migrations migrations
COPY public public
COPY server server
COPY style style
COPY tools tools
# The target directory is a cache mount, so what is needed later is copied out in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --locked --release --no-default-features --bin proseia --bin site-builder \
    && cargo build --locked --profile wasm-release -p frontend --no-default-features --features split --lib --target wasm32-unknown-unknown \
    && cargo build --locked --manifest-path tools/wasm-split/Cargo.toml --target-dir target/tools \
    && mkdir -p /out \
    && WASM_SPLIT=target/tools/debug/wasm-split target/release/site-builder target/wasm32-unknown-unknown/wasm-release/frontend.wasm /out/site public --release \
    && cp target/release/proseia /out/

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/proseia --create-home proseia
COPY --from=build /out/proseia /usr/local/bin/proseia
COPY --from=build /out/site /srv/proseia/site
WORKDIR /srv/proseia
ENV PROSEIA_ENV=production \
    PROSEIA_ADDR=0.0.0.0:3000 \
    LEPTOS_SITE_ROOT=/srv/proseia/site \
    LEPTOS_ENV=PROD \
    LANCEDB_URI=/var/lib/proseia/lance \
    MIDIA_DIR=/var/lib/proseia/midias \
    LOG_FORMAT=json
USER proseia
VOLUME /var/lib/proseia
EXPOSE 3000
CMD ["proseia"]
