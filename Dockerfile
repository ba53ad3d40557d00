# The whole product in one container; its data is the volume /data. See docs/operations.md.
FROM python:3.11-slim

WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY . .
RUN useradd --system --home-dir /data viewprint \
    && mkdir /data \
    && python manage.py shell --no-imports -c "from config.static import static_files_collect; static_files_collect()" \
    && rm -rf /data/* \
    && chown -R viewprint: /data /app/staticfiles

USER viewprint
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
CMD ["sh", "-c", "python manage.py migrate --verbosity 0 && exec python manage.py serve --host 0.0.0.0"]
