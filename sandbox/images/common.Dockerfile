
# The same for every language; images.py lays it after the language's own part.
FROM language AS measured
COPY --from={supervisor} /startup /startup/
COPY startup/ /startup/
RUN mkdir -p /box && cp -r /startup/box/. /box/ && chown -R 10000:10000 /box && sh /startup/measure

FROM language
RUN mkdir -p /box
COPY --from=measured /etc/sarap-startup-us /etc/
COPY --from={supervisor} /supervisor /
ENTRYPOINT ["/supervisor"]
