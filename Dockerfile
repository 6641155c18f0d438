# Songlake with everything it runs on: Python, Spark, Delta's jars and a Java of its own.
#   docker build -t songlake . && docker run --rm -v songlake-data:/data songlake demo
#   docker build --build-arg SPLEETER=1 -t songlake .   with the engine spleeter, 2 GB more
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 songlake \
    && install --directory --owner=songlake --group=songlake /data

# What set-up reads comes first: a change in the jobs does not install everything anew.
WORKDIR /app
COPY songlake ./
COPY bootstrap/ bootstrap/
COPY requirements/ requirements/
ARG SPLEETER=
RUN SONGLAKE_SPLEETER=$SPLEETER UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1 ./songlake python -c "import pyspark, delta" \
    && rm -rf .venv-tools

COPY conf/ conf/
COPY schemas/ schemas/
COPY lib/ lib/
COPY jobs/ jobs/
COPY apps/ apps/

ENV SONGLAKE_CONF=container
USER 10001
VOLUME /data
ENTRYPOINT ["./songlake"]
CMD ["run"]
