# Three stages: what pages load, what Python needs, and the small image that runs.
ARG PYTHON=3.12-slim-bookworm

FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:${PYTHON} AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:${PYTHON}
# Pango and HarfBuzz draw the documents, Noto brings Chinese in regular and bold.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/jiedan --shell /usr/sbin/nologin jiedan \
    && install -d -o jiedan -g jiedan /var/lib/jiedan/media
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MEDIA_ROOT=/var/lib/jiedan/media \
    STATIC_ROOT=/srv/jiedan/staticfiles \
    BIND=0.0.0.0 \
    PORT=8000
WORKDIR /srv/jiedan
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/node_modules node_modules
# Collecting needs a complete configuration, of which nothing is kept.
RUN python -m tools.vendor_assets \
    && rm -rf node_modules \
    && python -m tools.collect_static
USER jiedan
VOLUME /var/lib/jiedan/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=40s CMD ["bin/healthy", "web"]
CMD ["bin/web"]
