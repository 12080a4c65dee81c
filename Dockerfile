# A static binary in an empty image, run by a user without rights.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /sereno . \
 && mkdir -p /out/data /out/tmp /out/etc/ssl/certs \
 && cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ \
 && cp /sereno /out/sereno \
 && chmod 1777 /out/tmp && chown -R 65532:65532 /out/data

FROM scratch
COPY --from=build /out /
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/sereno"]
CMD ["serve", "--config", "/data/sereno.yaml"]
