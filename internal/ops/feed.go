package ops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"sereno/bot"
)

// Feed serves people's calendars under the path, which ends in a slash and after
// which a secret and ".ics" follow. read answers bot.ErrNotFound for a secret that is
// nobody's, which looks like any other address that is not there.
func Feed(path string, read func(ctx context.Context, secret string) ([]byte, error), log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"{file}", func(w http.ResponseWriter, r *http.Request) {
		secret, ics := strings.CutSuffix(r.PathValue("file"), ".ics")
		if !ics || secret == "" || len(secret) > 64 {
			http.NotFound(w, r)
			return
		}
		calendar, err := read(r.Context(), secret)
		switch {
		case errors.Is(err, bot.ErrNotFound):
			http.NotFound(w, r)
			return
		case err != nil:
			log.Error("a calendar could not be read", "error", err)
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		serveCalendar(w, r, calendar, log)
	})
	return mux
}

// serveCalendar answers with the calendar, or says that it is the one that the
// asker has already.
func serveCalendar(w http.ResponseWriter, r *http.Request, calendar []byte, log *slog.Logger) {
	sum := sha256.Sum256(calendar)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	head := w.Header()
	head.Set("ETag", tag)
	// The address is a secret: only who has it may keep what is there, and must ask
	// whether it is still so.
	head.Set("Cache-Control", "private, no-cache")
	head.Set("X-Robots-Tag", "noindex, nofollow")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	if has(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Type", "text/calendar; charset=utf-8")
	head.Set("Content-Disposition", `inline; filename="oncall.ics"`)
	if _, err := w.Write(calendar); err != nil {
		log.Debug("whoever asked for a calendar did not wait", "error", err)
	}
}

// has reports whether the list of tags names the tag (RFC 9110, If-None-Match,
// which compares weakly).
func has(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}
