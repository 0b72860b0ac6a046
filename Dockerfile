# Carousel's image:    docker build -t carousel .
# From a jar that is built already (target/carousel-*.jar):    docker build --build-arg JAR=built -t carousel .
#
# glibc, because ND4J does not run on musl. Needs BuildKit, which skips the stages that are not asked for.
ARG JAR=source

# Compiled on the builder's own platform, whatever the image's: only the natives of ND4J differ, and these two stages name them.
# Maven's image, not the wrapper: without unzip the wrapper takes another archive than the one whose checksum it has.
FROM --platform=$BUILDPLATFORM maven:3.9-eclipse-temurin-25 AS maven
FROM maven AS maven-amd64
ENV NATIVES=linux-x86_64
FROM maven AS maven-arm64
ENV NATIVES=linux-arm64

FROM maven-${TARGETARCH} AS source
WORKDIR /source
COPY .mvn .mvn
COPY pom.xml ./
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    mvn --batch-mode --no-transfer-progress package -DskipTests -Djavacpp.platform=$NATIVES \
 && cp target/carousel-*.jar /carousel.jar

# It has the natives of the platform that it was built on or for.
FROM scratch AS built
COPY target/carousel-*.jar /carousel.jar

FROM ${JAR} AS jar

FROM --platform=$BUILDPLATFORM eclipse-temurin:25-jre AS layers
WORKDIR /layers
COPY --from=jar /carousel.jar carousel.jar
RUN java -Djarmode=tools -jar carousel.jar extract --layers --destination extracted

# ND4J brings the runtime library of OpenMP for x86-64, but for arm64 it expects the system's, which Temurin's image has not.
FROM eclipse-temurin:25-jre AS base-amd64
FROM eclipse-temurin:25-jre AS base-arm64
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*

FROM base-${TARGETARCH}
LABEL org.opencontainers.image.title="Carousel" \
      org.opencontainers.image.description="Recurrent sequence models, and a gradient report that says whether a network can learn across time"
# What changes seldom comes first.
WORKDIR /app
COPY --from=layers /layers/extracted/dependencies/ ./
COPY --from=layers /layers/extracted/snapshot-dependencies/ ./
COPY src/main/docker/jvm.options ./
COPY --from=layers /layers/extracted/application/ ./
# Two runs as far as a started context. The first unpacks the native libraries of ND4J, which are then found in one directory;
# the second records the AOT cache with the backend that is the default. Both fail the build where the service would not start.
RUN CAROUSEL_STORAGE_DIRECTORY=/tmp/training CAROUSEL_BACKEND=nd4j \
      java -Dorg.bytedeco.javacpp.cachedir=/app/natives @/app/jvm.options -Dspring.context.exit=onRefresh -jar /app/carousel.jar \
 && mkdir /app/natives/lib \
 && find /app/natives -name '*.so*' -type f -exec ln -s -t /app/natives/lib {} + \
 && CAROUSEL_STORAGE_DIRECTORY=/tmp/training \
      java -XX:AOTCacheOutput=/app/carousel.aot @/app/jvm.options -Dspring.context.exit=onRefresh -jar /app/carousel.jar \
 && test -s /app/carousel.aot \
 && rm -rf /tmp/* \
 && mkdir /data && chown 10001:10001 /data

USER 10001:10001
# Files, models and what uploads spool; and temporary files, so that a read-only root file system needs no further option.
VOLUME ["/data", "/tmp"]
EXPOSE 8080
# The heap's share of the container's memory; the rest is for native libraries, threads, code and the AOT cache.
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=60" \
    CAROUSEL_STORAGE_DIRECTORY=/data
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["java", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx32m", "-cp", "/app/carousel.jar", "io.carousel.HealthCheck"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/carousel.aot", "@/app/jvm.options", "-jar", "/app/carousel.jar"]
